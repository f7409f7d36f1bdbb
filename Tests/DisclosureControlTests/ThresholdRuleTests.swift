import DisclosureControl
import Testing

@Suite struct ThresholdRuleTests {
  @Test(arguments: [(0, false), (1, true), (4, true), (5, false), (900, false)])
  func countsFromOneToJustBelowTheThresholdAreUnsafe(count: Int, isUnsafe: Bool) {
    #expect(ThresholdRule(threshold: 5).isUnsafe(count) == isUnsafe)
  }

  @Test func aThresholdOfOneHidesNothing() {
    #expect((0...3).allSatisfy { !ThresholdRule(threshold: 1).isUnsafe($0) })
  }
}
