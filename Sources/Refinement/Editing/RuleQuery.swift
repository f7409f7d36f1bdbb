import ChainPack
import Foundation
import InformationModel
import Warehouse

/// One SELECT that evaluates all rules of a contract over its rows, in one pass.
///
/// Rows are counted by delivery and outcome; a row that fails a rule that must hold, or one that knows a repair, comes by itself, with its
/// values. Each rule is one bit, so that an outcome is two numbers: the rules that failed, the rules that are unknown.
struct RuleQuery {
  let algebra: RuleAlgebra
  let contract: Contract
  /// Names in the engine of the files' states, by contract, and of reference tables.
  let states: [String: String]
  let referenceDate: CalendarDate

  static let failed = "_failed"
  static let unknown = "_unknown"

  /// Content columns whose gaps are counted.
  var contentColumns: [String] {
    Refinement.schema(of: contract).map(\.name).filter { !$0.hasPrefix("_") }
  }

  /// The place in the answer of a variable's value, and of the count of a column's values.
  static func valueColumn(_ index: Int) -> String { "v\(index)" }
  static func countColumn(_ index: Int) -> String { "n\(index)" }

  func select() -> String {
    let rules = algebra.rules.rules
    var inner = ["s.`_delivery`", "s.`_row`"]
    inner += contentColumns.enumerated().map {
      "s.\(quoted($0.element)) AS \(quoted("c\($0.offset)"))"
    }
    for (index, variable) in algebra.variables.enumerated() {
      inner.append("\(source(variable)) AS `\(Self.valueColumn(index))`")
    }
    var judged = ["q.*"]
    for (index, rule) in rules.enumerated() {
      judged.append("(\(condition(rule.condition))) AS `r\(index)`")
    }
    func mask(_ test: (Int) -> String) -> String {
      rules.indices.map {
        "CASE WHEN \(test($0)) THEN CAST(\(Int64(1) << Int64($0)) AS BIGINT) ELSE CAST(0 AS BIGINT) END"
      }.joined(separator: " + ")
    }
    let edited = rules.indices.filter {
      rules[$0].severity == .error || !rules[$0].repairs.isEmpty || rules[$0].flag != nil
    }
    let isEdited = edited.map { "j.`r\($0)` IS NOT DISTINCT FROM false" }.joined(separator: " OR ")
    var masked = ["j.*"]
    masked.append("\(mask { "NOT j.`r\($0)`" }) AS `\(Self.failed)`")
    masked.append("\(mask { "j.`r\($0)` IS NULL" }) AS `\(Self.unknown)`")
    masked.append("\(isEdited.isEmpty ? "false" : "(\(isEdited))") AS `_edit`")
    var outer = ["m.`_delivery`", "m.`\(Self.failed)`", "m.`\(Self.unknown)`"]
    var keys = outer
    func add(_ column: String) {
      outer.append("CASE WHEN m.`_edit` THEN m.`\(column)` END AS `\(column)`")
      keys.append("CASE WHEN m.`_edit` THEN m.`\(column)` END")
    }
    add("_row")
    for (index, variable) in algebra.variables.enumerated() {
      if case .year = variable.origin { continue }
      add(Self.valueColumn(index))
    }
    outer.append("CAST(count(*) AS BIGINT) AS `_rows`")
    for index in contentColumns.indices {
      outer.append("CAST(count(m.`c\(index)`) AS BIGINT) AS `\(Self.countColumn(index))`")
    }
    return """
      SELECT \(outer.joined(separator: ", "))
      FROM (SELECT \(masked.joined(separator: ", "))
        FROM (SELECT \(judged.joined(separator: ", "))
          FROM (SELECT \(inner.joined(separator: ", "))
            FROM \(quoted(state(of: contract.name))) s\(joins())) q) j) m
      GROUP BY \(keys.joined(separator: ", "))
      """
  }

  private func state(of contract: String) -> String { states[contract] ?? "state.\(contract)" }

  // MARK: Variables

  /// A variable's value as the rules read it: a moment as its day.
  private func source(_ variable: RuleAlgebra.Variable) -> String {
    switch variable.origin {
    case .field: return asDay("s.\(quoted(variable.name))", variable.isTimestamp)
    case .referenceDate: return Self.date(referenceDate)
    case .year(let date):
      guard let base = algebra.index(date) else { return "CAST(NULL AS BIGINT)" }
      return "CAST(p_year(\(source(algebra.variables[base]))) AS BIGINT)"
    case .related(let table, let column):
      let rows = algebra.rules.related.first { $0.name == table }
      // Nothing found is no rows, not an unknown number of them.
      if column == "rows", rows?.take != .one {
        return "coalesce(\(Self.alias(table)).`rows`, CAST(0 AS BIGINT))"
      }
      return "\(Self.alias(table)).\(quoted(column))"
    }
  }

  private func asDay(_ sql: String, _ isTimestamp: Bool) -> String {
    isTimestamp ? "p_date(\(sql))" : sql
  }

  private static func alias(_ table: String) -> String { quoted("related.\(table)") }

  private static func date(_ date: CalendarDate) -> String { "CAST('\(date)' AS DATE)" }

  // MARK: Related rows

  private func joins() -> String {
    algebra.rules.related.compactMap { rows -> String? in
      let columns = algebra.variables.filter {
        if case .related(let table, _) = $0.origin { table == rows.name } else { false }
      }
      guard !columns.isEmpty else { return nil }
      let on = rows.on.map {
        "s.\(quoted($0.field)) = \(Self.alias(rows.name)).\(quoted("on.\($0.column)"))"
      }.joined(separator: " AND ")
      switch rows.source {
      case .reference(let name):
        return
          "\nLEFT JOIN \(quoted(Self.reference(name))) \(Self.alias(rows.name)) ON "
          + rows.on.map {
            "s.\(quoted($0.field)) = \(Self.alias(rows.name)).\(quoted($0.column))"
          }.joined(separator: " AND ")
      case .file(let other):
        return "\nLEFT JOIN (\(found(rows, in: other, columns))) \(Self.alias(rows.name)) ON \(on)"
      case .next(let among, let order):
        let place = order.map { "n.\(quoted($0)) ASC NULLS LAST" }
        let window =
          "OVER (PARTITION BY \(among.map { "n.\(quoted($0))" }.joined(separator: ", ")) ORDER BY "
          + (place + ["n.`_delivery` ASC NULLS LAST", "n.`_row` ASC NULLS LAST"])
          .joined(separator: ", ") + ")"
        let taken = columns.map { variable in
          "lead(\(asDay("n.\(quoted(column(variable)))", variable.isTimestamp))) \(window) AS \(quoted(column(variable)))"
        }
        let isKnown = among.map { "n.\(quoted($0)) IS NOT NULL" }.joined(separator: " AND ")
        return """

          LEFT JOIN (SELECT n.`_delivery` AS `on._delivery`, n.`_row` AS `on._row`, \(taken.joined(separator: ", "))
            FROM \(quoted(state(of: contract.name))) n WHERE \(isKnown)) \(Self.alias(rows.name))
            ON s.`_delivery` = \(Self.alias(rows.name)).`on._delivery` AND s.`_row` = \(Self.alias(rows.name)).`on._row`
          """
      }
    }.joined()
  }

  private func column(_ variable: RuleAlgebra.Variable) -> String {
    if case .related(_, let column) = variable.origin { column } else { variable.name }
  }

  /// The rows of another file, one for each key.
  private func found(
    _ rows: RelatedRows, in other: String, _ columns: [RuleAlgebra.Variable]
  ) -> String {
    let keys = rows.on.map { "o.\(quoted($0.column))" }
    var select = rows.on.map { "o.\(quoted($0.column)) AS \(quoted("on.\($0.column)"))" }
    for variable in columns {
      let name = column(variable)
      let value = asDay("o.\(quoted(name))", variable.isTimestamp)
      let taken: String
      switch rows.take {
      case .one: taken = value
      case _ where name == "rows": taken = "CAST(count(*) AS BIGINT)"
      case .min: taken = "min(\(value))"
      case .max: taken = "max(\(value))"
      case .sum:
        if case .number(let scale) = variable.kind, scale > 0 {
          taken = "CAST(sum(\(value)) AS DECIMAL(18,\(scale)))"
        } else {
          taken = "CAST(sum(\(value)) AS BIGINT)"
        }
      }
      select.append("\(taken) AS \(quoted(name))")
    }
    var sql =
      "SELECT \(select.joined(separator: ", ")) FROM \(quoted(state(of: other))) o"
    if let condition = rows.condition {
      sql += " WHERE " + self.condition(condition) { name in ("o.\(quoted(name))", nil) }
    }
    if rows.take != .one { sql += " GROUP BY \(keys.joined(separator: ", "))" }
    return sql
  }

  static func reference(_ name: String) -> String { "rules.reference.\(name)" }

  // MARK: Conditions

  private func condition(_ expression: RuleExpression) -> String {
    condition(expression) { name in
      guard let index = algebra.index(name) else { return ("NULL", nil) }
      return ("q.`\(Self.valueColumn(index))`", algebra.variables[index])
    }
  }

  /// A condition as SQL; a variable is given by its SQL and, where its kind matters, its meaning.
  private func condition(
    _ expression: RuleExpression, _ variable: (String) -> (String, RuleAlgebra.Variable?)
  ) -> String {
    switch expression {
    case .all(let parts):
      return "(" + parts.map { condition($0, variable) }.joined(separator: " AND ") + ")"
    case .any(let parts):
      return "(" + parts.map { condition($0, variable) }.joined(separator: " OR ") + ")"
    case .not(let part): return "(NOT \(condition(part, variable)))"
    case .present(let name): return "(\(variable(name).0) IS NOT NULL)"
    case .within(let name, let values):
      let (sql, meaning) = variable(name)
      let isBoolean = meaning?.values == ["true", "false"]
      let list = values.map { isBoolean ? $0 : literal($0) }
      return "(\(sql) IN (\(list.joined(separator: ", "))))"
    case .linear(let form, let comparison): return linear(form, comparison, variable)
    }
  }

  private func linear(
    _ form: LinearForm, _ comparison: RuleExpression.Comparison,
    _ variable: (String) -> (String, RuleAlgebra.Variable?)
  ) -> String {
    func sql(_ comparison: RuleExpression.Comparison) -> String {
      comparison == .unequal ? "<>" : comparison.rawValue
    }
    let operands = form.terms.map { (term: $0, of: variable($0.variable)) }
    let dates = operands.filter { $0.of.1?.kind == .date }
    // The common shapes are compared as they stand, which engines do fastest.
    if operands.count == 2, dates.count == 2, form.constant == 0,
      operands[0].term.coefficient == -operands[1].term.coefficient
    {
      let (left, right) =
        operands[0].term.coefficient > 0 ? (operands[0], operands[1]) : (operands[1], operands[0])
      return "(\(left.of.0) \(sql(comparison)) \(right.of.0))"
    }
    if operands.count == 1, dates.count == 1, abs(form.terms[0].coefficient) == 1,
      let day = Int32(exactly: -form.constant * form.terms[0].coefficient)
    {
      let date = Self.date(CalendarDate(daysSinceEpoch: day))
      return form.terms[0].coefficient > 0
        ? "(\(operands[0].of.0) \(sql(comparison)) \(date))"
        : "(\(date) \(sql(comparison)) \(operands[0].of.0))"
    }
    let sum = operands.map { operand -> String in
      let value =
        operand.of.1?.kind == .date
        ? "p_days(CAST('1970-01-01' AS DATE), \(operand.of.0))" : operand.of.0
      return operand.term.coefficient == 1 ? value : "\(operand.term.coefficient) * \(value)"
    }
    return "(\(sum.joined(separator: " + ")) \(sql(comparison)) \(-form.constant))"
  }
}
