import Foundation
import InformationModel

/// The table as comma-separated values: one row per cell and measure, CRLF, decimal point, nothing
/// for no value.
package struct CommaSeparatedFile {
  let table: PublishedTable

  package init(table: PublishedTable) { self.table = table }

  var columns: [String] { table.dimensions.map(\.id) + Naming.fixedColumns }

  package var data: Data {
    var bytes: [UInt8] = []
    bytes.append(
      contentsOf: (columns.map(DelimitedText.field).joined(separator: ",") + "\r\n").utf8)
    let codes = table.dimensions.map { $0.categories.map { DelimitedText.field($0.code) } }
    let measures = table.measures.map { DelimitedText.field($0.id) }
    let index = table.cells
    for cell in 0..<index.sizes.reduce(1, *) {
      let place = zip(codes, index.coordinates(of: cell)).map { $0.0[$0.1] + "," }.joined()
      for (number, measure) in table.measures.enumerated() {
        let (value, attribute) = Self.fields(table.cell(cell, measure: number), of: measure)
        bytes.append(contentsOf: "\(place)\(measures[number]),\(value),\(attribute)\r\n".utf8)
      }
    }
    return Data(bytes)
  }

  private static func fields(_ cell: PublishedCell, of measure: Measure) -> (String, String) {
    switch cell {
    case .value(let value): (DecimalNotation.text(value, decimals: measure.decimals), "None")
    case .confidential: ("", "Confidential")
    case .impossible: ("", "Impossible")
    }
  }
}
