/// An XML element with its attributes and children in the order in which they are given.
struct MarkupElement: Sendable {
  var name: String
  var attributes: [(name: String, value: String)]
  var children: [MarkupElement]
  /// In front of the children.
  var text: String?

  init(
    _ name: String, _ attributes: [(name: String, value: String)] = [],
    _ children: [MarkupElement] = [], text: String? = nil
  ) {
    (self.name, self.attributes, self.children, self.text) = (name, attributes, children, text)
  }

  static let declaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)

  func write(to bytes: inout [UInt8]) {
    writeStart(to: &bytes)
    if text == nil, children.isEmpty {
      bytes.removeLast()
      bytes.append(contentsOf: "/>".utf8)
      return
    }
    if let text { Self.write(text, to: &bytes) }
    for child in children { child.write(to: &bytes) }
    writeEnd(to: &bytes)
  }

  /// Only what stands before the content.
  func writeStart(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "<\(name)".utf8)
    for attribute in attributes {
      bytes.append(contentsOf: " \(attribute.name)=\"".utf8)
      Self.write(attribute.value, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: ">"))
  }

  func writeEnd(to bytes: inout [UInt8]) { bytes.append(contentsOf: "</\(name)>".utf8) }

  /// Text as it may stand between tags and between double quotes; what XML cannot hold becomes U+FFFD.
  private static func write(_ text: String, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: bytes.append(contentsOf: "&amp;".utf8)
      case 0x3C: bytes.append(contentsOf: "&lt;".utf8)
      case 0x3E: bytes.append(contentsOf: "&gt;".utf8)
      case 0x22: bytes.append(contentsOf: "&quot;".utf8)
      case 0x09, 0x0A, 0x0D: bytes.append(contentsOf: "&#\(scalar.value);".utf8)
      case 0..<0x20, 0xFFFE, 0xFFFF: bytes.append(contentsOf: "\u{FFFD}".utf8)
      default: bytes.append(contentsOf: Character(scalar).utf8)
      }
    }
  }
}
