import Hummingbird

/// The icon, and what search engines may read.
struct AssetRoutes: Sendable {
  let templates: TemplateLibrary

  func add(to router: Router<WebsiteContext>) {
    let assets = [
      ("/favicon.svg", templates.icon, "image/svg+xml"),
      ("/robots.txt", templates.robots, "text/plain; charset=utf-8"),
    ]
    for (path, bytes, contentType) in assets {
      router.get(RouterPath(path)) { _, _ in
        Response(bytes, type: contentType, maximumAge: 86_400)
      }
    }
  }
}
