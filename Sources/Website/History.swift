import InformationModel
import Logging
import OpenData
import Publication
import Synchronization

/// What was published before: earlier releases as sites of their own, and what was corrected since.
final class History: Sendable {
  /// A table whose definitive figures a release changed.
  struct Correction: Sendable {
    let entry: PublicationEntry
    let before: ReleaseID
    let slug: String
    let title: LocalizedText
    /// How many figures.
    let count: Int
  }

  private struct State {
    /// Last used last.
    var sites: [Site] = []
    var compared: [ReleaseID] = []
    var corrections: [Correction] = []
    /// What each release has: a release never changes.
    var slugs: [ReleaseID: Set<String>] = [:]
  }

  /// Earlier releases that are kept in memory, and how far corrections are looked for.
  private static let keptSites = 3
  private static let comparedReleases = 20

  private let store: PublicationStore
  private let logger: Logger
  private let state = Mutex(State())

  init(store: PublicationStore, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// All that the public has seen, the last published last.
  func entries() throws(PublicationError) -> [PublicationEntry] { try store.entries() }

  /// Those that have the table.
  func entries(with slug: String) throws(PublicationError) -> [PublicationEntry] {
    var found: [PublicationEntry] = []
    for entry in try store.entries() {
      if has(slug, entry.release) { found.append(entry) }
    }
    return found
  }

  /// Whether a release has the table, as far as it can be read.
  private func has(_ slug: String, _ id: ReleaseID) -> Bool {
    let known = state.withLock { $0.slugs[id] }
    if let known { return known.contains(slug) }
    guard let manifest = try? store.manifest(of: id) else { return false }
    let slugs = Set(manifest.tables.map(\.slug))
    state.withLock { $0.slugs[id] = slugs }
    return slugs.contains(slug)
  }

  /// A release by its name; nil when the public has not seen it.
  func site(of id: ReleaseID) throws(PublicationError) -> Site? {
    guard try store.entries().contains(where: { $0.release == id }) else { return nil }
    if let known = state.withLock({ state in state.sites.first { $0.release.id == id } }) {
      return known
    }
    let site = try Site(store.release(id), isEarlier: true)
    state.withLock { state in
      state.sites.removeAll { $0.release.id == id }
      state.sites.append(site)
      if state.sites.count > Self.keptSites { state.sites.removeFirst() }
    }
    return site
  }

  /// The release that a version in an address of open data means; nil when the public has not seen it.
  func release(version: String) throws(PublicationError) -> ReleaseID? {
    VersionName.release(version, among: try store.entries().map(\.release))
  }

  /// The release before this one that has the table; nil when there is none.
  func previous(of id: ReleaseID, slug: String) throws(PublicationError) -> ReleaseID? {
    let entries = try store.entries()
    guard let place = entries.lastIndex(where: { $0.release == id }) else { return nil }
    for entry in entries[..<place].reversed() {
      if has(slug, entry.release) { return entry.release }
    }
    return nil
  }

  /// Definitive figures that became others, the newest first; of releases that cannot be read nothing is told.
  func corrections() throws(PublicationError) -> [Correction] {
    let entries = Array(try store.entries().suffix(Self.comparedReleases))
    let names = entries.map(\.release)
    if let known = state.withLock({ $0.compared == names ? $0.corrections : nil }) { return known }
    var corrections: [Correction] = []
    for (before, entry) in zip(entries, entries.dropFirst()) {
      guard let old = tables(of: before.release), let new = tables(of: entry.release) else {
        continue
      }
      for table in new {
        guard let earlier = old.first(where: { $0.description.id == table.description.id }) else {
          continue
        }
        let count = TableDifference(from: earlier, to: table).corrections
        guard count > 0 else { continue }
        corrections.append(
          Correction(
            entry: entry, before: before.release, slug: table.description.slug,
            title: table.description.title, count: count))
      }
    }
    corrections.reverse()
    state.withLock { state in
      state.compared = names
      state.corrections = corrections
    }
    return corrections
  }

  private func tables(of id: ReleaseID) -> [PublishedTable]? {
    do {
      return try store.release(id).allTables()
    } catch {
      logger.error("An earlier release cannot be read.", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}
