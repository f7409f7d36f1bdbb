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
    var rest = target.utf8[...]
    var part = Self.part(of: &rest)
    if part == "uitgaven" {
      _ = Self.part(of: &rest)
      part = Self.part(of: &rest)
    }
    self =
      switch part.lowercased() {
      case "download", "jsonstat", "csv": .file
      case "odata", "odatacatalog", "odataapi", "odatafeed": .odata
      case "api": .pxweb
      case "sdmx": .sdmx
      case "favicon.svg", "robots.txt": .asset
      case "health": .health
      default: .page
      }
  }

  /// What stands before the next slash, as far as it can be a name that is known; nothing behind the last.
  private static func part(of rest: inout Substring.UTF8View) -> String {
    let slash = UInt8(ascii: "/")
    rest = rest.drop { $0 == slash }
    let part = rest.prefix { $0 != slash && $0 != UInt8(ascii: "?") }
    rest =
      part.endIndex < rest.endIndex && rest[part.endIndex] == slash
      ? rest[part.endIndex...] : rest.suffix(0)
    return String(decoding: part.prefix(20), as: UTF8.self)
  }
}
