import ArgumentParser
import ChainPack
import Foundation
import InformationModel
import Production
import Refinement
import Warehouse

/// What the commands that make figures share.
struct ProductionOptions: ParsableArguments {
  @Argument(help: "The workspace.")
  var workspace: String

  @Option(help: "The reference date: all that was known on that day (yyyy-mm-dd).")
  var referenceDate: String

  @Option(help: "How many threads; all cores when left out. The result is the same.")
  var threads: Int?

  @Flag(help: "Print the SQL of every step.")
  var explain = false

  @Flag(help: "Say nothing on the way.")
  var quiet = false

  func validate() throws {
    guard CalendarDate(iso: referenceDate) != nil else {
      throw ValidationError("'\(referenceDate)' is no date; write yyyy-mm-dd")
    }
  }

  /// Opens the workspace for writing and hands out a run.
  func withRun<Result>(_ body: (ProductionRun) throws -> Result) throws -> Result {
    let opened = try Workspace.open(location(workspace))
    let lock = try opened.lock()
    defer { withExtendedLifetime(lock) {} }
    guard let date = CalendarDate(iso: referenceDate) else {
      throw ValidationError("'\(referenceDate)' is no date; write yyyy-mm-dd")
    }
    var progress = Progress()
    progress.isQuiet = quiet
    let run = try ProductionRun(
      workspace: opened, pack: try opened.readPack(),
      catalogue: try Catalogue(opened.catalogueFile), referenceDate: date, threads: threads,
      progress: { [progress] in progress($0) })
    if explain { run.explain { print("-- \($0.name)\n\($0.select);\n") } }
    return try body(run)
  }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Link, refine, freeze, tabulate, protect and publish.")

  @OptionGroup var options: ProductionOptions

  func run() throws {
    try options.withRun { run in
      let outcome = try run.run()
      for finding in outcome.workList { print(finding.packLine) }
      print("snapshot \(outcome.snapshot.id)")
      print("release \(outcome.release)")
    }
  }
}

struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the snapshot of a reference date; the same date gives the same bytes.")

  @OptionGroup var options: ProductionOptions

  func run() throws {
    try options.withRun { run in
      let (snapshot, workList) = try run.freeze()
      for finding in workList { print(finding.packLine) }
      print("snapshot \(snapshot.id)")
    }
  }
}

struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tabulate, protect and publish a snapshot that is frozen already.")

  @Argument(help: "The workspace.")
  var workspace: String

  @Argument(help: "The snapshot's name; the newest when left out.")
  var snapshot: String?

  func run() throws {
    let opened = try Workspace.open(location(workspace))
    let lock = try opened.lock()
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try Catalogue(opened.catalogueFile)
    guard
      let chosen = try catalogue.snapshots().last(where: { snapshot == nil || $0.id == snapshot })
    else {
      throw WorkspaceError("there is no such snapshot; make one with 'keten freeze'")
    }
    let progress = Progress()
    let run = try ProductionRun(
      workspace: opened, pack: try opened.readPack(), catalogue: catalogue,
      referenceDate: chosen.referenceDate, progress: { progress($0) })
    print("release \(try run.publish(snapshot: chosen.id))")
  }
}
