import InformationModel
import Testing

@Suite struct DelimitedTextFieldTests {
  @Test func `a field comes back as it was, whatever stands in it`() {
    #expect(DelimitedText.field("plain 'text'; é") == "plain 'text'; é")
    for text in ["a,b", "say \"no\"", "two\nlines", "two\r\nlines", "\r"] {
      let line = "x," + DelimitedText.field(text) + ",y\n"
      #expect(CSVLine.read(line) == ["x", text, "y"])
    }
  }
}

/// One record of RFC 4180, the slow and obvious way.
private enum CSVLine {
  static func read(_ line: String) -> [String] {
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    var bytes = Array(line.utf8)[...]
    while let byte = bytes.popFirst() {
      if isQuoted {
        if byte != 0x22 {
          fields[fields.count - 1].append(byte)
        } else if bytes.first == 0x22 {
          fields[fields.count - 1].append(0x22)
          bytes.removeFirst()
        } else {
          isQuoted = false
        }
      } else if byte == 0x22 {
        isQuoted = true
      } else if byte == 0x2C {
        fields.append([])
      } else if byte == 0x0A {
        break
      } else {
        fields[fields.count - 1].append(byte)
      }
    }
    return fields.map { String(decoding: $0, as: UTF8.self) }
  }
}
