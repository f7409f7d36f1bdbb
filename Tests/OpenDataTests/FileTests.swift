import DisclosureControl
import Foundation
import FoundationXML
import InformationModel
import OpenData
import Publication
import TestSupport
import Testing

/// A table with names that a spreadsheet could take for something else, small cells, and medians of nothing.
private struct Filed {
  let table: PublishedTable
  let chain: ChainDescription
  let service: ODataService
  let folder: TemporaryFolder

  static func text(_ nl: String, _ en: String) -> LocalizedText { LocalizedText(nl: nl, en: en) }

  init() throws {
    let names = [
      "Alles", "=1+1", "<b>&\"x\"; 'y'", "@naam\u{1}met\u{B}bel", "+31 \u{1F600}",
      "Rëst\nvan alles",
    ]
    let kinds = InformationModel.Dimension(
      id: "Soort", title: Self.text("Soort", "Kind"),
      categories: names.enumerated().map { place, name in
        Category(
          code: "0\(place)", label: Self.text(name, name + " (en)"),
          definition: place == 2 ? Self.text("=B2; wat het is.", "=B2; what it is.") : nil,
          parent: place == 0 ? nil : 0)
      })
    let periods = InformationModel.Dimension(
      id: "Perioden", title: Self.text("Jaar", "Year"), role: .time,
      categories: (0..<40).map { place in
        Category(
          code: "\(1980 + place)JJ00", label: Self.text("\(1980 + place)", "\(1980 + place)"),
          status: place == 39 ? .provisional : .definitive)
      })
    var random = SeededGenerator(seed: 11)
    let index = CellIndex([kinds, periods])
    var counts = [Int](repeating: 0, count: index.sizes.reduce(1, *))
    for kind in 1..<names.count {
      for year in 0..<40 {
        let count = [0, 3, 40, 70, 1200].randomElement(using: &random) ?? 0
        counts[index.cell(at: [kind, year])] += count
        counts[index.cell(at: [0, year])] += count
      }
    }
    let statistical = StatisticalTable(
      description: TableDescription(
        id: "T01", slug: "t", title: Self.text("Tabel <1>", "Table <1>"),
        summary: Self.text("Samenvatting.", "Summary."),
        population: Self.text("Alle dingen.", "All things."),
        unit: Concept(
          code: "e", label: Self.text("ding", "thing"),
          definition: Self.text("Een ding.", "A thing.")),
        theme: "thema", headline: Self.text("", ""), chart: .overTime),
      dimensions: [kinds, periods],
      measures: [
        Measure(
          id: "aantal", title: Self.text("Aantal", "Count"), unit: Self.text("aantal", "number"),
          decimals: 0, kind: .count),
        Measure(
          id: "mediaan", title: Self.text("Mediaan", "Median"),
          definition: Self.text("De middelste.", "The middle one."),
          unit: Self.text("euro", "euros"), decimals: 2, kind: .percentile(0.5)),
      ], counts: counts,
      values: [
        counts.map(Double.init), counts.map { $0 == 0 ? nil : Double($0) * -1.01 },
      ])
    let policy = DisclosurePolicy(
      id: "p", title: Self.text("Klein is geheim", "Small is hidden"), threshold: 5,
      percentileThreshold: 10, reason: Self.text("Kleine aantallen.", "Small counts."))
    let date = try #require(CalendarDate(iso: "2023-07-01"))
    let provenance = Provenance(
      referenceDate: date, snapshot: "momentopname-a", pack: "proef", packVersion: "1",
      program: "t",
      deliveries: [
        DeliveryReference(id: "lev-1", organisation: "ORG", period: "2023", referenceDate: date)
      ])
    chain = ChainDescription(
      id: "proef", version: "1", name: Self.text("Proef", "Trial"),
      purpose: Self.text("Proef.", "Trial."),
      licence: Licence(name: "CC0", address: "https://example.org/licentie"),
      organisations: [
        Organisation(
          id: "org", code: "ORG", name: Self.text("De bron", "The source"),
          role: Self.text("Levert.", "Delivers."))
      ])
    folder = try TemporaryFolder()
    let id = try Release.write(
      chain: chain, schemes: [],
      tables: [(try statistical.protected(under: policy), provenance.deliveries)],
      provenance: provenance, into: folder.url)
    let release = try PublicationStore(directory: folder.url).release(id)
    let tables = try release.allTables()
    table = try #require(tables.first)
    service = ODataService(release, tables: tables)
  }

  func workbook(_ language: Language, mostRows: Int = 1_048_576) -> Workbook {
    Workbook(table: table, chain: chain, language: language, mostRows: mostRows)
  }

  func get(_ path: String, _ items: [(name: String, value: String)] = []) throws -> OpenDataAnswer {
    try #require(service.answer(.init(path: path, items: items, base: "http://localhost")))
  }
}

/// The whole of an answer.
private func bytes(_ answer: OpenDataAnswer) -> [UInt8] {
  switch answer.body {
  case .whole(let bytes): return bytes
  case .pieces(let start): return bytes(start())
  }
}

private func bytes(_ pieces: AnswerPieces) -> [UInt8] {
  var all: [UInt8] = []
  while let piece = pieces.next() { all += piece }
  return all
}

/// The files of an archive by name, as Python unpacks them.
private func unpacked(_ archive: [UInt8]) throws -> [String: Data] {
  try withFolder { folder in
    let (file, place) = (folder.appending(path: "archive"), folder.appending(path: "unpacked"))
    try Data(archive).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-m", "zipfile", "-e", file.path, place.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var found: [String: Data] = [:]
    for path in files(below: place) {
      found[path] = try Data(contentsOf: place.appending(path: path))
    }
    return found
  }
}

/// Reads a worksheet as it is written: rows of cells by the letters of their column.
private final class SheetReader: NSObject, XMLParserDelegate {
  enum Cell: Equatable {
    case text(String)
    case number(Double)
  }

  private(set) var rows: [[String: Cell]] = []
  private var column = ""
  private var isText = false
  private var content = ""

  static func rows(_ sheet: Data) throws -> [[String: Cell]] {
    let reader = SheetReader()
    let parser = XMLParser(data: sheet)
    parser.delegate = reader
    try #require(parser.parse())
    return reader.rows
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    switch name {
    case "row":
      rows.append([:])
      #expect(attributes["r"] == String(rows.count))
    case "c":
      column = String((attributes["r"] ?? "").prefix { $0.isLetter })
      #expect(attributes["r"] == column + String(rows.count))
      isText = attributes["t"] == "inlineStr"
      content = ""
    case "f": Issue.record("a formula")
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard name == "c", !rows.isEmpty else { return }
    rows[rows.count - 1][column] =
      isText ? .text(content) : Double(content).map(Cell.number)
  }
}

@Suite struct FileTests {
  private func sheet(_ number: Int, _ files: [String: Data]) throws -> [[String: SheetReader.Cell]]
  {
    try SheetReader.rows(try #require(files["xl/worksheets/sheet\(number).xml"]))
  }

  @Test(arguments: Language.allCases)
  func everyFigureIsANumberBehindItsLabelsAndCodes(language: Language) throws {
    let filed = try Filed()
    let table = filed.table
    let rows = try sheet(2, try unpacked(bytes(filed.workbook(language).pieces())))
    #expect(
      rows.first.map { row in ["A", "B", "C", "D", "E", "F"].map { row[$0] } }
        == (language == .nl
        ? [
          "Soort", "Jaar", "Soort (code)", "Jaar (code)", "Aantal (aantal)", "Mediaan (euro)",
        ]
        : ["Kind", "Year", "Kind (code)", "Year (code)", "Count (number)", "Median (euros)"])
        .map(SheetReader.Cell.text))
    #expect(rows.count == 1 + 6 * 40)
    var hidden = 0
    var impossible = 0
    for (cell, row) in rows.dropFirst().enumerated() {
      let place = table.cells.coordinates(of: cell)
      let kind = table.dimensions[0].categories[place[0]]
      let period = table.dimensions[1].categories[place[1]]
      let name = kind.label[language].filter { $0 != "\u{1}" && $0 != "\u{B}" }
      #expect(row["A"] == .text(name))
      #expect(row["B"] == .text(period.label[language] + (place[1] == 39 ? "*" : "")))
      #expect(row["C"] == .text(kind.code) && row["D"] == .text(period.code))
      for (measure, column) in ["E", "F"].enumerated() {
        switch table.cell(cell, measure: measure) {
        case .value(let value): #expect(row[column] == .number(value))
        case .confidential:
          hidden += 1
          #expect(row[column] == .text(language == .nl ? "geheim" : "confidential"))
        case .impossible:
          impossible += 1
          #expect(row[column] == .text("–"))
        }
      }
    }
    #expect(hidden > 20 && impossible > 5)
  }

  @Test func aTableThatIsTooLongGoesOnInAnotherSheet() throws {
    let filed = try Filed()
    let whole = try sheet(2, try unpacked(bytes(filed.workbook(.nl).pieces())))
    let files = try unpacked(bytes(filed.workbook(.nl, mostRows: 101).pieces()))
    let book = String(decoding: try #require(files["xl/workbook.xml"]), as: UTF8.self)
    for name in ["Leesmij", "Cijfers", "Cijfers 2", "Cijfers 3", "Definities"] {
      #expect(book.contains("<sheet name=\"\(name)\""))
    }
    let parts = try (2...4).map { try sheet($0, files) }
    #expect(parts.map(\.count) == [101, 101, 41])
    #expect(parts.allSatisfy { $0.first == whole.first })
    #expect(parts.flatMap { $0.dropFirst() } == Array(whole.dropFirst()))
  }

  @Test func theFirstSheetTellsWhatAReaderMustKnow() throws {
    let filed = try Filed()
    let told = try sheet(1, try unpacked(bytes(filed.workbook(.nl).pieces())))
    #expect(told.first?["A"] == .text("Tabel <1>"))
    var facts: [String: String] = [:]
    for row in told.dropFirst() {
      if case .text(let term) = row["A"], case .text(let text) = row["B"] { facts[term] = text }
    }
    #expect(facts["Tabel"] == "T01" && facts["Samenvatting"] == "Samenvatting.")
    #expect(facts["Populatie"] == "Alle dingen." && facts["Eenheid"] == "ding: Een ding.")
    #expect(facts["Bron"] == "De bron" && facts["Peildatum"] == "2023-07-01")
    #expect(facts["Momentopname"] == "momentopname-a" && facts["Leveringen"] == "lev-1")
    #expect(facts["Status"] == "voorlopig" && facts["Voorlopige perioden"] == "2019")
    #expect(facts["Bescherming"] == "Klein is geheim: Kleine aantallen.")
    #expect(facts["Licentie"] == "CC0, https://example.org/licentie")
    #expect(facts["Bladen"] == "Cijfers: 240 rijen")
    #expect(facts["Tekens"]?.hasPrefix("geheim: ") == true)
    #expect(facts["Let op"] == nil)
  }

  @Test func theLastSheetDefinesMeasuresAndCategories() throws {
    let filed = try Filed()
    let rows = try sheet(3, try unpacked(bytes(filed.workbook(.en).pieces())))
    #expect(rows.count == 1 + 2 + 6 + 40)
    #expect(
      rows[2] == [
        "A": .text("Measure"), "B": .text("mediaan"), "C": .text("Median"),
        "D": .text("The middle one."), "E": .text("euros"), "F": .number(2),
      ])
    #expect(
      rows[5] == [
        "A": .text("Kind"), "B": .text("02"), "C": .text("<b>&\"x\"; 'y' (en)"),
        "D": .text("=B2; what it is."), "G": .text("00"),
      ])
  }

  @Test func everyPartIsXMLAndTheSameEachTime() throws {
    let filed = try Filed()
    let workbook = filed.workbook(.en)
    let once = bytes(workbook.pieces())
    #expect(once == bytes(workbook.pieces()))
    #expect(workbook.answer.headers.map(\.value) == ["attachment; filename=\"T01.en.xlsx\""])
    #expect(once == bytes(workbook.answer))
    for (name, part) in try unpacked(once) {
      #expect(XMLParser(data: part).parse(), "\(name)")
    }
  }

  /// The values of a file of the archive, its heading first.
  private func rows(_ file: Data) -> [[String]] {
    let format = DelimitedText(separator: UInt8(ascii: ";"))
    var rows: [[String]] = []
    Array(file).withUnsafeBufferPointer { text in
      format.forEachRecord(in: text) { record, fields in
        #expect(!record.isMalformed)
        rows.append(
          fields.map { String(decoding: format.value(of: $0, in: text), as: UTF8.self) })
      }
    }
    return rows
  }

  @Test func theArchiveHasEverySetAsTheServiceGivesIt() throws {
    let filed = try Filed()
    let answer = try filed.get("/csv/PROEF/nl/T01")
    #expect(answer.status == 200 && answer.contentType == "application/zip")
    #expect(answer.headers.map(\.value) == ["attachment; filename=\"T01.zip\""])
    let files = try unpacked(bytes(answer))
    func json(_ path: String) throws -> [String: Any] {
      let text = Data(bytes(try filed.get("/odata/v1/PROEF/T01/" + path)))
      return try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    }
    let sets = (try json("")["value"] as? [[String: Any]] ?? []).compactMap {
      $0["name"] as? String
    }
    #expect(Set(files.keys) == Set(sets.map { $0 + ".csv" }) && sets.count > 6)
    for set in sets {
      let entities = try json(set)
      let expected = entities["value"] as? [[String: Any]] ?? [entities]
      let found = rows(try #require(files[set + ".csv"]))
      let heading = try #require(found.first)
      #expect(found.count == expected.count + 1, "\(set)")
      for (row, entity) in zip(found.dropFirst(), expected) {
        for (column, value) in zip(heading, row) {
          switch entity[column] {
          case let text as String:
            let isFormula = text.first.map { "=+@-".contains($0) } ?? false
            #expect(value == (isFormula ? "'" : "") + text)
          case let number as NSNumber: #expect(Double(value) == number.doubleValue)
          case is NSNull: #expect(value.isEmpty)
          default: #expect(value.first == "[")
          }
        }
      }
    }
  }

  @Test func anArchiveIsAskedForInOneWay() throws {
    let filed = try Filed()
    let once = bytes(try filed.get("/csv/PROEF/nl/T01"))
    #expect(once == bytes(try filed.get("/CSV/proef//NL/t01/")))
    for path in [
      "/csv", "/csv/PROEF", "/csv/PROEF/en/T01", "/csv/ANDERS/nl/T01", "/csv/PROEF/nl/T09",
    ] {
      let answer = try filed.get(path)
      #expect(answer.status == 404, "\(path)")
      #expect(String(decoding: bytes(answer), as: UTF8.self).hasPrefix("{\"error\":"))
    }
    #expect(try filed.get("/csv/PROEF/nl/T01", [("$filter", "Value gt 1")]).status == 501)
  }
}
