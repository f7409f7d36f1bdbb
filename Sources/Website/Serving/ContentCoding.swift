/// How the bytes of an answer travel.
enum ContentCoding: Sendable {
  case identity
  case gzip

  /// What a reader likes best of what there is (RFC 9110, 12.5.3): packed when that is allowed and not
  /// liked less.
  ///
  /// - Parameter fields: the lines of `Accept-Encoding`; none of them allow packing by themselves.
  init(acceptedBy fields: [String]) {
    var qualities: [String: Double] = [:]
    for item in fields.joined(separator: ",").lowercased().split(separator: ",") {
      let parts = item.split(separator: ";", omittingEmptySubsequences: false).map { part in
        part.filter { $0 != " " && $0 != "\t" }
      }
      guard let name = parts.first, !name.isEmpty else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
      // What cannot be read is no permission.
      qualities[name == "x-gzip" ? "gzip" : name] =
        weight.map { Self.quality($0.dropFirst(2)) } ?? 1
    }
    let packed = qualities["gzip"] ?? qualities["*"] ?? 0
    self = packed > 0 && packed >= qualities["identity"] ?? 0 ? .gzip : .identity
  }

  private static func quality(_ text: Substring) -> Double {
    guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
      let quality = Double(text), quality <= 1
    else { return 0 }
    return quality
  }

  /// Whether packing such content makes it shorter.
  static func shortens(_ contentType: String) -> Bool {
    let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
    return type.hasPrefix("text/") || ["json", "xml", "csv"].contains { type.hasSuffix($0) }
      || ["application/n-triples", "application/trig", "application/sql"].contains(type)
  }
}

/// The tag of an answer, of its bytes themselves or of the same bytes packed.
enum EntityTag {
  private static let mark = "-gzip\""

  /// The tag of the same bytes packed.
  static func packed(_ tag: String) -> String {
    tag.hasSuffix("\"") && !tag.hasSuffix(mark) ? tag.dropLast() + mark : tag
  }

  /// Whether two tags are of the same bytes, packed or not.
  static func isSame(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
    plain(left) == plain(right)
  }

  private static func plain(_ tag: some StringProtocol) -> String {
    tag.hasSuffix(mark) ? tag.dropLast(mark.count) + "\"" : String(tag)
  }
}
