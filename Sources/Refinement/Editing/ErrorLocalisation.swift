import ChainPack

/// Error localisation by minimal change (Fellegi and Holt 1976): of a row that fails rules, the fields of least weight that can be
/// changed so that no rule fails.
///
/// Best first over sets of fields. A set that does not suffice has a core, clauses that fail however its fields are changed; whatever
/// suffices must change a field of that core as well, so only those are tried. The first set that suffices has the least weight; of equals
/// the smallest, then the one whose fields come first.
package struct ErrorLocalisation {
  let algebra: RuleAlgebra
  /// Rules that must hold, and domains.
  let clauses: [RuleClause]
  private let feasibility: Feasibility
  /// More sets than this are not tried.
  static let searchLimit = 20_000

  package init(_ algebra: RuleAlgebra) {
    self.algebra = algebra
    clauses = algebra.hardClauses + algebra.domainClauses
    feasibility = Feasibility(variables: Self.freed(algebra, clauses))
  }

  /// A field may become missing only when a rule asks for that; a row elsewhere may always turn out to be missing.
  private static func freed(_ algebra: RuleAlgebra, _ clauses: [RuleClause])
    -> [Feasibility.Variable]
  {
    var mayBeMissing: Set<Int> = []
    for case .missing(let variable) in clauses.flatMap(\.literals) {
      mayBeMissing.insert(algebra.variables[variable].base)
    }
    return algebra.variables.indices.map { index in
      let variable = algebra.variables[index]
      var isOptional = mayBeMissing.contains(index)
      if case .related = variable.origin { isOptional = true }
      return Feasibility.Variable(
        values: variable.values, base: variable.base, mayBeMissing: isOptional)
    }
  }

  /// The fields to change, as indices of variables; nil when no change of this row suffices.
  package func localise(_ row: [RuleValue?]) -> [Int]? {
    struct Candidate {
      var weight: Double
      var fields: [Int]
    }
    func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
      if left.weight != right.weight { return left.weight < right.weight }
      if left.fields.count != right.fields.count { return left.fields.count < right.fields.count }
      return left.fields.lexicographicallyPrecedes(right.fields)
    }
    var open = [Candidate(weight: 0, fields: [])]
    var seen: Set<[Int]> = [[]]
    var tried = 0
    while let best = open.indices.min(by: { precedes(open[$0], open[$1]) }) {
      let candidate = open.remove(at: best)
      tried += 1
      guard tried <= Self.searchLimit else { return nil }
      let reduced = reduce(row, freeing: Set(candidate.fields))
      if feasibility.isFeasible(reduced.map(\.clause)) { return candidate.fields }
      for field in core(reduced) where !candidate.fields.contains(field) {
        let fields = (candidate.fields + [field]).sorted()
        guard seen.insert(fields).inserted else { continue }
        open.append(
          Candidate(
            weight: fields.reduce(0) { $0 + algebra.variables[$1].weight }, fields: fields))
      }
    }
    return nil
  }

  /// The value that a field must have when the other fields of the row keep theirs and those of `open` are still free.
  ///
  /// - Returns: nil when more than one is possible; `.some(nil)` when it must be missing.
  func deduce(_ field: Int, _ row: [RuleValue?], open: Set<Int>) -> RuleValue?? {
    let reduced = reduce(row, freeing: open.union([field])).map(\.clause)
    func isPossible(_ literal: RuleLiteral) -> Bool {
      feasibility.isFeasible(reduced, assuming: [literal])
    }
    let canBeMissing = feasibility.variables[field].mayBeMissing && isPossible(.missing(field))
    let canBePresent = isPossible(.present(field))
    if canBeMissing { return canBePresent ? nil : .some(nil) }
    guard canBePresent else { return nil }
    switch algebra.variables[field].kind {
    case .category:
      guard let values = algebra.variables[field].values, values.count <= 64 else { return nil }
      let possible = values.sorted().filter {
        isPossible(.category(variable: field, [$0], isMember: true))
      }
      return possible.count == 1 ? .some(.category(possible[0])) : nil
    case .number, .date:
      // A single value is a bound of some rule from both sides.
      var bounds: Set<Int128> = []
      for case .linear(let inequality) in reduced.flatMap(\.literals)
      where inequality.terms.count == 1 && inequality.terms[0].variable == field {
        bounds.insert(inequality.bound * inequality.terms[0].coefficient.signum())
      }
      for bound in bounds.sorted() {
        guard let value = Int64(exactly: bound) else { continue }
        let unit = Inequality.Term(variable: field, coefficient: 1)
        let upper = Inequality([unit], atMost: bound)
        let lower = Inequality([.init(variable: field, coefficient: -1)], atMost: -bound)
        if !isPossible(.linear(upper.negated)), !isPossible(.linear(lower.negated)) {
          return .some(.number(value))
        }
      }
      return nil
    }
  }

  private struct Reduced {
    var clause: RuleClause
    /// Fields of the row that occur in the clause as it stood.
    var fields: [Int]
  }

  /// The clauses that are left when the other fields keep their values.
  private func reduce(_ row: [RuleValue?], freeing fields: Set<Int>) -> [Reduced] {
    let isFree = algebra.variables.map { variable in
      fields.contains(variable.base)
        || algebra.variables[variable.base].foundBy.contains(where: fields.contains)
    }
    return clauses.compactMap { clause in
      var left = RuleClause(literals: [], rule: clause.rule)
      for literal in clause.literals {
        let variables = RuleAlgebra.variables(RuleClause(literals: [literal], rule: nil))
        guard variables.contains(where: { isFree[$0] }) else {
          // True or unknown: it cannot fail any more.
          guard RuleAlgebra.truth(literal, row) == false else { return nil }
          continue
        }
        guard case .linear(let inequality) = literal else {
          left.literals.append(literal)
          continue
        }
        var terms: [Inequality.Term] = []
        var bound = inequality.bound
        for term in inequality.terms {
          if isFree[term.variable] {
            terms.append(term)
          } else if let value = row[term.variable]?.number {
            bound -= term.coefficient * Int128(value)
          } else {
            return nil
          }
        }
        left.literals.append(.linear(Inequality(terms, atMost: bound)))
      }
      var origin: Set<Int> = []
      for variable in RuleAlgebra.variables(clause) {
        let base = algebra.variables[algebra.variables[variable].base]
        if base.isChangeable { origin.insert(algebra.variables[variable].base) }
        origin.formUnion(base.foundBy.filter { algebra.variables[$0].isChangeable })
      }
      return Reduced(clause: left, fields: origin.sorted())
    }
  }

  /// Fields of clauses that together cannot hold: every clause that can be spared is left out.
  private func core(_ reduced: [Reduced]) -> [Int] {
    var core = reduced
    var index = core.count - 1
    while index >= 0 {
      let clause = core.remove(at: index)
      if feasibility.isFeasible(core.map(\.clause)) { core.insert(clause, at: index) }
      index -= 1
    }
    return Set(core.flatMap(\.fields)).sorted()
  }
}
