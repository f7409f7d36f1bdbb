import HTTPTypes
import Hummingbird
import Logging
import Publication

/// What holds for every answer: one release from beginning to end, headers that protect readers, 304
/// for what they have already, and error pages that help.
struct ResponseRules: RouterMiddleware {
  typealias Context = WebsiteContext

  let current: CurrentSite
  let pages: PageRoutes
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
    var response = await answer(request, context: context, next: next)
    protect(&response)
    if response.status == .ok, let tag = response.headers[.eTag], request.has(tag) {
      response.status = .notModified
      response.body = ResponseBody()
      response.headers[.contentLength] = nil
      response.headers[.contentType] = nil
      response.headers[.contentDisposition] = nil
    }
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async -> Response {
    let site = (try? context.shown.get()) ?? nil
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
      logger.error("A page could not be made.", metadata: ["reason": "\(error)"])
      return pages.errorPage(.internalServerError, path: path, of: site)
    }
  }

  private func protect(_ response: inout Response) {
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
      + "base-uri 'none'; frame-ancestors 'none'"
    response.headers[.xContentTypeOptions] = "nosniff"
    if let name = HTTPField.Name("Referrer-Policy") {
      response.headers[name] = "strict-origin-when-cross-origin"
    }
  }
}

extension Request {
  /// Whether the reader says to have this version already.
  func has(_ tag: String) -> Bool {
    headers[values: .ifNoneMatch].contains { field in
      field.split(separator: ",").contains { item in
        let item = item.trimmingPrefix { $0 == " " }
        let candidate = item.hasPrefix("W/") ? item.dropFirst(2) : item
        return candidate.prefix { $0 != " " } == tag || candidate == "*"
      }
    }
  }
}
