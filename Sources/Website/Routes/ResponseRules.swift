import HTTPTypes
import Hummingbird
import Logging

/// What holds for every answer: headers that protect readers, 304 for what they have already, and
/// error pages that help.
struct ResponseRules: RouterMiddleware {
  typealias Context = WebsiteContext

  let pages: PageRoutes
  let logger: Logger

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
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
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      let isReading = request.method == .get || request.method == .head
      if error.status == .notFound, !isReading {
        var response = pages.errorPage(.methodNotAllowed, path: request.uri.path)
        response.headers[.allow] = "GET, HEAD"
        return response
      }
      var response = pages.errorPage(error.status, path: request.uri.path)
      if error.status == .serviceUnavailable { response.headers[.retryAfter] = "60" }
      return response
    } catch {
      logger.error("A page could not be made.", metadata: ["reason": "\(error)"])
      return pages.errorPage(.internalServerError, path: request.uri.path)
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
