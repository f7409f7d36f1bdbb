import InformationModel

/// What an attacker with linear programs finds of the hidden cells of a table: the smallest and the largest value of each that agrees with all that
/// is published, every sum, and that no amount is negative.
///
/// Slow and independent of how a pattern was made: it knows nothing of circuits.
package struct IntervalAttack {
  /// Hidden cells that have to do with each other, each the unknown of a program.
  private struct Part {
    var cells: [Int] = []
    var rows: [(terms: [(column: Int, factor: Double)], value: Double)] = []
  }

  private let parts: [Part]
  /// By hidden cell: its part and its column there.
  private let places: [Int: (part: Int, column: Int)]
  private let hasNegative: Bool
  private var programs: [Int: LinearProgram] = [:]

  /// - Parameters:
  ///   - table: the true table; of hidden cells only the place is used.
  ///   - isHidden: by cell.
  package init(_ table: CellTable, isHidden: [Bool]) {
    hasNegative = table.hasNegative
    var leaders = DisjointCells(table.cellCount)
    var sums: [(cells: [(cell: Int, factor: Double)], value: Double)] = []
    table.sums.forEachEquation { terms, constant in
      var hidden: [(cell: Int, factor: Double)] = []
      var value = Double(constant)
      for (cell, factor) in terms {
        if isHidden[cell] {
          hidden.append((cell, Double(factor)))
        } else {
          value -= Double(factor) * Double(table.values[cell])
        }
      }
      guard let first = hidden.first else { return }
      for other in hidden { leaders.join(other.cell, first.cell) }
      sums.append((hidden, value))
    }
    var parts: [Part] = []
    var numbers: [Int: Int] = [:]
    var places: [Int: (part: Int, column: Int)] = [:]
    for cell in isHidden.indices where isHidden[cell] {
      let root = leaders.find(cell)
      let number = numbers[root] ?? parts.count
      if number == parts.count {
        numbers[root] = number
        parts.append(Part())
      }
      places[cell] = (number, parts[number].cells.count)
      parts[number].cells.append(cell)
    }
    for sum in sums {
      guard let part = places[sum.cells[0].cell]?.part else { continue }
      parts[part].rows.append(
        (sum.cells.map { (places[$0.cell]?.column ?? 0, $0.factor) }, sum.value))
    }
    self.parts = parts
    self.places = places
  }

  /// The range of a hidden cell for the attacker; nil for a published one. Infinite where nothing bounds it.
  package mutating func interval(of cell: Int) -> (lower: Double, upper: Double)? {
    guard let (part, column) = places[cell] else { return nil }
    let program: LinearProgram
    if let known = programs[part] {
      program = known
    } else {
      program = LinearProgram(
        columnCount: parts[part].cells.count, rows: parts[part].rows, isBounded: !hasNegative)
      programs[part] = program
    }
    return (
      program.extreme(of: [column], largest: false), program.extreme(of: [column], largest: true)
    )
  }
}
