import InformationModel

/// The places of pages. English pages have the Dutch address behind `/en`.
enum Address {
  static func home(_ language: Language) -> String { prefix(language) + "/" }
  static func tables(_ language: Language) -> String { prefix(language) + "/tabellen" }
  static func concepts(_ language: Language) -> String { prefix(language) + "/begrippen" }
  static func about(_ language: Language) -> String { prefix(language) + "/over" }

  static func table(_ slug: String, _ language: Language) -> String {
    tables(language) + "/" + encoded(slug)
  }

  static func scheme(_ id: String, _ language: Language) -> String {
    concepts(language) + "/" + encoded(id)
  }

  static func concept(_ code: String, in scheme: String, _ language: Language) -> String {
    Self.scheme(scheme, language) + "/" + encoded(code)
  }

  static func download(_ id: String, suffix: String) -> String {
    "/download/" + encoded(id) + suffix
  }

  /// Percent-encodes everything but letters, digits and `-._~`.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result.append("%")
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return result
  }

  /// What stands before the Dutch address.
  static func prefix(_ language: Language) -> String { language == .nl ? "" : "/en" }

  /// The language of the pages below which an address stands.
  static func language(of path: String) -> Language {
    (path + "/").hasPrefix(prefix(.en) + "/") ? .en : .nl
  }
}

/// The part of an address behind the question mark: names and values, in order, decoded in one
/// place.
struct Query: Sendable {
  let items: [(name: String, value: String)]

  init(_ items: [(name: String, value: String)]) {
    self.items = items
  }

  /// Nil when a percent sign is not followed by two hexadecimal digits or the bytes are not UTF-8.
  init?(encoded text: String) {
    var items: [(name: String, value: String)] = []
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0], plusIsBlank: true),
        let value = parts.count > 1 ? Self.decoded(parts[1], plusIsBlank: true) : ""
      else { return nil }
      items.append((name, value))
    }
    self.items = items
  }

  subscript(name: String) -> String? { items.last { $0.name == name }?.value }

  /// With the question mark; empty when there is nothing.
  var encoded: String {
    guard !items.isEmpty else { return "" }
    return "?"
      + items.map { Address.encoded($0.name) + "=" + Address.encoded($0.value) }
      .joined(separator: "&")
  }

  static func decoded(_ text: some StringProtocol, plusIsBlank: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(hexadecimal),
          let low = rest.popFirst().flatMap(hexadecimal)
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
