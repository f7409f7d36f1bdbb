import InformationModel

/// Why a release is safe: what stood in its tables before protection, and the circuits that prove that nobody can compute what is hidden.
///
/// It holds what the release hides. It is for whoever may see that, and is checked without any search or solver.
package struct ReleaseCertificate: Sendable, Codable {
  /// Tables that count the same kind of unit, proved together.
  package struct Group: Sendable, Codable {
    package var members: [TableForRelease]
    /// Joint cells that earlier releases show.
    package var known: [Int]
    /// Joint cells that are hidden so that earlier releases stay safe.
    package var kept: [Int]
    /// Joint cells that must not be known, and by how much they must stay uncertain, by quantity.
    package var sensitive: [[SensitiveCell]]
    /// By quantity and circuit: a joint cell, what changes there, the next cell, …
    package var proofs: [[[Int]]]

    /// By quantity the circuits that the proofs say, of so many joint cells; refused when a circuit changes another.
    func circuits(of cellCount: Int) throws(DisclosureError) -> [[Circuit]] {
      var quantities: [[Circuit]] = []
      for proof in proofs {
        var circuits: [Circuit] = []
        for words in proof {
          var changes: [(cell: Int32, step: Int)] = []
          for place in stride(from: 0, to: words.count - 1, by: 2) {
            guard (0..<cellCount).contains(words[place]), words[place + 1].magnitude < 1 << 31
            else { throw DisclosureError(.shape, "the certificate is of other tables") }
            changes.append((Int32(words[place]), words[place + 1]))
          }
          circuits.append(Circuit(changes))
        }
        quantities.append(circuits)
      }
      return quantities
    }
  }

  package var groups: [Group] = []

  /// What is not as it was proved.
  package struct Finding: Sendable, Hashable {
    package enum Kind: String, Sendable {
      /// The release does not have the table, or not its cells.
      case missing
      /// The release shows another number.
      case differs
      /// Not hidden, though the policy or the certificate says so.
      case shown
      /// A circuit changes what is published, or does not keep a sum.
      case circuit
      /// Its possible values lie too close together.
      case range
      /// The only unit of another cell can compute it.
      case insider
    }

    package let kind: Kind
    package let table: String
    /// Codes of the cell; empty where it is about the table.
    package let cell: String
  }

  /// Checks a release by its certificate.
  ///
  /// - Parameter published: by table what the release shows.
  /// - Returns: what is wrong; nothing when every hidden cell is as uncertain as it must be.
  /// - Throws: `DisclosureError` when the certificate's tables are malformed.
  package func findings(
    in published: [EarlierTable]
  ) throws(DisclosureError) -> [Finding] {
    var findings: [Finding] = []
    for group in groups {
      let release = try LinkedRelease(group.members)
      var isHidden = [Bool](repeating: true, count: release.tables.cellCount)
      var isWhole = true
      for (member, linked) in zip(group.members, release.tables.members) {
        let id = member.table.description.id
        guard let shown = published.first(where: { $0.id == id }),
          shown.dimensions.map(\.codes)
            == member.table.dimensions.map({ $0.categories.map(\.code) })
        else {
          findings.append(Finding(kind: .missing, table: id, cell: ""))
          isWhole = false
          continue
        }
        for (place, cell) in linked.cells.enumerated() where !shown.isHidden[place] {
          isHidden[cell] = false
          if let count = shown.counts[place], count != member.table.counts[place] {
            findings.append(
              Finding(kind: .differs, table: id, cell: linked.structure.name(of: place)))
          }
        }
      }
      if isWhole { findings += try release.findings(of: group, isHidden: isHidden) }
    }
    return findings
  }
}

extension LinkedRelease {
  func certificate(_ pattern: Pattern) -> ReleaseCertificate.Group {
    let changed = Set(pattern.proofs.joined().flatMap(\.cells))
    return ReleaseCertificate.Group(
      members: members,
      known: isKnown.indices.filter { isKnown[$0] && !changed.contains(Int32($0)) },
      kept: kept, sensitive: quantities.map(\.sensitive),
      proofs: pattern.proofs.map { circuits in
        circuits.map { circuit in
          zip(circuit.cells, circuit.steps).flatMap { [Int($0), $1] }
        }
      })
  }

  /// What the circuits of a certificate do not prove of what is hidden.
  fileprivate func findings(
    of group: ReleaseCertificate.Group, isHidden: [Bool]
  ) throws(DisclosureError) -> [ReleaseCertificate.Finding] {
    let known = Set(group.known)
    guard group.proofs.count == quantities.count, group.sensitive.count == quantities.count else {
      throw DisclosureError(.shape, "the certificate is of other tables")
    }
    let circuits = try group.circuits(of: tables.cellCount)
    var findings: [ReleaseCertificate.Finding] = []
    func add(_ kind: ReleaseCertificate.Finding.Kind, _ cell: Int) {
      guard let place = tables.places[cell].first else { return }
      let member = tables.members[place.member]
      findings.append(
        ReleaseCertificate.Finding(
          kind: kind, table: members[place.member].table.description.id,
          cell: member.structure.name(of: place.cell)))
    }
    for cell in group.kept {
      guard isHidden.indices.contains(cell) else {
        throw DisclosureError(.shape, "the certificate is of other tables")
      }
      if !isHidden[cell] { add(.shown, cell) }
    }
    for (number, quantity) in quantities.enumerated() {
      // What the policy asks for and what the certificate does: more may have been asked for since an earlier release.
      var needed: [Int: SensitiveCell] = [:]
      for one in quantity.sensitive + group.sensitive[number] {
        guard isHidden.indices.contains(one.cell) else {
          throw DisclosureError(.shape, "the certificate is of other tables")
        }
        if !isHidden[one.cell] { add(.shown, one.cell) }
        let other = needed[one.cell]
        if !known.contains(one.cell) {
          needed[one.cell] = SensitiveCell(
            cell: one.cell, up: max(one.up, other?.up ?? 0),
            down: max(one.down, other?.down ?? 0), range: max(one.range, other?.range ?? 0))
        }
      }
      let hidden = isHidden.indices.map { isHidden[$0] && !known.contains($0) }
      let proof = SuppressionProof(
        quantity.table, sensitive: needed.values.sorted { $0.cell < $1.cell }, isHidden: hidden,
        circuits: circuits[number])
      for finding in proof.findings {
        switch finding.kind {
        case .published, .sum: add(.circuit, finding.cell)
        case .up, .down, .range: add(.range, finding.cell)
        case .insider: add(.insider, finding.cell)
        }
      }
    }
    return findings
  }
}
