import Crypto
import Foundation
import InformationModel

/// A release that has been checked against its own digests.
package final class PublishedRelease: Sendable {
  /// The release's name.
  package let id: ReleaseID
  /// What is in it.
  package let manifest: ReleaseManifest
  /// The terms that its tables and pages use.
  package let schemes: [ConceptScheme]
  private let folder: URL

  /// Opens a release and checks every file.
  init(id: ReleaseID, folder: URL) throws(PublicationError) {
    self.id = id
    self.folder = folder
    let data = try Self.read(ReleaseManifest.name, in: folder)
    guard ReleaseID(referenceDate: id.referenceDate, manifest: data) == id else {
      throw Self.damaged(ReleaseManifest.name, in: folder, "its digest is not the release's name")
    }
    let layout = try Self.decode(
      ReleaseManifest.Layout.self, from: data, path: ReleaseManifest.name, in: folder)
    guard layout.format == ReleaseManifest.currentFormat else {
      throw PublicationError(
        .damaged,
        "Release \(id) has the layout \(layout.format), which this program does not know; "
          + "publish again.")
    }
    manifest = try Self.decode(
      ReleaseManifest.self, from: data, path: ReleaseManifest.name, in: folder)
    for file in manifest.files { _ = try Self.verified(file, in: folder) }
    schemes = try Self.decode(
      [ConceptScheme].self, from: Self.verified(manifest.concepts, in: folder),
      path: manifest.concepts.path, in: folder)
  }

  /// The chain that the figures are about.
  package var chain: ChainDescription { manifest.chain }

  /// Where the figures come from.
  package var provenance: Provenance { manifest.provenance }

  /// All tables, in display order.
  package func allTables() throws(PublicationError) -> [PublishedTable] {
    var all: [PublishedTable] = []
    for entry in manifest.tables { try all.append(table(entry)) }
    return all
  }

  /// The table with this id; nil when there is none.
  package func table(id: String) throws(PublicationError) -> PublishedTable? {
    guard let entry = manifest.tables.first(where: { $0.id == id }) else { return nil }
    return try table(entry)
  }

  /// The bytes of a table in a format; nil when there is no such table.
  package func file(table id: String, format: TableFormat) throws(PublicationError) -> Data? {
    guard let entry = manifest.tables.first(where: { $0.id == id }),
      let file = entry.files.first(where: { $0.path == "tables/\(id)\(format.suffix)" })
    else { return nil }
    return try Self.verified(file, in: folder)
  }

  /// The concept scheme with this id.
  package func scheme(_ id: String) -> ConceptScheme? { schemes.first { $0.id == id } }

  private func table(_ entry: ReleaseManifest.Table) throws(PublicationError) -> PublishedTable {
    let path = "tables/\(entry.id).json"
    guard let file = entry.files.first(where: { $0.path == path }) else {
      throw Self.damaged(path, in: folder, "release.json does not list it")
    }
    return try Self.decode(
      PublishedTable.self, from: Self.verified(file, in: folder), path: path, in: folder)
  }

  private static func verified(
    _ file: ReleaseManifest.File, in folder: URL
  ) throws(PublicationError) -> Data {
    let data = try read(file.path, in: folder)
    guard data.count == file.bytes else {
      throw damaged(file.path, in: folder, "it has \(data.count) bytes instead of \(file.bytes)")
    }
    guard SHA256.hexadecimal(of: data) == file.sha256 else {
      throw damaged(file.path, in: folder, "its digest differs from the one in release.json")
    }
    return data
  }

  private static func read(_ path: String, in folder: URL) throws(PublicationError) -> Data {
    do {
      return try Data(contentsOf: folder.appending(path: path))
    } catch {
      throw damaged(path, in: folder, "it cannot be read")
    }
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, path: String, in folder: URL
  ) throws(PublicationError) -> Value {
    do {
      return try ReleaseJSON.value(type, from: data)
    } catch {
      throw damaged(path, in: folder, "it does not read as \(type)")
    }
  }

  private static func damaged(_ path: String, in folder: URL, _ reason: String) -> PublicationError
  {
    PublicationError(
      .damaged,
      "Release \(folder.lastPathComponent) is damaged: \(path): \(reason). "
        + "Remove the release's folder and publish again.")
  }
}
