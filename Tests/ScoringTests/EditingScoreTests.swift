import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Scoring
import TestSupport
import Testing
import Warehouse

@Suite struct EditingScoreTests {
  private let head = "NR;BSN;KLEUR;DAGEN;NOOT;MUT;MUTDAT\n"
  private let ledger =
    "bron,leveringId,file,contract,row,key,column,fault,true_value,written_value,expected\n"
  private let map = "bron,leveringId,file,contract,row,key,entity,entity_id,person_id\n"

  /// A workspace in which three deliveries were laid before the door and one snapshot was frozen.
  private func workspace(
    in folder: URL, isFictitious: Bool = true, note: String = "gewoon"
  ) throws -> Workspace {
    let pack = try HandMadeChain.pack(in: folder)
    let workspace = try Workspace.create(
      at: folder.appending(path: "workspace"), pack: folder.appending(path: "pack"))
    let catalogue = try Catalogue.create(workspace.catalogueFile)
    let door = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
    let first =
      head + """
        000001;900000001;ROOD;5;\(note);N;2022-02-01
        000001;900000001;ROOD;5;\(note);N;2022-02-01
        000002;900000002;PAARS;5;;N;2022-02-01
        000003;900000003;BLAUW;500;;N;2022-02-01
        000004;900000004;BLAUW;50;;N;2022-02-01
        000005;900000005;BLAUW;300;;N;2022-02-01
        000006;900000006;BLAUW;1;;N;2022-02-01

        """
    let second = head + "000006;900000006;BLAUW;2;;W;2023-02-01\n"
    let verdicts = "BSN;ZAAK\n900000001;NR000001\n;NR000003\n900000004;NR00004\n"
    for delivery in [
      try HandMadeChain.deliver(
        "r1", "REG", "2022-12-31", file: "INSCHRIJVING.csv", first, isFictitious: isFictitious,
        in: folder),
      try HandMadeChain.deliver(
        "g1", "GER", "2022-12-31", file: "VONNIS.csv", verdicts, isFictitious: isFictitious,
        in: folder),
      try HandMadeChain.deliver(
        "r2", "REG", "2023-12-31", file: "INSCHRIJVING.csv", second, isFictitious: isFictitious,
        in: folder),
    ] { _ = try door.receive(delivery) }
    _ = try ProductionRun(
      workspace: workspace, pack: pack, catalogue: catalogue,
      referenceDate: try #require(CalendarDate(iso: "2024-01-01")), progress: { _ in }
    ).freeze()
    return workspace
  }

  private var rowMap: String {
    let first = [1, 1, 2, 3, 4, 5, 6].enumerated().map { place, person in
      "REG,r1,INSCHRIJVING.csv,register.inschrijving,\(place + 1),00000\(person),Thing,\(person),\(person)\n"
    }
    let verdicts = [1, 3, 4].enumerated().map { place, person in
      "GER,g1,VONNIS.csv,gerecht.vonnis,\(place + 1),,Thing,\(person),\(person)\n"
    }
    return map + first.joined() + verdicts.joined()
      + "REG,r2,INSCHRIJVING.csv,register.inschrijving,1,000006,Thing,6,6\n"
  }

  private func score(_ workspace: Workspace, faults: [String], in folder: URL) throws
    -> EditingScore
  {
    try HandMadeChain.write(
      [
        "_truth/rowmap.csv": rowMap,
        "_truth/faults.csv": ledger + faults.map { $0 + "\n" }.joined(),
      ], into: folder)
    return try EditingScore.measure(
      ScoredWorkspace(workspace), truth: folder.appending(path: "_truth"))
  }

  @Test func `each fault is judged by what was expected of it`() throws {
    let folder = try TemporaryFolder()
    let score = try score(
      try workspace(in: folder.url, note: "gewoon 912345678"),
      faults: [
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,1,000001,NOOT,K7,gewoon,gewoon 912345678,reject",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,2,000001,,K5,,,reject",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,3,000002,KLEUR,K1,ROOD,PAARS,reject",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,4,000003,DAGEN,K2,50,500,flag",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,5,000004,DAGEN,K2,5,50,flag",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,7,000006,DAGEN,K6,2,1,repair",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,7,000006,DAGEN,K2,2,1,flag",
        "REG,r2,INSCHRIJVING.csv,register.inschrijving,1,000006,DAGEN,K6,3,2,repair",
        "REG,,INSCHRIJVING.csv,register.inschrijving,,000009,,K6,,,repair",
        "GER,g1,VONNIS.csv,gerecht.vonnis,1,,ZAAK,K3,000001,NR000001,normalise",
        "GER,g1,VONNIS.csv,gerecht.vonnis,2,,ZAAK,K3,000099,NR000003,normalise",
        "GER,g1,VONNIS.csv,gerecht.vonnis,3,,ZAAK,K3,000004,NR00004,normalise",
        "GER,g1,VONNIS.csv,gerecht.vonnis,2,,BSN,K4,900000003,,link",
        "REG,bad,INSCHRIJVING.csv,register.inschrijving,,,,K8,10 bytes,5 bytes,reject",
        "REG,r2,INSCHRIJVING.csv,register.inschrijving,,,,K8,10 bytes,5 bytes,reject",
      ], in: folder.url)
    func line(_ code: String) throws -> EditingScore.Line {
      try #require(score.lines.first { $0.code == code })
    }
    #expect(score.rows == 11)
    #expect(score.rowsWithFault == 10)
    // Row 6 has 300 days and no fault: the one false alarm.
    #expect(score.wronglyFlaggedRows == 1)
    #expect(score.wronglyFlaggedShare == 1)
    #expect(try line("K1").recall == 1)
    #expect(try line("K1").precision == 1)
    let flagged = try line("K2")
    // The row that was replaced before the reference date is no longer there to be noticed.
    #expect((flagged.faults, flagged.noticed, flagged.handled, flagged.outside) == (2, 1, 1, 1))
    #expect((flagged.falseAlarms, flagged.precision) == (1, 0.5))
    // A number that no other row has cannot be verified; one digit too few is no number at all.
    let written = try line("K3")
    #expect((written.faults, written.handled, written.unverified) == (3, 2, 1))
    #expect(try line("K4").handled == 0)
    // Corrected in the second delivery; the second delivery itself has no successor yet.
    let corrected = try line("K6")
    #expect((corrected.faults, corrected.handled, corrected.outside) == (1, 1, 1))
    #expect(try line("K7").recall == 1)
    let twice = score.duplicates
    #expect((twice.faults, twice.removed, twice.removedShare) == (1, 1, 1))
    #expect((twice.wronglyRemoved, twice.wronglyRemovedShare) == (0, 0))
    #expect((score.freeText.faults, score.freeText.caught) == (1, 1))
    #expect(score.freeText.places.isEmpty)
    #expect(score.deliveries.map { [$0.faults, $0.refused] } == [[2, 1]])
    let rule = try #require(score.rules.first { $0.rule == "dagen-denkbaar" })
    #expect((rule.contract, rule.rows, rule.rowsWithoutFault) == ("register.inschrijving", 2, 1))
  }

  @Test
  func `an edit in the snapshot counts as notice, and as repair when it gives the true value`()
    throws
  {
    let folder = try TemporaryFolder()
    let workspace = try workspace(in: folder.url)
    let snapshot = try #require(try Catalogue(workspace.catalogueFile).snapshots().last)
    try DuckDBEngine(threads: 1).write(
      SQLStep(
        name: "edits",
        select: """
          SELECT 'register.inschrijving' AS `contract`, 'r1' AS `delivery`, `row`, 'dagen' AS `field`,
                 'tien-keer' AS `rule`, 'repair' AS `kind`, '500' AS `raw`, `new`
          FROM (VALUES (CAST(5 AS BIGINT), '5'), (CAST(6 AS BIGINT), '9')) v (`row`, `new`)
          """),
      to: workspace.snapshots.appending(path: "\(snapshot.id)/quality.edits.parquet"))
    let score = try score(
      workspace,
      faults: [
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,5,000004,DAGEN,K2,5,50,repair",
        "REG,r1,INSCHRIJVING.csv,register.inschrijving,6,000005,DAGEN,K2,30,300,repair",
      ], in: folder.url)
    let line = try #require(score.lines.first)
    #expect((line.faults, line.noticed, line.handled, line.recall) == (2, 2, 1, 0.5))
  }

  @Test func `deliveries that were not made up are not scored`() throws {
    let folder = try TemporaryFolder()
    let workspace = try workspace(in: folder.url, isFictitious: false)
    let error = #expect(throws: ScoringError.self) {
      try ScoredWorkspace(workspace)
    }
    #expect(
      error?.description
        == "this workspace holds deliveries that were not made up; only made-up ones have a truth")
  }
}
