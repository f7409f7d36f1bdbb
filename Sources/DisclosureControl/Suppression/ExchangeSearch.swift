import InformationModel

/// A change of all linked tables that leaves every published cell as it is.
///
/// One unit more in every leaf cell with sign +1, one less in every one with sign -1; the sums
/// follow. Cells are joint cells.
struct Exchange {
  /// Every cell whose value changes, sums included.
  var changed: [Int] = []
  /// Cells without parts in some table that change, with the sign of the change.
  var corners: [Corner] = []
  /// Price of the changed cells that are not hidden yet.
  var cost = 0
  /// How often the exchange can be made upwards, downwards.
  var up = 0
  var down = 0

  struct Corner {
    var cell: Int
    var sign: Int
  }
}

/// Finds the best exchange through a leaf cell of one table: per axis a partner, or none and then
/// every sum above.
///
/// The change is the tensor product of one vector per axis, `e(atom) - e(partner)` or `e(atom)`, and
/// so is the change of every table: along an axis that a table is not broken down by, a partner
/// leaves it as it is. With partners along all axes of one table the change there is the alternating
/// cuboid of the hypercube method.
///
/// The search has two steps. In the table that it starts from, partners are leaves of that table.
/// Where the change reaches other tables, the atoms are then chosen that these tell apart.
struct ExchangeSearch {
  /// What is asked for.
  enum Goal {
    /// Only hidden cells may change; the larger the range the better, `atLeast` is enough.
    case free(atLeast: Int)
    /// Cheapest with a range of at least so much, costing less than the budget.
    case cheapest(range: Int, below: Int)
  }

  /// More than any range that is asked for.
  static let unlimited = Int.max / 4

  private let tables: LinkedTables
  private var cache: [Key: [Option]] = [:]

  private struct Key: Hashable {
    var member: Int
    var axis: Int
    var leaf: Int
    var category: Int
  }

  /// One way to change a leaf, and a category that it counts in, along one axis.
  private struct Option {
    /// The partner's distance from the leaf in cells; nil: none, so that every ancestor changes.
    var partner: Int?
    /// Distance of every other category whose sum changes.
    var changed: [Int]
    /// The choices of atoms that come to this in the table; empty when there is no other table.
    var refinements: [Refinement] = []
    /// By table: whether one of them changes it.
    var reaches: [Bool] = []
  }

  /// What one choice of atoms changes along an axis in each table.
  private struct Refinement: Equatable {
    var effects: [Effect]
  }

  private struct Effect: Equatable {
    /// Steps from the first cell.
    var changed: [Int] = []
    var corners: [Exchange.Corner] = []
    /// The table has no category for what would change.
    var isRuledOut = false

    static func == (one: Self, other: Self) -> Bool {
      one.changed == other.changed && one.isRuledOut == other.isRuledOut
        && one.corners.elementsEqual(other.corners) { $0.cell == $1.cell && $0.sign == $1.sign }
    }

    init(from atom: LinkedTables.Path, to partner: LinkedTables.Path) {
      var (up, down): ([Int], [Int]) = ([], [])
      switch atom {
      case .counted(let path): up = path
      case .absent: isRuledOut = true
      case .outside: break
      }
      switch partner {
      case .counted(let path): down = path
      case .absent: isRuledOut = true
      case .outside: break
      }
      changed = up.filter { !down.contains($0) } + down.filter { !up.contains($0) }
      if up.first == down.first { return }
      if let leaf = up.first { corners.append(Exchange.Corner(cell: leaf, sign: 1)) }
      if let leaf = down.first { corners.append(Exchange.Corner(cell: leaf, sign: -1)) }
    }
  }

  init(_ tables: LinkedTables) {
    self.tables = tables
  }

  /// Searches all exchanges through one leaf cell; ties go to the first in display order.
  ///
  /// - Parameters:
  ///   - leafCell: the cell of the table that the exchange starts from.
  ///   - target: the cell of the table that must change, `leafCell` or a sum that it is part of.
  ///   - member: number of the table.
  ///   - goal: which exchange is best.
  ///   - price: per joint cell, zero when it is hidden.
  ///   - upper: values of the joint cells from which the exchange would go up.
  ///   - lower: values of the joint cells from which the exchange would go down.
  /// - Returns: the best exchange, nil when none reaches the goal.
  mutating func exchange(
    from leafCell: Int, changing target: Int, of member: Int, goal: Goal, price: [Int],
    upper: [Int], lower: [Int]
  ) -> Exchange? {
    let origin = tables.members[member]
    let index = origin.structure.index
    let budget =
      switch goal {
      case .free: 1
      case .cheapest(_, let below): below
      }
    var steps: [Step] = []
    for (axis, dimension) in origin.dimensions.enumerated() {
      var key = Key(member: member, axis: axis, leaf: 0, category: 0)
      if let dimension {
        let (stride, size) = (index.strides[dimension], index.sizes[dimension])
        key.leaf = leafCell / stride % size
        key.category = target / stride % size
      }
      let options: [Option]
      if let known = cache[key] {
        options = known
      } else {
        options = self.options(key)
        cache[key] = options
      }
      var prices = [Int](repeating: 0, count: options.count)
      for option in prices.indices {
        for distance in options[option].changed {
          prices[option] += price[origin.cells[leafCell + distance]]
        }
      }
      let order = prices.indices.filter { prices[$0] < budget }
        .sorted { (prices[$0], $0) < (prices[$1], $1) }
      if order.isEmpty { return nil }
      steps.append(Step(options: options, prices: prices, order: order))
    }
    var walk = Walk(
      tables: tables, member: member, steps: steps, goal: goal, leafCell: leafCell, price: price,
      upper: upper, lower: lower)
    walk.explore(0)
    return walk.best
  }

  /// Every way to change a leaf and a category that is the leaf or above it.
  private func options(_ key: Key) -> [Option] {
    let origin = tables.members[key.member]
    var options: [Option] = []
    if let dimension = origin.dimensions[key.axis] {
      let stride = origin.structure.index.strides[dimension]
      let found = origin.structure.trees[dimension].partners(
        of: key.leaf, changing: key.category)
      options = zip(found.partners, found.changed).map { partner, changed in
        Option(partner: partner.map { $0 * stride }, changed: changed.map { $0 * stride })
      }
      if tables.members.count > 1 {
        for option in options.indices {
          refine(
            &options[option], axis: key.axis, member: key.member, leaf: key.leaf * stride)
        }
      }
    } else {
      options = [Option(partner: nil, changed: [])]
      if tables.members.count > 1 {
        refine(&options[0], axis: key.axis, member: key.member, leaf: 0)
      }
    }
    return options.filter { tables.members.count == 1 || !$0.refinements.isEmpty }
  }

  /// Finds the atoms of a leaf and of its partner, or of what lies outside the table's population.
  private func refine(_ option: inout Option, axis: Int, member: Int, leaf: Int) {
    let paths = tables.members[member].paths[axis]
    func atoms(of leaf: Int) -> [Int] {
      paths.indices.filter {
        if case .counted(let path) = paths[$0] { path.first == leaf } else { false }
      }
    }
    let partners: [Int?] =
      option.partner.map { atoms(of: leaf + $0) }
      ?? [nil] + paths.indices.filter { paths[$0] == .outside }
    for atom in atoms(of: leaf) {
      for partner in partners {
        let refinement = Refinement(
          effects: tables.members.map { other in
            Effect(
              from: other.paths[axis][atom],
              to: partner.map { other.paths[axis][$0] } ?? .outside)
          })
        if !option.refinements.contains(refinement) { option.refinements.append(refinement) }
      }
    }
    option.reaches = tables.members.indices.map { member in
      option.refinements.contains {
        !$0.effects[member].changed.isEmpty || $0.effects[member].isRuledOut
      }
    }
  }

  private struct Step {
    let options: [Option]
    /// Of what changes along this axis alone.
    let prices: [Int]
    /// Cheapest first.
    let order: [Int]
  }

  /// Branch and bound over the partners along one axis after the other.
  private struct Walk {
    let tables: LinkedTables
    let member: Int
    let steps: [Step]
    let goal: Goal
    let price: [Int]
    let upper: [Int]
    let lower: [Int]
    /// Joint cells of the table.
    let cells: [Int]
    /// Least that the axes from here on cost by themselves.
    let rest: [Int]
    var best: Exchange?
    /// The best exchange so far costs this; a free one must cost zero.
    var budget: Int
    /// Less range than this is of no use.
    var range: Int
    var done = false
    /// In cells of the table until the axes are through, in joint cells then.
    var current: Exchange
    /// The option taken along each axis.
    var taken: [Int] = []
    /// The choice of atoms along each axis.
    var atoms: [Refinement] = []

    init(
      tables: LinkedTables, member: Int, steps: [Step], goal: Goal, leafCell: Int, price: [Int],
      upper: [Int], lower: [Int]
    ) {
      self.tables = tables
      self.member = member
      self.steps = steps
      self.goal = goal
      self.price = price
      self.upper = upper
      self.lower = lower
      cells = tables.members[member].cells
      var rest = [Int](repeating: 0, count: steps.count + 1)
      for axis in steps.indices.reversed() {
        rest[axis] = rest[axis + 1] + (steps[axis].order.first.map { steps[axis].prices[$0] } ?? 0)
      }
      self.rest = rest
      switch goal {
      case .free:
        budget = 1
        range = 1
      case .cheapest(let wanted, let below):
        budget = below
        range = wanted
      }
      current = Exchange(
        changed: [leafCell], corners: [Exchange.Corner(cell: leafCell, sign: 1)], cost: 0,
        up: ExchangeSearch.unlimited, down: lower[cells[leafCell]])
    }

    mutating func explore(_ axis: Int) {
      guard axis < steps.count else {
        extend()
        return
      }
      let (cost, up, down) = (current.cost, current.up, current.down)
      let (changed, corners) = (current.changed.count, current.corners.count)
      for choice in steps[axis].order {
        if cost + steps[axis].prices[choice] + rest[axis + 1] >= budget { break }
        for distance in steps[axis].options[choice].changed {
          for position in 0..<changed {
            let cell = current.changed[position] + distance
            current.changed.append(cell)
            current.cost += price[cells[cell]]
          }
        }
        if let distance = steps[axis].options[choice].partner {
          for position in 0..<corners {
            let corner = current.corners[position]
            let cell = corner.cell + distance
            current.corners.append(Exchange.Corner(cell: cell, sign: -corner.sign))
            limit(cells[cell], sign: -corner.sign)
          }
        }
        if isUseful {
          taken.append(choice)
          explore(axis + 1)
          taken.removeLast()
        }
        current.changed.removeLast(current.changed.count - changed)
        current.corners.removeLast(current.corners.count - corners)
        (current.cost, current.up, current.down) = (cost, up, down)
        if done { return }
      }
    }

    private var isUseful: Bool { current.cost < budget && current.up + current.down >= range }

    private mutating func limit(_ cell: Int, sign: Int) {
      if sign > 0 {
        current.down = min(current.down, lower[cell])
      } else {
        current.up = min(current.up, upper[cell])
      }
    }

    /// Carries the change of the table over to the others that it reaches.
    private mutating func extend() {
      let own = current
      defer { current = own }
      current.changed = own.changed.map { cells[$0] }
      current.corners = own.corners.map {
        Exchange.Corner(cell: cells[$0.cell], sign: $0.sign)
      }
      let reached = tables.members.indices.filter { other in
        other != member
          && steps.indices.allSatisfy { steps[$0].options[taken[$0]].reaches[other] }
      }
      if reached.isEmpty { accept() } else { refine(0, reached) }
    }

    private mutating func refine(_ axis: Int, _ reached: [Int]) {
      guard axis < steps.count else {
        accept()
        return
      }
      let own = current
      let refinements = steps[axis].options[taken[axis]].refinements
      for (number, refinement) in refinements.enumerated() {
        // What no reached table tells apart has been tried.
        let isKnown = refinements[..<number].contains { earlier in
          reached.allSatisfy { earlier.effects[$0] == refinement.effects[$0] }
        }
        if isKnown { continue }
        atoms.append(refinement)
        let isPossible = reached.allSatisfy { other in
          tables.members[other].lastAxis != axis || change(other)
        }
        if isPossible, isUseful { refine(axis + 1, reached) }
        atoms.removeLast()
        current = own
        if done { return }
      }
    }

    /// Adds what changes in another table; false when that cannot be.
    private mutating func change(_ other: Int) -> Bool {
      // Along later axes every atom is the same for the table.
      var effects = atoms.map { $0.effects[other] }
      for axis in steps.indices.dropFirst(effects.count) {
        guard let first = steps[axis].options[taken[axis]].refinements.first else { return false }
        effects.append(first.effects[other])
      }
      var changed = [0]
      var corners = [Exchange.Corner(cell: 0, sign: 1)]
      for effect in effects {
        changed = effect.changed.flatMap { step in changed.map { $0 + step } }
        corners = effect.corners.flatMap { corner in
          corners.map {
            Exchange.Corner(cell: $0.cell + corner.cell, sign: $0.sign * corner.sign)
          }
        }
      }
      if effects.contains(where: { $0.changed.isEmpty && !$0.isRuledOut }) { return true }
      if effects.contains(where: \.isRuledOut) { return false }
      let joint = tables.members[other].cells
      for cell in changed.map({ joint[$0] }) where !current.changed.contains(cell) {
        current.changed.append(cell)
        current.cost += price[cell]
      }
      for corner in corners {
        let cell = joint[corner.cell]
        if current.corners.contains(where: { $0.cell == cell }) { continue }
        current.corners.append(Exchange.Corner(cell: cell, sign: corner.sign))
        limit(cell, sign: corner.sign)
      }
      return true
    }

    /// Keeps the exchange; it is the best so far, or it would not have come to this.
    private mutating func accept() {
      best = current
      switch goal {
      case .free(let enough):
        range = current.up + current.down + 1
        done = range > enough
      case .cheapest:
        budget = current.cost
      }
    }
  }
}
