import CCbc
import Synchronization

/// Whole numbers between bounds, sums of which are given or bounded, and of which a sum is to be small, for Cbc (Forrest and others, COIN-OR).
///
/// Cbc keeps its settings in one place for a whole process: one program is solved at a time.
struct IntegerProgram {
  enum Sense: UInt8 {
    case equal = 69
    case atLeast = 71
    case atMost = 76
  }

  private static let turn = Mutex(())

  private var columns: [(lower: Double, upper: Double, cost: Double)] = []
  private var rows: [(terms: [(column: Int, factor: Double)], sense: Sense, value: Double)] = []

  /// Adds a number.
  ///
  /// - Parameters:
  ///   - lower: the least that it may be.
  ///   - upper: the most.
  ///   - cost: what one costs.
  /// - Returns: its place among the numbers.
  @discardableResult
  mutating func addColumn(_ lower: Double, _ upper: Double, cost: Double) -> Int {
    columns.append((lower, upper, cost))
    return columns.count - 1
  }

  mutating func addRow(
    _ terms: [(column: Int, factor: Double)], _ sense: Sense, _ value: Double
  ) {
    rows.append((terms, sense, value))
  }

  /// Beyond this Cbc ends the process on numbers that it can no longer tell apart.
  private static let largest = 1e13

  private var isInRange: Bool {
    func isSmall(_ number: Double) -> Bool { abs(number) <= Self.largest }
    return columns.allSatisfy { isSmall($0.lower) && isSmall($0.upper) && isSmall($0.cost) }
      && rows.allSatisfy { row in
        isSmall(row.value) && row.terms.allSatisfy { isSmall($0.factor) }
      }
  }

  /// The best numbers, or with a gap such as are nearly so; nil when there are none, none were found in so many steps of the search, or the numbers are too large.
  ///
  /// A limit of steps and not of time: the outcome is the same on every machine.
  func solved(nodes: Int, gap: Double = 0) -> [Double]? {
    guard isInRange else { return nil }
    return Self.turn.withLock { _ in
      guard let model = Cbc_newModel() else { return nil }
      defer { Cbc_deleteModel(model) }
      Cbc_setLogLevel(model, 0)
      Cbc_setParameter(model, "maxNodes", "\(nodes)")
      Cbc_setParameter(model, "ratioGap", "\(gap)")
      for (number, column) in columns.enumerated() {
        Cbc_addCol(
          model, "c\(number)", column.lower, column.upper, column.cost, 1, 0, nil, nil)
      }
      for (number, row) in rows.enumerated() {
        Cbc_addRow(
          model, "r\(number)", Int32(row.terms.count), row.terms.map { Int32($0.column) },
          row.terms.map(\.factor), CChar(row.sense.rawValue), row.value)
      }
      Cbc_solve(model)
      guard Cbc_isProvenInfeasible(model) == 0, Cbc_getObjValue(model) < 1e40,
        Cbc_isProvenOptimal(model) != 0 || gap > 0,
        let solution = Cbc_getColSolution(model)
      else { return nil }
      return columns.indices.map { solution[$0].rounded() }
    }
  }
}
