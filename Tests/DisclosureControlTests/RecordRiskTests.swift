import DisclosureControl
import TestSupport
import Testing

/// Figures of sdcMicro 5.8.1's own tests, where these are right.
@Suite struct RecordRiskTests {
  private static let keys = [
    [2, 3, 2, 2, 3, 3, 1, 2], [3, 3, 3, 3, 3, 3, 4, 3], [1, 3, 1, 2, 1, 1, 1, 1],
  ]
  private static let weights: [Double] = [18, 45.5, 39, 17, 92, 8, 123.5, 51]

  @Test func `records are counted with those that agree with them`() {
    let risk = RecordRisk(keys: Self.keys, weights: Self.weights)
    let population = [108, 45.5, 108, 17, 100, 100, 123.5, 108]
    #expect(risk.frequencies == [3, 1, 3, 1, 2, 2, 1, 3])
    #expect(risk.population == population)
    #expect(risk.records(below: 2).count == 3)
  }

  @Test func `a missing key agrees with every other`() {
    var keys = Self.keys
    keys[2][2] = -1
    keys[2][6] = -1
    let risk = RecordRisk(keys: keys, weights: Self.weights)
    let population = [108, 45.5, 125, 56, 100, 100, 123.5, 108]
    #expect(risk.frequencies == [3, 1, 4, 2, 2, 2, 1, 3])
    #expect(risk.population == population)
  }

  @Test func `the chance to be recognised is that of Benedetti and Franconi`() {
    let risk = RecordRisk(keys: Self.keys, weights: Self.weights)
    let exact = [
      0.01355297, 0.08579129, 0.01355297, 0.17707583, 0.01877883, 0.01877883, 0.03931625,
      0.01355297,
    ]
    for (found, expected) in zip(risk.risks, exact) { #expect(abs(found - expected) < 1e-8) }
    for (place, expected) in [(0, 0.01369863), (1, 0.08579129), (4, 0.01877883)] {
      let found = RecordRisk.approximateRisk(risk.frequencies[place], of: risk.population[place])
      #expect(abs(found - expected) < 1e-8)
    }
    // A file of the whole population: one in as many as agree.
    let whole = RecordRisk(keys: Self.keys).risks
    #expect(abs(whole[0] - 1 / 3) < 1e-12 && whole[1] == 1 && whole[4] == 0.5)
  }

  /// The same integral by the trapezium rule: ∫₀¹ p·u^(f−1)/(p+q·u) du.
  @Test(arguments: [1, 2, 3, 10, 40], [0.001, 0.3, 0.49, 0.5, 0.7, 0.99])
  func `the formula holds where others break down`(frequency: Int, p: Double) {
    let q = 1 - p
    let steps = 200_000
    var sum = 0.0
    for step in 0...steps {
      let u = Double(step) / Double(steps)
      var power = 1.0
      for _ in 1..<max(1, frequency) { power *= u }
      sum += (step == 0 || step == steps ? 0.5 : 1) * p * power / (p + q * u)
    }
    let found = RecordRisk.risk(frequency, of: Double(frequency) / p)
    #expect(abs(found - sum / Double(steps)) < 1e-5)
  }

  @Test func `diversity counts what those who look alike have in sensitive values`() {
    // sdcMicro's example: sex, occupation and ethnicity, a missing occupation a code of its own.
    let keys = [[0, 0, 0, 1, 1, 0, 0], [-1, -1, -1, 1, 1, 2, 2], [0, 0, 0, 0, 0, 1, 1]]
    let classes = ClassDiversity.classes(keys)
    let sensitive = [1, 0, 2, 1, 0, 0, 1]
    let distinct = ClassDiversity.distinct(classes, sensitive)
    #expect(classes.map { distinct[$0] } == [3, 3, 3, 2, 2, 2, 2])
    let entropy = ClassDiversity.entropy(classes, sensitive)
    #expect(abs(entropy[classes[0]] - 3) < 1e-12 && abs(entropy[classes[3]] - 2) < 1e-12)
  }

  /// Li, Li and Venkatasubramanian (2007), section 4.3: salaries 3k to 11k; a class of 3k, 4k, 5k is .375 away, one of 6k, 8k, 11k is .167.
  @Test func `closeness is the distance that mass must be moved`() {
    let salaries = [3, 4, 5, 6, 8, 11, 7, 9, 10]
    let classes = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    let found = ClassDiversity.distance(classes, salaries, isOrdered: true)
    #expect(abs(found[0] - 0.375) < 1e-12)
    #expect(abs(found[1] - 1.0 / 6) < 1e-12)
    let plain = ClassDiversity.distance([0, 0, 1, 1], [1, 1, 2, 2], isOrdered: false)
    let half = [0.5, 0.5]
    #expect(plain == half)
  }

  @Test(arguments: 2...4)
  func `after suppression every record looks like k`(k: Int) throws {
    var random = SeededGenerator(seed: UInt64(k))
    let keys = (0..<5).map { variable in
      (0..<120).map { _ in Int.random(in: 0...(variable + 1), using: &random) }
    }
    let suppression = try LocalSuppression(keys, k: k, starts: 3)
    let classes = ClassDiversity.classes(suppression.keys)
    for number in Set(classes) { #expect(classes.count { $0 == number } >= k) }
    // Only codes are made missing, none is changed, and the counts are right.
    for (before, after) in zip(keys, suppression.keys) {
      #expect(zip(before, after).allSatisfy { $1 == -1 || $0 == $1 })
    }
    let missing = suppression.keys.map { $0.count { $0 < 0 } }
    #expect(missing == suppression.suppressed)
    // Fewer are lost than when every record that stands out loses all.
    let before = ClassDiversity.classes(keys)
    let alone = before.count { number in before.count { $0 == number } < k }
    #expect(missing.reduce(0, +) < 5 * alone)
  }

  /// What the same search finds when each move and each exchange is tried by counting both groups anew.
  @Test(arguments: [
    (2, nil, [24, 39, 39, 56, 91]), (3, [1, 2, 0.5, 1, 1], [30, 20, 107, 123, 97]),
    (5, nil, [39, 53, 95, 163, 190]),
  ])
  func `the search finds what trying every exchange by itself finds`(
    k: Int, weights: [Double]?, suppressed: [Int]
  ) throws {
    var random = SeededGenerator(seed: UInt64(k))
    let keys = (0..<5).map { variable in
      (0..<300).map { _ in Int.random(in: -1...(variable + 1), using: &random) }
    }
    let found = try LocalSuppression(keys, k: k, weights: weights, starts: 3)
    #expect(found.suppressed == suppressed)
  }

  @Test func `synthetic records keep what goes together, and copies are found out`() {
    var random = SeededGenerator(seed: 3)
    func sample(_ count: Int) -> [[Int]] {
      var columns = [[Int]](repeating: [], count: 5)
      for _ in 0..<count {
        let first = Int.random(in: 0...9, using: &random)
        columns[0].append(first)
        columns[1].append(Int.random(in: 0...9, using: &random))
        columns[2].append(first / 3 + Int.random(in: 0...2, using: &random))
        columns[3].append(Int.random(in: 0...99, using: &random))
        columns[4].append(first % 2)
      }
      return columns
    }
    let (used, others) = (sample(600), sample(600))
    let made = SyntheticRecords(like: used, count: 600, donors: 10, seed: 1).columns
    #expect(made == SyntheticRecords(like: used, count: 600, donors: 10, seed: 1).columns)
    // The last variable follows from the first.
    let kept = zip(made[0], made[4]).count { $0 % 2 == $1 }
    #expect(kept > 580)
    let risk = SyntheticRisk(
      synthetic: made, used: used, others: others, keys: [0, 1, 2], sensitive: 4)
    #expect(risk.identicalToUsed < 0.25 && risk.disclosed < 0.9)
    let copied = SyntheticRisk(
      synthetic: used, used: used, others: others, keys: [0, 1, 2], sensitive: 4)
    #expect(copied.identicalToUsed == 1 && copied.nearerAtLeast > 0.9)
    #expect(copied.uniqueKeysRepeated > copied.uniqueKeysOfOthersRepeated)
  }
}
