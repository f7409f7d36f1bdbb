import ArgumentParser
import Foundation
import Linkage
import Warehouse

/// Linkage of any files, without an alliance.
struct LinkageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linkage",
    abstract: "Link records of any files that share no clean key.",
    subcommands: [
      LinkageFiles.self, LinkageSuggest.self, LinkageBlocking.self, LinkageExplain.self,
      LinkageQueue.self, LinkageEncode.self,
    ])
}

struct LinkageOptions: ParsableArguments {
  @Argument(help: "CSV or Parquet files; one file is searched for doubles.")
  var files: [String]

  @Option(help: "The model: how records are compared (YAML). A registry has one.")
  var model: String?

  @Flag(help: "Compare records of one file with each other too.")
  var within = false

  @Flag(help: "No record may have more than one link.")
  var oneToOne = false

  @Option(help: "How many threads; all cores when left out. The outcome is the same.")
  var threads: Int?

  /// Reads model and files; `threshold` goes before the model's.
  func open(threshold: Double? = nil) throws -> FileLinkage {
    guard var model = try readModel() else {
      throw LinkageError("give --model, which says how records are compared")
    }
    if let threshold { model.threshold = threshold }
    return try FileLinkage(
      Self.sources(files), model: model,
      options: .init(within: within, oneToOne: oneToOne, threads: threadCount))
  }

  var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  func readModel() throws -> LinkageModel? {
    guard let model else { return nil }
    let file = location(model, isDirectory: false)
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw LinkageError("\(model): there is no such file in UTF-8") }
    return try LinkageModel(yaml: text, file: file.lastPathComponent)
  }

  /// Files by their names; two of one name by their numbers too.
  static func sources(
    _ files: [String], names: [String] = []
  ) throws -> [LinkageRecords.Source] {
    let urls = files.map { location($0, isDirectory: false) }
    guard names.isEmpty || names.count == files.count, Set(names).count == names.count else {
      throw LinkageError("give --as once for each file, each another name")
    }
    guard names.isEmpty else { return zip(names, urls).map { .init(name: $0, file: $1) } }
    return urls.enumerated().map { number, url in
      let name = url.lastPathComponent
      let isDouble = urls.count { $0.lastPathComponent == name } > 1
      return .init(name: isDouble ? "\(number + 1) \(name)" : name, file: url)
    }
  }
}

struct LinkageFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files",
    abstract: "Link the records of files, and write links, clusters and a report.")

  @OptionGroup var options: LinkageOptions

  @Option(help: "Where the links go (CSV).")
  var links: String?

  @Option(help: "Where the clusters go (CSV).")
  var clusters: String?

  @Option(help: "Where the report goes (JSON).")
  var report: String?

  @Option(help: "Where the model goes, with its estimated probabilities (YAML).")
  var modelOut: String?

  @Option(help: "True pairs, to say how good the links are: a file with left_id and right_id.")
  var truth: String?

  @Option(help: "Or a column or expression that is equal for records of one person.")
  var entity: String?

  @Option(help: "With truth: a column or expression by which the outcome is broken down.")
  var group: [String] = []

  @Option(
    help:
      "Labelled pairs, a sample of all: left_id, right_id, same. Pairs of one person agree as these do."
  )
  var labels: String?

  @Option(help: "Judged pairs, such as a queue that was filled in; what they say holds.")
  var judged: String?

  @Option(
    help:
      "A folder that keeps persons over runs: made by the first run; later ones compare what is new with all that it holds."
  )
  var registry: String?

  @Option(
    name: .customLong("as"),
    help:
      "The source that a file is a delivery of, in the order of the files; its own name when left out."
  )
  var names: [String] = []

  @Flag(
    help: "With a registry and --model: compare all that it holds anew; persons keep their names.")
  var anew = false

  func run() throws {
    guard let registry else {
      guard names.isEmpty, !anew else { throw LinkageError("--as and --anew are for a --registry") }
      var linkage = try options.open()
      try learn(&linkage)
      try linkage.run(
        judged: judged.map {
          try Judgements(location($0, isDirectory: false), records: linkage.records)
        })
      return try tell(&linkage, persons: nil)
    }
    let folder = location(registry)
    let isThere = PersonRegistry.exists(folder)
    let model = try options.readModel()
    guard (model != nil) == (anew || !isThere) else {
      throw LinkageError(
        isThere
          ? "the registry has its model: leave --model out, or give it with --anew"
          : "there is no registry \(registry) yet: give --model")
    }
    let kept = try PersonRegistry(
      folder, model: model, options: (options.within, options.oneToOne))
    guard kept.options.within || !options.within, kept.options.oneToOne || !options.oneToOne else {
      throw LinkageError(
        "the registry was made without --within or --one-to-one; it stays so: leave it out")
    }
    let new = try LinkageOptions.sources(options.files, names: names)
    var linkage = try FileLinkage(
      kept.sources(adding: new, anew: anew), model: kept.model,
      options: .init(
        within: kept.options.within, oneToOne: kept.options.oneToOne,
        onlyNew: kept.runs > 0 && !anew, threads: options.threadCount))
    try learn(&linkage)
    let judgements = try kept.judgements(
      linkage.records, adding: judged.map { location($0, isDirectory: false) })
    try linkage.run(judged: judgements, earlier: anew ? [] : kept.links(linkage.records))
    let outcome = try kept.store(linkage, new: new, judged: judgements)
    try tell(&linkage, persons: outcome)
  }

  private func learn(_ linkage: inout FileLinkage) throws {
    if let labels {
      try linkage.learn(
        from: Judgements(location(labels, isDirectory: false), records: linkage.records))
    }
  }

  private func tell(_ linkage: inout FileLinkage, persons: PersonRegistry.Outcome?) throws {
    if truth != nil || entity != nil {
      try linkage.evaluate(
        truth: truth.map { location($0, isDirectory: false) }, entity: entity, groups: group)
    }
    if let links { try linkage.writeLinks(to: location(links, isDirectory: false)) }
    if let clusters {
      try linkage.writeClusters(
        to: location(clusters, isDirectory: false), persons: persons?.persons)
    }
    if let modelOut {
      try Data(linkage.model.yaml().utf8).write(
        to: location(modelOut, isDirectory: false), options: .atomic)
    }
    if let report {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      try encoder.encode(linkage.report).write(
        to: location(report, isDirectory: false), options: .atomic)
    }
    show(linkage.report)
    if let counts = persons?.counts {
      print(
        "registry: \(counts.persons) persons, \(counts.new) of them new; \(counts.merged) were merged into others, \(counts.split) split; \(counts.replaced) records were delivered again since it was made"
      )
    }
  }

  private func show(_ report: FileLinkage.Report) {
    for (name, count) in report.files.sorted(by: { $0.key < $1.key }) {
      print("\(name): \(count) records")
    }
    print("\(report.scored) pairs scored of \(String(format: "%.0f", report.pairs))")
    let chosen = report.assigned.map { ", \($0) of them chosen one to one" } ?? ""
    print(
      "\(report.links) links\(chosen); \(report.clustersOfSeveral) clusters of more than one record, the largest of \(report.largestCluster)"
    )
    if let evaluation = report.evaluation {
      print("\(evaluation.truePairs) true pairs, \(evaluation.reachable) of them made by blocking")
      let points =
        evaluation.thresholds.map { ("from \($0.threshold)", $0) }
        + (evaluation.best.map { [("best, from \(String(format: "%.4f", $0.threshold))", $0)] }
          ?? [])
      print(
        TextTable(
          title: "", head: ["links", "found", "right", "precision", "recall", "F1"],
          rows: points.map { name, point in
            [
              name, "\(point.found)", "\(point.right)", share(point.precision),
              share(point.recall), share(point.f1),
            ]
          }
        ).text)
    }
    if let judged = report.judgements {
      print(
        "judged: \(judged.same) pairs of one person, of which the model links \(judged.sameLinked); \(judged.different) of two, of which it links \(judged.differentLinked)"
      )
    }
    let warnings = report.warnings + (report.estimation?.warnings ?? [])
    for warning in warnings { print("warning: \(warning)") }
  }
}

struct LinkageSuggest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest", abstract: "Write a first model from the columns that the files have.")

  @Argument(help: "CSV or Parquet files.")
  var files: [String]

  @Option(help: "Where the model goes; it is printed when left out.")
  var out: String?

  func run() throws {
    let text = try LinkageModel.suggested(for: try LinkageOptions.sources(files)).yaml()
    if let out {
      try Data(text.utf8).write(to: location(out, isDirectory: false), options: .atomic)
    } else {
      print(text, terminator: "")
    }
  }
}

struct LinkageBlocking: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blocking", abstract: "Count the pairs that each blocking rule would make.")

  @OptionGroup var options: LinkageOptions

  func run() throws {
    let report = try options.open().report
    print(
      TextTable(
        title: "\(String(format: "%.0f", report.pairs)) pairs in all",
        head: ["rule", "blocks", "pairs", "records in the largest blocks"],
        rows: report.rules.map { rule in
          [
            rule.rule.joined(separator: ", "), "\(rule.blocks)", String(format: "%.0f", rule.pairs),
            rule.largest.map { "\($0)" }.joined(separator: " "),
          ]
        }
      ).text)
    for warning in report.warnings { print("warning: \(warning)") }
  }
}

struct LinkageQueue: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Write pairs for somebody to judge, who does not see what the model thinks.")

  @OptionGroup var options: LinkageOptions

  @Option(help: "Where the pairs go (CSV); fill in the column same and give it to files --judged.")
  var out: String

  @Option(help: "How many pairs at most.")
  var pairs = 200

  func run() throws {
    var linkage = try options.open(threshold: 0.01)
    try linkage.run()
    try linkage.writeQueue(to: location(out, isDirectory: false), count: pairs)
  }
}

struct LinkageEncode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Write records so that others can link them without seeing their names.")

  @Argument(help: "A CSV or Parquet file.")
  var file: String

  @Option(help: "Which columns are encoded, and how (YAML).")
  var plan: String

  @Option(help: "A file with the secret that the sources share, and whoever links does not have.")
  var secretFile: String

  @Option(help: "Where the encoded records go (CSV).")
  var out: String

  func run() throws {
    let place = location(plan, isDirectory: false)
    guard let text = try? String(contentsOf: place, encoding: .utf8) else {
      throw LinkageError("\(plan): there is no such file in UTF-8")
    }
    guard
      let secret = try? String(
        contentsOf: location(secretFile, isDirectory: false), encoding: .utf8)
    else { throw LinkageError("\(secretFile): there is no such file of text") }
    let encoder = try RecordEncoder(
      try EncodingPlan(yaml: text, file: place.lastPathComponent),
      // The end of the line is no part of it.
      secret: Data(secret.trimmingCharacters(in: .whitespacesAndNewlines).utf8))
    let source = location(file, isDirectory: false)
    let records = try encoder.encode(
      .init(name: source.lastPathComponent, file: source), to: location(out, isDirectory: false))
    print("\(source.lastPathComponent): \(records) records encoded")
  }
}

struct LinkageExplain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what each comparison of one pair adds, in powers of two.")

  @OptionGroup var options: LinkageOptions

  @Option(help: "The record in the first file.")
  var left: String

  @Option(help: "The record in another file, or in the only one.")
  var right: String

  func run() throws {
    var linkage = try options.open()
    try linkage.estimate()
    print(
      TextTable(
        title: "", head: ["comparison", "level", "weight"],
        rows: try linkage.explanation(left: left, right: right).map {
          [$0.name, $0.level, String(format: "%+.2f", $0.weight)]
        }, texts: 2
      ).text)
  }
}
