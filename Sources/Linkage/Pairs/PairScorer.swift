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

  package init(left: Int32, right: Int32, weight: Float, probability: Float, kind: PairClass) {
    (self.left, self.right, self.kind) = (left, right, kind)
    (self.weight, self.probability) = (weight, probability)
  }

  /// Somebody said that it is one person: surer than any model.
  mutating func judge() {
    (weight, probability, kind) = (Self.judgedWeight, 1, .same)
  }

  var isJudged: Bool { weight == Self.judgedWeight }
  private static let judgedWeight: Float = 100
}

/// Scores pairs under an estimated model. Not for two threads at once.
final class PairScorer {
  private let comparer: PairComparer
  private let count: Int
  /// Natural logarithms, by comparison, `stride` levels each (after the last the missing value, 0).
  private let same: FixedBuffer<Double>
  private let family: FixedBuffer<Double>
  private let unrelated: FixedBuffer<Double>
  private let evidence: FixedBuffer<Double>
  private let stride: Int
  private let prior: (same: Double, family: Double, unrelated: Double)
  /// By comparison: the logarithm of a value's share among records against that of any equal value; none without.
  private let rarity: [FixedBuffer<Float>?]
  private let rarities: FixedBuffer<UnsafePointer<Float>?>
  private let firstCodes: [FixedBuffer<UInt32>]
  private let codes: FixedBuffer<UnsafePointer<UInt32>>
  private let sharedInFamily: FixedBuffer<Bool>
  /// The most that a comparison can add to the evidence, and the most when values are not equal.
  private let best: FixedBuffer<Double>
  private let bestUnequal: FixedBuffer<Double>
  /// Comparisons of which inequality says most first, and of several columns last.
  private let order: FixedBuffer<Int>
  private let start: Double
  private let leastEvidence: Double
  private let threshold: Double

  init(_ records: LinkageRecords, model: LinkageModel, comparer: PairComparer) throws {
    self.comparer = comparer
    count = model.comparisons.count
    let stride = (model.comparisons.map(\.levels.count).max() ?? 0) + 2
    self.stride = stride
    func logs(_ values: [[Double]]) -> [Double] {
      values.flatMap { values in
        let logs = values.map { log(max($0, 1e-12)) }
        return logs + [Double](repeating: 0, count: stride - logs.count)
      }
    }
    let same = logs(model.comparisons.map(\.same))
    let unrelated = logs(model.comparisons.map(\.unrelated))
    self.same = FixedBuffer(same)
    self.unrelated = FixedBuffer(unrelated)
    family = FixedBuffer(
      logs(model.comparisons.map { $0.family.isEmpty ? $0.unrelated : $0.family }))
    evidence = FixedBuffer(zip(same, unrelated).map { $0 - $1 })
    let s = model.prior.same ?? 0
    let f = model.hasFamilies ? model.prior.family ?? 0 : 0
    prior = (log(max(s, 1e-300)), f > 0 ? log(f) : -.infinity, log(max(1 - s - f, 1e-300)))
    threshold = model.threshold
    // A little room: sums depend on their order.
    leastEvidence =
      model.threshold <= 0
      ? -.infinity : log(model.threshold / max(1 - model.threshold, 1e-15)) - 1e-6
    let rarity: [FixedBuffer<Float>?] = try model.comparisons.indices.map { index in
      let comparison = model.comparisons[index]
      // Of values that are equal: that must be what the first level asks.
      guard comparison.termFrequency, comparison.columns.count == 1,
        try comparison.parsed()[0].isExact
      else { return nil }
      let column = records.columns[index][0]
      let any = max(comparison.unrelated[0], 1e-12)
      // What came since those that tell how rare values are is as rare as what they have once.
      let once = column.frequencies.compactMap { $0.filter { $0 > 0 }.min() }.min() ?? 1
      return FixedBuffer(
        column.frequencies[0].indices.map { value in
          // The greater share of any source: careful where the sources differ.
          let share = column.frequencies.map { Double($0[value]) }.max() ?? 0
          let careful = max(share > 0 ? share : Double(once), comparison.minimumFrequency, 1e-9)
          return Float(comparison.damping * log(careful / any))
        })
    }
    self.rarity = rarity
    rarities = FixedBuffer(rarity.map { $0.map { UnsafePointer($0.base) } })
    firstCodes = records.columns.prefix(count).map { $0[0].codes }
    codes = FixedBuffer(firstCodes.map { UnsafePointer($0.base) })
    sharedInFamily = FixedBuffer(model.comparisons.map(\.sharedInFamily))
    let isSingle = model.comparisons.map { $0.columns.count == 1 }
    let levelCounts = model.comparisons.map { $0.levels.count + 2 }
    func most(_ index: Int, from first: Int) -> Double {
      (first..<levelCounts[index]).map {
        same[index * stride + $0] - unrelated[index * stride + $0]
      }.max() ?? 0
    }
    let bestUnequal = try model.comparisons.indices.map { index in
      let settles = try isSingle[index] && model.comparisons[index].parsed()[0].isExact
      return most(index, from: settles ? 1 : 0)
    }
    let best = model.comparisons.indices.map { index in
      let rarest = rarity[index].flatMap { $0.values.min() }.map(Double.init) ?? 0
      return max(most(index, from: 0), same[index * stride] - unrelated[index * stride] - rarest)
    }
    self.best = FixedBuffer(best)
    self.bestUnequal = FixedBuffer(bestUnequal)
    let order = model.comparisons.indices.sorted { a, b in
      let (x, y) = (best[a] - bestUnequal[a], best[b] - bestUnequal[b])
      if isSingle[a] != isSingle[b] { return isSingle[a] }
      return x == y ? a < b : x > y
    }
    self.order = FixedBuffer(order)
    start = prior.same - prior.unrelated + best.reduce(0, +)
  }

  /// A pair's link, or nil when its probability lies below the threshold.
  @inline(__always)
  func score(_ left: Int, _ right: Int, _ levels: UnsafeMutablePointer<UInt8>) -> ScoredPair? {
    // Equality first; distances only when they can still matter.
    var most = start
    for place in 0..<count {
      let index = order.base[place]
      if let level = comparer.levelAtOnce(index, left, right) {
        levels[index] = level
        most += evidence.base[index &* stride &+ Int(level)] - best.base[index]
        if level == 0, let rare = rarities.base[index] {
          most -= Double(rare[Int(codes.base[index][left])])
        }
      } else {
        levels[index] = .max
        most += bestUnequal.base[index] - best.base[index]
      }
      if most < leastEvidence { return nil }
    }
    for place in 0..<count {
      let index = order.base[place]
      guard levels[index] == .max else { continue }
      let level = comparer.level(index, left, right)
      levels[index] = level
      most += evidence.base[index &* stride &+ Int(level)] - bestUnequal.base[index]
      if most < leastEvidence { return nil }
    }
    let pair = judge(left, right, levels)
    return Double(pair.probability) >= threshold ? pair : nil
  }

  /// Base-2 logarithm of the odds that a pair is one person, whatever they are.
  func weight(_ left: Int, _ right: Int) -> Float {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { levels in
      for index in 0..<count { levels[index] = comparer.level(index, left, right) }
      return levels.baseAddress.map { judge(left, right, $0).weight } ?? 0
    }
  }

  /// What all levels together say.
  func judge(_ left: Int, _ right: Int, _ levels: UnsafeMutablePointer<UInt8>) -> ScoredPair {
    var s = prior.same
    var f = prior.family
    var u = prior.unrelated
    for index in 0..<count {
      let place = index &* stride &+ Int(levels[index])
      s += same.base[place]
      f += family.base[place]
      u += unrelated.base[place]
      if levels[index] == 0, let rarity = rarities.base[index] {
        let rare = Double(rarity[Int(codes.base[index][left])])
        u += rare
        if !sharedInFamily.base[index] { f += rare }
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
        level == 0 ? rarity[index].map { -Double($0[Int(firstCodes[index][left])]) } ?? 0 : 0
      return (index, level, evidence[index * stride + level] / log(2), rare / log(2))
    }
  }

  var priorWeight: Double { (prior.same - prior.unrelated) / log(2) }
}
