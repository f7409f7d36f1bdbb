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
  ///   - isKnown: by cell, whether it is known whatever is hidden here, for instance because it was published before.
  ///   - insiders: whether the only contributor of a cell, too, must not be able to compute another.
  ///   - rounds: how often hidden cells are tried again; as often as people wait for when nil, twice in a table of up to 50,000 cells, else once.
  package init(
    _ table: CellTable, sensitive: [SensitiveCell], worth: [Int], isKnown: [Bool]? = nil,
    insiders: Bool = true, rounds: Int? = nil
  ) {
    self.table = table
    self.sensitive = sensitive
    let isKnown = isKnown ?? [Bool](repeating: false, count: table.cellCount)
    var work = Work(table, sensitive.filter { !isKnown[$0.cell] }, worth, isKnown)
    if insiders, case .equations = table.sums {
      // Circuits that tables share are dear: what keeps insiders out builds on what outsiders must not find.
      work.guardsInsiders = false
      work.protect()
      _ = work.improve()
      work.showWhatNoCircuitChanges()
    }
    work.guardsInsiders = insiders
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
    let search: CircuitFinder
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
    /// Whether who contributes alone is an attacker.
    var guardsInsiders = true

    /// Circuits are not made longer.
    static let longest = 150
    /// Hidden cells that are tried again in a round, what is worth most first.
    static let tries = 10_000
    /// Circuits that one cell is given at most.
    static let circuitsOfOne = 16

    init(
      _ table: CellTable, _ sensitive: [SensitiveCell], _ worth: [Int], _ isKnown: [Bool]
    ) {
      self.table = table
      // A cell without worth is not free: of two patterns that cost the same the smaller is better.
      self.worth = worth.map { max(1, $0) }
      switch table.sums {
      case .hierarchies(let structure):
        search = CircuitSearch(
          structure, rooms: CircuitFinder.rooms(of: table, isKnown: isKnown))
      case .equations(let equations, let members):
        search = LinkedSearch(
          table, equations, members, isKnown: isKnown, worth: self.worth)
      }
      // From the leaves upwards: what is hidden below serves the sums above. Then those that need most, and of these the smallest.
      order = sensitive.map { (table.sums.height(of: $0.cell), $0) }.sorted {
        let (a, b) = ($0.1, $1.1)
        return ($0.0, b.up + b.down, table.values[a.cell], a.cell)
          < ($1.0, a.up + a.down, table.values[b.cell], b.cell)
      }.map(\.1)
      var place = [Int32](repeating: -1, count: table.cellCount)
      for (number, one) in order.enumerated() { place[one.cell] = Int32(number) }
      self.place = place
      sole = table.soleContributor
      var ofSole: [Int32: [Int32]] = [:]
      for cell in 0..<table.cellCount where sole[cell] >= 0 {
        ofSole[sole[cell], default: []].append(Int32(cell))
      }
      self.ofSole = ofSole
      isHidden = [Bool](repeating: false, count: table.cellCount)
      pool = CircuitPool(cellCount: table.cellCount)
      for cell in 0..<table.cellCount { search.set(price: self.worth[cell], of: cell) }
      for one in sensitive {
        isHidden[one.cell] = true
        search.set(price: 0, of: one.cell)
      }
    }

    // MARK: What is proved

    /// What a circuit must not do for the cell to be safe.
    struct Exposure {
      var isUp = false
      var isDown = false
      /// Who could compute it: contributors that know all of a cell, and whether that rises (1) or falls (-1) by as much in all circuits; nil
      /// when its cells do not change alike.
      var insiders: [(sole: Int32, sign: Int?)] = []
    }

    /// What is not proved yet of a sensitive cell; nil when everything is.
    func exposure(_ one: SensitiveCell) -> Exposure? {
      var exposure = Exposure()
      var suspects: [(sole: Int32, evidence: InsiderEvidence)]?
      pool.forEachCircuit(changing: one.cell) { circuit in
        let step = circuit.step(of: one.cell)
        let reach = reach(circuit, of: one.cell, step)
        if reach.up >= one.up { exposure.isUp = true }
        if reach.down >= one.down { exposure.isDown = true }
        let (rises, falls) = (reach.up > 0, reach.down > 0)
        if guardsInsiders, rises || falls {
          if suspects == nil {
            var found: [(sole: Int32, evidence: InsiderEvidence)] = []
            for cell in circuit.cells {
              let sole = sole[Int(cell)]
              if sole >= 0, sole != self.sole[one.cell],
                !found.contains(where: { $0.sole == sole })
              {
                found.append((sole, InsiderEvidence()))
              }
            }
            suspects = found
          }
          if var known = suspects, !known.isEmpty {
            for place in known.indices {
              known[place].evidence.add(
                table.step(ofSole: known[place].sole, in: circuit), step, rises: rises,
                falls: falls)
            }
            known.removeAll(where: \.evidence.isSafe)
            suspects = known
          }
        }
        return !(exposure.isUp && exposure.isDown && (!guardsInsiders || suspects?.isEmpty == true))
      }
      let left = guardsInsiders ? suspects ?? [] : []
      if exposure.isUp, exposure.isDown, left.isEmpty { return nil }
      exposure.insiders = left.map { suspect in
        guard let first = suspect.evidence.first, let s = first.s else {
          return (suspect.sole, nil)
        }
        return (suspect.sole, s == first.o ? 1 : s == -first.o ? -1 : 0)
      }
      return exposure
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
        let demand = CircuitFinder.Demand(
          cell: one.cell, up: isRange ? one.up : 1,
          down: isRange ? one.down : min(1, one.down), needsUp: !isRange || !exposure.isUp,
          needsDown: isRange ? !exposure.isDown : one.down > 0)
        let left = budget == .max ? .max : budget - cost
        var found = search.circuit(demand, below: left)
        // What no circuit gives both ways, two may: tried where something must be found, or where empty cells, which only rise, may be hidden.
        if found == nil, budget == .max || table.mayHideEmpty {
          if demand.up > 0, demand.needsUp {
            found = search.circuit(demand.oneWay(up: true), below: left)
          } else if demand.down > 0, !demand.needsUp {
            found = search.circuit(demand.oneWay(up: false), below: left)
          }
        }
        if let insider { bar(insider, false) }
        guard let found else { return nil }
        cost += found.price
        hide(found.circuit)
        pool.add(found.circuit)
      }
      return exposure(one) == nil ? cost : nil
    }

    private func bar(_ insider: (sole: Int32, sign: Int?), _ isBarred: Bool) {
      let bit: UInt8 = insider.sign.map { $0 > 0 ? 1 : $0 < 0 ? 2 : 0 } ?? 3
      for cell in ofSole[insider.sole] ?? [] {
        search.bar(bit, Int(cell), isBarred)
      }
    }

    private mutating func hide(_ circuit: Circuit) {
      for cell in circuit.cells where !isHidden[Int(cell)] {
        isHidden[Int(cell)] = true
        search.set(price: 0, of: Int(cell))
        newlyHidden.append(Int(cell))
      }
    }

    private mutating func show(_ cell: Int) {
      isHidden[cell] = false
      search.set(price: worth[cell], of: cell)
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
      search.bar(3, cell, true)
      var cost: Int? = 0
      for number in affected.sorted() {
        let one = order[Int(number)]
        guard let sofar = cost, exposure(one) != nil else { continue }
        cost = secure(one, below: worth[cell] - sofar).map { sofar + $0 }
        if cost == nil { break }
      }
      search.bar(3, cell, false)
      if cost != nil { return true }
      for other in newlyHidden { show(other) }
      pool.removeLast(downTo: count)
      for number in users { pool.setUsed(number, true) }
      isHidden[cell] = true
      search.set(price: 0, of: cell)
      return false
    }
  }
}
