/// How much of what is true was found, and how much of what was found is true.
///
/// precision = right / found, recall = right / true, and their harmonic mean F1 = 2 · right / (found + true)
/// (C. J. van Rijsbergen, *Information Retrieval*, 2nd edition, 1979, chapter 7). A measure without
/// a denominator is nil: nothing was found, or there was nothing to find.
package struct Agreement: Sendable, Hashable, Codable {
  /// Found and true.
  package let right: Int
  package let found: Int
  package let inTruth: Int
  package let precision: Double?
  package let recall: Double?
  package let f1: Double?

  package init(right: Int, found: Int, inTruth: Int) {
    self.right = right
    self.found = found
    self.inTruth = inTruth
    precision = Self.share(right, of: found)
    recall = Self.share(right, of: inTruth)
    f1 = Self.share(2 * right, of: found + inTruth)
  }

  /// A share between 0 and 1; nil of nothing.
  static func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
