import InformationModel

/// A table as an earlier release showed it: anybody may have kept it.
package struct EarlierTable: Sendable {
  package let id: String
  /// By dimension its name and the codes of its categories.
  package let dimensions: [(id: String, codes: [String])]
  /// By cell, the last dimension running fastest: the number of units, where it was shown.
  package let counts: [Int?]
  /// By cell, whether everything in it was hidden.
  package let isHidden: [Bool]

  package init(
    id: String, dimensions: [Dimension], counts: [Int?], isHidden: [Bool]
  ) {
    self.id = id
    self.dimensions = dimensions.map { ($0.id, $0.categories.map(\.code)) }
    self.counts = counts
    self.isHidden = isHidden
  }
}

extension LinkedRelease {
  /// What earlier releases tell of the joint cells.
  struct Before {
    /// An earlier release shows the same number.
    var isKnown: [Bool]
    /// Hidden when it was last published.
    var isHidden: [Bool]
    /// Shown before with a number that differs by so much, at least 1; 0 where it does not. The smallest of all releases.
    var changes: [Int]
  }

  static func before(
    _ tables: LinkedTables, _ members: [TableForRelease], _ counts: [Int],
    earlier: [EarlierTable]
  ) -> Before {
    var before = Before(
      isKnown: counts.map { _ in false }, isHidden: counts.map { _ in false },
      changes: counts.map { _ in 0 })
    for (member, linked) in zip(members, tables.members) {
      let index = CellIndex(member.table.dimensions)
      let positions = member.table.dimensions.map { dimension in
        Dictionary(
          dimension.categories.enumerated().map { ($1.code, $0) },
          uniquingKeysWith: { one, _ in one })
      }
      for table in earlier
      where table.id == member.table.description.id
        && table.dimensions.map(\.id) == member.table.dimensions.map(\.id)
      {
        let old = CellIndex(sizes: table.dimensions.map(\.codes.count))
        for cell in table.counts.indices {
          let codes = zip(table.dimensions, old.coordinates(of: cell)).map { $0.codes[$1] }
          let place = zip(positions, codes).compactMap { $0[$1] }
          guard place.count == codes.count else { continue }
          let joint = linked.cells[index.cell(at: place)]
          before.isHidden[joint] = table.isHidden[cell]
          guard let shown = table.counts[cell] else { continue }
          let change = abs(shown - counts[joint])
          if change == 0 {
            before.isKnown[joint] = true
          } else if before.changes[joint] == 0 || change < before.changes[joint] {
            before.changes[joint] = change
          }
        }
      }
    }
    return before
  }
}
