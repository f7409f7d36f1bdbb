import CClp

/// Non-negative variables whose given sums are known, for Clp (Forrest and others, COIN-OR). Owns one model; not for two threads at once.
package final class LinearProgram {
  private let model: UnsafeMutableRawPointer
  private let columnCount: Int
  private let isEmpty: Bool

  package convenience init(columnCount: Int, rows: [(columns: [Int], value: Double)]) {
    self.init(
      columnCount: columnCount,
      rows: rows.map { (terms: $0.columns.map { ($0, 1) }, value: $0.value) })
  }

  /// Rows are sums of columns times factors; without bounds variables may be negative.
  package init(
    columnCount: Int, rows: [(terms: [(column: Int, factor: Double)], value: Double)],
    isBounded: Bool = true
  ) {
    self.columnCount = columnCount
    isEmpty = rows.isEmpty
    model = Clp_newModel()
    Clp_setLogLevel(model, 0)
    Clp_resize(model, 0, Int32(columnCount))
    Clp_chgColumnLower(
      model, [Double](repeating: isBounded ? 0 : -.greatestFiniteMagnitude, count: columnCount))
    Clp_chgColumnUpper(model, [Double](repeating: .greatestFiniteMagnitude, count: columnCount))
    var starts: [Int32] = [0]
    var columns: [Int32] = []
    for row in rows {
      columns += row.terms.map { Int32($0.column) }
      starts.append(Int32(columns.count))
    }
    let values = rows.map(\.value)
    let factors = rows.flatMap { $0.terms.map(\.factor) }
    Clp_addRows(model, Int32(rows.count), values, values, starts, columns, factors)
  }

  deinit {
    Clp_deleteModel(model)
  }

  /// Smallest or largest sum of some variables.
  package func extreme(of columns: [Int], largest: Bool) -> Double {
    if columns.isEmpty { return 0 }
    // Clp wants at least one row.
    if isEmpty { return largest ? .infinity : 0 }
    var objective = [Double](repeating: 0, count: columnCount)
    for column in columns { objective[column] = 1 }
    Clp_chgObjCoefficients(model, objective)
    Clp_setOptimizationDirection(model, largest ? -1 : 1)
    Clp_primal(model, 0)
    switch Clp_status(model) {
    case 0: return Clp_objectiveValue(model)
    case 2: return largest ? .infinity : -.infinity
    default: return .nan
    }
  }
}
