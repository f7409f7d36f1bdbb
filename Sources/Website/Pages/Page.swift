import InformationModel
import Publication

/// A word that leads somewhere.
struct Link {
  let href: String
  let label: String
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
}

extension PageContent {
  var breadcrumbs: [Link] { [] }
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
  let styleVersion: String
  let content: Content

  /// Puts the content in its surroundings; without a site there is nothing to lead to.
  init(_ content: Content, at place: PagePlace, of site: Site?, styleVersion: String) {
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
    pageTitle = content.title
    pageSummary = content.summary
    siteName = site?.release.chain.name[language] ?? "Keten"
    homeAddress = Address.home(language)
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
    self.styleVersion = styleVersion
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
