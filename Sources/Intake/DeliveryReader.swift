import ChainPack
import Foundation
import InformationModel
import Warehouse

/// A delivered file, unpacked, in an encoding of one byte a character or in UTF-8.
struct DeliveredFile {
  let name: String
  /// The value of the contract's `partColumn` that all its rows must have.
  let part: String?
  let bytes: [UInt8]
  let encoding: FileFormat.Encoding

  /// A packed file may always unpack to so many times its size: text seldom packs better than twenty times.
  private static let unpackedShare = 50

  /// A packed file may unpack to `unpackedLimit` bytes, or to fifty times its packed size if that is more.
  ///
  /// - Throws: `UnreadableFile` when the bytes are damaged, or no text of the format's encoding.
  init(
    _ data: Data, name: String, part: String?, format: FileFormat,
    unpackedLimit: Int = Intake.unpackedLimit
  ) throws {
    var bytes: [UInt8]
    if name.hasSuffix(".gz") {
      let limit = max(unpackedLimit, data.count * Self.unpackedShare)
      do {
        bytes = try TextEncoding.gunzip(data, limit: limit)
      } catch {
        switch error {
        case .damaged:
          throw UnreadableFile("\(name) is damaged or cut short: it does not unpack")
        case .tooLarge:
          throw UnreadableFile(
            "\(name) unpacks to more than \(limit) bytes: deliver it unpacked, or in shorter periods"
          )
        }
      }
    } else {
      bytes = [UInt8](data)
    }
    var encoding = format.encoding
    if encoding == .utf16 {
      guard let text = bytes.withUnsafeBufferPointer({ TextEncoding.utf8(fromUTF16: $0) }) else {
        throw UnreadableFile("\(name) is no UTF-16 text, or is cut short")
      }
      bytes = text
      encoding = .utf8
    }
    self.name = name
    self.part = part
    self.bytes = bytes
    self.encoding = encoding
  }
}

/// Reads the dialects of suppliers.
struct DeliveryReader {
  let contract: Contract
  /// The contracts that have records in the same file, this one among them.
  let siblings: [Contract]

  init(contract: Contract, siblings: [Contract]? = nil) {
    self.contract = contract
    self.siblings = siblings ?? [contract]
  }

  /// The rows of the contract in these files, one after another.
  ///
  /// - Throws: `UnreadableFile` when a file is no text of the contract's format.
  func read(_ files: [DeliveredFile]) throws -> DeliveredText {
    let builders = ColumnBuilders(count: contract.columns.count)
    var result = DeliveredText(encoding: files.first?.encoding ?? .utf8)
    for file in files {
      result.files.append(
        .init(name: file.name, part: file.part, rowsBefore: result.rowStarts.count))
      switch contract.format.kind {
      case .delimited: readDelimited(file.bytes, into: &result, builders)
      case .fixed: try readFixed(file, into: &result, builders)
      case .jsonl: readJSONLines(file.bytes, into: &result, builders)
      case .xml:
        let written = try readXML(file, into: &result, builders)
        result.text += written
        continue
      }
      if result.text.isEmpty { result.text = file.bytes } else { result.text += file.bytes }
    }
    result.columns = builders.take(contract.columns.map(isKept))
    return result
  }

  func isKept(_ column: Contract.Column) -> Bool {
    column.entersContent || column.entersIdentity || column.keepYear != nil
  }

  // MARK: Delimited

  private func readDelimited(
    _ text: [UInt8], into result: inout DeliveredText, _ builders: borrowing ColumnBuilders
  ) {
    let kept = contract.columns.map(isKept)
    let width = contract.columns.count
    let encoding = result.encoding
    let reader = DelimitedText(separator: contract.format.separator, quote: contract.format.quote)
    var headerLines = contract.format.headerLines
    let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    text.withUnsafeBufferPointer { whole in
      let body = UnsafeBufferPointer(rebasing: whole[start...])
      reader.forEachRecord(in: body) { record, fields in
        if headerLines > 0 {
          headerLines -= 1
          if headerLines == 0 {
            result.files[result.files.count - 1].header = fields.map { field in
              let value = reader.value(of: field, in: body)
              let decoded = TextEncoding.utf8(value[...], from: encoding) ?? value
              return String(decoding: decoded, as: UTF8.self)
            }
          }
          return
        }
        let row = result.beginRow(record.start + start, record.end + start)
        guard fields.count == width, !record.isMalformed else {
          let message =
            fields.count != width
            ? "\(fields.count) fields, \(width) expected" : "a quote is not closed"
          result.misshapen.append((row, fields.count != width ? "field-count" : "quote", message))
          builders.appendEmptyRow()
          return
        }
        for index in 0..<width where kept[index] {
          let field = fields[index]
          if field.hasDoubledQuotes {
            builders.append(reader.value(of: field, in: body), to: index)
          } else {
            let end = field.start + field.count
            builders.append(UnsafeBufferPointer(rebasing: body[field.start..<end]), to: index)
          }
        }
      }
    }
  }

  // MARK: Fixed width

  private func readFixed(
    _ file: DeliveredFile, into result: inout DeliveredText, _ builders: borrowing ColumnBuilders
  ) throws {
    let kept = contract.columns.map(isKept)
    let positions = contract.columns.map { contract.format.positions[$0.name] ?? (1, 0) }
    let needed = positions.map { $0.0 + $0.1 - 1 }.max() ?? 0
    let length = contract.format.lineLength
    let kinds = RecordKinds(siblings)
    var counts = [Int](repeating: 0, count: kinds.marks.count)
    var skip = contract.format.headerLines
    try file.bytes.withUnsafeBufferPointer { body in
      var start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      var isEnded = false
      while start < body.count {
        var end = start
        while end < body.count, body[end] != 0x0A { end += 1 }
        let next = end + 1
        if end > start, body[end - 1] == 0x0D { end -= 1 }
        defer { start = next }
        if skip > 0 {
          skip -= 1
          continue
        }
        if end == start { continue }
        let line = UnsafeBufferPointer(rebasing: body[start..<end])
        if !kinds.marks.isEmpty {
          if isEnded { throw UnreadableFile("\(file.name) goes on after its last record") }
          guard let kind = kinds.kind(of: line) else {
            throw UnreadableFile(
              "\(file.name) has a line that begins with no record of a contract: "
                + kinds.marks.joined(separator: ", "))
          }
          counts[kind] += 1
          if kinds.marks[kind] == contract.format.trailer?.mark {
            isEnded = true
            if let difference = kinds.difference(between: line, and: counts) {
              throw UnreadableFile("\(file.name) \(difference)")
            }
          }
          guard kinds.marks[kind] == contract.format.record else { continue }
        }
        let row = result.beginRow(start, end)
        guard length.map({ $0 == line.count }) ?? (line.count >= needed) else {
          result.misshapen.append(
            (row, "line-length", "\(line.count) positions, \(length ?? needed) expected"))
          builders.appendEmptyRow()
          continue
        }
        for index in kept.indices where kept[index] {
          let first = positions[index].0 - 1
          let value = line[first..<(first + positions[index].1)]
          builders.append(UnsafeBufferPointer(rebasing: value), to: index)
        }
      }
      if contract.format.trailer != nil, !isEnded {
        throw UnreadableFile(
          "\(file.name) is cut short: the line that counts its records is missing")
      }
    }
  }
}

/// The kinds of records in a fixed file, told apart by what a line begins with.
private struct RecordKinds {
  /// The contracts' records, then the trailer; empty when all lines are of one kind.
  let marks: [String]
  private let bytes: [[UInt8]]
  private let trailer: FileFormat.Trailer?

  init(_ contracts: [Contract]) {
    trailer = contracts.first?.format.trailer
    marks = contracts.compactMap(\.format.record) + [trailer?.mark].compactMap { $0 }
    bytes = marks.map { Array($0.utf8) }
  }

  func kind(of line: UnsafeBufferPointer<UInt8>) -> Int? {
    bytes.firstIndex { line.starts(with: $0) }
  }

  /// How the counts of the last line differ from what stands above it; nil when they do not.
  func difference(between line: UnsafeBufferPointer<UInt8>, and counts: [Int]) -> String? {
    for (record, place) in (trailer?.counts ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let kind = marks.firstIndex(of: record) else { continue }
      let end = place.start - 1 + place.length
      guard end <= line.count,
        let stated = RowChecks.unscaled(
          UnsafeBufferPointer(rebasing: line[(place.start - 1)..<end]), scale: 0, mark: 0)
      else { return "has a last line without the number of its records" }
      if stated != counts[kind] {
        return "has \(counts[kind]) records \(record) where its last line says \(stated)"
      }
    }
    return nil
  }
}
