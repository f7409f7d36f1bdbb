import ChainPack
import InformationModel
import Warehouse

/// How the rows of one delivery fare under one rule, or how one of their columns is filled.
package struct QualityScore: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Codable {
    case rule, column
  }

  package var organisation: String
  package var contract: String
  package var delivery: String
  package var period: String
  /// The delivery's own reference date.
  package var referenceDate: CalendarDate
  package var kind: Kind
  /// Id of the rule, or name of the column.
  package var name: String
  /// Rows of the delivery that are known, in their last version.
  package var rows: Int
  /// Of a rule: rows that meet it, break it, or lack a value that it needs.
  package var passed: Int
  package var failed: Int
  package var unknown: Int
  /// Of a column: rows without a value, before editing.
  package var missing: Int
  /// Values that the rules hold to be wrong; of those, the ones that got another value.
  package var invalid: Int
  package var edited: Int

  private static let texts: [(String, any KeyPath<QualityScore, String> & Sendable)] = [
    ("organisation", \.organisation), ("contract", \.contract), ("delivery", \.delivery),
    ("period", \.period), ("name", \.name),
  ]
  private static let numbers: [(String, any WritableKeyPath<QualityScore, Int> & Sendable)] = [
    ("rows", \.rows), ("passed", \.passed), ("failed", \.failed), ("unknown", \.unknown),
    ("missing", \.missing), ("invalid", \.invalid), ("edited", \.edited),
  ]

  /// All columns, in order.
  static var names: [String] {
    texts.prefix(4).map(\.0) + ["reference_date", "kind", "name"] + numbers.map(\.0)
  }

  static func load(_ scores: [QualityScore], _ engine: any Engine, as name: String) throws {
    var columns = texts.map { name, path in
      ContentTable.Column(name: name, texts: scores.map { $0[keyPath: path] })
    }
    columns.insert(
      ContentTable.Column(
        name: "reference_date", codes: scores.indices.map { UInt32($0) },
        values: .dates(scores.map(\.referenceDate.daysSinceEpoch)),
        isNull: Array(repeating: false, count: scores.count)), at: 4)
    columns.insert(
      ContentTable.Column(name: "kind", texts: scores.map(\.kind.rawValue)), at: 5)
    columns += numbers.map { name, path in
      ContentTable.Column(name: name, integers: scores.map { Int64($0[keyPath: path]) })
    }
    try engine.load(
      ContentTable(columns: columns, rows: scores.indices.map { Int32($0) }), as: name)
  }

  /// Reads the scores of a snapshot, in order of contract, kind, name and delivery.
  package static func read(_ snapshot: FrozenSnapshot, _ engine: any Engine) throws
    -> [QualityScore]
  {
    guard let file = snapshot.file(of: Editing.scoresName) else { return [] }
    try engine.define("frozen.scores", as: [LakeFile(file)], columns: [])
    let answer = try engine.query(
      "SELECT * FROM `frozen.scores` ORDER BY `contract`, `kind` DESC, `name`, `reference_date`, `delivery`"
    )
    let columns = Dictionary(
      uniqueKeysWithValues: texts.map { ($0.0, answer.texts($0.0)) })
    let counts = numbers.map { answer.integers($0.0) }
    let kinds = answer.texts("kind")
    guard case .dates(let dates) = answer.column("reference_date") else { return [] }
    return (0..<answer.rowCount).map { row in
      func text(_ name: String) -> String { columns[name]?[row] ?? "" }
      var score = QualityScore(
        organisation: text("organisation"), contract: text("contract"),
        delivery: text("delivery"), period: text("period"),
        referenceDate: CalendarDate(daysSinceEpoch: dates[row] ?? 0),
        kind: kinds[row].flatMap(Kind.init) ?? .rule, name: text("name"), rows: 0, passed: 0,
        failed: 0, unknown: 0, missing: 0, invalid: 0, edited: 0)
      for (number, (_, path)) in numbers.enumerated() {
        score[keyPath: path] = Int(counts[number][row] ?? 0)
      }
      return score
    }
  }
}

/// What is counted of one delivery's rows.
struct DeliveryTally {
  var rows: Int64 = 0
  var failed: [Int64]
  var unknown: [Int64]
  var present: [Int64]
  var invalid: [Int64]
  var edited: [Int64]

  init(rules: Int, columns: Int) {
    failed = Array(repeating: 0, count: rules)
    unknown = failed
    present = Array(repeating: 0, count: columns)
    invalid = present
    edited = present
  }

  /// Adds rows of one outcome: bit *i* says how rule *i* came out.
  mutating func add(_ count: Int64, failed failures: Int64, unknown gaps: Int64) {
    rows += count
    for rule in failed.indices {
      if failures >> Int64(rule) & 1 == 1 { failed[rule] += count }
      if gaps >> Int64(rule) & 1 == 1 { unknown[rule] += count }
    }
  }

  func scores(
    rules: EditRules, contract: Contract, columns: [String], _ delivery: Catalogue.Delivery
  ) -> [QualityScore] {
    let empty = QualityScore(
      organisation: contract.organisation, contract: contract.name, delivery: delivery.id,
      period: delivery.period, referenceDate: delivery.referenceDate, kind: .rule, name: "",
      rows: Int(rows), passed: 0, failed: 0, unknown: 0, missing: 0, invalid: 0, edited: 0)
    let ofRules = rules.rules.indices.map { index in
      var score = empty
      score.name = rules.rules[index].id
      score.failed = Int(failed[index])
      score.unknown = Int(unknown[index])
      score.passed = Int(rows - failed[index] - unknown[index])
      return score
    }
    let ofColumns = columns.indices.map { index in
      var score = empty
      score.kind = .column
      score.name = columns[index]
      score.missing = Int(rows - present[index])
      score.invalid = Int(invalid[index])
      score.edited = Int(edited[index])
      return score
    }
    return ofRules + ofColumns
  }
}
