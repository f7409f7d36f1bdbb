/// Carries the names of persons over from one run to the next.
///
/// A person's name goes to the cluster with most of the person's records, the largest share first; no cluster takes two names, and no name
/// goes twice. What has none yet gets a new one. Where records changed names something happened that those who follow persons over time must
/// know: persons turned out to be one, or one to be several.
package struct Continuity: Sendable {
  package enum Change: String, Sendable, Codable {
    /// The person is no more: its records are another's now.
    case merged
    /// The person still is, and some of its records are another's now.
    case split
  }

  /// Records that went from one person to another.
  package struct Event: Sendable, Hashable {
    package var change: Change
    /// The number of the person that had them.
    package var person: Int32
    /// The cluster that has them.
    package var cluster: Int32
    package var records: Int
  }

  /// By cluster, the number of the person that it continues, -1 for a new one.
  package private(set) var persons: [Int32]
  /// In the order of persons and clusters.
  package private(set) var events: [Event] = []

  /// How many persons lost records in a way.
  package func persons(_ change: Change) -> Int {
    Set(events.filter { $0.change == change }.map(\.person)).count
  }

  /// - Parameters:
  ///   - clusters: by record its cluster, -1 for a record that takes part in nothing any more.
  ///   - clusterCount: how many clusters there are.
  ///   - earlier: by record the number of its person before, -1 for a new record.
  package init(
    clusters: some Sequence<Int32>, clusterCount: Int, earlier: some Sequence<Int32>
  ) {
    persons = [Int32](repeating: -1, count: clusterCount)
    var pairs: [UInt64] = []
    for (cluster, person) in zip(clusters, earlier) where cluster >= 0 && person >= 0 {
      pairs.append(UInt64(person) << 32 | UInt64(cluster))
    }
    pairs.sort()
    var shares: [(person: Int32, cluster: Int32, records: Int)] = []
    var start = 0
    while start < pairs.count {
      var end = start
      while end < pairs.count, pairs[end] == pairs[start] { end += 1 }
      shares.append((Int32(pairs[start] >> 32), Int32(pairs[start] & 0xFFFF_FFFF), end - start))
      start = end
    }
    var clusterOf: [Int32: Int32] = [:]
    clusterOf.reserveCapacity(shares.count)
    let order = shares.indices.sorted { a, b in
      shares[a].records == shares[b].records ? a < b : shares[a].records > shares[b].records
    }
    for index in order {
      let share = shares[index]
      guard persons[Int(share.cluster)] < 0, clusterOf[share.person] == nil else { continue }
      persons[Int(share.cluster)] = share.person
      clusterOf[share.person] = share.cluster
    }
    for share in shares where persons[Int(share.cluster)] != share.person {
      events.append(
        Event(
          change: clusterOf[share.person] == nil ? .merged : .split, person: share.person,
          cluster: share.cluster, records: share.records))
    }
  }
}
