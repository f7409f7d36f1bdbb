import ChainPack
import InformationModel
import Warehouse

/// Checks that need more than one value: the contract's expectations, and references to other files. They run as sets, over content that is
/// pseudonymised already.
struct SetChecks {
  let contract: Contract
  let pack: ChainPack
  let engine: any Engine
  /// File name in findings.
  let file: String

  /// - Parameters:
  ///   - relation: the loaded rows.
  ///   - targets: by contract id, a SELECT in brackets of the keys of this delivery and all earlier ones.
  /// - Returns: a finding for each rule that rows do not meet.
  /// - Throws: `EngineError` when an expectation of the contract is no SQL over its columns.
  func check(_ relation: String, targets: [String: String]) throws -> [FindingGroup] {
    var findings: [FindingGroup] = []
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
      "SELECT r.`_row` FROM \(quoted(relation)) r ANTI JOIN \(target) t ON \(condition) "
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
