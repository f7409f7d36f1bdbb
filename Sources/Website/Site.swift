import InformationModel
import Publication
import Synchronization

/// A release with what pages look up in it again and again.
final class Site: Sendable {
  let release: PublishedRelease
  let tables: [PublishedTable]
  /// Tables that use a concept, by scheme and code.
  private let uses: [ConceptReference: [String]]
  private let rendered = Mutex<[String: String]>([:])

  struct ConceptReference: Hashable {
    let scheme: String
    let code: String
  }

  init(_ release: PublishedRelease) throws(PublicationError) {
    self.release = release
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
  }

  func table(slug: String) -> PublishedTable? { tables.first { $0.description.slug == slug } }

  func tables(using code: String, in scheme: String) -> [PublishedTable] {
    let ids = Set(uses[ConceptReference(scheme: scheme, code: code)] ?? [])
    return tables.filter { ids.contains($0.description.id) }
  }

  /// The address of a concept's page; nil when the scheme does not have it.
  func address(of code: String, in scheme: String?, _ language: Language) -> String? {
    guard let scheme, release.scheme(scheme)?.concept(code) != nil else { return nil }
    return Address.concept(code, in: scheme, language)
  }

  /// The page of this address, made once; a few hundred are kept.
  func page(at address: String, make: () throws -> String) rethrows -> String {
    if let page = rendered.withLock({ $0[address] }) { return page }
    let page = try make()
    rendered.withLock { pages in
      if pages.count >= 300 { pages.removeAll() }
      pages[address] = page
    }
    return page
  }
}

/// Follows the releases of a workspace: looks at most once a second whether there is a newer one.
final class CurrentSite: Sendable {
  private struct State {
    var site: Site?
    var checked: ContinuousClock.Instant?
  }

  private let store: PublicationStore
  private let state = Mutex(State())

  init(store: PublicationStore) {
    self.store = store
  }

  /// The site of the current release; nil when nothing was published yet.
  ///
  /// While a newer release cannot be read, the one that was shown stays.
  /// - Throws: `PublicationError` when there is no earlier release to fall back on.
  func site(onTrouble report: (PublicationError) -> Void) throws(PublicationError) -> Site? {
    let now = ContinuousClock.now
    let (known, isFresh) = state.withLock { state in
      let isFresh = state.checked.map { now - $0 < .seconds(1) } ?? false
      if !isFresh { state.checked = now }
      return (state.site, isFresh)
    }
    if isFresh, let known { return known }
    do throws(PublicationError) {
      guard let id = try store.currentID() else { return nil }
      if let known, known.release.id == id { return known }
      let site = try Site(store.release(id))
      state.withLock { $0.site = site }
      return site
    } catch {
      report(error)
      guard let known else { throw error }
      return known
    }
  }
}
