/// Joins groups of records by links, the strongest first, each only when all that the two groups hold speaks for it: one link between two
/// descriptions does not make one person of two persons who are otherwise different.
///
/// The evidence of two groups is the mean weight of the pairs between them (average linkage: Sokal and Michener, *University of Kansas
/// Science Bulletin* 38, 1958), each weight bounded so that no pair outvotes all others. Groups that keys made are never taken apart.
struct GroupJoiner {
  /// Bound of a pair's weight, in powers of two.
  private static let bound: Float = 8
  /// The least mean. Somewhat below 0, because people whose data are often wrong contradict themselves too.
  private static let least = -2.0
  /// Of larger groups so many records are looked at, evenly.
  private static let looked = 20

  private var sets: DisjointSets
  /// By unique key and group: a value, 0 for none.
  private var uniqueValues: [[UInt32]]
  /// By group: a record, how many it has, and by record the next one of its group, in a circle.
  private var first: [Int32]
  private var sizes: [Int32]
  private var next: [Int32]
  /// Links that a unique key refused, and those that the other records refused.
  private(set) var refusedByKey = 0
  private(set) var refusedByEvidence = 0

  /// - Parameters:
  ///   - groups: of each record, its group.
  ///   - groupCount: how many groups there are.
  ///   - uniqueValues: by unique key and group: the value, 0 for none.
  init(groups: [Int32], groupCount: Int, uniqueValues: [[UInt32]] = []) {
    sets = DisjointSets(count: groupCount)
    self.uniqueValues = uniqueValues
    first = [Int32](repeating: -1, count: groupCount)
    sizes = [Int32](repeating: 0, count: groupCount)
    next = (0..<Int32(groups.count)).map { $0 }
    for (record, group) in groups.enumerated().reversed() {
      sizes[Int(group)] += 1
      if first[Int(group)] >= 0 { next.swapAt(record, Int(first[Int(group)])) }
      first[Int(group)] = Int32(record)
    }
  }

  /// The lowest group that a group was joined with.
  mutating func root(_ group: Int32) -> Int32 { sets.root(group) }

  /// - Parameters:
  ///   - links: in the order in which they are tried.
  ///   - group: of a record, its group.
  ///   - weight: base-2 logarithm of the odds that two records are one person; nil when they cannot be.
  mutating func join(
    _ links: some Sequence<ScoredPair>, group: (Int32) -> Int32, weight: (Int, Int) -> Float?
  ) {
    for link in links {
      let (a, b) = (sets.root(group(link.left)), sets.root(group(link.right)))
      if a == b { continue }
      let differs = uniqueValues.contains {
        $0[Int(a)] != 0 && $0[Int(b)] != 0 && $0[Int(a)] != $0[Int(b)]
      }
      guard !differs else {
        refusedByKey += 1
        continue
      }
      guard link.isJudged || supports(a, b, weight) else {
        refusedByEvidence += 1
        continue
      }
      let (kept, gone) = sets.join(a, b)
      for index in uniqueValues.indices where uniqueValues[index][Int(kept)] == 0 {
        uniqueValues[index][Int(kept)] = uniqueValues[index][Int(gone)]
      }
      next.swapAt(Int(first[Int(kept)]), Int(first[Int(gone)]))
      sizes[Int(kept)] += sizes[Int(gone)]
    }
  }

  private func supports(_ a: Int32, _ b: Int32, _ weight: (Int, Int) -> Float?) -> Bool {
    // Of two records there is the link and nothing else.
    if sizes[Int(a)] == 1, sizes[Int(b)] == 1 { return true }
    var (sum, pairs) = (0.0, 0.0)
    let others = records(b)
    for left in records(a) {
      for right in others {
        guard let weight = weight(Int(min(left, right)), Int(max(left, right))) else {
          return false
        }
        sum += Double(max(-Self.bound, min(Self.bound, weight)))
        pairs += 1
      }
    }
    return sum >= Self.least * pairs
  }

  /// The records of a root, evenly some of them when there are many.
  private func records(_ root: Int32) -> [Int32] {
    let count = Int(sizes[Int(root)])
    var some: [Int32] = []
    var record = first[Int(root)]
    for place in 0..<count {
      // Places at which the number that are to be taken by then has grown.
      if count <= Self.looked
        || (place + 1) * Self.looked / count > place * Self.looked / count
      {
        some.append(record)
      }
      record = next[Int(record)]
    }
    return some
  }
}
