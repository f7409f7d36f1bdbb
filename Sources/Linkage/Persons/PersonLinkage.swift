import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// Which records are one person: first by the keys that the pack names, then by how much else agrees. It writes a table without content.
package struct PersonLinkage {
  package let pack: ChainPack
  package let engine: any Engine
  private let threads: Int
  private let memoryLimit: String

  /// So many `threads` compare, all cores when nil; the outcome is the same for any number. What is in the clear must fit into `memoryLimit`.
  package init(
    pack: ChainPack, engine: any Engine, threads: Int? = nil, memoryLimit: String = "2GB"
  ) {
    self.pack = pack
    self.engine = engine
    self.memoryLimit = memoryLimit
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
  }

  package struct Coverage: Sendable, Codable, Hashable {
    package var file: String
    package var records: Int
    /// Records that have at least one key.
    package var withKey: Int
    package var conflicts: Int
  }

  /// How the model's answer goes together with that of the keys, wherever both have one. Nobody looked at any record for it.
  package struct Agreement: Sendable, Codable, Hashable {
    /// Pairs of descriptions that keys bring together and that the model was shown, and how many of these it links too.
    package var pairs = 0
    package var found = 0
    /// Pairs that the model links of which both have a unique key, and how many of these have two different ones.
    package var withUniqueKeys = 0
    package var contradicted = 0
    /// Persons of the keys that were joined; links that a unique key refused, and links that the other descriptions of the two outvoted.
    package var joined = 0
    package var refused = 0
    package var outvoted = 0
    package var warnings: [String] = []
  }

  /// How the persons of this run go on from those of an earlier one.
  package struct Succession: Sendable, Codable, Hashable {
    /// The reference date of the earlier run.
    package var since: CalendarDate
    /// Persons who have a name that they had, and persons who were not there.
    package var kept = 0
    package var new = 0
    /// Persons whose records are another's now, and persons who lost some of them to another.
    package var merged = 0
    package var split = 0
  }

  /// Records that went from one person to another since the earlier run.
  package struct Change: Sendable, Hashable {
    package var kind: Continuity.Change
    package var person: String
    package var other: String
    package var records: Int
  }

  /// What the run before left: by `organisation.file` the relation with `delivery`, `row`, `person`.
  package struct Earlier: Sendable {
    package var referenceDate: CalendarDate
    package var relations: [String: String]

    package init(referenceDate: CalendarDate, relations: [String: String]) {
      self.referenceDate = referenceDate
      self.relations = relations
    }
  }

  package struct Outcome: Sendable {
    /// By `organisation.file`: the relation with `delivery`, `row`, `person`.
    package var relations: [String: String]
    package var persons: Int
    package var coverage: [Coverage]
    /// nil when the pack has no model.
    package var agreement: Agreement?
    /// nil when there was no earlier run.
    package var succession: Succession?
    package var changes: [Change] = []
  }

  /// Links the records of the known state.
  ///
  /// - Parameters:
  ///   - states: by `organisation.file`, the relation with the state as known.
  ///   - identity: what the identity zone holds; asked only when the pack has a model.
  ///   - earlier: the persons of an earlier run, who keep their names.
  /// - Returns: the link tables' relations and what they cover.
  /// - Throws: `EngineError` when a state cannot be read; `LinkageError` when the model does not fit.
  package func link(
    _ states: [String: String], identity: IdentityColumns, earlier: Earlier? = nil
  ) throws -> Outcome {
    let plan = pack.linkage
    var domains: [String: Domain] = [:]
    var loaded: [LoadedRecords] = []
    for records in plan.records {
      guard let contract = pack.contract(records.file), let state = states[records.file] else {
        continue
      }
      loaded.append(try load(records, contract: contract, state: state, domains: &domains))
    }
    try replay(plan.merges, states, domains: &domains, in: &loaded)
    for (name, domain) in domains {
      // Equal numbers of two organisations name two persons.
      let values =
        domain.isLocal ? domain.values.map { (Array("\(name) ".utf8) + $0)[...] } : domain.values
      for index in loaded.indices {
        for key in loaded[index].keys.indices where loaded[index].keys[key].domain == domain.index {
          loaded[index].keyValues[key] = values
        }
      }
    }
    let sets = loaded.map { KeyLinker.RecordSet(count: $0.deliveries.rowCount, keys: $0.keys) }
    let byKeys = KeyLinker.link(sets)
    let (clusters, agreement) = try byModel(byKeys, sets, loaded, identity: identity)
    var outcome = Outcome(
      relations: [:], persons: clusters.clusterCount, coverage: [], agreement: agreement)
    var persons = names(of: clusters, loaded: loaded)
    if let earlier {
      persons = try carryOver(earlier, to: persons, clusters, loaded, states, &outcome)
    }
    for (index, records) in loaded.enumerated() {
      let relation = "links.\(records.file)"
      try engine.load(
        ContentTable(
          columns: [
            texts("delivery", records.deliveries),
            ContentTable.Column(
              name: "row", codes: records.rows.codes,
              values: .integers(
                (0..<records.rows.values.count).map { Int64(records.rows.values.string($0)) ?? 0 }),
              isNull: [Bool](repeating: false, count: records.rows.values.count)),
            ContentTable.Column(
              name: "person", codes: clusters.clusters[index].map { UInt32($0) },
              values: .texts(persons),
              isNull: [Bool](repeating: false, count: persons.count)),
          ], rows: (0..<Int32(records.deliveries.rowCount)).map { $0 }),
        as: relation)
      outcome.relations[records.file] = relation
      let withKey = (0..<records.deliveries.rowCount).count { record in
        records.keys.contains { $0.values[record] != 0 }
      }
      outcome.coverage.append(
        Coverage(
          file: records.file, records: records.deliveries.rowCount, withKey: withKey,
          conflicts: clusters.conflicts.count { $0.set == index }))
    }
    return outcome
  }

  /// The distinct values of one kind of key over all files.
  private struct Domain {
    var index: Int
    var isLocal: Bool
    var numbers: [ArraySlice<UInt8>: UInt32] = [:]
    var values: [ArraySlice<UInt8>] = [[]]

    mutating func number(of value: ArraySlice<UInt8>) -> UInt32 {
      if let number = numbers[value] { return number }
      let number = UInt32(values.count)
      numbers[value] = number
      values.append(value)
      return number
    }
  }

  private struct LoadedRecords {
    var file: String
    var deliveries: DictionaryColumn
    var rows: DictionaryColumn
    var keys: [KeyLinker.KeyColumn]
    /// Per key, the pseudonyms by number in its domain.
    var keyValues: [[ArraySlice<UInt8>]]
    /// Content columns that the model's attributes read.
    var content: [(name: String, column: DictionaryColumn)]
  }

  // MARK: Keys that took the place of others

  /// Gives records that have a number that was merged the one that took its place, however often that happened.
  private func replay(
    _ merges: [LinkagePlan.Merges], _ states: [String: String], domains: inout [String: Domain],
    in loaded: inout [LoadedRecords]
  ) throws {
    for merge in merges {
      guard let state = states[merge.file], let contract = pack.contract(merge.file),
        let identifier = contract.columns.first(where: { $0.contentName == merge.old })?.identifier,
        var domain = domains[identifier]
      else { continue }
      let condition = merge.condition.map { " AND (\($0))" } ?? ""
      let columns = try engine.dictionaryColumns(
        "SELECT \(quoted(merge.old)), \(quoted(merge.new)) FROM \(quoted(state)) WHERE \(quoted(merge.old)) IS NOT NULL "
          + "AND \(quoted(merge.new)) IS NOT NULL\(condition) ORDER BY `_sequence`, `_row`")
      var successors: [UInt32: UInt32] = [:]
      for row in 0..<(columns.first?.rowCount ?? 0) {
        let old = domain.number(of: columns[0].values[Int(columns[0].codes[row])])
        successors[old] = domain.number(of: columns[1].values[Int(columns[1].codes[row])])
      }
      domains[identifier] = domain
      let final = successors.keys.reduce(into: [UInt32: UInt32]()) { final, old in
        var (now, seen) = (old, Set([old]))
        // Numbers that took each other's place in a circle stay what they are.
        while let next = successors[now], seen.insert(next).inserted { now = next }
        final[old] = successors[now] == nil ? now : old
      }
      for index in loaded.indices {
        for key in loaded[index].keys.indices where loaded[index].keys[key].domain == domain.index {
          loaded[index].keys[key].values = loaded[index].keys[key].values.map { final[$0] ?? $0 }
        }
      }
    }
  }

  // MARK: What keys do not bring together

  private func byModel(
    _ clusters: KeyLinker.Clusters, _ sets: [KeyLinker.RecordSet], _ loaded: [LoadedRecords],
    identity: IdentityColumns
  ) throws -> (KeyLinker.Clusters, Agreement?) {
    guard let (file, text) = pack.linkage.model else { return (clusters, nil) }
    let model = try LinkageModel(yaml: text, file: file)
    let attributes = try PersonAttributes(
      zip(loaded, clusters.clusters).map { records, clusters in
        .init(
          file: records.file, deliveries: records.deliveries, rows: records.rows,
          clusters: clusters, content: records.content)
      }, pack: pack, identity: identity, model: model,
      memoryLimit: memoryLimit)
    var linkage = try FileLinkage(
      [.init(name: "persons", relation: quoted(PersonAttributes.relation))], model: model,
      options: .init(threads: threads), engine: attributes.engine)
    try linkage.run()
    let unique = KeyLinker.uniqueValues(of: clusters, sets)
    var agreement = Agreement()
    agreement.warnings = linkage.report.warnings + (linkage.report.estimation?.warnings ?? [])
    agreement.pairs = linkage.pairCount { left, right in
      attributes.clusters[left] == attributes.clusters[right]
    }
    var joiner = GroupJoiner(
      groups: attributes.clusters, groupCount: clusters.clusterCount, uniqueValues: unique)
    var links: [ScoredPair] = []
    for link in linkage.links {
      let (left, right) = (
        attributes.clusters[Int(link.left)], attributes.clusters[Int(link.right)]
      )
      if left == right { agreement.found += 1 } else { links.append(link) }
      let both = unique.filter { $0[Int(left)] != 0 && $0[Int(right)] != 0 }
      if !both.isEmpty {
        agreement.withUniqueKeys += 1
        if both.contains(where: { $0[Int(left)] != $0[Int(right)] }) { agreement.contradicted += 1 }
      }
    }
    joiner.join(
      links.strongestFirst(), group: { attributes.clusters[Int($0)] }, weight: try linkage.weigher()
    )
    let joined = KeyLinker.joined(clusters) { joiner.root($0) }
    agreement.joined = clusters.clusterCount - joined.clusterCount
    agreement.refused = joiner.refusedByKey
    agreement.outvoted = joiner.refusedByEvidence
    return (joined, agreement)
  }

  // MARK: Reading

  private func load(
    _ records: LinkagePlan.Records, contract: Contract, state: String,
    domains: inout [String: Domain]
  ) throws -> LoadedRecords {
    let content =
      pack.linkage.model == nil || records.attributes.isEmpty
      ? []
      : PersonAttributes.contentColumns(
        of: records, contract: contract,
        among: try engine.query("DESCRIBE \(quoted(state))").texts("column_name").compactMap { $0 })
    let read = (records.keys + content).map { ", CAST(\(quoted($0)) AS VARCHAR)" }.joined()
    let columns = try engine.dictionaryColumns(
      "SELECT `_delivery`, CAST(`_row` AS VARCHAR)\(read) FROM \(quoted(state)) "
        + "ORDER BY `_sequence`, `_row`")
    var keyColumns: [KeyLinker.KeyColumn] = []
    for (name, column) in zip(records.keys, columns.dropFirst(2)) {
      let identifier =
        contract.columns.first { $0.contentName == name }?.identifier ?? name
      let isLocal =
        pack.linkage.local.contains(name) || pack.linkage.local.contains(identifier)
      let domainName = isLocal ? "\(contract.organisation) \(identifier)" : identifier
      var domain = domains[domainName] ?? Domain(index: domains.count, isLocal: isLocal)
      var translation = [UInt32](repeating: 0, count: column.values.count)
      for code in 1..<max(column.values.count, 1) {
        translation[code] = domain.number(of: column.values[code])
      }
      domains[domainName] = domain
      keyColumns.append(
        KeyLinker.KeyColumn(
          domain: domain.index,
          isUnique: pack.linkage.unique.contains(name) || pack.linkage.unique.contains(identifier),
          values: column.codes.map { translation[Int($0)] }))
    }
    return LoadedRecords(
      file: records.file, deliveries: columns[0], rows: columns[1], keys: keyColumns,
      keyValues: records.keys.map { _ in [] },
      content: Array(zip(content, columns.dropFirst(2 + records.keys.count))))
  }

  /// Gives clusters the names of the persons that they continue.
  private func carryOver(
    _ earlier: Earlier, to names: ByteStrings, _ clusters: KeyLinker.Clusters,
    _ loaded: [LoadedRecords], _ states: [String: String], _ outcome: inout Outcome
  ) throws -> ByteStrings {
    // The same order of records as where they were read.
    let columns = try loaded.map { records -> DictionaryColumn? in
      guard let before = earlier.relations[records.file], let state = states[records.file] else {
        return nil
      }
      return try engine.dictionaryColumns(
        "SELECT e.person FROM \(quoted(state)) s LEFT JOIN \(quoted(before)) e "
          + "ON e.delivery = s.`_delivery` AND e.row = s.`_row` ORDER BY s.`_sequence`, s.`_row`")[
          0]
    }
    var known = Set<ArraySlice<UInt8>>()
    for column in columns.compactMap({ $0 }) {
      for code in 1..<max(1, column.values.count) { known.insert(column.values[code]) }
    }
    let ordered = known.sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(ordered, ordered.indices))
    let before = zip(loaded, columns).flatMap { records, column -> [Int32] in
      guard let column else { return [Int32](repeating: -1, count: records.deliveries.rowCount) }
      let ofCodes = (0..<column.values.count).map { code in
        code == 0 ? Int32(-1) : Int32(numbers[column.values[code]] ?? -1)
      }
      return column.codes.map { ofCodes[Int($0)] }
    }
    let continuity = Continuity(
      clusters: clusters.clusters.joined(), clusterCount: clusters.clusterCount, earlier: before)
    var taken = Set(continuity.persons.filter { $0 >= 0 }.map { ordered[Int($0)] })
    var result = ByteStrings()
    result.reserve(strings: names.count, bytes: names.count * 24)
    for (cluster, person) in continuity.persons.enumerated() {
      if person >= 0 {
        result.append(ordered[Int(person)])
        continue
      }
      // Who was split off may still have the key that named the other.
      var name = names[cluster]
      while !taken.insert(name).inserted {
        name = Array(StoredFile.letters(Array(SHA256.hash(data: Data(name))).prefix(12)).utf8)[...]
      }
      result.append(name)
    }
    let kept = continuity.persons.count { $0 >= 0 }
    outcome.succession = Succession(
      since: earlier.referenceDate, kept: kept, new: continuity.persons.count - kept,
      merged: continuity.persons(.merged), split: continuity.persons(.split))
    outcome.changes = continuity.events.map { event in
      Change(
        kind: event.change, person: String(decoding: ordered[Int(event.person)], as: UTF8.self),
        other: result.string(Int(event.cluster)), records: event.records)
    }
    return result
  }

  /// A person's name is a digest of its smallest strongest key, unique keys first, or of its only record: the same whenever the same records
  /// are linked.
  private func names(of clusters: KeyLinker.Clusters, loaded: [LoadedRecords]) -> ByteStrings {
    var best = [(rank: Int, value: ArraySlice<UInt8>)?](
      repeating: nil, count: clusters.clusterCount)
    for (set, records) in loaded.enumerated() {
      for record in 0..<records.deliveries.rowCount {
        let cluster = Int(clusters.clusters[set][record])
        var candidate: (rank: Int, value: ArraySlice<UInt8>)
        if let rank = Self.strongestKey(of: record, in: records) {
          // Ranks of different files speak of different keys; the domain's number orders them all.
          candidate = (
            Self.order(of: records.keys[rank]),
            records.keyValues[rank][Int(records.keys[rank].values[record])]
          )
        } else {
          candidate = (.max, Self.recordName(record, in: records)[...])
        }
        if let present = best[cluster] {
          if candidate.rank < present.rank
            || candidate.rank == present.rank
              && candidate.value.lexicographicallyPrecedes(present.value)
          {
            best[cluster] = candidate
          }
        } else {
          best[cluster] = candidate
        }
      }
    }
    // A conflict may keep apart two persons who share their smallest key: those are told apart by all that they have.
    let shared = Dictionary(grouping: best.indices) { best[$0]?.value ?? [] }.values
      .filter { $0.count > 1 }.flatMap { $0 }
    let evidence = evidence(of: Set(shared), clusters: clusters, loaded: loaded)
    var names = ByteStrings()
    names.reserve(strings: best.count, bytes: best.count * 24)
    for (cluster, key) in best.enumerated() {
      var hash = SHA256()
      hash.update(data: Data("person".utf8))
      hash.update(data: Data(key?.value ?? []))
      if let all = evidence[cluster] { hash.update(data: Data(all)) }
      names.append(StoredFile.letters(Array(hash.finalize()).prefix(12)).utf8)
    }
    return names
  }

  /// By cluster: every key and record of it, in one order.
  private func evidence(
    of wanted: Set<Int>, clusters: KeyLinker.Clusters, loaded: [LoadedRecords]
  ) -> [Int: [UInt8]] {
    guard !wanted.isEmpty else { return [:] }
    var parts: [Int: Set<[UInt8]>] = [:]
    for (set, records) in loaded.enumerated() {
      for record in 0..<records.deliveries.rowCount {
        let cluster = Int(clusters.clusters[set][record])
        guard wanted.contains(cluster) else { continue }
        var values = records.keys.indices.filter { records.keys[$0].values[record] != 0 }
          .map { key in
            Array("\(records.keys[key].domain) ".utf8)
              + records.keyValues[key][Int(records.keys[key].values[record])]
          }
        if values.isEmpty { values = [Self.recordName(record, in: records)] }
        parts[cluster, default: []].formUnion(values)
      }
    }
    return parts.mapValues {
      $0.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 + [0x0A] }
    }
  }

  private static func recordName(_ record: Int, in records: LoadedRecords) -> [UInt8] {
    Array(records.deliveries.values[Int(records.deliveries.codes[record])]) + [0x2F]
      + Array(records.rows.values[Int(records.rows.codes[record])])
  }

  /// A key that is not unique may stand in two persons, when a conflict kept them apart.
  private static func order(of key: KeyLinker.KeyColumn) -> Int {
    key.isUnique ? key.domain : key.domain + 1_000
  }

  private static func strongestKey(of record: Int, in records: LoadedRecords) -> Int? {
    var best: Int?
    for index in records.keys.indices where records.keys[index].values[record] != 0 {
      if let present = best, order(of: records.keys[present]) <= order(of: records.keys[index]) {
        continue
      }
      best = index
    }
    return best
  }

  private func texts(_ name: String, _ column: DictionaryColumn) -> ContentTable.Column {
    ContentTable.Column(
      name: name, codes: column.codes, values: .texts(column.values),
      isNull: [Bool](repeating: false, count: column.values.count))
  }
}
