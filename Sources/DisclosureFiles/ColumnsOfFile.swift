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
      let texts = names.map { "CAST(\(quoted($0)) AS VARCHAR)" }.joined(separator: ", ")
      return Array(zip(names, try engine.dictionaryColumns("SELECT \(texts) FROM \(relation)")))
    } catch let error as EngineError {
      throw DisclosureFileError("\(file.lastPathComponent) cannot be read: \(error.message)")
    }
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
