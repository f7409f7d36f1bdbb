import InformationModel

/// Finds cheap circuits through a cell of a hierarchical table.
///
/// A circuit is the product of one change per dimension. Along a dimension either one category gives to another, and with both all categories above
/// them up to the first that they share; or it changes with all that are above it. With one partner along each dimension that is the cuboid of the
/// hypercube method (Repsilber 1994). Along two dimensions together it may be any cycle instead: a table of a tree by a list is a network
/// (Fischetti and Salazar 2000; Kelly, Golden and Assad 1992), in which the cheapest cycle is a shortest path.
///
/// Not for two threads at once.
final class CircuitSearch: CircuitFinder {
  let axes: [Axis]
  private(set) var demand = Demand(cell: 0, up: 0, down: 0)
  var budget = 0
  var best: [(cell: Int32, step: Int)] = []
  var isFound = false
  var paths = ShortestPaths()

  init(_ structure: AdditiveStructure, rooms: [Int]) {
    axes = structure.trees.indices.map { axis in
      Axis(
        structure.trees[axis], stride: structure.index.strides[axis],
        size: structure.index.sizes[axis])
    }
    super.init(rooms: rooms)
  }

  override func circuit(
    _ demand: Demand, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    whole(demand, below: budget)
      ?? (demand.up > 1 || demand.down > 1 ? inParts(demand, below: budget) : nil)
  }

  /// A circuit that reaches all by itself.
  private func whole(_ demand: Demand, below budget: Int) -> (circuit: Circuit, price: Int)? {
    guard budget > 0, room[demand.cell] >= 0 else { return nil }
    self.demand = demand
    self.budget = budget
    isFound = false
    let target = coordinates(of: demand.cell)
    let own = price[demand.cell]
    guard own < budget else { return nil }
    let least = own + leastPrice(beside: demand.cell, target, from: 0, below: budget - own)
    guard least < budget else { return nil }
    searchProducts(target, isFar: false)
    if self.budget > least { searchNetworks(target, level: 1) }
    if self.budget > least { searchNetworks(target, level: 2) }
    if !isFound { searchProducts(target, isFar: true) }
    return isFound ? (Circuit(best), self.budget) : nil
  }

  /// What one circuit does not reach several may, one after the other, each in what room those before it leave.
  private func inParts(_ demand: Demand, below budget: Int) -> (circuit: Circuit, price: Int)? {
    var sum: [(cell: Int32, step: Int)] = []
    var taken: [(cell: Int, room: Int)] = []
    var prices: [(cell: Int, price: Int)] = []
    var total = 0
    var left = max(demand.up, demand.down)
    defer {
      for (cell, room) in taken.reversed() { self.room[cell] = room }
      for (cell, price) in prices { self.price[cell] = price }
    }
    var part = (left + 1) / 2
    for _ in 0..<24 where left > 0 {
      part = min(part, left)
      guard
        let found = whole(
          Demand(cell: demand.cell, up: part, down: min(part, room[demand.cell])),
          below: budget == .max ? .max : budget - total)
      else {
        if part <= max(1, left / 64) { return nil }
        part = (part + 1) / 2
        continue
      }
      var times = left
      for cell in found.circuit.cells where Int(cell) != demand.cell {
        times = min(times, room[Int(cell)])
      }
      for (cell, step) in zip(found.circuit.cells, found.circuit.steps) {
        sum.append((cell, step * times))
        if price[Int(cell)] != 0 {
          prices.append((Int(cell), price[Int(cell)]))
          price[Int(cell)] = 0
        }
        if Int(cell) != demand.cell {
          taken.append((Int(cell), room[Int(cell)]))
          room[Int(cell)] -= times
        }
      }
      total += found.price
      left -= times
    }
    guard left <= 0 else { return nil }
    let circuit = Circuit(sum)
    return circuit.steps.allSatisfy({ abs($0) < 1 << 30 }) ? (circuit, total) : nil
  }

  private func coordinates(of cell: Int) -> [Int] { axes.map { cell / $0.stride % $0.size } }

  override func leastPrice(through cell: Int, below limit: Int) -> Int {
    demand = Demand(cell: cell, up: 0, down: 0)
    return leastPrice(beside: cell, coordinates(of: cell), from: 0, below: limit)
  }

  /// What any circuit through a cell costs at least, apart from that cell itself; no less than `limit` when it is not below that.
  ///
  /// In each sum in which the cell stands another must change with it, and so in each sum of that one along the dimensions behind. No cell is met
  /// twice, so that what they cost adds up.
  private func leastPrice(
    beside cell: Int, _ target: [Int], from first: Int, below limit: Int
  ) -> Int {
    let demand = demand
    var total = 0
    for number in first..<axes.count where total < limit {
      let axis = axes[number]
      let category = target[number]
      let origin = cell - category * axis.stride
      func cheapest(_ candidate: Int, _ found: Int) -> Int {
        let other = origin + candidate * axis.stride
        let own = price[other]
        guard candidate != category, own < found,
          allows(other, 1, demand) || allows(other, -1, demand)
        else {
          return found
        }
        return min(
          found, own + leastPrice(beside: other, target, from: number + 1, below: found - own))
      }
      func cheapest(below parent: Int, _ found: Int) -> Int {
        var found = found
        for place in axis.childStarts[parent]..<axis.childStarts[parent + 1] where found > 0 {
          found = cheapest(axis.children[place], found)
        }
        return found
      }
      let above = axis.parent[category]
      if above >= 0 {
        total += cheapest(below: above, cheapest(above, limit - total))
      }
      if axis.childStarts[category] < axis.childStarts[category + 1] {
        total += cheapest(below: category, limit - total)
      }
    }
    return total
  }

  // MARK: Products

  /// The leaves through which a category is changed; for one without parts itself, else some, those first whose cells cost least.
  func leaves(_ axis: Int, _ target: [Int]) -> [Int] {
    let below = axes[axis].tree.leavesBelow[target[axis]]
    if below.count == 1 { return below }
    let stride = axes[axis].stride
    let least = min(demand.up, demand.down)
    return Array(
      below.map { leaf -> (price: Int, leaf: Int) in
        let cell = demand.cell + (leaf - target[axis]) * stride
        return (room[cell] < least ? .max : price[cell], leaf)
      }.sorted { $0 < $1 }.lazy.map(\.leaf).prefix(6))
  }

  /// All ways to change a leaf, and a category that is the leaf or above it; near ones give to a neighbour or to nobody.
  func branches(_ number: Int, _ leaf: Int, _ target: Int, isFar: Bool) -> Branches {
    let axis = axes[number]
    let (tree, stride) = (axis.tree, axis.stride)
    let path = tree.paths[leaf]
    let height = path.firstIndex(of: target) ?? 0
    let key = (height * axis.size + leaf) * 2 + (isFar ? 1 : 0)
    if let known = axis.branches[key] { return known }
    var branches = Branches()
    func changes(_ categories: some Sequence<Int>, _ sign: Int) -> [Change] {
      categories.map { Change(cell: ($0 - leaf) * stride, sign: sign) }
    }
    branches.append(changes(path, 1))
    for partner in tree.leavesBelow[path[path.count - 1]] where partner != leaf {
      let other = tree.paths[partner]
      var common = 0
      while common < min(path.count, other.count),
        path[path.count - 1 - common] == other[other.count - 1 - common]
      {
        common += 1
      }
      let own = path.count - common
      guard own > height, isFar || own == height + 1 else { continue }
      branches.append(
        changes(path.dropLast(common), 1) + changes(other.dropLast(common), -1))
    }
    axis.branches[key] = branches
    return branches
  }

  /// Whether a cell can change so, in the direction of what is asked for or against it.
  @inline(__always)
  private func allows(_ cell: Int, _ sign: Int, _ demand: Demand) -> Bool {
    sign > 0
      ? barred[cell] & 1 == 0 && room[cell] >= demand.down
      : barred[cell] & 2 == 0 && room[cell] >= demand.up
  }

  private func searchProducts(_ target: [Int], isFar: Bool) {
    var starts: [[Int]] = [[]]
    for axis in axes.indices {
      let some = leaves(axis, target)
      starts = starts.flatMap { start in some.map { start + [$0] } }
    }
    if starts.count > 1 {
      let cells = starts.map { start in zip(start, axes).reduce(0) { $0 + $1.0 * $1.1.stride } }
      let order = starts.indices.sorted { (price[cells[$0]], $0) < (price[cells[$1]], $1) }
      starts = order.prefix(12).map { starts[$0] }
    }
    for start in starts where budget > 0 { searchProducts(from: start, target, isFar: isFar) }
  }

  private func searchProducts(from leaf: [Int], _ target: [Int], isFar: Bool) {
    let base = zip(leaf, axes).reduce(0) { $0 + $1.0 * $1.1.stride }
    let demand = demand
    var budget = budget
    guard base == demand.cell || allows(base, 1, demand) else { return }
    var lists: [Choice] = []
    for axis in axes.indices {
      let branches = branches(axis, leaf[axis], target[axis], isFar: isFar)
      var order: [(price: Int, branch: Int)] = []
      for branch in 0..<branches.count {
        var cost = 0
        for place in branches.places(branch) {
          let change = branches.changes[place]
          let cell = base + change.cell
          if cell != demand.cell, !allows(cell, change.sign, demand) {
            cost = .max
            break
          }
          cost += price[cell]
        }
        if cost < budget { order.append((cost, branch)) }
      }
      if order.isEmpty { return }
      order.sort { $0 < $1 }
      lists.append((axis, branches, order))
    }
    lists.sort { ($0.order.count, $0.axis) < ($1.order.count, $1.axis) }
    var made = [Change(cell: base, sign: 1)]
    extend(&made, lists, 0, price[base], demand, below: &budget)
    self.budget = budget
  }

  /// The ways along a dimension, and which cost less than the budget, the cheapest first.
  private typealias Choice = (
    axis: Int, branches: Branches, order: [(price: Int, branch: Int)]
  )

  /// Branch and bound over the dimensions.
  private func extend(
    _ made: inout [Change], _ lists: [Choice], _ depth: Int, _ cost: Int, _ demand: Demand,
    below budget: inout Int
  ) {
    if depth == lists.count {
      if cost < budget {
        budget = cost
        isFound = true
        best = made.map { (Int32($0.cell), $0.sign) }
      }
      return
    }
    let count = made.count
    let branches = lists[depth].branches
    for (least, number) in lists[depth].order {
      if least >= budget { break }
      var total = cost
      var fits = true
      search: for place in branches.places(number) where branches.changes[place].cell != 0 {
        let step = branches.changes[place]
        for place in 0..<count {
          let change = Change(
            cell: made[place].cell + step.cell, sign: made[place].sign * step.sign)
          total += price[change.cell]
          if total >= budget
            || change.cell != demand.cell && !allows(change.cell, change.sign, demand)
          {
            fits = false
            break search
          }
          made.append(change)
        }
      }
      if fits { extend(&made, lists, depth + 1, total, demand, below: &budget) }
      made.removeLast(made.count - count)
      if budget == 0 { return }
    }
  }
}
