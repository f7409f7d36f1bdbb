/// Some pairs of records that are compared together, one comparison after the other: what a comparison reads stays near, and of different pairs it waits
/// for memory at once. For one thread.
final class PairBatch {
  static let room = 256

  let lefts: UnsafeMutablePointer<Int32>
  let rights: UnsafeMutablePointer<Int32>
  private(set) var count = 0
  /// Places of the pairs that are still of interest, in their order.
  let alive: UnsafeMutablePointer<Int32>
  var aliveCount = 0
  /// By comparison, `room` places each: the level of a pair; or, from `PairComparer.unknown` on, the first that it may have.
  let levels: UnsafeMutablePointer<UInt8>
  /// By place: the most that the evidence can still come to.
  let most: UnsafeMutablePointer<Double>

  init(comparisons: Int) {
    lefts = .allocate(capacity: Self.room)
    rights = .allocate(capacity: Self.room)
    alive = .allocate(capacity: Self.room)
    most = .allocate(capacity: Self.room)
    levels = .allocate(capacity: Self.room * max(1, comparisons))
    levels.initialize(repeating: 0, count: Self.room * max(1, comparisons))
  }

  deinit {
    lefts.deallocate()
    rights.deallocate()
    alive.deallocate()
    most.deallocate()
    levels.deallocate()
  }

  @inline(__always)
  func levels(_ comparison: Int) -> UnsafeMutablePointer<UInt8> { levels + comparison &* Self.room }

  @inline(__always)
  fileprivate func append(_ left: Int, _ right: Int) {
    lefts[count] = Int32(truncatingIfNeeded: left)
    rights[count] = Int32(truncatingIfNeeded: right)
    alive[count] = Int32(truncatingIfNeeded: count)
    count &+= 1
    aliveCount = count
  }

  fileprivate func clear() {
    count = 0
    aliveCount = 0
  }
}

extension CandidatePairs {
  /// Calls `body` with all pairs of a stretch, a batch at a time.
  @inline(__always)
  func forEachBatch(in stretch: Stretch, _ batch: PairBatch, _ body: (PairBatch) -> Void) {
    batch.clear()
    forEachPair(in: stretch) { left, right in
      batch.append(left, right)
      if batch.count == PairBatch.room {
        body(batch)
        batch.clear()
      }
    }
    if batch.count > 0 { body(batch) }
    batch.clear()
  }
}
