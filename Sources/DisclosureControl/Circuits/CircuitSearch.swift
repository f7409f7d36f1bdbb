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
  /// One dimension, for the search; what the network reads of it lies in plain memory.
  private final class Axis {
    let tree: CategoryTree
    let stride: Int
    let size: Int
    /// -1 for a root.
    let parent: UnsafeMutablePointer<Int>
    /// The categories below each, one after another, and where those of each begin.
    let children: UnsafeMutablePointer<Int>
    let childStarts: UnsafeMutablePointer<Int>
    /// By leaf, by how far above it a category is, and by whether partners are far.
    var branches: [Branches?]
    /// By category.
    var fans: [Fan?]

    init(_ tree: CategoryTree, stride: Int, size: Int) {
      self.tree = tree
      self.stride = stride
      self.size = size
      parent = .allocate(capacity: size)
      children = .allocate(capacity: size)
      childStarts = .allocate(capacity: size + 1)
      var next = 0
      for category in 0..<size {
        parent[category] = tree.paths[category].count > 1 ? tree.paths[category][1] : -1
        childStarts[category] = next
        for child in tree.children[category] {
          children[next] = child
          next += 1
        }
      }
      childStarts[size] = next
      branches = Array(repeating: nil, count: size * ((tree.heights.max() ?? 0) + 1) * 2)
      fans = Array(repeating: nil, count: size)
    }

    deinit {
      parent.deallocate()
      children.deallocate()
      childStarts.deallocate()
    }
  }

  /// The leaves below a category, and what of each path lies below it: cells from the first of a row.
  private struct Fan {
    var leaves: [Int]
    var parts: [Int] = []
    var starts: [Int] = [0]
  }

  /// That a cell, or one so far away, rises (1) or falls (-1).
  private struct Change: BitwiseCopyable {
    var cell: Int
    var sign: Int
  }

  /// Ways to change a category, and one above it, along a dimension: the changes of all, one after another, and where those of each begin.
  private struct Branches {
    var changes: [Change] = []
    private var starts = [0]

    var count: Int { starts.count - 1 }

    func places(_ branch: Int) -> Range<Int> { starts[branch]..<starts[branch + 1] }

    mutating func append(_ branch: some Sequence<Change>) {
      changes += branch
      starts.append(changes.count)
    }

    /// Those that cost less than a limit when they begin at a cell, the cheapest first.
    func order(
      at base: Int, _ price: UnsafeMutablePointer<Int>, below limit: Int
    ) -> [(price: Int, branch: Int)] {
      var order: [(price: Int, branch: Int)] = []
      for branch in 0..<count {
        var cost = 0
        for place in places(branch) { cost += price[base + changes[place].cell] }
        if cost < limit { order.append((cost, branch)) }
      }
      order.sort { $0 < $1 }
      return order
    }

    /// Each of these with each of others.
    func times(_ others: Branches) -> Branches {
      var product = Branches()
      for one in 0..<count {
        for other in 0..<others.count {
          for change in changes[places(one)] {
            for more in others.changes[others.places(other)] {
              product.changes.append(
                Change(cell: change.cell + more.cell, sign: change.sign * more.sign))
            }
          }
          product.starts.append(product.changes.count)
        }
      }
      return product
    }
  }

  /// Edges of a network that takes its time.
  private static let wide = 6000
  /// Ways along a dimension that are taken with those along others.
  private static let few = 6

  private let axes: [Axis]
  private var demand = Demand(cell: 0, up: 0, down: 0)
  private var budget = 0
  private var best: [(cell: Int32, step: Int)] = []
  private var isFound = false
  private var network = Network()

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
  private func leaves(_ axis: Int, _ target: [Int]) -> [Int] {
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
  private func branches(_ number: Int, _ leaf: Int, _ target: Int, isFar: Bool) -> Branches {
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

  // MARK: Networks

  /// Cycles along two dimensions, times a change along each of the others.
  private func searchNetworks(_ target: [Int], level: Int) {
    for rows in axes.indices {
      // Between two columns a cycle is no more than a product.
      for columns in axes.indices where columns != rows && axes[columns].tree.leaves.count > 2 {
        var starts = [target]
        for axis in axes.indices
        where axis != rows && axes[axis].tree.heights[target[axis]] > 0 {
          let some = leaves(axis, target)
          starts = starts.flatMap { start in
            some.map { leaf in
              var start = start
              start[axis] = leaf
              return start
            }
          }
        }
        for start in starts.prefix(12) {
          guard let fan = fan(columns, start[columns], target[columns], level: level) else {
            continue
          }
          // A wide network is only worth its time when nothing else is found.
          if level > 1, isFound, fan.leaves.count * axes[rows].size > Self.wide { continue }
          var base = demand.cell
          for axis in axes.indices where axis != rows {
            base += (start[axis] - target[axis]) * axes[axis].stride
          }
          var ways: Branches?
          for axis in axes.indices where axis != rows && axis != columns {
            let more = cheapest(branches(axis, start[axis], target[axis], isFar: false), at: base)
            ways = ways?.times(more) ?? more
          }
          var still = Branches()
          still.append([Change(cell: 0, sign: 1)])
          // First those that cost least by themselves, so that the dear ones need not be tried.
          let tried = ways ?? still
          for (price, way) in tried.order(at: base, price, below: budget) {
            if price >= budget { break }
            tried.changes.withUnsafeBufferPointer {
              search(
                rows: rows, columns: columns, fan, from: start, target,
                UnsafeBufferPointer(rebasing: $0[tried.places(way)]), in: &network)
            }
            if budget == 0 { return }
          }
        }
      }
    }
  }

  /// All ways in a table of three dimensions; of more dimensions, where each is taken with each of another, those that cost least.
  private func cheapest(_ branches: Branches, at base: Int) -> Branches {
    guard axes.count > 3, branches.count > Self.few else { return branches }
    var few = Branches()
    for (_, branch) in branches.order(at: base, price, below: .max).prefix(Self.few) {
      few.append(branches.changes[branches.places(branch)])
    }
    return few
  }

  /// Which leaves can give to one, and to a category that is the leaf or above it, so that nothing changes from `level` steps above on.
  private func fan(_ axis: Int, _ leaf: Int, _ target: Int, level: Int) -> Fan? {
    let tree = axes[axis].tree
    let path = tree.paths[leaf]
    let height = path.firstIndex(of: target) ?? 0
    guard height + level < path.count else { return nil }
    let common = path[height + level]
    if let known = axes[axis].fans[common] { return known.leaves.count > 1 ? known : nil }
    var fan = Fan(leaves: tree.leavesBelow[common])
    for leaf in fan.leaves {
      fan.parts += tree.paths[leaf].prefix { $0 != common }.map { $0 * axes[axis].stride }
      fan.starts.append(fan.parts.count)
    }
    axes[axis].fans[common] = fan
    return fan.leaves.count > 1 ? fan : nil
  }

  /// Room for shortest paths: what is not of the present search has an older stamp. A pointer each, for they are asked millions of times.
  private struct Network: ~Copyable {
    struct Node: BitwiseCopyable {
      var stamp = 0
      var distance = 0
      var previous: Int32 = 0
      var row: Int32 = 0
      var column: Int32 = 0
      var isDone = false
    }

    struct Edge: BitwiseCopyable {
      var stamp = 0
      /// Negative when the cells cannot be changed so.
      var price = 0
    }

    struct Entry: BitwiseCopyable {
      var distance: Int
      var node: Int

      static func < (one: Entry, other: Entry) -> Bool {
        one.distance != other.distance ? one.distance < other.distance : one.node < other.node
      }
    }

    private(set) var stamp = 0
    private(set) var nodes: UnsafeMutablePointer<Node> = .allocate(capacity: 1)
    private(set) var edges: UnsafeMutablePointer<Edge> = .allocate(capacity: 1)
    private(set) var heap: UnsafeMutablePointer<Entry> = .allocate(capacity: 1)
    private var nodeCount = 0
    private var edgeCount = 0
    private var waiting = 0

    deinit {
      nodes.deallocate()
      edges.deallocate()
      heap.deallocate()
    }

    mutating func begin(nodes: Int, edges: Int) {
      stamp += 1
      waiting = 0
      if nodeCount < nodes {
        self.nodes.deallocate()
        self.nodes = .allocate(capacity: nodes)
        self.nodes.initialize(repeating: Node(), count: nodes)
        nodeCount = nodes
      }
      if edgeCount < edges {
        self.edges.deallocate()
        self.edges = .allocate(capacity: edges)
        self.edges.initialize(repeating: Edge(), count: edges)
        heap.deallocate()
        // Each edge reaches one of its ends once, from each side.
        heap = .allocate(capacity: 2 * edges + nodes)
        edgeCount = edges
      }
    }

    /// Takes this way to a node when it is the shortest so far.
    @inline(__always)
    mutating func reach(_ place: Int, _ distance: Int, from: Int, row: Int, column: Int) {
      let node = nodes + place
      if node.pointee.stamp == stamp, node.pointee.isDone || node.pointee.distance <= distance {
        return
      }
      node.pointee = Node(
        stamp: stamp, distance: distance, previous: Int32(truncatingIfNeeded: from),
        row: Int32(truncatingIfNeeded: row), column: Int32(truncatingIfNeeded: column))
      var hole = waiting
      waiting += 1
      let entry = Entry(distance: distance, node: place)
      while hole > 0, entry < heap[(hole - 1) / 2] {
        heap[hole] = heap[(hole - 1) / 2]
        hole = (hole - 1) / 2
      }
      heap[hole] = entry
    }

    /// The nearest node that was not taken yet; negative when there is none.
    @inline(__always)
    mutating func next() -> Int {
      while waiting > 0 {
        let first = heap[0].node
        waiting -= 1
        if waiting > 0 {
          let last = heap[waiting]
          var hole = 0
          while true {
            var child = 2 * hole + 1
            if child >= waiting { break }
            if child + 1 < waiting, heap[child + 1] < heap[child] { child += 1 }
            if !(heap[child] < last) { break }
            heap[hole] = heap[child]
            hole = child
          }
          heap[hole] = last
        }
        if !nodes[first].isDone {
          nodes[first].isDone = true
          return first
        }
      }
      return -1
    }
  }

  /// The cheapest cycle through the cell that is asked for, in the network of the tree `rows` by the leaves of a fan of `columns`.
  ///
  /// Nodes are the rows without parts, in which changes cancel; each row with parts in each column; and what lies outside the table. Edges are cells:
  /// from a row to the row above it. Followed upwards a cell falls, downwards it rises.
  private func search(
    rows: Int, columns: Int, _ fan: Fan, from start: [Int], _ target: [Int],
    _ way: UnsafeBufferPointer<Change>, in network: inout Network
  ) {
    let axis = axes[rows]
    let (parent, children, childStarts) = (axis.parent, axis.children, axis.childStarts)
    let roots = axis.tree.roots
    let (rowStride, rowCount, width) = (axis.stride, axis.size, fan.leaves.count)
    guard let own = fan.leaves.firstIndex(of: start[columns]) else { return }
    var origin = 0
    for axis in axes.indices where axis != rows && axis != columns {
      origin += start[axis] * axes[axis].stride
    }
    let outside = rowCount + rowCount * width
    network.begin(nodes: outside + 1, edges: 2 * rowCount * width)
    let stamp = network.stamp
    let (edges, nodes) = (network.edges, network.nodes)
    let (demand, budget) = (demand, budget)
    let (price, room, barred) = (price, room, barred)
    let from = target[rows]

    fan.parts.withUnsafeBufferPointer { parts in
      fan.starts.withUnsafeBufferPointer { starts in
        @inline(__always)
        func cost(_ row: Int, _ column: Int, rises: Bool) -> Int {
          let edge = edges + ((row &* width &+ column) &* 2 &+ (rises ? 1 : 0))
          if edge.pointee.stamp == stamp { return edge.pointee.price }
          let first = origin &+ row &* rowStride
          var total = 0
          // What costs all there is to spend need not be known any better.
          check: for part in starts[column]..<starts[column + 1] where total < budget {
            for change in way {
              let cell = first &+ parts[part] &+ change.cell
              let up = (change.sign > 0) == rises
              if cell != demand.cell,
                up
                  ? barred[cell] & 1 != 0 || room[cell] < demand.down
                  : barred[cell] & 2 != 0 || room[cell] < demand.up
              {
                total = -1
                break check
              }
              total &+= price[cell]
            }
          }
          edge.pointee = Network.Edge(stamp: stamp, price: total)
          return total
        }
        @inline(__always)
        func node(_ row: Int, _ column: Int) -> Int {
          if row < 0 { return outside }
          return childStarts[row] == childStarts[row &+ 1]
            ? row : rowCount &+ row &* width &+ column
        }
        let ofOwn = cost(from, own, rises: true)
        guard ofOwn >= 0, ofOwn < budget else { return }
        let above = parent[from]
        let goal = node(above, own)
        let begin = node(from, own)
        // What the last edge costs at least, whichever it is: no way may cost more before it.
        var last = Int.max
        @inline(__always)
        func end(_ row: Int, _ column: Int, rises: Bool) {
          if row == from, column == own { return }
          let cost = cost(row, column, rises: rises)
          if cost >= 0, cost < last { last = cost }
        }
        if above >= 0 {
          end(above, own, rises: true)
          for index in childStarts[above]..<childStarts[above &+ 1] where last > 0 {
            end(children[index], own, rises: false)
          }
        } else {
          for root in roots {
            for column in 0..<width where last > 0 { end(root, column, rises: false) }
          }
        }
        guard ofOwn < budget - last else { return }
        network.reach(begin, ofOwn, from: -1, row: from, column: own)
        @inline(__always)
        func follow(
          _ place: Int, _ distance: Int, _ row: Int, _ column: Int, to next: Int, rises: Bool
        ) {
          if row == from, column == own { return }
          let cost = cost(row, column, rises: rises)
          if cost >= 0, distance &+ cost < (next == goal ? budget : budget &- last) {
            network.reach(next, distance &+ cost, from: place, row: row, column: column)
          }
        }
        while true {
          let place = network.next()
          if place < 0 || place == goal { break }
          let distance = nodes[place].distance
          if place == outside {
            for root in roots {
              for column in 0..<width {
                follow(place, distance, root, column, to: node(root, column), rises: true)
              }
            }
          } else if place < rowCount {
            for column in 0..<width {
              follow(
                place, distance, place, column, to: node(parent[place], column), rises: false)
            }
          } else {
            let (row, column) = ((place &- rowCount) / width, (place &- rowCount) % width)
            for index in childStarts[row]..<childStarts[row &+ 1] {
              let child = children[index]
              follow(place, distance, child, column, to: node(child, column), rises: true)
            }
            follow(
              place, distance, row, column, to: node(parent[row], column), rises: false)
          }
        }
        guard nodes[goal].stamp == stamp, nodes[goal].isDone, goal != begin else { return }
        var changes: [(cell: Int32, step: Int)] = []
        func change(_ row: Int, _ column: Int, _ sign: Int) {
          for part in starts[column]..<starts[column + 1] {
            for change in way {
              changes.append(
                (
                  Int32(origin + row * rowStride + parts[part] + change.cell),
                  sign * change.sign
                ))
            }
          }
        }
        change(from, own, 1)
        var place = goal
        while place != begin {
          let before = Int(nodes[place].previous)
          // Upwards, out of a row into the one above it, the cell falls.
          let (row, column) = (Int(nodes[place].row), Int(nodes[place].column))
          change(row, column, node(row, column) == before ? -1 : 1)
          place = before
        }
        take(changes)
      }
    }
  }

  /// Takes a circuit that is cheaper than any before; cells of two columns may have cancelled.
  private func take(_ changes: [(cell: Int32, step: Int)]) {
    let circuit = Circuit(changes)
    var total = 0
    for cell in circuit.cells { total += price[Int(cell)] }
    guard total < budget, circuit.step(of: demand.cell) == 1,
      circuit.steps.allSatisfy({ abs($0) == 1 })
    else { return }
    budget = total
    isFound = true
    best = zip(circuit.cells, circuit.steps).map { ($0, $1) }
  }
}
