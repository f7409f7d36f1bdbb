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
    // Files of some thousands of records are searched to their end; of larger ones the first order finds nearly all there is to find.
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
  private static let mostTrials = 100_000_000

  private struct Grouping {
    let rows: [[Int]]
    let k: Int
    let weights: [Double]
    /// By column whether some record has no code there.
    let hasMissing: [Bool]
    var groups: [[Int]] = []

    init(_ rows: [[Int]], _ k: Int, _ weights: [Double]) {
      (self.rows, self.k, self.weights) = (rows, k, weights)
      hasMissing = weights.indices.map { column in rows.contains { $0[column] < 0 } }
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

    /// Moves a record to another group, or exchanges two, as long as less is lost and trials are left.
    mutating func improve(_ trials: inout Int) {
      var summaries = groups.map(summary)
      for _ in 0..<20 {
        var isWon = false
        for one in groups.indices where summaries[one].cost > 0 {
          for other in groups.indices where other != one && !groups[other].isEmpty {
            if groups[one].isEmpty || trials <= 0 { break }
            guard
              let change = change(
                (groups[one], summaries[one]), (groups[other], summaries[other]), &trials)
            else { continue }
            let record = groups[one].remove(at: change.record)
            if let partner = change.partner {
              groups[one].append(groups[other].remove(at: partner))
            }
            groups[other].append(record)
            summaries[one] = summary(groups[one])
            summaries[other] = summary(groups[other])
            isWon = true
          }
        }
        if !isWon { break }
      }
      groups.removeAll(where: \.isEmpty)
    }

    /// What a group loses, and what it would without each of its records: so that an exchange is judged by the codes of two records alone.
    private struct Summary {
      var cost = 0.0
      /// By column the code that all have; `mixed` where there is none.
      var codes: [Int] = []
      /// By record, then column: the code that all others have.
      var others: [Int] = []
      /// By column how many records have a code.
      var present: [Int] = []
      /// The least that is lost with any record exchanged.
      var least = 0.0
    }

    private static let mixed = -2
    /// Of nobody.
    private static let any = -3

    private func summary(_ group: [Int]) -> Summary {
      var found = Summary()
      let columns = weights.count
      found.others = [Int](repeating: Self.mixed, count: group.count * columns)
      guard let first = group.first else { return found }
      for column in 0..<columns {
        let code = rows[first][column]
        // Where one record alone differs the others have one code.
        let differing = group.indices.filter { rows[group[$0]][column] != code }
        found.present.append(group.count { rows[$0][column] >= 0 })
        func set(_ member: Int, _ code: Int) { found.others[member * columns + column] = code }
        guard let other = differing.first else {
          found.codes.append(code)
          for member in group.indices { set(member, group.count == 1 ? Self.any : code) }
          continue
        }
        found.codes.append(Self.mixed)
        found.cost += weights[column] * Double(found.present[column])
        if differing.count == 1 { set(other, code) }
        let second = rows[group[other]][column]
        if differing.count == group.count - 1,
          differing.allSatisfy({ rows[group[$0]][column] == second })
        {
          set(0, second)
        }
      }
      found.least = .infinity
      for (member, record) in group.enumerated() {
        var cost = 0.0
        for column in 0..<columns where found.others[member * columns + column] == Self.mixed {
          let present = found.present[column] - (rows[record][column] >= 0 ? 1 : 0)
          cost += weights[column] * Double(present + (hasMissing[column] ? 0 : 1))
        }
        found.least = min(found.least, cost)
      }
      return found
    }

    /// The first record of one group by whose move to another, or exchange with one of its records, less is lost.
    private func change(
      _ one: (group: [Int], summary: Summary), _ other: (group: [Int], summary: Summary),
      _ trials: inout Int
    ) -> (record: Int, partner: Int?)? {
      let enough = one.summary.cost + other.summary.cost - 1e-9
      let mayExchange = one.summary.least + other.summary.least < enough
      let mayMove = one.group.count > k || one.group.count == 1
      trials -= 1
      guard mayExchange || mayMove else { return nil }
      let columns = weights.count
      /// What is lost where all others have `codes` and one comes for one that goes.
      func cost(
        _ summary: Summary, from start: Int, without leaving: Int, with coming: Int
      ) -> Double {
        var cost = 0.0
        for column in 0..<columns {
          let code = summary.others[start + column]
          if code == rows[coming][column] || code == Self.any { continue }
          let present =
            summary.present[column] - (rows[leaving][column] >= 0 ? 1 : 0)
            + (rows[coming][column] >= 0 ? 1 : 0)
          cost += weights[column] * Double(present)
        }
        return cost
      }
      for (member, record) in one.group.enumerated() {
        if mayMove {
          trials -= 1
          var after = 0.0
          for column in 0..<columns {
            let shows = rows[record][column] >= 0 ? 1 : 0
            if one.summary.others[member * columns + column] == Self.mixed {
              after += weights[column] * Double(one.summary.present[column] - shows)
            }
            if other.summary.codes[column] != rows[record][column] {
              after += weights[column] * Double(other.summary.present[column] + shows)
            }
          }
          if after < enough { return (member, nil) }
        }
        guard mayExchange else { continue }
        // Records that are alike give the same.
        let partners = other.summary.cost > 0 ? other.group.count : 1
        for (place, partner) in other.group.prefix(partners).enumerated() {
          trials -= 1
          let first = cost(one.summary, from: member * columns, without: record, with: partner)
          if first < enough,
            first + cost(other.summary, from: place * columns, without: partner, with: record)
              < enough
          {
            return (member, place)
          }
        }
      }
      return nil
    }
  }
}
