import ArgumentParser
import DisclosureFiles
import Foundation

/// Protection of any table of figures, without an alliance.
struct DisclosureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disclosure",
    abstract: "Protect tables of figures against disclosure, and check that they are.",
    subcommands: [DisclosureProtect.self, DisclosureVerify.self, DisclosureAudit.self])
}

struct DisclosureOptions: ParsableArguments {
  @Argument(help: "The table: CSV or Parquet, one row a cell.")
  var table: String

  @Option(help: "What its columns are and which rules it must meet (YAML).")
  var spec: String

  @Option(help: "Where the report goes (JSON).")
  var report: String?

  func read(
    isMicrodata: Bool = false
  ) throws -> (spec: ProtectionSpec, name: String, file: TableFile) {
    let file = location(spec, isDirectory: false)
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(spec): there is no such file in UTF-8") }
    let name = file.lastPathComponent
    let read = try ProtectionSpec(yaml: text, file: name)
    return (
      read, name,
      try TableFile(
        location(table, isDirectory: false), spec: read, folder: file.deletingLastPathComponent(),
        isMicrodata: isMicrodata)
    )
  }

  func write(_ told: some Encodable) throws {
    guard let report else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try encoder.encode(told).write(to: location(report, isDirectory: false), options: .atomic)
  }

  /// Tells what was found; ends the command when something was.
  func tell(_ protection: TableProtection) throws {
    let told = protection.report
    try write(told)
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

  @Flag(help: "The file has a row for each contributor; the table is made of it.")
  var microdata = false

  @Option(help: "Where the table goes, with the status of each cell (CSV). Not for the public.")
  var out: String

  @Option(help: "Where the table for the public goes, without the hidden figures (CSV).")
  var published: String?

  @Option(help: "Where the proof goes (JSON); keten disclosure verify checks it.")
  var certificate: String?

  func run() throws {
    let (spec, name, file) = try options.read(isMicrodata: microdata)
    let protection = try TableProtection(file, spec: spec, specName: name)
    try options.tell(protection)
    try protection.write(to: location(out, isDirectory: false), hidesFigures: false)
    if let published {
      try protection.write(to: location(published, isDirectory: false), hidesFigures: true)
    }
    if let certificate {
      try JSONEncoder().encode(protection.certificate).write(
        to: location(certificate, isDirectory: false), options: .atomic)
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
    let (spec, name, file) = try options.read()
    let place = location(certificate, isDirectory: false)
    guard let data = try? Data(contentsOf: place),
      let certificate = try? JSONDecoder().decode(Certificate.self, from: data)
    else { throw DisclosureFileError("\(certificate) is no certificate") }
    try options.tell(
      TableProtection(file, spec: spec, specName: name, certificate: certificate))
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
    let (spec, name, file) = try options.read()
    let audit = try TableAudit(
      file, spec: spec, specName: name, all: all, progress: Progress().callAsFunction)
    if let ranges {
      try Data(audit.ranges.utf8).write(to: location(ranges, isDirectory: false), options: .atomic)
    }
    try options.write(audit.findings)
    print("\(audit.attacked) cells attacked")
    guard audit.findings.isEmpty else {
      let lines = audit.findings.prefix(20).map { "\($0.cell): \($0.what)" }
      throw FindingsExit(
        message: "\(audit.findings.count) sensitive cells are not safe:\n"
          + lines.joined(separator: "\n"))
    }
    print("no sensitive cell can be known closer than its rule allows")
  }
}
