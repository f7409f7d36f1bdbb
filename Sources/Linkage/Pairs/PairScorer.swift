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
  private let sharedInFamily: FixedBuffer<Bool>
  /// The most that a comparison can add to the evidence; and, by comparison, `2 * stride` each, at a level, and then when it is at that level or a later.
  private let best: FixedBuffer<Double>
  private let ceilings: FixedBuffer<Double>
  /// The comparisons, first those by which strangers lose most for what they cost.
  private let order: FixedBuffer<Int>
  private let start: Double
  private let leastEvidence: Double
  private let threshold: Double

  init(_ records: LinkageRecords, model: LinkageModel, comparer: PairComparer) throws {
    self.comparer = comparer
    count = model.comparisons.count
    let stride = Int(comparer.unknown)
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
      let column = records.compared.columns[index][0]
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
    sharedInFamily = FixedBuffer(model.comparisons.map(\.sharedInFamily))
    func most(_ index: Int, from first: Int, to end: Int) -> Double {
      (first..<max(end, first + 1)).map {
        same[index * stride + $0] - unrelated[index * stride + $0]
      }.max() ?? 0
    }
    let levelCounts = model.comparisons.map { $0.levels.count + 1 }
    let best = model.comparisons.indices.map { index in
      let rarest = rarity[index].flatMap { $0.values.min() }.map(Double.init) ?? 0
      return max(
        most(index, from: 0, to: levelCounts[index] + 1),
        same[index * stride] - unrelated[index * stride] - rarest)
    }
    let ceilings = try model.comparisons.indices.flatMap { index in
      let isSingle = model.comparisons[index].columns.count == 1
      let settles = try isSingle && model.comparisons[index].parsed()[0].isExact
      return (0..<stride).map { same[index * stride + $0] - unrelated[index * stride + $0] }
        + (0..<stride).map { level in
          // Of values that are not equal the first level is passed over, when it asks for that alone; with another, how rare they are may count.
          level == 0 && !settles
            ? best[index] : most(index, from: max(level, 1), to: levelCounts[index])
        }
    }
    self.ceilings = FixedBuffer(ceilings)
    self.best = FixedBuffer(best)
    // First what strangers lose most by, for what it costs.
    let losses = model.comparisons.indices.map { index in
      1 / comparer.cost(index)
        * zip(model.comparisons[index].unrelated, same[(index * stride)...]).enumerated().reduce(
          0.0
        ) {
          $0 + $1.element.0 * (best[index] - $1.element.1 + unrelated[index * stride + $1.offset])
        }
    }
    let order = model.comparisons.indices.sorted { a, b in
      losses[a] == losses[b] ? a < b : losses[a] > losses[b]
    }
    self.order = FixedBuffer(order)
    start = prior.same - prior.unrelated + best.reduce(0, +)
  }

  /// Calls `body` with the links of a batch: pairs of which the probability does not lie below the threshold.
  @inline(__always)
  func score(_ batch: PairBatch, _ body: (ScoredPair) -> Void) {
    let unknown = comparer.unknown
    for place in 0..<batch.count { batch.most[place] = start }
    // Texts are read only where nothing else tells.
    for index in order.values {
      comparer.glance(index, batch)
      let levels = batch.levels(index)
      let ceiling = ceilings.base + 2 * index * stride
      let best = best.base[index]
      keep(batch) { place in
        let level = levels[place]
        var change = ceiling[Int(level)] - best
        if level == 0, let rare = rarities.base[index] {
          change -= Double(rare[firstCode(index, Int(batch.lefts[place]))])
        }
        return change
      }
      if batch.aliveCount == 0 { return }
    }
    for index in order.values {
      let levels = batch.levels(index)
      let ceiling = ceilings.base + 2 * index * stride
      keep(batch) { place in
        let least = levels[place]
        guard least >= unknown else { return 0 }
        let level = comparer.settle(
          index, batch.lefts[place], batch.rights[place], from: least &- unknown)
        levels[place] = level
        return ceiling[Int(level)] - ceiling[Int(least)]
      }
      if batch.aliveCount == 0 { return }
    }
    for index in 0..<batch.aliveCount {
      let place = Int(batch.alive[index])
      let pair = judge(
        Int(batch.lefts[place]), Int(batch.rights[place]), batch.levels + place,
        step: PairBatch.room)
      if Double(pair.probability) >= threshold { body(pair) }
    }
  }

  /// Changes the most that the evidence of each pair can come to, and keeps those that can still be a link.
  @inline(__always)
  private func keep(_ batch: PairBatch, _ change: (Int) -> Double) {
    let (alive, most) = (batch.alive, batch.most)
    var kept = 0
    for index in 0..<batch.aliveCount {
      let place = alive[index]
      let now = most[Int(place)] + change(Int(place))
      most[Int(place)] = now
      alive[kept] = place
      kept &+= now < leastEvidence ? 0 : 1
    }
    batch.aliveCount = kept
  }

  /// Base-2 logarithm of the odds that a pair is one person, whatever they are.
  func weight(_ left: Int, _ right: Int) -> Float {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { levels in
      for index in 0..<count { levels[index] = comparer.level(index, left, right) }
      return levels.baseAddress.map { judge(left, right, $0, step: 1).weight } ?? 0
    }
  }

  /// What all levels together say; they stand `step` places apart.
  func judge(
    _ left: Int, _ right: Int, _ levels: UnsafeMutablePointer<UInt8>, step: Int
  ) -> ScoredPair {
    var s = prior.same
    var f = prior.family
    var u = prior.unrelated
    for index in 0..<count {
      let level = levels[index &* step]
      let place = index &* stride &+ Int(level)
      s += same.base[place]
      f += family.base[place]
      u += unrelated.base[place]
      if level == 0, let rarity = rarities.base[index] {
        let rare = Double(rarity[firstCode(index, left)])
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
        level == 0 ? rarity[index].map { -Double($0[firstCode(index, left)]) } ?? 0 : 0
      return (index, level, evidence[index * stride + level] / log(2), rare / log(2))
    }
  }

  @inline(__always)
  private func firstCode(_ comparison: Int, _ record: Int) -> Int {
    Int(comparer.row(Int32(record))[comparer.offset(comparison)])
  }

  var priorWeight: Double { (prior.same - prior.unrelated) / log(2) }
}
