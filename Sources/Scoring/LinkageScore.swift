import ChainPack
import Foundation
import InformationModel
import Refinement
import Warehouse

/// How well the persons that linkage found are the persons there are: `docs/methods/scoring.md`.
package struct LinkageScore: Sendable, Hashable, Codable {
  /// Scores over the records of one group of true persons.
  package struct Line: Sendable, Hashable, Codable {
    /// A column of `persons.csv`; empty for all records.
    package var group: String
    package var value: String
    package var records: Int
    /// True persons, and found persons that hold a record of the group.
    package var persons: Int
    package var clusters: Int
    /// Pairs of records; found pairs are those of which at least one record is of the group.
    package var pairs: Agreement
    /// Mean over records of the share of the found person that is the same true person.
    package var bCubedPrecision: Double?
    /// Mean over records of the share of the true person that is in the same found person.
    package var bCubedRecall: Double?
    package var bCubedF1: Double?
    /// Persons that were found exactly: all of their records and no other.
    package var exact: Agreement
  }

  /// Pairs with one record in each of two files, or both in one.
  package struct Sources: Sendable, Hashable, Codable {
    package var left: String
    package var right: String
    package var pairs: Agreement
  }

  package var snapshot = ""
  /// Rows in the link tables.
  package var linkedRows: Int
  /// Of these, rows that the truth does not know.
  package var unknownRows: Int
  /// Of these, rows that are about no person in truth.
  package var rowsWithoutPerson: Int
  /// All records first, then group by group.
  package var lines: [Line]
  package var sources: [Sources]

  /// Compares the link tables of a snapshot's reference date with the truth.
  ///
  /// - Throws: `ScoringError` when there are no link tables of that date, or the truth is not whole.
  package static func measure(
    _ scored: ScoredWorkspace, truth folder: URL
  ) throws -> LinkageScore {
    let truth = scored.truth(folder)
    try truth.loadRows()
    let groups = try truth.loadPersons()
    try loadLinks(scored)
    var score = try measure(links: Self.links, groups: groups, engine: scored.engine)
    score.snapshot = scored.snapshot.id
    return score
  }

  /// One row per linked row: `contract`, `delivery`, `row`, `found`.
  static let links = "score.link"

  /// Makes the link tables of the reference date readable as one relation.
  static func loadLinks(_ scored: ScoredWorkspace) throws {
    let selects = scored.pack.linkage.records.compactMap { records -> String? in
      let file = scored.workspace.linkTable(of: records.file, at: scored.referenceDate)
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      return
        "SELECT \(literal(records.file)) AS `contract`, `delivery`, `row`, `person` AS `found` "
        + "FROM read_parquet(\(literal(file.path)))"
    }
    guard !selects.isEmpty else {
      throw ScoringError(
        "there are no link tables of \(scored.referenceDate); make them with 'keten link'")
    }
    try scored.engine.execute(
      "CREATE OR REPLACE TEMP TABLE \(quoted(links)) AS "
        + selects.joined(separator: " UNION ALL "))
  }

  /// Compares a relation of linked rows with the truth that is loaded.
  ///
  /// - Parameters:
  ///   - links: `contract`, `delivery`, `row`, `found`.
  ///   - groups: columns of the truth's persons.
  ///   - engine: holds the links and the truth.
  /// - Returns: the score, without the snapshot's name.
  /// - Throws: `EngineError` when a relation lacks a column.
  package static func measure(
    links: String, groups: [String], engine: any Engine
  ) throws -> LinkageScore {
    let columns = groups.map { ", coalesce(p.\(quoted($0)), '') AS \(quoted("group " + $0))" }
    try engine.execute(
      """
      CREATE OR REPLACE TEMP TABLE `score.record` AS
      SELECT l.`contract`, l.`found`, t.`person` AS `truth`, t.`row` IS NULL AS `unknown`,
             '' AS `group `\(columns.joined())
      FROM \(quoted(links)) l
      LEFT JOIN \(quoted(TruthSet.rows)) t
        ON t.`contract` = l.`contract` AND t.`delivery` = l.`delivery` AND t.`row` = l.`row`
      LEFT JOIN \(quoted(TruthSet.persons)) p ON p.`person` = t.`person`
      """)
    let answer = try engine.query(
      """
      SELECT count(*) AS `rows`, count(*) FILTER (WHERE `unknown`) AS `unknown`,
             count(*) FILTER (WHERE NOT `unknown` AND `truth` IS NULL) AS `nobody`
      FROM `score.record`
      """)
    func number(_ name: String) -> Int { answer.integers(name).first?.map { Int($0) } ?? 0 }
    try engine.execute("DELETE FROM `score.record` WHERE `truth` IS NULL")
    return LinkageScore(
      linkedRows: number("rows"), unknownRows: number("unknown"),
      rowsWithoutPerson: number("nobody"),
      lines: try ([""] + groups).flatMap { try lines(of: $0, engine) },
      sources: try sources(engine))
  }

  // MARK: Groups

  /// Of one group's records, sums over the sizes of what they are in.
  private struct Tally {
    var records = 0
    var persons = 0
    var clusters = 0
    var rightPairs = 0
    var foundPairs = 0
    var truePairs = 0
    var exact = 0
    var precision = 0.0
    var recall = 0.0
  }

  private static func pairs(_ count: Int) -> Int { count * (count - 1) / 2 }

  /// Sizes are counted in SQL and summed here, in their order: a sum of shares depends on it.
  private static func lines(of group: String, _ engine: any Engine) throws -> [Line] {
    let value = quoted("group " + group)
    var tallies: [String: Tally] = [:]
    // A cell is what one true and one found person share: n records, of a true and a found person's.
    try each(
      """
      WITH c AS (SELECT \(value) AS `value`, `truth`, `found`, count(*) AS `n` FROM `score.record` GROUP BY 1, 2, 3),
      t AS (SELECT `truth`, count(*) AS `n` FROM `score.record` GROUP BY 1),
      f AS (SELECT `found`, count(*) AS `n` FROM `score.record` GROUP BY 1)
      SELECT c.`value`, c.`n` AS `a`, t.`n` AS `b`, f.`n` AS `c`, count(*) AS `times`
      FROM c JOIN t USING (`truth`) JOIN f USING (`found`) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      """, engine
    ) { value, shared, inTruth, found, times in
      var tally = tallies[value] ?? Tally()
      tally.records += times * shared
      tally.rightPairs += times * pairs(shared)
      if shared == inTruth, shared == found { tally.exact += times }
      tally.precision += Double(times * shared * shared) / Double(found)
      tally.recall += Double(times * shared * shared) / Double(inTruth)
      tallies[value] = tally
    }
    try each(
      """
      WITH t AS (SELECT \(value) AS `value`, `truth`, count(*) AS `n` FROM `score.record` GROUP BY 1, 2)
      SELECT `value`, `n` AS `a`, `n` AS `b`, `n` AS `c`, count(*) AS `times` FROM t GROUP BY 1, 2 ORDER BY 1, 2
      """, engine
    ) { value, size, _, _, times in
      tallies[value]?.persons += times
      tallies[value]?.truePairs += times * pairs(size)
    }
    try each(
      """
      WITH g AS (SELECT \(value) AS `value`, `found`, count(*) AS `n` FROM `score.record` GROUP BY 1, 2),
      f AS (SELECT `found`, count(*) AS `n` FROM `score.record` GROUP BY 1)
      SELECT g.`value`, g.`n` AS `a`, f.`n` AS `b`, f.`n` AS `c`, count(*) AS `times`
      FROM g JOIN f USING (`found`) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """, engine
    ) { value, own, all, _, times in
      tallies[value]?.clusters += times
      tallies[value]?.foundPairs += times * (pairs(all) - pairs(all - own))
    }
    return tallies.sorted { $0.key < $1.key }.map { value, tally in
      let precision = tally.precision / Double(tally.records)
      let recall = tally.recall / Double(tally.records)
      return Line(
        group: group, value: value, records: tally.records, persons: tally.persons,
        clusters: tally.clusters,
        pairs: Agreement(
          right: tally.rightPairs, found: tally.foundPairs, inTruth: tally.truePairs),
        bCubedPrecision: precision, bCubedRecall: recall,
        bCubedF1: 2 * precision * recall / (precision + recall),
        exact: Agreement(right: tally.exact, found: tally.clusters, inTruth: tally.persons))
    }
  }

  private static func each(
    _ sql: String, _ engine: any Engine, _ body: (String, Int, Int, Int, Int) -> Void
  ) throws {
    let answer = try engine.query(sql)
    let values = answer.texts("value")
    let numbers = ["a", "b", "c", "times"].map { name in
      answer.integers(name).map { $0.map { Int($0) } ?? 0 }
    }
    for row in 0..<answer.rowCount {
      body(
        values[row] ?? "", numbers[0][row], numbers[1][row], numbers[2][row], numbers[3][row])
    }
  }

  // MARK: Sources

  private static func sources(_ engine: any Engine) throws -> [Sources] {
    var counts: [[String]: (right: Int, found: Int, inTruth: Int)] = [:]
    /// Pairs over two sources that fall together under `keys`.
    func count(_ keys: String, _ add: (inout (right: Int, found: Int, inTruth: Int), Int) -> Void)
      throws
    {
      let answer = try engine.query(
        """
        WITH s AS (SELECT `contract`, \(keys), count(*) AS `n` FROM `score.record` GROUP BY ALL)
        SELECT a.`contract` AS `left`, b.`contract` AS `right`,
               CAST(sum(CASE WHEN a.`contract` = b.`contract` THEN a.`n` * (a.`n` - 1) // 2 ELSE a.`n` * b.`n` END) AS BIGINT) AS `pairs`
        FROM s a JOIN s b USING (\(keys)) WHERE a.`contract` <= b.`contract` GROUP BY 1, 2 ORDER BY 1, 2
        """)
      let (left, right) = (answer.texts("left"), answer.texts("right"))
      for (row, pairs) in answer.integers("pairs").enumerated() {
        let key = [left[row] ?? "", right[row] ?? ""]
        add(&counts[key, default: (0, 0, 0)], Int(pairs ?? 0))
      }
    }
    try count("`truth`, `found`") { $0.right += $1 }
    try count("`found`") { $0.found += $1 }
    try count("`truth`") { $0.inTruth += $1 }
    return counts.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }.map { key, count in
      Sources(
        left: key[0], right: key[1],
        pairs: Agreement(right: count.right, found: count.found, inTruth: count.inTruth))
    }
  }
}
