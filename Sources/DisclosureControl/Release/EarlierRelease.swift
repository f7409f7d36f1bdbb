import InformationModel

/// A release that the public has already: anybody may have kept it.
package struct EarlierRelease: Sendable {
  package let tables: [EarlierTable]
  /// Why it is safe; nil when nobody can tell any more.
  package let certificate: ReleaseCertificate?

  package init(_ tables: [EarlierTable], certificate: ReleaseCertificate? = nil) {
    (self.tables, self.certificate) = (tables, certificate)
  }
}

/// A table as an earlier release showed it.
package struct EarlierTable: Sendable {
  package let id: String
  /// By dimension its name and the codes of its categories.
  package let dimensions: [(id: String, codes: [String])]
  /// By cell, the last dimension running fastest: the number of units, where it was shown.
  package let counts: [Int?]
  /// By cell, whether everything in it was hidden.
  package let isHidden: [Bool]

  package init(
    id: String, dimensions: [Dimension], counts: [Int?], isHidden: [Bool]
  ) {
    self.id = id
    self.dimensions = dimensions.map { ($0.id, $0.categories.map(\.code)) }
    self.counts = counts
    self.isHidden = isHidden
  }
}

/// What earlier releases mean for the joint cells of a release.
struct Precedents {
  /// By cell, whether an earlier release shows the same number.
  private(set) var isKnown: [Bool]
  /// By cell, whether it was hidden when it was last published.
  private(set) var isHidden: [Bool]
  /// By cell, whether it must stay hidden, because shown now it would tell what an earlier release hid.
  private(set) var isKept: [Bool]
  /// By cell that was shown with another number, by how much the two differ, at least 1; 0 for others. The smallest of all releases.
  private(set) var changes: [Int]
  /// By quantity, what proved that earlier releases are safe, as far as these cells have it; it may not hold any more.
  private(set) var circuits: [[Circuit]] = []

  private let counts: [Int]
  /// By cell, how much a number must differ from another for nobody to take the one for the other.
  private var margins: [Int]

  /// Of joint cells that these members show, with so many units in each; the newest release last.
  init(
    _ tables: LinkedTables, _ members: [TableForRelease], _ counts: [Int],
    _ earlier: [EarlierRelease]
  ) {
    self.counts = counts
    isKnown = counts.map { _ in false }
    isHidden = isKnown
    isKept = isKnown
    changes = counts.map { _ in 0 }
    margins = counts.map { _ in 1 }
    for (member, linked) in zip(members, tables.members) where member.policy.protectsRevisions {
      for cell in linked.cells { margins[cell] = max(margins[cell], member.policy.threshold) }
    }
    for release in earlier {
      let proofs = release.certificate?.groups.compactMap { Proof($0) } ?? []
      for (member, linked) in zip(members, tables.members) {
        let id = member.table.description.id
        for table in release.tables where table.id == id {
          guard let cells = Self.cells(of: table.dimensions, in: member.table.dimensions)
          else { continue }
          compare(
            table, with: cells.map { $0.map { linked.cells[$0] } },
            isProved: proofs.contains { $0.members.contains { $0.id == id } })
        }
      }
      for proof in proofs { keep(proof, tables, members) }
    }
  }

  /// What an earlier release showed and hid of a table, whose cells are these.
  private mutating func compare(_ table: EarlierTable, with cells: [Int?], isProved: Bool) {
    for (place, cell) in cells.enumerated() {
      guard let cell else { continue }
      isHidden[cell] = table.isHidden[place]
      if table.isHidden[place], !isProved { isKept[cell] = true }
      guard let shown = table.counts[place] else { continue }
      let change = abs(shown - counts[cell])
      if change == 0 {
        isKnown[cell] = true
      } else if changes[cell] == 0 || change < changes[cell] {
        changes[cell] = change
      }
    }
  }

  /// Keeps hidden what the circuits of an earlier release change, unless it is so different now that it tells nothing of then.
  private mutating func keep(
    _ proof: Proof, _ tables: LinkedTables, _ members: [TableForRelease]
  ) {
    /// By joint cell of then those of now: more than one where tables no longer count the same.
    var cells = [[Int]](repeating: [], count: proof.counts.count)
    for (member, linked) in zip(members, tables.members) {
      for old in proof.members where old.id == member.table.description.id {
        guard let places = Self.cells(of: old.dimensions, in: member.table.dimensions)
        else { continue }
        for (joint, place) in zip(old.cells, places) {
          if let place, !cells[joint].contains(linked.cells[place]) {
            cells[joint].append(linked.cells[place])
          }
        }
      }
    }
    for (number, proofs) in proof.circuits.enumerated() {
      if circuits.count <= number { circuits.append([]) }
      for circuit in proofs {
        var changes: [(cell: Int32, step: Int)] = []
        for (old, step) in zip(circuit.cells, circuit.steps) {
          for cell in cells[Int(old)]
          where abs(proof.counts[Int(old)] - counts[cell]) < margins[cell] {
            isKept[cell] = true
          }
          if cells[Int(old)].count == 1 { changes.append((Int32(cells[Int(old)][0]), step)) }
        }
        if changes.count == circuit.cells.count { circuits[number].append(Circuit(changes)) }
      }
    }
  }

  /// By cell of an earlier table, which cell of this one it is; nil when the dimensions are others.
  private static func cells(
    of dimensions: [(id: String, codes: [String])], in now: [Dimension]
  ) -> [Int?]? {
    guard dimensions.map(\.id) == now.map(\.id) else { return nil }
    let index = CellIndex(now)
    let old = CellIndex(sizes: dimensions.map(\.codes.count))
    let categories = zip(dimensions, now).map { dimension, now in
      let places = Dictionary(
        now.categories.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { one, _ in one })
      return dimension.codes.map { places[$0] }
    }
    return (0..<dimensions.reduce(1) { $0 * $1.codes.count }).map { cell in
      let place = zip(categories, old.coordinates(of: cell)).compactMap { $0[$1] }
      return place.count == now.count ? index.cell(at: place) : nil
    }
  }

  /// What a certificate says of tables that were proved together.
  private struct Proof {
    var members: [(id: String, dimensions: [(id: String, codes: [String])], cells: [Int])]
    /// Units, by its joint cell.
    var counts: [Int]
    var circuits: [[Circuit]]

    /// - Returns: nil when it cannot be read.
    init?(_ group: ReleaseCertificate.Group) {
      guard let tables = try? LinkedTables(group.members.map(\.table)) else { return nil }
      var counts = [Int](repeating: 0, count: tables.cellCount)
      members = zip(group.members, tables.members).map { member, linked in
        for (cell, count) in zip(linked.cells, member.table.counts) { counts[cell] = count }
        return (
          member.table.description.id,
          member.table.dimensions.map { ($0.id, $0.categories.map(\.code)) }, linked.cells
        )
      }
      self.counts = counts
      guard let circuits = try? group.circuits(of: tables.cellCount) else { return nil }
      self.circuits = circuits
    }
  }
}
