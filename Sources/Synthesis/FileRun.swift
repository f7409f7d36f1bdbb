import ChainPack
import Foundation
import InformationModel
import Warehouse

/// Writes the rows of one contract into its organisation's deliveries, and keeps the books of what is
/// true.
final class FileRun {
  private let organisation: Organisation
  let contract: Contract
  private let entity: [UInt8]
  private let deliveries: [PlannedDelivery]
  private let root: URL
  private let books: Books
  private let writers: [CellWriter]
  private let format: RowFormat
  private let transcoder: Transcoder
  private let rowFaults: RowFaults
  /// Faults that are decided row by row, here.
  private let decided: [Fault]
  private let allFaults: [Fault]
  private let deciders: [Decider]
  private let keyColumns: [Int]
  /// Of these the ones that lead to the record around this one.
  private let outerKeyColumns: [Int]
  /// Records of other contracts stand in the same file: it is put together later.
  private let isShared: Bool
  private let parts: [(name: String, part: [UInt8]?)]
  private let partColumn: Int?

  /// Rows in UTF-8 that wait for their encoding.
  private let text = ByteBuffer(capacity: 1 << 18)
  private let encoded = ByteBuffer(capacity: 1 << 18)
  /// The key of the row that was written last.
  private let key = ByteBuffer(capacity: 256)

  private var output: OutputFile?
  /// Number of the sheet that is being written: all parts of the first delivery, then of the next.
  private var current = -1
  private var delivery: Int { current / parts.count }
  private var place: Books.Place
  private var rows = 0
  /// Control totals by column; nil once a value is no number.
  private var totals: [Int64?] = []

  /// What must be known of a fault to decide on it, without a reference to be counted.
  private struct Decider {
    var stream: UInt64
    var rate: Double
    /// Bit of the condition; 0 without one.
    var condition: Int64
    var isOfTransport: Bool
  }

  /// What was written into one file of one delivery.
  struct Sheet {
    /// As the file is called in the delivery.
    var name: String
    var location: URL
    var rows: Int
    var bytes: Int
    var sha256: String
    /// Sums of numeric columns with their decimals; nil once a value is no number.
    var totals: [String: (sum: Int64?, scale: Int)]
  }

  /// By delivery, in the order of the contract's files.
  private(set) var sheets: [[Sheet]] = []
  private(set) var rowCount = 0

  init(
    organisation: Organisation, contract: Contract, entity: String,
    isShared: Bool, deliveries: [PlannedDelivery], root: URL, books: Books,
    writers: [CellWriter], rowFaults: RowFaults
  ) throws {
    self.organisation = organisation
    self.contract = contract
    self.entity = Array(entity.utf8)
    self.isShared = isShared
    parts = contract.files.map { ($0.name, $0.part.map { Array($0.utf8) }) }
    partColumn = contract.partColumn.flatMap { column in
      contract.columns.firstIndex { $0.name == column.name }
    }
    self.deliveries = deliveries
    self.root = root
    self.books = books
    self.writers = writers
    self.rowFaults = rowFaults
    format = try RowFormat(contract)
    transcoder = Transcoder(contract.format.encoding)
    allFaults = rowFaults.faults
    decided = rowFaults.faults.filter { !$0.kind.changesRows && !$0.kind.isOfDelivery }
    deciders = decided.map { fault in
      Decider(
        stream: fault.streamState, rate: fault.rate,
        condition: fault.conditionBit.map { 1 << Int64($0) } ?? 0,
        isOfTransport: fault.kind.isOfTransport)
    }
    keyColumns = contract.key.compactMap { name in
      contract.columns.firstIndex { $0.name == name }
    }
    outerKeyColumns = keyColumns.filter {
      XMLPlace(contract.columns[$0].name, in: contract.format.recordPath).up > 0
    }
    // Of no delivery until the first is opened.
    place = .init(
      organisation: organisation, delivery: "", file: contract.file, contract: contract)
  }

  // MARK: Deliveries

  private func open(_ sheet: Int) throws {
    while current < sheet {
      try close()
      current += 1
      let planned = deliveries[delivery]
      let name = parts[current % parts.count].name
      let folder = root.appending(path: planned.folder)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let file = try OutputFile(
        folder.appending(path: isShared ? ".\(name).\(contract.id)" : name), hashes: !isShared)
      if !isShared { try file.write(header(contract.columns.map(\.name))) }
      output = file
      place = .init(
        organisation: organisation, delivery: planned.id, file: name, contract: contract)
      rows = 0
      totals = Array(repeating: 0, count: contract.columns.count)
    }
  }

  /// What stands before the first row.
  private func header(_ names: [String]) -> [UInt8] {
    let mark =
      contract.format.byteOrderMark || contract.format.encoding == .utf16
      ? transcoder.byteOrderMark : []
    return mark + transcoder.encode(String(decoding: format.header(names), as: UTF8.self))
  }

  private func close() throws {
    guard let file = output else { return }
    try flush()
    let digest = try file.finish()
    var sums: [String: (sum: Int64?, scale: Int)] = [:]
    for (writer, total) in zip(writers, totals) where writer.isTotalled {
      sums[writer.column.name] = (total, writer.scale)
    }
    if current % parts.count == 0 { sheets.append([]) }
    sheets[delivery].append(
      Sheet(
        name: parts[current % parts.count].name, location: file.location, rows: rows,
        bytes: file.size, sha256: digest, totals: sums))
    rowCount += rows
    output = nil
  }

  /// Writes the files that have no row any more.
  func finish() throws {
    try open(deliveries.count * parts.count - 1)
    try close()
  }

  private func flush() throws {
    guard let output else { return }
    if transcoder.encoding == .utf8 {
      try output.write(text.view)
    } else {
      encoded.clear()
      transcoder.append(text.view, to: encoded)
      try output.write(encoded.view)
    }
    text.clear()
  }

  // MARK: Rows

  func write(_ chunk: Chunk) throws {
    let periods = chunk.lead(.period)
    let knowns = chunk.lead(.known)
    let mutations = chunk.lead(.mutation)
    let extras = chunk.lead(.extra)
    let wrongs = chunk.lead(.wrong)
    let lates = chunk.lead(.late)
    let keys = chunk.lead(.key)
    let flags = chunk.lead(.flags)
    let isDelimited = format.kind == .delimited
    var hits: [(fault: Fault, identity: Int64)] = []
    for row in 0..<chunk.size {
      let period = Int(periods.int32(row))
      guard period < deliveries.count else {
        try recordNeverDelivered(chunk, row)
        continue
      }
      let sheet = try period * parts.count + part(chunk, row)
      if sheet != current { try open(sheet) }
      let extra = Int(extras.int32(row))
      var identity = keys.int64(row)
      if extra >= 0 {
        identity ^= Int64(bitPattern: StableHash.mix(UInt64(extra) + 1))
      }
      let rowFlags = flags.int64(row)
      hits.removeAll(keepingCapacity: true)
      let moment = identity ^ Int64(bitPattern: StableHash.mix(UInt64(period) + 0x1_0000))
      for (number, decider) in deciders.enumerated() {
        let thing = decider.isOfTransport ? moment : identity
        guard StableHash.unit(StableHash.bits(stream: decider.stream, id: thing)) < decider.rate,
          rowFlags & decider.condition == decider.condition
        else { continue }
        hits.append((decided[number], thing))
      }
      let mutation = Int(mutations.int32(row))
      let known = knowns.int32(row)
      if isDelimited, hits.isEmpty, extra < 0, wrongs.int32(row) < 0, lates.int32(row) < 0 {
        try writeTrue(chunk, row, mutation: mutation, known: known)
      } else {
        try writeFaulty(
          chunk, row, mutation: mutation, known: known, identity: identity, hits: hits)
      }
      if text.count > 1 << 17 { try flush() }
    }
  }

  /// Number of the file that the row belongs in.
  @inline(__always)
  private func part(_ chunk: Chunk, _ row: Int) throws -> Int {
    guard let partColumn else { return 0 }
    let writer = writers[partColumn]
    guard !writer.isNull(chunk, row),
      let part = parts.firstIndex(where: {
        $0.part.map { chunk.columns[writer.source].text(row).elementsEqual($0) } ?? false
      })
    else {
      throw SynthesisError(
        "synthesis/files/\(contract.name).sql: \(writer.column.name) has a value that no file is for"
      )
    }
    return part
  }

  @inline(__always)
  private func writeTrue(_ chunk: Chunk, _ row: Int, mutation: Int, known: Int32) throws {
    for (index, writer) in writers.enumerated() {
      if index > 0 { format.separate(text) }
      let start = format.beginField(text)
      if !writer.isNull(chunk, row) {
        writer.append(chunk, row, mutation: mutation, known: known, to: text)
        if writer.isTotalled { totals[index]? &+= chunk.columns[writer.source].int64(row) }
      }
      format.endField(at: start, isText: writer.isText, in: text)
    }
    format.endRow(text)
    rows += 1
    setKey(chunk, row, mutation: mutation, known: known)
    try map(chunk, row, isInvented: false)
  }

  private func setKey(_ chunk: Chunk, _ row: Int, mutation: Int, known: Int32) {
    setKey { column in
      guard !writers[column].isNull(chunk, row) else { return }
      writers[column].append(chunk, row, mutation: mutation, known: known, to: key)
    }
  }

  @inline(__always)
  private func setKey(_ append: (_ column: Int) -> Void) {
    key.clear()
    for (position, column) in keyColumns.enumerated() {
      if position > 0 { key.append(0x7C) }
      append(column)
    }
  }

  /// Notes what the row that was written last is about.
  private func map(_ chunk: Chunk, _ row: Int, isInvented: Bool) throws {
    try books.map(
      place, row: rows, key: key.view, entity: entity,
      id: isInvented ? nil : chunk.lead(.id).int64OrNil(row),
      person: isInvented ? nil : chunk.lead(.person).int64OrNil(row))
  }

  // MARK: Rows with faults

  private func writeFaulty(
    _ chunk: Chunk, _ row: Int, mutation: Int, known: Int32, identity: Int64,
    hits: [(fault: Fault, identity: Int64)]
  ) throws {
    let scratch = ByteBuffer(capacity: 256)
    var faulty = FaultyRow(
      cells: writers.map { writer in
        guard !writer.isNull(chunk, row) else { return nil }
        scratch.clear()
        writer.append(chunk, row, mutation: mutation, known: known, to: scratch)
        return scratch.array
      })
    let source = RowFaults.Source(
      chunk: chunk, row: row, identity: identity, person: chunk.lead(.person).int64OrNil(row),
      known: known)
    if let fault = fault(chunk, row, .extra) {
      rowFaults.makeExtra(fault, number: chunk.lead(.number).int64(row), &faulty, source)
      // The withdrawal puts the invented row right.
      if fault.kind == .withdrawn, mutation == 2 { faulty.changes.removeAll() }
    }
    if let fault = fault(chunk, row, .wrong) {
      rowFaults.makeWrong(fault, &faulty, source)
    }
    for (fault, thing) in hits {
      var dice = Dice(stream: fault.streamState &+ 1, row: thing)
      rowFaults.apply(fault, &faulty, source, dice: &dice)
    }
    if let fault = fault(chunk, row, .late) {
      let shift = Int(chunk.lead(.shift).int32(row))
      let belongs = deliveries[max(0, delivery - shift)].slot.label
      faulty.changes.append(
        .init(
          fault: fault, column: nil, trueValue: Array(belongs.utf8),
          writtenValue: Array(deliveries[delivery].slot.label.utf8)))
    }
    setKey { key.append(faulty.cells[$0] ?? []) }
    func enter() throws {
      try put(faulty)
      try map(chunk, row, isInvented: faulty.isInvented)
      for change in faulty.changes { try record(change) }
    }
    try enter()
    if faulty.isDouble, let fault = hits.first(where: { $0.fault.kind == .duplicate })?.fault {
      try enter()
      try record(.init(fault: fault, column: nil))
    }
  }

  /// A late row that the last delivery did not see stands in the ledger without a delivery.
  private func recordNeverDelivered(_ chunk: Chunk, _ row: Int) throws {
    guard let fault = fault(chunk, row, .late) else { return }
    setKey(chunk, row, mutation: 0, known: 0)
    let nowhere = Books.Place(
      organisation: organisation, delivery: "", file: contract.file, contract: contract)
    try books.record(.init(place: nowhere, key: key.array, fault: fault))
  }

  /// The fault whose number stands in a column.
  private func fault(_ chunk: Chunk, _ row: Int, _ column: RowPlan.Lead) -> Fault? {
    let number = Int(chunk.lead(column).int32(row))
    return number < 0 ? nil : allFaults.first { $0.number == number }
  }

  private func record(_ change: FaultyRow.Change) throws {
    try books.record(
      .init(
        place: place, row: rows, key: key.array,
        column: change.column.map { contract.columns[$0].name } ?? "", fault: change.fault,
        trueValue: change.trueValue, writtenValue: change.writtenValue))
  }

  private func put(_ row: FaultyRow) throws {
    if row.isMojibake { try flush() }
    if format.kind == .xml { appendLinks(row) }
    format.append(row.cells, kinds: writers, strayColumn: row.strayColumn, to: text)
    if row.isMojibake {
      try output?.write(mojibake(text.view))
      text.clear()
    }
    rows += 1
    for (column, writer) in writers.enumerated() where writer.isTotalled {
      guard let cell = row.cells[column] else { continue }
      if let value = writer.unscaled(cell) {
        totals[column]? &+= value
      } else {
        totals[column] = nil
      }
    }
  }

  /// Before a record of XML stand the key of the record around it and its own key, by which the file is
  /// put together.
  private func appendLinks(_ row: FaultyRow) {
    for columns in [outerKeyColumns, keyColumns] {
      for (position, column) in columns.enumerated() {
        if position > 0 { text.append(0x1F) }
        text.append(row.cells[column] ?? [])
      }
      text.append(0x09)
    }
  }

  /// The row as another program would have written it: UTF-8 in a code page file, a code page in a
  /// UTF-8 file.
  private func mojibake(_ line: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let buffer = ByteBuffer(capacity: line.count * 2)
    switch transcoder.encoding {
    case .windows1252, .latin1: buffer.append(line)
    case .utf8: Transcoder(.windows1252).append(line, to: buffer)
    case .utf16:
      Transcoder.twiceEncoded(line).withUnsafeBufferPointer { transcoder.append($0, to: buffer) }
    }
    return buffer.array
  }

  // MARK: Schema drift

  /// The bytes of a delivered file with a column renamed or a column more.
  func drifted(_ bytes: [UInt8], dice: inout Dice) -> (bytes: [UInt8], from: String, to: String) {
    let names = contract.columns.map(\.name)
    let hasHeader = contract.format.kind == .delimited && contract.format.headerLines > 0
    let start = header(names).count
    if hasHeader, dice.index(2) == 0 {
      var changed = names
      let column = dice.index(names.count)
      changed[column] += "_2"
      return (header(changed) + bytes.dropFirst(start), names[column], changed[column])
    }
    let added = "EXTRA"
    if contract.format.kind == .jsonl {
      let field = transcoder.encode(",\"\(added)\":\"\"")
      let end = transcoder.encode("}")
      let newline = transcoder.encode("\n")
      var result: [UInt8] = []
      for line in bytes.split(separator: newline, omittingEmptySubsequences: true) {
        // Behind the end of the object a carriage return may stand.
        guard let place = line.ranges(of: end).last else {
          result += line + newline
          continue
        }
        result += line[..<place.lowerBound] + field + line[place.lowerBound...] + newline
      }
      return (result, "", added)
    }
    if contract.format.kind == .xml {
      let start = "<\(contract.format.recordPath.last ?? "")"
      let text = String(decoding: bytes, as: UTF8.self)
        .replacing(start + " ", with: "\(start) \(added)=\"\" ")
        .replacing(start + ">", with: "\(start) \(added)=\"\">")
      return (Array(text.utf8), "", added)
    }
    let field = transcoder.encode(
      String(decoding: format.additionalField(""), as: UTF8.self))
    let unit = contract.format.encoding == .utf16 ? 2 : 1
    let isCRLF = contract.format.newline == .crlf
    var result = hasHeader ? header(names + [added]) : Array(bytes.prefix(start))
    var position = start
    while position < bytes.count {
      let isEnd = bytes[position] == (isCRLF ? 0x0D : 0x0A)
      if isEnd { result += contract.format.kind == .delimited ? field : [0x20] }
      result += bytes[position..<min(position + unit, bytes.count)]
      position += unit
    }
    return (result, "", added)
  }
}

extension Chunk {
  @inline(__always)
  fileprivate func lead(_ column: RowPlan.Lead) -> Column { columns[column.rawValue] }
}
