import ChainPack
import Foundation
import InformationModel
import Warehouse

/// The folder `_truth` of made-up deliveries, read into the engine.
///
/// Only scorers read it: no stage of the pipeline takes a truth set, and none can import this module.
package struct TruthSet {
  let folder: URL
  let engine: any Engine

  /// One row per file of a contract in a delivery: `contract`, `delivery`, `file`, and `before`, how many rows of the contract stand in
  /// the files before it.
  static let parts = "truth.part"
  /// One row per delivered row: `contract`, `delivery`, `row` (from 1), `key`, `person` (BIGINT,
  /// NULL where the row is about nobody or about nothing that exists).
  static let rows = "truth.row"
  /// One row per entry of the ledger: `number`, `contract`, `delivery` (NULL for a row that came in
  /// no delivery), `row` (NULL for a fault of a whole delivery), `key`, `column` (NULL for a fault
  /// of the row), `code`, `true_value`, `written_value`, `expected`.
  static let faults = "truth.fault"
  /// One row per person: `person` and the columns of `persons.csv`.
  static let persons = "truth.person"

  /// - Parameters:
  ///   - folder: `_truth`, as `keten synthesize` writes it.
  ///   - engine: reads the files.
  package init(_ folder: URL, engine: any Engine) {
    self.folder = folder
    self.engine = engine
  }

  /// Reads `rowmap.csv` into `rows` and `parts`.
  package func loadRows() throws {
    let table = try read(
      "rowmap.csv",
      columns: [
        "bron", "leveringId", "file", "contract", "row", "key", "entity", "entity_id", "person_id",
      ])
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE \(quoted(Self.parts)) AS
      SELECT `contract`, `delivery`, `file`,
             CAST(coalesce(sum(`rows`) OVER (PARTITION BY `contract`, `delivery` ORDER BY `file`
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS BIGINT) AS `before`
      FROM (SELECT `contract`, `leveringId` AS `delivery`, `file`, max(CAST(`row` AS BIGINT)) AS `rows`
            FROM \(table) t GROUP BY `contract`, `leveringId`, `file`)
      """)
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE \(quoted(Self.rows)) AS
      SELECT t.`contract`, t.`leveringId` AS `delivery`, CAST(t.`row` AS BIGINT) + p.`before` AS `row`, t.`key`,
             CAST(t.`person_id` AS BIGINT) AS `person`
      FROM \(table) t JOIN \(quoted(Self.parts)) p
        ON p.`contract` = t.`contract` AND p.`delivery` = t.`leveringId` AND p.`file` = t.`file`
      """)
  }

  /// Reads `faults.csv` into `faults`; `loadRows` goes before it.
  package func loadFaults() throws {
    let table = try read(
      "faults.csv",
      columns: [
        "bron", "leveringId", "file", "contract", "row", "key", "column", "fault", "true_value",
        "written_value", "expected",
      ])
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE \(quoted(Self.faults)) AS
      SELECT row_number() OVER (ORDER BY t.`contract`, t.`leveringId`, t.`file`, CAST(t.`row` AS BIGINT), t.`fault`,
               t.`column`, t.`key`, t.`written_value`) AS `number`,
             t.`contract`, t.`leveringId` AS `delivery`, CAST(t.`row` AS BIGINT) + coalesce(p.`before`, 0) AS `row`, t.`key`,
             t.`column`, t.`fault` AS `code`, t.`true_value`, t.`written_value`, t.`expected`
      FROM \(table) t LEFT JOIN \(quoted(Self.parts)) p
        ON p.`contract` = t.`contract` AND p.`delivery` = t.`leveringId` AND p.`file` = t.`file`
      """)
  }

  /// Reads `persons.csv` into `persons`.
  ///
  /// - Returns: the columns by which scores are broken down; none when the pack writes no such file.
  package func loadPersons() throws -> [String] {
    let file = folder.appending(path: "persons.csv")
    guard let header = try Self.header(of: file) else {
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted(Self.persons)) AS SELECT CAST(NULL AS BIGINT) AS `person` WHERE false"
      )
      return []
    }
    guard header.first == "person_id" else {
      throw ScoringError("persons.csv of the truth must begin with the column person_id")
    }
    let table = try read("persons.csv", columns: header)
    let groups = Array(header.dropFirst())
    let columns = groups.map { ", \(quoted($0))" }.joined()
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE \(quoted(Self.persons)) AS "
        + "SELECT CAST(`person_id` AS BIGINT) AS `person`\(columns) FROM \(table) t")
    return groups
  }

  /// The tables of exact figures, by name.
  package func golden() throws -> [(name: String, table: CSVTable)] {
    let place = folder.appending(path: "golden")
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: place.path) else {
      throw ScoringError(
        "\(folder.lastPathComponent) has no folder golden; give the _truth that 'keten synthesize' wrote"
      )
    }
    return try names.filter { $0.hasSuffix(".csv") }.sorted().map { name in
      (
        String(name.dropLast(4)),
        CSVTable(Array(try Data(contentsOf: place.appending(path: name))))
      )
    }
  }

  // MARK: Files

  private static func header(of file: URL) throws -> [String]? {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    let start = try handle.read(upToCount: 4096) ?? Data()
    return CSVTable(Array(start.prefix { $0 != 0x0A })).header
  }

  /// A table function over a CSV of the truth, all texts, an empty field NULL.
  private func read(_ name: String, columns: [String]) throws -> String {
    let file = folder.appending(path: name)
    guard let header = try Self.header(of: file) else {
      throw ScoringError(
        "\(folder.lastPathComponent) has no \(name); give the folder _truth that 'keten synthesize' wrote"
      )
    }
    guard header == columns else {
      throw ScoringError(
        "\(name) of the truth must have the columns \(columns.joined(separator: ", "))")
    }
    return engineTable(file, columns: columns)
  }
}

/// A CSV with a header line as a table function of DuckDB: all columns are texts.
func engineTable(_ file: URL, columns: [String]) -> String {
  let types = columns.map { "\(literal($0)): 'VARCHAR'" }.joined(separator: ", ")
  return "read_csv(\(literal(file.path)), header = true, auto_detect = false, delim = ',', "
    + "quote = '\"', escape = '\"', columns = {\(types)})"
}
