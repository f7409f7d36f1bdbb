/// Records that links join, directly or through others.
package struct Clusters: Sendable {
  /// By record, the lowest record of its cluster.
  package let roots: [Int32]
  /// Links that were not followed, because all else that their clusters hold speaks against them.
  package let outvoted: Int

  /// The order of links does not matter.
  package init(records: Int, links: some Sequence<(Int32, Int32)>) {
    var sets = DisjointSets(count: records)
    for (left, right) in links { sets.join(sets.root(left), sets.root(right)) }
    roots = (0..<Int32(records)).map { sets.root($0) }
    outvoted = 0
  }

  /// Follows the strongest links first, each as long as all pairs between the two clusters together speak for it (`GroupJoiner`).
  ///
  /// - Parameters:
  ///   - records: how many there are.
  ///   - links: in any order.
  ///   - weight: base-2 logarithm of the odds that two records are one person; nil when they cannot be.
  package init(records: Int, links: [ScoredPair], weight: (Int, Int) -> Float?) {
    let connected = Clusters(records: records, links: links.lazy.map { ($0.left, $0.right) })
    var sizes = [Int32](repeating: 0, count: records)
    for root in connected.roots { sizes[Int(root)] += 1 }
    // Where two records stand alone nothing can speak against their link.
    let chained = links.filter { sizes[Int(connected.roots[Int($0.left)])] > 2 }
    guard !chained.isEmpty else {
      self = connected
      return
    }
    var joiner = GroupJoiner(groups: (0..<Int32(records)).map { $0 }, groupCount: records)
    joiner.join(chained.strongestFirst(), group: { $0 }, weight: weight)
    roots = (0..<Int32(records)).map { record in
      let root = connected.roots[Int(record)]
      return sizes[Int(root)] > 2 ? joiner.root(record) : root
    }
    outvoted = joiner.refusedByEvidence
  }
}

extension ScoredPair {
  /// Among equals the lower records go first, so that what follows does not depend on the order.
  fileprivate func goes(before other: ScoredPair) -> Bool {
    weight == other.weight
      ? (left, right) < (other.left, other.right) : weight > other.weight
  }
}

extension [ScoredPair] {
  func strongestFirst() -> [ScoredPair] { sorted { $0.goes(before: $1) } }

  /// Of links between two sources those that are chosen when no record may have two: the strongest first, each taken when both its records
  /// are still free.
  package func assignedOneToOne(records: Int) -> [Bool] {
    var isTaken = [Bool](repeating: false, count: records)
    var assigned = [Bool](repeating: false, count: count)
    let order = indices.sorted { self[$0].goes(before: self[$1]) }
    for index in order {
      let (left, right) = (Int(self[index].left), Int(self[index].right))
      guard !isTaken[left], !isTaken[right] else { continue }
      isTaken[left] = true
      isTaken[right] = true
      assigned[index] = true
    }
    return assigned
  }
}
