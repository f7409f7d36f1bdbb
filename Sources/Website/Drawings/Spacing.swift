/// Places things below each other, as near as can be to where each wants to be.
package enum Spacing {
  /// The tops of things in this order that do not touch: of all such places those with the least sum
  /// of squared distances from the wanted tops. What does not fit goes on beyond the upper bound.
  package static func tops(
    wanted: [Double], heights: [Double], gap: Double, from low: Double, to high: Double
  ) -> [Double] {
    // Without the heights and gaps before it a top may not lie above the one before: that is an
    // isotonic regression, which pooling of adjacent violators solves.
    var offsets: [Double] = []
    var offset = 0.0
    for height in heights {
      offsets.append(offset)
      offset += height + gap
    }
    var pools: [(sum: Double, count: Int)] = []
    for (top, offset) in zip(wanted, offsets) {
      var pool = (sum: top - offset, count: 1)
      while let last = pools.last, last.sum / Double(last.count) > pool.sum / Double(pool.count) {
        pool = (last.sum + pool.sum, last.count + pool.count)
        pools.removeLast()
      }
      pools.append(pool)
    }
    let room = max(low, high - max(0, offset - gap))
    let places = pools.flatMap { pool in
      [Double](
        repeating: min(room, max(low, pool.sum / Double(pool.count))), count: pool.count)
    }
    return zip(places, offsets).map { $0 + $1 }
  }
}
