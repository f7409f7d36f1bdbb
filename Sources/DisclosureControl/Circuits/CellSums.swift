import InformationModel

/// What adds up to what: along the trees of one table's dimensions, or as equations between the cells of several tables.
enum CellSums: Sendable {
  case hierarchies(AdditiveStructure)
  case equations(CellEquations, of: [LinkedTable])

  var cellCount: Int {
    switch self {
    case .hierarchies(let structure): structure.cellCount
    case .equations(let equations, _): equations.names.count
    }
  }

  func name(of cell: Int) -> String {
    switch self {
    case .hierarchies(let structure): structure.name(of: cell)
    case .equations(let equations, _): equations.names[cell]
    }
  }

  /// Levels of parts below a cell; zero where it has none.
  func height(of cell: Int) -> Int {
    switch self {
    case .hierarchies(let structure): structure.height(of: cell)
    case .equations(let equations, _): equations.heights[cell]
    }
  }

  /// Calls `body` with the terms of each equation: cells and their factors, which times what stands in the cells add up to the constant.
  func forEachEquation(_ body: (_ terms: [(cell: Int, factor: Int)], _ constant: Int) -> Void) {
    switch self {
    case .hierarchies(let structure):
      structure.forEachSum { total, parts in
        body([(total, -1)] + parts.map { ($0, 1) }, 0)
      }
    case .equations(let equations, _):
      for equation in equations.equations { body(equation.terms, equation.constant) }
    }
  }

  /// The cell that names an equation in which the steps do not add up to nothing, if there is one.
  func broken(by steps: [Int: Int]) -> Int? {
    for cell in steps.keys {
      switch self {
      case .hierarchies(let structure):
        for (axis, tree) in structure.trees.enumerated() {
          let stride = structure.index.strides[axis]
          let category = cell / stride % structure.index.sizes[axis]
          for parent in tree.paths[category].prefix(2) where !tree.children[parent].isEmpty {
            let total = cell + (parent - category) * stride
            let parts = tree.children[parent].reduce(0) {
              $0 + (steps[cell + ($1 - category) * stride] ?? 0)
            }
            if parts != steps[total] ?? 0 { return total }
          }
        }
      case .equations(let equations, _):
        for number in equations.ofCell[cell] {
          let terms = equations.equations[Int(number)].terms
          if terms.reduce(0, { $0 + $1.factor * (steps[$1.cell] ?? 0) }) != 0 {
            return terms[0].cell
          }
        }
      }
    }
    return nil
  }
}

/// An equation between cells; of a sum the total stands first, with the factor -1.
package struct CellEquation: Sendable {
  package var terms: [(cell: Int, factor: Int)]
  /// What the terms add up to.
  package var constant: Int

  package init(_ terms: [(cell: Int, factor: Int)], constant: Int = 0) {
    (self.terms, self.constant) = (terms, constant)
  }
}

/// One of several tables that share cells.
struct LinkedTable: Sendable {
  let structure: AdditiveStructure
  /// By cell of the table, the cell of all tables together.
  let cells: [Int]
}

/// Cells with the equations in which each stands.
struct CellEquations: Sendable {
  let names: [String]
  let equations: [CellEquation]
  /// By cell, the numbers of its equations.
  let ofCell: [[Int32]]
  let heights: [Int]

  init(names: [String], _ equations: [CellEquation]) {
    self.names = names
    self.equations = equations
    var ofCell = [[Int32]](repeating: [], count: names.count)
    for (number, equation) in equations.enumerated() {
      for term in equation.terms { ofCell[term.cell].append(Int32(number)) }
    }
    self.ofCell = ofCell
    // As often as there are levels; equations of a loop stop it at what no hierarchy reaches.
    var heights = [Int](repeating: 0, count: names.count)
    for _ in 0..<64 {
      var isChanged = false
      for equation in equations {
        // What two tables both add up to is no total of the other's cells.
        guard let total = equation.terms.first, total.factor < 0,
          equation.terms.dropFirst().allSatisfy({ $0.factor > 0 })
        else { continue }
        let height = equation.terms.dropFirst().reduce(0) { max($0, heights[$1.cell]) } + 1
        if height > heights[total.cell] {
          heights[total.cell] = height
          isChanged = true
        }
      }
      if !isChanged { break }
    }
    self.heights = heights
  }
}
