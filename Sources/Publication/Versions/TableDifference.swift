import InformationModel

/// What changed between two versions of a table, cell by cell; cells are the same when their codes are.
package struct TableDifference: Sendable {
  package struct ChangedCell: Sendable, Hashable {
    /// The categories' codes, in the order of the newer version's dimensions.
    package let codes: [String]
    /// The measure's id.
    package let measure: String
    /// Nil when the figure is hidden now: what was published stays where it was published, and nothing leads to it from here.
    package let before: PublishedCell?
    package let after: PublishedCell
    /// Whether the earlier version called the figure definitive.
    package let wasDefinitive: Bool

    /// A figure that was called definitive and has become another.
    package var isCorrection: Bool {
      guard wasDefinitive, case .value? = before, case .value = after else { return false }
      return true
    }
  }

  /// Changed cells of categories that both versions have, in the order of the newer version.
  package let changes: [ChangedCell]
  /// Cells that only the newer version has, and those that only the earlier one has.
  package let added: Int
  package let removed: Int
  /// Nil when the versions have other dimensions, so that no cell of one is a cell of the other.
  package let isComparable: Bool

  package var corrections: Int { changes.count(where: \.isCorrection) }

  package init(from before: PublishedTable, to after: PublishedTable) {
    let size = after.figureCounts.all
    let earlierSize = before.figureCounts.all
    let order = after.dimensions.map { dimension in
      before.dimensions.firstIndex { $0.id == dimension.id }
    }
    let places = order.compactMap { $0 }
    guard places.count == after.dimensions.count, places.count == before.dimensions.count else {
      (changes, added, removed, isComparable) = ([], size, earlierSize, false)
      return
    }
    // By dimension of the newer version: where each of its categories stands in the earlier one.
    let matches = zip(after.dimensions, places).map { dimension, place in
      let known = Dictionary(
        before.dimensions[place].categories.enumerated().map { ($1.code, $0) },
        uniquingKeysWith: { first, _ in first })
      return dimension.categories.map { known[$0.code] }
    }
    let measures = after.measures.map { measure in
      before.measures.firstIndex { $0.id == measure.id }
    }
    let index = after.cells
    let strides = before.cells.strides
    var changes: [ChangedCell] = []
    var shared = 0
    for cell in 0..<index.sizes.reduce(1, *) {
      let coordinates = index.coordinates(of: cell)
      var earlier = 0
      var isShared = true
      for (axis, category) in coordinates.enumerated() {
        guard let match = matches[axis][category] else {
          isShared = false
          break
        }
        earlier += match * strides[places[axis]]
      }
      guard isShared else { continue }
      for (number, match) in measures.enumerated() {
        guard let match else { continue }
        shared += 1
        let old = before.cell(earlier, measure: match)
        let new = after.cell(cell, measure: number)
        guard old != new else { continue }
        let period = before.timeDimension.map { time -> PeriodStatus? in
          let place = earlier / strides[time] % before.dimensions[time].categories.count
          return before.dimensions[time].categories[place].status
        }
        changes.append(
          ChangedCell(
            codes: zip(after.dimensions, coordinates).map { $0.categories[$1].code },
            measure: after.measures[number].id, before: new == .confidential ? nil : old,
            after: new,
            wasDefinitive: period != .provisional))
      }
    }
    self.changes = changes
    added = size - shared
    removed = earlierSize - shared
    isComparable = true
  }
}
