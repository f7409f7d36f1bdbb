import Foundation

/// With what chance a count is changed by how much, for the cell-key method (Thompson, Broadfoot and Elazar 2013; Enderle, Giessing and Tent 2020).
///
/// A count of i becomes i + v with the chance that stands in row i for v; counts beyond the last row are changed as the last. Among all noise without bias,
/// of one variance and never more than a most, and that leaves no count from 1 to `blocked`, it is the one of largest entropy.
package struct PerturbationTable: Sendable {
  package struct Step: Sendable, Hashable {
    package var change: Int
    /// The upper end of the cell keys for which it is made, not included; the lower is that of the step before.
    package var upTo: Double

    package init(change: Int, upTo: Double) { (self.change, self.upTo) = (change, upTo) }
  }

  /// By count from 0; of each the steps by change.
  package let rows: [[Step]]

  /// - Throws: `DisclosureError` when a row is none: keys do not rise to 1, or a count could become negative.
  package init(rows: [[Step]]) throws(DisclosureError) {
    for (count, steps) in rows.enumerated() {
      var before = 0.0
      for step in steps {
        guard step.upTo >= before, abs(Double(step.change)) < 1e9, count + step.change >= 0 else {
          throw DisclosureError(.policy, "row \(count) of the perturbation table is none")
        }
        before = step.upTo
      }
      guard abs(before - 1) < 1e-6 else {
        throw DisclosureError(.policy, "the chances in row \(count) do not add up to 1")
      }
    }
    guard rows.count > 1, rows[0].allSatisfy({ $0.change == 0 }) else {
      throw DisclosureError(.policy, "a perturbation table leaves 0 as it is, and has rows beyond")
    }
    self.rows = rows
  }

  /// The table of largest entropy.
  ///
  /// - Parameters:
  ///   - most: no count is changed by more (D).
  ///   - variance: of the change (V).
  ///   - blocked: counts from 1 to this one never appear (js).
  ///   - stay: a count that may stay does so with at least this chance.
  ///   - isMonotone: a larger change downwards is never likelier than a smaller, as the package ptable asks.
  /// - Throws: `DisclosureError` when there is no such noise.
  package init(
    most: Int, variance: Double, blocked: Int = 0, stay: Double = 0, isMonotone: Bool = true
  ) throws(DisclosureError) {
    guard most >= 1, most <= 100, variance > 0, blocked >= 0, blocked < most, (0..<1).contains(stay)
    else {
      throw DisclosureError(
        .policy,
        "a perturbation table has a most from 1 to 100, a variance above 0, blocked counts below the most and a chance to stay below 1"
      )
    }
    var rows = [[Step(change: 0, upTo: 1)]]
    for count in 1...(blocked > 0 ? most + blocked + 1 : most) {
      let changes = (max(count - most, 0)...(count + most)).filter { $0 == 0 || $0 > blocked }
        .map { $0 - count }
      guard
        let chances = Self.largestEntropy(
          changes, variance: variance, stay: stay, isMonotone: isMonotone)
      else {
        throw DisclosureError(
          .policy,
          "there is no noise of variance \(variance), without bias and of at most \(most), for a count of \(count)"
        )
      }
      var sum = 0.0
      rows.append(
        zip(changes, chances).map { change, chance in
          sum += chance
          // Eight decimals, so that the table can be written and read again.
          return Step(change: change, upTo: (sum * 1e8).rounded() / 1e8)
        })
      rows[count][changes.count - 1].upTo = 1
    }
    try self.init(rows: rows)
  }

  /// Chances of largest entropy with mean 0 and a variance: p ∝ exp(a·v + b·v²), found by Newton's method; 0 has its least chance where that binds, and
  /// changes that would break the order of chances get one together.
  private static func largestEntropy(
    _ changes: [Int], variance: Double, stay: Double, isMonotone: Bool
  ) -> [Double]? {
    guard changes.contains(where: { $0 < 0 }), changes.contains(where: { $0 > 0 }) else {
      return nil
    }
    let hasZero = changes.contains(0)
    if changes.count == 2 {
      // Two changes: the mean decides.
      let (low, high) = (Double(changes[0]), Double(changes[1]))
      let chance = -low / (high - low)
      return abs(-low * high - variance) < 1e-9 ? [1 - chance, chance] : nil
    }
    // Blocks of changes with one chance each: below, above, and 0 with what joined it.
    var below = changes.filter { $0 < 0 }.map { [$0] }
    let above = changes.filter { $0 > 0 }.map { [$0] }
    var middle = hasZero ? [0] : []
    var isFixed = hasZero && stay > 0
    for _ in 0..<4 * changes.count {
      let blocks = below + above + (isFixed || middle.isEmpty ? [] : [middle])
      let mass = isFixed ? 1 - stay : 1
      guard let chances = newton(blocks, variance: variance / mass) else {
        guard isFixed else { return nil }
        isFixed = false
        continue
      }
      var byChange: [Int: Double] = [:]
      for (block, chance) in zip(blocks, chances) {
        for change in block { byChange[change] = mass * chance / Double(block.count) }
      }
      if isFixed { byChange[0] = stay }
      func chance(_ block: [Int]) -> Double { byChange[block[0]] ?? 0 }
      if isFixed {
        // Without the bound 0 would have this much: then it does not bind.
        if let free = newton(blocks + [middle], variance: variance), (free.last ?? 0) > stay {
          isFixed = false
          continue
        }
      }
      if isMonotone, hasZero {
        var joined: [[Int]] = []
        var isPooled = false
        for block in below {
          if let last = joined.last, chance(last) > chance(block) + 1e-12 {
            joined[joined.count - 1] = last + block
            isPooled = true
          } else {
            joined.append(block)
          }
        }
        if !isPooled, let nearest = joined.last, chance(nearest) > (byChange[0] ?? 0) + 1e-12 {
          joined.removeLast()
          middle += nearest
          isFixed = false
          isPooled = true
        }
        if isPooled {
          below = joined
          continue
        }
      }
      if hasZero, (byChange[0] ?? 0) < stay - 1e-9 { return nil }
      return changes.map { byChange[$0] ?? 0 }
    }
    return nil
  }

  /// The chances of blocks, in proportion to their size times exp(a·mean + b·mean square), with mean 0 and mean square `variance`; nil when there are none.
  private static func newton(_ blocks: [[Int]], variance: Double) -> [Double]? {
    let sizes = blocks.map { Double($0.count) }
    let first = zip(blocks, sizes).map { Double($0.reduce(0, +)) / $1 }
    let second = zip(blocks, sizes).map { Double($0.reduce(0) { $0 + $1 * $1 }) / $1 }
    var (a, b) = (0.0, 0.0)
    func weights(_ a: Double, _ b: Double) -> (chances: [Double], value: Double) {
      let logs = blocks.indices.map { log(sizes[$0]) + a * first[$0] + b * second[$0] }
      let top = logs.max() ?? 0
      let parts = logs.map { exp($0 - top) }
      let sum = parts.reduce(0, +)
      return (parts.map { $0 / sum }, log(sum) + top - b * variance)
    }
    for _ in 0..<200 {
      let (chances, value) = weights(a, b)
      func mean(_ numbers: [Double]) -> Double {
        zip(chances, numbers).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let g1 = mean(first)
      let g2 = mean(second) - variance
      if abs(g1) + abs(g2) < 1e-12 { return chances }
      let h11 = mean(first.map { $0 * $0 }) - g1 * g1
      let h12 = mean(zip(first, second).map { $0 * $1 }) - g1 * mean(second)
      let h22 = mean(second.map { $0 * $0 }) - mean(second) * mean(second)
      let determinant = h11 * h22 - h12 * h12
      guard determinant > 1e-18 else { return nil }
      let da = -(h22 * g1 - h12 * g2) / determinant
      let db = -(h11 * g2 - h12 * g1) / determinant
      let slope = g1 * da + g2 * db
      var step = 1.0
      // Near the end the value no longer tells one step from another.
      let blur = 1e-14 * max(1, abs(value))
      while step > 1e-12,
        weights(a + step * da, b + step * db).value > value + 1e-4 * step * slope + blur
      {
        step /= 2
      }
      guard step > 1e-12, abs(a) + abs(b) < 1e4 else {
        return abs(g1) + abs(g2) < 1e-9 ? chances : nil
      }
      a += step * da
      b += step * db
    }
    return nil
  }

  /// What a count is changed by.
  ///
  /// - Parameters:
  ///   - count: of records, not negative.
  ///   - key: of the cell, from 0 up to 1.
  /// - Returns: the change, which the count and the key decide alone.
  package func change(of count: Int, key: Double) -> Int {
    let steps = rows[min(count, rows.count - 1)]
    return (steps.first { key < $0.upTo } ?? steps[steps.count - 1]).change
  }
}

/// Keys of records as whole numbers, so that the key of a cell, what is left of their sum below 1, is the same in whatever order they are added.
package struct RecordKeys: Sendable {
  /// What 1 is.
  private let one: Int
  private let keys: [Int]
  /// What the first part counts in: sums of both parts stay small enough, however many records there are.
  private static let cut = 100_000_000

  /// - Parameters:
  ///   - keys: of each record, in units of the last decimal.
  ///   - decimals: how many there are.
  package init(_ keys: [Int], decimals: Int) {
    var one = 1
    for _ in 0..<min(decimals, 16) { one *= 10 }
    self.one = one
    self.keys = keys
  }

  /// Whether all lie from 0 up to 1, with few enough decimals to be added.
  package var areInRange: Bool { one < 1 << 50 && keys.allSatisfy { (0..<one).contains($0) } }

  /// Each record's key in two parts, for sums over any cell.
  package var parts: [[Int]] { [keys.map { $0 / Self.cut }, keys.map { $0 % Self.cut }] }

  /// The key of a cell from the sums of its records' parts: what is left of them below 1.
  package func cellKey(ofSums sums: [Int]) -> Double {
    let (high, low) = UInt64(sums[0]).multipliedFullWidth(by: UInt64(Self.cut))
    let rest = UInt64(one).dividingFullWidth((high % UInt64(one), low)).remainder
    return Double((rest + UInt64(sums[1])) % UInt64(one)) / Double(one)
  }
}
