import CZlib
import ChainPack
import Foundation

/// Turns delivered bytes into text.
enum TextEncoding {
  /// Windows-1252, 0x80 to 0x9F (WHATWG Encoding Standard, index-windows-1252); 0 where the code page has no character.
  private static let windows1252: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
    0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  /// The value in UTF-8; nil when these bytes are no text in the encoding.
  static func utf8(_ value: ArraySlice<UInt8>, from encoding: FileFormat.Encoding) -> [UInt8]? {
    guard value.contains(where: { $0 >= 0x80 }) else { return Array(value) }
    switch encoding {
    case .utf8, .utf16:
      return String(validating: value, as: UTF8.self) == nil ? nil : Array(value)
    case .windows1252, .latin1:
      var text = [UInt8]()
      text.reserveCapacity(value.count * 2)
      for byte in value {
        if byte < 0x80 {
          text.append(byte)
          continue
        }
        var scalar = UInt16(byte)
        if encoding == .windows1252, byte < 0xA0 {
          scalar = windows1252[Int(byte - 0x80)]
          guard scalar != 0 else { return nil }
        }
        if scalar < 0x800 {
          text.append(0xC0 | UInt8(scalar >> 6))
        } else {
          text.append(0xE0 | UInt8(scalar >> 12))
          text.append(0x80 | UInt8((scalar >> 6) & 0x3F))
        }
        text.append(0x80 | UInt8(scalar & 0x3F))
      }
      return text
    }
  }

  /// UTF-8 that was read as Windows-1252 and written once more shows as `Ã` or `Â` before a second odd character.
  static func looksTwiceEncoded(_ utf8: [UInt8]) -> Bool {
    guard utf8.count >= 4 else { return false }
    for index in 0..<(utf8.count - 3)
    where utf8[index] == 0xC3 && (utf8[index + 1] == 0x83 || utf8[index + 1] == 0x82)
      && (utf8[index + 2] == 0xC2 || utf8[index + 2] == 0xC3 || utf8[index + 2] >= 0xE2)
    {
      return true
    }
    return false
  }

  /// The whole text of a UTF-16 (little-endian) file as UTF-8; nil when it is none.
  static func utf8(fromUTF16 bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard bytes.count % 2 == 0 else { return nil }
    var units = [UInt16]()
    units.reserveCapacity(bytes.count / 2)
    var index = 0
    while index < bytes.count {
      units.append(UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
      index += 2
    }
    if units.first == 0xFEFF { units.removeFirst() }
    guard let text = String(validating: units, as: UTF16.self) else { return nil }
    return Array(text.utf8)
  }

  /// Unpacks gzip; nil when the data are damaged or cut short.
  static func gunzip(_ packed: Data) -> [UInt8]? {
    var stream = z_stream()
    guard keten_inflate_init(&stream) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var output = [UInt8]()
    output.reserveCapacity(packed.count * 6)
    var input = [UInt8](packed)
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    let pieceSize = piece.count
    var finished = false
    let isSound = input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      while true {
        let status = piece.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          return inflate(&stream, Z_NO_FLUSH)
        }
        output.append(contentsOf: piece[0..<(pieceSize - Int(stream.avail_out))])
        if status == Z_STREAM_END {
          finished = true
          // Several gzip members may follow one another.
          guard stream.avail_in > 0 else { return true }
          guard inflateReset(&stream) == Z_OK else { return false }
          finished = false
        } else if status != Z_OK {
          return false
        } else if stream.avail_in == 0, stream.avail_out > 0 {
          return false
        }
      }
    }
    return isSound && finished ? output : nil
  }
}
