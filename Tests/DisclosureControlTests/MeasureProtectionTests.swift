import AttackSupport
import DisclosureControl
import InformationModel
import Testing

@Suite struct MeasureProtectionTests {
  /// `Total .a .b .c .d .e` in a single row: 2 units in a, none in d.
  private static let row = SampleTable.dimension("group", parents: [nil, 0, 0, 0, 0, 0])
  private static let counts = [68, 2, 9, 50, 0, 7]

  private func measure(_ kind: Measure.Kind, decimals: Int = 0) -> Measure {
    Measure(
      id: "other", title: SampleTable.text(""), unit: SampleTable.text(""), decimals: decimals,
      kind: kind)
  }

  private func protect(
    _ kind: Measure.Kind, _ values: [Double?], decimals: Int = 0
  ) throws -> ProtectedTable {
    try SampleTable.table(
      [Self.row], counts: Self.counts, measures: [(measure(kind, decimals: decimals), values)]
    ).protected(under: SampleTable.policy(threshold: 5))
  }

  @Test func aHiddenCountHidesTheSumOfItsCell() throws {
    let table = try protect(.sum, [680, 20, 90, 500, 0, 70])
    #expect(
      table.statuses[0] == [.normal, .confidential, .normal, .normal, .normal, .confidential])
    #expect(table.statuses[1] == table.statuses[0])
    #expect(table.values[1] == [680, nil, 90, 500, 0, nil])
  }

  @Test func aPartnerWithoutAmountDoesNotProtectASum() throws {
    let table = try protect(.sum, [610, 20, 90, 500, 0, 0])
    #expect(
      table.statuses[1] == [.normal, .confidential, .confidential, .normal, .normal, .normal])
    let interval = LinearProgramAttack(table, measure: 1).intervals()[1]
    #expect((interval?.width ?? 0) >= 20 * 5 / 2)
  }

  @Test func aPercentileNeedsEnoughUnits() throws {
    let table = try protect(.percentile(0.5), [30, 31, 32, 33, nil, 34])
    #expect(
      table.statuses[1] == [
        .normal, .confidential, .confidential, .normal, .impossible, .confidential,
      ])
    #expect(table.values[1] == [30, nil, nil, 33, nil, nil])
  }

  @Test func aPercentileOfAHiddenEmptyCellDoesNotTellThatItIsEmpty() throws {
    let table = try SampleTable.table(
      [SampleTable.dimension("group", parents: [nil, 0, 0])], counts: [3, 3, 0],
      measures: [(measure(.percentile(0.5)), [4, 4, nil])]
    ).protected(under: SampleTable.policy(threshold: 5))
    #expect(table.statuses.joined().allSatisfy { $0 == .confidential })
    #expect(table.primaryCount == 2 && table.secondaryCount == 1)
  }

  @Test func aShareIsHiddenWithItsCell() throws {
    let shares = Self.counts.map { Double($0) / 68 * 100 }
    let table = try protect(.share(of: "units", within: "group"), shares, decimals: 1)
    #expect(table.statuses[1] == table.statuses[0])
    #expect(zip(table.values[0], table.values[1]).allSatisfy { ($0 == nil) == ($1 == nil) })
  }

  @Test func aShareIsHiddenWhenTheTotalThatItRefersToIsHidden() throws {
    // Published share and published count of b would give the hidden total of A: 20 / 0.8 = 25.
    let tree = SampleTable.dimension("group", parents: [nil, 0, 1, 1, 0, 4, 4])
    let within = SampleTable.dimension("kind", parents: [nil, 0, 0])
    let counts = SampleTable.totals([tree, within]) { cell in
      [[0, 0, 0], [0, 0, 0], [0, 2, 20], [0, 0, 0], [0, 0, 0], [0, 50, 60], [0, 70, 80]][cell[0]][
        cell[1]]
    }
    let shares = counts.indices.map { cell -> Double? in
      let total = counts[cell / 3 * 3]
      return total == 0 ? nil : Double(counts[cell]) / Double(total) * 100
    }
    let table = try SampleTable.table(
      [tree, within], counts: counts,
      measures: [(measure(.share(of: "units", within: "kind")), shares)]
    ).protected(under: SampleTable.policy(threshold: 5))
    for cell in counts.indices where table.statuses[0][cell / 3 * 3] == .confidential {
      #expect(table.statuses[1][cell] == .confidential)
    }
    for cell in counts.indices where table.statuses[0][cell] == .confidential {
      #expect(table.statuses[1][cell] == .confidential)
    }
  }

  @Test func aShareWithinADimensionWithoutTotalNeedsAllItsRoots() throws {
    // 9 is 90 per cent of 10, so the hidden one is 1.
    let table = try SampleTable.table(
      [SampleTable.dimension("answer", parents: [nil, nil])], counts: [1, 9],
      measures: [(measure(.share(of: "units", within: "answer")), [10, 90])]
    ).protected(under: SampleTable.policy(threshold: 5))
    #expect(table.values[0] == [nil, 9])
    #expect(table.statuses[1] == [.confidential, .confidential])
  }

  /// 1,198 fines, of which one has an amount: the total of all amounts is the amount of one.
  @Test func aSumToWhichFewUnitsContributeIsHidden() throws {
    let group = SampleTable.dimension("group", parents: [nil, 0, 0])
    let amount = measure(.sum, decimals: 2)
    var table = SampleTable.table(
      [group], counts: [2598, 1198, 1400], measures: [(amount, [70_036.5, 36.5, 70_000])])
    table.support = [nil, [1401, 1, 1400]]
    let protected = try table.protected(under: SampleTable.policy(threshold: 5))
    #expect(protected.values[1] == [70_036.5, nil, nil])
    #expect(protected.values[0] == [2598, nil, nil])
    #expect((protected.primaryCount, protected.secondaryCount) == (1, 1))
    let interval = LinearProgramAttack(protected, measure: 1).intervals()[1]
    #expect((interval?.width ?? 0) >= 36.5 * 5)
    table.support = [nil, nil]
    #expect(
      try table.protected(under: SampleTable.policy(threshold: 5)).values[1]
        == [70_036.5, 36.5, 70_000])
  }

  @Test func noUnitsContributeToASumThatIsZero() throws {
    var table = SampleTable.table(
      [SampleTable.dimension("group", parents: [nil, 0, 0])], counts: [2598, 1198, 1400],
      measures: [(measure(.sum), [70_000, 0, 70_000])])
    table.support = [nil, [1400, 0, 1400]]
    let protected = try table.protected(under: SampleTable.policy(threshold: 5))
    #expect(protected.secondaryCount == 0)
    #expect(protected.values[1] == [70_000, 0, 70_000])
  }

  @Test func aTableWithoutTheAmountsLeavesThemUncertain() throws {
    // By group with amounts, by kind without: one unit in the first group.
    let group = SampleTable.dimension("group", parents: [nil, 0, 0, 0])
    let kind = SampleTable.dimension("kind", parents: [nil, 0, 0])
    var first = SampleTable.table(
      [group], counts: [61, 1, 20, 40], measures: [(measure(.sum), [610, 10, 200, 400])])
    first.population = Population(
      units: "unit", variables: ["group"], categories: [["a": 1, "b": 2, "c": 3]],
      amounts: [nil, "amount"])
    var second = SampleTable.table([kind], counts: [61, 31, 30])
    second.population = Population(
      units: "unit", variables: ["kind"], categories: [["x": 1, "y": 2]], amounts: [nil])
    let protected = try TableForRelease.protect(
      [first, second].map { TableForRelease($0, under: SampleTable.policy(threshold: 5)) }
    ).tables
    #expect(protected[0].values[0] == [61, nil, nil, 40])
    #expect(protected[0].values[1] == [610, nil, nil, 400])
    #expect(protected[1].values[0] == [61, 31, 30])
  }
}
