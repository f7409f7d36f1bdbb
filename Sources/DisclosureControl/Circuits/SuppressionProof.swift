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
    for circuit in valid {
      // How often it can be followed each way before an amount is negative.
      var times = (up: Self.unlimited, down: Self.unlimited)
      if !table.hasNegative {
        for (cell, step) in zip(circuit.cells, circuit.steps) {
          let room = table.values[Int(cell)] / abs(step)
          if step > 0 { times.down = min(times.down, room) } else { times.up = min(times.up, room) }
        }
      }
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
      /// By contributor: what its cells change, nil when they do not change alike; beside this cell's change.
      var insiders: [Int32: (step: Int?, own: Int)]?
      for number in changing[one.cell] ?? [] {
        let circuit = valid[number]
        let own = circuit.step(of: one.cell)
        if let known = insiders {
          insiders = known.filter { sole, before in
            guard let step = table.step(ofSole: sole, in: circuit) else { return true }
            return before.step.map { step * before.own == $0 * own } ?? (step != 0)
          }
        } else {
          var found: [Int32: (step: Int?, own: Int)] = [:]
          for cell in circuit.cells {
            let sole = table.soleContributor[Int(cell)]
            if sole >= 0, sole != table.soleContributor[one.cell] {
              found[sole] = (table.step(ofSole: sole, in: circuit), own)
            }
          }
          insiders = found
        }
      }
      let reach = reaches[one.cell] ?? (0, 0)
      if reach.up < one.up || !isHidden[one.cell] {
        findings.insert(Finding(kind: .up, cell: one.cell))
      }
      if reach.down < one.down { findings.insert(Finding(kind: .down, cell: one.cell)) }
      if isGuarded, insiders?.isEmpty == false {
        findings.insert(Finding(kind: .insider, cell: one.cell))
      }
    }
    self.findings = findings.sorted { ($0.cell, $0.kind.rawValue) < ($1.cell, $1.kind.rawValue) }
    self.reaches = reaches
  }
}
