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
}
