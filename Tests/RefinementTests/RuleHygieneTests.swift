import ChainPack
import InformationModel
import Refinement
import Testing

@Suite("Rules looked at without data")
struct RuleHygieneTests {
  private func findings(_ columns: [String], _ rules: String...) throws -> [String] {
    RuleHygiene.check(try RulePack.read(columns: columns, rules: rules)).map {
      "\($0.row ?? 0) \($0.rule): \($0.message)"
    }
  }

  private let required = ["a", "b", "c"].map {
    "{name: \($0), type: integer, role: content, required: true}"
  }

  @Test func `sound rules are silent`() throws {
    #expect(try findings(required, "a <= b", "b <= c", "IF a >= 3 THEN c >= 5").isEmpty)
  }

  /// After `is_infeasible` and `is_contradicted_by` of the R package validatetools: only the rules that clash are named.
  @Test func `rules that contradict one another are named, the others not`() throws {
    #expect(
      try findings(required, "a >= 1", "b >= 0", "a + c <= 0", "c >= 0") == [
        "6 contradiction: no row can meet the rules 'r0', 'r2', 'r3' together"
      ])
    #expect(
      try findings(required, "a >= 1 AND a <= 0") == ["3 contradiction: rule 'r0' can never hold"])
  }

  /// After `detect_redundancy` there: `x >= 0` says nothing beside `x >= 1`.
  @Test func `a rule that follows from others is named with them`() throws {
    #expect(
      try findings(required, "a >= 0", "a >= 1") == ["3 redundant: rule 'r0' follows from 'r1'"])
    #expect(
      try findings(required, "a <= b", "b <= c", "a <= c")
        == ["5 redundant: rule 'r2' follows from 'r0', 'r1'"])
    // With b missing the third rule does its own work.
    #expect(
      try findings(RulePack.integers("a", "b", "c"), "a <= b", "b <= c", "a <= c").isEmpty)
  }

  /// After `detect_fixed_variables` there: `x >= 0` and `x <= 0` leave zero.
  @Test func `a field with one value left is named with it`() throws {
    #expect(
      try findings(required, "a >= 0", "a <= 0", "b >= a")
        == ["3 fixed-value: a can only be 0"])
    let codes = ["{name: s, role: content, values: [x, y]}"]
    #expect(
      try findings(codes + required, "s != 'x'", "IF s = 'y' THEN a >= 1")
        == [
          "3 fixed-value: s can only be y",
          "4 partly-infeasible: in rule 'r1' the part 's NOT IN {'y'}' can never hold",
        ])
  }

  /// After `detect_infeasible_if_rules` there.
  @Test func `a condition that can never be met and a consequence that can never hold are named`()
    throws
  {
    #expect(
      try findings(required, "a <= 5", "IF a > 10 THEN b >= 0")
        == ["4 redundant: rule 'r1' follows from 'r0'"])
    #expect(
      try findings(required, "b <= 5", "IF a > 10 THEN b >= 6")
        == ["4 partly-infeasible: in rule 'r1' the part 'b >= 6' can never hold"])
    #expect(
      try findings(RulePack.integers("a", "b"), "a missing", "b >= 1")
        == ["3 partly-infeasible: a can never have a value"])
  }
}

@Suite("Mistakes in rules")
struct RuleMistakeTests {
  @Test(
    arguments: [
      ("a <= bb", "w.f has no field 'bb' in content; did you mean 'b'?"),
      (
        "a <= ",
        "the rule cannot be read, at character 6: a field, a number or a date is expected here"
      ),
      ("a <= s", "'s' is no number and no date"),
      ("a IN {'x'}", "'a' is no text; compare it with numbers or dates"),
      ("s = 'q'", "'q' is no value of 's' by its contract"),
      (
        "d <= 5",
        "dates and numbers are mixed; compare a date with a date, or the days between two dates with a number"
      ),
      ("year(a) >= 1", "'a' is no date and has no year"),
      ("zaak.a >= 1", "nothing under 'related' is called 'zaak'"),
    ])
  func `are told with file and line`(_ rule: String, _ message: String) throws {
    let columns =
      RulePack.integers("a", "b")
      + ["{name: s, role: content, values: [x, y]}", "{name: d, type: date, role: content}"]
    let error = #expect(throws: PackError.self) {
      try RulePack.read(columns: columns, rules: ["a <= b", rule])
    }
    #expect(error?.description == "the chain pack has 1 error:\nrules/w.f.yaml:4: \(message)")
  }

  @Test func `related rows, weights and repairs are checked too`() throws {
    let error = #expect(throws: PackError.self) {
      try RulePack.read(
        columns: RulePack.integers("a"), rules: ["a <= x.rows"],
        head: """
          related:
            x: {file: w.f, on: {a: a}}
          weights: {a: 0}
          fixed: [q]

          """, repair: "typo")
    }
    #expect(
      error?.description == """
        the chain pack has 5 errors:
        rules/w.f.yaml:3: these columns are not the key of w.f, so that more than one row may be found; say what to 'take' (min, max, sum)
        rules/w.f.yaml:4: a weight is a number above 0, not '0'
        rules/w.f.yaml:5: w.f has no field 'q' in content; did you mean 'a'?
        rules/w.f.yaml:7: 'typo' is no repair (possible: exchange, day_month, typing, sign, factor)
        rules/w.f.yaml:7: w.f has no field 'rows' in content
        """)
  }
}
