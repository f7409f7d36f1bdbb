import Foundation
import InformationModel

/// Records that look like others and are none of them: each variable is drawn from the records that agree in the variables before it, as many of these as
/// leave enough records to draw from (sequential synthesis: Raghunathan, Reiter and Rubin 2003; Drechsler 2011).
package struct SyntheticRecords: Sendable {
  /// By variable, one code a record.
  package let columns: [[Int]]

  /// - Parameters:
  ///   - columns: by variable, one code a record.
  ///   - count: how many records are made.
  ///   - donors: at least so many records are drawn from.
  ///   - seed: the same seed makes the same records.
  package init(like columns: [[Int]], count: Int, donors: Int = 10, seed: UInt64) {
    let size = columns.first?.count ?? 0
    var random = SplitMix(seed: seed)
    var made = [[Int]](repeating: [], count: columns.count)
    guard size > 0 else {
      self.columns = made
      return
    }
    for _ in 0..<count {
      var records = Array(0..<size)
      for variable in columns.indices {
        let code = columns[variable][records[Int.random(in: records.indices, using: &random)]]
        made[variable].append(code)
        // Whoever agrees in this one too, as long as there are enough.
        let narrower = records.filter { columns[variable][$0] == code }
        if narrower.count >= donors { records = narrower }
      }
    }
    self.columns = made
  }
}

/// What synthetic records tell of those that they were made from: all measures beside what they tell of others, which were not used.
///
/// Passing them is no proof of safety: see docs/methods/microdata.md.
package struct SyntheticRisk: Sendable, Codable, Hashable {
  /// Share of synthetic records that are equal to one that was used; to one that was not.
  package var identicalToUsed: Double
  package var identicalToOthers: Double
  /// Share of synthetic records nearer to one that was used than to any that was not, half of the ties included: one half when nothing is told (Platzer and
  /// Reutterer 2021); and the least that it is with 95% certainty.
  package var nearerToUsed: Double
  package var nearerAtLeast: Double
  /// Of the records used whose keys are unique, how many have a synthetic record with these keys; of the others the same (Raab, Nowok and Dibben 2024).
  package var uniqueKeysRepeated: Double
  package var uniqueKeysOfOthersRepeated: Double
  /// Share of records whose sensitive code is what all synthetic records with their keys say; of the others the same.
  package var disclosed: Double
  package var disclosedOfOthers: Double

  /// - Parameters:
  ///   - synthetic: by variable, one code a record.
  ///   - used: what these were made from.
  ///   - others: records of the same kind that were not used, as many as there are used.
  ///   - keys: which variables somebody may know beforehand.
  ///   - sensitive: the variable that must not be learnt.
  ///   - numeric: variables in which near codes are near.
  package init(
    synthetic: [[Int]], used: [[Int]], others: [[Int]], keys: [Int], sensitive: Int,
    numeric: Set<Int> = []
  ) {
    func rows(_ columns: [[Int]], _ variables: [Int]) -> [[Int]] {
      (0..<(columns.first?.count ?? 0)).map { row in variables.map { columns[$0][row] } }
    }
    let all = Array(used.indices)
    let (made, own, other) = (rows(synthetic, all), rows(used, all), rows(others, all))
    let (ownSet, otherSet) = (Set(own), Set(other))
    func share(_ count: Int, _ total: Int) -> Double { Double(count) / Double(max(1, total)) }
    identicalToUsed = share(made.count { ownSet.contains($0) }, made.count)
    identicalToOthers = share(made.count { otherSet.contains($0) }, made.count)
    // Gower's distance (1971), against a sample of a thousand when there are more.
    let ranges = all.map { variable in
      let both = used[variable] + others[variable]
      return Double(max(1, (both.max() ?? 0) - (both.min() ?? 0)))
    }
    func distance(_ a: [Int], _ b: [Int]) -> Double {
      all.reduce(0.0) { sum, variable in
        let far = abs(Double(a[variable]) - Double(b[variable]))
        return sum + (numeric.contains(variable) ? far / ranges[variable] : far > 0 ? 1 : 0)
      }
    }
    let step = max(1, made.count / 1000)
    var wins: [Double] = []
    for row in stride(from: 0, to: made.count, by: step) {
      let near = own.reduce(Double.infinity) { min($0, distance(made[row], $1)) }
      let far = other.reduce(Double.infinity) { min($0, distance(made[row], $1)) }
      wins.append(near < far - 1e-12 ? 1 : near > far + 1e-12 ? 0 : 0.5)
    }
    let mean = wins.isEmpty ? 0.5 : wins.reduce(0, +) / Double(wins.count)
    let spread = wins.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, wins.count - 1))
    nearerToUsed = mean
    nearerAtLeast = mean - 1.96 * (spread / Double(max(1, wins.count))).squareRoot()
    let madeKeys = rows(synthetic, keys)
    var said: [[Int]: Set<Int>] = [:]
    for (key, code) in zip(madeKeys, synthetic[sensitive]) { said[key, default: []].insert(code) }
    func told(_ columns: [[Int]]) -> (unique: Double, disclosed: Double) {
      let own = rows(columns, keys)
      var counts: [[Int]: Int] = [:]
      for key in own { counts[key, default: 0] += 1 }
      let unique = own.count { counts[$0] == 1 && said[$0] != nil }
      let disclosed = zip(own, columns[sensitive]).count { said[$0] == [$1] }
      return (share(unique, own.count), share(disclosed, own.count))
    }
    (uniqueKeysRepeated, disclosed) = told(used)
    (uniqueKeysOfOthersRepeated, disclosedOfOthers) = told(others)
  }
}
