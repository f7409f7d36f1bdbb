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
    guard
      Self.roots.contains(where: { request.uri.path.lowercased().drop { $0 == "/" }.hasPrefix($0) })
    else { return try await next(request, context) }
    guard request.method == .get || request.method == .head else {
      throw HTTPError(.methodNotAllowed)
    }
    guard let path = Query.decoded(request.uri.path, plusIsBlank: false) else {
      throw HTTPError(.badRequest)
    }
    let asked = ODataService.Request(
      path: path, items: try request.query().items, base: base(of: request))
    let site = try context.site()
    guard let answer = site.odata.answer(asked) else { return try await next(request, context) }
    return Response(answer, tag: Self.tag(site, request, asked.base))
  }

  private static let roots = ["odata/", "odatacatalog", "odataapi/", "odatafeed/"]

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
  init(_ answer: OpenDataAnswer, tag: String) {
    var headers: HTTPFields = [
      .contentType: answer.contentType, .accessControlAllowOrigin: "*",
    ]
    if answer.status == 200 {
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
