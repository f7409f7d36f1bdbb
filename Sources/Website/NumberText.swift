import Foundation
import InformationModel
import Publication

/// Numbers and dates as readers of a language write them: 1.234,5 in Dutch and 1,234.5 in English.
enum NumberText {
  static func text(_ value: Double, decimals: Int, language: Language) -> String {
    let plain = DecimalNotation.text(abs(value), decimals: decimals)
    let parts = plain.split(separator: ".", maxSplits: 1)
    let (group, point) = language == .nl ? (".", ",") : (",", ".")
    var whole = ""
    let digits = Array(parts.first ?? "0")
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { whole += group }
      whole.append(digit)
    }
    let fraction = parts.count > 1 ? point + parts[1] : ""
    return (value < 0 ? "\u{2212}" : "") + whole + fraction
  }

  static func text(_ date: CalendarDate, language: Language) -> String {
    let (_, _, day) = date.parts
    let month = Period(grain: .month, containing: date).label[language]
    // The label is “year month”; a date is written the other way round.
    let words = month.split(separator: " ")
    return "\(day) \(words.last ?? "") \(words.first ?? "")"
  }

  /// Day and hour in the Netherlands.
  static func text(_ moment: Moment, language: Language) -> String {
    let zone = TimeZone(identifier: "Europe/Amsterdam") ?? .gmt
    let distance = zone.secondsFromGMT(
      for: Date(timeIntervalSince1970: Double(moment.secondsSinceEpoch)))
    let local = Moment(secondsSinceEpoch: moment.secondsSinceEpoch + Int64(distance))
    let clock = local.description.dropFirst(11).prefix(5)
    let day = text(local.date, language: language)
    return language == .nl ? "\(day), \(clock) uur" : "\(day), \(clock)"
  }
}

extension Period {
  /// The period in the middle of a sentence: “december 2023”, where its label begins with the year to be sorted.
  func phrase(_ language: Language) -> String {
    switch grain {
    case .year: return label[language]
    case .quarter:
      let ordinals =
        language == .nl
        ? ["eerste", "tweede", "derde", "vierde"] : ["first", "second", "third", "fourth"]
      return language == .nl
        ? "het \(ordinals[number - 1]) kwartaal van \(year)"
        : "the \(ordinals[number - 1]) quarter of \(year)"
    case .month:
      let words = label[language].split(separator: " ")
      return "\(words.last ?? "") \(year)"
    }
  }
}
