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
    try stream(sql, step: step) { chunk, width in
      guard let chunk else { return }
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
  }
}
