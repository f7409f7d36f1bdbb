/// Figures of sensitive cells replaced by the nearest that are safe, and others changed as little as it takes for all sums to add up: controlled tabular
/// adjustment (Dandekar and Cox 2002; Castro 2006).
///
/// An integer program decides which sensitive cell goes up and which goes down. Nobody can tell which figures are true.
package struct ControlledAdjustment: Sendable {
  /// By cell, as it is published.
  package let values: [Int]

  /// Cells of a table that can be solved.
  package static let most = 20_000

  /// - Parameters:
  ///   - table: what is to be published.
  ///   - sensitive: what must not be known.
  ///   - worth: what a change of one costs in each cell, not negative.
  /// - Throws: `DisclosureError` when the table is too large, or no adjustment is found.
  package init(
    _ table: CellTable, sensitive: [SensitiveCell], worth: [Double]
  ) throws(DisclosureError) {
    guard table.cellCount <= Self.most else {
      throw DisclosureError(
        .shape, "\(table.cellCount) cells are too many to adjust, which takes \(Self.most)")
    }
    let largest = (0..<table.cellCount).reduce(0) { max($0, table.magnitude(of: $1)) }
    guard max(largest, sensitive.reduce(0) { max($0, $1.up) }) < 1 << 43 else {
      throw DisclosureError(
        .measure,
        "figures are too large to be adjusted together: use larger units, or fewer decimals")
    }
    let count = table.cellCount
    var needs: [Int: SensitiveCell] = [:]
    for one in sensitive { needs[one.cell] = one }
    let far = sensitive.reduce(1e9) { max($0, 64 * Double($1.up)) }
    func room(_ cell: Int) -> Double { table.hasNegative ? far : Double(table.values[cell]) }
    // First what each rises, then what it falls.
    var program = IntegerProgram()
    for cell in 0..<count {
      program.addColumn(0, table.isEmpty(cell) ? 0 : far, cost: worth[cell])
    }
    for cell in 0..<count {
      program.addColumn(0, table.isEmpty(cell) ? 0 : room(cell), cost: worth[cell])
    }
    table.sums.forEachEquation { terms, _ in
      program.addRow(
        terms.map { ($0.cell, Double($0.factor)) }
          + terms.map { (count + $0.cell, -Double($0.factor)) }, .equal, 0)
    }
    for cell in needs.keys.sorted() {
      guard let one = needs[cell] else { continue }
      let choice = program.addColumn(0, 1, cost: 0)
      // No rise is so large; the smaller this is, the surer the solver.
      let most = 4 * Double(max(1, one.up)) + Double(table.magnitude(of: cell))
      // Up by what it needs, and not down; or the other way round. Who cannot fall by as much rises.
      let down = Double(max(1, one.down))
      let canFall = one.down > 0 && room(cell) >= down && one.down >= one.up
      program.addRow([(cell, 1), (choice, -Double(max(1, one.up)))], .atLeast, 0)
      program.addRow([(cell, 1), (choice, -most)], .atMost, 0)
      program.addRow([(count + cell, 1), (choice, room(cell))], .atMost, room(cell))
      program.addRow([(count + cell, 1), (choice, down)], .atLeast, down)
      if !canFall { program.addRow([(choice, 1)], .atLeast, 1) }
    }
    guard let solution = program.solved(nodes: 20_000, gap: 0.01) else {
      throw DisclosureError(.shape, "no adjustment keeps all sums")
    }
    let values = (0..<count).map { cell in
      table.values[cell] + Int(solution[cell] - solution[count + cell])
    }
    var isSum = true
    table.sums.forEachEquation { terms, constant in
      if terms.reduce(0, { $0 + $1.factor * values[$1.cell] }) != constant { isSum = false }
    }
    let isSafe = sensitive.allSatisfy { one in
      let change = values[one.cell] - table.values[one.cell]
      return change >= max(1, one.up) || (one.down > 0 && -change >= one.down)
    }
    guard isSum, isSafe else { throw DisclosureError(.shape, "no adjustment was found in time") }
    self.values = values
  }
}
