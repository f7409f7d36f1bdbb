import Foundation
import HTTPTypes
import InformationModel
import Publication
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The figures of a table by its codes and the measure, nil where there is none.
private typealias Figures = [[String]: Double?]

/// Reads figures from each form in which they are given.
private enum FigureReading {
  static func rows(_ text: String) -> [[String]] {
    let format = DelimitedText(separator: UInt8(ascii: ","))
    var rows: [[String]] = []
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      format.forEachRecord(in: bytes) { record, fields in
        #expect(!record.isMalformed)
        rows.append(
          fields.map { String(decoding: format.value(of: $0, in: bytes), as: UTF8.self) })
      }
    }
    return rows
  }

  static func table(_ table: PublishedTable) -> Figures {
    let index = table.cells
    var figures: Figures = [:]
    for cell in 0..<index.sizes.reduce(1, *) {
      let codes = zip(table.dimensions, index.coordinates(of: cell)).map { $0.categories[$1].code }
      for (number, measure) in table.measures.enumerated() {
        let value: Double? =
          if case .value(let value) = table.cell(cell, measure: number) { value } else { nil }
        figures[codes + [measure.id]] = .some(value)
      }
    }
    return figures
  }

  static func csv(_ text: String) throws -> Figures {
    var figures: Figures = [:]
    for row in rows(text).dropFirst() {
      let (value, attribute) = (row[row.count - 2], row[row.count - 1])
      #expect(value.isEmpty == (attribute != "None"))
      figures[Array(row.dropLast(2))] = .some(Double(value))
    }
    return figures
  }

  static func jsonStat(_ data: Data) throws -> Figures {
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let ids = try #require(json["id"] as? [String])
    let dimensions = try #require(json["dimension"] as? [String: [String: Any]])
    let codes = try ids.map { id -> [String] in
      let category = try #require(dimensions[id]?["category"] as? [String: Any])
      let places = try #require(category["index"] as? [String: Int])
      return places.sorted { $0.value < $1.value }.map(\.key)
    }
    let values = try #require(json["value"] as? [Any])
    return figures(values.map { $0 as? Double }, of: codes)
  }

  static func pcAxis(_ text: String) throws -> Figures {
    func list(_ keyword: String) throws -> [String] {
      let start = try #require(text.range(of: "\n\(keyword)="))
      let end = try #require(text.range(of: ";\n", range: start.upperBound..<text.endIndex))
      return text[start.upperBound..<end.lowerBound].matches(of: /"([^"]*)"/)
        .map { String($0.output.1) }
    }
    let codes = try (list("STUB") + list("HEADING")).map { try list("CODES(\"\($0)\")") }
    let data = try #require(text.range(of: "DATA=\n"))
    let values = text[data.upperBound...].split { $0.isWhitespace || $0 == ";" }.map { Double($0) }
    return figures(values, of: codes)
  }

  static func workbook(_ data: Data, _ table: PublishedTable) throws -> Figures {
    let archive = try #require(files(inArchive: data))
    let bytes = try #require(archive["xl/worksheets/sheet2.xml"])
    let sheet = try #require(SheetReader(bytes))
    let count = table.dimensions.count
    var figures: Figures = [:]
    for row in sheet.rows.dropFirst() {
      let codes = row[count..<2 * count].map(\.text)
      for (measure, cell) in zip(table.measures, row[(2 * count)...]) {
        figures[codes + [measure.id]] = .some(cell.isText ? nil : Double(cell.text))
      }
    }
    return figures
  }

  /// With the table's own codes.
  static func sdmx(_ text: String, _ table: PublishedTable) throws -> Figures {
    let rows = rows(text)
    let heading = try #require(rows.first)
    let columns = table.dimensions.map {
      heading.firstIndex(of: $0.role == .time ? "TIME_PERIOD" : $0.id.uppercased())
    }
    let places = try columns.map { try #require($0) }
    let measure = try #require(heading.firstIndex(of: "MEASURE"))
    let value = try #require(heading.firstIndex(of: "OBS_VALUE"))
    var figures: Figures = [:]
    for row in rows.dropFirst() {
      let codes = zip(table.dimensions, places).map { dimension, place in
        dimension.role == .time ? period(row[place]) : code(row[place])
      }
      figures[codes + [code(row[measure])]] = .some(
        Double(row[value]).flatMap { $0.isNaN ? nil : $0 })
    }
    return figures
  }

  private static func period(_ text: String) -> String {
    // A year up to the reference date is a day and how long from there.
    text.contains("/P")
      ? text.prefix(4) + "X000"
      : text.contains("-Q") ? text.replacing("-Q", with: "KW0") : text + "JJ00"
  }

  private static func code(_ text: String) -> String {
    text.replacing(/_x([0-9A-F]{4,6})_/) { match in
      UInt32(match.output.1, radix: 16).flatMap(Unicode.Scalar.init).map { String($0) } ?? "?"
    }
  }

  private static func figures(_ values: [Double?], of codes: [[String]]) -> Figures {
    let keys = codes.reduce([[]]) { keys, codes in keys.flatMap { key in codes.map { key + [$0] } }
    }
    #expect(keys.count == values.count)
    return Figures(uniqueKeysWithValues: zip(keys, values))
  }
}

/// The cells of a worksheet, row by row.
private final class SheetReader: NSObject, XMLParserDelegate {
  struct Cell {
    var isText: Bool
    var text = ""
  }

  private(set) var rows: [[Cell]] = []
  private var isInCell = false

  init?(_ sheet: Data) {
    super.init()
    let parser = XMLParser(data: sheet)
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if name == "row" { rows.append([]) }
    if name == "c", !rows.isEmpty {
      isInCell = true
      rows[rows.count - 1].append(Cell(isText: attributes["t"] == "inlineStr"))
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    guard isInCell, let last = rows.indices.last, let cell = rows[last].indices.last else { return }
    rows[last][cell].text += string
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "c" { isInCell = false }
  }
}

@Suite("An address that has more forms than its page")
struct FormTests {
  private static let table = "/tabellen/meldingen-naar-soort"
  private static let workbook =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

  /// The files that every release has.
  private static let fileSuffixes = [
    ".csv", ".csv-metadata.json", ".json-stat.json", ".px", ".parquet", ".datapackage.json",
    ".xlsx",
  ]

  // MARK: What a reader accepts

  @Test(
    "gives the form that is liked best, and the page to whoever asks for none by name",
    arguments: [
      (nil, "text/html"), ("", "text/html"), ("*/*", "text/html"), ("text/html", "text/html"),
      (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "text/html"
      ),
      ("text/html,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", "text/html"),
      ("text/csv", "text/csv"), ("TEXT/CSV", "text/csv"), (" text/csv ", "text/csv"),
      ("text/csv, */*;q=0.1", "text/csv"),
      ("application/json, text/plain, */*", "application/json"),
      ("text/csv;header=present", "text/csv"), ("application/json", "application/json"),
      ("application/csvm+json", "application/csvm+json"), (workbook, workbook),
      ("image/svg+xml", "image/svg+xml"), ("image/png", "image/png"), ("image/*", "image/svg+xml"),
      ("image/png, image/svg+xml;q=0.9", "image/png"), ("text/turtle", "text/turtle"),
      ("application/ld+json", "application/ld+json"),
      ("application/rdf+xml", "application/rdf+xml"),
      ("text/turtle, application/rdf+xml;q=0.9, */*;q=0.1", "text/turtle"),
      // Weights.
      ("text/csv;q=0.5, text/html;q=0.4", "text/csv"),
      ("text/html;q=0.4, text/csv;q=0.5", "text/csv"), ("text/csv; q=0.1, text/html", "text/html"),
      ("text/csv ;q=0.1, text/html", "text/html"), ("text/csv;q=0.1 , text/html", "text/html"),
      ("text/csv;q=0.1\t,text/html", "text/html"), ("text/csv; Q=0.1, text/html", "text/html"),
      ("text/csv;header=present;q=0.1, text/html", "text/html"),
      ("text/csv;q=0.001", "text/csv"), ("text/csv;q=0", "text/html"),
      ("text/csv;q=0.000, application/json;q=0.2", "application/json"),
      // What nobody here knows.
      ("application/x-unknown", "text/html"), ("application/x-unknown, text/turtle", "text/turtle"),
      ("text/*", "text/html"), ("image/webp", "text/html"), (",,;;q=1", "text/html"),
      ("text", "text/html"), ("/", "text/html"), ("text/csv/turtle", "text/html"),
      (String(repeating: "a/b;q=0.5,", count: 500) + "text/turtle", "text/turtle"),
    ] as [(String?, String)])
  func accepted(accept: String?, type: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(
        Self.table, headers: accept.map { [.accept: $0] } ?? [:])
      #expect(answer.status == 200)
      #expect(answer.header("Content-Type")?.hasPrefix(type) == true)
      #expect(answer.header("Vary") == "Accept, Accept-Encoding")
    }
  }

  /// RFC 9110, 12.5.1: what a range covers has the weight of the range, unless it is named itself.
  @Test(
    "gives the page when a range with more weight covers it",
    arguments: [
      "*/*, text/csv;q=0.5", "text/*;q=0.9, application/json;q=0.5", "text/csv;q=0.2,*/*",
    ])
  func ranges(accept: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(Self.table, headers: [.accept: accept])
      #expect(answer.header("Content-Type")?.hasPrefix("text/html") == true)
    }
  }

  @Test(
    "gives its page where it has not the form that is asked for",
    arguments: [
      ("/begrippen/soort/A11", "text/csv"), ("/begrippen", "image/svg+xml"),
      ("/tabellen", "text/turtle"), ("/over", "text/turtle"), ("/", "application/json"),
      ("/catalog", "text/csv"), ("/tabellen/zeldzaam", "image/svg+xml"),
      ("/tabellen/meldingen-naar-soort/verloop", "text/csv"),
      ("/classificaties/soort", workbook),
    ])
  func pageInstead(path: String, accept: String) async throws {
    try await withMockSite { client in
      let plain = try await client.get(path)
      let answer = try await client.get(path, headers: [.accept: accept])
      #expect(answer.status == 200 && answer.isPage)
      #expect(answer.body == plain.body)
      #expect(answer.header("Vary") == "Accept, Accept-Encoding")
    }
  }

  @Test("keeps its forms apart, by their tags too")
  func tags() async throws {
    try await withMockSite { client in
      var tags: Set<String> = []
      let accepted = [
        "text/html", "text/csv", "application/json", "text/turtle", "image/svg+xml", "image/png",
      ]
      for accept in accepted {
        for _ in 0..<2 {
          let answer = try await client.get(Self.table, headers: [.accept: accept])
          let tag = try #require(answer.header("ETag"))
          tags.insert(tag)
          let again = try await client.get(
            Self.table, headers: [.accept: accept, .ifNoneMatch: tag])
          #expect(again.status == 304)
          let head = try await client.get(Self.table, method: .head, headers: [.accept: accept])
          #expect(head.header("ETag") == tag && head.body.isEmpty)
          #expect(head.header("Content-Type") == answer.header("Content-Type"))
        }
      }
      #expect(tags.count == accepted.count)
    }
  }

  // MARK: What an address ends in

  @Test("gives the same bytes behind a suffix as among the downloads")
  func suffixes() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let tables = try PublicationStore(directory: folder).release(id).allTables()
      let client = try RouterClient(folder)
      for table in tables {
        let (name, slug) = (table.description.id, table.description.slug)
        for suffix in Self.fileSuffixes {
          for prefix in ["", "/en"] {
            let address = "\(prefix)/tabellen/\(slug)\(suffix)"
            let answer = try await client.get(address)
            let language = suffix == ".xlsx" && prefix == "/en" ? ".en" : ""
            let file = try await client.get("/download/\(name)\(language)\(suffix)")
            #expect(answer.status == 200 && file.status == 200, "\(address)")
            #expect(answer.body == file.body, "\(address)")
            #expect(answer.header("Content-Type") == file.header("Content-Type"), "\(address)")
            #expect(answer.header("ETag") == file.header("ETag"), "\(address)")
            #expect(answer.header("Vary") == "Accept, Accept-Encoding")
            #expect(answer.header("Access-Control-Allow-Origin") == "*")
          }
        }
        // A suffix goes before what is accepted.
        let odd = try await client.get(
          "/tabellen/\(slug).ttl", headers: [.accept: "text/csv, text/html"])
        #expect(odd.header("Content-Type") == "text/turtle; charset=utf-8")
        let accepted = try await client.get("/tabellen/\(slug)", headers: [.accept: "text/turtle"])
        #expect(odd.body == accepted.body)
      }
    }
  }

  @Test("is not offered as Parquet where the release is from before it")
  func earlierRelease() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let offering = ["/tabellen/meldingen-naar-soort/gegevens", "/catalog.ttl"]
      let newer = try RouterClient(folder)
      for address in offering { #expect(try await newer.get(address).text.contains("S01.parquet")) }

      // As an earlier program left it: without these files, named by the digest of what it lists.
      let place = folder.appending(path: "\(id)")
      let file = place.appending(path: "release.json")
      var manifest = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      var tables = try #require(manifest["tables"] as? [[String: Any]])
      for table in tables.indices {
        let files = try #require(tables[table]["files"] as? [[String: Any]])
        tables[table]["files"] = files.filter {
          ($0["path"] as? String)?.hasSuffix(".parquet") == false
        }
      }
      manifest["tables"] = tables
      let bytes = try JSONSerialization.data(withJSONObject: manifest)
      try bytes.write(to: file)
      for path in files(below: place) where path.hasSuffix(".parquet") {
        try FileManager.default.removeItem(at: place.appending(path: path))
      }
      let letters = Array("abcdefghijklmnop")
      let digest = sha256(bytes).prefix(12).compactMap { $0.hexDigitValue.map { letters[$0] } }
      let earlier = try #require(ReleaseID("\(id.referenceDate)-" + String(digest)))
      try FileManager.default.moveItem(at: place, to: folder.appending(path: "\(earlier)"))
      let log = folder.appending(path: "published")
      try String(contentsOf: log, encoding: .utf8).replacing("\(id)", with: "\(earlier)")
        .write(to: log, atomically: true, encoding: .utf8)

      let client = try RouterClient(folder)
      for address in offering {
        let answer = try await client.get(address)
        #expect(answer.status == 200 && !answer.text.contains(".parquet"), "\(address)")
        #expect(answer.text.contains("S01.csv"), "\(address)")
      }
      #expect(try await client.get("/download/S01.parquet").status == 404)
    }
  }

  @Test("is not there behind a suffix that it has not", arguments: ["", "/en"])
  func wrongSuffixes(prefix: String) async throws {
    try await withMockSite { client in
      for path in [
        "/tabellen/saldo.txt", "/tabellen/saldo.json", "/tabellen/saldo.CSV", "/tabellen/saldo.",
        "/tabellen/saldo.csv.csv", "/tabellen/saldo.ttl.csv", "/tabellen/.csv", "/tabellen.csv",
        "/tabellen.ttl", "/tabellen/nergens.csv", "/tabellen/saldo/verschil.csv",
        "/tabellen/saldo/samenstellen.csv", "/tabellen/zeldzaam.svg",
        "/tabellen/saldo/gegevens.svg", "/tabellen/saldo/verloop.svg", "/tabellen/saldo/kaart.svg",
        "/tabellen/meldingen-naar-soort/verloop.csv", "/keten.svg", "/keten.csv",
        "/begrippen.csv", "/begrippen/soort.csv", "/begrippen/soort.svg", "/begrippen/nergens.ttl",
        "/begrippen/soort/A11.xlsx", "/begrippen/soort/A11.px", "/begrippen/soort/A99.ttl",
        "/catalog.csv", "/catalog.xlsx", "/catalog.txt", "/classificaties/soort.csv",
        "/classificaties/nergens.ttl", "/classificaties.ttl", "/over.ttl", "/zoeken.csv",
        "/kwaliteit.jsonld",
      ] {
        let answer = try await client.get(prefix + path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.isPage && MarkupReader(answer.body) != nil, "\(path)")
      }
    }
  }

  @Test(
    "describes files where they are found from there", arguments: ["csv-metadata", "datapackage"])
  func relativeAddresses(kind: String) async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let client = try RouterClient(folder)
      for address in [
        "/download/S03.\(kind).json", "/tabellen/meldingen-per-kwartaal.\(kind).json",
        "/uitgaven/\(id)/download/S03.\(kind).json",
      ] {
        let json = try #require(
          try JSONSerialization.jsonObject(with: try await client.get(address).body)
            as? [String: Any])
        let resource = (json["resources"] as? [[String: Any]])?.first
        let name = try #require((json["url"] ?? resource?["path"]) as? String)
        let target = try #require(
          URL(string: name, relativeTo: URL(string: "http://localhost\(address)")))
        let answer = try await client.get(target.path)
        #expect(answer.status == 200, "\(address) leads to \(target.path)")
        #expect(answer.header("Content-Type")?.hasPrefix("text/csv") == true)
      }
    }
  }

  /// Codes with dots, as many classifications have them.
  private static func scheme(_ codes: [String]) -> ConceptScheme {
    ConceptScheme(
      id: "punten", name: MockRelease.text("Punten", "Dots"),
      description: MockRelease.text("Codes met punten.", "Codes with dots."), owner: "Keten",
      concepts: codes.map { MockRelease.concept($0, nil, "Begrip <\($0)>", "Concept <\($0)>") })
  }

  @Test(
    "may end in a code with dots",
    arguments: [
      ["1.2", "1.2.3", "a.b c", "x.y.", ".5", "310.1", "v.csv2"],
      // These end as a form does.
      ["Sr.rdf", "300.px"], ["v1.ttl", "v1"], ["kaart.svg", "kaart"], ["kaart.png", "kaart"],
    ])
  func codesWithDots(codes: [String]) async throws {
    try await withPublications { folder in
      _ = try MockRelease.release(
        into: folder, schemes: MockRelease.schemes + [Self.scheme(codes)])
      let client = try RouterClient(folder)
      let page = try await client.get("/begrippen/punten")
      let links = try #require(MarkupReader(page.body)).links
        .filter { $0.hasPrefix("/begrippen/punten/") }
      #expect(links.count == codes.count)
      for (code, link) in zip(codes, links) {
        let answer = try await client.get(link)
        #expect(answer.status == 200, "\(link)")
        #expect(answer.text.contains("<h1>Begrip &lt;\(code)&gt;</h1>"), "\(link)")
        let graph = try await client.get(link + ".ttl")
        #expect(graph.status == 200, "\(link).ttl")
        #expect(graph.text.contains("skos:notation \"\(code)\""), "\(link).ttl")
        let accepted = try await client.get(link, headers: [.accept: "text/turtle"])
        #expect(accepted.body == graph.body, "\(link)")
      }
    }
  }

  // MARK: What all forms hold

  @Test("gives the same figures in each form")
  func sameFigures() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let tables = try PublicationStore(directory: folder).release(id).allTables()
      let client = try RouterClient(folder)
      for table in tables {
        let name = table.description.id
        let figures = FigureReading.table(table)
        func download(_ suffix: String) async throws -> RouterClient.Answer {
          try await client.get("/download/\(name)\(suffix)")
        }
        #expect(try FigureReading.csv(await download(".csv").text) == figures, "\(name)")
        for language in ["", ".en"] {
          #expect(
            try FigureReading.jsonStat(await download(language + ".json-stat.json").body)
              == figures, "\(name)")
          #expect(
            try FigureReading.pcAxis(await download(language + ".px").text) == figures, "\(name)")
        }
        for suffix in [".xlsx", ".en.xlsx"] {
          #expect(
            try FigureReading.workbook(await download(suffix).body, table) == figures, "\(name)")
        }
        let sdmx = try await client.get("/sdmx/2.1/data/DF_\(name)/all?format=csv")
        #expect(sdmx.status == 200)
        #expect(try FigureReading.sdmx(sdmx.text, table) == figures, "\(name)")
      }
    }
  }

  @Test("holds in no form what was hidden")
  func secrets() async throws {
    try await withMockSite { client in
      var addresses = [
        "/catalog.ttl", "/catalog.jsonld", "/catalog.rdf", "/openapi.json", "/api/v2/tables",
        "/odata/v1/Datasets", "/ODataCatalog/Tables", "/sdmx/2.1/dataflow",
        "/api/v1/nl/SCHADE/instroom",
      ]
      for (id, slug, dimensions) in [
        ("S01", "meldingen-naar-soort", ["Soort", "Regio"]), ("S02", "doorlooptijd", ["Fase"]),
        ("S04", "zeldzaam", []),
      ] {
        for suffix in Self.fileSuffixes + [
          "", ".ttl", ".jsonld", ".rdf", "/gegevens", "/samenstellen",
        ] {
          addresses += ["/tabellen/\(slug)\(suffix)", "/en/tabellen/\(slug)\(suffix)"]
        }
        addresses += [
          "/csv/SCHADE/nl/\(id)", "/jsonstat/\(id)", "/odata/v1/SCHADE/\(id)/Observations",
          "/ODataFeed/odata/\(id)/TypedDataSet", "/ODataFeed/odata/\(id)/UntypedDataSet",
          "/sdmx/3.0/data/dataflow/SCHADE/DF_\(id)/+/*", "/api/v1/nl/SCHADE/\(id)",
        ]
        for format in ["json-stat2", "csv", "px"] {
          addresses.append(
            "/api/v2/tables/\(id)/data?outputFormat=\(format)"
              + (dimensions + ["Perioden", "ContentsCode"])
              .map { "&valueCodes%5B\($0)%5D=*" }.joined())
        }
        for format in [
          "csv", "structurespecificdata", "genericdata", "jsondata",
          "application/vnd.sdmx.data%2Bcsv;version=2.0.0",
          "application/vnd.sdmx.data%2Bjson;version=2.0.0",
        ] {
          addresses.append("/sdmx/2.1/data/DF_\(id)/all?format=\(format)")
        }
      }
      for region in ["N", "NL00"] {
        for measure in ["aantal", "bedrag"] {
          for rows in ["Soort", "Perioden", "Regio"] {
            addresses.append(
              "/tabellen/meldingen-naar-soort.svg?Regio=\(region)&Soort=A11&toon-rijen=\(rows)"
                + "&toon-onderwerp=\(measure)&toon-perioden=alle")
            if rows == "Perioden" { continue }
            addresses.append(
              "/tabellen/meldingen-naar-soort/verloop.svg?Regio=\(region)&Soort=A11"
                + "&toon-rijen=\(rows)&toon-onderwerp=\(measure)")
          }
        }
      }
      for address in addresses {
        let answer = try await client.get(address)
        #expect(answer.status == 200, "\(address)")
        let isArchive = answer.body.starts(with: [0x50, 0x4B])
        let inArchive = isArchive ? files(inArchive: answer.body) : ["": answer.body]
        let parts = try #require(inArchive)
        #expect(parts.count > (isArchive ? 3 : 0))
        for (name, part) in parts {
          let text = String(decoding: part, as: UTF8.self)
          for secret in MockRelease.secrets {
            #expect(!text.contains(secret), "\(secret) at \(address) \(name)")
          }
        }
      }
    }
  }
}
