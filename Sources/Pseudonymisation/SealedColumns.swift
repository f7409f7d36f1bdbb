import Crypto
import Foundation
import Warehouse

/// Identifying columns as one sealed file: AES-256-GCM in pieces, each bound to its place and to the file's subject.
///
/// Layout: `KETENID1`, length and id of the key, then pieces: length (UInt32, little-endian) and nonce + ciphertext + tag.
package enum SealedColumns {
  private static let magic = Array("KETENID1".utf8)
  private static let pieceSize = 1 << 22

  /// Seals named columns; `subject` (delivery and file) must be given again to open them.
  package static func seal(
    _ columns: [(name: String, column: DictionaryColumn)], subject: String, keys: PseudonymKeys
  ) throws -> Data {
    var plain = [UInt8]()
    append(UInt32(columns.count), to: &plain)
    for (name, column) in columns {
      append(Array(name.utf8), to: &plain)
      append(UInt32(column.values.count), to: &plain)
      for index in 0..<column.values.count {
        append(UInt32(column.values.offsets[index + 1] - column.values.offsets[index]), to: &plain)
      }
      plain += column.values.bytes
      append(UInt32(column.codes.count), to: &plain)
      column.codes.withUnsafeBytes { plain.append(contentsOf: $0) }
    }
    return try seal(plain, subject: subject, keys: keys)
  }

  /// Seals raw bytes, such as bad rows as they were delivered.
  package static func seal(_ plain: [UInt8], subject: String, keys: PseudonymKeys) throws -> Data {
    var sealed = Data(magic)
    sealed.append(UInt8(keys.id.utf8.count))
    sealed.append(contentsOf: keys.id.utf8)
    let key = keys.sealKey
    var start = 0
    var number = 0
    repeat {
      let end = min(start + pieceSize, plain.count)
      let isLast = end == plain.count
      let box = try AES.GCM.seal(
        plain[start..<end], using: key, authenticating: label(subject, number, isLast))
      guard let combined = box.combined else { throw KeyError("sealing failed") }
      withUnsafeBytes(of: UInt32(combined.count).littleEndian) { sealed.append(contentsOf: $0) }
      sealed.append(combined)
      start = end
      number += 1
    } while start < plain.count
    return sealed
  }

  /// Opens a sealed file; throws when a byte was changed, a piece is missing, or the subject is another.
  package static func open(_ sealed: Data, subject: String, key: (String) throws -> PseudonymKeys)
    throws -> [UInt8]
  {
    let bytes = Array(sealed)
    guard bytes.starts(with: magic), bytes.count > 9 else { throw KeyError("no sealed file") }
    let idLength = Int(bytes[8])
    guard bytes.count >= 9 + idLength else { throw KeyError("the sealed file is cut short") }
    let keys = try key(String(decoding: bytes[9..<9 + idLength], as: UTF8.self))
    var position = 9 + idLength
    var plain = [UInt8]()
    var number = 0
    while position < bytes.count {
      guard position + 4 <= bytes.count else { throw KeyError("the sealed file is cut short") }
      let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
      position += 4
      guard position + length <= bytes.count else {
        throw KeyError("the sealed file is cut short")
      }
      let isLast = position + length == bytes.count
      do {
        let box = try AES.GCM.SealedBox(combined: bytes[position..<position + length])
        plain += try AES.GCM.open(
          box, using: keys.sealKey, authenticating: label(subject, number, isLast))
      } catch {
        throw KeyError("the sealed file of \(subject) was changed or belongs elsewhere")
      }
      position += length
      number += 1
    }
    guard number > 0 else { throw KeyError("the sealed file is cut short") }
    return plain
  }

  /// Opens sealed columns.
  package static func columns(
    _ sealed: Data, subject: String, key: (String) throws -> PseudonymKeys
  ) throws -> [(name: String, column: DictionaryColumn)] {
    let plain = try open(sealed, subject: subject, key: key)
    var position = 0
    func number() throws -> Int {
      guard position + 4 <= plain.count else { throw KeyError("the sealed file is cut short") }
      defer { position += 4 }
      return (0..<4).reduce(0) { $0 | Int(plain[position + $1]) << (8 * $1) }
    }
    func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard count >= 0, position + count <= plain.count else {
        throw KeyError("the sealed file is cut short")
      }
      defer { position += count }
      return plain[position..<position + count]
    }
    var columns: [(name: String, column: DictionaryColumn)] = []
    for _ in 0..<(try number()) {
      let name = String(decoding: try take(try number()), as: UTF8.self)
      var lengths: [Int] = []
      for _ in 0..<(try number()) { lengths.append(try number()) }
      var values = ByteStrings()
      for length in lengths { values.append(try take(length)) }
      var codes: [UInt32] = []
      for _ in 0..<(try number()) { codes.append(UInt32(try number())) }
      columns.append((name, DictionaryColumn(codes: codes, values: values)))
    }
    return columns
  }

  private static func label(_ subject: String, _ number: Int, _ isLast: Bool) -> Data {
    Data("\(subject)\u{0}\(number)\u{0}\(isLast ? "last" : "more")".utf8)
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
    append(UInt32(text.count), to: &bytes)
    bytes += text
  }
}
