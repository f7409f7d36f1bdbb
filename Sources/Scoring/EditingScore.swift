import ChainPack
import Foundation
import InformationModel
import Refinement
import Warehouse

/// What the pipeline made of the faults that were put into made-up deliveries: `docs/methods/scoring.md`.
package struct EditingScore: Sendable, Hashable, Codable {
  /// Scores of the faults with one code and one expected action.
  package struct Line: Sendable, Hashable, Codable {
    package var code: String
    package var expected: String
    /// Entries of the ledger that the snapshot could know.
    package var faults: Int
    /// Of these, entries that anything was noticed of.
    package var noticed: Int
    /// Of these, entries that were dealt with as expected.
    package var handled: Int
    /// handled / faults.
    package var recall: Double?
    /// Rows without any fault in which the findings that notice this code were made too.
    package var falseAlarms: Int
    /// Noticed rows among all rows with such a finding; nil when findings notice none.
    package var precision: Double?
    /// Not counted: rows of a delivery that is not there, rows that another version stands for on the
    /// reference date where it is editing or linkage that answers, and corrections that are not there yet.
    package var outside: Int
    /// Numbers of which no other row shows what they should have become; counted by what can be seen.
    package var unverified: Int
  }

  /// Findings of one rule.
  package struct Rule: Sendable, Hashable, Codable {
    package var contract: String
    package var rule: String
    package var rows: Int
    /// Of these, rows that no fault was put into.
    package var rowsWithoutFault: Int
  }

  /// Rows that were delivered twice.
  package struct Duplicates: Sendable, Hashable, Codable {
    package var faults: Int
    package var removed: Int
    package var removedShare: Double?
    /// Rows that were taken for a duplicate and are none.
    package var wronglyRemoved: Int
    /// Of all rows.
    package var wronglyRemovedShare: Double?
  }

  /// Names and numbers that stood in free text.
  package struct FreeText: Sendable, Hashable, Codable {
    package var faults: Int
    /// Of these, texts that are found in no file of content, snapshots, publications and reports.
    package var caught: Int
    /// Where the others are: names of folders, never the text.
    package var places: [String]
  }

  /// Bad deliveries.
  package struct Deliveries: Sendable, Hashable, Codable {
    package var code: String
    package var faults: Int
    package var refused: Int
  }

  package var snapshot = ""
  /// Rows of accepted deliveries that were known on the reference date.
  package var rows: Int
  package var rowsWithFault: Int
  /// Rows that a finding of at least a warning, or an edit, names though no fault was put into them.
  package var wronglyFlaggedRows: Int
  package var wronglyFlaggedShare: Double?
  /// By code.
  package var lines: [Line]
  /// Most rows without a fault first.
  package var rules: [Rule]
  package var duplicates: Duplicates
  package var freeText: FreeText
  package var deliveries: [Deliveries]

  /// Compares what became of the deliveries with the ledger of faults.
  ///
  /// - Throws: `ScoringError` when the pack has no faults, or the truth is not whole.
  package static func measure(_ scored: ScoredWorkspace, truth folder: URL) throws -> EditingScore {
    let truth = scored.truth(folder)
    try truth.loadRows()
    try truth.loadFaults()
    return try EditingOutcome(scored).score()
  }
}

/// Brings together, fault by fault, what the workspace holds about it.
private struct EditingOutcome {
  let scored: ScoredWorkspace
  let engine: DuckDBEngine
  /// What each code of the ledger does to a delivery.
  let kinds: [String: Set<String>]
  let state: KnownState

  init(_ scored: ScoredWorkspace) throws {
    self.scored = scored
    engine = scored.engine
    guard let plan = scored.pack.synthesis else {
      throw ScoringError(
        "the pack \(scored.pack.description.id) makes up nothing and has no faults")
    }
    var kinds: [String: Set<String>] = [:]
    for fault in plan.faults { kinds[fault.code, default: []].insert(fault.kind) }
    self.kinds = kinds
    state = try scored.knownState()
  }

  func score() throws -> EditingScore {
    try loadDeliveries()
    try loadRows()
    try loadFindings()
    try loadEdits()
    try loadLinks()
    try judgeNotations()
    let leaks = try freeText()
    try judge()
    let rows = try number("SELECT count(*) AS `n` FROM `score.delivered`")
    let faulty = try number(
      "SELECT count(*) AS `n` FROM `score.delivered` SEMI JOIN `score.faulty` USING (`contract`, `delivery`, `row`)"
    )
    let flagged = try number(
      """
      SELECT count(*) AS `n` FROM (
        SELECT `contract`, `delivery`, `row` FROM `score.notice` ANTI JOIN `score.faulty` USING (`contract`, `delivery`, `row`)
        GROUP BY 1, 2, 3)
      """)
    return EditingScore(
      snapshot: scored.snapshot.id, rows: rows, rowsWithFault: faulty,
      wronglyFlaggedRows: flagged,
      wronglyFlaggedShare: Agreement.share(flagged, of: rows - faulty), lines: try lines(),
      rules: try rules(), duplicates: try duplicates(rows: rows), freeText: leaks,
      deliveries: try deliveries())
  }

  private func number(_ sql: String) throws -> Int {
    try engine.query(sql).integers("n").first?.map { Int($0) } ?? 0
  }

  /// The codes of the ledger whose kind is one of these, as a list in brackets that is never empty.
  private func codes(_ wanted: String...) -> String {
    let found = kinds.filter { !$0.value.isDisjoint(with: wanted) }.keys.sorted()
    return "(\((found.isEmpty ? [""] : found).map(literal).joined(separator: ", ")))"
  }

  // MARK: What the workspace holds

  /// `score.accepted`: every delivery of the catalogue, whether it was known, and its place in order.
  private func loadDeliveries() throws {
    let known = Set(state.deliveries.map(\.id))
    let rows = try scored.catalogue.deliveries().map { delivery in
      "(\(literal(delivery.id)), \(known.contains(delivery.id)), \(delivery.sequence))"
    }
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE `score.accepted` AS SELECT * FROM (VALUES \(rows.joined(separator: ", "))) "
        + "v (`delivery`, `known`, `sequence`)")
  }

  /// `score.delivered`: the rows of known deliveries by the truth. `score.content`: those that are
  /// in content. `score.state`: those that hold on the reference date.
  private func loadRows() throws {
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE `score.delivered` AS
      SELECT t.*, a.`sequence` FROM \(quoted(TruthSet.rows)) t JOIN `score.accepted` a USING (`delivery`) WHERE a.`known`
      """)
    let refinement = Refinement(pack: scored.pack, engine: engine)
    let states = try refinement.defineStates(state)
    for (table, prefix) in [("score.content", "delivered."), ("score.state", "")] {
      let selects = scored.pack.contracts.map { contract in
        let relation = prefix.isEmpty ? states[contract.name] ?? "" : prefix + contract.name
        return
          "SELECT \(literal(contract.name)) AS `contract`, `_delivery` AS `delivery`, `_row` AS `row` "
          + "FROM \(quoted(relation))"
      }
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted(table)) AS "
          + selects.joined(separator: " UNION ALL "))
    }
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE `score.faulty` AS
      SELECT DISTINCT `contract`, `delivery`, `row` FROM \(quoted(TruthSet.faults)) WHERE `row` IS NOT NULL
      """)
  }

  /// `score.notice`: contract, delivery, row, column (NULL: the whole row), rule; of severity
  /// warning or worse.
  private func loadFindings() throws {
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE `score.notice` "
        + "(`contract` VARCHAR, `delivery` VARCHAR, `row` BIGINT, `column` VARCHAR, `rule` VARCHAR)"
    )
    let checks =
      scored.pack.contracts.flatMap { contract in
        contract.checks.flatMap { check in
          Self.columns(of: check, in: contract).map {
            "(\(literal(contract.name)), \(literal(check.id)), \(literal($0)))"
          }
        }
      } + ["('', '', '')"]
    let columns = [
      "severity", "rule", "file", "contract", "row", "column", "value class", "message",
    ]
    for delivery in state.deliveries {
      let report = scored.workspace.reports.appending(path: "\(delivery.id)/findings.csv")
      guard FileManager.default.fileExists(atPath: report.path) else {
        throw ScoringError(
          "the report of delivery \(delivery.id) is gone; without it no finding can be judged")
      }
      try engine.execute(
        """
        INSERT INTO `score.notice`
        SELECT f.`contract`, \(literal(delivery.id)), CAST(f.`row` AS BIGINT) + coalesce(p.`before`, 0), unnest(CASE WHEN f.`column` IS NULL THEN [k.`column`] ELSE string_split(f.`column`, ', ') END), f.`rule`
        FROM \(engineTable(report, columns: columns)) f
        LEFT JOIN \(quoted(TruthSet.parts)) p ON p.`contract` = f.`contract`
          AND p.`delivery` = \(literal(delivery.id)) AND p.`file` = regexp_replace(f.`file`, '\\.gz$', '')
        LEFT JOIN (VALUES \(checks.joined(separator: ", "))) k (`contract`, `rule`, `column`)
          ON f.`column` IS NULL AND k.`contract` = f.`contract` AND k.`rule` = f.`rule`
        WHERE f.`row` IS NOT NULL AND f.`severity` <> 'note'
        """)
    }
  }

  /// The columns, as delivered, that an expectation of a contract speaks of: its finding names none.
  private static func columns(of check: Contract.Check, in contract: Contract) -> [String] {
    let words = Set(
      check.expectation.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    return contract.columns.filter { column in
      [column.contentName, column.keepYear, column.concept?.contentName]
        .contains { $0.map(words.contains) ?? false }
    }.map(\.name)
  }

  /// `score.edit`: contract, delivery, row, column, raw, new. Editing names a column as content does.
  private func loadEdits() throws {
    var source =
      "SELECT NULL AS `contract`, NULL AS `delivery`, NULL AS `row`, NULL AS `field`, NULL AS `rule`, NULL AS `new` WHERE false"
    let file = scored.snapshot.folder.appending(path: "\(Editing.editsName).parquet")
    if FileManager.default.fileExists(atPath: file.path) {
      source = "SELECT * FROM read_parquet(\(literal(file.path)))"
    }
    let names = scored.pack.contracts.flatMap { contract in
      contract.columns.flatMap { column in
        // Of a date of birth content has the year alone.
        [column.contentName, column.keepYear].compactMap { $0 }.map {
          "(\(literal(contract.name)), \(literal($0)), \(literal(column.name)))"
        }
      }
    }
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE `score.edit` AS
      SELECT CAST(e.`contract` AS VARCHAR) AS `contract`, CAST(e.`delivery` AS VARCHAR) AS `delivery`, CAST(e.`row` AS BIGINT) AS `row`,
             coalesce(n.`column`, CAST(e.`field` AS VARCHAR)) AS `column`, CAST(e.`rule` AS VARCHAR) AS `rule`, CAST(e.`new` AS VARCHAR) AS `new`
      FROM (\(source)) e
      LEFT JOIN (VALUES \(names.joined(separator: ", "))) n (`contract`, `content`, `column`)
        ON n.`contract` = e.`contract` AND n.`content` = e.`field`;
      INSERT INTO `score.notice` SELECT `contract`, `delivery`, `row`, `column`, `rule` FROM `score.edit`
      """)
  }

  /// `score.linked`: the linked rows of a true person that are with another row of that person, or
  /// have none, and with nobody else's.
  private func loadLinks() throws {
    let isLinked = !scored.pack.linkage.records.isEmpty
    if isLinked {
      try LinkageScore.loadLinks(scored)
    } else {
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted(LinkageScore.links)) (`contract` VARCHAR, `delivery` VARCHAR, `row` BIGINT, `found` VARCHAR)"
      )
    }
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE `score.linked` AS
      WITH r AS (
        SELECT l.*, t.`person` FROM \(quoted(LinkageScore.links)) l JOIN \(quoted(TruthSet.rows)) t USING (`contract`, `delivery`, `row`)
        WHERE t.`person` IS NOT NULL),
      p AS (SELECT `person`, count(*) AS `n` FROM r GROUP BY 1),
      f AS (SELECT `found`, count(*) AS `n` FROM r GROUP BY 1),
      c AS (SELECT `person`, `found`, count(*) AS `n` FROM r GROUP BY 1, 2)
      SELECT r.`contract`, r.`delivery`, r.`row`, c.`n` = f.`n` AND (c.`n` > 1 OR p.`n` = 1) AS `right`
      FROM r JOIN p USING (`person`) JOIN f USING (`found`) JOIN c ON c.`person` = r.`person` AND c.`found` = r.`found`
      """)
  }

  // MARK: Notations of numbers

  /// `score.notation`: fault number, and whether content holds the pseudonym that the true number
  /// has elsewhere; NULL where no other row shows it.
  ///
  /// No key is needed: a row whose key is that very number went through the same door, and its
  /// pseudonym is what the misspelt one must have become.
  private func judgeNotations() throws {
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE `score.notation` (`number` BIGINT, `right` BOOLEAN)")
    var shown: [String: [String: String]] = [:]
    for contract in scored.pack.contracts {
      for column in contract.columns {
        guard let name = column.identifier, let identifier = scored.pack.identifiers[name],
          column.entersContent
        else { continue }
        let answer = try engine.query(
          """
          SELECT f.`number`, f.`true_value`, d.\(quoted(column.contentName)) AS `pseudonym`
          FROM \(quoted(TruthSet.faults)) f JOIN \(quoted("delivered.\(contract.name)")) d
            ON d.`_delivery` = f.`delivery` AND d.`_row` = f.`row`
          WHERE f.`contract` = \(literal(contract.name)) AND f.`column` = \(literal(column.name)) AND f.`expected` = 'normalise'
          ORDER BY f.`number`
          """)
        guard answer.rowCount > 0 else { continue }
        if shown[name] == nil { shown[name] = try pseudonyms(of: identifier) }
        let pseudonyms = answer.texts("pseudonym")
        let values = answer.texts("true_value")
        let rows = answer.integers("number").enumerated().compactMap { row, number -> String? in
          guard let number else { return nil }
          let isRight = Self.canonical(values[row] ?? "", identifier)
            .flatMap { shown[name]?[$0] }.map { $0 == pseudonyms[row] }
          // What fits no notation was emptied: it is not what it should be, whatever that is.
          let verdict = pseudonyms[row] == nil ? false : isRight
          return "(\(number), \(verdict.map { "\($0)" } ?? "NULL"))"
        }
        try engine.execute(
          "INSERT INTO `score.notation` VALUES \(rows.joined(separator: ", "))")
      }
    }
  }

  private static func canonical(_ text: String, _ identifier: Identifier) -> String? {
    if case .canonical(let bytes) = identifier.read(text.utf8) {
      return String(decoding: bytes, as: UTF8.self)
    }
    return nil
  }

  /// The pseudonyms of all numbers of a kind that are part of some file's key.
  private func pseudonyms(of identifier: Identifier) throws -> [String: String] {
    var found: [String: String] = [:]
    for contract in scored.pack.contracts {
      for (place, key) in contract.key.enumerated() {
        guard let column = contract.column(key), column.identifier == identifier.id else {
          continue
        }
        let answer = try engine.query(
          """
          SELECT DISTINCT split_part(t.`key`, '|', \(place + 1)) AS `value`, d.\(quoted(column.contentName)) AS `pseudonym`
          FROM \(quoted(TruthSet.rows)) t JOIN \(quoted("delivered.\(contract.name)")) d
            ON d.`_delivery` = t.`delivery` AND d.`_row` = t.`row`
          WHERE t.`contract` = \(literal(contract.name)) AND d.\(quoted(column.contentName)) IS NOT NULL
          """)
        for (value, pseudonym) in zip(answer.texts("value"), answer.texts("pseudonym")) {
          guard let value, let pseudonym, let number = Self.canonical(value, identifier) else {
            continue
          }
          found[number] = pseudonym
        }
      }
    }
    return found
  }

  // MARK: Fault by fault

  /// `score.outcome`: per entry of the ledger, whether it was noticed and dealt with as expected.
  private func judge() throws {
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE `score.outcome` AS
      WITH f AS (
        SELECT f.*, a.`known` FROM \(quoted(TruthSet.faults)) f LEFT JOIN `score.accepted` a USING (`delivery`)
        WHERE f.`row` IS NOT NULL),
      noticed AS (
        SELECT DISTINCT f.`number` FROM f JOIN `score.notice` n
          ON n.`contract` = f.`contract` AND n.`delivery` = f.`delivery` AND n.`row` = f.`row`
            AND (n.`column` = f.`column` OR n.`column` IS NULL OR f.`column` IS NULL)),
      edited AS (
        SELECT f.`number`, bool_or(e.`new` IS NULL) AS `emptied`, bool_or(e.`new` = f.`true_value`) AS `restored`
        FROM f JOIN `score.edit` e ON e.`contract` = f.`contract` AND e.`delivery` = f.`delivery` AND e.`row` = f.`row`
          AND (e.`column` = f.`column` OR e.`column` IS NULL OR f.`column` IS NULL)
        GROUP BY 1),
      corrected AS (
        SELECT DISTINCT f.`number` FROM f JOIN `score.accepted` a USING (`delivery`)
          JOIN `score.delivered` d ON d.`contract` = f.`contract` AND d.`key` = f.`key` AND d.`sequence` > a.`sequence`)
      SELECT f.`number`, f.`contract`, f.`delivery`, f.`row`, f.`column`, f.`code`, f.`expected`,
             NOT coalesce(f.`known`, false) OR (f.`code` IN \(codes("correction", "withdrawn")) AND c.`number` IS NULL) AS `outside`,
             n.`number` IS NOT NULL OR q.`row` IS NULL OR e.`number` IS NOT NULL OR coalesce(k.`caught`, false) AS `noticed`,
             f.`expected` = 'normalise' AND q.`row` IS NOT NULL AND t.`right` IS NULL AS `unverified`,
             q.`row` IS NOT NULL AND s.`row` IS NULL AS `isReplaced`,
             CASE f.`expected`
               WHEN 'reject' THEN coalesce(k.`caught`, q.`row` IS NULL OR coalesce(e.`emptied`, false))
               WHEN 'flag' THEN n.`number` IS NOT NULL OR q.`row` IS NULL OR e.`number` IS NOT NULL
               WHEN 'repair' THEN coalesce(e.`restored`, false) OR (f.`code` IN \(codes("correction", "withdrawn")) AND s.`row` IS NULL)
               WHEN 'normalise' THEN q.`row` IS NOT NULL AND coalesce(t.`right`, n.`number` IS NULL)
               WHEN 'link' THEN coalesce(l.`right`, false)
               ELSE false END AS `handled`
      FROM f
      LEFT JOIN noticed n ON n.`number` = f.`number`
      LEFT JOIN edited e ON e.`number` = f.`number`
      LEFT JOIN corrected c ON c.`number` = f.`number`
      LEFT JOIN `score.content` q ON q.`contract` = f.`contract` AND q.`delivery` = f.`delivery` AND q.`row` = f.`row`
      LEFT JOIN `score.state` s ON s.`contract` = f.`contract` AND s.`delivery` = f.`delivery` AND s.`row` = f.`row`
      LEFT JOIN `score.notation` t ON t.`number` = f.`number`
      LEFT JOIN `score.leak` k ON k.`number` = f.`number`
      LEFT JOIN `score.linked` l ON l.`contract` = f.`contract` AND l.`delivery` = f.`delivery` AND l.`row` = f.`row`
      """)
    // What the links of the date do not hold was quarantined, or a later version stands for it. Editing
    // too reads the version of the date alone.
    try engine.execute(
      """
      UPDATE `score.outcome` SET `outside` = true
      WHERE `expected` = 'link' AND NOT EXISTS (
        SELECT 1 FROM `score.linked` l WHERE l.`contract` = `score.outcome`.`contract`
          AND l.`delivery` = `score.outcome`.`delivery` AND l.`row` = `score.outcome`.`row`);
      UPDATE `score.outcome` SET `outside` = true
      WHERE `expected` IN ('flag', 'repair') AND `code` NOT IN \(codes("correction", "withdrawn")) AND `isReplaced`
      """)
  }

  private func lines() throws -> [EditingScore.Line] {
    // Rows in which a rule that notices a code was broken: with a fault of the code, and with no fault at all.
    let answer = try engine.query(
      """
      WITH hit AS (
        SELECT DISTINCT o.`code`, o.`expected`, n.`contract`, n.`rule`, n.`column`, n.`delivery`, n.`row`
        FROM `score.outcome` o JOIN `score.notice` n
          ON n.`contract` = o.`contract` AND n.`delivery` = o.`delivery` AND n.`row` = o.`row`
            AND (n.`column` = o.`column` OR n.`column` IS NULL OR o.`column` IS NULL)
        WHERE NOT o.`outside`),
      noticed AS (SELECT `code`, `expected`, count(DISTINCT (`contract`, `delivery`, `row`)) AS `rows` FROM hit GROUP BY 1, 2),
      alarm AS (
        SELECT s.`code`, s.`expected`, count(DISTINCT (n.`contract`, n.`delivery`, n.`row`)) AS `rows`
        FROM (SELECT DISTINCT `code`, `expected`, `contract`, `rule`, `column` FROM hit) s
        JOIN `score.notice` n ON n.`contract` = s.`contract` AND n.`rule` = s.`rule` AND n.`column` IS NOT DISTINCT FROM s.`column`
        ANTI JOIN `score.faulty` y ON y.`contract` = n.`contract` AND y.`delivery` = n.`delivery` AND y.`row` = n.`row`
        GROUP BY 1, 2),
      counts AS (
        SELECT `code`, `expected`, count(*) FILTER (WHERE NOT `outside`) AS `faults`,
               count(*) FILTER (WHERE NOT `outside` AND `noticed`) AS `noticed`,
               count(*) FILTER (WHERE NOT `outside` AND `handled`) AS `handled`,
               count(*) FILTER (WHERE NOT `outside` AND `unverified`) AS `unverified`,
               count(*) FILTER (WHERE `outside`) AS `outside`
        FROM `score.outcome` GROUP BY 1, 2)
      SELECT c.*, coalesce(n.`rows`, 0) AS `true_rows`, coalesce(a.`rows`, 0) AS `false_rows`
      FROM counts c LEFT JOIN noticed n USING (`code`, `expected`) LEFT JOIN alarm a USING (`code`, `expected`)
      ORDER BY `code`, `expected`
      """)
    let codes = answer.texts("code")
    let expected = answer.texts("expected")
    func column(_ name: String) -> [Int] { answer.integers(name).map { $0.map { Int($0) } ?? 0 } }
    let (faults, noticed, handled) = (column("faults"), column("noticed"), column("handled"))
    let (trueRows, falseRows) = (column("true_rows"), column("false_rows"))
    let (outside, unverified) = (column("outside"), column("unverified"))
    return (0..<answer.rowCount).map { row in
      EditingScore.Line(
        code: codes[row] ?? "", expected: expected[row] ?? "", faults: faults[row],
        noticed: noticed[row], handled: handled[row],
        recall: Agreement.share(handled[row], of: faults[row]), falseAlarms: falseRows[row],
        precision: trueRows[row] == 0
          ? nil : Agreement.share(trueRows[row], of: trueRows[row] + falseRows[row]),
        outside: outside[row], unverified: unverified[row])
    }
  }

  private func rules() throws -> [EditingScore.Rule] {
    let answer = try engine.query(
      """
      SELECT n.`contract`, n.`rule`, count(*) AS `rows`, count(*) FILTER (WHERE y.`row` IS NULL) AS `without`
      FROM (SELECT DISTINCT `contract`, `rule`, `delivery`, `row` FROM `score.notice`) n
      LEFT JOIN `score.faulty` y ON y.`contract` = n.`contract` AND y.`delivery` = n.`delivery` AND y.`row` = n.`row`
      GROUP BY 1, 2 ORDER BY `without` DESC, 1, 2
      """)
    let (contracts, rules) = (answer.texts("contract"), answer.texts("rule"))
    let (rows, without) = (answer.integers("rows"), answer.integers("without"))
    return (0..<answer.rowCount).map { row in
      EditingScore.Rule(
        contract: contracts[row] ?? "", rule: rules[row] ?? "", rows: Int(rows[row] ?? 0),
        rowsWithoutFault: Int(without[row] ?? 0))
    }
  }

  // MARK: Duplicates, free text, deliveries

  private func duplicates(rows: Int) throws -> EditingScore.Duplicates {
    let codes = codes("duplicate")
    let faults = try number(
      "SELECT count(*) AS `n` FROM `score.outcome` WHERE NOT `outside` AND `code` IN \(codes)")
    let removed = try number(
      "SELECT count(*) AS `n` FROM `score.outcome` WHERE NOT `outside` AND `handled` AND `code` IN \(codes)"
    )
    // The rules that took away a true duplicate, and what else they took away.
    let wrong = try number(
      """
      WITH twice AS (SELECT DISTINCT `contract`, `delivery`, `row` FROM \(quoted(TruthSet.faults)) WHERE `code` IN \(codes)),
      gone AS (SELECT n.* FROM `score.notice` n ANTI JOIN `score.content` q USING (`contract`, `delivery`, `row`)),
      rule AS (SELECT DISTINCT g.`contract`, g.`rule` FROM gone g JOIN twice USING (`contract`, `delivery`, `row`)
               ANTI JOIN (SELECT `contract`, `delivery`, `row` FROM \(quoted(TruthSet.faults)) WHERE `code` NOT IN \(codes) AND `row` IS NOT NULL) o
                 USING (`contract`, `delivery`, `row`))
      SELECT count(*) AS `n` FROM (
        SELECT DISTINCT g.`contract`, g.`delivery`, g.`row` FROM gone g JOIN rule r ON r.`contract` = g.`contract` AND r.`rule` = g.`rule`
        ANTI JOIN `score.faulty` y ON y.`contract` = g.`contract` AND y.`delivery` = g.`delivery` AND y.`row` = g.`row`)
      """)
    return EditingScore.Duplicates(
      faults: faults, removed: removed, removedShare: Agreement.share(removed, of: faults),
      wronglyRemoved: wrong, wronglyRemovedShare: Agreement.share(wrong, of: rows))
  }

  /// Looks for every leaked text wherever the workspace keeps something in the clear; `score.leak`:
  /// fault number, and whether nothing was found.
  private func freeText() throws -> EditingScore.FreeText {
    let answer = try engine.query(
      """
      SELECT f.`number`, f.`true_value`, f.`written_value` FROM \(quoted(TruthSet.faults)) f
      WHERE f.`code` IN \(codes("leak")) AND f.`written_value` IS NOT NULL ORDER BY f.`number`
      """)
    let leaks = zip(answer.texts("true_value"), answer.texts("written_value")).map {
      Self.added(to: $0 ?? "", in: $1 ?? "")
    }
    var open = Set<String>()
    var places = Set<String>()
    for (place, found) in try traces(of: Set(leaks).sorted()) {
      open.formUnion(found)
      if !found.isEmpty { places.insert(place) }
    }
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE `score.leak` (`number` BIGINT, `caught` BOOLEAN)")
    let rows = zip(answer.integers("number"), leaks).map { "(\($0 ?? 0), \(!open.contains($1)))" }
    if !rows.isEmpty {
      try engine.execute("INSERT INTO `score.leak` VALUES \(rows.joined(separator: ", "))")
    }
    return EditingScore.FreeText(
      faults: leaks.count, caught: leaks.count { !open.contains($0) }, places: places.sorted())
  }

  /// What was written behind the true text; all that was written when that is too little to look for.
  private static func added(to text: String, in written: String) -> String {
    let tail = String(written.dropFirst(written.commonPrefix(with: text).count))
      .trimmingCharacters(in: .whitespaces)
    return tail.count < 5 ? written : tail
  }

  private func traces(of texts: [String]) throws -> [(place: String, found: [String])] {
    guard !texts.isEmpty else { return [] }
    var traces: [(String, [String])] = []
    let folders = [
      scored.workspace.contentZone, scored.workspace.snapshots, scored.workspace.publications,
      scored.workspace.reports,
    ]
    for folder in folders {
      let walker = FileManager.default.enumerator(atPath: folder.path)
      while let path = walker?.nextObject() as? String {
        let file = folder.appending(path: path)
        if path.hasSuffix(".parquet") {
          traces.append((folder.lastPathComponent, try found(texts, inParquet: file)))
        } else if let data = try? Data(contentsOf: file, options: .mappedIfSafe) {
          traces.append(
            (folder.lastPathComponent, texts.filter { data.range(of: Data($0.utf8)) != nil }))
        }
      }
    }
    return traces
  }

  private func found(_ texts: [String], inParquet file: URL) throws -> [String] {
    let table = "read_parquet(\(literal(file.path)))"
    let described = try engine.query("DESCRIBE SELECT * FROM \(table)")
    let columns = zip(described.texts("column_name"), described.texts("column_type"))
      .compactMap { name, type in type == "VARCHAR" ? name : nil }
    guard !columns.isEmpty else { return [] }
    let values = columns.map { "SELECT DISTINCT \(quoted($0)) AS `v` FROM \(table)" }
    return try engine.query(
      """
      SELECT t.`text` FROM (VALUES \(texts.map { "(\(literal($0)))" }.joined(separator: ", "))) t (`text`)
      WHERE EXISTS (SELECT 1 FROM (\(values.joined(separator: " UNION ALL "))) c WHERE contains(c.`v`, t.`text`))
      """
    ).texts("text").compactMap { $0 }
  }

  private func deliveries() throws -> [EditingScore.Deliveries] {
    let answer = try engine.query(
      """
      SELECT f.`code`, count(*) AS `faults`, count(*) FILTER (WHERE a.`delivery` IS NULL) AS `refused`
      FROM \(quoted(TruthSet.faults)) f LEFT JOIN `score.accepted` a USING (`delivery`)
      WHERE f.`row` IS NULL AND f.`delivery` IS NOT NULL GROUP BY 1 ORDER BY 1
      """)
    let codes = answer.texts("code")
    let (faults, refused) = (answer.integers("faults"), answer.integers("refused"))
    return (0..<answer.rowCount).map { row in
      EditingScore.Deliveries(
        code: codes[row] ?? "", faults: Int(faults[row] ?? 0), refused: Int(refused[row] ?? 0))
    }
  }
}
