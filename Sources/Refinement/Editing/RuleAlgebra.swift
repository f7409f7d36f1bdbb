import ChainPack
import InformationModel

/// A value of one variable of one row: a number in its own smallest unit, a date as days since 1970-01-01, or a category.
package enum RuleValue: Sendable, Hashable {
  case number(Int64)
  case category(String)

  var number: Int64? { if case .number(let value) = self { value } else { nil } }
}

/// A condition that cannot be taken apart further. Numbers are whole, so that `a < b` is `a - b <= -1`.
enum RuleLiteral: Hashable {
  case linear(Inequality)
  /// The category is one of these, or none of these.
  case category(variable: Int, Set<String>, isMember: Bool)
  case present(Int)
  case missing(Int)
}

/// Whole multiples of variables, summed, are at most a bound.
struct Inequality: Hashable {
  struct Term: Hashable {
    var variable: Int
    var coefficient: Int128
  }

  /// In order of variables, no coefficient zero.
  var terms: [Term]
  var bound: Int128

  init(_ terms: [Term], atMost bound: Int128) {
    var sums: [Int: Int128] = [:]
    for term in terms { sums[term.variable, default: 0] += term.coefficient }
    self.terms = sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      .map { Term(variable: $0.key, coefficient: $0.value) }
    self.bound = bound
    tighten()
  }

  /// Divides by what all coefficients share; a sum of whole numbers is at most the whole part of its bound.
  private mutating func tighten() {
    var divisor: Int128 = 0
    for term in terms {
      var (a, b) = (divisor, Int128(term.coefficient.magnitude))
      while b != 0 { (a, b) = (b, a % b) }
      divisor = a
    }
    guard divisor > 1 else { return }
    for index in terms.indices { terms[index].coefficient /= divisor }
    let quotient = bound / divisor
    bound = bound % divisor < 0 ? quotient - 1 : quotient
  }

  /// Of whole numbers: not at most the bound is at least one more.
  var negated: Inequality {
    Inequality(
      terms.map { Term(variable: $0.variable, coefficient: -$0.coefficient) }, atMost: -bound - 1)
  }
}

/// Literals of which one must hold.
struct RuleClause: Hashable {
  var literals: [RuleLiteral]
  /// The rule that it comes from; nil for the domain of a field.
  var rule: Int?
}

/// The rules of a contract as clauses over numbered variables, with the domains that the contract gives to the fields.
package struct RuleAlgebra {
  struct Variable {
    var name: String
    var kind: RuleVariable.Kind
    var origin: RuleVariable.Origin
    var isTimestamp: Bool
    /// Where presence is decided: a year is there when its date is.
    var base: Int
    /// A repair may change it.
    var isChangeable: Bool
    var weight: Double
    /// The row's own fields by which a related value is found: when one of them is wrong, so may this be.
    var foundBy: [Int]
    /// All values that the contract allows.
    var values: Set<String>?
    /// The contract demands a value.
    var isRequired: Bool
  }

  private(set) var variables: [Variable] = []
  /// By rule: its clauses.
  private(set) var ruleClauses: [[RuleClause]] = []
  /// What the contract says of the fields, and what joins a year to its date.
  private(set) var domainClauses: [RuleClause] = []
  let rules: EditRules

  /// Brings the rules of a contract into clauses.
  package init(_ rules: EditRules, pack: ChainPack) {
    self.rules = rules
    let contract = pack.contract(rules.contract)
    // What others rest on comes first: fields, then rows found by them, then years of dates.
    for rank in 0...2 {
      for variable in rules.variables where Self.rank(variable.origin) == rank {
        add(variable, contract: contract, pack: pack)
      }
    }
    for rule in rules.rules.indices {
      ruleClauses.append(
        Self.distinct(clauses(rules.rules[rule].condition, isNegated: false)).map {
          RuleClause(literals: $0, rule: rule)
        })
    }
    for index in variables.indices { addDomain(of: index, contract: contract) }
  }

  /// Names of the variables, in order.
  package var names: [String] { variables.map(\.name) }

  func index(_ name: String) -> Int? { variables.firstIndex { $0.name == name } }

  /// The clauses of rules that must hold.
  var hardClauses: [RuleClause] {
    rules.rules.indices.filter { rules.rules[$0].severity == .error }.flatMap { ruleClauses[$0] }
  }

  // MARK: Variables and domains

  private static func rank(_ origin: RuleVariable.Origin) -> Int {
    switch origin {
    case .field, .referenceDate: 0
    case .related: 1
    case .year: 2
    }
  }

  private mutating func add(
    _ variable: RuleVariable, contract: Contract?, pack: ChainPack
  ) {
    let column = contract?.columns.first {
      $0.entersContent && $0.contentName == variable.name
    }
    var entry = Variable(
      name: variable.name, kind: variable.kind, origin: variable.origin,
      isTimestamp: variable.isTimestamp, base: variables.count, isChangeable: false, weight: 1,
      foundBy: [], values: nil, isRequired: false)
    switch variable.origin {
    case .field:
      let mutation = [contract?.mutation?.column, contract?.mutation?.at]
      let isFixed =
        column.map { $0.role == .key || mutation.contains($0.name) } ?? false
        || rules.fixed.contains(variable.name)
      entry.isChangeable = !isFixed
      entry.weight = rules.weights[variable.name] ?? 1
      entry.isRequired = column?.required ?? false
      if variable.isBoolean {
        entry.values = ["true", "false"]
      } else if let column, column.identifier == nil {
        entry.values =
          column.values.map(Set.init)
          ?? contract.flatMap { pack.mapping(of: column, in: $0) }.map { Set($0.byCode.keys) }
      }
    case .year(let date): entry.base = index(date) ?? variables.count
    case .related(let table, _):
      let rows = rules.related.first { $0.name == table }
      entry.foundBy = (rows?.on ?? []).compactMap { index($0.field) }
    case .referenceDate: entry.isRequired = true
    }
    variables.append(entry)
  }

  private mutating func addDomain(of index: Int, contract: Contract?) {
    let variable = variables[index]
    func clause(_ terms: [Inequality.Term], _ bound: Int128) -> RuleClause {
      RuleClause(literals: [.linear(Inequality(terms, atMost: bound))], rule: nil)
    }
    switch variable.origin {
    case .year(let date):
      // A year has 146097/400 days on average and begins at most two days from where that would place it.
      guard let date = self.index(date) else { return }
      let start: Int128 = 146_097 * 1970
      domainClauses.append(
        clause(
          [
            Inequality.Term(variable: date, coefficient: 400),
            Inequality.Term(variable: index, coefficient: -146_097),
          ], 400 * 367 - start))
      domainClauses.append(
        clause(
          [
            Inequality.Term(variable: date, coefficient: -400),
            Inequality.Term(variable: index, coefficient: 146_097),
          ], 800 + start))
    case .field:
      guard
        let column = contract?.columns.first(where: {
          $0.entersContent && $0.contentName == variable.name
        })
      else { return }
      for (bound, sign) in [(column.minimum, Int128(-1)), (column.maximum, 1)] {
        var terms = [Inequality.Term(variable: index, coefficient: sign)]
        switch (bound, variable.kind) {
        case (.date(let date), .date):
          domainClauses.append(clause(terms, sign * Int128(date.daysSinceEpoch)))
        case (.number(let number), .number(let scale)):
          let power = (0..<scale).reduce(1.0) { value, _ in value * 10 }
          let scaled = (number * power).rounded()
          guard scaled.magnitude < 1e18 else { continue }
          domainClauses.append(clause(terms, sign * Int128(Int64(scaled))))
        case (.reference, .date):
          guard let reference = self.index("reference_date") else { continue }
          terms.append(Inequality.Term(variable: reference, coefficient: -sign))
          domainClauses.append(clause(terms, 0))
        default: continue
        }
      }
    case .related, .referenceDate: return
    }
  }

  // MARK: Clauses

  private static func distinct(_ clauses: [[RuleLiteral]]) -> [[RuleLiteral]] {
    var seen: Set<Set<RuleLiteral>> = []
    return clauses.filter { seen.insert(Set($0)).inserted }
  }

  /// Conjunction of disjunctions. Kleene's logic distributes as the common one does, so no value of a row changes.
  private func clauses(_ expression: RuleExpression, isNegated: Bool) -> [[RuleLiteral]] {
    func joined(_ parts: [RuleExpression], isConjunction: Bool) -> [[RuleLiteral]] {
      let each = parts.map { clauses($0, isNegated: isNegated) }
      guard !isConjunction else { return each.flatMap { $0 } }
      return each.reduce([[]]) { all, next in
        all.flatMap { left in next.map { left + $0 } }
      }
    }
    switch expression {
    case .not(let part): return clauses(part, isNegated: !isNegated)
    case .all(let parts): return joined(parts, isConjunction: !isNegated)
    case .any(let parts): return joined(parts, isConjunction: isNegated)
    case .present(let name):
      guard let variable = index(name) else { return [] }
      return [[isNegated ? .missing(variable) : .present(variable)]]
    case .within(let name, let values):
      guard let variable = index(name) else { return [] }
      return [[.category(variable: variable, Set(values), isMember: !isNegated)]]
    case .linear(let form, let comparison):
      let (upper, lower) = bounds(form)
      switch (comparison, isNegated) {
      case (.lessOrEqual, false), (.greater, true): return [[.linear(upper)]]
      case (.greaterOrEqual, false), (.less, true): return [[.linear(lower)]]
      case (.less, false), (.greaterOrEqual, true): return [[.linear(lower.negated)]]
      case (.greater, false), (.lessOrEqual, true): return [[.linear(upper.negated)]]
      case (.equal, false), (.unequal, true): return [[.linear(upper)], [.linear(lower)]]
      case (.unequal, false), (.equal, true):
        return [[.linear(upper.negated), .linear(lower.negated)]]
      }
    }
  }

  /// `form <= 0` and `form >= 0`, in the smallest units of the variables.
  private func bounds(_ form: LinearForm) -> (upper: Inequality, lower: Inequality) {
    let scales = form.terms.map { term -> Int in
      guard let index = index(term.variable), case .number(let scale) = variables[index].kind else {
        return 0
      }
      return scale
    }
    let largest = scales.max() ?? 0
    func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { value, _ in value * 10 } }
    let terms = zip(form.terms, scales).compactMap { term, scale in
      index(term.variable).map {
        Inequality.Term(
          variable: $0, coefficient: Int128(term.coefficient) * power(largest - scale))
      }
    }
    let constant = Int128(form.constant) * power(largest)
    return (
      Inequality(terms, atMost: -constant),
      Inequality(
        terms.map { Inequality.Term(variable: $0.variable, coefficient: -$0.coefficient) },
        atMost: constant)
    )
  }

  // MARK: Truth in a row

  /// Whether a literal holds in a row; nil when a value that it needs is missing.
  static func truth(_ literal: RuleLiteral, _ row: [RuleValue?]) -> Bool? {
    switch literal {
    case .present(let variable): return row[variable] != nil
    case .missing(let variable): return row[variable] == nil
    case .category(let variable, let values, let isMember):
      guard case .category(let value) = row[variable] else { return nil }
      return values.contains(value) == isMember
    case .linear(let inequality):
      var sum: Int128 = 0
      for term in inequality.terms {
        guard let value = row[term.variable]?.number else { return nil }
        sum += term.coefficient * Int128(value)
      }
      return sum <= inequality.bound
    }
  }

  static func truth(_ clause: RuleClause, _ row: [RuleValue?]) -> Bool? {
    var answer: Bool? = false
    for literal in clause.literals {
      switch truth(literal, row) {
      case true?: return true
      case nil: answer = nil
      case false?: break
      }
    }
    return answer
  }

  /// The variables of a literal whose absence makes it unknown.
  static func operands(_ literal: RuleLiteral) -> [Int] {
    switch literal {
    case .linear(let inequality): inequality.terms.map(\.variable)
    case .category(let variable, _, _): [variable]
    case .present, .missing: []
    }
  }

  /// All variables of a clause, each once, in order.
  static func variables(_ clause: RuleClause) -> [Int] {
    Set(
      clause.literals.flatMap { literal -> [Int] in
        switch literal {
        case .present(let variable), .missing(let variable): [variable]
        default: operands(literal)
        }
      }
    ).sorted()
  }
}
