import CDuckDB
import Warehouse

/// The functions that the generator adds to DuckDB: `draw`, `normal` and, for its own use,
/// `row_identity`.
enum ScalarFunctions {
  static func register(in engine: DuckDBEngine, hash: StableHash) throws {
    let seed = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    seed.initialize(to: hash.seedState)
    try add(
      "draw", to: engine, parameters: [DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_BIGINT],
      result: DUCKDB_TYPE_DOUBLE, seed: seed, function: drawCallback)
    try add(
      "normal", to: engine, parameters: [DUCKDB_TYPE_DOUBLE], result: DUCKDB_TYPE_DOUBLE,
      function: normalCallback)
    try add(
      "row_identity", to: engine, parameters: [DUCKDB_TYPE_VARCHAR], result: DUCKDB_TYPE_BIGINT,
      function: identityCallback)
  }

  private static func add(
    _ name: String, to engine: DuckDBEngine, parameters: [duckdb_type], result: duckdb_type,
    seed: UnsafeMutablePointer<UInt64>? = nil,
    function:
      @escaping @convention(c) (
        duckdb_function_info?, duckdb_data_chunk?, duckdb_vector?
      ) -> Void
  ) throws {
    var scalar = duckdb_create_scalar_function()
    defer { duckdb_destroy_scalar_function(&scalar) }
    duckdb_scalar_function_set_name(scalar, name)
    for parameter in parameters {
      var type = duckdb_create_logical_type(parameter)
      duckdb_scalar_function_add_parameter(scalar, type)
      duckdb_destroy_logical_type(&type)
    }
    var type = duckdb_create_logical_type(result)
    duckdb_scalar_function_set_return_type(scalar, type)
    duckdb_destroy_logical_type(&type)
    if let seed {
      duckdb_scalar_function_set_extra_info(scalar, seed) { $0?.deallocate() }
    }
    duckdb_scalar_function_set_function(scalar, function)
    let state = engine.withConnection { duckdb_register_scalar_function($0, scalar) }
    guard state == DuckDBSuccess else {
      throw EngineError(step: "open", message: "the function \(name) could not be added")
    }
  }
}

/// The bytes of a string in a vector; strings up to 12 bytes lie in the vector itself.
@inline(__always)
func bytes(of vector: UnsafeMutableRawPointer, at row: Int) -> UnsafeBufferPointer<UInt8> {
  let place = vector + row &* 16
  let length = Int(place.load(as: UInt32.self))
  if length <= 12 {
    return UnsafeBufferPointer(
      start: UnsafePointer((place + 4).assumingMemoryBound(to: UInt8.self)), count: length)
  }
  return UnsafeBufferPointer(
    start: (place + 8).load(as: UnsafePointer<UInt8>.self), count: length)
}

@inline(__always)
private func isValid(_ validity: UnsafeMutablePointer<UInt64>?, _ row: Int) -> Bool {
  guard let validity else { return true }
  return (validity[row &>> 6] &>> UInt64(row & 63)) & 1 == 1
}

/// Marks the rows that have a NULL input; nil when there is none.
private func nullMarker(_ output: duckdb_vector?, _ inputs: [UnsafeMutablePointer<UInt64>?])
  -> UnsafeMutablePointer<UInt64>?
{
  guard inputs.contains(where: { $0 != nil }) else { return nil }
  duckdb_vector_ensure_validity_writable(output)
  return duckdb_vector_get_validity(output)
}

private func drawCallback(
  info: duckdb_function_info?, input: duckdb_data_chunk?, output: duckdb_vector?
) {
  let size = Int(duckdb_data_chunk_get_size(input))
  let names = duckdb_data_chunk_get_vector(input, 0)
  let ids = duckdb_data_chunk_get_vector(input, 1)
  guard let nameData = duckdb_vector_get_data(names),
    let idData = duckdb_vector_get_data(ids)?.assumingMemoryBound(to: Int64.self),
    let target = duckdb_vector_get_data(output)?.assumingMemoryBound(to: Double.self),
    let seed = duckdb_scalar_function_get_extra_info(info)?.assumingMemoryBound(to: UInt64.self)
  else { return }
  let nameValidity = duckdb_vector_get_validity(names)
  let idValidity = duckdb_vector_get_validity(ids)
  let marker = nullMarker(output, [nameValidity, idValidity])
  var last: (UInt64, UInt64) = (0, 0)
  var stream: UInt64 = 0
  var hasStream = false
  for row in 0..<size {
    guard isValid(nameValidity, row), isValid(idValidity, row) else {
      duckdb_validity_set_row_invalid(marker, idx_t(row))
      continue
    }
    let words = (nameData + row &* 16).assumingMemoryBound(to: UInt64.self)
    if !hasStream || words[0] != last.0 || words[1] != last.1 {
      last = (words[0], words[1])
      stream = StableHash.mix(seed.pointee ^ StableHash.fnv(bytes(of: nameData, at: row)))
      hasStream = true
    }
    target[row] = StableHash.unit(StableHash.bits(stream: stream, id: idData[row]))
  }
}

private func normalCallback(
  info: duckdb_function_info?, input: duckdb_data_chunk?, output: duckdb_vector?
) {
  let size = Int(duckdb_data_chunk_get_size(input))
  let values = duckdb_data_chunk_get_vector(input, 0)
  guard let data = duckdb_vector_get_data(values)?.assumingMemoryBound(to: Double.self),
    let target = duckdb_vector_get_data(output)?.assumingMemoryBound(to: Double.self)
  else { return }
  let validity = duckdb_vector_get_validity(values)
  let marker = nullMarker(output, [validity])
  for row in 0..<size {
    if isValid(validity, row) {
      target[row] = NormalQuantile.value(data[row])
    } else {
      duckdb_validity_set_row_invalid(marker, idx_t(row))
    }
  }
}

private func identityCallback(
  info: duckdb_function_info?, input: duckdb_data_chunk?, output: duckdb_vector?
) {
  let size = Int(duckdb_data_chunk_get_size(input))
  let texts = duckdb_data_chunk_get_vector(input, 0)
  guard let data = duckdb_vector_get_data(texts),
    let target = duckdb_vector_get_data(output)?.assumingMemoryBound(to: Int64.self)
  else { return }
  let validity = duckdb_vector_get_validity(texts)
  let marker = nullMarker(output, [validity])
  for row in 0..<size {
    if isValid(validity, row) {
      target[row] = StableHash.identity(bytes(of: data, at: row))
    } else {
      duckdb_validity_set_row_invalid(marker, idx_t(row))
    }
  }
}
