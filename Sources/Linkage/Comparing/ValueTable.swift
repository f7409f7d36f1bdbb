import Foundation
import InformationModel

/// The distinct values of one compared column, prepared once for every comparison that they will be in. Code 0 is the missing value.
final class ValueTable: Sendable {
  /// A date of which parts may be unknown (0); without a year there is none.
  struct PartialDate: Sendable, Hashable, BitwiseCopyable {
    var year: Int32
    var month: Int8
    var day: Int8

    static let none = PartialDate(year: 0, month: 0, day: 0)

    var isPresent: Bool { year != 0 }

    /// Nothing but a year is certain: an unknown day and month, or the first of January that stands for them.
    var isPartial: Bool { month == 0 || day == 0 || month == 1 && day == 1 }

    /// Days since 1970; nil when a part is unknown, or when there is no such day.
    var days: Int32? {
      CalendarDate(year: Int(year), month: Int(month), day: Int(day))?.daysSinceEpoch
    }
  }

  struct Place: Sendable, BitwiseCopyable {
    var latitude: Double
    var longitude: Double
  }

  /// What is asked of a text before it is compared character by character, in one place.
  struct Outline: BitwiseCopyable {
    /// The characters that it holds, a bit for each 64th part of them.
    var mask: UInt64 = 0
    /// How many of each sixteenth part of them, four bits a part, at most 15.
    var counts: UInt64 = 0
    /// Its first four characters.
    var head: (UInt64, UInt64) = (0, 0)
    /// Where its characters stand, and how many.
    var start: Int32
    var count: Int32

    init(_ scalars: ArraySlice<UInt32>) {
      start = Int32(scalars.startIndex)
      count = Int32(scalars.count)
      for (place, scalar) in scalars.enumerated() {
        mask |= 1 &<< UInt64(scalar & 63)
        let part = UInt64(scalar & 15) &* 4
        if (counts &>> part) & 15 < 15 { counts &+= 1 &<< part }
        let bits = UInt64(scalar) &<< UInt64(32 * (place & 1))
        if place < 2 { head.0 |= bits } else if place < 4 { head.1 |= bits }
      }
    }

    /// How many of the first four characters of two texts are equal, from the first on.
    @inline(__always)
    func prefix(with other: Outline) -> Int {
      let (first, second) = (head.0 ^ other.head.0, head.1 ^ other.head.1)
      let equal =
        first != 0
        ? first.trailingZeroBitCount / 32
        : 2 &+ (second != 0 ? second.trailingZeroBitCount / 32 : 2)
      return min(equal, min(Int(count), Int(other.count)))
    }
  }

  let count: Int
  private let scalars: FixedBuffer<UInt32>
  let outlines: FixedBuffer<Outline>
  let dates: FixedBuffer<PartialDate>?
  /// The least number there is for no day.
  let days: FixedBuffer<Int32>?
  let numbers: FixedBuffer<Double>?
  /// Not a number for no place.
  let places: FixedBuffer<Place>?
  /// The parts of lists as ascending numbers, and where each list begins.
  let members: (parts: FixedBuffer<UInt32>, starts: FixedBuffer<Int32>)?
  /// Encodings, so many words each, and how many bits of each are set; none is set in what is no encoding.
  let encodings: (words: FixedBuffer<UInt64>, width: Int, ones: FixedBuffer<Int32>)?

  /// `values` are distinct and in their form, the first the missing one; `measures` is what they will be asked for.
  init(_ values: [String], measures: Set<ComparisonLevel.Measure>, separator: String) {
    count = values.count
    var scalars: [UInt32] = []
    var outlines: [Outline] = []
    outlines.reserveCapacity(values.count)
    for value in values {
      let start = scalars.count
      if value.utf8.allSatisfy({ $0 < 0x80 }) {
        scalars.append(contentsOf: value.utf8.lazy.map { UInt32($0) })
      } else {
        scalars.append(contentsOf: TextDistances.scalars(of: value))
      }
      outlines.append(Outline(scalars[start...]))
    }
    self.scalars = FixedBuffer(scalars)
    self.outlines = FixedBuffer(outlines)
    let dates = measures.contains(where: \.readsDates) ? values.map { Self.date($0) ?? .none } : nil
    self.dates = dates.map { FixedBuffer($0) }
    days = dates.map { dates in FixedBuffer(dates.map { $0.isPresent ? $0.days ?? .min : .min }) }
    numbers =
      measures.contains(.difference)
      ? FixedBuffer(values.map { Double($0.replacing(",", with: ".")) ?? .nan }) : nil
    places =
      measures.contains(.km)
      ? FixedBuffer(values.map { Self.place($0) ?? Place(latitude: .nan, longitude: .nan) }) : nil
    members =
      measures.contains(.intersection) ? Self.members(values, separator: separator) : nil
    encodings = measures.contains(.dice) ? Self.encodings(values) : nil
  }

  @inline(__always)
  func text(_ code: Int) -> TextDistances.Scalars {
    let outline = outlines.base + code
    return .init(
      start: scalars.base + Int(outline.pointee.start), count: Int(outline.pointee.count))
  }

  // MARK: Reading values

  /// `2001-02-03`, `20010203`, `03-02-2001`; 00 or nothing for what is unknown: `2001-00-00`, `2001-02`, `2001`.
  static func date(_ text: String) -> PartialDate? {
    let parts = text.prefix { $0 != "T" && $0 != " " }.split { "-/.".contains($0) }
    var numbers = parts.compactMap { Int32($0) }
    guard numbers.count == parts.count, !numbers.isEmpty else { return nil }
    if parts.count == 1, parts[0].count == 8 {
      numbers = [numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100]
    } else if parts.count == 3, parts[2].count == 4 {
      numbers.reverse()
    }
    while numbers.count < 3 { numbers.append(0) }
    guard (1...9999).contains(numbers[0]), (0...12).contains(numbers[1]),
      (0...31).contains(numbers[2])
    else { return nil }
    return PartialDate(year: numbers[0], month: Int8(numbers[1]), day: Int8(numbers[2]))
  }

  private static func place(_ text: String) -> Place? {
    let parts = text.split { $0 == "," || $0 == " " || $0 == ";" }.compactMap { Double($0) }
    guard parts.count == 2, abs(parts[0]) <= 90, abs(parts[1]) <= 180 else { return nil }
    return Place(latitude: parts[0], longitude: parts[1])
  }

  private static func members(
    _ values: [String], separator: String
  ) -> (parts: FixedBuffer<UInt32>, starts: FixedBuffer<Int32>) {
    var numbers: [String: UInt32] = [:]
    var parts: [UInt32] = []
    var starts: [Int32] = [0]
    for value in values {
      let ofValue = value.components(separatedBy: separator).filter { !$0.isEmpty }.map { part in
        if let number = numbers[part] { return number }
        numbers[part] = UInt32(numbers.count)
        return UInt32(numbers.count - 1)
      }
      parts += Set(ofValue).sorted()
      starts.append(Int32(parts.count))
    }
    return (FixedBuffer(parts), FixedBuffer(starts))
  }

  private static func encodings(
    _ values: [String]
  ) -> (words: FixedBuffer<UInt64>, width: Int, ones: FixedBuffer<Int32>) {
    let digits = values.lazy.map(\.utf8.count).max() ?? 0
    let width = (digits + 15) / 16
    let words = FixedBuffer<UInt64>(repeating: 0, count: width * values.count)
    let ones = FixedBuffer<Int32>(repeating: 0, count: values.count)
    for (code, value) in values.enumerated() where value.utf8.count == digits {
      let bits = value.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
      guard !bits.contains(nil) else { continue }
      for (place, digit) in bits.enumerated() {
        words[code * width + place / 16] |= UInt64(digit ?? 0) << UInt64(4 * (place % 16))
      }
      ones[code] = (0..<width).reduce(0) { $0 + Int32(words[code * width + $1].nonzeroBitCount) }
    }
    return (words, width, ones)
  }

  // MARK: Tests that are not of texts

  /// Whether two present values pass a test that is not of texts.
  @inline(__always)
  func passes(_ measure: ComparisonLevel.Measure, _ bound: Double, _ a: Int, _ b: Int) -> Bool {
    switch measure {
    case .exact: return a == b
    case .differs: return a != b
    case .swapped:
      guard let dates else { return false }
      let (left, right) = (dates[a], dates[b])
      return left.isPresent && left.year == right.year && left.month == right.day
        && left.day == right.month
    case .partial:
      guard let dates else { return false }
      let (left, right) = (dates[a], dates[b])
      return left.isPresent && left.year == right.year && (left.isPartial || right.isPartial)
    case .sameYear:
      guard let dates else { return false }
      return dates[a].isPresent && dates[a].year == dates[b].year
    case .days:
      guard let days, days[a] != .min, days[b] != .min else { return false }
      return Double(abs(days[a] &- days[b])) <= bound
    case .difference:
      guard let numbers else { return false }
      return abs(numbers[a] - numbers[b]) <= bound
    case .km:
      guard let places else { return false }
      return Self.kilometres(places[a], places[b]) <= bound
    case .intersection: return Double(sharedMembers(a, b)) >= bound
    case .dice: return dice(a, b) >= bound
    default: return false
    }
  }

  private func sharedMembers(_ a: Int, _ b: Int) -> Int {
    guard let (parts, starts) = members else { return 0 }
    var (left, right) = (Int(starts[a]), Int(starts[b]))
    let (leftEnd, rightEnd) = (Int(starts[a + 1]), Int(starts[b + 1]))
    var shared = 0
    while left < leftEnd, right < rightEnd {
      if parts[left] == parts[right] {
        shared += 1
        left += 1
        right += 1
      } else if parts[left] < parts[right] {
        left += 1
      } else {
        right += 1
      }
    }
    return shared
  }

  /// Dice's coefficient of two encodings: twice the bits that both have set, of all that are set (Dice 1945; Schnell, Bachteler and Reiher 2009).
  private func dice(_ a: Int, _ b: Int) -> Double {
    guard let (words, width, ones) = encodings, ones[a] > 0, ones[b] > 0 else { return 0 }
    var both = 0
    for word in 0..<width {
      both &+= (words[a &* width &+ word] & words[b &* width &+ word]).nonzeroBitCount
    }
    return 2 * Double(both) / Double(ones[a] &+ ones[b])
  }

  /// Great-circle distance by the haversine formula, on a sphere of 6371.0088 km; not a number when a place is none.
  static func kilometres(_ left: Place, _ right: Place) -> Double {
    let radian = Double.pi / 180
    let a = sin((right.latitude - left.latitude) * radian / 2)
    let b = sin((right.longitude - left.longitude) * radian / 2)
    let h = a * a + cos(left.latitude * radian) * cos(right.latitude * radian) * b * b
    return h.isNaN ? .nan : 2 * 6371.0088 * asin(h < 1 ? h.squareRoot() : 1)
  }
}
