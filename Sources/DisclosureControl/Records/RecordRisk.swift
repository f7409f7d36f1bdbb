import Foundation

/// How well records can be recognised by their keys: what somebody may know of a person beforehand.
///
/// Codes are whole numbers; a negative one is missing and agrees with every other.
package struct RecordRisk: Sendable {
  /// By record: how many records of the file agree with it, itself included.
  package let frequencies: [Int]
  /// By record: for how many persons of the population these stand; without weights as many.
  package let population: [Double]
  private let hasWeights: Bool

  /// - Parameters:
  ///   - keys: by key variable, one code a record.
  ///   - weights: of each record, how many of the population it stands for; nil for a file of the whole population.
  package init(keys: [[Int]], weights: [Double]? = nil) {
    let count = keys.first?.count ?? 0
    hasWeights = weights != nil
    // Records with the same codes are one pattern.
    var numbers: [[Int]: Int] = [:]
    var patterns: [[Int]] = []
    var patternOf = [Int](repeating: 0, count: count)
    var sizes: [(count: Int, weight: Double)] = []
    for record in 0..<count {
      let codes = keys.map { max(-1, $0[record]) }
      let pattern = numbers[codes] ?? patterns.count
      if pattern == patterns.count {
        numbers[codes] = pattern
        patterns.append(codes)
        sizes.append((0, 0))
      }
      patternOf[record] = pattern
      sizes[pattern].count += 1
      sizes[pattern].weight += weights?[record] ?? 1
    }
    let open = patterns.indices.filter { patterns[$0].contains(-1) }
    var totals = sizes
    for pattern in patterns.indices {
      // A complete pattern agrees with itself and with those that miss something; such a one with all that fit.
      let others = patterns[pattern].contains(-1) ? Array(patterns.indices) : open
      for other in others where other != pattern {
        let agrees = zip(patterns[pattern], patterns[other]).allSatisfy {
          $0 == $1 || $0 < 0 || $1 < 0
        }
        if agrees {
          totals[pattern].count += sizes[other].count
          totals[pattern].weight += sizes[other].weight
        }
      }
    }
    frequencies = patternOf.map { totals[$0].count }
    population = patternOf.map { totals[$0].weight }
  }

  /// Records with fewer than k that agree with them (k-anonymity: Samarati and Sweeney 1998), a missing code taken to agree with all.
  package func records(below k: Int) -> [Int] {
    frequencies.indices.filter { frequencies[$0] < k }
  }

  /// By record the chance that it is recognised, given how often its keys occur in the file and in the population (Benedetti and Franconi 1998): the mean of
  /// 1/F, where F has a negative binomial distribution with f successes of chance f/F.
  ///
  /// The recursion is stable for p below a half, the series (Polettini 2003) for the rest.
  package var risks: [Double] {
    zip(frequencies, population).map { frequency, total in
      Self.risk(frequency, of: hasWeights ? total : Double(frequency))
    }
  }

  /// One record's risk; `total` is not below `frequency`.
  package static func risk(_ frequency: Int, of total: Double) -> Double {
    let f = Double(frequency)
    let p = min(1, f / total)
    let q = 1 - p
    if q < 1e-12 { return 1 / f }
    if p < 0.5 {
      var risk = -p / q * log(p)
      for step in 1..<max(1, frequency) { risk = p / q * (1 / Double(step) - risk) }
      return risk
    }
    var (sum, term, step) = (0.0, 1.0, 0.0)
    while term > 1e-17 * max(1, sum) {
      sum += term
      step += 1
      term *= step * q / (f + step)
    }
    return p / f * sum
  }

  /// The approximations that sdcMicro and μ-ARGUS use for large files.
  package static func approximateRisk(_ frequency: Int, of total: Double) -> Double {
    let p = Double(frequency) / total
    let q = 1 - p
    if q < 1e-12 { return 1 / Double(frequency) }
    switch frequency {
    case 1: return -p / q * log(p)
    case 2: return p / q + p / q * p / q * log(p)
    default: return p / (Double(frequency) - q)
    }
  }
}

/// How much a class of records with the same keys tells of what they have in common beside these.
package enum ClassDiversity {
  /// By record, the number of its class: records with equal codes, a missing one being a code of its own.
  package static func classes(_ keys: [[Int]]) -> [Int] {
    var numbers: [[Int]: Int] = [:]
    return (0..<(keys.first?.count ?? 0)).map { record in
      let codes = keys.map { max(-1, $0[record]) }
      let number = numbers[codes] ?? numbers.count
      numbers[codes] = number
      return number
    }
  }

  /// By class, how often each sensitive code occurs.
  private static func counts(_ classes: [Int], _ sensitive: [Int]) -> [[Int: Int]] {
    var counts = [[Int: Int]](repeating: [:], count: (classes.max() ?? -1) + 1)
    for (number, code) in zip(classes, sensitive) { counts[number][code, default: 0] += 1 }
    return counts
  }

  /// By class the number of distinct sensitive codes (distinct l-diversity: Machanavajjhala and others 2007).
  package static func distinct(_ classes: [Int], _ sensitive: [Int]) -> [Int] {
    counts(classes, sensitive).map(\.count)
  }

  /// By class exp of the entropy of its sensitive codes (entropy l-diversity, the same).
  package static func entropy(_ classes: [Int], _ sensitive: [Int]) -> [Double] {
    counts(classes, sensitive).map { counts in
      let total = Double(counts.values.reduce(0, +))
      return exp(
        counts.values.sorted().reduce(0.0) {
          $0 - Double($1) / total * log(Double($1) / total)
        })
    }
  }

  /// By class how far its sensitive codes are from those of all, from 0 to 1: the earth mover's distance of t-closeness (Li, Li and Venkatasubramanian
  /// 2007).
  ///
  /// - Parameters:
  ///   - classes: by record.
  ///   - sensitive: by record; of an ordered variable its rank from low to high.
  ///   - isOrdered: whether near codes are near.
  /// - Returns: the distance of each class.
  package static func distance(
    _ classes: [Int], _ sensitive: [Int], isOrdered: Bool
  ) -> [Double] {
    let codes = Set(sensitive).sorted()
    let total = Double(max(1, sensitive.count))
    var totals: [Int: Int] = [:]
    for code in sensitive { totals[code, default: 0] += 1 }
    let all = codes.map { Double(totals[$0] ?? 0) / total }
    return counts(classes, sensitive).map { counts in
      let size = Double(max(1, counts.values.reduce(0, +)))
      let own = codes.map { Double(counts[$0] ?? 0) / size }
      if !isOrdered { return zip(own, all).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
      var (moved, sum) = (0.0, 0.0)
      for (one, other) in zip(own, all) {
        moved += one - other
        sum += abs(moved)
      }
      return codes.count > 1 ? sum / Double(codes.count - 1) : 0
    }
  }
}
