import InformationModel

/// All sums that hold between the cells of a table: along each dimension a parent is the sum of its
/// children.
struct AdditiveStructure {
  let index: CellIndex
  let trees: [CategoryTree]
  let dimensions: [Dimension]
  let cellCount: Int

  init(_ dimensions: [Dimension]) throws(DisclosureError) {
    var trees: [CategoryTree] = []
    for dimension in dimensions { trees.append(try CategoryTree(dimension)) }
    self.trees = trees
    self.dimensions = dimensions
    index = CellIndex(dimensions)
    cellCount = dimensions.reduce(1) { $0 * $1.categories.count }
  }

  /// Codes of a cell's categories, for messages.
  func name(of cell: Int) -> String {
    zip(dimensions, index.coordinates(of: cell))
      .map { "\($0.id) \($0.categories[$1].code)" }
      .joined(separator: ", ")
  }

  /// Calls `body` with each cell that has parts along a dimension, and those parts.
  func forEachSum(_ body: (_ parent: Int, _ parts: [Int]) -> Void) {
    for cell in 0..<cellCount {
      for (axis, tree) in trees.enumerated() {
        let stride = index.strides[axis]
        let category = cell / stride % index.sizes[axis]
        let children = tree.children[category]
        if children.isEmpty { continue }
        body(cell, children.map { cell + ($0 - category) * stride })
      }
    }
  }

  /// Cells whose categories are one of the given ones in each dimension.
  func cells(_ categories: [[Int]]) -> [Int] {
    var cells = [0]
    for (axis, choice) in categories.enumerated() {
      let stride = index.strides[axis]
      cells = cells.flatMap { cell in choice.map { cell + $0 * stride } }
    }
    return cells
  }

  /// Levels of parts below a cell, added up over the dimensions; zero for a leaf cell.
  func height(of cell: Int) -> Int {
    zip(trees, index.coordinates(of: cell)).reduce(0) { $0 + $1.0.heights[$1.1] }
  }

  /// Leaf cells that add up to a cell.
  func leafCells(below cell: Int) -> [Int] {
    cells(zip(trees, index.coordinates(of: cell)).map { $0.leavesBelow[$1] })
  }

  /// The cells at the top: one per combination of roots. Each is the total of a slice that shares
  /// no sum with the others.
  var tops: [Int] { cells(trees.map(\.roots)) }

  /// All cells that are part of a cell along any dimensions, itself included.
  func cells(atOrBelow cell: Int) -> [Int] {
    cells(
      zip(trees, index.coordinates(of: cell)).map { tree, category in
        tree.paths.indices.filter { tree.paths[$0].contains(category) }
      })
  }
}
