import HTTPTypes
import Hummingbird
import InformationModel
import OpenData
import Publication

/// A way in which an address answers beside its page.
enum Form: Hashable, Sendable {
  case page
  case file(TableFormat)
  case workbook
  /// The drawing of a page.
  case picture(PictureFormat)
  case graph(RDFSerialisation)

  /// What an address ends in, the longest first.
  static let bySuffix: [(suffix: String, form: Form)] =
    (TableFormat.allCases.map { ($0.suffix, .file($0)) }
    + RDFSerialisation.allCases.map { ("." + $0.rawValue, .graph($0)) }
    + PictureFormat.allCases.map { ("." + $0.rawValue, .picture($0)) } + [(".xlsx", .workbook)])
    .sorted { $0.suffix.count > $1.suffix.count }

  /// What a reader may ask for by its media type, the first for those who take anything.
  static let byMediaType: [(type: String, form: Form)] =
    [
      ("text/html", .page), ("application/xhtml+xml", .page), ("text/csv", .file(.csv)),
      (TableFormat.parquet.contentType, .file(.parquet)),
      ("application/json", .file(.jsonStat)), ("application/csvm+json", .file(.csvMetadata)),
      (Form.workbookType, .workbook),
    ] + PictureFormat.allCases.map { ($0.mediaType, .picture($0)) }
    + RDFSerialisation.allCases.map { ($0.mediaType, .graph($0)) }

  static let workbookType = Workbook.contentType

  /// The form that the reader likes best (RFC 9110, 12.5.1); the page unless another is asked for by name.
  static func preferred(by accept: String) -> Form {
    var weights: [String: Double] = [:]
    for item in accept.split(separator: ",") {
      let parts = item.split(separator: ";").map { part in
        part.filter { $0 != " " && $0 != "\t" }.lowercased()
      }
      guard let name = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
      weights[name] = weight.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
    }
    var best = (form: Form.page, weight: 0.0, precision: 0)
    for (type, form) in byMediaType {
      // What names a type says more than what names a range.
      let names = [type, type.prefix { $0 != "/" } + "/*", "*/*"]
      guard let named = names.firstIndex(where: { weights[$0] != nil }) else { continue }
      let weight = weights[names[named]] ?? 0
      let precision = names.count - named
      if (weight, precision) > (best.weight, best.precision), weight > 0 {
        best = (form, weight, precision)
      }
    }
    return best.form
  }
}

/// Which release an address is about, and in which form it is asked for: `/uitgaven/<release>/…` is the same site as it was then, so is a
/// version in an address of OData 4, and `.csv` behind an address or a media type asks for another form than the page.
///
/// A router finds its route before it asks what stands before it; so an address that was read as another goes to a router of its own,
/// which knows one address for each thing.
struct VersionAndForm<Site: HTTPResponder<WebsiteContext>>: RouterMiddleware {
  typealias Context = WebsiteContext

  let history: History
  let address: PublicAddress
  /// Answers addresses without release and without form.
  let site: Site

  /// Below these, addresses have other forms than their page.
  private static var manyForms: [String] {
    ["tabellen", "begrippen", "catalog", "classificaties", "keten"]
  }

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var context = context
    var response = try await routed(request, &context, next)
    // Open data are as old as their release.
    if response.headers[.eTag] != nil, response.headers[.accessControlAllowOrigin] == "*",
      let release = try? context.site().release.id, let entry = try? history.entry(of: release)
    {
      response.headers[.lastModified] = entry.date.inHeader
    }
    return response
  }

  private func routed(
    _ request: Request, _ context: inout Context,
    _ next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    context.base = address.base(of: request)
    var parts = request.uri.path.split(separator: "/").map(String.init)
    if parts.count > 1, parts[0] == "uitgaven", let id = ReleaseID(parts[1]) {
      guard let release = try history.site(of: id) else { throw HTTPError(.notFound) }
      parts.removeFirst(2)
      context.show(release)
      return try await answer(Self.moved(request, to: parts), parts, context, within)
    }
    guard let asked = VersionedQuestion(request, parts) else {
      return try await answer(request, parts, context, next)
    }
    guard let name = asked.version else {
      return Response(.fault(400, "Het adres noemt twee versies.", root: asked.root), tag: nil)
    }
    guard let id = try history.release(version: name), let release = try history.site(of: id) else {
      return Response(.fault(404, "Versie '\(name)' bestaat niet.", root: asked.root), tag: nil)
    }
    context.show(release)
    return try await within(
      Self.moved(request, to: asked.parts, query: asked.query), context)
  }

  private func answer(
    _ request: Request, _ parts: [String], _ context: Context,
    _ next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var context = context
    let section = parts.first == Language.en.rawValue ? parts.dropFirst().first : parts.first
    guard let section,
      Self.manyForms.contains(where: { section == $0 || section.hasPrefix($0 + ".") })
    else { return try await next(request, context) }
    let last = parts[parts.count - 1]
    if let (suffix, form) = Form.bySuffix.first(where: { last.hasSuffix($0.suffix) }),
      last.count > suffix.count
    {
      var stripped = parts
      stripped[parts.count - 1] = String(last.dropLast(suffix.count))
      // A code may end as a form does: then it is the code, unless what stands before is one too.
      if Self.isConcept(stripped, context) || !Self.isConcept(parts, context) {
        context.form = form
        context.isFormGiven = true
        return try await within(Self.moved(request, to: stripped), context)
      }
    }
    if let accept = request.headers[.accept] { context.form = Form.preferred(by: accept) }
    var response = try await next(request, context)
    response.headers[.vary] = "Accept, Accept-Encoding"
    return response
  }

  private static func isConcept(_ parts: [String], _ context: Context) -> Bool {
    let parts = parts.first == Language.en.rawValue ? Array(parts.dropFirst()) : parts
    guard parts.count == 3, let site = try? context.site(),
      let scheme = Query.decoded(parts[1], plusIsBlank: false).flatMap({ site.release.scheme($0) }),
      let code = Query.decoded(parts[2], plusIsBlank: false)
    else { return false }
    return scheme.concept(code) != nil
  }

  /// What the site answers; a router that has no answer gives an empty one, for which there are pages.
  private func within(_ request: Request, _ context: Context) async throws -> Response {
    let response = try await site.respond(to: request, context: context)
    if response.status.kind == .clientError, response.headers[.contentType] == nil {
      throw HTTPError(response.status)
    }
    return response
  }

  private static func moved(_ request: Request, to parts: [String]) -> Request {
    moved(request, to: parts, query: request.uri.query)
  }

  private static func moved(_ request: Request, to parts: [String], query: String?) -> Request {
    var head = request.head
    head.path = "/" + parts.joined(separator: "/") + (query.map { "?" + $0 } ?? "")
    return Request(head: head, body: request.body)
  }
}
