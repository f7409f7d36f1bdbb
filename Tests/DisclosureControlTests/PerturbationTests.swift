import DisclosureControl
import Foundation
import InformationModel
import TestSupport
import Testing

@Suite struct PerturbationTests {
  private static let dimensions = [
    SampleTable.dimension("region", parents: [nil, 0, 0, 1, 1, 1, 2, 2]),
    SampleTable.dimension("offence", parents: [nil, 0, 0, 0, 0, 0]),
    SampleTable.dimension("sex", parents: [nil, 0, 0]),
  ]

  private static func counts(_ seed: UInt64) -> [Int] {
    var random = SeededGenerator(seed: seed)
    return SampleTable.totals(dimensions) { _ in
      max(0, Int.random(in: -3...12, using: &random))
    }
  }

  // MARK: Rounding

  @Test(arguments: 1...5, [AdditiveRounding.Scope.all, .small])
  func `rounded tables add up, and say no small count`(
    seed: Int, scope: AdditiveRounding.Scope
  ) throws {
    let counts = Self.counts(UInt64(seed))
    let rounding = try AdditiveRounding(Self.dimensions, counts: counts, base: 5, scope: scope)
    let table = try CellTable(
      dimensions: Self.dimensions, values: rounding.values, contributors: rounding.values)
    for cell in counts.indices where table.isLeaf(cell) {
      #expect(abs(rounding.values[cell] - counts[cell]) < 5)
      switch scope {
      case .all: #expect(rounding.values[cell].isMultiple(of: 5))
      case .small:
        #expect(!(1..<5).contains(rounding.values[cell]))
        if counts[cell] >= 5 || counts[cell] == 0 { #expect(rounding.values[cell] == counts[cell]) }
      }
    }
    // Sums stay near: without the search the total of 70 cells would be far off.
    #expect(abs(rounding.values[0] - counts[0]) <= 10)
  }

  /// SmallCountRounding 1.2.5, `exPSD`: 24 cells, mean deviation .9167 with base 3 and 1.3333 with base 5.
  @Test(arguments: [(3, 0.9167), (5, 1.3334)])
  func `a published table is rounded no further than by SmallCountRounding`(
    base: Int, mean: Double
  ) throws {
    let rows = SampleTable.dimension("rows", parents: [nil, 0, 0, 0])
    let cols = SampleTable.dimension("cols", parents: [nil, 0, 0, 0, 0, 0])
    let inner = [[6, 1, 2, 2, 3], [1, 0, 2, 1, 1], [0, 0, 4, 3, 1]]
    let counts = SampleTable.totals([rows, cols]) { inner[$0[0] - 1][$0[1] - 1] }
    let rounding = try AdditiveRounding([rows, cols], counts: counts, base: base, scope: .small)
    #expect(AdditiveRounding.deviation(counts, rounding.values).mean <= mean)
  }

  // MARK: Cell keys

  /// The package ptable 1.0.0, D = 5, V = 3, js = 2, pstay = .5: ends of the intervals of cell keys.
  @Test func `the table of largest entropy is that of the package ptable`() throws {
    let table = try PerturbationTable(most: 5, variance: 3, blocked: 2, stay: 0.5)
    #expect(table.rows.count == 9)
    let first = table.rows[1]
    #expect(first.map(\.change) == [-1, 2, 3, 4, 5])
    for (step, upTo) in zip(first, [0.73446954, 0.87118973, 0.94398604]) {
      #expect(abs(step.upTo - upTo) < 1e-6)
    }
    for (count, steps) in table.rows.enumerated().dropFirst() {
      var before = 0.0
      var (mean, square) = (0.0, 0.0)
      for step in steps {
        let chance = step.upTo - before
        before = step.upTo
        mean += chance * Double(step.change)
        square += chance * Double(step.change * step.change)
        #expect(!(1...2).contains(count + step.change))
        if step.change == 0 { #expect(chance > 0.5 - 1e-6) }
      }
      #expect(abs(mean) < 1e-6 && abs(square - 3) < 1e-5)
    }
    // What cannot be is refused.
    #expect(throws: DisclosureError.self) { try PerturbationTable(most: 1, variance: 3) }
    // Noise that is there and was not found for the last digits of a search; all have the mean and the variance that are asked for.
    for (most, variance) in [(5, 2.0), (5, 1.5), (4, 2), (3, 1.5)] {
      let found = try PerturbationTable(most: most, variance: variance)
      for (count, steps) in found.rows.enumerated() where count > 0 {
        var (before, mean, square) = (0.0, 0.0, 0.0)
        for step in steps {
          mean += (step.upTo - before) * Double(step.change)
          square += (step.upTo - before) * Double(step.change * step.change)
          before = step.upTo
        }
        #expect(abs(mean) < 1e-6 && abs(square - variance) < 1e-6, "\(most), \(variance), \(count)")
      }
    }
  }

  @Test func `a cell has the same key in whatever order its records are added`() {
    let keys = RecordKeys([97_132, 67_591, 2, 99_999], decimals: 5)
    #expect(keys.areInRange)
    func key(_ keys: RecordKeys) -> Double {
      keys.cellKey(ofSums: keys.parts.map { $0.reduce(0, +) })
    }
    #expect(key(keys) == 0.64724)
    // Fifteen decimals, and more records than whole numbers of them can be added.
    let many = RecordKeys(
      [Int](repeating: 999_999_999_999_999, count: 20_000), decimals: 15)
    #expect(key(many) == 0.99999999998)
    #expect(!RecordKeys([100_000], decimals: 5).areInRange)
  }

  // MARK: Noise

  @Test func `noise has the spread that its budget buys`() {
    var noise = RandomNoise(SeededGenerator(seed: 5))
    let count = 20_000
    // Scale 2: variance 2e^(1/2)/(e^(1/2)-1)² = 7.8354.
    let laplace = (0..<count).map { _ in Double(noise.laplace(2, over: 1)) }
    let gaussian = (0..<count).map { _ in Double(noise.gaussian(variance: 9)) }
    for (drawn, variance) in [(laplace, 7.8354), (gaussian, 9.0)] {
      let mean = drawn.reduce(0, +) / Double(count)
      let spread = drawn.reduce(0) { $0 + $1 * $1 } / Double(count)
      #expect(abs(mean) < 4 * (variance / Double(count)).squareRoot())
      #expect(abs(spread / variance - 1) < 0.06)
    }
    // Of discrete Laplace noise 0 has the chance tanh(1/4).
    #expect(abs(Double(laplace.count { $0 == 0 }) / Double(count) - tanh(0.25)) < 0.012)
  }

  @Test func `a budget that is spent is spent`() throws {
    var budget = PrivacyBudget(epsilon: 1, delta: 1e-9)
    try budget.spend(.init(what: "a", date: "2025-01-01", epsilon: 0.5))
    try budget.spend(.init(what: "b", date: "2025-02-01", epsilon: 0.5))
    #expect(throws: DisclosureError.self) {
      try budget.spend(.init(what: "c", date: "2025-03-01", epsilon: 0.1))
    }
    #expect(budget.spent.count == 2)
    // Many small ones come to less than their sum (Bun and Steinke 2016).
    var many = PrivacyBudget(epsilon: 3, delta: 1e-6)
    for number in 0..<60 {
      try many.spend(.init(what: "\(number)", date: "2025-01-01", epsilon: 0.06))
    }
    #expect(many.total < 3 && many.total < 60 * 0.06)
    // Gaussian noise has no pure epsilon.
    var pure = PrivacyBudget(epsilon: 5, delta: 0)
    #expect(throws: DisclosureError.self) {
      try pure.spend(.init(what: "g", date: "2025-01-01", rho: 0.01))
    }
  }

  // MARK: Adjustment

  @Test(arguments: 1...3)
  func `an adjusted table adds up, and its sensitive figures are wrong by enough`(seed: Int) throws
  {
    let counts = Self.counts(UInt64(seed)).map { $0 * 10 }
    let table = try CellTable(
      dimensions: Self.dimensions, values: counts, contributors: counts.map { $0 / 10 })
    let sensitive = SensitivityRule.minimumFrequency(threshold: 3, protection: 5)
      .sensitiveCells(of: table)
    let adjusted = try ControlledAdjustment(
      table, sensitive: sensitive, worth: counts.map { 1 / Double(max(1, $0)) })
    var sums = adjusted.values
    table.addUp(&sums)
    #expect(sums == adjusted.values)
    #expect(adjusted.values.allSatisfy { $0 >= 0 })
    for one in sensitive { #expect(abs(adjusted.values[one.cell] - counts[one.cell]) >= 5) }
  }

  @Test func `an attack by narrowing recovers what independent rounding gives away`() throws {
    // Three counts of 1 are each published as 0, their total of 3 as 5: with base 5 all of it is open; with base 2 nothing is.
    let group = SampleTable.dimension("group", parents: [nil, 0, 0, 0])
    let table = try CellTable(
      dimensions: [group], values: [3, 1, 1, 1], contributors: [3, 1, 1, 1])
    let open = PerturbationAttack(
      table, published: [5, 0, 0, 0], reach: [4, 4, 4, 4],
      mayNotBeKnown: [false, true, true, true])
    #expect(open.recovered.isEmpty)
    let closed = PerturbationAttack(
      table, published: [4, 0, 0, 0], reach: [1, 1, 1, 1],
      mayNotBeKnown: [false, true, true, true])
    #expect(closed.recovered == [1, 2, 3])
  }
}
