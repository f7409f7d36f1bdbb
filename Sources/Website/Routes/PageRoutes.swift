import Foundation
import Hummingbird
import InformationModel
import OpenData
import Publication

/// What is asked of a page.
struct PageRequest {
  let site: Site
  let language: Language
  let request: Request
  let context: WebsiteContext
}

/// What a page tells, before it is written.
struct Prepared {
  /// What it tells of other releases, in short: pages that tell something else are not the same.
  var told = ""
  let content: () throws -> any PageContent
}

/// A page that an address leads to. Its content is made only when the page is not kept already.
struct FoundPage {
  /// The one address that the page goes by, in Dutch and without query.
  let path: String
  let query: Query
  /// Whether it stays the same as long as the release is shown, and what it tells of others is the same.
  let isKept: Bool
  /// What it is made of.
  let prepare: () async throws -> Prepared
  /// What can be taken along as a picture; nil when nothing is drawn.
  private(set) var drawing: () throws -> PageDrawing? = { nil }
  /// The same thing in another form, apart from pictures; nil when there is none.
  private(set) var inForm: (Form) async throws -> Response? = { _ in nil }

  init(
    path: String, query: Query = Query([]), isKept: Bool = true,
    content: @escaping () throws -> any PageContent
  ) {
    self.init(
      preparedBy: { Prepared(content: content) }, path: path, query: query, isKept: isKept)
  }

  init(
    preparedBy prepare: @escaping () async throws -> Prepared, path: String,
    query: Query = Query([]), isKept: Bool = true
  ) {
    self.path = path
    self.query = query
    self.isKept = isKept
    self.prepare = prepare
  }

  func drawn(_ drawing: @escaping () throws -> PageDrawing?) -> FoundPage {
    var page = self
    page.drawing = drawing
    return page
  }

  func inOtherForms(_ inForm: @escaping (Form) async throws -> Response?) -> FoundPage {
    var page = self
    page.inForm = inForm
    return page
  }
}

/// The pages, in both languages.
struct PageRoutes: Sendable {
  let templates: TemplateLibrary
  let history: History
  let now: @Sendable () -> Moment
  private let painter = PicturePainter()

  init(templates: TemplateLibrary, history: History, now: @escaping @Sendable () -> Moment) {
    self.templates = templates
    self.history = history
    self.now = now
  }

  private var pages: [(address: String, find: @Sendable (PageRequest) throws -> FoundPage)] {
    [
      (Address.home(.nl), home),
      (Address.about(.nl), { asked in plain(asked, Address.about) { AboutPage($0, $1) } }),
      (Address.tables(.nl), { asked in plain(asked, Address.tables) { TableListPage($0, $1) } }),
      (Address.tables(.nl) + "/:slug", table),
      (
        Address.tables(.nl) + "/:slug" + TableDrawing.course.place,
        { asked in try drawing(.course, asked) }
      ),
      (
        Address.tables(.nl) + "/:slug" + TableDrawing.map.place,
        { asked in try drawing(.map, asked) }
      ),
      (Address.tables(.nl) + "/:slug/gegevens", dataset),
      (Address.tables(.nl) + "/:slug/verschil", difference),
      (Address.tables(.nl) + "/:slug/samenstellen", builder),
      (Address.flow(.nl), flow),
      (Address.chainDrawing(.nl), chain),
      ("/themas/:code", theme),
      (Address.concepts(.nl), concepts),
      (Address.concepts(.nl) + "/:scheme", scheme),
      (Address.concepts(.nl) + "/:scheme/:code", concept),
      (Address.search(.nl), search),
      ("/classificaties/:scheme", classification),
      ("/catalog", catalogue),
      (
        Address.developers(.nl),
        { asked in
          plain(asked, Address.developers) {
            DocumentPage.developers($0, base: asked.context.installation, $1)
          }
        }
      ),
      (
        Address.releases(.nl),
        { asked in
          FoundPage(path: Address.releases(.nl), isKept: false) {
            DocumentPage.releases(
              try history.entries(including: asked.site.release.id), asked.language)
          }
        }
      ),
      (
        Address.corrections(.nl),
        { asked in
          FoundPage(
            preparedBy: {
              let corrections = try await history.corrections(including: asked.site.release.id)
              return Prepared { DocumentPage.corrections(corrections, asked.language) }
            }, path: Address.corrections(.nl), isKept: false)
        }
      ),
      (
        Address.calendar(.nl),
        { asked in
          FoundPage(path: Address.calendar(.nl), isKept: false) {
            DocumentPage.calendar(asked.site, now: now(), asked.language)
          }
        }
      ),
      (
        Address.quality(.nl),
        { asked in plain(asked, Address.quality) { DocumentPage.quality($0, $1) } }
      ),
      (
        Address.accessibility(.nl),
        { asked in plain(asked, Address.accessibility) { DocumentPage.accessibility($0, $1) } }
      ),
    ]
  }

  func add(to router: Router<WebsiteContext>) {
    for language in Language.allCases {
      for (address, find) in pages {
        router.get(RouterPath(Address.prefix(language) + address)) { request, context in
          let site = try context.site()
          let asked = PageRequest(
            site: site, language: language, request: request, context: context)
          let found: FoundPage
          do {
            found = try find(asked)
          } catch let gone as GonePage {
            return errorPage(
              .gone, path: request.uri.path, of: site, lastVersion: gone.lastVersion)
          }
          if context.form != .page {
            if let other = try await otherForm(of: found, asked) { return other }
            if context.isFormGiven { throw HTTPError(.notFound) }
          }
          return try await answer(found, asked)
        }
      }
    }
  }

  private func answer(_ found: FoundPage, _ asked: PageRequest) async throws -> Response {
    let place = PagePlace(language: asked.language, path: found.path, query: found.query)
    let prepared = try await found.prepare()
    func make() throws -> TaggedBytes {
      TaggedBytes(try render(prepared.content(), at: place, of: asked.site))
    }
    // Whole addresses in a page are those by which it was asked for.
    let name =
      "\(asked.context.base ?? "")\(place.address(asked.language)) "
      + "\(announced(by: asked.site)) \(prepared.told)"
    let page = found.isKept ? try asked.site.shown(at: name, make: make) : try make()
    if found.isKept { asked.context.lasting?.set() }
    var response = Response(page, type: Response.htmlType, maximumAge: 300)
    response.headers[.contentLanguage] = asked.language.rawValue
    return response
  }

  /// How many announced releases have had their moment: a page names the next one.
  func announced(by site: Site) -> Int {
    guard let calendar = site.release.chain.calendar else { return 0 }
    let now = now()
    return calendar.count { $0.moment <= now }
  }

  /// A page of an earlier release leads to pages of that release; what leads out of it is written with other quotes.
  func render(_ content: any PageContent, at place: PagePlace, of site: Site) throws -> Data {
    let page = try templates.render(content, at: place, of: site)
    guard site.isEarlier else { return page }
    var text = String(decoding: page, as: UTF8.self)
    for attribute in ["href", "src", "action"] {
      text = text.replacing("\(attribute)=\"/", with: "\(attribute)=\"\(site.prefix)/")
        // What names its release already.
        .replacing("\(attribute)=\"\(site.prefix)/uitgaven/", with: "\(attribute)=\"/uitgaven/")
    }
    return Data(text.utf8)
  }

  private func plain(
    _ asked: PageRequest, _ address: (Language) -> String,
    _ make: @escaping (Site, Language) -> any PageContent
  ) -> FoundPage {
    FoundPage(path: address(.nl)) { make(asked.site, asked.language) }
  }

  /// The table of an address; 410 with the way to its last version when only earlier releases have it.
  private func published(_ asked: PageRequest) throws -> PublishedTable {
    let slug = try asked.context.decoded("slug")
    // Files name each other by the table's id.
    if let table = asked.site.table(slug: slug) ?? asked.site.table(id: slug) { return table }
    if !asked.site.isEarlier,
      let last = try history.previous(of: asked.site.release.id, slug: slug)
    {
      throw GonePage(lastVersion: Address.release(last) + Address.table(slug, asked.language))
    }
    throw HTTPError(.notFound)
  }

  /// From when a release is seen; nil when it was seen at once.
  private func moment(of site: Site) throws -> Moment? {
    try history.entry(of: site.release.id)?.moment
  }

  @Sendable private func home(_ asked: PageRequest) -> FoundPage {
    plain(asked, Address.home) { HomePage($0, $1) }
  }

  /// The drawing of the home page, at an address of its own: home itself has no name to put a form behind.
  @Sendable private func chain(_ asked: PageRequest) -> FoundPage {
    home(asked).drawn {
      let chain = asked.site.release.chain
      return PageDrawing(
        chart: ChainDrawing(chain, asked.language), subject: chain.name[asked.language], tables: [])
    }
  }

  @Sendable private func table(_ asked: PageRequest) throws -> FoundPage {
    let (page, selection) = try chosen(asked)
    return page.drawn { PageDrawing(.chart, of: selection, in: asked.site, asked.language) }
      .inOtherForms { form in
        try asked.answer(
          form, about: .table(selection.table.description.slug), table: selection.table,
          published: moment(of: asked.site))
      }
  }

  /// One more drawing of a table, at an address of its own.
  private func drawing(_ drawing: TableDrawing, _ asked: PageRequest) throws -> FoundPage {
    let (page, selection) = try chosen(asked)
    guard let drawn = PageDrawing(drawing, of: selection, in: asked.site, asked.language) else {
      throw HTTPError(.notFound)
    }
    return page.drawn { drawn }
  }

  /// The page of a table, and the part of it that is asked for.
  private func chosen(
    _ asked: PageRequest
  ) throws -> (page: FoundPage, selection: TableSelection) {
    let table = try published(asked)
    let slug = table.description.slug
    do {
      let selection = try TableSelection(table, query: asked.request.query())
      let page = FoundPage(
        preparedBy: {
          let correction = try await history.corrections(including: asked.site.release.id).first {
            $0.slug == slug && $0.entry.release == asked.site.release.id
          }
          // A newer release may hide some of what an earlier one corrected.
          let told = correction.map {
            "\($0.before) \($0.count) \($0.entry.reason?[asked.language] ?? "")"
          }
          return Prepared(told: told ?? "") {
            TablePage(
              selection, site: asked.site, base: asked.context.installation,
              correction: correction, now: now(), asked.language)
          }
        }, path: Address.table(slug, .nl), query: selection.query)
      return (page, selection)
    } catch is TableSelection.UnknownChoice {
      throw HTTPError(.badRequest)
    }
  }

  /// What was found in the form that is asked for, a picture with the lines that tell where it comes from; nil when it has none of that
  /// form.
  private func otherForm(of found: FoundPage, _ asked: PageRequest) async throws -> Response? {
    guard case .picture(let format) = asked.context.form else {
      return try await found.inForm(asked.context.form)
    }
    guard let drawing = try found.drawing() else { return nil }
    let page =
      asked.context.installation + Address.release(asked.site.release.id)
      + Address.prefix(asked.language) + found.path + found.query.encoded
    let picture = Picture(
      chart: drawing.chart, lines: drawing.lines(in: asked.site, page: page, asked.language),
      style: templates.pictureStyle)
    let bytes =
      switch format {
      case .svg: TaggedBytes(Data(picture.svg.utf8))
      case .png: try await painter.png(of: picture.svg, for: asked.context)
      }
    var response = Response(bytes, type: format.mediaType, maximumAge: 300)
    response.headers[.accessControlAllowOrigin] = "*"
    response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
  }

  @Sendable private func builder(_ asked: PageRequest) throws -> FoundPage {
    let table = try published(asked)
    do {
      let selection = try BuilderSelection(table, query: asked.request.query())
      // As many as there are choices: not kept.
      return FoundPage(
        path: Address.builder(table.description.slug, .nl), query: selection.query,
        isKept: false
      ) {
        BuilderPage(selection, site: asked.site, asked.language)
      }
    } catch is TableSelection.UnknownChoice {
      throw HTTPError(.badRequest)
    }
  }

  @Sendable private func flow(_ asked: PageRequest) throws -> FoundPage {
    FoundPage(path: Address.flow(.nl)) {
      guard let page = try FlowPage(asked.site, asked.language) else { throw HTTPError(.notFound) }
      return page
    }
    .drawn { try PageDrawing(flowOf: asked.site, asked.language) }
  }

  @Sendable private func dataset(_ asked: PageRequest) throws -> FoundPage {
    let table = try published(asked)
    let slug = table.description.slug
    return FoundPage(
      path: Address.dataset(slug, .nl), isKept: false
    ) {
      DocumentPage.dataset(
        table, site: asked.site,
        versions: try history.entries(with: slug, including: asked.site.release.id),
        base: asked.context.installation, asked.language)
    }
    .inOtherForms { form in
      try asked.answer(
        form, about: .table(slug), table: table, published: moment(of: asked.site))
    }
  }

  /// `van` and `tot` are names of releases; without them the current release and the one before it. The one that was published first
  /// is the older one, whichever is named first: what a later release hides is not told by turning them round.
  @Sendable private func difference(_ asked: PageRequest) throws -> FoundPage {
    let slug = try asked.context.decoded("slug")
    let query = try asked.request.query()
    func release(_ name: String, else standard: () throws -> ReleaseID?) throws -> ReleaseID {
      guard let text = query[name] else {
        guard let id = try standard() else { throw HTTPError(.notFound) }
        return id
      }
      guard let id = ReleaseID(text) else { throw HTTPError(.badRequest) }
      return id
    }
    let later = try release("tot") { asked.site.release.id }
    let earlier = try release("van") { try history.previous(of: later, slug: slug) }
    let known = try history.entries(with: slug, including: later).map(\.release)
    guard let first = known.lastIndex(of: earlier), let last = known.lastIndex(of: later) else {
      throw HTTPError(.notFound)
    }
    let (before, after) = first > last ? (later, earlier) : (earlier, later)
    func compared() throws -> (TableDifference, PublishedTable) {
      guard let old = try history.site(of: before)?.table(slug: slug),
        let new = try history.site(of: after)?.table(slug: slug)
      else { throw HTTPError(.notFound) }
      let shown = try history.shownNow(by: asked.site)?.tables.first {
        $0.description.id == new.description.id
      }
      return (TableDifference(from: old, to: new, shownNow: shown), new)
    }
    return FoundPage(
      path: Address.table(slug, .nl) + "/verschil",
      query: Query([("van", before.description), ("tot", after.description)]),
      // What is hidden may become more, whatever release the page belongs to.
      isKept: !asked.site.isEarlier
    ) {
      let (difference, table) = try compared()
      return DocumentPage.difference(
        difference, of: table, from: before, to: after, asked.language)
    }
    .inOtherForms { form in
      guard form == .file(.csv) else { return nil }
      let (difference, table) = try compared()
      return Response(
        TaggedBytes(Data(difference.file(of: table))), type: TableFormat.csv.contentType,
        maximumAge: 300)
    }
  }

  @Sendable private func theme(_ asked: PageRequest) throws -> FoundPage {
    guard let scheme = asked.site.release.scheme(Naming.themeScheme),
      let concept = try scheme.concept(asked.context.decoded("code"))
    else { throw HTTPError(.notFound) }
    return FoundPage(path: Address.theme(concept.code, .nl)) {
      ThemePage(concept, site: asked.site, asked.language)
    }
  }

  @Sendable private func catalogue(_ asked: PageRequest) throws -> FoundPage {
    FoundPage(
      path: "/catalog"
    ) { TableListPage(asked.site, asked.language) }
    .inOtherForms {
      try asked.answer($0, about: .catalogue, published: moment(of: asked.site))
    }
  }

  @Sendable private func concepts(_ asked: PageRequest) throws -> FoundPage {
    FoundPage(
      path: Address.concepts(.nl)
    ) { SchemeListPage(asked.site, asked.language) }
    .inOtherForms { try asked.answer($0, about: .allConcepts) }
  }

  @Sendable private func scheme(_ asked: PageRequest) throws -> FoundPage {
    guard let scheme = try asked.site.release.scheme(asked.context.decoded("scheme")) else {
      throw HTTPError(.notFound)
    }
    return FoundPage(
      path: Address.scheme(scheme.id, .nl)
    ) { SchemePage(scheme, asked.language) }
    .inOtherForms { try asked.answer($0, about: .scheme(scheme.id)) }
  }

  @Sendable private func classification(_ asked: PageRequest) throws -> FoundPage {
    guard let scheme = try asked.site.release.scheme(asked.context.decoded("scheme")) else {
      throw HTTPError(.notFound)
    }
    return FoundPage(
      path: "/classificaties/" + PercentEncoding.encoded(scheme.id)
    ) { SchemePage(scheme, asked.language) }
    .inOtherForms { try asked.answer($0, about: .classification(scheme.id)) }
  }

  @Sendable private func concept(_ asked: PageRequest) throws -> FoundPage {
    guard let scheme = try asked.site.release.scheme(asked.context.decoded("scheme")),
      let concept = try scheme.concept(asked.context.decoded("code"))
    else { throw HTTPError(.notFound) }
    return FoundPage(
      path: Address.concept(concept.code, in: scheme.id, .nl)
    ) { ConceptPage(concept, in: scheme, site: asked.site, asked.language) }
    .inOtherForms { try asked.answer($0, about: .concept(concept.code, scheme: scheme.id)) }
  }

  /// Of questions there is no end, so their pages are not kept.
  @Sendable private func search(_ asked: PageRequest) throws -> FoundPage {
    let answer = try asked.site.results(
      for: asked.request.query()[SearchPage.parameter] ?? "", language: asked.language,
      limit: SearchPage.limit)
    let query = answer.question.isEmpty ? [] : [(SearchPage.parameter, answer.question)]
    return FoundPage(path: Address.search(.nl), query: Query(query), isKept: false) {
      SearchPage(answer, asked.language)
    }
  }
}

/// What an address led to is no longer made, but its last version is still there.
struct GonePage: Error {
  let lastVersion: String
}

extension PageRequest {
  /// The thing in another form than its page; nil when it has none of that form.
  func answer(
    _ form: Form, about subject: LinkedDataService.Subject, table: PublishedTable? = nil,
    published: Moment? = nil
  ) throws -> Response? {
    switch form {
    case .page, .picture: return nil
    case .graph(let serialisation):
      guard let base = context.base else { return OpenDataRoutes.answer(to: request, .hostOdd) }
      let moment = published?.description ?? ""
      let graph = try site.shown(at: "\(base) \(subject) \(serialisation) \(moment)") {
        guard
          let bytes = site.linkedData.bytes(
            of: subject, as: serialisation, base: base, published: published)
        else { throw HTTPError(.notFound) }
        return TaggedBytes(Data(bytes))
      }
      context.lasting?.set()
      var response = Response(
        graph, type: serialisation.mediaType + "; charset=utf-8", maximumAge: 300)
      response.headers[.accessControlAllowOrigin] = "*"
      return response
    case .file(let format):
      guard let table else { return nil }
      return try DataRoutes.file(table.description.id, format, of: site, isDownload: false)
    case .workbook: return table.map { DataRoutes.workbook($0, language, of: site, context) }
    }
  }
}

extension PageRoutes {
  /// The page for an address that leads nowhere, in the language of the address.
  ///
  /// `lastVersion` is where a thing that is gone can still be read.
  func errorPage(
    _ status: HTTPResponse.Status, path: String, of site: Site?, lastVersion: String? = nil
  ) -> Response {
    let language = Address.language(of: path)
    let content = ErrorPage(
      status, path: path, site: site, lastVersion: lastVersion, language)
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
