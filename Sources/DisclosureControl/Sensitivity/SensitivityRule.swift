/// When a cell says too much about one of its contributors, and by how much it must then stay uncertain.
///
/// Sources: Hundepool and others, *Handbook on Statistical Disclosure Control* (2nd edition, 2024), chapter 4, where X is the value of a cell and
/// x₁ ≥ x₂ ≥ … are its contributions.
package enum SensitivityRule: Sendable, Hashable {
  /// Fewer than `threshold` contribute. The attacker may not come closer than `protection` to either side.
  case minimumFrequency(threshold: Int, protection: Int)
  /// (n, k): the n largest make more than k percent. Protection: 100/k · (x₁+…+xₙ) − X.
  case dominance(count: Int, percent: Double)
  /// p percent: the second largest can estimate the largest within p percent, X − x₁ − x₂ < p/100 · x₁. Protection: p/100 · x₁ − (X − x₁ − x₂).
  case percentOfLargest(percent: Double)
  /// (p, q): the same for who knew others within q percent before, (X − x₁ − x₂) · q < p · x₁. Protection: p/q · x₁ − (X − x₁ − x₂).
  case priorPosterior(percent: Double, prior: Double)

  /// How many of the largest contributions it looks at.
  package var ranks: Int {
    switch self {
    case .minimumFrequency: 0
    case .dominance(let count, _): count
    case .percentOfLargest, .priorPosterior: 2
    }
  }

  /// The cells of a table that do not meet the rule.
  package func sensitiveCells(of table: CellTable) -> [SensitiveCell] {
    (0..<table.cellCount).compactMap { cell in
      protection(of: cell, in: table).map {
        // No amount is below nothing, where none is negative.
        SensitiveCell(
          cell: cell, up: $0, down: table.hasNegative ? $0 : min($0, table.values[cell]))
      }
    }
  }

  /// How far from its value the attacker must stay, to either side; nil when the cell may be shown.
  func protection(of cell: Int, in table: CellTable) -> Int? {
    let contributors = table.contributors[cell]
    guard contributors > 0 else { return nil }
    let value = Double(table.values[cell])
    func top(_ count: Int) -> Double {
      table.largest.prefix(count).reduce(0) { $0 + Double($1[cell]) }
    }
    func shortfall(_ needed: Double, _ there: Double) -> Int? {
      // Amounts are whole; a little less than nothing is how a product was rounded.
      needed - there > 1e-9 * max(1, needed) ? max(1, Int((needed - there).rounded(.up))) : nil
    }
    switch self {
    case .minimumFrequency(let threshold, let protection):
      return contributors < threshold ? protection : nil
    case .dominance(let count, let percent):
      return shortfall(100 / percent * top(count), value)
    case .percentOfLargest(let percent):
      return shortfall(percent / 100 * top(1), value - top(2))
    case .priorPosterior(let percent, let prior):
      return shortfall(percent / prior * top(1), value - top(2))
    }
  }
}
