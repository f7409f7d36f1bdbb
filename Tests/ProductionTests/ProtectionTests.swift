import AttackSupport
import DisclosureControl
import InformationModel
import Testing

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
}
