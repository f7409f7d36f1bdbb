/// A moment to the second, in Coordinated Universal Time.
package struct Moment: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Within the years 1 to 9999.
  package let secondsSinceEpoch: Int64

  package init(secondsSinceEpoch: Int64) {
    self.secondsSinceEpoch = min(
      max(secondsSinceEpoch, Self.range.lowerBound), Self.range.upperBound)
  }

  /// The first moment of a day in Greenwich.
  package init(startOf date: CalendarDate) {
    self.init(secondsSinceEpoch: Int64(date.daysSinceEpoch) * 86_400)
  }

  /// Reads `2024-10-01T06:30:00Z`, `2024-10-01T08:30+02:00` (ISO 8601, with or without seconds, never without its distance from
  /// Greenwich); nil for anything else.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 17, bytes[10] == UInt8(ascii: "T"),
      let date = CalendarDate(iso: String(decoding: bytes[..<10], as: UTF8.self)),
      let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
      bytes[13] == UInt8(ascii: ":"), hour < 24, minute < 60
    else { return nil }
    var rest = bytes[16...]
    var second = 0
    if rest.first == UInt8(ascii: ":") {
      guard rest.count >= 3, let number = Self.number(rest.dropFirst().prefix(2)), number < 60
      else { return nil }
      second = number
      rest = rest.dropFirst(3)
    }
    guard let distance = Self.distance(Array(rest)) else { return nil }
    let seconds =
      Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3_600 + minute * 60 + second - distance)
    // The day in Greenwich may be one that cannot be written.
    guard Self.range.contains(seconds) else { return nil }
    secondsSinceEpoch = seconds
  }

  /// From the first second of the year 1 to the last of the year 9999.
  private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Seconds before Greenwich: `Z`, `+02:00`, `-05:00`.
  private static func distance(_ text: [UInt8]) -> Int? {
    if text == [UInt8(ascii: "Z")] { return 0 }
    guard text.count == 6, text[3] == UInt8(ascii: ":"), let hours = number(text[1..<3]),
      let minutes = number(text[4..<6]), hours <= 14, minutes < 60
    else { return nil }
    switch text[0] {
    case UInt8(ascii: "+"): return hours * 3_600 + minutes * 60
    case UInt8(ascii: "-"): return -(hours * 3_600 + minutes * 60)
    default: return nil
    }
  }

  /// The day in Greenwich.
  package var date: CalendarDate {
    CalendarDate(daysSinceEpoch: Int32(clamping: Self.days(secondsSinceEpoch)))
  }

  private static func days(_ seconds: Int64) -> Int64 {
    seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
  }

  /// `2024-10-01T06:30:00Z`.
  package var description: String {
    let second = Int(secondsSinceEpoch - Self.days(secondsSinceEpoch) * 86_400)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date)T\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  package static func < (left: Moment, right: Moment) -> Bool {
    left.secondsSinceEpoch < right.secondsSinceEpoch
  }
}

extension Moment: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let moment = Moment(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no moment: \(text)"))
    }
    self = moment
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
