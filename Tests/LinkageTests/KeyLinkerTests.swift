import Linkage
import TestSupport
import Testing

@Suite("The key linker")
struct KeyLinkerTests {
  private typealias Key = KeyLinker.KeyColumn

  private func set(_ keys: [Key]) -> KeyLinker.RecordSet {
    KeyLinker.RecordSet(count: keys.first?.values.count ?? 0, keys: keys)
  }

  /// Set, record and rank of each conflict.
  private func places(_ clusters: KeyLinker.Clusters) -> [[Int]] {
    clusters.conflicts.map { [$0.set, $0.record, $0.rank] }
  }

  @Test("joins records of one file and of several that share a key, transitively")
  func transitive() {
    // A–B by the first key, B–C by the second.
    let a = set([Key(domain: 0, isUnique: true, values: [1, 2])])
    let b = set([
      Key(domain: 0, isUnique: true, values: [1, 0]),
      Key(domain: 1, isUnique: false, values: [7, 8]),
    ])
    let c = set([Key(domain: 1, isUnique: false, values: [7, 8, 9])])
    let linked = KeyLinker.link([a, b, c])
    #expect(linked.clusters == [[0, 1], [0, 2], [0, 2, 3]])
    #expect(linked.clusterCount == 4)
    #expect(linked.conflicts.isEmpty)
  }

  @Test("leaves a record without a key alone")
  func alone() {
    let linked = KeyLinker.link([
      set([Key(domain: 0, isUnique: false, values: [0, 0, 3, 3, 0])]),
      KeyLinker.RecordSet(count: 2, keys: []),
    ])
    #expect(linked.clusters == [[0, 1, 2, 2, 3], [4, 5]])
  }

  @Test("keeps domains apart: equal numbers of two keys are not equal values")
  func domains() {
    let linked = KeyLinker.link([
      set([Key(domain: 0, isUnique: false, values: [5])]),
      set([Key(domain: 1, isUnique: false, values: [5])]),
    ])
    #expect(linked.clusterCount == 2)
  }

  @Test("records a key that would join two values of a unique key, and does not join")
  func conflict() {
    let linked = KeyLinker.link([
      set([
        Key(domain: 0, isUnique: true, values: [1, 2, 0]),
        Key(domain: 1, isUnique: false, values: [9, 9, 9]),
      ])
    ])
    #expect(linked.clusters == [[0, 1, 0]])
    #expect(places(linked) == [[0, 1, 1]])
  }

  @Test("never brings two values of a unique key together, also where it is not the first key")
  func uniqueBehind() {
    let linked = KeyLinker.link([
      set([
        Key(domain: 1, isUnique: false, values: [9, 9, 9, 0]),
        Key(domain: 0, isUnique: true, values: [1, 2, 0, 2]),
      ])
    ])
    #expect(linked.clusters == [[0, 1, 0, 1]])
    #expect(places(linked) == [[0, 1, 0]])
  }

  @Test("of nothing is nothing")
  func nothing() {
    #expect(KeyLinker.link([]).clusterCount == 0)
    #expect(KeyLinker.link([set([Key(domain: 3, isUnique: true, values: [])])]).clusters == [[]])
  }

  @Test("numbers clusters in order of their first record, whichever way they grew")
  func order() {
    let linked = KeyLinker.link([
      set([
        Key(domain: 0, isUnique: false, values: [0, 4, 0, 5, 0]),
        Key(domain: 1, isUnique: false, values: [1, 0, 2, 1, 3]),
        Key(domain: 2, isUnique: false, values: [0, 6, 0, 0, 6]),
      ])
    ])
    #expect(linked.clusters == [[0, 1, 2, 0, 1]])
  }

  @Test("gives what a slow twin gives that merges sets one by one")
  func slowTwin() {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<500 {
      let sets = randomSets(unique: true, using: &generator)
      let linked = KeyLinker.link(sets)
      var twin = SlowLinker(sets)
      twin.link()
      #expect(linked.clusters == twin.clusters)
      #expect(places(linked) == twin.conflicts)
      #expect(KeyLinker.link(sets).clusters == linked.clusters)
      #expect(twin.holdsUnique)
    }
  }

  @Test("without unique keys gives the sets that no shared key can join any more")
  func fixpoint() {
    var generator = SeededGenerator(seed: 13)
    for _ in 0..<200 {
      let sets = randomSets(unique: false, using: &generator)
      let linked = KeyLinker.link(sets)
      var groups: [(records: Set<Int>, values: Set<[UInt32]>)] = []
      var record = 0
      for set in sets {
        for index in 0..<set.count {
          let values = set.keys.filter { $0.values[index] != 0 }
            .map { [UInt32($0.domain), $0.values[index]] }
          groups.append(([record], Set(values)))
          record += 1
        }
      }
      var changed = true
      while changed {
        changed = false
        search: for left in groups.indices {
          for right in groups.indices.dropFirst(left + 1)
          where !groups[left].values.isDisjoint(with: groups[right].values) {
            groups[left].records.formUnion(groups[right].records)
            groups[left].values.formUnion(groups[right].values)
            groups.remove(at: right)
            changed = true
            break search
          }
        }
      }
      let flat = linked.clusters.flatMap { $0 }
      let found = Set(
        Dictionary(grouping: flat.indices, by: { flat[$0] }).values.map { Set($0) })
      #expect(found == Set(groups.map(\.records)))
      #expect(linked.conflicts.isEmpty)
    }
  }

  private func randomSets(unique: Bool, using generator: inout SeededGenerator)
    -> [KeyLinker.RecordSet]
  {
    let domains = Int.random(in: 1...4, using: &generator)
    let uniques = (0..<domains).map { _ in unique && Bool.random(using: &generator) }
    return (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      let count = Int.random(in: 0...12, using: &generator)
      let order = Array(0..<domains).shuffled(using: &generator)
      let keys = order.prefix(Int.random(in: 0...domains, using: &generator)).map { domain in
        Key(
          domain: domain, isUnique: uniques[domain],
          values: (0..<count).map { _ in UInt32.random(in: 0...5, using: &generator) })
      }
      return KeyLinker.RecordSet(count: count, keys: keys)
    }
  }
}

/// Sets of records, merged one key at a time: ranks in order, within a rank the records in order.
private struct SlowLinker {
  private struct Record {
    var set: Int
    var index: Int
    /// Domain and value of each key, in order of rank.
    var keys: [(domain: Int, value: UInt32)]
  }

  private var records: [Record] = []
  private let unique: Set<Int>
  private let setCount: Int
  private let ranks: Int
  private var groups: [Set<Int>] = []
  /// Set, record and rank of each key that did not join.
  private(set) var conflicts: [[Int]] = []

  init(_ sets: [KeyLinker.RecordSet]) {
    setCount = sets.count
    ranks = sets.map(\.keys.count).max() ?? 0
    unique = Set(sets.flatMap(\.keys).filter(\.isUnique).map(\.domain))
    for (number, set) in sets.enumerated() {
      for index in 0..<set.count {
        groups.append([records.count])
        records.append(
          Record(
            set: number, index: index, keys: set.keys.map { ($0.domain, $0.values[index]) }))
      }
    }
  }

  private func uniqueValues(of group: Set<Int>, _ domain: Int) -> Set<UInt32> {
    Set(
      group.flatMap { records[$0].keys }.filter { $0.domain == domain && $0.value != 0 }.map(
        \.value))
  }

  private func group(of record: Int) -> Int {
    groups.firstIndex { $0.contains(record) } ?? 0
  }

  mutating func link() {
    // The first record that brought a value leads the others to its group.
    var leaders: [[UInt32]: Int] = [:]
    for rank in 0..<ranks {
      for record in records.indices where rank < records[record].keys.count {
        let (domain, value) = records[record].keys[rank]
        guard value != 0 else { continue }
        guard let leader = leaders[[UInt32(domain), value]] else {
          leaders[[UInt32(domain), value]] = record
          continue
        }
        let (own, other) = (group(of: record), group(of: leader))
        if own == other { continue }
        let joined = groups[own].union(groups[other])
        if unique.contains(where: { uniqueValues(of: joined, $0).count > 1 }) {
          conflicts.append([records[record].set, records[record].index, rank])
          continue
        }
        groups[own] = joined
        groups.remove(at: other)
      }
    }
  }

  /// No group has two values of a unique key.
  var holdsUnique: Bool {
    groups.allSatisfy { group in unique.allSatisfy { uniqueValues(of: group, $0).count <= 1 } }
  }

  var clusters: [[Int32]] {
    var numbers: [Int: Int32] = [:]
    var clusters = [[Int32]](repeating: [], count: setCount)
    for record in records.indices {
      let group = group(of: record)
      let number = numbers[group] ?? Int32(numbers.count)
      numbers[group] = number
      clusters[records[record].set].append(number)
    }
    return clusters
  }
}
