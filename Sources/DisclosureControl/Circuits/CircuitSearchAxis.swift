/// What the search knows of each dimension.
extension CircuitSearch {
  /// One dimension, for the search; what the network reads of it lies in plain memory.
  final class Axis {
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
  struct Fan {
    var leaves: [Int]
    var parts: [Int] = []
    var starts: [Int] = [0]
  }

  /// That a cell, or one so far away, rises (1) or falls (-1).
  struct Change: BitwiseCopyable {
    var cell: Int
    var sign: Int
  }

  /// Ways to change a category, and one above it, along a dimension: the changes of all, one after another, and where those of each begin.
  struct Branches {
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
}
