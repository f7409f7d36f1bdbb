import ChainPack
import InformationModel

/// Looks at rules without data: do they contradict one another, is one of them said by the others, do they leave a field no choice?
///
/// All answers are exact as far as `Feasibility` is: infeasibility is proved, never guessed.
package struct RuleHygiene {
  private let algebra: RuleAlgebra
  private let clauses: [RuleClause]
  /// A field may be missing only where a rule speaks of that.
  private let present: Feasibility
  /// A field may be missing unless the contract demands it.
  private let optional: Feasibility

  /// What is odd about the rules of a pack, by file and line.
  package static func check(_ pack: ChainPack) -> [Finding] {
    pack.rules.flatMap { RuleHygiene(RuleAlgebra($0, pack: pack)).check() }
  }

  package init(_ algebra: RuleAlgebra) {
    self.algebra = algebra
    clauses = algebra.ruleClauses.flatMap { $0 } + algebra.domainClauses
    var spoken: Set<Int> = []
    for case .missing(let variable) in clauses.flatMap(\.literals) {
      spoken.insert(algebra.variables[variable].base)
    }
    func feasibility(_ mayBeMissing: (Int) -> Bool) -> Feasibility {
      Feasibility(
        variables: algebra.variables.indices.map {
          Feasibility.Variable(
            values: algebra.variables[$0].values, base: algebra.variables[$0].base,
            mayBeMissing: mayBeMissing($0))
        })
    }
    present = feasibility { spoken.contains($0) }
    optional = feasibility { !algebra.variables[$0].isRequired }
  }

  package func check() -> [Finding] {
    if let contradiction = contradiction() { return [contradiction] }
    return (unknownCodes() + impossible() + fixed() + redundant())
      .sorted { ($0.row ?? 0, $0.message) < ($1.row ?? 0, $1.message) }
  }

  private func finding(
    _ severity: Finding.Severity, _ kind: String, _ rule: Int?, _ message: String
  ) -> Finding {
    Finding(
      severity: severity, rule: kind, file: algebra.rules.source,
      row: rule.flatMap { algebra.rules.rules[$0].line }, message: message)
  }

  private func name(_ rule: Int) -> String { "'\(algebra.rules.rules[rule].id)'" }

  /// The clauses that hang together with some variables.
  private func connected(_ seeds: [Int], _ clauses: [RuleClause]) -> [RuleClause] {
    var reached = Set(seeds.map { algebra.variables[$0].base })
    var left = clauses
    var found: [RuleClause] = []
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      left.removeAll { clause in
        let bases = RuleAlgebra.variables(clause).map { algebra.variables[$0].base }
        guard bases.contains(where: reached.contains) else { return false }
        reached.formUnion(bases)
        found.append(clause)
        isGrowing = true
        return true
      }
    }
    return found
  }

  private func isPossible(_ literal: RuleLiteral) -> Bool {
    let variables = RuleAlgebra.variables(RuleClause(literals: [literal], rule: nil))
    return present.isFeasible(connected(variables, clauses), assuming: [literal])
  }

  // MARK: Checks

  /// The rules that no row can meet together, none of them spared in vain.
  private func contradiction() -> Finding? {
    guard !present.isFeasible(clauses) else { return nil }
    var core = Set(algebra.rules.rules.indices)
    for rule in algebra.rules.rules.indices.reversed() {
      let fewer = core.subtracting([rule])
      let left = clauses.filter { $0.rule.map(fewer.contains) ?? true }
      if !present.isFeasible(left) { core = fewer }
    }
    let rules = core.sorted()
    let message =
      switch rules.count {
      case 0: "the contract leaves no row that is possible"
      case 1: "rule \(name(rules[0])) can never hold"
      default: "no row can meet the rules \(rules.map(name).joined(separator: ", ")) together"
      }
    return finding(.error, "contradiction", rules.last, message)
  }

  /// Values in rules that the code list of the field does not have.
  private func unknownCodes() -> [Finding] {
    algebra.ruleClauses.flatMap { $0 }.flatMap { clause in
      clause.literals.flatMap { literal -> [Finding] in
        guard case .category(let variable, let values, _) = literal,
          let known = algebra.variables[variable].values
        else { return [] }
        return values.subtracting(known).sorted().map { value in
          let near = nearest(to: value, among: known.sorted())
          return finding(
            .warning, "code", clause.rule,
            "'\(value)' is no code of \(algebra.variables[variable].name)"
              + (near.map { "; did you mean '\($0)'?" } ?? ""))
        }
      }
    }.reduce(into: []) { list, finding in if !list.contains(finding) { list.append(finding) } }
  }

  /// Parts of rules that the other rules forbid, and fields that can never have a value.
  private func impossible() -> [Finding] {
    var findings: [Finding] = []
    var seen: Set<RuleLiteral> = []
    for clause in algebra.ruleClauses.flatMap({ $0 }) where clause.literals.count > 1 {
      for literal in clause.literals where seen.insert(literal).inserted {
        if case .category(let variable, let values, true) = literal,
          let known = algebra.variables[variable].values, values.isDisjoint(with: known)
        {
          continue
        }
        if !isPossible(literal) {
          findings.append(
            finding(
              .warning, "partly-infeasible", clause.rule,
              "in rule \(clause.rule.map(name) ?? "") the part '\(describe(literal))' can never hold"
            ))
        }
      }
    }
    for index in algebra.variables.indices {
      guard case .field = algebra.variables[index].origin, !isPossible(.present(index)) else {
        continue
      }
      findings.append(
        finding(
          .warning, "partly-infeasible", firstRule(of: index),
          "\(algebra.variables[index].name) can never have a value"))
    }
    return findings
  }

  /// Fields that the rules leave one value.
  private func fixed() -> [Finding] {
    algebra.variables.indices.compactMap { index -> Finding? in
      let variable = algebra.variables[index]
      guard case .field = variable.origin, isPossible(.present(index)) else { return nil }
      var only: String?
      switch variable.kind {
      case .category:
        guard let values = variable.values, (2...200).contains(values.count) else { return nil }
        let possible = values.sorted().lazy.filter {
          isPossible(.category(variable: index, [$0], isMember: true))
        }.prefix(2)
        if possible.count == 1 { only = possible.first }
      case .number, .date:
        for bound in bounds(of: index) {
          let unit = Inequality.Term(variable: index, coefficient: 1)
          let upper = Inequality([unit], atMost: bound)
          let lower = Inequality([.init(variable: index, coefficient: -1)], atMost: -bound)
          if !isPossible(.linear(upper.negated)), !isPossible(.linear(lower.negated)) {
            only = text(bound, variable.kind)
          }
        }
      }
      return only.map {
        finding(
          .warning, "fixed-value", firstRule(of: index), "\(variable.name) can only be \($0)")
      }
    }
  }

  /// Values that may bound a variable: those of its own rules, and what elimination of the others leaves of the unconditional ones.
  private func bounds(of variable: Int) -> [Int128] {
    var system = Set(
      clauses.compactMap { clause -> Inequality? in
        guard clause.literals.count == 1, case .linear(let inequality) = clause.literals[0] else {
          return nil
        }
        return inequality
      })
    system = Feasibility.projection(system, onto: variable)
    let single = clauses.flatMap(\.literals).compactMap { literal -> Inequality? in
      if case .linear(let inequality) = literal { inequality } else { nil }
    }
    return Set(
      (single + system).compactMap { inequality -> Int128? in
        guard inequality.terms.count == 1, inequality.terms[0].variable == variable else {
          return nil
        }
        return inequality.bound * inequality.terms[0].coefficient.signum()
      }
    ).sorted()
  }

  /// Rules that the other rules imply: no row meets those and breaks this one.
  private func redundant() -> [Finding] {
    algebra.rules.rules.indices.compactMap { rule in
      let others = clauses.filter { $0.rule != rule }
      let isImplied = algebra.ruleClauses[rule].allSatisfy { clause in
        let related = connected(RuleAlgebra.variables(clause), others)
        return !optional.isFeasible(related, assuming: clause.literals.map(negated))
      }
      guard isImplied else { return nil }
      var reasons = Set(algebra.rules.rules.indices).subtracting([rule])
      for other in reasons.sorted() {
        let fewer = reasons.subtracting([other])
        let left = clauses.filter { $0.rule.map(fewer.contains) ?? true }
        let stillImplied = algebra.ruleClauses[rule].allSatisfy { clause in
          let related = connected(RuleAlgebra.variables(clause), left)
          return !optional.isFeasible(related, assuming: clause.literals.map(negated))
        }
        if stillImplied { reasons = fewer }
      }
      let by = reasons.sorted().map(name).joined(separator: ", ")
      return finding(
        .warning, "redundant", rule,
        reasons.isEmpty
          ? "rule \(name(rule)) always holds by itself or by the contract"
          : "rule \(name(rule)) follows from \(by)")
    }
  }

  private func negated(_ literal: RuleLiteral) -> RuleLiteral {
    switch literal {
    case .linear(let inequality): .linear(inequality.negated)
    case .category(let variable, let values, let isMember):
      .category(variable: variable, values, isMember: !isMember)
    case .present(let variable): .missing(variable)
    case .missing(let variable): .present(variable)
    }
  }

  // MARK: Words

  private func firstRule(of variable: Int) -> Int? {
    algebra.ruleClauses.indices.first { rule in
      algebra.ruleClauses[rule].contains { RuleAlgebra.variables($0).contains(variable) }
    }
  }

  private func text(_ value: Int128, _ kind: RuleVariable.Kind) -> String {
    switch kind {
    case .date:
      return Int32(exactly: value).map { CalendarDate(daysSinceEpoch: $0).description }
        ?? "\(value)"
    case .number(let scale) where scale > 0:
      let digits = String(value.magnitude)
      let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
      return (value < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    default: return "\(value)"
    }
  }

  private func describe(_ literal: RuleLiteral) -> String {
    switch literal {
    case .present(let variable): return "\(algebra.variables[variable].name) present"
    case .missing(let variable): return "\(algebra.variables[variable].name) missing"
    case .category(let variable, let values, let isMember):
      let list = values.sorted().map { "'\($0)'" }.joined(separator: ", ")
      return "\(algebra.variables[variable].name) \(isMember ? "" : "NOT ")IN {\(list)}"
    case .linear(let inequality):
      if inequality.terms.count == 1, let term = inequality.terms.first,
        term.coefficient.magnitude == 1
      {
        let variable = algebra.variables[term.variable]
        return
          "\(variable.name) \(term.coefficient > 0 ? "<=" : ">=") \(text(inequality.bound * term.coefficient, variable.kind))"
      }
      let sum = inequality.terms.enumerated().map { place, term in
        let sign = term.coefficient < 0 ? (place == 0 ? "-" : "- ") : place == 0 ? "" : "+ "
        let factor = term.coefficient.magnitude == 1 ? "" : "\(term.coefficient.magnitude) * "
        return sign + factor + algebra.variables[term.variable].name
      }
      return "\(sum.joined(separator: " ")) <= \(inequality.bound)"
    }
  }
}
