import ChainPack
import Foundation
import InformationModel
import Warehouse

/// What is true behind what one organisation wrote: which row is about what, and every fault with
/// its true value.
final class Books {
  private let rowMap: OutputFile
  private let ledger: OutputFile
  private let line = ByteBuffer(capacity: 1024)
  private(set) var faults: [String: Int] = [:]

  /// The rows of a contract in a file of a delivery: what every line begins with.
  struct Place {
    fileprivate let start: [UInt8]

    init(organisation: Organisation, delivery: String, file: String, contract: Contract) {
      let line = ByteBuffer(capacity: 128)
      for name in [organisation.code, delivery, file, contract.name] {
        line.append(field: name)
        line.append(0x2C)
      }
      start = line.array
    }
  }

  /// A fault in a row, or in a whole file.
  struct Entry {
    var place: Place
    var row: Int?
    var key: [UInt8] = []
    var column = ""
    var fault: Fault
    var trueValue: [UInt8] = []
    var writtenValue: [UInt8] = []
  }

  init(of organisation: Organisation, in folder: URL) throws {
    rowMap = try OutputFile(
      folder.appending(path: ".rowmap.\(organisation.id)"), hashes: false)
    ledger = try OutputFile(
      folder.appending(path: ".faults.\(organisation.id)"), hashes: false)
  }

  /// Puts the books of all organisations one behind the other: `rowmap.csv` and `faults.csv`.
  static func join(_ books: [Books], in folder: URL) throws {
    for (name, header, parts) in [
      (
        "rowmap.csv", "bron,leveringId,file,contract,row,key,entity,entity_id,person_id\n",
        books.map(\.rowMap)
      ),
      (
        "faults.csv",
        "bron,leveringId,file,contract,row,key,column,fault,true_value,written_value,expected\n",
        books.map(\.ledger)
      ),
    ] {
      let whole = try OutputFile(folder.appending(path: name), hashes: false)
      try whole.write(Array(header.utf8))
      for part in parts {
        try whole.append(contentsOf: part.location)
        try FileManager.default.removeItem(at: part.location)
      }
      _ = try whole.finish()
    }
  }

  /// Notes what a written row is about; an invented one has neither `id` nor `person`.
  func map(
    _ place: Place, row: Int, key: UnsafeBufferPointer<UInt8>, entity: [UInt8], id: Int64?,
    person: Int64?
  ) throws {
    begin(place, row: row, key: key)
    line.append(field: entity)
    line.append(0x2C)
    if let id { line.append(number: id) }
    line.append(0x2C)
    if let person { line.append(number: person) }
    line.append(0x0A)
    try rowMap.write(line.view)
  }

  func record(_ entry: Entry) throws {
    faults[entry.fault.code, default: 0] += 1
    entry.key.withUnsafeBufferPointer { begin(entry.place, row: entry.row, key: $0) }
    for value in [
      Array(entry.column.utf8), Array(entry.fault.code.utf8), entry.trueValue, entry.writtenValue,
    ] {
      line.append(field: value)
      line.append(0x2C)
    }
    line.append(field: entry.fault.expected)
    line.append(0x0A)
    try ledger.write(line.view)
  }

  /// Begins the line of a row.
  @inline(__always)
  private func begin(_ place: Place, row: Int?, key: UnsafeBufferPointer<UInt8>) {
    line.clear()
    line.append(place.start)
    if let row { line.append(number: Int64(row)) }
    line.append(0x2C)
    line.append(field: key)
    line.append(0x2C)
  }

  func finish() throws {
    _ = try rowMap.finish()
    _ = try ledger.finish()
  }
}
