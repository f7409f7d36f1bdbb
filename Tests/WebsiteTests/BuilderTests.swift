import Foundation
import InformationModel
import Publication
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a page for composing shows: the lists with what is chosen, and the table.
private final class ComposedPage: NSObject, XMLParserDelegate {
  struct Cell: Equatable {
    let text: String
    let style: String
  }

  struct Row: Equatable {
    var head = ""
    var cells: [Cell] = []
  }

  /// Of the form, as a browser sends it.
  private(set) var chosen: [(name: String, value: String)] = []
  private(set) var offered: [String: [String]] = [:]
  private(set) var corners: [String] = []
  private(set) var columns: [String] = []
  private(set) var rows: [Row] = []
  private(set) var caption = ""
  private(set) var status = ""
  private(set) var notices: [String] = []
  private(set) var links: [(href: String, label: String)] = []
  private(set) var twins: [String: String] = [:]
  /// Whether the table begins at its newest period, which stays in sight.
  private(set) var isOverTime = false
  var hasTable: Bool { tables == 1 }
  private var tables = 0
  private var text = ""
  private var style = ""
  private var isBody = false
  private var select: String?

  init?(_ page: Data) {
    super.init()
    let parser = XMLParser(data: page)
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    text = ""
    style = attributes["class"] ?? attributes["role"] ?? ""
    switch name {
    case "input":
      guard let own = attributes["name"], let value = attributes["value"] else { return }
      offered[own, default: []].append(value)
      if attributes["checked"] != nil { chosen.append((own, value)) }
    case "select": select = attributes["name"]
    case "option":
      guard let select, let value = attributes["value"] else { return }
      offered[select, default: []].append(value)
      if attributes["selected"] != nil { chosen.append((select, value)) }
    case "div" where style == "scroll newest": isOverTime = true
    case "table":
      tables += 1
      isOverTime = isOverTime && style == "figures over-time"
    case "tbody": isBody = true
    case "thead": isBody = false
    case "tr" where isBody: rows.append(Row())
    case "a": links.append((attributes["href"] ?? "", ""))
    case "link":
      if let language = attributes["hreflang"] { twins[language] = attributes["href"] }
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    switch name {
    case "th" where isBody: rows[rows.count - 1].head += text
    case "td" where isBody: rows[rows.count - 1].cells.append(Cell(text: text, style: style))
    case "th" where style == "corner": corners.append(text)
    case "th": columns.append(text)
    case "span" where tables == 1 && caption.isEmpty: caption = text
    case "p" where style == "status": status = text
    case "p" where style.contains("correction"): notices.append(text)
    case "a": links[links.count - 1].label = text
    default: break
    }
  }
}

/// A choice that somebody makes of a table, with an obvious way to tell what it shows.
private struct Choice {
  let table: PublishedTable
  /// By dimension the chosen categories, ascending.
  var categories: [[Int]]
  var measures: [Int]
  /// What goes across: a dimension, or the measures.
  var across: Int?

  static func any(of table: PublishedTable, _ random: inout SeededGenerator) -> Choice {
    func some(_ count: Int) -> [Int] {
      let size = Int.random(in: 1...min(count, 4), using: &random)
      return Array((0..<count).shuffled(using: &random).prefix(size)).sorted()
    }
    return Choice(
      table: table, categories: table.dimensions.map { some($0.categories.count) },
      measures: some(table.measures.count),
      across: (table.dimensions.indices.map { $0 } + [nil]).randomElement(using: &random) ?? nil)
  }

  var parameters: [(name: String, value: String)] {
    zip(table.dimensions, categories).flatMap { dimension, chosen in
      chosen.map { (dimension.id, dimension.categories[$0].code) }
    } + measures.map { ("onderwerp", table.measures[$0].id) }
      + [("kolommen", across.map { table.dimensions[$0].id } ?? "onderwerp")]
  }

  /// Title, labels and choice of each direction, the measures last.
  private func directions(_ language: Language) -> [(
    title: String, labels: [String], chosen: [Int]
  )] {
    zip(table.dimensions, categories).map { dimension, chosen in
      let labels = dimension.categories.map {
        $0.label[language] + ($0.status == .provisional ? "*" : "")
      }
      return (dimension.title[language], labels, chosen)
    } + [
      (
        language == .nl ? "Onderwerpen" : "Measures",
        table.measures.map { "\($0.title[language]) (\($0.unit[language]))" }, measures
      )
    ]
  }

  /// Compares every cell of the page with the published one by its labels.
  func check(_ page: ComposedPage, _ language: Language = .nl) {
    let directions = directions(language)
    let column = across ?? table.dimensions.count
    let down = directions.indices.filter { $0 != column && directions[$0].chosen.count > 1 }
    let fixed = directions.indices.filter { $0 != column && directions[$0].chosen.count == 1 }
    #expect(page.columns == directions[column].chosen.map { directions[column].labels[$0] })
    // However many go down, one column of heads stays in sight.
    #expect(page.corners == [down.map { directions[$0].title }.joined(separator: "; ")])
    #expect(page.isOverTime == (across != nil && across == table.timeDimension))
    for place in fixed {
      #expect(page.caption.contains(directions[place].labels[directions[place].chosen[0]]))
    }
    let combinations = down.reduce([[:]] as [[Int: Int]]) { combinations, direction in
      combinations.flatMap { combination in
        directions[direction].chosen.map { category in
          combination.merging([direction: category]) { $1 }
        }
      }
    }
    #expect(page.rows.count == combinations.count)
    for (row, combination) in zip(page.rows, combinations) {
      #expect(
        row.head
          == (down.isEmpty
            ? table.description.title[language]
            : down.map { directions[$0].labels[combination[$0] ?? -1] }.joined(separator: "; ")))
      #expect(row.cells.count == directions[column].chosen.count)
      for (cell, across) in zip(row.cells, directions[column].chosen) {
        let place = directions.indices.map { direction in
          direction == column ? across : combination[direction] ?? directions[direction].chosen[0]
        }
        let measure = place[place.count - 1]
        let index = table.cells.cell(at: Array(place.dropLast()))
        #expect(
          cell == Self.text(table.cell(index, measure: measure), table.measures[measure], language))
      }
    }
  }

  private static func text(
    _ cell: PublishedCell, _ measure: Measure, _ language: Language
  ) -> ComposedPage.Cell {
    switch cell {
    case .confidential:
      return .init(text: language == .nl ? "geheim" : "confidential", style: "hidden-figure")
    case .impossible: return .init(text: "–", style: "no-figure")
    case .value(let value):
      let formatter = NumberFormatter()
      formatter.numberStyle = .decimal
      formatter.locale = Locale(identifier: language == .nl ? "nl_NL" : "en_GB")
      formatter.minimumFractionDigits = measure.decimals
      formatter.maximumFractionDigits = measure.decimals
      let text = formatter.string(from: NSNumber(value: value)) ?? ""
      return .init(text: text.replacing("-", with: "\u{2212}"), style: "number")
    }
  }
}

@Suite("A table that somebody composes")
struct BuilderTests {
  private static let slugs = [
    "meldingen-naar-soort", "doorlooptijd", "meldingen-per-kwartaal", "saldo", "mutaties",
    "zeldzaam",
  ]

  private static func address(
    _ slug: String, _ parameters: [(name: String, value: String)], prefix: String = ""
  ) -> String {
    func encoded(_ text: String) -> String {
      text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
    return "\(prefix)/tabellen/\(slug)/samenstellen"
      + (parameters.isEmpty ? "" : "?")
      + parameters.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  private func page(_ address: String, _ client: RouterClient) async throws -> ComposedPage {
    let answer = try await client.get(address)
    #expect(answer.status == 200, "\(address)")
    return try #require(ComposedPage(answer.body), "\(address)")
  }

  private func withTables(
    _ body: (RouterClient, [PublishedTable]) async throws -> Void
  ) async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      try await body(
        RouterClient(folder), PublicationStore(directory: folder).release(id).allTables())
    }
  }

  @Test("shows just the chosen figures, in the table's order, whatever goes across")
  func chosen() async throws {
    try await withTables { client, tables in
      var random = SeededGenerator(seed: 31)
      for number in 0..<180 {
        let choice = Choice.any(of: tables[number % tables.count], &random)
        let slug = choice.table.description.slug
        // The order in which they are asked for does not matter, nor how often.
        let parameters = (choice.parameters + choice.parameters.prefix(2)).shuffled(using: &random)
        let isEnglish = number % 4 == 3
        let page = try await page(
          Self.address(slug, parameters, prefix: isEnglish ? "/en" : ""), client)
        #expect(page.hasTable)
        choice.check(page, isEnglish ? .en : .nl)
        let count = choice.categories.reduce(choice.measures.count) { $0 * $1.count }
        let figures =
          count == 1
          ? (isEnglish ? "figure chosen" : "cijfer gekozen")
          : (isEnglish ? "figures chosen" : "cijfers gekozen")
        #expect(page.status == "\(count) \(figures).")
      }
    }
  }

  @Test("shows any dimension across, and the measures")
  func across() async throws {
    try await withTables { client, tables in
      for table in tables {
        for across in table.dimensions.indices.map(Optional.init) + [nil] {
          let choice = Choice(
            table: table,
            categories: table.dimensions.map { Array($0.categories.indices.prefix(3)) },
            measures: Array(table.measures.indices), across: across)
          choice.check(
            try await page(
              Self.address(table.description.slug, choice.parameters), client))
        }
      }
    }
  }

  @Test("keeps the choice in its address: one choice has one, and it leads back to the same")
  func roundTrip() async throws {
    try await withTables { client, tables in
      var random = SeededGenerator(seed: 32)
      for number in 0..<60 {
        let choice = Choice.any(of: tables[number % tables.count], &random)
        let slug = choice.table.description.slug
        var addresses: Set<String> = []
        var bodies: Set<Data> = []
        for _ in 0..<3 {
          let asked = Self.address(slug, choice.parameters.shuffled(using: &random))
          let answer = try await client.get(asked)
          bodies.insert(answer.body)
          let page = try #require(ComposedPage(answer.body))
          let own = try #require(page.twins["nl"])
          addresses.insert(own)
          bodies.insert(try await client.get(own).body)
          // What a browser sends when the form is sent as it stands.
          let sent = try await client.get(Self.address(slug, page.chosen))
          bodies.insert(sent.body)
          #expect(
            Set(page.chosen.map { "\($0.name)=\($0.value)" })
              == Set(choice.parameters.map { "\($0.name)=\($0.value)" }))
        }
        #expect(addresses.count == 1 && bodies.count == 1, "\(addresses)")
        // The other language shows the same choice.
        let own = try #require(addresses.first)
        let twin = try #require(
          ComposedPage(try await client.get(own).body)?.twins["en"])
        choice.check(try await page(twin, client), .en)
      }
    }
  }

  @Test("offers every category and measure, and begins with something that can be read")
  func start() async throws {
    try await withTables { client, tables in
      for table in tables {
        let page = try await page(Self.address(table.description.slug, []), client)
        for dimension in table.dimensions {
          #expect(page.offered[dimension.id] == dimension.categories.map(\.code))
        }
        #expect(page.offered["onderwerp"] == table.measures.map(\.id))
        #expect(page.offered["kolommen"] == table.dimensions.map(\.id) + ["onderwerp"])
        #expect(page.hasTable && !page.rows.isEmpty && page.notices.isEmpty)
        // What is ticked is what is shown.
        let choice = Choice(
          table: table,
          categories: table.dimensions.map { dimension in
            dimension.categories.indices.filter { category in
              page.chosen.contains {
                $0.name == dimension.id && $0.value == dimension.categories[category].code
              }
            }
          },
          measures: table.measures.indices.filter { measure in
            page.chosen.contains {
              $0.name == "onderwerp" && $0.value == table.measures[measure].id
            }
          }, across: table.timeDimension)
        choice.check(page)
      }
    }
  }

  @Test(
    "is refused when a code, a measure or a direction does not exist",
    arguments: [
      "?Soort=Q", "?Soort=A11&Soort=Q", "?Regio=", "?Perioden=2011JJ00", "?onderwerp=gewicht",
      "?onderwerp=", "?kolommen=Kleur", "?kolommen=", "?kolommen=ContentsCode", "?Soort=%zz",
      "?Soort=%ff", "?Soort=a11", "?Soort=A11,B", "?Soort=A+1/2+",
    ])
  func unknown(query: String) async throws {
    try await withMockSite { client in
      for prefix in ["", "/en"] {
        let answer = try await client.get(
          prefix + "/tabellen/meldingen-naar-soort/samenstellen" + query)
        #expect(answer.status == 400)
        #expect(MarkupReader(answer.body) != nil)
      }
      #expect(try await client.get("/tabellen/nergens/samenstellen").status == 404)
    }
  }

  @Test("says what to do, and shows no table, when more is chosen than a page can show")
  func tooMany() async throws {
    try await withPublications { folder in
      func dimension(_ id: String, _ count: Int) -> InformationModel.Dimension {
        InformationModel.Dimension(
          id: id, title: MockRelease.text(id, id),
          categories: (0..<count).map {
            Category(code: "\(id)\($0)", label: MockRelease.text("\(id) \($0)", "\(id) \($0)"))
          })
      }
      var large = MockRelease.changes
      large.dimensions = [dimension("Breed", 50), dimension("Hoog", 101)]
      large.counts = (0..<5_050).map { 10_000 + $0 }
      large.values = [large.counts.map(Double.init)]
      _ = try MockRelease.release(into: folder, tables: [large])
      let client = try RouterClient(folder)
      func parameters(_ count: Int) -> [(name: String, value: String)] {
        (0..<50).map { ("Breed", "Breed\($0)") } + (0..<count).map { ("Hoog", "Hoog\($0)") }
      }
      let most = try await page(Self.address("mutaties", parameters(100)), client)
      #expect(most.hasTable && most.notices.isEmpty && most.status == "5.000 cijfers gekozen.")
      #expect(most.rows.reduce(0) { $0 + $1.cells.count } == 5_000)
      let more = try await page(Self.address("mutaties", parameters(101)), client)
      #expect(!more.hasTable && more.rows.isEmpty && more.status == "5.050 cijfers gekozen.")
      #expect(
        more.notices == [
          "Een pagina toont ten hoogste 5.000 cijfers. Kies minder, of haal uw keuze op als bestand."
        ])
      let english = try await page(Self.address("mutaties", parameters(101), prefix: "/en"), client)
      #expect(english.notices.first?.hasPrefix("A page shows at most 5,000 figures.") == true)
      // The files still give all of it.
      let links = more.links.filter { $0.href.hasPrefix("/api/") }
      #expect(links.count == 4)
      for link in links {
        let answer = try await client.get(link.href)
        #expect(answer.status == 200, "\(link.label)")
        // A workbook is packed.
        let isWorkbook = link.label.contains("Excel")
        #expect(isWorkbook || answer.text.contains("15049"), "\(link.label)")
      }
    }
  }

  @Test("leads to files with just the chosen figures, and to an address that stays")
  func files() async throws {
    try await withTables { client, tables in
      var random = SeededGenerator(seed: 33)
      for number in 0..<60 {
        let choice = Choice.any(of: tables[number % tables.count], &random)
        let page = try await page(
          Self.address(choice.table.description.slug, choice.parameters), client)
        let links = page.links.filter { $0.href.hasPrefix("/api/") }
        #expect(
          links.map(\.label)
            == ["CSV", "Excel-werkmap", "JSON-stat", "PC-Axis"].map {
              "Deze keuze als \($0)"
            })
        var codes = zip(choice.table.dimensions, choice.categories).map { dimension, chosen in
          (dimension.id, chosen.map { dimension.categories[$0].code })
        }
        codes.append(("ContentsCode", choice.measures.map { choice.table.measures[$0].id }))
        let count = codes.reduce(1) { $0 * $1.1.count }
        for link in links {
          let answer = try await client.get(link.href)
          #expect(answer.status == 200, "\(link.href)")
          if link.href.contains("json-stat2") {
            let json = try #require(
              try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
            let dimensions = try #require(json["dimension"] as? [String: [String: Any]])
            for (id, chosen) in codes {
              let category = dimensions[id]?["category"] as? [String: Any]
              let places = category?["index"] as? [String: Int]
              #expect(places?.sorted { $0.value < $1.value }.map(\.key) == chosen, "\(link.href)")
            }
            #expect((json["value"] as? [Any])?.count == count)
          }
        }
        let permanent = try #require(
          page.links.first { $0.href.hasPrefix("/uitgaven/") && $0.href.contains("samenstellen") })
        choice.check(try await self.page(permanent.href, client))
      }
    }
  }

  @Test("leads readers of English to files with English words")
  func englishFiles() async throws {
    try await withTables { client, tables in
      let table = try #require(tables.first { $0.description.slug == "meldingen-naar-soort" })
      for (prefix, language) in [("", Language.nl), ("/en", Language.en)] {
        let page = try await page(
          Self.address(table.description.slug, [("Soort", "A11")], prefix: prefix), client)
        let files = page.links.filter { $0.href.hasPrefix("/api/") }
        #expect(files.count == 4)
        for file in files where !file.label.contains("Excel") {
          let text = try await client.get(file.href).text
          let label = table.dimensions[0].categories.first { $0.code == "A11" }?.label
          let word = try #require(label?[language])
          #expect(text.contains(word), "\(file.href)")
        }
      }
    }
  }

  @Test("says what the marks mean that stand in the table, and no others")
  func legend() async throws {
    try await withTables { client, tables in
      let notes = [
        "*": "het kan in een volgende uitgave nog veranderen",
        "geheim": "om personen te beschermen",
        "–": "er valt niets te berekenen",
      ]
      var shown: Set<String> = []
      for table in tables {
        let answer = try await client.get(Self.address(table.description.slug, []))
        let page = try #require(ComposedPage(answer.body))
        let texts = page.rows.flatMap(\.cells).map(\.text)
        let isProvisional = page.columns.contains { $0.hasSuffix("*") }
        for (mark, note) in notes {
          let isThere = mark == "*" ? isProvisional : texts.contains(mark)
          if isThere { shown.insert(mark) }
          #expect(answer.text.contains(note) == isThere, "\(table.description.slug) \(mark)")
        }
      }
      #expect(shown.count > 1)
    }
  }

  /// A list of law articles has commas, a list of ages has brackets.
  @Test(
    "leads to files also where codes hold signs that mean something to the service",
    arguments: ["1,2", "3(4)", "TOP(1)", "A*", "*", "?", "[5]", "6+7", "8&9", "10%", "é\"'", "B C"])
  func filesOfOddCodes(code: String) async throws {
    try await withPublications { folder in
      var table = MockRelease.changes
      table.dimensions[0].categories[1].code = code
      _ = try MockRelease.release(into: folder, tables: [table])
      let client = try RouterClient(folder)
      let page = try await page(
        Self.address("mutaties", [("Post", code), ("kolommen", "onderwerp")]), client)
      #expect(page.rows.map { $0.cells.map(\.text) } == [["100"]])
      for link in page.links.filter({ $0.href.hasPrefix("/api/") && $0.href.contains("json") }) {
        let answer = try await client.get(link.href)
        #expect(answer.status == 200, "\(link.href)")
        let json = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
        #expect(json?["value"] as? [Double] == [100], "\(link.href)")
      }
    }
  }

  @Test("never shows what is hidden, and says that it is")
  func hidden() async throws {
    try await withMockSite { client in
      for rows in ["Soort", "Regio", "Perioden", "onderwerp"] {
        let address = Self.address(
          "meldingen-naar-soort",
          [
            ("Soort", "A11"), ("Soort", "A12"), ("Regio", "N"), ("Regio", "NL00"),
            ("Perioden", "2021JJ00"), ("Perioden", "2022JJ00"), ("onderwerp", "aantal"),
            ("onderwerp", "bedrag"), ("kolommen", rows),
          ])
        let answer = try await client.get(address)
        for secret in MockRelease.secrets { #expect(!answer.text.contains(secret)) }
        let page = try #require(ComposedPage(answer.body))
        let cells = page.rows.flatMap(\.cells)
        #expect(cells.count == 16)
        #expect(cells.count { $0.text == "geheim" && $0.style == "hidden-figure" } >= 4)
        for link in page.links.filter({ $0.href.hasPrefix("/api/") }) {
          let file = try await client.get(link.href)
          #expect(file.status == 200)
          for secret in MockRelease.secrets { #expect(!file.text.contains(secret)) }
        }
      }
      let alone = try await page(Self.address("zeldzaam", []), client)
      #expect(alone.rows.map { $0.cells.map(\.text) } == [["geheim"]])
    }
  }
}
