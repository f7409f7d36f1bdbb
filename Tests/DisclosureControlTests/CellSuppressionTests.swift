import AttackSupport
import DisclosureControl
import InformationModel
import TestSupport
import Testing

@Suite struct CellSuppressionTests {
  /// A table of amounts with who contributes them.
  private struct Sample {
    let table: CellTable
    /// By leaf cell, what each contributes.
    let contributions: [[Int]: [Int]]
  }

  private static func dimensions() -> [Dimension] {
    [
      SampleTable.dimension("region", parents: [nil, 0, 0, 1, 1, 1, 2, 2, 2]),
      SampleTable.dimension("offence", parents: [nil, 0, 0, 1, 1, 1, 2, 2]),
      SampleTable.dimension("sex", parents: [nil, 0, 0]),
    ]
  }

  private static func table(
    _ dimensions: [Dimension], _ contributions: ([Int]) -> [Int]
  ) throws -> CellTable {
    // The largest of a sum are the largest of its parts.
    struct Group: AdditiveArithmetic {
      var parts: [Int] = []
      static let zero = Group()
      static func + (one: Group, other: Group) -> Group {
        Group(parts: (one.parts + other.parts).sorted(by: >))
      }
      static func - (one: Group, other: Group) -> Group { one }
    }
    let groups = SampleTable.totals(dimensions) { Group(parts: contributions($0).sorted(by: >)) }
    return try CellTable(
      dimensions: dimensions, values: groups.map { $0.parts.reduce(0, +) },
      contributors: groups.map(\.parts.count),
      largest: (0..<2).map { rank in groups.map { $0.parts.count > rank ? $0.parts[rank] : 0 } })
  }

  private static func random(_ seed: UInt64) throws -> CellTable {
    var random = SeededGenerator(seed: seed)
    return try table(dimensions()) { _ in
      (0..<max(0, Int.random(in: -1...6, using: &random))).map { _ in
        Int.random(in: 1...10, using: &random) * Int.random(in: 1...40, using: &random)
      }
    }
  }

  private func published(_ table: CellTable, _ isHidden: [Bool]) -> [Double?] {
    zip(table.values, isHidden).map { $1 ? nil : Double($0) }
  }

  @Test(
    arguments: [
      SensitivityRule.percentOfLargest(percent: 20), .minimumFrequency(threshold: 3, protection: 1),
      .dominance(count: 2, percent: 85), .priorPosterior(percent: 20, prior: 60),
    ], 1...4)
  func `no attacker comes closer to a sensitive cell than its rule allows`(
    rule: SensitivityRule, seed: Int
  ) throws {
    let table = try Self.random(UInt64(seed))
    let sensitive = rule.sensitiveCells(of: table)
    #expect(sensitive.count > 10)
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits)
    #expect(proof.findings.isEmpty)
    // What is hidden for others is part of a proof.
    let changed = Set(suppression.circuits.flatMap(\.cells))
    for cell in suppression.isHidden.indices where suppression.isHidden[cell] {
      #expect(changed.contains(Int32(cell)))
    }
    // Something is left to publish, and nothing empty is hidden.
    #expect(suppression.isHidden.count { !$0 } > table.cellCount / 4)
    for cell in 0..<table.cellCount where table.contributors[cell] == 0 {
      #expect(!suppression.isHidden[cell])
    }
    let intervals = LinearProgramAttack(
      dimensions: table.dimensions, published: published(table, suppression.isHidden)
    ).intervals()
    for one in sensitive {
      let interval = try #require(intervals[one.cell])
      let value = Double(table.values[one.cell])
      #expect(interval.upper >= value + Double(one.up) - 1e-6)
      #expect(interval.lower <= value - Double(one.down) + 1e-6)
      // What the proof claims the attacker can do no better.
      let reach = proof.reach(of: one.cell)
      #expect(interval.upper >= value + Double(reach.up) - 1e-6)
      #expect(interval.lower <= value - Double(reach.down) + 1e-6)
    }
  }

  @Test(arguments: [
    SensitivityRule.percentOfLargest(percent: 20), .minimumFrequency(threshold: 3, protection: 1),
  ])
  func `who stands alone in a cell cannot compute another`(rule: SensitivityRule) throws {
    let table = try Self.random(7)
    let sensitive = rule.sensitiveCells(of: table)
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    let index = CellIndex(table.dimensions)
    let children = table.dimensions.map(\.children)
    /// The leaf in which a cell's only contributor stands.
    func home(_ cell: Int) -> Int? {
      guard table.contributors[cell] == 1 else { return nil }
      for (axis, category) in index.coordinates(of: cell).enumerated() {
        for child in children[axis][category] {
          let part = cell + (child - category) * index.strides[axis]
          if table.contributors[part] == 1 { return home(part) }
        }
      }
      return cell
    }
    let homes = (0..<table.cellCount).map(home)
    let insiders = Set(homes.compactMap { $0 })
    #expect(insiders.count > 5)
    for insider in insiders {
      var known = published(table, suppression.isHidden)
      for cell in known.indices where homes[cell] == insider {
        known[cell] = Double(table.values[cell])
      }
      let intervals = LinearProgramAttack(dimensions: table.dimensions, published: known)
        .intervals()
      for one in sensitive where homes[one.cell] != insider {
        #expect(try #require(intervals[one.cell]).width > 1e-6)
      }
    }
  }

  @Test func `what one cell cannot hide several hide together`() throws {
    let dimensions = [
      SampleTable.dimension("row", parents: [nil, 0, 0]),
      SampleTable.dimension("column", parents: [nil, 0, 0, 0, 0, 0, 0]),
    ]
    // The first cell needs more than any other of its row has.
    let table = try Self.table(dimensions) { place in
      place == [1, 1] ? [1000] : place[0] == 1 ? [50, 50] : [500, 300, 200]
    }
    let cell = CellIndex(dimensions).strides[0] + 1
    let sensitive = [SensitiveCell(cell: cell, up: 300, down: 300)]
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    #expect(
      SuppressionProof(
        table, sensitive: sensitive, isHidden: suppression.isHidden,
        circuits: suppression.circuits
      ).findings.isEmpty)
    let interval = try #require(
      LinearProgramAttack(
        dimensions: dimensions, published: published(table, suppression.isHidden)
      ).intervals()[cell])
    #expect(interval.upper >= 1300 && interval.lower <= 700)
  }

  @Test func `a demand that no pattern meets is told, not forgotten`() throws {
    let dimensions = [SampleTable.dimension("row", parents: [nil, 0, 0, 0])]
    let table = try Self.table(dimensions) { $0 == [1] ? [10] : [] }
    let sensitive = [SensitiveCell(cell: 1, up: 2, down: 2)]
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    // The total can be hidden too, and then nobody knows; but with nothing to publish but the total it cannot be more than hidden.
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits)
    #expect(proof.findings.isEmpty)
    #expect(suppression.isHidden == [true, true, false, false])
    // Beside one other contributor, who knows his own part, nothing hides it.
    let two = try Self.table(dimensions) { $0 == [1] ? [10] : $0 == [2] ? [5] : [] }
    let kept = SuppressionProof(
      two, sensitive: [SensitiveCell(cell: 1, up: 2, down: 2)],
      isHidden: [false, true, true, false],
      circuits: [Circuit(cells: [1, 2], steps: [1, -1])])
    #expect(kept.findings.map(\.kind) == [.insider])
    #expect(kept.findings.map(\.cell) == [1])
  }

  @Test func `what hides somebody's own cell from others hides from him what changes with it`()
    throws
  {
    let dimensions = [SampleTable.dimension("row", parents: [nil, 0, 0, 0])]
    func findings(_ circuits: [Circuit]) throws -> [SuppressionProof.Finding] {
      let table = try Self.table(dimensions) { [[], [10], [5], [7, 7]][$0[0]] }
      return SuppressionProof(
        table, sensitive: [SensitiveCell(cell: 1, up: 1, down: 1)],
        isHidden: [false, true, true, true], circuits: circuits
      ).findings
    }
    // The contributor of the second cell knows the first by it, as long as nothing else moves his own.
    let own = Circuit(cells: [1, 2], steps: [1, -1])
    #expect(try findings([own]).map(\.kind) == [.insider])
    // Between his cell and the third so much may have gone to and fro as between his and the first.
    let other = Circuit(cells: [2, 3], steps: [1, -1])
    #expect(try findings([own, other]).isEmpty)
    // The same once more says nothing new.
    let twice = Circuit(cells: [1, 2], steps: [2, -2])
    #expect(try findings([own, twice]).map(\.kind) == [.insider])
  }

  @Test func `a proof that was tampered with proves nothing`() throws {
    let table = try Self.random(3)
    let sensitive = SensitivityRule.percentOfLargest(percent: 20).sensitiveCells(of: table)
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    func kinds(
      _ sensitive: [SensitiveCell], _ isHidden: [Bool], _ circuits: [Circuit]
    ) -> Set<SuppressionProof.Finding.Kind> {
      Set(
        SuppressionProof(table, sensitive: sensitive, isHidden: isHidden, circuits: circuits)
          .findings.map(\.kind))
    }
    #expect(kinds(sensitive, suppression.isHidden, suppression.circuits).isEmpty)
    var shown = suppression.isHidden
    shown[sensitive[0].cell] = false
    #expect(kinds(sensitive, shown, suppression.circuits).contains(.published))
    var broken = suppression.circuits
    broken[0].steps[0] += 1
    #expect(kinds(sensitive, suppression.isHidden, broken).contains(.sum))
    var greedy = sensitive
    greedy[0].up = 1_000_000
    greedy[1].down = 1_000_000
    let more = kinds(greedy, suppression.isHidden, suppression.circuits)
    #expect(more.contains(.up) && more.contains(.down))
    #expect(kinds(sensitive, suppression.isHidden, []).contains(.up))
  }

  /// sdcTable 0.34, its data `problem_with_supps`: a table of 100 persons in which two women of region A are to be hidden. Every method but one
  /// hides the men of A and both cells of region C, and the attacker finds 0 to 12.
  @Test func `the table that sdcTable is tested with is hidden as its optimum`() throws {
    let dimensions = [
      SampleTable.dimension(
        "region", codes: ["Total", "A", "B", "C", "D"], parents: [nil, 0, 0, 0, 0]),
      SampleTable.dimension("gender", codes: ["Total", "male", "female"], parents: [nil, 0, 0]),
    ]
    let counts = [
      100, 55, 45, 20, 18, 2, 33, 14, 19, 22, 12, 10, 25, 11, 14,
    ]
    let table = try CellTable(dimensions: dimensions, values: counts, contributors: counts)
    let sensitive = SensitivityRule.minimumFrequency(threshold: 3, protection: 1)
      .sensitiveCells(of: table)
    #expect(sensitive == [SensitiveCell(cell: 5, up: 1, down: 1)])
    let suppression = CellSuppression(table, sensitive: sensitive, worth: counts)
    let hidden = counts.indices.filter { suppression.isHidden[$0] }
    #expect(hidden == [4, 5, 10, 11])
    let interval = LinearProgramAttack(
      dimensions: dimensions, published: published(table, suppression.isHidden)
    ).intervals()[5]
    #expect(interval == .init(lower: 0, upper: 12))
  }

  /// Against every change of the cells without parts by one at most, of which there are few in so small a table.
  @Test(
    arguments: [
      [[nil, 0, 0, 0], [nil, 0, 0, 0]],
      [[nil, 0, 0], [nil, 0, 0], [nil, 0, 0]],
      [[nil, 0, 0, 1, 1, 2, 2], [nil, 0, 0]],
    ] as [[[Int?]]])
  func `what is hidden for one cell is the least that protects it`(parents: [[Int?]]) throws {
    let dimensions = parents.enumerated().map { SampleTable.dimension("d\($0)", parents: $1) }
    var random = SeededGenerator(seed: 3)
    var leaves: [[Int]] = []
    let values = SampleTable.totals(dimensions) { leaf in
      leaves.append(leaf)
      return Int.random(in: 5...100, using: &random)
    }
    let steps = leaves.map { one in SampleTable.totals(dimensions) { $0 == one ? 1 : 0 } }
    /// By cell, what is lost with the cheapest change of it.
    var least = [Int](repeating: .max, count: values.count)
    func change(from leaf: Int, _ changes: [Int]) {
      if leaf < steps.count {
        for sign in -1...1 {
          change(from: leaf + 1, zip(changes, steps[leaf]).map { $0 + sign * $1 })
        }
        return
      }
      let changed = changes.indices.filter { changes[$0] != 0 }
      let lost = changed.reduce(0) { $0 + values[$1] }
      for cell in changed { least[cell] = min(least[cell], lost) }
    }
    change(from: 0, values.map { _ in 0 })
    let table = try CellTable(dimensions: dimensions, values: values, contributors: values)
    for cell in values.indices {
      let suppression = CellSuppression(
        table, sensitive: [SensitiveCell(cell: cell, up: 1, down: 1)], worth: values)
      let hidden = values.indices.filter { suppression.isHidden[$0] }
      #expect(hidden.reduce(0) { $0 + values[$1] } == least[cell])
    }
  }

  /// The formulas of the *Handbook on Statistical Disclosure Control*, chapter 4.2, on a cell of 50 + 30 + 12 + 8.
  @Test(arguments: [
    (SensitivityRule.percentOfLargest(percent: 15), nil),
    (.percentOfLargest(percent: 50), 5),
    (.dominance(count: 2, percent: 85), nil),
    (.dominance(count: 2, percent: 75), 7),
    (.dominance(count: 1, percent: 40), 25),
    (.priorPosterior(percent: 10, prior: 50), nil),
    (.priorPosterior(percent: 30, prior: 60), 5),
    (.minimumFrequency(threshold: 4, protection: 9), nil),
    (.minimumFrequency(threshold: 5, protection: 9), 9),
  ])
  func `a rule asks for as much protection as the handbook says`(
    rule: SensitivityRule, protection: Int?
  ) throws {
    let table = try Self.table([SampleTable.dimension("row", parents: [nil])]) { _ in
      [50, 30, 12, 8]
    }
    let found = rule.sensitiveCells(of: table)
    let expected = protection.map { [SensitiveCell(cell: 0, up: $0, down: $0)] } ?? []
    #expect(found == expected)
  }

  @Test func `sums that do not add up are told by the cell`() throws {
    let dimensions = [SampleTable.dimension("row", parents: [nil, 0, 0])]
    #expect(throws: DisclosureError.self) {
      try CellTable(dimensions: dimensions, values: [10, 4, 5], contributors: [2, 1, 1])
    }
    #expect(throws: DisclosureError.self) {
      try CellTable(dimensions: dimensions, values: [9, 4, 5], contributors: [3, 1, 1])
    }
    #expect(throws: DisclosureError.self) {
      try CellTable(dimensions: dimensions, values: [9, 4], contributors: [2, 1])
    }
    #expect(throws: DisclosureError.self) {
      try CellTable(dimensions: dimensions, values: [9, 4, 5], contributors: [1, 1, 0])
    }
  }

  /// Parts of a group whose sum is known, beside others, by their contributors.
  @Test(arguments: [3, 7000])
  func `what no pattern protects is seen before one is sought`(
    others: Int
  ) throws {
    func canProtect(parts: [Int], insiders: Bool) throws -> Bool {
      let groups = [nil, 0, 0] + parts.map { _ in 1 } + (0..<others).map { _ in 2 }
      let counts = [Int](repeating: 0, count: 3) + parts + (0..<others).map { 3 + $0 % 5 }
      var values = counts.map { 10 * $0 }
      var contributors = counts
      for cell in groups.indices.reversed() {
        if let group = groups[cell] {
          values[group] += values[cell]
          contributors[group] += contributors[cell]
        }
      }
      let table = try CellTable(
        dimensions: [SampleTable.dimension("row", parents: groups)], values: values,
        contributors: contributors
      ).asEquations()
      var isKnown = values.map { _ in false }
      isKnown[1] = true
      return CellSuppression.canProtect(
        CellQuantity(
          table,
          sensitive: [SensitiveCell(cell: 3, up: 1, down: 1)]), worth: values, isKnown: isKnown,
        insiders: insiders)
    }
    #expect(try canProtect(parts: [2, 1], insiders: false))
    #expect(try !canProtect(parts: [2, 1], insiders: true), "who is alone beside it knows it")
    #expect(try canProtect(parts: [2, 1, 4], insiders: true))
    #expect(try !canProtect(parts: [2], insiders: false), "it is the sum")
  }

  @Test func `amounts below nothing need no room, only company`() throws {
    let dimensions = [
      SampleTable.dimension("row", parents: [nil, 0, 0]),
      SampleTable.dimension("column", parents: [nil, 0, 0]),
    ]
    let values = [3, 1, 2, -4, -5, 1, 7, 6, 1]
    let table = try CellTable(
      dimensions: dimensions, values: values, contributors: [20, 11, 9, 3, 1, 2, 17, 10, 7])
    let sensitive = SensitivityRule.minimumFrequency(threshold: 3, protection: 100)
      .sensitiveCells(of: table)
    let suppression = CellSuppression(
      table, sensitive: sensitive, worth: values.map { abs($0) })
    #expect(
      SuppressionProof(
        table, sensitive: sensitive, isHidden: suppression.isHidden,
        circuits: suppression.circuits
      ).findings.isEmpty)
  }
}
