import Foundation
import Website

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a drawing: its elements with their attributes, and its texts.
final class DrawingReader: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""

    func number(_ attribute: String) -> Double? { attributes[attribute].flatMap { Double($0) } }

    func has(style: String) -> Bool {
      attributes["class"]?.split(separator: " ").contains { $0 == style } == true
    }

    /// Of a line of text: from where to where it goes, by the width that it takes at most.
    var extent: ClosedRange<Double>? {
      guard let x = number("x"), let size = number("font-size") else { return nil }
      let width = Drawing.width(of: text, fontSize: size)
      switch attributes["text-anchor"] {
      case "end": return (x - width)...x
      case "middle": return (x - width / 2)...(x + width / 2)
      default: return x...(x + width)
      }
    }
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Nil when the drawing is not well-formed.
  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func all(_ name: String, style: String? = nil) -> [Element] {
    elements.filter { $0.name == name && (style == nil || $0.has(style: style ?? "")) }
  }

  /// Width and height.
  var size: (width: Double, height: Double)? {
    let parts = elements.first?.attributes["viewBox"]?.split(separator: " ")
      .compactMap { Double($0) }
    guard let parts, parts.count == 4 else { return nil }
    return (parts[2], parts[3])
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }
}
