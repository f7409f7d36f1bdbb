import AttackSupport
import DisclosureControl
import InformationModel
import Testing

/// Several tables of one made-up register.
struct RandomRelease {
  var tables: [StatisticalTable] = []

  private struct Variable {
    var id: String
    var codes: [String]
    /// The ways in which tables show it, and which category each code counts in.
    var views: [(dimension: Dimension, categories: [String: Int])]
  }

  static let amount = Measure(
    id: "amount", title: SampleTable.text(""), unit: SampleTable.text(""), decimals: 0, kind: .sum)

  init(seed: UInt64, hasAmounts: Bool = false) {
    var made = RandomTables(seed: seed)
    let variables = (0..<Int.random(in: 2...4, using: &made.random)).map {
      Self.variable("v\($0)", &made)
    }
    // The register: units by the codes of all variables.
    var units: [(codes: [String], count: Int, amount: Int)] = [([], 0, 0)]
    for variable in variables {
      units = units.flatMap { unit in variable.codes.map { (unit.codes + [$0], 0, 0) } }
    }
    let zeros = Double.random(in: 0..<0.8, using: &made.random)
    let largest = [3, 10, 40].randomElement(using: &made.random) ?? 10
    for unit in units.indices where Double.random(in: 0..<1, using: &made.random) >= zeros {
      units[unit].count = Int.random(in: 0...largest, using: &made.random)
      units[unit].amount = Int.random(in: 0...(10 * units[unit].count), using: &made.random)
    }
    for number in 0..<Int.random(in: 2...3, using: &made.random) {
      var shown = variables.indices.filter { _ in Bool.random(using: &made.random) }
      if shown.isEmpty { shown = [Int.random(in: variables.indices, using: &made.random)] }
      var views = shown.compactMap { variables[$0].views.randomElement(using: &made.random) }
      var conditions: [Int: Set<String>] = [:]
      if number > 0, Int.random(in: 0..<3, using: &made.random) == 0 {
        let chosen = Int.random(in: variables.indices, using: &made.random)
        conditions[chosen] = Set(
          variables[chosen].codes.filter { _ in Bool.random(using: &made.random) }
            + [variables[chosen].codes[0]])
      }
      let counted = units.filter { unit in
        conditions.allSatisfy { $0.value.contains(unit.codes[$0.key]) }
      }
      // Some tables have categories only for codes of which there are units, as periods are.
      if Int.random(in: 0..<3, using: &made.random) == 0 {
        let there = Set(counted.filter { $0.count > 0 }.map { $0.codes[shown[0]] }).sorted()
        if !there.isEmpty { views[0] = Self.flat(variables[shown[0]].id, there) }
      }
      var sums: [[Int]: (count: Int, amount: Int)] = [:]
      for unit in counted where unit.count > 0 {
        let cell = zip(shown, views).map { $1.categories[unit.codes[$0]] ?? 0 }
        sums[cell, default: (0, 0)].count += unit.count
        sums[cell, default: (0, 0)].amount += unit.amount
      }
      var table = SampleTable.counting(views.map(\.dimension)) { sums[$0]?.count ?? 0 }
      if hasAmounts {
        let amounts = SampleTable.totals(views.map(\.dimension)) { sums[$0]?.amount ?? 0 }
        table.measures.append(Self.amount)
        table.values.append(amounts.map { Double($0) })
        table.support.append(nil)
      }
      table.population = Population(
        units: "unit", variables: shown.map { variables[$0].id },
        categories: views.map(\.categories),
        conditions: Dictionary(
          uniqueKeysWithValues: conditions.map { (variables[$0.key].id, $0.value) }),
        amounts: hasAmounts ? [nil, "amount"] : [nil])
      tables.append(table)
    }
  }

  private static func variable(_ id: String, _ made: inout RandomTables) -> Variable {
    let tree = made.dimension(id, leaves: 2...4)
    let children = tree.children
    let leaves = tree.categories.indices.filter { children[$0].isEmpty }
    let codes = leaves.map { tree.categories[$0].code }
    let own = (tree, Dictionary(uniqueKeysWithValues: zip(codes, leaves)))
    // Two groups that need not fit the tree, without a total.
    let groups = (
      SampleTable.dimension(id, parents: [nil, nil]),
      Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0 % 2) })
    )
    return Variable(id: id, codes: codes, views: [own, flat(id, codes), groups])
  }

  /// The codes alone, with a total.
  private static func flat(
    _ id: String, _ codes: [String]
  ) -> (dimension: Dimension, categories: [String: Int]) {
    (
      SampleTable.dimension(id, parents: [nil] + codes.map { _ in 0 }),
      Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0 + 1) })
    )
  }
}

@Suite struct LinkedTablesTests {
  private static let threshold = 5

  /// The unsafe cells and the other hidden ones that the attacker knows too well.
  private func leaks(
    _ tables: [StatisticalTable], _ protected: [ProtectedTable]
  ) -> [String] {
    let intervals = LinkedTablesAttack(protected).intervals()
    var leaks: [String] = []
    for (number, table) in tables.enumerated() {
      for (cell, count) in table.counts.enumerated() {
        let isUnsafe = (1..<Self.threshold).contains(count)
        guard let interval = intervals[number][cell] else {
          if isUnsafe { leaks.append("cell \(cell) of table \(number) is published") }
          continue
        }
        let needed = isUnsafe ? Double(Self.threshold) : 1
        if !(interval.width > needed - 1e-6) {
          leaks.append("cell \(cell) of table \(number) = \(count) lies in \(interval)")
        }
      }
    }
    return leaks
  }

  /// The unsafe cells whose amount the attacker knows too well.
  private func amountLeaks(
    _ tables: [StatisticalTable], _ protected: [ProtectedTable]
  ) -> [String] {
    let intervals = LinkedTablesAttack(protected, measure: 1).intervals()
    var leaks: [String] = []
    for (number, table) in tables.enumerated() {
      for (cell, count) in table.counts.enumerated()
      where (1..<Self.threshold).contains(count) {
        let amount = table.values[1][cell] ?? 0
        let width = intervals[number][cell]?.width ?? 0
        let needed = max(1, amount * Double(Self.threshold) / Double(count))
        if !(width > needed - 1e-6) {
          leaks.append("cell \(cell) of table \(number) = \(amount) within \(width)")
        }
      }
    }
    return leaks
  }

  private func together(_ tables: [StatisticalTable]) throws -> [ProtectedTable] {
    try TableForRelease.protect(
      tables.map {
        TableForRelease($0, under: SampleTable.policy(threshold: Self.threshold))
      }
    ).tables
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func noUnsafeCountCanBeComputedFromAllTablesTogether(seed: UInt64) throws {
    for number in 0..<10 {
      let tables = RandomRelease(seed: 10_000 + 100 * seed + UInt64(number)).tables
      let leaks = leaks(tables, try together(tables))
      #expect(leaks.isEmpty, "release \(number): \(leaks)")
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func theSumInAnUnsafeCellOfLinkedTablesStaysAsUncertainAsItsCount(seed: UInt64) throws {
    for number in 0..<5 {
      let tables = RandomRelease(seed: 20_000 + 100 * seed + UInt64(number), hasAmounts: true)
        .tables
      let protected = try together(tables)
      #expect(leaks(tables, protected).isEmpty)
      let leaks = amountLeaks(tables, protected)
      #expect(leaks.isEmpty, "release \(number): \(leaks)")
    }
  }

  @Test func theAttackerFindsWhatProtectingOneByOneGivesAway() throws {
    var leaking = 0
    for seed in 0..<40 as Range<UInt64> {
      let tables = RandomRelease(seed: 10_000 + 100 * seed).tables
      let oneByOne = try tables.map {
        try $0.protected(under: SampleTable.policy(threshold: Self.threshold))
      }
      if !leaks(tables, oneByOne).isEmpty { leaking += 1 }
    }
    #expect(leaking > 10)
  }

  /// Crimes by offence and region, and by offence and whether they were cleared up.
  private func crimes(
    regions: [String: [Int]], cleared: [String: [Int]]
  ) -> [StatisticalTable] {
    let offences = ["theft", "arson", "fraud"]
    func table(_ other: String, _ codes: [String], _ counts: [String: [Int]]) -> StatisticalTable {
      let dimensions = [
        SampleTable.dimension("offence", codes: ["all"] + offences, parents: [nil, 0, 0, 0]),
        SampleTable.dimension(other, codes: ["all"] + codes, parents: [nil] + codes.map { _ in 0 }),
      ]
      var table = SampleTable.counting(dimensions) { cell in
        counts[offences[cell[0] - 1]]?[cell[1] - 1] ?? 0
      }
      func numbered(_ codes: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0 + 1) })
      }
      table.population = Population(
        units: "crime", variables: ["offence", other],
        categories: [numbered(offences), numbered(codes)], amounts: [nil])
      return table
    }
    return [
      table("region", ["north", "south", "west"], regions),
      table("cleared", ["yes", "no"], cleared),
    ]
  }

  private func marks(_ table: ProtectedTable) -> [String] {
    let columns = table.dimensions[1].categories.count
    return table.dimensions[0].categories.indices.map { row in
      String(
        (0..<columns).map { table.values[0][row * columns + $0] == nil ? "x" : "." })
    }
  }

  /// The one case of arson hides behind theft by region, since fraud has no case in the north, and
  /// behind the smaller fraud by clearance: each table shows the total that the other one hides.
  @Test func aSharedTotalIsHiddenInBothTablesOrInNone() throws {
    let tables = crimes(
      regions: ["theft": [100, 200, 300], "arson": [1, 0, 0], "fraud": [0, 70, 50]],
      cleared: ["theft": [100, 500], "arson": [0, 1], "fraud": [20, 100]])
    let oneByOne = try tables.map {
      try $0.protected(under: SampleTable.policy(threshold: Self.threshold))
    }
    #expect(marks(oneByOne[0]) == ["....", "xx..", "xx..", "...."])
    #expect(marks(oneByOne[1]) == ["...", "...", "x.x", "x.x"])
    #expect(
      leaks(tables, oneByOne).contains {
        $0.hasPrefix("cell 8 of table 0 = 1 lies in Interval(lower: 1.0, upper: 1.0)")
      })
    let protected = try together(tables)
    #expect(marks(protected[0]) == ["....", "xx..", "xx..", "...."])
    #expect(marks(protected[1]) == ["...", "x.x", "x.x", "..."])
    #expect(leaks(tables, protected).isEmpty)
  }

  /// One table counts a choice of what the other breaks down by.
  @Test func aTableOfAChoiceOfUnitsIsProtectedWithTheTableThatShowsTheChoice() throws {
    var decisions = SampleTable.counting([
      SampleTable.dimension(
        "decision", codes: ["all", "dropped", "warned", "charged"], parents: [nil, 0, 0, 0])
    ]) { [0, 40, 20, 90][$0[0]] }
    decisions.population = Population(
      units: "decision", variables: ["decision"],
      categories: [["dropped": 1, "warned": 2, "charged": 3]], amounts: [nil])
    var grounds = SampleTable.counting([
      SampleTable.dimension("ground", codes: ["all", "proof", "other"], parents: [nil, 0, 0])
    ]) { [0, 58, 2][$0[0]] }
    grounds.population = Population(
      units: "decision", variables: ["ground"], categories: [["proof": 1, "other": 2]],
      conditions: ["decision": ["dropped", "warned"]], amounts: [nil])
    let protected = try together([decisions, grounds])
    #expect(leaks([decisions, grounds], protected).isEmpty)
    // 60 is no secret, so that the two grounds must protect each other.
    #expect(protected[0].values[0] == [150, 40, 20, 90])
    #expect(protected[1].values[0] == [60, nil, nil])
  }

  @Test func tablesOfOtherUnitsHaveNothingInCommon() throws {
    var tables = crimes(
      regions: ["theft": [100, 200, 300], "arson": [6, 6, 7], "fraud": [30, 40, 50]],
      cleared: ["theft": [100, 500], "arson": [18, 1], "fraud": [20, 100]])
    tables[1].population?.units = "suspect"
    let protected = try together(tables)
    #expect(protected[0].statuses[0].allSatisfy { $0 == .normal })
  }

  @Test func tablesThatCountSharedCellsDifferentlyAreRefused() {
    let tables = crimes(
      regions: ["theft": [100, 200, 300], "arson": [6, 6, 7], "fraud": [30, 40, 50]],
      cleared: ["theft": [0, 600], "arson": [18, 2], "fraud": [20, 100]])
    #expect(throws: DisclosureError.self) { try together(tables) }
  }
}
