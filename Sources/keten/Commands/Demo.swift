import ArgumentParser
import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Synthesis
import Warehouse
import Website

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The whole way on made-up deliveries, then the website.")

  @Option(help: "The chain pack.")
  var pack = "chains/strafrecht"

  @Option(help: "1 is a real year.")
  var scale = 0.01

  @Option(help: "The year that is made up.")
  var year = 2023

  @Option(help: "The folder to make; it is made anew each time.")
  var dir = "demo"

  @Option(help: "The website's port.")
  var port = 8080

  @Flag(inversion: .prefixedNo, help: "Serve the website at the end.")
  var serve = true

  func validate() throws {
    guard scale > 0, scale <= 8 else { throw ValidationError("--scale lies above 0, up to 8") }
    guard (1950...2100).contains(year) else {
      throw ValidationError("--year lies from 1950 to 2100")
    }
    try checkPort(port)
  }

  func run() async throws {
    let progress = Progress()
    let folder = location(dir)
    let source = packLocation(pack)
    let read = try ChainPack.read(source).pack
    let synthesizer = Synthesizer(
      pack: read,
      options: Synthesizer.Options(
        seed: 7, scale: scale, fromYear: year, toYear: year, faults: .default, threads: nil))
    _ = try synthesizer.checkedPlan()
    // Not before all that can be wrong with the options was looked at.
    try removeEarlierDemo(folder)
    progress("1. making up deliveries of \(read.description.name.en)")
    let deliveries = folder.appending(path: "deliveries")
    let summary = try synthesizer.run(into: deliveries, progress: { _ in })
    progress("   \(summary.deliveries) deliveries")
    let workspace = try Workspace.create(at: folder.appending(path: "workspace"), pack: source)
    let lock = try workspace.lock()
    let catalogue = try Catalogue.create(workspace.catalogueFile)
    progress("2. delivering: check, pseudonymise, store")
    try deliver(deliveries, workspace: workspace, pack: read, catalogue: catalogue, progress)
    progress("3. linking, refining, freezing, tabulating, protecting, publishing")
    let newest = try catalogue.deliveries().map(\.knownFrom).max() ?? .distantPast
    let outcome = try ProductionRun(
      workspace: workspace, pack: read, catalogue: catalogue, referenceDate: newest,
      progress: { progress("   \($0)") }
    ).run()
    withExtendedLifetime(lock) {}
    progress("4. release \(outcome.release) is ready in \(dir)/workspace/publications")
    if serve {
      try await keten.serve(
        workspace, settings: ServerSettings(host: "127.0.0.1", port: port))
    } else {
      print("see it with: keten serve \(dir)/workspace")
    }
  }

  /// Only a folder that an earlier demo made is removed.
  private func removeEarlierDemo(_ folder: URL) throws {
    let mark = folder.appending(path: ".keten-demo")
    if FileManager.default.fileExists(atPath: folder.path) {
      let isEmpty =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.isEmpty ?? false
      guard isEmpty || FileManager.default.fileExists(atPath: mark.path) else {
        throw WorkspaceError("\(dir) was not made by a demo; give another folder with --dir")
      }
      try FileManager.default.removeItem(at: folder)
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: mark)
  }

  private func deliver(
    _ deliveries: URL, workspace: Workspace, pack: ChainPack, catalogue: Catalogue,
    _ progress: Progress
  ) throws {
    let run = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
    var accepted = 0
    var refused = 0
    var rows = 0
    var quarantined = 0
    for folder in try deliveryFolders([deliveries.path]) {
      do {
        if case .accepted(let report) = try run.receive(try OfferedDelivery.folder(folder)) {
          accepted += 1
          rows += report.receipt.files.reduce(0) { $0 + $1.accepted }
          quarantined += report.receipt.files.reduce(0) { $0 + $1.quarantined }
        }
      } catch let refusal as IntakeRefusal {
        refused += 1
        progress("   refused: \(refusal.reasons.first ?? "")")
      }
    }
    progress(
      "   \(accepted) accepted with \(rows) rows, \(quarantined) rows in quarantine; \(refused) refused"
    )
  }
}
