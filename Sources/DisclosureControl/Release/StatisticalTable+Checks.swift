import InformationModel

extension StatisticalTable {
  /// Amounts beyond this are not exact in a `Double` and overflow when added.
  private static let largestAmount = 0x1p53

  func checkShape(_ structure: AdditiveStructure) throws(DisclosureError) {
    guard counts.count == structure.cellCount else {
      throw DisclosureError(
        .shape, "\(counts.count) counts for \(structure.cellCount) cells")
    }
    guard values.count == measures.count else {
      throw DisclosureError(.shape, "\(values.count) columns for \(measures.count) measures")
    }
    guard support.count == measures.count else {
      throw DisclosureError(
        .shape, "\(support.count) columns of support for \(measures.count) measures")
    }
    if let cell = counts.firstIndex(where: { $0 < 0 || $0 > Int(Self.largestAmount) }) {
      throw DisclosureError(.shape, "the count of \(structure.name(of: cell)) is out of range")
    }
    for (measure, column) in zip(measures, support) {
      guard let column else { continue }
      guard column.count == counts.count, zip(column, counts).allSatisfy({ 0...$1 ~= $0 }) else {
        throw DisclosureError(
          .shape, "the support of \(measure.id) does not fit the counts")
      }
    }
    for ((measure, column), contributors) in zip(zip(measures, values), support) {
      guard column.count == structure.cellCount else {
        throw DisclosureError(
          .shape, "\(column.count) values of \(measure.id) for \(structure.cellCount) cells")
      }
      if let cell = column.firstIndex(where: { !($0 ?? 0).isFinite }) {
        throw DisclosureError(
          .measure, "\(measure.id) of \(structure.name(of: cell)) is not a number")
      }
      try check(measure, column, contributors: contributors, structure)
      if let contributions = self.contributions?[measure.id] {
        try check(contributions, measure, column, contributors: contributors, structure)
      }
    }
  }

  /// Columns of contributions must be such that some units can have them.
  private func check(
    _ contributions: Contributions, _ measure: Measure, _ column: [Double?],
    contributors: [Int]?, _ structure: AdditiveStructure
  ) throws(DisclosureError) {
    let columns = contributions.largest + (contributions.magnitudes.map { [$0] } ?? [])
    guard measure.kind == .sum, columns.allSatisfy({ $0.count == structure.cellCount }) else {
      throw DisclosureError(.shape, "the contributions to \(measure.id) do not fit its cells")
    }
    for (cell, value) in column.enumerated() {
      let magnitude = contributions.magnitudes?[cell] ?? value ?? 0
      var (before, together) = (Double.infinity, 0.0)
      for rank in contributions.largest {
        guard (0...before).contains(rank[cell]) else {
          throw DisclosureError(
            .measure,
            "contributions to \(measure.id) of \(structure.name(of: cell)) are out of order")
        }
        before = rank[cell]
        together += rank[cell]
      }
      let ranks = contributions.largest.count { $0[cell] > 0 }
      let slack = measure.lastDecimal * Double(ranks + 1) / 2 + abs(magnitude) * 1e-9
      guard magnitude / measure.lastDecimal <= Self.largestAmount,
        magnitude + slack >= max(together, abs(value ?? 0)),
        ranks <= (contributors ?? counts)[cell]
      else {
        throw DisclosureError(
          .measure,
          "the largest contributions to \(measure.id) of \(structure.name(of: cell)) make more than all"
        )
      }
    }
  }

  private func check(
    _ measure: Measure, _ column: [Double?], contributors: [Int]?, _ structure: AdditiveStructure
  ) throws(DisclosureError) {
    switch measure.kind {
    case .count:
      // The rule looks at the units behind a cell; another count would go unprotected.
      for (cell, value) in column.enumerated() where value != Double(counts[cell]) {
        throw DisclosureError(
          .measure,
          "\(measure.id) of \(structure.name(of: cell)) is not the number of units in the cell")
      }
    case .sum:
      for (cell, value) in column.enumerated() {
        var scaled = abs(value ?? 0)
        for _ in 0..<max(0, measure.decimals) { scaled *= 10 }
        guard scaled <= Self.largestAmount else {
          throw DisclosureError(
            .measure, "\(measure.id) of \(structure.name(of: cell)) is too large")
        }
        if (contributors ?? counts)[cell] == 0, scaled != 0 {
          throw DisclosureError(
            .measure, "\(measure.id) of \(structure.name(of: cell)) is an amount of no units")
        }
      }
    case .percentile:
      break
    case .share(let of, let within):
      guard let numerator = measures.first(where: { $0.id == of }), numerator.isAdditive else {
        throw DisclosureError(
          .measure, "\(measure.id) is a share of \(of), no measure that adds up")
      }
      guard dimensions.contains(where: { $0.id == within }) else {
        throw DisclosureError(.measure, "\(measure.id) is a share within \(within), no dimension")
      }
    }
  }

  func checkTotals(_ structure: AdditiveStructure) throws(DisclosureError) {
    let sums = zip(measures, values).filter { $0.0.kind == .sum }
    var fault: DisclosureError?
    structure.forEachSum { cell, parts in
      if fault != nil { return }
      if parts.reduce(0, { $0 + counts[$1] }) != counts[cell] {
        fault = DisclosureError(
          .totals, "the count of \(structure.name(of: cell)) is not the sum of its parts")
      }
      for (measure, column) in sums {
        // Each figure may be rounded by itself to the last decimal.
        let total = parts.reduce(0) { $0 + (column[$1] ?? 0) }
        let slack = measure.lastDecimal * Double(parts.count + 1) / 2 + abs(total) * 1e-9
        if abs(total - (column[cell] ?? 0)) > slack {
          fault = DisclosureError(
            .totals, "\(measure.id) of \(structure.name(of: cell)) is not the sum of its parts")
        }
        let largest = contributions?[measure.id]?.largest ?? []
        let ofParts = largest.flatMap { rank in parts.map { rank[$0] } }.sorted(by: >)
        if zip(largest, ofParts).contains(where: { abs($0[cell] - $1) > abs($1) * 1e-9 }) {
          fault = DisclosureError(
            .totals,
            "the largest contributions to \(measure.id) of \(structure.name(of: cell)) are not those of its parts"
          )
        }
      }
    }
    if let fault { throw fault }
  }
}

extension Measure {
  /// What one in its last decimal is.
  fileprivate var lastDecimal: Double {
    var unit = 1.0
    for _ in 0..<max(0, decimals) { unit /= 10 }
    return unit
  }
}
