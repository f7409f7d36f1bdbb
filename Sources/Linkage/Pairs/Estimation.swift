import Foundation
import InformationModel

/// What an estimation came to.
package struct EstimationReport: Sendable, Codable {
  /// One blocking rule, of whose pairs the classes were told apart.
  package struct Session: Sendable, Codable {
    package var rule: [String]
    package var pairs: Int
    package var patterns: Int
    package var iterations: Int
    package var converged: Bool
    /// Pairs that are expected to be of one person, and of one family.
    package var same: Double
    package var family: Double
  }

  package var sampledPairs = 0
  package var sessions: [Session] = []
  package var warnings: [String] = []
}

/// Estimates a model's probabilities from the records themselves (Fellegi and Sunter, *JASA* 64, 1969; Winkler 1988; `docs/methods/linkage.md`).
struct Estimation {
  let records: LinkageRecords
  let within: Bool
  let comparer: PairComparer

  /// Pairs of which the shares of levels among unrelated records are taken.
  private static let sampleSize = 300_000
  /// Pairs of a rule that are looked at; of more, every so many-th stretch.
  private static let sessionSize = 400_000.0
  private static let iterations = 500
  private static let tolerance = 1e-6

  /// Fills in what the model lacks; what it has stays.
  func run(_ model: LinkageModel, pairs: CandidatePairs) throws -> (LinkageModel, EstimationReport)
  {
    var model = model
    var report = EstimationReport()
    let given = model
    try estimateUnrelated(&model, &report)
    let total = max(1, records.pairCount(within: within))
    let found = estimateClasses(&model, pairs, &report)
    if model.prior.same == nil {
      let expected: Double
      if model.prior.deterministic.isEmpty {
        expected = found.same / model.prior.recall
      } else {
        let deterministic = CandidatePairs(
          records.deterministic, starts: records.starts, within: within)
        expected = Double(count(deterministic)) / model.prior.recall
      }
      model.prior.same = min(0.5, max(expected, 1) / total)
    }
    if model.hasFamilies, model.prior.family == nil {
      model.prior.family = min(0.5, max(found.family, 1) / total)
    }
    for index in model.comparisons.indices {
      let before = given.comparisons[index]
      if !before.same.isEmpty { model.comparisons[index].same = before.same }
      if !before.family.isEmpty { model.comparisons[index].family = before.family }
      if !before.unrelated.isEmpty { model.comparisons[index].unrelated = before.unrelated }
    }
    return (model, report)
  }

  private func count(_ pairs: CandidatePairs) -> Int {
    var found = 0
    for stretch in pairs.stretches(pairs: .infinity) {
      pairs.forEachPair(in: stretch) { _, _ in found += 1 }
    }
    return found
  }

  // MARK: Unrelated pairs

  /// How often a level is met by chance: equality exactly, from the frequencies of values; the rest in a sample.
  private func estimateUnrelated(_ model: inout LinkageModel, _ report: inout EstimationReport)
    throws
  {
    let levels = model.comparisons.map { $0.levels.count + 1 }
    var counts = levels.map { [Double](repeating: 0, count: $0) }
    var random = SplitMix(seed: 0x6B65_7465_6E21)
    let sampled = sample(&random) { left, right in
      for comparison in levels.indices {
        let level = Int(comparer.level(comparison, left, right))
        if level < levels[comparison] { counts[comparison][level] += 1 }
      }
    }
    report.sampledPairs = sampled
    for index in model.comparisons.indices {
      var shares = counts[index]
      let isExact = try model.comparisons[index].parsed()[0].isExact
      if isExact, model.comparisons[index].columns.count == 1 {
        let equal = chanceOfEquality(records.compared.columns[index][0])
        let rest = shares.dropFirst().reduce(0, +)
        for level in shares.indices.dropFirst() {
          shares[level] =
            (1 - equal) * (shares[level] + 0.5) / (rest + 0.5 * Double(shares.count - 1))
        }
        shares[0] = equal
      }
      model.comparisons[index].unrelated = Self.normalised(shares, floor: isExact ? 0 : 0.5)
    }
  }

  /// Of two random records of which both have a value: that it is the same.
  private func chanceOfEquality(_ column: LinkageRecords.Column) -> Double {
    var sum = 0.0
    var weights = 0.0
    let sources = records.sources.indices
    for left in sources {
      for right in sources where right > left || (right == left && (within || sources.count == 1)) {
        let n = Double(records.starts[left + 1] - records.starts[left])
        let m = Double(records.starts[right + 1] - records.starts[right])
        let weight = left == right ? n * (n - 1) / 2 : n * m
        guard weight > 0 else { continue }
        var equal = 0.0
        for (a, b) in zip(column.frequencies[left], column.frequencies[right]) {
          equal += Double(a) * Double(b)
        }
        // A record is not paired with itself.
        if left == right, n > 1 { equal = max(0, (equal * n - 1) / (n - 1)) }
        sum += weight * equal
        weights += weight
      }
    }
    return weights == 0 ? 0 : min(1, max(sum / weights, 1e-9))
  }

  private func sample(_ random: inout SplitMix, _ body: (Int, Int) -> Void) -> Int {
    let total = records.pairCount(within: within)
    guard total > 0 else { return 0 }
    let wanted = Int(min(Double(Self.sampleSize), total * 4))
    var taken = 0
    for _ in 0..<wanted {
      let left = random.below(records.count)
      let right = random.below(records.count)
      guard left != right,
        within || records.sources.count == 1
          || records.source(of: left) != records.source(of: right)
      else { continue }
      body(min(left, right), max(left, right))
      taken += 1
    }
    return taken
  }

  // MARK: Classes

  /// Tells apart, among the pairs of each rule, those of one person and of one family, by expectation and maximisation over the distinct
  /// patterns of levels; a comparison on which the rule itself insists is left out there.
  ///
  /// - Returns: the greatest number of pairs of either class that a rule shows.
  private func estimateClasses(
    _ model: inout LinkageModel, _ pairs: CandidatePairs, _ report: inout EstimationReport
  ) -> (same: Double, family: Double) {
    var same = model.comparisons.map { [Double](repeating: 0, count: $0.levels.count + 1) }
    var family = same
    var found = (same: 0.0, family: 0.0)
    for rule in pairs.rules.indices where pairs.rules[rule].pairs > 0 {
      let open = model.comparisons.indices.filter {
        !model.comparisons[$0].isSpokenOf(in: model.blocking[rule].expressions)
      }
      guard open.count >= 2 else { continue }
      let (patterns, share) = patterns(of: rule, pairs)
      guard patterns.total > 0 else { continue }
      // Relatives are looked for where a rule asks for no more than what they share and something is left that they do not. There the
      // others may not tell them from strangers; how many strangers there can be does.
      let hasRelatives =
        model.isOfFamilies(model.blocking[rule])
        && open.contains { !model.comparisons[$0].sharedInFamily }
      let strangers = chance(of: model.blocking[rule]).map {
        min(0.999, $0 * records.pairCount(within: within) / pairs.rules[rule].pairs)
      }
      var mixture = Mixture(
        model: model, open: open, patterns: patterns, hasRelatives: hasRelatives,
        unrelated: hasRelatives ? strangers : nil)
      let iterations = mixture.run(limit: Self.iterations, tolerance: Self.tolerance)
      let sizes = mixture.sizes.map { $0 / share }
      report.sessions.append(
        .init(
          rule: model.blocking[rule].parts, pairs: Int(Double(patterns.total) / share),
          patterns: patterns.counts.count, iterations: iterations,
          converged: iterations < Self.iterations, same: sizes[0], family: sizes[1]))
      found = (max(found.same, sizes[0]), max(found.family, sizes[1]))
      for comparison in open {
        for level in same[comparison].indices {
          same[comparison][level] += mixture.expected[0][comparison][level] / share
          family[comparison][level] += mixture.expected[1][comparison][level] / share
        }
      }
    }
    for index in model.comparisons.indices {
      let comparison = model.comparisons[index]
      if same[index].reduce(0, +) < 1 {
        report.warnings.append(
          "comparison '\(comparison.name)' could not be estimated: every blocking rule insists on it; its probabilities are a guess"
        )
        same[index] = Self.guess(levels: comparison.levels.count, certain: 0.9)
        family[index] = comparison.sharedInFamily ? same[index] : comparison.unrelated
      }
      model.comparisons[index].same = Self.normalised(same[index], floor: 0.5)
      model.comparisons[index].family =
        !model.hasFamilies
        ? []
        : comparison.sharedInFamily
          ? Self.normalised(family[index], floor: 0.5) : comparison.unrelated
    }
    if report.sessions.contains(where: { !$0.converged }) {
      report.warnings.append(
        "the estimation of a rule had not settled after \(Self.iterations) rounds")
    }
    if report.sessions.isEmpty {
      report.warnings.append("no rule leaves two comparisons to learn from: all is a guess")
    }
    return found
  }

  /// How often unrelated records are equal in all expressions of a rule, as if these were independent; nil when it is not known.
  private func chance(of rule: BlockingRule) -> Double? {
    guard rule.each == nil, rule.sorted.isEmpty else { return nil }
    var chance = 1.0
    for expression in rule.equal {
      guard let equal = records.chances[expression] else { return nil }
      chance *= equal
    }
    return chance
  }

  static func guess(levels: Int, certain: Double) -> [Double] {
    [certain] + (0..<levels).map { _ in (1 - certain) / Double(levels) }
  }

  static func normalised(_ values: [Double], floor: Double) -> [Double] {
    let raised = values.map { $0 + floor }
    let sum = raised.reduce(0, +)
    return sum == 0 ? values.map { _ in 1 / Double(values.count) } : raised.map { $0 / sum }
  }

  /// How often each combination of levels occurs among the pairs of a rule, and of which share of them.
  private func patterns(of rule: Int, _ pairs: CandidatePairs) -> (Patterns, share: Double) {
    let all = pairs.rules[rule].pairs
    let alone = pairs.only(rule)
    var stretches = alone.stretches(pairs: 5_000)
    if all > Self.sessionSize {
      let step = Int((all / Self.sessionSize).rounded(.up))
      stretches = stretches.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    }
    let patterns = Patterns(radices: comparer.missing.map { Int($0) + 1 })
    let batch = PairBatch(comparisons: comparer.count)
    for stretch in stretches {
      alone.forEachBatch(in: stretch, batch) { batch in
        comparer.compare(batch)
        for place in 0..<batch.count {
          var number: UInt64 = 0
          for comparison in 0..<comparer.count {
            number =
              number &* patterns.factors.base[comparison]
              &+ UInt64(batch.levels(comparison)[place])
          }
          patterns.add(number)
        }
      }
    }
    return (patterns, max(1e-9, Double(patterns.total) / max(1, all)))
  }
}

/// How often each combination of levels occurs; a combination is a number with a digit a comparison.
final class Patterns {
  let radices: [Int]
  let factors: FixedBuffer<UInt64>
  private(set) var total = 0
  /// By combination when there are few, else those that occur.
  private let few: FixedBuffer<Int32>?
  private var many: [UInt64: Int32] = [:]

  init(radices: [Int]) {
    self.radices = radices
    factors = FixedBuffer(radices.map { UInt64($0) })
    let combinations = radices.reduce(1.0) { $0 * Double($1) }
    few =
      combinations <= 1e6
      ? FixedBuffer(repeating: 0, count: radices.reduce(1, *)) : nil
  }

  @inline(__always)
  func add(_ number: UInt64) {
    total &+= 1
    if let few { few.base[Int(number)] &+= 1 } else { many[number, default: 0] += 1 }
  }

  /// Those that occur, in one order, so that sums are the same each time.
  var counts: [(number: UInt64, count: Int32)] {
    guard let few else { return many.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    return few.values.enumerated().filter { $0.element > 0 }.map { (UInt64($0.offset), $0.element) }
  }

  func levels(_ number: UInt64) -> [Int] {
    var rest = number
    var levels = [Int](repeating: 0, count: radices.count)
    for index in radices.indices.reversed() {
      levels[index] = Int(rest % UInt64(radices[index]))
      rest /= UInt64(radices[index])
    }
    return levels
  }
}

/// A mixture of classes in each of which comparisons are independent. The chances of unrelated pairs are known and stay.
private struct Mixture {
  private let open: [Int]
  private let levels: [[Int]]
  private let counts: [Double]
  private let total: Double
  private let radices: [Int]
  private let isShared: [Bool]
  /// By class (same, family, unrelated) and comparison: the share of each level.
  private var shares: [[[Double]]]
  private var weights: [Double]
  /// The share of unrelated pairs, when it is known.
  private let unrelatedShare: Double?
  /// By class and comparison: how many pairs are expected at each level.
  private(set) var expected: [[[Double]]]

  var sizes: [Double] { weights.map { $0 * total } }

  init(
    model: LinkageModel, open: [Int], patterns: Patterns, hasRelatives: Bool,
    unrelated unrelatedShare: Double?
  ) {
    self.open = open
    let ordered = patterns.counts
    levels = ordered.map { patterns.levels($0.number) }
    counts = ordered.map { Double($0.count) }
    total = Double(patterns.total)
    radices = model.comparisons.map { $0.levels.count + 1 }
    isShared = model.comparisons.map(\.sharedInFamily)
    let unrelated = model.comparisons.map(\.unrelated)
    let same = model.comparisons.map { comparison in
      comparison.same.isEmpty
        ? Estimation.guess(levels: comparison.levels.count, certain: 0.9) : comparison.same
    }
    let family = model.comparisons.indices.map { index in
      let comparison = model.comparisons[index]
      if !comparison.family.isEmpty { return comparison.family }
      return comparison.sharedInFamily ? same[index] : unrelated[index]
    }
    shares = [same, family, unrelated]
    weights = hasRelatives ? [0.3, 0.1, 0.6] : [0.3, 0, 0.7]
    self.unrelatedShare = unrelatedShare
    if let unrelatedShare {
      let rest = (1 - unrelatedShare) / (weights[0] + weights[1])
      weights = [weights[0] * rest, weights[1] * rest, unrelatedShare]
    }
    expected = shares
  }

  /// - Returns: the number of rounds; the limit when it has not settled.
  mutating func run(limit: Int, tolerance: Double) -> Int {
    var likelihood = -Double.infinity
    for round in 1...limit {
      let now = step()
      if abs(now - likelihood) <= tolerance * max(1, abs(now)) * 1e-3, round > 5 { return round }
      likelihood = now
    }
    return limit
  }

  private mutating func step() -> Double {
    expected = shares.map { $0.map { [Double](repeating: 0, count: $0.count) } }
    var sizes = [0.0, 0.0, 0.0]
    var logLikelihood = 0.0
    for (pattern, count) in zip(levels, counts) {
      var posterior = weights
      for comparison in open where pattern[comparison] < radices[comparison] {
        for side in 0..<3 { posterior[side] *= shares[side][comparison][pattern[comparison]] }
      }
      let sum = posterior.reduce(0, +)
      guard sum > 0 else { continue }
      logLikelihood += count * log(sum)
      for side in 0..<3 {
        let part = count * posterior[side] / sum
        sizes[side] += part
        for comparison in open where pattern[comparison] < radices[comparison] {
          expected[side][comparison][pattern[comparison]] += part
        }
      }
    }
    let sum = max(1e-300, sizes.reduce(0, +))
    weights = sizes.map { $0 / sum }
    if let unrelatedShare {
      let rest = (1 - unrelatedShare) / max(1e-300, weights[0] + weights[1])
      weights = [weights[0] * rest, weights[1] * rest, unrelatedShare]
    }
    // Unrelated pairs keep what chance says, and so does a family in what it does not share.
    for comparison in open {
      shares[0][comparison] = Estimation.normalised(expected[0][comparison], floor: 1e-4)
      if isShared[comparison] {
        shares[1][comparison] = Estimation.normalised(expected[1][comparison], floor: 1e-4)
      }
    }
    return logLikelihood
  }
}

extension LinkageModel.Comparison {
  /// Whether a blocking rule speaks of one of its columns.
  func isSpokenOf(in rule: [String]) -> Bool {
    func words(_ text: String) -> [Substring] {
      text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }
    let ofRule = Set(rule.flatMap(words))
    return columns.contains { words($0).contains(where: ofRule.contains) }
  }
}
