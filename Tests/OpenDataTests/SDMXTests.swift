import DisclosureControl
import Foundation
import FoundationXML
import InformationModel
import OpenData
import Publication
import TestSupport
import Testing

/// A release of two tables, one of them without time, asked as a client would.
private struct ServedSDMX {
  let service: SDMXService
  let tables: [PublishedTable]
  let folder: TemporaryFolder

  private static func text(_ text: String) -> LocalizedText {
    LocalizedText(nl: text, en: text + " (en)")
  }

  private static func dimension(
    _ id: String, _ codes: [String], role: InformationModel.Dimension.Role = .plain
  ) -> InformationModel.Dimension {
    InformationModel.Dimension(
      id: id, title: text(id), role: role,
      categories: codes.enumerated().map { place, code in
        Category(
          code: code, label: text("Naam van \(code) & <meer>"), parent: place == 0 ? nil : 0,
          status: role == .time ? (place == codes.count - 1 ? .provisional : .definitive) : nil)
      })
  }

  /// The first category of every dimension is the total of the others.
  private static func table(
    _ id: String, _ dimensions: [InformationModel.Dimension], seed: UInt64
  ) -> StatisticalTable {
    var random = SeededGenerator(seed: seed)
    let index = CellIndex(dimensions)
    let cells = index.sizes.reduce(1, *)
    var counts = [Int](repeating: 0, count: cells)
    for leaf in 0..<cells {
      let coordinates = index.coordinates(of: leaf)
      guard coordinates.allSatisfy({ $0 > 0 }) else { continue }
      let count = Int.random(in: 0...20, using: &random)
      for mask in 0..<(1 << coordinates.count) {
        let place = coordinates.enumerated().map { mask >> $0 & 1 == 1 ? 0 : $1 }
        counts[index.cell(at: place)] += count
      }
    }
    return StatisticalTable(
      description: TableDescription(
        id: id, slug: id.lowercased(), title: text("Tabel \(id)"), summary: text("Samenvatting."),
        population: text("Alles."),
        unit: Concept(code: "e", label: text("eenheid"), definition: text("Een eenheid.")),
        theme: "straf", headline: text(""), chart: .overTime),
      dimensions: dimensions,
      measures: [
        Measure(
          id: "aantal", title: text("Aantal"), unit: text("aantal"), decimals: 0, kind: .count),
        Measure(id: "bedrag", title: text("Bedrag"), unit: text("% van"), decimals: 1, kind: .sum),
      ], counts: counts, values: [counts.map(Double.init), counts.map { Double($0) * 2.5 }])
  }

  init() throws {
    let policy = DisclosurePolicy(
      id: "p", title: Self.text("Standaard"), threshold: 5, percentileThreshold: 10,
      reason: Self.text("Klein is geheim."))
    let date = try #require(CalendarDate(iso: "2023-07-01"))
    let provenance = Provenance(
      referenceDate: date, snapshot: "s", pack: "proef", packVersion: "1", program: "t",
      deliveries: [])
    let periods = [Naming.allPeriods, "2021JJ00", "2022JJ00", "2023X000"]
    let made = [
      Self.table(
        "T01",
        [
          Self.dimension("Regio", ["NL01", "R1", "R2", "R3"]),
          Self.dimension("soort-zaak", ["T", "1.5 %", "1_x002E_5", "é", "X_NNO"]),
          Self.dimension(Naming.timeDimension, periods, role: .time),
        ], seed: 5),
      Self.table("T-2", [Self.dimension("measure", ["0", "x", "y"])], seed: 6),
    ]
    folder = try TemporaryFolder()
    let id = try Release.write(
      chain: ChainDescription(
        id: "proef-keten", version: "1", name: Self.text("Proef"), purpose: Self.text("Proef."),
        licence: Licence(name: "CC0", address: "https://example.org/licentie"), organisations: []),
      schemes: [
        ConceptScheme(
          id: Naming.themeScheme, name: Self.text("Thema's"), description: Self.text("Alle."),
          owner: "o",
          concepts: [
            Concept(code: "recht", label: Self.text("Recht"), definition: Self.text("Recht.")),
            Concept(
              code: "straf", parent: "recht", label: Self.text("Straf"),
              definition: Self.text("Straf.")),
          ])
      ], tables: try made.map { (try $0.protected(under: policy), []) }, provenance: provenance,
      into: folder.url)
    let release = try PublicationStore(directory: folder.url).release(id)
    tables = try release.allTables()
    service = SDMXService(release, tables: tables)
  }

  struct Answer {
    var status: Int
    var type: String
    var text: String

    /// Of comma-separated values by their names.
    var rows: [[String: String]] {
      let lines = text.split(separator: "\r\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      guard let names = lines.first else { return [] }
      return lines.dropFirst().map {
        Dictionary(zip(names, $0), uniquingKeysWith: { one, _ in one })
      }
    }
  }

  func get(_ address: String, accept: String? = nil) throws -> Answer {
    let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
    let items = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return (name: sides[0], value: sides.count > 1 ? sides[1] : "")
    }
    return get(
      (parts.first ?? "").split(separator: "/").map { String($0).removingPercentEncoding ?? "" },
      items,
      accept: accept)
  }

  func get(
    _ parts: [String], _ items: [(name: String, value: String)], accept: String? = nil
  ) -> Answer {
    let answer = service.answer(
      .init(parts: parts, items: items, accept: accept, base: "http://localhost"))
    var bytes: [UInt8] = []
    switch answer.body {
    case .whole(let whole): bytes = whole
    case .pieces(let start):
      let pieces = start()
      while let piece = pieces.next() { bytes += piece }
    }
    return Answer(
      status: answer.status, type: answer.contentType, text: String(decoding: bytes, as: UTF8.self))
  }

  func csv(_ flow: String = "DF_T01", _ key: String = "all", _ query: String = "") throws -> Answer
  {
    try get("2.1/data/\(flow)/\(key)?format=csv\(query)")
  }
}

/// The figures of an XML message, each with what stands around it.
private final class FigureReader: NSObject, XMLParserDelegate {
  private(set) var rows: [[String: String]] = []
  private var series: [String: String] = [:]
  private var row: [String: String] = [:]
  private var isInSeriesHead = false

  static func rows(_ text: String) -> [[String: String]]? {
    let reader = FigureReader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    return parser.parse() ? reader.rows : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    switch name {
    case "Series": series = attributes
    case "Obs": rows.append(series.merging(attributes) { _, new in new })
    case "gen:Series":
      series = [:]
      isInSeriesHead = true
    case "gen:Obs":
      row = series
      isInSeriesHead = false
    case "gen:Value":
      let (id, value) = (attributes["id"] ?? "", attributes["value"] ?? "")
      if isInSeriesHead { series[id] = value } else { row[id] = value }
    case "gen:ObsDimension": row["TIME_PERIOD"] = attributes["value"]
    case "gen:ObsValue": row["OBS_VALUE"] = attributes["value"]
    default: break
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "gen:Obs" { rows.append(row) }
  }
}

/// The figures of an SDMX-JSON message, read as its specification says.
private func jsonRows(_ text: String) throws -> [[String: String]] {
  let message = try #require(
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  let data = try #require(message["data"] as? [String: Any])
  let structure = try #require(
    data["structure"] as? [String: Any] ?? (data["structures"] as? [[String: Any]])?.first)
  func parts(_ kind: String, _ level: String) -> [[String: Any]] {
    ((structure[kind] as? [String: Any])?[level] as? [[String: Any]]) ?? []
  }
  func coded(_ parts: [[String: Any]], _ places: [Int?]) -> [String: String] {
    var row: [String: String] = [:]
    for (part, place) in zip(parts, places) {
      guard let place, let values = part["values"] as? [[String: Any]] else { continue }
      let id = part["id"] as? String ?? ""
      let name = id == "TIME_PERIOD" ? "name" : "id"
      row[id] = (values[place]["value"] ?? values[place][name]) as? String
    }
    return row
  }
  func places(_ key: String) -> [Int?] { key.split(separator: ":").map { Int($0) } }
  var rows: [[String: String]] = []
  func add(_ observations: Any?, _ series: [String: String]) {
    for (key, fields) in observations as? [String: [Any]] ?? [:] {
      var row = series.merging(coded(parts("dimensions", "observation"), places(key))) { $1 }
      row.merge(
        coded(
          parts("attributes", "observation"), fields.dropFirst().map { ($0 as? NSNumber)?.intValue }
        )
      ) { $1 }
      if let value = fields.first as? NSNumber { row["OBS_VALUE"] = "\(value.doubleValue)" }
      rows.append(row)
    }
  }
  for set in data["dataSets"] as? [[String: Any]] ?? [] {
    add(set["observations"], [:])
    for (key, series) in set["series"] as? [String: [String: Any]] ?? [:] {
      let attributes = (series["attributes"] as? [NSNumber] ?? []).map { Optional($0.intValue) }
      add(
        series["observations"],
        coded(parts("dimensions", "series"), places(key)).merging(
          coded(parts("attributes", "series"), attributes)
        ) { $1 })
    }
  }
  return rows
}

@Suite struct SDMXTests {
  private static let axes = ["REGIO", "SOORT_ZAAK", "MEASURE"]
  private static let periods = [
    "2021", "2022", "2021-01-01/P912D", "2023-01-01/P182D",
  ]

  /// What is compared: which figure it is, how it stands, and its value as a number.
  private static func figure(_ row: [String: String]) -> [String] {
    (axes + ["TIME_PERIOD", "OBS_STATUS", "CONF_STATUS"]).map { row[$0] ?? "" } + [
      row["OBS_VALUE"].flatMap { Double($0) }.map { "\($0)" } ?? ""
    ]
  }

  private static func isBefore(_ one: [String], _ other: [String]) -> Bool {
    one.lexicographicallyPrecedes(other)
  }

  @Test func everyFigureAndStatusIsThatOfTheTable() throws {
    let served = try ServedSDMX()
    let table = try #require(served.tables.first)
    let answer = try served.csv()
    #expect(answer.type == "application/vnd.sdmx.data+csv;version=1.0.0")
    #expect(
      answer.text.hasPrefix(
        "DATAFLOW,REGIO,SOORT_ZAAK,MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS,"
          + "UNIT_MEASURE,DECIMALS\r\nPROEF_KETEN:DF_T01(1.0),NL01,T,aantal,2021,"))
    let kinds = ["T", "1_x002E_5_x0020__x0025_", "1_x005F_x002E_5", "_x00E9_", "X_NNO"]
    // In the table's order the total over all periods comes first.
    let times = ["2021-01-01/P912D", "2021", "2022", "2023-01-01/P182D"]
    var expected: [[String]] = []
    for cell in 0..<4 * 5 * 4 {
      let place = table.cells.coordinates(of: cell)
      for (number, measure) in table.measures.enumerated() {
        let isNewest = place[2] == 3
        let figure =
          switch table.cell(cell, measure: number) {
          case .value(let value): [isNewest ? "P" : "A", "F", "\(value)"]
          case .confidential: ["Q", "C", ""]
          case .impossible: ["M", "F", ""]
          }
        expected.append(
          [
            table.dimensions[0].categories[place[0]].code, kinds[place[1]], measure.id,
            times[place[2]],
          ] + figure)
      }
    }
    #expect(expected.contains { $0[4] == "Q" })
    #expect(
      answer.rows.map(Self.figure).sorted(by: Self.isBefore) == expected.sorted(by: Self.isBefore))
    #expect(
      answer.rows.allSatisfy {
        $0["MEASURE"] == "aantal"
          ? $0["UNIT_MEASURE"] == "aantal" && $0["DECIMALS"] == "0"
          : $0["UNIT_MEASURE"] == "_x0025__x0020_van" && $0["DECIMALS"] == "1"
      })
  }

  @Test(arguments: ["DF_T01", "DF_T-2"])
  func everyNotationTellsTheSame(flow: String) throws {
    let served = try ServedSDMX()
    func figure(_ row: [String: String]) -> [String] {
      Self.figure(row) + [row["MEASURE_2"] ?? ""]
    }
    let truth = try served.csv(flow).rows.map(figure).sorted(by: Self.isBefore)
    #expect(truth.count == (flow == "DF_T01" ? 160 : 6))
    let specific = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
    let generic = "application/vnd.sdmx.genericdata+xml;version=2.1"
    let newest = "application/vnd.sdmx.data+xml;version=3.0.0"
    let addresses = ["2.1/data/\(flow)", "3.0/data/dataflow/PROEF_KETEN/\(flow)/+/*"]
    for flat in ["", "?dimensionAtObservation=AllDimensions"] {
      for accept in [specific, generic, newest] {
        for address in addresses {
          let answer = try served.get(address + flat, accept: accept)
          #expect(answer.status == 200 && answer.type == accept)
          let rows = try #require(FigureReader.rows(answer.text))
          #expect(rows.map(figure).sorted(by: Self.isBefore) == truth)
          #expect(rows.allSatisfy { $0["DECIMALS"] != nil })
          // A reader who asks for the structure by the name that the figures give it gets it.
          let name = "DSD_" + flow.dropFirst(3)
          #expect(answer.text.contains("tructureRef=\"\(name)\""))
          #expect(answer.text.contains("structureID=\"\(name)\""))
          #expect(try served.get("2.1/datastructure/all/\(name)/latest").status == 200)
        }
      }
      for address in addresses {
        let answer = try served.get(address + flat, accept: "application/json")
        #expect(answer.status == 200)
        #expect(try jsonRows(answer.text).map(figure).sorted(by: Self.isBefore) == truth)
      }
    }
    let newer = try served.get("3.0/data/dataflow/*/\(flow)?format=csv")
    #expect(newer.text.hasPrefix("STRUCTURE,STRUCTURE_ID,ACTION,"))
    #expect(newer.text.contains("\r\ndataflow,PROEF_KETEN:\(flow)(1.0.0),I,"))
    #expect(newer.rows.map(figure).sorted(by: Self.isBefore) == truth)
  }

  @Test func aKeyGivesTheFiguresThatAnObviousReadingGives() throws {
    let served = try ServedSDMX()
    let all = try served.csv().rows
    let ends = ["2021": "2021-12-31", "2022": "2022-12-31"]
    func isWithin(_ period: String, _ from: String?, _ to: String?) -> Bool {
      let (first, last) = (period.prefix(4) + "-01-01", ends[period] ?? "2023-07-01")
      return (from.map { first >= $0 + "-01-01" } ?? true)
        && (to.map { last <= $0 + "-12-31" } ?? true)
    }
    let codes = Self.axes.map { axis in Array(Set(all.compactMap { $0[axis] })).sorted() }
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      let chosen = codes.map { codes -> [String] in
        switch Int.random(in: 0..<4, using: &random) {
        case 0: []
        case 1: ["nergens", codes.randomElement(using: &random) ?? ""]
        default: (0..<2).compactMap { _ in codes.randomElement(using: &random) }
        }
      }
      let years: [String?] = [nil, "2020", "2021", "2022", "2023"]
      let from = years.randomElement(using: &random) ?? nil
      let to = years.randomElement(using: &random) ?? nil
      let newest = Bool.random(using: &random)
      var query = from.map { "&startPeriod=\($0)" } ?? ""
      query += to.map { "&endPeriod=\($0)" } ?? ""
      let times = Self.periods.filter { isWithin($0, from, to) }
      let kept = Set(newest ? times.suffix(2) : times)
      if newest { query += "&lastNObservations=2" }
      let key = chosen.map { $0.joined(separator: "+") }.joined(separator: ".")
      let expected = all.filter { row in
        kept.contains(row["TIME_PERIOD"] ?? "")
          && zip(Self.axes, chosen).allSatisfy { $1.isEmpty || $1.contains(row[$0] ?? "") }
      }
      let answer = try served.csv("DF_T01", key, query)
      #expect(answer.status == (expected.isEmpty ? 404 : 200), "\(key) \(query)")
      if !expected.isEmpty { #expect(answer.rows == expected, "\(key) \(query)") }
      // The same in the words of the newer standard.
      var filters = zip(Self.axes, chosen).filter { !$1.isEmpty }.map {
        (name: "c[\($0)]", value: $1.joined(separator: ","))
      }
      let bounds = [from.map { "ge:" + $0 }, to.map { "le:" + $0 }].compactMap { $0 }
      if !bounds.isEmpty { filters.append(("c[TIME_PERIOD]", bounds.joined(separator: "+"))) }
      if newest { filters.append(("lastNObservations", "2")) }
      let other = served.get(
        ["3.0", "data", "dataflow", "*", "DF_T01", "+", "*"], filters, accept: "text/csv")
      #expect(other.status == answer.status)
      if answer.status == 200 { #expect(other.rows.map(Self.figure) == expected.map(Self.figure)) }
    }
  }

  @Test func detailTellsLess() throws {
    let served = try ServedSDMX()
    let columns: [(query: String, columns: [String], rows: Int)] = [
      ("&detail=dataonly", Self.axes + ["TIME_PERIOD", "OBS_VALUE"], 160),
      ("&detail=serieskeysonly", Self.axes, 40),
      ("&detail=nodata", Self.axes + ["UNIT_MEASURE", "DECIMALS"], 40),
      ("&attributes=OBS_STATUS&measures=none", Self.axes + ["TIME_PERIOD", "OBS_STATUS"], 160),
    ]
    for (query, names, count) in columns {
      let answer = try served.csv("DF_T01", "all", query)
      #expect(answer.text.hasPrefix((["DATAFLOW"] + names).joined(separator: ",") + "\r\n"))
      #expect(answer.rows.count == count)
      for root in ["2.1/data/DF_T01", "3.0/data/dataflow/*/DF_T01"] {
        for format in ["structurespecificdata", "genericdata"] {
          for flat in ["", "&dimensionAtObservation=AllDimensions"] {
            let xml = try served.get("\(root)?format=\(format)\(query)\(flat)").text
            #expect(FigureReader.rows(xml) != nil)
            #expect(!xml.contains("gen:Attributes></gen:Attributes"))
            let showsValues = format == "structurespecificdata" && names.contains("OBS_VALUE")
            #expect(xml.contains("OBS_VALUE=") == showsValues)
          }
        }
      }
      for root in ["2.1/data/DF_T01", "3.0/data/dataflow/*/DF_T01"] {
        for flat in ["", "&dimensionAtObservation=AllDimensions"] {
          let json = try served.get("\(root)?format=json\(query)\(flat)").text
          #expect((try? JSONSerialization.jsonObject(with: Data(json.utf8))) != nil)
        }
      }
    }
  }

  @Test func whatIsHiddenHasNoValueAnywhere() throws {
    let served = try ServedSDMX()
    let hidden = try served.csv().rows.filter { $0["CONF_STATUS"] == "C" }
    #expect(hidden.count > 4)
    for row in hidden {
      let key = Self.axes.map { row[$0] ?? "" }.joined(separator: ".")
      let period = row["TIME_PERIOD"] ?? ""
      let query = "startPeriod=\(period)&endPeriod=\(period)"
      func isBare(_ rows: [[String: String]]) -> Bool {
        let own = rows.filter { $0["TIME_PERIOD"] == period }
        return own.count == 1
          && own.allSatisfy { $0["OBS_STATUS"] == "Q" && ($0["OBS_VALUE"] ?? "").isEmpty }
      }
      #expect(isBare(try served.csv("DF_T01", key, "&" + query).rows))
      for root in ["2.1/data/DF_T01", "3.0/data/dataflow/*/DF_T01/+"] {
        for format in ["structurespecificdata", "genericdata"] {
          let xml = try served.get("\(root)/\(key)?\(query)&format=\(format)").text
          #expect(isBare(try #require(FigureReader.rows(xml))))
        }
      }
      #expect(isBare(try jsonRows(served.get("2.1/data/DF_T01/\(key)?\(query)&format=json").text)))
    }
    // No question goes by the value.
    let filter = [(name: "c[OBS_VALUE]", value: "lt:5")]
    #expect(served.get(["3.0", "data", "dataflow", "*", "DF_T01"], filter).status == 501)
  }

  @Test func structuresComeWithWhatBelongsToThem() throws {
    let served = try ServedSDMX()
    func ids(_ address: String) throws -> Set<String> {
      let answer = try served.get(address)
      #expect(answer.status == 200, "\(address)")
      #expect(XMLParser(data: Data(answer.text.utf8)).parse())
      let found = answer.text.matches(of: /<str:\w+ id="([^"]+)" urn="[^"]+" agencyID/)
      return Set(found.map { String($0.output.1) })
    }
    let flow = "2.1/dataflow/PROEF_KETEN/DF_T01/latest"
    let lists: Set = [
      "CL_T01_REGIO", "CL_T01_SOORT_ZAAK", "CL_T01_MEASURE", "CL_OBS_STATUS", "CL_CONF_STATUS",
      "CL_UNIT_MEASURE",
    ]
    let below = lists.union(["DSD_T01", "CS_T01"])
    #expect(try ids(flow) == ["DF_T01"])
    #expect(try ids(flow + "?references=children") == ["DF_T01", "DSD_T01"])
    #expect(try ids(flow + "?references=descendants") == below.union(["DF_T01"]))
    // What says something about a dataflow is its parent.
    #expect(try ids(flow + "?references=parents") == ["DF_T01", "CAT_T01", "CC_T01"])
    #expect(
      try ids(flow + "?references=parentsandsiblings") == ["DF_T01", "CAT_T01", "CC_T01", "THEMAS"])
    #expect(
      try ids(flow + "?references=all") == below.union(["DF_T01", "CAT_T01", "CC_T01", "THEMAS"]))
    #expect(try ids(flow + "?references=codelist") == lists.union(["DF_T01"]))
    for kind in ["contentconstraint", "actualconstraint"] {
      #expect(try ids(flow + "?references=\(kind)") == ["DF_T01", "CC_T01"])
      #expect(try ids("2.1/\(kind)") == ["CC_T01", "CC_T-2"])
    }
    #expect(
      try ids("2.1/contentconstraint/all/CC_T01?references=children") == ["CC_T01", "DF_T01"])
    #expect(try ids("2.1/dataflow") == ["DF_T01", "DF_T-2"])
    #expect(try ids("2.1/agencyscheme") == ["AGENCIES"])
    #expect(try ids("2.1/codelist/all/CL_T01_REGIO+CL_OBS_STATUS").count == 2)
    let stub = try served.get(flow + "?references=all&detail=allstubs").text
    #expect(!stub.contains("<str:Code ") && stub.contains("isExternalReference=\"true\""))
    let part = try served.get("2.1/codelist/PROEF_KETEN/CL_T01_REGIO/1.0/R1+R3").text
    #expect(part.contains("id=\"R1\"") && !part.contains("id=\"R2\"") && part.contains("isPartial"))
    // The dimension that is called as a part of SDMX is called otherwise; names are in both languages.
    let other = try served.get("2.1/datastructure/all/DSD_T-2?references=descendants").text
    #expect(other.contains("<str:Dimension id=\"MEASURE_2\"") && !other.contains("TimeDimension"))
    #expect(
      other.contains("<com:Name xml:lang=\"en\">Naam van x &amp; &lt;meer&gt; (en)</com:Name>"))
    let notes = try served.get(flow).text
    #expect(notes.contains("2021-01-01/P912D (Naam van TOTAAL"))
    #expect(notes.contains("Klein is geheim."))
  }

  /// Formats of structures, with the version that each of them gives to what it tells.
  private static let structures: [(type: String, version: String)] = [
    ("application/vnd.sdmx.structure+xml;version=2.1", version: "1.0"),
    ("application/vnd.sdmx.structure+json;version=1.0.0", "1.0"),
    ("application/vnd.sdmx.structure+xml;version=3.0.0", "1.0.0"),
    ("application/vnd.sdmx.structure+json;version=2.0.0", "1.0.0"),
  ]

  /// The names of everything that a message tells or refers to, without those of the parts of things.
  private static func names(in text: String) -> Set<String> {
    Set(text.matches(of: /urn:sdmx:[a-z.]+\w+=[^"<)]+\)[^"<]*/).map { String($0.output) })
  }

  @Test func everyNotationTellsTheSameStructures() throws {
    let served = try ServedSDMX()
    for kind in ["dataflow", "datastructure", "codelist", "conceptscheme", "categorisation"] {
      for references in ["none", "parents", "children", "descendants", "all"] {
        var told: [Set<String>] = []
        for (type, version) in Self.structures {
          for root in ["2.1/", "3.0/structure/"] {
            let answer = try served.get("\(root)\(kind)?references=\(references)", accept: type)
            #expect(answer.status == 200 && answer.type == type)
            if type.contains("xml") {
              #expect(XMLParser(data: Data(answer.text.utf8)).parse())
            } else {
              #expect((try? JSONSerialization.jsonObject(with: Data(answer.text.utf8))) != nil)
            }
            #expect(!answer.text.contains(version == "1.0" ? "T01(1.0.0)" : "T01(1.0)"))
            // Each thing once, by its name: in XML an attribute, in JSON a link to itself.
            let ids = answer.text.matches(
              of: type.contains("xml")
                ? /<str:\w+ id="([^"]+)" urn="[^"]+" agencyID/
                : /"id":"([^"]+)","links":\[\{"rel":"self"/
            ).map { String($0.output.1) }
            #expect(Set(ids).count == ids.count)
            told.append(Set(ids))
          }
        }
        #expect(Set(told).count == 1 && told[0].count > 1, "\(kind) \(references)")
      }
    }
  }

  @Test func nothingIsReferredToThatIsNotThere() throws {
    let served = try ServedSDMX()
    // The first refers to parts of names.
    for (type, version) in Self.structures.dropFirst() {
      let text = try served.get("3.0/structure/*", accept: type).text
      let own = text.matches(of: /(?:urn="|"self","urn":")(urn:[^"]+)"/).map {
        String($0.output.1)
      }
      let known = Set(own)
      #expect(known.count >= 20)
      for name in Self.names(in: text) where !known.contains(name) {
        // A part of something, which JSON tells without a name of its own.
        let place = try #require(name.firstRange(of: "(\(version))."), "\(name)")
        #expect(type.contains("json"), "\(name)")
        let part = name[place.upperBound...].split(separator: ".").last ?? ""
        #expect(text.contains("\"id\":\"\(part)\""), "\(name)")
      }
    }
  }

  @Test func theNewerStandardIsWrittenInItsOwnWords() throws {
    let served = try ServedSDMX()
    func get(_ address: String, _ accept: String = "application/xml") throws -> String {
      try served.get("3.0/structure/" + address, accept: accept).text
    }
    let text = try get("*")
    #expect(
      text.contains("xmlns:str=\"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure\""))
    for word in [
      "v2_1", "<Ref", "isFinal", "PrimaryMeasure", "assignmentStatus", "ContentConstraint",
      "com:Value",
      "OrganisationSchemes",
    ] {
      #expect(!text.contains(word), "\(word)")
    }
    for word in [
      "<str:AgencySchemes><str:AgencyScheme id=\"AGENCIES\"", "<str:ConceptSchemes>",
      "<str:DataConstraints><str:DataConstraint id=\"CC_T01\"", "role=\"Actual\"",
      "<str:AttributeRelationship><str:Observation/></str:AttributeRelationship>",
      "<str:AttributeRelationship><str:Dimension>MEASURE</str:Dimension></str:AttributeRelationship>",
      "<str:Parent>NL01</str:Parent>",
      ">urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=PROEF_KETEN:DSD_T01(1.0.0)</str:Structure>",
    ] {
      #expect(text.contains(word), "\(word)")
    }
    // A parent that does not begin with a letter is none to its schema.
    let note =
      "<com:AnnotationTitle>0</com:AnnotationTitle><com:AnnotationType>PARENT</com:AnnotationType>"
    #expect(text.contains(note) && !text.contains("<str:Parent>0<"))
    let older = try served.get("2.1/structure").text
    #expect(older.contains("<str:Parent><Ref id=\"0\"/></str:Parent>") && !older.contains("PARENT"))
    for (type, version) in Self.structures {
      let stub = try get("dataflow?detail=allstubs", type)
      let root = version == "1.0" ? "2.1" : "3.0/structure"
      #expect(
        stub.contains("http://localhost/sdmx/\(root)/dataflow/PROEF_KETEN/DF_T01/\(version)"))
    }
    let figures = try served.get("3.0/data/dataflow/*/DF_T01?format=xml").text
    #expect(figures.contains("schemas/v3_0/data/structurespecific") && !figures.contains("v2_1"))
    #expect(!figures.contains("dataScope"))
    #expect(figures.contains("DF_T01(1.0.0)</com:StructureUsage>"))
  }

  @Test(arguments: ["T01", "T-2"])
  func whatThereIsStandsBesideTheTable(table: String) throws {
    let served = try ServedSDMX()
    let rows = try served.csv("DF_\(table)").rows
    let axes = table == "T01" ? Self.axes + ["TIME_PERIOD"] : ["MEASURE_2", "MEASURE"]
    let truth = axes.map { axis in Set(rows.compactMap { $0[axis] }) }
    for (address, part) in [
      ("2.1/contentconstraint", "com:"), ("2.1/actualconstraint", "com:"),
      ("3.0/structure/dataconstraint", "str:"),
    ] {
      let id = address.hasPrefix("2") ? "\(address)/all/CC_\(table)" : "\(address)/*/CC_\(table)"
      let text = try served.get(id, accept: "application/xml").text
      let keys = text.split(separator: "<\(part)KeyValue id=\"").dropFirst()
      #expect(keys.map { String($0.prefix { $0 != "\"" }) } == axes)
      for (key, codes) in zip(keys, truth) {
        let values = key.split(separator: "<\(part)Value>").dropFirst()
        #expect(values.count == codes.count)
        #expect(Set(values.map { String($0.prefix { $0 != "<" }) }) == codes)
      }
      let json = try served.get(id, accept: "application/json").text
      for codes in truth {
        #expect(codes.allSatisfy { json.contains("\"\($0)\"") })
      }
      // A constraint without what it tells would say that there is nothing.
      #expect(try served.get(id + "?detail=allstubs", accept: "application/xml").text == text)
    }
    // What is made for a question is another thing.
    let made = try served.get("2.1/availableconstraint/DF_\(table)/all?references=all").text
    #expect(made.contains("id=\"AVAILABLE_\(table)\"") && !made.contains("\"CC_"))
  }

  @Test func whatThereIsIsToldBeforeItIsAsked() throws {
    let served = try ServedSDMX()
    let text = try served.get("2.1/availableconstraint/DF_T01/R1+R2..?startPeriod=2022").text
    #expect(
      text.contains("<com:Value>R2</com:Value>") && !text.contains("<com:Value>R3</com:Value>"))
    #expect(text.contains("<com:StartPeriod isInclusive=\"true\">2022-01-01</com:StartPeriod>"))
    #expect(text.contains("<com:EndPeriod isInclusive=\"true\">2023-07-01</com:EndPeriod>"))
    let one = try served.get("3.0/availability/dataflow/*/DF_T01/+/R1.*/REGIO?mode=available")
    #expect(one.text.contains("\"R3\"") && !one.text.contains("SOORT_ZAAK"))
    #expect(try served.get("2.1/availableconstraint/DF_T01/nergens..").status == 404)
  }

  @Test func theFormatIsWhatIsAcceptedBest() throws {
    let served = try ServedSDMX()
    let wishes: [(accept: String?, type: String)] = [
      (nil, "structurespecificdata+xml;version=2.1"), ("", "structurespecificdata+xml;version=2.1"),
      ("*/*", "structurespecificdata+xml;version=2.1"), ("text/csv", "data+csv;version=1.0.0"),
      ("text/*", "structurespecificdata+xml;version=2.1"),
      ("image/png, application/json;q=0.5", "data+json;version=1.0.0"),
      ("application/vnd.sdmx.data+json; version=2.0.0", "data+json;version=2.0.0"),
      ("application/vnd.sdmx.data+csv;version=1.0", "data+csv;version=1.0.0"),
      ("*/*;q=0.1, APPLICATION/vnd.sdmx.genericdata+xml", "genericdata+xml;version=2.1"),
      ("text/csv;q=0, */*", "structurespecificdata+xml;version=2.1"),
    ]
    for (accept, type) in wishes {
      let answer = try served.get("2.1/data/DF_T01", accept: accept)
      #expect(answer.type == "application/vnd.sdmx." + type, "\(accept ?? "-")")
    }
    for accept in [
      "image/png", "application/vnd.sdmx.data+json;version=9", "x",
      "application/vnd.sdmx.data+csv;labels=both", "*/*;q=0",
    ] {
      #expect(try served.get("2.1/data/DF_T01", accept: accept).status == 406, "\(accept)")
    }
    // Names and plain types are of the standard whose address it is.
    let structure = "structure+"
    for (address, wish, type) in [
      ("3.0/data/dataflow/*/DF_T01", "application/xml", "data+xml;version=3.0.0"),
      ("3.0/data/dataflow/*/DF_T01", "application/json", "data+json;version=2.0.0"),
      ("3.0/data/dataflow/*/DF_T01", "*/*", "data+json;version=2.0.0"),
      ("2.1/dataflow", "*/*", structure + "xml;version=2.1"),
      ("2.1/dataflow", "application/json", structure + "json;version=1.0.0"),
      ("2.1/dataflow", "application/vnd.sdmx.structure+xml", structure + "xml;version=2.1"),
      ("3.0/structure/dataflow", "*/*", structure + "json;version=2.0.0"),
      ("3.0/structure/dataflow", "text/xml", structure + "xml;version=3.0.0"),
      (
        "3.0/structure/dataflow", "application/vnd.sdmx.structure+xml;version=3.0",
        structure + "xml;version=3.0.0"
      ),
    ] {
      let answer = try served.get(address, accept: wish)
      #expect(answer.type == "application/vnd.sdmx." + type, "\(address) \(wish)")
    }
    for (address, format, type) in [
      ("2.1/data/DF_T01", "structurespecificdata", "structurespecificdata+xml;version=2.1"),
      ("3.0/data/dataflow/*/DF_T01", "structurespecificdata", "data+xml;version=3.0.0"),
      ("2.1/dataflow", "structurejson", structure + "json;version=1.0.0"),
      ("3.0/structure/dataflow", "structure", structure + "xml;version=3.0.0"),
    ] {
      let answer = try served.get("\(address)?format=\(format)", accept: "image/png")
      #expect(answer.type == "application/vnd.sdmx." + type, "\(address) \(format)")
    }
    // A plus sign of the option arrives as a blank.
    let asked = try served.get("2.1/data/DF_T01?format=application/vnd.sdmx.data csv", accept: "x")
    #expect(asked.type.hasPrefix("application/vnd.sdmx.data+csv"))
  }

  @Test func periodsAreReadInEveryNotation() throws {
    let served = try ServedSDMX()
    let starts = [
      ("2022", 2), ("2022-01", 2), ("2022-Q1", 2), ("2022-S1", 2), ("2022-T1", 2), ("2022-A1", 2),
      ("2022-M01", 2), ("2022-D001", 2), ("2022-01-01", 2), ("2022-01-01T00:00:00", 2),
      ("2021-12-31", 2), ("2022-01-02", 1), ("2022-W01", 1), ("2021-W52", 2), ("2020-W53", 4),
      ("0001", 4),
    ]
    for (text, count) in starts {
      let rows = try served.csv("DF_T01", "NL01.T.aantal", "&startPeriod=\(text)").rows
      #expect(rows.count == count, "\(text)")
    }
    for text in [
      "", "2", "20222", "2022-", "2022-13", "2022-Q5", "2022-W54", "2021-W53", "2021-D366",
      "2022-02-30", "2022-T", "T", "-", "2022-01-01/P1D", "٢٠٢٢", "0000",
    ] {
      #expect(
        served.get(
          ["2.1", "data", "DF_T01"], [(name: "startPeriod", value: text)]
        ).status == 400, "\(text)")
    }
  }

  @Test func oddQuestionsAreRefusedWithAReason() throws {
    let served = try ServedSDMX()
    for (address, status) in [
      ("", 404), ("4.0", 404), ("2.1", 404), ("2.1/niets", 404), ("2.1/data", 400),
      ("2.1/data/DF_X", 404), ("2.1/data/X,DF_T01", 404), ("2.1/data/PROEF_KETEN,DF_T01,1.0", 200),
      ("2.1/data/PROEF_KETEN,DF_T01,2.0", 404), ("2.1/data/DF_T01/a.b", 400),
      ("2.1/data/DF_T01/R1+..", 400), ("2.1/data/DF_T01/all/PROVIDER", 501),
      ("2.1/data/DF_T01?detail=x", 400), ("2.1/data/DF_T01?firstNObservations=-1", 400),
      ("2.1/data/DF_T01?lastNObservations=9999999999999999999999", 400),
      ("2.1/data/DF_T01?lastNObservations=9223372036854775807", 200),
      ("2.1/data/DF_T01?startPeriod=2021&startPeriod=2022", 400),
      ("2.1/data/DF_T01?dimensionAtObservation=REGIO", 501),
      ("2.1/data/DF_T-2?dimensionAtObservation=TIME_PERIOD", 400),
      ("2.1/data/DF_T-2?startPeriod=2021", 400), ("2.1/data/DF_T01?includeHistory=true", 501),
      ("2.1/data/DF_T01?updatedAfter=2023-06-30T10:00:00", 200),
      ("2.1/data/DF_T01?updatedAfter=2023-07-01", 404), ("2.1/data/DF_T01?updatedAfter=x", 400),
      ("2.1/data/DF_T01?updatedAfter=2023-07-01T01:59:59+02:00", 200),
      ("2.1/data/DF_T01?updatedAfter=2023-07-01T00:00:00Z", 404),
      ("2.1/data/DF_T01?wat=1", 400), ("2.1/dataflow?c[REGIO]=x", 400),
      ("2.1/dataflow/x", 404), ("2.1/dataflow/all/all/3.0", 404), ("2.1/metadata", 501),
      ("2.1/dataflow/all/all/all/x", 400), ("2.1/dataflow?references=x", 400),
      ("2.1/provisionagreement", 404), ("2.1/allowedconstraint", 404),
      ("2.1/contentconstraint/all/CC_X", 404), ("2.1/contentconstraint/all/all/1.0/x", 400),
      ("2.1/dataflow?references=allowedconstraint", 200), ("3.0/structure", 200),
      ("3.0/dataflow", 404),
      ("3.0/data", 501), ("3.0/data/dataflow/*/*", 501), ("3.0/data/provisionagreement/*/x", 404),
      ("3.0/data/datastructure/*/DSD_T01", 200), ("3.0/data/dataflow/*/DF_T01/2.0.0", 404),
      ("3.0/data/dataflow/*/DF_T01/+/a.b.c,d.e.f", 501),
      ("3.0/data/dataflow/*/DF_T01?limit=1", 501),
      ("3.0/data/dataflow/*/DF_T01?c[X]=1", 400), ("3.0/data/dataflow/*/DF_T01?c[REGIO]=", 400),
      ("3.0/data/dataflow/*/DF_T01?c[REGIO]=lt:R1", 501),
      ("3.0/data/dataflow/*/DF_T01?c[REGIO]=ne:R1,R2", 400),
      ("3.0/data/dataflow/*/DF_T01?c[REGIO]=ne:R1+ne:R2", 200),
      ("3.0/data/dataflow/*/DF_T01?c[REGIO]=sw:NL", 200),
      ("3.0/data/dataflow/*/DF_T01?c[TIME_PERIOD]=eq:2022,2021", 200),
      ("3.0/data/dataflow/*/DF_T01?attributes=KLEUR", 400),
    ] {
      let answer = try served.get(address)
      #expect(answer.status == status, "\(address)")
      if answer.status != 200 {
        #expect(answer.text.contains("<mes:ErrorMessage code=") && answer.type.contains("xml"))
        #expect(XMLParser(data: Data(answer.text.utf8)).parse(), "\(address)")
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func rubbishIsAnsweredAndNeverTrusted(seed: UInt64) throws {
    let served = try ServedSDMX()
    var random = SeededGenerator(seed: 400 + seed)
    let pieces = [
      "2.1", "3.0", "data", "structure", "dataflow", "codelist", "availability",
      "availableconstraint", "contentconstraint", "dataconstraint", "CC_T01", "DF_T01", "DF_T-2",
      "PROEF_KETEN", "all", "*", "+", "~", ".", "..",
      ",", ":", "R1", "ge:", "2022", "-", "W", "Q1", "T", "9223372036854775808", "/P1D", "é",
      "\u{0}", "<", "&", "\"", "\r\n", " ", "REGIO", "latest", "", "1.0", "2023-01-01",
    ]
    let names = [
      "startPeriod", "endPeriod", "updatedAfter", "firstNObservations", "lastNObservations",
      "dimensionAtObservation", "detail", "attributes", "measures", "includeHistory", "format",
      "references", "mode", "c[REGIO]", "c[TIME_PERIOD]", "c[]", "c[", "",
    ]
    func text() -> String {
      (0..<Int.random(in: 0...4, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
    }
    for _ in 0..<400 {
      var parts = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }
      if Bool.random(using: &random) { parts = ["2.1", "data", "DF_T01", text()] }
      if Int.random(in: 0..<4, using: &random) == 0 {
        parts = ["3.0", "data", "dataflow", "*", "DF_T01", "+", text()]
      }
      let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        (name: names.randomElement(using: &random) ?? "", value: text())
      }
      let answer = served.get(
        parts, items, accept: Bool.random(using: &random) ? nil : "text/csv, */*;q=\(text())")
      #expect([200, 400, 404, 406, 501].contains(answer.status))
      if answer.status != 200 { #expect(XMLParser(data: Data(answer.text.utf8)).parse()) }
    }
  }

  @Test func aLongAnswerComesInPieces() throws {
    let served = try ServedSDMX()
    let answer = served.service.answer(
      .init(
        parts: ["2.1", "data", "DF_T01"], items: [("dimensionAtObservation", "AllDimensions")],
        accept: "application/vnd.sdmx.genericdata+xml", base: "http://localhost"))
    guard case .pieces(let start) = answer.body else {
      Issue.record("it is whole")
      return
    }
    // Twice the same, from the beginning each time.
    let texts = (0..<2).map { _ in
      let pieces = start()
      var bytes: [[UInt8]] = []
      while let piece = pieces.next() { bytes.append(piece) }
      return bytes
    }
    #expect(texts[0] == texts[1] && texts[0].allSatisfy { $0.count < 80_000 })
  }
}
