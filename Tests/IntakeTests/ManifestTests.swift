import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Testing

@Suite("A delivery is refused whole, with every reason, when")
struct ManifestTests {
  private func refusal(
    _ change: (inout Counter.Delivery) -> Void, _ reasons: String..., id: String = "d1"
  ) throws {
    try Counter.with { counter in
      var delivery = Counter.Delivery()
      change(&delivery)
      let expected =
        ["delivery \(id) is refused; nothing of it was stored:"] + reasons.map { "  - \($0)" }
      let text = try counter.refusal(delivery)
      #expect(text == expected.joined(separator: "\n"))
    }
  }

  /// Changes how the manifest describes one file.
  private func describe(
    _ delivery: inout Counter.Delivery, _ file: String, _ key: String, _ value: Any
  ) {
    delivery.described = { if $0["naam"] as? String == file { $0[key] = value } }
  }

  @Test("nothing is wrong it is not")
  func sound() throws {
    try Counter.with { counter in
      let offered = try counter.offer(Counter.Delivery())
      let matched = try Intake(pack: counter.pack).checkManifest(offered)
      #expect(matched.flatMap(\.contracts).map(\.name) == ["loket.bon", "loket.regel"])
    }
  }

  @Test("a hash is another")
  func hash() throws {
    try refusal(
      { describe(&$0, "BON.csv", "sha256", String(repeating: "a", count: 64)) },
      "BON.csv does not have the SHA-256 of the manifest: it was changed on its way")
  }

  @Test("a file was cut short")
  func cut() throws {
    try refusal(
      { describe(&$0, "REGEL.csv", "bytes", 999) },
      "REGEL.csv has 59 bytes where the manifest says 999: cut short or changed on its way")
  }

  @Test("the number of rows is another")
  func rows() throws {
    try refusal(
      { describe(&$0, "REGEL.csv", "rijen", 4) },
      "REGEL.csv has 3 rows where the manifest says 4")
  }

  @Test("a control total is another, is of no numeric column, or is no number")
  func totals() throws {
    try refusal(
      { describe(&$0, "REGEL.csv", "controletotalen", ["PRIJS": "13.74"]) },
      "REGEL.csv: the sum of PRIJS is not the control total of the manifest")
    try refusal(
      { describe(&$0, "BON.csv", "controletotalen", ["NAAM": "1"]) },
      "BON.csv: there is no numeric column 'NAAM' for the control total of the manifest")
    try refusal(
      { describe(&$0, "BON.csv", "controletotalen", ["BEDRAG": "veel"]) },
      "BON.csv: the control total of BEDRAG in the manifest is no number")
    try Counter.with { counter in
      for total in ["13.75", "13,75", "13.750"] {
        var delivery = Counter.Delivery()
        describe(&delivery, "REGEL.csv", "controletotalen", ["PRIJS": total, "VOLG": "4"])
        let offered = try counter.offer(delivery)
        for files in try Intake(pack: counter.pack).checkManifest(offered) {
          _ = try Intake(pack: counter.pack).examine(files, offered: offered)
        }
      }
    }
  }

  @Test("a file is missing from the manifest or from the folder")
  func missing() throws {
    try refusal(
      { delivery in
        delivery.described = { if $0["naam"] as? String == "REGEL.csv" { $0 = [:] } }
      }, "REGEL.csv is missing")
    try Counter.with { counter in
      let offered = try counter.offer(Counter.Delivery())
      try FileManager.default.removeItem(at: offered.folder.appending(path: "BON.csv"))
      let matched = try Intake(pack: counter.pack).checkManifest(offered)
      let first = try #require(matched.first)
      let error = #expect(throws: IntakeRefusal.self) {
        try Intake(pack: counter.pack).examine(first, offered: offered)
      }
      #expect(error?.reasons == ["BON.csv is missing"])
    }
  }

  @Test("a file is in no contract, or named with a path")
  func unknownFile() throws {
    try refusal(
      { describe(&$0, "BON.csv", "naam", "BONN.csv") },
      "BONN.csv is in no contract of loket; did you mean 'BON.csv'?", "BON.csv is missing")
    try refusal(
      { describe(&$0, "BON.csv", "naam", "../BON.csv") }, "'../BON.csv' is no plain file name",
      "BON.csv is missing")
  }

  @Test("a file stands in it twice")
  func twice() throws {
    try refusal(
      { describe(&$0, "REGEL.csv", "naam", "BON.csv.gz") },
      "BON.csv stands in the delivery twice", "REGEL.csv is missing")
  }

  @Test("its id could be a path")
  func id() throws {
    for id in ["../x", "a/b", "", ".hidden", "a b", String(repeating: "a", count: 101)] {
      try refusal(
        { $0.manifest = ["leveringId": id] },
        "'\(id)' is no delivery id; use up to 100 letters, digits, hyphens, points and underscores",
        id: id)
    }
  }

  @Test("it is no redelivery and still replaces a delivery")
  func replaces() throws {
    for kind in ["MUTATIE", "INITIEEL"] {
      try refusal(
        {
          $0.kind = kind
          $0.replaces = "d0"
        },
        "a \(kind) replaces no single delivery: leave 'vervangt' out, or make it a HERLEVERING")
    }
  }

  @Test("its reference date lies in the future, at home too")
  func future() throws {
    try Counter.with { counter in
      let day = try #require(CalendarDate(iso: "2023-12-31"))
      let early = try DeliveryRun(checking: counter.pack, today: day.adding(days: -1))
      #expect(
        #expect(throws: IntakeRefusal.self) {
          try early.receive(counter.offer(Counter.Delivery()))
        }?.reasons == [
          "its reference date 2023-12-31 lies in the future: nothing is complete up to that day yet"
        ])
      let report = try DeliveryRun(checking: counter.pack, today: day)
        .receive(counter.offer(Counter.Delivery()))
      guard case .accepted = report else {
        Issue.record("it was not accepted on its reference date")
        return
      }
    }
  }

  @Test("several of its files are not what was agreed: each is told")
  func everyFile() throws {
    try refusal(
      { delivery in
        delivery.receipts[0] += ";KLEUR"
        delivery.lines[0] = delivery.lines[0].replacing("SLECHT", with: "GOED")
      }, "BON.csv has KLEUR, which no contract knows",
      "REGEL.csv lacks SLECHT and has GOED, which no contract knows")
    try Counter.with { counter in
      var delivery = Counter.Delivery()
      delivery.receipts.append(Counter.receipt("A3").replacing(";O;", with: ";X;"))
      describe(&delivery, "REGEL.csv", "controletotalen", ["PRIJS": "1"])
      let error = #expect(throws: IntakeRefusal.self) {
        try DeliveryRun(checking: counter.pack).receive(counter.offer(delivery))
      }
      #expect(error?.reasons.count == 1)
      #expect(error?.findings.map(\.line) == ["error values STATUS letters(1) [3]"])
    }
  }

  @Test("it is of another organisation, chain, date or schema version: all reasons at once")
  func several() throws {
    try refusal(
      { delivery in
        delivery.manifest = [
          "bron": "LOKK", "chain": "ander", "peildatum": "31-12-2023", "schemaVersie": "2",
        ]
      }, "'LOKK' is no organisation of this chain; did you mean 'LOK'?",
      "the delivery is for the chain 'ander', this workspace is for 'proef'",
      "'31-12-2023' is no reference date; write yyyy-mm-dd",
      "BON.csv is in no contract of this organisation",
      "REGEL.csv is in no contract of this organisation")
    try refusal(
      { $0.manifest = ["schemaVersie": "2"] },
      "BON.csv has schema version 2, the contract is version 1",
      "REGEL.csv has schema version 2, the contract is version 1")
  }

  @Test("a column is renamed, new, gone or moved")
  func columns() throws {
    let header = Counter.receiptHeader
    try refusal(
      { $0.receipts[0] = header.replacing("BEDRAG", with: "BEDRAGEN") },
      "BON.csv lacks BEDRAG and has BEDRAGEN (renamed from BEDRAG?), which no contract knows")
    try refusal(
      { $0.receipts[0] = header + ";KLEUR" }, "BON.csv has KLEUR, which no contract knows")
    try refusal({ $0.receipts[0] = header.replacing(";NIETS", with: "") }, "BON.csv lacks NIETS")
    try refusal(
      { $0.receipts[0] = header.replacing("NR;KLANT", with: "KLANT;NR") },
      "BON.csv has its columns in another order than the contract: NR, KLANT, GEB, NAAM, SOORT, "
        + "STATUS, DATUM, BEDRAG, AANTAL, FILIAAL, KAS, TEKST, NIETS")
  }

  @Test("it has no header: its first row is not told")
  func noHeader() throws {
    try refusal(
      { $0.receipts.removeFirst() },
      "BON.csv has no header: its first line names no column of the contract")
    // A header that ran into the first row.
    try refusal(
      { $0.receipts[0...1] = [$0.receipts[0] + $0.receipts[1]] },
      "BON.csv lacks NIETS and has 13 columns that no contract knows")
    try refusal(
      { $0.receipts[0] += ";\"Jansen;P\"" },
      "BON.csv has a column that no contract knows")
    try Counter.with { counter in
      let error = #expect(throws: IntakeRefusal.self) {
        try counter.examine([], as: "loket.bon")
      }
      #expect(error?.reasons == ["F.csv is empty: it has no header"])
    }
  }

  @Test("its manifest cannot be read, and says where")
  func unreadable() throws {
    func reason(_ text: String?) throws -> [String] {
      try Counter.with { counter in
        let folder = counter.folder.appending(path: "levering")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let text {
          try Data(text.utf8).write(to: folder.appending(path: "manifest.json"))
        }
        let error = #expect(throws: IntakeRefusal.self) { try OfferedDelivery.folder(folder) }
        #expect(error?.delivery == "levering")
        return error?.reasons ?? []
      }
    }
    #expect(try reason(nil) == ["there is no manifest.json in the folder"])
    #expect(try reason("{") == ["manifest.json cannot be read: it is no JSON"])
    #expect(try reason("{}") == ["manifest.json lacks 'bron'"])
    let start = #"{"bron": "LOK", "leveringId": "d", "chain": "proef", "soort": "#
    #expect(try reason(start + "\"VOL\"}") == ["manifest.json cannot be read at soort"])
    let middle =
      start + #""MUTATIE", "verslagperiode": "2023", "peildatum": "2023-12-31", "schemaVersie": "#
    #expect(
      try reason(middle + #"1, "bestanden": []}"#)
        == ["manifest.json cannot be read at schemaVersie"])
    #expect(
      try reason(middle + #""1", "bestanden": [{"naam": "BON.csv", "rijen": "2"}]}"#)
        == ["manifest.json cannot be read at bestanden.[0].rijen"])
  }

  @Test("too many rows are bad")
  func threshold() throws {
    try refusal(
      { delivery in
        delivery.receipts =
          [Counter.receiptHeader, Counter.receipt("A1"), Counter.receipt("A2")]
          + (0..<7).map { Counter.receipt("B\($0)").replacing("07-03-2023", with: "gisteren") }
      },
      "BON.csv: 7 of 9 rows (77.8%) are bad, the contract allows 50.0%")
  }

  @Test("a single file has no period")
  func period() throws {
    try Counter.with { counter in
      let file = counter.folder.appending(path: "F.csv")
      try Data().write(to: file)
      let contract = try counter.contract("loket.bon")
      let organisation = try #require(counter.pack.organisation(code: "LOK"))
      func offer(_ period: String) throws -> OfferedDelivery {
        try OfferedDelivery.file(
          file, contract: contract, organisation: organisation, chain: "proef", period: period,
          referenceDate: nil)
      }
      for (period, date) in [
        ("2023", "2023-12-31"), ("2023K2", "2023-06-30"), ("2023-02", "2023-02-28"),
        ("2000-2013", "2013-12-31"),
      ] {
        #expect(try offer(period).manifest.referenceDate == date)
      }
      #expect(
        #expect(throws: IntakeRefusal.self) { try offer("vorig jaar") }?.reasons == [
          "'vorig jaar' is no period; write 2023, 2023K2, 2023-06 or 2000-2013"
        ])
      for period in ["abcd-2013", "2014-2013", "2000-0000", "-2000-2013", "+200-2013"] {
        let error = #expect(throws: IntakeRefusal.self) { try offer(period) }
        #expect(error?.reasons.first?.hasPrefix("'\(period)' is no period") == true)
      }
      #expect(
        #expect(throws: IntakeRefusal.self) {
          try OfferedDelivery.file(
            file.appendingPathExtension("x"), contract: contract, organisation: organisation,
            chain: "proef", period: "2023", referenceDate: nil)
        }?.reasons == ["the file cannot be read"])
    }
  }
}
