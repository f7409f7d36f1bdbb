import Foundation
import InformationModel

/// A release as it was published.
package struct PublicationEntry: Sendable, Hashable {
  package let release: ReleaseID
  /// From when the public sees it; at once when nil.
  package let moment: Moment?
  /// Why it was published, for readers: a correction, for instance.
  package let reason: LocalizedText?
  /// Whether the log names it with a moment that can be read, or with none: of anything else nobody knows whether it may be seen.
  package var isCertain = true

  /// What it is dated by: what was seen at once is as old as its reference date, since a release has no clock.
  package var date: Moment { moment ?? Moment(startOf: release.referenceDate) }
}

/// What was published and when: the file `published`, one release a line, the last one last.
///
/// A line is the name of the release; behind tabs the moment from which it is seen, and in Dutch and English why it was published.
/// Times of files do not tell: content that is published again keeps its folder, and a copy of the folder may have other times.
struct PublicationLog {
  private static let name = "published"
  private(set) var entries: [PublicationEntry] = []

  /// Reads the log of a folder of releases; lines that name no release do not count.
  init(of directory: URL) throws(PublicationError) {
    let file = directory.appending(path: Self.name)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    do {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      entries = text.split(whereSeparator: \.isNewline).compactMap { Self.entry(String($0)) }
    } catch {
      throw PublicationError(.storage, "Cannot read the file \(file.path): \(error)")
    }
  }

  /// Position of a release, the last published highest; a release without position comes before all
  /// others.
  func position(of id: ReleaseID) -> Int { entries.lastIndex { $0.release == id } ?? -1 }

  func entry(of id: ReleaseID) -> PublicationEntry {
    entries.last { $0.release == id }
      ?? PublicationEntry(release: id, moment: nil, reason: nil, isCertain: false)
  }

  /// Puts a release last, and forgets those that were removed. What readers were told before stays unless something else is told.
  ///
  /// - Throws: `PublicationError` when a release that was seen at once would be seen later: nothing is taken back.
  mutating func publish(_ entry: PublicationEntry, in folder: DurableFolder) throws {
    var entry = entry
    if let known = entries.last(where: { $0.release == entry.release }) {
      guard known.moment != nil || entry.moment == nil else {
        throw PublicationError(
          .unpublishable,
          "Release \(entry.release) is public already; what was published is not taken back.")
      }
      entry = PublicationEntry(
        release: entry.release, moment: entry.moment ?? known.moment,
        reason: entry.reason ?? known.reason)
    }
    guard entries.last != entry else { return }
    entries.removeAll {
      $0.release == entry.release || !folder.contains($0.release.description)
    }
    entries.append(entry)
    try folder.replace(Self.name, with: Data(entries.map(Self.line).joined().utf8))
  }

  private static func entry(_ line: String) -> PublicationEntry? {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard let id = ReleaseID(parts[0]) else { return nil }
    let moment = parts.count > 1 ? Moment(parts[1]) : nil
    return PublicationEntry(
      release: id, moment: moment,
      reason: parts.count > 3 ? LocalizedText(nl: parts[2], en: parts[3]) : nil,
      isCertain: moment != nil || parts.count == 1 || parts[1].isEmpty)
  }

  private static func line(_ entry: PublicationEntry) -> String {
    func plain(_ text: String) -> String {
      // What pages and feeds cannot hold becomes a blank.
      text.split {
        $0.isWhitespace
          || $0.unicodeScalars.contains {
            $0.value < 0x20 || $0.value == 0x7F || $0.value & 0xFFFE == 0xFFFE
          }
      }.joined(separator: " ")
    }
    var parts = [entry.release.description]
    if entry.moment != nil || entry.reason != nil { parts.append(entry.moment?.description ?? "") }
    if let reason = entry.reason { parts += [plain(reason.nl), plain(reason.en)] }
    return parts.joined(separator: "\t") + "\n"
  }
}
