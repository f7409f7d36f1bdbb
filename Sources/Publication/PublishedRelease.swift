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
  /// By path.
  private let files: [String: ReleaseFile]

  /// Opens a release and checks every file.
  init(id: ReleaseID, folder: URL) throws(PublicationError) {
    self.id = id
    self.folder = folder
    manifest = try Self.manifest(of: id, in: folder).manifest
    var files: [String: ReleaseFile] = [:]
    for file in manifest.files { files[file.path] = try ReleaseFile(file, in: folder) }
    self.files = files
    schemes = try Self.decode(
      [ConceptScheme].self, from: ReleaseFile(manifest.concepts, in: folder).data(),
      path: manifest.concepts.path, in: folder)
  }

  /// Reads `release.json`, and nothing else, and checks it against the release's name.
  static func manifest(
    of id: ReleaseID, in folder: URL
  ) throws(PublicationError) -> (manifest: ReleaseManifest, data: Data) {
    let data = try Self.read(ReleaseManifest.name, in: folder)
    guard ReleaseID(referenceDate: id.referenceDate, manifest: data) == id else {
      throw ReleaseFile.damaged(
        ReleaseManifest.name, in: folder, "its digest is not the release's name")
    }
    let layout = try Self.decode(
      ReleaseManifest.Layout.self, from: data, path: ReleaseManifest.name, in: folder)
    guard layout.format == ReleaseManifest.currentFormat else {
      throw PublicationError(
        .damaged,
        "Release \(id) has the layout \(layout.format), which this program does not know; "
          + "publish again.")
    }
    return (
      try Self.decode(
        ReleaseManifest.self, from: data, path: ReleaseManifest.name, in: folder), data
    )
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

  /// A table in a format; nil when there is no such table, or the release is from before the format.
  package func file(table id: String, format: TableFormat) -> ReleaseFile? {
    guard manifest.tables.contains(where: { $0.id == id }) else { return nil }
    return files["tables/\(id)\(format.suffix)"]
  }

  /// The concept scheme with this id.
  package func scheme(_ id: String) -> ConceptScheme? { schemes.first { $0.id == id } }

  private func table(_ entry: ReleaseManifest.Table) throws(PublicationError) -> PublishedTable {
    let path = "tables/\(entry.id).json"
    let figurePath = "tables/\(entry.id).cells"
    guard let file = files[path], let figures = files[figurePath] else {
      throw ReleaseFile.damaged(path, in: folder, "release.json does not list it")
    }
    let head = try Self.decode(
      PublishedTable.Head.self, from: file.data(), path: path, in: folder)
    guard
      let columns = CellColumns(
        mapping: figures.location,
        cellCount: head.dimensions.reduce(1) { $0 * $1.categories.count },
        columnCount: head.measures.count)
    else {
      throw ReleaseFile.damaged(figurePath, in: folder, "it does not fill the table")
    }
    return PublishedTable(head, figures: columns)
  }

  private static func read(_ path: String, in folder: URL) throws(PublicationError) -> Data {
    do {
      return try Data(contentsOf: folder.appending(path: path))
    } catch {
      throw ReleaseFile.damaged(path, in: folder, "it cannot be read")
    }
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, path: String, in folder: URL
  ) throws(PublicationError) -> Value {
    do {
      return try ReleaseJSON.value(type, from: data)
    } catch {
      throw ReleaseFile.damaged(path, in: folder, "it does not read as \(type)")
    }
  }
}
