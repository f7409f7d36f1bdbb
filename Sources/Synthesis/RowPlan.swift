import ChainPack
import InformationModel
import Warehouse

/// Decides in SQL which version of which row goes into which delivery, and which rows come late,
/// double, wrong or for nothing.
struct RowPlan {
  let contract: Contract
  let calendar: DeliveryCalendar
  let faults: [Fault]

  static let base = "synthesis_base"
  static let plan = "synthesis_plan"

  /// The columns of the contract that the file's SELECT gives.
  var selected: [(index: Int, column: Contract.Column)] {
    contract.columns.enumerated().compactMap { index, column in
      let isMutation =
        column.name == contract.mutation?.column
        || column.name == contract.mutation?.at
      return isMutation ? nil : (index, column)
    }
  }

  private var keys: [Contract.Column] { contract.key.compactMap(contract.column) }

  static func sqlType(_ type: Contract.ColumnType) -> String {
    switch type {
    case .text: "VARCHAR"
    case .integer: "BIGINT"
    case .decimal(let scale): "DECIMAL(18,\(scale))"
    case .date, .partialdate: "DATE"
    case .timestamp: "TIMESTAMP"
    case .boolean: "BOOLEAN"
    }
  }

  // MARK: The rows with true values

  /// Makes the table of all versions of all rows.
  func baseStatement(select: String) -> String {
    let typed = selected.map {
      "CAST(\(quoted($0.column.name)) AS \(Self.sqlType($0.column.type))) "
        + "AS \(quoted($0.column.name))"
    }
    let identity =
      contract.key.isEmpty
      ? ["`_id`", "`_known`"] + selected.map { quoted($0.column.name) }
      : keys.map {
        quoted($0.name)
      }
    let conditions = faults.compactMap { fault -> String? in
      guard let bit = fault.conditionBit, let condition = fault.plan.condition else { return nil }
      return "CASE WHEN (\(condition)) THEN CAST(\(1 << bit) AS BIGINT) ELSE 0 END"
    }
    let flags =
      conditions.isEmpty ? "CAST(0 AS BIGINT)" : conditions.joined(separator: " + ")
    return """
      CREATE OR REPLACE TEMP TABLE `\(Self.base)` AS
      SELECT t.*, row_identity(\(Self.joined(identity))) AS `_key`,
        \(flags) AS `_flags`
      FROM (
        SELECT CAST(`_id` AS BIGINT) AS `_id`, CAST(`_person` AS BIGINT) AS `_person`,
          CAST(`_known` AS DATE) AS `_known`, \(typed.joined(separator: ", "))
        FROM (\(select)
        ) s
      ) t
      WHERE t.`_known` IS NOT NULL
      """
  }

  /// Values as one text in which no two rows look alike.
  private static func joined(_ columns: [String]) -> String {
    let texts = columns.map { "coalesce(CAST(\($0) AS VARCHAR), chr(30))" }
    return "concat_ws(chr(31), \(texts.joined(separator: ", ")))"
  }

  /// Counts versions that have the key and the day of another version.
  var tieQuery: String {
    """
    SELECT (SELECT count(*) FROM `\(Self.base)`)
      - (SELECT count(*) FROM (SELECT 1 FROM `\(Self.base)` GROUP BY `_key`, `_known`)) AS ties
    """
  }

  // MARK: The deliveries

  private func draw(_ fault: Fault, _ what: String = "") -> String {
    "draw(\(literal(fault.stream + what)), k)"
  }

  private func happens(_ fault: Fault, flags: String = "flags") -> String {
    let decided = "\(draw(fault)) < \(fault.rate)"
    return fault.conditionBit.map { "(\(decided) AND (\(flags) >> \($0)) & 1 = 1)" } ?? decided
  }

  /// Faults that can happen: a lone period has no later one.
  private func faults(_ kind: Fault.Kind) -> [Fault] {
    let needsLaterPeriod = kind == .late || kind == .correction
    return needsLaterPeriod && calendar.months == 0 ? [] : faults.filter { $0.kind == kind }
  }

  private func choice(_ faults: [Fault], flags: String, else other: String, then: (Fault) -> String)
    -> String
  {
    guard !faults.isEmpty else { return "CAST(\(other) AS INTEGER)" }
    let cases = faults.map { "WHEN \(happens($0, flags: flags)) THEN \(then($0))" }
    return "CAST(CASE \(cases.joined(separator: " ")) ELSE \(other) END AS INTEGER)"
  }

  /// Makes the table of what is delivered: which row, in which period, as what.
  ///
  /// `mutation` is 0 new, 1 changed, 2 withdrawn; `extra` the fault that makes a row under a new
  /// key, `number` the new key's number; `wrong` the fault by which one value is not yet right;
  /// `late` the fault that held the record up, by `shift` periods. A record that is late beyond the
  /// last delivery has a period behind it, for the books alone.
  func planStatement(hasTies: Bool) -> String {
    let start = "make_date(\(calendar.fromYear), 1, 1)"
    let last = calendar.slots.count - 1
    let late = faults(.late)
    let corrections = faults(.correction)
    let all = selected.map { quoted($0.column.name) } + ["`_id`"]
    let tie = hasTies ? "row_identity(\(Self.joined(all)))" : "CAST(0 AS BIGINT)"
    let shift = choice(late, flags: "key_flags", else: "0") {
      "1 + CAST(floor(\(draw($0, "/periods")) * 4) AS INTEGER)"
    }
    let lateNumber = choice(late, flags: "key_flags", else: "-1") { "\($0.number)" }
    let wrong = choice(corrections, flags: "flags", else: "-1") { "\($0.number)" }
    // The greatest of NULL and a day would be that day.
    func moved(_ day: String) -> String {
      "CASE WHEN shift > 0 AND \(day) IS NOT NULL "
        + "THEN greatest(\(day), \(later("first_known", "shift"))) ELSE \(day) END"
    }
    let versions = contract.key.isEmpty ? "r" : "k"
    var parts = [
      """
      SELECT r, period, known, CASE WHEN is_first THEN 0 ELSE 1 END AS mutation, -1 AS extra,
        CAST(-1 AS BIGINT) AS number, wrong, CASE WHEN is_first THEN late ELSE -1 END AS late, shift
      FROM delivered
      WHERE period <= \(last)
        OR (is_first AND late >= 0 AND \(calendar.index(of: "true_first")) <= \(last))
      """
    ]
    if !corrections.isEmpty {
      parts.append(
        """
        SELECT r, period + 1, \(later("known", "1")), 1, -1, CAST(-1 AS BIGINT), -1, -1, 0
        FROM delivered
        WHERE wrong >= 0 AND period < \(last)
          AND (next_period IS NULL OR next_period > period + 1)
        """)
    }
    let newKeys = faults(.nearDuplicate) + faults(.secondRegistration) + faults(.withdrawn)
    let chosen = newKeys.map { fault in
      // A withdrawn row has one version; the others live on beside the true one.
      let first = fault.kind == .withdrawn ? " AND is_first" : ""
      return "SELECT \(fault.number) AS extra, * FROM delivered WHERE period <= \(last)\(first) "
        + "AND \(happens(fault, flags: fault.kind == .withdrawn ? "flags" : "key_flags"))"
    }
    if !chosen.isEmpty {
      parts.append(
        """
        SELECT e.r, e.period, e.known, CASE WHEN e.is_first THEN 0 ELSE 1 END, e.extra, n.number,
          -1, -1, 0
        FROM extras e JOIN numbered n ON n.extra = e.extra AND n.k = e.k
        """)
      let withdrawn = newKeys.filter { $0.kind == .withdrawn }
      if !withdrawn.isEmpty, calendar.months > 0 {
        let numbers = withdrawn.map { "\($0.number)" }.joined(separator: ", ")
        parts.append(
          """
          SELECT e.r, e.period + 1, \(later("e.known", "1")), 2, e.extra, n.number, -1, -1, 0
          FROM extras e JOIN numbered n ON n.extra = e.extra AND n.k = e.k
          WHERE e.extra IN (\(numbers)) AND e.period < \(last)
          """)
      }
    }
    let extras =
      chosen.isEmpty
      ? ""
      : """
      , extras AS (\(chosen.joined(separator: " UNION ALL ")))
      , numbered AS (
        SELECT extra, k, row_number() OVER (ORDER BY extra, k) - 1 AS number
        FROM (SELECT DISTINCT extra, k FROM extras)
      )
      """
    return """
      CREATE OR REPLACE TEMP TABLE `\(Self.plan)` AS
      WITH narrow AS (
        SELECT rowid AS r, `_key` AS k, `_known` AS known, `_flags` AS flags, \(tie) AS tie
        FROM `\(Self.base)`
      ), keyed AS (
        SELECT *, min(known) OVER (PARTITION BY \(versions)) AS first_known,
          bit_or(flags) OVER (PARTITION BY \(versions)) AS key_flags,
          lead(known) OVER (PARTITION BY \(versions) ORDER BY known, tie) AS next_known
        FROM narrow
      ), chosen AS (
        SELECT *, CASE WHEN first_known >= \(start) THEN \(shift) ELSE 0 END AS shift FROM keyed
      ), moved AS (
        SELECT r, k, flags, key_flags, shift, \(moved("known")) AS known,
          \(moved("next_known")) AS next_known, \(moved("first_known")) AS first_known,
          first_known AS true_first
        FROM chosen
      ), dated AS (
        SELECT *, \(calendar.index(of: "known")) AS period,
          CASE WHEN next_known IS NOT NULL THEN \(calendar.index(of: "next_known")) END
            AS next_period,
          \(calendar.index(of: "first_known")) AS first_period
        FROM moved
      ), delivered AS MATERIALIZED (
        SELECT *, period = first_period AS is_first,
          CASE WHEN shift > 0 THEN \(lateNumber) ELSE -1 END AS late,
          CASE WHEN period = first_period THEN \(wrong) ELSE -1 END AS wrong
        FROM dated WHERE next_period IS NULL OR next_period > period
      )\(extras)
      \(parts.joined(separator: "\nUNION ALL\n"))
      """
  }

  private func later(_ day: String, _ periods: String) -> String {
    "CAST(\(day) + to_months(CAST(\(periods) * \(calendar.months) AS INTEGER)) AS DATE)"
  }

  /// Columns of `rowQuery` that stand before those of the contract.
  enum Lead: Int, CaseIterable {
    case period
    case known
    case mutation
    case extra
    case number
    case wrong
    case late
    case shift
    case key
    case id
    case person
    case flags
  }

  /// All rows in the order in which they are written: by delivery, by file, by key, rows under a new
  /// key last.
  var rowQuery: String {
    let columns = selected.map { "b.\(quoted($0.column.name))" }
    let file = contract.partColumn.map { "b.\(quoted($0.name)), " } ?? ""
    let order =
      contract.key.isEmpty
      ? ["b.`_known`", "b.`_id`", "b.`_key`"]
      : keys.map {
        "b.\(quoted($0.name)) NULLS LAST"
      }
    return """
      SELECT p.period, p.known, CAST(p.mutation AS INTEGER), CAST(p.extra AS INTEGER), p.number,
        CAST(p.wrong AS INTEGER), CAST(p.late AS INTEGER), CAST(p.shift AS INTEGER), b.`_key`,
        b.`_id`, b.`_person`, b.`_flags`, \(columns.joined(separator: ", "))
      FROM `\(Self.plan)` p JOIN `\(Self.base)` b ON b.rowid = p.r
      ORDER BY p.period, \(file)p.extra >= 0, \(order.joined(separator: ", ")), p.extra, p.number
      """
  }

  /// Values of a column for faults that take another row's value, with the persons they are of.
  func poolQuery(column: Contract.Column, stream: String) -> String {
    let name = quoted(column.name)
    return """
      SELECT `_person`, \(name) FROM `\(Self.base)` WHERE \(name) IS NOT NULL
      ORDER BY draw(\(literal(stream)), `_key`), `_known`, \(name) LIMIT 2048
      """
  }
}
