/// Reads a filter.
///
/// `or` binds weakest, then `and`, then `not`. Texts stand between single quotes, a quote in them is doubled; lists behind `in` between round or square brackets.
struct FilterParser {
  private enum Token: Equatable {
    case word(String)
    case text(String)
    case number(Double)
    case sign(Character)
    case end
  }

  /// Parts within parts; beyond that nobody wrote it by hand or with a client.
  private static let deepest = 100

  private let set: EntitySet
  private var tokens: [Token] = []
  private var place = 0
  private var depth = 0

  static func parse(_ text: String, of set: EntitySet) throws(ODataError) -> Filter {
    var parser = FilterParser(set: set)
    try parser.tokenize(text)
    let filter = try parser.disjunction()
    guard parser.tokens[parser.place] == .end else {
      throw Self.fault("'\(parser.word)' wordt hier niet verwacht")
    }
    guard parser.kind(of: filter) == .boolean else {
      throw Self.fault("een filter vergelijkt iets: schrijf bijvoorbeeld Perioden eq '2023JJ00'")
    }
    return filter
  }

  private init(set: EntitySet) { self.set = set }

  private static func fault(_ message: String) -> ODataError {
    ODataError(.malformed, "$filter kan niet worden gelezen: \(message)", target: "$filter")
  }

  private var word: String {
    switch tokens[place] {
    case .word(let word): word
    case .text(let text): "'\(text)'"
    case .number(let number): "\(number)"
    case .sign(let sign): String(sign)
    case .end: "het einde"
    }
  }

  // MARK: Tokens

  private mutating func tokenize(_ text: String) throws(ODataError) {
    var rest = text[...]
    while let first = rest.first {
      if first == " " || first == "\t" || first == "\n" {
        rest.removeFirst()
      } else if first == "'" {
        var found = ""
        rest.removeFirst()
        var isClosed = false
        while let next = rest.popFirst() {
          if next == "'" {
            if rest.first == "'" {
              rest.removeFirst()
            } else {
              isClosed = true
              break
            }
          }
          found.append(next)
        }
        guard isClosed else { throw Self.fault("een tekst heeft geen tweede aanhalingsteken") }
        tokens.append(.text(found))
      } else if "(),[]".contains(first) {
        tokens.append(.sign(first))
        rest.removeFirst()
      } else {
        let found = rest.prefix { !" \t\n'(),[]".contains($0) }
        rest = rest.dropFirst(found.count)
        let lead = first == "-" || first == "+" ? found.dropFirst().first : first
        if found.count >= 10, found.dropFirst(4).first == "-", lead?.isNumber == true {
          // A moment: 2024-11-01T02:00:00Z.
          tokens.append(.text(String(found)))
        } else if lead?.isNumber == true {
          // A suffix tells the type in OData 3: 5L, 5.0d, 5m.
          let digits = found.last.map { "LlDdFfMm".contains($0) } == true ? found.dropLast() : found
          guard let number = Double(digits), number.isFinite else {
            throw Self.fault("'\(found)' is geen getal; een tekst staat tussen aanhalingstekens")
          }
          tokens.append(.number(number))
        } else {
          tokens.append(.word(String(found)))
        }
      }
    }
    tokens.append(.end)
  }

  private func isNext(_ word: String) -> Bool {
    if case .word(let found) = tokens[place] { found.lowercased() == word } else { false }
  }

  private mutating func take(_ sign: Character) -> Bool {
    guard tokens[place] == .sign(sign) else { return false }
    place += 1
    return true
  }

  // MARK: Grammar

  private mutating func disjunction() throws(ODataError) -> Filter {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw Self.fault("er staan te veel haken in elkaar") }
    var parts = [try conjunction()]
    while isNext("or") {
      place += 1
      parts.append(try conjunction())
    }
    return try joined(parts, "or") { .or($0) }
  }

  private mutating func conjunction() throws(ODataError) -> Filter {
    var parts = [try negation()]
    while isNext("and") {
      place += 1
      parts.append(try negation())
    }
    return try joined(parts, "and") { .and($0) }
  }

  private func joined(
    _ parts: [Filter], _ word: String, _ join: ([Filter]) -> Filter
  ) throws(ODataError) -> Filter {
    if parts.count == 1 { return parts[0] }
    guard parts.allSatisfy({ kind(of: $0) == .boolean }) else {
      throw Self.fault("naast '\(word)' staan vergelijkingen")
    }
    return join(parts)
  }

  private mutating func negation() throws(ODataError) -> Filter {
    guard isNext("not") else { return try comparison() }
    var count = 0
    while isNext("not") {
      place += 1
      count += 1
    }
    let part = try comparison()
    guard kind(of: part) == .boolean else {
      throw Self.fault("achter 'not' staat een vergelijking")
    }
    return count % 2 == 1 ? .not(part) : part
  }

  private mutating func comparison() throws(ODataError) -> Filter {
    let left = try operand()
    if isNext("in") {
      place += 1
      let close: Character
      if take("(") {
        close = ")"
      } else if take("[") {
        close = "]"
      } else {
        throw Self.fault("achter 'in' staat een lijst tussen haken")
      }
      var list: [Filter] = []
      repeat {
        let one = try operand()
        try requireSame(left, one)
        list.append(one)
      } while take(",")
      guard take(close) else { throw Self.fault("de lijst achter 'in' wordt niet gesloten") }
      return .isIn(left, list)
    }
    guard case .word(let word) = tokens[place],
      let how = Filter.Comparison(rawValue: word.lowercased())
    else { return left }
    place += 1
    let right = try operand()
    try requireSame(left, right)
    return .compare(how, left, right)
  }

  private mutating func operand() throws(ODataError) -> Filter {
    let token = tokens[place]
    switch token {
    case .text(let text):
      place += 1
      return .literal(.text(text))
    case .number(let number):
      place += 1
      return .literal(.number(number, decimals: 0))
    case .sign("("):
      place += 1
      let inner = try disjunction()
      guard take(")") else { throw Self.fault("een haak wordt niet gesloten") }
      return inner
    case .word(let word):
      place += 1
      if tokens[place] == .sign("("), let function = Filter.Function(rawValue: word.lowercased()) {
        return try call(function)
      }
      if ["datetime", "datetimeoffset"].contains(word.lowercased()),
        case .text(let moment) = tokens[place]
      {
        place += 1
        return .literal(.text(moment))
      }
      switch word.lowercased() {
      case "null": return .literal(.null)
      case "true": return .literal(.boolean(true))
      case "false": return .literal(.boolean(false))
      default: break
      }
      guard let column = set.column(word) else {
        throw ODataError(.malformed, "Onbekende kolom '\(word)' in $filter", target: "$filter")
      }
      return .column(column)
    case .sign, .end: throw Self.fault("'\(self.word)' wordt hier niet verwacht")
    }
  }

  private mutating func call(_ function: Filter.Function) throws(ODataError) -> Filter {
    _ = take("(")
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw Self.fault("er staan te veel haken in elkaar") }
    var parts: [Filter] = []
    repeat { parts.append(try operand()) } while take(",")
    guard take(")") else { throw Self.fault("\(function.rawValue) wordt niet gesloten") }
    guard function.argumentCounts.contains(parts.count) else {
      throw Self.fault("\(function.rawValue) vraagt \(function.argumentCounts.lowerBound) waarden")
    }
    for (number, part) in parts.enumerated() {
      let wanted: Filter.Kind = function == .substring && number > 0 ? .number : .text
      let found = kind(of: part)
      guard found == wanted || found == .nothing else {
        throw Self.fault(
          "\(function.rawValue) werkt op \(wanted == .text ? "tekst" : "een getal")")
      }
    }
    return .call(function, parts)
  }

  // MARK: Types

  private func kind(of filter: Filter) -> Filter.Kind {
    switch filter {
    case .and, .or, .not, .compare, .isIn: .boolean
    case .call(let function, _): function.type
    case .literal(let value):
      switch value {
      case .null, .json: .nothing
      case .text: .text
      case .integer, .number: .number
      case .boolean: .boolean
      }
    case .column(let column):
      switch set.columns[column].type {
      case .text, .moment: .text
      case .integer, .long, .number: .number
      case .boolean: .boolean
      case .collection: .nothing
      }
    }
  }

  private func requireSame(_ one: Filter, _ other: Filter) throws(ODataError) {
    let (first, second) = (kind(of: one), kind(of: other))
    guard first == second || first == .nothing || second == .nothing else {
      throw Self.fault(
        "tekst en getal zijn niet te vergelijken; een tekst staat tussen enkele aanhalingstekens")
    }
  }
}
