import Foundation
import InformationModel
import TestSupport
import Testing
import Warehouse

@Suite("The engine")
struct DuckDBEngineTests {
  private static let awkward = [
    "", "plain", "it's", "'", "''", "\"", "`", "``", "a`b", "'; DROP TABLE t; --", "back\\slash",
    "line\nend", "é€😀", "{brace}", "%_", "select", "\t",
  ]

  @Test("reads back every text that is written as a literal", arguments: awkward)
  func literals(text: String) throws {
    let answer = try DuckDBEngine().query("SELECT \(literal(text)) AS t")
    #expect(answer.texts("t") == [text])
  }

  @Test("knows a column by every name that is quoted", arguments: awkward.filter { !$0.isEmpty })
  func identifiers(name: String) throws {
    let engine = try DuckDBEngine()
    try engine.execute("CREATE TEMP TABLE \(quoted(name)) (\(quoted(name)) BIGINT)")
    try engine.execute("INSERT INTO \(quoted(name)) VALUES (7)")
    let answer = try engine.query("SELECT \(quoted(name)) FROM \(quoted(name))")
    #expect(answer.names == [name])
    #expect(answer.integers(name) == [7])
  }

  @Test(
    "says what went wrong, and no value of the data",
    arguments: [
      ("SELECT CAST(t AS INTEGER) FROM v", "123456782"),
      ("SELECT CAST(t AS DATE) FROM v", "123456782"),
      ("SELECT CAST(u AS INTEGER) FROM v", "Ancona"),
      ("SELECT CAST(w AS INTEGER) FROM v", "Ancona"),
      ("SELECT n * 9223372036854775807 FROM v", "123456782"),
      ("SELECT CAST(n AS TINYINT) FROM v", "123456782"),
      ("SELECT regexp_matches('x', concat('(', u)) FROM v", "Ancona"),
      ("SELECT error(t) FROM v", "123456782"),
    ])
  func errors(sql: String, secret: String) throws {
    let engine = try DuckDBEngine()
    try engine.execute(
      "CREATE TEMP TABLE v AS SELECT '123456782 Jansen' AS t, 'd''Ancona' AS u, "
        + "'x \"Jan\" d''Ancona' AS w, CAST(123456782 AS BIGINT) AS n")
    let error = #expect(throws: EngineError.self) { try engine.query(sql) }
    let text = try #require(error).description
    #expect(text.hasPrefix("query: "))
    #expect(!text.contains(secret) && !text.contains("Jan"), "\(text)")
  }

  @Test("tells of an error about values its kind alone")
  func kinds() throws {
    let engine = try DuckDBEngine()
    try engine.execute("CREATE TEMP TABLE v AS SELECT '): Jansen' AS t")
    for (sql, kind) in [
      ("SELECT regexp_matches('x', t) FROM v", "Invalid Input Error"),
      ("SELECT CAST(t AS DATE) FROM v", "Conversion Error"),
    ] {
      let error = #expect(throws: EngineError.self) { try engine.query(sql) }
      #expect(error?.description == "query: \(kind)")
    }
  }

  @Test("names what it does not know")
  func unknown() throws {
    let error = #expect(throws: EngineError.self) {
      try DuckDBEngine().query("SELECT * FROM nowhere")
    }
    #expect(error?.message.contains("nowhere") == true)
  }

  @Test("has the functions of the portable dialect")
  func prelude() throws {
    let answer = try DuckDBEngine().query(
      """
      SELECT CAST(p_year(DATE '2024-02-29') AS BIGINT) AS y, p_quarter(DATE '2024-04-01') AS q,
        p_month(DATE '2024-12-31') AS m, p_days(DATE '2024-02-28', DATE '2024-03-01') AS d,
        p_date(TIMESTAMP '2024-03-01 23:59:59') AS t, p_date_of(2024, 2, 29) AS o,
        p_add_days(DATE '2024-02-28', 2) AS a, p_ratio(1, 4) AS r, p_ratio(1, 0) AS z
      """)
    #expect(answer.integers("y") == [2024])
    #expect(answer.integers("q") == [2])
    #expect(answer.integers("m") == [12])
    #expect(answer.integers("d") == [2])
    #expect(answer.doubles("r") == [0.25])
    #expect(answer.doubles("z") == [nil])
    func day(_ name: String) -> String? {
      guard case .dates(let days) = answer.column(name), let day = days[0] else { return nil }
      return CalendarDate(daysSinceEpoch: day).description
    }
    #expect(day("t") == "2024-03-01")
    #expect(day("o") == "2024-02-29")
    #expect(day("a") == "2024-03-01")
  }

  @Test("gives texts as dictionary columns, absent ones as the empty value")
  func dictionaryColumns() throws {
    let columns = try DuckDBEngine().dictionaryColumns(
      """
      SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE concat('value ', CAST(i % 7 AS VARCHAR)) END,
        CAST(i AS VARCHAR) FROM range(5000) t(i) ORDER BY i
      """)
    #expect(columns.count == 2)
    #expect(columns[0].rowCount == 5_000)
    #expect(columns[0].values.count == 8)
    let texts = columns[0].codes.map { columns[0].values.string(Int($0)) }
    #expect(texts == (0..<5_000).map { $0 % 3 == 0 ? "" : "value \($0 % 7)" })
    #expect(columns[1].values.count == 5_001)
  }

  @Test("defines a name over files with constants, and an empty one with its columns")
  func define() throws {
    try withFolder { folder in
      let engine = try DuckDBEngine()
      let files = try (1...2).map { number in
        let file = folder.appending(path: "it's \(number).parquet")
        let count = try engine.write(
          SQLStep(name: "part", select: "SELECT CAST(\(number) AS BIGINT) AS a"), to: file)
        #expect(count == 1)
        return LakeFile(file, constants: [("c", literal("d'\(number)"))])
      }
      try engine.define("all parts", as: files, columns: [])
      let answer = try engine.query("SELECT a, c FROM `all parts` ORDER BY a")
      #expect(answer.integers("a") == [1, 2])
      #expect(answer.texts("c") == ["d'1", "d'2"])
      try engine.define("none", as: [], columns: [("a", "BIGINT"), ("x y", "VARCHAR")])
      let empty = try engine.query("SELECT * FROM none")
      #expect(empty.names == ["a", "x y"])
      #expect(empty.rowCount == 0)
    }
  }

  @Test("writes equal Parquet twice, and with one or two threads")
  func sameBytes() throws {
    try withFolder { folder in
      var digests: Set<String> = []
      for (number, threads) in [1, 1, 2, 2].enumerated() {
        let engine = try DuckDBEngine(threads: threads, memoryLimit: "1GB", temporary: folder)
        let file = folder.appending(path: "\(number).parquet")
        let rows = try engine.write(
          SQLStep(
            name: "rows",
            select: """
              SELECT i AS a, hash(i) % 1000 AS b,
                concat('text ', CAST(hash(i) % 77 AS VARCHAR)) AS t,
                CASE WHEN i % 5 = 0 THEN NULL ELSE CAST(i AS DECIMAL(18,2)) END AS d
              FROM range(300000) t(i) ORDER BY ALL NULLS LAST
              """), to: file)
        #expect(rows == 300_000)
        digests.insert(try StoredFile.digest(of: file))
      }
      #expect(digests.count == 1)
    }
  }
}
