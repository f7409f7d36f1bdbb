import CZlib

/// A ZIP archive (PKWARE APPNOTE 6.3) that is written while it is read: no entry is kept, and none need be known beforehand.
///
/// Sums and sizes stand behind each entry. Entries carry the first moment that the format has, so that the same content gives the same bytes. What is
/// larger than 32 bits can tell stands in ZIP64 fields of the directory; archives without it hold none, because spreadsheet programs refuse them.
package struct ZipArchive {
  /// Gives the next piece, nil behind the last.
  package typealias Pieces = () -> [UInt8]?

  package struct Entry {
    /// In UTF-8, with `/` between folders; the format has no room for a longer one.
    fileprivate let name: [UInt8]
    fileprivate let open: () -> Pieces

    /// - Parameters:
    ///   - name: its path in the archive.
    ///   - open: called when its turn has come.
    package init(_ name: String, _ open: @escaping () -> Pieces) {
      self.name = Array(name.utf8.prefix(0xFFFF))
      self.open = open
    }

    package init(_ name: String, whole bytes: [UInt8]) {
      self.init(name) {
        var left: [UInt8]? = bytes
        return {
          defer { left = nil }
          return left
        }
      }
    }
  }

  private let entries: [Entry]
  private let largeFrom: UInt64

  /// - Parameters:
  ///   - entries: in the order of the archive, their names distinct.
  ///   - largeFrom: sizes and places that need 64 bits; fewer in tests.
  package init(_ entries: [Entry], largeFrom: UInt64 = 0xFFFF_FFFF) {
    self.entries = entries
    self.largeFrom = largeFrom
  }

  /// Starts anew at the first byte each time; a piece is never empty.
  package func pieces() -> Pieces {
    let writer = ArchiveWriter(entries, largeFrom: largeFrom)
    return { writer.next() }
  }
}

private final class ArchiveWriter {
  private struct OpenEntry {
    let name: [UInt8]
    let pieces: ZipArchive.Pieces
    let start: UInt64
    var sum: UInt = 0
    var size: UInt64 = 0
    var packed: UInt64 = 0
  }

  private static let pieceLength = 64 * 1024
  private static let version: UInt16 = 20
  private static let largeVersion: UInt16 = 45
  /// Sums and sizes follow the entry, its name is UTF-8.
  private static let flags: UInt16 = 1 << 3 | 1 << 11
  private static let deflated: UInt16 = 8
  /// 1 January 1980: seven bits of years since then, four of the month, five of the day.
  private static let day: UInt16 = 1 << 5 | 1

  private var waiting: ArraySlice<ZipArchive.Entry>
  private let count: UInt64
  private let largeFrom: UInt64
  private let deflater = Deflater(.raw)
  private var current: OpenEntry?
  private var directory: [UInt8] = []
  private var isDone = false
  private var piece: [UInt8] = []
  /// Bytes of all pieces before this one.
  private var given: UInt64 = 0

  init(_ entries: [ZipArchive.Entry], largeFrom: UInt64) {
    waiting = entries[...]
    count = UInt64(entries.count)
    self.largeFrom = largeFrom
  }

  func next() -> [UInt8]? {
    while piece.count < Self.pieceLength, !isDone { step() }
    guard !piece.isEmpty else { return nil }
    let whole = piece
    given += UInt64(whole.count)
    piece = []
    return whole
  }

  private var position: UInt64 { given + UInt64(piece.count) }

  private func step() {
    guard var entry = current else {
      if let next = waiting.popFirst() { begin(next) } else { end() }
      return
    }
    guard let bytes = entry.pieces() else {
      let last = deflater.finish()
      entry.packed += UInt64(last.count)
      piece += last
      close(entry)
      current = nil
      return
    }
    if bytes.isEmpty { return }
    entry.sum = crc32_z(entry.sum, bytes, bytes.count)
    entry.size += UInt64(bytes.count)
    let packed = deflater.compress(bytes)
    entry.packed += UInt64(packed.count)
    piece += packed
    current = entry
  }

  private func begin(_ entry: ZipArchive.Entry) {
    current = OpenEntry(name: entry.name, pieces: entry.open(), start: position)
    Self.write(UInt32(0x0403_4B50), to: &piece)
    writeFacts(version: Self.version, to: &piece)
    for _ in 0..<3 { Self.write(UInt32(0), to: &piece) }
    Self.write(UInt16(entry.name.count), to: &piece)
    Self.write(UInt16(0), to: &piece)
    piece += entry.name
  }

  /// What the entry's header and the directory both say first.
  private func writeFacts(version: UInt16, to bytes: inout [UInt8]) {
    for fact in [version, Self.flags, Self.deflated, 0, Self.day] { Self.write(fact, to: &bytes) }
  }

  /// Writes what stands behind an entry, and its place in the directory.
  private func close(_ entry: OpenEntry) {
    let sum = UInt32(truncatingIfNeeded: entry.sum)
    Self.write(UInt32(0x0807_4B50), to: &piece)
    Self.write(sum, to: &piece)
    let isLarge = [entry.size, entry.packed].contains { $0 >= largeFrom }
    for size in [entry.packed, entry.size] {
      if isLarge {
        Self.write(size, to: &piece)
      } else {
        Self.write(UInt32(truncatingIfNeeded: size), to: &piece)
      }
    }
    let large = [entry.size, entry.packed, entry.start].filter { $0 >= largeFrom }
    let version = large.isEmpty ? Self.version : Self.largeVersion
    Self.write(UInt32(0x0201_4B50), to: &directory)
    Self.write(version, to: &directory)
    writeFacts(version: version, to: &directory)
    Self.write(sum, to: &directory)
    Self.write(short(entry.packed), to: &directory)
    Self.write(short(entry.size), to: &directory)
    Self.write(UInt16(entry.name.count), to: &directory)
    Self.write(UInt16(large.isEmpty ? 0 : 4 + 8 * large.count), to: &directory)
    // No remark, the first disk, nothing known of the content, no attributes.
    for _ in 0..<3 { Self.write(UInt16(0), to: &directory) }
    Self.write(UInt32(0), to: &directory)
    Self.write(short(entry.start), to: &directory)
    directory += entry.name
    guard !large.isEmpty else { return }
    Self.write(UInt16(1), to: &directory)
    Self.write(UInt16(8 * large.count), to: &directory)
    for number in large { Self.write(number, to: &directory) }
  }

  private func end() {
    let start = position
    let length = UInt64(directory.count)
    piece += directory
    directory = []
    if count >= 0xFFFF || start >= largeFrom || length >= largeFrom {
      let record = position
      Self.write(UInt32(0x0606_4B50), to: &piece)
      Self.write(UInt64(44), to: &piece)
      for _ in 0..<2 { Self.write(Self.largeVersion, to: &piece) }
      for _ in 0..<2 { Self.write(UInt32(0), to: &piece) }
      for number in [count, count, length, start] { Self.write(number, to: &piece) }
      Self.write(UInt32(0x0706_4B50), to: &piece)
      Self.write(UInt32(0), to: &piece)
      Self.write(record, to: &piece)
      Self.write(UInt32(1), to: &piece)
    }
    Self.write(UInt32(0x0605_4B50), to: &piece)
    for _ in 0..<2 { Self.write(UInt16(0), to: &piece) }
    for _ in 0..<2 { Self.write(UInt16(clamping: count), to: &piece) }
    Self.write(short(length), to: &piece)
    Self.write(short(start), to: &piece)
    Self.write(UInt16(0), to: &piece)
    isDone = true
  }

  /// All bits set where the number stands in a ZIP64 field.
  private func short(_ number: UInt64) -> UInt32 {
    number >= largeFrom ? .max : UInt32(clamping: number)
  }

  private static func write(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
