import DisclosureControl
import InformationModel
import Testing

@Suite struct DisclosureErrorTests {
  private let group = SampleTable.dimension("group", parents: [nil, 0, 0])

  private func message(of table: StatisticalTable, threshold: Int = 5) -> String? {
    do {
      _ = try table.protected(under: SampleTable.policy(threshold: threshold))
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aTotalThatIsNotTheSumOfItsPartsIsRefused() {
    #expect(
      message(of: SampleTable.table([group], counts: [10, 4, 5]))
        == "totals: the count of group group0 is not the sum of its parts")
  }

  @Test func aSumMayDifferFromItsPartsByRoundingOnly() {
    let amount = Measure(
      id: "amount", title: SampleTable.text(""), unit: SampleTable.text(""), decimals: 2,
      kind: .sum)
    let rounded = SampleTable.table(
      [group], counts: [20, 10, 10], measures: [(amount, [10.01, 5, 5])])
    #expect(message(of: rounded) == nil)
    let wrong = SampleTable.table(
      [group], counts: [20, 10, 10], measures: [(amount, [10.1, 5, 5])])
    #expect(message(of: wrong) == "totals: amount of group group0 is not the sum of its parts")
  }

  @Test func anotherCountThanTheUnitsOfTheCellIsRefused() {
    var table = SampleTable.table([group], counts: [20, 10, 10])
    table.values[0][1] = 9
    #expect(
      message(of: table)
        == "measure: units of group group1 is not the number of units in the cell")
  }

  @Test func columnsMustHaveOneValuePerCell() {
    var table = SampleTable.table([group], counts: [20, 10, 10])
    table.values[0].removeLast()
    #expect(message(of: table) == "shape: 2 values of units for 3 cells")
    table.counts.removeLast()
    #expect(message(of: table) == "shape: 2 counts for 3 cells")
  }

  @Test func aParentStandsBeforeItsChildren() {
    let reversed = SampleTable.dimension("group", parents: [1, nil])
    #expect(
      message(of: SampleTable.table([reversed], counts: [5, 5]))
        == "shape: the parent of group group0 does not stand before it")
  }

  @Test func aNegativeCountIsRefused() {
    let table = SampleTable.table(
      [SampleTable.dimension("group", parents: [nil, nil])], counts: [5, -1])
    #expect(message(of: table) == "shape: the count of group group1 is out of range")
  }

  @Test func aShareRefersToSomethingThatAddsUp() {
    let share = Measure(
      id: "share", title: SampleTable.text(""), unit: SampleTable.text(""), decimals: 0,
      kind: .share(of: "median", within: "group"))
    let table = SampleTable.table(
      [group], counts: [20, 10, 10], measures: [(share, [100, 50, 50])])
    #expect(
      message(of: table) == "measure: share is a share of median, no measure that adds up")
  }

  @Test func aThresholdIsAtLeastOne() {
    #expect(
      message(of: SampleTable.table([group], counts: [20, 10, 10]), threshold: 0)
        == "policy: thresholds of policy test must be at least 1")
  }

  @Test func supportIsPartOfTheCount() {
    var table = SampleTable.table([group], counts: [20, 10, 10])
    table.support = [[20, 11, 9]]
    #expect(message(of: table) == "shape: the support of units does not fit the counts")
    table.support = []
    #expect(message(of: table) == "shape: 0 columns of support for 1 measures")
  }

  @Test func aPopulationMustFitTheDimensions() {
    var table = SampleTable.table([group], counts: [20, 10, 10])
    table.population = Population(
      units: "unit", variables: [], categories: [], amounts: [nil])
    #expect(message(of: table) == "shape: the population of T does not fit its dimensions")
    table.population = Population(
      units: "unit", variables: ["group"], categories: [["a": 0]], amounts: [nil])
    #expect(message(of: table) == "shape: a code of group counts in no category without parts")
  }

  @Test func anotherTableMustHaveAPlaceForTheUnits() {
    var first = SampleTable.table([group], counts: [22, 2, 20])
    first.population = Population(
      units: "unit", variables: ["group"], categories: [["a": 1, "b": 2]], amounts: [nil])
    // By the same variable, but without a category for a.
    var second = SampleTable.table(
      [SampleTable.dimension("other", parents: [nil, nil])], counts: [20, 0])
    second.population = Population(
      units: "unit", variables: ["group"], categories: [["b": 0, "c": 1]], amounts: [nil])
    let policy = SampleTable.policy(threshold: 5)
    #expect {
      _ = try TableForRelease.protect(
        [first, second].map { TableForRelease($0, under: policy) }
      ).tables
    } throws: { error in
      "\(error)" == "totals: another table has no place for the units of group group1"
    }
  }
}
