/// What an attacker makes of figures that were changed: who knows by how much each may have been changed narrows all of them by the sums that must hold, and
/// averages what several published figures say of one.
package struct PerturbationAttack: Sendable {
  /// Cells that may not be known and of which the true figure is certain.
  package let recovered: [Int]
  /// Over the cells that are not empty: how far published figures are from the truth in the mean, and how far averages over all sums are.
  package let publishedError: Double
  package let averagedError: Double

  /// - Parameters:
  ///   - table: the true table, of dimensions.
  ///   - published: by cell.
  ///   - reach: by cell, by how much the figure may have been changed; nil where nothing is known.
  ///   - mayNotBeKnown: by cell.
  package init(_ table: CellTable, published: [Int], reach: [Int?], mayNotBeKnown: [Bool]) {
    let count = table.cellCount
    var low = [Int](repeating: 0, count: count)
    var high = [Int](repeating: .max / 4, count: count)
    for cell in 0..<count {
      guard let reach = reach[cell] else { continue }
      low[cell] = max(0, published[cell] - reach)
      high[cell] = published[cell] + reach
    }
    var sums: [[(cell: Int, factor: Int)]] = []
    table.sums.forEachEquation { terms, _ in sums.append(terms) }
    // A total is between the sums of the ends of its parts, and a part between what is left of the ends.
    for _ in 0..<50 {
      var isNarrower = false
      for terms in sums {
        guard let total = terms.first?.cell else { continue }
        let parts = terms.dropFirst().map(\.cell)
        let lows = parts.reduce(0) { $0 + low[$1] }
        let isOpen = parts.contains { high[$0] >= .max / 8 }
        if lows > low[total] {
          low[total] = lows
          isNarrower = true
        }
        if !isOpen {
          let highs = parts.reduce(0) { $0 + high[$1] }
          if highs < high[total] {
            high[total] = highs
            isNarrower = true
          }
          for part in parts {
            let least = low[total] - (highs - high[part])
            if least > low[part] {
              low[part] = least
              isNarrower = true
            }
          }
        }
        for part in parts where high[total] < .max / 8 {
          let most = high[total] - (lows - low[part])
          if most < high[part] {
            high[part] = most
            isNarrower = true
          }
        }
      }
      if !isNarrower { break }
    }
    recovered = (0..<count).filter { low[$0] == high[$0] && mayNotBeKnown[$0] }
    // Each sum says of a cell what its total and the others leave; the more terms, the less it is worth.
    var weights = [Double](repeating: 1, count: count)
    var estimates = published.map { Double($0) }
    for terms in sums where terms.count > 1 {
      let weight = 1 / Double(terms.count - 1)
      let whole = terms.reduce(0.0) { $0 + Double($1.factor) * Double(published[$1.cell]) }
      for (cell, factor) in terms {
        estimates[cell] += weight * (Double(published[cell]) - whole / Double(factor))
        weights[cell] += weight
      }
    }
    let there = (0..<count).filter { table.contributors[$0] > 0 }
    func mean(_ error: (Int) -> Double) -> Double {
      there.isEmpty ? 0 : there.reduce(0) { $0 + error($1) } / Double(there.count)
    }
    publishedError = mean { abs(Double(published[$0] - table.values[$0])) }
    averagedError = mean { abs(estimates[$0] / weights[$0] - Double(table.values[$0])) }
  }
}
