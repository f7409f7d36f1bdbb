import Foundation
import Mustache

/// The templates and the files that pages refer to, read once when the website starts.
struct TemplateLibrary: Sendable {
  static let pages = [
    "home", "tables", "table", "schemes", "scheme", "concept", "about", "error", "layout",
  ]

  let styleSheet: Data
  let icon: Data
  let robots: Data
  /// Changes with any template or file, so that no cache keeps an old one.
  let version: String
  private let library: MustacheLibrary

  /// Reads everything from the module's resources.
  init() throws(WebsiteError) {
    let folder = Bundle.module.bundleURL.appending(path: "Templates")
    var library = MustacheLibrary()
    var digest = Fingerprint()
    for name in Self.pages {
      let data = try Self.read("\(name).mustache", in: folder)
      digest.add(data)
      do {
        try library.register(String(decoding: data, as: UTF8.self), named: name)
      } catch {
        throw WebsiteError(message: "The template \(name).mustache cannot be parsed: \(error)")
      }
    }
    styleSheet = try Self.read("style.css", in: folder)
    icon = try Self.read("favicon.svg", in: folder)
    robots = try Self.read("robots.txt", in: folder)
    digest.add(styleSheet)
    version = digest.letters
    self.library = library
  }

  /// The page as text.
  func render<Content>(_ page: Page<Content>, with template: String) throws(WebsiteError) -> String
  {
    guard let text = library.render(page, withTemplate: template) else {
      throw WebsiteError(message: "There is no template \(template).mustache.")
    }
    return text
  }

  private static func read(_ name: String, in folder: URL) throws(WebsiteError) -> Data {
    do {
      return try Data(contentsOf: folder.appending(path: name))
    } catch {
      throw WebsiteError(
        message: "The website's file \(name) is not in \(folder.path). The folder with resources "
          + "must lie beside the program.")
    }
  }
}

/// Tells contents apart; not a protection against anyone (FNV-1a, 64 bits).
struct Fingerprint {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ data: Data) {
    for byte in data { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Twelve letters from `a` to `p`.
  var letters: String {
    let alphabet = Array("abcdefghijklmnop")
    return String((0..<12).map { alphabet[Int(state >> (4 * UInt64($0)) & 15)] })
  }
}
