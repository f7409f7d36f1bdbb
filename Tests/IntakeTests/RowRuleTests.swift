import ChainPack
import Foundation
import InformationModel
import Intake
import Testing
import Warehouse

/// One wrong value in an otherwise right row, and what is found there.
struct WrongValue: Sendable, CustomTestStringConvertible {
  var column: String
  var value: String
  /// `severity rule class`; nil when nothing is wrong.
  var finding: String?
  var message: String?
  /// What stands in content afterwards, by column; for rows that go on.
  var content: [String: String?] = [:]

  init(
    _ column: String, _ value: String, _ finding: String?, _ message: String? = nil,
    content: [String: String?] = [:]
  ) {
    self.column = column
    self.value = value
    self.finding = finding
    self.message = message
    self.content = content
  }

  var testDescription: String { "\(column) '\(value)'" }
}

@Suite("A row rule finds")
struct RowRuleTests {
  private static let right = [
    "NR": "A2", "KLANT": "111222333", "GEB": "07-03-1985", "NAAM": "Jansen", "SOORT": "P",
    "STATUS": "O", "DATUM": "07-03-2023", "BEDRAG": "12,50", "AANTAL": "3", "FILIAAL": "01",
    "KAS": "211234", "TEKST": "", "NIETS": "",
  ]

  static let values = [
    WrongValue("NR", "", "error required empty", "a value is required"),
    WrongValue("NR", "A123456", "error length mixed(7)", "longer than 6 characters"),
    WrongValue("NR", "éééééé", nil, content: ["nr": "éééééé"]),
    WrongValue("DATUM", "", "error required empty", "a value is required"),
    WrongValue(
      "DATUM", "2023-03-07", "error type digits and signs(10)", "expected a date dd-mm-yyyy"),
    WrongValue(
      "DATUM", "31-02-2023", "error type digits and signs(10)", "expected a date dd-mm-yyyy"),
    WrongValue(
      "DATUM", "31-12-1999", "error range out of range", "before or below 2000-01-01"),
    WrongValue("DATUM", "01-01-2000", nil),
    WrongValue("DATUM", "31-12-2023", nil),
    WrongValue(
      "DATUM", "01-01-2024", "error range out of range", "after or above the reference date"),
    WrongValue(
      "BEDRAG", "12.50", "error type digits and signs(5)",
      "expected a number with at most 2 decimals"),
    WrongValue("BEDRAG", "12,505", "error type digits and signs(6)"),
    WrongValue("BEDRAG", "12,500", nil, content: ["bedrag": "1250e-2"]),
    WrongValue("BEDRAG", "+7", nil, content: ["bedrag": "700e-2"]),
    WrongValue("BEDRAG", "1e3", "error type mixed(3)"),
    WrongValue("BEDRAG", "vijf", "error type letters(4)"),
    WrongValue("BEDRAG", "-", "error type signs(1)"),
    WrongValue("BEDRAG", "-0,01", "error range out of range"),
    WrongValue("BEDRAG", "1000,00", nil),
    WrongValue("BEDRAG", "1000,01", "error range out of range"),
    WrongValue("BEDRAG", "9999999999999999999", "error type digits(long)"),
    WrongValue("BEDRAG", "", nil, content: ["bedrag": nil]),
    WrongValue(
      "AANTAL", "x", "warning type letters(1)", "expected a whole number",
      content: ["aantal": nil]),
    WrongValue("AANTAL", "0", "warning range out of range", content: ["aantal": nil]),
    WrongValue("AANTAL", "1,0", "warning type digits and signs(3)", content: ["aantal": nil]),
    WrongValue("AANTAL", "007", nil, content: ["aantal": "7"]),
    WrongValue("STATUS", "X", "error values letters(1)", "not one of O, D"),
    WrongValue("STATUS", "o", "error values letters(1)", "not one of O, D"),
    WrongValue("SOORT", "Q7", "error code-list mixed(2)", "unknown in the code list 'soort'"),
    WrongValue(
      "KLANT", "123456789", "warning check-digit digits(9)",
      "no valid citizen number: the check digit does not fit", content: ["klant": nil]),
    WrongValue(
      "KLANT", "1234567", "warning notation digits(7)",
      "in no known notation of citizen number", content: ["klant": nil]),
    WrongValue("KLANT", "1112.22.333", nil, content: ["klant": "111222333"]),
    WrongValue(
      "GEB", "00-00-1985", "warning partial-date digits and signs(10)",
      "a part of the date is unknown", content: ["geboortejaar": "1985"]),
    WrongValue(
      "GEB", "00-03-1985", "warning partial-date digits and signs(10)",
      content: ["geboortejaar": "1985"]),
    WrongValue("GEB", "07-00-1985", "error type digits and signs(10)"),
    WrongValue("GEB", "00-13-1985", "error type digits and signs(10)"),
    WrongValue(
      "GEB", "01-01-1700", "error range out of range",
      "no year of birth: before 1850 or after 2100"),
    WrongValue("GEB", "31-12-9999", "error range out of range"),
    WrongValue("NAAM", "van der Waals-B", "error length mixed(long)"),
    WrongValue(
      "NAAM", "Jos\u{C3}\u{A9}", "warning mojibake letters(7)",
      "written in another encoding than agreed"),
    WrongValue("KAS", "1234", nil, content: ["kas": "211234"]),
    WrongValue("KAS", "12-34", nil, content: ["kas": "211234"]),
    WrongValue("KAS", "123", "warning notation digits(3)", content: ["kas": nil]),
    WrongValue("TEKST", "Jansen, 123456782, anything at all", nil),
  ]

  @Test("exactly what is wrong with one value", arguments: values)
  func oneValue(wrong: WrongValue) throws {
    try Counter.with { counter in
      let file = try counter.examine(text(wrong.column, wrong.value).utf8, as: "loket.bon")
      let expected = wrong.finding.map { finding -> String in
        let parts = finding.split(separator: " ", maxSplits: 2)
        return "\(parts[0]) \(parts[1]) \(wrong.column) \(parts[2]) [2]"
      }
      #expect(file.lines == (expected.map { [$0] } ?? []))
      if let message = wrong.message { #expect(file.findings.map(\.message) == [message]) }
      let isBad = wrong.finding?.hasPrefix("error") ?? false
      #expect(file.badRowCount == (isBad ? 1 : 0))
      #expect(file.records.content.rows == (isBad ? [0, 2] : [0, 1, 2]))
      for (column, value) in wrong.content {
        #expect(try #require(file.content[column])[1] == value)
      }
      if wrong.value.count > 3 {
        #expect(file.findings.allSatisfy { !"\($0)".contains(wrong.value) })
      }
    }
  }

  /// Three rows, the middle one with one value replaced.
  private func text(_ column: String, _ value: String, and others: [String: String] = [:]) -> String
  {
    let names = Counter.receiptHeader.split(separator: ";").map(String.init)
    var row = Self.right.merging(others, uniquingKeysWith: { $1 })
    row[column] = value
    let middle = names.map { row[$0] ?? "" }.joined(separator: ";")
    return [Counter.receiptHeader, Counter.receipt("A1"), middle, Counter.receipt("A3")]
      .joined(separator: "\n")
  }

  @Test("a part of a number that could not be found in the row")
  func ambiguous() throws {
    try Counter.with { counter in
      for (branch, expected) in [
        ("02", [String]()), ("2", ["warning notation FILIAAL digits(1) [2]"]),
        ("09", ["warning ambiguous KAS - [2]"]), ("", ["warning ambiguous KAS - [2]"]),
      ] {
        let file = try counter.examine(
          text("KAS", "5678", and: ["FILIAAL": branch]).utf8, as: "loket.bon")
        #expect(file.lines.filter { !$0.contains("ambiguous KAS") || branch != "2" } == expected)
        #expect(file.content["kas"]?[1] == (branch == "02" ? "225678" : nil))
        #expect(file.badRowCount == 0)
      }
    }
  }

  @Test("codes that their list does not have on the date of the row, and keeps the rows")
  func obsolete() throws {
    try Counter.with { counter in
      let days = [
        ("OUD", "31-12-2022"), ("OUD", "01-01-2023"), ("OUD", "02-01-2023"),
        ("NIEUW", "30-06-2023"), ("NIEUW", "01-07-2023"), ("OM", "31-01-2023"),
        ("OM", "01-02-2023"), ("OM", "06-03-2023"), ("OM", "07-03-2023"), ("P", "01-01-2001"),
      ]
      let rows = days.enumerated().map { number, row in
        Counter.receipt("A\(number)").replacing(";P;", with: ";\(row.0);")
          .replacing("07-03-2023", with: row.1)
      }
      let text = ([Counter.receiptHeader] + rows).joined(separator: "\n")
      let file = try counter.examine(text.utf8, as: "loket.bon")
      #expect(
        file.lines == [
          "warning obsolete SOORT - [2, 3]", "warning obsolete SOORT - [4]",
          "warning obsolete SOORT - [7, 8]",
        ])
      #expect(
        file.findings.map(\.message)
          == ["OUD", "NIEUW", "OM"].map {
            "the code list 'soort' does not have '\($0)' on the date of the row"
          })
      #expect(file.badRowCount == 0)
    }
  }

  @Test("a day that was there before, however it is written, and keeps no year of a refused date")
  func days() throws {
    try Counter.with { counter in
      let text = """
        dag,geb
        7-3-2023,19850307
        07-03-2023,18990101
        8-3-2023,18990101
        9-3-2023,19850000

        """
      let file = try counter.examine(text.utf8, as: "vorm.dagen")
      #expect(
        file.lines == [
          "warning partial-date geb digits(8) [4]", "warning range geb out of range [2, 3]",
          "error key dag - [2]",
        ])
      #expect(file.content["jaar"] == ["1985", nil, "1985"])
    }
  }

  @Test("codes that no mapping knows, and puts them on the work list with their number of rows")
  func workList() throws {
    try Counter.with { counter in
      var rows = [Counter.receiptHeader]
      for (number, code) in ["P", "Q7", "Z", "Q7", "123456782", "Jansen, J. de", "19850307"]
        .enumerated()
      {
        rows.append(Counter.receipt("A\(number)").replacing(";P;", with: ";\(code);"))
      }
      let file = try counter.examine(rows.joined(separator: "\n").utf8, as: "loket.bon")
      #expect(file.badRowCount == 6)
      let codes = file.unknownCodes.map { "\($0.list) \($0.code) \($0.rows)" }
      // What may be a person stands there by its kind only.
      #expect(
        codes == [
          "soort Q7 2", "soort Z 1", "soort digits(9) 1", "soort mixed(long) 1",
          "soort digits(8) 1",
        ])
    }
  }

  @Test("rows of another shape, and keeps them as delivered")
  func shape() throws {
    try Counter.with { counter in
      let rows = [
        Counter.receiptHeader, Counter.receipt("A1"), "A2;111222333", Counter.receipt("A3") + ";x",
        "A4;\"111222333;;Jansen;P;O;07-03-2023;;;01;;;", Counter.receipt("A5"),
      ]
      let file = try counter.examine(rows.joined(separator: "\n").utf8, as: "loket.bon")
      #expect(
        file.findings.map { "\($0.rule) \($0.rows) \($0.message)" }.sorted() == [
          "field-count [2] 2 fields, 13 expected", "field-count [3] 14 fields, 13 expected",
          "quote [4] a quote is not closed",
        ])
      #expect(file.records.content.rows == [0, 4])
      #expect(
        String(decoding: file.badRows, as: UTF8.self)
          == "2\t\(rows[2])\n3\t\(rows[3])\n4\t\(rows[4])\n")
    }
  }

  @Test("the values of identity only outside content, free text and ignored columns nowhere")
  func zones() throws {
    try Counter.with { counter in
      let text =
        Counter.receiptHeader + "\n"
        + "A1;123456782;07-03-1985;Jansen;P;O;07-03-2023;12,50;3;01;211234;Kanarie;Papegaai\n"
      let file = try counter.examine(text.utf8, as: "loket.bon")
      let checked = file.records.content
      #expect(
        Set(file.content.keys) == [
          "nr", "klant", "geboortejaar", "soort", "status", "datum", "bedrag", "aantal", "filiaal",
          "kas",
        ])
      #expect(checked.identity.map(\.name) == ["KLANT", "GEB", "NAAM", "FILIAAL", "KAS"])
      let everything = "\(checked.content) \(checked.identifiers)"
      let bytes =
        checked.content.flatMap { column -> [UInt8] in
          if case .texts(let values) = column.values { values.bytes } else { [] }
        } + checked.identity.flatMap(\.column.values.bytes)
      for word in ["Kanarie", "Papegaai"] {
        #expect(!everything.contains(word))
        #expect(!String(decoding: bytes, as: UTF8.self).contains(word))
      }
    }
  }

  @Test("classes that tell the kind of a value and never the value")
  func classes() {
    for (text, expected) in [
      ("", "empty"), ("123456782", "digits(9)"), ("Jansen", "letters(6)"),
      ("12-34", "digits and signs(5)"),
      ("--", "signs(2)"), ("A1", "mixed(2)"), ("é", "letters(2)"),
      ("1234567890123", "digits(long)"),
    ] {
      #expect(valueClass(of: Array(text.utf8)) == expected)
    }
  }
}
