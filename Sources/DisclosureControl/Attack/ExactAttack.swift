import InformationModel

/// What follows from the published cells and all sums alone, without that amounts are not negative: which hidden cells can be computed, and which by who
/// knows another.
///
/// Equations between hidden cells are solved by elimination, over a prime instead of fractions: every hidden cell is then a sum of a few that are free.
/// One that is of none can be computed; two that are the same but for a factor are known by each other. Independent of how a pattern was made; a wrong
/// answer would need a factor that the prime divides by chance.
package struct ExactAttack: Sendable {
  /// Hidden cells that can be computed.
  package let computed: [Int]
  /// By hidden cell that cannot: a number, the same for all that are known when one is.
  package let together: [Int: Int]

  private static let prime: UInt64 = 2_147_483_647

  /// - Parameters:
  ///   - table: the true table; of hidden cells only the place is used.
  ///   - isHidden: by cell.
  package init(_ table: CellTable, isHidden: [Bool]) {
    var rows: [[(cell: Int, factor: UInt64)]] = []
    var occurrences = [Int](repeating: 0, count: table.cellCount)
    table.sums.forEachEquation { terms, _ in
      var factors: [Int: Int] = [:]
      for term in terms where isHidden[term.cell] { factors[term.cell, default: 0] += term.factor }
      let row = factors.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { cell, factor in
        (cell: cell, factor: Self.reduced(factor))
      }
      for term in row { occurrences[term.cell] += 1 }
      if !row.isEmpty { rows.append(row) }
    }
    // Each equation, the shortest first, gives one cell by others; the cell that stands in fewest.
    rows.sort { $0.count < $1.count }
    var solved: [Int: [(cell: Int, factor: UInt64)]] = [:]
    var order: [Int] = []
    for row in rows {
      var terms: [Int: UInt64] = [:]
      for (cell, factor) in row { terms[cell] = factor }
      // Cells that are given by others already.
      var waiting = row.map(\.cell).filter { solved[$0] != nil }
      while let cell = waiting.popLast() {
        guard let factor = terms.removeValue(forKey: cell), factor != 0, let known = solved[cell]
        else { continue }
        for (other, times) in known {
          let sum = ((terms[other] ?? 0) + factor * times) % Self.prime
          terms[other] = sum == 0 ? nil : sum
          if solved[other] != nil { waiting.append(other) }
        }
      }
      let pivot = terms.keys.min { (occurrences[$0], $0) < (occurrences[$1], $1) }
      guard let pivot, let factor = terms.removeValue(forKey: pivot) else { continue }
      let inverse = Self.prime - Self.power(factor, Self.prime - 2)
      solved[pivot] = terms.map { ($0.key, $0.value * inverse % Self.prime) }
      order.append(pivot)
    }
    // Free cells get numbers drawn at random, several each: a cell is the sum of those that it is of.
    let draws = 3
    var random = SplitMix(seed: 7)
    var drawn = [[UInt64]](repeating: [], count: table.cellCount)
    for cell in isHidden.indices where isHidden[cell] && solved[cell] == nil {
      drawn[cell] = (0..<draws).map { _ in random.next() % Self.prime }
    }
    for pivot in order.reversed() {
      var sum = [UInt64](repeating: 0, count: draws)
      for (cell, factor) in solved[pivot] ?? [] {
        for place in 0..<draws {
          sum[place] = (sum[place] + factor * drawn[cell][place]) % Self.prime
        }
      }
      drawn[pivot] = sum
    }
    var computed: [Int] = []
    var numbers: [[UInt64]: Int] = [:]
    var together: [Int: Int] = [:]
    for cell in isHidden.indices where isHidden[cell] {
      guard let first = drawn[cell].first(where: { $0 != 0 }) else {
        computed.append(cell)
        continue
      }
      let inverse = Self.power(first, Self.prime - 2)
      let key = drawn[cell].map { $0 * inverse % Self.prime }
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      together[cell] = number
    }
    self.computed = computed
    self.together = together
  }

  private static func reduced(_ factor: Int) -> UInt64 {
    let rest = factor % Int(prime)
    return UInt64(rest < 0 ? rest + Int(prime) : rest)
  }

  private static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, base, exponent) = (UInt64(1), base % prime, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result * base % prime }
      base = base * base % prime
      exponent >>= 1
    }
    return result
  }
}
