import Compression
import InformationModel

/// Columns of equal length as an Apache Parquet file that is written while it is read: of a group of rows one column at a time is held.
///
/// Any column may have nothing in a row. Texts stand in a dictionary of their own in each group, everything else plainly; pages are of version 1.
/// Every reader knows these. The same columns give the same bytes.
package struct ParquetFile: Sendable {
  package struct Column: Sendable {
    package enum Values: Sendable {
      /// Some texts, at least one, and which of them a row has.
      case texts([String], @Sendable (Int) -> Int?)
      case numbers(@Sendable (Int) -> Double?)
      /// Numbers with so many decimals, in units of the last one, of ``decimalDigits`` digits at most.
      case decimals(Int, @Sendable (Int) -> Int64?)
      /// The moment at which a day begins, in no zone.
      case days(@Sendable (Int) -> CalendarDate?)
    }

    fileprivate var name: String
    fileprivate let values: Values

    /// - Parameters:
    ///   - name: for people; of several with the same name the second one gets `_2` behind it.
    ///   - values: by row; nil for nothing.
    package init(_ name: String, _ values: Values) { (self.name, self.values) = (name, values) }
  }

  package enum Packing: Int, Sendable {
    /// The same bytes on every machine.
    case none = 0
    /// The same bytes with the same zlib.
    case gzip = 2
  }

  /// All digits of a decimal number, those behind the point among them: as many as 64 bits have room for.
  package static let decimalDigits = 18

  /// Of a group; a reader holds a group of the columns that it wants, and gives groups to several threads.
  package static let usualGroup = 1 << 16

  fileprivate let columns: [Column]
  fileprivate let rowCount: Int
  fileprivate let packing: Packing
  fileprivate let rowsPerGroup: Int

  /// - Parameters:
  ///   - columns: one at least.
  ///   - rowCount: of each.
  ///   - packing: of the pages.
  ///   - rowsPerGroup: fewer in tests.
  package init(
    _ columns: [Column], rowCount: Int, packing: Packing, rowsPerGroup: Int = usualGroup
  ) {
    self.rowCount = rowCount
    self.packing = packing
    self.rowsPerGroup = max(1, rowsPerGroup)
    // Readers find columns by their names, some without regard to case.
    var taken: Set<String> = []
    self.columns = columns.map { column in
      var column = column
      let wanted = column.name
      var number = 1
      while !taken.insert(column.name.lowercased()).inserted {
        number += 1
        column.name = "\(wanted)_\(number)"
      }
      return column
    }
  }

  /// What gives the next piece, and nil behind the last.
  package func pieces() -> () -> [UInt8]? {
    let writer = ParquetWriter(self)
    return { writer.next() }
  }
}

// MARK: File

// Numbers of fields, types and kinds are those of parquet.thrift.

private enum Encoding {
  static let plain = 0
  static let runs = 3
  static let dictionary = 8
}

private enum PageKind {
  static let data = 0
  static let dictionary = 2
}

private final class ParquetWriter {
  private static let mark = Array("PAR1".utf8)
  private static let optional = 1

  private let file: ParquetFile
  /// Nil where pages are not packed.
  private let deflater: Deflater?
  /// The first row of the group that is being written.
  private var start = 0
  /// What is known of the columns of this group that are written.
  private var chunks: [ThriftValue] = []
  /// How long they are before they are packed.
  private var length = 0
  private var groups: [ThriftValue] = []
  /// Bytes of all pieces before this one.
  private var given = 0
  private var isDone = false

  init(_ file: ParquetFile) {
    self.file = file
    deflater = file.packing == .gzip ? Deflater(.gzip) : nil
  }

  /// A column of a group; behind the last one what the file has.
  func next() -> [UInt8]? {
    if isDone { return nil }
    var piece = given == 0 ? Self.mark : []
    if start < file.rowCount {
      let rows = start..<min(file.rowCount, start + file.rowsPerGroup)
      write(file.columns[chunks.count], rows, to: &piece)
      if chunks.count == file.columns.count { close(rows) }
    } else {
      writeFooter(to: &piece)
      isDone = true
    }
    given += piece.count
    return piece
  }

  private func write(_ column: ParquetFile.Column, _ rows: Range<Int>, to piece: inout [UInt8]) {
    let chunk = ColumnChunk(column.values, rows)
    let begin = piece.count
    var whole = 0
    var encodings = [Encoding.plain, Encoding.runs]
    var dictionaryPlace: [(Int, ThriftValue)] = []
    if let dictionary = chunk.dictionary {
      encodings.append(Encoding.dictionary)
      dictionaryPlace = [(11, .int64(given + piece.count))]
      let header = ThriftValue.structure([
        (1, .int32(dictionary.count)), (2, .int32(Encoding.plain)),
      ])
      whole += write(dictionary.page, PageKind.dictionary, (7, header), to: &piece)
    }
    let place = given + piece.count
    let header = ThriftValue.structure([
      (1, .int32(rows.count)),
      (2, .int32(chunk.dictionary == nil ? Encoding.plain : Encoding.dictionary)),
      (3, .int32(Encoding.runs)), (4, .int32(Encoding.runs)),
    ])
    whole += write(chunk.page, PageKind.data, (5, header), to: &piece)
    length += whole
    let facts = ThriftValue.structure(
      [
        (1, .int32(column.values.form.type)), (2, .list(encodings.map(ThriftValue.int32))),
        (3, .list([.text(column.name)])), (4, .int32(file.packing.rawValue)),
        (5, .int64(rows.count)),
        (6, .int64(whole)), (7, .int64(piece.count - begin)), (9, .int64(place)),
      ] + dictionaryPlace)
    chunks.append(.structure([(2, .int64(0)), (3, facts)]))
  }

  /// Writes a page with its header, and gives how long both are without packing.
  private func write(
    _ page: [UInt8], _ kind: Int, _ header: (Int, ThriftValue), to piece: inout [UInt8]
  ) -> Int {
    let packed = deflater.map { $0.compress(page) + $0.finish() } ?? page
    let begin = piece.count
    ThriftValue.structure([
      (1, .int32(kind)), (2, .int32(page.count)), (3, .int32(packed.count)), header,
    ]).write(to: &piece)
    let headerLength = piece.count - begin
    piece += packed
    return headerLength + page.count
  }

  private func close(_ rows: Range<Int>) {
    groups.append(
      .structure([(1, .list(chunks)), (2, .int64(length)), (3, .int64(rows.count))]))
    (start, chunks, length) = (rows.upperBound, [], 0)
  }

  private func writeFooter(to piece: inout [UInt8]) {
    let begin = piece.count
    let root = ThriftValue.structure([(4, .text("root")), (5, .int32(file.columns.count))])
    let schema = file.columns.map { column in
      let form = column.values.form
      return ThriftValue.structure(
        [(1, .int32(form.type)), (3, .int32(Self.optional)), (4, .text(column.name))]
          + form.meaning)
    }
    ThriftValue.structure([
      (1, .int32(1)), (2, .list([root] + schema)), (3, .int64(file.rowCount)),
      (4, .list(groups)), (6, .text("keten version 1")),
    ]).write(to: &piece)
    writeLittleEndian(UInt32(clamping: piece.count - begin), to: &piece)
    piece += Self.mark
  }
}

extension ParquetFile.Column.Values {
  /// The number of the type that values are stored as, and what they mean beyond it: the old field where it says the same, then the new one.
  fileprivate var form: (type: Int, meaning: [(Int, ThriftValue)]) {
    let nothing = ThriftValue.structure([])
    switch self {
    case .texts: return (6, [(6, .int32(0)), (10, .structure([(1, nothing)]))])
    case .numbers: return (5, [])
    case .decimals(let decimals, _):
      let (scale, precision) = (
        ThriftValue.int32(decimals), ThriftValue.int32(ParquetFile.decimalDigits)
      )
      let number = ThriftValue.structure([(1, scale), (2, precision)])
      return (
        2, [(6, .int32(5)), (7, scale), (8, precision), (10, .structure([(5, number)]))]
      )
    case .days:
      // Microseconds; the old field would say that they are those of Greenwich.
      let unit = ThriftValue.structure([(2, nothing)])
      let moment = ThriftValue.structure([(1, .boolean(false)), (2, unit)])
      return (2, [(10, .structure([(8, moment)]))])
    }
  }
}

// MARK: Pages

/// A column of some rows: in which of them something stands, and what.
private struct ColumnChunk {
  /// Of texts: each text once.
  private(set) var dictionary: (page: [UInt8], count: Int)?
  private(set) var page: [UInt8] = []

  init(_ values: ParquetFile.Column.Values, _ rows: Range<Int>) {
    var isThere: [UInt32] = []
    isThere.reserveCapacity(rows.count)
    var bytes: [UInt8] = []
    func mark<Value>(_ value: Value?) -> Value? {
      isThere.append(value == nil ? 0 : 1)
      return value
    }
    switch values {
    case .texts(let texts, let text):
      var numbers: [UInt32?] = Array(repeating: nil, count: texts.count)
      var used: [Int] = []
      var numbered: [UInt32] = []
      for row in rows {
        guard let text = mark(text(row)) else { continue }
        let number = numbers[text] ?? UInt32(used.count)
        if numbers[text] == nil {
          numbers[text] = number
          used.append(text)
        }
        numbered.append(number)
      }
      // No reader need be asked what it makes of a dictionary with nothing in it.
      if used.isEmpty { used = [0] }
      var listed: [UInt8] = []
      for text in used {
        let text = Array(texts[text].utf8)
        writeLittleEndian(UInt32(clamping: text.count), to: &listed)
        listed += text
      }
      dictionary = (listed, used.count)
      let width = max(1, UInt32.bitWidth - (UInt32(used.count) - 1).leadingZeroBitCount)
      bytes.append(UInt8(width))
      PackedRuns(width: width).write(numbered, to: &bytes)
    case .numbers(let number):
      for row in rows {
        if let number = mark(number(row)) { writeLittleEndian(number.bitPattern, to: &bytes) }
      }
    case .decimals(_, let units):
      for row in rows {
        if let units = mark(units(row)) { writeLittleEndian(units, to: &bytes) }
      }
    case .days(let day):
      for row in rows {
        if let day = mark(day(row)) {
          writeLittleEndian(Int64(day.daysSinceEpoch) * 86_400_000_000, to: &bytes)
        }
      }
    }
    var marks: [UInt8] = []
    PackedRuns(width: 1).write(isThere, to: &marks)
    writeLittleEndian(UInt32(clamping: marks.count), to: &page)
    page += marks
    page += bytes
  }
}

/// Small numbers as runs of one and the same, and in between as groups of eight of so many bits each.
private struct PackedRuns {
  /// Of a number in bits, 32 at most.
  let width: Int

  func write(_ numbers: [UInt32], to bytes: inout [UInt8]) {
    // What stands from here up to the place has no run of its own yet.
    var first = 0
    var place = 0
    while place < numbers.count {
      var end = place + 1
      while end < numbers.count, numbers[end] == numbers[place] { end += 1 }
      // Only the last group may be filled up; any other takes what it lacks from the run.
      let rest = place + (first - place) & 7
      if end - rest >= 8 {
        writeGroups(numbers[first..<rest], to: &bytes)
        writeVariable(UInt64(end - rest) << 1, to: &bytes)
        for part in 0..<(width + 7) / 8 {
          bytes.append(UInt8(truncatingIfNeeded: numbers[place] >> UInt32(8 * part)))
        }
        first = end
      }
      place = end
    }
    writeGroups(numbers[first...], to: &bytes)
  }

  private func writeGroups(_ numbers: ArraySlice<UInt32>, to bytes: inout [UInt8]) {
    if numbers.isEmpty { return }
    let groups = (numbers.count + 7) / 8
    writeVariable(UInt64(groups) << 1 | 1, to: &bytes)
    let end = bytes.count + groups * width
    var bits: UInt64 = 0
    var count = 0
    for number in numbers {
      bits |= UInt64(number) << UInt64(count)
      count += width
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
        count -= 8
      }
    }
    while bytes.count < end {
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
    }
  }
}

// MARK: Notation

/// What a file says of itself, in the compact protocol of Apache Thrift.
private indirect enum ThriftValue {
  case boolean(Bool)
  case int32(Int)
  case int64(Int)
  case text(String)
  /// Of one kind.
  case list([ThriftValue])
  /// Numbers of members ascend, by fewer than sixteen.
  case structure([(Int, ThriftValue)])

  private var kind: UInt8 {
    switch self {
    case .boolean(let value): value ? 1 : 2
    case .int32: 5
    case .int64: 6
    case .text: 8
    case .list: 9
    case .structure: 12
    }
  }

  func write(to bytes: inout [UInt8]) {
    switch self {
    // Its kind has told it.
    case .boolean: break
    case .int32(let value), .int64(let value):
      writeVariable(UInt64(bitPattern: Int64(value << 1 ^ value >> 63)), to: &bytes)
    case .text(let text):
      writeVariable(UInt64(text.utf8.count), to: &bytes)
      bytes += text.utf8
    case .list(let values):
      let kind = values.first?.kind ?? Self.structure([]).kind
      if values.count < 15 {
        bytes.append(UInt8(values.count) << 4 | kind)
      } else {
        bytes.append(0xF0 | kind)
        writeVariable(UInt64(values.count), to: &bytes)
      }
      for value in values { value.write(to: &bytes) }
    case .structure(let members):
      var before = 0
      for (number, value) in members {
        bytes.append(UInt8(truncatingIfNeeded: (number - before) << 4) | value.kind)
        value.write(to: &bytes)
        before = number
      }
      bytes.append(0)
    }
  }
}

/// Seven bits a byte, the lowest first, the highest bit set where more follow.
private func writeVariable(_ number: UInt64, to bytes: inout [UInt8]) {
  var rest = number
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
}

private func writeLittleEndian(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
}
