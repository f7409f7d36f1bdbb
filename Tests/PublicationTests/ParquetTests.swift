import Foundation
import InformationModel
import Publication
import TestSupport
import Testing
import Warehouse

/// Files as an engine that made none of them reads them.
@Suite struct ParquetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func pieces(_ file: ParquetFile) -> [[UInt8]] {
    let next = file.pieces()
    var all: [[UInt8]] = []
    while let piece = next() { all.append(piece) }
    return all
  }

  private func read(_ file: ParquetFile) throws -> QueryAnswer {
    let place = folder.url.appending(path: "file.parquet")
    try Data(pieces(file).joined()).write(to: place)
    return try DuckDBEngine().query(
      "SELECT * FROM read_parquet(\(literal(place.path))) ORDER BY `row` NULLS LAST")
  }

  private static let row = ParquetFile.Column("row", .numbers { Double($0) })

  /// Long runs, short ones and none, in turn.
  private func places(_ count: Int, below most: Int, seed: UInt64) -> [Int?] {
    var random = SeededGenerator(seed: seed)
    var places: [Int?] = []
    while places.count < count {
      let place =
        Int.random(in: 0...3, using: &random) == 0 ? nil : Int.random(in: 0..<most, using: &random)
      let length = [1, 1, 1, 2, 7, 8, 9, 15, 40].randomElement(using: &random) ?? 1
      places += Array(repeating: place, count: length)
    }
    return Array(places.prefix(count))
  }

  @Test(
    arguments: [
      (1, 1, 1), (9, 3, 4), (64, 2, 8), (1_000, 5, 7), (3_000, 1, 1_000), (3_000, 300, 2_999),
      (5_000, 3_000, 5_000), (70_000, 90, ParquetFile.usualGroup),
    ], [ParquetFile.Packing.none, .gzip])
  func `every column comes back as it went in`(
    size: (rows: Int, kinds: Int, group: Int), packing: ParquetFile.Packing
  ) throws {
    let (rows, kinds, group) = size
    let texts = (0..<kinds).map { ["é\u{1F600}", "", "\u{0} \""][$0 % 3] + String($0) }
    let chosen = places(rows, below: kinds, seed: UInt64(rows))
    let some: [Double] = [
      -0.1, 0, 1e300, .leastNonzeroMagnitude, 1 / 3, 12.5, -7, 4_503_599_627_370_497.5,
    ]
    let numbers = places(rows, below: some.count, seed: 2).map { $0.map { some[$0] } }
    let most: Int64 = 999_999_999_999_999_999
    let units = places(rows, below: 4, seed: 4).map { $0.map { [0, most, -most, 1][$0] } }
    let first: [Int32] = [-719_162, -1, 0, 2_932_896]
    let days = places(rows, below: first.count, seed: 3).map { place in
      place.map { CalendarDate(daysSinceEpoch: first[$0]) }
    }
    let answer = try read(
      ParquetFile(
        [
          Self.row, .init("text", .texts(texts) { chosen[$0] }),
          .init("number", .numbers { numbers[$0] }), .init("day", .days { days[$0] }),
          .init("whole", .decimals(0) { units[$0] }), .init("part", .decimals(18) { units[$0] }),
          .init("nothing", .texts(["x"]) { _ in nil }),
        ], rowCount: rows, packing: packing, rowsPerGroup: group))
    #expect(answer.names == ["row", "text", "number", "day", "whole", "part", "nothing"])
    #expect(answer.texts("text") == chosen.map { $0.map { texts[$0] } })
    #expect(answer.doubles("number") == numbers)
    #expect(answer.texts("nothing") == [String?](repeating: nil, count: rows))
    for (name, decimals) in [("whole", 0), ("part", 18)] {
      guard case .decimals(let found, let scale) = answer.column(name) else {
        Issue.record("\(name) is no decimal number")
        return
      }
      #expect(found == units && scale == decimals)
    }
    guard case .timestamps(let moments) = answer.column("day") else {
      Issue.record("days are no moments")
      return
    }
    #expect(moments == days.map { $0.map { Int64($0.daysSinceEpoch) * 86_400_000_000 } })
  }

  @Test func `a table of no rows has its columns`() throws {
    let answer = try read(
      ParquetFile([Self.row, .init("a", .texts(["x"]) { _ in 0 })], rowCount: 0, packing: .gzip))
    #expect(answer.names == ["row", "a"] && answer.rowCount == 0)
  }

  @Test func `a name that is there already gets a number`() throws {
    let wanted = ["value", "Value", "value_2", "VALUE", "é", "É"]
    let columns = wanted.map { ParquetFile.Column($0, .texts([$0]) { _ in 0 }) }
    let answer = try read(ParquetFile([Self.row] + columns, rowCount: 1, packing: .gzip))
    #expect(
      answer.names == ["row", "value", "Value_2", "value_2_2", "VALUE_3", "é", "É_2"])
    #expect(answer.names.dropFirst().map { answer.texts($0) } == wanted.map { [$0] })
  }

  @Test func `many columns and many groups are told of`() throws {
    let columns = (0..<40).map { number in
      ParquetFile.Column("c\(number)", .numbers { Double($0 * number) })
    }
    let answer = try read(
      ParquetFile([Self.row] + columns, rowCount: 100, packing: .gzip, rowsPerGroup: 3))
    #expect(answer.doubles("c39") == (0..<100).map { Double($0 * 39) })
  }

  @Test func `a column of a group is a piece, and the same columns give the same bytes`() {
    let texts = (0..<1_000).map { "text number \($0)" }
    let file = ParquetFile(
      [Self.row, .init("text", .texts(texts) { $0 * 7 % 1_000 })], rowCount: 10_000,
      packing: .gzip, rowsPerGroup: 900)
    let all = pieces(file)
    #expect(all.count == 2 * 12 + 1)
    #expect(all.dropLast().allSatisfy { $0.count < 900 * 20 })
    #expect(pieces(file) == all)
  }

  // MARK: Published tables

  /// The file of a published table.
  private func published(_ table: StatisticalTable) throws -> Data {
    let id = try Market.write(into: folder.url, tables: [table])
    let release = try PublicationStore(directory: folder.url).release(id)
    return try #require(release.file(table: "M01", format: .parquet)).data()
  }

  private func read(_ table: StatisticalTable) throws -> QueryAnswer {
    let place = folder.url.appending(path: "table.parquet")
    try published(table).write(to: place)
    return try DuckDBEngine().query("SELECT * FROM read_parquet(\(literal(place.path)))")
  }

  @Test func `a published table has the rows of its CSV, and nothing for what is hidden`() throws {
    let answer = try read(Market.table())
    #expect(answer.names == ["Fruit", "Perioden", "Measure", "Value", "ValueAttribute"])
    let cells = ["T1", "A", "P", "K"].flatMap { code in
      ["2022JJ00", "2023JJ00"].flatMap { [(code, $0), (code, $0)] }
    }
    #expect(answer.texts("Fruit") == cells.map(\.0))
    #expect(answer.texts("Perioden") == cells.map(\.1))
    #expect(answer.texts("Measure") == cells.indices.map { ["kilos", "mediaan"][$0 % 2] })
    guard case .decimals(let units, let scale) = answer.column("Value") else {
      Issue.record("a figure is no decimal number")
      return
    }
    #expect(scale == 2)
    let id = try Market.write(into: folder.url)
    let table = try #require(
      try PublicationStore(directory: folder.url).release(id).allTables().first)
    for row in cells.indices {
      let (unit, attribute) = (units[row], answer.texts("ValueAttribute")[row])
      switch table.cell(row / 2, measure: row % 2) {
      case .value(let value):
        #expect(unit.map { Double($0) / 100 } == value && attribute == "None")
      case .confidential: #expect(unit == nil && attribute == "Confidential")
      case .impossible: #expect(unit == nil && attribute == "Impossible")
      }
    }
    #expect(Set(answer.texts("ValueAttribute")) == ["None", "Confidential", "Impossible"])
  }

  @Test func `a published table has the same bytes on every machine`() throws {
    let digest = try sha256(published(Market.table()))
    #expect(digest == "7e47649a80474d6aea808fbab2e11ee739ecfb6c410c85f8258994d25553e6e5")
  }

  /// The market, with one median of its own.
  private static func table(median: Double) -> StatisticalTable {
    var table = Market.table()
    table.values[1][1] = median
    return table
  }

  @Test(arguments: [
    (987_654_321.99, 98_765_432_199), (-0.01, -1), (12_345_678_901_234.57, 1_234_567_890_123_457),
    (123_456_789_012_345.67, 12_345_678_901_234_567),
    (9_007_199_254_740_992, 900_719_925_474_099_200),
    (9_999_999_999_999_998, 999_999_999_999_999_800),
  ])
  func `a long figure keeps the digits that it has in the CSV`(
    median: Double, units: Int64
  ) throws {
    guard case .decimals(let found, _) = try read(Self.table(median: median)).column("Value") else {
      Issue.record("a figure is no decimal number")
      return
    }
    #expect(found[3] == units)
  }

  @Test(arguments: [1e16, -1e16, 1e17, 1e18, 1e300, -.greatestFiniteMagnitude])
  func `a figure of more digits than a decimal number has is not published`(median: Double) throws {
    let error = #expect(throws: PublicationError.self) {
      try Market.write(into: folder.url, tables: [Self.table(median: median)])
    }
    #expect(
      error?.message
        == "Table M01: a figure of mediaan takes more than 18 digits at 2 decimals; "
        + "give the measures fewer decimals or a larger unit.")
  }

  @Test func `what the measures share is the number of decimals`() throws {
    var table = Market.table()
    table.measures[1].decimals = 9
    guard case .decimals(let units, scale: 9) = try read(table).column("Value") else {
      Issue.record("a figure has another number of decimals")
      return
    }
    #expect(units[0] == 63_000_000_000 && units[1] == 2_345_000_000)
    // Ten digits of one measure and nine decimals of the other.
    for cell in [0, 2] {
      table.counts[cell] += 1_000_000_000
      table.values[0][cell] = Double(table.counts[cell])
    }
    #expect(throws: PublicationError.self) {
      try Market.write(into: folder.url, tables: [table])
    }
  }
}
