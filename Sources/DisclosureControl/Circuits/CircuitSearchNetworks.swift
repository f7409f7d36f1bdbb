/// Circuits that are cycles along two dimensions.
extension CircuitSearch {
  /// Edges of a network that takes its time.
  private static let wide = 6000
  /// Ways along a dimension that are taken with those along others.
  private static let few = 6

  /// Cycles along two dimensions, times a change along each of the others.
  func searchNetworks(_ target: [Int], level: Int) {
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
                UnsafeBufferPointer(rebasing: $0[tried.places(way)]), in: &paths)
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

  /// The cheapest cycle through the cell that is asked for, in the network of the tree `rows` by the leaves of a fan of `columns`.
  ///
  /// Nodes are the rows without parts, in which changes cancel; each row with parts in each column; and what lies outside the table. Edges are cells:
  /// from a row to the row above it. Followed upwards a cell falls, downwards it rises.
  private func search(
    rows: Int, columns: Int, _ fan: Fan, from start: [Int], _ target: [Int],
    _ way: UnsafeBufferPointer<Change>, in paths: inout ShortestPaths
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
    paths.begin(nodes: outside + 1, edges: 2 * rowCount * width)
    let stamp = paths.stamp
    let (edges, nodes) = (paths.edges, paths.nodes)
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
          edge.pointee = ShortestPaths.Edge(stamp: stamp, price: total)
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
        paths.reach(begin, ofOwn, from: -1, row: from, column: own)
        @inline(__always)
        func follow(
          _ place: Int, _ distance: Int, _ row: Int, _ column: Int, to next: Int, rises: Bool
        ) {
          if row == from, column == own { return }
          let cost = cost(row, column, rises: rises)
          if cost >= 0, distance &+ cost < (next == goal ? budget : budget &- last) {
            paths.reach(next, distance &+ cost, from: place, row: row, column: column)
          }
        }
        while true {
          let place = paths.next()
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
