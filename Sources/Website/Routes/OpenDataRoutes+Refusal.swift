import HTTPTypes
import Hummingbird
import OpenData

extension OpenDataRoutes {
  /// A refusal in the words of the service that was asked; in plain words for everything else.
  static func answer(to request: Request, _ refusal: Refusal) -> Response {
    let first = request.uri.path.drop { $0 == "/" }.prefix { $0 != "/" }.prefix(20).lowercased()
    guard roots.contains(first) else {
      return Response(
        status: refusal.status,
        headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: refusal.text)))
    }
    return Response(
      .fault(
        refusal.status.code, first == "api" ? refusal.english : refusal.dutch, root: first),
      tag: nil)
  }
}
