import InformationModel
import Publication

/// Writes entities as JSON, the same keys in the same order for each.
struct EntityJSON {
  private enum Part {
    /// Written once for each place along an axis.
    case ofAxis(stride: Int, size: Int, texts: [[UInt8]])
    case ofRow(name: [UInt8], value: @Sendable (Int) -> EntityValue)
  }

  private let parts: [Part]

  init(_ set: EntitySet, columns: [Int]) {
    var parts: [Part] = []
    for column in columns {
      let own = set.columns[column]
      var name: [UInt8] = []
      OrderedJSON.write(own.name, to: &name)
      name.append(UInt8(ascii: ":"))
      switch own.content {
      case .ofAxis(let axis, let values):
        let texts = values.map { value -> [UInt8] in
          if own.isOptional, case .null = value { return [] }
          var text = name
          Self.write(value, to: &text)
          return text
        }
        parts.append(
          .ofAxis(stride: set.index.strides[axis], size: set.index.sizes[axis], texts: texts))
      case .ofRow(let value): parts.append(.ofRow(name: name, value: value))
      }
    }
    self.parts = parts
  }

  func write(row: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    for part in parts {
      switch part {
      case .ofAxis(let stride, let size, let texts):
        let text = texts[row / stride % size]
        if text.isEmpty { continue }
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: text)
      case .ofRow(let name, let value):
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: name)
        Self.write(value(row), to: &bytes)
      }
      isFirst = false
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func write(_ value: EntityValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .text(let text): OrderedJSON.write(text, to: &bytes)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .number(let number, let decimals):
      DecimalNotation.write(number, decimals: decimals, to: &bytes)
    case .boolean(let isTrue): bytes.append(contentsOf: (isTrue ? "true" : "false").utf8)
    case .json(let json): json.write(to: &bytes)
    }
  }
}
