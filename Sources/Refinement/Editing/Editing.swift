import ChainPack
import Foundation
import InformationModel
import Warehouse

/// Editing between the known state and the uniform entities: rules are evaluated as sets, rows that fail a rule that must hold are edited,
/// and every edit is kept beside the raw value.
package struct Editing {
  let pack: ChainPack
  let engine: any Engine

  package init(pack: ChainPack, engine: any Engine) {
    self.pack = pack
    self.engine = engine
  }

  /// What editing did.
  package struct Outcome: Sendable {
    /// By contract: the name in the engine of its rows after editing.
    package var states: [String: String]
    /// By contract with rules: rows that failed a rule that must hold, edits, and rows that could not be edited.
    package var summaries: [(contract: String, failing: Int, edits: Int, unresolved: Int)]
    /// Names in braces and in the engine of what editing adds; empty without rules.
    package var relations: [String: String]

    /// Nothing is edited.
    package static func none(_ states: [String: String]) -> Outcome {
      Outcome(states: states, summaries: [], relations: [:])
    }
  }

  package static let editsName = "quality.edits"
  package static let scoresName = "quality.scores"

  /// Edits the states of all contracts that have rules.
  package func edit(_ state: KnownState, states: [String: String]) throws -> Outcome {
    guard !pack.rules.isEmpty else { return .none(states) }
    let states = try hold(states)
    var outcome = Outcome(
      states: states, summaries: [],
      relations: [Self.editsName: Self.editsName, Self.scoresName: Self.scoresName])
    try defineReferences()
    var edits = EditTable()
    var scores: [QualityScore] = []
    for rules in pack.rules {
      guard let contract = pack.contract(rules.contract), states[contract.name] != nil else {
        continue
      }
      let run = ContractEditing(
        rules: rules, contract: contract, pack: pack, states: states, state: state)
      let result = try run.run(engine)
      outcome.summaries.append(
        (contract.name, result.failing, result.edits.rowCount, result.unresolved))
      scores += result.scores
      edits.append(result.edits)
    }
    try edits.load(engine, as: Self.editsName)
    try QualityScore.load(scores, engine, as: Self.scoresName)
    for rules in pack.rules {
      guard let contract = pack.contract(rules.contract), let relation = states[contract.name]
      else { continue }
      let fields = edits.changedFields(of: contract.name)
      guard !fields.isEmpty else { continue }
      outcome.states[contract.name] = try defineEdited(contract, relation, fields)
    }
    return outcome
  }

  /// Keeps the rows that rules read: the version of each key that holds is sought once, for the rules of this file, those of files that look
  /// it up, and the entities.
  private func hold(_ states: [String: String]) throws -> [String: String] {
    var held = states
    let read = pack.rules.flatMap { rules in
      [rules.contract]
        + rules.related.compactMap { if case .file(let name) = $0.source { name } else { nil } }
    }
    for name in Set(read).sorted() {
      guard let contract = pack.contract(name), let relation = states[name] else { continue }
      let columns = Refinement.schema(of: contract).map { quoted($0.name) }
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted("held.\(name)")) AS "
          + "SELECT \(columns.joined(separator: ", ")) FROM \(quoted(relation))")
      held[name] = "held.\(name)"
    }
    return held
  }

  /// A reference table with columns of dates as dates.
  private func defineReferences() throws {
    var needed: [String: Set<String>] = [:]
    for rules in pack.rules {
      for rows in rules.related {
        guard case .reference(let name) = rows.source else { continue }
        let dates = rules.variables.compactMap { variable -> String? in
          guard case .related(rows.name, let column) = variable.origin, variable.kind == .date
          else { return nil }
          return column
        }
        needed[name, default: []].formUnion(dates)
      }
    }
    for (name, dates) in needed.sorted(by: { $0.key < $1.key }) {
      guard let table = pack.references[name], !table.rows.isEmpty else { continue }
      let rows = table.rows.map { row in
        let cells = zip(table.header, row).map { column, value in
          value.isEmpty
            ? "CAST(NULL AS \(dates.contains(column) ? "DATE" : "VARCHAR"))"
            : dates.contains(column) ? "CAST(\(literal(value)) AS DATE)" : literal(value)
        }
        return "(" + cells.joined(separator: ", ") + ")"
      }
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted(RuleQuery.reference(name))) AS SELECT * FROM (VALUES "
          + rows.joined(separator: ", ")
          + ") r (\(table.header.map(quoted).joined(separator: ", ")))")
    }
  }

  /// The state of a contract with the edits in the place of the raw values.
  private func defineEdited(
    _ contract: Contract, _ relation: String, _ fields: [String]
  ) throws -> String {
    let types = Dictionary(
      Refinement.schema(of: contract).map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
    var wide = ["`delivery`", "`row`"]
    for (index, field) in fields.enumerated() {
      let type = types[field] ?? "VARCHAR"
      wide.append(
        "max(CASE WHEN `field` = \(literal(field)) THEN CAST(`new` AS \(type)) END) AS `v\(index)`")
      wide.append("max(CASE WHEN `field` = \(literal(field)) THEN 1 ELSE 0 END) AS `e\(index)`")
    }
    let edits = "edits.\(contract.name)"
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE \(quoted(edits)) AS SELECT \(wide.joined(separator: ", ")) "
        + "FROM \(quoted(Self.editsName)) WHERE `contract` = \(literal(contract.name)) "
        + "AND `kind` NOT IN ('missing', 'flagged') GROUP BY `delivery`, `row`")
    let columns = Refinement.schema(of: contract).map { column in
      guard let index = fields.firstIndex(of: column.name) else {
        return "s.\(quoted(column.name))"
      }
      return
        "CASE WHEN e.`e\(index)` = 1 THEN e.`v\(index)` ELSE s.\(quoted(column.name)) END AS \(quoted(column.name))"
    }
    let name = "edited.\(contract.name)"
    try engine.execute(
      "CREATE OR REPLACE TEMP VIEW \(quoted(name)) AS SELECT \(columns.joined(separator: ", ")) "
        + "FROM \(quoted(relation)) s LEFT JOIN \(quoted(edits)) e "
        + "ON s.`_delivery` = e.`delivery` AND s.`_row` = e.`row`")
    return name
  }
}

/// One contract's rules over its rows.
private struct ContractEditing {
  let rules: EditRules
  let contract: Contract
  let algebra: RuleAlgebra
  let states: [String: String]
  let state: KnownState

  init(
    rules: EditRules, contract: Contract, pack: ChainPack, states: [String: String],
    state: KnownState
  ) {
    self.rules = rules
    self.contract = contract
    algebra = RuleAlgebra(rules, pack: pack)
    self.states = states
    self.state = state
  }

  struct Result {
    var edits = EditTable()
    var scores: [QualityScore] = []
    var failing = 0
    var unresolved = 0
  }

  func run(_ engine: any Engine) throws -> Result {
    let query = RuleQuery(
      algebra: algebra, contract: contract, states: states, referenceDate: state.referenceDate)
    let answer: QueryAnswer
    do {
      answer = try engine.query(query.select())
    } catch let error as EngineError {
      throw EngineError(step: rules.source, message: error.message)
    }
    let deliveries = answer.texts("_delivery")
    let failed = answer.integers(RuleQuery.failed)
    let unknown = answer.integers(RuleQuery.unknown)
    let counts = answer.integers("_rows")
    let numbers = answer.integers("_row")
    let content = query.contentColumns
    let present = content.indices.map { answer.integers(RuleQuery.countColumn($0)) }
    var tallies: [String: DeliveryTally] = [:]
    var result = Result()
    for row in 0..<answer.rowCount {
      guard let delivery = deliveries[row], let count = counts[row] else { continue }
      var tally =
        tallies[delivery] ?? DeliveryTally(rules: rules.rules.count, columns: content.count)
      tally.add(count, failed: failed[row] ?? 0, unknown: unknown[row] ?? 0)
      for column in content.indices { tally.present[column] += present[column][row] ?? 0 }
      tallies[delivery] = tally
    }
    try edit(answer, deliveries, numbers, content, &tallies, &result)
    for delivery in state.deliveries {
      guard let tally = tallies[delivery.id] else { continue }
      result.scores += tally.scores(rules: rules, contract: contract, columns: content, delivery)
    }
    return result
  }

  /// Edits the rows that came by themselves.
  private func edit(
    _ answer: QueryAnswer, _ deliveries: [String?], _ numbers: [Int64?], _ content: [String],
    _ tallies: inout [String: DeliveryTally], _ result: inout Result
  ) throws {
    let failing = numbers.indices.filter { numbers[$0] != nil }
    result.failing = failing.count
    guard !failing.isEmpty else { return }
    let values = algebra.variables.indices.map { index in
      Self.values(answer.column(RuleQuery.valueColumn(index)))
    }
    let editing = RowEditing(algebra)
    // Rows that are equal in all that the rules read are edited alike.
    var known: [[RuleValue?]: [FieldEdit]?] = [:]
    let order = failing.sorted {
      (deliveries[$0] ?? "", numbers[$0] ?? 0) < (deliveries[$1] ?? "", numbers[$1] ?? 0)
    }
    for row in order {
      guard let delivery = deliveries[row], let number = numbers[row] else { continue }
      let pattern = values.map { $0.map { $0[row] } ?? nil }
      let edits: [FieldEdit]?
      if let found = known[pattern] {
        edits = found
      } else {
        edits = editing.edit(pattern)
        known[pattern] = .some(edits)
      }
      guard let edits else {
        result.unresolved += 1
        continue
      }
      for edit in edits {
        result.edits.append(
          contract: contract.name, delivery: delivery, row: number, edit,
          kind: algebra.index(edit.field).map { algebra.variables[$0].kind })
        if edit.kind.changesValue, let column = content.firstIndex(of: edit.field) {
          tallies[delivery]?.invalid[column] += 1
          if edit.new != nil { tallies[delivery]?.edited[column] += 1 }
        }
      }
    }
  }

  /// One column of the answer as values of the rules; nil when the answer lacks it.
  private static func values(_ column: QueryAnswer.Column?) -> [RuleValue?]? {
    switch column {
    case .integers(let values): values.map { $0.map(RuleValue.number) }
    case .decimals(let values, _): values.map { $0.map(RuleValue.number) }
    case .dates(let values): values.map { $0.map { .number(Int64($0)) } }
    case .texts(let values): values.map { $0.map(RuleValue.category) }
    case .booleans(let values): values.map { $0.map { .category($0 ? "true" : "false") } }
    case .doubles, .timestamps, nil: nil
    }
  }
}

/// Edits as columns, ready for the engine.
struct EditTable {
  private static let textNames = [
    "contract", "delivery", "field", "rule", "kind", "raw", "new",
  ]
  private var texts: [[String?]] = Array(repeating: [], count: textNames.count)
  private var rows: [Int64] = []

  /// All columns, in order.
  static var names: [String] { textNames.prefix(2) + ["row"] + textNames.dropFirst(2) }

  var rowCount: Int { rows.count }

  mutating func append(
    contract: String, delivery: String, row: Int64, _ edit: FieldEdit, kind: RuleVariable.Kind?
  ) {
    let values = [
      contract, delivery, edit.field, edit.rule, edit.kind.rawValue,
      edit.raw.map { Self.text($0, kind) }, edit.new.map { Self.text($0, kind) },
    ]
    for (index, value) in values.enumerated() { texts[index].append(value) }
    rows.append(row)
  }

  mutating func append(_ other: EditTable) {
    for index in texts.indices { texts[index] += other.texts[index] }
    rows += other.rows
  }

  /// The fields of a contract with an edit that changes the value.
  func changedFields(of contract: String) -> [String] {
    Set(
      rows.indices.compactMap { row -> String? in
        texts[0][row] == contract
          && FieldEdit.Kind(rawValue: texts[4][row] ?? "")?.changesValue ?? false
          ? texts[2][row] : nil
      }
    ).sorted()
  }

  func load(_ engine: any Engine, as name: String) throws {
    var columns = zip(Self.textNames, texts).map { ContentTable.Column(name: $0, texts: $1) }
    columns.insert(ContentTable.Column(name: "row", integers: rows), at: 2)
    try engine.load(
      ContentTable(columns: columns, rows: rows.indices.map { Int32($0) }), as: name)
  }

  /// As the engine casts it back.
  private static func text(_ value: RuleValue, _ kind: RuleVariable.Kind?) -> String {
    switch (value, kind) {
    case (.category(let text), _): return text
    case (.number(let day), .date):
      return CalendarDate(daysSinceEpoch: Int32(clamping: day)).description
    case (.number(let number), .number(let scale)) where scale > 0:
      let digits = String(number.magnitude)
      let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
      return (number < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    case (.number(let number), _): return String(number)
    }
  }
}

extension ContentTable.Column {
  /// A column of texts, each distinct one held once.
  init(name: String, texts: [String?]) {
    var places: [String: UInt32] = [:]
    var values = ByteStrings()
    values.append([])
    var isNull = [true]
    let codes = texts.map { text -> UInt32 in
      guard let text else { return 0 }
      if let place = places[text] { return place }
      let place = UInt32(values.count)
      places[text] = place
      values.append(text.utf8)
      isNull.append(false)
      return place
    }
    self.init(name: name, codes: codes, values: .texts(values), isNull: isNull)
  }

  init(name: String, integers: [Int64]) {
    self.init(
      name: name, codes: integers.indices.map { UInt32($0) }, values: .integers(integers),
      isNull: Array(repeating: false, count: integers.count))
  }
}
