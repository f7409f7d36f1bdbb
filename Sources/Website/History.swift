import InformationModel
import Logging
import OpenData
import Publication
import Synchronization

/// What was published before: earlier releases as sites of their own, and what was corrected since.
///
/// What takes long is done once: whoever asks for it meanwhile waits.
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

  /// A release and the one before it: neither ever changes.
  private struct Step: Hashable {
    let before: ReleaseID
    let after: ReleaseID
  }

  private struct CorrectedTable {
    let id: String
    let slug: String
    let title: LocalizedText
    let figures: CorrectedFigures
  }

  /// What the store had when it was read last.
  private struct Look {
    let time = ContinuousClock.now
    /// All that the public has seen, the last published last.
    let entries: [PublicationEntry]
    let shownNow: Result<ReleaseID?, PublicationError>

    init(at store: PublicationStore) throws(PublicationError) {
      entries = try store.entries()
      shownNow = Result { () throws(PublicationError) in try store.currentID() }
    }

    func entry(of id: ReleaseID) -> PublicationEntry? { entries.last { $0.release == id } }
  }

  /// What corrections depend on.
  private struct Published: Equatable {
    let entries: [PublicationEntry]
    /// What this one hides is not told of the others either.
    let shownNow: ReleaseID?
  }

  private struct Corrections {
    /// Of releases that could be read.
    var steps: [Step: [CorrectedTable]] = [:]
    /// The last that were looked for; whoever asks meanwhile waits for the same.
    var last: (published: Published, found: Task<[Correction], Never>)?
  }

  private struct State {
    /// Last used last.
    var sites: [Site] = []
    /// What each release has: a release never changes.
    var slugs: [ReleaseID: Set<String>] = [:]
  }

  /// How far corrections are looked for.
  private static let comparedReleases = 20

  private let store: PublicationStore
  private let interval: Duration
  private let keptSites: Int
  private let logger: Logger
  private let lastLook = Mutex<Look?>(nil)
  private let state = Mutex(State())
  /// One release is opened at a time, so that readers of many do not fill the memory.
  private let opening = Mutex(())
  private let corrected = Mutex(Corrections())

  /// - Parameters:
  ///   - store: where releases are read from.
  ///   - interval: how long what was found there holds.
  ///   - keptSites: how many earlier releases stay in memory.
  ///   - logger: where troubles are written.
  init(store: PublicationStore, interval: Duration, keptSites: Int, logger: Logger) {
    self.store = store
    self.interval = interval
    self.keptSites = keptSites
    self.logger = logger
  }

  /// What the store has. It is read again when some time has passed, or when what is asked for is not there yet.
  private func look(for isThere: (Look) -> Bool) throws(PublicationError) -> Look {
    try lastLook.withLock { last throws(PublicationError) in
      if let last, ContinuousClock.now - last.time < interval, isThere(last) { return last }
      let look = try Look(at: store)
      last = look
      return look
    }
  }

  private func look(for id: ReleaseID) throws(PublicationError) -> Look {
    try look { $0.entry(of: id) != nil }
  }

  /// All that the public has seen, the last published last, and so this one.
  func entries(including id: ReleaseID) throws(PublicationError) -> [PublicationEntry] {
    try look(for: id).entries
  }

  /// Those that have the table.
  func entries(
    with slug: String, including id: ReleaseID
  ) throws(PublicationError) -> [PublicationEntry] {
    try entries(including: id).filter { has(slug, $0.release) }
  }

  /// How a release was published; nil when the public has not seen it.
  func entry(of id: ReleaseID) throws(PublicationError) -> PublicationEntry? {
    try look(for: id).entry(of: id)
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
    guard try entry(of: id) != nil else { return nil }
    if let known = knownSite(id) { return known }
    return try opening.withLock { _ throws(PublicationError) in
      if let known = knownSite(id) { return known }
      let site = try Site(store.release(id), isEarlier: true)
      state.withLock { state in
        state.sites.append(site)
        if state.sites.count > keptSites { state.sites.removeFirst() }
      }
      return site
    }
  }

  private func knownSite(_ id: ReleaseID) -> Site? {
    state.withLock { state in
      guard let place = state.sites.firstIndex(where: { $0.release.id == id }) else { return nil }
      let site = state.sites.remove(at: place)
      state.sites.append(site)
      return site
    }
  }

  /// What the public is shown now: these pages, or those that took their place.
  func shownNow(by site: Site) throws(PublicationError) -> Site? {
    guard let id = try look(for: site.release.id).shownNow.get(), id != site.release.id else {
      return site
    }
    return try self.site(of: id)
  }

  /// The release that a version in an address of open data means; nil when the public has not seen it.
  func release(version: String) throws(PublicationError) -> ReleaseID? {
    func named(_ look: Look) -> ReleaseID? {
      VersionName.release(version, among: look.entries.map(\.release))
    }
    return named(try look { named($0) != nil })
  }

  /// Whether a release was published after another one.
  func isLater(_ id: ReleaseID, than other: ReleaseID) throws(PublicationError) -> Bool {
    let order = try look(for: id).entries.map(\.release)
    return order.lastIndex(of: id) ?? -1 > order.lastIndex(of: other) ?? -1
  }

  /// The release before this one that has the table; nil when there is none.
  func previous(of id: ReleaseID, slug: String) throws(PublicationError) -> ReleaseID? {
    let entries = try look(for: id).entries
    guard let place = entries.lastIndex(where: { $0.release == id }) else { return nil }
    for entry in entries[..<place].reversed() {
      if has(slug, entry.release) { return entry.release }
    }
    return nil
  }

  /// Definitive figures that became others, the newest first; of releases that cannot be read nothing is told.
  func corrections(including id: ReleaseID) async throws(PublicationError) -> [Correction] {
    let look = try look(for: id)
    let published = Published(
      entries: look.entries.suffix(Self.comparedReleases), shownNow: try look.shownNow.get())
    let found = corrected.withLock { corrected in
      if let last = corrected.last, last.published == published { return last.found }
      let before = corrected.last?.found
      // Two releases are compared once: what is looked for already comes first.
      let found = Task {
        _ = await before?.value
        return self.corrections(in: published)
      }
      corrected.last = (published, found)
      return found
    }
    return await found.value
  }

  private func corrections(in published: Published) -> [Correction] {
    let known = corrected.withLock { $0.steps }
    var found: [Step: [CorrectedTable]] = [:]
    // The newer release of a step is the earlier one of the next, and the newest most often the one that is shown.
    var opened: (release: ReleaseID, tables: [PublishedTable]?)?
    func tables(of id: ReleaseID) -> [PublishedTable]? {
      if let opened, opened.release == id { return opened.tables }
      let tables = readTables(of: id)
      opened = (id, tables)
      return tables
    }
    let entries = published.entries
    for (before, after) in zip(entries, entries.dropFirst()) {
      let step = Step(before: before.release, after: after.release)
      if let corrected = known[step] {
        found[step] = corrected
      } else if let old = tables(of: step.before), let new = tables(of: step.after) {
        found[step] = Self.corrected(from: old, to: new)
      }
    }
    corrected.withLock { $0.steps = found }
    lazy var shown = published.shownNow.flatMap(tables) ?? []
    var corrections: [Correction] = []
    for (before, after) in zip(entries, entries.dropFirst()) {
      for table in found[Step(before: before.release, after: after.release)] ?? [] {
        let count = table.figures.count(shownNow: shown.first { $0.description.id == table.id })
        guard count > 0 else { continue }
        corrections.append(
          Correction(
            entry: after, before: before.release, slug: table.slug, title: table.title,
            count: count))
      }
    }
    return corrections.reversed()
  }

  private static func corrected(
    from old: [PublishedTable], to new: [PublishedTable]
  ) -> [CorrectedTable] {
    new.compactMap { table in
      old.first { $0.description.id == table.description.id }
        .flatMap { CorrectedFigures(from: $0, to: table) }
        .map {
          CorrectedTable(
            id: table.description.id, slug: table.description.slug,
            title: table.description.title, figures: $0)
        }
    }
  }

  private func readTables(of id: ReleaseID) -> [PublishedTable]? {
    do {
      return try store.release(id).allTables()
    } catch {
      logger.error("An earlier release cannot be read.", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}
