/// What an address is about, in a handful of words: for figures about the server, and for logs that
/// say nothing about readers.
enum RouteKind: String, CaseIterable, Sendable {
  case page
  case file
  case odata
  case pxweb
  case sdmx
  case asset
  case health
  /// Nothing that could be read.
  case refused

  /// - Parameter target: an address with its parameters.
  init(target: String) {
    let parts = target.prefix { $0 != "?" }.split(separator: "/", maxSplits: 3)
    let first = parts.first == "uitgaven" ? parts.dropFirst(2).first : parts.first
    self =
      switch (first ?? "").prefix(20).lowercased() {
      case "download", "jsonstat", "csv": .file
      case "odata", "odatacatalog", "odataapi", "odatafeed": .odata
      case "api": .pxweb
      case "sdmx": .sdmx
      case "favicon.svg", "robots.txt": .asset
      case "health": .health
      default: .page
      }
  }
}
