import ChainPack
import InformationModel
import Warehouse

/// Checks that need more than one value: the contract's expectations, unique keys, references. They run as sets, over content that is
/// pseudonymised already.
struct SetChecks {
  let contract: Contract
  let pack: ChainPack
  let engine: any Engine
  /// File name in findings.
  let file: String

  /// - Parameters:
  ///   - relation: the loaded rows.
  ///   - targets: by contract id, a relation with the keys of this delivery and all earlier ones.
  func check(_ relation: String, targets: [String: String]) throws -> [FindingGroup] {
    var findings: [FindingGroup] = []
    findings += try checkKey(relation)
    findings += try checkExpectations(relation)
    for reference in contract.references {
      guard let target = targets[reference.target],
        let other = pack.contract("\(contract.organisation).\(reference.target)")
      else { continue }
      findings += try checkReference(reference, relation, target: target, other: other)
    }
    return findings
  }

  private func rows(_ sql: String) throws -> [Int32] {
    try engine.query(sql).integers("_row").compactMap { $0.map { Int32($0) } }
  }

  /// The first row of a key goes on; a later one is an exact duplicate or a contradiction, and goes to quarantine.
  private func checkKey(_ relation: String) throws -> [FindingGroup] {
    guard !contract.key.isEmpty else { return [] }
    let key = contract.key.compactMap { contract.column($0)?.contentName }.map(quoted)
    let others = contract.columns.filter {
      $0.entersContent && !contract.key.contains($0.name)
    }.map { quoted($0.contentName) }
    let list = key.joined(separator: ", ")
    let whole = others.isEmpty ? "1" : "hash(\(others.joined(separator: ", ")))"
    let answer = try engine.query(
      """
      SELECT r.`_row`, CASE WHEN \(whole) = f.`whole` THEN 'same' ELSE 'other' END AS `kind`
      FROM (SELECT *, row_number() OVER (PARTITION BY \(list) ORDER BY `_row`) AS `n`
            FROM \(quoted(relation))
            WHERE (\(list)) IN (SELECT (\(list)) FROM \(quoted(relation)) GROUP BY ALL HAVING count(*) > 1)) r
      JOIN (SELECT \(list), min_by(\(whole), `_row`) AS `whole` FROM \(quoted(relation)) GROUP BY \(list)) f
        ON \(key.map { "r.\($0) = f.\($0)" }.joined(separator: " AND "))
      WHERE r.`n` > 1 ORDER BY r.`_row`
      """)
    let numbers = answer.integers("_row")
    let kinds = answer.texts("kind")
    var findings: [FindingGroup] = []
    for (kind, rule, message) in [
      ("same", "duplicate", "the same row stands there before"),
      ("other", "key", "another row with this key stands there before"),
    ] {
      let rows = zip(numbers, kinds).compactMap { row, found in
        found == kind ? row.map { Int32($0) } : nil
      }
      if !rows.isEmpty {
        findings.append(
          FindingGroup(
            severity: .error, rule: rule, file: file, column: contract.key.joined(separator: ", "),
            message: message, rows: rows))
      }
    }
    return findings
  }

  /// All expectations in one pass over the rows.
  private func checkExpectations(_ relation: String) throws -> [FindingGroup] {
    guard !contract.checks.isEmpty else { return [] }
    let flags = contract.checks.indices.map {
      "coalesce(NOT (\(contract.checks[$0].expectation)), false) AS `c\($0)`"
    }
    let any = contract.checks.indices.map { "`c\($0)`" }.joined(separator: " OR ")
    let answer = try engine.query(
      "SELECT * FROM (SELECT `_row`, \(flags.joined(separator: ", ")) FROM \(quoted(relation))) f "
        + "WHERE \(any) ORDER BY `_row`")
    let numbers = answer.integers("_row")
    return contract.checks.enumerated().compactMap { index, check in
      guard case .booleans(let failed) = answer.column("c\(index)") else { return nil }
      let rows = zip(numbers, failed).compactMap { row, failed in
        failed == true ? row.map { Int32($0) } : nil
      }
      guard !rows.isEmpty else { return nil }
      return FindingGroup(
        severity: check.severity, rule: check.id, file: file, message: check.message.en, rows: rows)
    }
  }

  private func checkReference(
    _ reference: Contract.Reference, _ relation: String, target: String, other: Contract
  ) throws -> [FindingGroup] {
    let from = reference.columns.compactMap { contract.column($0)?.contentName }.map(quoted)
    let to = other.key.compactMap { other.column($0)?.contentName }.map(quoted)
    guard from.count == to.count, !from.isEmpty else { return [] }
    let condition = zip(from, to).map { "t.\($1) = r.\($0)" }.joined(separator: " AND ")
    let present = from.map { "r.\($0) IS NOT NULL" }.joined(separator: " AND ")
    let missing = try rows(
      "SELECT r.`_row` FROM \(quoted(relation)) r ANTI JOIN \(quoted(target)) t ON \(condition) "
        + "WHERE \(present) ORDER BY r.`_row`")
    guard !missing.isEmpty else { return [] }
    return [
      FindingGroup(
        severity: reference.severity, rule: "reference", file: file,
        column: reference.columns.joined(separator: ", "),
        message: "refers to no row of \(other.file)", rows: missing)
    ]
  }
}
