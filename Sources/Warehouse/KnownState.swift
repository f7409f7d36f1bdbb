import ChainPack
import Foundation
import InformationModel

/// What was known on a reference date: which deliveries count, and each file's rows in the version that was known then.
///
/// A delivery counts from the day it became known until it is replaced. Of several versions of a key the one delivered last holds; a
/// withdrawn row is gone. Nothing is overwritten, so the state at any past date can be made again.
package struct KnownState: Sendable {
  package let referenceDate: CalendarDate
  /// In order of delivery.
  package let deliveries: [Catalogue.Delivery]
  private let files: [String: [Catalogue.File]]
  private let workspace: Workspace

  package init(of workspace: Workspace, catalogue: Catalogue, at referenceDate: CalendarDate) throws
  {
    self.workspace = workspace
    self.referenceDate = referenceDate
    deliveries = try catalogue.deliveries().filter { delivery in
      delivery.knownFrom <= referenceDate && (delivery.knownTo.map { $0 > referenceDate } ?? true)
    }
    let known = Set(deliveries.map(\.id))
    files = Dictionary(
      grouping: try catalogue.files().filter { known.contains($0.delivery) }, by: \.contract)
  }

  /// The content files of a contract, in order of delivery.
  package func contentFiles(of contract: Contract) -> [URL] {
    let order = Dictionary(uniqueKeysWithValues: deliveries.map { ($0.id, $0.sequence) })
    return (files[contract.name] ?? [])
      .sorted { (order[$0.delivery] ?? 0, $0.name) < (order[$1.delivery] ?? 0, $1.name) }
      .map { workspace.contentZone.appending(path: $0.content) }
  }

  /// Defines the relation of deliveries that the states of files read.
  package func defineDeliveries(in engine: any Engine) throws {
    let rows = deliveries.map {
      "SELECT \(literal($0.id)) AS `_delivery`, CAST(\($0.sequence) AS BIGINT) AS `_sequence`, "
        + "CAST(\(literal($0.knownFrom.description)) AS DATE) AS `_known_from`"
    }
    let empty =
      "SELECT CAST(NULL AS VARCHAR) AS `_delivery`, CAST(NULL AS BIGINT) AS `_sequence`, "
      + "CAST(NULL AS DATE) AS `_known_from` WHERE false"
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE `keten_deliveries` AS "
        + (rows.isEmpty ? empty : rows.joined(separator: " UNION ALL ")))
  }

  /// The state of a file as one SELECT over its rows as delivered.
  package func select(_ contract: Contract, delivered: String) -> String {
    let source =
      "SELECT r.*, d.`_sequence`, d.`_known_from` FROM \(quoted(delivered)) r "
      + "JOIN `keten_deliveries` d ON r.`_delivery` = d.`_delivery`"
    guard !contract.key.isEmpty, (files[contract.name] ?? []).count > 1 || contract.mutation != nil
    else { return source }
    let key = contract.key.compactMap { contract.column($0)?.contentName }.map(quoted)
    var select = source
    if (files[contract.name] ?? []).count > 1 {
      select = """
        SELECT * FROM (SELECT s.*, row_number() OVER (PARTITION BY \(key.joined(separator: ", "))
            ORDER BY s.`_sequence` DESC NULLS LAST, s.`_row` DESC NULLS LAST) AS `_version`
          FROM (\(source)) s) v WHERE v.`_version` = 1
        """
    }
    if let mutation = contract.mutation, let column = contract.column(mutation.column) {
      let value = column.type == .boolean
        ? (mutation.withdrawn == contract.format.trueText ? "true" : "false")
        : literal(mutation.withdrawn)
      select =
        "SELECT * FROM (\(select)) w WHERE w.\(quoted(column.contentName)) IS NULL "
        + "OR w.\(quoted(column.contentName)) <> \(value)"
    }
    return select
  }
}
