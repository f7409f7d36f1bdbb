import ChainPack
import Foundation
import InformationModel

/// What is written instead of a true value. Every function gives nil where the fault can do
/// nothing.
enum ValueFaults {
  /// One digit replaced by another.
  static func digit(_ text: [UInt8], _ dice: inout Dice) -> [UInt8]? {
    let places = text.indices.filter { isDigit(text[$0]) }
    guard !places.isEmpty else { return nil }
    var changed = text
    let place = places[dice.index(places.count)]
    changed[place] = 0x30 + (text[place] - 0x30 + 1 + UInt8(dice.index(9))) % 10
    return changed
  }

  /// Two different neighbouring digits swapped.
  static func swap(_ text: [UInt8], _ dice: inout Dice) -> [UInt8]? {
    let places = text.indices.dropLast().filter {
      isDigit(text[$0]) && isDigit(text[$0 + 1]) && text[$0] != text[$0 + 1]
    }
    guard !places.isEmpty else { return nil }
    var changed = text
    let place = places[dice.index(places.count)]
    changed.swapAt(place, place + 1)
    return changed
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// One letter inserted, deleted, replaced or swapped with the next.
  static func typo(_ text: [UInt8], _ dice: inout Dice) -> [UInt8]? {
    let letters = Array(String(decoding: text, as: UTF8.self))
    let places = letters.indices.filter { letters[$0].isLetter }
    guard !places.isEmpty else { return nil }
    for _ in 0..<8 {
      var changed = letters
      let place = places[dice.index(places.count)]
      let isUpper = letters[place].isUppercase
      let scalar = UnicodeScalar(UInt8(0x61 + dice.index(26)))
      let other = isUpper ? Character(scalar).uppercased() : String(Character(scalar))
      switch dice.index(4) {
      case 0: changed.insert(contentsOf: other.lowercased(), at: place + 1)
      case 1 where letters.count > 2: changed.remove(at: place)
      case 2: changed.replaceSubrange(place...place, with: Array(other))
      default:
        guard place + 1 < letters.count, letters[place + 1].isLetter else { continue }
        changed.swapAt(place, place + 1)
      }
      if changed != letters { return Array(String(changed).utf8) }
    }
    return nil
  }

  /// The ways to write one name differently.
  enum NameVariant: CaseIterable {
    case withoutDiacritics
    case initials
    case movedPrefix
  }

  /// A name written differently; the first column holds the surname, or the whole name when it is
  /// the only one.
  static func nameVariant(
    _ text: [UInt8], isFirst: Bool, isOnly: Bool, _ dice: inout Dice
  ) -> [UInt8]? {
    let name = String(decoding: text, as: UTF8.self)
    var ways: [String] = []
    for way in NameVariant.allCases {
      let written: String? =
        switch way {
        case .withoutDiacritics: Transcoder.withoutDiacritics(name)
        case .initials: isFirst && !isOnly ? nil : initials(of: name, isWholeName: isOnly)
        case .movedPrefix: isFirst ? movedPrefix(name) : nil
        }
      if let written, written != name, !written.isEmpty { ways.append(written) }
    }
    guard !ways.isEmpty else { return nil }
    return Array(ways[dice.index(ways.count)].utf8)
  }

  private static func initials(of name: String, isWholeName: Bool) -> String? {
    guard isWholeName else {
      return name.split { $0 == " " || $0 == "-" }.compactMap(\.first).map { "\($0)." }.joined()
    }
    // BERG,P.J. VAN DEN: only the first initial stays.
    guard let comma = name.firstIndex(of: ",") else { return nil }
    let behind = name[name.index(after: comma)...]
    let given = behind.prefix { $0 != " " }
    guard let first = given.first, given.count > 2 else { return nil }
    return "\(name[...comma])\(first).\(behind.dropFirst(given.count))"
  }

  /// `van den Berg` → `Berg van den`; `BERG,P.J. VAN DEN` → `VAN DEN BERG,P.J.`
  private static func movedPrefix(_ name: String) -> String? {
    if let comma = name.firstIndex(of: ",") {
      let behind = name[name.index(after: comma)...]
      guard let blank = behind.firstIndex(of: " ") else { return nil }
      return "\(behind[behind.index(after: blank)...]) \(name[..<comma]),\(behind[..<blank])"
    }
    guard let blank = name.lastIndex(of: " ") else { return nil }
    return "\(name[name.index(after: blank)...]) \(name[..<blank])"
  }

  /// Day, or day and month, written as 00.
  static func partialDate(_ days: Int32, _ writer: DateWriter, _ dice: inout Dice) -> [UInt8]? {
    writer.text(days: days, withoutMonth: dice.index(3) == 0)
  }

  /// Of the days of a year, those whose day and month can change places and then differ.
  static let shareOfSwappableDays = 132 / 365.25

  static func dayMonth(_ moment: (days: Int32, seconds: Int), _ writer: DateWriter) -> [UInt8]? {
    let (year, month, day) = CalendarDate(daysSinceEpoch: moment.days).parts
    guard day <= 12, day != month,
      let other = CalendarDate(year: year, month: day, day: month)
    else { return nil }
    return writer.text(days: other.daysSinceEpoch, seconds: moment.seconds)
  }

  /// 1900, 9999, or a year to come.
  static func oddDate(
    _ moment: (days: Int32, seconds: Int), lastYear: Int, _ writer: DateWriter,
    _ dice: inout Dice
  ) -> [UInt8]? {
    let date = CalendarDate(daysSinceEpoch: moment.days)
    let odd =
      switch dice.index(3) {
      case 0: CalendarDate(year: 1900, month: 1, day: 1)
      case 1: CalendarDate(year: 9999, month: 12, day: 31)
      default: date.adding(years: lastYear + 2 + dice.index(50) - date.year)
      }
    return odd.map { writer.text(days: $0.daysSinceEpoch, seconds: moment.seconds) }
  }

  /// An amount times 10 or 100, or with its sign lost.
  static func scale(_ amount: Int64, _ writer: CellWriter, mark: UInt8, _ dice: inout Dice)
    -> [UInt8]?
  {
    guard amount != 0, amount.magnitude < 10_000_000_000_000_000 else { return nil }
    let ways: [Int64] = amount < 0 ? [10, 100, -1] : [10, 100]
    let buffer = ByteBuffer(capacity: 32)
    buffer.append(
      decimal: amount * ways[dice.index(ways.count)], scale: writer.scale, mark: mark)
    return buffer.array
  }

  /// The same identifier in another notation.
  static func format(
    _ text: [UInt8], _ identifier: Identifier, variants: [String], _ dice: inout Dice
  ) -> [UInt8]? {
    guard let fields = identifier.fields(of: text) else { return nil }
    let start = dice.index(variants.count)
    for index in variants.indices {
      let variant = variants[(start + index) % variants.count]
      let written = Array(IdentifierMask.render(variant, fields: fields).utf8)
      if written != text { return written }
    }
    return nil
  }

  /// A name or a number inside free text, no longer than the column may be.
  static func leak(
    _ text: [UInt8], with texts: [String], length: Int?, _ dice: inout Dice
  ) -> [UInt8] {
    let leaked =
      texts.isEmpty ? number(&dice) : texts[dice.index(texts.count)]
    let room = (length ?? Int.max) - leaked.count - 1
    let kept = String(decoding: text, as: UTF8.self).prefix(max(0, room))
    return Array((kept.isEmpty ? leaked : "\(kept) \(leaked)").utf8)
  }

  /// Nine digits that look like somebody's number. They begin with 9, as no real number does.
  private static func number(_ dice: inout Dice) -> String {
    "9" + (0..<8).map { _ in String(dice.index(10)) }.joined()
  }

  /// A number that no register reached: in the longest row of digits the last six count down from
  /// 999999.
  static func unusedNumber(in key: [UInt8], _ number: Int64) -> [UInt8] {
    var best = 0..<0
    var start = 0
    while start < key.count {
      guard isDigit(key[start]) else {
        start += 1
        continue
      }
      var end = start
      while end < key.count, isDigit(key[end]) { end += 1 }
      if end - start >= best.count { best = start..<end }
      start = end
    }
    let width = min(6, best.count)
    guard width > 0 else { return key + Array("-\(number)".utf8) }
    var limit: Int64 = 1
    for _ in 0..<width { limit *= 10 }
    var changed = key
    var rest = limit - 1 - number % limit
    for place in (best.upperBound - width..<best.upperBound).reversed() {
      changed[place] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
    return changed
  }

  /// The first place where a text stands in another one, replaced.
  static func replacing(_ old: [UInt8], by new: [UInt8], in text: [UInt8]) -> [UInt8] {
    guard !old.isEmpty, old.count <= text.count else { return text }
    for start in 0...(text.count - old.count)
    where text[start..<start + old.count].elementsEqual(old) {
      return Array(text[..<start]) + new + Array(text[(start + old.count)...])
    }
    return text
  }
}
