/// A mistake that makes a file no GeoJSON, with the line where reading stopped.
package struct GeoJSONMistake: Error {
  package let line: Int
  package let message: String
}

/// The regions of a GeoJSON file (RFC 7946): a collection of features that are polygons, each with
/// its code in a property.
///
/// What is wrong with one region is told, and reading goes on behind it; a text that is no JSON ends it.
package struct GeoJSON {
  package struct Region {
    package let code: String
    package let line: Int
    /// Closed lines, holes among them; the first position is not repeated at the end.
    package let rings: [[Position]]
  }

  package struct Position: Hashable {
    package let x: Double
    package let y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package private(set) var regions: [Region] = []
  package private(set) var problems: [GeoJSONMistake] = []
  /// The name of the coordinates, as files from before RFC 7946 have it.
  package private(set) var coordinates: String?
  private let property: String
  private var positions = 0

  /// As much of a text of the file as a finding says.
  static func shown(_ text: String) -> String {
    text.count <= 40 ? text : text.prefix(39) + "\u{2026}"
  }

  /// More than any map on a page shows; such a file should be generalised by who made it.
  static let mostPositions = 300_000

  /// - Parameters:
  ///   - text: the file.
  ///   - property: the property of a feature that holds its code.
  /// - Throws: where and why the file is no collection of features in JSON.
  package init(_ text: [UInt8], property: String) throws(GeoJSONMistake) {
    self.property = property
    var reader = JSONReader(text)
    var type: String?
    var hasFeatures = false
    try reader.object { key, reader throws(GeoJSONMistake) in
      switch key {
      case "type": type = try reader.string()
      case "crs": try readCoordinates(&reader)
      case "features":
        hasFeatures = true
        try reader.list { reader throws(GeoJSONMistake) in try readFeature(&reader) }
      default: try reader.skip()
      }
    }
    try reader.end()
    guard type == "FeatureCollection", hasFeatures else {
      throw GeoJSONMistake(
        line: 1,
        message: "the file is no FeatureCollection with features, but "
          + (type.map { "'\(Self.shown($0))'" } ?? "an object without a type"))
    }
  }

  /// `{"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}`
  private mutating func readCoordinates(_ reader: inout JSONReader) throws(GeoJSONMistake) {
    if try reader.null() { return }
    coordinates = ""
    try reader.object { key, reader throws(GeoJSONMistake) in
      guard key == "properties" else { return try reader.skip() }
      try reader.object { key, reader throws(GeoJSONMistake) in
        guard key == "name" else { return try reader.skip() }
        coordinates = try reader.string()
      }
    }
  }

  private mutating func readFeature(_ reader: inout JSONReader) throws(GeoJSONMistake) {
    reader.skipBlanks()
    let line = reader.line
    var (type, code): (String?, String?)
    var geometry: JSONReader?
    try reader.object { key, reader throws(GeoJSONMistake) in
      switch key {
      case "type": type = try reader.string()
      case "properties": code = try readCode(&reader)
      case "geometry":
        // Read when the region is known, so that what is said of it has its name.
        geometry = reader
        try reader.skip()
      default: try reader.skip()
      }
    }
    func problem(_ message: String) {
      problems.append(GeoJSONMistake(line: line, message: message))
    }
    guard type == "Feature" else {
      return problem(
        "a feature has the type 'Feature', not \(type.map { "'\(Self.shown($0))'" } ?? "none")")
    }
    guard let code, !code.isEmpty else {
      return problem("the feature has no code in its property '\(property)'")
    }
    guard var geometry else { return problem("region '\(Self.shown(code))' has no geometry") }
    do {
      let rings = try readGeometry(&geometry)
      regions.append(Region(code: code, line: line, rings: rings))
    } catch {
      problems.append(
        GeoJSONMistake(line: error.line, message: "region '\(Self.shown(code))': \(error.message)"))
    }
    guard positions <= Self.mostPositions else {
      throw GeoJSONMistake(
        line: reader.line,
        message: "there are more than \(Self.mostPositions) positions; "
          + "take outlines that are generalised")
    }
  }

  /// A text, or a whole number as it is written.
  private func readCode(_ reader: inout JSONReader) throws(GeoJSONMistake) -> String? {
    if try reader.null() { return nil }
    var code: String?
    try reader.object { key, reader throws(GeoJSONMistake) in
      guard key == property else { return try reader.skip() }
      if reader.next == UInt8(ascii: "\"") {
        code = try reader.string()
      } else {
        let start = reader.position
        try reader.skip()
        let text = reader.text(from: start)
        code = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
      }
    }
    return code
  }

  private mutating func readGeometry(
    _ reader: inout JSONReader
  ) throws(GeoJSONMistake) -> [[Position]] {
    let line = reader.line
    guard try !reader.null() else {
      throw GeoJSONMistake(line: line, message: "it has no geometry")
    }
    var type = ""
    var coordinates: JSONReader?
    try reader.object { key, reader throws(GeoJSONMistake) in
      switch key {
      case "type": type = try reader.string()
      case "coordinates":
        // The type may stand behind them.
        coordinates = reader
        try reader.skip()
      default: try reader.skip()
      }
    }
    guard ["Polygon", "MultiPolygon"].contains(type) else {
      throw GeoJSONMistake(
        line: line, message: "'\(Self.shown(type))' has no area; only Polygon and MultiPolygon have"
      )
    }
    guard var coordinates else {
      throw GeoJSONMistake(line: line, message: "it has no coordinates")
    }
    var rings: [[Position]] = []
    if type == "Polygon" {
      try readPolygon(&coordinates, into: &rings)
    } else {
      try coordinates.list { reader throws(GeoJSONMistake) in
        try readPolygon(&reader, into: &rings)
      }
    }
    guard !rings.isEmpty else {
      throw GeoJSONMistake(line: line, message: "it has no coordinates")
    }
    return rings
  }

  private mutating func readPolygon(
    _ reader: inout JSONReader, into rings: inout [[Position]]
  ) throws(GeoJSONMistake) {
    try reader.list { reader throws(GeoJSONMistake) in
      let line = reader.line
      var ring: [Position] = []
      try reader.list { reader throws(GeoJSONMistake) in ring.append(try readPosition(&reader)) }
      positions += ring.count
      guard ring.count >= 4, ring.first == ring.last else {
        throw GeoJSONMistake(
          line: line, message: "a ring has four positions or more, and ends where it begins")
      }
      ring.removeLast()
      rings.append(ring)
    }
  }

  /// Length and width, with or without a height.
  private func readPosition(_ reader: inout JSONReader) throws(GeoJSONMistake) -> Position {
    let line = reader.line
    var (x, y, count) = (0.0, 0.0, 0)
    try reader.list { reader throws(GeoJSONMistake) in
      let number = try reader.number()
      if count == 0 { x = number }
      if count == 1 { y = number }
      count += 1
    }
    guard (2...3).contains(count) else {
      throw GeoJSONMistake(line: line, message: "a position is two numbers, or three")
    }
    return Position(x: x, y: y)
  }
}

/// Reads JSON (RFC 8259) from its beginning on, and keeps only what is asked for: a file of outlines
/// is mostly numbers.
struct JSONReader {
  private let bytes: [UInt8]
  private(set) var position = 0
  private(set) var line = 1
  private var depth = 0

  /// As deep as a file of outlines goes, and much deeper.
  private static let deepest = 64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Behind the blanks; zero at the end, which stands for no other byte of JSON.
  var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

  func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

  func mistake(_ message: String) -> GeoJSONMistake { GeoJSONMistake(line: line, message: message) }

  mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x0A: line += 1
      case 0x20, 0x09, 0x0D: break
      default: return
      }
      position += 1
    }
  }

  /// What stands behind the value must be nothing.
  mutating func end() throws(GeoJSONMistake) {
    skipBlanks()
    if position < bytes.count { throw mistake("something stands behind the end of the JSON") }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    skipBlanks()
    return true
  }

  private mutating func expect(_ byte: UInt8, _ what: String) throws(GeoJSONMistake) {
    if !take(byte) { throw mistake("no JSON: expected \(what)") }
  }

  private mutating func enter() throws(GeoJSONMistake) {
    depth += 1
    if depth > Self.deepest { throw mistake("nested more than \(Self.deepest) deep") }
  }

  /// Reads an object, and has the value of each key read.
  mutating func object(
    _ body: (String, inout JSONReader) throws(GeoJSONMistake) -> Void
  ) throws(GeoJSONMistake) {
    try enter()
    try expect(UInt8(ascii: "{"), "an object")
    var keys: Set<String> = []
    while next != UInt8(ascii: "}") || !keys.isEmpty {
      let key = try string()
      guard keys.insert(key).inserted else { throw mistake("a key stands there twice") }
      try expect(UInt8(ascii: ":"), "a colon")
      try body(key, &self)
      if !take(UInt8(ascii: ",")) { break }
    }
    try expect(UInt8(ascii: "}"), "a comma or the end of an object")
    depth -= 1
  }

  /// Reads a list, and has each of its values read.
  mutating func list(
    _ body: (inout JSONReader) throws(GeoJSONMistake) -> Void
  ) throws(GeoJSONMistake) {
    try enter()
    try expect(UInt8(ascii: "["), "a list")
    if next != UInt8(ascii: "]") {
      repeat { try body(&self) } while take(UInt8(ascii: ","))
    }
    try expect(UInt8(ascii: "]"), "a comma or the end of a list")
    depth -= 1
  }

  /// Passes over any value.
  mutating func skip() throws(GeoJSONMistake) {
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): try object { _, reader throws(GeoJSONMistake) in try reader.skip() }
    case UInt8(ascii: "["): try list { reader throws(GeoJSONMistake) in try reader.skip() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
  }

  /// Passes over `null`, if it stands there.
  mutating func null() throws(GeoJSONMistake) -> Bool {
    skipBlanks()
    guard next == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  private mutating func word(_ word: String) throws(GeoJSONMistake) {
    guard bytes[position...].starts(with: word.utf8) else { throw mistake("no JSON: no value") }
    position += word.utf8.count
  }

  mutating func number() throws(GeoJSONMistake) -> Double {
    skipBlanks()
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    var digits: UInt64 = 0
    // Of the digits so far; more than 15 are not all kept by a number of 64 bits.
    var (count, decimals) = (0, 0)
    func take(_ reader: inout JSONReader) {
      while (0x30...0x39).contains(reader.next) {
        digits = digits &* 10 &+ UInt64(reader.next - 0x30)
        count += 1
        reader.position += 1
      }
    }
    let isZero = next == 0x30
    take(&self)
    guard count > 0, count == 1 || !isZero else { throw mistake("no JSON: expected a number") }
    if next == UInt8(ascii: ".") {
      position += 1
      let whole = count
      take(&self)
      decimals = count - whole
      guard decimals > 0 else { throw mistake("no JSON: expected a digit") }
    }
    let hasExponent = next | 0x20 == UInt8(ascii: "e")
    if hasExponent {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      let before = count
      take(&self)
      guard count > before else { throw mistake("no JSON: expected a digit") }
    }
    if !hasExponent, count <= 15 {
      // Both numbers are exact, so their quotient is the nearest.
      let size = Double(digits) / Self.powers[decimals]
      return bytes[start] == UInt8(ascii: "-") ? -size : size
    }
    guard let number = Double(text(from: start)), number.isFinite else {
      throw mistake("a number is too large")
    }
    return number
  }

  private static let powers = (0...15).map { power in (0..<power).reduce(1.0) { n, _ in n * 10 } }

  mutating func string() throws(GeoJSONMistake) -> String {
    skipBlanks()
    guard next == UInt8(ascii: "\"") else { throw mistake("no JSON: expected a text") }
    position += 1
    var units: [UInt8] = []
    while position < bytes.count, bytes[position] >= 0x20 {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw mistake("not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        units += Array(String(try escape()).utf8)
      default: units.append(byte)
      }
    }
    throw mistake("no JSON: a text is not closed")
  }

  private mutating func escape() throws(GeoJSONMistake) -> Unicode.Scalar {
    let byte = next
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      // A pair of halves makes one letter; half of one is none.
      if (0xD800..<0xDC00).contains(unit), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw mistake("no JSON: half a letter") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw mistake("no JSON: half a letter") }
      return scalar
    default: throw mistake("no JSON: an escape that means nothing")
    }
  }

  private mutating func hexadecimal() throws(GeoJSONMistake) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position]))
          .hexDigitValue
      else { throw mistake("no JSON: an escape that means nothing") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
