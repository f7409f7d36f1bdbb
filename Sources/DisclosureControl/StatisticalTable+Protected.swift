import InformationModel

extension StatisticalTable {
  /// The table as it may be published under a threshold rule.
  ///
  /// - Unsafe are cells of 1 to `threshold - 1` units. They are hidden, and with them as many
  ///   others as it takes: whoever knows all published cells, the sums between cells and that no
  ///   count is negative finds at least `threshold + 1` possible whole counts for each unsafe cell,
  ///   from `lower` to `upper` with `upper - lower >= threshold`, and at least two for every other
  ///   hidden cell.
  /// - A hidden cell hides all its measures. Where amounts are never negative the sum in an unsafe
  ///   cell stays as uncertain as its count, in proportion: its possible values span at least `sum
  ///   * threshold / count`, and one unit of the last decimal.
  /// - A percentile of fewer than `percentileThreshold` units with a value is hidden.
  /// - A share is hidden when its cell or the total that it refers to is.
  ///
  /// Method, source and limits: docs/methods/threshold-suppression.md.
  ///
  /// - Parameter policy: the numbers that the alliance agreed on.
  /// - Returns: the figures that may be published, with the reason where there is none.
  /// - Throws: `DisclosureError` when the table is malformed or a total is not the sum of its
  ///   parts.
  package func protected(under policy: DisclosurePolicy) throws(DisclosureError) -> ProtectedTable {
    guard policy.threshold >= 1, policy.percentileThreshold >= 1 else {
      throw DisclosureError(.policy, "thresholds of policy \(policy.id) must be at least 1")
    }
    let structure = try AdditiveStructure(dimensions)
    try checkShape(structure)
    try checkTotals(structure)
    let rule = ThresholdRule(threshold: policy.threshold)
    let unsafe = counts.indices.filter { rule.isUnsafe(counts[$0]) }
    var quantities = [
      ProtectedQuantity(values: counts, ranges: unsafe.map { _ in policy.threshold })
    ]
    for (measure, column) in zip(measures, values) where measure.kind == .sum {
      // With a negative amount nobody can rule out others, and every exchange can be made without
      // end.
      let amounts = column.map { measure.wholeUnits($0) }
      if amounts.contains(where: { $0 < 0 }) { continue }
      quantities.append(
        ProtectedQuantity(
          values: amounts,
          ranges: unsafe.map { cell in
            // As uncertain as the count, in proportion.
            let factor = Double(policy.threshold) / Double(counts[cell])
            return max(1, Int((Double(amounts[cell]) * factor).rounded(.up)))
          }))
    }
    var suppression = SecondarySuppression(
      structure: structure, counts: counts, unsafe: unsafe, quantities: quantities)
    let hidden = suppression.hiddenCells()
    return protected(structure, hidden: hidden, primaryCount: unsafe.count, policy: policy)
  }

  /// Applies the pattern of hidden cells to every measure.
  private func protected(
    _ structure: AdditiveStructure, hidden: [Bool], primaryCount: Int, policy: DisclosurePolicy
  ) -> ProtectedTable {
    var statuses: [[CellStatus]] = []
    for (index, (measure, column)) in zip(measures, values).enumerated() {
      let units = (index < support.count ? support[index] : nil) ?? counts
      let references = measure.references(in: structure)
      statuses.append(
        column.indices.map { cell in
          if hidden[cell] || references(cell).contains(where: { hidden[$0] }) {
            return .confidential
          }
          if case .percentile = measure.kind, units[cell] > 0,
            units[cell] < policy.percentileThreshold
          {
            return .confidential
          }
          return column[cell] == nil ? .impossible : .normal
        })
    }
    let published = zip(values, statuses).map { column, statuses in
      zip(column, statuses).map { $1 == .normal ? $0 : nil }
    }
    return ProtectedTable(
      table: self, values: published, statuses: statuses, policy: policy,
      primaryCount: primaryCount,
      secondaryCount: hidden.count { $0 } - primaryCount)
  }
}

extension Measure {
  /// An amount as a whole number of its last published decimal; nothing counts as zero.
  func wholeUnits(_ value: Double?) -> Int {
    var scaled = value ?? 0
    for _ in 0..<max(0, decimals) { scaled *= 10 }
    return Int(scaled.rounded())
  }

  /// Cells besides its own that the measure tells something about.
  ///
  /// A share tells the total that it refers to. Where the dimension has no single total, that may
  /// be the sum of its roots: then each of them must be open.
  func references(in structure: AdditiveStructure) -> (_ cell: Int) -> [Int] {
    guard case .share(_, let within) = kind,
      let axis = structure.dimensions.firstIndex(where: { $0.id == within })
    else { return { _ in [] } }
    let stride = structure.index.strides[axis]
    let size = structure.index.sizes[axis]
    let roots = structure.trees[axis].roots
    return { cell in
      let category = cell / stride % size
      return roots.map { cell + ($0 - category) * stride }
    }
  }
}
