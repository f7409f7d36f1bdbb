import InformationModel

/// An additive figure that the hidden cells must not give away, in whole units (of the last
/// decimal).
struct ProtectedQuantity {
  /// One per joint cell, not negative.
  var values: [Int]
  /// How far apart two possible values of each unsafe cell must lie, in the order of the unsafe
  /// cells.
  var ranges: [Int]
}

/// An unsafe cell in one of the tables that show it.
struct PrimaryCell {
  /// Its number among the joint cells.
  let cell: Int
  /// The table, and its number there.
  let member: Int
  let place: Int
  /// Cells of the table without parts that hold what makes the cell unsafe.
  let leafCells: [Int]
  /// The others that it adds up from.
  let otherLeafCells: [Int]
}

/// Which other cells must be hidden, so that the unsafe ones cannot be computed from what is
/// published in any of the tables.
///
/// Guarantee by construction: for every unsafe cell the method has in hand two sets of tables of
/// non-negative whole numbers that agree with all published cells, all sums and each other, and
/// whose values in that cell lie at least the required range apart. Both are reached from the true
/// tables by exchanges, and a cell that any exchange changes is hidden. See
/// docs/methods/threshold-suppression.md.
struct SecondarySuppression {
  private let tables: LinkedTables
  private let quantities: [ProtectedQuantity]
  /// Unsafe cells that need a certificate.
  private let primaries: [PrimaryCell]
  /// Levels of parts below each cell.
  private let heights: [Int]
  /// What hiding a cell costs.
  private let weights: [Int]
  /// Never opened again: the unsafe cells and the slices that are hidden whole.
  private let fixed: [Bool]
  /// `weights` where a cell is open, zero where it is hidden.
  private var price: [Int]
  /// Cells that each primary's exchanges change.
  private var certificates: [[Int]]
  /// Primary cells whose exchanges change the cell.
  private var users: [[Int]]
  private var search: ExchangeSearch
  /// Per quantity the values from which the next exchange would start; the true ones between two
  /// searches.
  private var upper: [[Int]]
  private var lower: [[Int]]

  /// - Parameters:
  ///   - tables: what adds up to what.
  ///   - counts: number of units per joint cell.
  ///   - unsafe: cells that must be hidden, ascending.
  ///   - quantities: what must stay uncertain in them; the counts come first.
  init(
    tables: LinkedTables, counts: [Int], unsafe: [PrimaryCell], quantities: [ProtectedQuantity]
  ) {
    self.tables = tables
    let heights = tables.places.map { places in
      places.reduce(0) { max($0, tables.members[$1.member].structure.height(of: $1.cell)) }
    }
    self.heights = heights
    var weights = counts.indices.map { Self.weight(counts[$0], height: heights[$0]) }
    // The total of all is the figure that readers come for.
    let grand = Set(
      tables.members.flatMap { member in member.structure.tops.map { member.cells[$0] } })
    for top in grand where heights[top] > 0 { weights[top] *= Self.topFactor }
    self.weights = weights
    var fixed = [Bool](repeating: false, count: counts.count)
    var whole = fixed
    for primary in unsafe { fixed[primary.cell] = true }
    // The total of a slice is unsafe: nothing in the slice can be shown, and nothing else is
    // needed.
    for top in tables.tops where fixed[top] {
      for cell in tables.cells(atOrBelow: top) { whole[cell] = true }
    }
    let kept = unsafe.indices.filter { !whole[unsafe[$0].cell] }
    primaries = kept.map { unsafe[$0] }
    self.quantities = quantities.map { quantity in
      ProtectedQuantity(values: quantity.values, ranges: kept.map { quantity.ranges[$0] })
    }
    for cell in counts.indices where whole[cell] { fixed[cell] = true }
    self.fixed = fixed
    price = zip(weights, fixed).map { $1 ? 0 : $0 }
    certificates = [[Int]](repeating: [], count: primaries.count)
    users = [[Int]](repeating: [], count: counts.count)
    search = ExchangeSearch(tables)
    upper = quantities.map(\.values)
    lower = upper
  }

  /// Information that is lost with a cell: one for the cell, a little for its size, and as much
  /// again for every level of parts below it, because readers look for totals first. An empty cell
  /// is a bad shield.
  ///
  /// Whole numbers, in units of 1/32, so that the result is the same everywhere.
  private static func weight(_ count: Int, height: Int) -> Int {
    guard count > 0 else { return 64 * (1 + height) }
    // The binary logarithm, straight between the quarters of a power of two.
    let bits = Int.bitWidth - count.leadingZeroBitCount
    let fraction = bits > 3 ? (count >> (bits - 3)) & 3 : 0
    return (32 + 4 * bits + fraction) * (1 + height)
  }

  /// All cells to hide, the unsafe ones included, by joint cell.
  ///
  /// - Throws: `DisclosureError` when a table has no category for the units of another one.
  mutating func hiddenCells() throws(DisclosureError) -> [Bool] {
    for primary in primaries.indices {
      // An exchange without any partner only adds units, as many as you like; it is always there
      // when every table has a place for these units.
      if certify(primary, budget: Self.banned) == nil {
        throw DisclosureError(
          .totals,
          "another table has no place for the units of \(tables.name(of: primaries[primary].cell))")
      }
    }
    improve()
    return price.map { $0 == 0 }
  }

  /// How much dearer the total of a whole slice is than another cell of its height.
  private static let topFactor = 16

  /// A price that nobody pays.
  private static let banned = 1 << 48

  /// Secures one primary cell, hides what that takes and books it.
  ///
  /// - Parameters:
  ///   - primary: number of the primary cell.
  ///   - budget: what the newly hidden cells may not cost.
  ///   - thoroughly: whether to look for chains of exchanges too.
  /// - Returns: what the newly hidden cells cost; nil when that is not less than the budget, and
  ///   then nothing has changed.
  private mutating func certify(_ primary: Int, budget: Int, thoroughly: Bool = false) -> Int? {
    var spent = 0
    var changed: Set<Int> = []
    var closed: [Int] = []
    for quantity in quantities.indices {
      guard
        let steps = steps(
          for: primary, quantity: quantity, budget: budget - spent, thoroughly: thoroughly)
      else {
        for cell in closed { price[cell] = weights[cell] }
        return nil
      }
      for step in steps {
        spent += step.cost
        changed.formUnion(step.changed)
        for cell in step.changed where price[cell] > 0 {
          price[cell] = 0
          closed.append(cell)
        }
      }
    }
    book(primary, changed.sorted())
    return spent
  }

  private mutating func book(_ primary: Int, _ certificate: [Int]) {
    certificates[primary] = certificate
    for cell in certificate {
      price[cell] = 0
      users[cell].append(primary)
    }
  }

  /// Forgets a certificate and opens what no other one needs.
  ///
  /// - Returns: worth of the opened cells.
  private mutating func release(_ primary: Int) -> Int {
    var worth = 0
    for cell in certificates[primary] {
      users[cell].removeAll { $0 == primary }
      if users[cell].isEmpty, !fixed[cell] {
        price[cell] = weights[cell]
        worth += weights[cell]
      }
    }
    certificates[primary] = []
    return worth
  }

  /// Exchanges, one after the other from the true tables, that together give the range; nil when
  /// they cost the budget or more.
  ///
  /// One exchange has to give what hidden cells alone do not. A thorough search also tries several
  /// that give a part each, and exchanges through cells that hold nothing yet.
  private mutating func steps(
    for primary: Int, quantity: Int, budget: Int, thoroughly: Bool
  ) -> [Exchange]? {
    var missing = quantities[quantity].ranges[primary]
    var budget = budget
    var opened: [Int] = []
    var steps: [Exchange] = []
    defer {
      for corner in steps.flatMap(\.corners) {
        upper[quantity][corner.cell] = quantities[quantity].values[corner.cell]
        lower[quantity][corner.cell] = quantities[quantity].values[corner.cell]
      }
      for cell in opened { price[cell] = weights[cell] }
    }
    while missing > 0 {
      var step = bestExchange(
        for: primary, quantity, .free(atLeast: missing), thoroughly: thoroughly)
      var range = missing
      while step == nil, range > 0 {
        step = bestExchange(
          for: primary, quantity, .cheapest(range: range, below: budget), thoroughly: thoroughly)
        range = thoroughly && range > 1 ? (range + 1) / 2 : 0
      }
      guard let step else { return nil }
      let up = min(step.up, missing)
      let down = min(step.down, missing - up)
      for corner in step.corners {
        upper[quantity][corner.cell] += up * corner.sign
        lower[quantity][corner.cell] -= down * corner.sign
      }
      missing -= up + down
      budget -= step.cost
      // What this step hides costs the next one nothing.
      for cell in step.changed where price[cell] > 0 {
        price[cell] = 0
        opened.append(cell)
      }
      steps.append(step)
    }
    return steps
  }

  private mutating func bestExchange(
    for primary: Int, _ quantity: Int, _ goal: ExchangeSearch.Goal, thoroughly: Bool
  ) -> Exchange? {
    var goal = goal
    var best: Exchange?
    let target = primaries[primary]
    let leafCells = target.leafCells + (thoroughly ? target.otherLeafCells : [])
    for leafCell in leafCells {
      guard
        let found = search.exchange(
          from: leafCell, changing: target.place, of: target.member, goal: goal, price: price,
          upper: upper[quantity], lower: lower[quantity])
      else { continue }
      switch goal {
      case .free(let enough):
        if found.up + found.down >= enough { return found }
        if let known = best, found.up + found.down <= known.up + known.down { continue }
      case .cheapest(let range, _):
        goal = .cheapest(range: range, below: found.cost)
      }
      best = found
    }
    return best
  }

  /// Tries to do without each protecting cell, the dearest first: secures all that it protects in
  /// another way if that is cheaper.
  ///
  /// One round; a second one gains less than one cell in a hundred.
  private mutating func improve() {
    let candidates = price.indices
      .filter { price[$0] == 0 && !fixed[$0] }
      .sorted { (weights[$1], $0) < (weights[$0], $1) }
    for cell in candidates where price[cell] == 0 {
      let affected = users[cell]
      let before = affected.map { certificates[$0] }
      var budget = 0
      for primary in affected { budget += release(primary) }
      price[cell] = Self.banned
      // Readers look for sums first: they are worth a longer search.
      let isSum = heights[cell] > 0
      var secured = 0
      for primary in affected {
        guard
          let spent = certify(primary, budget: budget)
            ?? (isSum ? certify(primary, budget: budget, thoroughly: true) : nil)
        else { break }
        budget -= spent
        secured += 1
      }
      price[cell] = weights[cell]
      if secured == affected.count { continue }
      for primary in affected.prefix(secured) { _ = release(primary) }
      for (primary, certificate) in zip(affected, before) { book(primary, certificate) }
    }
  }
}
