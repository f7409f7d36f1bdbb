import HTTPTypes
import Hummingbird
import OpenData
import Publication

/// Addresses that open-data clients ask for, as they write them: in capitals or not, with a slash too many, with percent signs anywhere.
///
/// It stands before the router, which knows one spelling of an address.
struct OpenDataRoutes: RouterMiddleware {
  typealias Context = WebsiteContext

  /// How clients reach the installation, without a slash at the end; by the name that they ask for when nil.
  let publicAddress: String?

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let root = request.uri.path.lowercased().drop { $0 == "/" }
    guard Self.roots.contains(where: { root.hasPrefix($0) }) else {
      return try await next(request, context)
    }
    let isReading = request.method == .get || request.method == .head
    guard isReading || request.method == .post && root.hasPrefix("api/") else {
      throw HTTPError(.methodNotAllowed)
    }
    guard let path = Query.decoded(request.uri.path, plusIsBlank: false) else {
      throw HTTPError(.badRequest)
    }
    let (items, base) = (try request.query().items, base(of: request))
    let site = try context.site()
    if root.hasPrefix("api/") {
      let parts = path.split(separator: "/").map(String.init)
      guard parts.count > 2, parts[1].lowercased() == "v2" else {
        return try await next(request, context)
      }
      let body =
        isReading ? nil : Array(buffer: try await request.body.collect(upTo: Self.longestBody))
      return Response(
        site.px.answer(
          .init(parts: Array(parts.dropFirst(2)), items: items, body: body, base: base)),
        tag: isReading ? Self.tag(site, request, base) : nil)
    }
    guard let answer = site.odata.answer(.init(path: path, items: items, base: base)) else {
      return try await next(request, context)
    }
    return Response(answer, tag: Self.tag(site, request, base))
  }

  /// A question with every code of a large table in it.
  private static let longestBody = 1 << 20

  private static let roots = ["odata/", "odatacatalog", "odataapi/", "odatafeed/", "api/"]

  private func base(of request: Request) -> String {
    publicAddress ?? "http://" + (request.head.authority ?? "localhost")
  }

  /// The same release gives the same bytes to the same question.
  private static func tag(_ site: Site, _ request: Request, _ base: String) -> String {
    let question = base + " " + request.uri.path + "?" + (request.uri.query ?? "")
    return site.release.id.digest + TaggedBytes.letters(of: Array(question.utf8))
  }
}

extension Response {
  init(_ answer: OpenDataAnswer, tag: String?) {
    var headers: HTTPFields = [
      .contentType: answer.contentType, .accessControlAllowOrigin: "*",
    ]
    if answer.status == 200, let tag {
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
        while let piece = pieces.next() { try await writer.write(ByteBuffer(bytes: piece)) }
        try await writer.finish(nil)
      }
    }
    self.init(status: .init(code: answer.status), headers: headers, body: body)
  }
}
