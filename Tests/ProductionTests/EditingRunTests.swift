import ChainPack
import Foundation
import Refinement
import Testing
import Warehouse

/// Editing on the made chain, whose faults are known row by row.
@Suite(.serialized) struct EditingRunTests {
  private struct Edit: Hashable {
    var delivery: String
    var row: Int
    var field: String
    var kind: String
    var raw: String?
    var new: String?
  }

  private struct Fault {
    var delivery: String
    var row: Int
    var code: String
    var column: String
    var right: String
    var written: String
  }

  private func snapshot() throws -> FrozenSnapshot {
    let made = try MadeChain.shared.get()
    return FrozenSnapshot(
      id: made.snapshot, folder: made.workspace.snapshots.appending(path: made.snapshot),
      snapshot: try Snapshot.read(made.snapshot, of: made.workspace))
  }

  private func edits() throws -> [Edit] {
    let engine = try DuckDBEngine()
    let file = try #require(try snapshot().file(of: Editing.editsName))
    try engine.define("edits", as: [LakeFile(file)], columns: [])
    let answer = try engine.query("SELECT * FROM `edits`")
    let texts = ["delivery", "field", "kind", "raw", "new"].map { answer.texts($0) }
    let rows = answer.integers("row")
    return (0..<answer.rowCount).map { row in
      Edit(
        delivery: texts[0][row] ?? "", row: Int(rows[row] ?? 0), field: texts[1][row] ?? "",
        kind: texts[2][row] ?? "", raw: texts[3][row], new: texts[4][row])
    }
  }

  /// The faults in rows that were accepted and hold on the reference date: an edit can be expected of no other.
  private func faults(_ codes: Set<String>) throws -> [Fault] {
    let made = try MadeChain.shared.get()
    let ledger = CSVTable(
      Array(try Data(contentsOf: made.deliveries.appending(path: "_truth/faults.csv"))))
    func column(_ name: String) throws -> Int { try #require(ledger.column(name)) }
    let places = try [
      "leveringId", "row", "fault", "column", "true_value", "written_value",
    ].map(column)
    return ledger.rows.compactMap { row in
      guard codes.contains(row[places[2]]), let number = Int(row[places[1]]) else { return nil }
      return Fault(
        delivery: row[places[0]], row: number, code: row[places[2]], column: row[places[3]],
        right: row[places[4]], written: row[places[5]])
    }
  }

  @Test func `every edit is of a row that was made faulty`() throws {
    let edits = try edits()
    let faulty = Set(
      try faults(Set((1...35).map { $0 < 10 ? "F0\($0)" : "F\($0)" }))
        .map { "\($0.delivery) \($0.row)" })
    let right = edits.filter { faulty.contains("\($0.delivery) \($0.row)") }
    #expect(edits.count > 20)
    #expect(Double(right.count) >= 0.95 * Double(edits.count), "\(right.count) of \(edits.count)")
  }

  @Test func `an amount ten or a hundred times too large gets its true value back`() throws {
    let byPlace = Dictionary(
      try faults(["F25"]).map { ("\($0.delivery) \($0.row)", $0) }, uniquingKeysWith: { $1 })
    let repaired = try edits().filter { $0.kind == "factor" }
    let right = repaired.filter { edit in
      guard let fault = byPlace["\(edit.delivery) \(edit.row)"],
        let found = edit.new.flatMap(Double.init), let truth = Double(fault.right)
      else { return false }
      return found == truth
    }
    #expect(!right.isEmpty)
    #expect(
      Double(right.count) >= 0.8 * Double(repaired.count), "\(right.count) of \(repaired.count)")
  }

  @Test func `a municipality that no longer existed is emptied and its code kept beside`() throws {
    let edits = try edits()
    let faults = try faults(["F34"])
    let found = faults.filter { fault in
      edits.contains {
        $0.delivery == fault.delivery && $0.row == fault.row && $0.kind == "emptied"
          && $0.raw == fault.written && $0.new == nil
      }
    }
    // The others were corrected or withdrawn since, or in a delivery that was refused.
    #expect(Double(found.count) >= 0.6 * Double(faults.count), "\(found.count) of \(faults.count)")
  }

  @Test func `a ground or a duration that must be there and is not is flagged or deduced`() throws {
    let edits = try edits()
    let faults = try faults(["F35"])
    let found = faults.filter { fault in
      edits.contains {
        $0.delivery == fault.delivery && $0.row == fault.row
          && ($0.kind == "missing" || ($0.kind == "deduced" && $0.new == fault.right))
      }
    }
    #expect(Double(found.count) >= 0.6 * Double(faults.count), "\(found.count) of \(faults.count)")
  }

  @Test func `the scores count every row of a delivery once under every rule`() throws {
    let scores = try QualityScore.read(try snapshot(), try DuckDBEngine())
    let rules = scores.filter { $0.kind == .rule }
    #expect(rules.allSatisfy { $0.passed + $0.failed + $0.unknown == $0.rows })
    #expect(scores.allSatisfy { $0.edited <= $0.invalid && $0.missing <= $0.rows })
    #expect(Set(rules.map(\.name)).contains("vertrek-is-gemeld"))
    let pack = try MadeChain.shared.get().workspace.readPack()
    #expect(pack.rules.reduce(0) { $0 + $1.rules.count } >= 60)
    #expect(RuleHygiene.check(pack).isEmpty)
  }

  @Test func `no edit names an identifying column`() throws {
    let pack = try MadeChain.shared.get().workspace.readPack()
    let identifying = Set(
      pack.contracts.flatMap(\.columns).filter { $0.role == .identity && $0.identifier == nil }
        .map(\.contentName))
    #expect(try edits().allSatisfy { !identifying.contains($0.field) })
  }
}
