import Hummingbird
import InformationModel
import Logging
import Publication

/// The pages, in both languages.
struct PageRoutes: Sendable {
  let current: CurrentSite
  let templates: TemplateLibrary
  let logger: Logger

  func add(to router: Router<WebsiteContext>) {
    for language in Language.allCases {
      let prefix = language == .nl ? "" : "/en"
      router.get(RouterPath(prefix + "/")) { _, _ in
        try page(language, "/") { site, place in
          let content = HomePage(site, language)
          return try render(
            site.page(
              content, at: place, title: content.chainName, summary: content.purpose,
              assetVersion: templates.version), "home")
        }
      }
      router.get(RouterPath(prefix + "/over")) { _, _ in
        try page(language, "/over") { site, place in
          let words = InterfaceText(language)
          return try render(
            site.page(
              AboutPage(site, language), at: place, title: words.aboutHeading,
              summary: words.aboutIntroduction, assetVersion: templates.version), "about")
        }
      }
      router.get(RouterPath(prefix + "/tabellen")) { _, _ in
        try page(language, "/tabellen") { site, place in
          let content = TableListPage(site, language)
          return try render(
            site.page(
              content, at: place, title: content.heading, summary: content.introduction,
              assetVersion: templates.version), "tables")
        }
      }
      router.get(RouterPath(prefix + "/tabellen/:slug")) { request, context in
        try table(request, context, language)
      }
      router.get(RouterPath(prefix + "/begrippen")) { _, _ in
        try page(language, "/begrippen") { site, place in
          let content = SchemeListPage(site, language)
          return try render(
            site.page(
              content, at: place, title: content.heading, summary: content.introduction,
              assetVersion: templates.version), "schemes")
        }
      }
      router.get(RouterPath(prefix + "/begrippen/:scheme")) { _, context in
        try scheme(context, language)
      }
      router.get(RouterPath(prefix + "/begrippen/:scheme/:code")) { _, context in
        try concept(context, language)
      }
    }
  }

  private func table(
    _ request: Request, _ context: WebsiteContext, _ language: Language
  ) throws -> Response {
    let site = try currentSite()
    guard let table = try site.table(slug: context.decoded("slug")) else {
      throw HTTPError(.notFound)
    }
    let selection: TableSelection
    do {
      selection = try TableSelection(table, query: request.query())
    } catch is TableSelection.UnknownChoice {
      throw HTTPError(.badRequest)
    }
    let words = InterfaceText(language)
    return try page(
      language, "/tabellen/" + Address.encoded(table.description.slug), selection.query
    ) { site, place in
      let content = TablePage(selection, site: site, language)
      return try render(
        site.page(
          content, at: place, title: content.heading, summary: content.summaryText,
          breadcrumbs: [Link(href: Address.tables(language), label: words.tables)],
          assetVersion: templates.version), "table")
    }
  }

  private func scheme(_ context: WebsiteContext, _ language: Language) throws -> Response {
    guard let scheme = try currentSite().release.scheme(context.decoded("scheme")) else {
      throw HTTPError(.notFound)
    }
    let words = InterfaceText(language)
    return try page(language, "/begrippen/" + Address.encoded(scheme.id)) { site, place in
      let content = SchemePage(scheme, language)
      return try render(
        site.page(
          content, at: place, title: content.heading, summary: content.explanation,
          breadcrumbs: [Link(href: Address.concepts(language), label: words.concepts)],
          assetVersion: templates.version), "scheme")
    }
  }

  private func concept(_ context: WebsiteContext, _ language: Language) throws -> Response {
    guard let scheme = try currentSite().release.scheme(context.decoded("scheme")),
      let concept = try scheme.concept(context.decoded("code"))
    else { throw HTTPError(.notFound) }
    let words = InterfaceText(language)
    let path = "/begrippen/\(Address.encoded(scheme.id))/\(Address.encoded(concept.code))"
    return try page(language, path) { site, place in
      let content = ConceptPage(concept, in: scheme, site: site, language)
      return try render(
        site.page(
          content, at: place, title: content.heading,
          summary: content.explanation ?? content.heading,
          breadcrumbs: [
            Link(href: Address.concepts(language), label: words.concepts), content.schemeLink,
          ], assetVersion: templates.version), "concept")
    }
  }

  private func render<Content>(_ page: Page<Content>, _ template: String) throws -> String {
    try templates.render(page, with: template)
  }

  private func page(
    _ language: Language, _ path: String, _ query: Query = Query([]),
    make: (Site, PagePlace) throws -> String
  ) throws -> Response {
    let site = try currentSite()
    let place = PagePlace(language: language, path: path, query: query)
    let text = try site.page(at: place.address(language)) { try make(site, place) }
    var response = Response(html: text, status: .ok)
    response.headers[.contentLanguage] = language.rawValue
    response.headers[.eTag] = "\"\(site.release.id)-\(templates.version)\""
    response.headers[.cacheControl] = "public, max-age=300"
    return response
  }

  private func currentSite() throws -> Site { try current.required(logger) }
}

extension PageRoutes {
  /// The page for an address that leads nowhere, in the language of the address.
  func errorPage(_ status: HTTPResponse.Status, path: String) -> Response {
    let language: Language = path == "/en" || path.hasPrefix("/en/") ? .en : .nl
    let site = try? current.required(logger)
    let words = InterfaceText(language)
    let (heading, explanation) =
      switch status {
      case .notFound: (words.notFound, words.notFoundText)
      case .methodNotAllowed: (words.methodNotAllowed, words.methodText)
      case .serviceUnavailable: (words.nothingYet, words.nothingYetText)
      case _ where status.kind == .clientError: (words.badRequest, words.badRequestText)
      default: (words.failure, words.failureText)
      }
    let suggestions =
      status == .notFound
      ? site.map { Suggestions(site: $0, language: language).links(for: path) } ?? [] : []
    let content = ErrorPage(
      heading: heading, explanation: explanation, suggestions: suggestions,
      hasSite: site != nil, language: language)
    let place = PagePlace(language: language, path: "/")
    let page =
      site?.page(
        content, at: place, title: heading, summary: explanation, assetVersion: templates.version)
      ?? Page(
        content, at: place, title: heading, summary: explanation, siteName: "Keten",
        breadcrumbs: [], colophon: nil, assetVersion: templates.version)
    let text = (try? templates.render(page, with: "error")) ?? heading
    var response = Response(html: text, status: status)
    response.headers[.contentLanguage] = language.rawValue
    response.headers[.cacheControl] = "no-store"
    return response
  }
}

extension Response {
  init(html text: String, status: HTTPResponse.Status) {
    self.init(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

extension CurrentSite {
  /// The current site, or the answer that there is none yet.
  func required(_ logger: Logger) throws -> Site {
    let found = try site { error in
      logger.error("The current release cannot be read.", metadata: ["reason": "\(error)"])
    }
    guard let found else { throw HTTPError(.serviceUnavailable) }
    return found
  }
}

extension WebsiteContext {
  /// A part of the address, without percent signs.
  func decoded(_ name: String) throws -> String {
    guard let text = Query.decoded(try parameters.require(name), plusIsBlank: false) else {
      throw HTTPError(.badRequest)
    }
    return text
  }
}

extension Request {
  /// The part behind the question mark.
  func query() throws -> Query {
    guard let query = Query(encoded: uri.query ?? "") else { throw HTTPError(.badRequest) }
    return query
  }
}
