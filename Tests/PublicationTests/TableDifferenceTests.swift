import DisclosureControl
import Foundation
import InformationModel
import Publication
import TestSupport
import Testing

@Suite("The difference between two versions of a table")
struct TableDifferenceTests {
  /// Where a figure stands, whatever the order of dimensions and categories is.
  private struct Place: Hashable {
    let codes: [String: String]
    let measure: String
  }

  private struct Figure {
    let codes: [String]
    let cell: PublishedCell
    let isDefinitive: Bool
  }

  /// All figures of a table in its own order.
  private static func figures(_ table: PublishedTable) -> [(place: Place, figure: Figure)] {
    let index = table.cells
    return (0..<index.sizes.reduce(1, *)).flatMap { cell in
      let categories = zip(table.dimensions, index.coordinates(of: cell)).map {
        (dimension: $0, category: $0.categories[$1])
      }
      return table.measures.indices.map { measure in
        (
          Place(
            codes: Dictionary(
              uniqueKeysWithValues: categories.map { ($0.dimension.id, $0.category.code) }),
            measure: table.measures[measure].id),
          Figure(
            codes: categories.map(\.category.code), cell: table.cell(cell, measure: measure),
            isDefinitive: !categories.contains {
              $0.dimension.role == .time && $0.category.status == .provisional
            })
        )
      }
    }
  }

  /// The same by looking every figure up.
  private static func check(_ before: PublishedTable, _ after: PublishedTable) {
    let difference = TableDifference(from: before, to: after)
    let (old, new) = (figures(before), figures(after))
    guard Set(before.dimensions.map(\.id)) == Set(after.dimensions.map(\.id)) else {
      #expect(!difference.isComparable)
      #expect(difference.changes.isEmpty)
      #expect(difference.corrections == 0)
      #expect(difference.added == new.count && difference.removed == old.count)
      return
    }
    #expect(difference.isComparable)
    let known = Dictionary(uniqueKeysWithValues: old.map { ($0.place, $0.figure) })
    let shared = new.filter { known[$0.place] != nil }
    #expect(difference.added == new.count - shared.count)
    #expect(difference.removed == old.count - shared.count)
    var corrections = 0
    var changes = difference.changes[...]
    for (place, figure) in shared {
      guard let was = known[place], was.cell != figure.cell else { continue }
      let change = changes.popFirst()
      #expect(change?.codes == figure.codes)
      #expect(change?.measure == place.measure)
      // What a figure was that is hidden now is not told.
      #expect(change?.before == (figure.cell == .confidential ? nil : was.cell))
      #expect(change?.after == figure.cell)
      #expect(change?.wasDefinitive == was.isDefinitive)
      if was.isDefinitive, case .value = was.cell, case .value = figure.cell {
        #expect(change?.isCorrection == true)
        corrections += 1
      } else {
        #expect(change?.isCorrection == false)
      }
    }
    #expect(changes.isEmpty)
    #expect(difference.corrections == corrections)
  }

  // MARK: Random tables

  /// A table of some of two or three dimensions' categories and some measures, in any order; small counts become hidden ones.
  private static func table(
    _ number: Int, dimensions names: [String], _ random: inout SeededGenerator
  ) -> StatisticalTable {
    let dimensions = names.map { name -> InformationModel.Dimension in
      let isTime = name == "Perioden"
      let codes = (0..<4).map { isTime ? "202\($0)JJ00" : "\(name)\($0)" }.shuffled(using: &random)
      let chosen = codes.prefix(Int.random(in: 1...4, using: &random))
      return InformationModel.Dimension(
        id: name, title: Market.text(name), role: isTime ? .time : .plain,
        categories: chosen.map { code in
          let status = [PeriodStatus.provisional, .definitive, nil].randomElement(using: &random)
          return Category(
            code: code, label: Market.text(code), status: isTime ? status ?? nil : nil)
        })
    }.shuffled(using: &random)
    let measures = ["een", "twee", "drie"].shuffled(using: &random)
      .prefix(Int.random(in: 1...3, using: &random)).map { id in
        Measure(
          id: id, title: Market.text(id), unit: Market.text("aantal"), decimals: 0,
          kind: .percentile(0.5))
      }
    let size = dimensions.reduce(1) { $0 * $1.categories.count }
    // Few figures, so that many stay the same; a median of few units is hidden, one of none cannot be computed.
    let counts = (0..<size).map { _ in [0, 3, 20, 20, 21].randomElement(using: &random) ?? 0 }
    return StatisticalTable(
      description: Market.description("T\(number)", slug: "t\(number)"), dimensions: dimensions,
      measures: Array(measures), counts: counts,
      values: measures.map { _ in
        counts.map { count in
          count == 0 ? nil : Double(Int.random(in: 1...3, using: &random))
        }
      })
  }

  @Test("is what looking every figure up gives, for any two tables")
  func twin() throws {
    var random = SeededGenerator(seed: 20)
    var tables: [StatisticalTable] = []
    for number in 0..<48 {
      let names =
        switch number % 6 {
        case 0: ["A", "B"]
        case 1: ["Perioden"]
        default: ["A", "B", "Perioden"]
        }
      tables.append(Self.table(number, dimensions: names, &random))
    }
    try withFolder { folder in
      let published = try PublicationStore(directory: folder)
        .release(Market.write(into: folder, tables: tables)).allTables()
      var hiddenNow = 0
      var kinds = (corrections: 0, hidden: 0, shown: 0, incomparable: 0)
      for before in published {
        for after in published {
          Self.check(before, after)
          let difference = TableDifference(from: before, to: after)
          let now = published[(kinds.corrections + kinds.hidden) % published.count]
          hiddenNow += Self.check(difference, from: before, to: after, shownNow: now)
          kinds.corrections += difference.corrections
          kinds.hidden += difference.changes.count { $0.after == .confidential }
          kinds.shown += difference.changes.count { $0.before == .confidential }
          kinds.incomparable += difference.isComparable ? 0 : 1
        }
      }
      // All of it occurs.
      #expect(kinds.corrections > 500 && kinds.hidden > 500 && kinds.shown > 500)
      #expect(kinds.incomparable > 100)
      #expect(hiddenNow > 100)
    }
  }

  /// What is hidden in the version that is shown now is told of neither; all else is as without it.
  private static func check(
    _ plain: TableDifference, from before: PublishedTable, to after: PublishedTable,
    shownNow now: PublishedTable
  ) -> Int {
    let difference = TableDifference(from: before, to: after, shownNow: now)
    // Found once, and counted whenever another version is shown.
    let corrected = CorrectedFigures(from: before, to: after)
    #expect((corrected == nil) == (plain.corrections == 0))
    #expect(corrected?.count(shownNow: now) ?? 0 == difference.corrections)
    #expect(corrected?.count(shownNow: nil) ?? 0 == plain.corrections)
    let shown = Dictionary(uniqueKeysWithValues: figures(now).map { ($0.place, $0.figure.cell) })
    #expect(difference.changes.count == plain.changes.count)
    var hidden = 0
    for (change, known) in zip(difference.changes, plain.changes) {
      let place = Place(
        codes: Dictionary(
          uniqueKeysWithValues: zip(after.dimensions.map(\.id), change.codes)),
        measure: change.measure)
      if shown[place] == .confidential {
        hidden += 1
        #expect(change.before == nil && change.after == .confidential && !change.isCorrection)
      } else {
        #expect(change == known)
      }
    }
    return hidden
  }

  // MARK: Cases

  private func difference(
    from before: StatisticalTable, to after: StatisticalTable
  ) throws -> (before: PublishedTable, after: PublishedTable, difference: TableDifference) {
    try withFolder { folder in
      let store = PublicationStore(directory: folder)
      let old = try store.release(Market.write(into: folder, date: "2024-06-01", tables: [before]))
      let new = try store.release(Market.write(into: folder, date: "2024-09-01", tables: [after]))
      let tables = (
        try #require(try old.allTables().first), try #require(try new.allTables().first)
      )
      Self.check(tables.0, tables.1)
      return (tables.0, tables.1, TableDifference(from: tables.0, to: tables.1))
    }
  }

  @Test("of a table and itself is nothing")
  func same() throws {
    let found = try difference(from: Market.table(), to: Market.table()).difference
    #expect(found.isComparable && found.changes.isEmpty)
    #expect(found.added == 0 && found.removed == 0 && found.corrections == 0)
  }

  @Test(
    "is nothing when only texts are others, or the order of dimensions, categories and measures")
  func order() throws {
    let before = Market.table()
    var after = before
    after.description.title = Market.text("Anders")
    after.measures = [Market.median, Market.kilos]
    var fruit = Market.fruit
    // The total must stand before its parts; the parts may change places.
    fruit.categories = [0, 3, 1, 2].map { Market.fruit.categories[$0] }
    fruit.title = Market.text("Vruchten")
    let periods = Market.periods
    after.dimensions = [periods, fruit]
    func moved<Value>(_ column: [Value]) -> [Value] {
      (0..<2).flatMap { period in [0, 3, 1, 2].map { column[$0 * 2 + period] } }
    }
    after.counts = moved(before.counts)
    after.values = [moved(before.values[1]), moved(before.values[0])]
    let found = try difference(from: before, to: after).difference
    #expect(found.isComparable && found.changes.isEmpty)
    #expect(found.added == 0 && found.removed == 0)
  }

  @Test("tells a correction from a provisional figure that became another")
  func corrections() throws {
    // Pears enough to hide nothing.
    var before = Market.table()
    for (cell, count) in [(4, 30), (0, 90)] {
      (before.counts[cell], before.values[0][cell]) = (count, Double(count))
    }
    var after = before
    // Apples of 2022, which was definitive, and of 2023, which was not.
    for (cell, value) in [(2, 61.0), (3, 72)] {
      after.values[0][cell] = value
      after.counts[cell] = Int(value)
    }
    for (cell, value) in [(0, 91.0), (1, 142)] {
      after.values[0][cell] = value
      after.counts[cell] = Int(value)
    }
    let found = try difference(from: before, to: after).difference
    #expect(
      found.changes.map { "\($0.codes.joined(separator: " ")) \($0.measure) \($0.isCorrection)" }
        == [
          "T1 2022JJ00 kilos true", "T1 2023JJ00 kilos false", "A 2022JJ00 kilos true",
          "A 2023JJ00 kilos false",
        ])
    #expect(found.corrections == 2)
    #expect(found.changes[2].before == .value(60) && found.changes[2].after == .value(61))
  }

  @Test("asks of the earlier version whether a figure was definitive, not of the newer one")
  func statusBefore() throws {
    var periods = Market.periods
    periods.categories[1].status = .definitive
    var after = Market.table(periods: periods)
    after.values[1][3] = 2.01
    let forth = try difference(from: Market.table(), to: after).difference
    #expect(forth.changes.map(\.wasDefinitive) == [false] && forth.corrections == 0)
    let back = try difference(from: after, to: Market.table()).difference
    #expect(back.changes.map(\.wasDefinitive) == [true] && back.corrections == 1)
  }

  @Test("never has a value of a figure that is hidden in one of the versions")
  func hidden() throws {
    let before = Market.table()
    var after = before
    // The pears of 2022 were three and hidden, and are now many.
    (after.counts[4], after.values[0][4]) = (300, 300)
    (after.counts[0], after.values[0][0]) = (360, 360)
    let shown = try difference(from: before, to: after)
    let place = ["P", "2022JJ00"]
    let pears = shown.difference.changes.filter { $0.codes == place }
    #expect(pears.map(\.measure) == ["kilos", "mediaan"])
    #expect(pears.allSatisfy { $0.before == .confidential && !$0.isCorrection })
    #expect(pears.first?.after == .value(300))
    let hidden = try difference(from: after, to: before)
    let again = hidden.difference.changes.filter { $0.codes == place }
    #expect(again.map(\.measure) == ["kilos", "mediaan"])
    #expect(again.allSatisfy { $0.after == .confidential && !$0.isCorrection })
    // The secret median stands nowhere in what is told.
    for text in ["\(shown.difference)", "\(hidden.difference)"] {
      #expect(!text.contains("value(3.0)") && text.contains("confidential"))
    }
  }

  @Test("counts what is added and what is removed, and compares the rest")
  func addedAndRemoved() throws {
    var fruit = Market.fruit
    fruit.categories.remove(at: 3)
    fruit.categories.append(Category(code: "D", label: Market.text("Druiven"), parent: 0))
    var after = Market.table(fruit: fruit)
    after.measures.append(
      Measure(
        id: "bedrag", title: Market.text("Bedrag"), unit: Market.text("euro"), decimals: 0,
        kind: .sum))
    after.values.append(after.counts.map { Double($0) * 2 })
    after.support.append(nil)
    let found = try difference(from: Market.table(), to: after).difference
    // Grapes in two years with two measures, and the third measure of all eight cells.
    #expect(found.added == 4 + 8)
    #expect(found.removed == 4)
    #expect(found.isComparable && found.changes.isEmpty)
  }

  @Test("is not told figure by figure when a dimension came, went or got another name")
  func otherDimensions() throws {
    var one = Market.table()
    one.dimensions = [Market.fruit]
    one.counts = [130, 60, 40, 30]
    one.values = [[130, 60, 40, 30], [1, 2, 3, 4]]
    var renamed = Market.table()
    renamed.dimensions[0].id = "Vrucht"
    for other in [one, renamed] {
      for (before, after) in [(Market.table(), other), (other, Market.table())] {
        let found = try difference(from: before, to: after).difference
        #expect(!found.isComparable && found.changes.isEmpty && found.corrections == 0)
      }
    }
  }
}
