import DisclosureControl
import InformationModel

/// A table as an attacker with linear programs sees it: what `keten disclosure audit` does.
package struct TableAudit: Sendable {
  package let attacked: Int
  /// Sensitive cells that are published, or that can be known closer than their rule allows.
  package let findings: [TableProtection.Report.Finding]
  /// CSV: the codes of each attacked cell, its smallest and its largest possible figure; empty where nothing bounds it.
  package let ranges: String
  /// How many cells would be findings if somebody took what is hidden again for the same, where that is not among the findings.
  package private(set) var guessed = 0

  /// - Parameters:
  ///   - system: tables with a status for each cell.
  ///   - all: attack hidden cells that are not sensitive as well.
  ///   - progress: told from time to time how far the attack is.
  /// - Throws: `DisclosureFileError` when a table has no status.
  package init(
    _ system: TableSystem, all: Bool, progress: (String) -> Void = { _ in }
  ) throws {
    var audit = try TableAudit(published: system.asPublished(), all: all, progress)
    if !audit.findings.isEmpty, let other = try system.withoutGuesses()?.asPublished() {
      let guessed = audit.findings.count
      audit = try TableAudit(published: other, all: all, progress)
      audit.guessed = guessed
    }
    self = audit
  }

  /// Of tables as they are published.
  init(published system: TableSystem, all: Bool, _ progress: (String) -> Void) throws {
    let table = system.table
    let isHidden = try system.hidden()
    let wanted = Dictionary(
      system.sensitive.map { ($0.cell, $0) }, uniquingKeysWith: { one, _ in one })
    var attack = IntervalAttack(table, isHidden: isHidden)
    var findings: [TableProtection.Report.Finding] = []
    let single = system.inputs.count == 1 ? system.inputs[0].file : nil
    var text =
      ((single?.roles.dimensions ?? ["cell"]) + ["lower", "upper"]).map(DelimitedText.field)
      .joined(separator: ",") + "\n"
    var unit = 1.0
    for _ in 0..<system.decimals { unit *= 10 }
    var attacked = 0
    let cells = isHidden.indices.filter { wanted[$0] != nil || all && isHidden[$0] }
    for cell in cells {
      guard let range = attack.interval(of: cell) else {
        findings.append(.init(cell: table.name(of: cell), what: "it is published"))
        continue
      }
      attacked += 1
      if attacked.isMultiple(of: 500) { progress("\(attacked) of \(cells.count) cells") }
      let codes: [String]
      if let single, cell < single.table.cellCount {
        codes = zip(single.table.dimensions, single.categories(of: cell)).map {
          DelimitedText.field($0.categories[$1].code)
        }
      } else {
        codes = [DelimitedText.field(table.name(of: cell))]
      }
      let bounds = [range.lower, range.upper].map { abs($0) > 1e15 ? "" : "\($0 / unit)" }
      text += (codes + bounds).joined(separator: ",") + "\n"
      guard let one = wanted[cell] else { continue }
      let value = Double(table.values[cell])
      // How far a solver may be off; less than a unit, or a range of one value is none for a large figure.
      let slack = min(0.25, 1e-6 * max(1, abs(value)))
      if !(range.upper >= range.lower) {
        findings.append(.init(cell: table.name(of: cell), what: "the solver found no range"))
      } else if range.upper < value + Double(one.up) - slack
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
