import Foundation
import Warehouse

/// The columns of a file from outside, each value as it is written.
enum ColumnsOfFile {
  /// Reads a CSV or Parquet file; of a file that is neither, what SQL reads as `relation`.
  static func read(
    _ file: URL, as relation: String? = nil
  ) throws -> [(name: String, column: DictionaryColumn)] {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw DisclosureFileError("\(file.lastPathComponent): there is no such file")
    }
    let isCSV = relation == nil && !["parquet", "pq"].contains(file.pathExtension.lowercased())
    let relation = relation ?? Warehouse.relation(of: file)
    do {
      let engine = try DuckDBEngine(threads: 1)
      if isCSV {
        let first = try engine.query("SELECT * FROM \(header(of: file))")
        var seen = Set<String>()
        for column in first.names {
          let name = first.texts(column).first.flatMap { $0 } ?? ""
          guard name.isEmpty || seen.insert(name).inserted else {
            throw DisclosureFileError(
              "\(file.lastPathComponent): two columns are called '\(name)'")
          }
        }
      }
      let names = try engine.query("DESCRIBE SELECT * FROM \(relation)").texts("column_name")
        .map { $0 ?? "" }
      if isCSV, names.count == 1, let separator = names[0].first(where: separators.contains) {
        // The first line has columns, but the engine found that not all lines have them.
        let line = try raggedLine(of: file, separator, engine)
        throw DisclosureFileError(
          "\(file.lastPathComponent)\(line.map { ", line \($0)" } ?? ""): not as many columns as "
            + "the first line (\(names[0]))")
      }
      let texts = names.map { "CAST(\(quoted($0)) AS VARCHAR)" }.joined(separator: ", ")
      return Array(zip(names, try engine.dictionaryColumns("SELECT \(texts) FROM \(relation)")))
    } catch let error as EngineError {
      if hasDoubledReturns(file) {
        throw DisclosureFileError(
          "\(file.lastPathComponent) cannot be read: its lines end in CR CR LF; give them LF or CR LF"
        )
      }
      throw DisclosureFileError("\(file.lastPathComponent) cannot be read: \(error.message)")
    }
  }

  /// A file that went through a text mode twice.
  private static func hasDoubledReturns(_ file: URL) -> Bool {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return false }
    defer { try? handle.close() }
    let beginning = (try? handle.read(upToCount: 1 << 16)) ?? nil
    return beginning?.range(of: Data("\r\r\n".utf8)) != nil
  }

  private static let separators: Set<Character> = [",", ";", "\t", "|"]

  /// The first line that has more columns or fewer than the first.
  private static func raggedLine(
    of file: URL, _ separator: Character, _ engine: DuckDBEngine
  ) throws -> String? {
    _ = try engine.query(
      """
      SELECT count(*) FROM read_csv(\(literal(file.path)), header = true, all_varchar = true, \
      comment = '', delim = \(literal(String(separator))), ignore_errors = true, store_rejects = true)
      """)
    return try engine.query("SELECT CAST(min(line) AS VARCHAR) AS line FROM reject_errors")
      .texts("line").first ?? nil
  }

  /// Numbers of a column; nil where it is empty or `NA`.
  static func numbers(
    _ column: DictionaryColumn, file: String, called name: String
  ) throws -> [Double?] {
    let values = (0..<column.values.count).map { column.values.string($0) }
    let numbers = values.map { Double($0) }
    let isMissing = values.map { ["", "NA", "NaN", "nan"].contains($0) }
    return try column.codes.enumerated().map { row, code in
      if isMissing[Int(code)] { return nil }
      guard let number = numbers[Int(code)], number.isFinite else {
        throw DisclosureFileError(
          "\(file), row \(row + 1): column \(name) has no number that can be read")
      }
      return number
    }
  }
}
