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
    /// What the proof does not prove; empty when the table may be published.
    package var findings: [Finding]
  }

  package let file: TableFile
  package let isHidden: [Bool]
  package let circuits: [Circuit]
  package let report: Report
  /// By cell, the rules that it does not meet.
  private let reasons: [Int: String]
  private let proof: SuppressionProof

  /// - Throws: `DisclosureFileError` when the spec's rules make no sense.
  package init(_ file: TableFile, spec: ProtectionSpec, specName: String) throws {
    let (sensitive, reasons, counts) = try Self.sensitive(file, spec, specName)
    let suppression = CellSuppression(
      file.table, sensitive: sensitive, worth: file.worth, rounds: spec.rounds)
    self.init(
      file, sensitive: sensitive, reasons: reasons, rules: counts, isHidden: suppression.isHidden,
      circuits: suppression.circuits)
  }

  /// A pattern that was made before, with its circuits: only checked.
  package init(
    _ file: TableFile, spec: ProtectionSpec, specName: String, certificate: Certificate
  ) throws {
    let (sensitive, reasons, counts) = try Self.sensitive(file, spec, specName)
    let isHidden = try Self.hidden(file)
    self.init(
      file, sensitive: sensitive, reasons: reasons, rules: counts, isHidden: isHidden,
      circuits: try certificate.circuits(file))
  }

  private init(
    _ file: TableFile, sensitive: [SensitiveCell], reasons: [Int: String], rules: [Report.Rule],
    isHidden: [Bool], circuits: [Circuit]
  ) {
    self.file = file
    self.isHidden = isHidden
    self.circuits = circuits
    self.reasons = reasons
    let table = file.table
    proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: isHidden, circuits: circuits)
    let cells = 0..<table.cellCount
    let hidden = cells.reduce(0.0) { $0 + (isHidden[$1] ? abs(Double(table.values[$1])) : 0) }
    let all = table.values.reduce(0.0) { $0 + abs(Double($1)) }
    var unit = 1.0
    for _ in 0..<file.decimals { unit *= 10 }
    report = Report(
      cells: table.cellCount, emptyCells: table.contributors.count { $0 == 0 }, rules: rules,
      primary: sensitive.count, secondary: isHidden.count { $0 } - sensitive.count,
      hiddenValue: hidden / unit, hiddenShare: all > 0 ? hidden / all : 0,
      circuits: circuits.count,
      findings: proof.findings.map {
        .init(cell: table.name(of: $0.cell), what: $0.kind.sentence)
      })
  }

  /// The cells that the table's own status hides.
  static func hidden(_ file: TableFile) throws -> [Bool] {
    guard let status = file.status else {
      throw DisclosureFileError("the table has no column 'status': give what protect wrote")
    }
    var isHidden = [Bool](repeating: false, count: file.table.cellCount)
    for (row, cell) in file.order.enumerated() where row < status.count {
      isHidden[cell] = status[row] == "primary" || status[row] == "secondary"
    }
    return isHidden
  }

  static func sensitive(
    _ file: TableFile, _ spec: ProtectionSpec, _ name: String
  ) throws -> ([SensitiveCell], [Int: String], [Report.Rule]) {
    let table = file.table
    var found: [Int: SensitiveCell] = [:]
    var reasons: [Int: String] = [:]
    var counts: [Report.Rule] = []
    for (rule, words) in zip(try spec.sensitivityRules(file: name), spec.rules) {
      let cells = rule.sensitiveCells(of: table)
      counts.append(.init(rule: words.name, cells: cells.count))
      for cell in cells {
        let before = found[cell.cell]
        found[cell.cell] = SensitiveCell(
          cell: cell.cell, up: max(cell.up, before?.up ?? 0),
          down: max(cell.down, before?.down ?? 0))
        reasons[cell.cell] = reasons[cell.cell].map { "\($0); \(words.name)" } ?? words.name
      }
    }
    return (found.values.sorted { $0.cell < $1.cell }, reasons, counts)
  }

  /// Whether all that must be proved is.
  package var isProved: Bool { proof.findings.isEmpty }

  // MARK: Writing

  private func status(_ cell: Int) -> String {
    if file.table.contributors[cell] == 0 { return "zero" }
    guard isHidden[cell] else { return "published" }
    return reasons[cell] == nil ? "secondary" : "primary"
  }

  /// Writes the table's rows with what became of each: its status, the reason, and the range that the proof leaves open for a hidden cell.
  ///
  /// With `hidesFigures` only codes, figures and whether they are published: for the public.
  package func write(to output: URL, hidesFigures: Bool) throws {
    let table = file.table
    // A column that nobody spoke of may tell what is hidden; so may who contributes most.
    let isPublic = Set(file.roles.dimensions + [file.roles.value])
    let columns = file.columns.filter { !hidesFigures || isPublic.contains($0.name) }
    let names = columns.map(\.name)
    let added = hidesFigures ? ["status"] : TableFile.added
    var text = (names + added).map(DelimitedText.field).joined(separator: ",") + "\n"
    for cell in file.order {
      let row = file.rows[cell]
      let isSecret = hidesFigures && isHidden[cell]
      let place = table.categories(of: cell)
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
          text += decimal(table.values[cell])
        } else if let rank = file.roles.largest.firstIndex(of: name) {
          text += decimal(table.largest[rank][cell])
        }
        text += ","
      }
      if hidesFigures {
        text += isHidden[cell] ? "confidential\n" : "published\n"
        continue
      }
      let status = status(cell)
      text += status + ","
      if let reason = reasons[cell] {
        text += DelimitedText.field(reason)
      } else if status == "secondary" {
        text += "protects others"
      }
      if isHidden[cell] {
        let reach = proof.reach(of: cell)
        let value = table.values[cell]
        text += ",\(decimal(value - reach.down)),"
        if reach.up < SuppressionProof.unlimited { text += decimal(value + reach.up) }
        text += "\n"
      } else {
        text += ",,\n"
      }
    }
    try Data(text.utf8).write(to: output, options: .atomic)
  }

  private func decimal(_ value: Int) -> String {
    guard file.decimals > 0 else { return "\(value)" }
    let digits = String(abs(value))
    let padded = String(repeating: "0", count: max(0, file.decimals + 1 - digits.count)) + digits
    return (value < 0 ? "-" : "") + padded.dropLast(file.decimals) + "."
      + padded.suffix(file.decimals)
  }

  package var certificate: Certificate { Certificate(circuits, file) }
}

/// The circuits of a pattern by the rows of the table that protect wrote: what `keten disclosure verify` reads.
package struct Certificate: Sendable, Codable {
  /// A row, counted from 0, what changes there, the next row, …
  package var circuits: [[Int]]

  init(_ circuits: [Circuit], _ file: TableFile) {
    var rows = [Int](repeating: -1, count: file.table.cellCount)
    for (row, cell) in file.order.enumerated() { rows[cell] = row }
    self.circuits = circuits.map { circuit in
      zip(circuit.cells, circuit.steps).flatMap { [rows[Int($0)], $1] }
    }
  }

  func circuits(_ file: TableFile) throws -> [Circuit] {
    try circuits.map { words in
      guard words.count.isMultiple(of: 2) else {
        throw DisclosureFileError("the certificate has a circuit that ends half-way")
      }
      var changes: [(cell: Int32, step: Int)] = []
      for place in stride(from: 0, to: words.count, by: 2) {
        guard file.order.indices.contains(words[place]), abs(words[place + 1]) < 1 << 31 else {
          throw DisclosureFileError("the certificate is of another table")
        }
        changes.append((Int32(file.order[words[place]]), words[place + 1]))
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
    case .insider: "the only contributor of another cell can compute it"
    }
  }
}
