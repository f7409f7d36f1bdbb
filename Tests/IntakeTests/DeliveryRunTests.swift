import Foundation
import InformationModel
import Intake
import Production
import Pseudonymisation
import TestSupport
import Testing
import Warehouse

@Suite("The whole door")
struct DeliveryRunTests {
  private typealias Delivery = Counter.Delivery

  @Test("stores content without a name or a number, and the rest sealed")
  func stores() throws {
    try DeliveryDesk.with { desk in
      var delivery = Delivery()
      delivery.receipts.append(Counter.receipt("A3").replacing(";O;", with: ";X;"))
      let report = try desk.accept(delivery)
      #expect(report.receipt.files.map(\.rows) == [3, 3])
      #expect(report.receipt.files.map(\.accepted) == [2, 3])
      #expect(report.receipt.files.map(\.quarantined) == [1, 0])
      let files = try desk.catalogue.files()
      #expect(files.map(\.contract) == ["loket.bon", "loket.regel"])
      let engine = try DuckDBEngine()
      let content = desk.workspace.contentZone.appending(path: try #require(files.first).content)
      try engine.define("bon", as: [LakeFile(content)], columns: [])
      let answer = try engine.query("SELECT * FROM bon ORDER BY `_row`")
      #expect(
        answer.names == [
          "nr", "klant", "soort", "status", "datum", "bedrag", "aantal", "filiaal", "kas",
          "geboortejaar", "_row",
        ])
      #expect(answer.texts("nr") == ["A1", "A2"])
      #expect(answer.integers("geboortejaar") == [1985, 1985])
      #expect(answer.texts("klant").allSatisfy { $0?.utf8.count == 24 })
      // The whole workspace apart from the sealed zone and the key holds no identifying value.
      for word in ["Jansen", "123456782", "07-03-1985", "211234"] {
        for (name, text) in try plainTexts(desk) {
          #expect(!text.contains(word), "\(word) stands in \(name)")
        }
      }
      let quarantine = try #require(files.first?.quarantine)
      let sealed = try Data(
        contentsOf: desk.workspace.identityZone.appending(path: quarantine))
      let subject = Pseudonymisation.subject("d1", "loket.bon") + "/quarantine"
      let rows = try SealedColumns.open(sealed, subject: subject) {
        try PseudonymKeys.read($0, of: desk.workspace)
      }
      #expect(String(decoding: rows, as: UTF8.self) == "3\t\(delivery.receipts[3])\n")
      let identity = try #require(files.first?.identity)
      let columns = try SealedColumns.columns(
        Data(contentsOf: desk.workspace.identityZone.appending(path: identity)),
        subject: Pseudonymisation.subject("d1", "loket.bon")
      ) { try PseudonymKeys.read($0, of: desk.workspace) }
      #expect(columns.map(\.name) == ["KLANT", "GEB", "NAAM", "FILIAAL", "KAS"])
    }
  }

  /// Every file of the workspace as bytes read as Latin, so that any run of ASCII shows.
  private func plainTexts(_ desk: DeliveryDesk) throws -> [(String, String)] {
    try desk.listing().filter { $0.value != "folder" && !$0.key.hasPrefix("keys") }.keys.sorted()
      .map { name in
        let data = try Data(contentsOf: desk.workspace.directory.appending(path: name))
        return (name, String(data: data, encoding: .isoLatin1) ?? "")
      }
  }

  @Test("takes the same delivery twice for one, and gives the same receipt")
  func noOp() throws {
    try DeliveryDesk.with { desk in
      let first = try desk.accept(Delivery())
      let before = try desk.listing()
      for _ in 0..<2 {
        guard case .known(let receipt) = try desk.run.receive(desk.counter.offer(Delivery())) else {
          Issue.record("it was accepted again")
          return
        }
        #expect(receipt == first.receipt)
        #expect(receipt.json == first.receipt.json)
        try desk.restart()
      }
      #expect(try desk.listing() == before)
      #expect(try desk.catalogue.deliveries().count == 1)
    }
  }

  @Test("gives the same receipt and report in another workspace")
  func sameReceipt() throws {
    var reports: [DeliveryReport] = []
    for _ in 0..<2 {
      try DeliveryDesk.with { desk in
        var delivery = Delivery()
        delivery.receipts.append(Counter.receipt("A3").replacing("12,50", with: "veel"))
        delivery.lines.append("Z9,1,1.00,")
        reports.append(try desk.accept(delivery))
      }
    }
    #expect(reports.map(\.receipt.json).first == reports.map(\.receipt.json).last)
    #expect(reports.map(\.csv).first == reports.map(\.csv).last)
    #expect(reports.map(\.html).first == reports.map(\.html).last)
    #expect(reports.map(\.json).first == reports.map(\.json).last)
  }

  @Test("changes no file of the workspace when it refuses, whatever the reason")
  func refusedLeavesNothing() throws {
    try DeliveryDesk.with { desk in
      _ = try desk.accept(Delivery())
      let before = try desk.listing()
      var bad = Delivery(id: "d2", referenceDate: "2024-12-31")
      bad.described = { $0["sha256"] = "0" }
      #expect(try desk.refusal(bad).count == 2)
      bad.described = { _ in }
      bad.receipts[0] += ";KLEUR"
      #expect(try desk.refusal(bad).count == 1)
      bad.receipts = Delivery().receipts
      bad.lines = [Counter.lineHeader] + (1...9).map { "Z\($0),1,x," }
      #expect(
        try desk.refusal(bad) == [
          "REGEL.csv: 9 of 9 rows (100.0%) are bad, the contract allows 50.0%"
        ])
      bad.lines = [Counter.lineHeader] + (1...9).map { "Z\($0),1,1.00," }
      #expect(try desk.refusal(bad).count == 1)
      #expect(try desk.listing() == before)
      try desk.restart()
      #expect(try desk.listing() == before)
    }
  }

  @Test("refuses a delivery that is replayed, out of order, or carries a used id")
  func placeInTime() throws {
    try DeliveryDesk.with { desk in
      _ = try desk.accept(Delivery(referenceDate: "2023-06-30"))
      var other = Delivery(id: "d2", referenceDate: "2023-12-31")
      #expect(
        try desk.refusal(other)
          == ["these are the files of delivery d1 under another id: a replay"])
      other.receipts[1] = Counter.receipt("A5")
      other.lines = [Counter.lineHeader, "A5,1,1.00,"]
      other.id = "d1"
      #expect(
        try desk.refusal(other) == [
          "delivery id d1 was used before for other files; a new delivery needs a new id"
        ])
      other.id = "d2"
      for date in ["2023-06-30", "2023-01-31"] {
        other.referenceDate = date
        #expect(
          try desk.refusal(other) == [
            "its reference date \(date) is not after 2023-06-30, that of the delivery before: "
              + "out of order"
          ])
      }
      other.kind = "HERLEVERING"
      #expect(
        try desk.refusal(other)
          == ["a HERLEVERING must say in 'vervangt' which delivery it replaces"])
      other.replaces = "d9"
      #expect(try desk.refusal(other) == ["it replaces delivery d9, which is not here"])
      other.replaces = "d1"
      _ = try desk.accept(other)
      #expect(
        try desk.catalogue.deliveries().map(\.knownTo?.description) == ["2023-01-31", nil])
    }
  }

  @Test("knows a replay by its files, however its hashes are written and whatever came since")
  func replays() throws {
    try DeliveryDesk.with { desk in
      let first = Delivery(referenceDate: "2023-03-31")
      _ = try desk.accept(first)
      let replay = ["these are the files of delivery d1 under another id: a replay"]
      var again = Delivery(id: "d2", referenceDate: "2023-12-31")
      again.described = { $0["sha256"] = ($0["sha256"] as? String)?.uppercased() }
      #expect(try desk.refusal(again) == replay)
      var other = Delivery(
        id: "d3", kind: "HERLEVERING", referenceDate: "2023-03-31", replaces: "d1")
      other.receipts[1] = Counter.receipt("A5")
      other.lines = [Counter.lineHeader, "A5,1,1.00,"]
      _ = try desk.accept(other)
      #expect(try desk.refusal(again) == replay)
      // What a redelivery replaces it may bring again, itself or the one before.
      other.id = "d4"
      other.replaces = "d3"
      _ = try desk.accept(other)
      again.kind = "HERLEVERING"
      again.replaces = "d4"
      _ = try desk.accept(again)
      #expect(try desk.catalogue.deliveries().map(\.id) == ["d1", "d3", "d4", "d2"])
    }
  }

  @Test("takes a second period in which nothing happened")
  func emptyPeriods() throws {
    try DeliveryDesk.with { desk in
      for (id, date) in [("d1", "2023-03-31"), ("d2", "2023-06-30"), ("d3", "2023-09-30")] {
        var delivery = Delivery(id: id, referenceDate: date)
        delivery.receipts = [Counter.receiptHeader]
        delivery.lines = [Counter.lineHeader]
        let rows = try desk.accept(delivery).receipt.files.map(\.rows)
        #expect(rows == [0, 0])
      }
    }
  }

  @Test("goes on after a reference date far ahead was put right")
  func wrongReferenceDate() throws {
    try DeliveryDesk.with { desk in
      _ = try desk.accept(Delivery(referenceDate: "2093-12-31"))
      var next = Delivery(id: "d3", referenceDate: "2024-06-30")
      next.receipts[1] = Counter.receipt("A1").replacing("12,50", with: "13,50")
      #expect(try desk.refusal(next).first?.hasSuffix("out of order") == true)
      _ = try desk.accept(
        Delivery(id: "d2", kind: "HERLEVERING", referenceDate: "2023-12-31", replaces: "d1"))
      _ = try desk.accept(next)
      let date = try #require(CalendarDate(iso: "2024-06-30"))
      let state = try KnownState(of: desk.workspace, catalogue: desk.catalogue, at: date)
      #expect(state.deliveries.map(\.id) == ["d2", "d3"])
      // What the later one corrects, holds.
      let contract = try desk.counter.contract("loket.bon")
      let engine = try DuckDBEngine()
      try engine.define("delivered", as: state.contentFiles(of: contract), columns: [])
      let answer = try engine.query(
        "SELECT nr, CAST(bedrag AS VARCHAR) AS b FROM "
          + "(\(state.select(contract, delivered: "delivered"))) s ORDER BY nr")
      #expect(answer.texts("nr") == ["A1", "A2"])
      #expect(answer.texts("b") == ["13.50", "12.50"])
    }
  }

  @Test("lets no production run pass over rows of a contract that the pack no longer has")
  func lostContract() throws {
    try DeliveryDesk.with { desk in
      _ = try desk.accept(Delivery())
      let folder = desk.counter.folder.appending(path: "pack")
      try FileManager.default.removeItem(at: folder.appending(path: "deliveries/loket/regel.yaml"))
      let run = try ProductionRun(
        workspace: desk.workspace, pack: try desk.workspace.readPack(), catalogue: desk.catalogue,
        referenceDate: try #require(CalendarDate(iso: "2023-12-31")), progress: { _ in })
      #expect(
        #expect(throws: WorkspaceError.self) { try run.link() }?.description
          == "the pack no longer has the contract loket.regel; "
          + "its rows would be left out of every figure")
    }
  }

  @Test("writes a report in a folder of its own, whatever the delivery calls itself")
  func reportFolder() throws {
    #expect(DeliveryReport.folderName(of: "d1", offeredAs: "map") == "d1")
    for id in ["../w", "", ".", "..", "a/b", "/tmp"] {
      #expect(DeliveryReport.folderName(of: id, offeredAs: "map") == "map")
      let name = DeliveryReport.folderName(of: id, offeredAs: "..")
      #expect(name.wholeMatch(of: /delivery-[a-p]{16}/) != nil)
    }
    let report = DeliveryReport(
      receipt: DeliveryReceipt(
        delivery: "d", organisation: "o", period: "2023", referenceDate: "2023-12-31",
        knownFrom: "", fingerprint: "", files: []), findings: [])
    try withFolder { folder in
      let place = folder.appending(path: "reports/d")
      // An earlier report is replaced.
      for _ in 0..<2 { try report.write(to: place) }
      let names = ["findings.csv", "findings.json", "index.html"]
      #expect(files(below: folder) == names.map { "reports/d/\($0)" })
      // Anything else stays.
      try writeFile(Data("mine".utf8), to: folder.appending(path: "mine/own/a.txt"))
      try writeFile(Data("mine".utf8), to: folder.appending(path: "file"))
      for (name, place) in [
        ("mine", folder.appending(path: "mine")), ("own", folder.appending(path: "mine/own")),
        ("file", folder.appending(path: "file")),
      ] {
        #expect(
          #expect(throws: WorkspaceError.self) { try report.write(to: place) }?.description
            == "\(name) holds something else than a report; give another folder for reports")
      }
      #expect(
        files(below: folder) == ["file", "mine/own/a.txt"] + names.map { "reports/d/\($0)" })
    }
  }

  @Test("counts a delivery from the day after the newest snapshot, if its date is not later")
  func afterSnapshot() throws {
    try DeliveryDesk.with { desk in
      let date = try #require(CalendarDate(iso: "2024-03-31"))
      try desk.catalogue.add(Catalogue.Snapshot(id: "s", referenceDate: date, packDigest: "p"))
      #expect(try desk.accept(Delivery()).receipt.knownFrom == "2024-04-01")
      var next = Delivery(id: "d2", referenceDate: "2024-06-30")
      next.receipts[1] = Counter.receipt("A5")
      #expect(try desk.accept(next).receipt.knownFrom == "2024-06-30")
    }
  }

  @Test("removes what a stopped command left, and nothing else")
  func cleanUp() throws {
    try DeliveryDesk.with { desk in
      _ = try desk.accept(Delivery())
      let before = try desk.listing()
      for zone in [
        desk.workspace.contentZone, desk.workspace.identityZone, desk.workspace.linkZone,
        desk.workspace.snapshots, desk.workspace.reports, desk.workspace.keys,
      ] {
        try Data("x".utf8).write(to: zone.appending(path: ".part-1"))
      }
      try desk.restart()
      #expect(try desk.listing() == before)
    }
  }

  @Test("misses its key when that is gone, and makes no other")
  func lostKey() throws {
    try DeliveryDesk.with { desk in
      _ = try desk.accept(Delivery())
      try FileManager.default.removeItem(at: desk.workspace.keys.appending(path: "key-0001.key"))
      #expect(
        #expect(throws: KeyError.self) { try desk.restart() }?.description
          == "key key-0001 is missing or damaged; put key-0001.key back from its safe copy")
      #expect(try PseudonymKeys.list(desk.workspace).isEmpty)
    }
  }

  @Test("takes a new key for all that it holds: other pseudonyms, the same rows")
  func rotation() throws {
    try DeliveryDesk.with { desk in
      var delivery = Delivery()
      delivery.receipts += [
        Counter.receipt("A3").replacing("123456782", with: "111222333"),
        Counter.receipt("A4").replacing(";211234;", with: ";1234;"),
        Counter.receipt("A5").replacing("123456782", with: "5"),
        Counter.receipt("A6").replacing(";O;", with: ";X;"),
      ]
      _ = try desk.accept(delivery)
      let before = try content(desk)
      let rotation = KeyRotation(
        workspace: desk.workspace, pack: desk.counter.pack, catalogue: desk.catalogue)
      let links = desk.workspace.linkZone.appending(path: "2023-04-10-politie.parquet")
      try Data("who is whom".utf8).write(to: links)
      let (key, files) = try rotation.rotate { _ in }
      // Nobody is followed from the old key to the new one.
      #expect(!FileManager.default.fileExists(atPath: links.path))
      #expect(key == "key-0002")
      #expect(files == 2)
      #expect(try desk.catalogue.activeKey() == "key-0002")
      let after = try content(desk)
      #expect(after.names == before.names)
      for name in before.names where !["klant", "filiaal", "kas"].contains(name) {
        #expect(
          "\(String(describing: after.column(name)))"
            == "\(String(describing: before.column(name)))")
      }
      for name in ["klant", "filiaal", "kas"] {
        let (old, new) = (before.texts(name), after.texts(name))
        #expect(Set(old.compactMap { $0 }).isDisjoint(with: new.compactMap { $0 }))
        // Equal and absent where they were equal and absent.
        #expect(
          old.map { $0.map { old.firstIndex(of: $0) } }
            == new.map { $0.map { new.firstIndex(of: $0) } })
      }
      // Another delivery of the same persons meets them.
      try desk.restart()
      var next = Delivery(id: "d2", referenceDate: "2024-12-31")
      next.receipts[1] = Counter.receipt("A9")
      next.lines.append("A9,1,1.00,")
      _ = try desk.accept(next)
      #expect(try content(desk, of: "d2").texts("klant").first == after.texts("klant").first)
      let listing = try desk.listing()
      #expect(listing.keys.count { $0.hasSuffix(".sealed") } == 3)
      #expect(listing.keys.count { $0.hasSuffix(".parquet") } == 4)
    }
  }

  private func content(_ desk: DeliveryDesk, of delivery: String = "d1") throws -> QueryAnswer {
    let files = try desk.catalogue.files()
    let file = try #require(files.first { $0.delivery == delivery && $0.name == "BON.csv" })
    let engine = try DuckDBEngine()
    try engine.define(
      "bon", as: [LakeFile(desk.workspace.contentZone.appending(path: file.content))], columns: [])
    return try engine.query("SELECT * FROM bon ORDER BY `_row`")
  }

  @Test("writes reports that name rule, row, column and kind of value, and never a value")
  func reports() throws {
    try DeliveryDesk.with { desk in
      var delivery = Delivery()
      let secrets = ["Kanarie", "987654321", "Geheimstraat", "31-02-1777", "4242,42"]
      delivery.receipts += (1...4).map { Counter.receipt("B\($0)") }
      delivery.receipts += [
        "A3;987654321;31-02-1777;Kanarie Geheimstraat 12;P;O;07-03-2023;4242,42;3;01;211234;;",
        "A4;123456782;;;Geheimstraat;Kanarie;31-02-1777;;;;;;",
        "A5;987654321;Kanarie", "A6;\"Geheimstraat;;;;;;;;;;;",
      ]
      let report = try desk.accept(delivery)
      #expect(report.receipt.files.map(\.quarantined) == [4, 0])
      #expect(Set(report.findings.map(\.rule)).count >= 6)
      let folder = desk.workspace.reports.appending(path: "d1")
      for name in ["findings.csv", "findings.json", "index.html"] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        for secret in secrets { #expect(!text.contains(secret), "\(secret) stands in \(name)") }
        #expect(text.contains("NAAM") && text.contains("length"))
      }
      let csv = try String(contentsOf: folder.appending(path: "findings.csv"), encoding: .utf8)
      #expect(csv.hasPrefix("severity,rule,file,contract,row,column,value class,message\r\n"))
      #expect(
        csv.contains(
          "error,length,BON.csv,loket.bon,7,NAAM,mixed(long),longer than 12 characters\r\n"))
      #expect(csv.contains("error,field-count,BON.csv,loket.bon,9,,,\"3 fields, 13 expected\"\r\n"))
      for (name, text) in try plainTexts(desk) {
        for secret in secrets { #expect(!text.contains(secret), "\(secret) stands in \(name)") }
      }
    }
  }

  @Test("shows text of a delivery in its report page as text")
  func escaped() {
    let receipt = DeliveryReceipt(
      delivery: "<b>", organisation: "A&B", period: "2023", referenceDate: "2023-12-31",
      knownFrom: "2023-12-31", fingerprint: "f", files: [])
    let report = DeliveryReport(
      receipt: receipt,
      findings: [
        FindingGroup(
          severity: .error, rule: "r", file: "a<b>.csv", message: "say \"x, y\"",
          rows: Array(1...12))
      ], refusal: ["<script>"])
    #expect(!report.html.contains("<b>") && !report.html.contains("<script>"))
    #expect(report.html.contains("1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …"))
    #expect(report.html.contains("Geweigerd, er is niets opgeslagen."))
    #expect(report.csv.contains("error,r,a<b>.csv,,12,,,\"say \"\"x, y\"\"\"\r\n"))
  }
}
