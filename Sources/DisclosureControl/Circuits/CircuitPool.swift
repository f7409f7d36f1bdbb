/// The circuits that prove a pattern of hidden cells, by the cells that they change.
struct CircuitPool {
  /// That a circuit changes a cell.
  struct Change {
    /// The number of the circuit.
    let circuit: Int
    let step: Int
  }

  private(set) var circuits: [Circuit] = []
  /// By circuit: how often it can be followed as it is, and reversed, before an amount is negative.
  private(set) var times: [(asIs: Int, reversed: Int)] = []
  private var isUsed: [Bool] = []
  private var ofCell: [[Change]]

  init(cellCount: Int) { ofCell = [[Change]](repeating: [], count: cellCount) }

  var count: Int { circuits.count }

  mutating func add(_ circuit: Circuit, times: (asIs: Int, reversed: Int)) {
    for (cell, step) in zip(circuit.cells, circuit.steps) {
      ofCell[Int(cell)].append(Change(circuit: circuits.count, step: step))
    }
    circuits.append(circuit)
    self.times.append(times)
    isUsed.append(true)
  }

  /// Takes the circuits from `count` on away again.
  mutating func removeLast(downTo count: Int) {
    while let circuit = circuits.last, circuits.count > count {
      for cell in circuit.cells { ofCell[Int(cell)].removeLast() }
      circuits.removeLast()
      times.removeLast()
      isUsed.removeLast()
    }
  }

  mutating func setUsed(_ number: Int, _ used: Bool) { isUsed[number] = used }

  /// What circuits that are used change in a cell, those first that were found first.
  func changes(of cell: Int) -> some Sequence<Change> {
    ofCell[cell].lazy.filter { isUsed[$0.circuit] }
  }

  /// Whether a circuit changes a cell.
  func isChanged(_ cell: Int) -> Bool { ofCell[cell].contains { isUsed[$0.circuit] } }

  /// Those that are still used, each once.
  var used: [Circuit] { zip(circuits, isUsed).filter(\.1).map(\.0) }
}
