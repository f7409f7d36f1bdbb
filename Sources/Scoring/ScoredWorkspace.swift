import ChainPack
import Foundation
import InformationModel
import Refinement
import Warehouse

/// A workspace of made-up deliveries, opened to be compared with the truth behind them.
package struct ScoredWorkspace {
  let workspace: Workspace
  let pack: ChainPack
  let catalogue: Catalogue
  let engine: DuckDBEngine
  /// What was frozen and is judged.
  package let snapshot: FrozenSnapshot

  /// Opens a workspace for reading.
  ///
  /// - Parameters:
  ///   - workspace: the workspace.
  ///   - id: the snapshot's name; nil for the newest.
  ///   - threads: how many threads; nil for one per core. The score is the same.
  /// - Throws: `ScoringError` when the snapshot rests on a delivery that was not made up: of real
  ///   persons there is no truth to compare with, and what a score shows is not protected.
  package init(_ workspace: Workspace, snapshot id: String? = nil, threads: Int? = nil) throws {
    self.workspace = workspace
    pack = try workspace.readPack()
    catalogue = try Catalogue(workspace.catalogueFile)
    guard let chosen = try catalogue.snapshots().last(where: { id == nil || $0.id == id }) else {
      throw WorkspaceError("there is no such snapshot; make one with 'keten freeze'")
    }
    let read = try Snapshot.read(chosen.id, of: workspace)
    guard read.isFictitious,
      try catalogue.deliveries().allSatisfy({ $0.isFictitious })
    else {
      throw ScoringError(
        "this workspace holds deliveries that were not made up; only made-up ones have a truth")
    }
    snapshot = FrozenSnapshot(
      id: chosen.id, folder: workspace.snapshots.appending(path: chosen.id), snapshot: read)
    engine = try workspace.makeEngine(threads: threads)
  }

  package var referenceDate: CalendarDate { snapshot.snapshot.referenceDate }

  package func truth(_ folder: URL) -> TruthSet { TruthSet(folder, engine: engine) }

  func knownState() throws -> KnownState {
    try KnownState(of: workspace, catalogue: catalogue, at: referenceDate)
  }
}
