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

  /// - Parameters:
  ///   - before: the earlier version.
  ///   - after: the newer version.
  ///   - shownNow: what the public is shown now, where that may be another version yet.
  package init(
    from before: PublishedTable, to after: PublishedTable, shownNow: PublishedTable? = nil
  ) {
    let size = after.figureCounts.all
    let earlierSize = before.figureCounts.all
    guard let earlier = Counterpart(of: after, in: before) else {
      (changes, added, removed, isComparable) = ([], size, earlierSize, false)
      return
    }
    let now = shownNow.flatMap { Counterpart(of: after, in: $0) }
    let index = after.cells
    let strides = before.cells.strides
    var changes: [ChangedCell] = []
    var shared = 0
    for cell in 0..<index.sizes.reduce(1, *) {
      let coordinates = index.coordinates(of: cell)
      guard let place = earlier.cell(at: coordinates) else { continue }
      let placeNow = now?.cell(at: coordinates)
      for (number, match) in earlier.measures.enumerated() {
        guard let match else { continue }
        shared += 1
        let old = before.cell(place, measure: match)
        var new = after.cell(cell, measure: number)
        guard old != new else { continue }
        if let now, let placeNow, let measure = now.measures[number],
          now.table.cell(placeNow, measure: measure) == .confidential
        {
          new = .confidential
        }
        let period = before.timeDimension.map { time -> PeriodStatus? in
          let category = place / strides[time] % before.dimensions[time].categories.count
          return before.dimensions[time].categories[category].status
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

  /// Where the cells of a table stand in another version of it.
  private struct Counterpart {
    let table: PublishedTable
    /// By measure; nil for one that the other version does not have.
    let measures: [Int?]
    /// By dimension and category, the same.
    private let categories: [[Int?]]
    private let strides: [Int]

    /// - Returns: nil when the dimensions are others.
    init?(of one: PublishedTable, in other: PublishedTable) {
      let places = one.dimensions.compactMap { dimension in
        other.dimensions.firstIndex { $0.id == dimension.id }
      }
      guard places.count == one.dimensions.count, places.count == other.dimensions.count else {
        return nil
      }
      table = other
      measures = one.measures.map { measure in other.measures.firstIndex { $0.id == measure.id } }
      categories = zip(one.dimensions, places).map { dimension, place in
        let known = Dictionary(
          other.dimensions[place].categories.enumerated().map { ($1.code, $0) },
          uniquingKeysWith: { first, _ in first })
        return dimension.categories.map { known[$0.code] }
      }
      strides = places.map { other.cells.strides[$0] }
    }

    func cell(at coordinates: [Int]) -> Int? {
      var cell = 0
      for (axis, category) in coordinates.enumerated() {
        guard let match = categories[axis][category] else { return nil }
        cell += match * strides[axis]
      }
      return cell
    }
  }
}
