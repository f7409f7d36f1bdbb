/// A condition on the fields of one row, as an editing rule states it.
///
/// It is evaluated in three values: a comparison with a missing value is unknown, and `all`, `any` and `not` follow Kleene's logic, as SQL does.
package indirect enum RuleExpression: Sendable, Hashable {
  case all([RuleExpression])
  case any([RuleExpression])
  case not(RuleExpression)
  /// A linear form compared with zero.
  case linear(LinearForm, Comparison)
  /// A text or truth value (`true`, `false`) is one of these.
  case within(String, [String])
  case present(String)

  package enum Comparison: String, Sendable, Hashable, CaseIterable {
    case lessOrEqual = "<="
    case less = "<"
    case greaterOrEqual = ">="
    case greater = ">"
    case equal = "="
    case unequal = "!="
  }

  /// The variables, each once, in order of first appearance: `field`, `related.column` or `year(field)`.
  package var variables: [String] {
    var names: [String] = []
    collect(&names)
    return names
  }

  private func collect(_ names: inout [String]) {
    func add(_ name: String) { if !names.contains(name) { names.append(name) } }
    switch self {
    case .all(let parts), .any(let parts): for part in parts { part.collect(&names) }
    case .not(let part): part.collect(&names)
    case .linear(let form, _): for term in form.terms { add(term.variable) }
    case .within(let name, _), .present(let name): add(name)
    }
  }

  /// How many clauses the rule has when it is written as a conjunction of disjunctions.
  package var clauseCount: Int { clauses(negated: false) }

  private func clauses(negated: Bool) -> Int {
    switch self {
    case .not(let part): return part.clauses(negated: !negated)
    case .all(let parts), .any(let parts):
      let counts = parts.map { $0.clauses(negated: negated) }
      var isSum = negated
      if case .all = self { isSum = !negated }
      return counts.reduce(isSum ? 0 : 1) { min(100_000, isSum ? $0 + $1 : $0 * $1) }
    case .linear(_, .equal): return negated ? 1 : 2
    case .linear(_, .unequal): return negated ? 2 : 1
    case .linear, .within, .present: return 1
    }
  }
}

/// Whole multiples of variables and a constant. A date counts as its days since 1970-01-01.
package struct LinearForm: Sendable, Hashable {
  package struct Term: Sendable, Hashable {
    package var variable: String
    package var coefficient: Int64

    package init(variable: String, coefficient: Int64) {
      self.variable = variable
      self.coefficient = coefficient
    }
  }

  /// Each variable once, no coefficient zero, in order of first appearance.
  package var terms: [Term]
  package var constant: Int64
  /// Sum of the signs of the dates written out in the rule: with those of date fields it must be zero.
  package var dateWeight: Int64

  package init(terms: [Term], constant: Int64, dateWeight: Int64 = 0) {
    self.terms = terms
    self.constant = constant
    self.dateWeight = dateWeight
  }
}
