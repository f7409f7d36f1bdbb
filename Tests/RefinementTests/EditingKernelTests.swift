import ChainPack
import InformationModel
import Refinement
import TestSupport
import Testing

@Suite("Error localisation")
struct ErrorLocalisationTests {
  /// `examples/replace_errors.R` of the R package errorlocate (de Jonge and van der Loo): the profit alone must be wrong.
  @Test func `profit and cost that do not make the turnover`() throws {
    let pack = try RulePack.read(
      columns: RulePack.integers("profit", "cost", "turnover"),
      rules: [
        "profit + cost = turnover", "cost - 0.6 * turnover >= 0", "cost >= 0", "turnover >= 0",
      ])
    let algebra = RulePack.algebra(pack)
    let row = algebra.row(numbers(["profit": 755, "cost": 125, "turnover": 200]))
    #expect(ErrorLocalisation(algebra).localise(row)?.map { algebra.names[$0] } == ["profit"])
    // What is left follows from the balance.
    #expect(
      RowEditing(algebra).edit(row)
        == [
          FieldEdit(
            field: "profit", rule: "r0", kind: .deduced, raw: .number(755), new: .number(75))
        ])
  }

  /// Fellegi and Holt (1976), the example of section 3: a married child that is no spouse. One field does it when the right one is changed.
  @Test func `the implied rule decides which category is wrong`() throws {
    let pack = try RulePack.read(
      columns: [
        "{name: age, role: content, values: [\"0-14\", \"15-16\", \"17+\"]}",
        "{name: marital, role: content, values: [single, married]}",
        "{name: relation, role: content, values: [head, spouse, other]}",
      ],
      rules: [
        "IF age = '0-14' THEN marital = 'single'",
        "IF marital = 'single' THEN relation != 'spouse'",
      ])
    let algebra = RulePack.algebra(pack)
    let row = algebra.row([
      "age": .category("0-14"), "marital": .category("married"), "relation": .category("spouse"),
    ])
    // Changing the marital status would break the second rule: the implied rule "a child is no spouse" points at the age.
    #expect(ErrorLocalisation(algebra).localise(row)?.map { algebra.names[$0] } == ["age"])
  }

  @Test func `a rule that marks leaves the value, and marks only what still fails after repair`()
    throws
  {
    let columns = RulePack.integers("a", "b")
    func edits(_ repair: String, _ values: [String: Int64]) throws -> [FieldEdit]? {
      let algebra = RulePack.algebra(
        try RulePack.read(
          columns: columns, rules: ["a <= b"], severity: "warning", repair: repair, flag: "b"))
      return RowEditing(algebra).edit(algebra.row(numbers(values)))
    }
    #expect(try edits("", ["a": 1, "b": 2]) == [])
    #expect(
      try edits("", ["a": 5, "b": 2])
        == [FieldEdit(field: "b", rule: "r0", kind: .flagged, raw: .number(2), new: .number(2))])
    // An exchange undoes it: nothing is left to mark.
    #expect(try edits("exchange", ["a": 5, "b": 2])?.map(\.kind) == [.exchange, .exchange])
    #expect(FieldEdit.Kind.allCases.filter { !$0.changesValue } == [.missing, .flagged])
    #expect(throws: PackError.self) {
      try RulePack.read(columns: columns, rules: ["a <= b"], flag: "c")
    }
  }

  @Test func `weights, fixed fields and keys turn the choice`() throws {
    let columns = RulePack.integers("a", "b", "c")
    func localised(_ head: String) throws -> [String]? {
      let algebra = RulePack.algebra(
        try RulePack.read(columns: columns, rules: ["a <= b", "b <= c"], head: head))
      let row = algebra.row(numbers(["a": 5, "b": 1, "c": 3]))
      return ErrorLocalisation(algebra).localise(row)?.map { algebra.names[$0] }
    }
    #expect(try localised("") == ["a"])
    #expect(try localised("weights: {a: 5}\n") == ["b", "c"])
    #expect(try localised("fixed: [a]\n") == ["b", "c"])
    #expect(try localised("fixed: [a, b]\n") == nil)
  }

  @Test func `a field may become missing only where a rule asks for it`() throws {
    let pack = try RulePack.read(
      columns: [
        "{name: open, type: boolean, role: content, required: true}",
        "{name: begin, type: date, role: content}", "{name: end, type: date, role: content}",
      ],
      rules: ["IF open THEN end missing", "IF NOT open THEN end present", "begin <= end"],
      head: "weights: {open: 2}\n")
    let algebra = RulePack.algebra(pack)
    let editing = RowEditing(algebra)
    let early = algebra.row([
      "open": .category("true"), "begin": .number(10), "end": .number(20),
    ])
    #expect(
      editing.edit(early)
        == [FieldEdit(field: "end", rule: "r0", kind: .deduced, raw: .number(20), new: nil)])
    let closed = algebra.row(["open": .category("false"), "begin": .number(10)])
    #expect(
      editing.edit(closed)
        == [FieldEdit(field: "end", rule: "r1", kind: .missing, raw: nil, new: nil)])
  }

  /// Rules over few small values, every set of fields and every value tried: the same weight as the kernel, and its fields suffice.
  @Test func `agrees with trying everything on random rules and rows`() throws {
    var generator = SeededGenerator(seed: 5)
    var compared = 0
    for _ in 0..<150 {
      let twin = try SlowTwin(&generator)
      let localisation = ErrorLocalisation(twin.algebra)
      for _ in 0..<6 {
        let row = twin.randomRow(&generator)
        let fast = localisation.localise(row)
        let slow = twin.leastWeight(row)
        #expect(fast.map(twin.weight) == slow, "\(twin.rules) \(row)")
        if let fast { #expect(twin.suffices(Set(fast), row), "\(twin.rules) \(row)") }
        if slow ?? 0 > 0 { compared += 1 }
      }
    }
    #expect(compared > 200)
  }
}

@Suite("Deductive repair")
struct DeductiveRepairTests {
  /// Scholtus (2009), section 4, with the rows of the R package deductive's own tests: two slips of the keyboard are undone, a sum whose
  /// parts are all lost is not.
  @Test func `typing errors against balance rules`() throws {
    let names = (1...11).map { "x\($0)" }
    let pack = try RulePack.read(
      columns: names.map { "{name: \($0), type: integer, role: content}" },
      rules: [
        "x1 + x2 = x3", "x2 = x4", "x5 + x6 + x7 = x8", "x3 + x8 = x9", "x9 - x10 = x11",
      ], severity: "warning", repair: "typing")
    let algebra = RulePack.algebra(pack)
    let editing = RowEditing(algebra)
    let right: [Int64] = [1452, 116, 1568, 116, 323, 76, 12, 411, 1979, 1842, 137]
    func repaired(_ changes: [Int: Int64]) -> [String: RuleValue?] {
      var values = right
      for (place, value) in changes { values[place - 1] = value }
      let row = algebra.row(numbers(Dictionary(uniqueKeysWithValues: zip(names, values))))
      let edits = editing.edit(row) ?? []
      #expect(edits.allSatisfy { $0.kind == .typing })
      return Dictionary(uniqueKeysWithValues: edits.map { ($0.field, $0.new) })
    }
    #expect(repaired([:]).isEmpty)
    #expect(repaired([4: 161]) == ["x4": .number(116)])
    #expect(repaired([4: 161, 9: 19979]) == ["x4": .number(116), "x9": .number(1979)])
    #expect(
      repaired([4: 161, 5: 0, 6: 0, 7: 0, 9: 19979])
        == ["x4": .number(116), "x9": .number(1979)])
  }

  @Test(
    arguments: [
      ("exchange", "a <= b", ["a": 20, "b": 10, "c": 0], ["a": 10, "b": 20]),
      ("sign", "a >= 1", ["a": -7, "b": 0, "c": 0], ["a": 7]),
      ("factor", "a + b = c", ["a": 5000, "b": 900, "c": 1400], ["a": 500]),
    ] as [(String, String, [String: Int64], [String: Int64])])
  func `a slip that is undone in one way only`(
    _ repair: String, _ rule: String, _ row: [String: Int64], _ expected: [String: Int64]
  ) throws {
    let algebra = RulePack.algebra(
      try RulePack.read(
        columns: RulePack.integers("a", "b", "c"), rules: [rule], repair: repair))
    let edits = try #require(RowEditing(algebra).edit(algebra.row(numbers(row))))
    let new = edits.compactMap { edit in edit.new.map { (edit.field, $0) } }
    #expect(Dictionary(uniqueKeysWithValues: new) == numbers(expected))
    #expect(edits.allSatisfy { $0.kind.rawValue == repair })
  }

  @Test func `day and month exchanged, and a slip in the year`() throws {
    let columns = [
      "{name: a, type: date, role: content}", "{name: b, type: date, role: content}",
    ]
    func repaired(_ repair: String, _ rule: String, _ a: String, _ b: String) throws -> [FieldEdit]
    {
      let algebra = RulePack.algebra(
        try RulePack.read(
          columns: columns, rules: [rule], head: "fixed: [a]\n", severity: "warning",
          repair: repair))
      func day(_ text: String) throws -> RuleValue {
        .number(Int64(try #require(CalendarDate(iso: text)).daysSinceEpoch))
      }
      return try #require(
        RowEditing(algebra).edit(algebra.row(["a": try day(a), "b": try day(b)])))
    }
    let swapped = try repaired("day_month", "a <= b", "2023-04-01", "2023-03-11")
    #expect(swapped.map(\.kind) == [.dayMonth])
    #expect(
      swapped.first?.new
        == .number(Int64(try #require(CalendarDate(iso: "2023-11-03")).daysSinceEpoch)))
    let typed = try repaired("typing", "a = b", "2023-04-01", "2032-04-01")
    #expect(typed.map(\.kind) == [.typing])
    // More than one way is no way: the row is left as it is.
    #expect(try repaired("typing", "a <= b", "2023-04-01", "2023-03-11").isEmpty)
  }

  @Test func `a rule that only warns never empties a field`() throws {
    let algebra = RulePack.algebra(
      try RulePack.read(
        columns: RulePack.integers("a", "b", "c"), rules: ["a <= b"], severity: "warning",
        repair: "typing"))
    #expect(RowEditing(algebra).edit(algebra.row(numbers(["a": 5, "b": 3]))) == [])
  }
}

/// Random rules over three small numbers and two categories, and the answer found by trying all of it.
private struct SlowTwin {
  let algebra: RuleAlgebra
  let conditions: [RuleExpression]
  let rules: [String]
  private static let numbers = ["n0", "n1", "n2"]
  private static let categories = ["c0", "c1"]
  private static let codes = ["x", "y", "z"]
  private static let range: ClosedRange<Int64> = 0...4
  private let weights: [String: Double]

  init(_ generator: inout SeededGenerator) throws {
    func pick<Element>(_ list: [Element], _ standard: Element) -> Element {
      list.randomElement(using: &generator) ?? standard
    }
    func atom() -> String {
      let n = pick(Self.numbers, "n0")
      let m = pick(Self.numbers.filter { $0 != n }, "n1")
      let c = pick(Self.categories, "c0")
      switch Int.random(in: 0...5, using: &generator) {
      case 0: return "\(n) <= \(m)"
      case 1: return "\(n) + \(m) < \(Int.random(in: 1...8, using: &generator))"
      case 2: return "\(n) = \(Int.random(in: 0...4, using: &generator))"
      case 3: return "\(c) IN {'\(pick(Self.codes, "x"))', '\(pick(Self.codes, "y"))'}"
      case 4: return "\(c) != '\(pick(Self.codes, "x"))'"
      default: return "\(pick([n, c], n)) \(pick(["present", "missing"], "present"))"
      }
    }
    var rules: [String] = []
    for _ in 0..<Int.random(in: 2...5, using: &generator) {
      switch Int.random(in: 0...2, using: &generator) {
      case 0: rules.append(atom())
      case 1: rules.append("IF \(atom()) THEN \(atom())")
      default: rules.append("IF \(atom()) AND \(atom()) THEN \(atom()) OR \(atom())")
      }
    }
    // All fields are variables, and no rule is met or broken by this one.
    rules.append("n0 + n1 + n2 >= 0 OR c0 = 'x' OR c1 = 'x'")
    var weights: [String: Double] = [:]
    for name in Self.numbers + Self.categories {
      weights[name] = Double(Int.random(in: 1...3, using: &generator))
    }
    let head = weights.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      .joined(separator: ", ")
    let pack = try RulePack.read(
      columns: Self.numbers.map { "{name: \($0), type: integer, role: content, min: 0, max: 4}" }
        + Self.categories.map { "{name: \($0), role: content, values: [x, y, z]}" },
      rules: rules, head: "weights: {\(head)}\n")
    self.rules = rules
    self.weights = weights
    algebra = RulePack.algebra(pack)
    conditions = pack.rules[0].rules.map(\.condition)
  }

  func randomRow(_ generator: inout SeededGenerator) -> [RuleValue?] {
    algebra.names.map { name in
      guard Int.random(in: 0..<8, using: &generator) > 0 else { return nil }
      return name.hasPrefix("n")
        ? .number(Int64.random(in: Self.range, using: &generator))
        : Self.codes.randomElement(using: &generator).map { .category($0) }
    }
  }

  func weight(_ fields: [Int]) -> Double {
    fields.reduce(0) { $0 + (weights[algebra.names[$1]] ?? 1) }
  }

  func leastWeight(_ row: [RuleValue?]) -> Double? {
    let fields = algebra.names.indices
    let sets = (0..<(1 << fields.count)).map { bits in fields.filter { bits >> $0 & 1 == 1 } }
    return sets.filter { suffices(Set($0), row) }.map(weight).min()
  }

  /// Some values of these fields leave no rule false. A field may be missing when a rule can be met by that.
  func suffices(_ fields: Set<Int>, _ row: [RuleValue?]) -> Bool {
    func attempt(_ left: ArraySlice<Int>, _ row: [RuleValue?]) -> Bool {
      guard let field = left.first else {
        let values = Dictionary(uniqueKeysWithValues: zip(algebra.names, row))
        return conditions.allSatisfy { truth($0, values) != false }
      }
      let name = algebra.names[field]
      var options: [RuleValue?] =
        name.hasPrefix("n") ? Self.range.map { .number($0) } : Self.codes.map { .category($0) }
      if conditions.contains(where: { isAskedMissing(name, $0, isNegated: false) }) {
        options.append(nil)
      }
      return options.contains { option in
        var next = row
        next[field] = option
        return attempt(left.dropFirst(), next)
      }
    }
    return attempt(ArraySlice(fields.sorted()), row)
  }

  private func isAskedMissing(_ name: String, _ rule: RuleExpression, isNegated: Bool) -> Bool {
    switch rule {
    case .all(let parts), .any(let parts):
      parts.contains { isAskedMissing(name, $0, isNegated: isNegated) }
    case .not(let part): isAskedMissing(name, part, isNegated: !isNegated)
    case .present(let field): field == name && isNegated
    case .linear, .within: false
    }
  }

  /// Kleene's logic, straight from the rule as written.
  private func truth(_ rule: RuleExpression, _ row: [String: RuleValue?]) -> Bool? {
    switch rule {
    case .not(let part): return truth(part, row).map { !$0 }
    case .all(let parts):
      let answers = parts.map { truth($0, row) }
      return answers.contains(false) ? false : answers.contains(nil) ? nil : true
    case .any(let parts):
      let answers = parts.map { truth($0, row) }
      return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    case .present(let name): return row[name].flatMap { $0 } != nil
    case .within(let name, let values):
      guard case .category(let value)?? = row[name] else { return nil }
      return values.contains(value)
    case .linear(let form, let comparison):
      var sum = form.constant
      for term in form.terms {
        guard case .number(let value)?? = row[term.variable] else { return nil }
        sum += term.coefficient * value
      }
      switch comparison {
      case .lessOrEqual: return sum <= 0
      case .less: return sum < 0
      case .greaterOrEqual: return sum >= 0
      case .greater: return sum > 0
      case .equal: return sum == 0
      case .unequal: return sum != 0
      }
    }
  }
}
