import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// Which records are one person, by the keys that the pack names. It reads pseudonyms only, and writes a table without content.
package struct PersonLinkage {
  package let pack: ChainPack
  package let engine: any Engine

  package init(pack: ChainPack, engine: any Engine) {
    self.pack = pack
    self.engine = engine
  }

  package struct Coverage: Sendable, Codable, Hashable {
    package var file: String
    package var records: Int
    /// Records that have at least one key.
    package var withKey: Int
    package var conflicts: Int
  }

  package struct Outcome: Sendable {
    /// By `organisation.file`: the relation with `delivery`, `row`, `person`.
    package var relations: [String: String]
    package var persons: Int
    package var coverage: [Coverage]
  }

  /// Links the records of the known state.
  ///
  /// - Parameter states: by `organisation.file`, the relation with the state as known.
  /// - Returns: the link tables' relations and what they cover.
  /// - Throws: `EngineError` when a state cannot be read.
  package func link(_ states: [String: String]) throws -> Outcome {
    let plan = pack.linkage
    var domains: [String: Domain] = [:]
    var loaded: [LoadedRecords] = []
    for records in plan.records {
      guard let contract = pack.contract(records.file), let state = states[records.file] else {
        continue
      }
      loaded.append(try load(records, contract: contract, state: state, domains: &domains))
    }
    let clusters = KeyLinker.link(
      loaded.map { KeyLinker.RecordSet(count: $0.deliveries.rowCount, keys: $0.keys) })
    let persons = names(of: clusters, loaded: loaded)
    var outcome = Outcome(relations: [:], persons: clusters.clusterCount, coverage: [])
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
    var numbers: [ArraySlice<UInt8>: UInt32] = [:]
    var values: [ArraySlice<UInt8>] = [[]]
  }

  private struct LoadedRecords {
    var file: String
    var deliveries: DictionaryColumn
    var rows: DictionaryColumn
    var keys: [KeyLinker.KeyColumn]
    /// Per key, the pseudonyms by number in its domain.
    var keyValues: [[ArraySlice<UInt8>]]
  }

  private func load(
    _ records: LinkagePlan.Records, contract: Contract, state: String,
    domains: inout [String: Domain]
  ) throws -> LoadedRecords {
    let keys = records.keys.map { "\(quoted($0))" }.joined(separator: ", ")
    let columns = try engine.dictionaryColumns(
      "SELECT `_delivery`, CAST(`_row` AS VARCHAR), \(keys) FROM \(quoted(state)) "
        + "ORDER BY `_sequence`, `_row`")
    var keyColumns: [KeyLinker.KeyColumn] = []
    var keyValues: [[ArraySlice<UInt8>]] = []
    for (name, column) in zip(records.keys, columns.dropFirst(2)) {
      let identifier =
        contract.columns.first { $0.contentName == name }?.identifier ?? name
      let isLocal =
        pack.linkage.local.contains(name) || pack.linkage.local.contains(identifier)
      let domainName = isLocal ? "\(contract.organisation) \(identifier)" : identifier
      var domain = domains[domainName] ?? Domain(index: domains.count)
      var translation = [UInt32](repeating: 0, count: column.values.count)
      for code in 1..<max(column.values.count, 1) {
        let value = column.values[code]
        if let number = domain.numbers[value] {
          translation[code] = number
        } else {
          translation[code] = UInt32(domain.values.count)
          domain.numbers[value] = translation[code]
          domain.values.append(value)
        }
      }
      domains[domainName] = domain
      keyColumns.append(
        KeyLinker.KeyColumn(
          domain: domain.index,
          isUnique: pack.linkage.unique.contains(name) || pack.linkage.unique.contains(identifier),
          values: column.codes.map { translation[Int($0)] }))
      // Equal numbers of two organisations name two persons.
      keyValues.append(
        isLocal
          ? domain.values.map { (Array("\(domainName) ".utf8) + $0)[...] } : domain.values)
    }
    return LoadedRecords(
      file: records.file, deliveries: columns[0], rows: columns[1], keys: keyColumns,
      keyValues: keyValues)
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
