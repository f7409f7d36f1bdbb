import Foundation
import InformationModel
import Warehouse

/// The distinct values of one compared column, prepared once for every comparison that they will be in.
struct ValueTable: Sendable {
  /// A date of which parts may be unknown (0).
  struct PartialDate: Sendable, Hashable {
    var year: Int32
    var month: Int8
    var day: Int8

    /// Nothing but a year is certain: an unknown day and month, or the first of January that stands for them.
    var isPartial: Bool { month == 0 || day == 0 || month == 1 && day == 1 }

    /// Nil when a part is unknown, or when there is no such day.
    var date: CalendarDate? { CalendarDate(year: Int(year), month: Int(month), day: Int(day)) }
  }

  /// Value by value, code 0 the missing one.
  let scalars: [UInt32]
  let starts: [Int32]
  var dates: [PartialDate?] = []
  var numbers: [Double] = []
  var places: [(latitude: Double, longitude: Double)?] = []
  var sets: [Set<String>] = []

  /// `values` are distinct and in their form, the first the missing one; `measures` is what they will be asked for.
  init(_ values: [String], measures: Set<ComparisonLevel.Measure>, separator: String) {
    var scalars: [UInt32] = []
    var starts: [Int32] = [0]
    starts.reserveCapacity(values.count + 1)
    for value in values {
      if value.utf8.allSatisfy({ $0 < 0x80 }) {
        scalars.append(contentsOf: value.utf8.lazy.map { UInt32($0) })
      } else {
        scalars.append(contentsOf: TextDistances.scalars(of: value))
      }
      starts.append(Int32(scalars.count))
    }
    self.scalars = scalars
    self.starts = starts
    if measures.contains(where: \.readsDates) { dates = values.map(Self.date) }
    if measures.contains(.difference) {
      numbers = values.map { Double($0.replacing(",", with: ".")) ?? .nan }
    }
    if measures.contains(.km) { places = values.map(Self.place) }
    if measures.contains(.intersection) {
      sets = values.map { Set($0.components(separatedBy: separator).filter { !$0.isEmpty }) }
    }
  }

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

  private static func place(_ text: String) -> (latitude: Double, longitude: Double)? {
    let parts = text.split { $0 == "," || $0 == " " || $0 == ";" }.compactMap { Double($0) }
    guard parts.count == 2, abs(parts[0]) <= 90, abs(parts[1]) <= 180 else { return nil }
    return (parts[0], parts[1])
  }

  /// Whether two present values pass a test.
  func passes(_ measure: ComparisonLevel.Measure, _ bound: Double, _ a: Int, _ b: Int) -> Bool {
    switch measure {
    case .exact, .reversed: return a == b
    case .swapped:
      guard let left = dates[a], let right = dates[b] else { return false }
      return left.year == right.year && left.month == right.day && left.day == right.month
    case .partial:
      guard let left = dates[a], let right = dates[b], left.year == right.year else { return false }
      return left.isPartial || right.isPartial
    case .sameYear:
      guard let left = dates[a], let right = dates[b] else { return false }
      return left.year == right.year
    case .days:
      guard let left = dates[a]?.date, let right = dates[b]?.date else { return false }
      return Double(abs(left.daysSinceEpoch - right.daysSinceEpoch)) <= bound
    case .difference: return abs(numbers[a] - numbers[b]) <= bound
    case .km:
      guard let left = places[a], let right = places[b] else { return false }
      return Self.kilometres(left, right) <= bound
    case .intersection: return Double(sets[a].intersection(sets[b]).count) >= bound
    default: return scalars.withUnsafeBufferPointer { passes(measure, bound, a, b, $0) }
    }
  }

  private func passes(
    _ measure: ComparisonLevel.Measure, _ bound: Double, _ a: Int, _ b: Int,
    _ scalars: UnsafeBufferPointer<UInt32>
  ) -> Bool {
    let left = UnsafeBufferPointer(rebasing: scalars[Int(starts[a])..<Int(starts[a + 1])])
    let right = UnsafeBufferPointer(rebasing: scalars[Int(starts[b])..<Int(starts[b + 1])])
    switch measure {
    case .levenshtein:
      return Double(abs(left.count - right.count)) <= bound
        && Double(TextDistances.levenshtein(left, right)) <= bound
    case .damerauLevenshtein:
      return Double(abs(left.count - right.count)) <= bound
        && TextDistances.isDamerauLevenshtein(left, right, atMost: Int(bound))
    case .jaro: return TextDistances.jaro(left, right) >= bound
    case .jaroWinkler: return TextDistances.jaroWinkler(left, right) >= bound
    case .jaccard: return TextDistances.jaccard(left, right) >= bound
    case .prefix: return Double(TextDistances.commonPrefix(left, right)) >= bound
    case .initial: return min(left.count, right.count) == 1 && left[0] == right[0]
    default: return false
    }
  }

  /// Great-circle distance by the haversine formula, on a sphere of 6371.0088 km.
  static func kilometres(
    _ left: (latitude: Double, longitude: Double), _ right: (latitude: Double, longitude: Double)
  ) -> Double {
    let radian = Double.pi / 180
    let a = sin((right.latitude - left.latitude) * radian / 2)
    let b = sin((right.longitude - left.longitude) * radian / 2)
    let h = a * a + cos(left.latitude * radian) * cos(right.latitude * radian) * b * b
    return 2 * 6371.0088 * asin(min(1, h.squareRoot()))
  }
}
