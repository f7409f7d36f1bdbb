import Foundation
import InformationModel

/// A small table of the pack: comma separated, UTF-8, one header line.
package struct CSVTable: Sendable {
  package var header: [String]
  package var rows: [[String]]
  /// Line in the file of each row.
  package var lines: [Int]
  /// Lines, the header's too, in which a quote is not closed or something stands behind a closing one.
  package var malformedLines: [Int]

  package init(_ bytes: [UInt8]) {
    var header: [String] = []
    var rows: [[String]] = []
    var lines: [Int] = []
    var malformedLines: [Int] = []
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    text.withUnsafeBufferPointer { text in
      let reader = DelimitedText()
      var line = 1
      var counted = 0
      reader.forEachRecord(in: text) { record, fields in
        for byte in text[counted..<record.start] where byte == 0x0A { line += 1 }
        counted = record.start
        if record.isMalformed { malformedLines.append(line) }
        let values = fields.map {
          String(decoding: reader.value(of: $0, in: text), as: UTF8.self)
        }
        if header.isEmpty {
          header = values
        } else {
          rows.append(values)
          lines.append(line)
        }
      }
    }
    self.header = header
    self.rows = rows
    self.lines = lines
    self.malformedLines = malformedLines
  }

  package func column(_ name: String) -> Int? { header.firstIndex(of: name) }
}
