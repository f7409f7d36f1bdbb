import ChainPack
import Foundation
import FoundationXML
import InformationModel

extension DeliveryReader {
  /// Elements of an XML document as rows; attributes of the elements around them too.
  ///
  /// - Returns: the rows as text, a line each: the bytes of an element stand between those of others.
  /// - Throws: `UnreadableFile` when it is no such document as the contracts agree on.
  func readXML(
    _ file: DeliveredFile, into result: inout DeliveredText, _ builders: borrowing ColumnBuilders
  ) throws -> [UInt8] {
    try XMLRecords.checkProlog(of: file)
    let records = XMLRecords(contract, among: siblings)
    let parser = XMLParser(data: Data(file.bytes))
    parser.shouldProcessNamespaces = true
    parser.delegate = records
    let isParsed = parser.parse()
    if let refusal = records.refusal { throw UnreadableFile("\(file.name) \(refusal)") }
    guard isParsed, !records.hasErrors else {
      throw UnreadableFile(
        "\(file.name) is no well-formed XML; the reader stopped at line \(parser.lineNumber)")
    }
    // The parser takes the end of the bytes for the end of the document.
    guard records.isWhole else {
      throw UnreadableFile("\(file.name) is cut short: its first element does not end")
    }
    let kept = contract.columns.map(isKept)
    let known = Set(contract.columns.map(\.name))
    var text: [UInt8] = []
    for record in records.records {
      let start = text.count
      text += record.written.utf8
      let row = result.beginRow(start, text.count)
      text.append(0x0A)
      if !record.unknown.isEmpty {
        result.misshapen.append(
          (row, "field-name", Self.unknownField(record.unknown.sorted(), known)))
        builders.appendEmptyRow()
      } else if record.hasRepeated {
        result.misshapen.append((row, "xml", "a field stands there twice"))
        builders.appendEmptyRow()
      } else {
        for index in kept.indices where kept[index] {
          builders.append(Array(record.values[index].utf8), to: index)
        }
      }
    }
    return text
  }
}

/// Gathers the records of one contract while a document is parsed.
private final class XMLRecords: NSObject, XMLParserDelegate {
  struct Record {
    /// By column of the contract.
    var values: [String]
    var isSet: [Bool]
    /// Fields that are no column.
    var unknown: Set<String> = []
    /// A field that is there twice could mean either.
    var hasRepeated = false
    /// All fields with their values, for quarantine.
    var written = ""
  }

  private(set) var records: [Record] = []
  /// Why the document is not what was agreed; nil when it is.
  private(set) var refusal: String?
  private(set) var hasErrors = false
  /// The document had a root element, and it ended.
  private(set) var isWhole = false

  private let path: [String]
  private let namespace: String?
  private let names: [String: Int]
  /// Names of elements that hold columns and may be empty.
  private let folders: Set<String>
  private let outer: [(column: Int, up: Int, attribute: String)]
  private let columnCount: Int
  /// Where the records of other contracts stand.
  private let others: [[String]]

  private var open: [Element] = []
  private var record: Record?

  private struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    var hasElements = false
    /// In the record of another contract, or on the way to one.
    var isForeign = false
  }

  init(_ contract: Contract, among contracts: [Contract]) {
    path = contract.format.recordPath
    namespace = contract.format.namespace
    columnCount = contract.columns.count
    others = contracts.map(\.format.recordPath).filter { [path] in $0 != path }
    var names: [String: Int] = [:]
    var folders: Set<String> = []
    var outer: [(Int, Int, String)] = []
    for (index, column) in contract.columns.enumerated() {
      let place = XMLPlace(column.name, in: path)
      if place.up > 0, let attribute = place.attribute {
        outer.append((index, place.up, attribute))
        continue
      }
      names[column.name] = index
      for length in 0..<max(1, place.elements.count) {
        folders.insert(place.elements.prefix(length).joined(separator: "/"))
      }
    }
    self.names = names
    self.folders = folders
    self.outer = outer
  }

  /// Entities could stand for more than is there, or for what lies elsewhere: no contract has a document type.
  static func checkProlog(of file: DeliveredFile) throws {
    guard String(validating: file.bytes, as: UTF8.self) != nil, !file.bytes.contains(0) else {
      throw UnreadableFile("\(file.name) is no UTF-8 text")
    }
    let start = String(decoding: file.bytes.prefix(200), as: UTF8.self)
    if let declaration = start.firstMatch(
      of: /^\u{FEFF}?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/),
      declaration.1.lowercased() != "utf-8"
    {
      throw UnreadableFile("\(file.name) declares another encoding than UTF-8")
    }
    let mark = Array("<!DOCTYPE".utf8)
    var position = file.bytes.startIndex
    while let found = file.bytes[position...].firstIndex(of: mark[0]) {
      if file.bytes[found...].starts(with: mark) {
        throw UnreadableFile("\(file.name) has a document type, which no contract knows")
      }
      position = found + 1
    }
  }

  private func refuse(_ reason: String, _ parser: XMLParser) {
    if refusal == nil { refusal = reason }
    parser.abortParsing()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    guard refusal == nil else { return }
    if let namespace, (namespaceURI ?? "") != namespace {
      return refuse("has elements that are not of the namespace \(namespace)", parser)
    }
    if let last = open.indices.last { open[last].hasElements = true }
    let isInForeign = open.last?.isForeign ?? false
    open.append(Element(name: name, attributes: attributes))
    let here = open.map(\.name)
    if record == nil {
      if here == path {
        begin()
      } else if !path.starts(with: here),
        !others.contains(where: { $0.starts(with: here) || here.starts(with: $0) })
      {
        refuse("has an element in a place that no contract knows", parser)
      }
      return
    }
    open[open.count - 1].isForeign = isInForeign || others.contains { $0.starts(with: here) }
    if !open[open.count - 1].isForeign { take(attributes) }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.indices.last { open[last].text += text }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    if let last = open.indices.last { open[last].text += String(decoding: block, as: UTF8.self) }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard refusal == nil, let element = open.last else { return }
    let text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
    if record == nil || element.isForeign {
      if record == nil, !text.isEmpty, path.starts(with: open.map(\.name)) {
        refuse("has text between its records", parser)
      }
    } else if open.count == path.count {
      if !text.isEmpty { set("", text) }
      if let record { records.append(record) }
      record = nil
    } else if !element.hasElements || !text.isEmpty {
      let field = open[path.count...].map(\.name).joined(separator: "/")
      // An element that only holds others may be empty.
      if !(text.isEmpty && folders.contains(field)) { set(field, text) }
    }
    open.removeLast()
    isWhole = open.isEmpty
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { hasErrors = true }

  private func begin() {
    record = Record(
      values: Array(repeating: "", count: columnCount),
      isSet: Array(repeating: false, count: columnCount))
    for (column, up, attribute) in outer {
      guard let value = open[open.count - 1 - up].attributes[attribute] else { continue }
      record?.values[column] = value
      write("^\(up)@\(attribute)", value)
    }
    take(open[open.count - 1].attributes)
  }

  private func take(_ attributes: [String: String]) {
    let field = open[path.count...].map(\.name).joined(separator: "/")
    for (name, value) in attributes.sorted(by: { $0.key < $1.key })
    where !name.hasPrefix("xml") && !name.hasPrefix("xsi:") {
      set("\(field)@\(name)", value)
    }
  }

  private func set(_ field: String, _ value: String) {
    write(field, value)
    guard let column = names[field] else {
      record?.unknown.insert(field)
      return
    }
    if record?.isSet[column] == true { record?.hasRepeated = true }
    record?.isSet[column] = true
    record?.values[column] = value
  }

  private func write(_ field: String, _ value: String) {
    let text = value.replacing("\n", with: " ").replacing("\r", with: " ")
    if record?.written.isEmpty == false { record?.written += "\t" }
    record?.written += "\(field)=\(text)"
  }
}
