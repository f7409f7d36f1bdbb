/// A model's comparisons over the records, ready to be asked by any number of comparers.
final class PreparedComparisons {
  fileprivate struct Unit {
    let columns: [LinkageRecords.Column]
    let levels: [ComparisonLevel]
    /// Of its first column, and of each.
    let codes: UnsafePointer<UInt32>
    let allCodes: [UnsafePointer<UInt32>]
    /// The first level asks whether the only column is equal.
    let startsExact: Bool
    let isSingle: Bool
    /// Of a single column that asks for texts only.
    let quick: QuickLevels?
  }

  /// Lies where it is, so that asking copies nothing.
  fileprivate let units: UnsafeMutableBufferPointer<Unit>
  /// Keeps the codes where they are.
  private let pinned: [UnsafeMutablePointer<UInt32>]

  init(_ records: LinkageRecords, model: LinkageModel) throws {
    var units: [Unit] = []
    var pinned: [UnsafeMutablePointer<UInt32>] = []
    for (comparison, columns) in zip(model.comparisons, records.columns) {
      let levels = try comparison.parsed()
      let all = columns.map { column in
        let codes = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, records.count))
        codes.initialize(from: column.codes, count: records.count)
        pinned.append(codes)
        return UnsafePointer(codes)
      }
      let isSingle = columns.count == 1
      units.append(
        Unit(
          columns: columns, levels: levels, codes: all[0], allCodes: all,
          startsExact: isSingle && levels[0].isExact, isSingle: isSingle,
          quick: isSingle ? QuickLevels(levels, values: columns[0].values) : nil))
    }
    self.units = .allocate(capacity: units.count)
    _ = self.units.initialize(from: units)
    self.pinned = pinned
  }

  deinit {
    for codes in pinned { codes.deallocate() }
    units.deinitialize()
    units.deallocate()
  }
}

/// Tells at which level each comparison of a pair stands. Not for two threads at once: it remembers what it has compared.
final class PairComparer {
  /// What two values came to: a slot a pair of codes, the newest stays.
  private struct Memory {
    static let slots = 1 << 15
    let keys: UnsafeMutablePointer<UInt64>
    let levels: UnsafeMutablePointer<UInt8>

    init() {
      keys = .allocate(capacity: Self.slots)
      keys.initialize(repeating: 0, count: Self.slots)
      levels = .allocate(capacity: Self.slots)
      levels.initialize(repeating: 0, count: Self.slots)
    }

    @inline(__always)
    static func slot(_ key: UInt64) -> Int {
      Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 49)
    }
  }

  private let prepared: PreparedComparisons
  private let units: UnsafeMutableBufferPointer<PreparedComparisons.Unit>
  /// By comparison; of several columns nothing is remembered.
  private let memories: UnsafeMutableBufferPointer<Memory>
  /// By comparison: the number of the level that stands for a missing value.
  let missing: [UInt8]
  var count: Int { units.count }

  init(_ prepared: PreparedComparisons) {
    self.prepared = prepared
    units = prepared.units
    memories = .allocate(capacity: units.count)
    _ = memories.initialize(from: units.map { _ in Memory() })
    missing = units.map { UInt8($0.levels.count + 1) }
  }

  deinit {
    for memory in memories {
      memory.keys.deallocate()
      memory.levels.deallocate()
    }
    memories.deallocate()
  }

  /// What equality alone tells: the level when the values are equal or one is missing, nil when they must be compared.
  @inline(__always)
  func levelAtOnce(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8? {
    guard units[comparison].isSingle else { return nil }
    let a = units[comparison].codes[left]
    let b = units[comparison].codes[right]
    if a == 0 || b == 0 { return missing[comparison] }
    return a == b && units[comparison].startsExact ? 0 : nil
  }

  /// The level of a pair: from 0 the model's levels, then `else`, then the missing value.
  @inline(__always)
  func level(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    guard units[comparison].isSingle else { return levelOfSeveral(comparison, left, right) }
    let a = units[comparison].codes[left]
    let b = units[comparison].codes[right]
    if a == 0 || b == 0 { return missing[comparison] }
    if a == b, units[comparison].startsExact { return 0 }
    let memory = memories[comparison]
    let key = UInt64(min(a, b)) &<< 32 | UInt64(max(a, b))
    let slot = Memory.slot(key)
    if memory.keys[slot] == key { return memory.levels[slot] }
    let level = units[comparison].quick?.level(Int(a), Int(b)) ?? compare(comparison, left, right)
    memory.keys[slot] = key
    memory.levels[slot] = level
    return level
  }

  private func levelOfSeveral(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    let hasValues = units[comparison].allCodes.contains { $0[left] != 0 && $0[right] != 0 }
    return hasValues ? compare(comparison, left, right) : missing[comparison]
  }

  private func compare(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    for index in units[comparison].levels.indices
    where holds(units[comparison].levels[index], comparison, left, right) {
      return UInt8(index)
    }
    return UInt8(units[comparison].levels.count)
  }

  private func holds(_ level: ComparisonLevel, _ comparison: Int, _ left: Int, _ right: Int) -> Bool
  {
    switch level {
    case .all(let parts): return parts.allSatisfy { holds($0, comparison, left, right) }
    case .any(let parts): return parts.contains { holds($0, comparison, left, right) }
    case .not(let part): return !holds(part, comparison, left, right)
    case .test(.reversed, _, _): return isReversed(comparison, left, right)
    case .test(let measure, let column, let bound):
      let a = Int(units[comparison].allCodes[column][left])
      let b = Int(units[comparison].allCodes[column][right])
      guard a != 0, b != 0 else { return false }
      return units[comparison].columns[column].values.passes(measure, bound, a, b)
    }
  }

  /// What stands in the first column on one side stands in the second on the other.
  private func isReversed(_ comparison: Int, _ left: Int, _ right: Int) -> Bool {
    let codes = units[comparison].allCodes
    let (a, b) = (Int(codes[0][left]), Int(codes[0][right]))
    let (c, d) = (Int(codes[1][left]), Int(codes[1][right]))
    guard a != 0, b != 0, c != 0, d != 0 else { return false }
    let (first, second) = (units[comparison].columns[0].values, units[comparison].columns[1].values)
    return first.scalars(a) == second.scalars(d) && second.scalars(c) == first.scalars(b)
  }
}

extension ValueTable {
  func scalars(_ code: Int) -> ArraySlice<UInt32> {
    scalars[Int(starts[code])..<Int(starts[code + 1])]
  }
}
