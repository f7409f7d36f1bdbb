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
    _ table: CellTable, sensitive: [SensitiveCell], isHidden: [Bool], circuits: [Circuit]
  ) {
    var findings = Set<Finding>()
    let structure = table.structure
    var changing: [Int: [Int]] = [:]
    var valid: [Circuit] = []
    for circuit in circuits {
      var isValid = true
      var steps: [Int: Int] = [:]
      for (cell, step) in zip(circuit.cells, circuit.steps) {
        steps[Int(cell)] = step
        if !isHidden[Int(cell)] || table.contributors[Int(cell)] == 0 {
          findings.insert(Finding(kind: .published, cell: Int(cell)))
          isValid = false
        }
      }
      for cell in steps.keys {
        for (axis, tree) in structure.trees.enumerated() {
          let stride = structure.index.strides[axis]
          let category = cell / stride % structure.index.sizes[axis]
          for parent in tree.paths[category].prefix(2) where !tree.children[parent].isEmpty {
            let total = cell + (parent - category) * stride
            let parts = tree.children[parent].reduce(0) {
              $0 + (steps[cell + ($1 - category) * stride] ?? 0)
            }
            if parts != steps[total] ?? 0 {
              findings.insert(Finding(kind: .sum, cell: total))
              isValid = false
            }
          }
        }
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
      /// By contributor: its cell's change, beside this cell's.
      var insiders: [Int32: (step: Int, own: Int)]?
      for number in changing[one.cell] ?? [] {
        let circuit = valid[number]
        let own = circuit.step(of: one.cell)
        var steps: [Int32: Int] = [:]
        for (cell, step) in zip(circuit.cells, circuit.steps) {
          let sole = table.soleContributor[Int(cell)]
          if sole >= 0, sole != table.soleContributor[one.cell] { steps[sole] = step }
        }
        if let known = insiders {
          insiders = known.filter { (steps[$0.key] ?? 0) * $0.value.own == $0.value.step * own }
        } else {
          insiders = steps.mapValues { ($0, own) }
        }
      }
      let reach = reaches[one.cell] ?? (0, 0)
      if reach.up < one.up || !isHidden[one.cell] {
        findings.insert(Finding(kind: .up, cell: one.cell))
      }
      if reach.down < one.down { findings.insert(Finding(kind: .down, cell: one.cell)) }
      if insiders?.isEmpty == false { findings.insert(Finding(kind: .insider, cell: one.cell)) }
    }
    self.findings = findings.sorted { ($0.cell, $0.kind.rawValue) < ($1.cell, $1.kind.rawValue) }
    self.reaches = reaches
  }
}
