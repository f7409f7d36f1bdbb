import CCbc
import Foundation

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
  ///   - seconds: how long it may take; then the best so far is taken.
  /// - Throws: `DisclosureError` when the table is too large, or no adjustment is found.
  package init(
    _ table: CellTable, sensitive: [SensitiveCell], worth: [Double], seconds: Int = 60
  ) throws(DisclosureError) {
    guard table.cellCount <= Self.most else {
      throw DisclosureError(
        .shape, "\(table.cellCount) cells are too many to adjust, which takes \(Self.most)")
    }
    let count = table.cellCount
    guard let model = Cbc_newModel() else {
      throw DisclosureError(.shape, "the solver does not start")
    }
    defer { Cbc_deleteModel(model) }
    Cbc_setLogLevel(model, 0)
    Cbc_setParameter(model, "seconds", "\(seconds)")
    Cbc_setParameter(model, "ratioGap", "0.01")
    var needs: [Int: SensitiveCell] = [:]
    for one in sensitive { needs[one.cell] = one }
    let far = sensitive.reduce(1e9) { max($0, 64 * Double($1.up)) }
    // What rises, what falls; both whole.
    for cell in 0..<count {
      let isEmpty = table.isEmpty(cell)
      Cbc_addCol(
        model, "u\(cell)", 0, isEmpty ? 0 : far, worth[cell], 1, 0, nil, nil)
    }
    for cell in 0..<count {
      let room = table.hasNegative ? far : Double(table.values[cell])
      Cbc_addCol(
        model, "d\(cell)", 0, table.isEmpty(cell) ? 0 : room, worth[cell], 1, 0, nil, nil)
    }
    var row = 0
    func add(_ columns: [Int], _ factors: [Double], _ sense: Character, _ value: Double) {
      Cbc_addRow(
        model, "r\(row)", Int32(columns.count), columns.map { Int32($0) }, factors,
        CChar(sense.asciiValue ?? 69), value)
      row += 1
    }
    table.sums.forEachEquation { terms, _ in
      add(
        terms.map(\.cell) + terms.map { count + $0.cell },
        terms.map { Double($0.factor) } + terms.map { -Double($0.factor) }, "E", 0)
    }
    let ordered = needs.keys.sorted()
    for (number, cell) in ordered.enumerated() {
      guard let one = needs[cell] else { continue }
      let choice = 2 * count + number
      Cbc_addCol(model, "b\(cell)", 0, 1, 0, 1, 0, nil, nil)
      // No rise is so large; the smaller this is, the surer the solver.
      let most = 4 * Double(max(1, one.up)) + Double(table.magnitude(of: cell))
      let room = table.hasNegative ? most : Double(table.values[cell])
      // Up by what it needs, and not down; or the other way round. Who cannot fall by as much rises.
      let down = Double(max(1, one.down))
      let canFall = one.down > 0 && room >= down && one.down >= one.up
      add([cell, choice], [1, -Double(max(1, one.up))], "G", 0)
      add([cell, choice], [1, -most], "L", 0)
      add([count + cell, choice], [1, room], "L", room)
      add([count + cell, choice], [1, down], "G", down)
      if !canFall { add([choice], [1], "G", 1) }
    }
    Cbc_solve(model)
    guard Cbc_isProvenInfeasible(model) == 0, let solution = Cbc_getColSolution(model),
      Cbc_getObjValue(model) < 1e40
    else { throw DisclosureError(.shape, "no adjustment keeps all sums") }
    let values = (0..<count).map { cell in
      table.values[cell] + Int((solution[cell] - solution[count + cell]).rounded())
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
