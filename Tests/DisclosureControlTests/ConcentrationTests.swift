import AttackSupport
import DisclosureControl
import Foundation
import InformationModel
import TestSupport
import Testing

/// Units with an amount each, few of them far larger than all others, and the tables that add them up.
private struct AmountRegister {
  static let dimensions = [
    SampleTable.dimension("region", parents: [nil, 0, 0, 1, 1, 2, 2, 2]),
    SampleTable.dimension("offence", parents: [nil, 0, 0, 0, 0]),
    SampleTable.dimension("year", parents: [nil, nil]),
  ]

  static let amount = Measure(
    id: "amount", title: SampleTable.text(""), unit: SampleTable.text(""), decimals: 0, kind: .sum)

  /// By unit its category of each dimension, and its amount.
  var units: [(places: [Int], amount: Double)] = []
  /// The dimensions that each table shows.
  var axes: [[Int]] = []

  init(seed: UInt64, isLinked: Bool) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Int.random(in: 60...400, using: &random) {
      units.append(
        (
          [
            Int.random(in: 3...7, using: &random), Int.random(in: 1...4, using: &random),
            Int.random(in: 0...1, using: &random),
          ], exp(Double.random(in: 0..<16, using: &random)).rounded()
        ))
    }
    let all = [[0, 1], [0, 2], [1, 2], [0]]
    axes = isLinked ? Array(all.shuffled(using: &random).prefix(3)) : [[0, 1, 2]]
  }

  /// By cell of a table the amounts of its units, the largest first.
  func amounts(_ axes: [Int]) -> [[Double]] {
    let dimensions = axes.map { Self.dimensions[$0] }
    let index = CellIndex(dimensions)
    var amounts = [[Double]](
      repeating: [], count: dimensions.reduce(1) { $0 * $1.categories.count })
    for unit in units {
      var cells = [0]
      for (place, axis) in axes.enumerated() {
        var category: Int? = unit.places[axis]
        var steps: [Int] = []
        while let here = category {
          steps.append(here * index.strides[place])
          category = dimensions[place].categories[here].parent
        }
        cells = cells.flatMap { cell in steps.map { cell + $0 } }
      }
      for cell in cells { amounts[cell].append(unit.amount) }
    }
    return amounts.map { $0.sorted { abs($0) > abs($1) } }
  }

  func table(_ axes: [Int], ranks: Int = 2) -> StatisticalTable {
    let amounts = amounts(axes)
    var table = SampleTable.table(
      axes.map { Self.dimensions[$0] }, counts: amounts.map(\.count),
      measures: [(Self.amount, amounts.map { $0.reduce(0, +) })])
    table.description.id = "T\(axes)"
    table.contributions = [
      Self.amount.id: Contributions(
        largest: (0..<ranks).map { rank in
          amounts.map { $0.count > rank ? abs($0[rank]) : 0 }
        }, magnitudes: amounts.map { $0.reduce(0) { $0 + abs($1) } })
    ]
    table.population = Population(
      units: "unit", variables: axes.map { Self.dimensions[$0].id },
      categories: axes.map { axis in
        let dimension = Self.dimensions[axis]
        let children = dimension.children
        return Dictionary(
          uniqueKeysWithValues: dimension.categories.indices.filter { children[$0].isEmpty }
            .map { (dimension.categories[$0].code, $0) })
      }, amounts: [nil, "amount"])
    return table
  }
}

/// When few contributions make too much of a sum.
@Suite struct ConcentrationTests {
  static let rules: [[ConcentrationRule]] = [
    [.dominance(count: 2, percent: 85)], [.percentOfLargest(percent: 10)],
    [.dominance(count: 1, percent: 60), .priorPosterior(percent: 20, prior: 50)],
    [.dominance(count: 3, percent: 70)],
  ]

  private func policy(_ rules: [ConcentrationRule]?) -> DisclosurePolicy {
    var policy = SampleTable.policy(threshold: 5)
    policy.concentration = rules
    return policy
  }

  /// The handbook's protection, from the amounts themselves; what may be shown needs none.
  private func level(_ rules: [ConcentrationRule], _ amounts: [Double]) -> Double {
    let sum = amounts.reduce(0, +)
    func top(_ count: Int) -> Double { amounts.prefix(count).reduce(0, +) }
    return rules.map { rule in
      switch rule {
      case .dominance(let count, let percent): 100 / percent * top(count) - sum
      case .percentOfLargest(let percent): percent / 100 * top(1) - (sum - top(2))
      case .priorPosterior(let percent, let prior): percent / prior * top(1) - (sum - top(2))
      }
    }.max() ?? 0
  }

  /// What linear programs over all tables find out about sums that few contributions dominate.
  private func leaks(
    _ register: AmountRegister, _ protected: [ProtectedTable], _ rules: [ConcentrationRule]
  ) -> [String] {
    let intervals = LinkedTablesAttack(protected, measure: 1).intervals()
    var leaks: [String] = []
    for (number, axes) in register.axes.enumerated() {
      for (cell, amounts) in register.amounts(axes).enumerated() {
        let level = level(rules, amounts)
        let sum = amounts.reduce(0, +)
        guard level > 1e-6 else { continue }
        guard let interval = intervals[number][cell] else {
          leaks.append("cell \(cell) of \(axes) is shown")
          continue
        }
        if interval.upper < sum + level - 1e-6 * sum
          || interval.lower > sum - min(level, sum) + 1e-6 * sum
        {
          leaks.append("\(sum) in cell \(cell) of \(axes) lies in \(interval), not \(level) wide")
        }
      }
    }
    return leaks
  }

  private func protect(
    _ register: AmountRegister, _ rules: [ConcentrationRule]?
  ) throws -> (tables: [ProtectedTable], certificate: ReleaseCertificate) {
    try TableForRelease.protect(
      register.axes.map { TableForRelease(register.table($0, ranks: 3), under: policy(rules)) })
  }

  @Test(arguments: 0..<20 as Range<UInt64>, [false, true])
  func noDominatedSumIsKnownCloserThanItsLevel(seed: UInt64, isLinked: Bool) throws {
    let register = AmountRegister(seed: 61_000 + seed, isLinked: isLinked)
    let rules = Self.rules[Int(seed) % Self.rules.count]
    let (tables, certificate) = try protect(register, rules)
    #expect(leaks(register, tables, rules).isEmpty)
    #expect(try certificate.findings(in: tables.map(\.shown)).isEmpty)
    for table in tables { #expect(table.statuses[0] == table.statuses[1]) }
  }

  @Test func theThresholdAloneGivesDominatedSumsAway() throws {
    for isLinked in [false, true] {
      let register = AmountRegister(seed: 61_000, isLinked: isLinked)
      let tables = try protect(register, nil).tables
      #expect(!leaks(register, tables, Self.rules[0]).isEmpty)
    }
  }

  @Test func aTableWithoutTheRuleIsProtectedAsBefore() throws {
    let register = AmountRegister(seed: 61_001, isLinked: true)
    let (tables, certificate) = try protect(register, nil)
    var plain = register.axes.map { register.table($0) }
    for number in plain.indices { plain[number].contributions = nil }
    let (others, other) = try TableForRelease.protect(
      plain.map { TableForRelease($0, under: policy(nil)) })
    #expect(tables.map(\.values) == others.map(\.values))
    #expect(certificate.groups.map(\.proofs) == other.groups.map(\.proofs))
    #expect(try !String(decoding: JSONEncoder().encode(other), as: UTF8.self).contains("contrib"))
  }

  // MARK: By hand

  private static let row = SampleTable.dimension("group", parents: [nil, 0, 0, 0])

  /// Of `Total .a .b .c` with 10, 20 and 30 units: a has 1000 from one and 9 from each of the others.
  private func table(
    sums: [Double] = [5081, 1081, 1500, 2500], largest: [Double] = [1000, 1000, 90, 100],
    second: [Double] = [100, 9, 90, 100]
  ) -> StatisticalTable {
    var table = SampleTable.table(
      [Self.row], counts: [60, 10, 20, 30], measures: [(AmountRegister.amount, sums)])
    table.contributions = ["amount": Contributions(largest: [largest, second])]
    return table
  }

  @Test func aDominatedSumIsHiddenWithAllOfItsCell() throws {
    let dominance = policy([.dominance(count: 1, percent: 80)])
    let protected = try table().protected(under: dominance)
    #expect(protected.values == [[60, nil, nil, 30], [5081, nil, nil, 2500]])
    #expect((protected.primaryCount, protected.secondaryCount) == (1, 1))
    // 1000 is 92.5 percent of 1081, and not more than 93.
    let wide = try table().protected(under: policy([.dominance(count: 1, percent: 93)]))
    #expect(wide.values[1] == [5081, 1081, 1500, 2500])
    // Whoever gave 9 knows 1072, of which 1000 is within 10 percent; within 5 it is not.
    #expect(
      try table().protected(under: policy([.percentOfLargest(percent: 10)])).values[1][1] == nil)
    #expect(
      try table().protected(under: policy([.percentOfLargest(percent: 5)])).values[1][1] == 1081)
    #expect(
      try table().protected(under: policy([.priorPosterior(percent: 5, prior: 50)])).values[1][1]
        == nil)
  }

  @Test func thePercentagesAreNotPublishedWithTheTable() throws {
    let protected = try table().protected(under: policy([.dominance(count: 1, percent: 80)]))
    #expect(protected.policy == policy(nil))
  }

  @Test func amountsBelowNothingCountWithoutTheirSigns() throws {
    // 1000 in and 990 out: nobody sees from a sum of 10 that two made it.
    var one = table(sums: [4010, 10, 1500, 2500], largest: [1000, 1000, 90, 100])
    one.contributions?["amount"]?.magnitudes = [5990, 1990, 1500, 2500]
    one.contributions?["amount"]?.largest[1] = [990, 990, 90, 100]
    let protected = try one.protected(under: policy([.dominance(count: 2, percent: 85)]))
    #expect(protected.values[1] == [4010, nil, nil, 2500])
    // The same where a sum is below nothing itself.
    one.values[1] = [3990, -10, 1500, 2500]
    let below = try TableForRelease.protect([
      TableForRelease(one, under: policy([.dominance(count: 2, percent: 85)]))
    ])
    #expect(below.tables[0].values[1] == [3990, nil, nil, 2500])
    #expect(try below.certificate.findings(in: [below.tables[0].shown]).isEmpty)
  }

  @Test func amountsOfManyMillionsAreProtectedTogetherWithSmallOnes() throws {
    var register = AmountRegister(seed: 61_003, isLinked: true)
    for unit in register.units.indices { register.units[unit].amount *= 100_000 }
    let (tables, certificate) = try protect(register, Self.rules[0])
    #expect(leaks(register, tables, Self.rules[0]).isEmpty)
    #expect(try certificate.findings(in: tables.map(\.shown)).isEmpty)
    #expect(tables.contains { $0.values[1][0] != nil })
  }

  @Test func whatWasDominatedOnceStaysHidden() throws {
    let rules = policy([.dominance(count: 1, percent: 80)])
    let (first, certificate) = try TableForRelease.protect([TableForRelease(table(), under: rules)])
    // The largest of a was a mistake; who knew b from now would know a of then.
    let now = table(
      sums: [4090, 90, 1500, 2500], largest: [100, 9, 90, 100], second: [100, 9, 90, 100])
    let later = try TableForRelease.protect(
      [TableForRelease(now, under: rules)],
      after: [EarlierRelease(first.map(\.shown), certificate: certificate)])
    #expect(later.tables[0].values[1] == [4090, nil, nil, 2500])
    #expect(
      try TableForRelease.protect([TableForRelease(now, under: rules)]).tables[0].values[1][1] == 90
    )
  }

  // MARK: What is refused

  @Test func aTableThatDoesNotSayWhoContributesMostIsRefused() {
    var bare = table()
    bare.contributions = nil
    let error = #expect(throws: DisclosureError.self) {
      try bare.protected(under: policy([.percentOfLargest(percent: 10)]))
    }
    #expect(
      error?.message
        == "policy test looks at the 2 largest contributions to amount, and the table does not have them"
    )
  }

  @Test(arguments: [
    [[1100, 1100, 90, 100], [100, 9, 90, 100]], [[1000, 1000, 90, 100], [100, 1001, 90, 100]],
    [[100, 1000, 90, 100], [100, 9, 90, 100]], [[1000, 1000, 90], [100, 9, 90, 100]],
    [[1000, 1000, 90, 100], [100, 9, -1, 100]], [[1000, 1000, 90, .infinity], [100, 9, 90, 100]],
    [[1000, 1000, .nan, 100], [100, 9, 90, 100]],
  ])
  func contributionsThatCannotBeAreRefused(largest: [[Double]]) {
    var table = table()
    table.contributions = ["amount": Contributions(largest: largest)]
    #expect(throws: DisclosureError.self) {
      try table.protected(under: policy([.dominance(count: 1, percent: 80)]))
    }
  }

  @Test(arguments: [1e300, .infinity, .nan, -1, 1070])
  func allContributionsTogetherThatCannotBeAreRefused(magnitude: Double) {
    var table = table()
    table.contributions?["amount"]?.magnitudes = [5081, magnitude, 1500, 2500]
    #expect(throws: DisclosureError.self) {
      try table.protected(under: policy([.dominance(count: 1, percent: 80)]))
    }
  }

  @Test(
    arguments: [
      .dominance(count: 0, percent: 80), .dominance(count: 1, percent: 0),
      .dominance(count: 1, percent: .nan), .percentOfLargest(percent: 101),
      .priorPosterior(percent: 50, prior: 50),
    ] as [ConcentrationRule])
  func percentagesThatMakeNoSenseAreRefused(rule: ConcentrationRule) {
    let error = #expect(throws: DisclosureError.self) {
      try table().protected(under: policy([rule]))
    }
    #expect(error?.code == .policy)
  }

  // MARK: The certificate

  @Test func aCertificateThatAsksForLessProvesNothing() throws {
    let rules = policy([.dominance(count: 1, percent: 80)])
    let (tables, certificate) = try TableForRelease.protect([
      TableForRelease(table(), under: rules)
    ])
    let shown = tables[0].shown
    var tampered = certificate
    // Only so much as the number of units asks for, and no circuit of the amounts.
    tampered.groups[0].sensitive[1] = []
    tampered.groups[0].proofs[1] = []
    #expect(try tampered.findings(in: [shown]).map(\.kind).contains(.range))
    let open = EarlierTable(
      id: "T", dimensions: tables[0].dimensions, counts: [60, 10, 20, 30],
      isHidden: [false, false, false, false])
    #expect(
      try certificate.findings(in: [open]).contains {
        $0.kind == .shown && $0.cell == "group group1"
      })
    // Without the contributions nobody can tell which cells are dominated.
    var bare = table()
    bare.contributions = nil
    tampered = certificate
    tampered.groups[0].members = [TableForRelease(bare, under: rules)]
    #expect(throws: DisclosureError.self) { try tampered.findings(in: [shown]) }
  }
}
