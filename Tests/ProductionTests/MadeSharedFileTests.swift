import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Synthesis
import TestSupport
import Testing
import Warehouse

/// Files with records of several contracts, and one file for each service, made up and laid before the door.
@Suite struct MadeSharedFileTests {
  private static let guardContract = """
    file: WACHT.dat
    version: "1"
    rhythm: quarter
    thresholds: {quarantine: 0.3}
    """

  private static func guardFormat(_ record: String, _ positions: String) -> String {
    """
    format:
      kind: fixed
      encoding: iso-8859-1
      newline: crlf
      length: 60
      record: "\(record)"
      trailer: {is: "99", counts: {"01": [3, 8], "02": [11, 8]}}
      date: yyyymmdd
      positions: \(positions)
    """
  }

  private static let texts: [String: String] = [
    "chain.yaml": """
    id: gedeeld
    version: 1.0.0
    name: {nl: Gedeeld, en: Shared}
    purpose: {nl: Proef, en: Test}
    licence: {name: Proef, address: "https://example.org/licence"}
    organisations:
      - {id: wacht, code: WCH, name: {nl: Wacht, en: Guard}, role: {nl: W, en: G}}
      - {id: dienst, code: DNS, name: {nl: Dienst, en: Service}, role: {nl: D, en: S}}
    schemes: []
    """,
    "deliveries/wacht/incident.yaml": """
    id: incident
    \(guardContract)
    title: {nl: Incidenten, en: Incidents}
    \(guardFormat("01", "{nr: [3, 8], dag: [11, 8], omschrijving: [19, 20], bedrag: [39, 6]}"))
    key: [nr]
    columns:
      - {name: nr, role: key, required: true}
      - {name: dag, type: date, role: content}
      - {name: omschrijving, role: content}
      - {name: bedrag, type: integer, role: content}
    """,
    "deliveries/wacht/persoon.yaml": """
    id: persoon
    \(guardContract)
    title: {nl: Personen, en: Persons}
    \(guardFormat("02", "{nr: [3, 8], volg: [11, 2], naam: [13, 30], bedrag: [43, 6]}"))
    key: [nr, volg]
    columns:
      - {name: nr, role: key, required: true}
      - {name: volg, type: integer, role: key, required: true}
      - {name: naam, role: identity}
      - {name: bedrag, type: integer, role: content}
    references:
      - {columns: [nr], to: incident, severity: error}
    """,
    "deliveries/dienst/dossier.yaml": """
    id: dossier
    file: DOSSIER_{dienst}.xml
    version: "1"
    title: {nl: Dossiers, en: Files}
    format: {kind: xml, namespace: "urn:proef:dossier", record: dossiers/dossier}
    rhythm: quarter
    thresholds: {quarantine: 0.3}
    key: ["@nr"]
    mutation: {column: "@mutatie", new: nieuw, changed: gewijzigd, withdrawn: vervallen, at: "@op"}
    columns:
      - {name: "@nr", as: nr, role: key, required: true}
      - {name: "@dienst", as: dienst, role: content, required: true, values: [NOORD, ZUID, OOST]}
      - {name: "@mutatie", as: mutatie, role: content, required: true, values: [nieuw, gewijzigd, vervallen]}
      - {name: "@op", as: mutatie_op, type: date, role: content}
      - {name: onderzoek/thema, as: thema, role: content}
      - {name: onderzoek/nadeel, as: nadeel, type: decimal(2), role: content}
    """,
    "deliveries/dienst/feit.yaml": """
    id: feit
    file: DOSSIER_{dienst}.xml
    version: "1"
    title: {nl: Feiten, en: Charges}
    format: {kind: xml, namespace: "urn:proef:dossier", record: dossiers/dossier/feiten/feit}
    rhythm: quarter
    thresholds: {quarantine: 0.3}
    key: [dossier@nr, "@volgnr"]
    columns:
      - {name: dossier@nr, as: nr, role: key, required: true}
      - {name: dossier@dienst, as: dienst, role: content, required: true, values: [NOORD, ZUID, OOST]}
      - {name: "@volgnr", as: volgnr, type: integer, role: key, required: true}
      - {name: artikel, role: content}
    references:
      - {columns: [dossier@nr], to: dossier, severity: error}
    """,
    "synthesis/synthesis.yaml": """
    parameters: {things: 400}
    tables: []
    truth:
      - {name: thing, entity: Thing, id: thing_id}
    files:
      - {file: wacht.incident, entity: Incident}
      - {file: wacht.persoon, entity: Person}
      - {file: dienst.dossier, entity: Dossier}
      - {file: dienst.feit, entity: Charge}
    golden: []
    delivery_lag_days: 10
    faults:
      - {code: F01, kind: duplicate, file: wacht.incident, rate: 0.05, expect: reject}
      - {code: F01, kind: duplicate, file: wacht.persoon, rate: 0.05, expect: reject}
      - {code: F01, kind: duplicate, file: dienst.dossier, rate: 0.05, expect: reject}
      - {code: F01, kind: duplicate, file: dienst.feit, rate: 0.05, expect: reject}
      - {code: F29, kind: control_total, file: wacht.persoon, rate: 0.4, expect: reject}
      - {code: F30, kind: schema_drift, file: wacht.incident, rate: 0.4, expect: reject}
      - {code: F31, kind: truncated, file: wacht.incident, rate: 0.4, expect: reject}
      - {code: F32, kind: replay, file: wacht.incident, rate: 0.4, expect: reject}
      - {code: F29, kind: control_total, file: dienst.dossier, rate: 0.4, expect: reject}
      - {code: F30, kind: schema_drift, file: dienst.feit, rate: 0.4, expect: reject}
      - {code: F30, kind: schema_drift, file: dienst.dossier, rate: 0.4, expect: reject}
      - {code: F31, kind: truncated, file: dienst.dossier, rate: 0.4, expect: reject}
      - {code: F32, kind: replay, file: dienst.dossier, rate: 0.4, expect: reject}
    """,
    "synthesis/truth/thing.sql": """
    SELECT i AS thing_id, make_date({from}, 1, 1) + CAST(floor(draw('day', i) * 365) AS INTEGER) AS day
    FROM range(CAST({parameter.things} * {scale} AS BIGINT)) AS r(i)
    """,
    "synthesis/files/wacht.incident.sql": """
    SELECT thing_id AS _id, NULL AS _person, day AS _known, lpad(CAST(thing_id AS VARCHAR), 8, '0') AS nr, day AS dag,
           'Café ' || thing_id AS omschrijving, thing_id % 1000 AS bedrag FROM {truth.thing}
    """,
    "synthesis/files/wacht.persoon.sql": """
    SELECT thing_id * 2 + n AS _id, thing_id AS _person, day AS _known, lpad(CAST(thing_id AS VARCHAR), 8, '0') AS nr, n + 1 AS volg,
           'BERG VAN DEN' AS naam, thing_id % 7 AS bedrag FROM {truth.thing}, range(2) AS r(n)
    """,
    "synthesis/files/dienst.dossier.sql": """
    SELECT thing_id AS _id, NULL AS _person, day + CAST(v * 100 AS INTEGER) AS _known, 'D-' || lpad(CAST(thing_id AS VARCHAR), 6, '0') AS "@nr",
           ['NOORD', 'ZUID', 'OOST'][1 + thing_id % 3] AS "@dienst", CASE WHEN v = 1 THEN 'R&D <a "b">' ELSE 'thema' END AS "onderzoek/thema",
           CASE WHEN thing_id % 4 > 0 THEN thing_id * 1.5 END AS "onderzoek/nadeel"
    FROM {truth.thing}, range(2) AS r(v)
    """,
    "synthesis/files/dienst.feit.sql": """
    SELECT thing_id * 4 + n AS _id, NULL AS _person, day + CAST(v * 100 AS INTEGER) AS _known, 'D-' || lpad(CAST(thing_id AS VARCHAR), 6, '0') AS "dossier@nr",
           ['NOORD', 'ZUID', 'OOST'][1 + thing_id % 3] AS "dossier@dienst", n + 1 AS "@volgnr", 'SR225' AS artikel
    FROM {truth.thing}, range(2) AS r(v), range(CASE WHEN thing_id % 5 = 0 THEN 0 ELSE 2 END) AS s(n)
    """,
  ]

  private func make(
    _ faults: Synthesizer.Options.Faults, threads: Int = 1, in folder: URL
  ) throws -> (pack: ChainPack, made: URL) {
    let source = folder.appending(path: "pack")
    try writeFiles(Self.texts, below: source)
    let pack = try ChainPack.read(source).pack
    let made = folder.appending(path: "made-\(threads)")
    _ = try Synthesizer(
      pack: pack,
      options: .init(
        seed: 5, scale: 1, fromYear: 2023, toYear: 2023, faults: faults, threads: threads)
    ).run(into: made)
    return (pack, made)
  }

  private func deliver(_ made: URL, _ pack: ChainPack, into folder: URL) throws -> (
    workspace: Workspace, refused: Set<String>, findings: [(delivery: String, group: FindingGroup)]
  ) {
    let workspace = try Workspace.create(
      at: folder.appending(path: "workspace"), pack: folder.appending(path: "pack"))
    let door = try DeliveryRun(
      workspace: workspace, pack: pack, catalogue: try Catalogue.create(workspace.catalogueFile))
    var refused: Set<String> = []
    var findings: [(String, FindingGroup)] = []
    for delivery in try MadeChain.folders(made) {
      let offered = try OfferedDelivery.folder(delivery)
      do {
        if case .accepted(let report) = try door.receive(offered) {
          findings += report.findings.map { (offered.manifest.id, $0) }
        }
      } catch is IntakeRefusal {
        refused.insert(offered.manifest.id)
      }
    }
    return (workspace, refused, findings)
  }

  @Test func `without faults every record arrives, under its own contract`() throws {
    try withFolder { folder in
      let (pack, made) = try make(.none, in: folder)
      let names = try FileManager.default.contentsOfDirectory(
        atPath: made.appending(path: "DNS_2023K1_001").path)
      #expect(
        names.sorted() == [
          "DOSSIER_NOORD.xml", "DOSSIER_OOST.xml", "DOSSIER_ZUID.xml", "manifest.json",
        ])
      let delivered = try deliver(made, pack, into: folder)
      #expect(delivered.refused.isEmpty)
      #expect(delivered.findings.isEmpty)
      let catalogue = try Catalogue(delivered.workspace.catalogueFile)
      let files = try catalogue.files()
      func rows(_ contract: String) -> Int {
        files.filter { $0.contract == contract }.reduce(0) { $0 + $1.accepted }
      }
      #expect(rows("wacht.incident") == 400)
      #expect(rows("wacht.persoon") == 800)
      // Both versions of a dossier, as far as they fall in the year, each with its charges.
      #expect(rows("dienst.dossier") > 600)
      let engine = try DuckDBEngine(threads: 1)
      func content(_ contract: String) -> String {
        let paths = files.filter { $0.contract == contract }
          .map { "'\(delivered.workspace.contentZone.appending(path: $0.content).path)'" }
        return "read_parquet([\(paths.joined(separator: ", "))])"
      }
      let answer = try engine.query(
        """
        SELECT (SELECT count(*) FROM \(content("dienst.dossier")) WHERE thema = 'R&D <a "b">') AS changed,
          (SELECT count(*) FROM \(content("dienst.dossier")) WHERE thema NOT IN ('thema', 'R&D <a "b">')) AS other,
          (SELECT count(DISTINCT nr) FROM \(content("dienst.feit"))) AS charged,
          (SELECT count(DISTINCT nr) FROM \(content("dienst.dossier")) WHERE nadeel IS NOT NULL) AS harmed,
          (SELECT count(*) FROM \(content("wacht.incident")) WHERE omschrijving LIKE 'Café %') AS named
        """)
      #expect((answer.integers("changed").first ?? 0) ?? 0 > 200)
      #expect(answer.integers("other") == [0])
      #expect(answer.integers("charged") == [320])
      #expect(answer.integers("harmed") == [300])
      #expect(answer.integers("named") == [400])
    }
  }

  @Test func `with faults bad deliveries are refused, and duplicates named by their record`() throws
  {
    try withFolder { folder in
      let (pack, made) = try make(.default, in: folder)
      let delivered = try deliver(made, pack, into: folder)
      let ledger = CSVTable(
        Array(try Data(contentsOf: made.appending(path: "_truth/faults.csv"))))
      func column(_ name: String) throws -> Int { try #require(ledger.column(name)) }
      let (delivery, contract, file) = try (
        column("leveringId"), column("contract"), column("file")
      )
      let (row, code) = try (column("row"), column("fault"))
      let bad = Set(ledger.rows.filter { $0[code] != "F01" }.map { $0[delivery] })
      #expect(bad.count > 5)
      #expect(delivered.refused.symmetricDifference(bad).isEmpty)
      let duplicates = ledger.rows.filter { $0[code] == "F01" }
        .map { "\($0[delivery]) \($0[file]) \($0[contract]) \($0[row])" }
      let found = delivered.findings.filter { $0.group.rule == "duplicate" }.flatMap { finding in
        finding.group.rows.map {
          "\(finding.delivery) \(finding.group.file) \(finding.group.contract) \($0)"
        }
      }
      #expect(Set(duplicates).count > 60)
      #expect(Set(found).symmetricDifference(duplicates).isEmpty)
    }
  }

  @Test func `a fault that moves rows cannot happen to records inside others`() throws {
    try withFolder { folder in
      let source = folder.appending(path: "pack")
      let fault =
        "  - {code: F17, kind: late, file: dienst.feit, rate: 0.1, expect: flag}\n"
      var texts = Self.texts
      texts["synthesis/synthesis.yaml", default: ""] += "\n" + fault
      try writeFiles(texts, below: source)
      let error = #expect(throws: SynthesisError.self) {
        try Synthesizer(
          pack: ChainPack.read(source).pack,
          options: .init(seed: 5, scale: 1, fromYear: 2023, toYear: 2023)
        ).run(into: folder.appending(path: "made"))
      }
      #expect(
        error?.description.hasSuffix(
          "a fault late moves rows, and those of dienst.feit stand in other records") == true)
    }
  }

  @Test func `the same bytes for any number of threads`() throws {
    try withFolder { folder in
      let one = try make(.default, threads: 1, in: folder).made
      let two = try make(.default, threads: 2, in: folder).made
      let names = files(below: one).sorted()
      #expect(names == files(below: two).sorted())
      for name in names {
        #expect(
          try StoredFile.digest(of: one.appending(path: name))
            == StoredFile.digest(of: two.appending(path: name)), "\(name)")
      }
    }
  }
}
