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
    let names = CellNames(after)
    let now = shownNow.flatMap { Counterpart(of: names, in: $0) }
    var changes: [ChangedCell] = []
    let shared = Self.compare(before, after) { change in
      let isHidden = now?.hides(change.measure, at: change.coordinates) ?? false
      let new = isHidden ? .confidential : change.after
      changes.append(
        ChangedCell(
          codes: zip(names.dimensions, change.coordinates).map { $0.codes[$1] },
          measure: names.measures[change.measure],
          before: new == .confidential ? nil : change.before,
          after: new, wasDefinitive: change.wasDefinitive))
    }
    self.changes = changes
    added = after.figureCounts.all - (shared ?? 0)
    removed = before.figureCounts.all - (shared ?? 0)
    isComparable = shared != nil
  }

  /// Two unlike figures of one cell.
  fileprivate struct Change {
    /// In the newer version.
    let coordinates: [Int]
    let measure: Int
    let before: PublishedCell
    let after: PublishedCell
    let wasDefinitive: Bool
  }

  /// Looks at every figure that both versions have, in the order of the newer one.
  ///
  /// - Parameters:
  ///   - before: the earlier version.
  ///   - after: the newer version.
  ///   - take: gets those that are others.
  /// - Returns: how many both have; nil when the versions have other dimensions.
  fileprivate static func compare(
    _ before: PublishedTable, _ after: PublishedTable, _ take: (Change) -> Void
  ) -> Int? {
    guard let earlier = Counterpart(of: CellNames(after), in: before) else { return nil }
    let index = after.cells
    let strides = before.cells.strides
    var shared = 0
    for cell in 0..<index.sizes.reduce(1, *) {
      let coordinates = index.coordinates(of: cell)
      guard let place = earlier.cell(at: coordinates) else { continue }
      for (number, match) in earlier.measures.enumerated() {
        guard let match else { continue }
        shared += 1
        let old = before.cell(place, measure: match)
        let new = after.cell(cell, measure: number)
        guard old != new else { continue }
        let period = before.timeDimension.map { time -> PeriodStatus? in
          let category = place / strides[time] % before.dimensions[time].categories.count
          return before.dimensions[time].categories[category].status
        }
        take(
          Change(
            coordinates: coordinates, measure: number, before: old, after: new,
            wasDefinitive: period != .provisional))
      }
    }
    return shared
  }
}

/// Which definitive figures of a table became others in a newer version: their places alone, so that they can be kept for as long as both
/// versions are there, whatever is hidden later.
package struct CorrectedFigures: Sendable {
  private let names: CellNames
  /// Cells of the newer version, each times its measures.
  private let places: [Int]

  /// Nil when there are none.
  package init?(from before: PublishedTable, to after: PublishedTable) {
    let (index, measures) = (after.cells, after.measures.count)
    var places: [Int] = []
    _ = TableDifference.compare(before, after) { change in
      guard change.wasDefinitive, case .value = change.before, case .value = change.after else {
        return
      }
      places.append(index.cell(at: change.coordinates) * measures + change.measure)
    }
    if places.isEmpty { return nil }
    (self.names, self.places) = (CellNames(after), places)
  }

  /// How many of them the public may know of: those that are not hidden in the version that is shown now; all of them when it is nil.
  package func count(shownNow: PublishedTable?) -> Int {
    guard let now = shownNow.flatMap({ Counterpart(of: names, in: $0) }) else {
      return places.count
    }
    let index = CellIndex(sizes: names.dimensions.map(\.codes.count))
    let measures = names.measures.count
    return places.count { place in
      !now.hides(place % measures, at: index.coordinates(of: place / measures))
    }
  }
}

/// What the cells of a table are called.
private struct CellNames {
  let dimensions: [(id: String, codes: [String])]
  let measures: [String]

  init(_ table: PublishedTable) {
    dimensions = table.dimensions.map { ($0.id, $0.categories.map(\.code)) }
    measures = table.measures.map(\.id)
  }
}

/// Where the cells of a table stand in another version of it.
private struct Counterpart {
  private let table: PublishedTable
  /// By measure; nil for one that the other version does not have.
  let measures: [Int?]
  /// By dimension and category, the same.
  private let categories: [[Int?]]
  private let strides: [Int]

  /// - Returns: nil when the dimensions are others.
  init?(of names: CellNames, in other: PublishedTable) {
    let places = names.dimensions.compactMap { dimension in
      other.dimensions.firstIndex { $0.id == dimension.id }
    }
    guard places.count == names.dimensions.count, places.count == other.dimensions.count else {
      return nil
    }
    table = other
    measures = names.measures.map { measure in other.measures.firstIndex { $0.id == measure } }
    categories = zip(names.dimensions, places).map { dimension, place in
      let known = Dictionary(
        other.dimensions[place].categories.enumerated().map { ($1.code, $0) },
        uniquingKeysWith: { first, _ in first })
      return dimension.codes.map { known[$0] }
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

  /// Whether the other version has this figure and hides it.
  func hides(_ measure: Int, at coordinates: [Int]) -> Bool {
    guard let measure = measures[measure], let cell = cell(at: coordinates) else { return false }
    return table.cell(cell, measure: measure) == .confidential
  }
}
