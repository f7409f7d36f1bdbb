import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The figures of a table: a column of 64 bits a cell for each measure, one column behind the other.
///
/// A cell is a finite number, or one of two marks that are no numbers (NaN of IEEE 754 with the reason in its lowest bits). A hidden
/// cell is the mark and nothing else. The columns of a release lie in a file that is mapped: a table takes no more memory than what is
/// looked at.
///
/// Nothing changes the memory after it was filled, so any number of threads may read it: that is why `Sendable` need not be checked.
package final class CellColumns: @unchecked Sendable {
  private static let confidential: UInt64 = 0x7FF8_0000_0000_0001
  private static let impossible: UInt64 = 0x7FF8_0000_0000_0002

  package let cellCount: Int
  package let columnCount: Int
  private let memory: UnsafeRawPointer
  private let isMapped: Bool

  private var byteCount: Int { cellCount * columnCount * 8 }

  /// Takes over columns of equal length.
  init(_ columns: [[PublishedCell]]) {
    cellCount = columns.first?.count ?? 0
    columnCount = columns.count
    isMapped = false
    let room = UnsafeMutableRawPointer.allocate(
      byteCount: max(8, columns.reduce(0) { $0 + $1.count } * 8), alignment: 8)
    var place = 0
    for column in columns {
      for cell in column {
        room.storeBytes(of: Self.bits(of: cell).littleEndian, toByteOffset: place, as: UInt64.self)
        place += 8
      }
    }
    memory = UnsafeRawPointer(room)
  }

  /// Maps the columns of a file; nil when the file cannot be opened or has another size.
  init?(mapping file: URL, cellCount: Int, columnCount: Int) {
    let (product, isTooLarge) = cellCount.multipliedReportingOverflow(by: columnCount * 8)
    guard !isTooLarge, product > 0 else { return nil }
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, Int(facts.st_size) == product,
      let start = mmap(nil, product, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { return nil }
    self.cellCount = cellCount
    self.columnCount = columnCount
    memory = UnsafeRawPointer(start)
    isMapped = true
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: memory), byteCount)
    } else {
      memory.deallocate()
    }
  }

  private static func bits(of cell: PublishedCell) -> UInt64 {
    switch cell {
    case .value(let value): value.bitPattern
    case .confidential: confidential
    case .impossible: impossible
    }
  }

  /// What stands in a cell of a column.
  package func cell(_ cell: Int, column: Int) -> PublishedCell {
    precondition(cell >= 0 && cell < cellCount && column >= 0 && column < columnCount)
    let bits = UInt64(
      littleEndian: memory.load(
        fromByteOffset: (column * cellCount + cell) * 8, as: UInt64.self))
    let value = Double(bitPattern: bits)
    if value.isFinite { return .value(value) }
    return bits == Self.impossible ? .impossible : .confidential
  }

  /// How many cells of all columns are hidden.
  var hiddenCount: Int {
    (0..<cellCount * columnCount).count { place in
      memory.load(fromByteOffset: place * 8, as: UInt64.self).littleEndian == Self.confidential
    }
  }

  /// The bytes of the file.
  var data: Data { Data(bytes: memory, count: byteCount) }
}

extension CellColumns: Hashable {
  package static func == (left: CellColumns, right: CellColumns) -> Bool {
    left.cellCount == right.cellCount && left.columnCount == right.columnCount
      && memcmp(left.memory, right.memory, left.byteCount) == 0
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(cellCount)
    hasher.combine(columnCount)
    hasher.combine(bytes: UnsafeRawBufferPointer(start: memory, count: min(byteCount, 4_096)))
  }
}
