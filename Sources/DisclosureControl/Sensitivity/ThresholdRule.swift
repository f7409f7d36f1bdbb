/// A count is unsafe when it is of too few units to say something about a group rather than about
/// somebody.
package struct ThresholdRule {
  /// The smallest count that may be shown.
  package let threshold: Int

  package init(threshold: Int) { self.threshold = threshold }

  /// From one to just below the threshold; zero tells nothing about a unit in the table.
  package func isUnsafe(_ count: Int) -> Bool { (1..<max(1, threshold)).contains(count) }
}
