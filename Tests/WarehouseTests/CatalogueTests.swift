import Foundation
import GRDB
import InformationModel
import TestSupport
import Testing
import Warehouse

@Suite("The catalogue")
struct CatalogueTests {
  private func delivery(
    _ sequence: Int, id: String, fingerprint: String? = nil, kind: String = "MUTATIE",
    organisation: String = "winkel", known: String = "2023-01-10", replaces: String? = nil
  ) throws -> Catalogue.Delivery {
    let date = try #require(CalendarDate(iso: known))
    return Catalogue.Delivery(
      sequence: sequence, id: id, fingerprint: fingerprint ?? "f-\(id)",
      organisation: organisation, kind: kind, period: "2022", referenceDate: date, knownFrom: date,
      replaces: replaces, receipt: "{}")
  }

  private func file(_ delivery: String, name: String = "a.csv") -> Catalogue.File {
    Catalogue.File(
      delivery: delivery, contract: "winkel.verkoop", version: "1", name: name, digest: "d",
      rows: 3, accepted: 2, quarantined: 1, content: "c.parquet", identity: nil, quarantine: "q")
  }

  private func code(_ delivery: String, _ code: String) -> Catalogue.UnknownCode {
    .init(delivery: delivery, organisation: "winkel", list: "soort", code: code, rows: 1)
  }

  private func with(_ body: (Catalogue, URL) throws -> Void) throws {
    try withFolder { folder in
      let file = folder.appending(path: "catalogue.sqlite")
      try body(Catalogue.create(file), file)
    }
  }

  @Test("of a workspace from before files had several contracts keeps all of its files")
  func earlier() throws {
    try with { catalogue, place in
      try catalogue.accept(
        delivery(1, id: "d1"), files: [file("d1")], unknownCodes: [code("d1", "Z")])
      let before = try catalogue.files()
      let database = try DatabaseQueue(path: place.path)
      try database.write { database in
        try database.execute(
          sql: """
            CREATE TABLE old (
              delivery TEXT NOT NULL REFERENCES delivery (id), contract TEXT NOT NULL,
              version TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
              rows INTEGER NOT NULL, accepted INTEGER NOT NULL, quarantined INTEGER NOT NULL,
              content TEXT NOT NULL, identity TEXT, quarantine TEXT, PRIMARY KEY (delivery, name));
            INSERT INTO old SELECT * FROM deliveredFile;
            DROP TABLE deliveredFile;
            ALTER TABLE old RENAME TO deliveredFile;
            DELETE FROM grdb_migrations WHERE identifier = 'files by contract';
            """)
      }
      let opened = try Catalogue(place)
      #expect(try opened.files().map(\.content) == before.map(\.content))
      // One file of two contracts now has two entries.
      var other = file("d2")
      other.contract = "winkel.inkoop"
      try opened.accept(delivery(2, id: "d2"), files: [file("d2"), other], unknownCodes: [])
      #expect(
        try opened.files().map(\.contract) == [
          "winkel.verkoop", "winkel.inkoop", "winkel.verkoop",
        ])
    }
  }

  @Test("shows what was accepted, after a restart too")
  func accepted() throws {
    try with { catalogue, place in
      try catalogue.accept(
        delivery(1, id: "d'1"), files: [file("d'1")], unknownCodes: [code("d'1", "Z")])
      for catalogue in [catalogue, try Catalogue(place)] {
        #expect(try catalogue.deliveries().map(\.id) == ["d'1"])
        #expect(try catalogue.deliveries().first?.knownFrom.description == "2023-01-10")
        #expect(try catalogue.files().map(\.quarantine) == ["q"])
        #expect(try catalogue.unknownCodes().map(\.code) == ["Z"])
        #expect(try catalogue.delivery(fingerprint: "f-d'1")?.id == "d'1")
        #expect(try catalogue.delivery(fingerprint: "f-d") == nil)
      }
    }
  }

  @Test("accepts a delivery whole or not at all")
  func allOrNothing() throws {
    try with { catalogue, _ in
      try catalogue.accept(delivery(1, id: "a"), files: [file("a")], unknownCodes: [])
      let broken: [(Catalogue.Delivery, [Catalogue.File], [Catalogue.UnknownCode])] = [
        // The same file twice, a file of a delivery that is not there, the same code twice, an id
        // and a fingerprint that were used before.
        (try delivery(2, id: "b", kind: "INITIEEL"), [file("b"), file("b")], []),
        (try delivery(2, id: "b", kind: "INITIEEL"), [file("b"), file("x")], []),
        (
          try delivery(2, id: "b", kind: "INITIEEL"), [file("b")], [code("b", "Z"), code("b", "Z")]
        ),
        (try delivery(2, id: "a", fingerprint: "g"), [], []),
        (try delivery(2, id: "b", fingerprint: "f-a", replaces: "a"), [], []),
        (try delivery(1, id: "b", replaces: "a"), [], []),
        // A redelivery of nothing, of what is not there, of another organisation's.
        (try delivery(2, id: "b", kind: "HERLEVERING"), [], []),
        (try delivery(2, id: "b", kind: "HERLEVERING", replaces: "x"), [], []),
        (
          try delivery(2, id: "b", kind: "HERLEVERING", organisation: "kassa", replaces: "a"), [],
          []
        ),
      ]
      for (delivery, files, codes) in broken {
        #expect(throws: (any Error).self) {
          try catalogue.accept(delivery, files: files, unknownCodes: codes)
        }
        #expect(try catalogue.deliveries().map(\.id) == ["a"])
        #expect(try catalogue.deliveries().map(\.knownTo) == [nil])
        #expect(try catalogue.files().map(\.delivery) == ["a"])
        #expect(try catalogue.unknownCodes().isEmpty)
      }
    }
  }

  @Test("ends what a full state or a redelivery replaces, of the same organisation only")
  func replaced() throws {
    try with { catalogue, _ in
      func knownTo() throws -> [String?] { try catalogue.deliveries().map(\.knownTo?.description) }
      try catalogue.accept(delivery(1, id: "a"), files: [], unknownCodes: [])
      try catalogue.accept(delivery(2, id: "b"), files: [], unknownCodes: [])
      try catalogue.accept(
        delivery(3, id: "c", organisation: "kassa"), files: [], unknownCodes: [])
      try catalogue.accept(
        delivery(4, id: "d", kind: "HERLEVERING", known: "2023-02-10", replaces: "a"), files: [],
        unknownCodes: [])
      #expect(try knownTo() == ["2023-02-10", nil, nil, nil])
      let again = try delivery(5, id: "e", kind: "HERLEVERING", replaces: "a")
      #expect(
        #expect(throws: WorkspaceError.self) {
          try catalogue.accept(again, files: [], unknownCodes: [])
        }?.description == "delivery e replaces no delivery of winkel that counts")
      // Only a redelivery replaces one delivery.
      try catalogue.accept(delivery(5, id: "e", replaces: "b"), files: [], unknownCodes: [])
      #expect(try knownTo() == ["2023-02-10", nil, nil, nil, nil])
      try catalogue.accept(
        delivery(6, id: "f", kind: "INITIEEL", known: "2023-03-10"), files: [], unknownCodes: [])
      #expect(
        try knownTo() == ["2023-02-10", "2023-03-10", nil, "2023-03-10", "2023-03-10", nil])
    }
  }

  @Test("that is gone is missed, not made anew")
  func gone() throws {
    try withFolder { folder in
      let place = folder.appending(path: "catalogue.sqlite")
      #expect(
        #expect(throws: WorkspaceError.self) { try Catalogue(place) }?.description
          == "catalogue.sqlite is missing; put it back from its safe copy, "
          + "nothing else in the workspace was touched")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }

  @Test("turns to another key and its files together, or not at all")
  func keys() throws {
    try with { catalogue, _ in
      #expect(try catalogue.activeKey() == nil)
      try catalogue.setActiveKey("key-0001")
      try catalogue.accept(delivery(1, id: "a"), files: [file("a")], unknownCodes: [])
      var again = file("a")
      again.content = "new.parquet"
      #expect(throws: (any Error).self) {
        try catalogue.replace([again, file("gone")], key: "key-0002")
      }
      #expect(try catalogue.activeKey() == "key-0001")
      #expect(try catalogue.files().map(\.content) == ["c.parquet"])
      try catalogue.replace([again], key: "key-0002")
      #expect(try catalogue.activeKey() == "key-0002")
      #expect(try catalogue.files().map(\.content) == ["new.parquet"])
    }
  }

  @Test("holds a snapshot once, and releases of snapshots that are there")
  func snapshots() throws {
    try with { catalogue, _ in
      let date = try #require(CalendarDate(iso: "2023-12-31"))
      let snapshot = Catalogue.Snapshot(id: "s", referenceDate: date, packDigest: "p")
      try catalogue.add(snapshot)
      try catalogue.add(snapshot)
      #expect(try catalogue.snapshots().map(\.id) == ["s"])
      let release = Catalogue.Release(id: "r", snapshot: "s", referenceDate: date)
      try catalogue.add(release)
      try catalogue.add(release)
      #expect(try catalogue.releases().map(\.id) == ["r"])
      #expect(throws: (any Error).self) {
        try catalogue.add(Catalogue.Release(id: "q", snapshot: "gone", referenceDate: date))
      }
      #expect(try catalogue.releases().map(\.id) == ["r"])
    }
  }
}
