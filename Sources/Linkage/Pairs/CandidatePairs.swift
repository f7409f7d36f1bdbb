/// The pairs of records that blocking rules make, each once: a pair of an earlier rule is left out of a later one.
///
/// Nothing is stored but, per rule, the records in the order of their blocks.
struct CandidatePairs: Sendable {
  /// A stretch of a rule's records; all stretches together make all its pairs.
  struct Stretch: Sendable {
    var rule: Int
    var positions: Range<Int>
    var pairs: Double
  }

  struct Rule: Sendable {
    /// Records that are in a block, block by block and in each by number.
    var records: [Int32]
    /// Where in `records` each one's partners stand: from here to the end of its block.
    var partners: [Int32]
    var ends: [Int32]
    /// Pairs before those of earlier rules are left out.
    var pairs: Double
    var blocks: Int
    var largest: [(block: UInt32, records: Int, pairs: Double)]
  }

  let blocks: [[UInt32]]
  let rules: [Rule]

  /// - Parameters:
  ///   - blocks: by rule, the block of each record, 0 for none.
  ///   - starts: the first record of each source, and the number of all.
  ///   - within: whether records of one source are paired with each other.
  init(blocks: [[UInt32]], starts: [Int], within: Bool) {
    self.blocks = blocks
    rules = blocks.map { Self.rule($0, starts: starts, within: within) }
  }

  private static func rule(_ codes: [UInt32], starts: [Int], within: Bool) -> Rule {
    let blockCount = Int(codes.max() ?? 0) + 1
    var first = [Int32](repeating: 0, count: blockCount + 1)
    for code in codes where code != 0 { first[Int(code) + 1] += 1 }
    for block in 1..<max(1, blockCount + 1) { first[block] += first[block - 1] }
    var next = first
    var records = [Int32](repeating: 0, count: Int(first[blockCount]))
    for (record, code) in codes.enumerated() where code != 0 {
      records[Int(next[Int(code)])] = Int32(record)
      next[Int(code)] += 1
    }
    var partners = [Int32](repeating: 0, count: records.count)
    var ends = partners
    var total = 0.0
    var used = 0
    var largest: [(block: UInt32, records: Int, pairs: Double)] = []
    for block in 1..<max(1, blockCount) {
      let (start, end) = (Int(first[block]), Int(first[block + 1]))
      guard end > start else { continue }
      var ofBlock = 0.0
      // Backwards: the partners of a source's records begin where the next source begins.
      var boundary = end
      var sourceStart = starts.last { $0 <= Int(records[end - 1]) } ?? 0
      var position = end - 1
      while position >= start {
        if Int(records[position]) < sourceStart {
          boundary = position + 1
          sourceStart = starts.last { $0 <= Int(records[position]) } ?? 0
        }
        let from = within ? position + 1 : boundary
        partners[position] = Int32(from)
        ends[position] = Int32(end)
        ofBlock += Double(end - from)
        position -= 1
      }
      if ofBlock > 0 {
        used += 1
        total += ofBlock
        if largest.count < 5 || ofBlock > (largest.last?.pairs ?? 0) {
          largest.append((UInt32(block), end - start, ofBlock))
          largest.sort { ($0.pairs, $1.block) > ($1.pairs, $0.block) }
          if largest.count > 5 { largest.removeLast() }
        }
      }
    }
    return Rule(
      records: records, partners: partners, ends: ends, pairs: total, blocks: used,
      largest: largest)
  }

  /// All pairs in stretches of about so many pairs, in one order whatever does the work.
  func stretches(of rules: Range<Int>? = nil, pairs wanted: Double) -> [Stretch] {
    var stretches: [Stretch] = []
    for number in rules ?? self.rules.indices {
      let rule = self.rules[number]
      var start = 0
      var pairs = 0.0
      for position in rule.records.indices {
        pairs += Double(rule.ends[position] - rule.partners[position])
        if pairs >= wanted {
          stretches.append(Stretch(rule: number, positions: start..<position + 1, pairs: pairs))
          (start, pairs) = (position + 1, 0)
        }
      }
      if pairs > 0 {
        stretches.append(Stretch(rule: number, positions: start..<rule.records.count, pairs: pairs))
      }
    }
    return stretches
  }

  /// Calls `body` with each pair of a stretch, the lower number first.
  @inline(__always)
  func forEachPair(in stretch: Stretch, _ body: (_ left: Int, _ right: Int) -> Void) {
    let rule = rules[stretch.rule]
    rule.records.withUnsafeBufferPointer { records in
      for position in stretch.positions {
        let left = Int(records[position])
        var partner = Int(rule.partners[position])
        let end = Int(rule.ends[position])
        while partner < end {
          let right = Int(records[partner])
          partner &+= 1
          if stretch.rule > 0, isInEarlierRule(left, right, stretch.rule) { continue }
          body(left, right)
        }
      }
    }
  }

  /// Whether the pair is made by a rule before this one.
  @inline(__always)
  private func isInEarlierRule(_ left: Int, _ right: Int, _ rule: Int) -> Bool {
    for earlier in 0..<rule {
      let code = blocks[earlier][left]
      if code != 0, code == blocks[earlier][right] { return true }
    }
    return false
  }

  /// Whether any rule makes the pair.
  func contains(_ left: Int, _ right: Int) -> Bool { isInEarlierRule(left, right, rules.count) }
}
