import CDuckDB
import Warehouse

/// Up to 2,048 rows of a result, column by column, as they lie in DuckDB's memory.
struct Chunk {
  struct Column {
    var data: UnsafeMutableRawPointer
    var validity: UnsafeMutablePointer<UInt64>?

    @inline(__always)
    func isNull(_ row: Int) -> Bool {
      guard let validity else { return false }
      return (validity[row &>> 6] &>> UInt64(row & 63)) & 1 == 0
    }

    @inline(__always)
    func int64(_ row: Int) -> Int64 { data.assumingMemoryBound(to: Int64.self)[row] }

    @inline(__always)
    func int64OrNil(_ row: Int) -> Int64? { isNull(row) ? nil : int64(row) }

    @inline(__always)
    func int32(_ row: Int) -> Int32 { data.assumingMemoryBound(to: Int32.self)[row] }

    @inline(__always)
    func boolean(_ row: Int) -> Bool { data.assumingMemoryBound(to: Bool.self)[row] }

    @inline(__always)
    func text(_ row: Int) -> UnsafeBufferPointer<UInt8> { bytes(of: data, at: row) }
  }

  var size: Int
  var columns: [Column]
}

extension DuckDBEngine {
  /// Runs a query and hands out its rows a chunk at a time, without ever holding all of them.
  func stream(_ sql: String, step: String, _ body: (Chunk) throws -> Void) throws {
    try withConnection { connection in
      var statement: duckdb_prepared_statement?
      defer { duckdb_destroy_prepare(&statement) }
      guard duckdb_prepare(connection, sql, &statement) == DuckDBSuccess else {
        let message = duckdb_prepare_error(statement).map { String(cString: $0) }
        throw EngineError(step: step, message: message ?? "unknown reason")
      }
      var pending: duckdb_pending_result?
      defer { duckdb_destroy_pending(&pending) }
      guard duckdb_pending_prepared_streaming(statement, &pending) == DuckDBSuccess else {
        let message = duckdb_pending_error(pending).map { String(cString: $0) }
        throw EngineError(step: step, message: message ?? "unknown reason")
      }
      var result = duckdb_result()
      defer { duckdb_destroy_result(&result) }
      guard duckdb_execute_pending(pending, &result) == DuckDBSuccess else {
        let message = duckdb_result_error(&result).map { String(cString: $0) }
        throw EngineError(step: step, message: message ?? "unknown reason")
      }
      let width = Int(duckdb_column_count(&result))
      while let chunk = duckdb_fetch_chunk(result) {
        var owned: duckdb_data_chunk? = chunk
        defer { duckdb_destroy_data_chunk(&owned) }
        var columns: [Chunk.Column] = []
        columns.reserveCapacity(width)
        for index in 0..<width {
          let vector = duckdb_data_chunk_get_vector(chunk, idx_t(index))
          guard let data = duckdb_vector_get_data(vector) else {
            throw EngineError(step: step, message: "a column of the answer has no data")
          }
          columns.append(.init(data: data, validity: duckdb_vector_get_validity(vector)))
        }
        try body(Chunk(size: Int(duckdb_data_chunk_get_size(chunk)), columns: columns))
      }
      if let message = duckdb_result_error(&result) {
        throw EngineError(step: step, message: String(cString: message))
      }
    }
  }
}
