import InformationModel

/// One dimension as a forest: what adds up to what.
struct CategoryTree {
  let children: [[Int]]
  /// Categories without children, in display order.
  let leaves: [Int]
  let roots: [Int]
  /// From each category up to its root, both included.
  let paths: [[Int]]
  /// Leaves at or below each category.
  let leavesBelow: [[Int]]
  /// Levels below each category, zero for a leaf.
  let heights: [Int]

  /// Throws when a parent does not stand before its children, so that the rest need not look for
  /// circles.
  init(_ dimension: Dimension) throws(DisclosureError) {
    var paths: [[Int]] = []
    for (index, category) in dimension.categories.enumerated() {
      if let parent = category.parent {
        guard paths.indices.contains(parent) else {
          throw DisclosureError(
            .shape,
            "the parent of \(dimension.id) \(category.code) does not stand before it")
        }
        paths.append([index] + paths[parent])
      } else {
        paths.append([index])
      }
    }
    let children = dimension.children
    var below = [[Int]](repeating: [], count: paths.count)
    var heights = [Int](repeating: 0, count: paths.count)
    for index in paths.indices where children[index].isEmpty {
      for (height, ancestor) in paths[index].enumerated() {
        below[ancestor].append(index)
        heights[ancestor] = max(heights[ancestor], height)
      }
    }
    self.children = children
    leaves = paths.indices.filter { children[$0].isEmpty }
    roots = paths.indices.filter { paths[$0].count == 1 }
    self.paths = paths
    leavesBelow = below
    self.heights = heights
  }

  /// Which leaf takes over what another one gives, and which categories notice.
  struct Partners {
    /// The partner's distance from the leaf in categories; nil: none, so that every ancestor
    /// changes.
    var partners: [Int?] = []
    /// For each partner, distance of every other category whose sum changes.
    var changed: [[Int]] = []
  }

  /// Every way to change `leaf` and `category`, which is the leaf or above it.
  ///
  /// With a partner, the categories from each of the two up to just below their first common
  /// ancestor change. A partner lies outside `category`, otherwise that would not change.
  func partners(of leaf: Int, changing category: Int) -> Partners {
    let path = paths[leaf]
    var result = Partners()
    result.partners.append(nil)
    result.changed.append(path.dropFirst().map { $0 - leaf })
    let height = path.firstIndex(of: category) ?? 0
    for partner in leavesBelow[path[path.count - 1]] {
      let other = paths[partner]
      var common = 0
      while common < path.count, common < other.count,
        path[path.count - 1 - common] == other[other.count - 1 - common]
      {
        common += 1
      }
      guard path.count - common > height else { continue }
      result.partners.append(partner - leaf)
      result.changed.append(
        path.dropLast(common).dropFirst().map { $0 - leaf }
          + other.dropLast(common).map { $0 - leaf })
    }
    return result
  }
}
