import Hummingbird
import InformationModel
import OpenData
import Publication
import Synchronization

/// A release with what pages look up in it again and again.
final class Site: Sendable {
  let release: PublishedRelease
  let tables: [PublishedTable]
  /// Tables that use a concept, by scheme and code.
  private let uses: [ConceptReference: [String]]
  let odata: ODataService
  let px: PxService
  let sdmx: SDMXService
  let linkedData: LinkedDataService
  /// Whether it was asked for by its name, so that its addresses begin with it.
  let isEarlier: Bool
  private let rendered = Kept<TaggedBytes>(mostBytes: Site.mostKeptBytes)
  /// For the most part of the same bytes, packed or not.
  private let answers = Kept<KeptAnswer>(mostBytes: Site.mostKeptBytes)
  /// Made at the first question.
  private let index = Mutex<SearchIndex?>(nil)

  private static let mostKeptBytes = 1 << 26

  struct ConceptReference: Hashable {
    let scheme: String
    let code: String
  }

  init(_ release: PublishedRelease, isEarlier: Bool = false) throws(PublicationError) {
    self.release = release
    self.isEarlier = isEarlier
    tables = try release.allTables()
    var uses: [ConceptReference: [String]] = [:]
    for table in tables {
      var references: Set<ConceptReference> = [
        ConceptReference(scheme: Naming.unitScheme, code: table.description.unit.code),
        ConceptReference(scheme: Naming.themeScheme, code: table.description.theme),
      ]
      for dimension in table.dimensions {
        guard let scheme = dimension.scheme else { continue }
        for category in dimension.categories {
          references.insert(ConceptReference(scheme: scheme, code: category.code))
        }
      }
      for reference in references { uses[reference, default: []].append(table.description.id) }
    }
    self.uses = uses
    odata = ODataService(release, tables: tables)
    px = PxService(release, tables: tables)
    sdmx = SDMXService(release, tables: tables)
    linkedData = LinkedDataService(release, tables: tables)
  }

  /// What stands before every address of this site; nothing for the current release.
  var prefix: String { isEarlier ? "/uitgaven/\(release.id)" : "" }

  func table(slug: String) -> PublishedTable? { tables.first { $0.description.slug == slug } }

  func table(id: String) -> PublishedTable? { tables.first { $0.description.id == id } }

  func tables(using code: String, in scheme: String) -> [PublishedTable] {
    let ids = Set(uses[ConceptReference(scheme: scheme, code: code)] ?? [])
    return tables.filter { ids.contains($0.description.id) }
  }

  /// The address of a concept's page; nil when the scheme does not have it.
  func address(of code: String, in scheme: String?, _ language: Language) -> String? {
    guard let scheme, release.scheme(scheme)?.concept(code) != nil else { return nil }
    return Address.concept(code, in: scheme, language)
  }

  /// What is found for a question; the index is made when the first one comes.
  func results(
    for question: String, language: Language, limit: Int
  ) throws -> SearchAnswer {
    let index = try index.withLock { known in
      if let known { return known }
      let made = try SearchIndex(release: release, tables: tables)
      known = made
      return made
    }
    return try index.results(for: question, language: language, limit: limit)
  }

  /// The whole answer that was given to the same question before; nil when there was none.
  func answer(to question: String) -> KeptAnswer? { answers[question] }

  /// Keeps an answer that stays the same as long as the release is shown.
  func keep(_ answer: KeptAnswer, to question: String) {
    answers.keep(answer, bytes: answer.response.body.contentLength ?? 0, as: question)
  }

  /// What this address shows, a page or another form; made once when it is not too long.
  func shown(at address: String, make: () throws -> TaggedBytes) rethrows -> TaggedBytes {
    if let known = rendered[address] { return known }
    let made = try make()
    rendered.keep(made, bytes: made.buffer.readableBytes, as: address)
    return made
  }
}

/// Follows the releases of a workspace: looks once in a while whether there is a newer one.
final class CurrentSite: Sendable {
  private struct State {
    var site: Site?
    /// Why there is no site, when a release was there.
    var trouble: PublicationError?
    var looked: ContinuousClock.Instant?
    var isLooking = false
  }

  /// The least time between two looks.
  let interval: Duration
  private let store: PublicationStore
  private let state = Mutex(State())

  /// - Parameters:
  ///   - store: where releases are read from.
  ///   - interval: the least time between two looks.
  init(store: PublicationStore, interval: Duration) {
    self.store = store
    self.interval = interval
  }

  /// The site of the current release; nil when nothing was published yet.
  ///
  /// While a newer release cannot be read, the one that was shown stays.
  /// - Parameter report: told of the trouble, once for each look.
  /// - Returns: the site, the same until another release takes its place.
  /// - Throws: `PublicationError` when there is no earlier release to fall back on.
  func site(onTrouble report: (PublicationError) -> Void) throws(PublicationError) -> Site? {
    let known = try state.withLock { state throws(PublicationError) -> (site: Site?, isDue: Bool) in
      let isDue =
        !state.isLooking && (state.looked.map { ContinuousClock.now - $0 >= interval } ?? true)
      if isDue {
        state.looked = ContinuousClock.now
        // Whoever has a site goes on with it while one request looks; without one all wait for it.
        if state.site == nil {
          look(&state, report)
        } else {
          state.isLooking = true
          return (state.site, true)
        }
      }
      if state.site == nil, let trouble = state.trouble { throw trouble }
      return (state.site, false)
    }
    guard known.isDue else { return known.site }
    var found = State(site: known.site)
    look(&found, report)
    return state.withLock { state in
      state.site = found.site
      state.trouble = found.trouble
      state.isLooking = false
      return found.site
    }
  }

  /// The site as `site` gives it, for who cannot wait: nil when it is time to look, and when there is no site.
  var siteInSight: Site? {
    state.withLock { state in
      guard let looked = state.looked, state.isLooking || ContinuousClock.now - looked < interval
      else { return nil }
      return state.site
    }
  }

  /// What is shown, for whoever looks after the server.
  struct Condition: Sendable {
    let release: ReleaseID?
    /// Whether the last look went well and found a release.
    let isReadable: Bool
    let secondsSinceLook: Double?
  }

  /// What was found at the last look; it does not look itself.
  var condition: Condition {
    state.withLock { state in
      Condition(
        release: state.site?.release.id, isReadable: state.site != nil && state.trouble == nil,
        secondsSinceLook: state.looked.map { (ContinuousClock.now - $0) / .seconds(1) })
    }
  }

  /// Puts the current release in the place of the one that was known, if it is another.
  private func look(_ state: inout State, _ report: (PublicationError) -> Void) {
    do throws(PublicationError) {
      state.trouble = nil
      guard let id = try store.currentID() else {
        state.site = nil
        return
      }
      if state.site?.release.id != id { state.site = try Site(store.release(id)) }
    } catch {
      state.trouble = error
      report(error)
    }
  }
}
