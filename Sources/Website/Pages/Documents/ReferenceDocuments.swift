import InformationModel
import OpenData
import Publication

extension DocumentPage {
  /// How programs read the figures.
  static func developers(_ site: Site, base: String, _ language: Language) -> DocumentPage {
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    let catalog = site.release.chain.id.uppercased()
    let id = site.tables.first?.description.id ?? "I01"
    func code(_ label: String, _ text: String) -> Code { Code(label: label, text: text) }
    return DocumentPage(
      title: word("Voor ontwikkelaars", "For developers"),
      summary: word(
        "Programma's die de cijfers van het CBS lezen, lezen deze cijfers zonder aanpassing. Alle vormen geven dezelfde cijfers. Een sleutel of aanmelding is niet nodig.",
        "Programs that read the figures of Statistics Netherlands read these figures unchanged. All forms give the same figures. No key or registration is needed."
      ),
      sections: [
        Section(
          "odata", "OData",
          [
            word(
              "OData 4 en 3 in de vorm van StatLine, voor R, Python, Excel en Power BI.",
              "OData 4 and 3 in the shape of StatLine, for R, Python, Excel and Power BI.")
          ],
          codes: [
            code("OData 4", "\(base)/odata/v1/\(catalog)/\(id)/Observations"),
            code("OData 3", "\(base)/ODataFeed/odata/\(id)/TypedDataSet"),
          ]),
        Section(
          "pxwebapi", "PxWebApi",
          [
            word(
              "Delen van tabellen, zoals PxWeb ze geeft. Versie 1 is er voor het pakket pxweb van R.",
              "Parts of tables, as PxWeb gives them. Version 1 is there for the package pxweb of R."
            )
          ],
          codes: [
            code("PxWebApi 2", "\(base)/api/v2/tables/\(id)/data"),
            code("PxWebApi 1", "\(base)/api/v1/\(language.rawValue)/\(catalog)/\(id)"),
          ]),
        Section(
          "sdmx", "SDMX",
          [
            word(
              "Structuren en cijfers, zoals statistische bureaus ze uitwisselen.",
              "Structures and figures, as statistical offices exchange them.")
          ],
          codes: [
            code("SDMX 2.1", "\(base)/sdmx/2.1/data/DF_\(id)/all"),
            code("SDMX 3.0", "\(base)/sdmx/3.0/data/dataflow/\(catalog)/DF_\(id)/+/*"),
          ]),
        Section(
          "catalogus", word("Catalogus en begrippen", "Catalogue and concepts"),
          [
            word(
              "De catalogus volgt DCAT-AP-NL 3.0, de begrippen volgen NL-SBB, de herkomst volgt PROV-O. Vraag met Accept of met een achtervoegsel: .ttl, .jsonld of .rdf.",
              "The catalogue follows DCAT-AP-NL 3.0, the concepts follow NL-SBB, the lineage follows PROV-O. Ask by Accept or by a suffix: .ttl, .jsonld or .rdf."
            )
          ],
          links: [
            Link(href: "/catalog.ttl", label: word("Catalogus (Turtle)", "Catalogue (Turtle)")),
            Link(href: "/begrippen.ttl", label: word("Begrippen (Turtle)", "Concepts (Turtle)")),
            Link(href: "/openapi.json", label: "OpenAPI 3.1"),
          ]),
        Section(
          "regels", word("Afspraken", "Rules"),
          facts: [
            Fact(
              name: word("Geheime cijfers", "Confidential figures"),
              text: word(
                "De regel is er altijd, met de reden; de waarde is nergens te vinden, ook niet met een filter of een volgorde.",
                "The row is always there, with the reason; the value is nowhere to be found, not by a filter or an order either."
              )),
            Fact(
              name: word("Vaste adressen", "Permanent addresses"),
              text: word(
                "Zet /uitgaven/\(site.release.id) voor een adres om altijd precies deze uitgave te krijgen.",
                "Put /uitgaven/\(site.release.id) before an address to get exactly this release, always."
              )),
            Fact(
              name: word("Bewaren", "Caching"),
              text: word(
                "Antwoorden dragen een ETag; wie hem terugstuurt krijgt 304 als er niets veranderd is.",
                "Answers carry an ETag; whoever sends it back gets 304 when nothing has changed.")),
          ]),
      ])
  }

  /// Method and quality, in the order of the European structure for reports of quality (SIMS 2.0, Eurostat).
  static func quality(_ site: Site, _ language: Language) -> DocumentPage {
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    let chain = site.release.chain
    let provenance = site.release.provenance
    let date = NumberText.text(provenance.referenceDate, language: language)
    let counts = site.tables.map(\.figureCounts)
    let cells = counts.reduce(0) { $0 + $1.all }
    let hidden = counts.reduce(0) { $0 + $1.hidden }
    func number(_ count: Int) -> String {
      NumberText.text(Double(count), decimals: 0, language: language)
    }
    let share = NumberText.text(
      100 * Double(hidden) / Double(max(1, cells)), decimals: 1, language: language)
    var linkage: [String] = []
    if let quality = site.tables.lazy.compactMap(\.provenance.linkage).first(where: { $0.pairs > 0 }
    ) {
      let found = NumberText.text(
        100 * Double(quality.found) / Double(quality.pairs), decimals: 1, language: language)
      linkage.append(
        word(
          "Koppelen op naam, geboortedatum en adres vindt \(found)% van de koppelingen die nummers ook geven.",
          "Linking by name, date of birth and address finds \(found)% of the links that numbers give too."
        ))
    }
    return DocumentPage(
      title: word("Methode en kwaliteit", "Method and quality"),
      summary: word(
        "Hoe goed de cijfers zijn, in de indeling die Europese statistische bureaus gebruiken.",
        "How good the figures are, in the structure that European statistical offices use."),
      sections: [
        Section(
          "contact", word("Contact", "Contact"),
          [chain.listing?.contactName[language] ?? chain.name[language]],
          links: chain.listing.map {
            [
              Link(
                href: $0.contactAddress, label: $0.contactAddress.replacing("mailto:", with: ""))
            ]
          }
            ?? []),
        Section(
          "presentatie", word("Wat de cijfers beschrijven", "Statistical presentation"),
          [chain.purpose[language]],
          facts: [
            Fact(name: word("Tabellen", "Tables"), text: number(site.tables.count)),
            Fact(name: word("Cijfers", "Figures"), text: number(cells)),
            Fact(
              name: word("Bronnen", "Sources"),
              text: chain.sources(of: provenance).map { $0.name[language] }.joined(separator: ", ")),
          ],
          links: [
            Link(href: Address.concepts(language), label: InterfaceText(language).allConcepts)
          ]
        ),
        Section(
          "eenheid", word("Eenheden", "Units of measure"),
          [
            word(
              "Elke tabel noemt wat zij telt: een misdrijf is geen zaak en een zaak is geen persoon. Aantallen van verschillende eenheden zijn niet op elkaar te delen.",
              "Every table says what it counts: a crime is no case, and a case is no person. Numbers of different units cannot be divided by each other."
            )
          ]),
        Section(
          "peildatum", word("Referentieperiode", "Reference period"),
          [
            word(
              "Peildatum \(date): alles wat op die dag bekend was, en niets van later.",
              "Reference date \(date): all that was known on that day, and nothing later.")
          ]),
        Section(
          "mandaat", word("Grondslag en geheimhouding", "Mandate and confidentiality"),
          [
            word(
              "De gegevens dienen alleen voor statistiek en beleidsonderzoek. Namen en nummers zijn vervangen voordat iemand met de gegevens werkt.",
              "The data serve statistics and policy research only. Names and numbers are replaced before anybody works with the data."
            ),
            word(
              "\(share)% van de cijfers (\(number(hidden)) van \(number(cells))) is geheim. Of de rest iets verraadt, wordt nagerekend: voor elke uitgave is bewezen hoe ver wie haar leest naast een geheim cijfer blijft. Wat eerdere uitgaven lieten zien, telt daarbij zoveel mogelijk als bekend. Wat zij verborgen om veilig te zijn, blijft verborgen.",
              "\(share)% of the figures (\(number(hidden)) of \(number(cells))) are confidential. Whether the others give something away is computed: for every release it is proved how far whoever reads it stays from a confidential figure. What earlier releases showed counts as known as far as possible. What they hid to be safe stays hidden."
            ),
          ]),
        Section(
          "publicatie", word("Wanneer cijfers verschijnen", "Release policy"),
          [
            word(
              "Cijfers verschijnen voor iedereen op hetzelfde moment.",
              "Figures appear for everybody at the same moment.")
          ],
          links: [
            Link(href: Address.calendar(language), label: word("Kalender", "Calendar")),
            Link(href: Address.releases(language), label: word("Uitgaven", "Releases")),
          ]),
        Section(
          "nauwkeurigheid", word("Nauwkeurigheid", "Accuracy and reliability"),
          linkage + [
            word(
              "De cijfers zijn tellingen van registraties, geen steekproef. Fouten in registraties worden met regels opgespoord; wat is hersteld, staat in de momentopname.",
              "The figures are counts of registrations, not a sample. Errors in registrations are found by rules; what was repaired stands in the snapshot."
            )
          ]),
        Section(
          "tijdigheid", word("Tijdigheid en herziening", "Timeliness and revision"),
          [
            word(
              "Voorlopige cijfers dragen een sterretje en kunnen veranderen. Een definitief cijfer dat toch verandert, staat bij de correcties.",
              "Provisional figures carry an asterisk and may change. A definitive figure that changes all the same is among the corrections."
            )
          ],
          links: [
            Link(href: Address.corrections(language), label: word("Correcties", "Corrections"))
          ]
        ),
        Section(
          "vergelijkbaarheid",
          word("Samenhang en vergelijkbaarheid", "Coherence and comparability"),
          [
            word(
              "Alle tabellen komen uit één momentopname en gebruiken dezelfde begrippen. Waar andere bronnen andere getallen noemen, legt de tabel zelf uit waarom.",
              "All tables come from one snapshot and use the same concepts. Where other sources give other numbers, the table itself explains why."
            )
          ]),
        Section(
          "verwerking", word("Verwerking", "Statistical processing"), [],
          links: [
            Link(href: Address.about(language), label: InterfaceText(language).aboutHeading)
          ]),
      ])
  }

  /// The statement that Dutch law asks of a public website.
  static func accessibility(_ site: Site, _ language: Language) -> DocumentPage {
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    let listing = site.release.chain.listing
    return DocumentPage(
      title: word("Toegankelijkheid", "Accessibility"),
      summary: word(
        "Iedereen moet deze website kunnen gebruiken: met een toetsenbord, met een schermlezer, met vergroting, zonder kleur en zonder scripts.",
        "Everybody must be able to use this website: with a keyboard, with a screen reader, enlarged, without colour and without scripts."
      ),
      sections: [
        Section(
          "stand", word("Stand van zaken", "Status"),
          [
            word(
              "Het streven is WCAG 2.2 op niveau AA (EN 301 549). Elke soort pagina wordt bij elke wijziging van het programma met een browser gecontroleerd, breed en smal, licht en donker. Zo'n controle vindt niet alles; een onderzoek door mensen is er nog niet geweest.",
              "The aim is WCAG 2.2 level AA (EN 301 549). Every kind of page is checked in a browser at every change of the program, wide and narrow, light and dark. Such a check does not find everything; people have not examined the website yet."
            )
          ]),
        Section(
          "hoe", word("Hoe het werkt", "How it works"),
          [
            word(
              "Elke grafiek heeft een tabel met dezelfde cijfers. Kleur is nooit het enige verschil. De website bewaart niets op uw apparaat.",
              "Every chart has a table with the same figures. Colour is never the only difference. The website keeps nothing on your device."
            )
          ]),
        Section(
          "melden", word("Iets melden", "Report a problem"),
          [
            word(
              "Lukt er iets niet? Laat het weten; u krijgt het cijfer of de uitleg dan op een andere manier.",
              "Is something not working? Let us know; you will get the figure or the explanation in another way."
            )
          ],
          links: listing.map { [Link(href: $0.contactAddress, label: $0.contactName[language])] }
            ?? []),
      ])
  }
}
