import Foundation
import InformationModel
import OpenData
import TestSupport
import Testing
import Warehouse

/// Files as an engine that made none of them reads them.
@Suite struct ParquetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func pieces(_ file: ParquetFile) -> [[UInt8]] {
    let pieces = file.pieces()
    var all: [[UInt8]] = []
    while let piece = pieces.next() { all.append(piece) }
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

  @Test(arguments: [
    (1, 1, 1), (9, 3, 4), (64, 2, 8), (1_000, 5, 7), (3_000, 1, 1_000), (3_000, 300, 2_999),
    (5_000, 3_000, 5_000), (70_000, 90, ParquetFile.usualGroup),
  ])
  func `every column comes back as it went in`(rows: Int, kinds: Int, group: Int) throws {
    let texts = (0..<kinds).map { ["é\u{1F600}", "", "\u{0} \""][$0 % 3] + String($0) }
    let chosen = places(rows, below: kinds, seed: UInt64(rows))
    let some: [Double] = [
      -0.1, 0, 1e300, .leastNonzeroMagnitude, 1 / 3, 12.5, -7, 4_503_599_627_370_497.5,
    ]
    let numbers = places(rows, below: some.count, seed: 2).map { $0.map { some[$0] } }
    let first: [Int32] = [-719_162, -1, 0, 2_932_896]
    let days = places(rows, below: first.count, seed: 3).map { place in
      place.map { CalendarDate(daysSinceEpoch: first[$0]) }
    }
    let answer = try read(
      ParquetFile(
        [
          Self.row, .init("text", .texts(texts) { chosen[$0] }),
          .init("number", .numbers { numbers[$0] }), .init("day", .days { days[$0] }),
          .init("nothing", .texts(["x"]) { _ in nil }),
        ], rowCount: rows, rowsPerGroup: group))
    #expect(answer.names == ["row", "text", "number", "day", "nothing"])
    #expect(answer.texts("text") == chosen.map { $0.map { texts[$0] } })
    #expect(answer.doubles("number") == numbers)
    #expect(answer.texts("nothing") == [String?](repeating: nil, count: rows))
    guard case .timestamps(let moments) = answer.column("day") else {
      Issue.record("days are no moments")
      return
    }
    #expect(moments == days.map { $0.map { Int64($0.daysSinceEpoch) * 86_400_000_000 } })
  }

  @Test func `a table of no rows has its columns`() throws {
    let answer = try read(
      ParquetFile([Self.row, .init("a", .texts(["x"]) { _ in 0 })], rowCount: 0))
    #expect(answer.names == ["row", "a"] && answer.rowCount == 0)
  }

  @Test func `a name that is there already gets a number`() throws {
    let wanted = ["value", "Value", "value_2", "VALUE", "é", "É"]
    let columns = wanted.map { ParquetFile.Column($0, .texts([$0]) { _ in 0 }) }
    let answer = try read(ParquetFile([Self.row] + columns, rowCount: 1))
    #expect(
      answer.names == ["row", "value", "Value_2", "value_2_2", "VALUE_3", "é", "É_2"])
    #expect(answer.names.dropFirst().map { answer.texts($0) } == wanted.map { [$0] })
  }

  @Test func `many columns and many groups are told of`() throws {
    let columns = (0..<40).map { number in
      ParquetFile.Column("c\(number)", .numbers { Double($0 * number) })
    }
    let answer = try read(ParquetFile([Self.row] + columns, rowCount: 100, rowsPerGroup: 3))
    #expect(answer.doubles("c39") == (0..<100).map { Double($0 * 39) })
  }

  @Test func `a column of a group is a piece, and the same columns give the same bytes`() {
    let texts = (0..<1_000).map { "text number \($0)" }
    let file = ParquetFile(
      [Self.row, .init("text", .texts(texts) { $0 * 7 % 1_000 })], rowCount: 10_000,
      rowsPerGroup: 900)
    let all = pieces(file)
    #expect(all.count == 2 * 12 + 1)
    #expect(all.dropLast().allSatisfy { $0.count < 900 * 20 })
    #expect(pieces(file) == all)
  }
}
