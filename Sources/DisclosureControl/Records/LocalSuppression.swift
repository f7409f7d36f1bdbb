import InformationModel

/// Which codes of which records are made missing so that every record that is left looks exactly like at least k - 1 others.
///
/// Stricter than counting a missing code as one that agrees with all, as sdcMicro does: there a record whose released codes fit only one person still
/// counts as protected. Finding the least is NP-hard for k of 3 and more (Meyerson and Williams 2004); records are put together in groups, from those that
/// differ in nothing to those that differ in most, then records are moved and exchanged between groups as long as less is lost. Several starts, the best counts.
package struct LocalSuppression: Sendable {
  /// By key variable, one code a record; -1 is missing.
  package let keys: [[Int]]
  /// By key variable: how many codes were made missing.
  package let suppressed: [Int]

  /// - Parameters:
  ///   - keys: by key variable, one code a record; negative ones are missing already.
  ///   - k: how many records must look alike.
  ///   - weights: what is lost with a code of each variable; each the same when nil.
  ///   - starts: how often another order is tried.
  /// - Throws: `DisclosureError` when there are fewer than k records.
  package init(
    _ keys: [[Int]], k: Int, weights: [Double]? = nil, starts: Int = 20
  ) throws(DisclosureError) {
    let count = keys.first?.count ?? 0
    guard k >= 1, count >= k || count == 0 else {
      throw DisclosureError(.shape, "\(count) records cannot look alike \(k) at a time")
    }
    let weights = weights ?? keys.map { _ in 1 }
    let rows = (0..<count).map { record in keys.map { max(-1, $0[record]) } }
    var best: (groups: [[Int]], cost: Double)?
    var random = SplitMix(seed: 1)
    // Small files are searched to their end; of large ones the first order finds nearly all there is to find.
    var trials = Self.mostTrials
    for _ in 0..<max(1, starts) {
      var grouping = Grouping(rows, k, weights)
      grouping.make(&random)
      grouping.improve(&trials)
      let cost = grouping.cost
      if cost < best?.cost ?? .infinity { best = (grouping.groups, cost) }
      if trials <= 0 { break }
    }
    var result = keys.map { $0.map { max(-1, $0) } }
    var suppressed = [Int](repeating: 0, count: keys.count)
    for group in best?.groups ?? [] {
      for column in keys.indices where Set(group.map { rows[$0][column] }).count > 1 {
        for record in group where result[column][record] >= 0 {
          result[column][record] = -1
          suppressed[column] += 1
        }
      }
    }
    self.keys = result
    self.suppressed = suppressed
  }

  /// How many moves and exchanges are tried in all; counted, so that the same file gives the same result on any machine.
  private static let mostTrials = 3_000_000

  private struct Grouping {
    let rows: [[Int]]
    let k: Int
    let weights: [Double]
    var groups: [[Int]] = []

    init(_ rows: [[Int]], _ k: Int, _ weights: [Double]) {
      (self.rows, self.k, self.weights) = (rows, k, weights)
    }

    var cost: Double { groups.reduce(0) { $0 + cost($1) } }

    /// What is lost when records look alike.
    func cost(_ group: [Int]) -> Double {
      guard let first = group.first else { return 0 }
      var cost = 0.0
      for column in weights.indices {
        let code = rows[first][column]
        if group.contains(where: { rows[$0][column] != code }) {
          cost += weights[column] * Double(group.count { rows[$0][column] >= 0 })
        }
      }
      return cost
    }

    mutating func make(_ random: inout SplitMix) {
      var isFree = [Bool](repeating: true, count: rows.count)
      let columns = weights.count
      let sets = columns <= 12 ? 1 << columns : 1
      for size in 0...columns {
        let masks =
          (0..<sets).filter { $0.nonzeroBitCount == size }
          + (sets == 1 && size > 0 ? [-1] : [])
        if masks.isEmpty { continue }
        while true {
          var buckets: [[Int]] = []
          var bucketsOf = [[Int]](repeating: [], count: rows.count)
          var degree = [Int](repeating: 0, count: rows.count)
          for mask in masks {
            var known: [[Int]: [Int]] = [:]
            for record in rows.indices where isFree[record] {
              let rest = (0..<columns).map { mask >> $0 & 1 == 1 ? -2 : rows[record][$0] }
              known[rest, default: []].append(record)
            }
            for bucket in known.values.filter({ $0.count >= k }).sorted(by: { $0[0] < $1[0] }) {
              // All that are alike stay together: nothing is lost.
              if size == 0 {
                groups.append(bucket)
                for record in bucket { isFree[record] = false }
                continue
              }
              for record in bucket {
                bucketsOf[record].append(buckets.count)
                degree[record] += bucket.count - 1
              }
              buckets.append(bucket)
            }
          }
          let order = rows.indices.filter { isFree[$0] && !bucketsOf[$0].isEmpty }
            .map { (degree: degree[$0], tie: random.next(), record: $0) }
            .sorted { ($0.degree, $0.tie) < ($1.degree, $1.tie) }
          var isMade = false
          for (_, _, record) in order where isFree[record] {
            var chosen: (members: [Int], degree: Int)?
            for bucket in bucketsOf[record] {
              let others = buckets[bucket].filter { isFree[$0] && $0 != record }
                .sorted { (degree[$0], $0) < (degree[$1], $1) }.prefix(k - 1)
              guard others.count == k - 1 else { continue }
              let sum = others.reduce(0) { $0 + degree[$1] }
              if sum < chosen?.degree ?? .max { chosen = ([record] + others, sum) }
            }
            guard let chosen else { continue }
            groups.append(chosen.members)
            for member in chosen.members { isFree[member] = false }
            isMade = true
          }
          if !isMade || size == 0 { break }
        }
      }
      // Who is left joins the group in which least is lost by it.
      var rest = rows.indices.filter { isFree[$0] }
      if groups.isEmpty, !rest.isEmpty {
        groups.append(rest)
        rest = []
      }
      for record in rest {
        let best = groups.indices.min {
          cost(groups[$0] + [record]) - cost(groups[$0])
            < cost(groups[$1] + [record]) - cost(groups[$1])
        }
        if let best { groups[best].append(record) }
      }
    }

    /// Merges two groups, or divides them anew, moves or exchanges records, as long as less is lost and trials are left.
    mutating func improve(_ trials: inout Int) {
      var costs = groups.map(cost)
      for _ in 0..<20 {
        var isWon = false
        for one in groups.indices where costs[one] > 0 {
          for other in groups.indices where other != one && !groups[other].isEmpty {
            if groups[one].isEmpty || trials <= 0 { break }
            let before = costs[one] + costs[other]
            // A record of one to the other, or one of each exchanged.
            search: for record in groups[one] {
              let rest = groups[one].filter { $0 != record }
              trials -= 1 + groups[other].count
              if rest.count >= k || rest.isEmpty {
                let more = groups[other] + [record]
                let after = cost(rest) + cost(more)
                if after < before - 1e-9 {
                  (groups[one], groups[other]) = (rest, more)
                  (costs[one], costs[other]) = (cost(rest), cost(more))
                  isWon = true
                  break search
                }
              }
              for partner in groups[other] {
                let first = rest + [partner]
                let second = groups[other].filter { $0 != partner } + [record]
                let after = cost(first) + cost(second)
                if after < before - 1e-9 {
                  (groups[one], groups[other]) = (first, second)
                  (costs[one], costs[other]) = (cost(first), cost(second))
                  isWon = true
                  break search
                }
              }
            }
          }
        }
        if !isWon { break }
      }
      groups.removeAll(where: \.isEmpty)
    }
  }
}
