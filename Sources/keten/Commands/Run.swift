import ArgumentParser
import ChainPack
import DisclosureControl
import Foundation
import InformationModel
import Linkage
import Production
import Publication
import Refinement
import Warehouse
import Website

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
    guard let date = CalendarDate(iso: referenceDate) else {
      throw ValidationError("'\(referenceDate)' is no date; write yyyy-mm-dd")
    }
    guard date <= CalendarDate.today else {
      throw ValidationError("\(date) lies in the future: nobody knows yet what is known then")
    }
    try checkThreads(threads)
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

/// When and why something is published.
struct PublicationOptions: ParsableArguments {
  @Option(
    help: "From when the public sees it: 2027-03-01T09:30+01:00. At once when left out.")
  var at: String?

  @Option(help: "Why it is published, in Dutch, for readers; for a correction, for instance.")
  var reason: String?

  @Option(help: "The same in English; needed beside --reason.")
  var reasonEnglish: String?

  var moment: Moment? { at.flatMap { Moment($0) } }

  var text: LocalizedText? {
    reason.flatMap { nl in reasonEnglish.map { LocalizedText(nl: nl, en: $0) } }
  }

  func validate() throws {
    if let at, moment == nil {
      throw ValidationError(
        "'\(at)' is no moment; write 2027-03-01T09:30+01:00, with the distance from Greenwich")
    }
    guard (reason == nil) == (reasonEnglish == nil) else {
      throw ValidationError("the website is in two languages: give --reason and --reason-english")
    }
  }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Link, refine, freeze, tabulate, protect and publish.")

  @OptionGroup var options: ProductionOptions
  @OptionGroup var publication: PublicationOptions

  func run() throws {
    try options.withRun { run in
      let outcome = try run.run(at: publication.moment, because: publication.text)
      for finding in outcome.workList { print(finding.packLine) }
      print("snapshot \(outcome.snapshot.id)")
      try report(outcome.release, in: options.workspace)
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

struct Link: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Link records by keys and say how many could be linked.")

  @OptionGroup var options: ProductionOptions

  func run() throws {
    for file in try options.withRun({ try $0.link() }) {
      print(
        "\(file.file): \(file.records) records, \(file.withKey) with a key, \(file.conflicts) conflicts"
      )
    }
  }
}

struct Refine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the uniform entities and list the codes that lead to no concept; keeps nothing."
  )

  @OptionGroup var options: ProductionOptions

  func run() throws {
    let (entities, workList) = try options.withRun { try $0.refine() }
    for entity in entities { print("\(entity.name): \(entity.rows) rows") }
    for finding in workList { print(finding.packLine) }
    if !workList.isEmpty { throw FindingsExit() }
  }
}

/// What the commands on a frozen snapshot share.
struct SnapshotOptions: ParsableArguments {
  @Argument(help: "The workspace.")
  var workspace: String

  @Argument(help: "The snapshot's name; the newest when left out.")
  var snapshot: String?

  func withRun<Result>(_ body: (ProductionRun, String) throws -> Result) throws -> Result {
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
    return try body(run, chosen.id)
  }
}

struct Tabulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Tabulate a frozen snapshot and say how large each table is; figures leave only protected.")

  @OptionGroup var options: SnapshotOptions

  func run() throws {
    for table in try options.withRun({ try $0.tabulate(snapshot: $1) }) {
      print("\(table.table): \(table.cells) cells")
    }
  }
}

struct Protect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Protect the tables of a frozen snapshot and say how many cells are hidden.")

  @OptionGroup var options: SnapshotOptions

  func run() throws {
    for table in try options.withRun({ try $0.protect(snapshot: $1) }) {
      print(
        "\(table.description.id): \(table.statuses.first?.count ?? 0) cells, \(table.primaryCount) hidden as unsafe, \(table.secondaryCount) to protect those"
      )
    }
  }
}

struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tabulate, protect and publish a snapshot that is frozen already.")

  @OptionGroup var options: SnapshotOptions
  @OptionGroup var publication: PublicationOptions

  func run() throws {
    try report(
      try options.withRun {
        try $0.publish(snapshot: $1, at: publication.moment, because: publication.text)
      }, in: options.workspace)
  }
}

/// Names the release that was published, from when readers see it, and the one that they see when that is another.
private func report(_ release: ReleaseID, in workspace: String) throws {
  print("release \(release)")
  let store = PublicationStore(directory: try Workspace.open(location(workspace)).publications)
  if let moment = try store.entries().last(where: { $0.release == release })?.moment {
    print("the public sees it from \(moment)")
  }
  let seen = store.seen { Moment.present() }
  if try seen.releases().contains(release), let shown = try seen.currentID(), shown != release {
    print(
      "the website shows \(shown): its reference date is later, or publications/current names it")
  }
}
