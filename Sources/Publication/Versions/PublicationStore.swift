import Foundation
import InformationModel

/// The releases of a workspace: all of them, or what the public sees of them.
package struct PublicationStore: Sendable {
  private static let currentName = "current"

  /// The folder that holds the releases.
  package let directory: URL
  /// Nil for those who see all.
  private let now: (@Sendable () -> Moment)?

  /// Reads releases from this folder, which need not exist yet.
  package init(directory: URL) {
    self.directory = directory
    now = nil
  }

  private init(directory: URL, now: @escaping @Sendable () -> Moment) {
    self.directory = directory
    self.now = now
  }

  /// The same folder as the public sees it: nothing of a release before its moment.
  package func seen(at now: @escaping @Sendable () -> Moment) -> PublicationStore {
    PublicationStore(directory: directory, now: now)
  }

  /// The names of all releases, newest reference date first; of one date the last published first.
  package func releases() throws(PublicationError) -> [ReleaseID] {
    let log = try PublicationLog(of: directory)
    return try names(log).map { (id: $0, position: log.position(of: $0)) }
      .sorted { left, right in
        (right.id.referenceDate, right.position, right.id.digest)
          < (left.id.referenceDate, left.position, left.id.digest)
      }.map(\.id)
  }

  /// All releases in the order in which they were published, the last one last.
  package func entries() throws(PublicationError) -> [PublicationEntry] {
    let log = try PublicationLog(of: directory)
    return try names(log).map { (id: $0, position: log.position(of: $0)) }
      .sorted { ($0.position, $0.id.description) < ($1.position, $1.id.description) }
      .map { log.entry(of: $0.id) }
  }

  private func names(_ log: PublicationLog) throws(PublicationError) -> [ReleaseID] {
    guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    } catch {
      throw PublicationError(.storage, "Cannot list the folder \(directory.path): \(error)")
    }
    return names.compactMap { ReleaseID($0) }.filter { isSeen(log.entry(of: $0)) }
  }

  private func isSeen(_ entry: PublicationEntry) -> Bool {
    guard let now else { return true }
    // What the log does not tell may be planned: nobody sees it.
    guard entry.isCertain else { return false }
    return entry.moment.map { $0 <= now() } ?? true
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

  /// What is in the release with this name; its other files are not looked at.
  package func manifest(of id: ReleaseID) throws(PublicationError) -> ReleaseManifest {
    try PublishedRelease.manifest(of: id, in: folder(of: id)).manifest
  }

  /// How the release with this name was published; nil when there is none.
  package func entry(of id: ReleaseID) throws(PublicationError) -> PublicationEntry? {
    let entry = try PublicationLog(of: directory).entry(of: id)
    let folder = directory.appending(path: id.description)
    return isSeen(entry) && FileManager.default.fileExists(atPath: folder.path) ? entry : nil
  }

  private func folder(of id: ReleaseID) throws(PublicationError) -> URL {
    guard try entry(of: id) != nil else {
      throw PublicationError(.unknown, "There is no release \(id).")
    }
    return directory.appending(path: id.description)
  }

  /// The release with this name, with every file checked.
  package func release(_ id: ReleaseID) throws(PublicationError) -> PublishedRelease {
    try PublishedRelease(id: id, folder: folder(of: id))
  }
}
