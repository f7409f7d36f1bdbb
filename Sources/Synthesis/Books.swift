import Foundation
import Warehouse

/// What is true behind what was written: which row is about what, and every fault with its true
/// value.
final class Books {
  private let rowMap: OutputFile
  private let ledger: OutputFile
  private let line = ByteBuffer(capacity: 1024)
  private(set) var faults: [String: Int] = [:]

  init(in folder: URL) throws {
    rowMap = try OutputFile(folder.appending(path: "rowmap.csv"), hashes: false)
    ledger = try OutputFile(folder.appending(path: "faults.csv"), hashes: false)
    try rowMap.write(Array("bron,leveringId,file,row,key,entity,entity_id,person_id\n".utf8))
    try ledger.write(
      Array(
        "bron,leveringId,file,row,key,column,fault,true_value,written_value,expected\n".utf8))
  }

  /// Writes lines of the row map that were put together elsewhere.
  func map(_ lines: ByteBuffer) throws {
    try rowMap.write(lines.view)
  }

  struct Entry {
    var organisation: String
    var delivery: String
    var file: String
    var row: Int?
    var key: [UInt8] = []
    var column = ""
    var code: String
    var trueValue: [UInt8] = []
    var writtenValue: [UInt8] = []
    var expected: String
  }

  func record(_ entry: Entry) throws {
    faults[entry.code, default: 0] += 1
    line.clear()
    line.append(field: entry.organisation)
    line.append(0x2C)
    line.append(field: entry.delivery)
    line.append(0x2C)
    line.append(field: entry.file)
    line.append(0x2C)
    if let row = entry.row { line.append(number: Int64(row)) }
    line.append(0x2C)
    line.append(field: entry.key)
    line.append(0x2C)
    line.append(field: entry.column)
    line.append(0x2C)
    line.append(field: entry.code)
    line.append(0x2C)
    line.append(field: entry.trueValue)
    line.append(0x2C)
    line.append(field: entry.writtenValue)
    line.append(0x2C)
    line.append(field: entry.expected)
    line.append(0x0A)
    try ledger.write(line.view)
  }

  func finish() throws {
    _ = try rowMap.finish()
    _ = try ledger.finish()
  }
}
