/// A cell that must not be known, and by how much it must stay uncertain.
package struct SensitiveCell: Sendable, Hashable {
  package var cell: Int
  /// At least so much more, and so much less, must be possible; less never below nothing.
  package var up: Int
  package var down: Int

  package init(cell: Int, up: Int, down: Int) {
    (self.cell, self.up, self.down) = (cell, up, down)
  }
}

/// Which cells of a hierarchical table are hidden so that no sensitive one can be computed, with the proof.
///
/// Each sensitive cell in turn, from the leaves upwards, gets the cheapest circuits that are found; what is hidden already costs nothing, and
/// circuits of others count. Then each cell that was hidden for others is taken back when the circuits that are left, combined, or cheaper ones prove
/// the same. Source, formulas and limits: docs/methods/disclosure.md.
package struct CellSuppression: Sendable {
  package let table: CellTable
  package let sensitive: [SensitiveCell]
  /// By cell.
  package private(set) var isHidden: [Bool]
  /// What proves it: see ``SuppressionProof``.
  package private(set) var circuits: [Circuit] = []

  /// - Parameters:
  ///   - table: what is to be published.
  ///   - sensitive: what must not be known.
  ///   - worth: what is lost with each cell, not negative; a cell that is worth less is hidden rather than another.
  ///   - rounds: how often hidden cells are tried again; as often as people wait for when nil, twice in a table of up to 50,000 cells, else once.
  package init(_ table: CellTable, sensitive: [SensitiveCell], worth: [Int], rounds: Int? = nil) {
    self.table = table
    self.sensitive = sensitive
    var work = Work(table, sensitive, worth)
    work.protect()
    let rounds = rounds ?? (table.cellCount <= 50_000 ? 2 : 1)
    for _ in 0..<rounds where !work.improve() { break }
    work.showWhatNoCircuitChanges()
    isHidden = work.isHidden
    circuits = work.pool.used
  }

  /// The work on one table.
  private struct Work {
    let table: CellTable
    let search: CircuitSearch
    let order: [SensitiveCell]
    /// By cell: its place in `order`, -1 when it is not sensitive.
    let place: [Int32]
    let worth: [Int]
    let sole: [Int32]
    /// Cells with the same single contributor, by the cell without parts in which that stands.
    let ofSole: [Int32: [Int32]]
    var isHidden: [Bool]
    var pool: CircuitPool
    /// Cells that were hidden since somebody looked.
    var newlyHidden: [Int] = []

    /// Circuits are not made longer.
    static let longest = 150
    /// Hidden cells that are tried again in a round, what is worth most first.
    static let tries = 10_000
    /// Circuits that one cell is given at most.
    static let circuitsOfOne = 16

    init(_ table: CellTable, _ sensitive: [SensitiveCell], _ worth: [Int]) {
      self.table = table
      search = CircuitSearch(table)
      // From the leaves upwards: what is hidden below serves the sums above. Then those that need most, and of these the smallest.
      order = sensitive.map { (table.structure.height(of: $0.cell), $0) }.sorted {
        let (a, b) = ($0.1, $1.1)
        return ($0.0, b.up + b.down, table.values[a.cell], a.cell)
          < ($1.0, a.up + a.down, table.values[b.cell], b.cell)
      }.map(\.1)
      var place = [Int32](repeating: -1, count: table.cellCount)
      for (number, one) in order.enumerated() { place[one.cell] = Int32(number) }
      self.place = place
      // A cell without worth is not free: of two patterns that cost the same the smaller is better.
      self.worth = worth.map { max(1, $0) }
      sole = table.soleContributor
      var ofSole: [Int32: [Int32]] = [:]
      for cell in 0..<table.cellCount where sole[cell] >= 0 {
        ofSole[sole[cell], default: []].append(Int32(cell))
      }
      self.ofSole = ofSole
      isHidden = [Bool](repeating: false, count: table.cellCount)
      pool = CircuitPool(cellCount: table.cellCount)
      for cell in 0..<table.cellCount { search.price[cell] = self.worth[cell] }
      for one in sensitive {
        isHidden[one.cell] = true
        search.price[one.cell] = 0
      }
    }

    // MARK: What is proved

    /// What a circuit must not do for the cell to be safe.
    struct Exposure {
      var isUp = false
      var isDown = false
      /// Who could compute it: contributors that know all of a cell, and whether that rises (1) or falls (-1) by as much in all circuits.
      var insiders: [(sole: Int32, sign: Int)] = []
    }

    /// What is not proved yet of a sensitive cell; nil when everything is.
    func exposure(_ one: SensitiveCell) -> Exposure? {
      var exposure = Exposure()
      var suspects: [(sole: Int32, step: Int)]?
      var first = 1
      pool.forEachCircuit(changing: one.cell) { circuit in
        let step = circuit.step(of: one.cell)
        if !exposure.isUp || !exposure.isDown {
          let reach = reach(circuit, of: one.cell, step)
          if reach.up >= one.up { exposure.isUp = true }
          if reach.down >= one.down { exposure.isDown = true }
        }
        if let known = suspects {
          if !known.isEmpty {
            suspects = known.filter { suspect in
              let other = self.step(of: suspect.sole, in: circuit)
              return other * first == suspect.step * step
            }
          }
        } else {
          var found: [(sole: Int32, step: Int)] = []
          for (cell, other) in zip(circuit.cells, circuit.steps) {
            let sole = sole[Int(cell)]
            if sole >= 0, sole != self.sole[one.cell],
              !found.contains(where: { $0.sole == sole })
            {
              found.append((sole, other))
            }
          }
          suspects = found
          first = step
        }
        return !(exposure.isUp && exposure.isDown && suspects?.isEmpty == true)
      }
      let left = suspects ?? []
      if exposure.isUp, exposure.isDown, left.isEmpty { return nil }
      exposure.insiders = left.map { ($0.sole, $0.step == first ? 1 : $0.step == -first ? -1 : 0) }
      return exposure
    }

    private func step(of sole: Int32, in circuit: Circuit) -> Int {
      for cell in ofSole[sole] ?? [] {
        let step = circuit.step(of: Int(cell))
        if step != 0 { return step }
      }
      return 0
    }

    /// How far a circuit changes a cell upwards and downwards, in whole steps, before an amount is negative.
    private func reach(_ circuit: Circuit, of cell: Int, _ own: Int) -> (up: Int, down: Int) {
      var up = Int.max
      var down = Int.max
      for (other, step) in zip(circuit.cells, circuit.steps) {
        let times = search.room[Int(other)] / abs(step)
        if (step > 0) == (own > 0) { down = min(down, times) } else { up = min(up, times) }
      }
      func times(_ count: Int) -> Int {
        count > SuppressionProof.unlimited / abs(own)
          ? SuppressionProof.unlimited : count * abs(own)
      }
      return (times(up), times(down))
    }

    // MARK: Protecting

    mutating func protect() {
      for one in order { _ = secure(one, below: .max) }
      newlyHidden.removeAll()
    }

    /// Hides cells until one is safe.
    ///
    /// - Returns: what it cost, nil when it is not safe for less than the budget.
    mutating func secure(_ one: SensitiveCell, below budget: Int) -> Int? {
      var cost = 0
      for _ in 0..<Self.circuitsOfOne {
        guard let exposure = exposure(one) else { return cost }
        // One insider at a time: what stops one may be cheaper than what stops all.
        let insider = exposure.insiders.first
        if let insider { bar(insider, true) }
        let isRange = !exposure.isUp || !exposure.isDown
        let demand = CircuitSearch.Demand(
          cell: one.cell, up: isRange ? one.up : 1,
          down: isRange ? one.down : min(1, one.down))
        let found =
          search.circuit(demand, below: budget == .max ? .max : budget - cost)
          ?? (isRange ? inParts(demand, below: budget == .max ? .max : budget - cost) : nil)
        if let insider { bar(insider, false) }
        guard let found else { return nil }
        cost += found.price
        hide(found.circuit)
        pool.add(found.circuit)
      }
      return exposure(one) == nil ? cost : nil
    }

    /// What one circuit does not reach several may, one after the other, each in what room those before it leave.
    private func inParts(
      _ demand: CircuitSearch.Demand, below budget: Int
    ) -> (circuit: Circuit, price: Int)? {
      var sum: [(cell: Int32, step: Int)] = []
      var taken: [(cell: Int, room: Int)] = []
      var prices: [(cell: Int, price: Int)] = []
      var price = 0
      var left = max(demand.up, demand.down)
      defer {
        for (cell, room) in taken.reversed() { search.room[cell] = room }
        for (cell, price) in prices { search.price[cell] = price }
      }
      var part = (left + 1) / 2
      for _ in 0..<24 where left > 0 {
        part = min(part, left)
        guard
          let found = search.circuit(
            .init(
              cell: demand.cell, up: part, down: min(part, search.room[demand.cell])),
            below: budget == .max ? .max : budget - price)
        else {
          if part <= max(1, left / 64) { return nil }
          part = (part + 1) / 2
          continue
        }
        var times = left
        for cell in found.circuit.cells where Int(cell) != demand.cell {
          times = min(times, search.room[Int(cell)])
        }
        for (cell, step) in zip(found.circuit.cells, found.circuit.steps) {
          sum.append((cell, step * times))
          if search.price[Int(cell)] != 0 {
            prices.append((Int(cell), search.price[Int(cell)]))
            search.price[Int(cell)] = 0
          }
          if Int(cell) != demand.cell {
            taken.append((Int(cell), search.room[Int(cell)]))
            search.room[Int(cell)] -= times
          }
        }
        price += found.price
        left -= times
      }
      guard left <= 0 else { return nil }
      let circuit = Circuit(sum)
      return circuit.steps.allSatisfy({ abs($0) < 1 << 30 }) ? (circuit, price) : nil
    }

    private func bar(_ insider: (sole: Int32, sign: Int), _ isBarred: Bool) {
      let bit: UInt8 = insider.sign > 0 ? 1 : insider.sign < 0 ? 2 : 0
      for cell in ofSole[insider.sole] ?? [] {
        if isBarred { search.barred[Int(cell)] |= bit } else { search.barred[Int(cell)] &= ~bit }
      }
    }

    private mutating func hide(_ circuit: Circuit) {
      for cell in circuit.cells where !isHidden[Int(cell)] {
        isHidden[Int(cell)] = true
        search.price[Int(cell)] = 0
        newlyHidden.append(Int(cell))
      }
    }

    private mutating func show(_ cell: Int) {
      isHidden[cell] = false
      search.price[cell] = worth[cell]
    }

    // MARK: Taking back

    /// Tries to show again what is hidden for others, what is worth most first.
    ///
    /// - Returns: whether anything was won.
    mutating func improve() -> Bool {
      let hidden = isHidden.indices.filter { isHidden[$0] && place[$0] < 0 }
        .sorted { (worth[$0], $0) > (worth[$1], $1) }
      var won = 0
      for cell in hidden.prefix(Self.tries) where isHidden[cell] && publish(cell) { won += 1 }
      return won > 0
    }

    /// What is hidden for a circuit that is no longer used protects nobody.
    mutating func showWhatNoCircuitChanges() {
      for cell in isHidden.indices
      where isHidden[cell] && place[cell] < 0 && pool.circuits(changing: cell).isEmpty {
        show(cell)
      }
    }

    /// Shows a cell if what is sensitive stays safe, at the price of others that together are worth less.
    private mutating func publish(_ cell: Int) -> Bool {
      let count = pool.count
      newlyHidden.removeAll(keepingCapacity: true)
      var affected = Set<Int32>()
      let users = pool.circuits(changing: cell)
      for number in users {
        for other in pool.circuits[number].cells where place[Int(other)] >= 0 {
          affected.insert(place[Int(other)])
        }
        pool.setUsed(number, false)
      }
      // One circuit is given up to take the cell out of the others.
      if let pivot = users.min(by: { pool.circuits[$0].cells.count < pool.circuits[$1].cells.count }
      ) {
        for number in users where number != pivot {
          if let rest = pool.circuits[number].combined(
            with: pool.circuits[pivot], keeping: cell, atMost: Self.longest)
          {
            pool.add(rest)
          }
        }
      }
      show(cell)
      search.barred[cell] |= 3
      var cost: Int? = 0
      for number in affected.sorted() {
        let one = order[Int(number)]
        guard let sofar = cost, exposure(one) != nil else { continue }
        cost = secure(one, below: worth[cell] - sofar).map { sofar + $0 }
        if cost == nil { break }
      }
      search.barred[cell] &= ~3
      if cost != nil { return true }
      for other in newlyHidden { show(other) }
      pool.removeLast(downTo: count)
      for number in users { pool.setUsed(number, true) }
      isHidden[cell] = true
      search.price[cell] = 0
      return false
    }
  }
}
