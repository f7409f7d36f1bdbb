import DisclosureControl
import Foundation
import InformationModel
import Warehouse

/// A table from a file, protected: what `keten disclosure protect` does.
package struct TableProtection: Sendable {
  /// What the report says.
  package struct Report: Sendable, Codable {
    package struct Rule: Sendable, Codable {
      package var rule: String
      package var cells: Int
    }

    package struct Finding: Sendable, Codable {
      package var cell: String
      package var what: String
    }

    package var cells: Int
    package var emptyCells: Int
    package var rules: [Rule]
    package var primary: Int
    package var secondary: Int
    /// Of what is lost: the sum of hidden figures and what part of the sum of all it is.
    package var hiddenValue: Double
    package var hiddenShare: Double
    package var circuits: Int
    /// Whether it is proved against those, too, who take what an earlier release hides, and this one too, for the same when it is.
    package var guesses: Bool
    /// What the proof does not prove; empty when the table may be published.
    package var findings: [Finding]
  }

  /// A table that is published, and how.
  package struct Input: Sendable {
    package var file: TableFile
    package var spec: ProtectionSpec
    /// The spec's name, for errors.
    package var specName: String
    /// Where the spec's files are.
    package var folder: URL

    package init(file: TableFile, spec: ProtectionSpec, specName: String, folder: URL) {
      (self.file, self.spec, self.specName, self.folder) = (file, spec, specName, folder)
    }
  }

  /// Cells of a table in which programs look for all circuits.
  static let mostForPrograms = 3000

  package let isHidden: [Bool]
  package let circuits: [Circuit]
  package let report: Report
  private let system: TableSystem
  private let proof: SuppressionProof

  /// Protects what is published, with all that is known of it. Where no pattern is found for those who take what is hidden again for the same, one for all others
  /// is, unless the spec says otherwise.
  package init(_ system: TableSystem) throws {
    var made = try Self.made(system)
    if !made.isProved, let other = try system.withoutGuesses() { made = try Self.made(other) }
    self = made
  }

  private static func made(_ system: TableSystem) throws -> TableProtection {
    let made: TableProtection
    do {
      made = try TableProtection(searching: system, by: system.method)
    } catch let error as DisclosureError where error.code == .pattern && system.hasEarlier {
      // Nothing protects with what was shown before shown again: there is no best of that.
      made = try TableProtection(searching: system, by: .suppression)
    }
    return made.isProved || !system.hasEarlier ? made : try made.hidingWhatWasShown()
  }

  private init(searching system: TableSystem, by method: ProtectionSpec.Method) throws {
    switch method {
    case .optimal:
      let suppression = try OptimalSuppression(
        system.table, sensitive: system.sensitive, worth: system.worth, isKnown: system.isKnown,
        insiders: system.insiders)
      self.init(system, isHidden: suppression.isHidden, circuits: suppression.circuits)
    default:
      // In a small table the best pattern costs no more time than a good one.
      if system.isSmall,
        let best = try? OptimalSuppression(
          system.table, sensitive: system.sensitive, worth: system.worth,
          isKnown: system.isKnown, insiders: system.insiders)
      {
        self.init(system, isHidden: best.isHidden, circuits: best.circuits)
        if isProved { return }
      }
      let suppression = CellSuppression(
        [CellQuantity(system.table, sensitive: system.sensitive)], worth: system.worth,
        isKnown: system.isKnown, insiders: system.insiders, rounds: system.rounds)
      self.init(system, isHidden: suppression.isHidden, circuits: suppression.circuits)
      // What the fast search does not find programs may: they know circuits of any form.
      if !isProved, !system.table.dimensions.isEmpty,
        system.table.cellCount <= Self.mostForPrograms
      {
        let more = CellSuppression(
          try system.table.asEquations(), sensitive: system.sensitive, worth: system.worth,
          isKnown: system.isKnown, insiders: system.insiders, rounds: system.rounds)
        let other = TableProtection(system, isHidden: more.isHidden, circuits: more.circuits)
        if other.report.findings.count < report.findings.count { self = other }
      }
    }
  }

  /// What is the same as before is not certain to be the same once it is hidden: where nothing else protects, that is hidden too. First what adds up from
  /// cells that are not proved, then anything.
  private func hidingWhatWasShown() throws -> TableProtection {
    var best = self
    let isAbove = system.isAbove(Set(proof.findings.map(\.cell)))
    let rows = system.rowOfCell
    let unproved = Set(proof.findings.map { rows[$0.cell] })
    for isAnything in [false, true] {
      var closed: [Int]?
      // Once more where what is not hidden is known to be the same: less is to be protected then.
      for _ in 0..<2 {
        let isClosed = closed.map(Set.init)
        let apart = try system.apart {
          isClosed?.contains($0) ?? (isAnything || isAbove[$0])
        }
        if closed == nil, !apart.canProtect(rows: unproved) { break }
        let suppression = CellSuppression(
          [CellQuantity(apart.table, sensitive: apart.sensitive)], worth: apart.worth,
          isKnown: apart.isKnown, closed: closed ?? [],
          spared: apart.spared.sorted(), insiders: apart.insiders, rounds: apart.rounds)
        let other = TableProtection(
          apart, isHidden: suppression.isHidden, circuits: suppression.proofs[0])
        if other.report.findings.count < best.report.findings.count { best = other }
        if best.isProved { return best }
        closed = (0..<system.publishedCount).filter { other.isHidden[$0] && !apart.isKnown[$0] }
      }
    }
    return best
  }

  /// A pattern that was made before, with its circuits: only checked.
  ///
  /// - Throws: `DisclosureFileError` when the certificate is of other tables, or holds for fewer readers than the spec asks for.
  package init(_ system: TableSystem, certificate: Certificate) throws {
    var system = system
    if certificate.guesses != false {
      // What holds against more readers holds against fewer.
      system = try system.withGuesses()
    } else if system.guesses {
      guard let other = try system.withoutGuesses() else {
        throw DisclosureFileError(
          "the certificate is for readers who do not take what is hidden again for the same: the spec wants it for these too, or nothing was hidden before"
        )
      }
      system = other
    }
    system = try system.asPublished()
    self.init(
      system, isHidden: try system.hidden(), circuits: try certificate.circuits(system))
  }

  private init(_ system: TableSystem, isHidden: [Bool], circuits: [Circuit]) {
    self.system = system
    self.isHidden = isHidden
    self.circuits = circuits
    let table = system.table
    proof = SuppressionProof(
      table, sensitive: system.sensitive.filter { !system.isKnown[$0.cell] }, isHidden: isHidden,
      circuits: circuits, insiders: system.insiders)
    let cells = 0..<system.publishedCount
    let hidden = cells.reduce(0.0) { $0 + (isHidden[$1] ? abs(Double(table.values[$1])) : 0) }
    let all = cells.reduce(0.0) { $0 + abs(Double(table.values[$1])) }
    var unit = 1.0
    for _ in 0..<system.decimals { unit *= 10 }
    let primary = system.sensitive.count { $0.cell < cells.upperBound && isHidden[$0.cell] }
    report = Report(
      cells: cells.count, emptyCells: cells.count { table.contributors[$0] == 0 },
      rules: system.rules, primary: primary,
      secondary: cells.count { isHidden[$0] } - primary,
      hiddenValue: hidden / unit, hiddenShare: all > 0 ? hidden / all : 0,
      circuits: circuits.count, guesses: system.guesses,
      findings: system.sensitive.filter { system.isKnown[$0.cell] }.map {
        .init(
          cell: table.name(of: $0.cell),
          what: "it was published before, or must be now, and a rule finds it sensitive")
      }
        + proof.findings.map {
          .init(cell: table.name(of: $0.cell), what: $0.kind.sentence)
        })
  }

  /// Whether all that must be proved is.
  package var isProved: Bool { report.findings.isEmpty }

  // MARK: Writing

  private func status(_ cell: Int) -> String {
    guard isHidden[cell] else {
      return system.table.contributors[cell] == 0 ? "zero" : "published"
    }
    return system.reasons[cell] == nil ? "secondary" : "primary"
  }

  /// Status, reason and range of a cell.
  private func told(_ cell: Int) -> String {
    let status = status(cell)
    var text = status + ","
    if let reason = system.reasons[cell] {
      text += DelimitedText.field(reason)
    } else if status == "secondary" {
      text += system.spared.contains(cell) ? "protects others; was shown before" : "protects others"
    }
    guard isHidden[cell] else { return text + ",," }
    let reach = proof.reach(of: cell)
    let value = system.table.values[cell]
    text += ",\(decimal(value - reach.down)),"
    if reach.up < SuppressionProof.unlimited { text += decimal(value + reach.up) }
    return text
  }

  /// A table's rows with what became of each, as CSV: its status, the reason, and the range that the proof leaves open for a hidden cell.
  ///
  /// With `hidesFigures` only codes, figures and whether they are published: for the public.
  package func contents(_ number: Int, hidesFigures: Bool) -> Data {
    if let problem = system.problem {
      var text = hidesFigures ? "cell,value,status\n" : "cell,value,status,reason,lower,upper\n"
      for (cell, id) in problem.ids.enumerated() {
        let isSecret = hidesFigures && isHidden[cell]
        text += "\(id),\(isSecret ? "" : decimal(system.table.values[cell])),"
        text += hidesFigures ? (isSecret ? "confidential" : "published") : told(cell)
        text += "\n"
      }
      return Data(text.utf8)
    }
    let file = system.inputs[number].file
    let joint = system.cells[number]
    let table = file.table
    // A column that nobody spoke of may tell what is hidden; so may who contributes most.
    let isPublic = Set(file.roles.dimensions + [file.roles.value])
    let columns = file.columns.filter { !hidesFigures || isPublic.contains($0.name) }
    let names = columns.map(\.name)
    let added = hidesFigures ? ["status"] : TableFile.added
    var text = (names + added).map(DelimitedText.field).joined(separator: ",") + "\n"
    for cell in file.order {
      let row = file.rows[cell]
      let isSecret = hidesFigures && isHidden[joint[cell]]
      let place = file.categories(of: cell)
      for (name, column) in columns {
        if isSecret, name == file.roles.value {
          // Nothing.
        } else if row >= 0 {
          text += DelimitedText.field(column.values.string(Int(column.codes[row])))
        } else if let axis = file.roles.dimensions.firstIndex(of: name) {
          text += DelimitedText.field(table.dimensions[axis].categories[place[axis]].code)
        } else if name == file.roles.frequency {
          text += "\(table.contributors[cell])"
        } else if name == file.roles.value {
          text += file.decimal(table.values[cell])
        } else if let rank = file.roles.largest.firstIndex(of: name) {
          text += file.decimal(table.largest[rank][cell])
        } else if name == file.roles.holding {
          text += DelimitedText.field(file.holders?[cell] ?? "")
        } else if name == TableFile.magnitude {
          text += file.decimal(table.magnitude(of: cell))
        } else if name == file.roles.request {
          text += file.decimal(file.requests?[cell] ?? 0)
        } else if name == file.roles.cost {
          text += DecimalText.text(file.worth[cell], decimals: file.decimalsOfCost)
        }
        text += ","
      }
      text += hidesFigures ? (isSecret ? "confidential" : "published") : told(joint[cell])
      text += "\n"
    }
    return Data(text.utf8)
  }

  private func decimal(_ value: Int) -> String {
    DecimalText.text(value, decimals: system.decimals)
  }

  package var certificate: Certificate { Certificate(circuits, system) }
}

/// The circuits of a pattern by the rows of the tables that protect wrote, one table after another: what `keten disclosure verify` reads.
package struct Certificate: Sendable, Codable {
  /// A row, counted from 0, what changes there, the next row, …
  package var circuits: [[Int]]
  /// False when it holds only for readers who do not take what is hidden again for the same.
  package var guesses: Bool?

  init(_ circuits: [Circuit], _ system: TableSystem) {
    let rows = system.rowOfCell
    guesses = system.guesses ? nil : false
    self.circuits = circuits.map { circuit in
      zip(circuit.cells, circuit.steps).flatMap { [rows[Int($0)], $1] }
    }
  }

  func circuits(_ system: TableSystem) throws -> [Circuit] {
    var cells: [Int: Int32] = [:]
    for (cell, row) in system.rowOfCell.enumerated() { cells[row] = Int32(cell) }
    return try circuits.map { words in
      guard words.count.isMultiple(of: 2) else {
        throw DisclosureFileError("the certificate has a circuit that ends half-way")
      }
      var changes: [(cell: Int32, step: Int)] = []
      for place in stride(from: 0, to: words.count, by: 2) {
        guard let cell = cells[words[place]], words[place + 1].magnitude < 1 << 31 else {
          throw DisclosureFileError("the certificate is of another table")
        }
        changes.append((cell, words[place + 1]))
      }
      return Circuit(changes)
    }
  }
}

extension SuppressionProof.Finding.Kind {
  fileprivate var sentence: String {
    switch self {
    case .published: "a circuit changes a cell that is published or empty"
    case .sum: "a circuit does not keep this sum"
    case .up: "it is not proved that the cell could be so much more"
    case .down: "it is not proved that the cell could be so much less"
    case .range: "what the cell could be differs by too little"
    case .insider: "the only contributor of another cell can compute it"
    }
  }
}
