/// A change of a table that keeps every sum: added to the true values, any number of times, it gives a table that could be true as well.
///
/// Whoever knows only cells that it does not change cannot rule that table out, as far as no amount becomes negative. It is the proof that the cells
/// that it changes are uncertain, and is checked without any solver.
package struct Circuit: Sendable, Hashable {
  /// Ascending.
  package var cells: [Int32]
  /// By cell: what one step changes there; never zero.
  package var steps: [Int]

  package init(cells: [Int32], steps: [Int]) {
    self.cells = cells
    self.steps = steps
  }

  /// In any order, cells that occur twice added up.
  package init(_ changes: [(cell: Int32, step: Int)]) {
    cells = []
    steps = []
    for change in changes.sorted(by: { $0.cell < $1.cell }) {
      if cells.last == change.cell {
        steps[steps.count - 1] += change.step
        if steps[steps.count - 1] == 0 {
          cells.removeLast()
          steps.removeLast()
        }
      } else if change.step != 0 {
        cells.append(change.cell)
        steps.append(change.step)
      }
    }
  }

  /// The same the other way.
  var reversed: Circuit { Circuit(cells: cells, steps: steps.map { -$0 }) }

  /// What one step changes in a cell.
  package func step(of cell: Int) -> Int {
    var (low, high) = (0, cells.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(cells[middle]) < cell { low = middle + 1 } else { high = middle }
    }
    return low < cells.count && Int(cells[low]) == cell ? steps[low] : 0
  }

  /// This one and another, so many of each that a cell stays as it is; nil when nothing is left, or what is left is too long or too large to use.
  func combined(with other: Circuit, keeping cell: Int, atMost length: Int) -> Circuit? {
    let (a, b) = (step(of: cell), other.step(of: cell))
    var result = Circuit(cells: [], steps: [])
    result.cells.reserveCapacity(cells.count + other.cells.count)
    var divisor = 0
    var (i, j) = (0, 0)
    while i < cells.count || j < other.cells.count {
      let one = i < cells.count ? cells[i] : .max
      let two = j < other.cells.count ? other.cells[j] : .max
      var step = 0
      if one <= two {
        step += steps[i] * b
        i += 1
      }
      if two <= one {
        step -= other.steps[j] * a
        j += 1
      }
      if step != 0 {
        result.cells.append(min(one, two))
        result.steps.append(step)
        divisor = Self.greatestDivisor(divisor, step)
      }
    }
    guard !result.cells.isEmpty, result.cells.count <= length else { return nil }
    if divisor > 1 {
      for place in result.steps.indices { result.steps[place] /= divisor }
    }
    return result.steps.allSatisfy({ abs($0) < 1 << 20 }) ? result : nil
  }

  static func greatestDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
