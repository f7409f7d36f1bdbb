import Foundation

/// The releases of a workspace, as the website reads them.
package struct PublicationStore: Sendable {
  private static let currentName = "current"

  /// The folder that holds the releases.
  package let directory: URL

  /// Reads releases from this folder, which need not exist yet.
  package init(directory: URL) {
    self.directory = directory
  }

  /// The names of all releases, newest reference date first; of one date the last published first.
  package func releases() throws(PublicationError) -> [ReleaseID] {
    guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    } catch {
      throw PublicationError(.storage, "Cannot list the folder \(directory.path): \(error)")
    }
    let order = try PublicationOrder(of: directory)
    return names.compactMap { ReleaseID($0) }.map { (id: $0, position: order.position(of: $0)) }
      .sorted { left, right in
        (right.id.referenceDate, right.position, right.id.digest)
          < (left.id.referenceDate, left.position, left.id.digest)
      }.map(\.id)
  }

  /// The names of all releases in the order in which they were published, the last one last.
  package func releasesAsPublished() throws(PublicationError) -> [ReleaseID] {
    let order = try PublicationOrder(of: directory)
    return try releases().map { (id: $0, position: order.position(of: $0)) }
      .sorted { ($0.position, $0.id.description) < ($1.position, $1.id.description) }
      .map(\.id)
  }

  /// The release that the website shows: the one that the file `current` names, else the first of
  /// `releases`; nil when there is none.
  package func currentID() throws(PublicationError) -> ReleaseID? {
    let releases = try releases()
    guard
      let text = try? String(
        contentsOf: directory.appending(path: Self.currentName), encoding: .utf8)
    else { return releases.first }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let id = ReleaseID(name), releases.contains(id) else {
      throw PublicationError(
        .unknown, "The file \(Self.currentName) names “\(name)”, and there is no such release.")
    }
    return id
  }

  /// The release with this name, with every file checked.
  package func release(_ id: ReleaseID) throws(PublicationError) -> PublishedRelease {
    let folder = directory.appending(path: id.description)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw PublicationError(.unknown, "There is no release \(id).")
    }
    return try PublishedRelease(id: id, folder: folder)
  }
}
