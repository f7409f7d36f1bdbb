import AttackSupport
import DisclosureControl
import Foundation
import InformationModel
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
