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
  let unpackedLimit: Int

  /// A packed file may always unpack to so many times its size: text seldom packs better than twenty times.
  private static let unpackedShare = 50

  /// Reads files of a contract; a packed one may unpack to `unpackedLimit` bytes, or to fifty times its packed size if that is more.
  init(contract: Contract, unpackedLimit: Int = Intake.unpackedLimit) {
    self.contract = contract
    self.unpackedLimit = unpackedLimit
  }

  /// - Throws: `UnreadableFile` when the bytes are no text of the contract's format.
  func read(_ data: Data, name: String) throws -> DeliveredText {
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
            let end = field.start + field.count
            builders.append(UnsafeBufferPointer(rebasing: body[field.start..<end]), to: index)
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
          let first = start + positions[index].0 - 1
          let end = first + positions[index].1
          builders.append(UnsafeBufferPointer(rebasing: body[first..<end]), to: index)
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
    let texts = Set(zip(contract.columns, kept).filter(\.1).map(\.0.name))
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
      func misshapen(_ rule: String, _ message: String) {
        result.misshapen.append((row, rule, message))
        builders.appendEmptyRow()
      }
      guard let fields = JSONFields(line, format: contract.format) else {
        misshapen("json", "the line is no JSON object")
        continue
      }
      let unknown = fields.values.keys.filter { !known.contains($0) }.sorted()
      if !unknown.isEmpty {
        misshapen("field-name", Self.unknownField(unknown, known))
      } else if fields.hasRepeated {
        misshapen("json", "a field stands there twice")
      } else if !fields.lists.isDisjoint(with: texts) {
        misshapen("json", "a list where one value is expected")
      } else {
        for (index, column) in contract.columns.enumerated() where kept[index] {
          builders.append(Array((fields.values[column.name] ?? "").utf8), to: index)
        }
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
}

/// A JSON object as texts: nested fields by their path with dots.
private struct JSONFields {
  private(set) var values: [String: String] = [:]
  /// Paths at which a list stands.
  private(set) var lists: Set<String> = []
  /// A path was given twice, so that either value could be meant.
  private(set) var hasRepeated = false
  private let format: FileFormat
  /// How many names stand in the object and below it, each once per object.
  private var names = 0

  /// nil when the line is no JSON object.
  init?(_ line: ArraySlice<UInt8>, format: FileFormat) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
      return nil
    }
    self.format = format
    add(object, below: "")
    // An object keeps one of two equal names: then the text holds more names than the object.
    if Self.names(in: line) != names { hasRepeated = true }
  }

  private mutating func add(_ object: [String: Any], below prefix: String) {
    for (key, value) in object {
      names += 1
      let path = prefix + key
      switch value {
      case let nested as [String: Any]: add(nested, below: path + ".")
      case let list as [Any]:
        lists.insert(path)
        countNames(in: list)
        set("", at: path)
      case is NSNull: set("", at: path)
      case let text as String: set(text, at: path)
      // `true` and `false` are numbers here, of a type of their own.
      case let number as NSNumber where String(cString: number.objCType) == "c":
        set(number.boolValue ? format.trueText : format.falseText, at: path)
      case let number as NSNumber: set(number.stringValue, at: path)
      default: set("", at: path)
      }
    }
  }

  /// `{"a": {"b": 1}, "a.b": 2}` gives one path twice.
  private mutating func set(_ text: String, at path: String) {
    if values.updateValue(text, forKey: path) != nil { hasRepeated = true }
  }

  private mutating func countNames(in value: Any) {
    if let object = value as? [String: Any] {
      names += object.count
      for nested in object.values { countNames(in: nested) }
    } else if let list = value as? [Any] {
      for nested in list { countNames(in: nested) }
    }
  }

  /// The number of texts that a colon follows, in a line that is JSON.
  private static func names(in line: ArraySlice<UInt8>) -> Int {
    var count = 0
    var isInside = false
    var isEscaped = false
    var followsText = false
    for byte in line {
      if isInside {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInside = false
          followsText = true
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInside = true
      case UInt8(ascii: ":"): if followsText { count += 1 }
      case 0x20, 0x09, 0x0D: continue
      default: break
      }
      followsText = false
    }
    return count
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
