/// The pairs of records that blocking rules make, each once: a pair of an earlier rule is left out of a later one.
///
/// Nothing is stored but, per rule, the records in the order of their blocks.
struct CandidatePairs: Sendable {
  /// What a rule says of each record.
  enum Membership: Sendable {
    /// The block of each record, 0 for none.
    case block(FixedBuffer<UInt32>)
    /// The blocks of each record, ascending, and where its blocks begin.
    case blocks(FixedBuffer<UInt32>, starts: FixedBuffer<Int32>)
    /// The place of each record in an order, -1 for none; records fewer places apart than the window are paired.
    case places(FixedBuffer<Int32>, window: Int)
  }

  /// A stretch of a rule; all stretches together make all its pairs.
  struct Stretch: Sendable {
    var rule: Int
    /// Of a rule of blocks.
    var blocks: Range<Int>
    /// The pairs of which the first record stands here.
    var positions: Range<Int>
    var pairs: Double
  }

  struct Rule: Sendable {
    /// Records that have partners, block by block and in each by number; or all in their order.
    let records: FixedBuffer<Int32>
    /// Where each block begins, and the number of records; empty for an order.
    let starts: FixedBuffer<Int32>
    /// The number of each block.
    let numbers: FixedBuffer<UInt32>
    let membership: Membership
    let window: Int
    /// Pairs before those of earlier rules are left out.
    var pairs = 0.0
    var blocks: Int { max(0, starts.count - 1) }
    /// Numbers of records of the blocks with most pairs.
    var largest: [Int] = []
  }

  private(set) var rules: [Rule]
  /// The first record of each source, and the number of all.
  private let sourceStarts: FixedBuffer<Int32>
  private let within: Bool
  /// By record: it is new, and only pairs with a new record are wanted. All are when nil.
  private let isNew: FixedBuffer<Bool>?

  /// - Parameters:
  ///   - memberships: what each rule says of the records.
  ///   - starts: the first record of each source, and the number of all.
  ///   - within: whether records of one source are paired with each other.
  ///   - isNew: by record, when only pairs with a new one are wanted.
  init(
    _ memberships: [Membership], starts: [Int], within: Bool, isNew: FixedBuffer<Bool>? = nil
  ) {
    sourceStarts = FixedBuffer(starts.map { Int32($0) })
    self.within = within
    self.isNew = isNew
    rules = []
    for membership in memberships { rules.append(rule(membership)) }
  }

  /// One of the rules alone.
  private init(_ other: CandidatePairs, only rule: Int) {
    sourceStarts = other.sourceStarts
    within = other.within
    isNew = other.isNew
    rules = [other.rules[rule]]
  }

  func only(_ rule: Int) -> CandidatePairs { CandidatePairs(self, only: rule) }

  // MARK: Making rules

  private func rule(_ membership: Membership) -> Rule {
    switch membership {
    case .block(let codes):
      return ofBlocks(
        membership, most: codes.values.max() ?? 0, entries: codes.count, { $0 }, { codes.base[$0] })
    case .blocks(let codes, let starts):
      var owners = [Int32](repeating: 0, count: codes.count)
      for record in 0..<max(0, starts.count - 1) {
        for entry in Int(starts[record])..<Int(starts[record + 1]) {
          owners[entry] = Int32(record)
        }
      }
      return ofBlocks(
        membership, most: codes.values.max() ?? 0, entries: codes.count, { Int(owners[$0]) },
        { codes.base[$0] })
    case .places(let places, let window):
      var records = [Int32](repeating: 0, count: places.values.count { $0 >= 0 })
      for record in 0..<places.count where places[record] >= 0 {
        records[Int(places[record])] = Int32(record)
      }
      let order = FixedBuffer(records)
      var rule = Rule(
        records: order, starts: FixedBuffer([Int32]()), numbers: FixedBuffer([UInt32]()),
        membership: membership, window: window)
      for position in 0..<order.count {
        for other in position + 1..<max(position + 1, min(order.count, position + window))
        where (within || !isOfOneSource(order[position], order[other]))
          && isWanted(order[position], order[other])
        {
          rule.pairs += 1
        }
      }
      return rule
    }
  }

  /// Sorts entries by their blocks, and keeps the blocks that make a pair.
  private func ofBlocks(
    _ membership: Membership, most: UInt32, entries: Int, _ owner: (Int) -> Int,
    _ code: (Int) -> UInt32
  ) -> Rule {
    let blockCount = Int(most) + 1
    let first = FixedBuffer<Int32>(repeating: 0, count: blockCount + 1)
    for entry in 0..<entries {
      let code = Int(code(entry))
      if code != 0 { first.base[code + 1] += 1 }
    }
    for block in 1..<blockCount + 1 { first.base[block] += first.base[block - 1] }
    let sorted = FixedBuffer<Int32>(repeating: 0, count: Int(first[blockCount]))
    for entry in 0..<entries {
      let code = Int(code(entry))
      guard code != 0 else { continue }
      sorted.base[Int(first.base[code])] = Int32(owner(entry))
      first.base[code] += 1
    }
    // Now `first` has where each block ends. Blocks without a pair are left out, in place.
    var starts: [Int32] = [0]
    var numbers: [UInt32] = []
    var largest: [(records: Int, pairs: Double)] = []
    var kept = 0
    var total = 0.0
    for block in 1..<max(1, blockCount) {
      let (start, end) = (Int(first[block - 1]), Int(first[block]))
      guard end - start > 1 else { continue }
      var pairs = pairCount(sorted, start, end)
      if let isNew, pairs > 0 {
        let old = (start..<end).lazy.map { sorted.base[$0] }.filter { !isNew[Int($0)] }
        pairs -= pairCount(FixedBuffer(Array(old)), 0, old.count)
      }
      guard pairs > 0 else { continue }
      for position in start..<end { sorted.base[kept + position - start] = sorted.base[position] }
      kept += end - start
      starts.append(Int32(kept))
      numbers.append(UInt32(block))
      total += pairs
      if largest.count < 5 || pairs > (largest.last?.pairs ?? 0) {
        largest.append((end - start, pairs))
        largest.sort { $0.pairs > $1.pairs }
        if largest.count > 5 { largest.removeLast() }
      }
    }
    var rule = Rule(
      records: FixedBuffer(sorted.values.prefix(kept)), starts: FixedBuffer(starts),
      numbers: FixedBuffer(numbers), membership: membership, window: 0)
    rule.pairs = total
    rule.largest = largest.map(\.records)
    return rule
  }

  private func pairCount(_ records: FixedBuffer<Int32>, _ start: Int, _ end: Int) -> Double {
    let n = Double(end - start)
    var pairs = n * (n - 1) / 2
    guard !within else { return pairs }
    var position = start
    while position < end {
      let sourceEnd = self.end(ofSource: records[position])
      var next = position
      while next < end, records[next] < sourceEnd { next += 1 }
      let ofSource = Double(next - position)
      pairs -= ofSource * (ofSource - 1) / 2
      position = next
    }
    return pairs
  }

  /// Of the source that has a record: the first record of the next one.
  @inline(__always)
  private func end(ofSource record: Int32) -> Int32 {
    var source = 1
    while sourceStarts.base[source] <= record { source &+= 1 }
    return sourceStarts.base[source]
  }

  @inline(__always)
  private func isOfOneSource(_ left: Int32, _ right: Int32) -> Bool {
    end(ofSource: left) == end(ofSource: right)
  }

  @inline(__always)
  private func isWanted(_ left: Int32, _ right: Int32) -> Bool {
    guard let isNew else { return true }
    return isNew.base[Int(left)] || isNew.base[Int(right)]
  }

  // MARK: Going through pairs

  /// All pairs in stretches of about so many pairs, in one order whatever does the work.
  func stretches(pairs wanted: Double) -> [Stretch] {
    var stretches: [Stretch] = []
    for (number, rule) in rules.enumerated() {
      if rule.window > 0 {
        let size = max(1, Int(wanted) / rule.window)
        for start in stride(from: 0, to: rule.records.count, by: size) {
          let end = min(rule.records.count, start + size)
          stretches.append(
            Stretch(
              rule: number, blocks: 0..<0, positions: start..<end,
              pairs: rule.pairs * Double(end - start) / Double(rule.records.count)))
        }
        continue
      }
      var block = 0
      var pairs = 0.0
      func end(_ blocks: Range<Int>, _ positions: Range<Int>) {
        stretches.append(
          Stretch(rule: number, blocks: blocks, positions: positions, pairs: pairs))
        pairs = 0
      }
      for next in 0..<rule.blocks {
        let (start, stop) = (Int(rule.starts[next]), Int(rule.starts[next + 1]))
        let ofBlock = pairCount(rule.records, start, stop)
        // A giant block is divided by its first records.
        if ofBlock > 2 * wanted {
          if pairs > 0 { end(block..<next, Int(rule.starts[block])..<start) }
          let size = max(1, Int(Double(stop - start) * wanted / ofBlock))
          for from in stride(from: start, to: stop, by: size) {
            let to = min(stop, from + size)
            pairs = ofBlock * Double(to - from) / Double(stop - start)
            end(next..<next + 1, from..<to)
          }
          block = next + 1
          continue
        }
        pairs += ofBlock
        if pairs >= wanted {
          end(block..<next + 1, Int(rule.starts[block])..<stop)
          block = next + 1
        }
      }
      if pairs > 0 { end(block..<rule.blocks, Int(rule.starts[block])..<rule.records.count) }
    }
    return stretches
  }

  /// Calls `body` with each pair of a stretch, the lower number first.
  @inline(__always)
  func forEachPair(in stretch: Stretch, _ body: (_ left: Int, _ right: Int) -> Void) {
    let rule = rules[stretch.rule]
    let records = rule.records.base
    let new = isNew?.base
    let earlier = Earlier(rules.prefix(stretch.rule))
    if rule.window > 0 {
      for position in stretch.positions {
        for other in position
          + 1..<max(position + 1, min(rule.records.count, position + rule.window))
        {
          let (a, b) = (records[position], records[other])
          if !within, isOfOneSource(a, b) { continue }
          if let new, !new[Int(a)], !new[Int(b)] { continue }
          let (left, right) = (Int(min(a, b)), Int(max(a, b)))
          if !earlier.isEmpty, earlier.contains(left, right) { continue }
          body(left, right)
        }
      }
      return
    }
    var repeats = Earlier([])
    if case .blocks = rule.membership { repeats = Earlier([rule]) }
    for block in stretch.blocks {
      let end = Int(rule.starts.base[block + 1])
      var partners = Int(rule.starts.base[block])
      var sourceEnd: Int32 = 0
      let first = max(partners, stretch.positions.lowerBound)
      for position in first..<max(first, min(end, stretch.positions.upperBound)) {
        let left = records[position]
        if within {
          partners = position &+ 1
        } else if left >= sourceEnd {
          sourceEnd = self.end(ofSource: left)
          while partners < end, records[partners] < sourceEnd { partners &+= 1 }
        }
        var partner = partners
        while partner < end {
          let right = records[partner]
          partner &+= 1
          if let new, !new[Int(left)], !new[Int(right)] { continue }
          if !earlier.isEmpty, earlier.contains(Int(left), Int(right)) { continue }
          // In a rule of several blocks a record, a pair is made in the first that both have.
          if !repeats.isEmpty,
            repeats.firstShared(Int(left), Int(right)) != rule.numbers.base[block]
          {
            continue
          }
          body(Int(left), Int(right))
        }
      }
    }
    // The pointers into them end here.
    withExtendedLifetime((rules, isNew)) {}
  }

  /// Whether any rule makes the pair.
  func contains(_ left: Int, _ right: Int) -> Bool {
    withExtendedLifetime(rules) { Earlier(rules[...]).contains(left, right) }
  }

  /// What rules say of records, in pointers.
  private struct Earlier {
    private struct Entry: BitwiseCopyable {
      var codes: UnsafePointer<UInt32>?
      var starts: UnsafePointer<Int32>?
      var places: UnsafePointer<Int32>?
      var window: Int32 = 0
    }

    private let entries: FixedBuffer<Entry>?
    private let base: UnsafePointer<Entry>?
    private let count: Int
    var isEmpty: Bool { count == 0 }

    init(_ rules: ArraySlice<Rule>) {
      count = rules.count
      entries =
        rules.isEmpty
        ? nil
        : FixedBuffer(
          rules.map { rule in
            switch rule.membership {
            case .block(let codes): Entry(codes: UnsafePointer(codes.base))
            case .blocks(let codes, let starts):
              Entry(codes: UnsafePointer(codes.base), starts: UnsafePointer(starts.base))
            case .places(let places, let window):
              Entry(places: UnsafePointer(places.base), window: Int32(window))
            }
          })
      base = entries.map { UnsafePointer($0.base) }
    }

    @inline(__always)
    func contains(_ left: Int, _ right: Int) -> Bool {
      guard let base else { return false }
      for index in 0..<count {
        let entry = base + index
        if let places = entry.pointee.places {
          let (a, b) = (places[left], places[right])
          if a >= 0, b >= 0, abs(a &- b) < entry.pointee.window { return true }
        } else if entry.pointee.starts != nil {
          if firstShared(left, right, entry.pointee) != 0 { return true }
        } else if let codes = entry.pointee.codes {
          let code = codes[left]
          if code != 0, code == codes[right] { return true }
        }
      }
      return false
    }

    /// Of the only rule, one of several blocks a record: the first block that both have, 0 for none.
    func firstShared(_ left: Int, _ right: Int) -> UInt32 {
      base.map { firstShared(left, right, $0.pointee) } ?? 0
    }

    private func firstShared(_ left: Int, _ right: Int, _ entry: Entry) -> UInt32 {
      guard let codes = entry.codes, let starts = entry.starts else { return 0 }
      var (a, b) = (Int(starts[left]), Int(starts[right]))
      let (aEnd, bEnd) = (Int(starts[left + 1]), Int(starts[right + 1]))
      while a < aEnd, b < bEnd {
        if codes[a] == codes[b] { return codes[a] }
        if codes[a] < codes[b] { a &+= 1 } else { b &+= 1 }
      }
      return 0
    }
  }
}
