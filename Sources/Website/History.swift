import InformationModel
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
  }

  /// Earlier releases that are kept in memory, and how far corrections are looked for.
  private static let keptSites = 3
  private static let comparedReleases = 20

  private let store: PublicationStore
  private let state = Mutex(State())

  init(store: PublicationStore) { self.store = store }

  /// All that the public has seen, the last published last.
  func entries() throws(PublicationError) -> [PublicationEntry] { try store.entries() }

  /// Those that have the table.
  func entries(with slug: String) throws(PublicationError) -> [PublicationEntry] {
    var found: [PublicationEntry] = []
    for entry in try store.entries() {
      let release = try store.release(entry.release)
      if release.manifest.tables.contains(where: { $0.slug == slug }) { found.append(entry) }
    }
    return found
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

  /// The release before this one that has the table; nil when there is none.
  func previous(of id: ReleaseID, slug: String) throws(PublicationError) -> ReleaseID? {
    let entries = try store.entries()
    guard let place = entries.lastIndex(where: { $0.release == id }) else { return nil }
    for entry in entries[..<place].reversed() {
      let release = try store.release(entry.release)
      if release.manifest.tables.contains(where: { $0.slug == slug }) { return entry.release }
    }
    return nil
  }

  /// Definitive figures that became others, the newest first.
  func corrections() throws(PublicationError) -> [Correction] {
    let entries = Array(try store.entries().suffix(Self.comparedReleases))
    let names = entries.map(\.release)
    if let known = state.withLock({ $0.compared == names ? $0.corrections : nil }) { return known }
    var corrections: [Correction] = []
    for (before, entry) in zip(entries, entries.dropFirst()) {
      let old = try store.release(before.release).allTables()
      for table in try store.release(entry.release).allTables() {
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
}
