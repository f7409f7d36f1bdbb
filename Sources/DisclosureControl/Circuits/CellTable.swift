import InformationModel

/// A hierarchical table that is to be protected: whole amounts, all sums that hold between them, and who stands behind each cell.
package struct CellTable: Sendable {
  let structure: AdditiveStructure
  /// By cell, the last dimension running fastest; in whole units of the last decimal.
  package let values: [Int]
  /// By cell: how many contribute to it.
  package let contributors: [Int]
  /// By rank, then by cell: the largest contributions, in the units of `values`.
  package let largest: [[Int]]
  /// By cell that has a single contributor: the cell without parts in which that contributor stands; -1 for all others.
  let soleContributor: [Int32]

  /// Some amount is negative; then nobody can rule out any other.
  package let hasNegative: Bool

  package var dimensions: [Dimension] { structure.dimensions }
  package var cellCount: Int { structure.cellCount }

  /// Codes of a cell's categories, for messages.
  package func name(of cell: Int) -> String { structure.name(of: cell) }

  /// The category of a cell in each dimension.
  package func categories(of cell: Int) -> [Int] { structure.index.coordinates(of: cell) }

  /// - Parameters:
  ///   - dimensions: parents stand before their children.
  ///   - values: one a cell, the last dimension running fastest.
  ///   - contributors: the same; who contributes nothing does not count.
  ///   - largest: the largest contributions, the largest first, one column a rank; may be empty.
  /// - Throws: `DisclosureError` when columns do not fit, or a total is not the sum of its parts.
  package init(
    dimensions: [Dimension], values: [Int], contributors: [Int], largest: [[Int]] = []
  ) throws(DisclosureError) {
    structure = try AdditiveStructure(dimensions)
    self.values = values
    self.contributors = contributors
    self.largest = largest
    hasNegative = values.contains { $0 < 0 }
    let count = structure.cellCount
    guard values.count == count, contributors.count == count,
      largest.allSatisfy({ $0.count == count })
    else {
      throw DisclosureError(.shape, "\(values.count) values for \(count) cells")
    }
    var wrong: [Int] = []
    let structure = structure
    for (column, what) in [(values, "value"), (contributors, "frequency")] {
      structure.forEachSum { cell, parts in
        if parts.reduce(0, { $0 + column[$1] }) != column[cell] { wrong.append(cell) }
      }
      if let first = wrong.first {
        let more = wrong.count > 1 ? " (and \(wrong.count - 1) more)" : ""
        throw DisclosureError(
          .totals,
          "the \(what) of \(structure.name(of: first)) is not the sum of its parts\(more)")
      }
    }
    for cell in 0..<count {
      guard contributors[cell] >= 0 else {
        throw DisclosureError(.shape, "the frequency of \(structure.name(of: cell)) is negative")
      }
      if contributors[cell] == 0, values[cell] != 0 {
        throw DisclosureError(
          .measure, "\(structure.name(of: cell)) has an amount and no contributor")
      }
    }
    soleContributor = (0..<count).map { cell in
      guard contributors[cell] == 1 else { return -1 }
      return Int32(structure.leafCells(below: cell).first { contributors[$0] == 1 } ?? cell)
    }
  }
}
