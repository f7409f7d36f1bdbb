import ChainPack
import Crypto
import Foundation
import InformationModel
import Linkage
import Warehouse

/// A frozen state of the chain: entities as Parquet, and all that is needed to make them again.
package struct Snapshot: Sendable, Codable, Hashable {
  package struct File: Sendable, Codable, Hashable {
    package var entity: String
    package var file: String
    package var rows: Int
    package var sha256: String
  }

  package var referenceDate: CalendarDate
  package var chain: String
  package var packVersion: String
  package var packDigest: String
  package var program: String
  package var deliveries: [DeliveryReference]
  /// A delivery among them was made up.
  package var isFictitious: Bool
  package var persons: Int
  package var linkage: [PersonLinkage.Coverage]
  /// nil when the pack has no model of linkage.
  package var agreement: PersonLinkage.Agreement?
  /// nil when no earlier reference date was linked.
  package var succession: PersonLinkage.Succession?
  package var files: [File]

  /// Reference date and a digest of all the rest: equal content has an equal name.
  package func makeID() throws -> String {
    let digest = SHA256.hash(data: try encoded())
    return "\(referenceDate)-\(StoredFile.letters(digest).prefix(12))"
  }

  package func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Reads the manifest of a snapshot.
  package static func read(_ id: String, of workspace: Workspace) throws -> Snapshot {
    let file = workspace.snapshots.appending(path: "\(id)/manifest.json")
    guard let data = try? Data(contentsOf: file),
      let snapshot = try? JSONDecoder().decode(Snapshot.self, from: data)
    else { throw WorkspaceError("snapshot \(id) is not there or cannot be read") }
    return snapshot
  }
}

/// Where a frozen snapshot lies.
package struct FrozenSnapshot: Sendable {
  package var id: String
  package var folder: URL
  package var snapshot: Snapshot

  package init(id: String, folder: URL, snapshot: Snapshot) {
    self.id = id
    self.folder = folder
    self.snapshot = snapshot
  }

  package func file(of entity: String) -> URL? {
    snapshot.files.first { $0.entity == entity }.map { folder.appending(path: $0.file) }
  }
}

/// Writes refined entities so that they never change: sorted rows, no clock, named by their content.
package struct Freezing {
  package let workspace: Workspace
  package let pack: ChainPack
  package let program: String

  package init(workspace: Workspace, pack: ChainPack, program: String) {
    self.workspace = workspace
    self.pack = pack
    self.program = program
  }

  /// Turns the folder into which the entities were written into a snapshot.
  package func freeze(
    _ refined: Microdata<Refined, RelationCatalogue>, state: KnownState, in part: URL
  ) throws -> Microdata<Frozen, FrozenSnapshot> {
    let files = try refined.content.entities.map { entity in
      try StoredFile.sync(entity.file)
      return Snapshot.File(
        entity: entity.name, file: entity.file.lastPathComponent, rows: entity.rows,
        sha256: try StoredFile.digest(of: entity.file))
    }
    let snapshot = Snapshot(
      referenceDate: state.referenceDate, chain: pack.description.id,
      packVersion: pack.description.version, packDigest: pack.digest, program: program,
      deliveries: state.deliveries.map {
        DeliveryReference(
          id: $0.id, organisation: $0.organisation, period: $0.period,
          referenceDate: $0.referenceDate)
      },
      isFictitious: state.deliveries.contains { $0.isFictitious },
      persons: refined.content.persons,
      linkage: refined.content.linkage, agreement: refined.content.agreement,
      succession: refined.content.succession, files: files)
    try StoredFile.write(
      try snapshot.encoded(), to: part.appending(path: "manifest.json"))
    let id = try snapshot.makeID()
    let folder = workspace.snapshots.appending(path: id)
    if FileManager.default.fileExists(atPath: folder.path) {
      try FileManager.default.removeItem(at: part)
    } else {
      try StoredFile.commit(part, as: folder)
    }
    return Microdata(
      FrozenSnapshot(id: id, folder: folder, snapshot: snapshot), as: Frozen.self)
  }
}
