import Glibc

/// A model's comparisons over the records, ready to be asked by any number of comparers.
final class PreparedComparisons: Sendable {
  fileprivate let levels: [LevelTests]
  fileprivate let compared: LinkageRecords.Compared
  var count: Int { levels.count }

  init(_ comparisons: [LinkageModel.Comparison], _ compared: LinkageRecords.Compared) throws {
    self.compared = compared
    levels = try zip(comparisons, compared.columns).map { comparison, columns in
      LevelTests(try comparison.parsed(), values: columns.map(\.values))
    }
  }
}

/// Tells at which level each comparison of a pair stands. Not for two threads at once: it remembers what it has compared.
///
/// A level is a number from 0, the model's levels, then `else`, then the missing value. It is found in two steps: what is equal, missing, known or told
/// by the outlines of the values (`glance`), and what takes reading the texts (`settle`).
final class PairComparer {
  /// One comparison, in pointers into what `prepared` keeps.
  private struct Unit: BitwiseCopyable {
    /// Where its columns stand in a row of codes.
    let offset: Int
    let columnCount: Int
    /// What two values came to: a slot a pair of codes, the newest stays. Of several columns nothing is remembered.
    let keys: UnsafeMutablePointer<UInt64>
    let levels: UnsafeMutablePointer<UInt8>
    /// Of few values: a row for each code, in which the other's place has the level plus one, 0 for what was not compared yet.
    let table: UnsafeMutablePointer<UInt8>?
    let width: Int
    /// Values of which most records have one of their own hardly meet again.
    let isRemembered: Bool
    let startsExact: Bool
    let screen: LevelTests.Screen?
    let outlines: UnsafePointer<ValueTable.Outline>
    /// Of a pair that passes no level; the next number is that of a missing value.
    let otherwise: UInt8
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
  private let rows: UnsafePointer<UInt32>
  private let width: Int
  private let scratches: [LevelTests.Scratch]
  private let tables: [UnsafeMutableRawPointer]
  private let keys: FixedBuffer<UInt64>
  private let levels: FixedBuffer<UInt8>
  /// By comparison: the number of the level that stands for a missing value.
  let missing: [UInt8]
  /// Above all levels: of a pair that stands at this one or above it, the rest is the first level that it may have.
  let unknown: UInt8
  let count: Int

  init(_ prepared: PreparedComparisons) {
    self.prepared = prepared
    count = prepared.count
    rows = UnsafePointer(prepared.compared.codes.base)
    width = prepared.compared.width
    let keys = FixedBuffer<UInt64>(repeating: 0, count: Unit.slots * prepared.count)
    let levels = FixedBuffer<UInt8>(repeating: 0, count: Unit.slots * prepared.count)
    missing = prepared.levels.map { UInt8($0.count + 1) }
    unknown = (missing.max() ?? 0) + 1
    let scratches = prepared.compared.columns.map { LevelTests.Scratch(columns: $0.count) }
    self.scratches = scratches
    var tables: [UnsafeMutableRawPointer] = []
    var room = Self.tableRoom
    let compared = prepared.compared
    units = FixedBuffer(
      prepared.levels.enumerated().map { index, tests in
        let columns = compared.columns[index]
        let width = columns[0].values.count
        var table: UnsafeMutableRawPointer?
        // Pages that are never touched take no memory.
        let isRemembered = compared.records >= 3 * width
        if columns.count == 1, isRemembered, width * width <= room {
          table = calloc(width * width, 1)
        }
        if let table {
          tables.append(table)
          room -= width * width
        }
        return Unit(
          offset: compared.offsets[index], columnCount: columns.count,
          keys: keys.base + index * Unit.slots,
          levels: levels.base + index * Unit.slots,
          table: table?.assumingMemoryBound(to: UInt8.self), width: width,
          isRemembered: isRemembered && columns.count == 1, startsExact: tests.startsExact,
          screen: tests.screen,
          outlines: UnsafePointer(columns[0].values.outlines.base),
          otherwise: UInt8(tests.count), missing: UInt8(tests.count + 1),
          tests: .passUnretained(tests), scratch: .passUnretained(scratches[index]))
      })
    self.tables = tables
    self.keys = keys
    self.levels = levels
  }

  /// Bytes that the tables of one comparer may take.
  private static let tableRoom = 20_000_000

  deinit { for table in tables { free(table) } }

  @inline(__always)
  func row(_ record: Int32) -> UnsafePointer<UInt32> { rows + Int(record) &* width }

  /// A comparison's first column in a row.
  @inline(__always)
  func offset(_ comparison: Int) -> Int { units.base[comparison].offset }

  /// About what a glance at a comparison costs, in those at a table.
  func cost(_ comparison: Int) -> Double {
    let unit = units.base + comparison
    if unit.pointee.table != nil { return 1 }
    return unit.pointee.screen != nil ? 1.5 : unit.pointee.columnCount == 1 ? 3 : 4
  }

  // MARK: A batch at a time

  /// Gives pairs that are alive their level when it takes no reading of texts; else `unknown` and the first that they may have.
  @inline(__always)
  func glance(_ comparison: Int, _ batch: PairBatch) {
    let unit = units.base + comparison
    let levels = batch.levels(comparison)
    let (lefts, rights, alive) = (batch.lefts, batch.rights, batch.alive)
    let offset = unit.pointee.offset
    if let table = unit.pointee.table {
      let width = unit.pointee.width
      for index in 0..<batch.aliveCount {
        let place = Int(alive[index])
        let a = row(lefts[place]) + offset
        let b = row(rights[place]) + offset
        let known = table[Int(a[0]) &* width &+ Int(b[0])]
        levels[place] = known != 0 ? known &- 1 : atOnce(unit, a, b)
      }
    } else if let screen = unit.pointee.screen {
      let (outlines, otherwise) = (unit.pointee.outlines, unit.pointee.otherwise)
      for index in 0..<batch.aliveCount {
        let place = Int(alive[index])
        let a = Int(row(lefts[place])[offset])
        let b = Int(row(rights[place])[offset])
        let least = screen.level(LevelTests.Likeness(outlines + a, outlines + b))
        levels[place] =
          a == 0 || b == 0
          ? otherwise &+ 1 : a == b ? 0 : least == otherwise ? otherwise : unknown &+ least
      }
    } else if unit.pointee.columnCount == 1 {
      for index in 0..<batch.aliveCount {
        let place = Int(alive[index])
        levels[place] = atOnce(unit, row(lefts[place]) + offset, row(rights[place]) + offset)
      }
    } else {
      for index in 0..<batch.aliveCount {
        let place = Int(alive[index])
        let (left, right) = (row(lefts[place]) + offset, row(rights[place]) + offset)
        levels[place] =
          hasValues(unit, left, right) ? look(unit, left, right) : unit.pointee.missing
      }
    }
  }

  /// Of a comparison of one column.
  @inline(__always)
  private func atOnce(
    _ unit: UnsafePointer<Unit>, _ a: LevelTests.Codes, _ b: LevelTests.Codes
  ) -> UInt8 {
    if a[0] == 0 || b[0] == 0 { return unit.pointee.missing }
    return a[0] == b[0] && unit.pointee.startsExact ? 0 : look(unit, a, b)
  }

  @inline(__always)
  private func hasValues(
    _ unit: UnsafePointer<Unit>, _ left: LevelTests.Codes, _ right: LevelTests.Codes
  ) -> Bool {
    for column in 0..<unit.pointee.columnCount where left[column] != 0 && right[column] != 0 {
      return true
    }
    return false
  }

  @inline(__always)
  private func look(
    _ unit: UnsafePointer<Unit>, _ a: LevelTests.Codes, _ b: LevelTests.Codes
  ) -> UInt8 {
    let level: UInt8
    var isCertain = true
    if let screen = unit.pointee.screen {
      let outlines = unit.pointee.outlines
      level = screen.level(
        LevelTests.Likeness(outlines + Int(a[0]), outlines + Int(b[0])))
      isCertain = level == unit.pointee.otherwise
    } else {
      (level, isCertain) = unit.pointee.tests._withUnsafeGuaranteedRef { $0.outlook(a, b) }
    }
    guard isCertain else { return unknown &+ level }
    if let table = unit.pointee.table {
      table[Int(a[0]) &* unit.pointee.width &+ Int(b[0])] = level &+ 1
    }
    return level
  }

  /// The level of a pair that stands at none before `first`.
  @inline(__always)
  func settle(_ comparison: Int, _ left: Int32, _ right: Int32, from first: UInt8) -> UInt8 {
    let unit = units.base + comparison
    let left = row(left) + unit.pointee.offset
    let right = row(right) + unit.pointee.offset
    let (a, b) = (left[0], right[0])
    let key = UInt64(min(a, b)) &<< 32 | UInt64(max(a, b))
    let slot = Unit.slot(key)
    let isInSlots = unit.pointee.isRemembered && unit.pointee.table == nil
    if isInSlots, unit.pointee.keys[slot] == key { return unit.pointee.levels[slot] }
    let level = unit.pointee.scratch._withUnsafeGuaranteedRef { scratch in
      unit.pointee.tests._withUnsafeGuaranteedRef {
        $0.level(from: Int(first), left, right, scratch)
      }
    }
    if let table = unit.pointee.table {
      table[Int(a) &* unit.pointee.width &+ Int(b)] = level &+ 1
    } else if isInSlots {
      unit.pointee.keys[slot] = key
      unit.pointee.levels[slot] = level
    }
    return level
  }

  /// Gives all pairs of a batch their levels.
  func compare(_ batch: PairBatch) {
    for comparison in 0..<count {
      glance(comparison, batch)
      let levels = batch.levels(comparison)
      for place in 0..<batch.count where levels[place] >= unknown {
        levels[place] = settle(
          comparison, batch.lefts[place], batch.rights[place], from: levels[place] &- unknown)
      }
    }
  }

  // MARK: One pair

  func level(_ comparison: Int, _ left: Int, _ right: Int) -> UInt8 {
    let (left, right) = (Int32(left), Int32(right))
    let unit = units.base + comparison
    let a = row(left) + unit.pointee.offset
    let b = row(right) + unit.pointee.offset
    let level: UInt8
    if unit.pointee.columnCount == 1 {
      let known = unit.pointee.table.map { $0[Int(a[0]) &* unit.pointee.width &+ Int(b[0])] } ?? 0
      level = known != 0 ? known &- 1 : atOnce(unit, a, b)
    } else {
      level = hasValues(unit, a, b) ? look(unit, a, b) : unit.pointee.missing
    }
    return level < unknown ? level : settle(comparison, left, right, from: level &- unknown)
  }

  /// Whether a pair stands at the first level of any comparison.
  func passesAny(_ left: Int, _ right: Int) -> Bool {
    for comparison in 0..<count where level(comparison, left, right) == 0 { return true }
    return false
  }
}
