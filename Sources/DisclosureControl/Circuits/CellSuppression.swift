/// A cell that must not be known, and by how much it must stay uncertain.
package struct SensitiveCell: Sendable, Hashable, Codable {
  package var cell: Int
  /// At least so much more, and so much less, must be possible; less never below nothing.
  package var up: Int
  package var down: Int
  /// What must be possible must differ by so much at least, to whichever side (sliding protection).
  package var range: Int

  package init(cell: Int, up: Int, down: Int, range: Int = 0) {
    (self.cell, self.up, self.down, self.range) = (cell, up, down, range)
  }
}

/// What stands in the cells, the number of units or an amount, and which of it must not be known.
package struct CellQuantity: Sendable {
  package let table: CellTable
  package let sensitive: [SensitiveCell]

  package init(_ table: CellTable, sensitive: [SensitiveCell]) {
    (self.table, self.sensitive) = (table, sensitive)
  }
}

/// Which cells of a hierarchical table are hidden so that no sensitive one can be computed, with the proof.
///
/// Each sensitive cell in turn, from the leaves upwards, gets the cheapest circuits that are found; what is hidden already costs nothing, and
/// circuits of others count. Then each cell that was hidden for others is taken back when the circuits that are left, combined, or cheaper ones prove
/// the same. Source, formulas and limits: docs/methods/disclosure.md.
package struct CellSuppression: Sendable {
  /// By cell.
  package let isHidden: [Bool]
  /// What proves it, by quantity: see ``SuppressionProof``.
  package let proofs: [[Circuit]]

  /// What proves it of the first quantity.
  package var circuits: [Circuit] { proofs[0] }

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
    self.init(
      [CellQuantity(table, sensitive: sensitive)], worth: worth, isKnown: isKnown,
      insiders: insiders, rounds: rounds)
  }

  /// Several quantities of the same cells: a cell hides all of them or none.
  ///
  /// - Parameters:
  ///   - quantities: one at least, each of as many cells.
  ///   - worth: what is lost with each cell, not negative.
  ///   - isKnown: by cell, whether it is known whatever is hidden here.
  ///   - closed: cells that are hidden whatever protects them.
  ///   - spared: cells that are hidden only where nothing else protects, whatever it is worth.
  ///   - precedents: by quantity, circuits that may serve again: those that hold and change only what is hidden anyway are taken.
  ///   - insiders: whether the only contributor of a cell, too, must not be able to compute another.
  ///   - rounds: how often hidden cells are tried again.
  package init(
    _ quantities: [CellQuantity], worth: [Int], isKnown: [Bool]? = nil, closed: [Int] = [],
    spared: [Int] = [], precedents: [[Circuit]] = [], insiders: Bool = true, rounds: Int? = nil
  ) {
    let isKnown = isKnown ?? [Bool](repeating: false, count: worth.count)
    var work = Work(quantities, worth, isKnown, closed: closed)
    for (number, circuits) in zip(quantities.indices, precedents) {
      for circuit in circuits { work.takeOver(circuit, in: number, isKnown) }
    }
    work.spared = spared.filter { !work.isPrimary[$0] }
    let rounds = rounds ?? (worth.count <= 50_000 ? 2 : 1)
    if insiders {
      // What keeps insiders out builds on what outsiders must not find: that loses less than both at once.
      if work.protect() {
        // Circuits of linked tables are dear: there it pays to look twice.
        let isLinked = quantities.first?.table.dimensions.isEmpty == true
        work.improve(rounds: min(rounds, isLinked ? 2 : 1))
      }
      work.guardsInsiders = true
    }
    // A pattern that does not protect is not published: to lose less with it is worth nothing.
    if work.protect() {
      work.improve(rounds: rounds)
      work.protect()
    }
    isHidden = work.isHidden
    proofs = work.layers.map(\.pool.used)
  }

  /// Whether each of some sensitive cells can be made safe, whatever is hidden for it: where one cannot no pattern is, and that is seen sooner.
  package static func canProtect(
    _ quantity: CellQuantity, worth: [Int], isKnown: [Bool], insiders: Bool
  ) -> Bool {
    var work = Work([quantity], worth, isKnown, closed: [])
    work.guardsInsiders = insiders
    return work.layers[0].order.allSatisfy {
      work.secure($0, work.layers[0].exposure($0, guardsInsiders: insiders), in: 0) != nil
    }
  }

  /// One quantity of the cells, and what proves that it is safe.
  private struct Layer {
    let table: CellTable
    let search: CircuitFinder
    let order: [SensitiveCell]
    /// By cell: its place in `order`, -1 when it is not sensitive.
    let place: [Int32]
    let sole: [Int32]
    /// Cells with the same single contributor, by the cell without parts in which that stands.
    let ofSole: [Int32: [Int32]]
    /// By place in `order`, whether nothing can make the cell safe.
    var isGivenUp: [Bool]
    var pool: CircuitPool

    init(_ quantity: CellQuantity, _ worth: [Int], _ isKnown: [Bool]) {
      let table = quantity.table
      self.table = table
      switch table.sums {
      case .hierarchies(let structure):
        search = CircuitSearch(
          structure, rooms: CircuitFinder.rooms(of: table, isKnown: isKnown))
      case .equations(let equations, let members):
        search = LinkedSearch(table, equations, members, isKnown: isKnown, worth: worth)
      }
      // From the leaves upwards: what is hidden below serves the sums above. Then those that need most, and of these the smallest.
      order = quantity.sensitive.filter { !isKnown[$0.cell] }
        .map { (table.sums.height(of: $0.cell), $0) }.sorted {
          let (a, b) = ($0.1, $1.1)
          return ($0.0, b.need, table.values[a.cell], a.cell)
            < ($1.0, a.need, table.values[b.cell], b.cell)
        }.map(\.1)
      var place = [Int32](repeating: -1, count: table.cellCount)
      for (number, one) in order.enumerated() { place[one.cell] = Int32(number) }
      self.place = place
      isGivenUp = [Bool](repeating: false, count: order.count)
      sole = table.soleContributor
      var ofSole: [Int32: [Int32]] = [:]
      for cell in 0..<table.cellCount where sole[cell] >= 0 {
        ofSole[sole[cell], default: []].append(Int32(cell))
      }
      self.ofSole = ofSole
      pool = CircuitPool(cellCount: table.cellCount)
    }

    // MARK: What is proved

    /// Whether a circuit from elsewhere holds here, and proves something.
    func isProof(_ circuit: Circuit) -> Bool {
      let steps = Dictionary(
        zip(circuit.cells.map { Int($0) }, circuit.steps), uniquingKeysWith: { one, _ in one })
      return steps.keys.contains { place[$0] >= 0 }
        && !steps.keys.contains(where: table.isEmpty) && table.sums.broken(by: steps) == nil
    }

    /// What a circuit must not do for the cell to be safe.
    struct Exposure {
      /// How much more and less it could be by what is proved.
      var reach = (up: 0, down: 0)
      var isReached = false
      /// Who could compute it: contributors that know all of a cell, and whether that rises (1) or falls (-1) by as much in all circuits; nil
      /// when its cells do not change alike.
      var insiders: [(sole: Int32, sign: Int?)] = []
    }

    /// What is not proved yet of a sensitive cell; nil when everything is.
    func exposure(_ one: SensitiveCell, guardsInsiders: Bool) -> Exposure? {
      var exposure = Exposure()
      // What need not be uncertain is not searched for.
      exposure.isReached = one.isReached((0, 0))
      var suspects: [(sole: Int32, evidence: InsiderEvidence)]?
      for change in pool.changes(of: one.cell) {
        let reach = reach(change)
        exposure.reach.up = max(exposure.reach.up, reach.up)
        exposure.reach.down = max(exposure.reach.down, reach.down)
        exposure.isReached = one.isReached(exposure.reach)
        let (rises, falls) = (reach.up > 0, reach.down > 0)
        if guardsInsiders, rises || falls {
          let circuit = pool.circuits[change.circuit]
          var known = suspects ?? self.suspects(circuit, one.cell)
          suspects = nil
          for place in known.indices {
            known[place].evidence.add(
              table.step(ofSole: known[place].sole, in: circuit), change.step, rises: rises,
              falls: falls)
          }
          known.removeAll(where: \.evidence.isSafe)
          suspects = known
        }
        if exposure.isReached, !guardsInsiders || suspects?.isEmpty == true { break }
      }
      let left = guardsInsiders ? (suspects ?? []).filter { !isOpen(one.cell, to: $0.sole) } : []
      if exposure.isReached, left.isEmpty { return nil }
      exposure.insiders = left.map { suspect in
        guard let first = suspect.evidence.first, let s = first.s else {
          return (suspect.sole, nil)
        }
        return (suspect.sole, s == first.o ? 1 : s == -first.o ? -1 : 0)
      }
      return exposure
    }

    /// Who stands alone in a cell that a circuit changes, and may compute another.
    private func suspects(
      _ circuit: Circuit, _ own: Int
    ) -> [(sole: Int32, evidence: InsiderEvidence)] {
      var found: [(sole: Int32, evidence: InsiderEvidence)] = []
      for cell in circuit.cells {
        let sole = sole[Int(cell)]
        if sole >= 0, sole != self.sole[own], !table.knows(sole, own),
          !found.contains(where: { $0.sole == sole })
        {
          found.append((sole, InsiderEvidence()))
        }
      }
      return found
    }

    mutating func add(_ circuit: Circuit) { pool.add(circuit, times: times(circuit)) }

    /// How often a circuit can be followed as it is, and reversed, before an amount is negative.
    private func times(_ circuit: Circuit) -> (asIs: Int, reversed: Int) {
      var times = (asIs: Int.max, reversed: Int.max)
      for (cell, step) in zip(circuit.cells, circuit.steps) {
        let room = search.room[Int(cell)] / abs(step)
        if step > 0 {
          times.reversed = min(times.reversed, room)
        } else {
          times.asIs = min(times.asIs, room)
        }
      }
      return times
    }

    /// How far a cell is changed upwards and downwards, in whole steps.
    private func reach(_ change: CircuitPool.Change) -> (up: Int, down: Int) {
      reach(change.step, pool.times[change.circuit])
    }

    private func reach(
      _ step: Int, _ times: (asIs: Int, reversed: Int)
    ) -> (up: Int, down: Int) {
      func far(_ times: Int) -> Int {
        times > SuppressionProof.unlimited / abs(step)
          ? SuppressionProof.unlimited : times * abs(step)
      }
      let (asIs, reversed) = (far(times.asIs), far(times.reversed))
      return step > 0 ? (asIs, reversed) : (reversed, asIs)
    }

    /// Whether what is proved does not reach far enough for a cell, and any circuit that would costs too much.
    func isOutOfReach(_ one: SensitiveCell, below budget: Int) -> Bool {
      var far = (up: 0, down: 0)
      if one.isReached(far) { return false }
      for change in pool.changes(of: one.cell) {
        let reach = reach(change)
        far = (max(far.up, reach.up), max(far.down, reach.down))
        if one.isReached(far) { return false }
      }
      return search.leastPrice(through: one.cell, below: budget) >= budget
    }

    /// The places of sensitive cells that a contributor may compute once circuits through his own cell are gone: those that change in all circuits that are left
    /// through it, of those found before there were `count`. A cell is missed when two circuits can each be followed and both together cannot; the last round of
    /// protecting finds it.
    func exposed(to sole: Int32, before count: Int) -> [Int32] {
      let left = pool.changes(of: Int(sole)).map(\.circuit).filter { $0 < count }
      let telling = left.filter { number in
        let times = pool.times[number]
        return times.asIs > 0 && times.reversed > 0
          && table.step(ofSole: sole, in: pool.circuits[number]) != nil
      }
      let shortest = telling.min {
        pool.circuits[$0].cells.count < pool.circuits[$1].cells.count
      }
      guard let shortest else {
        return left.flatMap { pool.circuits[$0].cells }.map { place[Int($0)] }.filter { $0 >= 0 }
      }
      var shared = pool.circuits[shortest].cells.filter { place[Int($0)] >= 0 }
      for number in telling where number != shortest && !shared.isEmpty {
        shared.keep(in: pool.circuits[number].cells)
      }
      return shared.map { place[Int($0)] }
    }

    /// Whether circuits that change somebody's own cell and not another leave him in doubt of that.
    private func isOpen(_ cell: Int, to sole: Int32) -> Bool {
      for change in pool.changes(of: Int(sole)) {
        let other = pool.circuits[change.circuit]
        if other.step(of: cell) == 0, isOpen(cell, to: sole, with: other) { return true }
      }
      return false
    }

    private func isOpen(_ cell: Int, to sole: Int32, with other: Circuit) -> Bool {
      for change in pool.changes(of: cell)
      where table.leavesOpen(pool.circuits[change.circuit], with: other, to: sole) {
        return true
      }
      return false
    }

    private func bar(_ insider: (sole: Int32, sign: Int?), _ isBarred: Bool) {
      let bit: UInt8 = insider.sign.map { $0 > 0 ? 1 : $0 < 0 ? 2 : 0 } ?? 3
      for cell in ofSole[insider.sole] ?? [] {
        search.bar(bit, Int(cell), isBarred)
      }
    }

    /// The cheapest circuit that is found for what is not proved yet of a cell.
    func circuit(
      for one: SensitiveCell, _ exposure: Exposure, below budget: Int
    ) -> (circuit: Circuit, price: Int)? {
      // One insider at a time: what stops one may be cheaper than what stops all.
      let insider = exposure.insiders.first
      if let insider { bar(insider, true) }
      let (demands, slides) = demands(one, exposure, isUrgent: budget == .max)
      var found: (circuit: Circuit, price: Int)?
      for demand in demands {
        if let next = search.circuit(demand, below: found?.price ?? budget),
          !slides || widens(next.circuit, one, exposure)
        {
          found = next
        }
        if found != nil, !slides || found?.price == 0 { break }
      }
      guard let insider else { return found }
      bar(insider, false)
      if exposure.isReached, found?.price ?? 1 > 0, table.cellsOfHolder[insider.sole] == nil,
        insider.sign != nil
      {
        // What leaves this cell and changes his own does as well.
        search.bar(3, one.cell, true)
        if let next = search.circuit(
          CircuitFinder.Demand(cell: Int(insider.sole), up: 1, down: 1),
          below: found?.price ?? budget), isOpen(one.cell, to: insider.sole, with: next.circuit)
        {
          found = next
        }
        search.bar(3, one.cell, false)
      }
      return found
    }

    /// Whether nothing can change a cell, or nothing without the cells of who could compute it: whatever is hidden, it is known then.
    func isLost(_ one: SensitiveCell, _ exposure: Exposure) -> Bool {
      guard let insider = exposure.insiders.first else { return search.isHeldFast(one.cell) }
      bar(insider, true)
      defer { bar(insider, false) }
      return search.isHeldFast(one.cell)
    }

    /// Whether a circuit reaches further than those at hand, to either side: programs do not promise both.
    private func widens(_ circuit: Circuit, _ one: SensitiveCell, _ exposure: Exposure) -> Bool {
      let reach = reach(circuit.step(of: one.cell), times(circuit))
      return reach.up > exposure.reach.up || reach.down > exposure.reach.down
    }

    /// What is asked for that would make a cell safe: the first that is found, or the cheapest of those in which it slides.
    private func demands(
      _ one: SensitiveCell, _ exposure: Exposure, isUrgent: Bool
    ) -> (first: [CircuitFinder.Demand], slides: Bool) {
      let (up, down) = exposure.reach
      if exposure.isReached || one.range == 0 {
        let isUp = up >= one.up
        let demand =
          exposure.isReached
          ? CircuitFinder.Demand(
            cell: one.cell, up: 1, down: min(1, one.down), needsUp: true, needsDown: one.down > 0)
          : CircuitFinder.Demand(
            cell: one.cell, up: one.up, down: one.down, needsUp: !isUp,
            needsDown: down < one.down)
        // What no circuit gives both ways, two may: tried where something must be found, or where empty cells, which only rise, may be hidden.
        guard isUrgent || table.mayHideEmpty else { return ([demand], false) }
        if exposure.isReached {
          // Against an insider either way will do.
          let down = CircuitFinder.Demand(
            cell: one.cell, up: 0, down: 1, needsUp: false, needsDown: true)
          return (
            [demand, demand.oneWay(up: true)] + (search.room[one.cell] > 0 ? [down] : []), false
          )
        }
        if demand.up > 0, demand.needsUp { return ([demand, demand.oneWay(up: true)], false) }
        if demand.down > 0, !demand.needsUp { return ([demand, demand.oneWay(up: false)], false) }
        return ([demand], false)
      }
      let most = max(0, search.room[one.cell])
      var pairs: [(up: Int, down: Int)] = []
      func offer(_ up: Int, _ down: Int) {
        let pair = (up: max(up, exposure.reach.up >= one.up ? 0 : one.up), down: max(0, down))
        guard pair.down <= most, pair.up > 0 || pair.down > 0,
          !pairs.contains(where: { $0 == pair })
        else { return }
        pairs.append(pair)
      }
      let half = min(most, one.range / 2)
      offer(one.range - half, max(half, one.down))
      offer(one.range - min(most, one.range), min(most, one.range))
      offer(one.range - 1, 1)
      offer(one.range - down, down >= one.down ? 0 : one.down)
      if up >= one.up { offer(0, one.range - up) }
      return (
        pairs.map {
          CircuitFinder.Demand(
            cell: one.cell, up: $0.up, down: $0.down, needsUp: $0.up > 0, needsDown: $0.down > 0)
        }, true
      )
    }
  }

  /// The work on all quantities.
  private struct Work {
    var layers: [Layer]
    let worth: [Int]
    var isHidden: [Bool]
    /// Whether a cell is hidden for its own sake, and stays so.
    let isPrimary: [Bool]
    /// Cells that were hidden since somebody looked.
    var newlyHidden: [Int] = []
    /// Whether who contributes alone is an attacker.
    var guardsInsiders = false
    /// Cells that are hidden only where nothing else protects.
    var spared: [Int] = []

    /// Circuits are not made longer.
    static let longest = 150
    /// Hidden cells that are tried again in a round, what is worth most first.
    static let tries = 10_000
    /// Circuits that one cell is given at most.
    static let circuitsOfOne = 16

    init(_ quantities: [CellQuantity], _ worth: [Int], _ isKnown: [Bool], closed: [Int]) {
      // A cell without worth is not free: of two patterns that cost the same the smaller is better.
      let worth = worth.map { max(1, $0) }
      self.worth = worth
      layers = quantities.map { Layer($0, worth, isKnown) }
      var isPrimary = [Bool](repeating: false, count: worth.count)
      for layer in layers {
        for one in layer.order { isPrimary[one.cell] = true }
      }
      for cell in closed { isPrimary[cell] = true }
      self.isPrimary = isPrimary
      isHidden = isPrimary
      for layer in layers {
        for cell in worth.indices {
          layer.search.set(price: isPrimary[cell] ? 0 : worth[cell], of: cell)
        }
      }
    }

    // MARK: Protecting

    /// Takes a circuit for a proof, if it is one and costs nothing.
    mutating func takeOver(_ circuit: Circuit, in number: Int, _ isKnown: [Bool]) {
      guard circuit.cells.allSatisfy({ isPrimary[Int($0)] && !isKnown[Int($0)] }),
        layers[number].isProof(circuit)
      else { return }
      layers[number].add(circuit)
    }

    /// Hides cells until all that is sensitive is safe.
    ///
    /// - Returns: false when some of it cannot be.
    @discardableResult
    mutating func protect() -> Bool {
      if !spared.isEmpty {
        spare(true)
        secureAll(isTrial: true)
        spare(false)
      }
      secureAll()
      newlyHidden.removeAll()
      return !layers.contains { $0.isGivenUp.contains(true) }
    }

    /// - Parameter isTrial: whether more may be hidden later than may be now.
    private mutating func secureAll(isTrial: Bool = false) {
      for number in layers.indices {
        for place in layers[number].order.indices { secure(place, in: number, isTrial: isTrial) }
      }
    }

    /// Makes the sensitive cell at a place safe, whatever that costs, or gives it up.
    private mutating func secure(_ place: Int, in number: Int, isTrial: Bool) {
      let one = layers[number].order[place]
      if layers[number].isGivenUp[place] { return }
      let exposure = layers[number].exposure(one, guardsInsiders: guardsInsiders)
      if secure(one, exposure, in: number) != nil || isTrial { return }
      if let exposure = layers[number].exposure(one, guardsInsiders: guardsInsiders),
        layers[number].isLost(one, exposure)
      {
        layers[number].isGivenUp[place] = true
      }
    }

    private func spare(_ isSpared: Bool) {
      for cell in spared where !isHidden[cell] || !isSpared {
        for layer in layers { layer.search.bar(3, cell, isSpared) }
      }
    }

    /// Hides cells until one is safe.
    ///
    /// - Parameters:
    ///   - one: the cell.
    ///   - exposure: what is not proved of it yet.
    ///   - number: the quantity.
    ///   - budget: what it may not cost.
    /// - Returns: what it cost, nil when it is not safe for less than the budget.
    mutating func secure(
      _ one: SensitiveCell, _ exposure: Layer.Exposure?, in number: Int, below budget: Int = .max
    ) -> Int? {
      var exposure = exposure
      var cost = 0
      for _ in 0..<Self.circuitsOfOne {
        guard let open = exposure else { return cost }
        let found = layers[number].circuit(
          for: one, open, below: budget == .max ? .max : budget - cost)
        guard let found else { return nil }
        cost += found.price
        hide(found.circuit)
        layers[number].add(found.circuit)
        exposure = layers[number].exposure(one, guardsInsiders: guardsInsiders)
      }
      return exposure == nil ? cost : nil
    }

    private mutating func hide(_ circuit: Circuit) {
      for cell in circuit.cells where !isHidden[Int(cell)] {
        isHidden[Int(cell)] = true
        for layer in layers { layer.search.set(price: 0, of: Int(cell)) }
        newlyHidden.append(Int(cell))
      }
    }

    private mutating func show(_ cell: Int) {
      isHidden[cell] = false
      for layer in layers { layer.search.set(price: worth[cell], of: cell) }
    }

    // MARK: Taking back

    /// Tries to show again what is hidden for others, what is worth most first, until nothing is won any more.
    ///
    /// At first one cell at a time, as if all others were hidden for good: who changes too much at once early on gets stuck. Then with
    /// all that its circuits alone had hidden.
    mutating func improve(rounds: Int) {
      for round in 0..<rounds {
        let hidden = isHidden.indices.filter { isHidden[$0] && !isPrimary[$0] }
          .sorted { (worth[$0], $0) > (worth[$1], $1) }
        var hasWon = false
        for cell in hidden.prefix(Self.tries) where isHidden[cell] {
          if publish(cell, withOthers: round > 0) { hasWon = true }
        }
        showWhatNoCircuitChanges()
        if !hasWon, round > 0 { break }
      }
    }

    /// What is hidden for a circuit that is no longer used protects nobody.
    mutating func showWhatNoCircuitChanges() {
      for cell in isHidden.indices where isHiddenForNothing(cell) { show(cell) }
    }

    private func isHiddenForNothing(_ cell: Int) -> Bool {
      guard isHidden[cell], !isPrimary[cell] else { return false }
      for number in layers.indices where layers[number].pool.isChanged(cell) { return false }
      return true
    }

    /// Shows a cell if what is sensitive stays safe, at the price of others that together are worth less.
    ///
    /// With others: cells that no circuit changes then are shown too, and count for as much.
    private mutating func publish(_ cell: Int, withOthers: Bool) -> Bool {
      newlyHidden.removeAll(keepingCapacity: true)
      /// By layer, what it was before.
      var before: [(count: Int, users: [Int])] = []
      var affected: [[Int32]] = []
      var changed: [Int32] = []
      for number in layers.indices {
        let count = layers[number].pool.count
        let users = layers[number].pool.changes(of: cell).map(\.circuit)
        if withOthers {
          for user in users { changed += layers[number].pool.circuits[user].cells }
        }
        affected.append(giveUp(users, changing: cell, in: number))
        before.append((count, users))
      }
      changed.removeAll { $0 == Int32(cell) }
      let shown = [cell] + changed.ascending().map { Int($0) }.filter(isHiddenForNothing)
      for one in shown { show(one) }
      for layer in layers { layer.search.bar(3, cell, true) }
      let won = shown.reduce(0) { $0 + worth[$1] }
      let isSafe = secure(affected, without: before, below: won)
      for layer in layers { layer.search.bar(3, cell, false) }
      if isSafe { return true }
      for other in newlyHidden { show(other) }
      for one in shown {
        isHidden[one] = true
        for layer in layers { layer.search.set(price: 0, of: one) }
      }
      for number in layers.indices {
        layers[number].pool.removeLast(downTo: before[number].count)
        for user in before[number].users { layers[number].pool.setUsed(user, true) }
      }
      return false
    }

    /// Makes sensitive cells safe again for less than a budget.
    ///
    /// - Parameters:
    ///   - affected: by quantity, the places of those that circuits protected that were given up.
    ///   - before: by quantity, how many circuits there were, and which were given up.
    ///   - budget: what it may not cost.
    /// - Returns: whether they are safe.
    private mutating func secure(
      _ affected: [[Int32]], without before: [(count: Int, users: [Int])], below budget: Int
    ) -> Bool {
      // Most attempts fail, and most of these for a reason that is soon seen.
      for (layer, places) in zip(layers, affected)
      where places.contains(where: { layer.isOutOfReach(layer.order[Int($0)], below: budget) }) {
        return false
      }
      var cost = 0
      for number in layers.indices {
        var places = affected[number]
        if guardsInsiders {
          places += exposed(without: before[number].users, before: before[number].count, in: number)
        }
        for place in places.ascending() {
          let one = layers[number].order[Int(place)]
          guard let exposure = layers[number].exposure(one, guardsInsiders: guardsInsiders) else {
            continue
          }
          guard let more = secure(one, exposure, in: number, below: budget - cost) else {
            return false
          }
          cost += more
        }
      }
      return true
    }

    /// The places of sensitive cells that contributors may compute once circuits through their own cells are given up.
    private func exposed(without users: [Int], before count: Int, in number: Int) -> [Int32] {
      let layer = layers[number]
      var soles: [Int32] = []
      for user in users {
        for cell in layer.pool.circuits[user].cells where layer.sole[Int(cell)] >= 0 {
          soles.append(layer.sole[Int(cell)])
        }
      }
      return soles.ascending().flatMap { layer.exposed(to: $0, before: count) }
    }

    /// Does without circuits that change a cell.
    ///
    /// - Returns: the places of the sensitive cells that they protected, ascending.
    private mutating func giveUp(
      _ users: [Int], changing cell: Int, in number: Int
    ) -> [Int32] {
      var affected: [Int32] = []
      for user in users {
        for other in layers[number].pool.circuits[user].cells
        where layers[number].place[Int(other)] >= 0 {
          affected.append(layers[number].place[Int(other)])
        }
        layers[number].pool.setUsed(user, false)
      }
      // One circuit is given up to take the cell out of the others.
      let lengths = users.map { layers[number].pool.circuits[$0].cells.count }
      if let pivot = zip(lengths, users).min(by: { $0.0 < $1.0 })?.1 {
        for user in users where user != pivot {
          if let rest = layers[number].pool.circuits[user].combined(
            with: layers[number].pool.circuits[pivot], keeping: cell, atMost: Self.longest)
          {
            layers[number].add(rest)
          }
        }
      }
      return affected.ascending()
    }
  }
}

extension [Int32] {
  /// Leaves out what is not in another; both ascend.
  fileprivate mutating func keep(in other: [Int32]) {
    var next = 0
    self = filter { one in
      while next < other.count, other[next] < one { next += 1 }
      return next < other.count && other[next] == one
    }
  }

  /// Each once, the smallest first.
  fileprivate func ascending() -> [Int32] {
    var all = sorted()
    var count = 0
    for number in all where count == 0 || all[count - 1] != number {
      all[count] = number
      count += 1
    }
    all.removeLast(all.count - count)
    return all
  }
}

extension SensitiveCell {
  /// How much uncertainty it needs, to compare cells by.
  fileprivate var need: Int { max(up + down, range) }

  /// Whether it is uncertain enough when it could be so much more and so much less.
  func isReached(_ reach: (up: Int, down: Int)) -> Bool {
    reach.up >= up && reach.down >= down && reach.up + reach.down >= range
  }
}
