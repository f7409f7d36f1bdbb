/// When the sum of an amount says too much about those who contribute most to it, as agreed: percentages.
///
/// What each means stands with disclosure control's sensitivity rules of the same names.
package enum ConcentrationRule: Sendable, Hashable, Codable {
  case dominance(count: Int, percent: Double)
  case percentOfLargest(percent: Double)
  case priorPosterior(percent: Double, prior: Double)

  /// How many of the largest contributions it looks at.
  package var ranks: Int {
    switch self {
    case .dominance(let count, _): count
    case .percentOfLargest, .priorPosterior: 2
    }
  }
}

/// What single units contribute to the sum of an amount, without signs.
package struct Contributions: Sendable, Codable {
  /// By rank, then by cell: the largest contributions, the largest first; 0 where fewer contribute.
  package var largest: [[Double]]
  /// By cell, all contributions together; nil where none is negative, so that it is the sum itself.
  package var magnitudes: [Double]?

  package init(largest: [[Double]], magnitudes: [Double]? = nil) {
    self.largest = largest
    self.magnitudes = magnitudes
  }
}
