import Dispatch
import Foundation
import InformationModel
import Synchronization
import Warehouse

/// Links the records of files that share no clean key: `keten linkage files`.
package struct FileLinkage {
  package struct Options: Sendable {
    /// Whether records of one file are compared with each other too; always so for a single file.
    package var within: Bool
    /// Whether no record may have more than one link.
    package var oneToOne: Bool
    /// Whether only pairs with a record of no earlier delivery are scored.
    package var onlyNew: Bool
    /// How many threads; the outcome is the same for any number.
    package var threads: Int

    package init(
      within: Bool = false, oneToOne: Bool = false, onlyNew: Bool = false, threads: Int = 2
    ) {
      self.within = within
      self.onlyNew = onlyNew
      self.oneToOne = oneToOne
      self.threads = threads
    }
  }

  /// What there is to say of a run, without a value of any record.
  package struct Report: Sendable, Codable {
    package struct Rule: Sendable, Codable {
      package var rule: [String]
      package var pairs: Double
      package var blocks: Int
      /// Numbers of records of the largest blocks.
      package var largest: [Int]
    }

    package var files: [String: Int] = [:]
    package var pairs = 0.0
    package var rules: [Rule] = []
    /// Pairs that were scored, each once.
    package var scored = 0
    package var links = 0
    /// Pairs that would be links if they were not what the model excludes.
    package var excluded = 0
    package var assigned: Int?
    /// Links that no cluster follows, because its other records speak against them.
    package var outvoted = 0
    package var clusters = 0
    package var clustersOfSeveral = 0
    package var largestCluster = 0
    package var estimation: EstimationReport?
    package var evaluation: LinkageEvaluation?
    package var judgements: Judgements.Report?
    package var warnings: [String] = []
  }

  package let records: LinkageRecords
  package private(set) var model: LinkageModel
  package private(set) var links: [ScoredPair] = []
  /// The links before anybody's judgement.
  package private(set) var scoredLinks: [ScoredPair] = []
  package private(set) var assigned: [Bool]?
  package private(set) var clusters: Clusters
  package private(set) var report = Report()
  private let pairs: CandidatePairs
  private let options: Options
  /// Pairs that somebody said are two persons.
  private var different = Set<UInt64>()
  private var within: Bool { options.within || records.sources.count == 1 }

  /// Beyond it DuckDB reads in smaller parts.
  private static let memoryLimit = "128MB"
  /// Above so many pairs a rule is worth a warning.
  private static let manyPairs = 2e9

  /// Reads the files and counts what blocking would make.
  ///
  /// A source that is a relation is read from `engine`; for files alone a new one is made.
  ///
  /// - Throws: `LinkageError` when the model does not fit the files.
  package init(
    _ sources: [LinkageRecords.Source], model: LinkageModel, options: Options,
    engine: DuckDBEngine? = nil
  ) throws {
    try model.validate()
    guard !model.blocking.isEmpty else {
      throw LinkageError(
        "the model has no blocking rule; for every pair write blocking: [[\"'all'\"]]")
    }
    // Two threads that hand over rows to one wait for each other more than they win.
    let engine = try engine ?? DuckDBEngine(threads: 1, memoryLimit: Self.memoryLimit)
    records = try LinkageRecords(
      sources, model: model, engine: engine, onlyNew: options.onlyNew)
    self.model = model
    self.options = options
    pairs = CandidatePairs(
      records.memberships, starts: records.starts,
      within: options.within || sources.count == 1, isNew: records.isNew)
    clusters = Clusters(records: 0, links: [])
    report.files = Dictionary(
      zip(sources.map(\.name), zip(records.starts, records.starts.dropFirst()).map { $1 - $0 }),
      uniquingKeysWith: { first, _ in first })
    report.warnings = records.warnings
    report.pairs = records.pairCount(within: within)
    for (rule, made) in zip(model.blocking, pairs.rules) {
      report.rules.append(
        .init(
          rule: rule.parts, pairs: made.pairs, blocks: made.blocks, largest: made.largest))
      if made.pairs > Self.manyPairs {
        report.warnings.append(
          "the rule \(rule.parts.joined(separator: ", ")) makes \(Int(made.pairs)) pairs; its largest block has \(made.largest.first ?? 0) records"
        )
      }
    }
  }

  // MARK: Running

  /// Fills in what the model lacks.
  package mutating func estimate() throws {
    guard !model.isEstimated else { return }
    let estimation = Estimation(
      records: records, within: within,
      comparer: PairComparer(
        try PreparedComparisons(model.comparisons, records.compared)))
    let (estimated, told) = try estimation.run(model, pairs: pairs)
    model = estimated
    report.estimation = told
  }

  mutating func setSame(_ shares: [Double], of comparison: Int) {
    model.comparisons[comparison].same = shares
  }

  /// Estimates what the model lacks, scores all pairs and draws the clusters. What was judged holds, whatever the model says.
  ///
  /// Links between records of earlier deliveries are given; of those only pairs with a new record are scored.
  package mutating func run(judged: Judgements? = nil, earlier: [ScoredPair] = []) throws {
    try estimate()
    try score()
    if !earlier.isEmpty {
      links = (earlier + links).sorted { ($0.left, $0.right) < ($1.left, $1.right) }
    }
    scoredLinks = links
    if let judged { obey(judged) }
    if options.oneToOne {
      let chosen = links.assignedOneToOne(records: records.count)
      assigned = chosen
      report.assigned = chosen.count { $0 }
    }
    let followed = assigned.map { assigned in
      links.indices.filter { assigned[$0] }.map { links[$0] }
    }
    clusters = Clusters(
      records: records.count, links: followed ?? links, weight: try weigher())
    report.outvoted = clusters.outvoted
    var sizes: [Int32: Int] = [:]
    for root in clusters.roots { sizes[root, default: 0] += 1 }
    report.links = links.count
    report.clusters = sizes.count
    report.clustersOfSeveral = sizes.values.count { $0 > 1 }
    report.largestCluster = sizes.values.max() ?? 0
  }

  private mutating func obey(_ judged: Judgements) {
    var told = Judgements.Report()
    var verdicts: [UInt64: Bool] = [:]
    for pair in judged.pairs {
      verdicts[LinkageEvaluation.key(pair.left, pair.right)] = pair.isSame
    }
    told.same = verdicts.values.count { $0 }
    different = Set(verdicts.filter { !$0.value }.keys)
    told.different = verdicts.count - told.same
    var kept: [ScoredPair] = []
    for var link in links {
      guard let isSame = verdicts.removeValue(forKey: LinkageEvaluation.key(link.left, link.right))
      else {
        kept.append(link)
        continue
      }
      let isLink = Double(link.probability) >= model.threshold
      if isSame {
        told.sameLinked += isLink ? 1 : 0
      } else {
        told.differentLinked += isLink ? 1 : 0
      }
      guard isSame else { continue }
      link.judge()
      kept.append(link)
    }
    for (key, isSame) in verdicts where isSame {
      var link = ScoredPair(
        left: Int32(key >> 32), right: Int32(key & 0xFFFF_FFFF), weight: 0, probability: 1,
        kind: .same)
      link.judge()
      kept.append(link)
    }
    links = kept.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
    report.judgements = told
  }

  /// Scores every pair, a stretch at a time on each thread, and keeps the links.
  private mutating func score() throws {
    let stretches = pairs.stretches(pairs: 200_000)
    let workers = max(1, min(options.threads, stretches.count))
    let prepared = try PreparedComparisons(model.comparisons, records.compared)
    let scorers = try (0..<workers).map { _ in
      try PairScorer(records, model: model, comparer: PairComparer(prepared))
    }
    let exclusions = try PreparedComparisons(
      model.cannot.map(\.comparison), records.exclusions)
    let excluders = (0..<workers).map { _ in PairComparer(exclusions) }
    let excluded = Mutex(0)
    let next = Mutex(0)
    let found = Mutex([[ScoredPair]](repeating: [], count: stretches.count))
    let scored = Mutex(0)
    let width = model.comparisons.count
    let pairs = pairs
    // Each worker has a scorer of its own.
    nonisolated(unsafe) let ofWorkers = (scorers, excluders)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      let (scorer, excluder) = (ofWorkers.0[worker], ofWorkers.1[worker])
      let batch = PairBatch(comparisons: width)
      var count = 0
      while true {
        let turn = next.withLock { turn in
          turn += 1
          return turn - 1
        }
        guard turn < stretches.count else { break }
        var links: [ScoredPair] = []
        pairs.forEachBatch(in: stretches[turn], batch) { batch in
          count &+= batch.count
          scorer.score(batch) { pair in
            if excluder.passesAny(Int(pair.left), Int(pair.right)) {
              excluded.withLock { $0 += 1 }
            } else {
              links.append(pair)
            }
          }
        }
        found.withLock { $0[turn] = links }
      }
      scored.withLock { $0 += count }
    }
    links = found.withLock { Array($0.joined()) }
    links.sort { ($0.left, $0.right) < ($1.left, $1.right) }
    report.scored = scored.withLock { $0 }
    report.excluded = excluded.withLock { $0 }
  }

  /// Tells of any two records the base-2 logarithm of the odds that they are one person, nil when the model excludes it. For one thread.
  func weigher() throws -> (Int, Int) -> Float? {
    let scorer = try PairScorer(
      records, model: model,
      comparer: PairComparer(
        try PreparedComparisons(model.comparisons, records.compared)))
    let excluder = PairComparer(
      try PreparedComparisons(model.cannot.map(\.comparison), records.exclusions))
    return { [different] left, right in
      excluder.passesAny(left, right)
        || different.contains(LinkageEvaluation.key(Int32(left), Int32(right)))
        ? nil : scorer.weight(left, right)
    }
  }

  /// How many of the pairs that blocking makes are of a kind.
  func pairCount(where isOfKind: (Int, Int) -> Bool) -> Int {
    var count = 0
    for stretch in pairs.stretches(pairs: .infinity) {
      pairs.forEachPair(in: stretch) { if isOfKind($0, $1) { count += 1 } }
    }
    return count
  }

  // MARK: Telling

  /// One pair, comparison by comparison.
  ///
  /// - Throws: `LinkageError` when a record is not there.
  package func explanation(left: String, right: String) throws -> [(
    name: String, level: String, weight: Double
  )] {
    func record(_ id: String, in sources: Range<Int>) throws -> Int {
      for record in records.starts[sources.lowerBound]..<records.starts[sources.upperBound]
      where records.id(record) == id {
        return record
      }
      throw LinkageError("one of the two records is in none of the files where it should be")
    }
    let isSingle = records.sources.count == 1
    let a = try record(left, in: 0..<1)
    let b = try record(right, in: isSingle ? 0..<1 : 1..<records.sources.count)
    let comparer = PairComparer(
      try PreparedComparisons(model.comparisons, records.compared))
    let scorer = try PairScorer(records, model: model, comparer: comparer)
    var lines: [(name: String, level: String, weight: Double)] = [
      ("before comparing", "", scorer.priorWeight)
    ]
    let levels = UnsafeMutablePointer<UInt8>.allocate(capacity: model.comparisons.count)
    defer { levels.deallocate() }
    for part in scorer.waterfall(a, b) {
      let comparison = model.comparisons[part.comparison]
      let name =
        part.level < comparison.levels.count
        ? comparison.levels[part.level]
        : part.level == comparison.levels.count ? "else" : "no value"
      lines.append((comparison.name, name, part.weight))
      if part.rarity != 0 { lines.append((comparison.name, "how rare the value is", part.rarity)) }
      levels[part.comparison] = UInt8(part.level)
    }
    let judged = scorer.judge(a, b, levels, step: 1)
    lines.append(
      (
        "together", "\(judged.kind.rawValue), probability \(judged.probability)",
        Double(judged.weight)
      ))
    return lines
  }

  /// Holds the links against true pairs.
  ///
  /// - Parameters:
  ///   - truth: a CSV or Parquet file with `left_id` and `right_id`; or nil.
  ///   - entity: else an expression over the files' columns that is equal for records of one person.
  ///   - groups: expressions by which the outcome is broken down.
  /// - Throws: `LinkageError` when the truth cannot be read.
  package mutating func evaluate(truth: URL?, entity: String?, groups: [String]) throws {
    let engine = try DuckDBEngine(threads: 1, memoryLimit: Self.memoryLimit)
    try engine.execute(RecordReader.functions)
    func column(_ expression: String) throws -> DictionaryColumn {
      let selects = records.sources.map {
        "SELECT CAST(\(expression) AS VARCHAR) FROM \($0.relation)"
      }
      do {
        return try engine.dictionaryColumns(selects.joined(separator: " UNION ALL "))[0]
      } catch let error as EngineError {
        throw LinkageError("'\(expression)' cannot be read: \(error.message)")
      }
    }
    var pairs = Set<UInt64>()
    if let truth {
      guard FileManager.default.fileExists(atPath: truth.path) else {
        throw LinkageError("\(truth.lastPathComponent): there is no such file")
      }
      let numbers = records.recordsByID()
      let columns: [DictionaryColumn]
      do {
        columns = try engine.dictionaryColumns(
          "SELECT CAST(left_id AS VARCHAR), CAST(right_id AS VARCHAR) FROM \(Warehouse.relation(of: truth))"
        )
      } catch let error as EngineError {
        throw LinkageError("the truth needs the columns left_id and right_id: \(error.message)")
      }
      for (left, right) in zip(columns[0].codes, columns[1].codes) {
        for a in numbers[columns[0].values[Int(left)]] ?? [] {
          for b in numbers[columns[1].values[Int(right)]] ?? [] where isPair(a, b) {
            pairs.insert(LinkageEvaluation.key(a, b))
          }
        }
      }
    } else if let entity {
      let entities = try column(entity)
      var members = [[Int32]](repeating: [], count: entities.values.count)
      for (record, code) in entities.codes.enumerated() where code != 0 {
        members[Int(code)].append(Int32(record))
      }
      for some in members where some.count > 1 {
        for (place, a) in some.enumerated() {
          for b in some[(place + 1)...] where isPair(a, b) {
            pairs.insert(LinkageEvaluation.key(a, b))
          }
        }
      }
    }
    let values = try groups.map { group in
      let read = try column(group)
      return (column: group, values: read.codes.map { read.values.string(Int($0)) })
    }
    report.evaluation = LinkageEvaluation(
      links: links, assigned: assigned, truth: pairs, pairs: self.pairs, groups: values)
  }

  private func isPair(_ left: Int32, _ right: Int32) -> Bool {
    left != right
      && (within || records.source(of: Int(left)) != records.source(of: Int(right)))
  }

  /// Writes the links: which records, how sure, and what they are to each other.
  package func writeLinks(to file: URL) throws {
    var text = LinkageText("left_id,right_id,match_weight,match_probability,class,assigned\n")
    for (index, link) in links.enumerated() {
      text.append(id: Int(link.left), of: records)
      text.comma()
      text.append(id: Int(link.right), of: records)
      text.comma()
      text.append(Double(link.weight), decimals: 4)
      text.comma()
      text.append(Double(link.probability), decimals: 6)
      text.comma()
      text.append(link.kind.rawValue)
      text.comma()
      if let assigned { text.append(assigned[index] ? "true" : "false") }
      text.endLine()
    }
    try text.write(to: file)
  }

  /// Writes the clusters, each named after its first record or, where a registry named them, after its person. What was delivered again
  /// stands there once.
  package func writeClusters(to file: URL, persons: [Int64]? = nil) throws {
    var text = LinkageText("id,source,cluster\n")
    let names = records.sources.map { DelimitedText.field($0.name) }
    for source in records.sources.indices {
      for record in records.starts[source]..<records.starts[source + 1]
      where records.isReplaced?[record] != true {
        text.append(id: record, of: records)
        text.comma()
        text.append(names[source])
        text.comma()
        if let persons {
          text.append("\(persons[record])")
        } else {
          let root = Int(clusters.roots[record])
          text.append("\(records.source(of: root) + 1)-")
          text.append(id: root, of: records)
        }
        text.endLine()
      }
    }
    try text.write(to: file)
  }
}

/// CSV in the making, as bytes.
private struct LinkageText {
  private var bytes: [UInt8]

  init(_ head: String) { bytes = Array(head.utf8) }

  mutating func comma() { bytes.append(0x2C) }
  mutating func endLine() { bytes.append(0x0A) }
  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func append(id record: Int, of records: LinkageRecords) {
    records.withID(record) { id in
      let isPlain = id.allSatisfy { $0 != 0x22 && $0 != 0x2C && $0 != 0x0A && $0 != 0x0D }
      if isPlain {
        bytes.append(contentsOf: id)
      } else {
        append(DelimitedText.field(String(decoding: id, as: UTF8.self)))
      }
    }
  }

  /// A number with so many decimals, rounded half away from zero.
  mutating func append(_ value: Double, decimals: Int) {
    let factor = [1.0, 10, 100, 1_000, 10_000, 100_000, 1_000_000][decimals]
    var digits = Int((abs(value) * factor).rounded())
    if value < 0, digits != 0 { bytes.append(0x2D) }
    var reversed: [UInt8] = []
    for place in 0... {
      if place == decimals, place > 0 { reversed.append(0x2E) }
      if place > decimals, digits == 0 { break }
      reversed.append(0x30 + UInt8(digits % 10))
      digits /= 10
    }
    bytes.append(contentsOf: reversed.reversed())
  }

  func write(to file: URL) throws { try Data(bytes).write(to: file, options: .atomic) }
}
