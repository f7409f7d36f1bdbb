import Foundation

/// In which order releases were published: the file `published`, one name a line, the last one last.
///
/// Times of files do not tell: content that is published again keeps its folder, and a copy of the
/// folder may have other times.
struct PublicationOrder {
  private static let name = "published"
  private var releases: [ReleaseID] = []

  /// Reads the order of a folder of releases; lines that name no release do not count.
  init(of directory: URL) throws(PublicationError) {
    let file = directory.appending(path: Self.name)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    do {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      releases = text.split(whereSeparator: \.isNewline).compactMap { ReleaseID(String($0)) }
    } catch {
      throw PublicationError(.storage, "Cannot read the file \(file.path): \(error)")
    }
  }

  /// Position of a release, the last published highest; a release without position comes before all
  /// others.
  func position(of id: ReleaseID) -> Int { releases.lastIndex(of: id) ?? -1 }

  /// Puts a release last, and forgets those that were removed.
  mutating func publish(_ id: ReleaseID, in folder: DurableFolder) throws {
    guard releases.last != id else { return }
    releases.removeAll { $0 == id || !folder.contains($0.description) }
    releases.append(id)
    try folder.replace(
      Self.name, with: Data(releases.map { "\($0)\n" }.joined().utf8))
  }
}
