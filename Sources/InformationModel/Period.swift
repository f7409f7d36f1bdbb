/// A stretch of time that figures are about, with the code that open data give it.
///
/// Codes follow StatLine: `2023JJ00` a year, `2023KW02` a quarter, `2023MM06` a month. A period that the reference date
/// cuts short is coded `2023X000`, so that nobody takes it for a whole year.
package struct Period: Sendable, Hashable, Comparable {
  package enum Grain: String, Sendable, Codable, CaseIterable {
    case year, quarter, month
  }

  package var grain: Grain
  package var year: Int
  /// The number of the quarter or month within the year, from 1; 1 for a year.
  package var number: Int

  package init(grain: Grain, year: Int, number: Int = 1) {
    self.grain = grain
    self.year = year
    self.number = number
  }

  /// The period of that grain in which the day falls.
  package init(grain: Grain, containing date: CalendarDate) {
    let (year, month, _) = date.parts
    switch grain {
    case .year: self.init(grain: grain, year: year)
    case .quarter: self.init(grain: grain, year: year, number: (month - 1) / 3 + 1)
    case .month: self.init(grain: grain, year: year, number: month)
    }
  }

  /// Reads `2023`, `2023K2`, `2023KW02`, `2023M06`, `2023MM06`, `2023-06`.
  package init?(_ text: String) {
    let upper = text.uppercased()
    let digits = upper.prefix(4)
    guard digits.count == 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let year = Int(digits), year > 0
    else { return nil }
    let rest = upper.dropFirst(4).drop { $0 == "-" }
    if rest.isEmpty || rest == "JJ00" {
      self.init(grain: .year, year: year)
      return
    }
    let letters = rest.prefix { $0.isLetter }
    let places = rest.dropFirst(letters.count)
    guard places.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(places) else {
      return nil
    }
    switch letters {
    case "K", "KW", "Q": self.init(grain: .quarter, year: year, number: number)
    case "", "M", "MM": self.init(grain: .month, year: year, number: number)
    default: return nil
    }
    guard (1...(grain == .quarter ? 4 : 12)).contains(number) else { return nil }
  }

  private var months: ClosedRange<Int> {
    switch grain {
    case .year: 1...12
    case .quarter: (number - 1) * 3 + 1...number * 3
    case .month: number...number
    }
  }

  package var firstDay: CalendarDate {
    CalendarDate(year: year, month: months.lowerBound, day: 1) ?? CalendarDate(daysSinceEpoch: 0)
  }

  package var lastDay: CalendarDate {
    let length = CalendarDate.daysIn(month: months.upperBound, year: year)
    return CalendarDate(year: year, month: months.upperBound, day: length)
      ?? CalendarDate(daysSinceEpoch: 0)
  }

  package var next: Period {
    let last = grain == .quarter ? 4 : grain == .month ? 12 : 1
    return number == last
      ? Period(grain: grain, year: year + 1) : Period(grain: grain, year: year, number: number + 1)
  }

  package var code: String {
    let two = number < 10 ? "0\(number)" : "\(number)"
    return switch grain {
    case .year: "\(year)JJ00"
    case .quarter: "\(year)KW\(two)"
    case .month: "\(year)MM\(two)"
    }
  }

  package var label: LocalizedText {
    let months = [
      ("januari", "January"), ("februari", "February"), ("maart", "March"), ("april", "April"),
      ("mei", "May"), ("juni", "June"), ("juli", "July"), ("augustus", "August"),
      ("september", "September"), ("oktober", "October"), ("november", "November"),
      ("december", "December"),
    ]
    switch grain {
    case .year: return LocalizedText(nl: "\(year)", en: "\(year)")
    case .quarter:
      return LocalizedText(nl: "\(year) \(number)e kwartaal", en: "\(year) quarter \(number)")
    case .month:
      let name = months[number - 1]
      return LocalizedText(nl: "\(year) \(name.0)", en: "\(year) \(name.1)")
    }
  }

  package static func < (left: Period, right: Period) -> Bool {
    (left.year, left.months.lowerBound, left.months.upperBound)
      < (right.year, right.months.lowerBound, right.months.upperBound)
  }
}
