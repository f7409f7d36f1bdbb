import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Scoring
import Synthesis
import TestSupport
import Testing
import Warehouse

/// A small year of the criminal justice chain without a fault.
@Suite struct FaultlessChainTests {
  @Test func `without faults every figure is the true one, on every reference date`() throws {
    let folder = try TemporaryFolder()
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "chains/strafrecht")
    let pack = try ChainPack.read(source).pack
    let deliveries = folder.url.appending(path: "deliveries")
    _ = try Synthesizer(
      pack: pack,
      options: Synthesizer.Options(
        seed: 11, scale: 0.002, fromYear: 2022, toYear: 2023, faults: .none, threads: nil)
    ).run(into: deliveries)
    let workspace = try Workspace.create(
      at: folder.url.appending(path: "workspace"), pack: source)
    let catalogue = try Catalogue.create(workspace.catalogueFile)
    let door = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
    let offers = try FileManager.default.contentsOfDirectory(atPath: deliveries.path)
      .filter { !$0.hasPrefix("_") }
      .map { try OfferedDelivery.folder(deliveries.appending(path: $0)) }
      .sorted {
        ($0.manifest.referenceDate, $0.manifest.id) < ($1.manifest.referenceDate, $1.manifest.id)
      }
    for offer in offers { _ = try door.receive(offer) }
    let truth = deliveries.appending(path: "_truth")
    for date in ["2023-07-10", "2024-01-10"] {
      _ = try ProductionRun(
        workspace: workspace, pack: pack, catalogue: catalogue,
        referenceDate: try #require(CalendarDate(iso: date)), progress: { _ in }
      ).run()
      let figures = try FigureScore.measure(ScoredWorkspace(workspace), truth: truth)
      #expect(figures.withoutProduct.isEmpty)
      #expect(figures.indicators.count >= 10)
      #expect(figures.release?.hasPrefix(date) == true)
      for indicator in figures.indicators {
        #expect(indicator.cells > 0, "\(indicator.product) on \(date)")
        #expect(indicator.equalShare == 1, "\(indicator.product) on \(date): \(indicator.worst)")
        #expect(indicator.publishedEqual == indicator.cells - indicator.hidden)
      }
    }
    let linkage = try LinkageScore.measure(ScoredWorkspace(workspace), truth: truth)
    #expect(linkage.unknownRows == 0)
    #expect(linkage.lines[0].pairs.precision == 1)
    #expect(Set(linkage.lines.map(\.group)) == ["", "sex", "age", "birth_country", "brp"])
    // Whoever has a number of the population register is found again everywhere.
    let registered = try #require(
      linkage.lines.first { $0.group == "brp" && $0.value == "yes" })
    #expect(registered.pairs.recall == 1)
    #expect(registered.exact.recall == 1)
    let editing = try EditingScore.measure(ScoredWorkspace(workspace), truth: truth)
    #expect(editing.lines.isEmpty)
    #expect(editing.rowsWithFault == 0)
    #expect(editing.duplicates.wronglyRemoved == 0)
  }
}
