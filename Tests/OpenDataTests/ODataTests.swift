import DisclosureControl
import Foundation
import FoundationXML
import InformationModel
import OpenData
import Publication
import TestSupport
import Testing

/// A release with one table, asked as a client would.
private struct Served {
  let service: ODataService
  let folder: TemporaryFolder

  /// A table of regions by kinds by years with a count and an amount of one decimal; some cells are small.
  init(regions: Int = 6, kinds: Int = 5, years: Int = 3, smallest: Int = 0) throws {
    func text(_ text: String) -> LocalizedText { LocalizedText(nl: text, en: text) }
    func dimension(
      _ id: String, _ codes: [String], role: InformationModel.Dimension.Role = .plain
    ) -> InformationModel.Dimension {
      InformationModel.Dimension(
        id: id, title: text(id), role: role,
        categories: codes.enumerated().map { place, code in
          Category(
            code: code, label: text("Naam van \(code)"),
            parent: role == .time || place == 0 ? nil : 0,
            status: role == .time ? (place == codes.count - 1 ? .provisional : .definitive) : nil)
        })
    }
    let dimensions = [
      dimension("Regio", ["NL01"] + (1..<regions).map { "R\($0)" }),
      dimension("Soort", ["T"] + (1..<kinds).map { "S\($0)" }),
      dimension("Perioden", (0..<years).map { "\(2020 + $0)JJ00" }, role: .time),
    ]
    var random = SeededGenerator(seed: 5)
    let index = CellIndex(dimensions)
    var counts = [Int](repeating: 0, count: index.sizes.reduce(1, *))
    for region in 1..<regions {
      for kind in 1..<kinds {
        for year in 0..<years {
          let count = Int.random(in: smallest...60, using: &random)
          for place in [[region, kind], [0, kind], [region, 0], [0, 0]] {
            counts[index.cell(at: place + [year])] += count
          }
        }
      }
    }
    let table = StatisticalTable(
      description: TableDescription(
        id: "T01", slug: "t", title: text("Tabel"), summary: text("Samenvatting."),
        population: text("Alles."),
        unit: Concept(code: "e", label: text("eenheid"), definition: text("Een eenheid.")),
        theme: "thema", headline: text(""), chart: .overTime),
      dimensions: dimensions,
      measures: [
        Measure(
          id: "aantal", title: text("Aantal"), unit: text("aantal"), decimals: 0, kind: .count),
        Measure(
          id: "bedrag", title: text("Bedrag"), unit: text("euro"), decimals: 1, kind: .sum),
      ], counts: counts, values: [counts.map(Double.init), counts.map { Double($0) * 2.5 }])
    let policy = DisclosurePolicy(
      id: "p", title: text("Standaard"), threshold: 5, percentileThreshold: 10,
      reason: text("Klein is geheim."))
    let date = try #require(CalendarDate(iso: "2023-07-01"))
    let provenance = Provenance(
      referenceDate: date, snapshot: "s", pack: "proef", packVersion: "1", program: "t",
      deliveries: [])
    folder = try TemporaryFolder()
    let id = try Release.write(
      chain: ChainDescription(
        id: "proef", version: "1", name: text("Proef"), purpose: text("Proef."),
        licence: Licence(name: "CC0", address: "https://example.org/licentie"), organisations: []),
      schemes: [], tables: [(try table.protected(under: policy), [])], provenance: provenance,
      into: folder.url)
    let release = try PublicationStore(directory: folder.url).release(id)
    service = ODataService(release, tables: try release.allTables())
  }

  struct Answer {
    var status: Int
    var bytes: [UInt8]
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
    }
    var rows: [[String: Any]] { json["value"] as? [[String: Any]] ?? [] }
  }

  func get(_ address: String, published: Moment? = nil) throws -> Answer {
    let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
    let items = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1).map {
        String($0).removingPercentEncoding ?? ""
      }
      return (name: sides[0], value: sides.count > 1 ? sides[1] : "")
    }
    var request = ODataService.Request(
      path: parts[0].removingPercentEncoding ?? "", items: items, base: "http://localhost")
    request.published = published
    let answer = try #require(service.answer(request))
    var bytes: [UInt8] = []
    switch answer.body {
    case .whole(let whole): bytes = whole
    case .pieces(let start):
      let pieces = start()
      while let piece = pieces.next() { bytes += piece }
    }
    return Answer(status: answer.status, bytes: bytes)
  }

  func observations(_ query: String = "") throws -> Answer {
    try get("/odata/v1/PROEF/T01/Observations?\(query)")
  }
}

@Suite struct ODataTests {
  @Test func `an answer of one piece is whole, a longer one is made while it is sent`() throws {
    let served = try Served(regions: 40, kinds: 20)
    func isWhole(_ items: [(name: String, value: String)]) throws -> Bool {
      let answer = try #require(
        served.service.answer(
          ODataService.Request(
            path: "/odata/v1/PROEF/T01/Observations", items: items, base: "http://localhost")))
      if case .whole = answer.body { return true }
      return false
    }
    #expect(try isWhole([("$top", "100")]))
    #expect(try isWhole([("$filter", "Regio eq 'R1' and Soort eq 'S1'")]))
    #expect(try !isWhole([]))
  }

  @Test func `only a search that takes long waits for its turn`() throws {
    let served = try Served()
    func isLong(_ items: [(name: String, value: String)], of path: String) -> Bool {
      served.service.isLongSearch(
        ODataService.Request(path: path, items: items, base: "http://localhost"))
    }
    let table = "/odata/v1/PROEF/t01/Observations"
    let long = Array(repeating: "Value eq 12345", count: 1_000).joined(separator: " or ")
    #expect(!isLong([("$top", "5")], of: table))
    #expect(!isLong([("$filter", "Value eq 12345")], of: table))
    // 180 figures, each of them held against a thousand others.
    #expect(isLong([("$filter", long)], of: table))
    #expect(isLong([("?$Filter", long)], of: table))
    #expect(isLong([("$orderby", "Value desc")], of: table))
    // Nobody knows how much there is to look at.
    #expect(isLong([("$filter", "Value eq 12345")], of: "/odata/v1/PROEF/T99/Observations"))
  }

  /// A condition as text, and as an obvious test of a row.
  private struct Condition {
    var text: String
    var holds: ([String: Any]) -> Bool

    static func any(_ random: inout SeededGenerator, depth: Int) -> Condition {
      let choice = Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random)
      func compare(_ one: Double, _ how: String, _ other: Double) -> Bool {
        switch how {
        case "eq": one == other
        case "ne": one != other
        case "gt": one > other
        case "ge": one >= other
        case "lt": one < other
        default: one <= other
        }
      }
      let how = ["eq", "ne", "gt", "ge", "lt", "le"].randomElement(using: &random) ?? "eq"
      let codes = ["NL01", "R1", "R2", "S1", "T", "2020JJ00", "R"]
      let code = codes.randomElement(using: &random) ?? ""
      let column = ["Regio", "Soort", "Perioden"].randomElement(using: &random) ?? ""
      switch choice {
      case 0:
        let bound = Double.random(in: 0..<300, using: &random).rounded() / 2
        return Condition(text: "Value \(how) \(bound)") { row in
          guard let value = row["Value"] as? Double else { return how == "ne" }
          return compare(value, how, bound)
        }
      case 1:
        return Condition(text: "\(column) eq '\(code)'") { $0[column] as? String == code }
      case 2:
        return Condition(text: "startswith(\(column),'\(code)')") {
          ($0[column] as? String)?.hasPrefix(code) == true
        }
      case 3:
        return Condition(text: "contains(\(column),'1')") {
          ($0[column] as? String)?.contains("1") == true
        }
      case 4:
        return Condition(text: "\(column) in ('\(code)','S2','R3')") {
          [code, "S2", "R3"].contains($0[column] as? String)
        }
      case 5:
        return Condition(text: "ValueAttribute eq 'None'") {
          $0["ValueAttribute"] as? String == "None"
        }
      case 6:
        let bound = Int.random(in: 0..<200, using: &random)
        return Condition(text: "Id \(how) \(bound)") {
          compare(Double($0["Id"] as? Int ?? -1), how, Double(bound))
        }
      case 7:
        let part = any(&random, depth: depth - 1)
        return Condition(text: "not (\(part.text))") { !part.holds($0) }
      default:
        let parts = (0..<2).map { _ in any(&random, depth: depth - 1) }
        let isAnd = choice == 8
        return Condition(
          text: parts.map { "(\($0.text))" }.joined(separator: isAnd ? " and " : " or ")
        ) { row in
          isAnd ? parts.allSatisfy { $0.holds(row) } : parts.contains { $0.holds(row) }
        }
      }
    }
  }

  @Test func aFilterGivesTheRowsThatAnObviousReadingGives() throws {
    let served = try Served()
    let all = try served.observations().rows
    #expect(all.count == 6 * 5 * 3 * 2)
    #expect(all.contains { $0["ValueAttribute"] as? String == "Confidential" })
    var random = SeededGenerator(seed: 77)
    for _ in 0..<400 {
      let condition = Condition.any(&random, depth: 3)
      let query = condition.text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let answer = try served.observations("$filter=\(query)&$count=true")
      let expected = all.filter(condition.holds).map { $0["Id"] as? Int }
      #expect(answer.status == 200, "\(condition.text)")
      #expect(answer.rows.map { $0["Id"] as? Int } == expected, "\(condition.text)")
      #expect(answer.json["@odata.count"] as? Int == expected.count)
      let skipped = try served.observations("$filter=\(query)&$skip=3&$top=4").rows
      #expect(skipped.map { $0["Id"] as? Int } == Array(expected.dropFirst(3).prefix(4)))
    }
  }

  @Test(arguments: ["Value", "Value desc", "Regio desc,Soort", "Perioden desc,Value", "Id desc"])
  func rowsComeInTheOrderThatIsAskedFor(order: String) throws {
    let served = try Served()
    let all = try served.observations().rows
    func less(_ one: [String: Any], _ other: [String: Any]) -> Bool {
      for part in order.split(separator: ",") {
        let words = part.split(separator: " ").map(String.init)
        let isDescending = words.last == "desc"
        let (left, right) = (one[words[0]], other[words[0]])
        if let left = left as? String, let right = right as? String, left != right {
          return (left < right) != isDescending
        }
        let (first, second) = (left as? Double ?? -1, right as? Double ?? -1)
        if !(left is String), first != second { return (first < second) != isDescending }
      }
      return (one["Id"] as? Int ?? 0) < (other["Id"] as? Int ?? 0)
    }
    let query = order.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let found = try served.observations("$orderby=\(query)").rows
    #expect(found.map { $0["Id"] as? Int } == all.sorted(by: less).map { $0["Id"] as? Int })
  }

  @Test func pagesTogetherAreTheWholeTable() throws {
    // 300 x 201 x 2 cells of two measures, more than two pages of OData 4.
    let served = try Served(regions: 300, kinds: 201, years: 2, smallest: 10)
    var ids: [Int] = []
    var address: String? = "/odata/v1/PROEF/T01/Observations?$select=Id,Value"
    var pages = 0
    while let next = address {
      let answer = try served.get(next)
      ids += answer.rows.compactMap { $0["Id"] as? Int }
      address = (answer.json["@odata.nextLink"] as? String).map {
        String($0.dropFirst("http://localhost".count))
      }
      pages += 1
    }
    #expect(pages == 3)
    #expect(ids == Array(0..<(300 * 201 * 2 * 2)))
    // A next link carries the whole query, once.
    let filtered = try served.get(
      "/ODataFeed/odata/T01/TypedDataSet?$format=json&$filter=Perioden%20eq%20'2020JJ00'&$skip=10000"
    )
    let link = try #require(filtered.json["odata.nextLink"] as? String)
    #expect(link.components(separatedBy: "filter").count == 2)
    #expect(link.components(separatedBy: "skip").count == 2 && link.hasSuffix("$skip=20000"))
    let small = try served.get("/ODataApi/odata/T01/TypedDataSet")
    #expect(small.status == 400)
    #expect(String(decoding: small.bytes, as: UTF8.self).contains("ODataFeed"))
    // A page that ends with the table has no next one.
    let last = try served.observations("$skip=\(300 * 201 * 4 - 100_000)")
    #expect(last.rows.count == 100_000 && last.json["@odata.nextLink"] == nil)
  }

  /// As cbsodataR does: apart at " and ", one pair of brackets off each piece.
  @Test func theDefaultSelectionCanBeTakenApart() throws {
    let served = try Served()
    let info = try #require(try served.get("/ODataApi/odata/T01/TableInfos").rows.first)
    let text = try #require(info["DefaultSelection"] as? String)
    let query = Dictionary(
      text.split(separator: "&").compactMap { part in
        let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
        return pair.count == 2 ? (pair[0], pair[1]) : nil
      }, uniquingKeysWith: { first, _ in first })
    let pieces = try #require(query["$filter"]).components(separatedBy: " and ")
    #expect(pieces.count == 2)
    for piece in pieces {
      #expect(piece.hasPrefix("((") && piece.hasSuffix("))"))
      let words = piece.dropFirst(2).dropLast(2).components(separatedBy: " eq ")
      #expect(words.count == 2 && !words[0].contains("(") && words[1].hasPrefix("'"))
    }
    let filter = try #require(
      query["$filter"]?.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    let rows = try served.get("/ODataApi/odata/T01/TypedDataSet?$filter=\(filter)").rows
    #expect(!rows.isEmpty)
  }

  @Test func whatIsHiddenIsInNoAnswer() throws {
    let served = try Served()
    let all = try served.observations().rows
    let hidden = all.filter { $0["ValueAttribute"] as? String == "Confidential" }
    #expect(hidden.count > 4 && hidden.allSatisfy { $0["Value"] is NSNull })
    for bound in ["lt 5", "ge 0", "eq 3", "le 1000000"] {
      let found = try served.observations("$filter=Value%20\(bound.replacing(" ", with: "%20"))")
        .rows
      #expect(found.allSatisfy { $0["ValueAttribute"] as? String == "None" })
    }
    // In an order by value they all stand together, whatever they were.
    let ordered = try served.observations("$orderby=Value").rows
    #expect(ordered.prefix(hidden.count).allSatisfy { $0["Value"] is NSNull })
    let typed = try served.get("/ODataFeed/odata/T01/TypedDataSet").rows
    #expect(typed.count { $0["Aantal_1"] is NSNull } == hidden.count / 2)
    let untyped = try served.get("/ODataFeed/odata/T01/UntypedDataSet").rows
    #expect(untyped.count { $0["Aantal_1"] as? String == "       ." } == hidden.count / 2)
  }

  @Test func oddQueriesAreRefusedWithAReason() throws {
    let served = try Served()
    for (query, status) in [
      ("$filter=Kleur%20eq%20'x'", 400), ("$filter=Value%20eq%20'x'", 400), ("$filter=Value", 400),
      ("$filter=(Value%20gt%201", 400), ("$filter=Value%20gt%20", 400), ("$top=x", 400),
      ("$filter=Regio%20eq%20'x", 400), ("$skip=-1", 400), ("$orderby=Kleur", 400),
      ("$orderby=Id%20up", 400), ("$select=Kleur", 400), ("$apply=x", 501), ("$format=xml", 415),
      ("$wat=1", 400), ("$top=1&$top=2", 400),
      ("$filter=" + String(repeating: "(", count: 5000), 400),
      ("$filter=" + String(repeating: "not%20", count: 5000) + "Value%20gt%201", 200),
    ] {
      let answer = try served.observations(query)
      #expect(answer.status == status, "\(query.prefix(60))")
      if status != 200 {
        let error = try #require(answer.json["error"] as? [String: Any])
        #expect((error["message"] as? String)?.isEmpty == false)
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func rubbishIsAnsweredAndNeverTrusted(seed: UInt64) throws {
    let served = try Served(regions: 3, kinds: 3, years: 1)
    var random = SeededGenerator(seed: 900 + seed)
    let pieces = [
      "Value", "Regio", "eq", "'", "''", "(", ")", ",", " ", "and", "or", "not", "in", "[", "]",
      "1e999", "-", "9223372036854775808", "substring(", "null", "contains", "é", "\u{0}",
      "$filter",
      "&", "=", "%", "2020JJ00", "length(Regio)", "true", "Id",
    ]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      let option =
        ["$filter", "$orderby", "$select", "$top", "$skip", "$count"].randomElement(using: &random)
        ?? ""
      let path = ["/odata/v1/PROEF/T01/Observations", "/ODataFeed/odata/T01/TypedDataSet"]
      let answer = try #require(
        served.service.answer(
          .init(
            path: path.randomElement(using: &random) ?? "", items: [(option, text)],
            base: "http://localhost")))
      #expect([200, 400, 415, 501].contains(answer.status))
      _ = served.service.answer(
        .init(path: "/odata/v1/PROEF/T01/" + text, items: [], base: "http://localhost"))
    }
  }

  @Test func metadataNamesEverySetOfTheDocument() throws {
    let served = try Served()
    for (root, document) in [
      ("/odata/v1/PROEF/T01", "/odata/v1/PROEF/T01"),
      ("/ODataFeed/odata/T01", "/ODataFeed/odata/T01"),
      ("/ODataCatalog", "/ODataCatalog"), ("/odata/v1", "/odata/v1"),
    ] {
      let sets = try served.get(document).rows.compactMap { $0["name"] as? String }
      #expect(!sets.isEmpty)
      let xml = String(decoding: try served.get(root + "/$metadata").bytes, as: UTF8.self)
      for set in sets {
        #expect(xml.contains("Set Name=\"\(set)\"") || xml.contains("Singleton Name=\"\(set)\""))
      }
      #expect(XMLParser(data: Data(xml.utf8)).parse())
      for set in sets { #expect(try served.get(root + "/" + set).status == 200, "\(set)") }
    }
  }

  @Test func momentsAreThoseOfPublicationInGreenwich() throws {
    let served = try Served()
    let dataset = try #require(try served.get("/odata/v1/Datasets").rows.first)
    // What was seen at once is as old as its reference date.
    #expect(dataset["Modified"] as? String == "2023-07-01T00:00:00Z")
    let moment = try #require(Moment("2023-09-04T09:30:00+02:00"))
    for (address, name, text) in [
      ("/odata/v1/Datasets", "Modified", "2023-09-04T07:30:00Z"),
      ("/odata/v1/Datasets", "ObservationsModified", "2023-09-04T07:30:00Z"),
      ("/ODataCatalog/Tables", "Updated", "2023-09-04T07:30:00"),
      ("/ODataFeed/odata/T01/TableInfos", "Modified", "2023-09-04T07:30:00"),
    ] {
      let row = try #require(try served.get(address, published: moment).rows.first)
      #expect(row[name] as? String == text, "\(address)")
    }
    let since = "/odata/v1/Datasets?$filter=Modified%20gt%202023-09-04T07:29:59Z"
    #expect(try served.get(since, published: moment).rows.count == 1)
    #expect(try served.get(since).rows.isEmpty)
    #expect(dataset["Version"] as? String == "202307010000")
    #expect(dataset["ObservationCount"] as? Int == 180)
  }
}
