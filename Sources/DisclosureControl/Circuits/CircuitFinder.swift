/// Finds cheap circuits through a cell. Not for two threads at once.
class CircuitFinder {
  /// What is asked for: a circuit that changes `cell`, and that can be followed `up` upwards and `down` downwards before an amount is negative.
  struct Demand {
    let cell: Int
    let up: Int
    let down: Int
    /// Which of the two no other circuit gives yet.
    var needsUp = true
    var needsDown = true

    /// The same of another cell.
    func of(_ cell: Int) -> Demand {
      Demand(cell: cell, up: up, down: down, needsUp: needsUp, needsDown: needsDown)
    }

    /// The same with up and down exchanged.
    var reversed: Demand {
      Demand(cell: cell, up: down, down: up, needsUp: needsDown, needsDown: needsUp)
    }

    /// The same upwards or downwards only.
    func oneWay(up isUp: Bool) -> Demand {
      Demand(
        cell: cell, up: isUp ? up : 0, down: isUp ? 0 : down, needsUp: isUp, needsDown: !isUp)
    }
  }

  /// By cell: what it costs to hide it; 0 when it is hidden.
  let price: UnsafeMutablePointer<Int>
  /// By cell: how far its amount can fall; negative where it cannot change at all.
  let room: UnsafeMutablePointer<Int>
  /// By cell: bit 0, it may not rise together with the cell that is asked for; bit 1, it may not fall.
  let barred: UnsafeMutablePointer<UInt8>

  /// - Parameter rooms: by cell.
  init(rooms: [Int]) {
    price = .allocate(capacity: rooms.count)
    room = .allocate(capacity: rooms.count)
    barred = .allocate(capacity: rooms.count)
    price.initialize(repeating: 0, count: rooms.count)
    barred.initialize(repeating: 0, count: rooms.count)
    for (cell, far) in rooms.enumerated() { room[cell] = far }
  }

  /// By cell of a table, how far it can fall; `isKnown`: whether it is known whatever is hidden.
  static func rooms(of table: CellTable, isKnown: [Bool]) -> [Int] {
    table.values.indices.map { room(of: $0, in: table, isKnown: isKnown) }
  }

  /// How far the amount of a cell can fall; negative where it cannot change at all.
  static func room(of cell: Int, in table: CellTable, isKnown: [Bool]) -> Int {
    // Nothing is there, and everybody knows it.
    if table.isEmpty(cell) || isKnown[cell] { return -1 }
    return table.hasNegative ? .max / 4 : table.values[cell]
  }

  deinit {
    price.deallocate()
    room.deallocate()
    barred.deallocate()
  }

  /// What it costs to hide a cell from now on; nothing when it is hidden.
  func set(price: Int, of cell: Int) { self.price[cell] = price }

  /// Sets or takes away bits of `barred`.
  func bar(_ bits: UInt8, _ cell: Int, _ isBarred: Bool) {
    if isBarred { barred[cell] |= bits } else { barred[cell] &= ~bits }
  }

  /// The cheapest circuit that is found for less than a budget.
  ///
  /// - Returns: its changes, upwards in the cell that is asked for, and its price; nil when none was found.
  func circuit(_ demand: Demand, below budget: Int) -> (circuit: Circuit, price: Int)? { nil }

  /// Whether it is certain that no circuit changes a cell, whatever it costs and however far the others change.
  func isHeldFast(_ cell: Int) -> Bool { false }

  /// What any circuit through a cell costs at least, as far as that is easy to see; no less than `limit` when it is not below that.
  func leastPrice(through cell: Int, below limit: Int) -> Int { 0 }
}
