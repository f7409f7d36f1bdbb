import InformationModel

/// Tables that count the same units, as one system of cells.
///
/// A variable that a table is broken down by, or chooses its units by, is an axis. The atoms of an axis are
/// the finest sets of codes that the tables tell apart. A cell stands for one set of atoms per axis; cells of
/// different tables with the same sets are one cell.
struct LinkedTables {
  struct Member {
    let structure: AdditiveStructure
    /// Number of the joint cell by cell of the table.
    let cells: [Int]
    /// The dimension that breaks down by each axis; nil where the table does not.
    let dimensions: [Int?]
    /// By axis and atom what changes with a unit of it.
    let paths: [[Path]]
    /// The last axis along which it matters for the table which atom is chosen.
    let lastAxis: Int
  }

  /// Where the units of an atom count along one axis of a table, in steps from its first cell.
  enum Path: Hashable {
    /// From the category without parts up to the root.
    case counted([Int])
    /// They are not of the table's population.
    case outside
    /// They would be, but the table has no category for them: everybody knows that there are none.
    case absent
  }

  private(set) var members: [Member] = []
  /// Number of atoms by axis.
  let atomCounts: [Int]
  private(set) var cellCount = 0
  /// By joint cell: the tables that show it, and where.
  private(set) var places: [[(member: Int, cell: Int)]] = []
  /// Joint cells that are all of a slice: the total of all units that any table counts together with them.
  private(set) var tops: [Int] = []

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
    let hasOutside = paths.map { $0.contains { $0.contains(.outside) } }

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
        Member(
          structure: structure, cells: cells, dimensions: dimensions, paths: own,
          lastAxis: variables.indices.last { Set(own[$0]).count > 1 || hasOutside[$0] } ?? 0))
    }
    tops = members.indices.flatMap { number in
      members[number].structure.tops
        .filter { isTop($0, of: number) }
        .map { members[number].cells[$0] }
    }
    if tables.count > 1 { tops = Set(tops).sorted() }
  }

  /// A joint cell by name, for messages.
  func name(of cell: Int) -> String {
    places[cell].first.map { members[$0.member].structure.name(of: $0.cell) } ?? ""
  }

  /// Whether every table that counts any unit of a table's top cell shows that cell as a top too, and
  /// has a category for all that counts in it: then nothing outside of it tells anything about it.
  private func isTop(_ cell: Int, of number: Int) -> Bool {
    if members.count == 1 { return true }
    let own = members[number]
    // A cell that everybody knows to be empty is not worth hiding.
    if own.paths.contains(where: { $0.contains(.absent) }) { return false }
    let shown = places[own.cells[cell]]
    let coordinates = own.structure.index.coordinates(of: cell)
    return members.indices.allSatisfy { other in
      // By axis what the atoms of the cell are to the other table.
      let paths = atomCounts.indices.map { axis in
        let step = own.dimensions[axis].map {
          coordinates[$0] * own.structure.index.strides[$0]
        }
        return zip(own.paths[axis], members[other].paths[axis]).compactMap { path, foreign in
          guard case .counted(let steps) = path, steps.contains(step ?? 0) else { return nil }
          return foreign
        } as [Path]
      }
      if let place = shown.first(where: { $0.member == other }) {
        return members[other].structure.tops.contains(place.cell)
          && paths.allSatisfy { !$0.contains(.absent) }
      }
      // Nothing in common along some axis.
      return paths.contains { $0.allSatisfy { $0 == .outside } }
    }
  }

  /// All joint cells at or below a joint cell that is a top.
  func cells(atOrBelow top: Int) -> [Int] {
    places[top].flatMap { place in
      let member = members[place.member]
      return member.structure.cells(atOrBelow: place.cell).map { member.cells[$0] }
    }
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
