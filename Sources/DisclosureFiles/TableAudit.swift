import DisclosureControl
import InformationModel

/// A table as an attacker with linear programs sees it: what `keten disclosure audit` does.
package struct TableAudit: Sendable {
  package let attacked: Int
  /// Sensitive cells that are published, or that can be known closer than their rule allows.
  package let findings: [TableProtection.Report.Finding]
  /// CSV: the codes of each attacked cell, its smallest and its largest possible figure; empty where nothing bounds it.
  package let ranges: String

  /// - Parameters:
  ///   - file: a table with a status for each cell.
  ///   - spec: which cells are sensitive.
  ///   - specName: its name, for errors.
  ///   - all: attack hidden cells that are not sensitive as well.
  ///   - progress: told from time to time how far the attack is.
  /// - Throws: `DisclosureFileError` when the table has no status.
  package init(
    _ file: TableFile, spec: ProtectionSpec, specName: String, all: Bool,
    progress: (String) -> Void = { _ in }
  ) throws {
    let table = file.table
    let (sensitive, _, _) = try TableProtection.sensitive(file, spec, specName)
    let isHidden = try TableProtection.hidden(file)
    let wanted = Dictionary(uniqueKeysWithValues: sensitive.map { ($0.cell, $0) })
    var attack = IntervalAttack(table, isHidden: isHidden)
    var findings: [TableProtection.Report.Finding] = []
    var text =
      (file.roles.dimensions + ["lower", "upper"]).map(DelimitedText.field).joined(separator: ",")
      + "\n"
    var unit = 1.0
    for _ in 0..<file.decimals { unit *= 10 }
    var attacked = 0
    let cells = isHidden.indices.filter { wanted[$0] != nil || all && isHidden[$0] }
    for cell in cells {
      guard let range = attack.interval(of: cell) else {
        findings.append(.init(cell: table.name(of: cell), what: "it is published"))
        continue
      }
      attacked += 1
      if attacked.isMultiple(of: 500) { progress("\(attacked) of \(cells.count) cells") }
      let codes = zip(table.dimensions, table.categories(of: cell)).map {
        DelimitedText.field($0.categories[$1].code)
      }
      let bounds = [range.lower, range.upper].map { abs($0) > 1e15 ? "" : "\($0 / unit)" }
      text += (codes + bounds).joined(separator: ",") + "\n"
      guard let one = wanted[cell] else { continue }
      let value = Double(table.values[cell])
      // How far a solver may be off.
      let slack = 1e-6 * max(1, abs(value))
      if range.upper < value + Double(one.up) - slack
        || range.lower > value - Double(one.down) + slack
      {
        findings.append(
          .init(
            cell: table.name(of: cell),
            what: range.upper - range.lower <= slack
              ? "it can be computed" : "it can be known closer than its rule allows"))
      }
    }
    self.attacked = attacked
    self.findings = findings
    ranges = text
  }
}
