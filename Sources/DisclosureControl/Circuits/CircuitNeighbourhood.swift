/// The cells of a system of equations that can change, as columns: cells that always change alike share one, and what cannot change is left out.
final class CircuitColumns {
  /// By cell: its column; -1 where it cannot change.
  let ofCell: [Int32]
  let members: [[Int32]]
  let equationCount: Int
  /// The columns of each equation one after another, and where those of each begin; the other way round too, with the factors. In plain memory, for it is
  /// read millions of times.
  let starts: UnsafeMutablePointer<Int>
  let columns: UnsafeMutablePointer<Int32>
  let equationStarts: UnsafeMutablePointer<Int>
  let equations: UnsafeMutablePointer<Int32>
  let factors: UnsafeMutablePointer<Int>

  var count: Int { members.count }

  init(_ system: CellEquations, isFixed: [Bool]) {
    // What cannot change leaves its equations; where two terms are left they change alike, where one is left it cannot change.
    var isFixed = isFixed
    var leaders = DisjointCells(isFixed.count)
    var reduced: [[(cell: Int, factor: Int)]] = []
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
    var ofCell = [Int32](repeating: -1, count: isFixed.count)
    var members: [[Int32]] = []
    for cell in isFixed.indices {
      let leader = leaders.find(cell)
      if isFixed[leader] || isFixed[cell] { continue }
      if ofCell[leader] < 0 {
        ofCell[leader] = Int32(members.count)
        members.append([])
      }
      ofCell[cell] = ofCell[leader]
      members[Int(ofCell[leader])].append(Int32(cell))
    }
    self.ofCell = ofCell
    self.members = members
    equationCount = reduced.count
    let termCount = reduced.reduce(0) { $0 + $1.count }
    starts = .allocate(capacity: reduced.count + 1)
    columns = .allocate(capacity: max(1, termCount))
    equationStarts = .allocate(capacity: members.count + 1)
    equations = .allocate(capacity: max(1, termCount))
    factors = .allocate(capacity: max(1, termCount))
    equationStarts.initialize(repeating: 0, count: members.count + 1)
    var next = 0
    for (number, terms) in reduced.enumerated() {
      starts[number] = next
      for term in terms {
        columns[next] = ofCell[term.cell]
        equationStarts[Int(ofCell[term.cell]) + 1] += 1
        next += 1
      }
    }
    starts[reduced.count] = next
    for column in members.indices { equationStarts[column + 1] += equationStarts[column] }
    var filled = [Int](repeating: 0, count: members.count)
    for (number, terms) in reduced.enumerated() {
      for term in terms {
        let column = Int(ofCell[term.cell])
        let place = equationStarts[column] + filled[column]
        equations[place] = Int32(number)
        factors[place] = term.factor
        filled[column] += 1
      }
    }
  }

  deinit {
    starts.deallocate()
    columns.deallocate()
    equationStarts.deallocate()
    equations.deallocate()
    factors.deallocate()
  }

  @inline(__always)
  func terms(_ equation: Int) -> Range<Int> { starts[equation]..<starts[equation + 1] }

  @inline(__always)
  func equations(of column: Int) -> Range<Int> {
    equationStarts[column]..<equationStarts[column + 1]
  }
}

/// The columns that are nearest to one, where a step to another in the same equation counts for something and what that costs comes on top; and the equations
/// between them. In plain memory, as what it reads.
struct CircuitNeighbourhood: ~Copyable {
  private let system: CircuitColumns
  /// What a step counts for.
  let stride: Int
  private let columnList: UnsafeMutablePointer<Int>
  private var columnCount = 0
  private let equationList: UnsafeMutablePointer<Int>
  private var equationCount = 0
  /// By equation, where it stands in the list; negative where it does not.
  private let placeOfEquation: UnsafeMutablePointer<Int>
  /// By place of an equation, how many of the columns stand in it.
  private let counts: UnsafeMutablePointer<Int>
  /// By column.
  private let nodes: UnsafeMutablePointer<Node>
  private let reached: UnsafeMutablePointer<Int>
  private var reachedCount = 0
  private var heap: [Entry] = []

  private struct Node: BitwiseCopyable {
    var distance = Int.max
    var isIn = false
  }

  private struct Entry: BitwiseCopyable {
    var distance: Int
    var column: Int

    static func < (one: Entry, other: Entry) -> Bool {
      one.distance != other.distance ? one.distance < other.distance : one.column < other.column
    }
  }

  /// - Parameters:
  ///   - system: all columns.
  ///   - stride: what a step counts for.
  init(_ system: CircuitColumns, stride: Int) {
    self.system = system
    self.stride = stride
    columnList = .allocate(capacity: max(1, system.count))
    equationList = .allocate(capacity: max(1, system.equationCount))
    placeOfEquation = .allocate(capacity: max(1, system.equationCount))
    placeOfEquation.initialize(repeating: -1, count: system.equationCount)
    counts = .allocate(capacity: max(1, system.equationCount))
    nodes = .allocate(capacity: max(1, system.count))
    nodes.initialize(repeating: Node(), count: system.count)
    reached = .allocate(capacity: max(1, system.count))
  }

  deinit {
    columnList.deallocate()
    equationList.deallocate()
    placeOfEquation.deallocate()
    counts.deallocate()
    nodes.deallocate()
    reached.deallocate()
  }

  var columns: UnsafeBufferPointer<Int> { .init(start: columnList, count: columnCount) }
  var equations: UnsafeBufferPointer<Int> { .init(start: equationList, count: equationCount) }

  /// Where an equation of one of the columns stands.
  func place(of equation: Int32) -> Int { placeOfEquation[Int(equation)] }

  /// Finds the columns around one. Those that an equation then holds fast are left out.
  ///
  /// - Parameters:
  ///   - target: the first of the columns.
  ///   - size: how many are taken at most.
  ///   - price: of a column that may change; negative where it may not.
  /// - Returns: whether these are all that there are; nil when an equation holds the target itself.
  mutating func gather(around target: Int, atMost size: Int, price: (Int) -> Int) -> Bool? {
    clear()
    reach(target, 0)
    var isAll = true
    while let column = next() {
      if columnCount == size {
        isAll = false
        break
      }
      nodes[column].isIn = true
      columnList[columnCount] = column
      columnCount += 1
      let distance = nodes[column].distance + stride
      for entry in system.equations(of: column) {
        let equation = Int(system.equations[entry])
        let place = placeOfEquation[equation]
        if place >= 0 {
          counts[place] += 1
          continue
        }
        placeOfEquation[equation] = equationCount
        equationList[equationCount] = equation
        counts[equationCount] = 1
        equationCount += 1
        for term in system.terms(equation) {
          let other = Int(system.columns[term])
          if nodes[other].isIn || nodes[other].distance <= distance { continue }
          let price = price(other)
          if price >= 0, distance + price < nodes[other].distance {
            reach(other, distance + price)
          }
        }
      }
    }
    return loosen(target) ? isAll : nil
  }

  private mutating func clear() {
    for place in 0..<reachedCount { nodes[reached[place]] = Node() }
    for place in 0..<equationCount { placeOfEquation[equationList[place]] = -1 }
    (columnCount, equationCount, reachedCount) = (0, 0, 0)
    heap.removeAll(keepingCapacity: true)
  }

  /// Leaves out what stands alone in an equation, until nothing does.
  ///
  /// - Returns: whether the target stays.
  private mutating func loosen(_ target: Int) -> Bool {
    var waiting: [Int] = []
    for place in 0..<equationCount where counts[place] == 1 { waiting.append(place) }
    while let place = waiting.popLast() {
      if counts[place] != 1 { continue }
      var fixed = target
      for term in system.terms(equationList[place]) {
        let column = Int(system.columns[term])
        if nodes[column].isIn { fixed = column }
      }
      if fixed == target { return false }
      nodes[fixed].isIn = false
      for entry in system.equations(of: fixed) {
        let place = placeOfEquation[Int(system.equations[entry])]
        counts[place] -= 1
        if counts[place] == 1 { waiting.append(place) }
      }
    }
    var kept = 0
    for place in 0..<columnCount where nodes[columnList[place]].isIn {
      columnList[kept] = columnList[place]
      kept += 1
    }
    columnCount = kept
    kept = 0
    for place in 0..<equationCount {
      let equation = equationList[place]
      placeOfEquation[equation] = counts[place] > 0 ? kept : -1
      if counts[place] > 0 {
        equationList[kept] = equation
        kept += 1
      }
    }
    equationCount = kept
    return true
  }

  // MARK: The nearest first

  private mutating func reach(_ column: Int, _ distance: Int) {
    if nodes[column].distance == .max {
      reached[reachedCount] = column
      reachedCount += 1
    }
    nodes[column].distance = distance
    let entry = Entry(distance: distance, column: column)
    var hole = heap.count
    heap.append(entry)
    while hole > 0, entry < heap[(hole - 1) / 2] {
      heap[hole] = heap[(hole - 1) / 2]
      hole = (hole - 1) / 2
    }
    heap[hole] = entry
  }

  private mutating func next() -> Int? {
    while let first = heap.first {
      let last = heap.removeLast()
      if !heap.isEmpty {
        var hole = 0
        while true {
          var child = 2 * hole + 1
          if child >= heap.count { break }
          if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
          if !(heap[child] < last) { break }
          heap[hole] = heap[child]
          hole = child
        }
        heap[hole] = last
      }
      if !nodes[first.column].isIn { return first.column }
    }
    return nil
  }
}
