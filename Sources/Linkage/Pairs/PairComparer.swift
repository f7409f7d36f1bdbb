/// A model's comparisons over the records, ready to be asked by any number of comparers.
final class PreparedComparisons: Sendable {
  fileprivate struct Unit: Sendable {
    let levels: LevelTests
    let columns: [LinkageRecords.Column]
  }

  fileprivate let units: [Unit]
  let count: Int

  init(_ comparisons: [LinkageModel.Comparison], columns: [[LinkageRecords.Column]]) throws {
    units = try zip(comparisons, columns).map { comparison, columns in
      Unit(
        levels: LevelTests(try comparison.parsed(), values: columns.map(\.values)),
        columns: columns)
    }
    count = units.count
  }
}

/// Tells at which level each comparison of a pair stands. Not for two threads at once: it remembers what it has compared.
final class PairComparer {
  /// One comparison, in pointers into what `prepared` keeps.
  private struct Unit: BitwiseCopyable {
    let codes: UnsafePointer<UInt32>
    /// What two values came to: a slot a pair of codes, the newest stays. Of several columns nothing is remembered.
    let keys: UnsafeMutablePointer<UInt64>
    let levels: UnsafeMutablePointer<UInt8>
    let isSingle: Bool
    let startsExact: Bool
    let missing: UInt8

    static let slots = 1 << 15

    @inline(__always)
    static func slot(_ key: UInt64) -> Int {
      Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 49)
    }
  }

  private let prepared: PreparedComparisons
  private let units: FixedBuffer<Unit>
  private let scratches: [LevelTests.Scratch]
  private let keys: FixedBuffer<UInt64>
  private let levels: FixedBuffer<UInt8>
  /// By comparison: the number of the level that stands for a missing value.
  let missing: [UInt8]
  let count: Int

  init(_ prepared: PreparedComparisons) {
    self.prepared = prepared
    count = prepared.count
    let keys = FixedBuffer<UInt64>(repeating: 0, count: Unit.slots * prepared.count)
    let levels = FixedBuffer<UInt8>(repeating: 0, count: Unit.slots * prepared.count)
    missing = prepared.units.map { UInt8($0.levels.count + 1) }
    units = FixedBuffer(
      prepared.units.enumerated().map { index, unit in
        Unit(
          codes: UnsafePointer(unit.columns[0].codes.base), keys: keys.base + index * Unit.slots,
          levels: levels.base + index * Unit.slots, isSingle: unit.columns.count == 1,
          startsExact: unit.levels.startsExact, missing: UInt8(unit.levels.count + 1))
      })
    scratches = prepared.units.map { LevelTests.Scratch(columns: $0.columns.count) }
    self.keys = keys
    self.levels = levels
  }

  /// What equality alone tells: the level when the values are equal or one is missing, nil when they must be compared.
  @inline(__always)
  func levelAtOnce(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8? {
    let unit = units.base + comparison
    guard unit.pointee.isSingle else { return nil }
    let a = unit.pointee.codes[left]
    let b = unit.pointee.codes[right]
    if a == 0 || b == 0 { return unit.pointee.missing }
    return a == b && unit.pointee.startsExact ? 0 : nil
  }

  /// The level of a pair: from 0 the model's levels, then `else`, then the missing value.
  @inline(__always)
  func level(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    let unit = units.base + comparison
    guard unit.pointee.isSingle else { return levelOfSeveral(comparison, left, right) }
    let a = unit.pointee.codes[left]
    let b = unit.pointee.codes[right]
    if a == 0 || b == 0 { return unit.pointee.missing }
    if a == b, unit.pointee.startsExact { return 0 }
    let key = UInt64(min(a, b)) &<< 32 | UInt64(max(a, b))
    let slot = Unit.slot(key)
    if unit.pointee.keys[slot] == key { return unit.pointee.levels[slot] }
    let scratch = scratches[comparison]
    scratch.take(0, a, b)
    let level = prepared.units[comparison].levels.level(scratch)
    unit.pointee.keys[slot] = key
    unit.pointee.levels[slot] = level
    return level
  }

  private func levelOfSeveral(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    let scratch = scratches[comparison]
    var hasValues = false
    for column in prepared.units[comparison].columns.indices {
      let codes = prepared.units[comparison].columns[column].codes
      let (a, b) = (codes.base[left], codes.base[right])
      if a != 0, b != 0 { hasValues = true }
      scratch.take(column, a, b)
    }
    return hasValues
      ? prepared.units[comparison].levels.level(scratch) : units.base[comparison].missing
  }
}
