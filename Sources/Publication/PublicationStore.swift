import Foundation
import Synchronization

/// The releases of a workspace, as the website reads them.
package final class PublicationStore: Sendable {
  private static let currentName = "current"

  /// The folder that holds the releases.
  package let directory: URL
  private let opened = Mutex<[ReleaseID: PublishedRelease]>([:])

  /// Reads releases from this folder, which need not exist yet.
  package init(directory: URL) {
    self.directory = directory
  }

  /// The names of all releases, newest reference date first; of one date the last written first.
  package func releases() throws(PublicationError) -> [ReleaseID] {
    guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    } catch {
      throw PublicationError(.storage, "Cannot list the folder \(directory.path): \(error)")
    }
    return names.compactMap { ReleaseID($0) }.map { (id: $0, written: written($0)) }
      .sorted { left, right in
        (right.id.referenceDate, right.written, right.id.digest)
          < (left.id.referenceDate, left.written, left.id.digest)
      }.map(\.id)
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

  /// The release that the website shows, checked; nil when there is none.
  package func current() throws(PublicationError) -> PublishedRelease? {
    guard let id = try currentID() else { return nil }
    return try release(id)
  }

  /// The release with this name, checked when it is first opened.
  package func release(_ id: ReleaseID) throws(PublicationError) -> PublishedRelease {
    if let release = opened.withLock({ $0[id] }) { return release }
    let folder = directory.appending(path: id.description)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw PublicationError(.unknown, "There is no release \(id).")
    }
    let release = try PublishedRelease(id: id, folder: folder)
    opened.withLock { $0[id] = release }
    return release
  }

  /// Makes the website show this release whatever its date, or the newest one again (nil).
  package func show(_ id: ReleaseID?) throws {
    if let id { _ = try release(id) }
    try DurableFolder.withExclusiveAccess(to: directory) { folder in
      if let id {
        try folder.replace(Self.currentName, with: Data("\(id)\n".utf8))
      } else {
        try folder.remove(Self.currentName)
      }
    }
  }

  private func written(_ id: ReleaseID) -> Date {
    let file = directory.appending(path: "\(id)/\(ReleaseManifest.name)")
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }
}
