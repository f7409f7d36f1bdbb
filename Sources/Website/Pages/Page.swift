import InformationModel
import Publication

/// A word that leads somewhere.
struct Link {
  let href: String
  let label: String

  /// The drawing at an address as a file, in each format.
  static func pictures(at address: String, query: Query = Query([]), label: String) -> [Link] {
    PictureFormat.allCases.map { format in
      Link(
        href: address + "." + format.rawValue + query.encoded,
        label: "\(label) (\(format.rawValue.uppercased()))")
    }
  }

  /// Where to go from a page that does not help.
  static func mainEntries(_ language: Language) -> [Link] {
    let words = InterfaceText(language)
    return [
      Link(href: Address.home(language), label: words.home),
      Link(href: Address.tables(language), label: words.allTables),
      Link(href: Address.concepts(language), label: words.allConcepts),
    ]
  }
}

/// What a page is about; its template finds the rest by name.
protocol PageContent {
  /// Name of the template, without `.mustache`.
  static var template: String { get }
  /// The heading, also in the title of the window.
  var title: String { get }
  /// What a search engine shows below the title.
  var summary: String { get }
  /// The pages between home and this one.
  var breadcrumbs: [Link] { get }
  /// What tells this page from another of the same title, in the title of the window; nil when nothing needs to.
  var distinction: String? { get }
}

extension PageContent {
  var breadcrumbs: [Link] { [] }
  var distinction: String? { nil }
}

/// A page: its content, and what every page has around it.
struct Page<Content: PageContent> {
  struct NavigationLink {
    let href: String
    let label: String
    let isCurrent: Bool
  }

  /// What the foot of each page says about the figures.
  struct Colophon {
    let referenceDateText: String
    let releaseName: String
    let licenceName: String
    let licenceAddress: String
  }

  let words: [String: String]
  let language: String
  let pageTitle: String
  let windowTitle: String
  let pageSummary: String
  let siteName: String
  let homeAddress: String
  let searchAddress: String
  let dutchAddress: String
  let englishAddress: String
  let twinAddress: String
  let twinLanguage: String
  let navigation: [NavigationLink]
  let breadcrumbs: [Link]
  let hasBreadcrumbs: Bool
  let colophon: Colophon?
  /// The figures rest on made-up deliveries.
  let isFictitious: Bool
  /// The release was asked for by its name.
  let isEarlier: Bool
  let footNavigation: [Link]
  let hasFootNavigation: Bool
  let styleSheet: String
  let content: Content

  /// Puts the content in its surroundings; without a site there is nothing to lead to.
  init(_ content: Content, at place: PagePlace, of site: Site?, styleSheet: String) {
    let language = place.language
    let twin: Language = language == .nl ? .en : .nl
    let words = InterfaceText(language)
    let sections = [
      (Address.tables(language), words.tables), (Address.concepts(language), words.concepts),
      (Address.about(language), words.about), (Address.search(language), words.search),
    ]
    let here = PagePlace(language: language, path: place.path).address(language)
    self.words = InterfaceText.byName(language)
    self.language = language.rawValue
    pageTitle = content.title
    pageSummary = content.summary
    let name = site?.release.chain.name[language] ?? "Keten"
    let full = content.distinction.map { "\(content.title) (\($0))" } ?? content.title
    let titles = [full, name, site.flatMap { $0.isEarlier ? $0.release.id.description : nil }]
    windowTitle = titles.compactMap { $0 }.enumerated()
      .filter { $0.offset != 1 || $0.element != full }.map(\.element).joined(separator: " – ")
    siteName = site?.release.chain.name[language] ?? "Keten"
    homeAddress = Address.home(language)
    searchAddress = Address.search(language)
    dutchAddress = place.address(.nl)
    englishAddress = place.address(.en)
    twinAddress = place.address(twin)
    twinLanguage = twin.rawValue
    navigation =
      site == nil
      ? []
      : sections.map { href, label in
        NavigationLink(
          href: href, label: label, isCurrent: here == href || here.hasPrefix(href + "/"))
      }
    let between = content.breadcrumbs
    breadcrumbs = between.isEmpty ? [] : [Link(href: homeAddress, label: words.home)] + between
    hasBreadcrumbs = !between.isEmpty
    colophon = site.map { site in
      Colophon(
        referenceDateText: NumberText.text(
          site.release.provenance.referenceDate, language: language),
        releaseName: site.release.id.description, licenceName: site.release.chain.licence.name,
        licenceAddress: site.release.chain.licence.address)
    }
    isFictitious = site?.release.provenance.isFictitious ?? false
    isEarlier = site?.isEarlier ?? false
    footNavigation =
      site == nil
      ? []
      : [
        Link(href: Address.quality(language), label: words.quality),
        Link(href: Address.releases(language), label: words.releases),
        Link(href: Address.corrections(language), label: words.corrections),
        Link(href: Address.calendar(language), label: words.calendar),
        Link(href: Address.developers(language), label: words.developers),
        Link(href: Address.accessibility(language), label: words.accessibility),
      ]
    hasFootNavigation = !footNavigation.isEmpty
    self.styleSheet = styleSheet
    self.content = content
  }
}

/// Where a page stands, in both languages.
struct PagePlace {
  let language: Language
  /// Address in Dutch, without query: `/tabellen/…`.
  let path: String
  var query = Query([])

  func address(_ language: Language) -> String {
    Address.prefix(language) + path + query.encoded
  }
}
