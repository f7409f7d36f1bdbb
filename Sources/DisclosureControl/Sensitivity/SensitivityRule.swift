import InformationModel

/// When a cell says too much about one of its contributors, and by how much it must then stay uncertain.
///
/// Where contributions are negative, X and all xᵢ are without their signs.
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
  /// Nobody is in the cell, which tells something of all who are not (group disclosure). Protection upwards only.
  case empty(protection: Int)
  /// All of a sum, or at least so many percent, are in one of its parts along a dimension: who belongs to the sum belongs there (class disclosure,
  /// handbook chapter 5). Protection: as many fewer as bring it below.
  case full(dimension: String, percent: Double)
  /// The largest contribution of who asked for protection makes more than so many percent. Protection: 100/percent · x − X. By cell, `largest`
  /// is that contribution, 0 where nobody asked.
  case request(percent: Double, largest: [Int])

  /// How many of the largest contributions it looks at.
  package var ranks: Int {
    switch self {
    case .minimumFrequency, .empty, .full, .request: 0
    case .dominance(let count, _): count
    case .percentOfLargest, .priorPosterior: 2
    }
  }

  /// The cells of a table that do not meet the rule.
  package func sensitiveCells(of table: CellTable) -> [SensitiveCell] {
    if case .full(let dimension, let percent) = self {
      return Self.full(table, along: dimension, percent: percent)
    }
    return (0..<table.cellCount).compactMap { cell in
      protection(of: cell, in: table).map {
        // No amount is below nothing, where none is negative.
        SensitiveCell(
          cell: cell, up: $0, down: table.hasNegative ? $0 : min($0, table.values[cell]))
      }
    }
  }

  /// Parts that hold so much of their sum; and where they hold all of it, the first empty part beside them, which might not be empty.
  private static func full(
    _ table: CellTable, along id: String, percent: Double
  ) -> [SensitiveCell] {
    guard case .hierarchies(let structure) = table.sums,
      let axis = structure.dimensions.firstIndex(where: { $0.id == id })
    else { return [] }
    let (stride, tree) = (structure.index.strides[axis], structure.trees[axis])
    var found: [SensitiveCell] = []
    for cell in 0..<table.cellCount {
      let children = tree.children[cell / stride % structure.index.sizes[axis]]
      let total = table.contributors[cell]
      guard children.count > 1, total > 0 else { continue }
      let category = cell / stride % structure.index.sizes[axis]
      for child in children {
        let part = cell + (child - category) * stride
        // 56/100 · 25 is a little more than 14 in floating point, 56 · 25 / 100 is not.
        let most = Int((percent * Double(total) / 100 - 1e-9).rounded(.up))
        guard table.contributors[part] >= most else { continue }
        let least = table.contributors[part] - most + 1
        found.append(
          SensitiveCell(cell: part, up: 1, down: min(max(1, least), max(0, table.values[part]))))
        if table.contributors[part] == total,
          let empty = children.first(where: { $0 != child })
        {
          found.append(SensitiveCell(cell: cell + (empty - category) * stride, up: 1, down: 0))
        }
      }
    }
    return found
  }

  /// How far from its value the attacker must stay, to either side; nil when the cell may be shown.
  func protection(of cell: Int, in table: CellTable) -> Int? {
    let contributors = table.contributors[cell]
    if case .empty(let protection) = self { return contributors == 0 ? protection : nil }
    guard contributors > 0 else { return nil }
    let value = Double(table.magnitude(of: cell))
    func top(_ count: Int) -> Double {
      table.largest.prefix(count).reduce(0) { $0 + Double($1[cell]) }
    }
    func shortfall(_ needed: Double, _ there: Double) -> Int? {
      // Amounts are whole; a little less than nothing is how a product was rounded.
      needed - there > 1e-9 * max(1, needed)
        ? max(1, Int(min(needed - there, 0x1p60).rounded(.up))) : nil
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
    case .request(let percent, let largest):
      return shortfall(100 / percent * Double(largest[cell]), value)
    case .empty, .full:
      return nil
    }
  }
}
