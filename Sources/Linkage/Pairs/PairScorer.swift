import Foundation

/// What two records are to each other.
package enum PairClass: String, Sendable, Codable {
  case same
  case family
  case unrelated
}

/// A pair that is a link.
package struct ScoredPair: Sendable {
  package var left: Int32
  package var right: Int32
  /// Base-2 logarithm of the odds that it is one person.
  package var weight: Float
  package var probability: Float
  package var kind: PairClass
}

/// Scores pairs under an estimated model.
struct PairScorer {
  private let comparer: PairComparer
  private let count: Int
  /// Natural logarithms, by comparison and level (the missing value last, 0).
  private let same: [[Double]]
  private let family: [[Double]]
  private let unrelated: [[Double]]
  private let prior: (same: Double, family: Double, unrelated: Double)
  /// By comparison: the logarithm of a value's share among records against that of any equal value; empty without.
  private let rarity: [[Float]]
  private let codes: [[UInt32]]
  private let sharedInFamily: [Bool]
  /// The most that a comparison can add to the evidence when values are not equal.
  private let bestUnequal: [Double]
  /// Comparisons that need no distance first.
  private let order: [Int]
  private let leastOdds: Double
  private let threshold: Double

  init(_ records: LinkageRecords, model: LinkageModel, comparer: PairComparer) throws {
    self.comparer = comparer
    count = model.comparisons.count
    func logs(_ values: [Double]) -> [Double] { values.map { log(max($0, 1e-12)) } + [0] }
    same = model.comparisons.map { logs($0.same) }
    unrelated = model.comparisons.map { logs($0.unrelated) }
    family = model.comparisons.map { logs($0.family.isEmpty ? $0.unrelated : $0.family) }
    let s = model.prior.same ?? 0
    let f = model.hasFamilies ? model.prior.family ?? 0 : 0
    prior = (log(max(s, 1e-300)), f > 0 ? log(f) : -.infinity, log(max(1 - s - f, 1e-300)))
    threshold = model.threshold
    leastOdds =
      model.threshold <= 0 ? -.infinity : log(model.threshold / max(1 - model.threshold, 1e-15))
    rarity = model.comparisons.indices.map { index in
      let comparison = model.comparisons[index]
      guard comparison.termFrequency, comparison.columns.count == 1 else { return [] }
      let column = records.columns[index][0]
      let any = max(comparison.unrelated[0], 1e-12)
      return column.frequencies[0].indices.map { value in
        // The greater share of any source: careful where the sources differ.
        let share = column.frequencies.map { Double($0[value]) }.max() ?? 0
        let careful = max(share, comparison.minimumFrequency, 1e-9)
        return Float(comparison.damping * log(careful / any))
      }
    }
    codes = records.columns.map { $0[0].codes }
    sharedInFamily = model.comparisons.map(\.sharedInFamily)
    bestUnequal = try model.comparisons.indices.map { [same, unrelated] index in
      let comparison = model.comparisons[index]
      let isSettledAtOnce = try comparison.columns.count == 1 && comparison.parsed()[0].isExact
      let open = isSettledAtOnce ? 1..<comparison.levels.count + 1 : 0..<comparison.levels.count + 2
      return open.map { same[index][$0] - unrelated[index][$0] }.max() ?? 0
    }
    order = model.comparisons.indices.sorted {
      (records.columns[$0].count, records.columns[$0][0].values.starts.count, $0)
        < (records.columns[$1].count, records.columns[$1][0].values.starts.count, $1)
    }
  }

  /// A pair's link, or nil when its probability lies below the threshold.
  @inline(__always)
  func score(_ left: Int, _ right: Int, _ levels: UnsafeMutablePointer<UInt8>) -> ScoredPair? {
    // Equality first; distances only when they can still matter.
    var evidence = prior.same - prior.unrelated
    for index in 0..<count {
      if let level = comparer.levelAtOnce(index, left, right) {
        levels[index] = level
        evidence += same[index][Int(level)] - unrelated[index][Int(level)]
        if level == 0, !rarity[index].isEmpty {
          evidence -= Double(rarity[index][Int(codes[index][left])])
        }
      } else {
        levels[index] = .max
        evidence += bestUnequal[index]
      }
    }
    if evidence < leastOdds { return nil }
    for index in order where levels[index] == .max {
      let level = comparer.level(index, left, right)
      levels[index] = level
      evidence += same[index][Int(level)] - unrelated[index][Int(level)] - bestUnequal[index]
      if evidence < leastOdds { return nil }
    }
    let pair = judge(left, right, levels)
    return Double(pair.probability) >= threshold ? pair : nil
  }

  /// What all levels together say.
  func judge(_ left: Int, _ right: Int, _ levels: UnsafeMutablePointer<UInt8>) -> ScoredPair {
    var s = prior.same
    var f = prior.family
    var u = prior.unrelated
    for index in 0..<count {
      let level = Int(levels[index])
      s += same[index][level]
      f += family[index][level]
      u += unrelated[index][level]
      if level == 0, !rarity[index].isEmpty {
        let rare = Double(rarity[index][Int(codes[index][left])])
        u += rare
        if !sharedInFamily[index] { f += rare }
      }
    }
    let most = max(s, f, u)
    let other = exp(f - most) + exp(u - most)
    let probability = exp(s - most) / (exp(s - most) + other)
    let odds = s - most - log(max(other, 1e-300))
    let kind: PairClass = s >= max(f, u) ? .same : f >= u ? .family : .unrelated
    return ScoredPair(
      left: Int32(left), right: Int32(right), weight: Float(odds / log(2)),
      probability: Float(probability), kind: kind)
  }

  /// A pair's evidence, comparison by comparison, in powers of two.
  func waterfall(_ left: Int, _ right: Int) -> [(
    comparison: Int, level: Int, weight: Double, rarity: Double
  )] {
    (0..<count).map { index in
      let level = Int(comparer.level(index, left, right))
      let rare =
        level == 0 && !rarity[index].isEmpty ? -Double(rarity[index][Int(codes[index][left])]) : 0
      return (index, level, (same[index][level] - unrelated[index][level]) / log(2), rare / log(2))
    }
  }

  var priorWeight: Double { (prior.same - prior.unrelated) / log(2) }
}
