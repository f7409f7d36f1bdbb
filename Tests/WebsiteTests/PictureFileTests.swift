import Foundation
import HTTPTypes
import InformationModel
import Publication
import TestSupport
import Testing

/// A release with regions that have a place on the map, and with a chain of two stages: of each stage some figures are hidden.
private enum Journey {
  static let map = "/tabellen/meldingen-naar-gebied/kaart"
  static let flow = "/keten"
  static let chain = "/keten/organisaties"

  /// Amounts behind a small cell of the map, and of the flow.
  static let hidden = (map: 6173.0, flow: 7391.0)

  private static let areas = ["A", "B", "C", "D", "E"]

  private static func text(_ nl: String, _ en: String) -> LocalizedText {
    MockRelease.text(nl, en)
  }

  private static let scheme = ConceptScheme(
    id: "gebied", name: text("Gebieden", "Areas"),
    description: text("Waar de schade is.", "Where the damage is."), owner: "Keten",
    concepts: [MockRelease.concept("NL", nil, "Heel het land", "Whole country")]
      + areas.enumerated().map { place, code in
        Concept(
          code: code, parent: "NL", label: text("Gebied \(code)", "Area \(code)"),
          definition: text("Een gebied.", "An area."),
          tile: MapTile(column: place % 3, row: place / 3))
      })

  /// The same regions with outlines, but for the last one.
  private static var drawn: ConceptScheme {
    var drawn = scheme
    drawn.map = RegionMap(
      source: text("Proefkaart", "Trial map"),
      outlines: areas.dropLast().enumerated().map { place, code in
        let (x, y) = (place % 2 * 500, place / 2 * 500)
        return RegionMap.Outline(
          code: code, lines: [[x, y, x + 500, y, x + 500, y + 500, x, y + 500]])
      })
    return drawn
  }

  private static let area = InformationModel.Dimension(
    id: "Gebied", title: text("Gebied", "Area"), role: .region, scheme: "gebied",
    categories: [Category(code: "NL", label: text("Heel het land", "Whole country"))]
      + areas.map { Category(code: $0, label: text("Gebied \($0)", "Area \($0)"), parent: 0) })

  private static func outcomes(
    _ id: String, _ all: LocalizedText, _ parts: [(String, LocalizedText)]
  ) -> InformationModel.Dimension {
    InformationModel.Dimension(
      id: id, title: text("Afloop", "Outcome"),
      categories: [Category(code: "T", label: all)]
        + parts.map { Category(code: $0, label: $1, parent: 0) })
  }

  private static let measures = [
    Measure(
      id: "aantal", title: text("Meldingen", "Reports"), unit: text("aantal", "number"),
      decimals: 0, kind: .count),
    Measure(
      id: "bedrag", title: text("Schadebedrag", "Amount of damage"), unit: text("euro", "euros"),
      decimals: 0, kind: .sum),
  ]

  /// Adds up what is given of the parts into every total, which each dimension has in front; of time nothing is added up.
  private static func table(
    _ description: TableDescription, _ dimensions: [InformationModel.Dimension],
    _ figure: ([Int]) -> (count: Int, amount: Double)
  ) -> StatisticalTable {
    let index = CellIndex(dimensions)
    let cells = dimensions.reduce(1) { $0 * $1.categories.count }
    var (counts, amounts) = (
      [Int](repeating: 0, count: cells), [Double](repeating: 0, count: cells)
    )
    for cell in 0..<cells {
      let place = index.coordinates(of: cell)
      guard !place.dropLast().contains(0) else { continue }
      let own = figure(place)
      for mask in 0..<(1 << (place.count - 1)) {
        let total = index.cell(
          at: place.enumerated().map { mask >> $0 & 1 == 1 ? 0 : $1 })
        counts[total] += own.count
        amounts[total] += own.amount
      }
    }
    return StatisticalTable(
      description: description, dimensions: dimensions, measures: measures, counts: counts,
      values: [counts.map(Double.init), amounts])
  }

  /// Of area C three reports were rejected in 2023.
  private static let reports = table(
    MockRelease.description(
      "S11", "meldingen-naar-gebied", "Meldingen naar gebied", "Reports by area",
      theme: "instroom", headline: text("{aantal} meldingen.", "{aantal} reports."),
      chart: .by(dimension: "Gebied")),
    [
      area,
      outcomes(
        "Afloop", text("Alle meldingen", "All reports"),
        [
          ("D", text("Naar herstel", "To repair")), ("A", text("Afgewezen", "Rejected")),
          ("I", text("Ingetrokken", "Withdrawn")),
        ]),
      MockRelease.years(2021...2023),
    ]
  ) { place in
    place == [3, 2, 2]
      ? (3, hidden.map)
      : (100 * place[0] + 10 * place[1] + place[2], Double(1317 * place[0] + 211 * place[1]))
  }

  /// Two repairs of the last whole year went wrong.
  private static func repairs(_ years: ClosedRange<Int>) -> StatisticalTable {
    table(
      MockRelease.description(
        "S12", "herstel", "Herstel naar afloop", "Repairs by outcome", theme: "instroom",
        headline: text("{aantal} keer hersteld.", "{aantal} repairs."), chart: .overTime),
      [
        outcomes(
          "Einde", text("Alle opdrachten", "All orders"),
          [
            ("G", text("Hersteld", "Repaired")), ("M", text("Mislukt", "Failed")),
            ("W", text("Vervallen", "Lapsed")), ("U", text("Uitgesteld", "Postponed")),
          ]), MockRelease.years(years),
      ]
    ) { place in
      place == [2, years.count - 1]
        ? (2, hidden.flow) : (90 * place[0] + place[1], Double(2719 * place[0] + 17 * place[1]))
    }
  }

  private static let described: ChainDescription = {
    var chain = MockRelease.chain
    chain.flow = ChainFlow(stages: [
      ChainFlow.Stage(
        id: "melding", title: text("Gemeld & bekeken", "Reported & seen"), table: "S11",
        measure: "bedrag", dimension: "Afloop", goesOn: ["D": "herstel"]),
      ChainFlow.Stage(
        id: "herstel", title: text("Herstel", "Repair"), table: "S12", measure: "bedrag",
        dimension: "Einde", goesOn: [:]),
    ])
    return chain
  }()

  /// The second stage is counted in other years.
  static func release(
    into folder: URL, repairs years: ClosedRange<Int> = 2021...2023, hasOutlines: Bool = false
  ) throws -> ReleaseID {
    try MockRelease.release(
      into: folder, chain: described,
      schemes: MockRelease.schemes + [hasOutlines ? drawn : scheme],
      tables: [reports, repairs(years)])
  }
}

/// A folder with the release, removed afterwards.
private func withJourney(
  repairs years: ClosedRange<Int> = 2021...2023,
  _ body: (RouterClient, PublishedRelease) async throws -> Void
) async throws {
  try await withPublications { folder in
    let id = try Journey.release(into: folder, repairs: years)
    try await body(RouterClient(folder), PublicationStore(directory: folder).release(id))
  }
}

@Suite("A map, a course, a flow and a chain as files")
struct PictureFileTests {
  private static let all = [
    Journey.map, Journey.flow, Journey.chain, "/tabellen/meldingen-naar-gebied/verloop",
  ]

  /// What stands in the file itself, around the drawing.
  private static func frame(_ svg: String) throws -> (title: String, lines: String) {
    let drawing = try #require(DrawingReader(svg))
    let texts = drawing.all("text")
    return (
      texts.filter { $0.number("font-size") == 28 }.map(\.text).joined(separator: " "),
      texts.filter { $0.has(style: "chart-text") && $0.number("font-size") == 17 }.map(\.text)
        .joined(separator: " ")
    )
  }

  @Test(
    "tell what they show, of when, from whom, and where they stand in their release",
    arguments: [
      (
        Journey.map, "Meldingen (aantal), naar Gebied, 2023*; Alle meldingen",
        "Meldingen naar gebied. Bron: Landelijk", "/tabellen/meldingen-naar-gebied"
      ),
      (
        "/en" + Journey.map, "Reports (number), by Area, 2023*; All reports",
        "Reports by area. Source: National", "/en/tabellen/meldingen-naar-gebied"
      ),
      (
        "/tabellen/meldingen-naar-gebied/verloop",
        "Meldingen (aantal), door de tijd, naar Gebied; Alle meldingen",
        "Meldingen naar gebied. Bron: Landelijk", "/tabellen/meldingen-naar-gebied"
      ),
      (
        "/tabellen/herstel/verloop.svg?toon-onderwerp=bedrag&onzin=1",
        "Schadebedrag (euro), door de tijd, naar Afloop", "Herstel naar afloop. Bron: Landelijk",
        "/tabellen/herstel?toon-onderwerp=bedrag"
      ),
      (
        Journey.flow, "Uitkomsten van elke stap, 2023", "Door de keten. Bron: Landelijk", "/keten"
      ),
      (
        "/en" + Journey.flow, "Outcomes of each stage, 2023",
        "Through the chain. Source: National", "/en/keten"
      ),
      (
        Journey.chain, "De organisaties in de volgorde van de keten", "Schadeketen. Peildatum", "/"
      ),
    ])
  func frame(address: String, title: String, source: String, page: String) async throws {
    try await withJourney { client, release in
      let answer = try await client.get(address.contains("?") ? address : address + ".svg")
      #expect(answer.status == 200)
      #expect(answer.header("Content-Type") == "image/svg+xml")
      #expect(answer.header("Access-Control-Allow-Origin") == "*")
      #expect(
        answer.header("Content-Security-Policy")
          == "default-src 'none'; style-src 'unsafe-inline'")
      #expect(!answer.text.contains("var("))
      let frame = try Self.frame(answer.text)
      #expect(frame.title == title)
      #expect(frame.lines.hasPrefix(source), "\(frame.lines)")
      #expect(frame.lines.contains("1 juni 2024") || frame.lines.contains("1 June 2024"))
      #expect(
        frame.lines.hasSuffix(" http://localhost/uitgaven/\(release.id)\(page)"), "\(frame.lines)")
    }
  }

  @Test("show what is published, and a word where a figure is hidden")
  func map() async throws {
    try await withJourney { client, release in
      let table = try #require(release.allTables().first { $0.description.id == "S11" })
      let query = "?Afloop=A&toon-onderwerp=bedrag"
      for (prefix, word, point) in [("", "geheim", "."), ("/en", "confidential", ",")] {
        let answer = try await client.get("\(prefix)\(Journey.map).svg\(query)")
        let drawing = try #require(DrawingReader(answer.text))
        let texts = drawing.all("text").map(\.text)
        var hidden = 0
        for area in 1...5 {
          switch table.cell(table.cells.cell(at: [area, 2, 2]), measure: 1) {
          case .value(let amount):
            let digits = String(Int(amount))
            #expect(texts.contains("\(digits.dropLast(3))\(point)\(digits.suffix(3))"))
          case .confidential: hidden += 1
          case .impossible: Issue.record("no figure of area \(area)")
          }
        }
        #expect(hidden >= 1 && hidden < 5)
        // One more in the legend.
        #expect(texts.count { $0 == word } == hidden + 1)
        #expect(drawing.all("rect", style: "tile-hidden").count == hidden + 1)
        // All figures of the newest year are provisional.
        #expect(drawing.all("rect", style: "outline-provisional").count == 5)
        #expect(
          texts.contains { $0.contains(prefix.isEmpty ? "Afgewezen" : "Rejected") },
          "the title names what was chosen")
      }
    }
  }

  @Test("draw regions in their shapes once a release has these; earlier releases keep their map")
  func shapes() async throws {
    try await withPublications { folder in
      let before = try Journey.release(into: folder)
      let concepts = folder.appending(path: "\(before)/concepts.json")
      #expect(!(try String(contentsOf: concepts, encoding: .utf8)).contains("\"map\""))
      let now = try Journey.release(into: folder, hasOutlines: true)
      let client = try RouterClient(folder)
      let table = try #require(
        PublicationStore(directory: folder).release(now).allTables()
          .first { $0.description.id == "S11" })
      let query = "?Afloop=A&toon-onderwerp=bedrag"
      let drawing = try #require(
        DrawingReader(try await client.get("\(Journey.map).svg\(query)").text))
      #expect(drawing.all("path", style: "region").count == 4)
      #expect(drawing.all("rect", style: "tile").isEmpty)
      let titles = drawing.all("title").map(\.text)
      for (place, area) in ["A", "B", "C", "D"].enumerated() {
        let cell = table.cell(table.cells.cell(at: [place + 1, 2, 2]), measure: 1)
        let digits = if case .value(let amount) = cell { String(Int(amount)) } else { "" }
        let figure = digits.isEmpty ? "geheim" : "\(digits.dropLast(3)).\(digits.suffix(3))"
        #expect(titles.contains("Gebied \(area): \(figure)"))
      }
      let texts = drawing.all("text").map(\.text)
      #expect(texts.contains("Niet op de kaart: Gebied E"))
      #expect(texts.contains("Grenzen op de kaart: Proefkaart"))
      let earlier = try await client.get("/uitgaven/\(before)\(Journey.map).svg\(query)")
      let tiles = try #require(DrawingReader(earlier.text))
      #expect(tiles.all("path", style: "region").isEmpty)
      #expect(!tiles.all("rect", style: "tile").isEmpty)
      let painted = try #require(
        PNGReader(try await client.get("\(Journey.map).png\(query)").body))
      #expect(painted.width == 2400)
      let page = try await client.get("/tabellen/meldingen-naar-gebied?toon-rijen=Gebied")
      #expect(page.text.contains("class=\"region\""))
    }
  }

  @Test("draw the stages with their units, and hidden outcomes as such")
  func flow() async throws {
    try await withJourney { client, release in
      let table = try #require(release.allTables().first { $0.description.id == "S12" })
      let drawing = try #require(DrawingReader(try await client.get("/keten.svg").text))
      let texts = drawing.all("text").map(\.text)
      #expect(texts.contains("Gemeld & bekeken") && texts.contains("Uitkomst"))
      #expect(texts.count { $0 == "Melding" } == 2)
      let hidden = (1...4).count { outcome in
        table.cell(table.cells.cell(at: [outcome, 2]), measure: 1) == .confidential
      }
      #expect(hidden > 0)
      #expect(drawing.all("path", style: "flow-hidden").count >= hidden)
      #expect(texts.count { $0 == "geheim" } >= hidden)
      #expect(drawing.all("path", style: "flow").count > 0)
    }
  }

  @Test("name the period of each stage when the stages have not the same")
  func periods() async throws {
    try await withJourney(repairs: 2020...2022) { client, _ in
      let answer = try await client.get("/en/keten.svg").text
      #expect(try Self.frame(answer).title == "Outcomes of each stage")
      let texts = try #require(DrawingReader(answer)).all("text").map(\.text)
      #expect(texts.contains("Report, 2023") && texts.contains("Report, 2022"))
      let page = try await client.get("/en/keten").text
      #expect(page.contains("Repair → Repaired (Report, 2022)"))
    }
  }

  @Test("hold in no form what is hidden")
  func secrets() async throws {
    try await withJourney { client, _ in
      var addresses = Self.all.flatMap { ["\($0)", "/en\($0)", "\($0).svg", "/en\($0).svg"] }
      for measure in ["aantal", "bedrag"] {
        for outcome in ["T", "D", "A", "I"] {
          for area in ["NL", "C"] {
            let query = "Afloop=\(outcome)&Gebied=\(area)&toon-onderwerp=\(measure)"
            addresses += [
              "\(Journey.map).svg?\(query)",
              "/tabellen/meldingen-naar-gebied/verloop.svg?\(query)",
              "/tabellen/meldingen-naar-gebied/verloop.svg?\(query)&toon-rijen=Afloop",
            ]
          }
        }
      }
      addresses.append("/tabellen/herstel/verloop.svg?toon-rijen=Einde&toon-onderwerp=bedrag")
      for address in addresses {
        let answer = try await client.get(address)
        #expect(answer.status == 200, "\(address)")
        for secret in MockRelease.secrets {
          #expect(!answer.text.contains(secret), "\(secret) at \(address)")
        }
      }
    }
  }

  @Test("are painted from the drawing, are known by their tag, and are asked for by type too")
  func dots() async throws {
    try await withJourney { client, release in
      for address in Self.all {
        let svg = try await client.get(address + ".svg")
        let size = try #require(DrawingReader(svg.text)?.size)
        let png = try await client.get(address + ".png")
        #expect(png.header("Content-Type") == "image/png")
        let picture = try #require(PNGReader(png.body), "\(address)")
        #expect(picture.width == 2400 && picture.height == Int(2 * size.height))
        #expect(picture.darkDots(x: 0..<76, y: 0..<picture.height) == 0, "\(address)")
        #expect(picture.darkDots(x: 2_324..<2_400, y: 0..<picture.height) == 0, "\(address)")
        #expect(picture.darkDots(x: 80..<2_320, y: 0..<picture.height) > 5_000, "\(address)")
        for (suffix, type, answer) in [
          (".svg", "image/svg+xml", svg), (".png", "image/png", png),
        ] {
          let tag = try #require(answer.header("ETag"))
          #expect(answer.header("Cache-Control") == "public, max-age=300")
          let accepted = try await client.get(address, headers: [.accept: type])
          #expect(accepted.body == answer.body && accepted.header("ETag") == tag, "\(address)")
          let known = try await client.get(address + suffix, headers: [.ifNoneMatch: tag])
          #expect(known.status == 304 && known.body.isEmpty)
          let head = try await client.get(address + suffix, method: .head)
          #expect(head.status == 200 && head.body.isEmpty && head.header("ETag") == tag)
          // At the address of its release it is the same file.
          let lasting = try await client.get("/uitgaven/\(release.id)\(address)\(suffix)")
          #expect(lasting.body == answer.body && lasting.header("ETag") == tag, "\(address)")
        }
      }
    }
  }

  @Test("stand, where no form is asked for, in the page that has them")
  func pages() async throws {
    try await withJourney { client, _ in
      for (address, page) in [
        (Journey.map, "/tabellen/meldingen-naar-gebied"), (Journey.chain, "/"),
        ("/tabellen/meldingen-naar-gebied/verloop", "/tabellen/meldingen-naar-gebied"),
      ] {
        for prefix in ["", "/en"] {
          let answer = try await client.get(prefix + address + "?Afloop=D")
          let other = try await client.get(
            prefix + (page == "/" ? "/" : "\(page)?Afloop=D"))
          #expect(answer.status == 200 && answer.body == other.body, "\(address)")
        }
      }
    }
  }

  @Test("are offered beside the drawing, in both languages and in earlier releases")
  func offered() async throws {
    try await withJourney { client, release in
      let table = "/tabellen/meldingen-naar-gebied"
      for place in ["", "/uitgaven/\(release.id)"] {
        for (prefix, labels) in [
          ("", ["Deze kaart", "Dit verloop", "Deze grafiek", "De keten als tekening"]),
          ("/en", ["This map", "This course", "This chart", "The chain as a drawing"]),
        ] {
          for (page, address, label) in [
            (table, table + "/kaart", labels[0]), (table, table + "/verloop", labels[1]),
            (table, table, labels[2]), ("/keten", "/keten", labels[2]),
            ("/", "/keten/organisaties", labels[3]),
          ] {
            let answer = try await client.get(place + prefix + page)
            let links = try #require(MarkupReader(answer.body)).links
            for format in ["svg", "png"] {
              let link = "\(place)\(prefix)\(address).\(format)"
              #expect(links.contains(link), "\(link)")
              #expect(answer.text.contains("<a href=\"\(link)\">\(label)"), "\(link)")
              #expect(try await client.get(link).status == 200, "\(link)")
            }
          }
        }
      }
      let chosen = try await client.get("\(table)?Afloop=D")
      #expect(
        MarkupReader(chosen.body)?.links.contains("\(table)/kaart.png?Afloop=D") == true)
    }
  }

  @Test(
    "are not there where nothing is drawn, nor in forms of something else",
    arguments: [
      ("/tabellen/meldingen-naar-gebied/kaart.csv", 404),
      ("/tabellen/meldingen-naar-gebied/kaart.svg?toon-rijen=Afloop", 404),
      ("/tabellen/meldingen-naar-gebied/kaart?toon-rijen=Perioden", 404),
      ("/tabellen/meldingen-naar-gebied/verloop.png?toon-rijen=Perioden", 404),
      ("/tabellen/meldingen-naar-gebied/kaart.svg?Afloop=X", 400),
      ("/tabellen/herstel/kaart.svg", 404), ("/tabellen/nergens/kaart.png", 404),
      ("/keten.csv", 404), ("/keten.PNG", 404), ("/keten/organisaties.ttl", 404),
      ("/keten/nergens.svg", 404),
      ("/uitgaven/2020-01-01-abcdefghijkl/keten.svg", 404),
    ])
  func absent(address: String, status: Int) async throws {
    try await withJourney { client, _ in
      let answer = try await client.get(address)
      #expect(answer.status == status)
      #expect(answer.isPage && MarkupReader(answer.body) != nil)
    }
  }

  @Test("of a flow are not there for a chain that has none", arguments: ["", "/en"])
  func noFlow(prefix: String) async throws {
    try await withMockSite { client in
      for address in ["/keten", "/keten.svg", "/keten.png"] {
        let answer = try await client.get(prefix + address)
        #expect(answer.status == 404 && answer.isPage)
      }
      let accepted = try await client.get(prefix + "/keten", headers: [.accept: "image/png"])
      #expect(accepted.status == 404)
    }
  }
}
