import ChainPack
import TestSupport
import Testing

@Suite("The language of rules")
struct RuleParserTests {
  private typealias Term = LinearForm.Term

  @Test func `a comparison becomes whole multiples compared with zero`() throws {
    #expect(
      try RuleParser.parse("kosten - 0.6 * omzet >= 1.25 - kosten")
        == .linear(
          LinearForm(
            terms: [
              Term(variable: "kosten", coefficient: 200), Term(variable: "omzet", coefficient: -60),
            ], constant: -125), .greaterOrEqual))
    #expect(
      try RuleParser.parse("sum(a, b, c) = d * 2")
        == .linear(
          LinearForm(
            terms: [
              Term(variable: "a", coefficient: 1), Term(variable: "b", coefficient: 1),
              Term(variable: "c", coefficient: 1), Term(variable: "d", coefficient: -2),
            ], constant: 0), .equal))
    #expect(
      try RuleParser.parse("-a - b < -3")
        == .linear(
          LinearForm(
            terms: [Term(variable: "a", coefficient: -1), Term(variable: "b", coefficient: -1)],
            constant: 3), .less))
  }

  @Test func `a date is a number of days and may be compared with a date only`() throws {
    #expect(
      try RuleParser.parse("begin >= 1970-01-11")
        == .linear(
          LinearForm(
            terms: [Term(variable: "begin", coefficient: 1)], constant: -10, dateWeight: -1),
          .greaterOrEqual))
  }

  @Test func `a conditional is its consequence or not its condition`() throws {
    #expect(
      try RuleParser.parse("IF soort IN {'NP', 'RP'} AND NOT open THEN einde present OR x != 'y'")
        == .any([
          .not(.all([.within("soort", ["NP", "RP"]), .not(.within("open", ["true"]))])),
          .any([.present("einde"), .not(.within("x", ["y"]))]),
        ]))
    #expect(
      try RuleParser.parse("zaak.datum missing") == .not(.present("zaak.datum")))
    #expect(
      try RuleParser.parse("a NOT IN {1, -2}")
        == .not(
          .any([
            .linear(
              LinearForm(terms: [Term(variable: "a", coefficient: 1)], constant: -1), .equal),
            .linear(LinearForm(terms: [Term(variable: "a", coefficient: 1)], constant: 2), .equal),
          ])))
  }

  @Test(
    arguments: [
      ("", "at character 1: a field, a number or a date is expected here"),
      ("a <=", "at character 5: a field, a number or a date is expected here"),
      ("a <= b b", "at character 8: here the rule should end"),
      ("IF a", "at character 5: 'THEN' is expected here"),
      ("a IN {'x'", "at character 10: '}' is expected here"),
      ("a IN {'x', 1}", "at character 14: a list holds texts or numbers, not both"),
      ("a = 'x", "at character 5: this text has no closing quote"),
      (
        "a < 'x'",
        "at character 5: a text is compared with one field by = or !=, or listed behind IN"
      ),
      ("1 < 2", "at character 6: this comparison has no field"),
      ("a ? b", "at character 3: '?' means nothing in a rule"),
      (
        "a < 1234567890123456",
        "at character 5: a number has at most 15 digits, six of them decimals"
      ),
    ])
  func `a mistake is told with its place`(_ rule: String, _ message: String) {
    let error = #expect(throws: RuleSyntaxError.self) { try RuleParser.parse(rule) }
    #expect(error?.description == message)
  }

  @Test func `no text makes the parser crash or hang, and what it reads stays small`() {
    var generator = SeededGenerator(seed: 11)
    let words = [
      "IF", "THEN", "AND", "OR", "NOT", "IN", "{", "}", "(", ")", "'", "'x'", "a", "b.c", "year(",
      "sum(", ",", "<=", "=", "!=", "1", "0.5", "2020-02-30", "2020-02-28", "*", "+", "-",
      "present",
      "missing", "true", "é", "\u{0}", "9999999999999999999", " ", "\n", ".", "🙂",
    ]
    var read = 0
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...14, using: &generator)
      let text = (0..<length).map { _ in words.randomElement(using: &generator) ?? "" }
        .joined(separator: Bool.random(using: &generator) ? " " : "")
      if let rule = try? RuleParser.parse(text) {
        read += 1
        #expect(rule.clauseCount <= 256)
      }
    }
    #expect(read > 50)
    for deep in [String(repeating: "(", count: 1_000), String(repeating: "NOT ", count: 900)] {
      #expect(throws: RuleSyntaxError.self) { try RuleParser.parse(deep + "a") }
    }
    let wide = (0..<12).map { "(a\($0) < 1 AND b\($0) < 1)" }.joined(separator: " OR ")
    #expect(throws: RuleSyntaxError.self) { try RuleParser.parse(wide) }
  }
}
