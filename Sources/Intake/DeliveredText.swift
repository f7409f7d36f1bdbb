import ChainPack
import Foundation
import InformationModel
import Warehouse

/// Delivered rows of one contract as columns: every value as its bytes, every distinct value once, nothing judged yet.
struct DeliveredText {
  /// One per contract column; nil for columns that are dropped at the door.
  var columns: [DictionaryColumn?] = []
  /// The bytes that were read; rows lie in them.
  var text: [UInt8] = []
  var rowStarts: [Int] = []
  var rowEnds: [Int] = []
  /// Rows, from 0, that do not have the contract's shape, with the rule that says so.
  var misshapen: [(row: Int32, rule: String, message: String)] = []
  /// The files in which the rows stand, in order.
  var files: [File] = []
  /// The encoding in which `columns` stand.
  var encoding: FileFormat.Encoding
  /// How many rows there are in columns that came without text.
  private let unwrittenRows: Int

  /// Which of the rows stand in one file.
  struct File {
    var name: String
    /// The value of the contract's `partColumn` that all its rows must have.
    var part: String?
    /// Rows that stand in the files before it.
    var rowsBefore: Int
    /// Column names as delivered, nil when the format has none.
    var header: [String]?
  }

  init(encoding: FileFormat.Encoding) {
    self.encoding = encoding
    unwrittenRows = 0
  }

  /// Columns that were read before.
  init(columns: [DictionaryColumn?], rowCount: Int) {
    self.columns = columns
    encoding = .utf8
    unwrittenRows = rowCount
  }

  var rowCount: Int { max(rowStarts.count, unwrittenRows) }

  /// Enters a row by its place in the file that is being read; gives its number, from 0.
  mutating func beginRow(_ start: Int, _ end: Int) -> Int32 {
    rowStarts.append(text.count + start)
    rowEnds.append(text.count + end)
    return Int32(rowStarts.count - 1)
  }

  /// The number of rows in one of the files.
  func rowCount(ofFile index: Int) -> Int {
    (index + 1 < files.count ? files[index + 1].rowsBefore : rowCount) - files[index].rowsBefore
  }

  /// Appends a row, from 0, as it was delivered: its number from 1, a tab, its bytes.
  func write(_ row: Int, to bytes: inout [UInt8]) {
    bytes += "\(row + 1)\t".utf8
    bytes += text[rowStarts[row]..<rowEnds[row]]
    bytes.append(0x0A)
  }
}

/// Which rows of a contract stand in which file of a delivery.
package struct FileRows: Sendable {
  private let contract: String
  private let files: [(name: String, rowsBefore: Int)]

  init(_ text: DeliveredText, of contract: Contract) {
    self.contract = contract.name
    files = text.files.map { ($0.name, $0.rowsBefore) }
  }

  /// Findings about rows of the contract, each with its file and the number that the row has there.
  package func placed(_ findings: [FindingGroup]) -> [FindingGroup] {
    findings.flatMap { group -> [FindingGroup] in
      var group = group
      group.contract = contract
      guard files.count > 1, !group.rows.isEmpty else { return [group] }
      return files.indices.compactMap { index in
        let first = Int32(files[index].rowsBefore)
        let end = index + 1 < files.count ? Int32(files[index + 1].rowsBefore) : Int32.max
        var part = group
        part.file = files[index].name
        part.rows = group.rows.filter { $0 > first && $0 <= end }.map { $0 - first }
        return part.rows.isEmpty ? nil : part
      }
    }
  }
}

/// One dictionary builder per column; builders cannot be copied, so they live in memory of their own.
struct ColumnBuilders: ~Copyable {
  private let builders: UnsafeMutableBufferPointer<DictionaryBuilder>

  init(count: Int) {
    builders = .allocate(capacity: count)
    for index in 0..<count { builders.initializeElement(at: index, to: DictionaryBuilder()) }
  }

  deinit {
    builders.deinitialize()
    builders.deallocate()
  }

  /// Appends a value without the blanks around it, in every dialect alike.
  @inline(__always)
  func append(_ value: UnsafeBufferPointer<UInt8>, to column: Int) {
    var first = 0
    var end = value.count
    while first < end, value[first] == 0x20 { first += 1 }
    while end > first, value[end - 1] == 0x20 { end -= 1 }
    builders[column].append(UnsafeBufferPointer(rebasing: value[first..<end]))
  }

  func append(_ value: [UInt8], to column: Int) {
    value.withUnsafeBufferPointer { append($0, to: column) }
  }

  func appendEmptyRow() {
    for index in builders.indices { builders[index].appendEmpty() }
  }

  /// The columns that are kept.
  func take(_ kept: [Bool]) -> [DictionaryColumn?] {
    kept.enumerated().map { $0.element ? builders[$0.offset].take() : nil }
  }
}

/// The file as a whole cannot be read.
struct UnreadableFile: Error {
  var reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
