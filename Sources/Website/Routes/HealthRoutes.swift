import HTTPTypes
import Hummingbird

/// What a machine that looks after the server asks: whether it runs, and whether it has figures to
/// show.
struct HealthRoutes: Sendable {
  static let live = "/health/live"
  static let ready = "/health/ready"

  func add(to router: Router<WebsiteContext>) {
    router.get(RouterPath(Self.live)) { _, _ in Self.answer(.ok, "live") }
    router.get(RouterPath(Self.ready)) { _, context in
      (try? context.site()) == nil
        ? Self.answer(.serviceUnavailable, "unavailable") : Self.answer(.ok, "ready")
    }
  }

  private static func answer(_ status: HTTPResponse.Status, _ word: String) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"status\":\"\(word)\"}\n")))
  }
}
