import InformationModel

/// A table and the policy that it is published under.
package struct TableForRelease: Sendable, Codable {
  package let table: StatisticalTable
  package let policy: DisclosurePolicy

  package init(_ table: StatisticalTable, under policy: DisclosurePolicy) {
    self.table = table
    self.policy = policy
  }

  /// All tables of a release as they may be published together under a threshold rule, and under
  /// concentration rules for amounts where the policy has them.
  ///
  /// - Unsafe are cells of 1 to `threshold - 1` units, and cells of a sum to which 1 to `threshold -
  ///   1` units contribute. They are hidden, and with them as many others as it takes: whoever knows
  ///   all published cells of all tables, the sums between cells, which tables count the same units,
  ///   and that no count is negative finds at least `threshold + 1` possible whole counts for each
  ///   unsafe cell, from `lower` to `upper` with `upper - lower >= threshold` and `upper >=
  ///   threshold`, and at least two for every other hidden cell.
  /// - Who is the only unit of a cell knows that cell too, and still can compute no other unsafe one.
  /// - A cell that several tables show is hidden in all of them or in none.
  /// - A hidden cell hides all its measures. Where amounts are never negative the sum in an unsafe
  ///   cell stays as uncertain as the number of units that contribute to it, in proportion: its
  ///   possible values span at least `sum * threshold / units`, and one unit of the last decimal.
  /// - Unsafe are, too, cells of a sum in which few contributions make too much by a concentration
  ///   rule of the policy. The sum may be as much more, and as much less, as the rule's protection
  ///   says; less never below nothing.
  /// - A percentile of fewer than `percentileThreshold` units with a value is hidden.
  /// - A share is hidden when its cell or the total that it refers to is.
  ///
  /// Tables are linked by `Population`. Method, source and limits:
  /// docs/methods/threshold-suppression.md.
  ///
  /// - Parameters:
  ///   - tables: all that is published, with the numbers that the alliance agreed on.
  ///   - earlier: what was published before, the newest last: what it shows is known, what it hides is hidden rather than another cell.
  /// - Returns: the figures that may be published, with the reason where there is none, in the same
  ///   order, and what proves that they are safe.
  /// - Throws: `DisclosureError` when a table is malformed, a total is not the sum of its parts,
  ///   two tables contradict each other, or an unsafe cell cannot be protected.
  package static func protect(
    _ tables: [TableForRelease], after earlier: [EarlierRelease] = []
  ) throws(DisclosureError) -> (tables: [ProtectedTable], certificate: ReleaseCertificate) {
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
    var certificate = ReleaseCertificate()
    for group in groups {
      let release = try LinkedRelease(group.map { tables[$0] }, after: earlier)
      let pattern = try release.pattern()
      protected += zip(group, release.protected(pattern.isHidden)).map { ($0, $1) }
      certificate.groups.append(release.certificate(pattern))
    }
    return (protected.sorted { $0.number < $1.number }.map(\.table), certificate)
  }
}

/// Tables of one release that count the same kind of unit.
struct LinkedRelease {
  let members: [TableForRelease]
  let tables: LinkedTables
  /// The number of units first, then what is added up.
  let quantities: [CellQuantity]
  /// Units behind each joint cell.
  private let counts: [Int]
  private let primaries: [Primary]
  /// By quantity: cells in which few contributions make too much.
  private let dominated: [[Primary]]
  /// By quantity: the tables that show it.
  private let shownIn: [[Int]]
  /// By joint cell, whether an earlier release shows it.
  let isKnown: [Bool]
  /// Joint cells that stay hidden because earlier releases hid them.
  let kept: [Int]
  /// By quantity, what proved that earlier releases are safe.
  private let precedents: [[Circuit]]
  private let worth: [Int]

  /// An unsafe cell in the first of the tables that say so.
  private struct Primary {
    let cell: Int
    let member: Int
    let place: Int
  }

  init(
    _ members: [TableForRelease], after earlier: [EarlierRelease] = []
  ) throws(DisclosureError) {
    for member in members {
      guard member.policy.threshold >= 1, member.policy.percentileThreshold >= 1 else {
        throw DisclosureError(
          .policy, "thresholds of policy \(member.policy.id) must be at least 1")
      }
      try member.checkConcentration()
    }
    self.members = members
    let tables = try LinkedTables(members.map(\.table))
    self.tables = tables
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
    try tables.check(self.counts)
    let before = Precedents(tables, members, self.counts, earlier)
    isKnown = before.isKnown
    kept = before.isKept.indices.filter { before.isKept[$0] }
    precedents = before.circuits
    worth = Self.worth(tables, self.counts, isPreferred: before.isHidden)
    var primaries: [Int: Primary] = [:]
    for (number, member) in members.enumerated() {
      let rule = ThresholdRule(threshold: member.policy.threshold)
      let columns = [member.table.counts] + member.table.contributors
      for (place, cell) in tables.members[number].cells.enumerated()
      where primaries[cell] == nil
        && (columns.contains { rule.isUnsafe($0[place]) }
          || member.policy.protectsRevisions && rule.isUnsafe(before.changes[cell]))
      {
        primaries[cell] = Primary(cell: cell, member: number, place: place)
      }
    }
    self.primaries = primaries.values.sorted { $0.cell < $1.cell }
    let cells = self.primaries.map(\.cell)
    let sums = try Self.addedUp(members, tables, self.counts, primaries: cells)
    quantities =
      [try Self.counted(members, tables, self.counts, primaries: cells)] + sums.map(\.quantity)
    dominated = [[]] + sums.map(\.dominated)
    shownIn = [Array(members.indices)] + sums.map(\.members)
  }

  // MARK: What must not be known

  private static func counted(
    _ members: [TableForRelease], _ tables: LinkedTables, _ counts: [Int], primaries: [Int]
  ) throws(DisclosureError) -> CellQuantity {
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = true
    return CellQuantity(
      try CellTable(
        tables.sums(of: Array(members.indices)), values: counts, contributors: counts, largest: [],
        knowledge),
      sensitive: primaries.map { cell in
        let threshold = tables.places[cell].reduce(0) {
          max($0, members[$1.member].policy.threshold)
        }
        return SensitiveCell(
          cell: cell, up: max(0, threshold - counts[cell]), down: 0, range: threshold)
      })
  }

  /// An amount that is added up.
  private struct Sum {
    let quantity: CellQuantity
    /// Cells in which few contributions make too much.
    let dominated: [Primary]
    /// The tables that show it.
    let members: [Int]
  }

  /// What is added up, one quantity per variable.
  private static func addedUp(
    _ members: [TableForRelease], _ tables: LinkedTables, _ counts: [Int], primaries: [Int]
  ) throws(DisclosureError) -> [Sum] {
    var columns: [String: [(member: Int, measure: Int)]] = [:]
    var order: [String] = []
    for (number, member) in members.enumerated() {
      for (index, measure) in member.table.measures.enumerated() where measure.kind == .sum {
        let variable = member.table.population?.amounts[index] ?? "\u{0}\(number) \(index)"
        if columns[variable] == nil { order.append(variable) }
        columns[variable, default: []].append((number, index))
      }
    }
    var sums: [Sum] = []
    for variable in order {
      let shown = columns[variable] ?? []
      if let sum = try addedUp(shown, members, tables, counts, primaries: primaries) {
        sums.append(sum)
      }
    }
    return sums
  }

  /// - Returns: nil when an amount is negative: then nobody can rule out others, and every circuit can be followed without end. Not so where
  ///   a concentration rule asks that there are circuits.
  private static func addedUp(
    _ columns: [(member: Int, measure: Int)], _ members: [TableForRelease], _ tables: LinkedTables,
    _ counts: [Int], primaries: [Int]
  ) throws(DisclosureError) -> Sum? {
    let isJudged = columns.contains { members[$0.member].policy.concentration != nil }
    let decimals = columns.reduce(0) {
      max($0, members[$1.member].table.measures[$1.measure].decimals)
    }
    var values = [Int](repeating: 0, count: counts.count)
    var contributors = values
    var magnitudes = values
    var largest: [[Int]] = []
    var ranges: [Int: Int] = [:]
    for (number, index) in columns {
      let table = members[number].table
      let measure = table.measures[index]
      let threshold = Double(members[number].policy.threshold)
      let support = table.support[index] ?? table.counts
      var unit = 1
      for _ in max(0, measure.decimals)..<max(0, decimals) { unit *= 10 }
      let contributions = table.contributions?[measure.id]
      while largest.count < contributions?.largest.count ?? 0 {
        largest.append([Int](repeating: 0, count: counts.count))
      }
      for (place, cell) in tables.members[number].cells.enumerated() {
        let amount = table.values[index][place].wholeUnits(decimals: decimals)
        if amount < 0, !isJudged { return nil }
        values[cell] = amount
        contributors[cell] = support[place]
        // A table that shows the cell may look at more contributions than another.
        magnitudes[cell] = max(
          magnitudes[cell], abs(amount),
          (contributions?.magnitudes?[place]).wholeUnits(decimals: decimals))
        for (rank, column) in (contributions?.largest ?? []).enumerated() {
          let one = Optional(column[place]).wholeUnits(decimals: decimals)
          largest[rank][cell] = max(largest[rank][cell], one)
        }
        // As uncertain as the number of contributing units, in proportion.
        let factor = threshold / Double(max(1, support[place]))
        ranges[cell] = max(
          ranges[cell] ?? 0, unit, Int((Double(amount) * factor).rounded(.up)))
      }
    }
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = true
    knowledge.isRounded = true
    knowledge.magnitudes = isJudged ? magnitudes : nil
    let table = try CellTable(
      tables.sums(of: columns.map(\.member)), values: values, contributors: contributors,
      largest: largest, knowledge)
    let dominated = dominated(table, columns.map(\.member), members, tables)
    var sensitive: [Int: SensitiveCell] = [:]
    for cell in primaries {
      sensitive[cell] = ranges[cell].map { SensitiveCell(cell: cell, up: 0, down: 0, range: $0) }
    }
    for (primary, protection) in dominated {
      // No amount is below nothing, where none is negative.
      let down = table.hasNegative ? protection : min(protection, values[primary.cell])
      sensitive[primary.cell] = SensitiveCell(
        cell: primary.cell, up: protection, down: down, range: sensitive[primary.cell]?.range ?? 0)
    }
    return Sum(
      quantity: CellQuantity(table, sensitive: sensitive.values.sorted { $0.cell < $1.cell }),
      dominated: dominated.map(\.primary), members: columns.map(\.member))
  }

  /// Cells of an amount that do not meet the concentration rules of a table's policy, with the largest protection that one of them asks for.
  private static func dominated(
    _ table: CellTable, _ shown: [Int], _ members: [TableForRelease], _ tables: LinkedTables
  ) -> [(primary: Primary, protection: Int)] {
    var found: [Int: (primary: Primary, protection: Int)] = [:]
    for number in shown {
      for rule in members[number].policy.concentration ?? [] {
        let rule = SensitivityRule(rule)
        for (place, cell) in tables.members[number].cells.enumerated() {
          guard let protection = rule.protection(of: cell, in: table),
            protection > found[cell]?.protection ?? 0
          else { continue }
          found[cell] = (Primary(cell: cell, member: number, place: place), protection)
        }
      }
    }
    return found.values.sorted { $0.primary.cell < $1.primary.cell }
  }

  // MARK: What is hidden

  /// What is hidden, with its proof.
  struct Pattern {
    var isHidden: [Bool]
    /// By quantity.
    var proofs: [[Circuit]]
  }

  func pattern() throws(DisclosureError) -> Pattern {
    // What is small stays hidden, though an earlier release shows it; so does what keeps an earlier release safe.
    let closed = wholeSlices + (primaries + dominated.joined()).map(\.cell) + kept
    let searched = try quantities.map { quantity throws(DisclosureError) in try quantity.coarse() }
    let suppression = CellSuppression(
      searched, worth: worth, isKnown: isKnown, closed: closed, spared: tops,
      precedents: precedents)
    var pattern = Pattern(isHidden: suppression.isHidden, proofs: suppression.proofs)
    var missing = quantities.indices.map { self.missing(pattern, $0) }
    if isKnown.contains(true), missing.contains(where: { !$0.isEmpty }) {
      // What is the same as before is not certain to be the same, once it is hidden: the last resort but one.
      let more = CellSuppression(
        searched.indices.map { number in
          CellQuantity(
            searched[number].table,
            sensitive: searched[number].sensitive.filter { missing[number].contains($0.cell) })
        }, worth: zip(worth, isKnown).map { $1 ? 8 * $0 : $0 },
        closed: pattern.isHidden.indices.filter { pattern.isHidden[$0] }, spared: tops,
        precedents: precedents)
      pattern.isHidden = more.isHidden
      for number in quantities.indices { pattern.proofs[number] += more.proofs[number] }
      missing = quantities.indices.map { self.missing(pattern, $0) }
    }
    for number in quantities.indices {
      for primary in primaries where missing[number].contains(primary.cell) {
        // Units more in what it adds up from, as many as you like: always possible, and dear.
        for leaf in tables.members[primary.member].structure.leafCells(below: primary.place) {
          guard let cells = tables.cells(ofUnitIn: leaf, of: primary.member) else { continue }
          for cell in cells { pattern.isHidden[cell] = true }
          pattern.proofs[number].append(Circuit(cells.map { (Int32($0), 1) }))
        }
      }
      for primary in dominated[number] where missing[number].contains(primary.cell) {
        raiseAndLower(primary, in: number, &pattern)
      }
      if let finding = findings(pattern, number).first {
        let name = tables.name(of: finding.cell)
        throw finding.kind == .down
          ? DisclosureError(.measure, "no other cells can make up for a smaller amount of \(name)")
          : DisclosureError(.totals, "another table has no place for the units of \(name)")
      }
    }
    return pattern
  }

  /// Hides all that a cell adds up from and adds up to, which is dear; then all of its amount may be more, or less, in proportion.
  private func raiseAndLower(_ primary: Primary, in number: Int, _ pattern: inout Pattern) {
    let linked = tables.members[primary.member]
    let values = quantities[number].table.values
    var parts: [(cells: [Int], amount: Int)] = []
    for leaf in linked.structure.leafCells(below: primary.place) {
      guard let cells = tables.cells(ofUnitIn: leaf, of: primary.member) else { continue }
      for cell in cells { pattern.isHidden[cell] = true }
      pattern.proofs[number].append(Circuit(cells.map { (Int32($0), 1) }))
      let shown = cells.filter { cell in
        tables.places[cell].contains { shownIn[number].contains($0.member) }
      }
      parts.append((shown, values[linked.cells[leaf]]))
    }
    // In several units: steps may not be too large, and sums may miss by what is rounded.
    for bits in stride(from: 0, to: 60, by: 4) {
      let changes = parts.flatMap { cells, amount in cells.map { (Int32($0), amount >> bits) } }
      let circuit = Circuit(changes)
      if !circuit.cells.isEmpty, circuit.steps.allSatisfy({ $0.magnitude < 1 << 31 }) {
        pattern.proofs[number].append(circuit)
      }
    }
  }

  /// The totals of all of a table, for which readers come.
  private var tops: [Int] {
    var cells = Set<Int>()
    for member in tables.members {
      for top in member.structure.tops where member.structure.height(of: top) > 0 {
        cells.insert(member.cells[top])
      }
    }
    return cells.sorted()
  }

  private func missing(_ pattern: Pattern, _ number: Int) -> Set<Int> {
    Set(findings(pattern, number).map(\.cell))
  }

  private func findings(_ pattern: Pattern, _ number: Int) -> [SuppressionProof.Finding] {
    SuppressionProof(
      quantities[number].table,
      sensitive: quantities[number].sensitive.filter { !isKnown[$0.cell] },
      isHidden: pattern.isHidden, circuits: pattern.proofs[number]
    ).findings
  }

  /// Cells of slices whose total is unsafe: nothing in them is shown, empty or not.
  private var wholeSlices: [Int] {
    let isUnsafe = Set(primaries.map(\.cell))
    var isPart = Set<Int>()
    for member in tables.members {
      member.structure.forEachSum { _, parts in
        for part in parts { isPart.insert(member.cells[part]) }
      }
    }
    var slices = Set<Int>()
    for member in tables.members {
      for top in member.structure.tops
      where isUnsafe.contains(member.cells[top]) && !isPart.contains(member.cells[top]) {
        for cell in member.structure.cells(atOrBelow: top) where !isKnown[member.cells[cell]] {
          slices.insert(member.cells[cell])
        }
      }
    }
    // Where everybody knows that nothing can be there is nothing to hide.
    var cells = Set<Int>()
    for cell in slices {
      for (number, place) in tables.places[cell]
      where tables.members[number].structure.height(of: place) == 0 {
        if let unit = tables.cells(ofUnitIn: place, of: number), slices.isSuperset(of: unit) {
          cells.formUnion(unit)
        }
      }
    }
    return cells.sorted()
  }

  /// What is lost with each cell: one for the cell, a little for its size, and as much again for every level of parts below it, because readers look for
  /// totals first. An empty cell is a bad shield; the total of all is the figure that readers come for.
  ///
  /// Whole numbers, in units of 1/32, so that the result is the same everywhere.
  private static func worth(
    _ tables: LinkedTables, _ counts: [Int], isPreferred: [Bool]
  ) -> [Int] {
    let tops = Set(
      tables.members.flatMap { member in member.structure.tops.map { member.cells[$0] } })
    return counts.enumerated().map { cell, count in
      let height = tables.places[cell].reduce(0) {
        max($0, tables.members[$1.member].structure.height(of: $1.cell))
      }
      // The binary logarithm, straight between the quarters of a power of two.
      let bits = Int.bitWidth - count.leadingZeroBitCount
      let fraction = bits > 3 ? (count >> (bits - 3)) & 3 : 0
      let worth = count == 0 ? 64 : 32 + 4 * bits + fraction
      return worth * (1 + height) * (tops.contains(cell) && height > 0 ? 16 : 1)
        / (isPreferred[cell] ? 4 : 1)
    }
  }

  /// The tables with what the pattern leaves of them.
  func protected(_ isHidden: [Bool]) -> [ProtectedTable] {
    let isUnsafe = Set((primaries + dominated.joined()).map(\.cell))
    return zip(members, tables.members).map { member, linked in
      member.table.protected(
        linked.structure, hidden: linked.cells.map { isHidden[$0] },
        primaryCount: linked.cells.count { isUnsafe.contains($0) && isHidden[$0] },
        policy: member.policy)
    }
  }
}

extension TableForRelease {
  /// Refuses rules that make no sense, and tables that do not say what the rules look at.
  fileprivate func checkConcentration() throws(DisclosureError) {
    for rule in policy.concentration ?? [] {
      let isSensible =
        switch rule {
        case .dominance(let count, let percent): count >= 1 && percent > 0 && percent <= 100
        case .percentOfLargest(let percent): percent > 0 && percent <= 100
        case .priorPosterior(let percent, let prior):
          percent > 0 && percent < prior && prior <= 100
        }
      guard isSensible else {
        throw DisclosureError(
          .policy, "the percentages of policy \(policy.id) lie outside what they can be")
      }
      for measure in table.measures where measure.kind == .sum {
        guard table.contributions?[measure.id]?.largest.count ?? 0 >= rule.ranks else {
          throw DisclosureError(
            .policy,
            "policy \(policy.id) looks at the \(rule.ranks) largest contributions to \(measure.id), and the table does not have them"
          )
        }
      }
    }
  }
}

extension SensitivityRule {
  fileprivate init(_ rule: ConcentrationRule) {
    switch rule {
    case .dominance(let count, let percent): self = .dominance(count: count, percent: percent)
    case .percentOfLargest(let percent): self = .percentOfLargest(percent: percent)
    case .priorPosterior(let percent, let prior):
      self = .priorPosterior(percent: percent, prior: prior)
    }
  }
}

extension CellQuantity {
  /// The same in larger units where amounts are too large for the programs that look for circuits. A circuit reaches at least as far in the amounts
  /// themselves.
  fileprivate func coarse() throws(DisclosureError) -> CellQuantity {
    let most = sensitive.reduce(0) { max($0, $1.up, $1.down, $1.range) }
    let bits = Int.bitWidth - most.leadingZeroBitCount - 29
    // Releases that were made without concentration rules stay as they are.
    guard bits > 0, sensitive.contains(where: { $0.up > 0 }) else { return self }
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = table.mayHideEmpty
    knowledge.isRounded = true
    func units(_ need: Int) -> Int { need >> bits + (need & (1 << bits - 1) == 0 ? 0 : 1) }
    return CellQuantity(
      try CellTable(
        table.sums, values: table.values.map { $0 >> bits }, contributors: table.contributors,
        largest: [], knowledge),
      sensitive: sensitive.map {
        SensitiveCell(
          cell: $0.cell, up: units($0.up), down: units($0.down), range: units($0.range))
      })
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
    try TableForRelease.protect([TableForRelease(self, under: policy)]).tables[0]
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
