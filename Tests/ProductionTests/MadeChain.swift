import ChainPack
import DisclosureControl
import Foundation
import InformationModel
import Intake
import Production
import Publication
import Refinement
import Synthesis
import TestSupport
import Warehouse

/// One small made-up year of the criminal justice chain, delivered and produced once for all tests that look at it.
final class MadeChain: Sendable {
  static let shared = Result { try MadeChain() }

  let deliveries: URL
  let workspace: Workspace
  let tables: [ProtectedTable]
  let snapshot: String
  let release: String
  let refusals: [String]
  static let referenceDate = "2024-01-10"

  private init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "keten-made-chain-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.removeItem(at: folder)
    let source = packageFolder.appending(path: "chains/strafrecht")
    let pack = try ChainPack.read(source).pack
    deliveries = folder.appending(path: "deliveries")
    _ = try Synthesizer(
      pack: pack,
      options: Synthesizer.Options(
        seed: 7, scale: 0.006, fromYear: 2023, toYear: 2023, faults: .default, threads: nil)
    ).run(into: deliveries)
    workspace = try Workspace.create(at: folder.appending(path: "workspace"), pack: source)
    let catalogue = try Catalogue.create(workspace.catalogueFile)
    let door = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
    var refusals: [String] = []
    for delivery in try Self.folders(deliveries) {
      do {
        _ = try door.receive(try OfferedDelivery.folder(delivery))
      } catch let refusal as IntakeRefusal {
        refusals += refusal.reasons
      }
    }
    self.refusals = refusals
    let outcome = try ProductionRun(
      workspace: workspace, pack: pack, catalogue: catalogue,
      referenceDate: CalendarDate(iso: Self.referenceDate) ?? .distantFuture, progress: { _ in }
    ).run()
    tables = outcome.tables
    snapshot = outcome.snapshot.id
    release = outcome.release.description
  }

  static func folders(_ deliveries: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(atPath: deliveries.path)
      .filter { !$0.hasPrefix("_") }
      .map { deliveries.appending(path: $0) }
      .map { ($0, try OfferedDelivery.folder($0).manifest.referenceDate) }
      .sorted { ($0.1, $0.0.lastPathComponent) < ($1.1, $1.0.lastPathComponent) }
      .map(\.0)
  }
}
