import CClp

/// The pattern of hidden cells by which least is lost, by an integer program: for small tables.
///
/// A variable a cell says whether it is hidden. For a pattern that leaves a sensitive cell too little room the attacker's linear program gives an inequality
/// that all safe patterns meet (its dual, with coefficients no larger than what is asked for); it is added, and the program solved
/// again until no attacker finds anything. Source: Fischetti and Salazar, *Models and algorithms for optimizing cell suppression in tabular
/// data with linear constraints*, Journal of the American Statistical Association 95 (2000). What the pattern is proved by are circuits, as
/// for every other.
package struct OptimalSuppression: Sendable {
  /// By cell.
  package let isHidden: [Bool]
  package let circuits: [Circuit]

  /// How often inequalities are added.
  private static let turns = 400
  /// Cells of a table that can be solved.
  package static let most = 3_000

  /// - Parameters:
  ///   - table: what is to be published.
  ///   - sensitive: what must not be known.
  ///   - worth: what is lost with each cell.
  ///   - isKnown: by cell, whether it is known whatever is hidden here.
  ///   - insiders: whether the only contributor of a cell, too, must not be able to compute another.
  /// - Throws: `DisclosureError` when the table is too large, or nothing protects it.
  package init(
    _ table: CellTable, sensitive: [SensitiveCell], worth: [Int], isKnown: [Bool]? = nil,
    insiders: Bool = true
  ) throws(DisclosureError) {
    guard table.cellCount <= Self.most else {
      throw DisclosureError(
        .shape,
        "\(table.cellCount) cells are too many for the optimal method, which takes \(Self.most)")
    }
    let isKnown = isKnown ?? [Bool](repeating: false, count: table.cellCount)
    let table = try table.asEquations()
    let rooms = CircuitFinder.rooms(of: table, isKnown: isKnown)
    let sensitive = sensitive.filter { rooms[$0.cell] >= 0 }
    var master = Master(rooms: rooms, sensitive: sensitive, worth: worth.map { max(1, $0) })
    let attack = Attack(table, rooms: rooms)
    table.sums.forEachEquation { terms, _ in master.addBridge(terms.map(\.cell)) }
    for _ in 0..<Self.turns {
      guard let hidden = master.solve() else {
        throw DisclosureError(.pattern, "no pattern protects the table")
      }
      var isCut = false
      for one in sensitive {
        for (need, isUp) in [(one.up, true), (one.down, false)] where need > 0 {
          if let cut = attack.cut(one.cell, need, isUp: isUp, isHidden: hidden, knowing: []) {
            master.add(cut)
            isCut = true
          }
        }
      }
      if isCut { continue }
      // Circuits within the pattern, and nothing beside it; programs find them when there are any.
      let proof = CellSuppression(
        table, sensitive: sensitive, worth: worth,
        isKnown: hidden.indices.map { !hidden[$0] || isKnown[$0] }, insiders: insiders, rounds: 0)
      let findings = SuppressionProof(
        table, sensitive: sensitive, isHidden: hidden, circuits: proof.circuits,
        insiders: insiders
      ).findings
      if findings.isEmpty {
        isHidden = hidden
        circuits = proof.circuits
        return
      }
      let soles = Set(hidden.indices.lazy.filter { hidden[$0] }.map { table.soleContributor[$0] })
        .filter { $0 >= 0 }.sorted()
      for finding in findings where finding.kind == .insider {
        for sole in soles where sole != table.soleContributor[finding.cell] {
          let known = table.soleContributor.indices.filter { table.soleContributor[$0] == sole }
          if let cut = attack.cut(finding.cell, 1, isUp: true, isHidden: hidden, knowing: known) {
            master.add(cut)
            isCut = true
          }
        }
      }
      // What cannot be proved with these cells needs another, whichever.
      if !isCut {
        master.add(
          Cut(
            terms: hidden.indices.filter { !hidden[$0] && rooms[$0] >= 0 }.map { ($0, 1) }, least: 1
          ))
      }
    }
    throw DisclosureError(.shape, "the table is too hard for the optimal method")
  }

  /// So much of these cells' variables, times their factors, at least.
  private struct Cut {
    var terms: [(cell: Int, factor: Double)]
    var least: Double
  }

  /// Which cells are hidden.
  private struct Master {
    private let rooms: [Int]
    private let isSensitive: [Bool]
    private let worth: [Int]
    private var cuts: [Cut] = []

    init(rooms: [Int], sensitive: [SensitiveCell], worth: [Int]) {
      (self.rooms, self.worth) = (rooms, worth)
      var isSensitive = [Bool](repeating: false, count: rooms.count)
      for one in sensitive { isSensitive[one.cell] = true }
      self.isSensitive = isSensitive
    }

    /// No cell is hidden alone in a sum.
    mutating func addBridge(_ cells: [Int]) {
      let open = cells.filter { rooms[$0] >= 0 }
      for cell in open {
        var terms = open.filter { $0 != cell }.map { (cell: $0, factor: 1.0) }
        if isSensitive[cell] {
          cuts.append(Cut(terms: terms, least: 1))
        } else {
          terms.append((cell, -1))
          cuts.append(Cut(terms: terms, least: 0))
        }
      }
    }

    mutating func add(_ cut: Cut) { cuts.append(cut) }

    func solve() -> [Bool]? {
      var program = IntegerProgram()
      for cell in rooms.indices {
        program.addColumn(
          isSensitive[cell] ? 1 : 0, rooms[cell] >= 0 ? 1 : 0, cost: Double(worth[cell]))
      }
      for cut in cuts {
        program.addRow(cut.terms.map { ($0.cell, $0.factor) }, .atLeast, cut.least)
      }
      return program.solved(nodes: 50_000)?.map { $0 > 0.5 }
    }
  }

  /// How far an attacker must leave a cell open, with a pattern.
  private final class Attack {
    private let rooms: [Int]
    private let model: UnsafeMutableRawPointer
    private let hasRows: Bool

    init(_ table: CellTable, rooms: [Int]) {
      self.rooms = rooms
      model = Clp_newModel()
      Clp_setLogLevel(model, 0)
      Clp_resize(model, 0, Int32(rooms.count))
      var starts: [Int32] = [0]
      var columns: [Int32] = []
      var factors: [Double] = []
      table.sums.forEachEquation { terms, _ in
        columns += terms.map { Int32($0.cell) }
        factors += terms.map { Double($0.factor) }
        starts.append(Int32(columns.count))
      }
      hasRows = starts.count > 1
      let zeros = [Double](repeating: 0, count: starts.count - 1)
      Clp_addRows(model, Int32(zeros.count), zeros, zeros, starts, columns, factors)
    }

    deinit { Clp_deleteModel(model) }

    /// What a pattern that leaves the cell so much room must meet; nil when this one does.
    func cut(
      _ target: Int, _ need: Int, isUp: Bool, isHidden: [Bool], knowing: [Int]
    ) -> Cut? {
      // Nothing else has to do with it; nor does Clp solve a program without a row.
      guard hasRows else { return nil }
      let need = Double(need)
      let sign = isUp ? 1.0 : -1.0
      var lower = [Double](repeating: 0, count: rooms.count)
      var upper = lower
      var objective = lower
      // As far as cells go when they are hidden; upwards without end, which is more than anybody asks for.
      func far(_ cell: Int, down: Bool) -> Double {
        rooms[cell] < 0 || knowing.contains(cell) ? 0 : down ? Double(rooms[cell]) : 1e9
      }
      for cell in rooms.indices where isHidden[cell] {
        lower[cell] = -far(cell, down: true)
        upper[cell] = far(cell, down: false)
      }
      if isUp {
        upper[target] = need
        lower[target] = 0
      } else {
        lower[target] = -need
        upper[target] = 0
      }
      objective[target] = -sign
      Clp_chgColumnLower(model, lower)
      Clp_chgColumnUpper(model, upper)
      Clp_chgObjCoefficients(model, objective)
      Clp_setOptimizationDirection(model, 1)
      Clp_primal(model, 0)
      guard Clp_status(model) == 0, -Clp_objectiveValue(model) < need * (1 - 1e-7),
        let reduced = Clp_getReducedCost(model)
      else { return nil }
      var terms: [(cell: Int, factor: Double)] = []
      for cell in rooms.indices where cell != target && abs(reduced[cell]) > 1e-9 {
        let factor = abs(reduced[cell]) * far(cell, down: reduced[cell] > 0)
        if factor > 0 { terms.append((cell, min(need, factor) / need)) }
      }
      return Cut(terms: terms, least: 1)
    }
  }
}
