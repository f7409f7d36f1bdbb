import CClp

/// Finds cheap circuits through a cell of any system of equations, by linear programs: a circuit is a flow in which the cell changes by as much as it
/// must, each cell that is not hidden yet costs what it is worth in proportion to its flow, and the costs are then turned to what the flow was
/// (slope scaling, Kim and Pardalos 1999), for the price is paid as a whole.
///
/// A program has the cells that are nearest and cost least; more when these do not do. Without any flow only the equations of the cell do not hold: from
/// there the dual simplex method mends them one after another.
///
/// Source of the program: Kelly, Golden and Assad, *Cell suppression: disclosure protection for sensitive tabular data*, Networks 22 (1992).
final class CircuitProgram: CircuitFinder {
  private let columns: CircuitColumns
  private var neighbourhood: CircuitNeighbourhood
  /// By column, of its cells together: what they cost, how far they can fall, and what bars them.
  private let prices: UnsafeMutablePointer<Int>
  private let rooms: UnsafeMutablePointer<Int>
  private let bars: UnsafeMutablePointer<UInt8>
  private let scale: Double
  /// By cell, whether another search has been at it.
  private let isSearched: [Bool]
  /// Tells one set of bars from another.
  private var barsKey: UInt64 = 0
  /// What cannot change at all, by what was barred then.
  private var heldFast: Set<Held> = []

  private struct Held: Hashable {
    let column: Int
    let barsKey: UInt64
  }

  /// How many columns a program has: of some the cheapest circuit is sought in more, of none in all.
  private static let sizes = [1000, 6000, Int.max]
  /// In how many columns around a flow in fractions one in whole numbers is sought first.
  private static let around = [1500, 3000]
  /// The same where a circuit is there and less can be lost: many such programs are solved, most for nothing. Of a cell that other searches know little of, and
  /// among few cells, it may be more.
  private static let near = (ofSearched: 200, ofOthers: 1000)
  private static let few = 3000
  /// How many steps more a column counts for that the flow in fractions does not change.
  private static let detour = 4
  /// How often costs follow the flow.
  private static let turns = 2
  /// How often a flow in fractions is rounded in one column.
  private static let dives = 60
  /// What a cell that is hidden already costs, of the dearest: so little that no other is hidden for it, and enough to keep circuits short.
  private static let tiny = 1e-5

  /// - Parameters:
  ///   - table: all cells.
  ///   - system: what holds between them.
  ///   - isKnown: by cell, whether it is known whatever is hidden.
  ///   - worth: by cell, what is lost with it.
  ///   - isSearched: by cell, whether programs come after another search.
  init(
    _ table: CellTable, _ system: CellEquations, isKnown: [Bool], worth: [Int],
    isSearched: [Bool]
  ) {
    scale = Double(max(1, worth.max() ?? 1))
    self.isSearched = table.cellCount <= Self.few ? isSearched.map { _ in false } : isSearched
    let cellRooms = CircuitFinder.rooms(of: table, isKnown: isKnown)
    columns = CircuitColumns(system, isFixed: cellRooms.map { $0 < 0 })
    let count = columns.count
    prices = .allocate(capacity: max(1, count))
    rooms = .allocate(capacity: max(1, count))
    bars = .allocate(capacity: max(1, count))
    prices.initialize(repeating: 0, count: count)
    bars.initialize(repeating: 0, count: count)
    for (column, cells) in columns.members.enumerated() {
      rooms[column] = cells.reduce(.max / 4) { min($0, cellRooms[Int($1)]) }
    }
    // A step counts for as much as most cells are worth.
    let worths = columns.members.map { $0.reduce(0) { $0 + worth[Int($1)] } }.sorted()
    neighbourhood = CircuitNeighbourhood(
      columns, stride: max(1, worths.isEmpty ? 1 : worths[worths.count / 2]))
    super.init(rooms: cellRooms)
  }

  deinit {
    prices.deallocate()
    rooms.deallocate()
    bars.deallocate()
  }

  override func set(price: Int, of cell: Int) {
    let column = Int(columns.ofCell[cell])
    if column >= 0 { prices[column] += price - self.price[cell] }
    super.set(price: price, of: cell)
  }

  override func bar(_ bits: UInt8, _ cell: Int, _ isBarred: Bool) {
    super.bar(bits, cell, isBarred)
    let column = Int(columns.ofCell[cell])
    if column < 0 { return }
    barsKey ^= Self.key(column, bars[column])
    bars[column] = columns.members[column].reduce(0) { $0 | barred[Int($1)] }
    barsKey ^= Self.key(column, bars[column])
  }

  /// A number for a column and what bars it, like no other (Steele, Lea and Flood 2014).
  private static func key(_ column: Int, _ bits: UInt8) -> UInt64 {
    if bits == 0 { return 0 }
    var key = UInt64(4 * column + Int(bits)) &* 0x9E37_79B9_7F4A_7C15
    key = (key ^ (key >> 30)) &* 0xBF58_476D_1CE4_E5B9
    key = (key ^ (key >> 27)) &* 0x94D0_49BB_1331_11EB
    return key ^ (key >> 31)
  }

  override func circuit(
    _ demand: Demand, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    let target = Int(columns.ofCell[demand.cell])
    guard target >= 0, budget > 0, leastPrice(target) < budget,
      !heldFast.contains(Held(column: target, barsKey: barsKey))
    else { return nil }
    let near = isSearched[demand.cell] ? Self.near.ofSearched : Self.near.ofOthers
    let sizes = budget < .max ? [near] : Self.sizes
    if columns.equations(of: target).isEmpty {
      // Nothing else has to do with it. (Nor does Clp solve a program without a row.)
      return bars[target] == 0
        ? (Circuit(columns.members[target].map { ($0, 1) }), prices[target]) : nil
    }
    if demand.needsUp, demand.needsDown, demand.up == demand.down,
      let found = flow(Flow(target, demand.up), below: budget, sizes)
    {
      return found
    }
    return demand.needsUp || !demand.needsDown
      ? flow(Flow(target, max(1, demand.up), mayRise: true), below: budget, sizes)
      : flow(Flow(target, max(1, demand.down), mayFall: true), below: budget, sizes)
  }

  /// What any circuit costs at least: in each equation of the cell another must change with it.
  private func leastPrice(_ target: Int) -> Int {
    var least = prices[target]
    for entry in columns.equations(of: target) {
      var other = Int.max
      for term in columns.terms(Int(columns.equations[entry])) {
        let column = Int(columns.columns[term])
        if column != target, bars[column] != 3 { other = min(other, prices[column]) }
        if other == 0 { break }
      }
      if other == .max { return .max }
      least = max(least, prices[target] + other)
    }
    return least
  }

  // MARK: Programs

  /// A flow in which a column rises by an amount. None falls further than it can, and without `mayRise` none rises further either, so that the flow can be
  /// turned round; with `mayFall` only the turned flow is wanted.
  private struct Flow {
    let target: Int
    let amount: Int
    let mayRise: Bool
    let mayFall: Bool

    init(_ target: Int, _ amount: Int, mayRise: Bool = false, mayFall: Bool = false) {
      (self.target, self.amount) = (target, amount)
      (self.mayRise, self.mayFall) = (mayRise, mayFall)
    }
  }

  /// How far a column can rise and fall in a flow.
  private func bounds(_ column: Int, _ flow: Flow) -> (rise: Int, fall: Int) {
    let far = flow.amount.multipliedReportingOverflow(by: 64)
    let most = far.overflow ? Int.max : far.partialValue
    return (
      bars[column] & 1 != 0 ? 0 : flow.mayRise ? most : rooms[column],
      bars[column] & 2 != 0 ? 0 : flow.mayFall ? most : rooms[column]
    )
  }

  /// The cheapest flow that is found.
  private func flow(
    _ flow: Flow, below budget: Int, _ sizes: [Int]
  ) -> (circuit: Circuit, price: Int)? {
    var best: (circuit: Circuit, price: Int)?
    for (number, size) in sizes.enumerated() {
      if size == .max, barsKey != 0, isHeldFast(column: flow.target) { return nil }
      let limit = best?.price ?? budget
      let isAll = gather(flow, atMost: size, below: limit)
      if isAll != nil {
        let (found, fractions) = LocalProgram(self, flow, below: limit).solved()
        if let found {
          best = found
        } else if best == nil, !fractions.isEmpty {
          best = whole(flow, like: fractions, atMost: size, below: limit)
        }
      }
      // All columns are for what is found in no other way.
      if isAll == true || best?.price == 0 || best != nil && number > 0 { break }
    }
    return best
  }

  /// A flow in whole numbers where one in fractions is known: it is sought where that flows and near by, for among few columns that takes little time, then
  /// among as many as that was found in.
  private func whole(
    _ flow: Flow, like fractions: [Int], atMost size: Int, below limit: Int
  ) -> (circuit: Circuit, price: Int)? {
    let isAlong = Set(fractions)
    for around in Self.around where around < size {
      if gather(flow, atMost: around, below: limit, along: isAlong) != nil,
        let found = LocalProgram(self, flow, below: limit).solvedInWhole()
      {
        return found
      }
    }
    return gather(flow, atMost: size, below: limit) == nil
      ? nil : LocalProgram(self, flow, below: limit).solvedInWhole()
  }

  /// The columns around the one that is asked for, those first along which something flows.
  ///
  /// - Returns: whether these are all that there are; nil when an equation holds it fast.
  private func gather(
    _ flow: Flow, atMost size: Int, below limit: Int, along isAlong: Set<Int> = []
  ) -> Bool? {
    let (prices, rooms, bars) = (prices, rooms, bars)
    let detour = isAlong.isEmpty ? 0 : Self.detour * neighbourhood.stride
    return neighbourhood.gather(around: flow.target, atMost: size) { column in
      if !isAlong.isEmpty, isAlong.contains(column) { return 0 }
      let hasRoom = rooms[column] > 0
      let canRise = bars[column] & 1 == 0 && (hasRoom || flow.mayRise)
      let canFall = bars[column] & 2 == 0 && (hasRoom || flow.mayFall)
      return (canRise || canFall) && prices[column] < limit ? prices[column] + detour : -1
    }
  }

  override func isHeldFast(_ cell: Int) -> Bool {
    let column = Int(columns.ofCell[cell])
    return column < 0 || isHeldFast(column: column)
  }

  private func isHeldFast(column target: Int) -> Bool {
    if columns.equations(of: target).isEmpty { return bars[target] == 3 }
    let held = Held(column: target, barsKey: barsKey)
    if heldFast.contains(held) { return true }
    let free = Flow(target, 1, mayRise: true, mayFall: true)
    let isHeld =
      gather(free, atMost: .max, below: .max) == nil
      || LocalProgram(self, free, below: .max).isWithoutFlow()
    if isHeld { heldFast.insert(held) }
    return isHeld
  }

  /// The program of a neighbourhood.
  private struct LocalProgram: ~Copyable {
    private let finder: CircuitProgram
    private let flow: Flow
    private let budget: Int
    private let model: UnsafeMutableRawPointer
    /// The first is the one that is asked for.
    private let columns: [Int]
    /// By column, what it rises and what it falls.
    private var lower: [Double]
    private var upper: [Double]
    private var costs: [Double]

    init(_ finder: CircuitProgram, _ flow: Flow, below budget: Int) {
      self.finder = finder
      self.flow = flow
      self.budget = budget
      columns = Array(finder.neighbourhood.columns)
      let need = Double(flow.amount)
      let system = finder.columns
      var starts: [Int32] = [0]
      var places: [Int32] = []
      var factors: [Double] = []
      var (upper, costs): ([Double], [Double]) = ([], [])
      for column in columns {
        let bounds = finder.bounds(column, flow)
        let cost = finder.cost(of: column)
        for (sign, bound) in [(1, Double(bounds.rise)), (-1, Double(bounds.fall))] {
          upper.append(bound)
          costs.append(cost / max(1, min(need, bound)))
          for entry in system.equations(of: column) {
            places.append(Int32(finder.neighbourhood.place(of: system.equations[entry])))
            factors.append(Double(sign * system.factors[entry]))
          }
          starts.append(Int32(places.count))
        }
      }
      lower = [Double](repeating: 0, count: upper.count)
      (lower[0], upper[0], upper[1], costs[0]) = (need, need, 0, 0)
      self.upper = upper
      self.costs = costs
      model = Clp_newModel()
      Clp_setLogLevel(model, 0)
      Clp_scaling(model, 0)
      let zeros = [Double](repeating: 0, count: finder.neighbourhood.equations.count)
      Clp_loadProblem(
        model, Int32(upper.count), Int32(zeros.count), starts, places, factors, lower, upper,
        costs, zeros, zeros)
      Clp_setOptimizationDirection(model, 1)
      if budget < .max { Clp_setDualObjectiveLimit(model, Double(budget) / finder.scale + 1) }
    }

    deinit { Clp_deleteModel(model) }

    /// What flows, when the program has a solution.
    private var solution: UnsafeMutablePointer<Double>? {
      Clp_status(model) == 0 ? Clp_primalColumnSolution(model) : nil
    }

    /// The cheapest circuit that is found; where all is in fractions and there are many columns, those that flow.
    consuming func solved() -> (found: (circuit: Circuit, price: Int)?, fractions: [Int]) {
      let need = Double(flow.amount)
      var best: (circuit: Circuit, price: Int)?
      Clp_dual(model, 0)
      for turn in 0...CircuitProgram.turns {
        guard let solution else { break }
        guard let found = circuit(solution) else { break }
        if found.price < best?.price ?? budget { best = found }
        if turn == CircuitProgram.turns { break }
        var isTurned = false
        for place in 1..<columns.count {
          let flow = abs(solution[2 * place] - solution[2 * place + 1])
          guard flow > 0.5, abs(flow - need) > 0.5 else { continue }
          let cost = finder.cost(of: columns[place]) / flow
          costs[2 * place] = cost
          costs[2 * place + 1] = cost
          isTurned = true
        }
        if !isTurned { break }
        Clp_chgObjCoefficients(model, costs)
        Clp_primal(model, 0)
      }
      guard best == nil, let solution else { return (best, []) }
      if columns.count <= CircuitProgram.around[0] { return (whole(), []) }
      return (
        nil,
        columns.indices.filter { abs(solution[2 * $0] - solution[2 * $0 + 1]) > 1e-5 }
          .map { columns[$0] }
      )
    }

    /// Whether nothing can flow.
    consuming func isWithoutFlow() -> Bool {
      Clp_dual(model, 0)
      return Clp_status(model) == 1
    }

    consuming func solvedInWhole() -> (circuit: Circuit, price: Int)? {
      Clp_dual(model, 0)
      return whole()
    }

    /// What is found in fractions only may be there in whole numbers: the largest fraction is rounded, and what follows from it seen, until none is left.
    private mutating func whole() -> (circuit: Circuit, price: Int)? {
      for _ in 0..<CircuitProgram.dives {
        guard let solution else { return nil }
        if let found = circuit(solution) { return found.price < budget ? found : nil }
        var choice: (place: Int, flow: Double)?
        for place in 1..<columns.count {
          let flow = solution[2 * place] - solution[2 * place + 1]
          if abs(flow - flow.rounded()) > 1e-5, abs(flow) > abs(choice?.flow ?? 0) + 1e-9 {
            choice = (place, flow)
          }
        }
        guard let (place, flow) = choice else { return nil }
        let before = (lower, upper)
        for step in [flow.rounded(.awayFromZero), flow.rounded(.towardZero)] {
          (lower, upper) = before
          for (side, most) in [(2 * place, step), (2 * place + 1, -step)] {
            lower[side] = max(0, most)
            upper[side] = max(0, most)
          }
          Clp_chgColumnLower(model, lower)
          Clp_chgColumnUpper(model, upper)
          Clp_dual(model, 0)
          if Clp_status(model) == 0 { break }
        }
      }
      return nil
    }

    /// A solution in whole numbers that keeps every equation and reaches as far as it must, and what it costs.
    private func circuit(
      _ solution: UnsafePointer<Double>
    ) -> (circuit: Circuit, price: Int)? {
      for times in [1, 2, 3, 4, 6, 12] {
        var steps = [Int](repeating: 0, count: columns.count)
        var isWhole = true
        for place in columns.indices {
          let flow = (solution[2 * place] - solution[2 * place + 1]) * Double(times)
          let whole = flow.rounded()
          if abs(flow - whole) > 1e-5 * max(1, abs(flow)) || abs(whole) > 0x1p30 {
            isWhole = false
            break
          }
          steps[place] = Int(whole)
        }
        guard isWhole, keepsSums(steps), reaches(steps) else { continue }
        var changes: [(cell: Int32, step: Int)] = []
        var price = 0
        for (place, column) in columns.enumerated() where steps[place] != 0 {
          price += finder.prices[column]
          for cell in finder.columns.members[column] { changes.append((cell, steps[place])) }
        }
        return (Circuit(changes), price)
      }
      return nil
    }

    private func keepsSums(_ steps: [Int]) -> Bool {
      let system = finder.columns
      var sums = [Int](repeating: 0, count: finder.neighbourhood.equations.count)
      for (place, column) in columns.enumerated() where steps[place] != 0 {
        for entry in system.equations(of: column) {
          let equation = finder.neighbourhood.place(of: system.equations[entry])
          sums[equation] += system.factors[entry] * steps[place]
        }
      }
      return sums.allSatisfy { $0 == 0 }
    }

    /// Whether it reaches the amount when it is followed in whole times, and turned round, where that is wanted.
    private func reaches(_ steps: [Int]) -> Bool {
      var (up, down) = (Int.max, Int.max)
      for (place, step) in steps.enumerated() where step != 0 {
        let times = finder.rooms[columns[place]] / abs(step)
        if step > 0 { down = min(down, times) } else { up = min(up, times) }
      }
      func isFar(_ times: Int) -> Bool { times > (flow.amount - 1) / steps[0] }
      return (flow.mayFall || isFar(up)) && (flow.mayRise || isFar(down))
    }
  }

  private func cost(of column: Int) -> Double { Double(prices[column]) / scale + Self.tiny }
}
