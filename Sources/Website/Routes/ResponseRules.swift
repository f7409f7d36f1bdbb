import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Publication

/// What holds for every answer: one release from beginning to end, headers that protect readers, 304
/// for what they have already, error pages that help, and no more questions of one client than others
/// can bear.
struct ResponseRules: RouterMiddleware {
  typealias Context = WebsiteContext

  let current: CurrentSite
  let pages: PageRoutes
  /// Nil when clients may ask as often as they like.
  let rate: RequestRate?
  let settings: ServerSettings
  let logger: Logger
  private let moment = AnswerMoment()

  init(
    current: CurrentSite, pages: PageRoutes, rate: RequestRate?, settings: ServerSettings,
    logger: Logger
  ) {
    self.current = current
    self.pages = pages
    self.rate = rate
    self.settings = settings
    self.logger = logger
  }

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.shown = Result { () throws(PublicationError) in
      try current.site { error in
        logger.error("The current release cannot be read.", metadata: ["reason": "\(error)"])
      }
    }
    let site = (try? context.shown.get()) ?? nil
    let question = request.method == .get ? site.map { self.question(request.head, of: $0) } : nil
    var response: Response
    if let refused = refused(request, context: context) {
      response = refused
      protect(&response)
    } else if let question, let known = site?.answer(to: question) {
      response = known.response
    } else {
      let lasting = LastingMark()
      if question != nil { context.lasting = lasting }
      response = await answer(request, of: site, context: context, next: next)
      protect(&response)
      if let question, response.status == .ok, lasting.isSet {
        await site?.keep(KeptAnswer(response), to: question)
      }
    }
    if let id = context.requestID { response.headers[.requestID] = id }
    if let headers = response.headersAlone(for: request.headers) {
      response.status = .notModified
      response.body = ResponseBody()
      response.headers = headers
    }
    guard request.method == .head else { return response }
    var head = response.createHeadResponse()
    // Not that of the body that is left out, whose length is nothing.
    head.headers[.contentLength] = response.headers[.contentLength]
    return head
  }

  /// The answer to a question that was asked before, as `handle` gives it; nil for any other, and for what only `handle` does: saying no,
  /// looking for a newer release, the last answer of a connection.
  ///
  /// - Parameters:
  ///   - request: without a body.
  ///   - peer: at the other end of the connection.
  /// - Returns: the answer; without body for who has it already.
  func keptAnswer(
    to request: HTTPRequest, of peer: ClientAddress?
  ) -> (head: HTTPResponse, body: ByteBuffer?)? {
    let asked = request.headerFields
    guard request.method == .get, asked[.connection] != "close", asked[.contentLength] == nil,
      asked[.transferEncoding] == nil, let site = current.siteInSight,
      let known = site.answer(to: question(request, of: site)), let body = known.body,
      secondsToWait(asked, peer) == nil
    else { return nil }
    let alone = known.response.headersAlone(for: asked)
    var head = HTTPResponse(
      status: alone == nil ? known.response.status : .notModified,
      headerFields: alone ?? known.response.headers)
    head.headerFields.append(HTTPField(name: .requestID, value: RequestID().description))
    head.headerFields.append(HTTPField(name: .date, value: moment.inHeader))
    return (head, alone == nil ? body : nil)
  }

  private func refused(_ request: Request, context: Context) -> Response? {
    if let target = request.head.path, target.utf8.count > ServerSettings.longestTarget {
      return OpenDataRoutes.answer(to: request, .targetTooLong)
    }
    guard let rate, ![HealthRoutes.live, HealthRoutes.ready].contains(request.uri.path),
      let seconds = secondsToWait(request.headers, context.peer)
    else { return nil }
    var response = OpenDataRoutes.answer(to: request, .tooMany)
    response.headers[.retryAfter] = "\(seconds)"
    response.headers[.rateLimitPolicy] = "\"client\";q=\(rate.burst);w=\(rate.window)"
    response.headers[.rateLimit] = "\"client\";r=0;t=\(seconds)"
    return response
  }

  /// Until whoever asks may ask again; nil when that is now, which counts as asked.
  private func secondsToWait(
    _ headers: HTTPFields, _ peer: @autoclosure () -> ClientAddress?
  ) -> Int? {
    guard let rate, let client = client(of: headers) ?? peer(), !client.isLoopback,
      case .refused(let seconds) = rate.admit(client, at: NIODeadline.now().uptimeNanoseconds)
    else { return nil }
    return seconds
  }

  /// For whom a proxy asks.
  private func client(of headers: HTTPFields) -> ClientAddress? {
    guard let header = settings.trustedHeader, let name = HTTPField.Name(header.rawValue) else {
      return nil
    }
    return ClientAddress(header, in: headers[values: name])
  }

  private func answer(
    _ request: Request, of site: Site?, context: Context,
    next: (Request, Context) async throws -> Response
  ) async -> Response {
    let path = request.uri.path
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      let isReading = request.method == .get || request.method == .head
      if error.status == .notFound, !isReading {
        var response = pages.errorPage(.methodNotAllowed, path: path, of: site)
        response.headers[.allow] = "GET, HEAD"
        return response
      }
      var response = pages.errorPage(error.status, path: path, of: site)
      if error.status == .serviceUnavailable { response.headers[.retryAfter] = "60" }
      return response
    } catch {
      var metadata: Logger.Metadata = ["reason": "\(error)"]
      if let id = context.requestID { metadata["request"] = .string(id) }
      logger.error("A page could not be made.", metadata: metadata)
      return pages.errorPage(.internalServerError, path: path, of: site)
    }
  }

  /// All that an answer may depend on, apart from the release.
  private func question(_ request: HTTPRequest, of site: Site) -> String {
    let fields = request.headerFields
    var question = request.authority ?? ""
    for part in [request.path, fields[.accept], fields[.acceptEncoding]] {
      question += "\n"
      question += part ?? ""
    }
    return question + "\n\(pages.announced(by: site))"
  }

  private func protect(_ response: inout Response) {
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers[.contentSecurityPolicy] =
        "default-src 'none'; style-src '\(pages.templates.styleDigest)'; img-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "strict-origin-when-cross-origin"
    response.headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
    response.headers[.crossOriginOpenerPolicy] = "same-origin"
    // Open data are for pages of others too, with all that stands about them in headers.
    let isOpen = response.headers[.accessControlAllowOrigin] == "*"
    response.headers[.crossOriginResourcePolicy] = isOpen ? "cross-origin" : "same-origin"
    if isOpen { response.headers[.accessControlExposeHeaders] = "*" }
    response.headers[.vary] = "Accept, Accept-Encoding"
    if settings.isSecure {
      response.headers[.strictTransportSecurity] = "max-age=31536000"
    }
  }
}

extension Response {
  /// The headers for a reader who has the body already; nil when it does not.
  fileprivate func headersAlone(for asked: HTTPFields) -> HTTPFields? {
    guard status == .ok, let tag = headers[.eTag], let known = asked.known(tag) else { return nil }
    var headers = headers
    headers[.eTag] = known
    for name in [HTTPField.Name.contentLength, .contentType, .contentEncoding, .contentDisposition]
    {
      headers[name] = nil
    }
    return headers
  }
}

extension HTTPFields {
  /// The tag by which whoever sends them has this version already, packed or not; nil when it does not.
  func known(_ tag: String) -> String? {
    for field in self[values: .ifNoneMatch] {
      for item in field.split(separator: ",") {
        let item = item.trimmingPrefix { $0 == " " }
        let candidate = (item.hasPrefix("W/") ? item.dropFirst(2) : item).prefix { $0 != " " }
        if candidate == "*" { return tag }
        if EntityTag.isSame(candidate, tag) { return String(candidate) }
      }
    }
    return nil
  }
}
