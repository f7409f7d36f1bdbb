import Foundation
import Glibc
import InformationModel
import Warehouse

/// Persons over the runs of file linkage: what was delivered, how it is compared, who is who, and what changed when.
///
/// A folder. Its `registry.json` names all other files and is replaced last, so that a run that is stopped leaves the registry as it was.
/// It holds what records are compared by, in the clear: it belongs where the deliveries belong.
package final class PersonRegistry {
  package struct Counts: Sendable, Codable, Hashable {
    package var persons = 0
    package var new = 0
    /// Persons whose records another has now, and persons who lost some to another.
    package var merged = 0
    package var split = 0
    /// Records that were delivered again, in all runs.
    package var replaced = 0
  }

  private struct State: Codable {
    struct Delivery: Codable {
      var number: Int
      var file: String
      var rows: Int
    }

    struct Source: Codable {
      var name: String
      /// Rows that tell how rare values are.
      var founding: Int
      var deliveries: [Delivery]
    }

    var format = 1
    var runs = 0
    var within: Bool
    var oneToOne: Bool
    var model: String
    var links = ""
    var persons = ""
    /// What was judged in all runs; empty when nothing was.
    var judged = ""
    var lastPerson: Int64 = 0
    var sources: [Source] = []
    var counts: [Counts] = []
  }

  private static let stateFile = "registry.json"
  private let folder: URL
  private let lock: Int32
  private var state: State
  private let engine: DuckDBEngine
  package let model: LinkageModel

  package var options: (within: Bool, oneToOne: Bool) { (state.within, state.oneToOne) }
  package var runs: Int { state.runs }

  deinit { close(lock) }

  /// Whether a folder holds a registry.
  package static func exists(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: stateFile).path)
  }

  /// Opens a registry, or founds one.
  ///
  /// - Parameters:
  ///   - folder: where it is or will be.
  ///   - model: of a new registry, or of one that is to be linked anew; nil for the model that it has.
  ///   - options: of a new registry.
  /// - Throws: `LinkageError` when it cannot be read, another command has it, or the model does not fit a registry; `StorageError`.
  package init(
    _ folder: URL, model: LinkageModel?, options: (within: Bool, oneToOne: Bool)
  ) throws {
    self.folder = folder
    let isThere = Self.exists(folder)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    lock = open(folder.path, O_RDONLY | O_DIRECTORY)
    guard lock >= 0 else { throw StorageError(file: folder.lastPathComponent, code: errno) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw LinkageError(
        "another command has the registry \(folder.lastPathComponent); wait until it is done")
    }
    if isThere {
      guard let data = try? Data(contentsOf: folder.appending(path: Self.stateFile)),
        let state = try? JSONDecoder().decode(State.self, from: data), state.format == 1
      else {
        throw LinkageError(
          "\(folder.lastPathComponent)/\(Self.stateFile) is no registry that this version reads")
      }
      self.state = state
    } else {
      guard
        try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy({
          $0.hasPrefix(StoredFile.temporaryPrefix) || Self.isOwn($0)
        })
      else {
        throw LinkageError(
          "\(folder.lastPathComponent) holds other files; give a new folder for a registry")
      }
      state = State(within: options.within, oneToOne: options.oneToOne, model: "")
    }
    if let model {
      self.model = model
    } else {
      let file = folder.appending(path: state.model)
      guard isThere, let data = try? Data(contentsOf: file),
        let kept = try? JSONDecoder().decode(LinkageModel.self, from: data)
      else {
        throw LinkageError("the registry \(folder.lastPathComponent) has no model; give --model")
      }
      self.model = kept
    }
    for rule in self.model.blocking where !rule.sorted.isEmpty {
      throw LinkageError(
        "a registry cannot have the sorted rule \(rule.parts.joined(separator: ", ")): who are neighbours would change with every delivery"
      )
    }
    engine = try DuckDBEngine(
      threads: 1, memoryLimit: "256MB", temporary: StoredFile.temporary(in: folder))
    try cleanUp()
  }

  // MARK: Before linking

  /// What the registry holds and what comes to it.
  ///
  /// - Parameters:
  ///   - new: deliveries; one of a source that the registry knows bears its name.
  ///   - isAnew: whether all records are compared, not only pairs with a new one, and all tell how rare values are.
  /// - Returns: a source each, what came earlier first.
  /// - Throws: `LinkageError` when a delivery lacks a column.
  package func sources(
    adding new: [LinkageRecords.Source], anew isAnew: Bool = false
  ) throws -> [LinkageRecords.Source] {
    var known = state.sources
    for source in new where !known.contains(where: { $0.name == source.name }) {
      known.append(.init(name: source.name, founding: 0, deliveries: []))
    }
    return try known.map { source in
      let added = new.first { $0.name == source.name }
      let columns = try self.columns(source, added)
      let list = columns.map(quoted).joined(separator: ", ")
      let relations =
        source.deliveries.map {
          "SELECT \(list) FROM read_parquet(\(literal(folder.appending(path: $0.file).path)))"
        } + (added.map { ["SELECT \(list) FROM \($0.relation)"] } ?? [])
      let isFounding = isAnew || state.runs == 0
      return .init(
        name: source.name, file: added?.file,
        relation: "(\(relations.joined(separator: " UNION ALL ")))",
        earlier: source.deliveries.map(\.rows), founding: isFounding ? nil : source.founding)
    }
  }

  /// Columns of a source that the model reads.
  private func columns(
    _ source: State.Source, _ added: LinkageRecords.Source?
  ) throws -> [String] {
    let words = Set(
      ([model.id] + expressions).flatMap {
        $0.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
      })
    let read = expressions + [model.id]
    var found: [String] = []
    if let first = source.deliveries.first {
      found = try RecordReader.columns(
        .init(name: source.name, file: folder.appending(path: first.file)), engine: engine
      ).map(\.name)
    } else if let added {
      found = try RecordReader.columns(added, engine: engine).map(\.name).filter { column in
        words.contains(column.lowercased()) || read.contains { $0.contains(column) }
      }
    }
    if let added {
      let has = Set(try RecordReader.columns(added, engine: engine).map(\.name))
      let missing = found.filter { !has.contains($0) }
      guard missing.isEmpty else {
        throw LinkageError(
          "\(added.file?.lastPathComponent ?? added.name) lacks \(missing.joined(separator: ", ")), which the registry has of \(source.name)"
        )
      }
      guard has.contains(model.id) else {
        throw LinkageError("\(added.name) has no column '\(model.id)', which names a record")
      }
    }
    return found
  }

  private var expressions: [String] {
    (model.comparisons + model.cannot.map(\.comparison)).flatMap(\.columns)
      + model.blocking.flatMap(\.expressions) + model.prior.deterministic.flatMap { $0 }
  }

  /// The first record of each delivery, by its number.
  private func firstRecords(_ records: LinkageRecords) -> [Int: Int] {
    var first: [Int: Int] = [:]
    for source in state.sources {
      guard let place = records.sources.firstIndex(where: { $0.name == source.name }) else {
        continue
      }
      var record = records.starts[place]
      for delivery in source.deliveries {
        first[delivery.number] = record
        record += delivery.rows
      }
    }
    return first
  }

  /// Links between records of earlier deliveries; those of records that were delivered again are gone.
  package func links(_ records: LinkageRecords) throws -> [ScoredPair] {
    guard state.runs > 0 else { return [] }
    let first = firstRecords(records)
    let file = literal(folder.appending(path: state.links).path)
    var links: [ScoredPair] = []
    let answer = try read("SELECT * FROM read_parquet(\(file))", of: state.links)
    let columns = [
      "left_delivery", "left_row", "right_delivery", "right_row", "weight", "probability", "kind",
    ].map { answer.integers($0) }
    guard columns.allSatisfy({ $0.count == answer.rowCount }) else { throw unfit(state.links) }
    links.reserveCapacity(answer.rowCount)
    for row in 0..<answer.rowCount {
      func number(_ column: Int) -> Int { Int(columns[column][row] ?? -1) }
      guard let leftFirst = first[number(0)], let rightFirst = first[number(2)],
        let left = Self.record(leftFirst, number(1), of: records),
        let right = Self.record(rightFirst, number(3), of: records), left != right,
        Self.kinds.indices.contains(number(6))
      else { throw unfit(state.links) }
      if let replaced = records.isReplaced, replaced[left] || replaced[right] { continue }
      links.append(
        ScoredPair(
          left: Int32(min(left, right)), right: Int32(max(left, right)),
          weight: Float(bitPattern: UInt32(truncatingIfNeeded: number(4))),
          probability: Float(bitPattern: UInt32(truncatingIfNeeded: number(5))),
          kind: Self.kinds[number(6)]))
    }
    return links
  }

  /// What was judged before, and what is judged now: a file as `Judgements` reads it. nil when there is neither.
  ///
  /// - Throws: `LinkageError` when a judgement cannot be read.
  package func judgements(
    _ records: LinkageRecords, adding new: URL?
  ) throws -> Judgements? {
    let earlier =
      state.judged.isEmpty
      ? nil : try Judgements(folder.appending(path: state.judged), records: records)
    let now = try new.map { try Judgements($0, records: records) }
    return earlier.map { $0.followed(by: now) } ?? now
  }

  // MARK: After linking

  /// What a run came to.
  package struct Outcome: Sendable {
    /// By record, the person's number.
    package var persons: [Int64]
    package var counts: Counts
  }

  /// Names the persons of a run and keeps all of it.
  ///
  /// - Throws: `EngineError` or `StorageError`; the registry then stays as it was.
  package func store(
    _ linkage: FileLinkage, new: [LinkageRecords.Source], judged: Judgements? = nil
  ) throws -> Outcome {
    let records = linkage.records
    var next = state
    next.runs += 1
    let run = next.runs
    next.model = "model-\(run).json"
    next.links = "links-\(run).parquet"
    next.persons = "persons-\(run).parquet"
    next.judged = judged == nil ? "" : "judged-\(run).csv"
    try add(new, of: records, to: &next, anew: records.isNew == nil)
    let (clusters, count) = Self.numbered(linkage.clusters.roots, without: records.isReplaced)
    let earlier = try earlierPersons(records)
    let continuity = Continuity(clusters: clusters, clusterCount: count, earlier: earlier)
    var counts = Counts(persons: count)
    let names = continuity.persons.map { person -> Int64 in
      if person >= 0 { return Int64(person) }
      next.lastPerson += 1
      counts.new += 1
      return next.lastPerson
    }
    counts.merged = continuity.persons(.merged)
    counts.split = continuity.persons(.split)
    counts.replaced = records.isReplaced?.values.count { $0 } ?? 0
    next.counts.append(counts)
    let persons = clusters.map { $0 < 0 ? 0 : names[Int($0)] }
    state.sources = next.sources
    try write(persons, of: records, to: next.persons)
    try write(linkage.scoredLinks, of: records, to: next.links)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    // Not as YAML, which rounds for people.
    try StoredFile.write(
      try encoder.encode(linkage.model), to: folder.appending(path: next.model),
      permissions: 0o600)
    if let judged {
      try StoredFile.write(
        Data(judged.text(records).utf8), to: folder.appending(path: next.judged),
        permissions: 0o600)
    }
    try append(continuity.events, names: names, run: run)
    try StoredFile.write(
      try encoder.encode(next), to: folder.appending(path: Self.stateFile), permissions: 0o600)
    state = next
    try cleanUp()
    return Outcome(persons: persons, counts: counts)
  }

  /// Keeps the columns of new deliveries that the model reads.
  private func add(
    _ new: [LinkageRecords.Source], of records: LinkageRecords, to next: inout State, anew: Bool
  ) throws {
    var number = next.sources.flatMap(\.deliveries).map(\.number).max() ?? 0
    for source in new {
      guard let place = records.sources.firstIndex(where: { $0.name == source.name }) else {
        continue
      }
      let combined = records.sources[place]
      number += 1
      let file = "delivery-\(number).parquet"
      let columns = try RecordReader.columns(
        .init(name: source.name, relation: combined.relation), engine: engine
      ).map { quoted($0.name) }
      let rows = try write(
        "SELECT \(columns.joined(separator: ", ")) FROM \(source.relation)", to: file)
      guard
        rows == records.starts[place + 1] - records.starts[place] - combined.earlier.reduce(0, +)
      else {
        throw LinkageError("\(source.name) changed while it was read; give the same command again")
      }
      let delivery = State.Delivery(number: number, file: file, rows: rows)
      if let known = next.sources.firstIndex(where: { $0.name == source.name }) {
        next.sources[known].deliveries.append(delivery)
      } else {
        next.sources.append(.init(name: source.name, founding: 0, deliveries: [delivery]))
      }
    }
    guard anew else { return }
    for index in next.sources.indices {
      next.sources[index].founding = next.sources[index].deliveries.reduce(0) { $0 + $1.rows }
    }
  }

  /// By record the person that it was of; one that was delivered again hands its person on.
  private func earlierPersons(_ records: LinkageRecords) throws -> [Int32] {
    var persons = [Int32](repeating: -1, count: records.count)
    guard !state.persons.isEmpty else { return persons }
    let file = folder.appending(path: state.persons)
    let kept = try read(
      "SELECT person FROM read_parquet(\(literal(file.path)))", of: state.persons
    ).integers("person")
    let ranges = rangesOfDeliveries(records)
    guard kept.count == ranges.reduce(0, { $0 + $1.count }),
      kept.allSatisfy({ (0...state.lastPerson).contains($0 ?? -1) })
    else { throw unfit(state.persons) }
    var row = 0
    for record in ranges.joined() {
      if let person = kept[row], person > 0 { persons[record] = Int32(person) }
      row += 1
    }
    if records.isReplaced != nil { records.handOn(&persons) }
    return persons
  }

  /// Clusters from 0 in the order of their first record; -1 for records that take part in nothing.
  private static func numbered(
    _ roots: [Int32], without replaced: FixedBuffer<Bool>?
  ) -> ([Int32], count: Int) {
    var numbers = [Int32](repeating: -1, count: roots.count)
    var clusters = [Int32](repeating: -1, count: roots.count)
    var count: Int32 = 0
    for (record, root) in roots.enumerated() where replaced?[record] != true {
      if numbers[Int(root)] < 0 {
        numbers[Int(root)] = count
        count += 1
      }
      clusters[record] = numbers[Int(root)]
    }
    return (clusters, Int(count))
  }

  // MARK: Files

  private func unfit(_ file: String) -> LinkageError {
    LinkageError(
      "\(folder.lastPathComponent)/\(file) does not fit the registry; put back the folder as it was"
    )
  }

  private func read(_ select: String, of file: String) throws -> QueryAnswer {
    do { return try engine.query(select) } catch is EngineError { throw unfit(file) }
  }

  /// A record by its row in a delivery; nil when it is none.
  private static func record(_ first: Int, _ row: Int, of records: LinkageRecords) -> Int? {
    row >= 0 && first + row < records.count ? first + row : nil
  }

  /// The records of each delivery, in the order of these: so persons are kept.
  private func rangesOfDeliveries(_ records: LinkageRecords) -> [Range<Int>] {
    let first = firstRecords(records)
    return state.sources.flatMap(\.deliveries).sorted { $0.number < $1.number }.compactMap {
      delivery in first[delivery.number].map { $0..<$0 + delivery.rows }
    }
  }

  /// By record: the number of its delivery and its row there, from 0.
  private func places(_ records: LinkageRecords) -> (deliveries: [UInt32], rows: [UInt32]) {
    var deliveries = [UInt32](repeating: 0, count: records.count)
    var rows = deliveries
    let first = firstRecords(records)
    for delivery in state.sources.flatMap(\.deliveries) {
      guard let start = first[delivery.number] else { continue }
      for row in 0..<delivery.rows {
        deliveries[start + row] = UInt32(delivery.number)
        rows[start + row] = UInt32(row)
      }
    }
    return (deliveries, rows)
  }

  private func write(_ persons: [Int64], of records: LinkageRecords, to file: String) throws {
    let ordered = rangesOfDeliveries(records).joined().map { UInt32(persons[$0]) }
    try engine.load(
      ContentTable(
        columns: [Self.column("person", ordered)], rows: (0..<Int32(ordered.count)).map { $0 }),
      as: "kept")
    try write("SELECT person FROM kept", to: file)
    try engine.execute("DROP TABLE kept")
  }

  private func write(_ links: [ScoredPair], of records: LinkageRecords, to file: String) throws {
    let (deliveries, rows) = places(records)
    try engine.load(
      ContentTable(
        columns: [
          Self.column("left_delivery", links.map { deliveries[Int($0.left)] }),
          Self.column("left_row", links.map { rows[Int($0.left)] }),
          Self.column("right_delivery", links.map { deliveries[Int($0.right)] }),
          Self.column("right_row", links.map { rows[Int($0.right)] }),
          Self.bits("weight", links.map(\.weight)),
          Self.bits("probability", links.map(\.probability)),
          Self.column(
            "kind", links.map { UInt32(Self.kinds.firstIndex(of: $0.kind) ?? 0) }),
        ], rows: (0..<Int32(links.count)).map { $0 }), as: "kept")
    try write(
      "SELECT left_delivery, left_row, right_delivery, right_row, weight, probability, kind FROM kept",
      to: file)
    try engine.execute("DROP TABLE kept")
  }

  private static func column(_ name: String, _ values: [UInt32]) -> ContentTable.Column {
    let most = Int(values.max() ?? 0)
    return ContentTable.Column(
      name: name, codes: values, values: .integers((0...most).map { Int64($0) }),
      isNull: [Bool](repeating: false, count: most + 1))
  }

  /// Numbers as their bits, so that they are the same when they are read again.
  private static func bits(_ name: String, _ values: [Float]) -> ContentTable.Column {
    var codes: [UInt32: UInt32] = [:]
    var distinct: [Int64] = []
    let coded = values.map { value -> UInt32 in
      if let code = codes[value.bitPattern] { return code }
      codes[value.bitPattern] = UInt32(distinct.count)
      distinct.append(Int64(value.bitPattern))
      return UInt32(distinct.count - 1)
    }
    return ContentTable.Column(
      name: name, codes: coded, values: .integers(distinct),
      isNull: [Bool](repeating: false, count: distinct.count))
  }

  private static let kinds: [PairClass] = [.same, .family, .unrelated]

  @discardableResult
  private func write(_ select: String, to file: String) throws -> Int {
    let part = StoredFile.temporary(in: folder)
    let rows = try engine.write(SQLStep(name: file, select: select), to: part)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: part.path)
    try StoredFile.commit(part, as: folder.appending(path: file))
    return rows
  }

  private static let eventsFile = "events.csv"

  /// Adds to the list of what changed; lines of a run that was stopped are dropped.
  private func append(_ events: [Continuity.Event], names: [Int64], run: Int) throws {
    let file = folder.appending(path: Self.eventsFile)
    let head = "run,change,person,other,records"
    let before = ((try? String(contentsOf: file, encoding: .utf8)) ?? head).split(separator: "\n")
    let kept = before.dropFirst().filter { (Int($0.prefix { $0 != "," }) ?? 0) < run }
    let added = events.map {
      "\(run),\($0.change.rawValue),\($0.person),\(names[Int($0.cluster)]),\($0.records)"
    }
    let lines = [head] + kept.map(String.init) + added
    try StoredFile.write(
      Data((lines.joined(separator: "\n") + "\n").utf8), to: file, permissions: 0o600)
  }

  private static func isOwn(_ name: String) -> Bool {
    ["delivery-", "links-", "persons-", "judged-", "model-"].contains { name.hasPrefix($0) }
      || name == eventsFile
  }

  /// Removes what the state does not name.
  private func cleanUp() throws {
    StoredFile.clean(folder)
    let named = Set(
      state.sources.flatMap(\.deliveries).map(\.file) + [
        state.links, state.persons, state.judged, state.model,
      ])
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where Self.isOwn(name) && name != Self.eventsFile && !named.contains(name) {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}
