import DisclosureControl
import Foundation

/// All that an attacker might try on published tables: what `keten disclosure attack` does. It knows nothing of how they were protected.
package struct TableAttack: Sendable {
  /// One kind of attack.
  package struct Attempt: Sendable, Codable {
    package var attack: String
    package var what: String
    /// What it finds that may not be known.
    package var findings: [TableProtection.Report.Finding]
  }

  package let attempts: [Attempt]

  package var isSafe: Bool { attempts.allSatisfy(\.findings.isEmpty) }

  /// On tables of which figures are hidden.
  ///
  /// - Parameters:
  ///   - system: the tables, with a status for each cell, and what was published before.
  ///   - intervals: whether linear programs are tried as well, which takes its time.
  ///   - progress: told from time to time how far the attack is.
  /// - Throws: `DisclosureFileError` when a table has no status.
  package init(
    _ system: TableSystem, intervals: Bool, progress: (String) -> Void = { _ in }
  ) throws {
    let attempts = try Self.attempts(system.asPublished(), intervals: intervals, progress)
    // A cell that several attacks find counts once.
    let found = Set(attempts.flatMap { $0.findings.map(\.cell) }).count
    guard found > 0, let other = try system.withoutGuesses()?.asPublished() else {
      self.attempts = attempts
      return
    }
    self.attempts =
      try Self.attempts(other, intervals: intervals, progress) + [
        Attempt(
          attack: "guess",
          what:
            "take what is hidden again for the same, which nobody can know: \(found) would be found so",
          findings: [])
      ]
  }

  /// On tables as they are published.
  private static func attempts(
    _ system: TableSystem, intervals: Bool, _ progress: (String) -> Void
  ) throws -> [Attempt] {
    let table = system.table
    let isHidden = try system.hidden()
    func finding(_ cell: Int, _ what: String) -> TableProtection.Report.Finding {
      .init(cell: table.name(of: cell), what: what)
    }
    let sensitive = system.sensitive.map(\.cell)
    let exact = ExactAttack(table, isHidden: isHidden)
    let computed = Set(exact.computed)
    var attempts = [
      Attempt(
        attack: "read", what: "look at what is published",
        findings: sensitive.filter { !isHidden[$0] }.map { finding($0, "it is published") }),
      Attempt(
        attack: "sums", what: "compute hidden cells by all sums of all tables",
        findings: sensitive.filter(computed.contains).map { finding($0, "it can be computed") }),
    ]
    // Whoever stands alone in a cell knows it, hidden or not; and what is known with it.
    var known: [Int: Set<Int32>] = [:]
    for (cell, group) in exact.together where table.soleContributor[cell] >= 0 {
      known[group, default: []].insert(table.soleContributor[cell])
    }
    var insiders = sensitive.filter { cell in
      guard let group = exact.together[cell] else { return false }
      return known[group]?.contains {
        $0 != table.soleContributor[cell] && !table.knows($0, cell)
      } ?? false
    }
    // With all cells of one that has several.
    for cells in table.cellsOfHolders where cells.contains(where: { isHidden[$0] }) {
      var without = isHidden
      for cell in cells { without[cell] = false }
      let found = Set(ExactAttack(table, isHidden: without).computed)
      let sole = table.soleContributor[cells[0]]
      insiders += sensitive.filter {
        found.contains($0) && !computed.contains($0) && table.soleContributor[$0] != sole
          && !table.knows(sole, $0)
      }
    }
    attempts.append(
      Attempt(
        attack: "insider",
        what:
          "compute hidden cells by all sums and the cells in which one contributor stands alone",
        findings: Set(insiders).sorted().map {
          finding($0, "the only contributor of another cell can compute it")
        }))
    if system.hasEarlier {
      attempts.append(
        Attempt(
          attack: "differencing", what: "compare with what was published before",
          findings: sensitive.filter { system.isKnown[$0] }.map {
            finding($0, "it was published before")
          }))
    }
    if intervals {
      let audit = try TableAudit(published: system, all: false, progress)
      attempts.append(
        Attempt(
          attack: "interval",
          what: "the least and the most of each sensitive cell, by linear programs",
          findings: audit.findings))
    }
    return attempts
  }

  /// On a table of which figures are changed.
  package init(_ perturbation: TablePerturbation) {
    let attack = perturbation.attack()
    attempts = [
      Attempt(
        attack: "narrowing",
        what:
          "narrow every figure by how far it may be changed and by all sums that must hold",
        findings: attack.recovered.map {
          .init(cell: perturbation.name(of: $0), what: "its true figure is certain")
        }),
      Attempt(
        attack: "averaging",
        what:
          "average what all sums say of a cell: \((attack.averagedError * 1000).rounded() / 1000) from the truth in the mean, where published figures are \((attack.publishedError * 1000).rounded() / 1000)",
        findings: []),
    ]
  }
}
