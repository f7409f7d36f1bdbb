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
    var response: Response
    if let refused = refused(request, context: context) {
      response = refused
    } else {
      response = await answer(request, context: context, next: next)
    }
    protect(&response)
    if let id = context.requestID { response.headers[.requestID] = id }
    if response.status == .ok, let tag = response.headers[.eTag], let known = request.known(tag) {
      response.status = .notModified
      response.body = ResponseBody()
      response.headers[.eTag] = known
      for name in [
        HTTPField.Name.contentLength, .contentType, .contentEncoding, .contentDisposition,
      ] {
        response.headers[name] = nil
      }
    }
    guard request.method == .head else { return response }
    var head = response.createHeadResponse()
    // Not that of the body that is left out, whose length is nothing.
    head.headers[.contentLength] = response.headers[.contentLength]
    return head
  }

  private func refused(_ request: Request, context: Context) -> Response? {
    if let target = request.head.path, target.utf8.count > ServerSettings.longestTarget {
      return OpenDataRoutes.answer(to: request, .targetTooLong)
    }
    guard let rate, let client = client(of: request, context: context), !client.isLoopback,
      ![HealthRoutes.live, HealthRoutes.ready].contains(request.uri.path),
      case .refused(let seconds) = rate.admit(client, at: NIODeadline.now().uptimeNanoseconds)
    else { return nil }
    var response = OpenDataRoutes.answer(to: request, .tooMany)
    response.headers[.retryAfter] = "\(seconds)"
    response.headers[.rateLimitPolicy] = "\"client\";q=\(rate.burst);w=\(rate.window)"
    response.headers[.rateLimit] = "\"client\";r=0;t=\(seconds)"
    return response
  }

  private func client(of request: Request, context: Context) -> ClientAddress? {
    guard let header = settings.trustedHeader, let name = HTTPField.Name(header.rawValue) else {
      return context.peer
    }
    return ClientAddress(header, in: request.headers[values: name]) ?? context.peer
  }

  private func answer(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async -> Response {
    let site = (try? context.shown.get()) ?? nil
    let path = request.uri.path
    var context = context
    let question =
      request.method == .get
      ? site.map { "\(Self.question(request))\n\(pages.announced(by: $0))" } : nil
    if let site, let question {
      if let answer = site.answer(to: question) { return answer }
      context.lasting = LastingMark()
    }
    do {
      let response = try await next(request, context)
      if let site, let question, response.status == .ok, context.lasting?.isSet == true {
        site.keep(response, to: question)
      }
      return response
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

  /// All of a request that an answer may depend on, apart from the release.
  private static func question(_ request: Request) -> String {
    [
      request.head.authority, request.head.path, request.headers[.accept],
      request.headers[.acceptEncoding],
    ].map { $0 ?? "" }.joined(separator: "\n")
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
    // Open data are for pages of others too.
    response.headers[.crossOriginResourcePolicy] =
      response.headers[.accessControlAllowOrigin] == "*" ? "cross-origin" : "same-origin"
    response.headers[.vary] = "Accept, Accept-Encoding"
    if settings.isSecure {
      response.headers[.strictTransportSecurity] = "max-age=31536000"
    }
  }
}

extension Request {
  /// The tag by which the reader has this version already, packed or not; nil when it does not.
  func known(_ tag: String) -> String? {
    for field in headers[values: .ifNoneMatch] {
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
