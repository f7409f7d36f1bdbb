import DisclosureControl
import InformationModel

/// What an attacker with a linear program learns from the published cells of an additive measure.
///
/// He knows what is published, that a parent category is the sum of its children, and that nothing
/// is negative. For each hidden cell he asks for the smallest and the largest value that agrees
/// with all of it.
package struct LinearProgramAttack {
  /// Smallest and largest possible value of a cell; `upper` may be infinite.
  package struct Interval: Equatable, Sendable {
    package var lower: Double
    package var upper: Double

    package init(lower: Double, upper: Double) {
      self.lower = lower
      self.upper = upper
    }

    package var width: Double { upper - lower }
  }

  private let dimensions: [Dimension]
  private let index: CellIndex
  private let published: [Double?]
  /// Leaf cells that add up to each cell.
  private let leafCells: [[Int]]
  /// Top of the slice that each cell is in; slices share no sums.
  private let slices: [Int]

  /// Attacks one measure of a table that is about to be published.
  package init(_ table: ProtectedTable, measure: Int = 0) {
    self.init(dimensions: table.dimensions, published: table.values[measure])
  }

  /// Attacks published figures; nil where one is hidden.
  package init(dimensions: [Dimension], published: [Double?]) {
    self.dimensions = dimensions
    self.published = published
    index = CellIndex(dimensions)
    let children = dimensions.map(\.children)
    var leafCells: [[Int]] = []
    var slices: [Int] = []
    for cell in published.indices {
      let coordinates = index.coordinates(of: cell)
      var leaves = [0]
      var top = 0
      for (axis, category) in coordinates.enumerated() {
        var root = category
        while let parent = dimensions[axis].categories[root].parent { root = parent }
        top += root * index.strides[axis]
        var below = [category]
        while let inner = below.firstIndex(where: { !children[axis][$0].isEmpty }) {
          below.replaceSubrange(inner...inner, with: children[axis][below[inner]])
        }
        let stride = index.strides[axis]
        leaves = leaves.flatMap { leaf in below.map { leaf + $0 * stride } }
      }
      leafCells.append(leaves)
      slices.append(top)
    }
    self.leafCells = leafCells
    self.slices = slices
  }

  /// What the attacker finds for each hidden cell; nil for a published cell.
  package func intervals() -> [Interval?] {
    var intervals = [Interval?](repeating: nil, count: published.count)
    var cellsOfSlice: [Int: [Int]] = [:]
    for cell in published.indices { cellsOfSlice[slices[cell], default: []].append(cell) }
    for (_, cells) in cellsOfSlice where cells.contains(where: { published[$0] == nil }) {
      attack(cells, &intervals)
    }
    return intervals
  }

  private func attack(_ cells: [Int], _ intervals: inout [Interval?]) {
    var column: [Int: Int] = [:]
    for cell in cells where leafCells[cell] == [cell] && published[cell] == nil {
      column[cell] = column.count
    }
    // A published sum less its published parts is the sum of its hidden leaves.
    var rows: [(columns: [Int], value: Double)] = []
    for cell in cells where leafCells[cell] != [cell] {
      guard var value = published[cell] else { continue }
      var columns: [Int] = []
      for leaf in leafCells[cell] {
        if let hidden = column[leaf] {
          columns.append(hidden)
        } else {
          value -= published[leaf] ?? 0
        }
      }
      if !columns.isEmpty { rows.append((columns, value)) }
    }
    let program = LinearProgram(columnCount: column.count, rows: rows)
    for cell in cells where published[cell] == nil {
      var fixed = 0.0
      var columns: [Int] = []
      for leaf in leafCells[cell] {
        if let hidden = column[leaf] {
          columns.append(hidden)
        } else {
          fixed += published[leaf] ?? 0
        }
      }
      intervals[cell] = Interval(
        lower: fixed + program.extreme(of: columns, largest: false),
        upper: fixed + program.extreme(of: columns, largest: true))
    }
  }
}
