import InformationModel
import TestSupport
import Testing

@Suite("Delimited text")
struct DelimitedTextTests {
  struct Row: Equatable {
    var fields: [[UInt8]]
    var isMalformed: Bool
  }

  private func read(
    _ text: [UInt8], separator: UInt8, quote: UInt8?
  ) -> (rows: [Row], ranges: [Range<Int>]) {
    var rows: [Row] = []
    var ranges: [Range<Int>] = []
    let reader = DelimitedText(separator: separator, quote: quote)
    text.withUnsafeBufferPointer { text in
      reader.forEachRecord(in: text) { record, fields in
        rows.append(
          Row(
            fields: fields.map { reader.value(of: $0, in: text) }, isMalformed: record.isMalformed))
        ranges.append(record.start..<record.end)
      }
    }
    return (rows, ranges)
  }

  private func texts(_ text: String, separator: String = ";") -> [[String]] {
    read(Array(text.utf8), separator: separator.utf8.first ?? 0x3B, quote: 0x22).rows.map {
      $0.fields.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test("splits into records and fields")
  func plain() {
    #expect(texts("a;b\nc;d\n") == [["a", "b"], ["c", "d"]])
    #expect(texts("a;b\r\nc;d") == [["a", "b"], ["c", "d"]])
    #expect(texts(";\n;;\n") == [["", ""], ["", "", ""]])
    #expect(texts("\n\r\na\n\n") == [["a"]])
    #expect(texts("a\tb", separator: "\t") == [["a", "b"]])
    #expect(texts("").isEmpty)
    #expect(texts("a;") == [["a", ""]])
    #expect(texts("\"\";\"\"") == [["", ""]])
  }

  @Test("keeps separators, line ends and doubled quotes inside quotes")
  func quoted() {
    #expect(texts("\"a;b\";\"c\r\nd\"\n") == [["a;b", "c\r\nd"]])
    #expect(texts("\"say \"\"hi\"\"\";x") == [["say \"hi\"", "x"]])
    #expect(texts("\"\"\"\"") == [["\""]])
    #expect(texts("a\"b;c") == [["a\"b", "c"]])
  }

  @Test("reads a line whose quote is never closed as if quotes meant nothing, and says so")
  func unclosed() {
    let text = Array("\"a;b\nc;d\n".utf8)
    let (rows, _) = read(text, separator: 0x3B, quote: 0x22)
    #expect(
      rows == [
        Row(fields: [Array("\"a".utf8), Array("b".utf8)], isMalformed: true),
        Row(fields: [Array("c".utf8), Array("d".utf8)], isMalformed: false),
      ])
  }

  @Test("takes a quoted field beyond the longest for a quote that was not closed")
  func overlong() {
    func rows(_ length: Int) -> [Row] {
      let text = Array("\"".utf8) + [UInt8](repeating: 0x61, count: length) + Array("\";b\n".utf8)
      return read(text, separator: 0x3B, quote: 0x22).rows
    }
    #expect(rows(DelimitedText.longestQuotedField - 1).map(\.isMalformed) == [false])
    #expect(rows(DelimitedText.longestQuotedField).map(\.isMalformed) == [true])
    #expect(rows(DelimitedText.longestQuotedField).map(\.fields.count) == [2])
  }

  @Test("marks a record with something behind a closing quote")
  func behindQuote() {
    let (rows, _) = read(Array("\"a\"x;b\n\"a\"\rb;c\n".utf8), separator: 0x3B, quote: 0x22)
    #expect(rows.map(\.isMalformed) == [true, true])
    #expect(rows.map(\.fields.count) == [2, 2])
  }

  @Test("reads random texts as a slow, obvious reader does")
  func slowTwin() {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("ab;;\"\"\"\r\n\n é".utf8) + [0x0D, 0x0A]
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...40, using: &generator)
      let text = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0x61 }
      let quote: UInt8? = Bool.random(using: &generator) ? 0x22 : nil
      let separator: UInt8 = Int.random(in: 0..<5, using: &generator) == 0 ? 0x61 : 0x3B
      let (rows, ranges) = read(text, separator: separator, quote: quote)
      let expected = SlowReader(text: text, separator: separator, quote: quote).rows()
      #expect(rows == expected, "\(String(decoding: text, as: UTF8.self).debugDescription)")
      #expect(Self.onlyLineEnds(between: ranges, in: text))
    }
  }

  /// Every byte lies in exactly one record, or is the line end behind one or an empty line.
  private static func onlyLineEnds(between ranges: [Range<Int>], in text: [UInt8]) -> Bool {
    var position = 0
    for range in ranges + [text.count..<text.count] {
      guard position <= range.lowerBound else { return false }
      let gap = text[position..<range.lowerBound]
      guard gap.allSatisfy({ $0 == 0x0A || $0 == 0x0D }) else { return false }
      position = range.upperBound
    }
    return position == text.count
  }
}

/// One character at a time, with nothing clever.
private struct SlowReader {
  let text: [UInt8]
  let separator: UInt8
  let quote: UInt8?

  func rows() -> [DelimitedTextTests.Row] {
    var rows: [DelimitedTextTests.Row] = []
    var position = 0
    while position < text.count {
      if let end = lineEnd(position) {
        position = end
      } else if let (row, next) = record(position, quote: quote) {
        rows.append(row)
        position = next
      } else if let (row, next) = record(position, quote: nil) {
        rows.append(.init(fields: row.fields, isMalformed: true))
        position = next
      }
    }
    return rows
  }

  /// The position behind a line end that begins here.
  private func lineEnd(_ position: Int) -> Int? {
    if text[position...].starts(with: [0x0D, 0x0A]) { return position + 2 }
    return text[position...].first == 0x0A ? position + 1 : nil
  }

  private func isEnd(_ position: Int) -> Bool {
    position == text.count || lineEnd(position) != nil
      || (text[position] == 0x0D && position + 1 == text.count)
  }

  /// nil when a quote is never closed.
  private func record(_ start: Int, quote: UInt8?) -> (DelimitedTextTests.Row, Int)? {
    enum State { case begin, plain, quoted, closed }
    var state = State.begin
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
    var isMalformed = false
    var position = start
    while true {
      if state == .quoted {
        guard position < text.count else { return nil }
        if text[position] != quote {
          field.append(text[position])
          position += 1
        } else if position + 1 < text.count, text[position + 1] == quote {
          field.append(text[position])
          position += 2
        } else {
          state = .closed
          position += 1
        }
        continue
      }
      if isEnd(position) {
        fields.append(field)
        let next = position == text.count ? position : lineEnd(position) ?? text.count
        return (.init(fields: fields, isMalformed: isMalformed), next)
      }
      let byte = text[position]
      position += 1
      if byte == separator {
        fields.append(field)
        field = []
        state = .begin
      } else if state == .closed {
        isMalformed = true
      } else if state == .begin, byte == quote {
        state = .quoted
      } else {
        field.append(byte)
        state = .plain
      }
    }
  }
}
