import AttackSupport
import DisclosureControl
import InformationModel
import Testing

/// What must hold for every table: the attacker learns no unsafe count to within the threshold.
func expectSafe(
  _ table: StatisticalTable, threshold: Int, at location: SourceLocation = #_sourceLocation
) throws {
  let protected = try table.protected(under: SampleTable.policy(threshold: threshold))
  let intervals = LinearProgramAttack(protected).intervals()
  for (cell, count) in table.counts.enumerated() {
    let isUnsafe = (1..<threshold).contains(count)
    guard let interval = intervals[cell] else {
      #expect(!isUnsafe, "cell \(cell) is published", sourceLocation: location)
      continue
    }
    let needed = isUnsafe ? Double(threshold) : 1e-6
    #expect(
      interval.width > needed - 1e-6 && interval.width > 1e-7,
      "cell \(cell) = \(count) lies in \(interval)", sourceLocation: location)
  }
}

@Suite struct LinearProgramAttackTests {
  private func interval(
    _ drawing: String, published: (String) -> Bool = { $0.isEmpty }, at cell: Int
  ) -> LinearProgramAttack.Interval? {
    let text = TextTable(drawing)
    return LinearProgramAttack(
      dimensions: text.table.dimensions,
      published: zip(text.table.counts, text.marks).map { published($1) ? Double($0) : nil }
    ).intervals()[cell]
  }

  /// sdcTools, Handbook on Statistical Disclosure Control, chapter 4.2, example 3 (CC BY-SA 4.0).
  @Test func theHandbooksExampleGivesThreeToSix() {
    let found = interval(
      """
             Total .1  .2
      Total    16   9   7
      .1        7   4!  3*
      .2        3   2*  1*
      .3        6   3   3
      """, at: 4)
    #expect(found == .init(lower: 3, upper: 6))
  }

  /// sdcTable 0.34.0, its 4 x 4 test table: two hidden cells in each row and column are not enough.
  @Test func aTableCanBeSolvedThoughEachRowHasTwoHiddenCells() {
    let drawing = """
             tot    .a   .b   .c   .d
      tot    3943 1012 1262  779  890
      .w      230   30!  47!  64!  89
      .x      250   90! 124    5!  31*
      .y      336   92  100!  59   85!
      .z     3127  800  991! 651  685!
      """
    #expect(
      interval(drawing, published: { $0 != "!" }, at: 7) == .init(lower: 47, upper: 47))
    #expect(interval(drawing, at: 7) == .init(lower: 0, upper: 78))
  }

  /// sdcTable 0.34.0, `problem_with_supps`: optimal suppression around A, female.
  @Test func theOptimalPatternGivesZeroToTwelve() {
    let drawing = """
             total .male .female
      total    100    55   45
      .A        20    18*   2!
      .B        33    14   19
      .C        22    12*  10*
      .D        25    11   14
      """
    #expect(interval(drawing, at: 5) == .init(lower: 0, upper: 12))
  }
}

@Suite struct RandomTableTests {
  /// 300 tables of 1 to 4 dimensions, ragged, with and without totals, up to nine in ten cells
  /// empty.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func noUnsafeCountCanBeComputedByLinearProgram(seed: UInt64) throws {
    var tables = RandomTables(seed: seed)
    for _ in 0..<10 {
      let table = tables.table(
        dimensions: 1...4, leaves: 1...7, cells: 400,
        largest: [4, 20, 100].randomElement(using: &tables.random) ?? 20)
      try expectSafe(
        table, threshold: [3, 5, 10].randomElement(using: &tables.random) ?? 5)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func theSumInAnUnsafeCellStaysAsUncertainAsItsCount(seed: UInt64) throws {
    var tables = RandomTables(seed: 1000 + seed)
    let amount = Measure(
      id: "amount", title: SampleTable.text(""), unit: SampleTable.text(""), decimals: 0,
      kind: .sum)
    for _ in 0..<5 {
      var table = tables.table(dimensions: 1...3, leaves: 1...6, cells: 200, largest: 30)
      let index = CellIndex(table.dimensions)
      let amounts = SampleTable.totals(table.dimensions) { coordinates -> Double in
        let count = table.counts[index.cell(at: coordinates)]
        return Double(Int.random(in: 0...max(0, 10 * count), using: &tables.random) / 3)
      }
      table.measures.append(amount)
      table.values.append(amounts.map(Optional.some))
      table.support.append(nil)
      try expectSafe(table, threshold: 5)
      let protected = try table.protected(under: SampleTable.policy(threshold: 5))
      let intervals = LinearProgramAttack(protected, measure: 1).intervals()
      for (cell, count) in table.counts.enumerated() where (1..<5).contains(count) {
        let width = intervals[cell]?.width ?? 0
        #expect(
          width > max(1, amounts[cell] * 5 / Double(count)) - 1e-6,
          "cell \(cell) = \(amounts[cell]) within \(width)")
      }
    }
  }
}
