import InformationModel

/// Checks a pattern of hidden cells by its circuits, without searching for any.
///
/// What follows from a valid proof: whoever knows the published cells, all sums and that no amount is negative can rule out neither that a sensitive
/// cell is `up` more nor that it is `down` less; and the only contributor of a cell, who knows that cell too, cannot compute any other sensitive one.
package struct SuppressionProof: Sendable {
  /// What is not proved.
  package struct Finding: Sendable, Hashable {
    package enum Kind: String, Sendable {
      /// A circuit changes a published cell.
      case published
      /// A circuit does not keep a sum.
      case sum
      /// The cell could be so much more, or less, in no proof.
      case up, down
      /// What it could be differs by too little.
      case range
      /// The only contributor of another cell can compute it.
      case insider
    }

    package let kind: Kind
    package let cell: Int
  }

  package let findings: [Finding]
  /// More than any cell has to reach.
  package static let unlimited = Int.max / 8
  /// By cell that a circuit changes: how far the proof reaches to either side of its value.
  private let reaches: [Int: (up: Int, down: Int)]

  /// How far the proof reaches to either side of a hidden cell's value; at least so much the attacker cannot rule out.
  package func reach(of cell: Int) -> (up: Int, down: Int) { reaches[cell] ?? (0, 0) }

  package init(
    _ table: CellTable, sensitive: [SensitiveCell], isHidden: [Bool], circuits: [Circuit],
    insiders isGuarded: Bool = true
  ) {
    var findings = Set<Finding>()
    var changing: [Int: [Int]] = [:]
    var valid: [Circuit] = []
    for circuit in circuits {
      var isValid = true
      var steps: [Int: Int] = [:]
      for (cell, step) in zip(circuit.cells, circuit.steps) {
        steps[Int(cell)] = step
        if !isHidden[Int(cell)] || table.isEmpty(Int(cell)) {
          findings.insert(Finding(kind: .published, cell: Int(cell)))
          isValid = false
        }
      }
      if let total = table.sums.broken(by: steps) {
        findings.insert(Finding(kind: .sum, cell: total))
        isValid = false
      }
      guard isValid else { continue }
      for cell in steps.keys { changing[cell, default: []].append(valid.count) }
      valid.append(circuit)
    }
    var reaches: [Int: (up: Int, down: Int)] = [:]
    /// By circuit, whether it can be followed once as it is, and once the other way.
    var ways: [(rises: Bool, falls: Bool)] = []
    for circuit in valid {
      // How often it can be followed each way before an amount is negative.
      var times = (up: Self.unlimited, down: Self.unlimited)
      if !table.hasNegative {
        for (cell, step) in zip(circuit.cells, circuit.steps) {
          let room = table.values[Int(cell)] / abs(step)
          if step > 0 { times.down = min(times.down, room) } else { times.up = min(times.up, room) }
        }
      }
      ways.append((times.up >= 1, times.down >= 1))
      func far(_ times: Int, _ step: Int) -> Int {
        times > Self.unlimited / abs(step) ? Self.unlimited : times * abs(step)
      }
      for (cell, step) in zip(circuit.cells, circuit.steps) {
        let before = reaches[Int(cell)] ?? (0, 0)
        let (up, down) = step > 0 ? (times.up, times.down) : (times.down, times.up)
        reaches[Int(cell)] = (max(before.up, far(up, step)), max(before.down, far(down, step)))
      }
    }
    for one in sensitive {
      /// By contributor whose cell the first circuit changes: what all say; whoever's it does not change cannot know.
      var insiders: [Int32: InsiderEvidence]?
      for number in changing[one.cell] ?? [] {
        let circuit = valid[number]
        let own = circuit.step(of: one.cell)
        let (rises, falls) = own > 0 ? ways[number] : (ways[number].falls, ways[number].rises)
        guard rises || falls else { continue }
        if insiders == nil {
          let soles = Set(circuit.cells.map { table.soleContributor[Int($0)] })
          insiders = [:]
          for sole in soles
          where sole >= 0 && sole != table.soleContributor[one.cell]
            && !table.knows(sole, one.cell)
          {
            insiders?[sole] = InsiderEvidence()
          }
        }
        for sole in (insiders ?? [:]).keys {
          insiders?[sole]?.add(
            table.step(ofSole: sole, in: circuit), own, rises: rises, falls: falls)
        }
        insiders = insiders?.filter { !$0.value.isSafe }
      }
      for sole in (insiders ?? [:]).keys {
        let others = (changing[Int(sole)] ?? []).lazy.map { valid[$0] }
          .filter { $0.step(of: one.cell) == 0 }
        let isInDoubt = others.contains { other in
          (changing[one.cell] ?? []).contains {
            table.leavesOpen(valid[$0], with: other, to: sole)
          }
        }
        if isInDoubt { insiders?[sole] = nil }
      }
      let reach = reaches[one.cell] ?? (0, 0)
      if reach.up < one.up || !isHidden[one.cell] {
        findings.insert(Finding(kind: .up, cell: one.cell))
      }
      if reach.down < one.down { findings.insert(Finding(kind: .down, cell: one.cell)) }
      if reach.up + reach.down < one.range {
        findings.insert(Finding(kind: .range, cell: one.cell))
      }
      if isGuarded, insiders?.isEmpty == false {
        findings.insert(Finding(kind: .insider, cell: one.cell))
      }
    }
    self.findings = findings.sorted { ($0.cell, $0.kind.rawValue) < ($1.cell, $1.kind.rawValue) }
    self.reaches = reaches
  }
}

extension CellTable {
  /// Whether a circuit leaves a contributor in doubt together with another that changes his cell and not the one in question: so much of both that his
  /// own stays as it is can be followed, one way or the other.
  func leavesOpen(_ circuit: Circuit, with other: Circuit, to sole: Int32) -> Bool {
    var (times, less) = (other.step(of: Int(sole)), circuit.step(of: Int(sole)))
    guard times != 0, less != 0 else { return false }
    let divisor = Circuit.greatestDivisor(times, less)
    (times, less) = (times / divisor, less / divisor)
    for cell in cellsOfHolder[sole] ?? []
    where times * circuit.step(of: Int(cell)) != less * other.step(of: Int(cell)) { return false }
    if hasNegative { return true }
    var (asIs, reversed) = (true, true)
    var (i, j) = (0, 0)
    while i < circuit.cells.count || j < other.cells.count {
      let one = i < circuit.cells.count ? circuit.cells[i] : .max
      let two = j < other.cells.count ? other.cells[j] : .max
      var step = 0
      if one <= two {
        step += times * circuit.steps[i]
        i += 1
      }
      if two <= one {
        step -= less * other.steps[j]
        j += 1
      }
      if abs(step) > values[Int(min(one, two))] {
        if step > 0 { reversed = false } else { asIs = false }
        if !asIs, !reversed { return false }
      }
    }
    return true
  }
}

/// Whether somebody who knows a cell can compute another: what the circuits say that change this one.
///
/// Each that can be followed changes what he knows by s and the cell by o; followed the other way, by as much less, if it can be. He learns nothing certain
/// when some mixture of what can be followed leaves what he knows and changes the cell: one with s = 0; or one with s above and one with s below nothing, in
/// which o is not in the same proportion.
struct InsiderEvidence {
  private var above: (s: Int, o: Int)?
  private var below: (s: Int, o: Int)?
  private(set) var isSafe = false
  /// What his cells change in the first, when they change alike, and this one.
  private(set) var first: (s: Int?, o: Int)?

  /// - Parameters:
  ///   - step: of all his cells; nil when they do not change alike.
  ///   - own: of the cell that he must not know.
  ///   - rises: whether the circuit can be followed so that this one rises.
  ///   - falls: the same, so that it falls.
  mutating func add(_ step: Int?, _ own: Int, rises: Bool, falls: Bool) {
    guard rises || falls, !isSafe else { return }
    if first == nil { first = (step, own) }
    guard let step else { return }
    if step == 0 {
      isSafe = true
      return
    }
    let up = own > 0 ? (s: step, o: own) : (s: -step, o: -own)
    if rises { insert(up) }
    if falls { insert((-up.s, -up.o)) }
  }

  private mutating func insert(_ one: (s: Int, o: Int)) {
    let same = one.s > 0 ? above : below
    if let other = one.s > 0 ? below : above, one.o * abs(other.s) + other.o * abs(one.s) != 0 {
      isSafe = true
    }
    // Two on one side in different proportions: with any on the other side one of them leaves something.
    if let same, same.o * one.s != one.o * same.s, (one.s > 0 ? below : above) != nil {
      isSafe = true
    }
    if same == nil {
      if one.s > 0 { above = one } else { below = one }
    } else if let same, same.o * one.s != one.o * same.s {
      // Whatever comes on the other side, it differs from one of the two.
      isDivided = true
    }
    if isDivided, above != nil, below != nil { isSafe = true }
  }

  private var isDivided = false
}
