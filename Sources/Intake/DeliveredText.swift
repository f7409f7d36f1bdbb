import ChainPack
import Foundation
import InformationModel
import Warehouse

/// A delivered file as columns: every value as its bytes, every distinct value once, nothing judged yet.
struct DeliveredText {
  /// One per contract column; nil for columns that are dropped at the door.
  var columns: [DictionaryColumn?]
  var rowCount: Int
  /// The bytes that were read; rows lie in them.
  var text: [UInt8]
  var rowStarts: [Int]
  var rowEnds: [Int]
  /// Rows, from 0, that do not have the contract's shape, with the rule that says so.
  var misshapen: [(row: Int32, rule: String, message: String)]
  /// Column names as delivered, nil when the format has none.
  var header: [String]?
  /// The encoding in which `columns` stand.
  var encoding: FileFormat.Encoding
}

/// Reads the dialects of suppliers.
struct DeliveryReader {
  let contract: Contract

  /// - Throws: `UnreadableFile` when the bytes are no text of the contract's format.
  func read(_ data: Data, name: String) throws -> DeliveredText {
    var bytes: [UInt8]
    if name.hasSuffix(".gz") {
      guard let unpacked = TextEncoding.gunzip(data) else {
        throw UnreadableFile("\(name) is damaged or cut short: it does not unpack")
      }
      bytes = unpacked
    } else {
      bytes = [UInt8](data)
    }
    var encoding = contract.format.encoding
    if encoding == .utf16 {
      guard let text = bytes.withUnsafeBufferPointer({ TextEncoding.utf8(fromUTF16: $0) }) else {
        throw UnreadableFile("\(name) is no UTF-16 text, or is cut short")
      }
      bytes = text
      encoding = .utf8
    }
    switch contract.format.kind {
    case .delimited: return readDelimited(bytes, encoding: encoding)
    case .fixed: return readFixed(bytes, encoding: encoding)
    case .jsonl: return readJSONLines(bytes)
    }
  }

  private func isKept(_ column: Contract.Column) -> Bool {
    column.entersContent || column.entersIdentity || column.keepYear != nil
  }

  // MARK: Delimited

  private func readDelimited(_ text: [UInt8], encoding: FileFormat.Encoding) -> DeliveredText {
    let kept = contract.columns.map(isKept)
    let width = contract.columns.count
    let builders = ColumnBuilders(count: width)
    var result = DeliveredText(
      columns: [], rowCount: 0, text: text, rowStarts: [], rowEnds: [], misshapen: [], header: nil,
      encoding: encoding)
    let reader = DelimitedText(separator: contract.format.separator, quote: contract.format.quote)
    var headerLines = contract.format.headerLines
    let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    text.withUnsafeBufferPointer { whole in
      let body = UnsafeBufferPointer(rebasing: whole[start...])
      reader.forEachRecord(in: body) { record, fields in
        if headerLines > 0 {
          headerLines -= 1
          if headerLines == 0 {
            result.header = fields.map { field in
              let value = reader.value(of: field, in: body)
              let decoded = TextEncoding.utf8(value[...], from: encoding) ?? value
              return String(decoding: decoded, as: UTF8.self)
            }
          }
          return
        }
        let row = Int32(result.rowStarts.count)
        result.rowStarts.append(record.start + start)
        result.rowEnds.append(record.end + start)
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
            var first = field.start
            var last = field.start + field.count
            while first < last, body[first] == 0x20 { first += 1 }
            while last > first, body[last - 1] == 0x20 { last -= 1 }
            builders.append(UnsafeBufferPointer(rebasing: body[first..<last]), to: index)
          }
        }
      }
    }
    result.rowCount = result.rowStarts.count
    result.columns = builders.take(kept)
    return result
  }

  // MARK: Fixed width

  private func readFixed(_ text: [UInt8], encoding: FileFormat.Encoding) -> DeliveredText {
    let builders = ColumnBuilders(count: contract.columns.count)
    let kept = contract.columns.map(isKept)
    let positions = contract.columns.map { contract.format.positions[$0.name] ?? (1, 0) }
    let needed = positions.map { $0.0 + $0.1 - 1 }.max() ?? 0
    var result = DeliveredText(
      columns: [], rowCount: 0, text: text, rowStarts: [], rowEnds: [], misshapen: [], header: nil,
      encoding: encoding)
    var skip = contract.format.headerLines
    text.withUnsafeBufferPointer { body in
      var start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
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
        let row = Int32(result.rowStarts.count)
        result.rowStarts.append(start)
        result.rowEnds.append(end)
        guard end - start >= needed else {
          result.misshapen.append(
            (row, "line-length", "\(end - start) positions, \(needed) expected"))
          builders.appendEmptyRow()
          continue
        }
        for index in kept.indices where kept[index] {
          var first = start + positions[index].0 - 1
          var last = first + positions[index].1
          while first < last, body[first] == 0x20 { first += 1 }
          while last > first, body[last - 1] == 0x20 { last -= 1 }
          builders.append(UnsafeBufferPointer(rebasing: body[first..<last]), to: index)
        }
      }
    }
    result.rowCount = result.rowStarts.count
    result.columns = builders.take(kept)
    return result
  }

  // MARK: JSON Lines

  private func readJSONLines(_ text: [UInt8]) -> DeliveredText {
    let builders = ColumnBuilders(count: contract.columns.count)
    let kept = contract.columns.map(isKept)
    let known = Set(contract.columns.map(\.name))
    var result = DeliveredText(
      columns: [], rowCount: 0, text: text, rowStarts: [], rowEnds: [], misshapen: [], header: nil,
      encoding: .utf8)
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      defer { start = end + 1 }
      let line = text[start..<end]
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      let row = Int32(result.rowStarts.count)
      result.rowStarts.append(start)
      result.rowEnds.append(end)
      let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      let values = object.map { flattened($0) }
      let unknown = values.map { Set($0.keys).subtracting(known).sorted() } ?? []
      guard let values, unknown.isEmpty else {
        result.misshapen.append(
          values == nil
            ? (row, "json", "the line is no JSON object")
            : (row, "field-name", Self.unknownField(unknown, known)))
        builders.appendEmptyRow()
        continue
      }
      for (index, column) in contract.columns.enumerated() where kept[index] {
        builders.append(Array((values[column.name] ?? "").utf8), to: index)
      }
    }
    result.rowCount = result.rowStarts.count
    result.columns = builders.take(kept)
    return result
  }

  /// A name may hold a value, where a supplier keys an object by it: only what it comes near is told.
  private static func unknownField(_ names: [String], _ known: Set<String>) -> String {
    let near = names.lazy.compactMap { nearest(to: $0, among: known.sorted()) }.first
    return "a field that no contract knows" + (near.map { "; is it '\($0)'?" } ?? "")
  }

  /// Nested fields by their path with dots.
  private func flattened(_ object: [String: Any], prefix: String = "") -> [String: String] {
    var values: [String: String] = [:]
    for (key, value) in object {
      switch value {
      case let nested as [String: Any]:
        values.merge(flattened(nested, prefix: "\(prefix)\(key).")) { $1 }
      case is NSNull: values[prefix + key] = ""
      case let text as String: values[prefix + key] = text
      // `true` and `false` are numbers here, of a type of their own.
      case let number as NSNumber where String(cString: number.objCType) == "c":
        values[prefix + key] =
          number.boolValue ? contract.format.trueText : contract.format.falseText
      case let number as NSNumber: values[prefix + key] = number.stringValue
      default: values[prefix + key] = "\(value)"
      }
    }
    return values
  }
}

/// One dictionary builder per column; builders cannot be copied, so they live in memory of their own.
private struct ColumnBuilders: ~Copyable {
  private let builders: UnsafeMutableBufferPointer<DictionaryBuilder>

  init(count: Int) {
    builders = .allocate(capacity: count)
    for index in 0..<count { builders.initializeElement(at: index, to: DictionaryBuilder()) }
  }

  deinit {
    builders.deinitialize()
    builders.deallocate()
  }

  @inline(__always)
  func append(_ value: UnsafeBufferPointer<UInt8>, to column: Int) {
    builders[column].append(value)
  }

  func append(_ value: [UInt8], to column: Int) { builders[column].append(value) }

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
