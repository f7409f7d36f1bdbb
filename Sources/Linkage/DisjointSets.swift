/// Records that were joined, directly or through others (Tarjan, *Journal of the ACM* 22, 1975).
struct DisjointSets: Sendable {
  private var parents: [Int32]

  init(count: Int) { parents = (0..<Int32(count)).map { $0 } }

  var count: Int { parents.count }

  /// The lowest record of a record's set.
  @inline(__always)
  mutating func root(_ record: Int32) -> Int32 {
    var record = record
    while parents[Int(record)] != record {
      parents[Int(record)] = parents[Int(parents[Int(record)])]
      record = parents[Int(record)]
    }
    return record
  }

  /// Joins the sets of two roots. The lower stays root, so that the outcome does not depend on the order.
  ///
  /// - Returns: the root that stayed, and the one that is none any more.
  @discardableResult
  mutating func join(_ left: Int32, _ right: Int32) -> (kept: Int32, gone: Int32) {
    let (kept, gone) = (min(left, right), max(left, right))
    parents[Int(gone)] = kept
    return (kept, gone)
  }
}
