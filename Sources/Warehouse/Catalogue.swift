import Foundation
import GRDB
import InformationModel

/// What the workspace holds, in one SQLite file: deliveries, their files, snapshots, releases. A thing exists when it stands here.
package final class Catalogue: Sendable {
  private let database: DatabaseQueue

  /// Makes the catalogue of a new workspace.
  package static func create(_ file: URL) throws -> Catalogue {
    try Catalogue(opening: file)
  }

  /// Opens the catalogue of a workspace.
  ///
  /// - Throws: `WorkspaceError` when it is gone: an empty one in its place would disown all that was delivered.
  package convenience init(_ file: URL) throws {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw WorkspaceError(
        "catalogue.sqlite is missing; put it back from its safe copy, nothing else in the workspace was touched"
      )
    }
    try self.init(opening: file)
  }

  private init(opening file: URL) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    // `status` reads beside a command that writes.
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    }
    database = try DatabaseQueue(path: file.path, configuration: configuration)
    try Self.migrator.migrate(database)
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("deliveries, snapshots, releases") { database in
      try database.execute(
        sql: """
          CREATE TABLE delivery (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            fingerprint TEXT NOT NULL UNIQUE,
            organisation TEXT NOT NULL,
            kind TEXT NOT NULL,
            period TEXT NOT NULL,
            referenceDate TEXT NOT NULL,
            knownFrom TEXT NOT NULL,
            knownTo TEXT,
            replaces TEXT,
            isFictitious INTEGER NOT NULL,
            receipt TEXT NOT NULL
          );
          CREATE TABLE deliveredFile (
            delivery TEXT NOT NULL REFERENCES delivery (id),
            contract TEXT NOT NULL,
            version TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            rows INTEGER NOT NULL,
            accepted INTEGER NOT NULL,
            quarantined INTEGER NOT NULL,
            content TEXT NOT NULL,
            identity TEXT,
            quarantine TEXT,
            PRIMARY KEY (delivery, name)
          );
          CREATE TABLE unknownCode (
            delivery TEXT NOT NULL REFERENCES delivery (id),
            organisation TEXT NOT NULL,
            list TEXT NOT NULL,
            code TEXT NOT NULL,
            rows INTEGER NOT NULL,
            PRIMARY KEY (delivery, list, code)
          );
          CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
          );
          CREATE TABLE snapshot (
            id TEXT NOT NULL PRIMARY KEY,
            referenceDate TEXT NOT NULL,
            packDigest TEXT NOT NULL
          );
          CREATE TABLE release (
            id TEXT NOT NULL PRIMARY KEY,
            snapshot TEXT NOT NULL REFERENCES snapshot (id),
            referenceDate TEXT NOT NULL
          );
          """)
    }
    // One file may hold records of several contracts.
    migrator.registerMigration("files by contract") { database in
      try database.execute(
        sql: """
          ALTER TABLE deliveredFile RENAME TO earlierFile;
          CREATE TABLE deliveredFile (
            delivery TEXT NOT NULL REFERENCES delivery (id),
            contract TEXT NOT NULL,
            version TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            rows INTEGER NOT NULL,
            accepted INTEGER NOT NULL,
            quarantined INTEGER NOT NULL,
            content TEXT NOT NULL,
            identity TEXT,
            quarantine TEXT,
            PRIMARY KEY (delivery, contract)
          );
          INSERT INTO deliveredFile SELECT * FROM earlierFile;
          DROP TABLE earlierFile;
          """)
    }
    return migrator
  }

  // MARK: Deliveries

  package struct Delivery: Sendable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "delivery"
    package var sequence: Int
    package var id: String
    package var fingerprint: String
    package var organisation: String
    package var kind: String
    package var period: String
    package var referenceDate: CalendarDate
    package var knownFrom: CalendarDate
    package var knownTo: CalendarDate?
    package var replaces: String?
    package var isFictitious: Bool
    package var receipt: String

    package init(
      sequence: Int, id: String, fingerprint: String, organisation: String, kind: String,
      period: String, referenceDate: CalendarDate, knownFrom: CalendarDate,
      knownTo: CalendarDate? = nil, replaces: String? = nil, isFictitious: Bool = false,
      receipt: String
    ) {
      self.sequence = sequence
      self.id = id
      self.fingerprint = fingerprint
      self.organisation = organisation
      self.kind = kind
      self.period = period
      self.referenceDate = referenceDate
      self.knownFrom = knownFrom
      self.knownTo = knownTo
      self.replaces = replaces
      self.isFictitious = isFictitious
      self.receipt = receipt
    }
  }

  /// The rows of one contract in a delivery.
  package struct File: Sendable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "deliveredFile"
    package var delivery: String
    package var contract: String
    package var version: String
    /// What the file is called, or the pattern of the names of several.
    package var name: String
    /// SHA-256 of the file, or of several with blanks between.
    package var digest: String
    package var rows: Int
    package var accepted: Int
    package var quarantined: Int
    /// The SHA-256 of each delivered file.
    package var digests: [String] { digest.split(separator: " ").map(String.init) }
    /// Name in the content zone.
    package var content: String
    /// Name in the identity zone; nil when the file has no identifying column.
    package var identity: String?
    /// Name in the identity zone of the sealed bad rows.
    package var quarantine: String?

    package init(
      delivery: String, contract: String, version: String, name: String, digest: String, rows: Int,
      accepted: Int, quarantined: Int, content: String, identity: String?, quarantine: String?
    ) {
      self.delivery = delivery
      self.contract = contract
      self.version = version
      self.name = name
      self.digest = digest
      self.rows = rows
      self.accepted = accepted
      self.quarantined = quarantined
      self.content = content
      self.identity = identity
      self.quarantine = quarantine
    }
  }

  package struct UnknownCode: Sendable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "unknownCode"
    package var delivery: String
    package var organisation: String
    package var list: String
    package var code: String
    package var rows: Int

    package init(delivery: String, organisation: String, list: String, code: String, rows: Int) {
      self.delivery = delivery
      self.organisation = organisation
      self.list = list
      self.code = code
      self.rows = rows
    }
  }

  package func deliveries() throws -> [Delivery] {
    try database.read { try Delivery.order(Column("sequence")).fetchAll($0) }
  }

  package func files() throws -> [File] {
    try database.read {
      try File.order(Column("delivery"), Column("name"), Column("contract")).fetchAll($0)
    }
  }

  package func unknownCodes() throws -> [UnknownCode] {
    try database.read {
      try UnknownCode.order(Column("organisation"), Column("list"), Column("code")).fetchAll($0)
    }
  }

  package func delivery(fingerprint: String) throws -> Delivery? {
    try database.read { try Delivery.filter(Column("fingerprint") == fingerprint).fetchOne($0) }
  }

  /// Makes a delivery visible, and ends what it replaces: all of it, or nothing.
  ///
  /// - Throws: `WorkspaceError` when a redelivery replaces nothing of its organisation that still counts; `DatabaseError`.
  package func accept(_ delivery: Delivery, files: [File], unknownCodes: [UnknownCode]) throws {
    try database.write { database in
      // A full state replaces all that the organisation delivered before.
      if delivery.kind == DeliveryManifest.Kind.initial.rawValue {
        try database.execute(
          sql:
            "UPDATE delivery SET knownTo = ? WHERE organisation = ? AND knownTo IS NULL",
          arguments: [delivery.knownFrom, delivery.organisation])
      }
      if delivery.kind == DeliveryManifest.Kind.redelivery.rawValue {
        try database.execute(
          sql:
            "UPDATE delivery SET knownTo = ? WHERE id = ? AND organisation = ? AND knownTo IS NULL",
          arguments: [delivery.knownFrom, delivery.replaces, delivery.organisation])
        guard database.changesCount == 1 else {
          throw WorkspaceError(
            "delivery \(delivery.id) replaces no delivery of \(delivery.organisation) that counts")
        }
      }
      try delivery.insert(database)
      for file in files { try file.insert(database) }
      for code in unknownCodes { try code.insert(database) }
    }
  }

  // MARK: Keys

  /// Id of the key that all pseudonyms in content are made with; nil before the first delivery.
  package func activeKey() throws -> String? {
    try database.read {
      try String.fetchOne($0, sql: "SELECT value FROM setting WHERE name = 'activeKey'")
    }
  }

  package func setActiveKey(_ id: String) throws {
    try database.write { try Self.setActiveKey(id, $0) }
  }

  private static func setActiveKey(_ id: String, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('activeKey', ?)", arguments: [id])
  }

  /// Puts files that were made anew under another key in the place of the old ones: all of them, or none.
  package func replace(_ files: [File], key: String) throws {
    try database.write { database in
      for file in files { try file.update(database) }
      try Self.setActiveKey(key, database)
    }
  }

  // MARK: Snapshots and releases

  package struct Snapshot: Sendable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "snapshot"
    package var id: String
    package var referenceDate: CalendarDate
    package var packDigest: String

    package init(id: String, referenceDate: CalendarDate, packDigest: String) {
      self.id = id
      self.referenceDate = referenceDate
      self.packDigest = packDigest
    }
  }

  package struct Release: Sendable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "release"
    package var id: String
    package var snapshot: String
    package var referenceDate: CalendarDate

    package init(id: String, snapshot: String, referenceDate: CalendarDate) {
      self.id = id
      self.snapshot = snapshot
      self.referenceDate = referenceDate
    }
  }

  package func snapshots() throws -> [Snapshot] {
    try database.read {
      try Snapshot.order(Column("referenceDate"), Column("id")).fetchAll($0)
    }
  }

  package func releases() throws -> [Release] {
    try database.read { try Release.order(Column("referenceDate"), Column("id")).fetchAll($0) }
  }

  package func add(_ snapshot: Snapshot) throws {
    try database.write { try snapshot.upsert($0) }
  }

  package func add(_ release: Release) throws {
    try database.write { try release.upsert($0) }
  }
}

extension CalendarDate: DatabaseValueConvertible {
  package var databaseValue: DatabaseValue { description.databaseValue }

  package static func fromDatabaseValue(_ value: DatabaseValue) -> CalendarDate? {
    String.fromDatabaseValue(value).flatMap { CalendarDate(iso: $0) }
  }
}
