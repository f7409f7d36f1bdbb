import CDuckDB
import InformationModel

/// Typed columns in memory, ready for an engine. Rows are those of `rows`, in that order.
package struct ContentTable: Sendable {
  package enum Values: Sendable {
    case texts(ByteStrings)
    case integers([Int64])
    case decimals([Int64], scale: Int)
    /// Days since 1970-01-01.
    case dates([Int32])
    /// Microseconds since 1970-01-01 00:00, local time of the source.
    case timestamps([Int64])
    case booleans([Bool])
  }

  /// One value per distinct delivered value, and per row which one.
  package struct Column: Sendable {
    package var name: String
    package var codes: [UInt32]
    package var values: Values
    /// By code: there is no value.
    package var isNull: [Bool]

    package init(name: String, codes: [UInt32], values: Values, isNull: [Bool]) {
      self.name = name
      self.codes = codes
      self.values = values
      self.isNull = isNull
    }

    package var sqlType: String {
      switch values {
      case .texts: "VARCHAR"
      case .integers: "BIGINT"
      case .decimals(_, let scale): "DECIMAL(18,\(scale))"
      case .dates: "DATE"
      case .timestamps: "TIMESTAMP"
      case .booleans: "BOOLEAN"
      }
    }

    /// The day of a date or a moment; nil for no value and for other columns.
    package func date(at row: Int) -> CalendarDate? {
      let code = Int(codes[row])
      guard !isNull[code] else { return nil }
      switch values {
      case .dates(let days): return CalendarDate(daysSinceEpoch: days[code])
      case .timestamps(let moments):
        return CalendarDate(
          daysSinceEpoch: Int32((Double(moments[code]) / 86_400_000_000).rounded(.down)))
      case .texts, .integers, .decimals, .booleans: return nil
      }
    }
  }

  package var columns: [Column]
  /// Which rows of the columns belong to the table, from 0, ascending. `_row` is this number plus one.
  package var rows: [Int32]

  package init(columns: [Column], rows: [Int32]) {
    self.columns = columns
    self.rows = rows
  }

  package var rowCount: Int { rows.count }

  /// Names and SQL types of all columns, the platform's own included.
  package var schema: [(name: String, type: String)] {
    columns.map { ($0.name, $0.sqlType) } + [("_row", "BIGINT")]
  }
}

extension DuckDBEngine {
  package func load(_ table: ContentTable, as name: String) throws {
    let columns = table.schema.map { "\(quoted($0.name)) \($0.type)" }
    try execute(
      "CREATE OR REPLACE TEMP TABLE \(quoted(name)) (\(columns.joined(separator: ", ")))")
    try withConnection { connection in
      var appender: duckdb_appender?
      guard
        duckdb_appender_create_ext(connection, "temp", nil, name, &appender) == DuckDBSuccess
      else {
        throw EngineError(step: "load \(name)", message: "no appender could be made")
      }
      defer { duckdb_appender_destroy(&appender) }
      try ChunkWriter(table: table).append(to: appender, name: name)
      guard duckdb_appender_close(appender) == DuckDBSuccess else {
        throw EngineError(step: "load \(name)", message: "the rows could not be stored")
      }
    }
  }
}

/// Copies a table into DuckDB's own vectors, 2,048 rows at a time.
private struct ChunkWriter {
  let table: ContentTable

  func append(to appender: duckdb_appender?, name: String) throws {
    var types = table.columns.map { Self.logicalType(of: $0.values) }
    types.append(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT))
    defer { for index in types.indices { duckdb_destroy_logical_type(&types[index]) } }
    let size = Int(duckdb_vector_size())
    var chunk = duckdb_create_data_chunk(&types, idx_t(types.count))
    defer { duckdb_destroy_data_chunk(&chunk) }
    var start = 0
    while start < table.rows.count {
      let rows = table.rows[start..<min(start + size, table.rows.count)]
      duckdb_data_chunk_reset(chunk)
      for (index, column) in table.columns.enumerated() {
        fill(duckdb_data_chunk_get_vector(chunk, idx_t(index)), from: column, rows: rows)
      }
      let numbers = duckdb_data_chunk_get_vector(chunk, idx_t(table.columns.count))
      if let data = duckdb_vector_get_data(numbers)?.assumingMemoryBound(to: Int64.self) {
        for (position, row) in rows.enumerated() { data[position] = Int64(row) + 1 }
      }
      duckdb_data_chunk_set_size(chunk, idx_t(rows.count))
      guard duckdb_append_data_chunk(appender, chunk) == DuckDBSuccess else {
        throw EngineError(step: "load \(name)", message: "rows could not be appended")
      }
      start += size
    }
  }

  private static func logicalType(of values: ContentTable.Values) -> duckdb_logical_type? {
    switch values {
    case .texts: duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
    case .integers: duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)
    case .decimals(_, let scale): duckdb_create_decimal_type(18, UInt8(scale))
    case .dates: duckdb_create_logical_type(DUCKDB_TYPE_DATE)
    case .timestamps: duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP)
    case .booleans: duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)
    }
  }

  @inline(__always)
  private static func assign(
    _ bytes: UnsafeBufferPointer<UInt8>, to vector: duckdb_vector?, at position: Int
  ) {
    guard let base = bytes.baseAddress else {
      duckdb_unsafe_vector_assign_string_element_len(vector, idx_t(position), "", 0)
      return
    }
    base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
      duckdb_unsafe_vector_assign_string_element_len(
        vector, idx_t(position), $0, idx_t(bytes.count))
    }
  }

  private func fill(
    _ vector: duckdb_vector?, from column: ContentTable.Column, rows: ArraySlice<Int32>
  ) {
    duckdb_vector_ensure_validity_writable(vector)
    let validity = duckdb_vector_get_validity(vector)
    guard let data = duckdb_vector_get_data(vector) else { return }
    func fixed<Value>(_ values: [Value], _ type: Value.Type) {
      let target = data.assumingMemoryBound(to: type)
      for (position, row) in rows.enumerated() {
        let code = Int(column.codes[Int(row)])
        if column.isNull[code] {
          duckdb_validity_set_row_invalid(validity, idx_t(position))
        } else {
          target[position] = values[code]
        }
      }
    }
    switch column.values {
    case .integers(let values): fixed(values, Int64.self)
    case .decimals(let values, _): fixed(values, Int64.self)
    case .dates(let values): fixed(values, Int32.self)
    case .timestamps(let values): fixed(values, Int64.self)
    case .booleans(let values): fixed(values, Bool.self)
    case .texts(let values):
      values.bytes.withUnsafeBufferPointer { bytes in
        for (position, row) in rows.enumerated() {
          let code = Int(column.codes[Int(row)])
          if column.isNull[code] {
            duckdb_validity_set_row_invalid(validity, idx_t(position))
          } else {
            let range = values.offsets[code]..<values.offsets[code + 1]
            Self.assign(UnsafeBufferPointer(rebasing: bytes[range]), to: vector, at: position)
          }
        }
      }
    }
  }
}
