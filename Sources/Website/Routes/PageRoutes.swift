import Foundation
import Hummingbird
import InformationModel
import Publication

/// What is asked of a page.
struct PageRequest {
  let site: Site
  let language: Language
  let request: Request
  let context: WebsiteContext
}

/// A page that an address leads to. Its content is made only when the page is not kept already.
struct FoundPage {
  /// The one address that the page goes by, in Dutch and without query.
  let path: String
  var query = Query([])
  let content: () -> any PageContent
}

/// The pages, in both languages.
struct PageRoutes: Sendable {
  let templates: TemplateLibrary

  private static let pages: [(address: String, find: @Sendable (PageRequest) throws -> FoundPage)] =
    [
      (
        Address.home(.nl),
        { asked in
          FoundPage(path: Address.home(.nl)) { HomePage(asked.site, asked.language) }
        }
      ),
      (
        Address.about(.nl),
        { asked in
          FoundPage(path: Address.about(.nl)) { AboutPage(asked.site, asked.language) }
        }
      ),
      (
        Address.tables(.nl),
        { asked in
          FoundPage(path: Address.tables(.nl)) { TableListPage(asked.site, asked.language) }
        }
      ),
      (Address.tables(.nl) + "/:slug", table),
      (
        Address.concepts(.nl),
        { asked in
          FoundPage(path: Address.concepts(.nl)) { SchemeListPage(asked.site, asked.language) }
        }
      ),
      (Address.concepts(.nl) + "/:scheme", scheme),
      (Address.concepts(.nl) + "/:scheme/:code", concept),
    ]

  func add(to router: Router<WebsiteContext>) {
    for language in Language.allCases {
      for (address, find) in Self.pages {
        router.get(RouterPath(Address.prefix(language) + address)) { request, context in
          let site = try context.site()
          let found = try find(
            PageRequest(site: site, language: language, request: request, context: context))
          return try answer(found, language, of: site)
        }
      }
    }
  }

  private func answer(
    _ found: FoundPage, _ language: Language, of site: Site
  ) throws -> Response {
    let place = PagePlace(language: language, path: found.path, query: found.query)
    let page = try site.page(at: place.address(language)) {
      TaggedBytes(try templates.render(found.content(), at: place, of: site))
    }
    var response = Response(page, type: Response.htmlType, maximumAge: 300)
    response.headers[.contentLanguage] = language.rawValue
    return response
  }

  @Sendable private static func table(_ asked: PageRequest) throws -> FoundPage {
    guard let table = try asked.site.table(slug: asked.context.decoded("slug")) else {
      throw HTTPError(.notFound)
    }
    do {
      let selection = try TableSelection(table, query: asked.request.query())
      return FoundPage(
        path: Address.table(table.description.slug, .nl), query: selection.query
      ) {
        TablePage(selection, site: asked.site, asked.language)
      }
    } catch is TableSelection.UnknownChoice {
      throw HTTPError(.badRequest)
    }
  }

  @Sendable private static func scheme(_ asked: PageRequest) throws -> FoundPage {
    guard let scheme = try asked.site.release.scheme(asked.context.decoded("scheme")) else {
      throw HTTPError(.notFound)
    }
    return FoundPage(path: Address.scheme(scheme.id, .nl)) {
      SchemePage(scheme, asked.language)
    }
  }

  @Sendable private static func concept(_ asked: PageRequest) throws -> FoundPage {
    guard let scheme = try asked.site.release.scheme(asked.context.decoded("scheme")),
      let concept = try scheme.concept(asked.context.decoded("code"))
    else { throw HTTPError(.notFound) }
    return FoundPage(path: Address.concept(concept.code, in: scheme.id, .nl)) {
      ConceptPage(concept, in: scheme, site: asked.site, asked.language)
    }
  }
}

extension PageRoutes {
  /// The page for an address that leads nowhere, in the language of the address.
  func errorPage(_ status: HTTPResponse.Status, path: String, of site: Site?) -> Response {
    let language = Address.language(of: path)
    let content = ErrorPage(status, path: path, site: site, language)
    let place = PagePlace(language: language, path: Address.home(.nl))
    let page =
      (try? templates.render(content, at: place, of: site)) ?? Data(content.title.utf8)
    return Response(
      status: status,
      headers: [
        .contentType: Response.htmlType, .contentLanguage: language.rawValue,
        .cacheControl: "no-store",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: page)))
  }
}

extension Response {
  fileprivate static let htmlType = "text/html; charset=utf-8"
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
