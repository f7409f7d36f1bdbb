import HTTPTypes
import Hummingbird
import OpenData

extension OpenDataRoutes {
  /// A refusal in the words of the service that was asked; in plain words for everything else.
  static func answer(to request: Request, _ refusal: Refusal) -> Response {
    let parts = request.uri.path.split(separator: "/", maxSplits: 2).map { String($0.prefix(20)) }
    guard let root = root(of: parts) else {
      return Response(
        status: refusal.status,
        headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: refusal.text)))
    }
    return Response(
      fault(refusal.status.code, refusal.dutch, refusal.english, root: root), tag: nil)
  }
}
