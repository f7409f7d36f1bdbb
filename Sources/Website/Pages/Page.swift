import InformationModel
import Publication

/// A word that leads somewhere.
struct Link {
  let href: String
  let label: String
}

/// What every page has around its content.
struct Page<Content> {
  struct NavigationLink {
    let href: String
    let label: String
    let isCurrent: Bool
  }

  let words: [String: String]
  let language: String
  let pageTitle: String
  let pageSummary: String
  let siteName: String
  let homeAddress: String
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
  let assetVersion: String
  let content: Content

  /// What the foot of each page says about the figures.
  struct Colophon {
    let referenceDateText: String
    let releaseName: String
    let licenceName: String
    let licenceAddress: String
  }
}

/// Where a page stands, in both languages.
struct PagePlace {
  let language: Language
  /// Address without language and query: `/tabellen/…`.
  let path: String
  var query = Query([])

  func address(_ language: Language) -> String {
    let base = path == "/" ? Address.home(language) : (language == .nl ? path : "/en" + path)
    return base + query.encoded
  }
}

extension Site {
  /// Puts the content of a page in its surroundings.
  func page<Content>(
    _ content: Content, at place: PagePlace, title: String, summary: String,
    breadcrumbs: [Link] = [], assetVersion: String
  ) -> Page<Content> {
    let language = place.language
    let colophon = Page<Content>.Colophon(
      referenceDateText: NumberText.text(
        release.provenance.referenceDate, language: language),
      releaseName: release.id.description, licenceName: Licence.name,
      licenceAddress: Licence.address)
    return Page(
      content, at: place, title: title, summary: summary, siteName: release.chain.name[language],
      breadcrumbs: breadcrumbs, colophon: colophon,
      isFictitious: release.provenance.isFictitious, assetVersion: assetVersion)
  }
}

extension Page {
  init(
    _ content: Content, at place: PagePlace, title: String, summary: String, siteName: String,
    breadcrumbs: [Link], colophon: Colophon?, isFictitious: Bool = false, assetVersion: String
  ) {
    let language = place.language
    let twin: Language = language == .nl ? .en : .nl
    let words = InterfaceText(language)
    let sections = [
      (Address.tables(language), words.tables), (Address.concepts(language), words.concepts),
      (Address.about(language), words.about),
    ]
    let here = PagePlace(language: language, path: place.path).address(language)
    self.words = InterfaceText.byName(language)
    self.language = language.rawValue
    pageTitle = title
    pageSummary = summary
    self.siteName = siteName
    homeAddress = Address.home(language)
    dutchAddress = place.address(.nl)
    englishAddress = place.address(.en)
    twinAddress = place.address(twin)
    twinLanguage = twin.rawValue
    navigation =
      colophon == nil
      ? []
      : sections.map { href, label in
        NavigationLink(
          href: href, label: label, isCurrent: here == href || here.hasPrefix(href + "/"))
      }
    self.breadcrumbs =
      breadcrumbs.isEmpty ? [] : [Link(href: homeAddress, label: words.home)] + breadcrumbs
    hasBreadcrumbs = !breadcrumbs.isEmpty
    self.colophon = colophon
    self.isFictitious = isFictitious
    self.assetVersion = assetVersion
    self.content = content
  }
}
