import InformationModel

/// A table, or several that share cells, that is to be protected: whole amounts, all equations that hold between them, and who stands behind each cell.
package struct CellTable: Sendable {
  let sums: CellSums
  /// By cell, of a table the last dimension running fastest; in whole units of the last decimal.
  package let values: [Int]
  /// By cell: how many contribute to it.
  package let contributors: [Int]
  /// By rank, then by cell: the largest contributions, in the units of `values`.
  package let largest: [[Int]]
  /// By cell that has a single contributor: a cell by which that contributor is known, the same for all in which it is known to stand alone; -1
  /// for all others.
  package let soleContributor: [Int32]
  /// Of contributors that stand alone in cells that need not change alike: these cells, by what they are known by.
  let cellsOfHolder: [Int32: [Int32]]
  /// Of contributors, cells that they know and that nothing can keep from them: empty ones that are part of a sum in which they are known to stand alone, for
  /// instance.
  private let cellsKnown: [Int32: Set<Int32>]
  /// Some amount is negative; then nobody can rule out any other.
  package let hasNegative: Bool
  /// By cell the sum of its contributions without their signs; nil where that is the value.
  package let magnitudes: [Int]?
  /// Whether an empty cell may be hidden: not everybody knows that nobody can be there.
  package let mayHideEmpty: Bool
  /// Whether who contributes to several cells is counted once in their sum.
  let countsOnce: Bool

  package var cellCount: Int { values.count }

  /// Of each contributor that is known to stand alone in cells that need not change alike: these.
  package var cellsOfHolders: [[Int]] {
    cellsOfHolder.sorted { $0.key < $1.key }.map { $0.value.map { Int($0) } }
  }

  /// Cells that the public must not be able to compute; that somebody who stands alone in another can is no finding.
  package var openToInsiders: Set<Int> = []

  /// Whether everybody knows a cell: nobody is there, nor could be.
  package func isEmpty(_ cell: Int) -> Bool { contributors[cell] == 0 && !mayHideEmpty }

  package func magnitude(of cell: Int) -> Int { magnitudes?[cell] ?? abs(values[cell]) }

  /// Of one table; none of cells of several.
  package var dimensions: [Dimension] {
    if case .hierarchies(let structure) = sums { structure.dimensions } else { [] }
  }

  /// Codes of a cell's categories, for messages.
  package func name(of cell: Int) -> String { sums.name(of: cell) }

  /// What is known of contributors beside how many there are.
  package struct Knowledge: Sendable {
    /// By cell with a single contributor its number, where that is known; negative elsewhere. Cells with the same number are known to one.
    package var holders: [Int]?
    /// Contributors of several cells are counted once in their sum, so that these do not add up.
    package var countsOnce = false
    package var magnitudes: [Int]?
    package var mayHideEmpty = false
    /// Amounts are rounded each by itself, so that sums may miss by a little.
    package var isRounded = false
    /// Cells that change alike whatever is hidden, beside those of which a sum says so: who stands alone in the one does in the other.
    var alike: [(Int, Int)] = []
    /// Cells that need not change alike, and in which the same contributor stands alone if one does.
    var sameHolder: [(Int, Int)] = []
    /// By cell what changed in it since figures that were shown: whoever knows one of these knows all, whatever is hidden.
    var changes: [Int: [Int]] = [:]

    package init() {}
  }

  /// Calls `body` with each sum of one table and its parts.
  package func forEachSum(_ body: (_ total: Int, _ parts: [Int]) -> Void) {
    if case .hierarchies(let structure) = sums { structure.forEachSum(body) }
  }

  /// Whether a cell has no parts.
  package func isLeaf(_ cell: Int) -> Bool { sums.height(of: cell) == 0 }

  /// Makes the sums of a column of one table anew, of what stands in cells without parts.
  package func addUp(_ column: inout [Int]) {
    guard case .hierarchies(let structure) = sums else { return }
    // Parts stand behind their sums.
    for cell in column.indices.reversed() where !isLeaf(cell) {
      for (axis, tree) in structure.trees.enumerated() {
        let stride = structure.index.strides[axis]
        let category = cell / stride % structure.index.sizes[axis]
        guard !tree.children[category].isEmpty else { continue }
        column[cell] = tree.children[category].reduce(0) {
          $0 + column[cell + ($1 - category) * stride]
        }
        break
      }
    }
  }

  /// One table.
  ///
  /// - Parameters:
  ///   - dimensions: parents stand before their children.
  ///   - values: one a cell, the last dimension running fastest.
  ///   - contributors: the same; who contributes nothing does not count.
  ///   - largest: the largest contributions, the largest first, one column a rank; may be empty.
  ///   - knowledge: what else is known.
  /// - Throws: `DisclosureError` when columns do not fit, or a total is not the sum of its parts.
  package init(
    dimensions: [Dimension], values: [Int], contributors: [Int], largest: [[Int]] = [],
    knowledge: Knowledge = Knowledge()
  ) throws(DisclosureError) {
    let structure = try AdditiveStructure(dimensions)
    try self.init(
      .hierarchies(structure), values: values, contributors: contributors, largest: largest,
      knowledge)
  }

  /// Cells with the equations between them, wherever these are from.
  ///
  /// - Parameters:
  ///   - names: of the cells, for messages.
  ///   - equations: what holds between them.
  ///   - values: one a cell.
  ///   - contributors: the same.
  ///   - largest: the largest contributions, one column a rank; may be empty.
  ///   - knowledge: what else is known.
  /// - Throws: `DisclosureError` when columns do not fit, or an equation does not hold.
  package init(
    names: [String], equations: [CellEquation], values: [Int], contributors: [Int],
    largest: [[Int]] = [], knowledge: Knowledge = Knowledge()
  ) throws(DisclosureError) {
    try self.init(
      .equations(CellEquations(names: names, equations), of: []), values: values,
      contributors: contributors, largest: largest, knowledge)
  }

  init(
    _ sums: CellSums, values: [Int], contributors: [Int], largest: [[Int]],
    _ knowledge: Knowledge
  ) throws(DisclosureError) {
    self.sums = sums
    self.values = values
    self.contributors = contributors
    self.largest = largest
    hasNegative = values.contains { $0 < 0 }
    magnitudes = knowledge.magnitudes
    mayHideEmpty = knowledge.mayHideEmpty
    countsOnce = knowledge.countsOnce
    let holders = knowledge.holders
    let count = sums.cellCount
    guard values.count == count, contributors.count == count,
      holders?.count ?? count == count, magnitudes?.count ?? count == count,
      largest.allSatisfy({ $0.count == count })
    else {
      throw DisclosureError(.shape, "\(values.count) values for \(count) cells")
    }
    for (column, what) in [(values, "value"), (contributors, "frequency")] {
      var wrong: [Int] = []
      sums.forEachEquation { terms, constant in
        // A constant is an amount; how many are behind it is not told.
        if what == "frequency", constant != 0 || knowledge.countsOnce { return }
        if what == "value", knowledge.isRounded { return }
        if terms.reduce(0, { $0 &+ $1.factor &* column[$1.cell] }) != constant {
          wrong.append(terms[0].cell)
        }
      }
      if !wrong.isEmpty {
        let names = wrong.prefix(5).map(sums.name).joined(separator: "; ")
        let more = wrong.count > 5 ? "; and \(wrong.count - 5) more" : ""
        throw DisclosureError(
          .totals, "the \(what) is not the sum of its parts in: \(names)\(more)")
      }
    }
    for cell in 0..<count {
      guard contributors[cell] >= 0 else {
        throw DisclosureError(.shape, "the frequency of \(sums.name(of: cell)) is negative")
      }
      if contributors[cell] == 0, values[cell] != 0 {
        throw DisclosureError(
          .measure, "\(sums.name(of: cell)) has an amount and no contributor")
      }
    }
    var sole = Self.soleContributors(sums, contributors, alike: knowledge.alike)
    // One holder stands behind all cells of each contributor who is known to be it.
    var leaders = DisjointCells(count)
    var firsts: [Int: Int] = [:]
    for (cell, holder) in (holders ?? []).enumerated() where holder >= 0 && sole[cell] >= 0 {
      let first = firsts[holder] ?? Int(sole[cell])
      firsts[holder] = first
      leaders.join(first, Int(sole[cell]))
    }
    for (one, other) in knowledge.sameHolder where sole[one] >= 0 && sole[other] >= 0 {
      leaders.join(Int(sole[one]), Int(sole[other]))
    }
    var joined = Set<Int32>()
    for cell in sole.indices where sole[cell] >= 0 {
      let leader = Int32(leaders.find(Int(sole[cell])))
      if leader != sole[cell] { joined.insert(leader) }
      sole[cell] = leader
    }
    var cellsOfHolder: [Int32: [Int32]] = [:]
    for cell in sole.indices where joined.contains(sole[cell]) {
      cellsOfHolder[sole[cell], default: []].append(Int32(cell))
    }
    if knowledge.mayHideEmpty {
      // A sum in which somebody stands alone, and his part of it, need not change alike: what is empty may rise.
      for cell in sole.indices where sole[cell] >= 0 && !joined.contains(sole[cell]) {
        cellsOfHolder[sole[cell], default: []].append(Int32(cell))
      }
      cellsOfHolder = cellsOfHolder.filter { $0.value.count > 1 }
    }
    soleContributor = sole
    self.cellsOfHolder = cellsOfHolder
    var cellsKnown =
      knowledge.mayHideEmpty ? Self.emptyCells(known: sole, sums, contributors) : [:]
    for (cell, changes) in knowledge.changes {
      let together = [cell] + changes
      for alone in together where sole[alone] >= 0 {
        cellsKnown[sole[alone], default: []].formUnion(together.lazy.map { Int32($0) })
      }
    }
    self.cellsKnown = cellsKnown
  }

  /// The same cells with what holds between them as equations, in which programs look for circuits: slower, and they find whatever there is.
  package func asEquations() throws(DisclosureError) -> CellTable {
    guard case .hierarchies(let structure) = sums else { return self }
    var equations: [CellEquation] = []
    structure.forEachSum { total, parts in
      equations.append(CellEquation([(total, -1)] + parts.map { ($0, 1) }))
    }
    var knowledge = Knowledge()
    knowledge.countsOnce = countsOnce
    knowledge.magnitudes = magnitudes
    knowledge.mayHideEmpty = mayHideEmpty
    knowledge.holders = soleContributor.map { Int($0) }
    return try CellTable(
      .equations(
        CellEquations(names: values.indices.map(structure.name(of:)), equations), of: []),
      values: values, contributors: contributors, largest: largest, knowledge)
  }

  /// The same with amounts of more decimals.
  package func scaled(by decimals: Int, to more: Int) throws(DisclosureError) -> CellTable {
    guard more > decimals else { return self }
    var unit = 1
    for _ in decimals..<more { unit *= 10 }
    guard (values.map { abs($0) }.max() ?? 0) < (1 << 53) / unit else {
      throw DisclosureError(.measure, "an amount is too large for the decimals of another table")
    }
    var knowledge = Knowledge()
    knowledge.countsOnce = countsOnce
    knowledge.magnitudes = magnitudes?.map { $0 * unit }
    knowledge.mayHideEmpty = mayHideEmpty
    return try CellTable(
      sums, values: values.map { $0 * unit }, contributors: contributors,
      largest: largest.map { $0.map { $0 * unit } }, knowledge)
  }

  /// The same contributor stands alone in a sum and in the part of it that is not empty.
  private static func soleContributors(
    _ sums: CellSums, _ contributors: [Int], alike: [(Int, Int)]
  ) -> [Int32] {
    switch sums {
    case .hierarchies(let structure):
      return contributors.indices.map { cell in
        guard contributors[cell] == 1 else { return -1 }
        return Int32(structure.leafCells(below: cell).first { contributors[$0] == 1 } ?? cell)
      }
    case .equations(let equations, _):
      var leaders = DisjointCells(contributors.count)
      for equation in equations.equations {
        let alone = equation.terms.filter { contributors[$0.cell] > 0 }
        if alone.count == 2, alone.allSatisfy({ contributors[$0.cell] == 1 }) {
          leaders.join(alone[0].cell, alone[1].cell)
        }
      }
      for (one, other) in alike where contributors[one] == 1 && contributors[other] == 1 {
        leaders.join(one, other)
      }
      return contributors.indices.map { contributors[$0] == 1 ? Int32(leaders.find($0)) : -1 }
    }
  }

  private static func emptyCells(
    known sole: [Int32], _ sums: CellSums, _ contributors: [Int]
  ) -> [Int32: Set<Int32>] {
    var parts: [Int32: [Int32]] = [:]
    sums.forEachEquation { terms, _ in
      guard terms[0].factor < 0, contributors[terms[0].cell] <= 1 else { return }
      parts[Int32(terms[0].cell), default: []] += terms.dropFirst().map { Int32($0.cell) }
    }
    var known: [Int32: Set<Int32>] = [:]
    for cell in sole.indices where sole[cell] >= 0 {
      var waiting = parts[Int32(cell)] ?? []
      while let part = waiting.popLast() {
        guard contributors[Int(part)] == 0, known[sole[cell], default: []].insert(part).inserted
        else { continue }
        waiting += parts[part] ?? []
      }
    }
    return known
  }

  /// Whether a contributor knows a cell whatever is hidden, or it does not matter that he does.
  package func knows(_ sole: Int32, _ cell: Int) -> Bool {
    openToInsiders.contains(cell) || cellsKnown[sole]?.contains(Int32(cell)) ?? false
  }

  /// What a circuit changes in the cells of a contributor that stands alone in them; nil when it does not change all of these alike.
  func step(ofSole sole: Int32, in circuit: Circuit) -> Int? {
    let step = circuit.step(of: Int(sole))
    for cell in cellsOfHolder[sole] ?? [] where circuit.step(of: Int(cell)) != step { return nil }
    return step
  }
}

/// Sets of cells that grow together.
struct DisjointCells {
  private var leaders: [Int]

  init(_ count: Int) { leaders = Array(0..<count) }

  mutating func find(_ cell: Int) -> Int {
    var cell = cell
    while leaders[cell] != cell {
      leaders[cell] = leaders[leaders[cell]]
      cell = leaders[cell]
    }
    return cell
  }

  /// The smaller number leads.
  mutating func join(_ one: Int, _ other: Int) {
    let (one, other) = (find(one), find(other))
    if one < other { leaders[other] = one } else { leaders[one] = other }
  }
}
