/// Finds cheap circuits through a cell of several tables that share cells: within one table, as long as no cell changes that others add up, and by a linear program
/// over all of them otherwise. What changed since a table was published before follows the cell of now, or of then.
final class LinkedSearch: CircuitFinder {
  private struct Member {
    let search: CircuitSearch
    let cells: [Int]
  }

  private let members: [Member]
  /// By cell, a table that has all sums in which it stands, and where; nil when none has. What follows it does not count.
  private let places: [(member: Int, cell: Int)?]
  /// By cell, those of no table that stand in one equation with it and another, and nowhere else: they change as it does (1) or the other way (-1).
  private var followers: [Int: [(cell: Int, sign: Int)]] = [:]
  /// By cell that follows, which it follows.
  private var leaders: [Int: [(cell: Int, sign: Int)]] = [:]
  private let program: CircuitProgram
  /// How many cells may not change one way only, as seen from the cell that is asked for.
  private var oneWayBars = 0

  init(
    _ table: CellTable, _ equations: CellEquations, _ tables: [LinkedTable], isKnown: [Bool],
    worth: [Int]
  ) {
    var isInTable = [Bool](repeating: false, count: table.cellCount)
    for cell in tables.lazy.flatMap(\.cells) { isInTable[cell] = true }
    for equation in equations.equations where equation.terms.count == 3 {
      for term in equation.terms
      where !isInTable[term.cell] && equations.ofCell[term.cell].count == 1 {
        for other in equation.terms where other.cell != term.cell {
          let sign = -other.factor * term.factor
          followers[other.cell, default: []].append((term.cell, sign))
          leaders[term.cell, default: []].append((other.cell, sign))
        }
      }
    }
    var places = [(member: Int, cell: Int)?](repeating: nil, count: table.cellCount)
    for (number, member) in tables.enumerated() {
      var sums = [Int](repeating: 0, count: member.cells.count)
      member.structure.forEachSum { total, parts in
        sums[total] += 1
        for part in parts { sums[part] += 1 }
      }
      for (cell, joint) in member.cells.enumerated()
      where sums[cell] + (followers[joint]?.count ?? 0) == equations.ofCell[joint].count {
        places[joint] = (number, cell)
      }
    }
    self.places = places
    members = tables.enumerated().map { number, member in
      Member(
        search: CircuitSearch(
          member.structure,
          rooms: member.cells.map {
            places[$0]?.member == number
              ? CircuitFinder.room(of: $0, in: table, isKnown: isKnown) : -1
          }), cells: member.cells)
    }
    program = CircuitProgram(
      table, equations, isKnown: isKnown, worth: worth, isSearched: places.map { $0 != nil })
    super.init(rooms: CircuitFinder.rooms(of: table, isKnown: isKnown))
  }

  override func set(price: Int, of cell: Int) {
    super.set(price: price, of: cell)
    program.set(price: price, of: cell)
    if let (member, place) = places[cell] { members[member].search.set(price: price, of: place) }
  }

  override func bar(_ bits: UInt8, _ cell: Int, _ isBarred: Bool) {
    super.bar(bits, cell, isBarred)
    if bits != 3 { oneWayBars += isBarred ? 1 : -1 }
    program.bar(bits, cell, isBarred)
    if let (member, place) = places[cell] { members[member].search.bar(bits, place, isBarred) }
  }

  override func circuit(
    _ demand: Demand, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    if let found = circuitInTable(demand, below: budget) { return found }
    // Ways are those of the cell that is asked for: another that goes against it cannot stand for it then.
    for leader in leaders[demand.cell] ?? [] where leader.sign > 0 || oneWayBars == 0 {
      let led = leader.sign > 0 ? demand : demand.reversed
      if let (circuit, price) = circuitInTable(led.of(leader.cell), below: budget) {
        return (leader.sign > 0 ? circuit : circuit.reversed, price)
      }
    }
    return program.circuit(demand, below: budget)
  }

  override func isHeldFast(_ cell: Int) -> Bool { program.isHeldFast(cell) }

  /// A circuit within the table of a cell, and what follows it.
  private func circuitInTable(
    _ demand: Demand, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    guard let (member, place) = places[demand.cell],
      case (let inside, let price)? = members[member].search.circuit(
        demand.of(place), below: budget)
    else { return nil }
    let cells = members[member].cells
    var changes = zip(inside.cells, inside.steps).map { (cell: Int32(cells[Int($0)]), step: $1) }
    var total = price
    let own = inside.step(of: place)
    /// How often the circuit is followed to come so far.
    func times(_ far: Int) -> Int { (far + own - 1) / own }
    for (cell, step) in changes {
      for follower in followers[Int(cell)] ?? [] {
        let step = step * follower.sign
        let far = step > 0 ? step * times(demand.down) : -step * times(demand.up)
        guard room[follower.cell] >= far, barred[follower.cell] & (step > 0 ? 1 : 2) == 0 else {
          return nil
        }
        total += self.price[follower.cell]
        changes.append((Int32(follower.cell), step))
      }
    }
    return total < budget ? (Circuit(changes), total) : nil
  }
}
