/// Splits delimited text (RFC 4180 and its relatives) into records, in one pass over the bytes.
///
/// The separator, quote and line ends are ASCII, so the text may be in any encoding that keeps ASCII bytes apart: UTF-8, Windows-1252,
/// ISO-8859-1. Nothing is copied: a field is a range of the text.
package struct DelimitedText: Sendable {
  package var separator: UInt8
  /// nil when quotes mean nothing in this text.
  package var quote: UInt8?
  /// A quoted field that is longer is taken for a quote that was never closed.
  package static let longestQuotedField = 65_536

  package init(separator: UInt8 = 0x2C, quote: UInt8? = 0x22) {
    self.separator = separator
    self.quote = quote
  }

  package struct Field: Sendable {
    package var start: Int
    package var count: Int
    /// Quotes inside the field stand doubled and must be halved.
    package var hasDoubledQuotes: Bool
  }

  package struct Record: Sendable {
    /// The record as it stands in the text, without its line end.
    package var start: Int
    package var end: Int
    /// A quote was not closed, or something stood behind a closing quote: the fields are a best reading.
    package var isMalformed: Bool
  }

  /// Calls `body` for each record with its fields. Lines with no byte at all are skipped.
  package func forEachRecord(
    in text: UnsafeBufferPointer<UInt8>,
    _ body: (Record, UnsafeBufferPointer<Field>) throws -> Void
  ) rethrows {
    var fields = [Field]()
    fields.reserveCapacity(64)
    var position = 0
    let end = text.count
    while position < end {
      if text[position] == 0x0A {
        position += 1
        continue
      }
      if text[position] == 0x0D, position + 1 < end, text[position + 1] == 0x0A {
        position += 2
        continue
      }
      let start = position
      fields.removeAll(keepingCapacity: true)
      var malformed = false
      position = scanRecord(text, from: start, quote: quote, into: &fields, malformed: &malformed)
      if position < 0 {
        // The quote is never closed: read this line as if quotes meant nothing.
        fields.removeAll(keepingCapacity: true)
        malformed = true
        var ignored = false
        position = scanRecord(text, from: start, quote: nil, into: &fields, malformed: &ignored)
      }
      var recordEnd = position
      if recordEnd > start, text[recordEnd - 1] == 0x0A { recordEnd -= 1 }
      if recordEnd > start, text[recordEnd - 1] == 0x0D { recordEnd -= 1 }
      let record = Record(start: start, end: recordEnd, isMalformed: malformed)
      try fields.withUnsafeBufferPointer { try body(record, $0) }
    }
  }

  /// Appends the fields of the record at `start`; gives the position behind its line end, or -1 when a quote is not closed.
  private func scanRecord(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, quote: UInt8?, into fields: inout [Field],
    malformed: inout Bool
  ) -> Int {
    let end = text.count
    var position = start
    while true {
      if let quote, position < end, text[position] == quote {
        let fieldStart = position + 1
        let limit = min(end, fieldStart + Self.longestQuotedField)
        var doubled = false
        position = fieldStart
        while true {
          while position < limit, text[position] != quote { position += 1 }
          guard position < limit else { return -1 }
          if position + 1 < end, text[position + 1] == quote {
            doubled = true
            position += 2
          } else {
            break
          }
        }
        fields.append(
          Field(start: fieldStart, count: position - fieldStart, hasDoubledQuotes: doubled))
        position += 1
        let isLineEnd =
          position < end && text[position] == 0x0D
          && (position + 1 == end || text[position + 1] == 0x0A)
        if position < end, text[position] != separator, text[position] != 0x0A, !isLineEnd {
          malformed = true
          while position < end, text[position] != separator, text[position] != 0x0A {
            position += 1
          }
        }
      } else {
        let fieldStart = position
        while position < end, text[position] != separator, text[position] != 0x0A {
          position += 1
        }
        var count = position - fieldStart
        if count > 0, position == end || text[position] == 0x0A, text[position - 1] == 0x0D {
          count -= 1
        }
        fields.append(Field(start: fieldStart, count: count, hasDoubledQuotes: false))
      }
      if position >= end { return end }
      if text[position] == 0x0D { position += 1 }
      if position >= end { return end }
      if text[position] == 0x0A { return position + 1 }
      position += 1
    }
  }

  /// The bytes of a field as meant: doubled quotes halved.
  package func value(of field: Field, in text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let raw = text[field.start..<field.start + field.count]
    guard field.hasDoubledQuotes, let quote else { return Array(raw) }
    var value = [UInt8]()
    value.reserveCapacity(field.count)
    var skip = false
    for byte in raw {
      if byte == quote, !skip {
        skip = true
        value.append(byte)
      } else if byte == quote {
        skip = false
      } else {
        skip = false
        value.append(byte)
      }
    }
    return value
  }
}

extension DelimitedText {
  /// A field of a comma-separated file.
  package static func field(_ text: String) -> String { field(text, separator: 0x2C) }

  /// A field of a file of separated values: in quotes when it holds a separator, a quote or a line break (RFC 4180).
  package static func field(_ text: String, separator: UInt8) -> String {
    let isPlain = text.utf8.allSatisfy {
      $0 != separator && $0 != 0x22 && $0 != 0x0A && $0 != 0x0D
    }
    if isPlain { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
