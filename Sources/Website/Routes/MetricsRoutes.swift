import HTTPTypes
import Hummingbird

/// Figures about the server, at an address of their own that the public does not reach.
struct MetricsRoutes: Sendable {
  let metrics: ServerMetrics
  let connections: OpenConnections
  let current: CurrentSite

  func makeRouter() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.get("/metrics") { _, _ in
      Response(
        status: .ok,
        headers: [
          .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
        ],
        body: ResponseBody(
          byteBuffer: ByteBuffer(
            string: metrics.text(connections: connections.count, site: current.condition))))
    }
    return router
  }
}
