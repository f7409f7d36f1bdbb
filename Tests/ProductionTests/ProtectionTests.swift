import AttackSupport
import ChainPack
import DisclosureControl
import Foundation
import InformationModel
import Production
import Publication
import TestSupport
import Testing
import Warehouse

/// Every table that is published is attacked as its sharpest reader could.
@Suite struct ProtectionTests {
  @Test func `a linear program finds no small count in any published table`() throws {
    let made = try MadeChain.shared.get()
    var hidden = 0
    for table in made.tables {
      let measure = try #require(table.measures.firstIndex { $0.kind == .count })
      let intervals = LinearProgramAttack(table, measure: measure).intervals()
      for (cell, interval) in intervals.enumerated() {
        guard let interval else { continue }
        hidden += 1
        #expect(
          interval.upper - interval.lower >= 1,
          "cell \(cell) of \(table.description.id) is known")
      }
    }
    #expect(hidden > 100)
  }

  @Test func `no count from 1 to 4 is published`() throws {
    for table in try MadeChain.shared.get().tables {
      let measure = try #require(table.measures.firstIndex { $0.kind == .count })
      for value in table.values[measure].compactMap({ $0 }) {
        #expect(value == 0 || value >= Double(table.policy.threshold))
      }
    }
  }

  @Test func `nor does it find one in all tables together`() throws {
    let tables = try MadeChain.shared.get().tables
    let found = LinkedTablesAttack(tables).intervals()
    for (table, intervals) in zip(tables, found) {
      for (cell, interval) in intervals.enumerated() {
        guard let interval else { continue }
        #expect(
          interval.width >= 1 - 1e-6, "cell \(cell) of \(table.description.id) is known")
        // A count that must be at least one may be as large as the threshold.
        #expect(
          interval.lower < 1e-6 || interval.upper > Double(table.policy.threshold) - 1e-6,
          "cell \(cell) of \(table.description.id) is known to be small")
      }
    }
  }

  @Test func `nor does it find one in this release and earlier ones laid side by side`() throws {
    let made = try MadeChain.shared.get()
    let folder = try TemporaryFolder()
    let workspace = try unpublished(made.workspace, in: folder.url)
    let pack = try workspace.readPack()
    var releases: [[String: (truth: StatisticalTable, shown: ProtectedTable)]] = []
    for date in ["2023-10-10", "2024-01-10", "2024-03-10"] {
      let outcome = try ProductionRun(
        workspace: workspace, pack: pack, catalogue: try Catalogue(workspace.catalogueFile),
        referenceDate: try #require(CalendarDate(iso: date)), progress: { _ in }
      ).run()
      let proof = try ReleaseProof.read(outcome.release.description, of: workspace)
      let truths = proof.certificate.groups.flatMap(\.members).map(\.table)
      releases.append(
        Dictionary(
          uniqueKeysWithValues: try outcome.tables.map { shown in
            let id = shown.description.id
            return (id, (try #require(truths.first { $0.description.id == id }), shown))
          }))
      #expect(
        try ReleaseProof.findings(of: outcome.release.description, in: workspace).findings.isEmpty)
    }
    // The certificate of one proves nothing of another.
    let files = try FileManager.default.contentsOfDirectory(atPath: workspace.certificates.path)
      .sorted()
    let (one, other) = (
      workspace.certificates.appending(path: files[0]),
      workspace.certificates.appending(path: files[1])
    )
    try Data(contentsOf: one).write(to: other)
    #expect(throws: WorkspaceError.self) {
      try ReleaseProof.findings(of: String(files[1].dropLast(5)), in: workspace)
    }
    var hidden = 0
    for (number, release) in releases.enumerated() {
      for (id, table) in release.sorted(by: { $0.key < $1.key }) {
        let measure = try #require(table.shown.measures.firstIndex { $0.kind == .count })
        var known = table.shown.values[measure]
        hidden += known.count { $0 == nil }
        var isBorrowed = false
        let names = names(table.truth)
        // Whatever another release shows is taken for the same here, where it is.
        for (other, tables) in releases.enumerated() where other != number {
          guard let other = tables[id] else { continue }
          let shown = other.shown.values[measure]
          let there = Dictionary(uniqueKeysWithValues: zip(self.names(other.truth), shown))
          for (cell, name) in names.enumerated() where known[cell] == nil {
            guard let value = there[name] ?? nil, Int(value) == table.truth.counts[cell]
            else { continue }
            known[cell] = value
            isBorrowed = true
          }
        }
        // Without that it is a table by itself, as attacked above.
        guard isBorrowed else { continue }
        let intervals = LinearProgramAttack(
          dimensions: table.truth.dimensions, published: known
        ).intervals()
        for (cell, count) in table.truth.counts.enumerated()
        where (1..<table.shown.policy.threshold).contains(count) {
          guard let interval = intervals[cell] else { continue }
          #expect(interval.width > 1e-6, "\(names[cell]) of \(id) in release \(number)")
        }
      }
    }
    #expect(hidden > 100)
  }

  /// A copy of a workspace that has published nothing.
  private func unpublished(_ workspace: Workspace, in folder: URL) throws -> Workspace {
    let copy = folder.appending(path: "workspace")
    try FileManager.default.copyItem(at: workspace.directory, to: copy)
    let workspace = try Workspace.open(copy)
    for folder in [workspace.publications, workspace.certificates] {
      for file in try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
      {
        try FileManager.default.removeItem(at: file)
      }
    }
    return workspace
  }

  @Test func `a sum of which the policy says that two make too much is hidden, and why is not`()
    throws
  {
    let made = try MadeChain.shared.get()
    let folder = try TemporaryFolder()
    let workspace = try unpublished(made.workspace, in: folder.url)
    let source = folder.url.appending(path: "pack")
    try FileManager.default.copyItem(
      at: packageFolder.appending(path: "chains/strafrecht"), to: source)
    let file = source.appending(path: "policies/default.yaml")
    let policy = try String(contentsOf: file, encoding: .utf8)
    try Data("\(policy)\ndominance: {count: 2, percent: 40}\n".utf8).write(to: file)
    let outcome = try ProductionRun(
      workspace: workspace, pack: try ChainPack.read(source).pack,
      catalogue: try Catalogue(workspace.catalogueFile),
      referenceDate: try #require(CalendarDate(iso: MadeChain.referenceDate)),
      progress: { _ in }
    ).run()
    let release = outcome.release.description
    let proof = try ReleaseProof.read(release, of: workspace)
    for member in proof.certificate.groups.flatMap(\.members) {
      #expect(member.policy.concentration == [.dominance(count: 2, percent: 40)])
      let id = member.table.description.id
      let shown = try #require(outcome.tables.first { $0.description.id == id })
      for (index, measure) in shown.measures.enumerated() where measure.kind == .sum {
        let largest = try #require(member.table.contributions?[measure.id]).largest
        // Judged in whole units of the last decimal.
        let slack = 2 * pow(10, -Double(measure.decimals))
        for (cell, value) in shown.values[index].enumerated() {
          guard let value else { continue }
          let two = largest[0][cell] + largest[1][cell]
          #expect(two <= 0.4 * value + slack)
        }
      }
    }
    #expect(try ReleaseProof.findings(of: release, in: workspace).findings.isEmpty)
    let published = workspace.publications.appending(path: release)
    for name in try FileManager.default.subpathsOfDirectory(atPath: published.path)
    where name.hasSuffix(".json") {
      let text = try String(contentsOf: published.appending(path: name), encoding: .utf8)
      #expect(!text.contains("dominance"), "\(name)")
    }
  }

  /// The codes of each cell.
  private func names(_ table: StatisticalTable) -> [[String]] {
    let index = CellIndex(table.dimensions)
    return table.counts.indices.map { cell in
      zip(table.dimensions, index.coordinates(of: cell)).map { $0.categories[$1].code }
    }
  }

  @Test func `a release is checked by its certificate, which only its owner can read`() throws {
    let made = try MadeChain.shared.get()
    let answer = try Program.run("disclosure", "verify-release", made.workspace.directory.path)
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.output.contains("is safe: proved by"))
    let file = made.workspace.certificates.appending(path: "\(made.release).json")
    let rights = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(rights as? Int == 0o600)
    // Nothing of it is where the website reads.
    let published = try FileManager.default.subpathsOfDirectory(
      atPath: made.workspace.publications.path)
    #expect(!published.contains { $0.contains("certificate") })
  }

  @Test func `tables of the same crimes and of the same decisions are linked`() throws {
    let tables = try MadeChain.shared.get().tables
    func population(_ id: String) throws -> Population {
      try #require(tables.first { $0.description.id == id }?.population)
    }
    let (crimes, clearance) = (try population("I01"), try population("I03K"))
    #expect(crimes.units == clearance.units)
    #expect(crimes.variables == ["scm2010", "eenheid", "kennisname"])
    let (decisions, dismissals) = (try population("I08"), try population("I09"))
    #expect(decisions.units == dismissals.units)
    #expect(decisions.conditions.isEmpty)
    #expect(dismissals.conditions == ["beslissing": ["SEPO", "SEPV"]])
    #expect(try population("I03O").units != crimes.units)
  }
}
