import ChainPack
import InformationModel

/// What was done to one field of a row, and why.
package struct FieldEdit: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case exchange
    case dayMonth = "day_month"
    case typing, sign, factor
    /// The rules leave one value.
    case deduced
    /// The field must be wrong and no value follows from the rules.
    case emptied
    /// There is no value where there must be one.
    case missing
    /// Doubtful by a rule that marks, and left as it is.
    case flagged

    /// Whether the field has another value than was delivered.
    package var changesValue: Bool { self != .missing && self != .flagged }
  }

  package var field: String
  /// Id of a rule that the row failed.
  package var rule: String
  package var kind: Kind
  package var raw: RuleValue?
  package var new: RuleValue?

  package init(field: String, rule: String, kind: Kind, raw: RuleValue?, new: RuleValue?) {
    self.field = field
    self.rule = rule
    self.kind = kind
    self.raw = raw
    self.new = new
  }
}

/// Edits one row at a time: first slips that are known and undone in one way only, then localisation, then what the rules leave, then
/// emptying.
package struct RowEditing {
  package let algebra: RuleAlgebra
  private let localisation: ErrorLocalisation
  /// Indices of the rules that must hold, and of those whose slips are undone.
  private let hard: [Int]
  private let repairable: [Int]
  /// Rules that mark a field, each with its index.
  private let marking: [(rule: Int, field: Int)]
  /// By field: the clauses that it stands in.
  private let clausesOf: [[RuleClause]]

  package init(_ algebra: RuleAlgebra) {
    self.algebra = algebra
    localisation = ErrorLocalisation(algebra)
    let rules = algebra.rules.rules
    hard = rules.indices.filter { rules[$0].severity == .error }
    repairable = rules.indices.filter { !rules[$0].repairs.isEmpty }
    marking = rules.indices.compactMap { rule in
      rules[rule].flag.flatMap(algebra.index).map { (rule, $0) }
    }
    var clausesOf = Array(repeating: [RuleClause](), count: algebra.variables.count)
    for clause in algebra.ruleClauses.flatMap({ $0 }) + algebra.domainClauses {
      for field in Set(RuleAlgebra.variables(clause).map { algebra.variables[$0].base }) {
        clausesOf[field].append(clause)
      }
    }
    self.clausesOf = clausesOf
  }

  /// Edits a row.
  ///
  /// - Parameter values: one per variable of the algebra; years are derived here.
  /// - Returns: the edits in order of fields, then what is marked; nil when a rule that must hold fails and nothing helps.
  package func edit(_ values: [RuleValue?]) -> [FieldEdit]? {
    var row = withYears(values)
    var edits: [Int: (kind: FieldEdit.Kind, rule: Int)] = [:]
    repair(&row, &edits)
    let failing = failing(hard, row)
    if !failing.isEmpty {
      guard let fields = localisation.localise(row) else { return nil }
      var open = Set(fields)
      for field in fields {
        open.remove(field)
        let rule = failing.first { touches($0, field) } ?? failing[0]
        if let value = localisation.deduce(field, row, open: open) {
          row[field] = value
          edits[field] = (.deduced, rule)
        } else {
          edits[field] = (values[field] == nil ? .missing : .emptied, rule)
          // Still free for the fields that come after it.
          open.insert(field)
        }
      }
      for field in fields where edits[field]?.kind == .emptied { row[field] = nil }
    }
    let done = edits.sorted { $0.key < $1.key }.compactMap { field, edit -> FieldEdit? in
      guard edit.kind == .missing || values[field] != row[field] else { return nil }
      return FieldEdit(
        field: algebra.variables[field].name, rule: algebra.rules.rules[edit.rule].id,
        kind: edit.kind, raw: values[field], new: row[field])
    }
    guard !marking.isEmpty else { return done }
    let stillFailing = Set(self.failing(marking.map(\.rule), withYears(row)))
    return done
      + marking.filter { stillFailing.contains($0.rule) }.map { rule, field in
        FieldEdit(
          field: algebra.variables[field].name, rule: algebra.rules.rules[rule].id,
          kind: .flagged, raw: values[field], new: row[field])
      }
  }

  private func failing(_ rules: [Int], _ row: [RuleValue?]) -> [Int] {
    rules.filter { rule in
      algebra.ruleClauses[rule].contains { RuleAlgebra.truth($0, row) == false }
    }
  }

  private func touches(_ rule: Int, _ field: Int) -> Bool {
    algebra.ruleClauses[rule].contains { clause in
      RuleAlgebra.variables(clause).contains {
        let base = algebra.variables[$0].base
        return base == field || algebra.variables[base].foundBy.contains(field)
      }
    }
  }

  private func withYears(_ row: [RuleValue?]) -> [RuleValue?] {
    var row = row
    for index in algebra.variables.indices {
      if case .year = algebra.variables[index].origin {
        row[index] = row[algebra.variables[index].base]?.number.flatMap { day in
          Int32(exactly: day).map { .number(Int64(CalendarDate(daysSinceEpoch: $0).year)) }
        }
      }
    }
    return row
  }

  // MARK: Deductive repair

  /// Undoes slips as long as one of the kinds that a failing rule names has exactly one way to make every rule of the changed fields hold.
  private func repair(
    _ row: inout [RuleValue?], _ edits: inout [Int: (kind: FieldEdit.Kind, rule: Int)]
  ) {
    var isProgressing = true
    while isProgressing {
      isProgressing = false
      for rule in failing(repairable, row) {
        for repair in algebra.rules.rules[rule].repairs {
          let ways = candidates(repair, for: rule, row, untouched: { edits[$0] == nil })
            .filter { isSound($0, rule, row) }
          guard ways.count == 1 else { continue }
          for (field, value) in ways[0] {
            row[field] = value
            edits[field] = (FieldEdit.Kind(repair), rule)
          }
          row = withYears(row)
          isProgressing = true
          break
        }
        if isProgressing { break }
      }
    }
  }

  /// The rule holds afterwards, so does every rule of the changed fields that must, and no other rule of them breaks.
  private func isSound(_ change: [Int: RuleValue], _ rule: Int, _ row: [RuleValue?]) -> Bool {
    var after = row
    for (field, value) in change { after[field] = value }
    after = withYears(after)
    return algebra.ruleClauses[rule].allSatisfy { RuleAlgebra.truth($0, after) != false }
      && change.keys.allSatisfy { field in
        clausesOf[field].allSatisfy { clause in
          let isHard = clause.rule.map { algebra.rules.rules[$0].severity == .error } ?? true
          return RuleAlgebra.truth(clause, after) != false
            || (!isHard && RuleAlgebra.truth(clause, row) == false)
        }
      }
  }

  private func candidates(
    _ repair: DeductiveRepair, for rule: Int, _ row: [RuleValue?], untouched: (Int) -> Bool
  ) -> [[Int: RuleValue]] {
    let fields = Set(
      algebra.ruleClauses[rule].flatMap(RuleAlgebra.variables).map { algebra.variables[$0].base }
    ).sorted().filter {
      // Of a moment only the day is known here, so that no repair could write it back.
      algebra.variables[$0].isChangeable && !algebra.variables[$0].isTimestamp && untouched($0)
    }
    var ways: [[Int: RuleValue]] = []
    for (place, field) in fields.enumerated() {
      guard let value = row[field]?.number else { continue }
      let isDate = algebra.variables[field].kind == .date
      switch repair {
      case .exchange:
        for other in fields[(place + 1)...] {
          guard algebra.variables[other].kind == algebra.variables[field].kind,
            let second = row[other], second != .number(value)
          else { continue }
          ways.append([field: second, other: .number(value)])
        }
      case .dayMonth where isDate:
        if let changed = Slips.dayMonth(value) { ways.append([field: .number(changed)]) }
      case .typing:
        let changed = isDate ? Slips.typing(ofDate: value) : Slips.typing(ofNumber: value)
        ways += changed.sorted().map { [field: .number($0)] }
      case .sign where !isDate && value != 0:
        ways.append([field: .number(-value)])
      case .factor where !isDate && value != 0:
        for factor: Int64 in [10, 100] {
          if value % factor == 0 { ways.append([field: .number(value / factor)]) }
          let (product, isTooLarge) = value.multipliedReportingOverflow(by: factor)
          if !isTooLarge { ways.append([field: .number(product)]) }
        }
      case .dayMonth, .sign, .factor: break
      }
    }
    return ways
  }
}

extension FieldEdit.Kind {
  init(_ repair: DeductiveRepair) {
    self =
      switch repair {
      case .exchange: .exchange
      case .dayMonth: .dayMonth
      case .typing: .typing
      case .sign: .sign
      case .factor: .factor
      }
  }
}

/// Values that a slip of the keyboard turns into one another.
enum Slips {
  /// Day and month exchanged; nil when that is no other date.
  static func dayMonth(_ day: Int64) -> Int64? {
    guard let number = Int32(exactly: day) else { return nil }
    let (year, month, day) = CalendarDate(daysSinceEpoch: number).parts
    guard day != month, let changed = CalendarDate(year: year, month: day, day: month) else {
      return nil
    }
    return Int64(changed.daysSinceEpoch)
  }

  /// Numbers at restricted Damerau–Levenshtein distance one, of the same sign.
  static func typing(ofNumber value: Int64) -> Set<Int64> {
    let digits = Array(String(value.magnitude).utf8)
    var found: Set<Int64> = []
    func add(_ changed: [UInt8]) {
      if let number = Int64(String(decoding: changed, as: UTF8.self)), number != value.magnitude {
        found.insert(value < 0 ? -number : number)
      }
    }
    for changed in neighbours(digits, sameLength: false) where !changed.isEmpty { add(changed) }
    return found
  }

  /// Dates whose eight digits differ by one digit or by two neighbours exchanged.
  static func typing(ofDate day: Int64) -> Set<Int64> {
    guard let number = Int32(exactly: day) else { return [] }
    let text = CalendarDate(daysSinceEpoch: number).description.replacing("-", with: "")
    let digits = Array(text.utf8)
    guard digits.count == 8 else { return [] }
    var found: Set<Int64> = []
    for changed in neighbours(digits, sameLength: true) {
      func part(_ range: Range<Int>) -> String { String(decoding: changed[range], as: UTF8.self) }
      if let date = CalendarDate(iso: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))") {
        found.insert(Int64(date.daysSinceEpoch))
      }
    }
    found.remove(day)
    return found
  }

  private static func neighbours(_ digits: [UInt8], sameLength: Bool) -> [[UInt8]] {
    let all = Array(UInt8(ascii: "0")...UInt8(ascii: "9"))
    var found: [[UInt8]] = []
    for index in digits.indices {
      for digit in all where digit != digits[index] {
        var changed = digits
        changed[index] = digit
        found.append(changed)
      }
      if index + 1 < digits.count, digits[index] != digits[index + 1] {
        var changed = digits
        changed.swapAt(index, index + 1)
        found.append(changed)
      }
      guard !sameLength else { continue }
      var shorter = digits
      shorter.remove(at: index)
      found.append(shorter)
    }
    guard !sameLength else { return found }
    for index in 0...digits.count {
      for digit in all { found.append(Array(digits[..<index]) + [digit] + Array(digits[index...])) }
    }
    return found
  }
}
