import ChainPack
import InformationModel

/// Writes many dates and times in one pattern, straight into bytes. The patterns are those of
/// `DatePattern`.
final class DateWriter {
  private enum Part: UInt8 {
    case year4
    case year2
    case month2
    case month
    case monthName
    case day2
    case day
    case hour
    case minute
    case second
  }

  /// Reads and writes what the fast way does not: dates with unknown parts.
  let pattern: DatePattern
  /// One byte a part; from 128 on a character that stands for itself.
  private let program: UnsafeMutableBufferPointer<UInt8>
  /// Three bytes a month.
  private let monthNames: UnsafeMutableBufferPointer<UInt8>

  init?(_ text: String) {
    guard let pattern = DatePattern(text) else { return nil }
    self.pattern = pattern
    let codes: [(String, Part)] = [
      ("yyyy", .year4), ("yy", .year2), ("mmm", .monthName), ("mm", .month2), ("m", .month),
      ("dd", .day2), ("d", .day), ("HH", .hour), ("MM", .minute), ("SS", .second),
    ]
    var parts: [UInt8] = []
    var rest = Substring(text)
    while let first = rest.utf8.first {
      if let (code, part) = codes.first(where: { rest.hasPrefix($0.0) }) {
        parts.append(part.rawValue)
        rest = rest.dropFirst(code.count)
      } else {
        parts.append(0x80 | first)
        rest = rest.dropFirst()
      }
    }
    // The names are those that `DatePattern` writes.
    let january = DatePattern("yyyy-mm")?.read(Array("2000-01".utf8))
    let name = DatePattern("mmm yyyy")
    let names = (1...12).flatMap { month -> [UInt8] in
      guard var reading = january else { return [0x30, 0x30, 0x30] }
      reading.month = month
      return Array((name?.write(reading) ?? "000").utf8.prefix(3))
    }
    program = .allocate(capacity: parts.count)
    _ = program.initialize(from: parts)
    monthNames = .allocate(capacity: names.count)
    _ = monthNames.initialize(from: names)
  }

  deinit {
    program.deallocate()
    monthNames.deallocate()
  }

  /// Appends a day, counted from 1970-01-01, and a second of that day.
  func write(days: Int32, seconds: Int = 0, to buffer: ByteBuffer) {
    let (year, month, day) = CalendarDate(daysSinceEpoch: days).parts
    buffer.reserve(program.count &* 4)
    for code in program {
      guard let part = Part(rawValue: code) else {
        buffer.append(code & 0x7F)
        continue
      }
      switch part {
      case .year4: buffer.append(year, digits: 4)
      case .year2: buffer.append(year % 100, digits: 2)
      case .month2: buffer.append(month, digits: 2)
      case .month: buffer.append(number: Int64(month))
      case .monthName:
        let start = (month &- 1) &* 3
        buffer.append(UnsafeBufferPointer(rebasing: monthNames[start..<start &+ 3]))
      case .day2: buffer.append(day, digits: 2)
      case .day: buffer.append(number: Int64(day))
      case .hour: buffer.append(seconds / 3600, digits: 2)
      case .minute: buffer.append(seconds / 60 % 60, digits: 2)
      case .second: buffer.append(seconds % 60, digits: 2)
      }
    }
  }

  /// A date with its day, or its day and month, unknown; nil where the pattern has no place for
  /// that.
  func text(days: Int32, withoutMonth: Bool) -> [UInt8]? {
    guard var reading = pattern.read(text(days: days)) else { return nil }
    reading.day = 0
    if withoutMonth { reading.month = 0 }
    return Array(pattern.write(reading).utf8)
  }

  func text(days: Int32, seconds: Int = 0) -> [UInt8] {
    let buffer = ByteBuffer(capacity: 32)
    write(days: days, seconds: seconds, to: buffer)
    return buffer.array
  }
}
