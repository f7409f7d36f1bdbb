import AttackSupport
import DisclosureControl
import InformationModel
import TestSupport
import Testing

/// What the public has of earlier releases is known for ever: nothing that any of them hides may be computed from all of them.
@Suite struct EarlierReleaseTests {
  private static let threshold = 5

  @Test func whatAnEarlierReleaseShowsProtectsNothingNow() throws {
    let before = try SampleTable.release([SampleTable.row([9, 12, 7, 30])]).tables[0].shown
    #expect(before.isHidden.allSatisfy { !$0 })
    // The cheapest partner of 2 would be 7, which everybody knows; 12 is 40 now.
    let now = try SampleTable.release(
      [SampleTable.row([2, 40, 7, 30])], after: [EarlierRelease([before])]
    ).tables[0]
    #expect(now.values[0] == [79, nil, nil, 7, 30])
    let unbound = try SampleTable.release([SampleTable.row([2, 40, 7, 30])]).tables[0]
    #expect(unbound.values[0] == [79, nil, 40, nil, 30])
  }

  @Test func aFigureThatChangedByTooLittleIsHidden() throws {
    let before = try SampleTable.release([SampleTable.row([20, 30, 40, 50])]).tables[0].shown
    let now = SampleTable.row([22, 30, 60, 90])
    let protected = try SampleTable.release([now], after: [EarlierRelease([before])]).tables[0]
    #expect(protected.values[0][1] == nil)
    // The second is known from before, so that another must protect it.
    #expect(protected.values[0][2] == 30)
    let intervals = LinearProgramAttack(protected).intervals()
    #expect((intervals[1]?.width ?? 0) >= 5)
    let allowed = try SampleTable.release(
      [now], after: [EarlierRelease([before])], revisions: false
    ).tables[0]
    #expect(allowed.values[0].allSatisfy { $0 != nil })
  }

  @Test func whatWasHiddenLastTimeIsHiddenRatherThanAnother() throws {
    let (first, certificate) = try SampleTable.release([SampleTable.row([2, 30, 31, 60])])
    #expect(first[0].values[0] == [123, nil, nil, 31, 60])
    // Without the past the 31 that became 29 would be cheaper by a little.
    let now = SampleTable.row([2, 300, 29, 600])
    #expect(try SampleTable.release([now]).tables[0].values[0] == [931, nil, 300, nil, 600])
    let before = EarlierRelease([first[0].shown], certificate: certificate)
    let protected = try SampleTable.release([now], after: [before], revisions: false).tables[0]
    #expect(protected.values[0] == [931, nil, nil, 29, 600])
  }

  @Test func whatIsSmallStaysHiddenThoughItWasShownBefore() throws {
    let table = SampleTable.row([3, 30, 40, 50])
    let before = EarlierTable(
      id: "T", dimensions: table.dimensions, counts: table.counts.map { $0 },
      isHidden: table.counts.map { _ in false })
    let protected = try SampleTable.release([table], after: [EarlierRelease([before])]).tables[0]
    #expect(protected.values[0] == [123, nil, 30, 40, 50])
  }

  /// One of 4 moved to another offence: all else is as it was, and nobody can be sure of that once it is hidden.
  @Test func whereNothingElseIsLeftWhatIsTheSameIsHiddenToo() throws {
    let dimensions = [SampleTable.dimension("x", parents: [nil, 0, 0, 0, 0])]
    func table(_ counts: [Int]) -> StatisticalTable {
      SampleTable.counting(dimensions) { counts[$0[0] - 1] }
    }
    let before = EarlierTable(
      id: "T", dimensions: dimensions, counts: [74, 4, 0, 30, 40],
      isHidden: [false, false, false, false, false])
    let (tables, certificate) = try SampleTable.release(
      [table([3, 1, 30, 40])], after: [EarlierRelease([before])])
    let intervals = LinearProgramAttack(tables[0]).intervals()
    #expect((intervals[1]?.width ?? 0) >= 5 && (intervals[2]?.width ?? 0) >= 5)
    #expect(tables[0].values[0] == [74, nil, nil, nil, 40])
    #expect(try certificate.findings(in: [tables[0].shown]).isEmpty)
  }

  // MARK: What stays hidden

  /// 2 has become 40, so that it needs no protection any more; but who knew the 30 from now would know the 2 of then.
  @Test func whatKeepsAnEarlierReleaseSafeStaysHidden() throws {
    let (first, certificate) = try SampleTable.release([SampleTable.row([2, 30, 31, 60])])
    let before = EarlierRelease([first[0].shown], certificate: certificate)
    let now = SampleTable.row([40, 30, 31, 60])
    var (tables, proof) = try SampleTable.release([now], after: [before])
    #expect(tables[0].values[0][2] == nil)
    #expect(try proof.findings(in: [tables[0].shown]).isEmpty)
    // By now the 30 is so different that it tells nothing.
    let later = SampleTable.row([40, 45, 31, 60])
    tables = try SampleTable.release([later], after: [before]).tables
    #expect(tables[0].values[0] == [176, 40, 45, 31, 60])
    // Nearly the same is not different.
    let nearly = SampleTable.row([40, 34, 31, 60])
    tables = try SampleTable.release([nearly], after: [before]).tables
    #expect(tables[0].values[0][2] == nil)
  }

  @Test func allThatWasHiddenStaysHiddenWhereNobodyCanTellWhatItProtects() throws {
    let first = try SampleTable.release([SampleTable.row([2, 30, 31, 60])]).tables[0]
    let later = SampleTable.row([40, 45, 31, 60])
    let tables = try SampleTable.release([later], after: [EarlierRelease([first.shown])]).tables
    #expect(tables[0].values[0][1...2] == [nil, nil])
  }

  /// Two tables of all units; later one of them counts some of them only, and what was one cell is two.
  @Test func whatTwoTablesSharedStaysHiddenInBothWhenTheyShareItNoMore() throws {
    func tables(_ counts: [Int], conditions: [String: Set<String>]) -> [StatisticalTable] {
      ["T", "U"].map { id in
        var table = SampleTable.row(counts)
        table.description.id = id
        table.population = Population(
          units: "unit", variables: ["v"], categories: [["a": 1, "b": 2, "c": 3, "d": 4]],
          conditions: id == "U" ? conditions : [:], amounts: [nil])
        return table
      }
    }
    let (first, certificate) = try SampleTable.release(tables([2, 30, 31, 60], conditions: [:]))
    let before = EarlierRelease(first.map(\.shown), certificate: certificate)
    let now = try SampleTable.release(
      tables([40, 30, 31, 60], conditions: ["w": ["z"]]), after: [before]
    ).tables
    for table in now { #expect(table.values[0][2] == nil, "\(table.description.id)") }
  }

  @Test func aReleaseThatShowsWhatMustStayHiddenIsFound() throws {
    let (first, certificate) = try SampleTable.release([SampleTable.row([2, 30, 31, 60])])
    let before = EarlierRelease([first[0].shown], certificate: certificate)
    let now = SampleTable.row([40, 30, 31, 60])
    let (tables, proof) = try SampleTable.release([now], after: [before])
    let all = EarlierTable(
      id: "T", dimensions: tables[0].dimensions, counts: now.counts.map { $0 },
      isHidden: now.counts.map { _ in false })
    #expect(try proof.findings(in: [all]).contains { $0.kind == .shown && $0.cell == "x x2" })
  }

  // MARK: Side by side

  /// A register in which units come, go and move from one category to another.
  private struct History {
    var random: SeededGenerator
    var table: StatisticalTable

    init(seed: UInt64) {
      var tables = RandomTables(seed: seed)
      table = tables.table(dimensions: 1...3, leaves: 2...5, cells: 150, largest: 30)
      random = tables.random
    }

    /// A few units are recorded otherwise.
    mutating func revise() {
      let children = table.dimensions.map(\.children)
      let index = CellIndex(table.dimensions)
      let leaves = table.counts.indices.filter { cell in
        zip(index.coordinates(of: cell), children).allSatisfy { $1[$0].isEmpty }
      }
      var counts = table.counts
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        guard let from = leaves.randomElement(using: &random),
          let to = leaves.randomElement(using: &random)
        else { continue }
        let moved = min(counts[from], Int.random(in: 0...6, using: &random))
        counts[from] -= moved
        counts[to] += moved
        if Int.random(in: 0..<3, using: &random) == 0 {
          counts[to] += Int.random(in: 1...3, using: &random)
        }
      }
      let revised = counts
      table = SampleTable.counting(table.dimensions) { revised[index.cell(at: $0)] }
    }
  }

  /// What is known of a release by whoever takes a figure that another release shows for the same, and is right.
  private func known(
    _ number: Int, of releases: [(truth: StatisticalTable, shown: ProtectedTable)]
  ) -> [Double?] {
    releases[number].truth.counts.indices.map { cell in
      let same = releases.filter { $0.truth.counts[cell] == releases[number].truth.counts[cell] }
      return same.compactMap { $0.shown.values[0][cell] }.first
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func noReleaseTellsWhatAnotherOneHides(seed: UInt64) throws {
    var history = History(seed: 51_000 + seed)
    var releases: [(truth: StatisticalTable, shown: ProtectedTable)] = []
    var earlier: [EarlierRelease] = []
    for _ in 0..<4 {
      let (tables, certificate) = try SampleTable.release([history.table], after: earlier)
      releases.append((history.table, tables[0]))
      earlier.append(EarlierRelease([tables[0].shown], certificate: certificate))
      #expect(try certificate.findings(in: [tables[0].shown]).isEmpty)
      history.revise()
    }
    for number in releases.indices {
      let truth = releases[number].truth
      let intervals = LinearProgramAttack(
        dimensions: truth.dimensions, published: known(number, of: releases)
      ).intervals()
      for (cell, count) in truth.counts.enumerated() where (1..<Self.threshold).contains(count) {
        let interval = try #require(intervals[cell], "\(cell) of release \(number) is shown")
        #expect(interval.width > 1e-6, "\(cell) of release \(number) is \(interval)")
      }
    }
  }
}
