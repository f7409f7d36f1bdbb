import Foundation
import InformationModel
import Testing

@Suite("A page")
struct PageTests {
  @Test("home shows the chain in order, the themes in the order of their scheme, and sentences")
  func home() async throws {
    try await withMockSite { client in
      let dutch = try await client.get("/").text
      #expect(dutch.contains("<h1>Schadeketen</h1>"))
      #expect(dutch.contains("straten &amp; pleinen"))
      let order = ["Landelijk Meldpunt", "Keuringsdienst", "Herstelbedrijven", "Incassokantoor"]
      let places = order.compactMap { dutch.range(of: $0)?.lowerBound }
      #expect(places.count == 4)
      #expect(places == places.sorted())
      #expect(
        dutch.contains("In 2023 kwamen er 10.641 meldingen binnen, met 218.140,50 euro schade."))
      #expect(dutch.contains("Het vierde kwartaal van 2023: 1.480 meldingen."))
      #expect(dutch.contains("1 juni 2024"))
      let english = try await client.get("/en/").text
      #expect(
        english.contains("In 2023 there were 10,641 reports, with 218,140.50 euros of damage."))
      #expect(english.contains("1 June 2024"))
      #expect(english.contains("Other tables"))
    }
  }

  @Test("never says a hidden figure in its sentence: the summary stands there instead")
  func headline() async throws {
    try await withMockSite { client in
      let text = try await client.get("/tabellen/zeldzaam").text
      #expect(text.contains("<p class=\"lead\">Samenvatting van zeldzaam.</p>"))
      #expect(!text.contains("Er waren er"))
      #expect(text.contains("<td class=\"hidden-figure\">geheim</td>"))
    }
  }

  @Test("of a table shows totals first, and any other part by plain links")
  func table() async throws {
    try await withMockSite { client in
      let path = "/tabellen/meldingen-naar-soort"
      let totals = try await client.get(path).text
      #expect(totals.contains("<span>Meldingen (aantal); Regio: Heel het land</span>"))
      #expect(totals.contains("<td class=\"number\">10.641</td>"))
      #expect(totals.contains("2023*"))
      #expect(totals.contains("<option value=\"NL00\" selected=\"selected\">"))
      #expect(totals.contains("href=\"/begrippen/soort/A%201%2F2\""))
      #expect(totals.contains("Zitbanken &lt;hout&gt;"))

      let north = try await client.get(path + "?Regio=N").text
      #expect(north.contains("<span>Meldingen (aantal); Regio: Noord</span>"))
      #expect(north.contains("<td class=\"hidden-figure\">geheim</td>"))
      #expect(north.contains("om personen te beschermen"))
      #expect(north.contains("href=\"/en/tabellen/meldingen-naar-soort?Regio=N\""))

      let english = try await client.get("/en" + path + "?Regio=N").text
      #expect(english.contains("<td class=\"hidden-figure\">confidential</td>"))

      // As time goes, and the newest one, which is last, stays in sight.
      let periods = totals.matches(of: /<th scope="col">([^<]+)</).map { String($0.output.1) }
      #expect(Array(periods.suffix(3)) == ["2022", "2023*", "2024, tot de peildatum*"])
      #expect(totals.contains("<table class=\"figures over-time\">"))
      #expect(totals.contains(".over-time :is(th, td):last-child { position: sticky; right: -1px;"))
      // A region of text from right to left begins at its right end.
      #expect(totals.contains("<div class=\"scroll newest\""))
      #expect(totals.contains(".newest { direction: rtl; }\n.newest > table { direction: ltr;"))

      let measures = try await client.get(path + "?toon-rijen=Perioden").text
      #expect(!measures.contains("class=\"figures over-time\""))
      #expect(!measures.contains("class=\"scroll newest\""))
      #expect(measures.contains("<span class=\"unit\">euro</span>"))
    }
  }

  @Test("of percentiles tells apart what is hidden and what cannot be computed")
  func percentiles() async throws {
    try await withMockSite { client in
      let text = try await client.get("/en/tabellen/doorlooptijd?toon-onderwerp=mediaan").text
      #expect(text.contains("<td class=\"number\">45.3</td>"))
      #expect(text.contains("<td class=\"no-figure\">–</td>"))
      #expect(text.contains("<td class=\"hidden-figure\">confidential</td>"))
      #expect(text.contains("there is nothing to compute"))
    }
  }

  @Test("in English leads to files in English")
  func englishFiles() async throws {
    try await withMockSite { client in
      let page = try await client.get("/en/tabellen/meldingen-naar-soort").text
      for (suffix, mark) in [
        (".en.px", "LANGUAGE=\"en\";"),
        (".en.json-stat.json", "\"label\":\"Reports of damage by kind and region\""),
      ] {
        #expect(page.contains("/download/S01\(suffix)\""))
        let file = try await client.get("/download/S01\(suffix)")
        #expect(file.text.contains(mark))
        #expect(file.header("Content-Disposition") == "attachment; filename=\"S01\(suffix)\"")
      }
      #expect(try await client.get("/download/S99.en.px").status == 404)
    }
  }

  @Test("of a table says what is counted, where it comes from and how it is protected")
  func provenance() async throws {
    try await withMockSite { client in
      let text = try await client.get("/tabellen/meldingen-naar-soort").text
      for part in [
        "Eén bericht over één schade.", "Alle meldingen in het land.", "MLD-2023-abcdef",
        "snap-qrst", "1 juni 2024", "Kleine aantallen.", "/download/S01.csv\"",
        "/download/S01.xlsx", "/download/S01.json-stat.json", "/download/S01.px",
        "voorlopig: 2023; 2024, tot de peildatum", "Keuringsdienst",
      ] {
        #expect(text.contains(part), "\(part)")
      }
    }
  }

  @Test("of a table lead to the workbook in their own language", arguments: ["", "/gegevens"])
  func workbooks(place: String) async throws {
    try await withMockSite { client in
      for (prefix, own, other) in [
        ("", "S01.xlsx", "S01.en.xlsx"), ("/en", "S01.en.xlsx", "S01.xlsx"),
      ] {
        let page = try await client.get("\(prefix)/tabellen/meldingen-naar-soort\(place)")
        let links = try #require(MarkupReader(page.body)).links
        #expect(links.contains("/download/\(own)") && !links.contains("/download/\(other)"))
      }
    }
  }

  @Test("of a table tells how well persons were linked, where records of persons are behind it")
  func linkage() async throws {
    try await withMockSite { client in
      let dutch = try await client.get("/tabellen/meldingen-naar-soort").text
      for part in ["Koppeling van personen", "12.345", "89,1%", "98,5%", "0,3%"] {
        #expect(dutch.contains(part), "\(part)")
      }
      let english = try await client.get("/en/tabellen/meldingen-naar-soort").text
      for part in ["Linkage of persons", "12,345", "89.1%", "98.5%", "0.3%"] {
        #expect(english.contains(part), "\(part)")
      }
      #expect(
        try await !client.get("/tabellen/doorlooptijd").text.contains("Koppeling van personen"))
      let data = try await client.get("/download/S01.json-stat.json").text
      #expect(data.contains("\"contradicted\":3") || data.contains("\"contradicted\": 3"))
    }
  }

  @Test(
    "shows every category of the rows, whatever else is asked, and keeps nothing else for others",
    arguments: [
      ("/tabellen/doorlooptijd", "Fase=H"), ("/tabellen/meldingen-naar-soort", "Soort=A11"),
      ("/tabellen/meldingen-naar-soort?toon-rijen=Regio", "Regio=N"),
      ("/en/tabellen/doorlooptijd?toon-onderwerp=mediaan", "Fase=H"),
    ])
  func choiceOfRow(clean: String, choice: String) async throws {
    let odd = clean + (clean.contains("?") ? "&" : "?") + choice
    try await withPublications { folder in
      _ = try MockRelease.release(into: folder)
      var bodies: Set<Data> = []
      for order in [[clean, odd], [odd, clean]] {
        let client = try RouterClient(folder)
        for path in order {
          let answer = try await client.get(path)
          #expect(answer.status == 200)
          bodies.insert(answer.body)
        }
      }
      #expect(bodies.count == 1)
    }
  }

  @Test("refuses a category of the rows that does not exist")
  func unknownRow() async throws {
    try await withMockSite { client in
      let answer = try await client.get("/tabellen/doorlooptijd?Fase=Q")
      #expect(answer.status == 400)
    }
  }

  @Test("of a table names the organisations and deliveries of that table alone")
  func sources() async throws {
    try await withMockSite { client in
      let text = try await client.get("/tabellen/doorlooptijd").text
      #expect(
        text.contains("<dd>Landelijk Meldpunt Openbare Ruimte, Keuringsdienst</dd>"))
      #expect(text.contains("KEU-2023-abcdef"))
      #expect(!text.contains("RAD-2023-abcdef"))
    }
  }

  @Test("says nothing of approvals, which nobody gives")
  func approvals() async throws {
    try await withMockSite { client in
      for path in ["/over", "/en/over"] {
        let text = try await client.get(path).text
        #expect(!text.contains("approve"))
        #expect(!text.contains("geven de uitgave samen vrij"))
      }
    }
    try await withPublications { folder in
      let text = try await RouterClient(folder).get("/en/").text
      #expect(text.contains("The first release will be here as soon as there is one."))
    }
  }

  @Test("gives every reason for hiding figures, also two under one title")
  func reasons() async throws {
    try await withMockSite { client in
      let text = try await client.get("/over").text
      #expect(text.contains("Aantallen van één tot en met vier zijn geheim"))
      #expect(text.contains("Aantallen tot tien zijn geheim."))
    }
  }

  @Test("names the licence of the chain")
  func licence() async throws {
    try await withMockSite { client in
      let link = "<a href=\"https://creativecommons.org/licenses/by/4.0/\""
      let home = try await client.get("/").text
      #expect(home.contains(link))
      let about = try await client.get("/over").text
      #expect(about.components(separatedBy: link).count == 3)
    }
  }

  @Test("calls figures provisional by their status, not by a name that ends in an asterisk")
  func asterisk() async throws {
    try await withMockSite { client in
      let named = try await client.get("/tabellen/mutaties").text
      #expect(named.contains("Af*"))
      #expect(!named.contains("voorlopig cijfer"))
      let provisional = try await client.get("/tabellen/saldo").text
      #expect(provisional.contains("voorlopig cijfer"))
    }
  }

  @Test("draws figures below zero below zero")
  func negative() async throws {
    try await withMockSite { client in
      let line = try await client.get("/tabellen/saldo").text
      let axis = try #require(
        line.firstMatch(of: /y1="([0-9.]+)" y2="[0-9.]+" class="axis"/)?.output.1)
      let zero = try #require(Double(axis))
      let points = line.matches(of: /<path d="M[0-9.]+[ ,]([0-9.]+)a/).prefix(3)
        .compactMap { Double($0.output.1) }
      #expect(points.map { $0 < zero } == [false, true, true])
      #expect(points.first.map { $0 > zero } == true)
      #expect(line.contains(">\u{2212}40<"))

      let bars = try await client.get("/tabellen/mutaties").text
        .matches(of: /<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"/).prefix(2)
        .compactMap { match in
          Double(match.output.1).flatMap { x in Double(match.output.2).map { (x, $0) } }
        }
      try #require(bars.count == 2)
      // The negative bar ends where the positive one begins, and is half as long.
      #expect(abs(bars[1].0 + bars[1].1 - bars[0].0) < 0.2)
      #expect(abs(bars[1].1 * 2 - bars[0].1) < 0.2)
    }
  }

  @Test("draws the parts of a total over time, with every figure in a table below it")
  func course() async throws {
    try await withMockSite { client in
      let text = try await client.get("/tabellen/meldingen-naar-soort").text
      let section = try #require(text.components(separatedBy: "id=\"verloop\"").dropFirst().first)
        .components(separatedBy: "</section>")[0]
      #expect(
        section.contains("Straatmeubilair &amp; verlichting") && section.contains("Bestrating"))
      // Twelve whole years; the year that the reference date cuts short is none.
      #expect(section.components(separatedBy: "<tr><th scope=\"row\">").count == 13)
      #expect(section.contains(">2023*</th>") && !section.contains("2024"))
      let table = MockRelease.counts
      let index = CellIndex(table.dimensions)
      for year in 0..<12 {
        for kind in [1, 4] {
          let count = table.counts[index.cell(at: [kind, 0, year])]
          let number = "\(count / 1_000).\(String(count % 1_000 + 1_000).dropFirst())"
          #expect(section.contains("<td>\(count < 1_000 ? "\(count)" : number)</td>"), "\(count)")
        }
      }
      #expect(
        try await client.get("/tabellen/meldingen-naar-soort?toon-rijen=Perioden").text
          .contains("id=\"verloop\"") == false)
    }
  }

  @Test("writes no two heights of an axis alike")
  func axis() async throws {
    try await withMockSite { client in
      for path in ["saldo", "saldo?toon-onderwerp=koers", "meldingen-per-kwartaal"] {
        let text = try await client.get("/tabellen/\(path)").text
        let drawing = try #require(text.components(separatedBy: "<svg").dropFirst().first)
        let labels = drawing.matches(of: /text-anchor="end"[^>]*>([^<]+)</).map(\.output.1)
        #expect(labels.count > 2, "\(path)")
        #expect(Set(labels).count == labels.count, "\(labels)")
      }
    }
  }

  @Test("of a concept shows its place, its source, its other language and the tables that use it")
  func concept() async throws {
    try await withMockSite { client in
      let text = try await client.get("/begrippen/soort/A%201%2F2").text
      for part in [
        "<h1>Straatmeubilair &amp; verlichting</h1>", "/begrippen/soort/T001",
        "/begrippen/soort/A11", "Regeling schade 2020, artikel 2", "vanaf 1 januari 2020",
        "<dd lang=\"en\">Street furniture &amp; lighting", "/tabellen/meldingen-naar-soort",
      ] {
        #expect(text.contains(part), "\(part)")
      }
      let posts = try await client.get("/begrippen/soort/A11").text
      #expect(posts.contains("<dt>Ook genoemd</dt><dd>Lichtmasten, Straat&lt;licht&gt;</dd>"))
      let english = try await client.get("/en/begrippen/soort/A11").text
      #expect(english.contains("<dt>Also called</dt><dd>Street lights</dd>"))
      #expect(!text.contains("Ook genoemd"))
      let unit = try await client.get("/begrippen/eenheden/melding").text
      #expect(unit.contains("/tabellen/doorlooptijd"))
      let theme = try await client.get("/en/begrippen/themas/tijd").text
      #expect(theme.contains("/en/tabellen/doorlooptijd"))
    }
  }

  @Test(
    "that does not exist helps",
    arguments: [
      ("/tabellen/melding-naar-soort", "/tabellen/meldingen-naar-soort"),
      ("/doorlooptijden", "/tabellen/doorlooptijd"),
      ("/en/begrippen/soorten-schade", "/en/begrippen/soort"),
      ("/en/nothing-like-it", "/en/tabellen"),
    ])
  func notFound(path: String, suggestion: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(path)
      #expect(answer.status == 404)
      #expect(MarkupReader(answer.body)?.links.contains(suggestion) == true)
      #expect(answer.header("Cache-Control") == "no-store")
    }
  }
}
