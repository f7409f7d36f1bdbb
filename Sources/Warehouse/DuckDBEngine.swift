import CDuckDB
import Foundation

/// DuckDB inside the program: one database in memory over the Parquet lake. Used from one thread at a time; it spreads its own work.
package final class DuckDBEngine: Engine {
  private var database: duckdb_database?
  private var connection: duckdb_connection?
  /// The engine whose database this one reads and writes too; it must outlive it.
  private let owner: DuckDBEngine?
  /// Called with each step's SQL before it runs.
  package var explain: ((SQLStep) -> Void)?

  /// Opens an empty database.
  ///
  /// - Parameters:
  ///   - threads: how many threads it may use; nil for one per core.
  ///   - memoryLimit: as DuckDB writes it, `1GB`; beyond it, work spills to `temporary`.
  ///   - temporary: folder for spilled work.
  /// - Throws: `EngineError` when DuckDB does not open or does not know a setting.
  package init(threads: Int? = nil, memoryLimit: String? = nil, temporary: URL? = nil) throws {
    owner = nil
    var configuration: duckdb_config?
    guard duckdb_create_config(&configuration) == DuckDBSuccess else {
      throw EngineError(step: "open", message: "no configuration could be made")
    }
    defer { duckdb_destroy_config(&configuration) }
    var options = [
      "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    ]
    if let threads { options["threads"] = String(threads) }
    if let memoryLimit { options["memory_limit"] = memoryLimit }
    if let temporary { options["temp_directory"] = temporary.path }
    for (name, value) in options {
      guard duckdb_set_config(configuration, name, value) == DuckDBSuccess else {
        throw EngineError(step: "open", message: "the setting \(name) = \(value) is not known")
      }
    }
    var message: UnsafeMutablePointer<CChar>?
    guard duckdb_open_ext(nil, &database, configuration, &message) == DuckDBSuccess else {
      let text = message.map { String(cString: $0) } ?? "unknown reason"
      duckdb_free(message)
      throw EngineError(step: "open", message: text)
    }
    guard duckdb_connect(database, &connection) == DuckDBSuccess else {
      throw EngineError(step: "open", message: "no connection could be made")
    }
    try execute(DuckDBPrelude.sql)
  }

  /// Opens a second way into the database of another engine, for work on another thread. Temporary tables are each engine's own.
  ///
  /// - Throws: `EngineError` when no connection can be made.
  package init(beside other: DuckDBEngine) throws {
    owner = other
    guard duckdb_connect(other.database, &connection) == DuckDBSuccess else {
      throw EngineError(step: "open", message: "no connection could be made")
    }
    try execute(DuckDBPrelude.sql)
  }

  deinit {
    duckdb_disconnect(&connection)
    if owner == nil { duckdb_close(&database) }
  }

  /// Hands out the connection for a C call.
  package func withConnection<Result>(_ body: (duckdb_connection?) throws -> Result) rethrows
    -> Result
  {
    try body(connection)
  }

  package func execute(_ sql: String) throws {
    try run(sql, step: "statement") { _ in }
  }

  package func query(_ sql: String) throws -> QueryAnswer {
    explain?(SQLStep(name: "query", select: sql))
    return try run(sql, step: "query") { result in
      var answer = DuckDBAnswerReader(result: result)
      while let chunk = duckdb_fetch_chunk(result) {
        var owned: duckdb_data_chunk? = chunk
        answer.append(chunk)
        duckdb_destroy_data_chunk(&owned)
      }
      return answer.finish()
    }
  }

  package func dictionaryColumns(_ sql: String) throws -> [DictionaryColumn] {
    explain?(SQLStep(name: "query", select: sql))
    var builders = UnsafeMutableBufferPointer<DictionaryBuilder>(start: nil, count: 0)
    defer {
      builders.deinitialize()
      builders.deallocate()
    }
    try stream(sql, step: "query") { chunk, count in
      if builders.baseAddress == nil {
        builders = .allocate(capacity: count)
        for index in 0..<count { builders.initializeElement(at: index, to: DictionaryBuilder()) }
      }
      guard let chunk else { return }
      for index in 0..<count { Self.append(chunk, column: index, to: &builders[index]) }
    }
    return builders.indices.map { builders[$0].take() }
  }

  /// Runs a query and hands out its rows a chunk at a time, without ever holding all of them.
  ///
  /// `body` takes a chunk, valid as long as it runs, and the number of columns; first, so that these are known of an empty answer too, no
  /// chunk.
  package func stream(
    _ sql: String, step: String, _ body: (duckdb_data_chunk?, Int) throws -> Void
  ) throws {
    func failed(_ message: UnsafePointer<CChar>?) -> EngineError {
      let text = message.map { String(cString: $0) } ?? "unknown reason"
      return EngineError(step: step, message: Self.withoutValues(text))
    }
    var statement: duckdb_prepared_statement?
    defer { duckdb_destroy_prepare(&statement) }
    guard duckdb_prepare(connection, sql, &statement) == DuckDBSuccess else {
      throw failed(duckdb_prepare_error(statement))
    }
    var pending: duckdb_pending_result?
    defer { duckdb_destroy_pending(&pending) }
    guard duckdb_pending_prepared_streaming(statement, &pending) == DuckDBSuccess else {
      throw failed(duckdb_pending_error(pending))
    }
    var result = duckdb_result()
    defer { duckdb_destroy_result(&result) }
    guard duckdb_execute_pending(pending, &result) == DuckDBSuccess else {
      throw failed(duckdb_result_error(&result))
    }
    let width = Int(duckdb_column_count(&result))
    try body(nil, width)
    while let chunk = duckdb_fetch_chunk(result) {
      var owned: duckdb_data_chunk? = chunk
      defer { duckdb_destroy_data_chunk(&owned) }
      try body(chunk, width)
    }
    if let message = duckdb_result_error(&result) { throw failed(message) }
  }

  private static func append(
    _ chunk: duckdb_data_chunk, column: Int, to builder: inout DictionaryBuilder
  ) {
    let size = Int(duckdb_data_chunk_get_size(chunk))
    let vector = duckdb_data_chunk_get_vector(chunk, idx_t(column))
    guard let data = duckdb_vector_get_data(vector) else { return }
    let validity = duckdb_vector_get_validity(vector)
    let strings = data.assumingMemoryBound(to: duckdb_string_t.self)
    for row in 0..<size {
      if let validity, !duckdb_validity_row_is_valid(validity, idx_t(row)) {
        builder.appendEmpty()
        continue
      }
      let length = Int(duckdb_string_t_length(strings[row]))
      guard length > 0, let bytes = duckdb_string_t_data(strings + row) else {
        builder.appendEmpty()
        continue
      }
      bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
        builder.append(UnsafeBufferPointer(start: $0, count: length))
      }
    }
  }

  @discardableResult
  package func write(_ step: SQLStep, to file: URL) throws -> Int {
    explain?(step)
    let sql =
      "COPY (\(step.select)\n) TO \(literal(file.path)) (FORMAT parquet, COMPRESSION snappy)"
    return try run(sql, step: step.name) { result in
      var copy = result
      return Int(duckdb_rows_changed(&copy))
    }
  }

  package func define(
    _ name: String, as files: [LakeFile], columns: [(name: String, type: String)]
  ) throws {
    var source: String
    if files.isEmpty {
      let empty = columns.map { "CAST(NULL AS \($0.type)) AS \(quoted($0.name))" }
      source = "SELECT \(empty.joined(separator: ", ")) WHERE false"
    } else {
      source = files.map { file in
        let constants = file.constants.map { ", \($0.sql) AS \(quoted($0.name))" }
        return "SELECT *\(constants.joined()) FROM read_parquet(\(literal(file.url.path)))"
      }.joined(separator: " UNION ALL BY NAME ")
    }
    try execute("CREATE OR REPLACE TEMP VIEW \(quoted(name)) AS \(source)")
  }

  private func run<Answer>(
    _ sql: String, step: String, _ body: (duckdb_result) throws -> Answer
  ) throws -> Answer {
    var result = duckdb_result()
    defer { duckdb_destroy_result(&result) }
    guard duckdb_query(connection, sql, &result) == DuckDBSuccess else {
      let message = duckdb_result_error(&result).map { String(cString: $0) } ?? "unknown reason"
      throw EngineError(step: step, message: Self.withoutValues(message))
    }
    return try body(result)
  }

  /// Errors about the statement or the machine are told whole. In all others DuckDB may tell a value, in quotes or bare: of those only the kind
  /// is told.
  static func withoutValues(_ message: String) -> String {
    let harmless = [
      "Parser Error", "Syntax Error", "Binder Error", "Catalog Error", "Not implemented Error",
      "IO Error", "Out of Memory Error", "Permission Error",
    ]
    guard !harmless.contains(where: message.hasPrefix) else { return message }
    let kind = message.prefix { $0.isLetter || $0 == " " }
    return kind.hasSuffix(" Error") ? String(kind) : "Error"
  }
}

/// Collects the chunks of a result into columns.
private struct DuckDBAnswerReader {
  private var names: [String] = []
  private var types: [duckdb_type] = []
  private var scales: [Int] = []
  private var columns: [QueryAnswer.Column] = []
  private var rows = 0

  init(result: duckdb_result) {
    var result = result
    for index in 0..<duckdb_column_count(&result) {
      names.append(duckdb_column_name(&result, index).map { String(cString: $0) } ?? "")
      let type = duckdb_column_type(&result, index)
      types.append(type)
      var scale = 0
      if type == DUCKDB_TYPE_DECIMAL {
        var logical = duckdb_column_logical_type(&result, index)
        scale = Int(duckdb_decimal_scale(logical))
        duckdb_destroy_logical_type(&logical)
      }
      scales.append(scale)
      switch type {
      case DUCKDB_TYPE_DOUBLE, DUCKDB_TYPE_FLOAT: columns.append(.doubles([]))
      case DUCKDB_TYPE_BOOLEAN: columns.append(.booleans([]))
      case DUCKDB_TYPE_DATE: columns.append(.dates([]))
      case DUCKDB_TYPE_TIMESTAMP: columns.append(.timestamps([]))
      case DUCKDB_TYPE_DECIMAL: columns.append(.decimals([], scale: scale))
      case DUCKDB_TYPE_VARCHAR: columns.append(.texts([]))
      default: columns.append(.integers([]))
      }
    }
  }

  /// Takes each column out while it grows, so that nothing is copied twice.
  mutating func append(_ chunk: duckdb_data_chunk) {
    let size = Int(duckdb_data_chunk_get_size(chunk))
    rows += size
    for index in columns.indices {
      let vector = duckdb_data_chunk_get_vector(chunk, idx_t(index))
      guard let data = duckdb_vector_get_data(vector) else { continue }
      let validity = duckdb_vector_get_validity(vector)
      func values<Stored, Value>(
        _ stored: Stored.Type, _ convert: (UnsafeMutablePointer<Stored>) -> Value
      ) -> [Value?] {
        let base = data.assumingMemoryBound(to: stored)
        return (0..<size).map { row in
          if let validity, !duckdb_validity_row_is_valid(validity, idx_t(row)) { return nil }
          return convert(base + row)
        }
      }
      switch columns[index] {
      case .integers(var old):
        columns[index] = .integers([])
        let new: [Int64?] =
          switch types[index] {
          case DUCKDB_TYPE_BIGINT: values(Int64.self) { $0.pointee }
          case DUCKDB_TYPE_INTEGER: values(Int32.self) { Int64($0.pointee) }
          case DUCKDB_TYPE_SMALLINT: values(Int16.self) { Int64($0.pointee) }
          case DUCKDB_TYPE_TINYINT: values(Int8.self) { Int64($0.pointee) }
          case DUCKDB_TYPE_UBIGINT: values(UInt64.self) { Int64(truncatingIfNeeded: $0.pointee) }
          case DUCKDB_TYPE_UINTEGER: values(UInt32.self) { Int64($0.pointee) }
          case DUCKDB_TYPE_HUGEINT:
            values(duckdb_hugeint.self) { Int64(truncatingIfNeeded: $0.pointee.lower) }
          default: Array(repeating: nil, count: size)
          }
        old += new
        columns[index] = .integers(old)
      case .doubles(var old):
        columns[index] = .doubles([])
        old += values(Double.self) { $0.pointee }
        columns[index] = .doubles(old)
      case .booleans(var old):
        columns[index] = .booleans([])
        old += values(Bool.self) { $0.pointee }
        columns[index] = .booleans(old)
      case .dates(var old):
        columns[index] = .dates([])
        old += values(Int32.self) { $0.pointee }
        columns[index] = .dates(old)
      case .timestamps(var old):
        columns[index] = .timestamps([])
        old += values(Int64.self) { $0.pointee }
        columns[index] = .timestamps(old)
      case .decimals(var old, let scale):
        columns[index] = .decimals([], scale: scale)
        var logical = duckdb_vector_get_column_type(vector)
        let internalType = duckdb_decimal_internal_type(logical)
        duckdb_destroy_logical_type(&logical)
        let new: [Int64?] =
          switch internalType {
          case DUCKDB_TYPE_SMALLINT: values(Int16.self) { Int64($0.pointee) }
          case DUCKDB_TYPE_INTEGER: values(Int32.self) { Int64($0.pointee) }
          case DUCKDB_TYPE_BIGINT: values(Int64.self) { $0.pointee }
          default: values(duckdb_hugeint.self) { Int64(truncatingIfNeeded: $0.pointee.lower) }
          }
        old += new
        columns[index] = .decimals(old, scale: scale)
      case .texts(var old):
        columns[index] = .texts([])
        let new = values(duckdb_string_t.self) { pointer in
          let length = Int(duckdb_string_t_length(pointer.pointee))
          guard let bytes = duckdb_string_t_data(pointer) else { return "" }
          return bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
          }
        }
        old += new
        columns[index] = .texts(old)
      }
    }
  }

  consuming func finish() -> QueryAnswer {
    QueryAnswer(names: names, columns: columns, rowCount: rows)
  }
}
