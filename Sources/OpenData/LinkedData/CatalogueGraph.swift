import InformationModel
import Publication

/// The catalogue of open data by DCAT-AP-NL 3.0 (Geonovum, 2024): every table a dataset, every file a distribution, every way to ask
/// a data service.
struct CatalogueGraph {
  let release: PublishedRelease
  let tables: [PublishedTable]
  let address: LinkedAddress
  /// From when the release is seen; nil when it was seen at once.
  let published: Moment?

  private static let authority = "http://publications.europa.eu/resource/authority/"
  private static let dutch = authority + "language/NLD"
  private static let english = authority + "language/ENG"
  private static let openToAll = authority + "access-right/PUBLIC"
  private static let available = authority + "planned-availability/STABLE"

  private var chain: ChainDescription { release.chain }
  private var alliance: String { address.base + "/over#alliantie" }
  private var contact: String { address.base + "/over#contact" }
  private var theme: String {
    Self.authority + "data-theme/" + (chain.listing?.theme ?? "GOVE")
  }
  private var released: RDFTerm {
    published.map { .value($0.description, type: "dateTime") }
      ?? .date(release.provenance.referenceDate)
  }

  /// The whole catalogue.
  var graph: RDFGraph {
    var graph = RDFGraph()
    let services = Service.all(of: chain)
    graph.describe(
      address.catalogue, as: ["dcat:Catalog"],
      ("dct:title", .both(chain.name)), ("dct:description", .both(chain.purpose)),
      ("dct:publisher", [.thing(alliance)]), ("dct:creator", [.thing(alliance)]),
      ("dcat:contactPoint", [.thing(contact)]),
      ("dct:language", [.thing(Self.dutch), .thing(Self.english)]),
      ("dct:license", [.thing(chain.licence.address)]),
      ("dct:issued", [released]), ("dct:modified", [released]),
      ("foaf:homepage", [.thing(address.base + "/")]),
      ("dcat:themeTaxonomy", [.thing(Self.authority + "data-theme")]), ("dct:spatial", spatial),
      ("dcat:dataset", tables.map { .thing(address.dataset($0.description.slug)) }),
      ("dcat:service", services.map { .thing($0.subject(address)) }))
    for table in tables { describe(table, in: &graph) }
    for service in services { describe(service, in: &graph) }
    describeReferences(in: &graph)
    return graph
  }

  /// One table, with what its description refers to.
  func graph(of table: PublishedTable) -> RDFGraph {
    var graph = RDFGraph()
    describe(table, in: &graph)
    LineageGraph(table: table, chain: chain, address: address, release: release.id.description)
      .describe(in: &graph)
    describeReferences(in: &graph)
    return graph
  }

  private var spatial: [RDFTerm] {
    chain.listing.map { [.thing(Self.authority + "country/" + $0.country)] } ?? []
  }

  // MARK: Tables and their files

  private func describe(_ table: PublishedTable, in graph: inout RDFGraph) {
    let description = table.description
    let subject = address.dataset(description.slug)
    let page = address.page(description.slug)
    let texts = TableTexts(table: table, chain: chain)
    let files = File.all.filter { file in
      file.suffix != TableFormat.parquet.suffix
        || release.file(table: description.id, format: .parquet) != nil
    }
    let sources = chain.sources(of: table.provenance)
    graph.describe(
      subject, as: ["dcat:Dataset"],
      ("dct:title", .both(description.title)), ("dct:description", .both(description.summary)),
      ("dct:identifier", [.text(description.id)]),
      ("dct:accessRights", [.thing(Self.openToAll)]),
      ("dcat:contactPoint", [.thing(contact)]), ("dct:publisher", [.thing(alliance)]),
      (
        "dct:creator", sources.isEmpty ? [.thing(alliance)] : sources.map { .thing(agent($0)) }
      ),
      ("dcat:theme", [.thing(theme)]),
      (
        "dct:subject",
        release.scheme(Naming.themeScheme)?.concept(description.theme) == nil
          ? [] : [.thing(address.concept(description.theme, in: Naming.themeScheme))]
      ),
      (
        "dcat:keyword",
        (chain.listing?.keywords ?? []).flatMap([RDFTerm].both)
          + [RDFTerm].both(description.unit.label)
      ),
      ("dct:language", [.thing(Self.dutch), .thing(Self.english)]),
      ("dct:issued", [released]), ("dct:modified", [released]), ("dct:spatial", spatial),
      ("dct:accrualPeriodicity", [.thing(Self.authority + "frequency/" + frequency(texts))]),
      ("dcat:landingPage", [.thing(page)]), ("foaf:page", [.thing(page + "/gegevens")]),
      ("dcat:version", [.text(release.id.description)]),
      ("dct:provenance", [.thing(page + "#herkomst")]),
      ("dcat:distribution", files.map { .thing(address.file(description.id, $0.suffix)) })
    )
    for document in [page, page + "/gegevens"] {
      graph.describe(document, as: ["foaf:Document"])
    }
    graph.describe(
      page + "#herkomst", as: ["dct:ProvenanceStatement"],
      (
        "rdfs:label",
        [RDFTerm].both(
          LocalizedText(
            nl:
              "Momentopname \(table.provenance.snapshot), peildatum \(table.provenance.referenceDate)",
            en:
              "Snapshot \(table.provenance.snapshot), reference date \(table.provenance.referenceDate)"
          ))
      ))
    if let span = Self.span(of: table) {
      graph.describe(subject, ("dct:temporal", [.thing(page + "#perioden")]))
      graph.describe(
        page + "#perioden", as: ["dct:PeriodOfTime"],
        ("dcat:startDate", [.date(span.first)]), ("dcat:endDate", [.date(span.last)]))
    }
    for file in files { describe(file, of: table, in: &graph) }
  }

  private func describe(_ file: File, of table: PublishedTable, in graph: inout RDFGraph) {
    let subject = address.file(table.description.id, file.suffix)
    let mediaType = "https://www.iana.org/assignments/media-types/" + file.mediaType
    let format = Self.authority + "file-type/" + file.format
    graph.describe(
      subject, as: ["dcat:Distribution"],
      (
        "dct:title",
        [RDFTerm].both(
          LocalizedText(
            nl: "\(table.description.title.nl) als \(file.name)",
            en: "\(table.description.title.en) as \(file.name)"))
      ),
      ("dct:description", .both(file.explanation)),
      ("dcat:accessURL", [.thing(subject)]), ("dcat:downloadURL", [.thing(subject)]),
      ("dct:license", [.thing(chain.licence.address)]),
      ("dct:rights", [.thing(chain.licence.address + "#rights")]),
      ("dcat:mediaType", [.thing(mediaType)]), ("dct:format", [.thing(format)]),
      ("dct:issued", [released]), ("dct:modified", [released]),
      ("dct:language", [.thing(Self.dutch), .thing(Self.english)]),
      ("dcatap:availability", [.thing(Self.available)]),
      ("dct:conformsTo", file.standard.map { [.thing($0)] } ?? []))
    graph.describe(
      mediaType, as: ["dct:MediaType"], ("rdfs:label", [.text(file.mediaType)]))
    graph.describe(format, as: ["dct:MediaTypeOrExtent"], ("rdfs:label", [.text(file.name)]))
    if let standard = file.standard {
      graph.describe(standard, as: ["dct:Standard"], ("rdfs:label", [.text(file.name)]))
    }
  }

  private func frequency(_ texts: TableTexts) -> String {
    switch texts.frequency {
    case "Permaand": "MONTHLY"
    case "Perkwartaal": "QUARTERLY"
    default: "ANNUAL"
    }
  }

  private static func span(
    of table: PublishedTable
  ) -> (first: CalendarDate, last: CalendarDate)? {
    guard let time = table.timeDimension else { return nil }
    let periods = table.dimensions[time].categories.compactMap { Period($0.code) }
    guard let first = periods.map(\.firstDay).min(), let last = periods.map(\.lastDay).max()
    else { return nil }
    return (first, last)
  }

  // MARK: Services

  private func describe(_ service: Service, in graph: inout RDFGraph) {
    graph.describe(
      service.subject(address), as: ["dcat:DataService"],
      ("dct:title", .both(service.title)), ("dct:description", .both(service.explanation)),
      ("dct:identifier", [.text(service.id)]),
      ("dcat:endpointURL", [.thing(address.base + service.path)]),
      ("dcat:endpointDescription", [.thing(address.base + service.descriptionPath)]),
      ("dct:accessRights", [.thing(Self.openToAll)]),
      ("dcat:contactPoint", [.thing(contact)]), ("dct:publisher", [.thing(alliance)]),
      ("dct:creator", [.thing(alliance)]),
      ("dcat:keyword", (chain.listing?.keywords ?? []).flatMap([RDFTerm].both)),
      ("dct:license", [.thing(chain.licence.address)]), ("dcat:theme", [.thing(theme)]),
      ("dct:language", [.thing(Self.dutch), .thing(Self.english)]),
      ("dct:conformsTo", [.thing(service.standard)]),
      ("foaf:page", [.thing(address.base + "/ontwikkelaars")]),
      ("dcat:servesDataset", tables.map { .thing(address.dataset($0.description.slug)) }))
    graph.describe(
      service.standard, as: ["dct:Standard"], ("rdfs:label", [.text(service.title.en)]))
  }

  // MARK: What is referred to

  /// The shapes look at the class of each thing that is referred to; whoever reads the catalogue alone cannot look it up.
  private func describeReferences(in graph: inout RDFGraph) {
    graph.describe(
      alliance, as: ["foaf:Agent", "foaf:Organization"], ("foaf:name", .both(chain.name)))
    for organisation in chain.organisations {
      graph.describe(
        agent(organisation), as: ["foaf:Agent", "foaf:Organization"],
        ("foaf:name", .both(organisation.name)))
    }
    let listing = chain.listing
    graph.describe(
      contact, as: ["vcard:Kind", "vcard:Organization"],
      ("vcard:fn", [RDFTerm].both(listing?.contactName ?? chain.name)),
      (
        listing?.isByMail == true ? "vcard:hasEmail" : "vcard:hasURL",
        [.thing(listing?.contactAddress ?? address.base + "/over")]
      ))
    for page in ["/", "/ontwikkelaars"] {
      graph.describe(address.base + page, as: ["foaf:Document"])
    }
    graph.describe(
      chain.licence.address, as: ["dct:LicenseDocument"],
      ("rdfs:label", [.text(chain.licence.name)]))
    graph.describe(
      chain.licence.address + "#rights", as: ["dct:RightsStatement"],
      ("rdfs:label", [.text(chain.licence.name)]))
    for (language, name) in [(Self.dutch, "Nederlands"), (Self.english, "English")] {
      graph.describe(language, as: ["dct:LinguisticSystem"], ("rdfs:label", [.text(name)]))
    }
    graph.describe(
      Self.openToAll, as: ["dct:RightsStatement"],
      ("rdfs:label", [RDFTerm].both(LocalizedText(nl: "openbaar", en: "public"))))
    for (code, name) in [
      ("MONTHLY", LocalizedText(nl: "maandelijks", en: "monthly")),
      ("QUARTERLY", LocalizedText(nl: "per kwartaal", en: "quarterly")),
      ("ANNUAL", LocalizedText(nl: "jaarlijks", en: "annual")),
    ] {
      graph.describe(
        Self.authority + "frequency/" + code, as: ["dct:Frequency"], ("rdfs:label", .both(name)))
    }
    graph.describe(
      theme, as: ["skos:Concept"],
      ("skos:prefLabel", [.words(chain.listing?.theme ?? "GOVE", language: "en")]),
      ("skos:inScheme", [.thing(Self.authority + "data-theme")]))
    graph.describe(
      Self.authority + "data-theme", as: ["skos:ConceptScheme"],
      (
        "dct:title",
        [RDFTerm].both(LocalizedText(nl: "Europese gegevensthema's", en: "European data themes"))
      ))
    graph.describe(
      Self.available, as: ["skos:Concept"],
      ("skos:prefLabel", [RDFTerm].both(LocalizedText(nl: "stabiel", en: "stable"))))
    for place in spatial {
      guard case .thing(let country) = place else { continue }
      graph.describe(country, as: ["dct:Location"], ("rdfs:label", [.text(listing?.country ?? "")]))
    }
    guard let themes = release.scheme(Naming.themeScheme) else { return }
    for concept in themes.concepts {
      graph.describe(
        address.concept(concept.code, in: themes.id), as: ["skos:Concept"],
        ("skos:prefLabel", .both(concept.label)),
        ("skos:inScheme", [.thing(address.schemePage(themes.id))]))
    }
  }

  private func agent(_ organisation: Organisation) -> String {
    LineageGraph.agent(organisation, address)
  }
}

extension CatalogueGraph {
  /// A file in which a table can be taken away.
  struct File {
    let suffix: String
    let name: String
    /// As it stands in the register of media types.
    let mediaType: String
    /// Code of the European list of file types.
    let format: String
    var standard: String?
    let explanation: LocalizedText

    static var all: [File] {
      [
        File(
          suffix: ".csv", name: "CSV", mediaType: "text/csv", format: "CSV",
          standard: "http://www.w3.org/ns/csvw",
          explanation: LocalizedText(
            nl: "Eén regel per cijfer, met de codes van de uitsplitsingen.",
            en: "One line per figure, with the codes of the breakdowns.")),
        File(
          suffix: ".json-stat.json", name: "JSON-stat 2.0", mediaType: "application/json",
          format: "JSON", standard: "https://json-stat.org/format/",
          explanation: LocalizedText(
            nl: "Alle cijfers met hun omschrijving in één bestand.",
            en: "All figures with their description in one file.")),
        File(
          suffix: ".px", name: "PC-Axis", mediaType: "text/plain", format: "TXT",
          explanation: LocalizedText(
            nl: "Voor programma's van de PX-familie.", en: "For programs of the PX family.")),
        File(
          suffix: ".xlsx", name: "Excel",
          mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          format: "XLSX",
          explanation: LocalizedText(
            nl: "Een werkmap met toelichting, cijfers en definities.",
            en: "A workbook with explanation, figures and definitions.")),
        File(
          suffix: ".parquet", name: "Parquet", mediaType: "application/vnd.apache.parquet",
          format: "PARQUET", standard: "https://parquet.apache.org/docs/file-format/",
          explanation: LocalizedText(
            nl: "Dezelfde regels als het CSV-bestand, voor programma's die veel tegelijk lezen.",
            en: "The same lines as the CSV file, for programs that read much at once.")),
        File(
          suffix: ".datapackage.json", name: "Data Package", mediaType: "application/json",
          format: "JSON", standard: "https://specs.frictionlessdata.io/data-package/",
          explanation: LocalizedText(
            nl: "Wat de velden van het CSV-bestand betekenen.",
            en: "What the fields of the CSV file mean.")),
      ]
    }
  }

  /// A way to ask for parts of tables.
  struct Service {
    let id: String
    let path: String
    let descriptionPath: String
    let standard: String
    let title: LocalizedText
    let explanation: LocalizedText

    func subject(_ address: LinkedAddress) -> String { address.base + "/ontwikkelaars#" + id }

    static func all(of chain: ChainDescription) -> [Service] {
      let catalog = chain.id.uppercased()
      return [
        Service(
          id: "odata4", path: "/odata/v1/\(catalog)",
          descriptionPath: "/odata/v1/\(catalog)/$metadata",
          standard: "https://docs.oasis-open.org/odata/odata/v4.0/",
          title: LocalizedText(nl: "OData 4", en: "OData 4"),
          explanation: LocalizedText(
            nl: "Cijfers en hun omschrijving, in de vorm van StatLine.",
            en: "Figures and their description, in the shape of StatLine.")),
        Service(
          id: "odata3", path: "/ODataCatalog", descriptionPath: "/openapi.json",
          standard: "https://www.odata.org/documentation/odata-version-3-0/",
          title: LocalizedText(nl: "OData 3", en: "OData 3"),
          explanation: LocalizedText(
            nl: "Dezelfde cijfers voor programma's die de oude vorm van StatLine kennen.",
            en: "The same figures for programs that know the older shape of StatLine.")),
        Service(
          id: "pxwebapi", path: "/api/v2/config", descriptionPath: "/openapi.json",
          standard: "https://github.com/PxTools/PxApiSpecs",
          title: LocalizedText(nl: "PxWebApi 2", en: "PxWebApi 2"),
          explanation: LocalizedText(
            nl: "Delen van tabellen, in de vorm van PxWeb.",
            en: "Parts of tables, in the shape of PxWeb.")),
        Service(
          id: "pxwebapi1", path: "/api/v1/nl", descriptionPath: "/openapi.json",
          standard: "https://github.com/statisticssweden/PxWeb",
          title: LocalizedText(nl: "PxWebApi 1", en: "PxWebApi 1"),
          explanation: LocalizedText(
            nl: "Dezelfde delen voor programma's die de oude vorm van PxWeb kennen.",
            en: "The same parts for programs that know the older shape of PxWeb.")),
        Service(
          id: "sdmx", path: "/sdmx/2.1/dataflow", descriptionPath: "/openapi.json",
          standard: "https://sdmx.org/standards-2/",
          title: LocalizedText(nl: "SDMX REST", en: "SDMX REST"),
          explanation: LocalizedText(
            nl: "Structuren en cijfers, zoals statistische bureaus ze uitwisselen.",
            en: "Structures and figures, as statistical offices exchange them.")),
      ]
    }
  }
}
