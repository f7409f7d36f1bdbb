/// A count is unsafe when it is of too few units to say something about a group rather than about
/// somebody.
struct ThresholdRule {
  let threshold: Int

  /// From one to just below the threshold; zero tells nothing about a unit in the table.
  func isUnsafe(_ count: Int) -> Bool { (1..<max(1, threshold)).contains(count) }
}
