/// The circuits that prove a pattern of hidden cells, by the cells that they change.
struct CircuitPool {
  private(set) var circuits: [Circuit] = []
  private(set) var isUsed: [Bool] = []
  private var ofCell: [[Int32]]

  init(cellCount: Int) { ofCell = [[Int32]](repeating: [], count: cellCount) }

  var count: Int { circuits.count }

  mutating func add(_ circuit: Circuit) {
    let number = Int32(circuits.count)
    for cell in circuit.cells { ofCell[Int(cell)].append(number) }
    circuits.append(circuit)
    isUsed.append(true)
  }

  /// Takes the circuits from `count` on away again.
  mutating func removeLast(downTo count: Int) {
    while circuits.count > count {
      for cell in circuits[circuits.count - 1].cells { ofCell[Int(cell)].removeLast() }
      circuits.removeLast()
      isUsed.removeLast()
    }
  }

  mutating func setUsed(_ number: Int, _ used: Bool) { isUsed[number] = used }

  /// Numbers of the circuits that change a cell.
  func circuits(changing cell: Int) -> [Int] {
    ofCell[cell].lazy.map { Int($0) }.filter { isUsed[$0] }
  }

  /// Whether a circuit changes a cell.
  func isChanged(_ cell: Int) -> Bool {
    for number in ofCell[cell] where isUsed[Int(number)] { return true }
    return false
  }

  func forEachCircuit(changing cell: Int, _ body: (Circuit) -> Bool) {
    for number in ofCell[cell] where isUsed[Int(number)] {
      if !body(circuits[Int(number)]) { return }
    }
  }

  /// Those that are still used, each once.
  var used: [Circuit] { zip(circuits, isUsed).filter(\.1).map(\.0) }
}
