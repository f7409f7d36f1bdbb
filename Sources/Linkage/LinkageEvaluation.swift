import Foundation

/// How good links are, held against which records truly are one person.
package struct LinkageEvaluation: Sendable, Codable {
  package struct Point: Sendable, Codable {
    package var threshold: Double
    package var found: Int
    package var right: Int
    package var precision: Double?
    package var recall: Double?
    package var f1: Double?

    init(threshold: Double, found: Int, right: Int, truth: Int) {
      self.threshold = threshold
      self.found = found
      self.right = right
      precision = found == 0 ? nil : Double(right) / Double(found)
      recall = truth == 0 ? nil : Double(right) / Double(truth)
      f1 = found + truth == 0 ? nil : 2 * Double(right) / Double(found + truth)
    }
  }

  /// Links of about one probability, and how many of them are right.
  package struct Calibration: Sendable, Codable {
    package var from: Double
    package var to: Double
    package var links: Int
    package var claimed: Double
    package var right: Double
  }

  /// True pairs and found pairs of which the first record is in a group.
  package struct Group: Sendable, Codable {
    package var column: String
    package var value: String
    package var truth: Int
    package var precision: Double?
    package var recall: Double?
  }

  package var truePairs = 0
  /// True pairs that blocking makes at all.
  package var reachable = 0
  package var best: Point?
  package var thresholds: [Point] = []
  package var calibration: [Calibration] = []
  package var groups: [Group] = []
  /// Recall at the lowest threshold at which this share of all links above it is right.
  package var recallAtPrecision999: Double?

  private static let steps = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999]

  /// `assigned` marks the links that were chosen; all count when it is nil. `truth` has each true pair once; `groups` by column the value of
  /// each record.
  init(
    links: [ScoredPair], assigned: [Bool]?, truth: Set<UInt64>, pairs: CandidatePairs,
    groups: [(column: String, values: [String])]
  ) {
    truePairs = truth.count
    reachable = truth.count { pairs.contains(Int($0 >> 32), Int($0 & 0xFFFF_FFFF)) }
    func isRight(_ pair: ScoredPair) -> Bool { truth.contains(Self.key(pair.left, pair.right)) }
    // When links are chosen one to one, these are what is claimed.
    let all = links
    let links = assigned.map { zip(all, $0).filter(\.1).map(\.0) } ?? all
    let order = links.indices.sorted { (links[$0].weight, $1) > (links[$1].weight, $0) }
    var right = 0
    var bestF1 = -1.0
    for (place, index) in order.enumerated() {
      if isRight(links[index]) { right += 1 }
      // Links of one weight stand or fall together.
      if place + 1 < order.count, links[order[place + 1]].weight == links[index].weight { continue }
      let point = Point(
        threshold: Double(links[index].probability), found: place + 1, right: right,
        truth: truth.count)
      if let f1 = point.f1, f1 > bestF1 {
        bestF1 = f1
        best = point
      }
      if let precision = point.precision, precision >= 0.999 { recallAtPrecision999 = point.recall }
    }
    thresholds = Self.steps.map { step in
      let above = links.filter { Double($0.probability) >= step }
      return Point(
        threshold: step, found: above.count, right: above.count(where: isRight), truth: truth.count)
    }
    let bounds = [0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.000001]
    calibration = zip(bounds, bounds.dropFirst()).compactMap { from, to in
      let some = links.filter { Double($0.probability) >= from && Double($0.probability) < to }
      guard !some.isEmpty else { return nil }
      return Calibration(
        from: from, to: min(1, to), links: some.count,
        claimed: some.reduce(0) { $0 + Double($1.probability) } / Double(some.count),
        right: Double(some.count(where: isRight)) / Double(some.count))
    }
    for (column, values) in groups {
      var counts: [String: (truth: Int, found: Int, right: Int)] = [:]
      for pair in truth { counts[values[Int(pair >> 32)], default: (0, 0, 0)].truth += 1 }
      for link in links {
        counts[values[Int(link.left)], default: (0, 0, 0)].found += 1
        if isRight(link) { counts[values[Int(link.left)], default: (0, 0, 0)].right += 1 }
      }
      self.groups += counts.sorted { $0.key < $1.key }.map { value, count in
        Group(
          column: column, value: value, truth: count.truth,
          precision: count.found == 0 ? nil : Double(count.right) / Double(count.found),
          recall: count.truth == 0 ? nil : Double(count.right) / Double(count.truth))
      }
    }
  }

  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: min(left, right))) << 32
      | UInt64(UInt32(bitPattern: max(left, right)))
  }
}
