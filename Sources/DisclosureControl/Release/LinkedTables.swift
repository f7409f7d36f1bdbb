import InformationModel

/// Tables that count the same units, as one system of cells.
///
/// A variable that a table is broken down by, or chooses its units by, is an axis. The atoms of an axis are the finest sets of codes that the tables tell
/// apart. A cell stands for one set of atoms per axis; cells of different tables with the same sets are one cell. What two tables add up to over the
/// same atoms is an equation between their cells.
struct LinkedTables {
  /// One table among the others.
  struct Member {
    let structure: AdditiveStructure
    /// Number of the joint cell by cell of the table.
    let cells: [Int]
    /// The dimension that breaks down by each axis; nil where the table does not.
    let dimensions: [Int?]
    /// By axis and atom where its units count.
    let paths: [[Path]]
  }

  /// Where the units of an atom count along one axis of a table, in steps from its first cell.
  enum Path: Hashable {
    /// From the category without parts up to the root.
    case counted([Int])
    /// They are not of the table's population.
    case outside
    /// They would be, but the table has no category for them: everybody knows that there are none.
    case absent

    /// The category without parts, as a step.
    var leaf: Int? {
      if case .counted(let steps) = self { steps.first } else { nil }
    }
  }

  private(set) var members: [Member] = []
  private(set) var cellCount = 0
  /// By joint cell: the tables that show it, and where.
  private(set) var places: [[(member: Int, cell: Int)]] = []
  private let atomCounts: [Int]

  init(_ tables: [StatisticalTable]) throws(DisclosureError) {
    var structures: [AdditiveStructure] = []
    for table in tables { structures.append(try AdditiveStructure(table.dimensions)) }
    try self.init(tables, structures)
  }

  private init(
    _ tables: [StatisticalTable], _ structures: [AdditiveStructure]
  ) throws(DisclosureError) {
    var views: [View] = []
    for (number, table) in tables.enumerated() {
      views.append(try View(table, structures[number], number: number))
    }
    var variables: [String] = []
    for view in views {
      for variable in view.variables where !variables.contains(variable) {
        variables.append(variable)
      }
    }
    for view in views {
      for variable in view.conditions.keys.sorted() where !variables.contains(variable) {
        variables.append(variable)
      }
    }
    /// By axis and table the path of each atom.
    var paths: [[[Path]]] = []
    for variable in variables { paths.append(Self.atoms(of: variable, in: views)) }
    atomCounts = paths.map { $0.first?.count ?? 0 }

    var extents = Extents()
    var numbers: [[Int]: Int] = [:]
    for (number, view) in views.enumerated() {
      let structure = structures[number]
      let dimensions = variables.map { view.variables.firstIndex(of: $0) }
      let own = paths.map { $0[number] }
      var cells = Array(0..<structure.cellCount)
      if tables.count == 1 {
        cellCount = structure.cellCount
        places = cells.map { [(0, $0)] }
      } else {
        let names = variables.indices.map { axis in
          extents.names(axis: axis, own[axis], dimension: dimensions[axis], in: structure)
        }
        for cell in cells {
          let key = variables.indices.map { axis in
            let category =
              dimensions[axis].map {
                cell / structure.index.strides[$0] % structure.index.sizes[$0]
              } ?? 0
            return names[axis][category]
          }
          let joint: Int
          if let known = numbers[key] {
            joint = known
          } else {
            joint = cellCount
            numbers[key] = joint
            places.append([])
            cellCount += 1
          }
          places[joint].append((number, cell))
          cells[cell] = joint
        }
      }
      members.append(
        Member(structure: structure, cells: cells, dimensions: dimensions, paths: own))
    }
  }

  /// A joint cell by name, for messages.
  func name(of cell: Int) -> String {
    places[cell].first.map { members[$0.member].structure.name(of: $0.cell) } ?? ""
  }

  // MARK: What adds up to what

  /// Checks that tables which count the same units count as many.
  ///
  /// - Throws: `DisclosureError` that names a cell.
  func check(_ counts: [Int]) throws(DisclosureError) {
    for one in members.indices {
      for other in members.indices where other > one {
        for (left, right) in sharedSums(one, other)
        where left.reduce(0, { $0 + counts[$1] }) != right.reduce(0, { $0 + counts[$1] }) {
          let cell = left.first ?? right.first ?? 0
          throw DisclosureError(
            .totals,
            left.isEmpty || right.isEmpty
              ? "another table has no place for the units of \(name(of: cell))"
              : "two tables count \(name(of: cell)) differently")
        }
      }
    }
  }

  /// All that holds between the joint cells of some tables: their own sums, and what two of them both add up to.
  func sums(of chosen: [Int]) -> CellSums {
    if members.count == 1 { return .hierarchies(members[0].structure) }
    var equations: [CellEquation] = []
    var known = Set<[Int]>()
    func add(_ left: [Int], _ right: [Int]) {
      // The same sum in two tables says nothing new, nor does a cell that is itself.
      if left == right || !known.insert(left + [-1] + right).inserted { return }
      equations.append(CellEquation(left.map { ($0, -1) } + right.map { ($0, 1) }))
    }
    for number in chosen {
      let member = members[number]
      member.structure.forEachSum { total, parts in
        add([member.cells[total]], parts.map { member.cells[$0] })
      }
    }
    for one in chosen {
      for other in chosen where other > one {
        for (left, right) in sharedSums(one, other) { add(left, right) }
      }
    }
    return .equations(
      CellEquations(names: (0..<cellCount).map(name(of:)), equations),
      of: chosen.map { LinkedTable(structure: members[$0].structure, cells: members[$0].cells) })
  }

  /// Cells of two tables that count the same units, in as few cells as each can: all that both add up to follows from these.
  private func sharedSums(_ one: Int, _ other: Int) -> [([Int], [Int])] {
    /// By axis, the smallest sets that both can add up over, as categories of each.
    var choices: [[([Int], [Int])]] = []
    for axis in atomCounts.indices {
      let (first, second) = (members[one].paths[axis], members[other].paths[axis])
      var leaders = DisjointCells(atomCounts[axis])
      for paths in [first, second] {
        var atomOfLeaf: [Int: Int] = [:]
        for (atom, path) in paths.enumerated() {
          guard let leaf = path.leaf else { continue }
          if let same = atomOfLeaf[leaf] { leaders.join(same, atom) }
          atomOfLeaf[leaf] = atom
        }
      }
      var sets: [Int: [Int]] = [:]
      for atom in 0..<atomCounts[axis] { sets[leaders.find(atom), default: []].append(atom) }
      choices.append(
        sets.sorted { $0.key < $1.key }.compactMap { _, atoms in
          guard atoms.allSatisfy({ first[$0] != .outside && second[$0] != .outside }) else {
            return nil
          }
          return (
            cover(atoms, of: members[one], axis: axis), cover(atoms, of: members[other], axis: axis)
          )
        })
    }
    var shared: [([Int], [Int])] = [([0], [0])]
    for choice in choices {
      shared = shared.flatMap { left, right in
        choice.map { first, second in
          (
            left.flatMap { cell in first.map { cell + $0 } },
            right.flatMap { cell in second.map { cell + $0 } }
          )
        }
      }
    }
    return shared.map { left, right in
      (left.map { members[one].cells[$0] }, right.map { members[other].cells[$0] })
    }
  }

  /// The fewest categories, as steps, that hold some atoms and no other that the table counts.
  private func cover(_ atoms: [Int], of member: Member, axis: Int) -> [Int] {
    guard let dimension = member.dimensions[axis] else { return [0] }
    let tree = member.structure.trees[dimension]
    let stride = member.structure.index.strides[dimension]
    let leaves = Set(atoms.compactMap { member.paths[axis][$0].leaf.map { $0 / stride } })
    var found: [Int] = []
    for category in tree.paths.indices
    where !tree.paths[category].contains(where: { found.contains($0) })
      && tree.leavesBelow[category].allSatisfy(leaves.contains)
    {
      found.append(category)
    }
    return found.map { $0 * stride }
  }

  // MARK: Units

  /// All joint cells in which one unit more in a cell without parts would count.
  ///
  /// - Returns: nil when some table has no place for it, whatever unit it is.
  func cells(ofUnitIn cell: Int, of number: Int) -> [Int]? {
    let member = members[number]
    var steps = members.map { _ in [0] as [Int]? }
    for axis in atomCounts.indices {
      let leaf = member.dimensions[axis].map {
        let stride = member.structure.index.strides[$0]
        return cell / stride % member.structure.index.sizes[$0] * stride
      }
      let atoms = (0..<atomCounts[axis]).filter { atom in
        member.paths[axis][atom].leaf == leaf ?? 0
      }
      // Of the units that it may be one that all others have a place for, and as few of them as can be.
      let open = atoms.filter { atom in !members.contains { $0.paths[axis][atom] == .absent } }
      let atom = open.min { one, other in count(axis, one) < count(axis, other) }
      guard let atom else { return nil }
      for (place, other) in members.enumerated() {
        switch other.paths[axis][atom] {
        case .counted(let path):
          steps[place] = steps[place].map { cells in
            cells.flatMap { cell in path.map { cell + $0 } }
          }
        case .outside, .absent: steps[place] = nil
        }
      }
    }
    var found = Set<Int>()
    for (place, other) in members.enumerated() {
      for cell in steps[place] ?? [] { found.insert(other.cells[cell]) }
    }
    return found.sorted()
  }

  /// In how many tables an atom counts.
  private func count(_ axis: Int, _ atom: Int) -> Int {
    members.count { $0.paths[axis][atom].leaf != nil }
  }

  /// One table's categories by code, made up where the table does not say.
  private struct View {
    var variables: [String]
    var categories: [[String: Int]]
    var conditions: [String: Set<String>]
    var structure: AdditiveStructure

    init(
      _ table: StatisticalTable, _ structure: AdditiveStructure, number: Int
    ) throws(DisclosureError) {
      self.structure = structure
      conditions = table.population?.conditions ?? [:]
      variables = []
      categories = []
      for axis in table.dimensions.indices {
        var name = "\u{0}\(number) \(axis)"
        var codes: [String: Int] = [:]
        if let population = table.population {
          guard population.variables.count == table.dimensions.count,
            population.categories.count == table.dimensions.count,
            population.amounts.count == table.measures.count
          else {
            throw DisclosureError(
              .shape, "the population of \(table.description.id) does not fit its dimensions")
          }
          // A second dimension by the same variable is a variable of its own.
          if !variables.contains(population.variables[axis]) {
            name = population.variables[axis]
            codes = population.categories[axis]
          }
        }
        let leaves = structure.trees[axis].leaves
        guard codes.values.allSatisfy(leaves.contains) else {
          throw DisclosureError(
            .shape, "a code of \(table.dimensions[axis].id) counts in no category without parts")
        }
        let named = Set(codes.values)
        for leaf in leaves where !named.contains(leaf) { codes["\u{0}\(number) \(leaf)"] = leaf }
        variables.append(name)
        categories.append(codes)
      }
    }

    func path(of code: String, along variable: String) -> Path {
      let axis = variables.firstIndex(of: variable)
      let leaf = axis.flatMap { categories[$0][code] }
      if let chosen = conditions[variable], !chosen.contains(code) {
        // A category that no code is known of may still count some.
        if leaf == nil || !code.hasPrefix("\u{0}") { return .outside }
      }
      guard let axis else { return .counted([0]) }
      guard let leaf else { return .absent }
      return .counted(structure.trees[axis].paths[leaf].map { $0 * structure.index.strides[axis] })
    }
  }

  /// By table the paths of the atoms of an axis, in display order of the first table that tells them apart.
  private static func atoms(of variable: String, in views: [View]) -> [[Path]] {
    var codes: [String] = []
    var seen: Set<String> = []
    var isWhole = false
    for view in views {
      guard let axis = view.variables.firstIndex(of: variable) else { continue }
      isWhole = isWhole || view.conditions[variable] == nil
      for (code, _) in view.categories[axis].sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
      where seen.insert(code).inserted {
        codes.append(code)
      }
    }
    for view in views {
      for code in (view.conditions[variable] ?? []).sorted() where seen.insert(code).inserted {
        codes.append(code)
      }
    }
    // All other codes, which no table names.
    if !isWhole { codes.append("\u{0}") }
    var known: Set<[Path]> = []
    var atoms: [[Path]] = []
    for code in codes {
      let atom = views.map { $0.path(of: code, along: variable) }
      let isCounted = atom.contains {
        if case .counted = $0 { true } else { false }
      }
      if isCounted, known.insert(atom).inserted { atoms.append(atom) }
    }
    return views.indices.map { view in atoms.map { $0[view] } }
  }

  /// Gives equal sets of atoms equal numbers.
  private struct Extents {
    private var numbers: [Key: Int] = [:]
    private var next = 0

    private struct Key: Hashable {
      var axis: Int
      var atoms: [Int]
      /// A table may show one set several times: a category and its only part.
      var repetition: Int
    }

    /// - Returns: the number of each category's set; of the only one where there is no dimension.
    mutating func names(
      axis: Int, _ paths: [Path], dimension: Int?, in structure: AdditiveStructure
    ) -> [Int] {
      let stride = dimension.map { structure.index.strides[$0] } ?? 1
      var atoms = [[Int]](
        repeating: [], count: dimension.map { structure.index.sizes[$0] } ?? 1)
      let roots = dimension.map { structure.trees[$0].roots } ?? [0]
      for (atom, path) in paths.enumerated() {
        switch path {
        case .counted(let steps): for step in steps { atoms[step / stride].append(atom) }
        // No units, so that a total of all is of these too.
        case .absent: if roots.count == 1 { atoms[roots[0]].append(atom) }
        case .outside: break
        }
      }
      var repetitions: [[Int]: Int] = [:]
      return atoms.map { atoms in
        defer { next += 1 }
        // A category without atoms is like no other.
        if atoms.isEmpty { return next }
        let key = Key(
          axis: axis, atoms: atoms, repetition: repetitions[atoms, default: 0])
        repetitions[atoms, default: 0] += 1
        if let known = numbers[key] { return known }
        numbers[key] = next
        return next
      }
    }
  }
}
