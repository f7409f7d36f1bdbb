import InformationModel

/// A way to write dates and times: `dd-mm-yyyy`, `yyyymmdd`, `d-m-yyyy`, `dd-mmm-yyyy HH:MM`.
///
/// `yyyy yy mm m dd d` are date parts, `mmm` a Dutch month name of three letters, `HH MM SS` time parts; all else stands for itself.
package struct DatePattern: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case year4, year2, month2, month, monthName, day2, day, hour, minute, second
    case literal(UInt8)
  }

  let parts: [Part]
  package let hasTime: Bool

  static let monthNames = [
    "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
  ]

  package init?(_ pattern: String) {
    let codes: [(String, Part)] = [
      ("yyyy", .year4), ("yy", .year2), ("mmm", .monthName), ("mm", .month2), ("m", .month),
      ("dd", .day2), ("d", .day), ("HH", .hour), ("MM", .minute), ("SS", .second),
    ]
    var parts: [Part] = []
    var rest = Substring(pattern)
    while let first = rest.first {
      if let (code, part) = codes.first(where: { rest.hasPrefix($0.0) }) {
        parts.append(part)
        rest = rest.dropFirst(code.count)
      } else {
        guard let ascii = first.asciiValue else { return nil }
        parts.append(.literal(ascii))
        rest = rest.dropFirst()
      }
    }
    guard parts.contains(.year4) || parts.contains(.year2) else { return nil }
    self.parts = parts
    hasTime = parts.contains(.hour)
  }

  /// The numbers read from a text; unknown parts of a date stand as 0.
  package struct Reading: Sendable, Hashable {
    package var year = 0
    package var month = 0
    package var day = 0
    package var hour = 0
    package var minute = 0
    package var second = 0

    package init() {}

    package var date: CalendarDate? { CalendarDate(year: year, month: month, day: day) }
  }

  /// Reads a text of exactly this form; nil when it has another.
  package func read(_ text: some Collection<UInt8>) -> Reading? {
    Array(text).withUnsafeBufferPointer { read($0) }
  }

  /// Reads a text of exactly this form; nil when it has another.
  package func read(_ text: UnsafeBufferPointer<UInt8>) -> Reading? {
    var reading = Reading()
    var position = text.startIndex
    func digits(_ minimum: Int, _ maximum: Int) -> Int? {
      var value = 0
      var count = 0
      while count < maximum, position < text.endIndex, (0x30...0x39).contains(text[position]) {
        value = value * 10 + Int(text[position] - 0x30)
        position = position + 1
        count += 1
      }
      return count >= minimum ? value : nil
    }
    for part in parts {
      switch part {
      case .year4:
        guard let value = digits(4, 4) else { return nil }
        reading.year = value
      case .year2:
        guard let value = digits(2, 2) else { return nil }
        // Two-digit years are of this century up to 40: births and events alike.
        reading.year = value <= 40 ? 2000 + value : 1900 + value
      case .month2:
        guard let value = digits(2, 2) else { return nil }
        reading.month = value
      case .month:
        guard let value = digits(1, 2) else { return nil }
        reading.month = value
      case .monthName:
        var name = ""
        for _ in 0..<3 where position < text.endIndex {
          name.unicodeScalars.append(Unicode.Scalar(text[position] | 0x20))
          position = position + 1
        }
        if name == "000" {
          reading.month = 0
        } else {
          guard let index = Self.monthNames.firstIndex(of: name) else { return nil }
          reading.month = index + 1
        }
      case .day2:
        guard let value = digits(2, 2) else { return nil }
        reading.day = value
      case .day:
        guard let value = digits(1, 2) else { return nil }
        reading.day = value
      case .hour:
        guard let value = digits(2, 2) else { return nil }
        reading.hour = value
      case .minute:
        guard let value = digits(2, 2) else { return nil }
        reading.minute = value
      case .second:
        guard let value = digits(2, 2) else { return nil }
        reading.second = value
      case .literal(let byte):
        guard position < text.endIndex, text[position] == byte else { return nil }
        position = position + 1
      }
    }
    guard position == text.endIndex, reading.hour < 24, reading.minute < 60, reading.second < 60
    else { return nil }
    return reading
  }

  /// Writes a date and time in this form.
  package func write(_ reading: Reading) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    var text = ""
    for part in parts {
      switch part {
      case .year4: text += padded(reading.year, 4)
      case .year2: text += padded(reading.year % 100, 2)
      case .month2: text += padded(reading.month, 2)
      case .month: text += String(reading.month)
      case .monthName:
        text += (1...12).contains(reading.month) ? Self.monthNames[reading.month - 1] : "000"
      case .day2: text += padded(reading.day, 2)
      case .day: text += String(reading.day)
      case .hour: text += padded(reading.hour, 2)
      case .minute: text += padded(reading.minute, 2)
      case .second: text += padded(reading.second, 2)
      case .literal(let byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return text
  }
}
