/// Whether numbers, categories and gaps exist for which no clause is false: branch and bound over the literals, Fourier–Motzkin
/// elimination over the inequalities that are taken to hold.
///
/// Exact for categories and gaps. Numbers are whole, elimination is over the rationals with bounds rounded to whole numbers: a set that is
/// called infeasible is, one that has only fractional solutions may be called feasible.
struct Feasibility {
  struct Variable {
    /// All categories that exist; nil when any text is possible.
    var values: Set<String>?
    /// Where presence is decided.
    var base: Int
    var mayBeMissing: Bool
  }

  let variables: [Variable]

  /// What is taken to hold on the way.
  private struct State {
    /// Categories left, or those that are excluded when any text is possible.
    var allowed: [Int: Set<String>] = [:]
    var excluded: [Int: Set<String>] = [:]
    var isPresent: [Int: Bool] = [:]
    var inequalities: [Inequality] = []
  }

  /// A clause and the gaps that would make it unknown.
  private struct Open {
    var literals: [RuleLiteral]
    var gaps: [Int]
  }

  /// Branches after which the answer is "feasible": no set of rules may stop the work.
  private static let searchLimit = 100_000

  /// Whether the clauses can all be true or unknown while the literals assumed are true.
  func isFeasible(_ clauses: [RuleClause], assuming: [RuleLiteral] = []) -> Bool {
    var state = State()
    for literal in assuming {
      guard let next = assert(literal, state) else { return false }
      state = next
    }
    let open = clauses.map { clause in
      Open(
        literals: clause.literals,
        gaps: Set(
          clause.literals.flatMap(RuleAlgebra.operands).map { variables[$0].base }
            .filter { variables[$0].mayBeMissing }
        ).sorted())
    }
    var branches = 0
    return search(open, state, &branches)
  }

  private func search(_ clauses: [Open], _ start: State, _ branches: inout Int) -> Bool {
    var state = start
    var clauses = clauses
    var changed = true
    while changed {
      changed = false
      var open: [Open] = []
      for clause in clauses {
        var left = Open(literals: [], gaps: [])
        var isSettled = clause.gaps.contains { state.isPresent[$0] == false }
        for literal in clause.literals where !isSettled {
          switch known(literal, state) {
          case true?: isSettled = true
          case nil: left.literals.append(literal)
          case false?: break
          }
        }
        guard !isSettled else { continue }
        left.gaps = clause.gaps.filter { state.isPresent[$0] == nil }
        switch left.literals.count + left.gaps.count {
        case 0: return false
        case 1:
          let next =
            left.literals.first.map { assert($0, state) }
            ?? left.gaps.first.map { assert(.missing($0), state) }
          guard let next = next.flatMap({ $0 }) else { return false }
          state = next
          changed = true
        default: open.append(left)
        }
      }
      clauses = open
    }
    guard
      let pick = clauses.indices.min(by: {
        clauses[$0].literals.count + clauses[$0].gaps.count
          < clauses[$1].literals.count + clauses[$1].gaps.count
      })
    else { return true }
    let chosen = clauses.remove(at: pick)
    let options = chosen.literals + chosen.gaps.map { RuleLiteral.missing($0) }
    for option in options {
      branches += 1
      guard branches < Self.searchLimit else { return true }
      if let next = assert(option, state), search(clauses, next, &branches) { return true }
    }
    return false
  }

  /// What is certain of a literal; nil when it is open.
  private func known(_ literal: RuleLiteral, _ state: State) -> Bool? {
    switch literal {
    case .present(let variable): return presence(variable, state)
    case .missing(let variable): return presence(variable, state).map { !$0 }
    case .category(let variable, let values, let isMember):
      if let left = state.allowed[variable] ?? variables[variable].values {
        let inside = left.intersection(values).count
        if inside == left.count { return isMember }
        return inside == 0 ? !isMember : nil
      }
      let excluded = state.excluded[variable] ?? []
      if values.isSubset(of: excluded) { return !isMember }
      return nil
    case .linear(let inequality):
      if inequality.terms.isEmpty { return 0 <= inequality.bound }
      if state.inequalities.contains(inequality) { return true }
      return state.inequalities.contains(inequality.negated) ? false : nil
    }
  }

  private func presence(_ variable: Int, _ state: State) -> Bool? {
    let base = variables[variable].base
    return variables[base].mayBeMissing ? state.isPresent[base] : true
  }

  /// The state in which the literal holds; nil when there is none.
  private func assert(_ literal: RuleLiteral, _ state: State) -> State? {
    var state = state
    func require(_ variable: Int, isPresent: Bool) -> Bool {
      let base = variables[variable].base
      guard variables[base].mayBeMissing else { return isPresent }
      if let decided = state.isPresent[base] { return decided == isPresent }
      state.isPresent[base] = isPresent
      return true
    }
    switch literal {
    case .present(let variable): return require(variable, isPresent: true) ? state : nil
    case .missing(let variable): return require(variable, isPresent: false) ? state : nil
    case .category(let variable, let values, let isMember):
      guard require(variable, isPresent: true) else { return nil }
      if let left = state.allowed[variable] ?? variables[variable].values {
        let now = isMember ? left.intersection(values) : left.subtracting(values)
        state.allowed[variable] = now
        return now.isEmpty ? nil : state
      }
      if isMember {
        let now = values.subtracting(state.excluded[variable] ?? [])
        state.allowed[variable] = now
        return now.isEmpty ? nil : state
      }
      // Some other text always exists.
      state.excluded[variable, default: []].formUnion(values)
      return state
    case .linear(let inequality):
      for term in inequality.terms {
        guard require(term.variable, isPresent: true) else { return nil }
      }
      state.inequalities.append(inequality)
      return Self.hasSolution(state.inequalities) ? state : nil
    }
  }

  /// Fourier–Motzkin: variables are eliminated one by one, the cheapest first; what is left is a comparison of numbers.
  static func hasSolution(_ system: [Inequality]) -> Bool {
    !projection(Set(system), onto: nil).contains { $0.terms.isEmpty && $0.bound < 0 }
  }

  /// What a system says of one variable, or of none, when the others are eliminated; stops at the first contradiction.
  static func projection(_ system: Set<Inequality>, onto kept: Int?) -> Set<Inequality> {
    var system = system
    while true {
      if system.contains(where: { $0.terms.isEmpty && $0.bound < 0 }) { return system }
      var counts: [Int: (upper: Int, lower: Int)] = [:]
      for term in system.flatMap(\.terms) where term.variable != kept {
        if term.coefficient > 0 {
          counts[term.variable, default: (0, 0)].upper += 1
        } else {
          counts[term.variable, default: (0, 0)].lower += 1
        }
      }
      guard
        let variable = counts.min(by: {
          ($0.value.upper * $0.value.lower, $0.key) < ($1.value.upper * $1.value.lower, $1.key)
        })?.key
      else { return system }
      var next: Set<Inequality> = []
      var uppers: [(Inequality, Int128)] = []
      var lowers: [(Inequality, Int128)] = []
      for inequality in system {
        guard let term = inequality.terms.first(where: { $0.variable == variable }) else {
          next.insert(inequality)
          continue
        }
        if term.coefficient > 0 {
          uppers.append((inequality, term.coefficient))
        } else {
          lowers.append((inequality, -term.coefficient))
        }
      }
      for (upper, a) in uppers {
        for (lower, b) in lowers {
          // A combination too large for the numbers is left out: the answer may then be feasible too often, never too seldom.
          if let combined = combine(upper, times: b, lower, times: a) { next.insert(combined) }
        }
      }
      system = next
    }
  }

  private static func combine(
    _ left: Inequality, times a: Int128, _ right: Inequality, times b: Int128
  ) -> Inequality? {
    var isTooLarge = false
    func product(_ value: Int128, _ factor: Int128) -> Int128 {
      let (result, overflow) = value.multipliedReportingOverflow(by: factor)
      if overflow || result.magnitude > 1 << 120 { isTooLarge = true }
      return overflow ? 0 : result
    }
    let terms =
      left.terms.map {
        Inequality.Term(variable: $0.variable, coefficient: product($0.coefficient, a))
      }
      + right.terms.map {
        Inequality.Term(variable: $0.variable, coefficient: product($0.coefficient, b))
      }
    let bound = (product(left.bound, a), product(right.bound, b))
    guard !isTooLarge else { return nil }
    return Inequality(terms, atMost: bound.0 + bound.1)
  }
}
