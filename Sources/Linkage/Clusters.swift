/// Records that links join, directly or through others.
package struct Clusters: Sendable {
  /// By record, the lowest record of its cluster.
  package let roots: [Int32]

  /// The order of links does not matter.
  package init(records: Int, links: some Sequence<(Int32, Int32)>) {
    var parents = (0..<Int32(records)).map { $0 }
    func root(_ record: Int32) -> Int32 {
      var record = record
      while parents[Int(record)] != record {
        parents[Int(record)] = parents[Int(parents[Int(record)])]
        record = parents[Int(record)]
      }
      return record
    }
    for (left, right) in links {
      let (a, b) = (root(left), root(right))
      // The lowest record stays on top.
      if a != b { parents[Int(max(a, b))] = min(a, b) }
    }
    roots = (0..<Int32(records)).map(root)
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
