import ChainPack
import Foundation
import InformationModel

extension DeliveryReader {
  /// One object a line; nested fields by their path with dots.
  func readJSONLines(
    _ text: [UInt8], into result: inout DeliveredText, _ builders: borrowing ColumnBuilders
  ) {
    let kept = contract.columns.map(isKept)
    let known = Set(contract.columns.map(\.name))
    let texts = Set(zip(contract.columns, kept).filter(\.1).map(\.0.name))
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      defer { start = end + 1 }
      let line = text[start..<end]
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      let row = result.beginRow(start, end)
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
  }

  /// A name may hold a value, where a supplier keys an object by it: only what it comes near is told.
  static func unknownField(_ names: [String], _ known: Set<String>) -> String {
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
