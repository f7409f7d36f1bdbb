import HTTPTypes
import Hummingbird
import NIOCore

/// Sends answers packed to those who take them so, and long ones a piece at a time.
struct AnswerPacking: RouterMiddleware {
  typealias Context = WebsiteContext

  /// Packing what is shorter gains less than its header costs.
  private static let shortest = 1_024
  /// What is longer is packed while it is sent, each time anew.
  private static let longestKept = 1 << 26

  private let kept = Kept<ByteBuffer>(mostBytes: 1 << 27)

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard Self.packs(response, for: request) else {
      response.body = Self.inPieces(response.body)
      return response
    }
    let body = response.body
    let packed = try await packed(response, for: request)
    response.headers[.contentEncoding] = "gzip"
    response.headers[.eTag] = response.headers[.eTag].map(EntityTag.packed)
    if request.method == .head {
      response.headers[.contentLength] = packed.map { "\($0.readableBytes)" }
    } else if let packed {
      response.body = Self.inPieces(ResponseBody(byteBuffer: packed))
    } else {
      response.body = ResponseBody { writer in
        try await body.write(PackingWriter(next: writer))
      }
    }
    return response
  }

  private static func packs(_ response: Response, for request: Request) -> Bool {
    guard response.status == .ok, response.headers[.contentEncoding] == nil,
      let type = response.headers[.contentType], ContentCoding.shortens(type),
      ContentCoding(acceptedBy: request.headers[values: .acceptEncoding]) == .gzip
    else { return false }
    if let length = response.length, length < shortest { return false }
    // What the reader has already is not sent.
    return response.headers[.eTag].map { request.headers.known($0) == nil } ?? true
  }

  /// Packed once and kept; nil for what is not kept.
  private func packed(_ response: Response, for request: Request) async throws -> ByteBuffer? {
    guard let tag = response.headers[.eTag], let length = response.length,
      length <= Self.longestKept
    else { return nil }
    // A tag tells contents of one address apart, not those of all.
    let key = "\(request.head.authority ?? "") \(request.head.path ?? "") \(tag)"
    if let packed = kept[key] { return packed }
    // The answer to HEAD may have lost its body already.
    guard response.body.contentLength == length else { return nil }
    let collected = CollectedPieces()
    try await response.body.write(PackingWriter(next: CollectingWriter(pieces: collected)))
    let packed = collected.whole
    kept.keep(packed, bytes: packed.capacity, as: key)
    return packed
  }

  private static func inPieces(_ body: ResponseBody) -> ResponseBody {
    guard let length = body.contentLength, length > PieceWriter.longest else { return body }
    return ResponseBody(contentLength: length) { writer in
      try await body.write(PieceWriter(next: writer))
    }
  }
}

extension Response {
  /// The bytes of the body, of HEAD those that GET would give; nil when that is not known.
  fileprivate var length: Int? { headers[.contentLength].flatMap { Int($0) } }
}
