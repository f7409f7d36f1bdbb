import ChainPack
import Warehouse

/// Values of a column as written, with the persons they are of, for faults that take another row's
/// value.
struct ValuePool {
  struct Value {
    var person: Int64?
    var text: [UInt8]
    /// Of a date column.
    var days: Int32?
  }

  private(set) var values: [Int: [Value]] = [:]

  init(engine: DuckDBEngine, plan: RowPlan, writers: [CellWriter]) throws {
    var columns = Set<Int>()
    for fault in plan.faults where fault.kind.needsPool { columns.formUnion(fault.columns) }
    for index in columns.sorted() {
      let column = plan.contract.columns[index]
      guard writers[index].source >= 0 else { continue }
      let writer = try CellWriter(column, of: plan.contract, source: 1)
      let buffer = ByteBuffer(capacity: 256)
      var found: [Value] = []
      let query = plan.poolQuery(
        column: column, stream: "pool/\(plan.contract.name)/\(column.name)")
      try engine.stream(query, step: "values of \(plan.contract.name)") { chunk in
        for row in 0..<chunk.size {
          buffer.clear()
          writer.append(chunk, row, mutation: 0, known: 0, to: buffer)
          found.append(
            Value(
              person: chunk.columns[0].int64OrNil(row),
              text: buffer.array, days: writer.moment(chunk, row)?.days))
        }
      }
      values[index] = found
    }
  }

  /// Another value than this one; of another person and not of a later day where that is asked.
  func other(
    _ column: Int, than text: [UInt8], person: Int64?, notAfter day: Int32?, dice: inout Dice
  ) -> [UInt8]? {
    guard let values = values[column], !values.isEmpty else { return nil }
    for _ in 0..<64 {
      let value = values[dice.index(values.count)]
      guard value.text != text else { continue }
      if let person, value.person == person { continue }
      if let day, let days = value.days, days > day { continue }
      return value.text
    }
    return nil
  }
}
