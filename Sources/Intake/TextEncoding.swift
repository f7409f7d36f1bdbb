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

  /// UTF-8 that was read as Windows-1252 and written once more shows as `Â`, `Ã`, `Ä` or `Å` before a second odd character.
  static func looksTwiceEncoded(_ utf8: [UInt8]) -> Bool {
    guard utf8.count >= 4 else { return false }
    for index in 0..<(utf8.count - 3)
    where utf8[index] == 0xC3 && (0x82...0x85).contains(utf8[index + 1])
      && (utf8[index + 2] == 0xC2 || utf8[index + 2] == 0xC3 || utf8[index + 2] >= 0xE2)
    {
      return true
    }
    return false
  }

  /// The whole text of a UTF-16 (little-endian) file as UTF-8; nil when it is none.
  static func utf8(fromUTF16 bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard bytes.count % 2 == 0 else { return nil }
    var text = [UInt8]()
    text.reserveCapacity(bytes.count)
    @inline(__always) func unit(at index: Int) -> UInt32 {
      UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
    }
    var index = bytes.count >= 2 && unit(at: 0) == 0xFEFF ? 2 : 0
    while index < bytes.count {
      var scalar = unit(at: index)
      index += 2
      if scalar < 0x80 {
        text.append(UInt8(scalar))
        continue
      }
      if (0xD800...0xDFFF).contains(scalar) {
        // The first half of a pair needs its second.
        guard scalar < 0xDC00, index < bytes.count else { return nil }
        let second = unit(at: index)
        guard (0xDC00...0xDFFF).contains(second) else { return nil }
        index += 2
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (second - 0xDC00)
      }
      if scalar < 0x800 {
        text.append(0xC0 | UInt8(scalar >> 6))
      } else {
        if scalar < 0x10000 {
          text.append(0xE0 | UInt8(scalar >> 12))
        } else {
          text.append(0xF0 | UInt8(scalar >> 18))
          text.append(0x80 | UInt8(scalar >> 12 & 0x3F))
        }
        text.append(0x80 | UInt8(scalar >> 6 & 0x3F))
      }
      text.append(0x80 | UInt8(scalar & 0x3F))
    }
    return text
  }

  /// Why packed data were not unpacked.
  enum PackedTextError: Error {
    case damaged
    case tooLarge
  }

  /// Unpacks gzip, of one member or several, to at most `limit` bytes: a small file can unpack to more than the machine holds.
  static func gunzip(_ packed: Data, limit: Int) throws(PackedTextError) -> [UInt8] {
    var stream = z_stream()
    guard keten_inflate_init(&stream) == Z_OK else { throw .damaged }
    defer { inflateEnd(&stream) }
    var output = [UInt8]()
    output.reserveCapacity(min(limit, packed.count * 6))
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    let pieceSize = piece.count
    let failure: PackedTextError? = packed.withUnsafeBytes { raw in
      let source = raw.bindMemory(to: UInt8.self)
      var fed = 0
      while true {
        // zlib counts its input in 32 bits.
        if stream.avail_in == 0, fed < source.count, let base = source.baseAddress {
          let size = min(source.count - fed, 1 << 30)
          // It does not write there.
          stream.next_in = UnsafeMutablePointer(mutating: base + fed)
          stream.avail_in = UInt32(size)
          fed += size
        }
        let isLast = fed == source.count
        let status = piece.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          return inflate(&stream, Z_NO_FLUSH)
        }
        output.append(contentsOf: piece[0..<(pieceSize - Int(stream.avail_out))])
        guard output.count <= limit else { return .tooLarge }
        if status == Z_STREAM_END {
          // Several gzip members may follow one another.
          guard stream.avail_in > 0 || !isLast else { return nil }
          guard inflateReset(&stream) == Z_OK else { return .damaged }
        } else if status != Z_OK {
          return .damaged
        } else if isLast, stream.avail_in == 0, stream.avail_out > 0 {
          return .damaged
        }
      }
    }
    if let failure { throw failure }
    return output
  }
}
