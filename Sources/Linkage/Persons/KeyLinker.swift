/// Joins records that share a key into clusters, strongest keys first.
///
/// Works on plain columns of integers. A cluster may hold at most one value of a unique key: a weaker key that would join two is recorded
/// as a conflict and does not join them. The outcome depends on the order of records and ranks alone.
package struct KeyLinker {
  /// A key of one record set: per record the value's number, 0 where there is none. Equal numbers in one domain are equal values.
  package struct KeyColumn: Sendable {
    package var domain: Int
    package var isUnique: Bool
    package var values: [UInt32]

    package init(domain: Int, isUnique: Bool, values: [UInt32]) {
      self.domain = domain
      self.isUnique = isUnique
      self.values = values
    }
  }

  /// Records of one file, with their keys from strong to weak.
  package struct RecordSet: Sendable {
    package var count: Int
    package var keys: [KeyColumn]

    package init(count: Int, keys: [KeyColumn]) {
      self.count = count
      self.keys = keys
    }
  }

  package struct Clusters: Sendable {
    /// Per record set and record: the number of its cluster, from 0, in order of first record.
    package var clusters: [[Int32]]
    package var clusterCount: Int
    /// Keys that would have joined two values of a unique key.
    package var conflicts: [Conflict]
  }

  package struct Conflict: Sendable, Hashable {
    package var set: Int
    package var record: Int
    package var rank: Int

    package init(set: Int, record: Int, rank: Int) {
      self.set = set
      self.record = record
      self.rank = rank
    }
  }

  /// By unique key: the value that each cluster has, 0 for none.
  static func uniqueValues(of clusters: Clusters, _ sets: [RecordSet]) -> [[UInt32]] {
    let domains = Set(sets.flatMap(\.keys).filter(\.isUnique).map(\.domain)).sorted()
    var values = domains.map { _ in [UInt32](repeating: 0, count: clusters.clusterCount) }
    for (set, ofRecords) in zip(sets, clusters.clusters) {
      for key in set.keys {
        guard let index = domains.firstIndex(of: key.domain) else { continue }
        for (record, cluster) in ofRecords.enumerated() where key.values[record] != 0 {
          values[index][Int(cluster)] = key.values[record]
        }
      }
    }
    return values
  }

  /// Clusters numbered anew when some were joined; `root` is of each the lowest of those that it was joined with.
  static func joined(_ clusters: Clusters, root: (Int32) -> Int32) -> Clusters {
    // Clusters stand in order of their first record, and the lowest is root.
    var numbers = [Int32](repeating: -1, count: clusters.clusterCount)
    var next: Int32 = 0
    let roots = (0..<Int32(clusters.clusterCount)).map(root)
    for (cluster, root) in roots.enumerated() where root == cluster {
      numbers[cluster] = next
      next += 1
    }
    return Clusters(
      clusters: clusters.clusters.map { $0.map { numbers[Int(roots[Int($0)])] } },
      clusterCount: Int(next), conflicts: clusters.conflicts)
  }

  private var joined: DisjointSets
  /// By root: the value of each unique domain, 0 when it has none.
  private var uniqueValues: [[UInt32]]
  private let uniqueIndex: [Int: Int]
  /// By domain: the node of each value.
  private var nodeOfValue: [[UInt32: Int32]]

  package static func link(_ sets: [RecordSet]) -> Clusters {
    let domains = (sets.flatMap(\.keys).map(\.domain).max() ?? -1) + 1
    let unique = Set(sets.flatMap(\.keys).filter(\.isUnique).map(\.domain)).sorted()
    let records = sets.reduce(0) { $0 + $1.count }
    var linker = KeyLinker(records: records, domains: domains, unique: unique)
    return linker.run(sets)
  }

  private init(records: Int, domains: Int, unique: [Int]) {
    joined = DisjointSets(count: records)
    uniqueIndex = Dictionary(
      uniqueKeysWithValues: unique.enumerated().map { ($0.element, $0.offset) })
    uniqueValues = unique.map { _ in [UInt32](repeating: 0, count: records) }
    nodeOfValue = [[UInt32: Int32]](repeating: [:], count: domains)
  }

  private mutating func run(_ sets: [RecordSet]) -> Clusters {
    registerUniqueValues(sets)
    var conflicts: [Conflict] = []
    let ranks = sets.map(\.keys.count).max() ?? 0
    for rank in 0..<ranks {
      var first: Int32 = 0
      for (setIndex, set) in sets.enumerated() {
        if rank < set.keys.count {
          let key = set.keys[rank]
          for record in 0..<set.count where key.values[record] != 0 {
            let node = first + Int32(record)
            if !join(node, key.domain, key.values[record]) {
              conflicts.append(Conflict(set: setIndex, record: record, rank: rank))
            }
          }
        }
        first += Int32(set.count)
      }
    }
    return number(sets, conflicts: conflicts)
  }

  /// A record has its unique keys from the start, whatever their rank.
  private mutating func registerUniqueValues(_ sets: [RecordSet]) {
    var first = 0
    for set in sets {
      for key in set.keys {
        guard let index = uniqueIndex[key.domain] else { continue }
        for record in 0..<set.count where uniqueValues[index][first + record] == 0 {
          uniqueValues[index][first + record] = key.values[record]
        }
      }
      first += set.count
    }
  }

  /// Joins a record to the value's cluster; false when that would put two values of a unique key together.
  private mutating func join(_ record: Int32, _ domain: Int, _ value: UInt32) -> Bool {
    let recordRoot = joined.root(record)
    if let index = uniqueIndex[domain] {
      let present = uniqueValues[index][Int(recordRoot)]
      if present != 0, present != value { return false }
    }
    guard let other = nodeOfValue[domain][value] else {
      nodeOfValue[domain][value] = record
      if let index = uniqueIndex[domain] { uniqueValues[index][Int(recordRoot)] = value }
      return true
    }
    let otherRoot = joined.root(other)
    if otherRoot == recordRoot { return true }
    for values in uniqueValues {
      let left = values[Int(recordRoot)]
      let right = values[Int(otherRoot)]
      if left != 0, right != 0, left != right { return false }
    }
    let (kept, gone) = joined.join(recordRoot, otherRoot)
    for index in uniqueValues.indices where uniqueValues[index][Int(kept)] == 0 {
      uniqueValues[index][Int(kept)] = uniqueValues[index][Int(gone)]
    }
    return true
  }

  private mutating func number(_ sets: [RecordSet], conflicts: [Conflict]) -> Clusters {
    var numbers = [Int32](repeating: -1, count: joined.count)
    var next: Int32 = 0
    var clusters: [[Int32]] = []
    var node: Int32 = 0
    for set in sets {
      var ofSet = [Int32](repeating: 0, count: set.count)
      for record in 0..<set.count {
        let top = Int(joined.root(node))
        if numbers[top] < 0 {
          numbers[top] = next
          next += 1
        }
        ofSet[record] = numbers[top]
        node += 1
      }
      clusters.append(ofSet)
    }
    return Clusters(clusters: clusters, clusterCount: Int(next), conflicts: conflicts)
  }
}
