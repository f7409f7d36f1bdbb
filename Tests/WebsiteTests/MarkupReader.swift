import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a page as XML: fails where the markup is not well-formed, and tells what a visitor would
/// follow.
final class MarkupReader: NSObject, XMLParserDelegate {
  private(set) var links: [String] = []
  private(set) var identifiers: [String] = []
  private(set) var headings: [Int] = []
  private(set) var alternates: [String: String] = [:]
  private(set) var language: String?
  private(set) var elements: [String: Int] = [:]
  private(set) var styleAttributes = 0

  /// Nil when the page is not well-formed.
  init?(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    for attribute in ["href", "src", "action"] {
      if let link = attributes[attribute] { links.append(link) }
    }
    if let identifier = attributes["id"] { identifiers.append(identifier) }
    if attributes["style"] != nil { styleAttributes += 1 }
    if name == "html" { language = attributes["lang"] }
    if name == "link", let language = attributes["hreflang"] {
      alternates[language] = attributes["href"]
    }
    if name.count == 2, name.hasPrefix("h"), let level = Int(name.suffix(1)) {
      headings.append(level)
    }
  }
}
