import Foundation
import Testing
import Warehouse

@Suite("A content table")
struct ContentTableTests {
  /// Enough for several of DuckDB's chunks, the last of them not full.
  private let rowCount = 2_048 * 2 + 37

  @Test("comes back from the engine as it was, for every type, absent values included")
  func roundTrip() throws {
    let size = 101
    var texts = ByteStrings()
    for code in 0..<size {
      texts.append(Array((code % 2 == 0 ? "é\(code)" : "a longer text of number \(code)").utf8))
    }
    let isNull = (0..<size).map { $0 % 10 == 0 }
    let codes = (0..<rowCount).map { UInt32($0 * 7 % size) }
    func column(_ name: String, _ values: ContentTable.Values) -> ContentTable.Column {
      ContentTable.Column(name: name, codes: codes, values: values, isNull: isNull)
    }
    let numbers = (0..<size).map { Int64($0 - 50) * 1_000_000_007 }
    let days = (0..<size).map { Int32($0 - 50) * 300 }
    // Every third row stays out.
    let rows = (0..<Int32(rowCount)).filter { $0 % 3 != 1 }
    let table = ContentTable(
      columns: [
        column("t", .texts(texts)), column("i", .integers(numbers)),
        column("d", .decimals(numbers, scale: 2)), column("day", .dates(days)),
        column("time", .timestamps(numbers)),
        column("b", .booleans((0..<size).map { $0 % 3 == 0 })),
      ], rows: rows)
    #expect(
      table.schema.map(\.type)
        == ["VARCHAR", "BIGINT", "DECIMAL(18,2)", "DATE", "TIMESTAMP", "BOOLEAN", "BIGINT"])
    #expect(table.rowCount == rows.count)
    let engine = try DuckDBEngine()
    try engine.load(table, as: "it's a `table`")
    let answer = try engine.query("SELECT * FROM \(quoted("it's a `table`")) ORDER BY `_row`")
    #expect(answer.rowCount == rows.count)
    #expect(answer.integers("_row") == rows.map { Int64($0) + 1 })
    let kept = rows.map { Int(codes[Int($0)]) }
    func expected<Value>(_ values: [Value]) -> [Value?] {
      kept.map { isNull[$0] ? nil : values[$0] }
    }
    #expect(answer.texts("t") == expected((0..<size).map { texts.string($0) }))
    #expect(answer.integers("i") == expected(numbers))
    guard case .decimals(let decimals, let scale) = answer.column("d"),
      case .dates(let dates) = answer.column("day"),
      case .timestamps(let times) = answer.column("time"),
      case .booleans(let flags) = answer.column("b")
    else {
      Issue.record("a column has another type")
      return
    }
    #expect(scale == 2)
    #expect(decimals == expected(numbers))
    #expect(answer.doubles("d") == expected(numbers.map { Double($0) / 100 }))
    #expect(dates == expected(days))
    #expect(times == expected(numbers))
    #expect(flags == expected((0..<size).map { $0 % 3 == 0 }))
  }

  @Test("may be empty, and replaces one of the same name")
  func replaces() throws {
    let engine = try DuckDBEngine()
    func table(_ rows: [Int32]) -> ContentTable {
      ContentTable(
        columns: [
          ContentTable.Column(
            name: "a", codes: [0, 1, 1], values: .integers([5, 6]), isNull: [false, false])
        ], rows: rows)
    }
    try engine.load(table([0, 1, 2]), as: "t")
    #expect(try engine.query("SELECT a FROM t ORDER BY `_row`").integers("a") == [5, 6, 6])
    try engine.load(table([]), as: "t")
    #expect(try engine.query("SELECT a FROM t").rowCount == 0)
  }

  @Test("keeps texts of every length apart, short ones that DuckDB holds in place and long ones")
  func lengths() throws {
    var texts = ByteStrings()
    let lengths = Array(0...40) + [255, 4_096, 70_000]
    for length in lengths { texts.append([UInt8](repeating: 0x78, count: length)) }
    let table = ContentTable(
      columns: [
        ContentTable.Column(
          name: "t", codes: lengths.indices.map { UInt32($0) }, values: .texts(texts),
          isNull: [Bool](repeating: false, count: lengths.count))
      ], rows: lengths.indices.map { Int32($0) })
    let engine = try DuckDBEngine()
    try engine.load(table, as: "t")
    let found = try engine.query("SELECT length(t) AS n FROM t ORDER BY `_row`").integers("n")
    #expect(found == lengths.map { Int64($0) })
  }
}
