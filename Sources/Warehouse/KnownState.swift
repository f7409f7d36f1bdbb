import ChainPack
import Foundation
import InformationModel

/// What was known on a reference date: which deliveries count, and each file's rows in the version that was known then.
///
/// A delivery counts from the day it became known until it is replaced. Of several versions of a key the one with the latest reference date
/// holds, where a redelivery stands in the place of what it replaces; a withdrawn row is gone. Nothing is overwritten, so the state at any
/// past date can be made again.
package struct KnownState: Sendable {
  package let referenceDate: CalendarDate
  /// In order of acceptance.
  package let deliveries: [Catalogue.Delivery]
  private let files: [String: [Catalogue.File]]
  /// By delivery: its place in the order in which versions follow one another, from 1.
  private let places: [String: Int]
  private let workspace: Workspace

  package init(of workspace: Workspace, catalogue: Catalogue, at referenceDate: CalendarDate) throws
  {
    self.workspace = workspace
    self.referenceDate = referenceDate
    let all = try catalogue.deliveries()
    places = Self.places(of: all)
    deliveries = all.filter { delivery in
      delivery.knownFrom <= referenceDate && (delivery.knownTo.map { $0 > referenceDate } ?? true)
    }
    let known = Set(deliveries.map(\.id))
    files = Dictionary(
      grouping: try catalogue.files().filter { known.contains($0.delivery) }, by: \.contract)
  }

  /// The contracts of which rows are known, by name.
  package var contracts: [String] { files.keys.sorted() }

  /// What comes late about an earlier time stands before what is known about a later one, and a redelivery with the first that it replaces. A
  /// reference date that a redelivery puts earlier was a mistake.
  private static func places(of deliveries: [Catalogue.Delivery]) -> [String: Int] {
    struct Root: Hashable {
      var date: CalendarDate
      var sequence: Int
    }
    var roots: [String: Root] = [:]
    for delivery in deliveries {
      let own = Root(date: delivery.referenceDate, sequence: delivery.sequence)
      roots[delivery.id] =
        delivery.replaces.flatMap { roots[$0] }.map {
          Root(date: min($0.date, own.date), sequence: $0.sequence)
        } ?? own
    }
    let order = Set(roots.values).sorted { ($0.date, $0.sequence) < ($1.date, $1.sequence) }
    let places = Dictionary(uniqueKeysWithValues: zip(order, 1...))
    return roots.compactMapValues { places[$0] }
  }

  /// The content files of a contract, in the order in which their versions follow one another, each with its delivery as constants.
  package func contentFiles(of contract: Contract) -> [LakeFile] {
    let byID = Dictionary(uniqueKeysWithValues: deliveries.map { ($0.id, $0) })
    return (files[contract.name] ?? []).compactMap { file in
      byID[file.delivery].map {
        (delivery: $0, file: file, place: places[$0.id] ?? 0)
      }
    }
    .sorted {
      ($0.place, $0.delivery.sequence, $0.file.name) < (
        $1.place, $1.delivery.sequence, $1.file.name
      )
    }
    .map { delivery, file, place in
      LakeFile(
        workspace.contentZone.appending(path: file.content),
        constants: [
          ("_delivery", literal(delivery.id)),
          ("_sequence", "CAST(\(place) AS BIGINT)"),
          ("_known_from", "CAST(\(literal(delivery.knownFrom.description)) AS DATE)"),
        ])
    }
  }

  /// The names in the identity zone of a contract's files, each with its delivery.
  package func sealedFiles(of contract: String) -> [(delivery: String, name: String)] {
    (files[contract] ?? []).compactMap { file in file.identity.map { (file.delivery, $0) } }
  }

  /// The state of a file as one SELECT over its rows as delivered.
  package func select(_ contract: Contract, delivered: String) -> String {
    let key = contract.key.compactMap { contract.column($0)?.contentName }.map(quoted)
    var select = "SELECT s.* FROM \(quoted(delivered)) s"
    // Within one delivery a key stands once. A row without a whole key is no version of another: it stands alone.
    if !key.isEmpty, (files[contract.name] ?? []).count > 1 {
      let alone = key.map { " OR v.\($0) IS NULL" }.joined()
      select = """
        SELECT v.* FROM (SELECT s.*, row_number() OVER (PARTITION BY \(key.joined(separator: ", "))
            ORDER BY s.`_sequence` DESC NULLS LAST, s.`_row` DESC NULLS LAST) AS `_version`
          FROM \(quoted(delivered)) s) v WHERE v.`_version` = 1\(alone)
        """
    }
    if let mutation = contract.mutation, let column = contract.column(mutation.column) {
      let value =
        column.type == .boolean
        ? (mutation.withdrawn == contract.format.trueText ? "true" : "false")
        : literal(mutation.withdrawn)
      select =
        "SELECT w.* FROM (\(select)) w WHERE w.\(quoted(column.contentName)) IS NULL "
        + "OR w.\(quoted(column.contentName)) <> \(value)"
    }
    return select
  }
}
