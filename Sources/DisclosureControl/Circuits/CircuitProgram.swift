import CClp

/// Finds cheap circuits through a cell of any system of equations, by linear programs: a circuit is a flow in which the cell changes by as much as it
/// must, each cell that is not hidden yet costs what it is worth in proportion to its flow, and the costs are then turned to what the flow was
/// (slope scaling, Kim and Pardalos 1999), for the price is paid as a whole.
///
/// Source of the program: Kelly, Golden and Assad, *Cell suppression: disclosure protection for sensitive tabular data*, Networks 22 (1992).
final class CircuitProgram: CircuitFinder {
  /// By cell: its column; -1 where it cannot change. Cells that always change alike share one.
  private let columnOf: [Int32]
  private let members: [[Int32]]
  /// Of each column, the columns that stand with it in an equation, an equation after another.
  private let neighbours: [[[Int32]]]
  /// Over columns.
  private let equations: [[(column: Int, factor: Int)]]
  private let model: UnsafeMutableRawPointer
  /// First what each column rises, then what it falls.
  private var lower: [Double]
  private var upper: [Double]
  private var costs: [Double]
  private let scale: Double

  /// How often costs follow the flow.
  private static let turns = 2
  /// What a cell that is hidden already costs, of the dearest: so little that no other is hidden for it, and enough to keep circuits short.
  private static let tiny = 1e-5

  init(_ table: CellTable, _ system: CellEquations, isKnown: [Bool], worth: [Int]) {
    scale = Double(max(1, worth.max() ?? 1))
    // What cannot change leaves its equations; where two terms are left they change alike, where one is left it cannot change.
    var isFixed = isKnown.indices.map { table.isEmpty($0) || isKnown[$0] }
    var leaders = DisjointCells(isFixed.count)
    var reduced: [[(column: Int, factor: Int)]] = []
    var isChanged = true
    while isChanged {
      isChanged = false
      reduced.removeAll(keepingCapacity: true)
      for equation in system.equations {
        var factors: [Int: Int] = [:]
        for term in equation.terms where !isFixed[leaders.find(term.cell)] {
          factors[leaders.find(term.cell), default: 0] += term.factor
        }
        let terms = factors.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        if terms.count == 1 {
          isFixed[terms[0].key] = true
          isChanged = true
        } else if terms.count == 2, terms[0].value == -terms[1].value {
          // A cell that others are known by is known itself.
          leaders.join(terms[0].key, terms[1].key)
          isChanged = true
        } else if !terms.isEmpty {
          reduced.append(terms.map { ($0.key, $0.value) })
        }
      }
    }
    var columnOf = [Int32](repeating: -1, count: isFixed.count)
    var members: [[Int32]] = []
    for cell in isFixed.indices {
      let leader = leaders.find(cell)
      if isFixed[leader] || isFixed[cell] { continue }
      if columnOf[leader] < 0 {
        columnOf[leader] = Int32(members.count)
        members.append([])
      }
      columnOf[cell] = columnOf[leader]
      members[Int(columnOf[leader])].append(Int32(cell))
    }
    self.columnOf = columnOf
    self.members = members
    let equations = reduced.map { terms in
      terms.map { (column: Int(columnOf[$0.column]), factor: $0.factor) }
    }
    self.equations = equations
    var neighbours = [[[Int32]]](repeating: [], count: members.count)
    for terms in equations {
      let columns = terms.map { Int32($0.column) }
      for column in columns { neighbours[Int(column)].append(columns) }
    }
    self.neighbours = neighbours
    let count = members.count
    lower = [Double](repeating: 0, count: 2 * count)
    upper = lower
    costs = lower
    model = Clp_newModel()
    Clp_setLogLevel(model, 0)
    Clp_scaling(model, 0)
    Clp_resize(model, 0, Int32(2 * count))
    var starts: [Int32] = [0]
    var columns: [Int32] = []
    var factors: [Double] = []
    for terms in equations {
      for (column, factor) in terms {
        columns += [Int32(column), Int32(count + column)]
        factors += [Double(factor), -Double(factor)]
      }
      starts.append(Int32(columns.count))
    }
    let zeros = [Double](repeating: 0, count: equations.count)
    Clp_addRows(model, Int32(equations.count), zeros, zeros, starts, columns, factors)
    super.init(rooms: CircuitFinder.rooms(of: table, isKnown: isKnown))
  }

  deinit { Clp_deleteModel(model) }

  override func circuit(
    _ demand: Demand, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    let target = Int(columnOf[demand.cell])
    guard target >= 0, budget > 0, leastPrice(target) < budget else { return nil }
    if neighbours[target].isEmpty {
      // Nothing else has to do with it. (Nor does Clp solve a program without a row.)
      let isFree = members[target].allSatisfy { barred[Int($0)] == 0 }
      return isFree ? (Circuit(members[target].map { ($0, 1) }), price(target)) : nil
    }
    if demand.needsUp, demand.needsDown, demand.up == demand.down,
      let found = flow(target, demand.up, mayRise: false, mayFall: false, below: budget)
    {
      return found
    }
    return demand.needsUp || !demand.needsDown
      ? flow(target, max(1, demand.up), mayRise: true, mayFall: false, below: budget)
      : flow(target, max(1, demand.down), mayRise: false, mayFall: true, below: budget)
  }

  private func price(_ column: Int) -> Int {
    members[column].reduce(0) { $0 + price[Int($1)] }
  }

  /// What any circuit costs at least: in each equation of the cell another must change with it.
  private func leastPrice(_ target: Int) -> Int {
    let own = price(target)
    var least = own
    for columns in neighbours[target] {
      var other = Int.max
      for column in columns where Int(column) != target {
        other = min(other, price(Int(column)))
        if other == 0 { break }
      }
      if other < .max { least = max(least, own + other) }
    }
    return least
  }

  /// The cheapest flow that is found in which a column rises by an amount; none falls further than it can, and without `mayRise` none rises further either,
  /// so that the flow can be turned round. With `mayFall` only the turned flow is wanted.
  private func flow(
    _ target: Int, _ amount: Int, mayRise: Bool, mayFall: Bool, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    let count = members.count
    let need = Double(amount)
    for column in 0..<count {
      var room = Int.max / 4
      var barred: UInt8 = 0
      for cell in members[column] {
        room = min(room, self.room[Int(cell)])
        barred |= self.barred[Int(cell)]
      }
      let most = Double(max(0, room))
      upper[column] = barred & 1 != 0 ? 0 : mayRise ? 64 * need : most
      upper[count + column] = barred & 2 != 0 ? 0 : mayFall ? 64 * need : most
      let cost = Double(price(column)) / scale + Self.tiny
      for side in [column, count + column] {
        costs[side] = cost / max(1, min(need, upper[side]))
      }
    }
    // The target rises as far as it must when that is worth the budget; no more.
    upper[target] = need
    upper[count + target] = 0
    costs[target] = -(budget == .max ? 1e4 : Double(budget) / scale + 1) / need
    Clp_chgColumnLower(model, lower)
    Clp_chgColumnUpper(model, upper)
    var best: (circuit: Circuit, price: Int)?
    for turn in 0...Self.turns {
      Clp_chgObjCoefficients(model, costs)
      Clp_setOptimizationDirection(model, 1)
      Clp_primal(model, 0)
      guard Clp_status(model) == 0, let solution = Clp_primalColumnSolution(model),
        solution[target] > need - 0.5
      else { break }
      guard let (circuit, total) = circuit(solution) else { break }
      if total < best?.price ?? budget { best = (circuit, total) }
      if turn == Self.turns { break }
      var isTurned = false
      for column in 0..<count where column != target {
        let flow = solution[column] - solution[count + column]
        guard abs(flow) > 0.5, abs(abs(flow) - need) > 0.5 else { continue }
        let cost = (Double(price(column)) / scale + Self.tiny) / abs(flow)
        costs[column] = cost
        costs[count + column] = cost
        isTurned = true
      }
      if !isTurned { break }
    }
    // What is found in fractions only may be there in whole numbers; dear, so only where something must be found.
    if best == nil, budget == .max { best = wholeFlow(target, amount) }
    return best
  }

  /// The cheapest flow in whole numbers, with the bounds and costs of the last program.
  private func wholeFlow(_ target: Int, _ amount: Int) -> (circuit: Circuit, price: Int)? {
    let count = members.count
    var program = IntegerProgram()
    for side in 0..<2 * count {
      let least = side == target ? Double(amount) : 0
      program.addColumn(least, upper[side], cost: side == target ? 0 : max(0, costs[side]))
    }
    for terms in equations {
      program.addRow(
        terms.map { ($0.column, Double($0.factor)) }
          + terms.map { (count + $0.column, -Double($0.factor)) }, .equal, 0)
    }
    guard let solution = program.solved(nodes: 500, gap: 0.1) else { return nil }
    return solution.withUnsafeBufferPointer { $0.baseAddress.flatMap(circuit) }
  }

  /// A solution in whole numbers that keeps every equation, and what it costs.
  private func circuit(_ solution: UnsafePointer<Double>) -> (Circuit, Int)? {
    let count = members.count
    for times in [1, 2, 3, 4, 6, 12] {
      var steps = [Int](repeating: 0, count: count)
      var isWhole = true
      for column in 0..<count {
        let flow = (solution[column] - solution[count + column]) * Double(times)
        let whole = flow.rounded()
        if abs(flow - whole) > 1e-5 * max(1, abs(flow)) || abs(whole) > 0x1p30 {
          isWhole = false
          break
        }
        steps[column] = Int(whole)
      }
      guard isWhole,
        equations.allSatisfy({ $0.reduce(0) { $0 + $1.factor * steps[$1.column] } == 0 })
      else { continue }
      var changes: [(cell: Int32, step: Int)] = []
      var total = 0
      for column in 0..<count where steps[column] != 0 {
        total += price(column)
        for cell in members[column] { changes.append((cell, steps[column])) }
      }
      return (Circuit(changes), total)
    }
    return nil
  }
}
