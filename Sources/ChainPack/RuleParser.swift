import InformationModel

/// A rule that cannot be read: what is wrong, and at which character of the rule, from 1.
package struct RuleSyntaxError: Error, Hashable, CustomStringConvertible {
  package var message: String
  package var position: Int

  package var description: String { "at character \(position): \(message)" }
}

/// Reads editing rules: `IF soort IN {'NP', 'RP'} THEN begin <= einde`, `a + b = c`, `datum present`.
///
/// ```
/// rule  = "IF" any "THEN" any | any
/// any   = all { "OR" all }          all = unit { "AND" unit }
/// unit  = "NOT" unit | "(" rule ")" | name ("present" | "missing")
///       | name ["NOT"] "IN" "{" value {"," value} "}" | name "=" text | sum op sum | name
/// sum   = ["-"] term { ("+" | "-") term }
/// term  = number | number "*" name | name ["*" number] | date | "sum(" name {"," name} ")"
/// name  = field | related "." column | "year(" date field ")"
/// ```
package struct RuleParser {
  private enum Token: Equatable {
    case word(String)
    case number(Int64, scale: Int)
    case date(CalendarDate)
    case text(String)
    case symbol(String)
    case end
  }

  private var tokens: [(token: Token, position: Int)] = []
  private var place = 0
  private var depth = 0

  /// Reads one rule.
  ///
  /// - Throws: `RuleSyntaxError` that says what was expected and where.
  package static func parse(_ text: String) throws -> RuleExpression {
    var parser = RuleParser()
    try parser.readTokens(text)
    let expression = try parser.rule()
    guard parser.token == .end else { throw parser.error("here the rule should end") }
    guard expression.clauseCount <= 256 else {
      throw RuleSyntaxError(message: "too many cases; write it as more than one rule", position: 1)
    }
    return expression
  }

  // MARK: Tokens

  private mutating func readTokens(_ text: String) throws {
    let letters = Array(text.unicodeScalars)
    guard letters.count <= 4_000 else {
      throw RuleSyntaxError(message: "longer than 4000 characters", position: 4_000)
    }
    var index = 0
    func isDigit(_ index: Int) -> Bool {
      index < letters.count && ("0"..."9").contains(letters[index])
    }
    func isWord(_ index: Int) -> Bool {
      index < letters.count
        && (letters[index].properties.isAlphabetic || isDigit(index) || letters[index] == "_")
    }
    func slice(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: letters[range])
      return String(view)
    }
    while index < letters.count {
      let start = index
      let letter = letters[index]
      if letter.properties.isWhitespace {
        index += 1
        continue
      }
      let token: Token
      if letter == "'" {
        guard let close = letters[(index + 1)...].firstIndex(of: "'") else {
          throw RuleSyntaxError(message: "this text has no closing quote", position: start + 1)
        }
        token = .text(slice(index + 1..<close))
        index = close + 1
      } else if isDigit(index) {
        if let date = CalendarDate(iso: slice(index..<min(index + 10, letters.count))),
          !isWord(index + 10)
        {
          token = .date(date)
          index += 10
        } else {
          while isDigit(index) { index += 1 }
          var scale = 0
          var digits = slice(start..<index)
          if index < letters.count, letters[index] == ".", isDigit(index + 1) {
            let point = index + 1
            index = point
            while isDigit(index) { index += 1 }
            scale = index - point
            digits += slice(point..<index)
          }
          guard scale <= 6, digits.count <= 15, let value = Int64(digits) else {
            throw RuleSyntaxError(
              message: "a number has at most 15 digits, six of them decimals", position: start + 1)
          }
          token = .number(value, scale: scale)
        }
      } else if isWord(index) {
        while isWord(index) || (index < letters.count && letters[index] == "." && isWord(index + 1))
        {
          index += 1
        }
        token = .word(slice(start..<index))
      } else {
        let pair = slice(index..<min(index + 2, letters.count))
        let single = String(letter)
        if ["<=", ">=", "!=", "<>", "=="].contains(pair) {
          token = .symbol(pair == "<>" ? "!=" : pair == "==" ? "=" : pair)
          index += 2
        } else if "<>=+-*(){},".contains(single) {
          token = .symbol(single)
          index += 1
        } else {
          throw RuleSyntaxError(
            message: "'\(single)' means nothing in a rule", position: start + 1)
        }
      }
      tokens.append((token, start + 1))
    }
    tokens.append((.end, letters.count + 1))
  }

  private var token: Token { tokens[place].token }
  private var next: Token { tokens[min(place + 1, tokens.count - 1)].token }

  private func error(_ message: String) -> RuleSyntaxError {
    RuleSyntaxError(message: message, position: tokens[place].position)
  }

  private mutating func take(_ wanted: Token) -> Bool {
    guard token == wanted else { return false }
    if wanted != .end { place += 1 }
    return true
  }

  private mutating func expect(_ symbol: String) throws {
    guard take(.symbol(symbol)) else { throw error("'\(symbol)' is expected here") }
  }

  // MARK: Conditions

  private mutating func rule() throws -> RuleExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 32 else { throw error("nested too deep") }
    guard take(.word("IF")) else { return try disjunction() }
    let condition = try disjunction()
    guard take(.word("THEN")) else { throw error("'THEN' is expected here") }
    return .any([.not(condition), try disjunction()])
  }

  private mutating func disjunction() throws -> RuleExpression {
    var parts = [try conjunction()]
    while take(.word("OR")) { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws -> RuleExpression {
    var parts = [try unit()]
    while take(.word("AND")) { parts.append(try unit()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func unit() throws -> RuleExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 32 else { throw error("nested too deep") }
    if take(.word("NOT")) { return .not(try unit()) }
    if take(.symbol("(")) {
      let inner = try rule()
      try expect(")")
      return inner
    }
    if case .word(let name) = token, !Self.isKeyword(name) {
      switch next {
      case .word("present"):
        place += 2
        return .present(name)
      case .word("missing"):
        place += 2
        return .not(.present(name))
      case .word("IN"):
        place += 2
        return try members(of: name)
      case .word("NOT") where tokens[min(place + 2, tokens.count - 1)].token == .word("IN"):
        place += 3
        return .not(try members(of: name))
      case .symbol("="), .symbol("!="):
        let value = tokens[min(place + 2, tokens.count - 1)].token
        if let text = Self.category(value) {
          let isEqual = next == .symbol("=")
          place += 3
          let member = RuleExpression.within(name, [text])
          return isEqual ? member : .not(member)
        }
      case .end, .symbol(")"), .word("AND"), .word("OR"), .word("THEN"):
        place += 1
        return .within(name, ["true"])
      default: break
      }
    }
    return try comparison()
  }

  /// A value of a list: a text, or a truth value.
  private static func category(_ token: Token) -> String? {
    switch token {
    case .text(let text): text
    case .word("true"): "true"
    case .word("false"): "false"
    default: nil
    }
  }

  private static func isKeyword(_ word: String) -> Bool {
    ["IF", "THEN", "AND", "OR", "NOT", "IN", "present", "missing", "true", "false", "sum", "year"]
      .contains(word)
  }

  private mutating func members(of name: String) throws -> RuleExpression {
    try expect("{")
    var texts: [String] = []
    var equalities: [RuleExpression] = []
    repeat {
      if let text = Self.category(token) {
        place += 1
        texts.append(text)
      } else {
        var sum = RunningSum()
        try sum.add(name, 1, scale: 0)
        let isNegative = take(.symbol("-"))
        guard case .number(let value, let scale) = token else {
          throw error("a list holds texts in single quotes, or numbers")
        }
        place += 1
        try sum.add(constant: isNegative ? value : -value, scale: scale)
        equalities.append(.linear(sum.form, .equal))
      }
    } while take(.symbol(","))
    try expect("}")
    guard texts.isEmpty || equalities.isEmpty else {
      throw error("a list holds texts or numbers, not both")
    }
    return texts.isEmpty ? .any(equalities) : .within(name, texts)
  }

  // MARK: Sums

  private mutating func comparison() throws -> RuleExpression {
    var sum = RunningSum()
    try add(to: &sum, sign: 1)
    guard case .symbol(let symbol) = token,
      let comparison = RuleExpression.Comparison(rawValue: symbol)
    else { throw error("a comparison is expected here: <=, <, >=, >, =, !=") }
    place += 1
    if Self.category(token) != nil {
      throw error("a text is compared with one field by = or !=, or listed behind IN")
    }
    try add(to: &sum, sign: -1)
    guard !sum.form.terms.isEmpty else { throw error("this comparison has no field") }
    return .linear(sum.form, comparison)
  }

  private mutating func add(to sum: inout RunningSum, sign: Int64) throws {
    try addTerm(to: &sum, sign: take(.symbol("-")) ? -sign : sign)
    while true {
      if take(.symbol("+")) {
        try addTerm(to: &sum, sign: sign)
      } else if take(.symbol("-")) {
        try addTerm(to: &sum, sign: -sign)
      } else {
        return
      }
    }
  }

  private mutating func addTerm(to sum: inout RunningSum, sign: Int64) throws {
    switch token {
    case .number(let value, let scale):
      place += 1
      if take(.symbol("*")) {
        try sum.add(try name(), sign * value, scale: scale)
      } else {
        try sum.add(constant: sign * value, scale: scale)
      }
    case .date(let date):
      place += 1
      try sum.add(date: date, sign)
    case .word("sum"):
      place += 1
      try expect("(")
      repeat { try sum.add(try name(), sign, scale: 0) } while take(.symbol(","))
      try expect(")")
    case .word:
      let name = try name()
      if take(.symbol("*")) {
        guard case .number(let value, let scale) = token else {
          throw error("a number is expected here")
        }
        place += 1
        try sum.add(name, sign * value, scale: scale)
      } else {
        try sum.add(name, sign, scale: 0)
      }
    default: throw error("a field, a number or a date is expected here")
    }
  }

  private mutating func name() throws -> String {
    guard case .word(let word) = token else { throw error("a field is expected here") }
    if word == "year" {
      place += 1
      try expect("(")
      guard case .word(let field) = token, !Self.isKeyword(field) else {
        throw error("a date field is expected here")
      }
      place += 1
      try expect(")")
      return "year(\(field))"
    }
    guard !Self.isKeyword(word) else { throw error("'\(word)' cannot stand here") }
    place += 1
    return word
  }

  /// Terms with decimals, brought to whole numbers at the end.
  private struct RunningSum {
    private var terms: [(variable: String, value: Int64)] = []
    private var constant: Int64 = 0
    /// All values are in units of 10^-scale.
    private var scale = 0
    private var dateWeight: Int64 = 0

    private static let tooLarge = RuleSyntaxError(
      message: "the numbers of this comparison are too large", position: 1)

    private mutating func scaled(_ value: Int64, _ scale: Int) throws -> Int64 {
      func times(_ value: Int64, power: Int) throws -> Int64 {
        var value = value
        for _ in 0..<max(0, power) {
          let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
          guard !isTooLarge, product.magnitude < 1 << 60 else { throw Self.tooLarge }
          value = product
        }
        return value
      }
      if scale > self.scale {
        let power = scale - self.scale
        for index in terms.indices {
          terms[index].value = try times(terms[index].value, power: power)
        }
        constant = try times(constant, power: power)
        dateWeight = try times(dateWeight, power: power)
        self.scale = scale
      }
      return try times(value, power: self.scale - scale)
    }

    mutating func add(_ variable: String, _ coefficient: Int64, scale: Int) throws {
      let value = try scaled(coefficient, scale)
      if let index = terms.firstIndex(where: { $0.variable == variable }) {
        terms[index].value += value
        guard terms[index].value.magnitude < 1 << 60 else { throw Self.tooLarge }
      } else {
        terms.append((variable, value))
      }
    }

    mutating func add(constant value: Int64, scale: Int) throws {
      constant += try scaled(value, scale)
      guard constant.magnitude < 1 << 60 else { throw Self.tooLarge }
    }

    mutating func add(date: CalendarDate, _ sign: Int64) throws {
      try add(constant: sign * Int64(date.daysSinceEpoch), scale: 0)
      dateWeight += try scaled(sign, 0)
    }

    var form: LinearForm {
      LinearForm(
        terms: terms.filter { $0.value != 0 }
          .map { LinearForm.Term(variable: $0.variable, coefficient: $0.value) },
        constant: constant, dateWeight: dateWeight)
    }
  }
}
