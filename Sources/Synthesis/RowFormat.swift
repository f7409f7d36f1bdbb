import ChainPack
import Foundation
import InformationModel

/// Puts the values of a row into the form of the file: delimited, of fixed width, as a line of JSON,
/// or as an XML element that still is open. The text is UTF-8 here; the encoding of the file comes
/// later.
final class RowFormat {
  let contract: Contract
  private let format: FileFormat
  let kind: FileFormat.Kind
  let quotesAll: Bool
  private let separator: UInt8
  /// 0 without one.
  private let quote: UInt8
  private let decimalMark: UInt8
  private let newline: [UInt8]
  private let layout: [(column: Int, start: Int, length: Int)]
  private let paths: [[String]]
  private let places: [XMLPlace]

  init(_ contract: Contract) throws {
    self.contract = contract
    format = contract.format
    kind = contract.format.kind
    quotesAll = contract.format.quoting == .all && contract.format.quote != nil
    separator = contract.format.separator
    quote = contract.format.quote ?? 0
    decimalMark = contract.format.decimalMark
    newline = format.newline == .crlf ? [0x0D, 0x0A] : [0x0A]
    layout = contract.columns.enumerated().compactMap { index, column in
      contract.format.positions[column.name].map { (index, $0.start, $0.length) }
    }.sorted { $0.1 < $1.1 }
    paths = contract.columns.map { $0.name.split(separator: ".").map(String.init) }
    let record = contract.format.recordPath
    places =
      record.isEmpty ? [] : contract.columns.map { XMLPlace($0.name, in: record) }
    if format.kind == .fixed, layout.count != contract.columns.count {
      throw SynthesisError("\(contract.source): a fixed file needs positions for every column")
    }
  }

  /// The lines above the rows.
  func header(_ names: [String]) -> [UInt8] {
    guard format.kind == .delimited, format.headerLines > 0 else { return [] }
    let buffer = ByteBuffer(capacity: 1024)
    for line in 1...format.headerLines {
      for (index, name) in names.enumerated() {
        if index > 0 { buffer.append(separator) }
        // Above the names stands what the file is about.
        let text =
          line == format.headerLines ? name : index == 0 ? contract.title[.nl] : ""
        appendField(Array(text.utf8), to: buffer)
      }
      buffer.append(newline)
    }
    return buffer.array
  }

  /// A column more: what is put before the end of a line.
  func additionalField(_ text: String) -> [UInt8] {
    let buffer = ByteBuffer(capacity: 64)
    if format.kind == .delimited { buffer.append(separator) }
    appendField(Array(text.utf8), to: buffer)
    return buffer.array
  }

  /// Begins a field; gives where its value starts.
  @inline(__always)
  func beginField(_ buffer: ByteBuffer) -> Int {
    if quotesAll { buffer.append(quote) }
    return buffer.count
  }

  /// Ends the field whose value starts there, with quotes where the dialect wants them.
  @inline(__always)
  func endField(at start: Int, isText: Bool, in buffer: ByteBuffer) {
    guard quote != 0 else {
      if isText || separator == decimalMark { blankOut(from: start, in: buffer) }
      return
    }
    guard isText || (!quotesAll && separator == decimalMark) else {
      if quotesAll { buffer.append(quote) }
      return
    }
    var special = false
    var quotes = false
    for position in start..<buffer.count {
      let byte = buffer.base[position]
      if byte == quote { quotes = true }
      if byte == separator || byte == 0x0A || byte == 0x0D { special = true }
    }
    if quotesAll {
      if quotes { double(quote, from: start, in: buffer) }
      buffer.append(quote)
    } else if special || quotes {
      double(quote, from: start, in: buffer)
      let value = Array(buffer.tail(from: start))
      buffer.cut(to: start)
      buffer.append(quote)
      buffer.append(value)
      buffer.append(quote)
    }
  }

  /// Without quotes nothing can say that a separator is part of the value.
  private func blankOut(from start: Int, in buffer: ByteBuffer) {
    for position in start..<buffer.count {
      let byte = buffer.base[position]
      if byte == separator || byte == 0x0A || byte == 0x0D { buffer.base[position] = 0x20 }
    }
  }

  private func double(_ quote: UInt8, from start: Int, in buffer: ByteBuffer) {
    let value = Array(buffer.tail(from: start))
    buffer.cut(to: start)
    for byte in value {
      if byte == quote { buffer.append(quote) }
      buffer.append(byte)
    }
  }

  @inline(__always)
  func separate(_ buffer: ByteBuffer) { buffer.append(separator) }

  @inline(__always)
  func endRow(_ buffer: ByteBuffer) { buffer.append(newline) }

  private func appendField(_ value: [UInt8], to buffer: ByteBuffer) {
    let start = beginField(buffer)
    buffer.append(value)
    endField(at: start, isText: true, in: buffer)
  }

  /// A whole row of values. At `strayColumn` a separator stands inside the value, as if it were its
  /// end.
  func append(_ cells: [[UInt8]?], kinds: [CellWriter], strayColumn: Int?, to buffer: ByteBuffer) {
    switch format.kind {
    case .delimited:
      for (index, cell) in cells.enumerated() {
        if index > 0 { buffer.append(separator) }
        let value = cell ?? []
        if index == strayColumn {
          let half = Self.middle(of: value)
          appendField(Array(value[..<half]), to: buffer)
          buffer.append(separator)
          appendField(Array(value[half...]), to: buffer)
        } else {
          appendField(value, to: buffer)
        }
      }
    case .fixed: appendFixed(cells, kinds: kinds, to: buffer)
    case .jsonl: appendJSON(cells, kinds: kinds, to: buffer)
    case .xml: appendXML(cells, to: buffer)
    }
    buffer.append(newline)
  }

  /// A place inside a text that does not cut a character.
  static func middle(of value: [UInt8]) -> Int {
    var half = value.count / 2
    while half < value.count, value[half] & 0xC0 == 0x80 { half += 1 }
    return half
  }

  private func appendFixed(_ cells: [[UInt8]?], kinds: [CellWriter], to buffer: ByteBuffer) {
    var position = 1
    if let record = format.record {
      buffer.append(record)
      position += record.utf8.count
    }
    for (column, start, length) in layout {
      while position < start {
        buffer.append(0x20)
        position += 1
      }
      let text = String(decoding: cells[column] ?? [], as: UTF8.self).unicodeScalars
      let kept = text.prefix(length)
      let fill = length - kept.count
      var isNumber = false
      if case .integer = kinds[column].kind { isNumber = cells[column]?.first != 0x2D }
      if isNumber, cells[column] != nil {
        for _ in 0..<fill { buffer.append(0x30) }
        buffer.append(String(String.UnicodeScalarView(kept)))
      } else {
        buffer.append(String(String.UnicodeScalarView(kept)))
        for _ in 0..<fill { buffer.append(0x20) }
      }
      position += length
    }
    while position <= format.lineLength ?? 0 {
      buffer.append(0x20)
      position += 1
    }
  }

  /// The start of the record's element with what it holds itself; records of other contracts may
  /// follow before its end.
  private func appendXML(_ cells: [[UInt8]?], to buffer: ByteBuffer) {
    func attributes(of elements: [String]) {
      for (place, cell) in zip(places, cells)
      where place.up == 0 && place.elements == elements {
        guard let attribute = place.attribute, let cell else { continue }
        buffer.append(" \(attribute)=\"\(Self.escaped(cell))\"")
      }
    }
    buffer.append("<\(format.recordPath.last ?? "")")
    attributes(of: [])
    buffer.append(0x3E)
    var open: [String] = []
    func close(downTo count: Int) {
      while open.count > count { buffer.append("</\(open.removeLast())>") }
    }
    for (place, cell) in zip(places, cells) where place.up == 0 && !place.elements.isEmpty {
      guard let cell, place.attribute == nil else { continue }
      var shared = 0
      while shared < min(open.count, place.elements.count - 1),
        open[shared] == place.elements[shared]
      { shared += 1 }
      close(downTo: shared)
      for (depth, name) in place.elements.enumerated().dropFirst(shared) {
        buffer.append("<\(name)")
        attributes(of: Array(place.elements[...depth]))
        buffer.append(0x3E)
        open.append(name)
      }
      buffer.append(Self.escaped(cell))
      close(downTo: place.elements.count - 1)
    }
    close(downTo: 0)
  }

  private static func escaped(_ value: [UInt8]) -> String {
    String(decoding: value, as: UTF8.self).replacing("&", with: "&amp;").replacing(
      "<", with: "&lt;"
    )
    .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("\n", with: "&#10;")
    .replacing("\t", with: "&#9;")
  }

  private func appendJSON(_ cells: [[UInt8]?], kinds: [CellWriter], to buffer: ByteBuffer) {
    var open: [String] = []
    var isFirst = [true]
    buffer.append(0x7B)
    for (index, cell) in cells.enumerated() {
      guard let cell else { continue }
      let folders = Array(paths[index].dropLast())
      while !folders.starts(with: open) {
        open.removeLast()
        isFirst.removeLast()
        buffer.append(0x7D)
      }
      for folder in folders[open.count...] {
        appendName(folder, isFirst: &isFirst, to: buffer)
        buffer.append(0x7B)
        open.append(folder)
        isFirst.append(true)
      }
      appendName(paths[index].last ?? "", isFirst: &isFirst, to: buffer)
      if case .integer = kinds[index].kind, kinds[index].unscaled(cell) != nil {
        buffer.append(cell)
      } else {
        appendJSONText(String(decoding: cell, as: UTF8.self), to: buffer)
      }
    }
    for _ in 0...open.count { buffer.append(0x7D) }
  }

  private func appendName(_ name: String, isFirst: inout [Bool], to buffer: ByteBuffer) {
    if isFirst[isFirst.count - 1] {
      isFirst[isFirst.count - 1] = false
    } else {
      buffer.append(0x2C)
    }
    appendJSONText(name, to: buffer)
    buffer.append(0x3A)
  }

  private func appendJSONText(_ text: String, to buffer: ByteBuffer) {
    buffer.append(0x22)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C:
        buffer.append(0x5C)
        buffer.append(UInt8(scalar.value))
      case 0..<0x20:
        buffer.append("\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16))
      default: buffer.append(String(Character(scalar)))
      }
    }
    buffer.append(0x22)
  }
}
