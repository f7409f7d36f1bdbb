/// Finds cheap circuits through a cell of several tables that share cells: within one table, as long as no cell changes that others add up, and by a linear program
/// over all of them otherwise.
final class LinkedSearch: CircuitFinder {
  private struct Member {
    let search: CircuitSearch
    let cells: [Int]
  }

  private let members: [Member]
  /// By cell, a table that has all sums in which it stands, and where; nil when none has.
  private let places: [(member: Int, cell: Int)?]
  private let program: CircuitProgram

  init(
    _ table: CellTable, _ equations: CellEquations, _ tables: [LinkedTable], isKnown: [Bool],
    worth: [Int]
  ) {
    var places = [(member: Int, cell: Int)?](repeating: nil, count: table.cellCount)
    for (number, member) in tables.enumerated() {
      var sums = [Int](repeating: 0, count: member.cells.count)
      member.structure.forEachSum { total, parts in
        sums[total] += 1
        for part in parts { sums[part] += 1 }
      }
      for (cell, joint) in member.cells.enumerated()
      where sums[cell] == equations.ofCell[joint].count { places[joint] = (number, cell) }
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
    program.bar(bits, cell, isBarred)
    if let (member, place) = places[cell] { members[member].search.bar(bits, place, isBarred) }
  }

  override func circuit(
    _ demand: Demand, below budget: Int
  ) -> (circuit: Circuit, price: Int)? {
    if let (member, place) = places[demand.cell] {
      var inside = demand
      inside.cell = place
      if let (circuit, price) = members[member].search.circuit(inside, below: budget) {
        let cells = members[member].cells
        return (
          Circuit(zip(circuit.cells, circuit.steps).map { (Int32(cells[Int($0)]), $1) }), price
        )
      }
    }
    return program.circuit(demand, below: budget)
  }
}
