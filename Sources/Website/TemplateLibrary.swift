import Crypto
import Foundation
import Mustache

/// The templates and the files that pages refer to, read once when the website starts.
struct TemplateLibrary: Sendable {
  private static let templates = [
    HomePage.template, TableListPage.template, TablePage.template, SchemeListPage.template,
    SchemePage.template, ConceptPage.template, AboutPage.template, ErrorPage.template,
    DocumentPage.template,
    ThemePage.template, BuilderPage.template, FlowPage.template, SearchPage.template, "drawing",
    "legend", "search-form", "layout",
  ]

  /// What stands between the marks of `style` in every page: no page waits for a second answer.
  let styleSheet: String
  /// By which browsers know that the style sheet is the site's own (Content Security Policy 3, 2.3.1).
  let styleDigest: String
  /// What charts look like in a file of their own.
  let pictureStyle: PictureStyle
  let icon: TaggedBytes
  let robots: TaggedBytes
  private let library: MustacheLibrary

  /// Reads everything from the module's resources.
  init() throws(WebsiteError) {
    let folder = Bundle.module.bundleURL.appending(path: "Templates")
    var library = MustacheLibrary()
    for name in Self.templates {
      let data = try Self.read("\(name).mustache", in: folder)
      do {
        try library.register(String(decoding: data, as: UTF8.self), named: name)
      } catch {
        throw WebsiteError(message: "The template \(name).mustache cannot be parsed: \(error)")
      }
    }
    let drawings = try Self.read("drawings.css", in: folder)
    let sheet = try Self.read("style.css", in: folder) + drawings
    styleSheet = String(decoding: sheet, as: UTF8.self)
    styleDigest = "sha256-" + Data(SHA256.hash(data: sheet)).base64EncodedString()
    pictureStyle = PictureStyle(
      colours: String(decoding: sheet, as: UTF8.self),
      rules: String(decoding: drawings, as: UTF8.self))
    icon = TaggedBytes(try Self.read("favicon.svg", in: folder))
    robots = TaggedBytes(try Self.read("robots.txt", in: folder))
    self.library = library
  }

  /// The content in its surroundings, as text; without a site there is nothing to lead to.
  func render(
    _ content: some PageContent, at place: PagePlace, of site: Site?
  ) throws(WebsiteError) -> Data {
    let page = Page(content, at: place, of: site, styleSheet: styleSheet)
    let name = type(of: content).template
    guard let text = library.render(page, withTemplate: name) else {
      throw WebsiteError(message: "There is no template \(name).mustache.")
    }
    return Data(text.utf8)
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
