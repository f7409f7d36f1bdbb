import InformationModel
import OpenData
import Publication

/// The places of pages. English pages have the Dutch address behind `/en`.
enum Address {
  static func home(_ language: Language) -> String { prefix(language) + "/" }
  static func tables(_ language: Language) -> String { prefix(language) + "/tabellen" }
  static func concepts(_ language: Language) -> String { prefix(language) + "/begrippen" }
  static func about(_ language: Language) -> String { prefix(language) + "/over" }

  static func table(_ slug: String, _ language: Language) -> String {
    tables(language) + "/" + PercentEncoding.encoded(slug)
  }

  static func scheme(_ id: String, _ language: Language) -> String {
    concepts(language) + "/" + PercentEncoding.encoded(id)
  }

  static func concept(_ code: String, in scheme: String, _ language: Language) -> String {
    Self.scheme(scheme, language) + "/" + PercentEncoding.encodedName(code)
  }

  /// A table as a set of data: its files, its versions.
  static func dataset(_ slug: String, _ language: Language) -> String {
    table(slug, language) + "/gegevens"
  }

  static func builder(_ slug: String, _ language: Language) -> String {
    table(slug, language) + "/samenstellen"
  }

  static func difference(
    _ slug: String, from before: ReleaseID, to after: ReleaseID, _ language: Language
  ) -> String {
    table(slug, language) + "/verschil?van=\(before)&tot=\(after)"
  }

  static func differenceFile(_ slug: String, from before: ReleaseID, to after: ReleaseID) -> String
  {
    table(slug, .nl) + "/verschil.csv?van=\(before)&tot=\(after)"
  }

  static func theme(_ code: String, _ language: Language) -> String {
    prefix(language) + "/themas/" + PercentEncoding.encoded(code)
  }

  /// What stands before every address of an earlier release.
  static func release(_ id: ReleaseID) -> String { "/uitgaven/\(id)" }

  static func releases(_ language: Language) -> String { prefix(language) + "/uitgaven" }
  static func feed(_ language: Language) -> String { releases(language) + ".atom" }
  static func corrections(_ language: Language) -> String { prefix(language) + "/correcties" }
  static func correctionsFeed(_ language: Language) -> String { corrections(language) + ".atom" }
  static func calendar(_ language: Language) -> String { prefix(language) + "/kalender" }
  static func calendarFile(_ language: Language) -> String { calendar(language) + ".ics" }
  static func developers(_ language: Language) -> String { prefix(language) + "/ontwikkelaars" }
  static func quality(_ language: Language) -> String { prefix(language) + "/kwaliteit" }
  static func accessibility(_ language: Language) -> String {
    prefix(language) + "/toegankelijkheid"
  }
  static func flow(_ language: Language) -> String { prefix(language) + "/keten" }
  static func chainDrawing(_ language: Language) -> String { flow(language) + "/organisaties" }
  static func search(_ language: Language) -> String { prefix(language) + "/zoeken" }

  static func download(_ id: String, suffix: String) -> String {
    "/download/" + PercentEncoding.encoded(id) + suffix
  }

  /// What stands before the Dutch address.
  static func prefix(_ language: Language) -> String { language == .nl ? "" : "/en" }

  /// The language of the pages below which an address stands.
  static func language(of path: String) -> Language {
    let parts = path.split(separator: "/", maxSplits: 3)
    let isEarlier = parts.count > 1 && parts[0] == "uitgaven" && ReleaseID(String(parts[1])) != nil
    let first = isEarlier ? parts.dropFirst(2).first : parts.first
    return first.map { $0 == Language.en.rawValue } ?? false ? .en : .nl
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
      + items.map { PercentEncoding.encoded($0.name) + "=" + PercentEncoding.encoded($0.value) }
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
