/// Records that links join, directly or through others.
package struct Clusters: Sendable {
  /// By record, the lowest record of its cluster.
  package let roots: [Int32]

  /// The order of links does not matter.
  package init(records: Int, links: some Sequence<(Int32, Int32)>) {
    var sets = DisjointSets(count: records)
    for (left, right) in links { sets.join(sets.root(left), sets.root(right)) }
    roots = (0..<Int32(records)).map { sets.root($0) }
  }
}

extension [ScoredPair] {
  /// Of links between two sources those that are chosen when no record may have two: the strongest first, each taken when both its records
  /// are still free. Among equals the lower records go first, so that the choice does not depend on the order.
  package func assignedOneToOne(records: Int) -> [Bool] {
    var isTaken = [Bool](repeating: false, count: records)
    var assigned = [Bool](repeating: false, count: count)
    let order = indices.sorted { a, b in
      let (x, y) = (self[a], self[b])
      if x.weight != y.weight { return x.weight > y.weight }
      return (x.left, x.right) < (y.left, y.right)
    }
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
