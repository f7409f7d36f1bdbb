import ArgumentParser
import Foundation
import Warehouse

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What a workspace holds: deliveries, codes to map, snapshots, releases.")

  @Argument(help: "The workspace.")
  var workspace: String

  @Flag(help: "Print as JSON.")
  var json = false

  private struct Overview: Encodable {
    var deliveries: [Catalogue.Delivery]
    var files: [Catalogue.File]
    var unknownCodes: [Catalogue.UnknownCode]
    var snapshots: [Catalogue.Snapshot]
    var releases: [Catalogue.Release]
  }

  func run() throws {
    let opened = try Workspace.open(location(workspace))
    let catalogue = try Catalogue(opened.catalogueFile)
    let overview = Overview(
      deliveries: try catalogue.deliveries(), files: try catalogue.files(),
      unknownCodes: try catalogue.unknownCodes(), snapshots: try catalogue.snapshots(),
      releases: try catalogue.releases())
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(overview), as: UTF8.self))
      return
    }
    print("deliveries: \(overview.deliveries.count)")
    for delivery in overview.deliveries {
      let files = overview.files.filter { $0.delivery == delivery.id }
      let rows = files.reduce(0) { $0 + $1.accepted }
      let bad = files.reduce(0) { $0 + $1.quarantined }
      let ended = delivery.knownTo.map { ", replaced from \($0)" } ?? ""
      print(
        "  \(delivery.organisation) \(delivery.period) \(delivery.kind): \(rows) rows, \(bad) in quarantine, known from \(delivery.knownFrom)\(ended)"
      )
    }
    print("codes to map: \(overview.unknownCodes.count)")
    for code in overview.unknownCodes {
      print("  \(code.organisation).\(code.list) '\(code.code)': \(code.rows) rows")
    }
    print("snapshots: \(overview.snapshots.map(\.id).joined(separator: ", "))")
    print("releases: \(overview.releases.map(\.id).joined(separator: ", "))")
  }
}
