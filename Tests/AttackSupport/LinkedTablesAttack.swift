import DisclosureControl
import InformationModel

/// What an attacker with a linear program learns who reads several tables of one release together.
///
/// He knows what is published, all sums, that nothing is negative, and which tables count the same
/// units: whatever two tables add up to over the same codes is the same number. His unknowns are the
/// hidden cells without parts of each table.
package struct LinkedTablesAttack {
  private let tables: [Reading]

  /// Attacks one measure of tables that are about to be published together; the count of each when none is named.
  package init(_ tables: [ProtectedTable], measure: Int? = nil) {
    self.tables = tables.map { table in
      let measure = measure ?? table.measures.firstIndex { $0.kind == .count } ?? 0
      return Reading(table.dimensions, table.values[measure], table.population)
    }
  }

  /// One table as he reads it.
  private struct Reading {
    let published: [Double?]
    let population: Population?
    let index: CellIndex
    /// By dimension and category the categories without parts in it.
    let leaves: [[[Int]]]

    init(_ dimensions: [Dimension], _ published: [Double?], _ population: Population?) {
      self.published = published
      self.population = population
      index = CellIndex(dimensions)
      leaves = dimensions.map { dimension in
        let children = dimension.children
        return dimension.categories.indices.map { category in
          var below = [category]
          while let inner = below.firstIndex(where: { !children[$0].isEmpty }) {
            below.replaceSubrange(inner...inner, with: children[below[inner]])
          }
          return below
        }
      }
    }

    func leafCells(_ categories: [[Int]]) -> [Int] {
      var cells = [0]
      for (axis, choice) in categories.enumerated() {
        cells = cells.flatMap { cell in choice.map { cell + $0 * index.strides[axis] } }
      }
      return cells
    }

    func leafCells(of cell: Int) -> [Int] {
      leafCells(zip(leaves, index.coordinates(of: cell)).map { $0[$1] })
    }

    /// Whether units of a code are counted at all.
    func counts(_ code: String, of variable: String) -> Bool {
      population?.conditions[variable]?.contains(code) ?? true
    }

    func leaf(of code: String, of variable: String) -> Int? {
      guard let axis = population?.variables.firstIndex(of: variable) else { return nil }
      return population?.categories[axis][code]
    }
  }

  /// What the attacker finds for each hidden cell of each table; nil for a published cell.
  package func intervals() -> [[LinearProgramAttack.Interval?]] {
    var column: [[Int: Int]] = []
    var columnCount = 0
    for table in tables {
      var own: [Int: Int] = [:]
      for cell in table.published.indices
      where table.published[cell] == nil && table.leafCells(of: cell) == [cell] {
        own[cell] = columnCount
        columnCount += 1
      }
      column.append(own)
    }
    var rows: [(terms: [(column: Int, factor: Double)], value: Double)] = []
    func sum(_ table: Int, _ cells: [Int]) -> (columns: [Int], known: Double) {
      var result = (columns: [Int](), known: 0.0)
      for cell in cells {
        if let hidden = column[table][cell] {
          result.columns.append(hidden)
        } else {
          result.known += tables[table].published[cell] ?? 0
        }
      }
      return result
    }
    for (number, table) in tables.enumerated() {
      for (cell, value) in table.published.enumerated() {
        guard let value else { continue }
        let sum = sum(number, table.leafCells(of: cell))
        if sum.columns.isEmpty { continue }
        rows.append((sum.columns.map { ($0, 1) }, value - sum.known))
      }
    }
    for one in tables.indices {
      for other in tables.indices where other > one {
        for (cells, others) in sharedSums(tables[one], tables[other]) {
          let (left, right) = (sum(one, cells), sum(other, others))
          if left.columns.isEmpty, right.columns.isEmpty { continue }
          rows.append(
            (
              left.columns.map { ($0, 1) } + right.columns.map { ($0, -1) },
              right.known - left.known
            ))
        }
      }
    }
    let programs = Programs(columnCount: columnCount, rows: rows)
    return tables.enumerated().map { number, table in
      table.published.indices.map { cell in
        if table.published[cell] != nil { return nil }
        let sum = sum(number, table.leafCells(of: cell))
        let range = programs.range(of: sum.columns)
        return LinearProgramAttack.Interval(
          lower: sum.known + range.lower, upper: sum.known + range.upper)
      }
    }
  }

  /// Pairs of sets of leaf cells, one of each table, that count the same units.
  private func sharedSums(_ one: Reading, _ other: Reading) -> [([Int], [Int])] {
    guard let first = one.population, let second = other.population, first.units == second.units
    else { return [] }
    var pairs: [([[Int]], [[Int]])] = [([], [])]
    // Per variable: the smallest sets of codes that both tables can add up over.
    var blocks: [String: [(one: Set<Int>, other: Set<Int>)]] = [:]
    let conditions = Set(first.conditions.keys).union(second.conditions.keys)
    for variable in Set(first.variables).union(second.variables).union(conditions) {
      var codes = Set(first.conditions[variable] ?? []).union(second.conditions[variable] ?? [])
      var isWhole = false
      for population in [first, second] {
        guard let axis = population.variables.firstIndex(of: variable) else { continue }
        codes.formUnion(population.categories[axis].keys)
        if population.conditions[variable] == nil { isWhole = true }
      }
      // A code that neither table names.
      if !isWhole { codes.insert("\u{0}") }
      var groups: [Set<String>] = []
      for code in codes.sorted() {
        var group: Set<String> = [code]
        for known in groups where belongTogether(code, known, variable, one, other) {
          group.formUnion(known)
        }
        groups.removeAll { !$0.isDisjoint(with: group) }
        groups.append(group)
      }
      blocks[variable] = groups.filter { group in
        group.allSatisfy { one.counts($0, of: variable) && other.counts($0, of: variable) }
      }.map { group in
        (
          Set(group.compactMap { one.leaf(of: $0, of: variable) }),
          Set(group.compactMap { other.leaf(of: $0, of: variable) })
        )
      }
    }
    for (variable, choices) in blocks.sorted(by: { $0.key < $1.key })
    where !first.variables.contains(variable) && !second.variables.contains(variable) {
      // A condition on what neither shows: nothing is shared unless all units are the same.
      if choices.count != 1 || first.conditions[variable] != second.conditions[variable] {
        return []
      }
    }
    for (variable, choices) in blocks.sorted(by: { $0.key < $1.key }) {
      if first.variables.contains(variable) || second.variables.contains(variable) {
        pairs = pairs.flatMap { pair in
          choices.map { (pair.0 + [$0.one.sorted()], pair.1 + [$0.other.sorted()]) }
        }
      }
    }
    let order = blocks.keys.sorted().filter {
      first.variables.contains($0) || second.variables.contains($0)
    }
    func cells(_ reading: Reading, _ population: Population, _ sets: [[Int]]) -> [Int] {
      reading.leafCells(
        population.variables.map { variable in
          order.firstIndex(of: variable).map { sets[$0] } ?? []
        })
    }
    return pairs.map { (cells(one, first, $0.0), cells(other, second, $0.1)) }
  }

  /// Whether one of the tables cannot tell a code from one of the others.
  private func belongTogether(
    _ code: String, _ group: Set<String>, _ variable: String, _ one: Reading, _ other: Reading
  ) -> Bool {
    [one, other].contains { reading in
      guard reading.counts(code, of: variable) else { return false }
      let isShown = reading.population?.variables.contains(variable) ?? false
      return group.contains { member in
        guard reading.counts(member, of: variable) else { return false }
        if !isShown { return true }
        guard let leaf = reading.leaf(of: code, of: variable) else { return false }
        return leaf == reading.leaf(of: member, of: variable)
      }
    }
  }

  /// The linear programs of the parts that have no unknown in common.
  private struct Programs {
    private var part: [Int]
    private var position: [Int]
    private var programs: [LinearProgram] = []

    init(columnCount: Int, rows: [(terms: [(column: Int, factor: Double)], value: Double)]) {
      var leader = Array(0..<columnCount)
      func find(_ column: Int) -> Int {
        var current = column
        while leader[current] != current { current = leader[current] }
        return current
      }
      for row in rows {
        guard let first = row.terms.first else { continue }
        for term in row.terms { leader[find(term.column)] = find(first.column) }
      }
      var number: [Int: Int] = [:]
      part = []
      position = []
      var sizes: [Int] = []
      for column in 0..<columnCount {
        let root = find(column)
        let own = number[root] ?? sizes.count
        if own == sizes.count {
          number[root] = own
          sizes.append(0)
        }
        part.append(own)
        position.append(sizes[own])
        sizes[own] += 1
      }
      var rowsOfPart = sizes.map { _ in [(terms: [(column: Int, factor: Double)], value: Double)]()
      }
      for row in rows {
        guard let first = row.terms.first else { continue }
        rowsOfPart[part[first.column]].append(
          (row.terms.map { (position[$0.column], $0.factor) }, row.value))
      }
      programs = zip(sizes, rowsOfPart).map { LinearProgram(columnCount: $0, rows: $1) }
    }

    func range(of columns: [Int]) -> (lower: Double, upper: Double) {
      var columnsOfPart: [Int: [Int]] = [:]
      for column in columns { columnsOfPart[part[column], default: []].append(position[column]) }
      var range = (lower: 0.0, upper: 0.0)
      for (part, columns) in columnsOfPart.sorted(by: { $0.key < $1.key }) {
        range.lower += programs[part].extreme(of: columns, largest: false)
        range.upper += programs[part].extreme(of: columns, largest: true)
      }
      return range
    }
  }
}
