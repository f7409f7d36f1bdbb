import ChainPack
import Foundation

/// Writes UTF-8 in the encoding of a file.
final class Transcoder {
  let encoding: FileFormat.Encoding
  private var known: [UInt32: [UInt8]] = [:]

  init(_ encoding: FileFormat.Encoding) {
    self.encoding = encoding
  }

  var byteOrderMark: [UInt8] {
    switch encoding {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .utf16: [0xFF, 0xFE]
    case .windows1252, .latin1: []
    }
  }

  func encode(_ text: String) -> [UInt8] {
    let buffer = ByteBuffer(capacity: text.utf8.count * 2 + 16)
    Array(text.utf8).withUnsafeBufferPointer { append($0, to: buffer) }
    return buffer.array
  }

  func append(_ text: UnsafeBufferPointer<UInt8>, to target: ByteBuffer) {
    switch encoding {
    case .utf8: target.append(text)
    case .windows1252, .latin1: appendSingleByte(text, to: target)
    case .utf16: appendUTF16(text, to: target)
    }
  }

  private func appendSingleByte(_ text: UnsafeBufferPointer<UInt8>, to target: ByteBuffer) {
    var position = 0
    var run = 0
    while position < text.count {
      if text[position] < 0x80 {
        position &+= 1
        continue
      }
      target.append(UnsafeBufferPointer(rebasing: text[run..<position]))
      let (scalar, length) = Self.scalar(text, at: position)
      target.append(substitute(scalar))
      position += length
      run = position
    }
    target.append(UnsafeBufferPointer(rebasing: text[run..<text.count]))
  }

  private func appendUTF16(_ text: UnsafeBufferPointer<UInt8>, to target: ByteBuffer) {
    var position = 0
    target.reserve(text.count * 2)
    while position < text.count {
      if text[position] < 0x80 {
        target.append(text[position])
        target.append(0)
        position &+= 1
        continue
      }
      let (scalar, length) = Self.scalar(text, at: position)
      if let value = Unicode.Scalar(scalar) {
        for unit in UTF16.encode(value) ?? UTF16.encodedReplacementCharacter {
          target.append(UInt8(unit & 0xFF))
          target.append(UInt8(unit >> 8))
        }
      }
      position += length
    }
  }

  /// The character at a position of sound UTF-8.
  private static func scalar(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> (UInt32, Int)
  {
    let first = text[position]
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC0, position + length <= text.count else { return (0xFFFD, 1) }
    var value = UInt32(first) & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
    for index in 1..<length { value = value << 6 | UInt32(text[position + index] & 0x3F) }
    return (value, length)
  }

  /// What stands for a character in a code page of one byte: itself, its base letter, or a question
  /// mark.
  private func substitute(_ scalar: UInt32) -> [UInt8] {
    if let bytes = known[scalar] { return bytes }
    let bytes = single(scalar).map { [$0] } ?? baseLetters(scalar)
    known[scalar] = bytes
    return bytes
  }

  private func single(_ scalar: UInt32) -> UInt8? {
    if scalar < 0x80 || (0xA0...0xFF).contains(scalar) { return UInt8(scalar) }
    guard encoding == .windows1252, let index = Self.windows1252.firstIndex(of: scalar) else {
      return nil
    }
    return 0x80 + UInt8(index)
  }

  private func baseLetters(_ scalar: UInt32) -> [UInt8] {
    if let plain = Self.undecomposed[scalar] { return Array(plain.utf8) }
    guard let value = Unicode.Scalar(scalar) else { return [0x3F] }
    let parts = String(Character(value)).decomposedStringWithCanonicalMapping.unicodeScalars
    let kept = parts.compactMap { $0.value < 0x300 ? single($0.value) : nil }
    return kept.isEmpty ? [0x3F] : kept
  }

  /// Windows-1252, 0x80 to 0x9F (WHATWG Encoding Standard); 0 where the code page has no character.
  static let windows1252: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  /// Letters that Unicode does not take apart.
  private static let undecomposed: [UInt32: String] = [
    0x0131: "i", 0x0141: "L", 0x0142: "l", 0x0110: "D", 0x0111: "d", 0x0126: "H", 0x0127: "h",
    0x0152: "OE", 0x0153: "oe", 0x1E9E: "SS", 0x2013: "-", 0x2014: "-", 0x2018: "'", 0x2019: "'",
    0x201C: "\"", 0x201D: "\"",
  ]

  /// The text without its diacritics.
  static func withoutDiacritics(_ text: String) -> String {
    var plain = ""
    for character in text {
      let scalars = character.unicodeScalars
      if let first = scalars.first, first.value < 0x80, scalars.count == 1 {
        plain.append(character)
      } else if let first = scalars.first, let letters = undecomposed[first.value] {
        plain += letters
      } else {
        let parts = String(character).decomposedStringWithCanonicalMapping.unicodeScalars
        for part in parts where part.value < 0x80 { plain.unicodeScalars.append(part) }
      }
    }
    return plain
  }

  /// UTF-8 bytes taken for Windows-1252 and written as UTF-8 again.
  static func twiceEncoded(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var text = ""
    for byte in bytes {
      var scalar = UInt32(byte)
      if (0x80...0x9F).contains(byte), windows1252[Int(byte - 0x80)] != 0 {
        scalar = windows1252[Int(byte - 0x80)]
      }
      if let value = Unicode.Scalar(scalar) { text.unicodeScalars.append(value) }
    }
    return Array(text.utf8)
  }
}
