import Glibc

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
    /// Of its first column; and where those of all its columns stand.
    let codes: UnsafePointer<UInt32>
    let firstColumn: Int
    let columnCount: Int
    /// What two values came to: a slot a pair of codes, the newest stays. Of several columns nothing is remembered.
    let keys: UnsafeMutablePointer<UInt64>
    let levels: UnsafeMutablePointer<UInt8>
    /// Of few values: a row for each code, in which the other's place has the level plus one, 0 for what was not compared yet.
    let table: UnsafeMutablePointer<UInt8>?
    let width: Int
    /// Values of which most records have one of their own hardly meet again.
    let isRemembered: Bool
    let isSingle: Bool
    let startsExact: Bool
    let missing: UInt8
    /// Kept by `prepared` and by `scratches`; asking counts no reference.
    let tests: Unmanaged<LevelTests>
    let scratch: Unmanaged<LevelTests.Scratch>

    static let slots = 1 << 15

    @inline(__always)
    static func slot(_ key: UInt64) -> Int {
      Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 49)
    }
  }

  private let prepared: PreparedComparisons
  private let units: FixedBuffer<Unit>
  private let codes: FixedBuffer<UnsafePointer<UInt32>>
  private let scratches: [LevelTests.Scratch]
  private let tables: [UnsafeMutableRawPointer]
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
    let scratches = prepared.units.map { LevelTests.Scratch(columns: $0.columns.count) }
    self.scratches = scratches
    codes = FixedBuffer(
      prepared.units.flatMap { $0.columns.map { UnsafePointer($0.codes.base) } })
    var column = 0
    var tables: [UnsafeMutableRawPointer] = []
    var room = Self.tableRoom
    units = FixedBuffer(
      prepared.units.enumerated().map { index, unit in
        defer { column += unit.columns.count }
        let width = unit.columns[0].values.count
        var table: UnsafeMutableRawPointer?
        // Pages that are never touched take no memory.
        let isRemembered = unit.columns[0].codes.count >= 3 * width
        if unit.columns.count == 1, isRemembered, width * width <= room {
          table = calloc(width * width, 1)
        }
        if let table {
          tables.append(table)
          room -= width * width
        }
        return Unit(
          codes: UnsafePointer(unit.columns[0].codes.base), firstColumn: column,
          columnCount: unit.columns.count,
          keys: keys.base + index * Unit.slots,
          levels: levels.base + index * Unit.slots,
          table: table?.assumingMemoryBound(to: UInt8.self), width: width,
          isRemembered: isRemembered, isSingle: unit.columns.count == 1,
          startsExact: unit.levels.startsExact, missing: UInt8(unit.levels.count + 1),
          tests: .passUnretained(unit.levels), scratch: .passUnretained(scratches[index]))
      })
    self.tables = tables
    self.keys = keys
    self.levels = levels
  }

  /// Bytes that the tables of one comparer may take.
  private static let tableRoom = 20_000_000

  deinit { for table in tables { free(table) } }

  /// What is known without comparing: the level when the values are equal, one is missing, or they were compared before; else nil.
  @inline(__always)
  func levelAtOnce(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8? {
    let unit = units.base + comparison
    guard unit.pointee.isSingle else { return nil }
    let a = unit.pointee.codes[left]
    let b = unit.pointee.codes[right]
    if a == 0 || b == 0 { return unit.pointee.missing }
    if a == b, unit.pointee.startsExact { return 0 }
    guard let table = unit.pointee.table else { return nil }
    let known = table[Int(a) &* unit.pointee.width &+ Int(b)]
    return known == 0 ? nil : known &- 1
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
    if let table = unit.pointee.table {
      let place = Int(a) &* unit.pointee.width &+ Int(b)
      if table[place] != 0 { return table[place] &- 1 }
      let level = compared(unit, a, b)
      table[place] = level &+ 1
      return level
    }
    guard unit.pointee.isRemembered else { return compared(unit, a, b) }
    let key = UInt64(min(a, b)) &<< 32 | UInt64(max(a, b))
    let slot = Unit.slot(key)
    if unit.pointee.keys[slot] == key { return unit.pointee.levels[slot] }
    let level = compared(unit, a, b)
    unit.pointee.keys[slot] = key
    unit.pointee.levels[slot] = level
    return level
  }

  @inline(__always)
  private func compared(_ unit: UnsafeMutablePointer<Unit>, _ a: UInt32, _ b: UInt32) -> UInt8 {
    unit.pointee.scratch._withUnsafeGuaranteedRef { scratch in
      scratch.take(0, a, b)
      return unit.pointee.tests._withUnsafeGuaranteedRef { $0.level(scratch) }
    }
  }

  /// Whether a pair stands at the first level of any comparison.
  func passesAny(_ left: Int, _ right: Int) -> Bool {
    for comparison in 0..<count where level(comparison, left, right) == 0 { return true }
    return false
  }

  private func levelOfSeveral(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    let unit = units.base + comparison
    return unit.pointee.scratch._withUnsafeGuaranteedRef { scratch in
      var hasValues = false
      for place in 0..<unit.pointee.columnCount {
        let column = codes.base[unit.pointee.firstColumn &+ place]
        let (a, b) = (column[left], column[right])
        if a != 0, b != 0 { hasValues = true }
        scratch.take(place, a, b)
      }
      return hasValues
        ? unit.pointee.tests._withUnsafeGuaranteedRef { $0.level(scratch) } : unit.pointee.missing
    }
  }
}
