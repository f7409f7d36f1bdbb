import InformationModel
import Publication

/// Writes the entities of a set as separated values, their properties in the order of the set.
///
/// Semicolons between the values, as programs that read such files of Statistics Netherlands expect; a decimal point, CRLF, nothing for null.
struct EntityCSV {
  private enum Part {
    /// Written once for each place along an axis.
    case ofAxis(stride: Int, size: Int, texts: [[UInt8]])
    case ofRow(@Sendable (Int) -> EntityValue)
  }

  private static let separator = UInt8(ascii: ";")
  private static let pieceLength = 64 * 1024

  private let heading: [UInt8]
  private let parts: [Part]
  private let rowCount: Int

  init(_ set: EntitySet) {
    heading = Array(
      (set.columns.map { DelimitedText.field($0.name, separator: Self.separator) }
        .joined(separator: ";") + "\r\n").utf8)
    parts = set.columns.map { column in
      switch column.content {
      case .ofAxis(let axis, let values):
        .ofAxis(
          stride: set.index.strides[axis], size: set.index.sizes[axis],
          texts: values.map { value in
            var text: [UInt8] = []
            Self.write(value, to: &text)
            return text
          })
      case .ofRow(let value): .ofRow(value)
      }
    }
    rowCount = set.rowCount
  }

  /// Gives the heading and all rows, a piece at a time; nil behind the last.
  func pieces() -> () -> [UInt8]? {
    var row = 0
    var start: [UInt8]? = heading
    return {
      if start == nil, row == rowCount { return nil }
      var bytes = start ?? []
      start = nil
      while bytes.count < Self.pieceLength, row < rowCount {
        write(row: row, to: &bytes)
        row += 1
      }
      return bytes
    }
  }

  private func write(row: Int, to bytes: inout [UInt8]) {
    for (place, part) in parts.enumerated() {
      if place > 0 { bytes.append(Self.separator) }
      switch part {
      case .ofAxis(let stride, let size, let texts):
        bytes.append(contentsOf: texts[row / stride % size])
      case .ofRow(let value): Self.write(value(row), to: &bytes)
      }
    }
    bytes.append(contentsOf: "\r\n".utf8)
  }

  private static func write(_ value: EntityValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: break
    case .text(let text): write(text, to: &bytes)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .number(let number, let decimals):
      DecimalNotation.write(number, decimals: decimals, to: &bytes)
    case .boolean(let isTrue): bytes.append(contentsOf: (isTrue ? "true" : "false").utf8)
    case .json(let json):
      var text: [UInt8] = []
      json.write(to: &text)
      write(String(decoding: text, as: UTF8.self), to: &bytes)
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: field(text, separator: separator).utf8)
  }

  /// A text as a field; an apostrophe keeps it from being a formula in a spreadsheet.
  static func field(_ text: String, separator: UInt8) -> String {
    let isFormula = text.first.map { "=+@-".contains($0) } ?? false
    return DelimitedText.field((isFormula ? "'" : "") + text, separator: separator)
  }
}
