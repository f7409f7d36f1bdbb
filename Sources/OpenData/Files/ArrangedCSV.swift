import InformationModel
import Publication

/// A table as separated values, as it lies on a sheet: one column for each dimension that goes down, then the figures.
struct ArrangedCSV: Sendable {
  let arranged: ArrangedTable
  let language: Language
  var names = ShownNames.texts
  var separator = UInt8(ascii: ",")
  /// Whether the title of the table stands on a line of its own, above an empty one.
  var hasTitle = false

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func write(_ fields: [[UInt8]]) {
      for (place, field) in fields.enumerated() {
        if place > 0 { bytes.append(separator) }
        bytes.append(contentsOf: field)
      }
      bytes.append(contentsOf: "\r\n".utf8)
    }
    func field(_ text: String) -> [UInt8] {
      Array(EntityCSV.field(text, separator: separator).utf8)
    }
    if hasTitle {
      write([field(arranged.table.description.title[language])])
      write([])
    }
    let down = arranged.stub.map { arranged.axes[$0] }
    write(
      down.map { field(names.title(of: $0, language)) }
        + arranged.columnTitles(language) { names.names(of: $0, language) }.map(field))
    let labels = down.map { names.names(of: $0, language).map(field) }
    for row in 0..<arranged.rowCount {
      write(
        zip(labels, arranged.rows.coordinates(of: row)).map { $0[$1] }
          + arranged.figures(row: row).map(Self.text))
    }
    return bytes
  }

  private static func text(_ cell: PublishedCell, of measure: Measure) -> [UInt8] {
    switch cell {
    case .value(let value):
      var text: [UInt8] = []
      DecimalNotation.write(value, decimals: measure.decimals, to: &text)
      return text
    case .confidential: return Array(ArrangedTable.confidential.utf8)
    case .impossible: return Array(ArrangedTable.impossible.utf8)
    }
  }
}
