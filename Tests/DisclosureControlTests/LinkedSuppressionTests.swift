import DisclosureControl
import InformationModel
import TestSupport
import Testing

/// Tables that share cells, releases that follow each other, contributors of several cells.
@Suite struct LinkedSuppressionTests {
  private static let region = SampleTable.dimension("region", parents: [nil, 0, 0, 1, 1, 2, 2, 2])
  private static let offence = SampleTable.dimension("offence", parents: [nil, 0, 0, 1, 1, 1, 2])
  private static let age = SampleTable.dimension("age", parents: [nil, 0, 0, 0, 0])

  /// Counts of persons with a region, an offence and an age, in a table by two of these.
  private static func table(
    _ dimensions: [Dimension], _ axes: [Int], _ persons: [[Int]]
  ) throws -> CellTable {
    let chosen = axes.map { dimensions[$0] }
    let counts = SampleTable.totals(chosen) { place in
      persons.count { person in zip(axes, place).allSatisfy { person[$0] == $1 } }
    }
    return try CellTable(dimensions: chosen, values: counts, contributors: counts)
  }

  private static func persons(_ seed: UInt64, _ count: Int) -> [[Int]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      [
        Int.random(in: 3...7, using: &random),
        [3, 3, 3, 4, 5, 6].randomElement(using: &random) ?? 3,
        Int.random(in: 1...4, using: &random),
      ]
    }
  }

  private func expectSafe(
    _ table: CellTable, _ sensitive: [SensitiveCell], _ isHidden: [Bool], _ circuits: [Circuit]
  ) {
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: isHidden, circuits: circuits)
    #expect(proof.findings.isEmpty)
    // Independent of the proof: by elimination, and by linear programs.
    let exact = ExactAttack(table, isHidden: isHidden)
    let computed = Set(exact.computed)
    var known: [Int: Set<Int32>] = [:]
    for (cell, group) in exact.together where table.soleContributor[cell] >= 0 {
      known[group, default: []].insert(table.soleContributor[cell])
    }
    var attack = IntervalAttack(table, isHidden: isHidden)
    for one in sensitive {
      #expect(isHidden[one.cell] && !computed.contains(one.cell))
      let insiders = exact.together[one.cell].flatMap { known[$0] } ?? []
      #expect(insiders.subtracting([table.soleContributor[one.cell]]).isEmpty)
      guard let range = attack.interval(of: one.cell) else { continue }
      #expect(range.upper >= Double(table.values[one.cell] + one.up) - 1e-6)
      #expect(range.lower <= Double(table.values[one.cell] - one.down) + 1e-6)
    }
  }

  @Test(arguments: 1...6)
  func `tables that share their margins are safe together`(seed: Int) throws {
    let persons = Self.persons(UInt64(seed), 150)
    let dimensions = [Self.region, Self.offence, Self.age]
    let tables = try [[0, 1], [0, 2], [1, 2]].map { try Self.table(dimensions, $0, persons) }
    let linking = try TableLinking(tables)
    let (table, cells) = (linking.table, linking.cells)
    // The total and each margin are one cell in both tables that show it.
    #expect(cells[0][0] == cells[1][0] && cells[1][0] == cells[2][0])
    #expect(table.cellCount == 8 * 7 + 8 * 5 + 7 * 5 - 8 - 7 - 5 + 1)
    let sensitive = SensitivityRule.minimumFrequency(threshold: 4, protection: 1)
      .sensitiveCells(of: table)
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    expectSafe(table, sensitive, suppression.isHidden, suppression.circuits)
  }

  @Test func `tables that contradict each other are refused with the cell`() throws {
    let persons = Self.persons(1, 60)
    let dimensions = [Self.region, Self.offence, Self.age]
    let one = try Self.table(dimensions, [0, 1], persons)
    let other = try Self.table(dimensions, [0, 2], Array(persons.dropLast()))
    let error = #expect(throws: DisclosureError.self) { try TableLinking([one, other]) }
    #expect("\(try #require(error))".contains("two tables give different figures for"))
  }

  /// Two persons more than last year: each table is safe, their difference shows who came.
  @Test func `what was published before and what changed since are part of what is known`() throws {
    let persons = Self.persons(4, 400)
    let dimensions = [Self.region, Self.offence]
    let before = try Self.table(dimensions, [0, 1], persons)
    let now = try Self.table(dimensions, [0, 1], persons + [[3, 3, 1], [3, 3, 2]])
    let rule = SensitivityRule.minimumFrequency(threshold: 4, protection: 1)
    let linking = try TableLinking(
      [now, before],
      earlier: [[TableLinking.Earlier](repeating: .init(isShown: false), count: before.cellCount)])
    let (table, cells, changes) = (linking.table, linking.cells, linking.changes.map(\.cell))
    #expect(!changes.isEmpty)
    #expect(changes.allSatisfy { table.values[$0] == 2 })
    // Last year all that the rule allows was published.
    let first = CellSuppression(
      before, sensitive: rule.sensitiveCells(of: before), worth: before.values)
    var isKnown = [Bool](repeating: false, count: table.cellCount)
    for cell in first.isHidden.indices where !first.isHidden[cell] {
      isKnown[cells[1][cell]] = true
    }
    let sensitive = rule.sensitiveCells(of: table).filter { !isKnown[$0.cell] }
    let suppression = CellSuppression(
      table, sensitive: sensitive, worth: table.values, isKnown: isKnown)
    var isHidden = suppression.isHidden
    // What was never published is hidden, whatever is decided now.
    for cell in isHidden.indices where cell >= now.cellCount && !isKnown[cell] {
      isHidden[cell] = true
    }
    expectSafe(table, sensitive, isHidden, suppression.circuits)
    // A cell that changed by two persons is not published again beside what it was.
    #expect(cells[0].indices.contains { isHidden[cells[0][$0]] && now.values[$0] > 20 })
  }

  /// By region and offence, and by region and age, in two releases before this one.
  @Test
  func `what two tables of one release hide is one figure, and who is shown it later knows it`()
    throws
  {
    let persons = Self.persons(2, 200)
    let dimensions = [Self.region, Self.offence, Self.age]
    let axes = [[0, 1], [0, 2]]
    let before = try axes.map { try Self.table(dimensions, $0, persons) }
    let now = try axes.map { try Self.table(dimensions, $0, persons + [[3, 3, 1]]) }
    func linked(_ isShown: [Bool]) throws -> TableLinking {
      try TableLinking(
        now + isShown.flatMap { _ in before },
        earlier: isShown.flatMap { isShown in
          before.map {
            [TableLinking.Earlier](
              repeating: .init(isShown: isShown, isApart: !isShown), count: $0.cellCount)
          }
        })
    }
    // Nobody knows that what was hidden again is the same.
    let hidden = try linked([false, false])
    for region in 0..<8 {
      let cells = (2..<6).map { hidden.cells[$0][region * ($0.isMultiple(of: 2) ? 7 : 5)] }
      #expect(cells[0] == cells[1] && cells[2] == cells[3] && cells[0] != cells[2])
    }
    // The total is another now: shown after it was hidden it is what it was, hidden after it was shown it may not be.
    let shown = try linked([false, true])
    #expect(shown.cells[2][0] == shown.cells[4][0] && shown.cells[4][0] != shown.cells[0][0])
    let hiddenLater = try linked([true, false])
    #expect(hiddenLater.cells[2][0] != hiddenLater.cells[4][0])
  }

  @Test(arguments: 1...4)
  func `who stands alone in several cells knows them all`(seed: Int) throws {
    let persons = Self.persons(UInt64(10 + seed), 70)
    let counts = SampleTable.totals([Self.region, Self.offence]) { place in
      persons.count { $0[0] == place[0] && $0[1] == place[1] }
    }
    // All that are alone in a cell belong to one of two holdings.
    var knowledge = CellTable.Knowledge()
    knowledge.holders = counts.enumerated().map { $1 == 1 ? $0 % 2 : -1 }
    let table = try CellTable(
      dimensions: [Self.region, Self.offence], values: counts, contributors: counts,
      knowledge: knowledge)
    let sensitive = SensitivityRule.minimumFrequency(threshold: 4, protection: 1)
      .sensitiveCells(of: table)
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits)
    let unproved = Set(proof.findings.map(\.cell))
    for cells in table.cellsOfHolders {
      var isHidden = suppression.isHidden
      for cell in cells { isHidden[cell] = false }
      let computed = Set(ExactAttack(table, isHidden: isHidden).computed)
      for one in sensitive where !cells.contains(one.cell) && !unproved.contains(one.cell) {
        #expect(!computed.contains(one.cell))
      }
    }
  }

  @Test(arguments: 1...4)
  func `the optimal pattern is safe and loses no more than the fast one`(seed: Int) throws {
    let persons = Self.persons(UInt64(20 + seed), 120)
    let table = try Self.table([Self.region, Self.offence], [0, 1], persons)
    let sensitive = SensitivityRule.minimumFrequency(threshold: 4, protection: 1)
      .sensitiveCells(of: table)
    let fast = CellSuppression(table, sensitive: sensitive, worth: table.values)
    let best = try OptimalSuppression(table, sensitive: sensitive, worth: table.values)
    expectSafe(table, sensitive, best.isHidden, best.circuits)
    func lost(_ isHidden: [Bool]) -> Int {
      isHidden.indices.reduce(0) { $0 + (isHidden[$1] ? max(1, table.values[$1]) : 0) }
    }
    #expect(lost(best.isHidden) <= lost(fast.isHidden))
  }

  @Test func `an empty cell that might not be empty protects, and is protected`() throws {
    let group = SampleTable.dimension("group", parents: [nil, 0, 0, 0])
    let kind = SampleTable.dimension("class", parents: [nil, 0, 0, 0])
    // All of the first group are in one class.
    let leaves = [[12, 0, 0], [6, 9, 7], [8, 5, 11]]
    let counts = SampleTable.totals([group, kind]) { leaves[$0[0] - 1][$0[1] - 1] }
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = true
    let table = try CellTable(
      dimensions: [group, kind], values: counts, contributors: counts, knowledge: knowledge)
    let rule = SensitivityRule.full(dimension: "class", percent: 100)
    let sensitive = rule.sensitiveCells(of: table)
    #expect(sensitive.map(\.cell).contains { table.contributors[$0] == 0 })
    let suppression = CellSuppression(table, sensitive: sensitive, worth: counts)
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits)
    #expect(proof.findings.isEmpty)
    // Somebody of the group may be elsewhere.
    var attack = IntervalAttack(table, isHidden: suppression.isHidden)
    let empty = try #require(sensitive.first { table.contributors[$0.cell] == 0 })
    let range = attack.interval(of: empty.cell)
    #expect(try #require(range).upper >= 1)
    // Where everybody knows what is empty nothing helps, and that is said.
    let known = try CellTable(dimensions: [group, kind], values: counts, contributors: counts)
    let hopeless = CellSuppression(known, sensitive: sensitive, worth: counts)
    #expect(
      !SuppressionProof(
        known, sensitive: sensitive, isHidden: hopeless.isHidden, circuits: hopeless.circuits
      ).findings.isEmpty)
  }

  /// Both empty cells of the last row must be empty, for what is published there fills it: then the first row has one unknown less, and whoever
  /// stands alone in its second cell computes its first.
  @Test func `a circuit that cannot be followed is no proof against insiders`() throws {
    let rows = SampleTable.dimension("r", parents: [nil, 0, 0, 0])
    let columns = SampleTable.dimension("c", parents: [nil, 0, 0, 0])
    let leaves = [[2, 1, 5], [4, 6, 7], [0, 8, 0]]
    let counts = SampleTable.totals([rows, columns]) { leaves[$0[0] - 1][$0[1] - 1] }
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = true
    let table = try CellTable(
      dimensions: [rows, columns], values: counts, contributors: counts, knowledge: knowledge)
    func cell(_ row: Int, _ column: Int) -> Int { row * 4 + column }
    var isHidden = [Bool](repeating: false, count: 16)
    for place in [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (3, 3)] {
      isHidden[cell(place.0, place.1)] = true
    }
    func circuit(_ a: (Int, Int), _ b: (Int, Int)) -> Circuit {
      Circuit([
        (Int32(cell(a.0, a.1)), 1), (Int32(cell(a.0, b.1)), -1),
        (Int32(cell(b.0, a.1)), -1), (Int32(cell(b.0, b.1)), 1),
      ])
    }
    let sensitive = [SensitiveCell(cell: cell(1, 1), up: 1, down: 1)]
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: isHidden,
      circuits: [circuit((1, 1), (2, 2)), circuit((1, 1), (3, 3))])
    #expect(proof.findings.map(\.kind) == [.insider])
    var attack = IntervalAttack(
      table, isHidden: isHidden.enumerated().map { $0 == cell(1, 2) ? false : $1 })
    let found = attack.interval(of: cell(1, 1))
    let range = try #require(found)
    #expect(range.upper - range.lower < 1e-6)
  }

  @Test func `an attack by elimination finds what a naive pattern gives away`() throws {
    let persons = Self.persons(2, 150)
    let table = try Self.table([Self.region, Self.offence], [0, 1], persons)
    var isHidden = [Bool](repeating: false, count: table.cellCount)
    let sensitive = SensitivityRule.minimumFrequency(threshold: 4, protection: 1)
      .sensitiveCells(of: table)
    for one in sensitive { isHidden[one.cell] = true }
    let exact = Set(ExactAttack(table, isHidden: isHidden).computed)
    #expect(!exact.isEmpty)
    // The linear programs know at least as much.
    var attack = IntervalAttack(table, isHidden: isHidden)
    for cell in exact {
      let found = attack.interval(of: cell)
      let range = try #require(found)
      #expect(range.upper - range.lower < 1e-6)
    }
  }
}
