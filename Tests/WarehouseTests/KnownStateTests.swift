import ChainPack
import Foundation
import InformationModel
import TestSupport
import Testing
import Warehouse

@Suite("The known state")
struct KnownStateTests {
  /// One file with a key, a value and mutations; `N` new, `W` changed, `V` withdrawn.
  private static let files = [
    "chain.yaml": """
    id: proef
    version: 1.0.0
    name: {nl: Proef, en: Trial}
    purpose: {nl: Proef, en: Trial}
    licence: {name: Proef, address: "https://example.org/licence"}
    organisations: [{id: winkel, name: {nl: W, en: S}, role: {nl: W, en: S}}]
    """,
    "deliveries/winkel/verkoop.yaml": """
    id: verkoop
    file: V.csv
    version: "1"
    title: {nl: V, en: V}
    format: {kind: delimited}
    key: [K]
    mutation: {column: M, new: N, changed: W, withdrawn: V}
    columns:
      - {name: K, role: key, required: true}
      - {name: A, role: content}
      - {name: M, role: content}
    """,
    "deliveries/winkel/log.yaml": """
    id: log
    file: L.csv
    version: "1"
    title: {nl: L, en: L}
    format: {kind: delimited}
    columns:
      - {name: K, role: content}
      - {name: A, role: content}
      - {name: M, role: content}
    """,
  ]

  /// A workspace into which rows are put as if they had been delivered and accepted.
  private final class Shop {
    let workspace: Workspace
    let catalogue: Catalogue
    let pack: ChainPack
    let engine: DuckDBEngine
    private var sequence = 0

    init(_ folder: URL) throws {
      let packFolder = folder.appending(path: "pack")
      try writeFiles(KnownStateTests.files, below: packFolder)
      workspace = try Workspace.create(at: folder.appending(path: "w"), pack: packFolder)
      pack = try workspace.readPack()
      catalogue = try Catalogue.create(workspace.catalogueFile)
      engine = try DuckDBEngine()
    }

    /// `rows` is a text such as `k1=a N, k2=b N`; a key `?` is absent. Known from its reference date on, if no other is given.
    func deliver(
      _ id: String, known: String, reference: String? = nil, kind: String = "MUTATIE",
      replaces: String? = nil,
      file contract: String = "winkel.verkoop", rows: String
    ) throws {
      sequence += 1
      var names = ByteStrings()
      var values = ByteStrings()
      var mutations = ByteStrings()
      let lines = rows.split(separator: ", ")
      for line in lines {
        let parts = line.split { $0 == "=" || $0 == " " }
        names.append(Array(parts[0].utf8))
        values.append(Array(parts[1].utf8))
        mutations.append(Array(parts[2].utf8))
      }
      func column(_ name: String, _ texts: ByteStrings) -> ContentTable.Column {
        ContentTable.Column(
          name: name, codes: lines.indices.map { UInt32($0) }, values: .texts(texts),
          isNull: lines.indices.map { texts.string($0) == "?" })
      }
      try engine.load(
        ContentTable(
          columns: [column("k", names), column("a", values), column("m", mutations)],
          rows: lines.indices.map { Int32($0) }), as: "staged")
      try engine.write(
        SQLStep(name: "content", select: "SELECT * FROM staged"),
        to: workspace.contentZone.appending(path: "\(id).parquet"))
      let date = try #require(CalendarDate(iso: known))
      try catalogue.accept(
        Catalogue.Delivery(
          sequence: sequence, id: id, fingerprint: id, organisation: "winkel", kind: kind,
          period: "2023",
          referenceDate: try reference.map { try #require(CalendarDate(iso: $0)) } ?? date,
          knownFrom: date, replaces: replaces, receipt: "{}"),
        files: [
          Catalogue.File(
            delivery: id, contract: contract, version: "1", name: "V.csv", digest: id,
            rows: lines.count, accepted: lines.count, quarantined: 0, content: "\(id).parquet",
            identity: nil, quarantine: nil)
        ], unknownCodes: [])
    }

    /// What was known on a date, as `k1=a k2=b`.
    func known(_ date: String, file name: String = "winkel.verkoop") throws -> String {
      let contract = try #require(pack.contract(name))
      let state = try KnownState(
        of: workspace, catalogue: catalogue, at: try #require(CalendarDate(iso: date)))
      try engine.define(
        "delivered", as: state.contentFiles(of: contract),
        columns: [
          ("k", "VARCHAR"), ("a", "VARCHAR"), ("m", "VARCHAR"), ("_row", "BIGINT"),
          ("_delivery", "VARCHAR"), ("_sequence", "BIGINT"), ("_known_from", "DATE"),
        ])
      let select = state.select(contract, delivered: "delivered")
      let answer = try engine.query(
        "SELECT concat_ws('=', k, a) AS t FROM (\(select)) s ORDER BY k, a")
      return answer.texts("t").compactMap { $0 }.joined(separator: " ")
    }
  }

  @Test("is empty before the first delivery, and holds it from its day on")
  func first() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("a'1", known: "2023-01-10", rows: "k1=a N, k2=b N")
      #expect(try shop.known("2023-01-09") == "")
      #expect(try shop.known("2023-01-10") == "k1=a k2=b")
      #expect(try shop.known("2030-01-01") == "k1=a k2=b")
    }
  }

  @Test("takes a correction from its day on, and keeps the old value before")
  func correction() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", rows: "k1=a N, k2=b N")
      try shop.deliver("d2", known: "2023-02-10", rows: "k2=c W, k3=d N")
      #expect(try shop.known("2023-02-09") == "k1=a k2=b")
      #expect(try shop.known("2023-02-10") == "k1=a k2=c k3=d")
    }
  }

  @Test("drops a withdrawn row from its day on, and has it again when it returns")
  func withdrawal() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", rows: "k1=a N, k2=b N, k9=z V")
      try shop.deliver("d2", known: "2023-02-10", rows: "k2=b V")
      try shop.deliver("d3", known: "2023-03-10", rows: "k2=e N")
      #expect(try shop.known("2023-01-31") == "k1=a k2=b")
      #expect(try shop.known("2023-02-28") == "k1=a")
      #expect(try shop.known("2023-03-31") == "k1=a k2=e")
    }
  }

  @Test("does not change its past when a delivery comes late")
  func late() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", rows: "k1=a N")
      try shop.deliver("d2", known: "2023-03-10", rows: "k2=b N")
      let before = try shop.known("2023-03-31")
      // About an earlier period, but known only later.
      try shop.deliver("late", known: "2023-04-01", rows: "k0=x N")
      #expect(try shop.known("2023-03-31") == before)
      #expect(try shop.known("2023-04-01") == "k0=x k1=a k2=b")
    }
  }

  @Test("keeps a later version when a file about an earlier time comes after it")
  func lateFile() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", rows: "k1=a N, k2=a N")
      try shop.deliver("d2", known: "2023-03-10", rows: "k1=c W")
      try shop.deliver("d3", known: "2023-02-10", rows: "k1=b W, k2=b W")
      #expect(try shop.known("2023-02-28") == "k1=b k2=b")
      #expect(try shop.known("2023-03-10") == "k1=c k2=b")
      // Known later because a snapshot was frozen in the meantime.
      try shop.deliver(
        "d4", known: "2023-04-01", reference: "2023-02-20", rows: "k1=d W, k2=d W, k3=d N")
      #expect(try shop.known("2023-03-31") == "k1=c k2=b")
      #expect(try shop.known("2023-04-01") == "k1=c k2=d k3=d")
      // On one day the one that came last holds.
      try shop.deliver("d5", known: "2023-03-10", rows: "k1=e W")
      #expect(try shop.known("2023-04-01") == "k1=e k2=d k3=d")
    }
  }

  @Test("takes a redelivery that puts a reference date earlier from that date on")
  func earlierRedelivery() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2093-01-10", rows: "k1=a N, k2=a N")
      try shop.deliver(
        "d2", known: "2023-01-10", kind: "HERLEVERING", replaces: "d1", rows: "k1=a N, k2=a N")
      try shop.deliver("d3", known: "2023-02-10", rows: "k1=b W")
      #expect(try shop.known("2023-02-10") == "k1=b k2=a")
    }
  }

  @Test("holds every row without a whole key, of which none is a version of another")
  func noKey() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", rows: "?=a N, ?=b N, k1=x N")
      #expect(try shop.known("2023-01-10") == "k1=x a b")
      try shop.deliver("d2", known: "2023-02-10", rows: "k1=y W, ?=c N, ?=d V")
      #expect(try shop.known("2023-02-10") == "k1=y a b c")
    }
  }

  @Test("has a redelivery in the place of what it replaces, under all that was corrected since")
  func redelivery() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", rows: "k1=wrong N, k2=b N, k3=extra N")
      try shop.deliver("d2", known: "2023-02-10", rows: "k2=corrected W")
      try shop.deliver(
        "d3", known: "2023-03-10", kind: "HERLEVERING", replaces: "d1", rows: "k1=right N, k2=b N")
      #expect(try shop.known("2023-03-09") == "k1=wrong k2=corrected k3=extra")
      #expect(try shop.known("2023-03-10") == "k1=right k2=corrected")
      try shop.deliver(
        "d4", known: "2023-04-10", kind: "HERLEVERING", replaces: "d3", rows: "k1=best N, k2=b N")
      #expect(try shop.known("2023-04-10") == "k1=best k2=corrected")
    }
  }

  @Test("begins anew with a full state")
  func fullState() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", kind: "INITIEEL", rows: "k1=a N, k2=b N")
      try shop.deliver("d2", known: "2023-02-10", rows: "k3=c N")
      try shop.deliver("d3", known: "2023-03-10", kind: "INITIEEL", rows: "k1=new N, k4=d N")
      try shop.deliver("d4", known: "2023-04-10", rows: "k4=e W")
      #expect(try shop.known("2023-02-28") == "k1=a k2=b k3=c")
      #expect(try shop.known("2023-03-10") == "k1=new k4=d")
      #expect(try shop.known("2023-04-10") == "k1=new k4=e")
    }
  }

  @Test("of a file without key holds every row that was delivered")
  func log() throws {
    try withFolder { folder in
      let shop = try Shop(folder)
      try shop.deliver("d1", known: "2023-01-10", file: "winkel.log", rows: "k1=a N, k1=a N")
      try shop.deliver("d2", known: "2023-02-10", file: "winkel.log", rows: "k1=a N")
      #expect(try shop.known("2023-02-10", file: "winkel.log") == "k1=a k1=a k1=a")
    }
  }
}
