import HTTPTypes
import Hummingbird
import InformationModel
import OpenData
import Publication

/// Addresses that open-data clients ask for, as they write them: in capitals or not, with a slash too many, with percent signs anywhere.
///
/// It stands before the router, which knows one spelling of an address.
struct OpenDataRoutes: RouterMiddleware {
  typealias Context = WebsiteContext

  let history: History
  /// How often one client may ask, for clients that keep to it by themselves.
  let limit: PxService.CallLimit
  let now: @Sendable () -> Moment
  /// More than wait for each other when all ask at once.
  private let turn = Turn(mostWaiting: 500)

  init(history: History, limit: PxService.CallLimit, now: @escaping @Sendable () -> Moment) {
    self.history = history
    self.limit = limit
    self.now = now
  }

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    // What cannot be decoded is somebody's page that is not there, unless it looks like one of ours.
    let decoded = Query.decoded(request.uri.path, plusIsBlank: false)
    let parts = (decoded ?? request.uri.path).split(separator: "/").map(String.init)
    guard let root = Self.root(of: parts) else { return try await next(request, context) }
    let isPx = root.hasPrefix(Self.px)
    guard let site = try? context.site() else {
      return Response(
        Self.fault(503, "Er zijn nog geen cijfers.", "There are no figures yet.", root: root),
        tag: nil)
    }
    if request.method == .options { return Self.preflight }
    let isReading = request.method == .get || request.method == .head
    guard isReading || request.method == .post && isPx else {
      var refusal = Self.fault(
        405, "Dit adres wordt alleen gelezen (GET).", "This address does not take this method.",
        root: root)
      refusal.headers.append(("Allow", isPx ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS"))
      return Response(refusal, tag: nil)
    }
    guard let base = context.base else { return Self.answer(to: request, .hostOdd) }
    guard let path = decoded, let items = Query(encoded: request.uri.query ?? "")?.items else {
      return Response(
        Self.fault(
          400, "Het adres kan niet worden gelezen: let op procenttekens.",
          "The address cannot be read: mind the percent signs.", root: root),
        tag: nil)
    }
    let entry = try? history.entry(of: site.release.id)
    let published = entry?.moment
    let tag = isReading ? Self.tag(site, request, base, entry) : nil
    if root == "sdmx" {
      return Response(
        site.sdmx.answer(
          .init(
            parts: Array(parts.dropFirst()), items: items, accept: request.headers[.accept],
            base: base, published: published)), tag: tag)
    }
    if isPx {
      guard parts.count > 1,
        let version = PxService.Request.Version(rawValue: parts[1].lowercased())
      else {
        return Response(.fault(404, "There is nothing at this address.", root: root), tag: nil)
      }
      var body: [UInt8]?
      if !isReading {
        guard let collected = try? await request.body.collect(upTo: ServerSettings.longestBody)
        else {
          return Response(
            .fault(413, "The body is longer than \(ServerSettings.longestBody) bytes.", root: root),
            tag: nil)
        }
        body = Array(buffer: collected)
      }
      return Response(
        site.px.answer(
          .init(
            version: version, parts: Array(parts.dropFirst(2)), items: items, body: body,
            base: base, now: now(), published: published, limit: limit)),
        tag: tag)
    }
    var question = ODataService.Request(path: path, items: items, base: base) {
      [history] version throws(PublicationError) in
      guard let id = try history.release(version: version),
        try !history.isLater(id, than: site.release.id)
      else { return nil }
      return try history.site(of: id)?.tables
    }
    question.published = published
    question.reason = entry?.reason
    question.shownNow = { [history] () throws(PublicationError) in
      try history.shownNow(by: site)?.tables
    }
    // What looks at rows one by one may take long: not on all cores at once.
    let isSearching = site.odata.isLongSearch(question)
    let found: OpenDataAnswer??
    if isSearching {
      found = try await context.whileAwaited { [turn, question] in
        await turn.take { () -> OpenDataAnswer? in site.odata.answer(question) }
      }
    } else {
      found = .some(site.odata.answer(question))
    }
    guard let found else {
      var refusal = OpenDataAnswer.fault(
        503, "Er wachten te veel vragen met een filter; vraag het zo nog eens.", root: root)
      refusal.headers.append(("Retry-After", "5"))
      return Response(refusal, tag: nil)
    }
    guard let answer = found else {
      return Response(.fault(404, "Dit adres bestaat niet.", root: root), tag: nil)
    }
    return Response(answer, tag: tag, turn: isSearching ? turn : nil)
  }

  static let px = "api"
  private static let roots: Set<String> = [
    "odata", "csv", "odatacatalog", "odataapi", "odatafeed", px, "sdmx",
  ]

  /// Of which service an address is, as its errors are told: by the first part in small letters, of PxWebApi 1 with its version; nil of any other.
  static func root(of parts: [String]) -> String? {
    guard let first = parts.first?.lowercased(), roots.contains(first) else { return nil }
    let one = PxService.Request.Version.one.rawValue
    return first == px && parts.count > 1 && parts[1].lowercased() == one ? "\(px)/\(one)" : first
  }

  /// An error in the language of the service: SDMX and PxWebApi speak English, the services that are like StatLine speak Dutch.
  static func fault(
    _ status: Int, _ dutch: String, _ english: String, root: String
  ) -> OpenDataAnswer {
    .fault(status, root == "sdmx" || root.hasPrefix(px) ? english : dutch, root: root)
  }

  /// What a browser asks before a program of another site may send a question.
  private static var preflight: Response {
    var headers: HTTPFields = [.accessControlAllowOrigin: "*"]
    headers[.accessControlAllowMethods] = "GET, HEAD, POST"
    headers[.accessControlAllowHeaders] = "Content-Type"
    headers[.accessControlMaxAge] = "86400"
    return Response(status: .noContent, headers: headers)
  }

  /// The same release gives the same bytes to the same question.
  private static func tag(
    _ site: Site, _ request: Request, _ base: String, _ entry: PublicationEntry?
  ) -> String {
    let question =
      base + " " + request.uri.path + "?" + (request.uri.query ?? "")
      + " " + (request.headers[.accept] ?? "") + (entry?.moment.map { " \($0)" } ?? "")
      + (entry?.reason.map { " \($0.nl)" } ?? "")
    return OpenDataAnswer.shape + site.release.id.digest
      + TaggedBytes.letters(of: Array(question.utf8))
  }
}

extension Response {
  /// - Parameters:
  ///   - answer: what the service says.
  ///   - tag: of the question; nil when the answer may be another next time.
  ///   - turn: in which a long answer is made; nil when its pieces cost little.
  init(_ answer: OpenDataAnswer, tag: String?, turn: Turn? = nil) {
    var headers: HTTPFields = [
      .contentType: answer.contentType, .accessControlAllowOrigin: "*",
    ]
    if answer.status == 200, answer.isLasting, let tag {
      headers[.eTag] = "\"\(tag)\""
      headers[.cacheControl] = "public, max-age=300"
    } else {
      headers[.cacheControl] = "no-store"
    }
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    let body: ResponseBody
    switch answer.body {
    case .whole(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .pieces(let start):
      body = ResponseBody { writer in
        let pieces = start()
        func next() async -> [UInt8]? {
          if let turn { await turn.takeAgain(pieces.next) } else { pieces.next() }
        }
        while let piece = await next() { try await writer.write(ByteBuffer(bytes: piece)) }
        try await writer.finish(nil)
      }
    }
    self.init(status: .init(code: answer.status), headers: headers, body: body)
  }
}
