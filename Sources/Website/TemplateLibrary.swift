import Foundation
import Mustache

/// The templates and the files that pages refer to, read once when the website starts.
struct TemplateLibrary: Sendable {
  private static let templates = [
    HomePage.template, TableListPage.template, TablePage.template, SchemeListPage.template,
    SchemePage.template, ConceptPage.template, AboutPage.template, ErrorPage.template, "layout",
  ]

  let styleSheet: TaggedBytes
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
    styleSheet = TaggedBytes(try Self.read("style.css", in: folder))
    icon = TaggedBytes(try Self.read("favicon.svg", in: folder))
    robots = TaggedBytes(try Self.read("robots.txt", in: folder))
    self.library = library
  }

  /// The content in its surroundings, as text; without a site there is nothing to lead to.
  func render(
    _ content: some PageContent, at place: PagePlace, of site: Site?
  ) throws(WebsiteError) -> Data {
    let page = Page(content, at: place, of: site, styleVersion: styleSheet.letters)
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
