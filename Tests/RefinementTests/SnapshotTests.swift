import ChainPack
import Foundation
import InformationModel
import Intake
import Linkage
import Production
import Refinement
import TestSupport
import Testing
import Warehouse

/// A workspace with a shop that delivers, from the door to the snapshot.
final class Shop {
  let folder: URL
  let workspace: Workspace
  let catalogue: Catalogue
  private var number = 0

  static func with<Answer>(
    entity: String = "SELECT nr, soort, fruit, datum, bedrag, `_person` FROM {winkel.verkoop}",
    _ body: (Shop) throws -> Answer
  ) throws -> Answer {
    try withFolder { try body(Shop($0, entity: entity)) }
  }

  private init(_ folder: URL, entity: String) throws {
    self.folder = folder
    try writeFiles(
      Self.files.merging(["entities/verkoop.sql": entity]) { $1 },
      below: folder.appending(path: "pack"))
    workspace = try Workspace.create(
      at: folder.appending(path: "workspace"), pack: folder.appending(path: "pack"))
    catalogue = try Catalogue.create(workspace.catalogueFile)
    // Pseudonyms of a key that is always the same, so that snapshots of two shops can be compared.
    try StoredFile.write(
      Data(repeating: 9, count: 32), to: workspace.keys.appending(path: "key-0001.key"),
      permissions: 0o600)
  }

  func replace(_ old: String, with new: String, in file: String) throws {
    let place = folder.appending(path: "pack/\(file)")
    let text = try String(contentsOf: place, encoding: .utf8)
    try #require(text.contains(old))
    try Data(text.replacing(old, with: new).utf8).write(to: place)
  }

  private static func delivered(_ rows: [String]) -> Data {
    Data((["NR,SOORT,DATUM,BEDRAG,KLANT,MUT"] + rows).joined(separator: "\n").utf8)
  }

  /// Rows are `NR,SOORT,DATUM,BEDRAG,KLANT,MUT`.
  func deliver(
    _ rows: [String], on date: String, kind: String = "MUTATIE", replaces: String? = nil
  ) throws {
    number += 1
    let id = "d\(number)"
    let place = folder.appending(path: "deliveries/\(id)")
    let data = Self.delivered(rows)
    try writeFile(data, to: place.appending(path: "V.csv"))
    var manifest: [String: Any] = [
      "bron": "winkel", "leveringId": id, "chain": "proef", "soort": kind,
      "verslagperiode": "2023", "peildatum": date, "schemaVersie": "1",
      "bestanden": [
        [
          "naam": "V.csv", "rijen": rows.count, "bytes": data.count,
          "sha256": sha256(data),
        ] as [String: Any]
      ],
    ]
    if let replaces { manifest["vervangt"] = replaces }
    try JSONSerialization.data(withJSONObject: manifest)
      .write(to: place.appending(path: "manifest.json"))
    let run = try DeliveryRun(
      workspace: workspace, pack: workspace.readPack(), catalogue: catalogue)
    _ = try run.receive(OfferedDelivery.folder(place))
  }

  /// One file without a manifest, as late ones come.
  func deliverLate(_ rows: [String], period: String) throws {
    number += 1
    let file = folder.appending(path: "late/\(number).csv")
    try writeFile(Self.delivered(rows), to: file)
    let pack = try workspace.readPack()
    let run = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
    _ = try run.receive(
      OfferedDelivery.file(
        file, contract: try #require(pack.contract("winkel.verkoop")),
        organisation: try #require(pack.organisation(code: "winkel")), chain: "proef",
        period: period, referenceDate: nil))
  }

  func freeze(on date: String, threads: Int? = nil) throws -> (FrozenSnapshot, [Finding]) {
    let run = try ProductionRun(
      workspace: workspace, pack: try workspace.readPack(), catalogue: catalogue,
      referenceDate: try #require(CalendarDate(iso: date)), threads: threads, progress: { _ in })
    let (snapshot, workList) = try run.freeze()
    return (snapshot, workList)
  }

  /// Rows of the frozen entity, some columns, as text.
  func rows(_ snapshot: FrozenSnapshot, _ columns: String...) throws -> [String] {
    let engine = try DuckDBEngine()
    let file = try #require(snapshot.file(of: "verkoop"))
    try engine.define("verkoop", as: [LakeFile(file)], columns: [])
    let texts = columns.map { "coalesce(CAST(\(quoted($0)) AS VARCHAR), '-')" }
    return try engine.query(
      "SELECT concat_ws(' ', \(texts.joined(separator: ", "))) AS t FROM verkoop ORDER BY 1"
    ).texts("t").compactMap { $0 }
  }

  /// Every file of a snapshot with its hash.
  func digests(_ snapshot: FrozenSnapshot) throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: snapshot.folder.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try StoredFile.digest(of: snapshot.folder.appending(path: $0)))
      })
  }

  private static let files = [
    "chain.yaml": """
    id: proef
    version: 1.0.0
    name: {nl: Proef, en: Trial}
    purpose: {nl: Proef, en: Trial}
    licence: {name: Proef, address: "https://example.org/licence"}
    organisations: [{id: winkel, name: {nl: W, en: S}, role: {nl: W, en: S}}]
    identifiers: {klant: {name: {nl: K, en: C}}}
    schemes: [{id: fruit, name: {nl: F, en: F}, description: {nl: F, en: F}, owner: W}]
    """,
    "concepts/fruit.csv": """
    code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to
    1,,Oud,Old,d,d,,,
    2,,Nieuw,New,d,d,,,
    3,,D'Anjou,D'Anjou,d,d,,,
    """,
    // A is 1 to the end of 2009 and 2 from 11 January 2010: ten days lie in no period.
    "mappings/winkel.soort.csv": """
    code,label,valid_from,valid_to,concept,reason,approved_by
    A,A,2000-01-01,2009-12-31,1,r,W
    A,A,2010-01-11,2019-12-31,2,r,W
    B,B,2005-01-01,2006-12-31,3,r,W
    E,E,,,event only,r,W
    O,O,,,outside scope,r,W
    '",Quote,,,3,r,W
    """,
    "deliveries/winkel/verkoop.yaml": """
    id: verkoop
    file: V.csv
    version: "1"
    title: {nl: V, en: S}
    format: {kind: delimited, quote: none}
    key: [NR]
    mutation: {column: MUT, new: N, changed: W, withdrawn: V}
    thresholds: {quarantine: 1}
    columns:
      - {name: NR, role: key, required: true}
      - {name: SOORT, role: content, codes: soort, concept: {scheme: fruit, as: fruit, at: DATUM}}
      - {name: DATUM, type: date, role: content}
      - {name: BEDRAG, type: decimal(2), role: content}
      - {name: KLANT, role: identity, identifier: klant}
      - {name: MUT, role: content, required: true, values: [N, W, V]}
    """,
    "linkage.yaml": """
    person: {records: [{file: winkel.verkoop, keys: [klant]}], unique: [klant], local: []}
    """,
  ]
}

@Suite("Uniform codes")
struct UniformCodeTests {
  @Test("follow the mapping of their day, and outside every period the nearest one")
  func stretches() throws {
    try Shop.with { shop in
      let dates = [
        "1990-01-01", "2009-12-31", "2010-01-05", "2010-01-06", "2010-01-11", "2019-12-31",
        "2023-06-01", "9999-12-31", "0001-01-01", "",
      ]
      try shop.deliver(
        dates.enumerated().map { "\($0),A,\($1),1,k,N" } + ["b,B,2023-01-01,1,k,N"],
        on: "2023-12-31")
      let (snapshot, workList) = try shop.freeze(on: "2023-12-31")
      #expect(
        try shop.rows(snapshot, "nr", "fruit") == [
          "0 1", "1 1", "2 1", "3 2", "4 2", "5 2", "6 2", "7 2", "8 1", "9 2", "b 3",
        ])
      #expect(workList.isEmpty)
    }
  }

  @Test("pass on what is an event only, outside scope or absent, and stand any sign")
  func targets() throws {
    try Shop.with { shop in
      try shop.deliver(
        ["1,E,2023-01-01,1,k,N", "2,O,2023-01-01,1,k,N", "3,,2023-01-01,1,k,N", "4,'\",,1,k,N"],
        on: "2023-12-31")
      let (snapshot, _) = try shop.freeze(on: "2023-12-31")
      #expect(
        try shop.rows(snapshot, "nr", "fruit")
          == ["1 event only", "2 outside scope", "3 -", "4 3"])
    }
  }

  @Test("that lost their mapping stand on the work list, and their rows stay")
  func unmapped() throws {
    try Shop.with { shop in
      try shop.deliver(["1,B,2023-01-01,1,k,N", "2,A,2023-01-01,1,k,N"], on: "2023-12-31")
      try shop.replace(
        "B,B,2005-01-01,2006-12-31,3,r,W\n", with: "", in: "mappings/winkel.soort.csv")
      let (snapshot, workList) = try shop.freeze(on: "2023-12-31")
      #expect(try shop.rows(snapshot, "nr", "fruit") == ["1 -", "2 2"])
      #expect(
        workList == [
          Finding(
            severity: .warning, rule: "unmapped", file: "mappings/winkel.soort.csv",
            column: "SOORT", message: "code 'B' leads to no concept; add a row for it")
        ])
    }
  }
}

@Suite("A snapshot")
struct SnapshotTests {
  private static func rows(_ count: Int, from first: Int = 0) -> [String] {
    (first..<first + count).map { number in
      "n\(number),\(number % 3 == 0 ? "A" : "E"),20\(10 + number % 13)-0\(number % 9 + 1)-11,"
        + "\(number * 7 % 1_000).\(number % 90 + 10),k\(number % 40),N"
    }
  }

  @Test("has the same name and bytes for two runs, and with one or two threads")
  func sameBytes() throws {
    try Shop.with { shop in
      try shop.deliver(Self.rows(30_000), on: "2023-06-30")
      try shop.deliver(Self.rows(15_000, from: 20_000), on: "2023-09-30")
      var names: Set<String> = []
      var digests: Set<[String: String]> = []
      for threads in [1, 2, 1] {
        let (snapshot, _) = try shop.freeze(on: "2023-12-31", threads: threads)
        names.insert(snapshot.id)
        digests.insert(try shop.digests(snapshot))
        #expect(snapshot.snapshot.persons == 40)
        // Made anew each time, not found.
        try FileManager.default.removeItem(at: snapshot.folder)
      }
      #expect(names.count == 1)
      #expect(digests.count == 1)
      #expect(digests.first?.count == 2)
    }
  }

  @Test("of an earlier date stays what it was, whatever comes later")
  func reproducible() throws {
    try Shop.with { shop in
      try shop.deliver(
        ["1,A,2001-01-01,1,k1,N", "2,A,2001-01-01,2,k2,N", "3,A,2001-01-01,3,k3,N"],
        on: "2023-03-31")
      let (then, _) = try shop.freeze(on: "2023-06-30")
      let digests = try shop.digests(then)
      #expect(
        try shop.rows(then, "nr", "bedrag") == ["1 1.00", "2 2.00", "3 3.00"])
      func stays(_ event: String) throws {
        try FileManager.default.removeItem(at: then.folder)
        let (again, _) = try shop.freeze(on: "2023-06-30")
        #expect(again.id == then.id, "after \(event)")
        #expect(try shop.digests(again) == digests, "after \(event)")
      }
      try stays("nothing")
      try shop.deliver(
        ["2,A,2001-01-01,22,k2,W", "3,A,2001-01-01,3,k3,V", "4,A,2001-01-01,4,k1,N"],
        on: "2023-09-30")
      try stays("a correction")
      // About a period that the snapshot covers, and not known when it was made.
      try shop.deliverLate(["5,A,2001-01-01,5,k5,N"], period: "2022")
      try stays("a late file")
      try shop.deliver(
        ["1,A,2001-01-01,11,k1,N", "2,A,2001-01-01,2,k2,N"], on: "2023-03-31", kind: "HERLEVERING",
        replaces: "d1")
      try stays("a redelivery")
      let (now, _) = try shop.freeze(on: "2023-12-31")
      #expect(
        try shop.rows(now, "nr", "bedrag") == ["1 11.00", "2 22.00", "4 4.00", "5 5.00"])
      #expect(now.snapshot.deliveries.map(\.id).count == 3)
      try shop.deliver(["9,A,2001-01-01,9,k9,N"], on: "2024-01-31", kind: "INITIEEL")
      try stays("a full state")
      let (last, _) = try shop.freeze(on: "2024-01-31")
      #expect(try shop.rows(last, "nr", "bedrag") == ["9 9.00"])
    }
  }

  @Test("says what it rests on, and can be read back")
  func manifest() throws {
    try Shop.with { shop in
      try shop.deliver(Self.rows(10), on: "2023-03-31")
      let (frozen, _) = try shop.freeze(on: "2023-06-30")
      let snapshot = try Snapshot.read(frozen.id, of: shop.workspace)
      #expect(snapshot == frozen.snapshot)
      #expect(snapshot.deliveries.map(\.id) == ["d1"])
      #expect(snapshot.chain == "proef")
      #expect(snapshot.linkage.map(\.withKey) == [10])
      let file = try #require(snapshot.files.first)
      #expect(file.rows == 10)
      #expect(
        try StoredFile.digest(of: frozen.folder.appending(path: file.file)) == file.sha256)
      #expect(try shop.catalogue.snapshots().map(\.id) == [frozen.id])
      #expect(throws: WorkspaceError.self) { try Snapshot.read("none", of: shop.workspace) }
    }
  }

  @Test("is named after its pack too: another pack gives another name")
  func packVersion() throws {
    try Shop.with { shop in
      try shop.deliver(Self.rows(3), on: "2023-03-31")
      let (one, _) = try shop.freeze(on: "2023-06-30")
      try shop.replace("1.0.0", with: "1.0.1", in: "chain.yaml")
      let (two, _) = try shop.freeze(on: "2023-06-30")
      #expect(one.id != two.id)
      #expect(try shop.digests(one)["verkoop.parquet"] == shop.digests(two)["verkoop.parquet"])
    }
  }

  @Test("cannot be made of nothing, nor by SQL that does not run; then nothing is left")
  func failures() throws {
    try Shop.with { shop in
      #expect(
        #expect(throws: WorkspaceError.self) { try shop.freeze(on: "2023-06-30") }?.description
          == "nothing was known on 2023-06-30: "
          + "no delivery has a reference date on or before it")
    }
    try Shop.with(entity: "SELECT geen_kolom FROM {winkel.verkoop}") { shop in
      try shop.deliver(Self.rows(3), on: "2023-03-31")
      let error = #expect(throws: EngineError.self) { try shop.freeze(on: "2023-06-30") }
      #expect(error?.step == "entities/verkoop.sql")
      #expect(error?.message.contains("geen_kolom") == true)
      let left = try FileManager.default.contentsOfDirectory(atPath: shop.workspace.snapshots.path)
      #expect(left.isEmpty)
    }
  }

  @Test("of entities gives them the concepts, reference date and deliveries that they ask for")
  func inputs() throws {
    try Shop.with(
      entity: """
        -- Een verkoop.
        SELECT v.nr, c.label_nl AS naam, c.depth, {reference_date} AS peil, v.`_delivery` AS lev,
          v.`_known_from` AS bekend
        FROM {winkel.verkoop} v JOIN {concept.fruit} c ON c.code = v.fruit
        ORDER BY nr;

        """
    ) { shop in
      try shop.deliver(["1,B,2005-01-01,1,k,N"], on: "2023-03-31")
      let (frozen, _) = try shop.freeze(on: "2023-06-30")
      #expect(
        try shop.rows(frozen, "nr", "naam", "depth", "peil", "lev", "bekend")
          == ["1 D'Anjou 1 2023-06-30 d1 2023-03-31"])
    }
  }
}
