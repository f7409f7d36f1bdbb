import Foundation
import HTTPTypes
import InformationModel
import Logging
import Publication
import Synchronization
import Testing
import Website

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Releases of the mock chain of which each changes some figures of the one before.
private struct Versions {
  let folder: URL
  private(set) var ids: [ReleaseID] = []

  init(_ folder: URL) { self.folder = folder }

  static let quarters = "/tabellen/meldingen-per-kwartaal"

  /// The mock tables with other numbers in some quarters, all of which are definitive.
  static func tables(adding changes: [Int: Int]) -> [StatisticalTable] {
    MockRelease.tables.map { table in
      guard table.description.id == "S03" else { return table }
      var table = table
      for (cell, number) in changes {
        table.counts[cell] += number
        table.values[0][cell] = Double(table.counts[cell])
      }
      return table
    }
  }

  /// Writes one more release, three months after the last one.
  mutating func publish(
    _ tables: [StatisticalTable] = MockRelease.tables, chain: ChainDescription = MockRelease.chain,
    moment: Moment? = nil, reason: LocalizedText? = nil
  ) throws -> ReleaseID {
    let id = try MockRelease.release(
      into: folder,
      referenceDate: CalendarDate(year: 2024 + ids.count / 4, month: 3 + ids.count % 4 * 3, day: 1),
      chain: chain, tables: tables, moment: moment, reason: reason)
    ids.append(id)
    return id
  }
}

/// Lines of a log.
private final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func append(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A feed by Atom: its own members and those of its entries, by name.
private final class FeedReader: NSObject, XMLParserDelegate {
  private(set) var members: [String: String] = [:]
  private(set) var entries: [[String: String]] = []
  private var isInEntry = false
  private var text = ""

  /// Nil when it is not well-formed or no feed.
  init?(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.shouldProcessNamespaces = true
    parser.delegate = self
    guard parser.parse(), members["namespace"] == "http://www.w3.org/2005/Atom" else { return nil }
  }

  private func set(_ name: String, _ value: String) {
    if isInEntry {
      entries[entries.count - 1][name] = value
    } else {
      members[name] = value
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    text = ""
    switch name {
    case "feed": members["namespace"] = namespaceURI
    case "entry":
      isInEntry = true
      entries.append([:])
    case "link": set(attributes["rel"] ?? "alternate", attributes["href"] ?? "")
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    switch name {
    case "entry": isInEntry = false
    case "link", "feed", "author": break
    default: set(name, text)
    }
  }
}

@Suite("An earlier release")
struct EarlierReleaseTests {
  /// Pages that tell of other releases, and so change with them.
  private static func tellsOfOthers(_ address: String) -> Bool {
    ["/uitgaven", "/correcties", "/gegevens", ".atom"].contains { address.hasSuffix($0) }
      || address.contains("/verschil")
  }

  @Test("stays the same to the last byte when newer ones appear")
  func sameBytes() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let start = ["/uitgaven/\(first)/", "/uitgaven/\(first)/en/"]
      let before = try await RouterClient(folder)
        .crawl(from: start, below: "/uitgaven/\(first)/", withDots: false)
        .filter { !Self.tellsOfOthers($0.key) }
      #expect(before.count > 80)
      let client = try RouterClient(folder, lookingEvery: .zero)
      _ = try await client.get("/uitgaven/\(first)/")
      for number in 1...2 {
        _ = try versions.publish(Versions.tables(adding: [0: number]))
        for reader in [client, try RouterClient(folder)] {
          for (address, answer) in before {
            let again = try await reader.get(address)
            #expect(answer.status == 200 && again.status == 200, "\(address)")
            #expect(again.body == answer.body, "\(address)")
            #expect(again.header("ETag") == answer.header("ETag"), "\(address)")
          }
        }
      }
    }
  }

  @Test("leads to itself and other earlier releases; the one way to the newest figures is marked")
  func links() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      _ = try versions.publish(Versions.tables(adding: [0: 1]))
      let place = "/uitgaven/\(first)"
      let client = try RouterClient(folder)
      let answers = try await client.crawl(from: [place + "/", place + "/en/"], below: place)
      for (address, answer) in answers {
        #expect(answer.status == 200, "\(address)")
        guard answer.isPage else { continue }
        let notices = answer.text.matches(of: /(?s)<aside class="notice".*?<\/aside>/)
          .map { String($0.output) }
        let notice = notices.first { $0.contains("href='/") || $0.contains("href=\"/") } ?? ""
        let isEnglish = address.hasPrefix(place + "/en")
        #expect(
          notice.contains(
            isEnglish
              ? "<a href='/en/'>To the newest figures</a>"
              : "<a href='/'>Naar de nieuwste cijfers</a>"), "\(address)")
        let rest = answer.text.replacing(notice, with: "")
        let markup = try #require(MarkupReader(Data(rest.utf8)))
        for link in markup.links where link.hasPrefix("/") {
          let parts = link.split(separator: "/").map(String.init)
          #expect(
            parts.count > 1 && parts[0] == "uitgaven" && ReleaseID(parts[1]) != nil,
            "\(address) leads to \(link)")
        }
        #expect(answer.text.contains("<title>") && answer.text.contains("\(first)"), "\(address)")
      }
      // What pages lead to, whichever release it is of.
      for link in Set(answers.values.compactMap { MarkupReader($0.body)?.links }.joined())
      where link.hasPrefix("/") {
        let status = try await client.get(link).status
        #expect(status == 200, "\(link)")
      }
    }
  }

  @Test("names the description of a file within itself", arguments: ["/download/S03.csv", ""])
  func describedBy(path: String) async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      _ = try versions.publish(Versions.tables(adding: [0: 1]))
      let client = try RouterClient(folder)
      let place = "/uitgaven/\(first)"
      let file = try await client.get(place + (path.isEmpty ? Versions.quarters + ".csv" : path))
      let link = try #require(file.header("Link"))
      let target = try #require(link.firstMatch(of: /<([^>]*)>/)?.output.1)
      #expect(target == "\(place)/download/S03.csv-metadata.json")
      #expect(try await client.get(String(target)).status == 200)
    }
  }

  /// Every way to ask a program's questions.
  private static let services = [
    "/odata/v1/SCHADE/S03/Observations", "/odata/v1/SCHADE/S03/$metadata", "/odata/v1/SCHADE/S03",
    "/odata/v1/Datasets", "/ODataFeed/odata/S03/TypedDataSet", "/ODataApi/odata/S03/TableInfos",
    "/ODataCatalog/Tables", "/csv/SCHADE/nl/S03", "/api/v2/tables", "/api/v2/tables/S03/data",
    "/api/v2/tables/S03/data?outputFormat=csv", "/api/v2/tables/S03/metadata",
    "/api/v1/nl/SCHADE/onbekend", "/api/v1/en/SCHADE/S03",
    "/sdmx/2.1/data/DF_S03/all", "/sdmx/2.1/data/DF_S03/all?format=csv",
    "/sdmx/3.0/data/dataflow/SCHADE/DF_S03/+/*", "/sdmx/2.1/dataflow", "/download/S03.csv",
    "/download/S03.px", "/download/S03.xlsx", "/download/S03.en.xlsx", "/jsonstat/S03",
    "/catalog.ttl", "/catalog.jsonld", "/catalog.rdf", "/begrippen.ttl", "/openapi.json",
    Versions.quarters + ".csv", Versions.quarters + ".svg", Versions.quarters + ".ttl",
    "/begrippen/soort/A11.jsonld", "/classificaties/soort.ttl",
  ]

  /// The texts of an answer, one unless it is an archive.
  private static func parts(_ body: Data) throws -> [String: String] {
    guard body.starts(with: [0x50, 0x4B]) else {
      return ["": String(decoding: body, as: UTF8.self)]
    }
    return try #require(files(inArchive: body)).mapValues { String(decoding: $0, as: UTF8.self) }
  }

  @Test("answers programs as it did when it was the current one, under its own address")
  func services() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      var before: [String: RouterClient.Answer] = [:]
      let then = try RouterClient(folder)
      for path in Self.services { before[path] = try await then.get(path) }
      _ = try versions.publish(Versions.tables(adding: [0: 1, 3: -7]))
      let client = try RouterClient(folder)
      let place = "/uitgaven/\(first)"
      for (path, old) in before {
        #expect(old.status == 200, "\(path)")
        let now = try await client.get(place + path)
        #expect(now.status == 200, "\(path)")
        #expect(now.header("Content-Type") == old.header("Content-Type"), "\(path)")
        let (parts, oldParts) = try (Self.parts(now.body), Self.parts(old.body))
        #expect(Set(parts.keys) == Set(oldParts.keys), "\(path)")
        for (name, text) in parts {
          // Whole addresses lead to the release itself, and nowhere else.
          let own = "http://localhost" + place
          #expect(
            text.replacing(own, with: "http://localhost")
              == oldParts[name]?.replacing(own, with: "http://localhost"), "\(path) \(name)")
          for address in text.matches(of: /http:\/\/localhost[^"<>\s]*/).map(\.output) {
            #expect(address.hasPrefix(own), "\(path) \(name) names \(address)")
          }
        }
      }
      // The figures differ between the two.
      let current = try await client.get("/download/S03.csv").text
      let earlier = try await client.get(place + "/download/S03.csv").text
      #expect(current.contains("2022KW01,aantal,1211") && earlier.contains("2022KW01,aantal,1210"))
    }
  }

  @Test(
    "that is not there is said so, whatever is asked of it",
    arguments: [
      "", "/", "/en/", "/tabellen", "/tabellen/saldo", "/tabellen/saldo.csv", "/download/S03.csv",
      "/odata/v1/SCHADE/S03/Observations", "/api/v2/tables", "/api/v1/nl/SCHADE/S03",
      "/sdmx/2.1/dataflow", "/catalog.ttl", "/uitgaven.atom", "/kalender.ics", "/openapi.json",
    ])
  func unknown(path: String) async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let client = try RouterClient(folder)
      for name in [
        "2020-01-01-abcdefghijkl", "\(first)".uppercased(), "\(first)a", "2024-03-01", "..",
        "%2e%2e", "laatste",
      ] {
        let answer = try await client.get("/uitgaven/\(name)\(path)")
        #expect(answer.status == 404, "\(name)")
        #expect(!answer.text.contains("1210"), "\(name)")
      }
      // One release does not stand below another.
      #expect(try await client.get("/uitgaven/\(first)/uitgaven/\(first)\(path)").status == 404)
    }
  }

  @Test(
    "says on a page what is not there, as the current one does",
    arguments: [
      ("/nergens", 404), ("/tabellen/nergens", 404), ("/en/tabellen/nergens", 404),
      ("/tabellen/saldo.txt", 404), ("/begrippen/soort/A99", 404), ("/download/S99.csv", 404),
      ("/tabellen/doorlooptijd?Fase=Q", 400), ("/en/tabellen/saldo?Regio=%zz", 400),
      ("/tabellen/saldo/verschil?van=x", 400),
    ])
  func errorPages(path: String, status: Int) async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let id = try versions.publish()
      let client = try RouterClient(folder)
      for place in ["", "/uitgaven/\(id)"] {
        let answer = try await client.get(place + path)
        #expect(answer.status == status, "\(place)")
        #expect(answer.header("Cache-Control") == "no-store", "\(place)")
        #expect(
          answer.header("Content-Language") == (path.hasPrefix("/en") ? "en" : "nl"), "\(place)")
        #expect(MarkupReader(answer.body)?.elements["h1"] == 1, "\(place)")
      }
    }
  }

  @Test("of a table that is no longer made is where the table's address leads")
  func gone() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish()
      _ = try versions.publish(MockRelease.tables.filter { $0.description.id != "S06" })
      _ = try versions.publish(MockRelease.tables.filter { $0.description.id != "S06" })
      let client = try RouterClient(folder)
      for prefix in ["", "/en"] {
        for part in [
          "", ".csv", ".svg", ".png", ".ttl", ".xlsx", "/gegevens", "/samenstellen", "?Post=X",
          "/verloop.svg", "/kaart.png",
        ] {
          let address = prefix + "/tabellen/mutaties" + part
          let answer = try await client.get(address)
          #expect(answer.status == 410, "\(address)")
          #expect(answer.header("Cache-Control") == "no-store")
          let last = "/uitgaven/\(second)\(prefix)/tabellen/mutaties"
          #expect(
            MarkupReader(answer.body)?.links.filter { $0.hasPrefix("/uitgaven/") } == [last],
            "\(address)")
          #expect(try await client.get(last).status == 200)
        }
        let page = try await client.get(prefix + "/tabellen/mutaties").text
        #expect(
          page.contains(
            prefix.isEmpty ? "Deze tabel wordt niet meer gemaakt" : "This table is no longer made"))
        #expect(try await client.get(prefix + "/tabellen/nooit-gemaakt").status == 404)
      }
      // Where it was made it is not gone.
      #expect(try await client.get("/uitgaven/\(first)/tabellen/mutaties").status == 200)
      let later = versions.ids[2]
      #expect(try await client.get("/uitgaven/\(later)/tabellen/mutaties").status == 404)
    }
  }

  @Test("is in the list of all versions of a table, with its reason and the difference")
  func list() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(
        MockRelease.tables.filter { $0.description.id != "S05" },
        reason: MockRelease.text("Zonder <saldo>", "Without <balance>"))
      let third = try versions.publish(moment: Moment("2024-09-15T06:30:00Z"))
      let client = try RouterClient(folder)
      let saldo = try #require(
        MarkupReader(try await client.get("/tabellen/saldo/gegevens").body)
      ).links
      #expect(saldo.contains("/uitgaven/\(first)/tabellen/saldo"))
      #expect(!saldo.contains("/uitgaven/\(second)/tabellen/saldo"))
      #expect(saldo.contains("/tabellen/saldo/verschil?van=\(first)&tot=\(third)"))
      let quarters = try await client.get("/en" + Versions.quarters + "/gegevens").text
      #expect(quarters.contains("Without &lt;balance&gt;"))
      #expect(quarters.contains("15 September 2024, 08:30"))
      let all = try await client.get("/uitgaven").text
      let places = [third, second, first].compactMap { all.range(of: ">\($0)</a>")?.lowerBound }
      #expect(places.count == 3 && places == places.sorted())
      #expect(all.contains("Zonder &lt;saldo&gt;"))
    }
  }
}

@Suite("The difference between two releases")
struct DifferencePageTests {
  private let address = Versions.quarters + "/verschil"

  @Test("is a page and a file with every changed figure, and no other")
  func changes() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(Versions.tables(adding: [0: 2, 7: -10]))
      let query = "?van=\(first)&tot=\(second)"
      let client = try RouterClient(folder)
      let page = try await client.get(address + query)
      #expect(page.status == 200)
      let markup = try #require(MarkupReader(page.body))
      #expect(
        page.text.contains(
          "tussen deze twee uitgaven: 2. Definitieve cijfers die een ander getal kregen: 2."))
      #expect(page.text.contains("<td>1.210</td><td>1.212</td><td>definitief</td>"))
      #expect(page.text.contains("<td>1.480</td><td>1.470</td><td>definitief</td>"))
      #expect(markup.links.contains("/uitgaven/\(first)\(Versions.quarters)"))
      #expect(markup.links.contains("/uitgaven/\(second)\(Versions.quarters)"))
      #expect(markup.links.contains(address + ".csv" + query))
      let english = try await client.get("/en" + address + query)
      #expect(english.text.contains("<td>1,210</td><td>1,212</td><td>definitive</td>"))
      let file = try await client.get(address + ".csv" + query)
      #expect(file.header("Content-Type") == "text/csv; charset=utf-8; header=present")
      #expect(
        file.text == """
          Perioden,Measure,Before,BeforeAttribute,After,AfterAttribute,WasDefinitive\r
          2022KW01,aantal,1210,None,1212,None,true\r
          2023KW04,aantal,1480,None,1470,None,true\r

          """)
      // Without names it is the current release and the one before it.
      #expect(try await client.get(address).body == page.body)
      #expect(try await client.get(address + ".csv").body == file.body)
      // Whichever is named first, and nothing at all.
      let back = "?van=\(second)&tot=\(first)"
      #expect(try await client.get(address + back).body == page.body)
      #expect(try await client.get(address + ".csv" + back).body == file.body)
      let none = try await client.get(address + ".csv?van=\(first)&tot=\(first)").text
      #expect(none.split(separator: "\r\n").count == 1)
      #expect(
        try await client.get("/tabellen/saldo/verschil").text.contains(
          "tussen deze twee uitgaven: 0."))
    }
  }

  @Test("never tells a figure that is hidden in one of the two")
  func hidden() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      // Twenty times as many of everything: what was hidden is shown.
      let second = try versions.publish(
        MockRelease.tables.map { table in
          guard table.description.id == "S01" else { return table }
          var table = table
          table.counts = table.counts.map { $0 * 20 }
          table.values = table.values.map { $0.map { $0.map { $0 * 20 } } }
          return table
        })
      let client = try RouterClient(folder)
      for (before, after) in [(first, second), (second, first)] {
        for part in ["", ".csv"] {
          let answer = try await client.get(
            "/tabellen/meldingen-naar-soort/verschil\(part)?van=\(before)&tot=\(after)")
          #expect(answer.status == 200)
          for secret in MockRelease.secrets { #expect(!answer.text.contains(secret)) }
        }
        let file = try await client.get(
          "/tabellen/meldingen-naar-soort/verschil.csv?van=\(before)&tot=\(after)"
        ).text
        let lampPosts = file.split(separator: "\r\n")
          .filter { $0.hasPrefix("A11,N,2021JJ00,") || $0.hasPrefix("A11,N,2022JJ00,") }
        #expect(lampPosts.count == 4)
        for line in lampPosts { #expect(line.contains(",,Confidential,"), "\(line)") }
      }
    }
  }

  @Test("never tells what a figure was that is hidden now")
  func hiddenNow() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      // Of the 1,210 of the first quarter three are left.
      let second = try versions.publish(Versions.tables(adding: [0: -1207]))
      let third = try versions.publish()
      let client = try RouterClient(folder)
      for query in ["?van=\(first)&tot=\(second)", "?van=\(second)&tot=\(first)"] {
        for place in ["", "/uitgaven/\(first)", "/uitgaven/\(third)"] {
          let page = try await client.get(place + address + query)
          #expect(page.text.contains("<td>–</td><td>nu geheim</td><td>definitief</td>"))
          #expect(page.text.contains("Van een cijfer dat nu geheim is, staat hier niet"))
          #expect(!page.text.contains("1.210"))
          let english = try await client.get(place + "/en" + address + query).text
          #expect(english.contains("<td>–</td><td>hidden now</td><td>definitive</td>"))
          #expect(!english.contains("1,210"))
          let file = try await client.get(place + address + ".csv" + query).text
          #expect(file.contains("2022KW01,aantal,,,,Confidential,true\r\n"))
          #expect(!file.contains("1210"))
        }
      }
      // What is shown again is told.
      let shown = try await client.get(address + ".csv?van=\(second)&tot=\(third)").text
      #expect(shown.contains("2022KW01,aantal,,Confidential,1210,None,true"))
    }
  }

  @Test("is told by OData as what is hidden now allows, also to who has an earlier answer")
  func changesHiddenNow() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(Versions.tables(adding: [0: 2]))
      let client = try RouterClient(folder, lookingEvery: .zero)
      let addresses = ["Changes", "%43hanges", "Changes(0)"].flatMap { set in
        [
          "/uitgaven/\(second)/odata/v1/SCHADE/S03/\(set)?since=\(first)",
          "/odata/v1/SCHADE/S03@\(second)/\(set)?since=\(first)",
        ]
      }
      var before: [String: RouterClient.Answer] = [:]
      for address in addresses {
        let answer = try await client.get(address)
        #expect(answer.status == 200 && answer.text.contains("1210"), "\(address)")
        // What is hidden changes without them, so nobody keeps them.
        #expect(answer.header("Cache-Control") == "no-store", "\(address)")
        before[address] = answer
      }
      // Of the first quarter three are left.
      _ = try versions.publish(Versions.tables(adding: [0: -1207]))
      for (address, known) in before {
        let tag = known.header("ETag") ?? "\"none\""
        for headers in [[:], [.ifNoneMatch: tag]] as [HTTPFields] {
          let answer = try await client.get(address, headers: headers)
          #expect(answer.status == 200, "\(address)")
          #expect(answer.text.contains("Confidential"), "\(address)")
          for figure in ["1210", "1212"] { #expect(!answer.text.contains(figure), "\(address)") }
        }
      }
    }
  }

  @Test("says so when the table got other breakdowns")
  func otherDimensions() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(
        MockRelease.tables.map { table in
          guard table.description.id == "S02" else { return table }
          var table = table
          table.dimensions[0].id = "Stap"
          return table
        })
      let answer = try await RouterClient(folder).get(
        "/en/tabellen/doorlooptijd/verschil?van=\(first)&tot=\(second)")
      #expect(answer.text.contains("its figures cannot be compared one by one"))
      #expect(MarkupReader(answer.body) != nil)
    }
  }

  @Test("of releases that are not there, or do not have the table, is not there either")
  func unknown() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish(MockRelease.tables.filter { $0.description.id != "S05" })
      let second = try versions.publish()
      let client = try RouterClient(folder)
      for (query, status) in [
        ("?van=2020-01-01-abcdefghijkl", 404), ("?tot=2020-01-01-abcdefghijkl", 404),
        ("?van=gisteren", 400), ("?tot=", 400), ("?van=\(first)&tot=x", 400), ("?van=%zz", 400),
        ("?van=../\(first)", 400),
      ] {
        let answer = try await client.get(address + query)
        #expect(answer.status == status, "\(query)")
        #expect(try await client.get(address + ".csv" + query).status == status, "\(query)")
        #expect(MarkupReader(answer.body) != nil)
      }
      for path in [
        "/tabellen/saldo/verschil", "/tabellen/saldo/verschil?van=\(first)&tot=\(second)",
        "/tabellen/nooit/verschil", "\(address)?tot=\(first)", "\(address).px", "\(address).ttl",
      ] {
        #expect(try await client.get(path).status == 404, "\(path)")
      }
    }
  }
}

@Suite("News of releases")
struct NewsTests {
  private static let moment = Moment(secondsSinceEpoch: 1_727_764_200)
  private static let reason = MockRelease.text(
    "Dubbel \"geteld\" <bij>\n de balie & de post", "Counted \"twice\" <at> the desk & by post")

  @Test("tells harvesters of the catalogue from when a release is seen, as other services do")
  func catalogueMoment() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      _ = try versions.publish(
        Versions.tables(adding: [0: 2]), moment: Self.moment, reason: Self.reason)
      let client = try RouterClient(folder)
      for address in ["/catalog", Versions.quarters, Versions.quarters + "/gegevens"] {
        let text = try await client.get(address + ".ttl").text
        for predicate in ["dct:issued", "dct:modified"] {
          #expect(
            text.contains("\(predicate) \"2024-10-01T06:30:00Z\"^^xsd:dateTime"), "\(address)")
        }
        let earlier = try await client.get("/uitgaven/\(first)\(address).ttl").text
        #expect(earlier.contains("^^xsd:date ;") && !earlier.contains("dateTime"), "\(address)")
      }
    }
  }

  @Test(
    "has a correction on its page, at its table and in its feed when a definitive figure changed")
  func corrections() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(
        Versions.tables(adding: [0: 2]), moment: Self.moment, reason: Self.reason)
      let third = try versions.publish(Versions.tables(adding: [0: 2, 1: 1, 2: 5]))
      let client = try RouterClient(folder)
      for (prefix, words) in [
        ("", ["Veranderde cijfers: 2.", "Veranderde cijfers: 1."]), ("/en", []),
      ] {
        let page = try await client.get(prefix + "/correcties")
        let markup = try #require(MarkupReader(page.body))
        let differences = [(second, third), (first, second)].map {
          "\(prefix)\(Versions.quarters)/verschil?van=\($0)&tot=\($1)"
        }
        #expect(markup.links.filter { $0.contains("/verschil") } == differences)
        #expect(
          page.text.contains(prefix.isEmpty ? "Dubbel &quot;geteld&quot; &lt;bij&gt;" : "Counted"))
        let answer = try await client.get(prefix + "/correcties.atom")
        #expect(answer.header("Content-Type") == "application/atom+xml; charset=utf-8")
        let feed = try #require(FeedReader(answer.body))
        #expect(feed.members["self"] == "http://localhost\(prefix)/correcties.atom")
        #expect(feed.entries.map { $0["alternate"] } == differences.map { "http://localhost" + $0 })
        #expect(feed.entries.map { $0["id"] } == feed.entries.map { $0["alternate"] })
        #expect(
          feed.entries.map { $0["updated"] } == ["2024-09-01T00:00:00Z", "2024-10-01T06:30:00Z"])
        #expect(feed.members["updated"] == "2024-10-01T06:30:00Z")
        for (entry, word) in zip(feed.entries, words) {
          #expect(entry["summary"]?.hasPrefix(word) == true)
          #expect(entry["title"] == "Meldingen per kwartaal")
        }
        let told = prefix.isEmpty ? "<bij> de balie & de post" : "<at> the desk & by post"
        #expect(feed.entries.last?["summary"]?.contains(told) == true)
        for address in differences { #expect(try await client.get(address).status == 200) }
        // The notice stands at the release that brought it.
        let notice =
          prefix.isEmpty
          ? "Gecorrigeerde cijfers in deze uitgave: " : "Corrected figures in this release: "
        for (place, text) in [
          ("", notice + "2"), ("/uitgaven/\(third)", notice + "2"),
          ("/uitgaven/\(second)", notice + "1. "),
        ] {
          #expect(
            try await client.get(place + prefix + Versions.quarters).text.contains(text), "\(place)"
          )
        }
        for path in ["/uitgaven/\(first)\(prefix)\(Versions.quarters)", prefix + "/tabellen/saldo"]
        {
          #expect(try await !client.get(path).text.contains("notice correction"), "\(path)")
        }
      }
    }
  }

  @Test(
    "is well-formed whatever stands in a reason",
    arguments: ["</feed>", "]]>", "&amp;", "\u{1}", "\u{B}\u{1F}", "\u{FFFE}", "\u{1F600}\u{301}"])
  func oddReason(text: String) async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      _ = try versions.publish()
      _ = try versions.publish(
        Versions.tables(adding: [0: 2]), reason: MockRelease.text("Om \(text).", "As \(text)."))
      let client = try RouterClient(folder)
      for prefix in ["", "/en"] {
        for path in ["/uitgaven.atom", "/correcties.atom"] {
          #expect(FeedReader(try await client.get(prefix + path).body) != nil, "\(path)")
        }
        for path in [
          "/uitgaven", "/correcties", Versions.quarters, Versions.quarters + "/gegevens",
        ] {
          #expect(MarkupReader(try await client.get(prefix + path).body) != nil, "\(path)")
        }
      }
    }
  }

  @Test("has no correction when a provisional figure changed, or a hidden one")
  func noCorrections() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      _ = try versions.publish()
      _ = try versions.publish(
        MockRelease.tables.map { table in
          var table = table
          switch table.description.id {
          // The balance of 2023 and 2024.
          case "S05": table.values[0] = [-40, 20, 61, 11]
          // The one figure is hidden before and after.
          case "S04": (table.counts, table.values) = ([4], [[4]])
          default: break
          }
          return table
        })
      let client = try RouterClient(folder)
      #expect(
        try await client.get("/correcties").text.contains(
          "Er is nog geen definitief cijfer veranderd."))
      let feed = try #require(FeedReader(try await client.get("/en/correcties.atom").body))
      #expect(feed.entries.isEmpty)
      #expect(feed.members["updated"]?.isEmpty == false && feed.members["id"]?.isEmpty == false)
      #expect(try await !client.get("/tabellen/saldo").text.contains("notice correction"))
    }
  }

  @Test("has every release in a feed, the newest first")
  func releases() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(moment: Self.moment, reason: Self.reason)
      let client = try RouterClient(folder)
      for prefix in ["", "/en"] {
        let answer = try await client.get(prefix + "/uitgaven.atom")
        #expect(answer.header("Content-Type") == "application/atom+xml; charset=utf-8")
        #expect(answer.header("Access-Control-Allow-Origin") == "*")
        let feed = try #require(FeedReader(answer.body))
        #expect(feed.members["id"] == "http://localhost\(prefix)/uitgaven.atom")
        #expect(feed.members["name"] == (prefix.isEmpty ? "Schadeketen" : "Damage chain"))
        #expect(feed.members["updated"] == "2024-10-01T06:30:00Z")
        // Whatever service is asked tells the moments of the feed.
        for (entry, id) in zip(feed.entries, [second, first]) {
          let moment = try #require(entry["updated"])
          for path in [
            "/api/v2/tables", "/api/v2/tables/S03/data", "/api/v2/tables/S03/metadata",
            "/odata/v1/Datasets", "/odata/v1/SCHADE/S03/Properties", "/ODataCatalog/Tables",
            "/ODataFeed/odata/S03/TableInfos", "/sdmx/2.1/dataflow", "/sdmx/2.1/data/DF_S03/all",
          ] {
            let answer = try await client.get("/uitgaven/\(id)\(path)")
            // OData 3 has no zone.
            let told = path.contains("/OData") ? String(moment.dropLast()) : moment
            #expect(answer.text.contains(told), "\(path)")
            #expect(
              answer.header("Last-Modified")
                == (id == first
                  ? "Fri, 01 Mar 2024 00:00:00 GMT" : "Tue, 01 Oct 2024 06:30:00 GMT"),
              "\(path)")
          }
          let datasets = try await client.get("/uitgaven/\(id)/odata/v1/Datasets").text
          // On one line, as the log has it.
          let reason = #""Dubbel \"geteld\" <bij> de balie & de post""#
          #expect(datasets.contains("\"VersionNotes\":\(id == first ? "null" : reason)"))
        }
        #expect(
          feed.entries.map { $0["id"] }
            == [second, first].map { "http://localhost/uitgaven/\($0)\(prefix)/tabellen" })
        #expect(
          feed.entries.map { $0["updated"] } == ["2024-10-01T06:30:00Z", "2024-03-01T00:00:00Z"])
        #expect(
          feed.entries.map { $0["summary"] }
            == (prefix.isEmpty
              ? ["Dubbel \"geteld\" <bij> de balie & de post", "Nieuwe cijfers."]
              : ["Counted \"twice\" <at> the desk & by post", "New figures."]))
        for entry in feed.entries {
          let path = try #require(entry["alternate"]).dropFirst("http://localhost".count)
          #expect(try await client.get(String(path)).status == 200)
        }
      }
    }
  }

  @Test("looks for corrections once, however many ask at the same time")
  func once() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let damaged = try versions.publish()
      _ = try versions.publish(Versions.tables(adding: [0: 2]))
      let last = try versions.publish(Versions.tables(adding: [0: 4]))
      try Data("{}".utf8).write(to: folder.appending(path: "\(damaged)/concepts.json"))
      let log = Lines()
      let client = try RouterClient(
        folder, logger: Logger(label: "test") { _ in JSONLogHandler { log.append($0) } })
      let pages = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 { group.addTask { try await client.get("/correcties").text } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(pages.count == 8 && Set(pages).count == 1)
      #expect(pages[0].contains("tot=\(last)"))
      #expect(log.all.count { $0.contains("An earlier release cannot be read") } == 1)
    }
  }

  @Test("compares two releases once, whatever is published after them")
  func onceForEver() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(Versions.tables(adding: [0: 2]))
      let log = Lines()
      let client = try RouterClient(
        folder, lookingEvery: .zero,
        logger: Logger(label: "test") { _ in JSONLogHandler { log.append($0) } })
      #expect(try await client.get("/correcties").text.contains("tot=\(second)"))
      // Whoever compared it again would find that it cannot be read.
      try Data("{}".utf8).write(to: folder.appending(path: "\(first)/concepts.json"))
      let third = try versions.publish(Versions.tables(adding: [0: 2, 4: 1]))
      for _ in 0..<2 {
        let page = try await client.get("/correcties").text
        #expect(page.contains("tot=\(second)") && page.contains("tot=\(third)"))
      }
      // Three are left of the first quarter: that it was corrected is not told any more.
      _ = try versions.publish(Versions.tables(adding: [0: -1207]))
      #expect(try await !client.get("/correcties").text.contains("tot=\(second)"))
      #expect(!log.all.contains { $0.contains("cannot be read") })
    }
  }

  @Test("tells at a table of an earlier release no more than may be told now")
  func correctionHiddenNow() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      _ = try versions.publish()
      let second = try versions.publish(Versions.tables(adding: [0: 2]))
      let client = try RouterClient(folder, lookingEvery: .zero)
      let address = "/uitgaven/\(second)\(Versions.quarters)"
      let before = try await client.get(address)
      #expect(before.text.contains("Gecorrigeerde cijfers in deze uitgave: 1"))
      // The corrected figure is hidden now.
      _ = try versions.publish(Versions.tables(adding: [0: -1207]))
      let tag = try #require(before.header("ETag"))
      for headers in [[:], [.ifNoneMatch: tag], [.acceptEncoding: "gzip"]] as [HTTPFields] {
        let answer = try await client.get(address, headers: headers)
        #expect(answer.status == 200)
        #expect(answer.header("ETag") != tag)
      }
      let after = try await client.get(address)
      #expect(!after.text.contains("notice correction"))
      #expect(try await RouterClient(folder).get(address).body == after.body)
    }
  }

  @Test("has a release of an earlier reference date at once, though it is not the current one")
  func olderReferenceDate() async throws {
    try await withPublications { folder in
      let current = try MockRelease.release(into: folder)
      let client = try RouterClient(folder, lookingEvery: .zero)
      let paths = [
        "/uitgaven", "/en/uitgaven", "/uitgaven.atom", Versions.quarters + "/gegevens",
      ]
      for path in paths { #expect(try await client.get(path).status == 200) }
      let older = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2023, month: 6, day: 1))
      for path in paths {
        let text = try await client.get(path).text
        #expect(text.contains("/uitgaven/\(older)"), "\(path)")
      }
      #expect(try await client.get("/").text.contains("\(current)"))
      #expect(try await client.get("/uitgaven/\(older)/").text.contains("1 juni 2023"))
    }
  }

  @Test(
    "leads to what there is from the feeds of an earlier release, too",
    arguments: ["/uitgaven.atom", "/en/uitgaven.atom", "/correcties.atom", "/en/correcties.atom"])
  func feedsOfEarlier(path: String) async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      _ = try versions.publish(Versions.tables(adding: [0: 2]))
      let client = try RouterClient(folder)
      let feed = try #require(
        FeedReader(try await client.get("/uitgaven/\(first)\(path)").body))
      #expect(!feed.entries.isEmpty)
      for entry in feed.entries {
        let address = try #require(entry["alternate"])
        let answer = try await client.get(String(address.dropFirst("http://localhost".count)))
        #expect(answer.status == 200, "\(address)")
      }
    }
  }

  // MARK: What is announced

  /// Announced releases with their titles in a calendar of events.
  private static func events(_ text: String) throws -> [[String: String]] {
    #expect(text.hasSuffix("\r\n"))
    let lines = text.components(separatedBy: "\r\n").dropLast()
    for line in lines {
      #expect(line.utf8.count <= 75, "\(line)")
      #expect(!line.isEmpty && !line.contains { $0.isNewline }, "\(line)")
    }
    var unfolded: [String] = []
    for line in lines {
      if line.hasPrefix(" "), let last = unfolded.popLast() {
        unfolded.append(last + line.dropFirst())
      } else {
        unfolded.append(line)
      }
    }
    #expect(unfolded.first == "BEGIN:VCALENDAR" && unfolded.last == "END:VCALENDAR")
    var events: [[String: String]] = []
    for line in unfolded.dropFirst().dropLast() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      try #require(parts.count == 2, "\(line)")
      switch (parts[0], parts[1]) {
      case ("BEGIN", "VEVENT"): events.append([:])
      case ("END", "VEVENT"): break
      case (let name, let value) where !events.isEmpty: events[events.count - 1][name] = value
      case ("VERSION", let value): #expect(value == "2.0")
      default: #expect(["PRODID", "CALSCALE", "METHOD", "NAME"].contains(parts[0]))
      }
    }
    return events
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" || character == "N" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }

  private static let titles = [
    "Voorbij", "Oktober; met komma's, puntkomma's \\ en\neen tweede regel",
    String(repeating: "Één lange titel \u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} ", count: 12),
    "Tegelijk met de vorige",
  ]

  private static func announcing() throws -> ChainDescription {
    let moments = [
      "2027-07-01T09:30:00+02:00", "2027-10-01T09:30:00+02:00", "2027-12-01T09:30:00+01:00",
      "2027-12-01T09:30:00+01:00",
    ]
    var chain = MockRelease.chain
    chain.calendar = try zip(moments, titles).map { moment, title in
      PlannedRelease(
        moment: try #require(Moment(moment)), title: MockRelease.text(title, "EN " + title))
    }
    return chain
  }

  @Test("has what is announced on a page and in a calendar, until its moment")
  func calendar() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let id = try versions.publish(chain: Self.announcing())
      let october = try #require(Moment("2027-10-01T09:30:00+02:00"))
      let clock = HandClock(Moment(secondsSinceEpoch: october.secondsSinceEpoch - 1))
      let client = try RouterClient(folder, now: { clock.now() })
      for place in ["", "/uitgaven/\(id)"] {
        clock.set(Moment(secondsSinceEpoch: october.secondsSinceEpoch - 1))
        let answer = try await client.get(place + "/kalender.ics")
        #expect(answer.header("Content-Type") == "text/calendar; charset=utf-8")
        let events = try Self.events(answer.text)
        #expect(
          events.map { Self.unescaped($0["SUMMARY"] ?? "") } == Array(Self.titles.dropFirst()))
        #expect(
          events.map { $0["DTSTART"] } == [
            "20271001T073000Z", "20271201T083000Z", "20271201T083000Z",
          ])
        #expect(events.allSatisfy { $0["DTSTAMP"]?.isEmpty == false })
        for event in events {
          #expect(event["URL"] == "http://localhost\(place)/kalender")
        }
        let dutch = try await client.get(place + "/kalender")
        #expect(MarkupReader(dutch.body)?.links.contains(place + "/kalender.ics") == true)
        #expect(dutch.text.contains("1 oktober 2027, 09:30 uur"))
        #expect(dutch.text.contains("1 december 2027, 09:30 uur"))
        #expect(!dutch.text.contains("Voorbij"))
        let english = try await client.get(place + "/en/kalender")
        #expect(
          english.text.contains("1 October 2027, 09:30") && english.text.contains("EN Oktober;"))
        #expect(MarkupReader(english.body)?.links.contains(place + "/en/kalender.ics") == true)
        let translated = try Self.events(try await client.get(place + "/en/kalender.ics").text)
        #expect(
          translated.map { Self.unescaped($0["SUMMARY"] ?? "") }
            == Self.titles.dropFirst().map { "EN " + $0 })
        #expect(translated.map { $0["UID"] } == events.map { $0["UID"] })
        #expect(translated.allSatisfy { $0["URL"] == "http://localhost\(place)/en/kalender" })
        clock.set(october)
        #expect(try Self.events(try await client.get(place + "/kalender.ics").text).count == 2)
        #expect(try await !client.get(place + "/kalender").text.contains("oktober 2027"))
      }
      clock.set(Moment(secondsSinceEpoch: 4_102_444_800))
      #expect(try Self.events(try await client.get("/kalender.ics").text).isEmpty)
      #expect(
        try await client.get("/kalender").text.contains("Er is nu niets aangekondigd."))
    }
  }

  @Test("knows announced releases apart, also those of one moment")
  func identities() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      _ = try versions.publish(chain: Self.announcing())
      let text = try await RouterClient(folder, now: { Self.moment }).get("/kalender.ics").text
      let identities = try Self.events(text).compactMap { $0["UID"] }
      #expect(identities.count == 4)
      #expect(Set(identities).count == 4, "\(identities)")
    }
  }

  @Test("is at a table the next announced release, until its moment")
  func nextRelease() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      _ = try versions.publish(chain: Self.announcing())
      let october = try #require(Moment("2027-10-01T09:30:00+02:00"))
      let clock = HandClock(Moment(secondsSinceEpoch: october.secondsSinceEpoch - 1))
      let client = try RouterClient(folder, now: { clock.now() })
      let announced = "1 oktober 2027, 09:30 uur: Oktober;"
      #expect(try await client.get("/tabellen/saldo").text.contains(announced))
      clock.set(october)
      #expect(
        try await RouterClient(folder, now: { october }).get("/tabellen/saldo").text.contains(
          "1 december 2027, 09:30 uur"))
      let later = try await client.get("/tabellen/saldo").text
      #expect(!later.contains(announced))
      #expect(later.contains("1 december 2027, 09:30 uur"))
    }
  }
}

@Suite("A planned release")
struct PlannedReleaseTests {
  private static let moment = Moment(secondsSinceEpoch: 1_727_764_200)
  private static let reason = MockRelease.text("Geheime reden", "Secret reason")

  private static func later(_ seconds: Int64) -> Moment {
    Moment(secondsSinceEpoch: moment.secondsSinceEpoch + seconds)
  }

  /// With another figure, another table and one table less.
  private static let tables: [StatisticalTable] = {
    var new = MockRelease.balances
    new.description.id = "S09"
    new.description.slug = "nieuwe-tabel"
    return Versions.tables(adding: [0: 3_333]).filter { $0.description.id != "S06" } + [new]
  }()

  private static let start = [
    "/", "/en/", "/kalender.ics", "/uitgaven.atom", "/en/uitgaven.atom", "/correcties.atom",
    "/en/correcties.atom", "/catalog.ttl", "/begrippen.ttl", "/openapi.json", "/api/v2/tables",
    "/api/v2/tables/S03/data", "/api/v1/nl/SCHADE", "/api/v1/nl/SCHADE/onbekend",
    "/odata/v1/Datasets", "/odata/v1/SCHADE/S03/Observations", "/ODataCatalog/Tables",
    "/ODataFeed/odata/S03/TypedDataSet", "/sdmx/2.1/dataflow", "/sdmx/2.1/data/DF_S03/all",
    "/csv/SCHADE/nl/S03", "/jsonstat/S03", "/zoeken?q=nieuwe+tabel", "/zoeken?q=4543",
    Versions.quarters + "/verschil", Versions.quarters + ".png", "/tabellen/nieuwe-tabel",
    "/health/ready",
  ]

  @Test("changes no answer before its moment: no page, no feed, no service")
  func invisible() async throws {
    try await withPublications { folder in
      let other = folder.deletingLastPathComponent().appending(path: "without")
      var without = Versions(other)
      let first = try without.publish()
      var with = Versions(folder)
      #expect(try with.publish() == first)
      let second = try with.publish(Self.tables, moment: Self.moment, reason: Self.reason)
      func crawl(_ folder: URL) async throws -> [String: RouterClient.Answer] {
        try await RouterClient(folder, now: { Self.later(-1) })
          .crawl(from: Self.start, withDots: false)
      }
      let before = try await crawl(other)
      let answers = try await crawl(folder)
      #expect(before.count > 150)
      #expect(Set(before.keys) == Set(answers.keys))
      for (address, answer) in answers {
        let text = answer.text
        #expect(answer.status == before[address]?.status, "\(address)")
        #expect(answer.body == before[address]?.body, "\(address)")
        #expect(answer.header("ETag") == before[address]?.header("ETag"), "\(address)")
        // A page of answers says the question again.
        for word in ["\(second)", second.digest, Self.reason.nl, Self.reason.en, "4543", "S09"]
        where !address.contains("q=\(word)") {
          #expect(!text.contains(word), "\(word) at \(address)")
        }
      }
    }
  }

  @Test("is not there before its moment under its own name either, and there from then on")
  func byName() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(Self.tables, moment: Self.moment, reason: Self.reason)
      let clock = HandClock(Self.later(-1))
      let client = try RouterClient(folder, lookingEvery: .zero, now: { clock.now() })
      let difference = Versions.quarters + "/verschil"
      let own = [
        "", "/", "/en/", Versions.quarters, Versions.quarters + ".csv", Versions.quarters + ".svg",
        Versions.quarters + ".png", "/keten/organisaties.svg",
        Versions.quarters + "/gegevens", Versions.quarters + "/samenstellen", "/download/S03.csv",
        "/download/S03.xlsx", "/jsonstat/S03", "/catalog.ttl", "/openapi.json", "/uitgaven.atom",
        "/kalender.ics", "/odata/v1/SCHADE/S03/Observations", "/api/v2/tables/S03/data",
        "/api/v1/nl/SCHADE/S03", "/sdmx/2.1/data/DF_S03/all", "/csv/SCHADE/nl/S03",
        "/zoeken?q=nieuwe",
      ].map { "/uitgaven/\(second)\($0)" }
      let others = [
        "\(difference)?van=\(first)&tot=\(second)", "\(difference).csv?van=\(first)&tot=\(second)",
        "\(difference).csv?van=\(second)&tot=\(first)",
        "/en\(difference)?van=\(second)&tot=\(second)",
        "/uitgaven/\(first)\(difference)?van=\(first)&tot=\(second)",
      ]
      for address in own + others {
        let answer = try await client.get(address)
        #expect(answer.status == 404, "\(address)")
        for word in [Self.reason.nl, "4543", "4.543"] {
          #expect(!answer.text.contains(word), "\(address)")
        }
      }
      // A question that came in earlier must not be answered from what was found then.
      clock.set(Self.moment)
      for address in own + others {
        #expect(try await client.get(address).status == 200, "\(address)")
      }
    }
  }

  @Test("takes its place everywhere at its moment, to the second")
  func visible() async throws {
    try await withPublications { folder in
      var versions = Versions(folder)
      let first = try versions.publish()
      let second = try versions.publish(Self.tables, moment: Self.moment, reason: Self.reason)
      let clock = HandClock(Self.later(-1))
      let client = try RouterClient(folder, lookingEvery: .zero, now: { clock.now() })
      for (seconds, isSeen) in [(-1, false), (0, true), (1, true)] as [(Int64, Bool)] {
        clock.set(Self.later(seconds))
        let home = try await client.get("/").text
        #expect(home.contains("\(isSeen ? second : first)"))
        #expect(try await client.get("/tabellen/nieuwe-tabel").status == (isSeen ? 200 : 404))
        #expect(try await client.get("/tabellen/mutaties").status == (isSeen ? 410 : 200))
        for path in [
          "/download/S03.csv", "/jsonstat/S03", "/odata/v1/SCHADE/S03/Observations",
          "/ODataFeed/odata/S03/TypedDataSet", "/api/v2/tables/S03/data",
          "/sdmx/2.1/data/DF_S03/all", "/tabellen/meldingen-per-kwartaal.px",
        ] {
          let text = try await client.get(path).text
          #expect(text.contains("4543") == isSeen, "\(path)")
          #expect(text.contains("1210") != isSeen, "\(path)")
        }
        let table = try await client.get(Versions.quarters).text
        #expect(table.contains("4.543") == isSeen)
        #expect(table.contains("notice correction") == isSeen)
        for (path, count) in [("/uitgaven.atom", 1), ("/correcties.atom", 0)] {
          let feed = try #require(FeedReader(try await client.get(path).body))
          #expect(feed.entries.count == count + (isSeen ? 1 : 0), "\(path)")
          if isSeen { #expect(feed.entries.first?["updated"] == "\(Self.moment)", "\(path)") }
        }
        for path in ["/uitgaven", "/correcties", Versions.quarters + "/gegevens"] {
          #expect(try await client.get(path).text.contains(Self.reason.nl) == isSeen, "\(path)")
        }
      }
    }
  }
}
