import ArgumentParser
import DisclosureFiles
import Foundation

/// Records for research or for the public.
struct DisclosureRecords: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "records",
    abstract: "Make a file of records in which nobody stands out, or a synthetic one.",
    discussion: "See docs/methods/microdata.md.")

  @Argument(help: "The records: CSV or Parquet.")
  var file: String

  @Option(
    help:
      "What may be known of a person, what may not be learnt, and how alike records must be (YAML)."
  )
  var spec: String

  @Option(help: "Where the records go (CSV).")
  var out: String

  @Option(help: "Where the report goes (JSON).")
  var report: String?

  func run() throws {
    let output = location(out, isDirectory: false)
    let reportPlace = report.map { location($0, isDirectory: false) }
    let place = location(spec, isDirectory: false)
    let folder = place.deletingLastPathComponent()
    let read = try RecordSpec(yaml: SpecText.read(spec), file: place.lastPathComponent)
    try OutputFiles.check(
      [output] + [reportPlace].compactMap { $0 },
      beside: [location(file, isDirectory: false), place]
        + read.files.map { folder.appending(path: $0) })
    let protection = try RecordProtection(
      location(file, isDirectory: false), spec: read, specName: place.lastPathComponent,
      folder: folder)
    let told = protection.report
    var files: [(place: URL, content: Data)] = []
    if told.findings.isEmpty { files.append((output, protection.contents())) }
    if let reportPlace { files.append((reportPlace, try OutputFiles.json(told))) }
    try OutputFiles.write(files)
    if let after = told.after {
      print(
        "\(told.records) records; \(told.before.belowKStrictly) looked like fewer than \(read.k), \(after.belowKStrictly) do now"
      )
    }
    if let line = told.syntheticLine { print(line) }
    for (variable, count) in told.suppressed.sorted(by: { $0.key < $1.key }) where count > 0 {
      print("\(variable): \(count) values made missing")
    }
    guard told.findings.isEmpty else {
      throw FindingsExit(
        message: "these records may not be published so:\n"
          + told.findings.joined(separator: "\n"))
    }
  }
}

/// Results of research before they leave.
struct DisclosureCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check results of research before they leave the secured environment.",
    discussion:
      "The results are made here, of the data that the request names. See docs/methods/output-checking.md."
  )

  @Argument(help: "What is asked for (YAML).")
  var request: String

  @Option(help: "Where the findings go, and what may leave (JSON).")
  var out: String?

  func run() throws {
    let output = out.map { location($0, isDirectory: false) }
    let place = location(request, isDirectory: false)
    let folder = place.deletingLastPathComponent()
    let read = try OutputRequest(yaml: SpecText.read(request), file: place.lastPathComponent)
    try OutputFiles.check(
      [output].compactMap { $0 }, beside: [place, folder.appending(path: read.data)])
    let review = try OutputReview(read, folder: folder)
    if let output { try OutputFiles.write([(output, try OutputFiles.json(review))]) }
    for result in review.results {
      print("\(result.name): \(result.status.rawValue)")
      for line in result.lines.prefix(20) { print("  \(line)") }
      if result.lines.count > 20 { print("  and \(result.lines.count - 20) more") }
    }
    guard review.isSafe else {
      throw FindingsExit(message: "not everything that was asked for may leave")
    }
  }
}

/// Texts that commands read.
enum SpecText {
  static func read(_ path: String) throws -> String {
    guard let data = try? Data(contentsOf: location(path, isDirectory: false)),
      let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(path): there is no such file in UTF-8") }
    return text
  }
}
