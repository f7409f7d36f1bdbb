import Foundation

/// What runs the pipeline's SQL. The text is one portable dialect; an engine adds its prelude and writes results as Parquet itself, so
/// that bulk data never pass the program.
package protocol Engine: AnyObject {
  /// Runs a statement for its effect.
  func execute(_ sql: String) throws
  /// Runs a query whose answer is small or read once, column by column.
  func query(_ sql: String) throws -> QueryAnswer
  /// Runs a query whose columns are all texts and gives them as dictionary columns: for kernels that read many rows.
  func dictionaryColumns(_ sql: String) throws -> [DictionaryColumn]
  /// Writes the rows of a SELECT, in its order, as one Parquet file; gives the number of rows.
  @discardableResult
  func write(_ step: SQLStep, to file: URL) throws -> Int
  /// Makes Parquet files readable under a name. With no file the name has the columns given and no row.
  func define(_ name: String, as files: [LakeFile], columns: [(name: String, type: String)]) throws
  /// Appends columns held in memory to a new temporary table.
  func load(_ table: ContentTable, as name: String) throws
}

/// A Parquet file of the lake, with columns that are the same for all its rows and stand in the catalogue, not in the file.
package struct LakeFile: Sendable {
  package var url: URL
  package var constants: [(name: String, sql: String)]

  package init(_ url: URL, constants: [(name: String, sql: String)] = []) {
    self.url = url
    self.constants = constants
  }
}

/// One SELECT of the pipeline and what it is called in logs and `--explain`.
package struct SQLStep: Sendable {
  package var name: String
  package var select: String

  package init(name: String, select: String) {
    self.name = name
    self.select = select
  }
}

/// The answer of a query, as columns of equal length.
package struct QueryAnswer: Sendable {
  package enum Column: Sendable {
    case integers([Int64?])
    case doubles([Double?])
    case texts([String?])
    case booleans([Bool?])
    /// Days since 1970-01-01.
    case dates([Int32?])
    /// Microseconds since 1970-01-01 00:00.
    case timestamps([Int64?])
    /// Unscaled values with their number of decimals.
    case decimals([Int64?], scale: Int)
  }

  package var names: [String]
  package var columns: [Column]
  package var rowCount: Int

  package func column(_ name: String) -> Column? {
    names.firstIndex(of: name).map { columns[$0] }
  }

  /// A column of texts; empty when there is none of that name and kind.
  package func texts(_ name: String) -> [String?] {
    if case .texts(let values) = column(name) { values } else { [] }
  }

  package func integers(_ name: String) -> [Int64?] {
    if case .integers(let values) = column(name) { values } else { [] }
  }

  /// Any numeric column as doubles.
  package func doubles(_ name: String) -> [Double?] {
    switch column(name) {
    case .doubles(let values): values
    case .integers(let values): values.map { $0.map(Double.init) }
    case .decimals(let values, let scale):
      values.map { $0.map { Double($0) / Self.powersOfTen[scale] } }
    default: []
    }
  }

  static let powersOfTen: [Double] = (0...18).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}

/// The engine could not do what was asked. The message never holds a value of the data.
package struct EngineError: Error, CustomStringConvertible {
  package var step: String
  package var message: String

  package init(step: String, message: String) {
    self.step = step
    self.message = message
  }

  package var description: String { "\(step): \(message)" }

  /// The disk or the allowed memory ran out: nothing was made visible, and the same command can be given again.
  package var isOutOfSpace: Bool {
    message.contains("No space left") || message.contains("Could not write")
      || message.contains("max_temp_directory_size")
  }
}

/// A name as SQL identifier, in the quotes that both engines read.
package func quoted(_ identifier: String) -> String {
  "`" + identifier.replacing("`", with: "``") + "`"
}

/// What SQL reads of a file: a CSV, all of its columns as texts, or a Parquet file.
package func relation(of file: URL) -> String {
  ["parquet", "pq"].contains(file.pathExtension.lowercased())
    ? "read_parquet(\(literal(file.path)))"
    : "read_csv(\(literal(file.path)), header = true, all_varchar = true, comment = '')"
}

/// The first line of a CSV as one row of texts.
package func header(of file: URL) -> String {
  "read_csv(\(literal(file.path)), header = false, all_varchar = true, comment = '', null_padding = true) LIMIT 1"
}

/// A text as SQL literal.
package func literal(_ text: String) -> String {
  "'" + text.replacing("'", with: "''") + "'"
}

/// A text file without a header as a relation, for a door that takes files from outside; spaces around values are dropped.
///
/// - Parameters:
///   - file: one row a line.
///   - columns: names, and where each begins (from 1) and how long it is, when there is no separator.
///   - separator: between values; nil when columns have fixed places.
/// - Returns: SQL that stands behind FROM.
package func relation(
  ofPlainText file: URL, columns: [(name: String, start: Int, length: Int)], separator: String?
) -> String {
  let path = literal(file.path)
  guard let separator else {
    let values = columns.map {
      "trim(substring(line, \($0.start), \($0.length))) AS \(quoted($0.name))"
    }
    return
      "(SELECT \(values.joined(separator: ", ")) FROM read_csv(\(path), header = false, columns = {'line': 'VARCHAR'}, delim = '\u{1}', quote = '', escape = '', auto_detect = false))"
  }
  let names = columns.map { "\(literal($0.name)): 'VARCHAR'" }.joined(separator: ", ")
  let values = columns.map { "trim(\(quoted($0.name))) AS \(quoted($0.name))" }
  return
    "(SELECT \(values.joined(separator: ", ")) FROM read_csv(\(path), header = false, columns = {\(names)}, delim = \(literal(separator)), quote = '\"', escape = '\"', auto_detect = false))"
}
