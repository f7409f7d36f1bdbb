import Foundation
import Hummingbird

/// The style sheet, the icon, and what search engines may read.
struct AssetRoutes: Sendable {
  let templates: TemplateLibrary

  func add(to router: Router<WebsiteContext>) {
    let assets = [
      ("/style.css", templates.styleSheet, "text/css; charset=utf-8"),
      ("/favicon.svg", templates.icon, "image/svg+xml"),
      ("/robots.txt", templates.robots, "text/plain; charset=utf-8"),
    ]
    for (path, data, contentType) in assets {
      let version = templates.version
      router.get(RouterPath(path)) { _, _ in
        var response = Response(
          status: .ok, headers: [.contentType: contentType],
          body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
        response.headers[.eTag] = "\"\(version)\""
        response.headers[.cacheControl] = "public, max-age=86400"
        return response
      }
    }
  }
}
