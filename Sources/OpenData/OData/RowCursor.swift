import InformationModel

/// Goes through the rows of a set that a query asks for, one after another, without keeping any.
///
/// What a filter says of one axis is asked of its places once; rows are only those of places that pass. The rest of the filter is asked of each row.
struct RowCursor {
  /// Parts of a filter times rows that they are asked of.
  static let mostWork = 50_000_000
  /// Rows that are kept to be sorted by a figure.
  static let mostSorted = 100_000

  private let set: EntitySet
  /// What must be asked of each row.
  private let rest: [Filter]
  /// The columns that it looks at.
  private let asked: [Int]
  /// Axes, the one that changes slowest first, each with its places in the order in which they come.
  private var axes: [(axis: Int, places: [Int])]
  private var digits: [Int]
  private var isDone: Bool
  /// Rows that had to be sorted, the next one last.
  private var sorted: [Int]?

  init(_ set: EntitySet, _ query: ODataQuery) throws(ODataError) {
    self.set = set
    var allowed = set.index.sizes.map { Array(0..<$0) }
    var rest: [Filter] = []
    for part in query.filter?.conjuncts ?? [] {
      let axes = Set(
        part.columns.map { column in
          if case .ofAxis(let axis, _) = set.columns[column].content { axis } else { -1 }
        })
      guard axes.count == 1, let axis = axes.first, axis >= 0 else {
        rest.append(part)
        continue
      }
      allowed[axis] = allowed[axis].filter { place in
        part.holds { column in
          if case .ofAxis(_, let values) = set.columns[column].content {
            values[place]
          } else {
            .null
          }
        }
      }
    }
    self.rest = rest
    asked = rest.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }.sorted()
    let work = rest.reduce(0) { $0 + $1.size }
    let rows = allowed.reduce(1) { $0.multipliedReportingOverflow(by: $1.count).partialValue }
    guard work == 0 || rows <= Self.mostWork / work else {
      throw ODataError(
        .unsupported, "dit filter kijkt naar te veel rijen; kies ook codes van een dimensie",
        target: "$filter")
    }
    axes = allowed.indices.map { ($0, allowed[$0]) }
    digits = allowed.map { _ in 0 }
    isDone = allowed.contains { $0.isEmpty }
    try sort(by: query.order)
  }

  private mutating func sort(
    by order: [(column: Int, isDescending: Bool)]
  ) throws(ODataError) {
    guard let first = order.first else { return }
    // By the number of the row, which is the order that they have, or the other way round.
    if order.count == 1, set.columns[first.column].name.lowercased() == "id",
      set.columns[first.column].type.isText == false
    {
      if first.isDescending {
        for axis in axes.indices { axes[axis].places.reverse() }
      }
      return
    }
    var seen: [Int] = []
    for (column, isDescending) in order {
      guard case .ofAxis(let axis, let values) = set.columns[column].content else {
        return try sortRows(by: order)
      }
      guard let last = axes.first(where: { $0.axis == axis })?.places else { continue }
      // Places that are equal leave the order of their rows to what comes behind.
      let ordered = last.map { values[$0] }.sorted(by: Self.isBefore)
      let pairs = zip(ordered, ordered.dropFirst())
      if pairs.allSatisfy({ !Self.isBefore($0, $1) }) { continue }
      if !pairs.allSatisfy({ Self.isBefore($0, $1) }) { return try sortRows(by: order) }
      // A second column along the same axis only tells what the first one left equal.
      if seen.contains(axis) { return try sortRows(by: order) }
      seen.append(axis)
      guard let place = axes.firstIndex(where: { $0.axis == axis }) else { continue }
      axes[place].places = axes[place].places.enumerated().sorted { one, other in
        let less = Self.isBefore(values[one.element], values[other.element])
        let more = Self.isBefore(values[other.element], values[one.element])
        return less == more ? one.offset < other.offset : isDescending ? more : less
      }.map(\.element)
    }
    axes =
      seen.compactMap { axis in axes.first { $0.axis == axis } }
      + axes.filter { !seen.contains($0.axis) }
  }

  private mutating func sortRows(
    by order: [(column: Int, isDescending: Bool)]
  ) throws(ODataError) {
    var rows: [Int] = []
    while let row = advance() {
      rows.append(row)
      guard rows.count <= Self.mostSorted else {
        throw ODataError(
          .unsupported,
          "meer dan \(Self.mostSorted) rijen worden niet op een cijfer gesorteerd; vraag er met $filter minder",
          target: "$orderby")
      }
    }
    rows.sort { one, other in
      for (column, isDescending) in order {
        let (left, right) = (set.value(column, row: one), set.value(column, row: other))
        if Self.isBefore(left, right) { return !isDescending }
        if Self.isBefore(right, left) { return isDescending }
      }
      return one < other
    }
    sorted = rows.reversed()
  }

  /// Nothing comes before everything.
  private static func isBefore(_ one: EntityValue, _ other: EntityValue) -> Bool {
    switch (one, other) {
    case (.null, .null): return false
    case (.null, _): return true
    case (_, .null): return false
    case (.text(let one), .text(let other)): return one < other
    case (.boolean(let one), .boolean(let other)): return !one && other
    default:
      guard let one = Filter.number(one), let other = Filter.number(other) else { return false }
      return one < other
    }
  }

  /// How many rows are left; asked before the first one.
  var count: Int {
    if let sorted { return sorted.count }
    if isDone { return 0 }
    if rest.isEmpty { return axes.reduce(1) { $0 * $1.places.count } }
    var copy = self
    var count = 0
    while copy.advance() != nil { count += 1 }
    return count
  }

  /// Leaves out rows; asked before the first one.
  mutating func skip(_ count: Int) {
    if let known = sorted {
      sorted = known.dropLast(min(count, known.count))
      return
    }
    guard rest.isEmpty, !isDone else {
      for _ in 0..<count where advance() == nil { return }
      return
    }
    var left = count
    for place in axes.indices.reversed() {
      let size = axes[place].places.count
      digits[place] = left % size
      left /= size
    }
    if left > 0 { isDone = true }
  }

  /// The number of the next row; nil when there is none.
  mutating func next() -> Int? {
    sorted != nil ? sorted?.popLast() : advance()
  }

  private mutating func advance() -> Int? {
    /// By column that is asked for what stands in the row.
    var values = [EntityValue](repeating: .null, count: rest.isEmpty ? 0 : set.columns.count)
    while !isDone {
      var row = 0
      for (place, axis) in axes.enumerated() {
        row += axis.places[digits[place]] * set.index.strides[axis.axis]
      }
      var place = axes.count - 1
      while place >= 0 {
        digits[place] += 1
        if digits[place] < axes[place].places.count { break }
        digits[place] = 0
        place -= 1
      }
      if place < 0 { isDone = true }
      if rest.isEmpty { return row }
      for column in asked { values[column] = set.value(column, row: row) }
      let holds = rest.allSatisfy { part in part.holds { values[$0] } }
      if holds { return row }
    }
    return nil
  }
}
