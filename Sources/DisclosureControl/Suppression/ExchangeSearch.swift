import InformationModel

/// A change of the table that leaves every published cell as it is.
///
/// One unit more in every leaf cell with sign +1, one less in every one with sign -1; the sums
/// follow.
struct Exchange {
  /// Every cell whose value changes, sums included.
  var changed: [Int] = []
  /// Leaf cells that change, with the sign of the change.
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

/// Finds the best exchange through a leaf cell: per dimension a partner, or none and then every sum
/// above.
///
/// The change is the tensor product of one vector per dimension, `e(leaf) - e(partner)` or
/// `e(leaf)`, and so is the change of the sums: with partners in all dimensions it is the
/// alternating cuboid of the hypercube method.
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

  private let structure: AdditiveStructure
  private var cache: [Key: CategoryTree.Partners] = [:]

  private struct Key: Hashable {
    var axis: Int
    var leaf: Int
    var category: Int
  }

  init(_ structure: AdditiveStructure) {
    self.structure = structure
  }

  /// Searches all exchanges through one leaf cell; ties go to the first in display order.
  ///
  /// - Parameters:
  ///   - leafCell: the cell that the exchange starts from.
  ///   - target: the cell that must change, `leafCell` or a sum that it is part of.
  ///   - goal: which exchange is best.
  ///   - price: per cell, zero when it is hidden.
  ///   - upper: leaf values from which the exchange would go up.
  ///   - lower: leaf values from which the exchange would go down.
  /// - Returns: the best exchange, nil when none reaches the goal.
  mutating func exchange(
    from leafCell: Int, changing target: Int, goal: Goal, price: [Int], upper: [Int], lower: [Int]
  ) -> Exchange? {
    let index = structure.index
    let budget =
      switch goal {
      case .free: 1
      case .cheapest(_, let below): below
      }
    var steps: [Step] = []
    for (axis, tree) in structure.trees.enumerated() {
      let stride = index.strides[axis]
      let leaf = leafCell / stride % index.sizes[axis]
      let category = target / stride % index.sizes[axis]
      let key = Key(axis: axis, leaf: leaf, category: category)
      let partners: CategoryTree.Partners
      if let known = cache[key] {
        partners = known
      } else {
        partners = tree.partners(of: leaf, changing: category)
        cache[key] = partners
      }
      var prices = [Int](repeating: 0, count: partners.partners.count)
      for option in prices.indices {
        for distance in partners.changed[option] {
          prices[option] += price[leafCell + distance * stride]
        }
      }
      let order = prices.indices.filter { prices[$0] < budget }
        .sorted { (prices[$0], $0) < (prices[$1], $1) }
      if order.isEmpty { return nil }
      steps.append(Step(stride: stride, partners: partners, prices: prices, order: order))
    }
    var walk = Walk(steps: steps, goal: goal, leafCell: leafCell, lower: lower[leafCell])
    walk.explore(0, price: price, upper: upper, lower: lower)
    return walk.best
  }

  private struct Step {
    let stride: Int
    let partners: CategoryTree.Partners
    /// Of what changes along this dimension alone.
    let prices: [Int]
    /// Cheapest first.
    let order: [Int]
  }

  /// Branch and bound over the partners of one dimension after the other.
  private struct Walk {
    let steps: [Step]
    let goal: Goal
    /// Least that the dimensions from here on cost by themselves.
    let rest: [Int]
    var best: Exchange?
    /// The best exchange so far costs this; a free one must cost zero.
    var budget: Int
    /// Less range than this is of no use.
    var range: Int
    var done = false
    var current: Exchange

    init(steps: [Step], goal: Goal, leafCell: Int, lower: Int) {
      self.steps = steps
      self.goal = goal
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
        up: ExchangeSearch.unlimited, down: lower)
    }

    mutating func explore(_ axis: Int, price: [Int], upper: [Int], lower: [Int]) {
      guard axis < steps.count else {
        best = current
        switch goal {
        case .free(let enough):
          range = current.up + current.down + 1
          done = range > enough
        case .cheapest:
          budget = current.cost
        }
        return
      }
      let stride = steps[axis].stride
      let (cost, up, down) = (current.cost, current.up, current.down)
      let (cells, corners) = (current.changed.count, current.corners.count)
      for option in steps[axis].order {
        if cost + steps[axis].prices[option] + rest[axis + 1] >= budget { break }
        for distance in steps[axis].partners.changed[option] {
          let offset = distance * stride
          for position in 0..<cells {
            let cell = current.changed[position] + offset
            current.changed.append(cell)
            current.cost += price[cell]
          }
        }
        if let distance = steps[axis].partners.partners[option] {
          for position in 0..<corners {
            let corner = current.corners[position]
            let cell = corner.cell + distance * stride
            current.corners.append(Exchange.Corner(cell: cell, sign: -corner.sign))
            if corner.sign > 0 {
              current.up = min(current.up, upper[cell])
            } else {
              current.down = min(current.down, lower[cell])
            }
          }
        }
        if current.cost < budget, current.up + current.down >= range {
          explore(axis + 1, price: price, upper: upper, lower: lower)
        }
        current.changed.removeLast(current.changed.count - cells)
        current.corners.removeLast(current.corners.count - corners)
        (current.cost, current.up, current.down) = (cost, up, down)
        if done { return }
      }
    }
  }
}
