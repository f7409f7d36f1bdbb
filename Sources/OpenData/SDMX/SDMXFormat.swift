import Foundation

/// In which notation a message is written.
enum SDMXFormat: String, Sendable, CaseIterable {
  case structureXML2 = "application/vnd.sdmx.structure+xml;version=2.1"
  case structureXML3 = "application/vnd.sdmx.structure+xml;version=3.0.0"
  case structureJSON1 = "application/vnd.sdmx.structure+json;version=1.0.0"
  case structureJSON2 = "application/vnd.sdmx.structure+json;version=2.0.0"
  case specific2 = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
  case specific3 = "application/vnd.sdmx.data+xml;version=3.0.0"
  case generic = "application/vnd.sdmx.genericdata+xml;version=2.1"
  case json1 = "application/vnd.sdmx.data+json;version=1.0.0"
  case json2 = "application/vnd.sdmx.data+json;version=2.0.0"
  case csv1 = "application/vnd.sdmx.data+csv;version=1.0.0"
  case csv2 = "application/vnd.sdmx.data+csv;version=2.0.0"

  /// What one standard of SDMX calls a version.
  var edition: SDMXEdition {
    switch self {
    case .structureXML2, .structureJSON1, .specific2, .generic, .json1, .csv1: .two
    case .structureXML3, .structureJSON2, .specific3, .json2, .csv2: .three
    }
  }

  /// The same address gives other bytes to whoever accepts another format.
  static let headers = [(name: "Vary", value: "Accept, Accept-Encoding")]

  /// The one that is given to whoever has no wish comes first, then the others of the root.
  static func structures(_ root: SDMXEdition) -> [SDMXFormat] {
    root == .two
      ? [.structureXML2, .structureJSON1, .structureXML3, .structureJSON2]
      : [.structureJSON2, .structureXML3, .structureXML2, .structureJSON1]
  }

  /// In the same order.
  static func data(_ root: SDMXEdition) -> [SDMXFormat] {
    root == .two
      ? [.specific2, .generic, .json1, .csv1, .specific3, .json2, .csv2]
      : [.json2, .csv2, .specific3, .specific2, .generic, .json1, .csv1]
  }

  /// - Parameters:
  ///   - accept: the header.
  ///   - format: the option `format`, which goes before the header.
  ///   - offers: what there is, the usual one first.
  /// - Returns: what suits best.
  /// - Throws: what there is, when none of it suits.
  static func chosen(
    accept: String?, format: String?, among offers: [SDMXFormat]
  ) throws(SDMXFault) -> SDMXFormat {
    if let format, !format.contains("/") {
      guard let named = offers.first(where: { $0.names.contains(format.lowercased()) }) else {
        throw refusal(offers)
      }
      return named
    }
    // A plus sign in a query is a blank.
    let text = format.map { $0.replacing(" ", with: "+") } ?? accept ?? ""
    if let usual = offers.first, text.allSatisfy({ $0.isWhitespace }) { return usual }
    let ranges = text.split(separator: ",").compactMap { MediaRange($0) }
    var best: (offer: SDMXFormat, quality: Double, closeness: Int)?
    for offer in offers {
      // Of the ranges that hold an offer the closest says how much it is wanted.
      let fitting = ranges.compactMap { range in
        offer.closeness(to: range).map { (closeness: $0, quality: range.quality) }
      }
      guard let own = fitting.max(by: { $0.closeness < $1.closeness }), own.quality > 0 else {
        continue
      }
      if let known = best, (known.quality, known.closeness) >= (own.quality, own.closeness) {
        continue
      }
      best = (offer, own.quality, own.closeness)
    }
    guard let best else { throw refusal(offers) }
    return best.offer
  }

  private static func refusal(_ offers: [SDMXFormat]) -> SDMXFault {
    SDMXFault(406, "there is: \(offers.map(\.rawValue).joined(separator: ", "))")
  }

  /// As the option `format` calls it; where two have the same name the root decides.
  private var names: [String] {
    switch self {
    case .structureXML2, .structureXML3: ["structure", "xml", "sdmx-ml"]
    case .structureJSON1, .structureJSON2: ["structurejson", "json", "sdmx-json"]
    case .specific2, .specific3: ["structurespecificdata", "structurespecific", "xml", "sdmx-ml"]
    case .generic: ["genericdata", "generic"]
    case .json1, .json2: ["jsondata", "json", "sdmx-json"]
    case .csv1, .csv2: ["csvdata", "csv", "csvfile", "sdmx-csv"]
    }
  }

  /// What programs ask for that know no SDMX.
  private var plainTypes: [String] {
    switch self {
    case .structureXML2, .structureXML3, .specific2, .specific3, .generic:
      ["application/xml", "text/xml"]
    case .structureJSON1, .structureJSON2, .json1, .json2: ["application/json"]
    case .csv1, .csv2: ["text/csv"]
    }
  }

  /// How exactly a range says this format; nil when it does not hold it.
  private func closeness(to range: MediaRange) -> Int? {
    let parts = rawValue.components(separatedBy: ";version=")
    let group = range.type.hasSuffix("/*") ? String(range.type.dropLast()) : nil
    if range.type == parts[0] {
      guard let version = range.version else { return 3 }
      return version == parts[1] || version + ".0" == parts[1] ? 4 : nil
    }
    if plainTypes.contains(range.type) { return range.version == nil ? 2 : nil }
    if range.type == "*/*" { return 0 }
    if let group { return ([parts[0]] + plainTypes).contains { $0.hasPrefix(group) } ? 1 : nil }
    return nil
  }
}

/// One entry of an `Accept` header.
private struct MediaRange {
  /// In small letters.
  var type: String
  var version: String?
  var quality = 1.0

  /// Nil when it asks for a variant that there is not.
  init?(_ text: Substring) {
    let parts = text.split(separator: ";").map {
      $0.trimmingCharacters(in: .whitespaces).lowercased()
    }
    guard let type = parts.first, type.contains("/") else { return nil }
    self.type = type
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
      guard sides.count == 2 else { continue }
      switch (sides[0], sides[1]) {
      case ("q", let value): quality = min(1, max(0, Double(value) ?? 0))
      case ("version", let value): version = value
      case ("labels", let value) where value != "id",
        ("keys", let value) where value != "none",
        ("timeformat", let value) where value != "original":
        return nil
      default: break
      }
    }
  }
}

/// The two standards whose addresses there are.
enum SDMXEdition: String, Sendable, CaseIterable {
  case two = "2.1"
  case three = "3.0"

  /// Of everything that is maintained here.
  var version: String { self == .two ? "1.0" : "1.0.0" }
}
