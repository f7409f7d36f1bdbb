import InformationModel

/// A table and the policy that it is published under.
package struct TableForRelease: Sendable {
  package let table: StatisticalTable
  package let policy: DisclosurePolicy

  package init(_ table: StatisticalTable, under policy: DisclosurePolicy) {
    self.table = table
    self.policy = policy
  }

  /// All tables of a release as they may be published together under a threshold rule.
  ///
  /// - Unsafe are cells of 1 to `threshold - 1` units, and cells of a sum to which 1 to `threshold -
  ///   1` units contribute. They are hidden, and with them as many others as it takes: whoever knows
  ///   all published cells of all tables, the sums between cells, which tables count the same units,
  ///   and that no count is negative finds at least `threshold + 1` possible whole counts for each
  ///   unsafe cell, from `lower` to `upper` with `upper - lower >= threshold`, and at least two for
  ///   every other hidden cell.
  /// - A cell that several tables show is hidden in all of them or in none.
  /// - A hidden cell hides all its measures. Where amounts are never negative the sum in an unsafe
  ///   cell stays as uncertain as the number of units that contribute to it, in proportion: its
  ///   possible values span at least `sum * threshold / units`, and one unit of the last decimal.
  /// - A percentile of fewer than `percentileThreshold` units with a value is hidden.
  /// - A share is hidden when its cell or the total that it refers to is.
  ///
  /// Tables are linked by `Population`. Method, source and limits:
  /// docs/methods/threshold-suppression.md.
  ///
  /// - Parameter tables: all that is published, with the numbers that the alliance agreed on.
  /// - Returns: the figures that may be published, with the reason where there is none, in the same
  ///   order.
  /// - Throws: `DisclosureError` when a table is malformed, a total is not the sum of its parts, or
  ///   two tables contradict each other.
  package static func protect(
    _ tables: [TableForRelease]
  ) throws(DisclosureError) -> [ProtectedTable] {
    var groups: [[Int]] = []
    var groupOfUnits: [String: Int] = [:]
    for (number, release) in tables.enumerated() {
      guard let units = release.table.population?.units else {
        groups.append([number])
        continue
      }
      if let group = groupOfUnits[units] {
        groups[group].append(number)
      } else {
        groupOfUnits[units] = groups.count
        groups.append([number])
      }
    }
    var protected: [(number: Int, table: ProtectedTable)] = []
    for group in groups {
      let members = group.map { tables[$0] }
      protected += zip(group, try LinkedRelease(members).protected()).map { ($0, $1) }
    }
    return protected.sorted { $0.number < $1.number }.map(\.table)
  }
}

/// Tables of one release that count the same kind of unit.
private struct LinkedRelease {
  let members: [TableForRelease]
  let tables: LinkedTables
  /// Units behind each joint cell.
  let counts: [Int]

  init(_ members: [TableForRelease]) throws(DisclosureError) {
    for member in members {
      guard member.policy.threshold >= 1, member.policy.percentileThreshold >= 1 else {
        throw DisclosureError(
          .policy, "thresholds of policy \(member.policy.id) must be at least 1")
      }
    }
    self.members = members
    tables = try LinkedTables(members.map(\.table))
    var counts = [Int?](repeating: nil, count: tables.cellCount)
    for (member, linked) in zip(members, tables.members) {
      try member.table.checkShape(linked.structure)
      try member.table.checkTotals(linked.structure)
      for (place, cell) in linked.cells.enumerated() {
        if let known = counts[cell], known != member.table.counts[place] {
          throw DisclosureError(
            .totals, "two tables count \(linked.structure.name(of: place)) differently")
        }
        counts[cell] = member.table.counts[place]
      }
    }
    self.counts = counts.map { $0 ?? 0 }
  }

  func protected() throws(DisclosureError) -> [ProtectedTable] {
    var unsafe: [Int: PrimaryCell] = [:]
    for (number, member) in members.enumerated() {
      for place in member.table.counts.indices {
        let cell = tables.members[number].cells[place]
        guard unsafe[cell] == nil, let primary = primaryCell(at: place, of: number) else {
          continue
        }
        unsafe[cell] = primary
      }
    }
    let primaries = unsafe.values.sorted { $0.cell < $1.cell }
    var suppression = SecondarySuppression(
      tables: tables, counts: counts, unsafe: primaries,
      quantities: [countQuantity(primaries)] + sumQuantities(primaries))
    let hidden = try suppression.hiddenCells()
    return zip(members, tables.members).map { member, linked in
      member.table.protected(
        linked.structure, hidden: linked.cells.map { hidden[$0] },
        primaryCount: linked.cells.count { unsafe[$0] != nil }, policy: member.policy)
    }
  }

  /// The cell as an unsafe one, if it is.
  private func primaryCell(at place: Int, of number: Int) -> PrimaryCell? {
    let table = members[number].table
    let rule = ThresholdRule(threshold: members[number].policy.threshold)
    let columns = [table.counts] + table.contributors
    guard let column = columns.first(where: { rule.isUnsafe($0[place]) }) else { return nil }
    let linked = tables.members[number]
    let leafCells = linked.structure.leafCells(below: place)
    return PrimaryCell(
      cell: linked.cells[place], member: number, place: place,
      leafCells: leafCells.filter { column[$0] > 0 },
      otherLeafCells: leafCells.filter { column[$0] == 0 })
  }

  private func countQuantity(_ primaries: [PrimaryCell]) -> ProtectedQuantity {
    ProtectedQuantity(
      values: counts,
      ranges: primaries.map { primary in
        tables.places[primary.cell].reduce(0) { max($0, members[$1.member].policy.threshold) }
      })
  }

  /// What is added up, one quantity per variable.
  private func sumQuantities(_ primaries: [PrimaryCell]) -> [ProtectedQuantity] {
    var columns: [String: [(member: Int, measure: Int)]] = [:]
    var order: [String] = []
    for (number, member) in members.enumerated() {
      for (index, measure) in member.table.measures.enumerated() where measure.kind == .sum {
        let variable = member.table.population?.amounts[index] ?? "\u{0}\(number) \(index)"
        if columns[variable] == nil { order.append(variable) }
        columns[variable, default: []].append((number, index))
      }
    }
    return order.compactMap { sumQuantity(columns[$0] ?? [], primaries) }
  }

  /// - Returns: nil when an amount is negative: then nobody can rule out others, and every exchange
  ///   can be made without end.
  private func sumQuantity(
    _ columns: [(member: Int, measure: Int)], _ primaries: [PrimaryCell]
  ) -> ProtectedQuantity? {
    let decimals = columns.reduce(0) {
      max($0, members[$1.member].table.measures[$1.measure].decimals)
    }
    // A table that does not show the amounts sets no bound, but a cell without units has none.
    var values = counts.map { $0 > 0 ? ExchangeSearch.unlimited : 0 }
    var ranges = [Int: Int]()
    for (number, index) in columns {
      let table = members[number].table
      let measure = table.measures[index]
      let threshold = Double(members[number].policy.threshold)
      let contributors = table.support[index] ?? table.counts
      var unit = 1
      for _ in max(0, measure.decimals)..<max(0, decimals) { unit *= 10 }
      for (place, cell) in tables.members[number].cells.enumerated() {
        let amount = table.values[index][place].wholeUnits(decimals: decimals)
        if amount < 0 { return nil }
        values[cell] = amount
        // As uncertain as the number of contributing units, in proportion.
        let factor = threshold / Double(max(1, contributors[place]))
        ranges[cell] = max(
          ranges[cell] ?? 0, unit, Int((Double(amount) * factor).rounded(.up)))
      }
    }
    return ProtectedQuantity(values: values, ranges: primaries.map { ranges[$0.cell] ?? 0 })
  }
}

extension StatisticalTable {
  /// The table as it may be published when it is all that is published; see
  /// ``TableForRelease/protect(_:)``.
  ///
  /// - Parameter policy: the numbers that the alliance agreed on.
  /// - Returns: the figures that may be published, with the reason where there is none.
  /// - Throws: `DisclosureError` when the table is malformed or a total is not the sum of its
  ///   parts.
  package func protected(under policy: DisclosurePolicy) throws(DisclosureError) -> ProtectedTable {
    try TableForRelease.protect([TableForRelease(self, under: policy)])[0]
  }

  /// By sum measure: how many units contribute to it in each cell, where not all do.
  fileprivate var contributors: [[Int]] {
    zip(measures, support).compactMap { measure, support in
      measure.kind == .sum ? support : nil
    }
  }

  /// Applies the pattern of hidden cells to every measure.
  fileprivate func protected(
    _ structure: AdditiveStructure, hidden: [Bool], primaryCount: Int, policy: DisclosurePolicy
  ) -> ProtectedTable {
    var statuses: [[CellStatus]] = []
    for (index, (measure, column)) in zip(measures, values).enumerated() {
      let units = support[index] ?? counts
      let references = measure.references(in: structure)
      statuses.append(
        column.indices.map { cell in
          if hidden[cell] || references(cell).contains(where: { hidden[$0] }) {
            return .confidential
          }
          if case .percentile = measure.kind, units[cell] > 0,
            units[cell] < policy.percentileThreshold
          {
            return .confidential
          }
          return column[cell] == nil ? .impossible : .normal
        })
    }
    let published = zip(values, statuses).map { column, statuses in
      zip(column, statuses).map { $1 == .normal ? $0 : nil }
    }
    return ProtectedTable(
      table: self, values: published, statuses: statuses, policy: policy,
      primaryCount: primaryCount,
      secondaryCount: hidden.count { $0 } - primaryCount)
  }
}

extension Double? {
  /// An amount as a whole number of its last decimal; nothing counts as zero.
  fileprivate func wholeUnits(decimals: Int) -> Int {
    var scaled = self ?? 0
    for _ in 0..<max(0, decimals) { scaled *= 10 }
    return Int(scaled.rounded())
  }
}

extension Measure {
  /// Cells besides its own that the measure tells something about.
  ///
  /// A share tells the total that it refers to. Where the dimension has no single total, that may
  /// be the sum of its roots: then each of them must be open.
  func references(in structure: AdditiveStructure) -> (_ cell: Int) -> [Int] {
    guard case .share(_, let within) = kind,
      let axis = structure.dimensions.firstIndex(where: { $0.id == within })
    else { return { _ in [] } }
    let stride = structure.index.strides[axis]
    let size = structure.index.sizes[axis]
    let roots = structure.trees[axis].roots
    return { cell in
      let category = cell / stride % size
      return roots.map { cell + ($0 - category) * stride }
    }
  }
}
