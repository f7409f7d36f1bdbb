import InformationModel

/// A condition on the rows of a set: the filters of OData 3 and 4, as far as clients of statistical tables write them.
indirect enum Filter: Sendable {
  enum Comparison: String, Sendable { case eq, ne, gt, ge, lt, le }

  enum Function: String, Sendable, CaseIterable {
    case substringof, startswith, endswith, contains, substring, length, tolower, toupper, trim,
      concat, indexof

    var argumentCounts: ClosedRange<Int> {
      switch self {
      case .length, .tolower, .toupper, .trim: 1...1
      case .substring: 2...3
      default: 2...2
      }
    }

    var type: Kind {
      switch self {
      case .substringof, .startswith, .endswith, .contains: .boolean
      case .length, .indexof: .number
      case .substring, .tolower, .toupper, .trim, .concat: .text
      }
    }
  }

  /// What a part gives; `nothing` fits everywhere.
  enum Kind: Sendable { case text, number, boolean, nothing }

  case column(Int)
  case literal(EntityValue)
  case call(Function, [Filter])
  case compare(Comparison, Filter, Filter)
  case isIn(Filter, [Filter])
  case and([Filter])
  case or([Filter])
  case not(Filter)

  /// The columns that it looks at.
  var columns: Set<Int> {
    switch self {
    case .column(let column): [column]
    case .literal: []
    case .call(_, let parts), .and(let parts), .or(let parts):
      parts.reduce(into: []) { $0.formUnion($1.columns) }
    case .compare(_, let left, let right): left.columns.union(right.columns)
    case .isIn(let one, let list): list.reduce(into: one.columns) { $0.formUnion($1.columns) }
    case .not(let part): part.columns
    }
  }

  /// How much work it is to ask it of one row: its parts, long texts more.
  var size: Int {
    switch self {
    case .column: 1
    case .literal(.text(let text)): 1 + text.utf8.count / 64
    case .literal: 1
    // Texts are made and searched.
    case .call(_, let parts): parts.reduce(40) { $0 + $1.size }
    case .and(let parts), .or(let parts): parts.reduce(1) { $0 + $1.size }
    case .compare(_, let left, let right): 1 + left.size + right.size
    case .isIn(let one, let list): list.reduce(1 + one.size) { $0 + $1.size }
    case .not(let part): 1 + part.size
    }
  }

  /// Parts that all must hold.
  var conjuncts: [Filter] {
    if case .and(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
  }

  // MARK: Value

  func holds(_ value: (Int) -> EntityValue) -> Bool {
    switch self {
    case .and(let parts): parts.allSatisfy { $0.holds(value) }
    case .or(let parts): parts.contains { $0.holds(value) }
    case .not(let part): !part.holds(value)
    case .compare(let how, .column(let column), .literal(let literal)):
      Self.compare(how, value(column), literal)
    case .compare(let how, let left, let right):
      Self.compare(how, left.evaluate(value), right.evaluate(value))
    case .isIn(let one, let list): Self.isIn(one.evaluate(value), list, value)
    case .column, .literal, .call:
      if case .boolean(true) = evaluate(value) { true } else { false }
    }
  }

  private static func isIn(
    _ found: EntityValue, _ list: [Filter], _ value: (Int) -> EntityValue
  ) -> Bool {
    list.contains { one in
      if case .literal(let literal) = one { return compare(.eq, found, literal) }
      return compare(.eq, found, one.evaluate(value))
    }
  }

  private func evaluate(_ value: (Int) -> EntityValue) -> EntityValue {
    switch self {
    case .column(let column): return value(column)
    case .literal(let literal): return literal
    case .and, .or, .not, .compare, .isIn: return .boolean(holds(value))
    case .call(let function, let parts):
      return Self.call(function, parts.map { $0.evaluate(value) })
    }
  }

  private static func compare(_ how: Comparison, _ left: EntityValue, _ right: EntityValue) -> Bool
  {
    switch (left, right) {
    case (.null, .null): return how == .eq
    case (.null, _), (_, .null): return how == .ne
    case (.text(let one), .text(let other)):
      // Old services pad codes with blanks.
      return compare(how, trimmed(one), trimmed(other))
    case (.boolean(let one), .boolean(let other)):
      return how == .eq ? one == other : how == .ne ? one != other : false
    default:
      guard let one = number(left), let other = number(right) else { return false }
      return compare(how, one, other)
    }
  }

  private static func compare<Value: Comparable>(
    _ how: Comparison, _ one: Value, _ other: Value
  ) -> Bool {
    switch how {
    case .eq: one == other
    case .ne: one != other
    case .gt: one > other
    case .ge: one >= other
    case .lt: one < other
    case .le: one <= other
    }
  }

  static func number(_ value: EntityValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number, _): number
    case .null, .text, .boolean, .json: nil
    }
  }

  private static func trimmed(_ text: String) -> Substring {
    var rest = text[...]
    while rest.last == " " { rest.removeLast() }
    return rest
  }

  /// How many bytes stand before a text in another; the time does not multiply their lengths (Knuth, Morris and Pratt 1977).
  private static func place(of part: String, in whole: String) -> Int? {
    let wanted = Array(part.utf8)
    guard let first = wanted.first else { return 0 }
    let all = Array(whole.utf8)
    guard all.count >= wanted.count, all.contains(first) else { return nil }
    /// By length of what was found, how much of its end is a beginning.
    var borders = [0, 0]
    var length = 0
    for byte in wanted.dropFirst() {
      while length > 0, wanted[length] != byte { length = borders[length] }
      if wanted[length] == byte { length += 1 }
      borders.append(length)
    }
    length = 0
    for (place, byte) in all.enumerated() {
      while length > 0, wanted[length] != byte { length = borders[length] }
      if wanted[length] == byte { length += 1 }
      if length == wanted.count { return place + 1 - length }
    }
    return nil
  }

  private static func call(_ function: Function, _ parts: [EntityValue]) -> EntityValue {
    func text(_ place: Int) -> String? {
      if case .text(let text) = parts[place] { text } else { nil }
    }
    func whole(_ place: Int) -> Int? {
      number(parts[place]).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    }
    guard let first = text(0) else { return function.type == .boolean ? .boolean(false) : .null }
    switch function {
    case .length: return .integer(first.unicodeScalars.count)
    case .tolower: return .text(first.lowercased())
    case .toupper: return .text(first.uppercased())
    case .trim:
      return .text(String(first.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
    case .substring:
      guard let start = whole(1), start >= 0 else { return .null }
      let rest = first.dropFirst(start)
      if parts.count < 3 { return .text(String(rest)) }
      return whole(2).map { .text(String(rest.prefix(max(0, $0)))) } ?? .null
    case .substringof, .contains, .startswith, .endswith, .concat, .indexof:
      guard let second = text(1) else { return function.type == .boolean ? .boolean(false) : .null }
      switch function {
      case .substringof: return .boolean(place(of: first, in: second) != nil)
      case .contains: return .boolean(place(of: second, in: first) != nil)
      case .startswith: return .boolean(first.hasPrefix(second))
      case .endswith: return .boolean(first.hasSuffix(second))
      case .concat: return .text(first + second)
      default:
        guard let bytes = place(of: second, in: first) else { return .integer(-1) }
        return .integer(String(decoding: first.utf8.prefix(bytes), as: UTF8.self).count)
      }
    }
  }
}
