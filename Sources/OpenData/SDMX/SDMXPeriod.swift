import InformationModel

/// A stretch of time in the notation of SDMX: `2024`, `2024-Q1`, `2024-01`, or a day and how long from there (`2024-01-01/P152D`).
struct SDMXPeriod: Sendable, Hashable {
  let text: String
  let first: CalendarDate
  let last: CalendarDate

  init(_ text: String, from first: CalendarDate, to last: CalendarDate) {
    (self.text, self.first, self.last) = (text, first, last)
  }

  /// From one day up to and with another.
  init(from first: CalendarDate, to last: CalendarDate) {
    let days = Int(last.daysSinceEpoch) - Int(first.daysSinceEpoch) + 1
    self.init("\(first)/P\(days)D", from: first, to: last)
  }

  /// A category of a time dimension; nil when its code does not say which days it is about.
  ///
  /// - Parameters:
  ///   - code: `2023JJ00`, `2023KW01`, `2023MM01`, or `2023X0nn` for a year, quarter or month of which the days after the reference date are missing.
  ///   - referenceDate: the last day that figures are about.
  init?(code: String, referenceDate: CalendarDate) {
    if let period = Period(code) {
      let year = String(code.prefix(4))
      let text =
        switch period.grain {
        case .year: year
        case .quarter: "\(year)-Q\(period.number)"
        case .month: "\(year)-\(Self.twoDigits(period.number))"
        }
      self.init(text, from: period.firstDay, to: period.lastDay)
      return
    }
    // Of a year that is cut short the number is 0. Else it is a month or a quarter, whichever the
    // reference date is in: no date is in a month and a quarter of the same number, but for January,
    // where both begin on the same day.
    let parts = referenceDate.parts
    guard code.utf8.count == 8, code.dropFirst(4).hasPrefix("X0"),
      Int(code.prefix(4)) == parts.year,
      let number = Self.number(code.dropFirst(6), digits: 2)
    else { return nil }
    let grains: [Period.Grain] = number == 0 ? [.year] : [.month, .quarter]
    let current = grains.map { Period(grain: $0, containing: referenceDate) }
      .first { number == 0 || $0.number == number }
    guard let current else { return nil }
    self.init(from: current.firstDay, to: referenceDate)
  }

  /// What a client writes: a year, a month, a day, a moment, or a year with `A1`, `S1`, `T1`, `Q1`, `M01`, `W01`, `D001`.
  init?(query text: String) {
    let parts = text.prefix { $0 != "T" }.split(separator: "-", omittingEmptySubsequences: false)
    guard text.unicodeScalars.allSatisfy({ $0.isASCII }), let head = parts.first,
      let year = Self.number(head, digits: 4),
      let start = CalendarDate(year: year, month: 1, day: 1)
    else { return nil }
    func months(_ range: ClosedRange<Int>) -> (first: CalendarDate, last: CalendarDate)? {
      guard let first = CalendarDate(year: year, month: range.lowerBound, day: 1),
        let last = CalendarDate(
          year: year, month: range.upperBound,
          day: CalendarDate.daysIn(month: range.upperBound, year: year))
      else { return nil }
      return (first, last)
    }
    let days: (first: CalendarDate, last: CalendarDate)?
    // `2024-T1` is the first third of a year, `2024-01-01T10:00:00` a moment.
    let reporting = text.dropFirst(5)
    if text.utf8.count > 5, text.dropFirst(4).first == "-", let kind = reporting.first,
      kind.isLetter
    {
      let digits = reporting.dropFirst()
      func number(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
        Self.number(digits, digits: count).flatMap { range.contains($0) ? $0 : nil }
      }
      func part(_ length: Int) -> (first: CalendarDate, last: CalendarDate)? {
        number(length == 1 ? 2 : 1, 1...12 / length).flatMap {
          months(($0 - 1) * length + 1...$0 * length)
        }
      }
      switch kind {
      case "A": days = part(12)
      case "S": days = part(6)
      case "T": days = part(4)
      case "Q": days = part(3)
      case "M": days = part(1)
      case "W":
        // Of the first week the fourth of January is a day; the first of January 1970 was a Thursday.
        let fourth = start.adding(days: 3)
        let weekday = (Int(fourth.daysSinceEpoch) + 3) % 7
        days = number(2, 1...53).flatMap { week in
          let monday = fourth.adding(days: (week - 1) * 7 - (weekday + 7) % 7)
          // A year that has no week 53.
          guard monday.adding(days: 3).year == year else { return nil }
          return (monday, monday.adding(days: 6))
        }
      case "D":
        days = number(3, 1...(CalendarDate.daysIn(month: 2, year: year) == 29 ? 366 : 365)).map {
          let day = start.adding(days: $0 - 1)
          return (day, day)
        }
      default: days = nil
      }
    } else {
      switch parts.count {
      case 1 where text.utf8.count == 4: days = months(1...12)
      case 2:
        days = Self.number(parts[1], digits: 2).flatMap { month in
          (1...12).contains(month) && text.utf8.count == 7 ? months(month...month) : nil
        }
      default: days = CalendarDate(iso: text).map { ($0, $0) }
      }
    }
    guard let days else { return nil }
    self.init(text, from: days.first, to: days.last)
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(text)
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
