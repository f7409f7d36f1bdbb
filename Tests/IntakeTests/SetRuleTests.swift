import Foundation
import InformationModel
import Intake
import TestSupport
import Testing

@Suite("A rule over rows finds")
struct SetRuleTests {
  private func receipts(_ rows: [String]) -> String {
    ([Counter.receiptHeader] + rows).joined(separator: "\n")
  }

  @Test("a row twice, and two rows with one key that say different things")
  func keys() throws {
    try Counter.with { counter in
      let report = try counter.report(
        receipts([
          Counter.receipt("A1"), Counter.receipt("A2"), Counter.receipt("A1"),
          Counter.receipt("A2").replacing("12,50", with: "13,50"), Counter.receipt("A3"),
          Counter.receipt("A1"),
        ]).utf8, as: "loket.bon")
      #expect(
        report.findings.map(\.line) == [
          "error duplicate NR - [3, 6]", "error key NR - [4]",
        ])
      #expect(report.receipt.files.map(\.accepted) == [3])
      #expect(report.receipt.files.map(\.quarantined) == [3])
    }
  }

  @Test("a key of several columns as a whole, numbers by value")
  func compoundKeys() throws {
    try Counter.with { counter in
      let file = try counter.examine(
        """
        NR,VOLG,PRIJS,SLECHT
        A,1,,
        A,2,,
        B,1,,
        A,01,,
        ,1,,
        ,1,,
        A,-1,,
        A,2,,

        """.utf8, as: "loket.regel")
      #expect(
        file.lines == [
          "error required NR empty [5, 6]", "error duplicate NR, VOLG - [8]",
          "error key NR, VOLG - [4]",
        ])
    }
  }

  @Test("the same as a slow twin that compares every row with every earlier one")
  func slowTwin() throws {
    var generator = SeededGenerator(seed: 9)
    try Counter.with { counter in
      for _ in 0..<40 {
        let rows = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
          [
            ["A", "B", "C"].randomElement(using: &generator) ?? "A",
            "\(Int.random(in: -2...4, using: &generator))",
            ["1.00", "2.00"].randomElement(using: &generator) ?? "1.00", "",
          ]
        }
        let text = ([Counter.lineHeader] + rows.map { $0.joined(separator: ",") })
          .joined(separator: "\n")
        var same: [Int32] = []
        var other: [Int32] = []
        for (index, row) in rows.enumerated() {
          guard let first = rows[..<index].first(where: { $0[0] == row[0] && $0[1] == row[1] })
          else { continue }
          if first == row { same.append(Int32(index + 1)) } else { other.append(Int32(index + 1)) }
        }
        let file = try counter.examine(text.utf8, as: "loket.regel")
        #expect(file.findings.filter { $0.rule == "duplicate" }.flatMap(\.rows) == same)
        #expect(file.findings.filter { $0.rule == "key" }.flatMap(\.rows) == other)
      }
    }
  }

  @Test("expectations that are not met: with a warning the row goes on, with an error it does not")
  func expectations() throws {
    try Counter.with { counter in
      func row(_ number: String, _ status: String, _ amount: String, _ count: String) -> String {
        "\(number);;;;P;\(status);07-03-2023;\(amount);\(count);01;211234;;"
      }
      let report = try counter.report(
        receipts([
          row("A1", "O", "1,00", "99"), row("A2", "O", "1,00", "100"), row("A3", "O", "0,00", "1"),
          row("A4", "D", "0,00", "1"), row("A5", "O", "", ""), row("A6", "O", "0,00", "500"),
        ]).utf8, as: "loket.bon")
      #expect(
        report.findings.map(\.line) == [
          "warning veel - - [2, 6]", "error gratis - - [3, 6]",
        ])
      #expect(report.findings.map(\.message) == ["Very many", "Free and not closed"])
      let file = try #require(report.receipt.files.first)
      let counts: [Int] = [file.rows, file.accepted, file.quarantined, file.warnings]
      #expect(counts == [6, 4, 2, 2])
    }
  }

  @Test("references to nothing, counting this delivery and all earlier ones, in one run or several")
  func references() throws {
    for separateRuns in [false, true] {
      try DeliveryDesk.with { desk in
        var first = Counter.Delivery(id: "d1", referenceDate: "2023-06-30")
        first.receipts = [
          Counter.receiptHeader, Counter.receipt("A1"),
          // This one goes to quarantine as a set, so nothing may refer to it later.
          Counter.receipt("A7").replacing("12,50", with: "0,00"),
        ]
        first.lines = [Counter.lineHeader, "A1,1,1.00,", "A9,1,1.00,", "A1,2,1.00,"]
        let one = try desk.accept(first)
        #expect(
          one.findings.map(\.line) == ["error gratis - - [2]", "error reference NR - [2]"])
        #expect(one.findings.map(\.message).last == "refers to no row of BON.csv")
        if separateRuns { try desk.restart() }
        var second = Counter.Delivery(id: "d2", referenceDate: "2023-12-31")
        second.receipts = [Counter.receiptHeader, Counter.receipt("A2")]
        second.lines = [
          Counter.lineHeader, "A1,3,1.00,", "A2,1,1.00,", "A3,1,1.00,", "A7,1,1.00,",
        ]
        let two = try desk.accept(second)
        #expect(two.findings.map(\.line) == ["error reference NR - [3, 4]"])
      }
    }
  }
}
