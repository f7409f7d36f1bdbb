import InformationModel

/// Tables that share cells, as one system of cells: those are one that have the same codes, where a dimension's total, and a dimension that a table does not
/// have, say nothing.
package struct TableLinking: Sendable {
  /// The cells of all.
  package let table: CellTable
  /// By table and its cell, which of all it is.
  package let cells: [[Int]]
  /// What changed since a table was published before: cells that are the difference of the one of now and another, which is named by its table and place.
  package let changes: [(cell: Int, since: (table: Int, cell: Int))]
  /// Cells of now that were taken apart from the same figure of before, which was shown.
  package let shownBefore: [Int]
  /// The same of figures that were hidden.
  package let hiddenBefore: [Int]
  /// By table that was published before and its cell, the cell of now with the same codes and the same figure.
  package let sameNow: [[Int?]]

  /// What the public has of a cell of a table that was published before.
  package struct Earlier: Sendable, Equatable {
    package var isShown: Bool
    /// Nobody knows that the same figure of now is the same.
    package var isApart: Bool

    package init(isShown: Bool, isApart: Bool = false) {
      (self.isShown, self.isApart) = (isShown, isApart)
    }
  }

  /// - Parameters:
  ///   - tables: each by itself; amounts in the same units.
  ///   - holders: by table and cell, who stands alone in it, where that is known; negative elsewhere.
  ///   - earlier: by table that was published before, the last of the tables and the oldest first, and its cell, what is known of it. Such tables may give a cell differently:
  ///     then what changed in between is a cell too, which is the difference of the two.
  /// - Throws: `DisclosureError` when two tables of one release give a cell differently.
  package init(
    _ tables: [CellTable], holders: [[Int]]? = nil, earlier: [[Earlier]] = []
  ) throws(DisclosureError) {
    var work = Work(ranks: tables.map(\.largest.count).min() ?? 0)
    let releases = tables.count - earlier.count
    for (number, table) in tables.enumerated() {
      if number == releases { work.publishedNow = work.values.count }
      try work.add(
        table, holders: holders?[number],
        earlier: number >= releases ? earlier[number - releases] : nil)
    }
    var knowledge = CellTable.Knowledge()
    knowledge.holders = holders == nil ? nil : work.holders
    knowledge.sameHolder = work.sameHolder
    knowledge.countsOnce = tables.contains { $0.countsOnce } || !work.changes.isEmpty
    knowledge.magnitudes = work.magnitudes
    knowledge.mayHideEmpty = tables.contains { $0.mayHideEmpty }
    knowledge.alike = work.alike
    knowledge.changes = work.changesOfNow
    table = try CellTable(
      .equations(CellEquations(names: work.names, work.equations), of: work.members),
      values: work.values, contributors: work.contributors, largest: work.largest, knowledge)
    cells = work.members.map(\.cells)
    changes = work.changes
    (shownBefore, hiddenBefore, sameNow) = (work.shownBefore, work.hiddenBefore, work.sameNow)
  }

  private struct Work {
    var names: [String] = []
    var values: [Int] = []
    var contributors: [Int] = []
    var holders: [Int] = []
    var magnitudes: [Int] = []
    var largest: [[Int]]
    var members: [LinkedTable] = []
    var equations: [CellEquation] = []
    var changes: [(cell: Int, since: (table: Int, cell: Int))] = []
    var shownBefore: [Int] = []
    var hiddenBefore: [Int] = []
    /// By table that was published before and its cell, the cell of now with the same codes and figure.
    var sameNow: [[Int?]] = []
    /// Cells in which the same contributor stands alone, if one does.
    var sameHolder: [(Int, Int)] = []
    /// Changes that are the same change.
    var alike: [(Int, Int)] = []
    /// By cell of now what changed since it was shown before.
    var changesOfNow: [Int: [Int]] = [:]
    /// How many cells are of tables that are published now; nil as long as all are.
    var publishedNow: Int?
    /// By codes, the cells that have them, the one of now first.
    private var cellsOfKey: [String: [Int]] = [:]
    /// Of cells of before, whether they were shown.
    private var wasShown: [Int: Bool] = [:]
    /// By cell of before, the dimensions of the tables that have it.
    private var shapes: [Int: Set<String>] = [:]
    /// By cell of before, what changed since.
    private var changeSince: [Int: Int] = [:]
    /// Sums that are known already.
    private var sums = Set<[Int]>()

    init(ranks: Int) { largest = [[Int]](repeating: [], count: ranks) }

    private mutating func add(
      _ name: String, value: Int, contributors count: Int, holder: Int, magnitude: Int
    ) -> Int {
      names.append(name)
      values.append(value)
      contributors.append(count)
      holders.append(holder)
      magnitudes.append(magnitude)
      return names.count - 1
    }

    mutating func add(
      _ table: CellTable, holders: [Int]?, earlier: [Earlier]?
    ) throws(DisclosureError) {
      guard case .hierarchies(let structure) = table.sums else {
        throw DisclosureError(.shape, "only tables with dimensions can be linked")
      }
      let keys = Self.keys(structure)
      let shape = structure.dimensions.map(\.id).sorted().joined(separator: "\u{1F}")
      var cells: [Int] = []
      cells.reserveCapacity(structure.cellCount)
      /// By place what changed since, and the cell of now if there is one.
      var changed: [Int: Int] = [:]
      /// By place the cell of now with the same codes, and that if it has the same figure.
      var ofNow: [Int?] = []
      var sameNow: [Int?] = []
      for place in 0..<structure.cellCount {
        let key = keys(place)
        let others = cellsOfKey[key] ?? []
        let holder = holders?[place] ?? -1
        let now = publishedNow.flatMap { count in others.first { $0 < count } }
        ofNow.append(now)
        // Who stood alone then is another than who does now: then it is another figure.
        let equals = others.filter {
          values[$0] == table.values[place] && contributors[$0] == table.contributors[place]
            && (earlier == nil || holder < 0 || self.holders[$0] < 0 || self.holders[$0] == holder)
        }
        let isShown = earlier?[place].isShown
        let isApart = earlier?[place].isApart == true
        let isSame = now.map(equals.contains) == true
        sameNow.append(isSame ? now : nil)
        if isApart, isSame, let now {
          if isShown == true { shownBefore.append(now) } else { hiddenBefore.append(now) }
        }
        // What was shown is the same as what was hidden before: shown it told what that was. What was hidden again may be the same; of two tables of one release it is.
        func joins(_ other: Int) -> Bool {
          guard earlier != nil else { return true }
          if other == now { return !isApart }
          if isShown == true { return true }
          guard wasShown[other] == false else { return false }
          return !isApart || shapes[other]?.contains(shape) == false
        }
        let same = equals.first(where: joins)
        if let same {
          cells.append(same)
          changed[place] = changeSince[same]
          if self.holders[same] < 0 { self.holders[same] = holder }
          if same != now { shapes[same]?.insert(shape) }
          guard isShown == true else { continue }
          if same != now, wasShown[same] == false {
            wasShown[same] = true
            if let now, let change = changeSince[same] {
              changesOfNow[now, default: []].append(change)
            }
          }
          for other in equals where other != same && joins(other) && wasShown[other] == false {
            equations.append(CellEquation([(same, -1), (other, 1)]))
            wasShown[other] = true
          }
          continue
        }
        guard others.isEmpty || publishedNow != nil else {
          throw DisclosureError(
            .totals, "two tables give different figures for \(structure.name(of: place))")
        }
        let name = structure.name(of: place)
        let cell = add(
          others.isEmpty ? name : "\(name), as it was before", value: table.values[place],
          contributors: table.contributors[place], holder: holder,
          magnitude: table.magnitude(of: place))
        for rank in largest.indices { largest[rank].append(table.largest[rank][place]) }
        cells.append(cell)
        cellsOfKey[key, default: []].append(cell)
        if earlier != nil {
          wasShown[cell] = isShown
          shapes[cell] = [shape]
        }
        guard let now else { continue }
        if isSame {
          sameHolder.append((now, cell))
          continue
        }
        let (more, less) = values[now] > values[cell] ? (now, cell) : (cell, now)
        let change = add(
          "\(name), what changed", value: values[more] - values[less],
          contributors: max(1, abs(contributors[more] - contributors[less])), holder: -1,
          magnitude: values[more] - values[less])
        for rank in largest.indices { largest[rank].append(0) }
        equations.append(CellEquation([(more, -1), (less, 1), (change, 1)]))
        changes.append((change, (members.count, place)))
        changed[place] = change
        changeSince[cell] = change
        if isShown == true { changesOfNow[now, default: []].append(change) }
      }
      structure.forEachSum { total, parts in
        let terms = [cells[total]] + parts.map { cells[$0] }
        // The same sum in two tables says nothing new.
        if sums.insert(terms).inserted {
          equations.append(
            CellEquation([(terms[0], -1)] + terms.dropFirst().map { ($0, 1) }))
        }
        // What changed in one part only is what changed in the sum; who did it knows that, though others may not know that other parts are the same.
        let changedParts = parts.filter { changed[$0] != nil || ofNow[$0] == nil }
        if let inSum = changed[total], changedParts.count == 1,
          let inPart = changed[changedParts[0]],
          sums.contains(([total] + parts).compactMap { ofNow[$0] })
        {
          if parts.allSatisfy({ $0 == changedParts[0] || cells[$0] == ofNow[$0] }) {
            alike.append((inSum, inPart))
          } else {
            sameHolder.append((inSum, inPart))
          }
        }
      }
      members.append(LinkedTable(structure: structure, cells: cells))
      if earlier != nil { self.sameNow.append(sameNow) }
    }

    /// By cell its codes, the same in all tables.
    private static func keys(_ structure: AdditiveStructure) -> (_ cell: Int) -> String {
      let axes = structure.dimensions.indices.sorted {
        structure.dimensions[$0].id < structure.dimensions[$1].id
      }
      let words = axes.map { axis in
        let dimension = structure.dimensions[axis]
        return dimension.categories.enumerated().map { place, category in
          structure.trees[axis].roots == [place]
            ? "" : "\(dimension.id)\u{1F}\(category.code)\u{1E}"
        }
      }
      return { cell in
        var key = ""
        for (place, axis) in axes.enumerated() {
          key += words[place][cell / structure.index.strides[axis] % structure.index.sizes[axis]]
        }
        return key
      }
    }
  }
}
