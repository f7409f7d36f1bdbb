import ArgumentParser
import DisclosureControl
import DisclosureFiles
import Foundation
import InformationModel
import Production
import Publication
import Warehouse

/// Protection of any table of figures, without an alliance.
struct DisclosureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disclosure",
    abstract: "Protect tables of figures against disclosure, and check that they are.",
    subcommands: [
      DisclosureProtect.self, DisclosureVerify.self, DisclosureVerifyRelease.self,
      DisclosureAudit.self,
      DisclosureAttack.self, DisclosureRecords.self, DisclosureCheck.self,
    ])
}

struct DisclosureOptions: ParsableArguments {
  @Argument(
    help:
      "The tables that are published together: CSV or Parquet, one row a cell. Without a spec one problem in the JJ format."
  )
  var tables: [String]

  @Option(
    help:
      "What its columns are and which rules it must meet (YAML); one for all tables, or one for each in their order."
  )
  var spec: [String] = []

  @Option(
    help:
      "A table that was published before, with its status and its hidden figures: what protect wrote; the oldest first; with the spec of the table in the same place."
  )
  var earlier: [String] = []

  @Option(help: "Where the report goes (JSON).")
  var report: String?

  func inputs(_ tables: [String], isMicrodata: Bool) throws -> [TableProtection.Input] {
    guard spec.count == 1 || spec.count >= tables.count else {
      throw ValidationError("\(tables.count) tables have one spec, or \(tables.count)")
    }
    let specs = try specs()
    return try tables.enumerated().map { number, table in
      let (read, name, folder) = specs[specs.count == 1 ? 0 : number]
      return .init(
        file: try TableFile(
          location(table, isDirectory: false), spec: read, folder: folder,
          isMicrodata: isMicrodata), spec: read, specName: name, folder: folder)
    }
  }

  /// The specs with their names, and where the files are that they name.
  private func specs() throws -> [(spec: ProtectionSpec, name: String, folder: URL)] {
    try spec.map { path in
      let file = location(path, isDirectory: false)
      let name = file.lastPathComponent
      return (
        try ProtectionSpec(yaml: SpecText.read(path), file: name), name,
        file.deletingLastPathComponent()
      )
    }
  }

  /// Whether the specs' methods change figures instead of hiding some.
  func changesFigures() throws -> Bool {
    let changes = try Set(specs().map(\.spec.changesFigures))
    guard changes.count < 2 else {
      throw ValidationError(
        "tables that are published together all hide figures or all change them; give the others by themselves"
      )
    }
    return changes.contains(true)
  }

  func system(
    isMicrodata: Bool = false, preferred: [String] = [],
    method: ProtectionSpec.Method = .suppression
  ) throws -> TableSystem {
    if spec.isEmpty {
      guard tables.count == 1, earlier.isEmpty, preferred.isEmpty, !isMicrodata else {
        throw ValidationError("tables need a spec: --spec")
      }
      return TableSystem(
        try CellProblemFile(location(tables[0], isDirectory: false)), method: method)
    }
    return try TableSystem(
      inputs(tables, isMicrodata: isMicrodata), earlier: inputs(earlier, isMicrodata: false),
      preferred: inputs(preferred, isMicrodata: false))
  }

  /// Looks whether the report, and what else a command makes, can be written, and nothing that it reads is overwritten.
  func check(_ others: [URL] = [], beside inputs: [String] = []) throws {
    let named = try specs().flatMap { spec in
      spec.spec.files.map { spec.folder.appending(path: $0) }
    }
    try OutputFiles.check(
      others + [reportPlace].compactMap { $0 },
      beside: (tables + spec + earlier + inputs).map { location($0, isDirectory: false) } + named)
  }

  /// Writes the report and what else a command made.
  func write(_ told: some Encodable, _ others: [(place: URL, content: Data)] = []) throws {
    var files = others
    if let reportPlace { files.append((reportPlace, try OutputFiles.json(told))) }
    try OutputFiles.write(files)
  }

  var reportPlace: URL? { report.map { location($0, isDirectory: false) } }

  /// Tells what was found; ends the command when something was.
  func tell(_ told: TableProtection.Report) throws {
    func cells(_ count: Int) -> String { count == 1 ? "1 cell" : "\(count) cells" }
    print("\(cells(told.cells)), \(told.emptyCells) of them empty")
    for rule in told.rules { print("\(rule.rule): \(cells(rule.cells))") }
    let share = (told.hiddenShare * 10_000).rounded() / 100
    print(
      "\(cells(told.primary)) hidden by the rules and \(told.secondary) to protect these: \(share)% of all value"
    )
    guard told.findings.isEmpty else {
      var lines = told.findings.prefix(20).map { "\($0.cell): \($0.what)" }
      if told.findings.count > 20 { lines.append("and \(told.findings.count - 20) more") }
      throw FindingsExit(
        message: "this table may not be published so:\n" + lines.joined(separator: "\n"))
    }
    print("proved by \(told.circuits == 1 ? "1 circuit" : "\(told.circuits) circuits")")
    if !told.guesses {
      print("for readers who do not take what is hidden again for the same as before")
    }
  }
}

struct DisclosureProtect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protect",
    abstract: "Hide the cells that say too much, and those from which they could be computed.",
    discussion: """
      Writes the table only when it is proved that no hidden cell can be computed. See docs/methods/disclosure.md.
      """)

  @OptionGroup var options: DisclosureOptions

  @Flag(help: "The files have a row for each contributor; the tables are made of them.")
  var microdata = false

  @Option(
    help:
      "Where a table goes, with the status of each cell (CSV); one for each, in their order. Not for the public."
  )
  var out: [String]

  @Option(help: "Where a table for the public goes, without the hidden figures (CSV).")
  var published: [String] = []

  @Option(
    help:
      "A table that was protected before, last year's for instance: what is hidden there is hidden rather than another."
  )
  var prefer: [String] = []

  @Option(help: "Where the proof goes (JSON); keten disclosure verify checks it.")
  var certificate: String?

  func run() throws {
    guard out.count == options.tables.count,
      published.isEmpty || published.count == options.tables.count
    else { throw ValidationError("each table has a place to go: as many --out as tables") }
    let places = out.map { location($0, isDirectory: false) }
    let forPublic = published.map { location($0, isDirectory: false) }
    let proof = certificate.map { location($0, isDirectory: false) }
    try options.check(places + forPublic + [proof].compactMap { $0 }, beside: prefer)
    if try options.changesFigures() { return try perturb(places, forPublic) }
    let system = try options.system(isMicrodata: microdata, preferred: prefer)
    let protection = try TableProtection(system)
    var files: [(place: URL, content: Data)] = []
    if protection.isProved {
      for (number, place) in places.enumerated() {
        files.append((place, protection.contents(number, hidesFigures: false)))
      }
      for (number, place) in forPublic.enumerated() {
        files.append((place, protection.contents(number, hidesFigures: true)))
      }
      if let proof { files.append((proof, try JSONEncoder().encode(protection.certificate))) }
    }
    try options.write(protection.report, files)
    try options.tell(protection.report)
  }
}

extension DisclosureProtect {
  /// Methods that change figures: each table by itself.
  private func perturb(_ places: [URL], _ forPublic: [URL]) throws {
    let inputs = try options.inputs(options.tables, isMicrodata: microdata)
    guard options.earlier.isEmpty, prefer.isEmpty, certificate == nil else {
      throw ValidationError(
        "only methods that hide figures know --earlier, --prefer, --certificate")
    }
    let perturbations = try inputs.map { try TablePerturbation($0, today: .today) }
    try TablePerturbation.write(
      perturbations, out: places, published: forPublic, report: options.reportPlace)
    for told in perturbations.map(\.report) {
      print(
        "\(told.cells) cells, \(told.emptyCells) of them empty; \(told.changed) changed, by \((told.meanDeviation * 1000).rounded() / 1000) in the mean and \(told.largestDeviation) at most; \(told.sumsThatDoNotAddUp) sums do not add up"
      )
      print(told.guarantee)
    }
  }
}

struct DisclosureVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a protected table by its certificate, without searching or solving.")

  @OptionGroup var options: DisclosureOptions

  @Option(help: "The proof that protect wrote (JSON).")
  var certificate: String

  func run() throws {
    try options.check(beside: [certificate])
    let place = location(certificate, isDirectory: false)
    guard let data = try? Data(contentsOf: place),
      let certificate = try? JSONDecoder().decode(Certificate.self, from: data)
    else { throw DisclosureFileError("\(certificate) is no certificate") }
    let told = try TableProtection(options.system(), certificate: certificate).report
    try options.write(told)
    try options.tell(told)
  }
}

struct DisclosureVerifyRelease: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-release",
    abstract: "Check a release of a workspace by its certificate, without searching or solving.")

  @Argument(help: "The workspace.")
  var workspace: String

  @Option(help: "The release; the one that the website shows when none is named.")
  var release: String?

  func run() throws {
    let workspace = try Workspace.open(location(workspace, isDirectory: true))
    let current = try PublicationStore(directory: workspace.publications).currentID()?.description
    guard let name = release ?? current else {
      throw WorkspaceError("this workspace has no release yet")
    }
    let (findings, circuits) = try ReleaseProof.findings(of: name, in: workspace)
    guard findings.isEmpty else {
      var lines = findings.prefix(20).map { "\($0.table) \($0.cell): \($0.kind.sentence)" }
      if findings.count > 20 { lines.append("and \(findings.count - 20) more") }
      throw FindingsExit(
        message: "release \(name) is not as it was proved:\n" + lines.joined(separator: "\n"))
    }
    print("release \(name) is safe: proved by \(circuits) circuits")
  }
}

extension ReleaseCertificate.Finding.Kind {
  fileprivate var sentence: String {
    switch self {
    case .missing: "the release does not have these cells"
    case .differs: "the release shows another number"
    case .shown: "it must be hidden, and is not"
    case .circuit: "a circuit changes what is published, or does not keep a sum"
    case .range: "what it could be lies too close together"
    case .insider: "the only unit of another cell can compute it"
    }
  }
}

struct DisclosureAudit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Attack a table with linear programs: how close one comes to each sensitive cell.",
    discussion: """
      The table has a column 'status' in which hidden cells are primary or secondary, whoever hid them. Two programs a cell: this takes its time.
      """)

  @OptionGroup var options: DisclosureOptions

  @Option(help: "Where the ranges go (CSV), one row a hidden cell.")
  var ranges: String?

  @Flag(help: "The ranges of all hidden cells, not of the sensitive ones only.")
  var all = false

  func run() throws {
    let place = ranges.map { location($0, isDirectory: false) }
    try options.check([place].compactMap { $0 })
    let audit = try TableAudit(options.system(), all: all, progress: Progress().callAsFunction)
    try options.write(
      audit.findings, [place].compactMap { $0 }.map { ($0, Data(audit.ranges.utf8)) })
    print("\(audit.attacked) cells attacked")
    guard audit.findings.isEmpty else {
      let lines = audit.findings.prefix(20).map { "\($0.cell): \($0.what)" }
      throw FindingsExit(
        message: "\(audit.findings.count) sensitive cells are not safe:\n"
          + lines.joined(separator: "\n"))
    }
    print("no sensitive cell can be known closer than its rule allows")
    if audit.guessed > 0 {
      print(
        "\(audit.guessed) could, by readers who take what is hidden again for the same as before")
    }
  }
}

struct DisclosureAttack: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Try on tables what an attacker would: sums, insiders, intervals, earlier releases.",
    discussion: """
      Tables have a column 'status' in which hidden cells are primary or secondary, whoever hid them. Where the spec's method changes figures, the table is \
      the true one, and what the method makes of it is attacked.
      """)

  @OptionGroup var options: DisclosureOptions

  @Flag(help: "The files have a row for each contributor.")
  var microdata = false

  @Flag(inversion: .prefixedNo, help: "Try linear programs as well: two a sensitive cell.")
  var intervals = true

  func run() throws {
    try options.check()
    let attack: TableAttack
    if try options.changesFigures() {
      guard options.tables.count == 1 else { throw ValidationError("one table at a time") }
      let input = try options.inputs(options.tables, isMicrodata: microdata)[0]
      guard input.spec.privacy == nil else {
        throw ValidationError("noise is drawn anew each time, and would be taken from the budget")
      }
      attack = TableAttack(try TablePerturbation(input, today: .today))
    } else {
      attack = try TableAttack(
        options.system(isMicrodata: microdata), intervals: intervals,
        progress: Progress().callAsFunction)
    }
    try options.write(attack.attempts)
    for attempt in attack.attempts {
      print("\(attempt.attack): \(attempt.what): \(attempt.findings.count) found")
      for finding in attempt.findings.prefix(10) { print("  \(finding.cell): \(finding.what)") }
    }
    guard attack.isSafe else { throw FindingsExit(message: "these tables are not safe") }
  }
}
