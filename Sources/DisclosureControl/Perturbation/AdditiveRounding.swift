import InformationModel

/// Counts rounded to multiples of a base so that all sums still add up: each cell without parts goes to the multiple below or above it, and every sum is
/// that of its rounded parts, as near to what it was as a search finds.
///
/// Rounding all cells is controlled rounding (Cox 1987; Salazar 2006); rounding only counts below the base, small-count rounding (Langsrud and Heldal
/// 2018). Nobody can tell what a rounded cell was, for the sums say nothing that the rounded cells do not.
package struct AdditiveRounding: Sendable {
  /// By cell, as it is published.
  package let values: [Int]
  /// By cell: whether it, or something in it, was rounded.
  package let isRounded: [Bool]

  /// Which cells without parts are rounded.
  package enum Scope: String, Sendable {
    /// All that are no multiple.
    case all
    /// Those above 0 and below the base.
    case small
  }

  /// Passes over all rounded cells.
  private static let passes = 12

  /// - Parameters:
  ///   - dimensions: of the table; parents stand before their children.
  ///   - counts: one a cell, the last dimension running fastest, not negative.
  ///   - base: at least 2.
  ///   - scope: what is rounded.
  /// - Throws: `DisclosureError` when the table is none.
  package init(
    _ dimensions: [Dimension], counts: [Int], base: Int, scope: Scope
  ) throws(DisclosureError) {
    guard base >= 2, base <= 1000 else {
      throw DisclosureError(.policy, "a base of rounding lies from 2 to 1000")
    }
    guard counts.allSatisfy({ $0 >= 0 }) else {
      throw DisclosureError(.measure, "only counts can be rounded: a figure is negative")
    }
    let structure = try AdditiveStructure(dimensions)
    guard counts.count == structure.cellCount else {
      throw DisclosureError(.shape, "\(counts.count) counts for \(structure.cellCount) cells")
    }
    let axes = dimensions.indices
    let index = structure.index
    var leaves: [Int] = []
    leafCells: for cell in counts.indices where counts[cell] > 0 {
      for axis in axes
      where structure.trees[axis].heights[cell / index.strides[axis] % index.sizes[axis]] > 0 {
        continue leafCells
      }
      let isOff = counts[cell] % base != 0
      if scope == .all ? isOff : counts[cell] < base { leaves.append(cell) }
    }
    // By cell without parts, all that it is part of.
    let steps = axes.map { axis in
      structure.trees[axis].paths.map { path in path.map { $0 * index.strides[axis] } }
    }
    func sums(_ leaf: Int) -> [Int32] {
      var cells = [0]
      for axis in axes {
        let more = steps[axis][leaf / index.strides[axis] % index.sizes[axis]]
        cells = cells.flatMap { cell in more.map { cell + $0 } }
      }
      return cells.map { Int32($0) }
    }
    let above = leaves.map(sums)
    /// Deviations so far; what a deviation costs grows with it.
    var deviations = [Int32](repeating: 0, count: counts.count)
    var isUp = [Bool](repeating: false, count: leaves.count)
    var costs = (0...8 * base).map { deviation in
      // Twice the base is much worse than twice one.
      let far = max(0, deviation - base + 1)
      return Double(deviation) * Double(deviation).squareRoot() + 4 * Double(far * far)
    }
    costs.withUnsafeMutableBufferPointer { costs in
      deviations.withUnsafeMutableBufferPointer { deviations in
        @inline(__always)
        func cost(_ deviation: Int32) -> Double {
          let far = Int(deviation.magnitude)
          return far < costs.count ? costs[far] : costs[costs.count - 1] * Double(far)
        }
        func residue(_ place: Int) -> Int32 { Int32(counts[leaves[place]] % base) }
        @inline(__always)
        func gain(_ cells: [Int32], _ change: Int32) -> Double {
          var gain = 0.0
          for cell in cells {
            let before = deviations[Int(cell)]
            gain += cost(before) - cost(before + change)
          }
          return gain
        }
        func apply(_ cells: [Int32], _ change: Int32) {
          for cell in cells { deviations[Int(cell)] += change }
        }
        // Each in turn to the side that leaves all sums nearer.
        for place in leaves.indices {
          let down = -residue(place)
          let up = Int32(base) + down
          isUp[place] = gain(above[place], up) > gain(above[place], down)
          apply(above[place], isUp[place] ? up : down)
        }
        // Then changes of one, and of two that share a sum, as long as these win anything.
        var groups: [Int: [Int]] = [:]
        for axis in axes {
          let tree = structure.trees[axis]
          for (place, leaf) in leaves.enumerated() {
            let category = leaf / index.strides[axis] % index.sizes[axis]
            guard tree.paths[category].count > 1 else { continue }
            let sum = leaf + (tree.paths[category][1] - category) * index.strides[axis]
            groups[sum, default: []].append(place)
          }
        }
        let sets = groups.keys.sorted().compactMap { groups[$0] }.filter { $0.count > 1 }
        for _ in 0..<Self.passes {
          var isWon = false
          for place in leaves.indices {
            let change = Int32(isUp[place] ? -base : base)
            if gain(above[place], change) > 1e-9 {
              apply(above[place], change)
              isUp[place].toggle()
              isWon = true
            }
          }
          for set in sets {
            for (number, one) in set.enumerated() {
              // With its neighbours: all would take too long in a wide sum.
              for other in set[(number + 1)...].prefix(12) where isUp[one] != isUp[other] {
                let change = Int32(isUp[one] ? -base : base)
                let first = gain(above[one], change)
                apply(above[one], change)
                if first + gain(above[other], -change) > 1e-9 {
                  apply(above[other], -change)
                  isUp[one].toggle()
                  isUp[other].toggle()
                  isWon = true
                } else {
                  apply(above[one], -change)
                }
              }
            }
          }
          if !isWon { break }
        }
      }
    }
    var rounded = [Bool](repeating: false, count: counts.count)
    for cells in above { for cell in cells { rounded[Int(cell)] = true } }
    values = zip(counts, deviations).map { $0 + Int($1) }
    isRounded = rounded
  }

  /// How far cells are from what they were: the mean over all cells, and the most.
  package static func deviation(_ counts: [Int], _ values: [Int]) -> (mean: Double, most: Int) {
    let far = zip(counts, values).map { abs($0 - $1) }
    return (Double(far.reduce(0, +)) / Double(max(1, far.count)), far.max() ?? 0)
  }
}
