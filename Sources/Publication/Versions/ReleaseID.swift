import Crypto
import Foundation
import InformationModel

/// The name of a release: its reference date and twelve letters of a digest over all of its
/// content.
///
/// The digest is written in letters (`a` for 0 up to `p` for 15), so that no part of an address
/// looks like a figure.
package struct ReleaseID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// The reference date of the figures.
  package let referenceDate: CalendarDate
  /// Twelve letters from `a` to `p`.
  package let digest: String

  /// The name of the release whose `release.json` has these bytes.
  init(referenceDate: CalendarDate, manifest: Data) {
    self.referenceDate = referenceDate
    digest = String(SHA256.letters(of: manifest).prefix(12))
  }

  /// Reads `yyyy-mm-dd-abcdefghijkl`; nil for anything else, so that a name is always safe as a
  /// file name.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 23, bytes[10] == UInt8(ascii: "-"),
      let date = CalendarDate(iso: text.prefix(10)),
      bytes[11...].allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "p")).contains($0) })
    else { return nil }
    referenceDate = date
    digest = String(text.suffix(12))
  }

  /// Reads the text form.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = ReleaseID(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a release: \(text)"))
    }
    self = id
  }

  /// Writes the text form.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// `yyyy-mm-dd-abcdefghijkl`.
  package var description: String { "\(referenceDate)-\(digest)" }

  /// Earlier reference dates first.
  package static func < (left: ReleaseID, right: ReleaseID) -> Bool {
    (left.referenceDate, left.digest) < (right.referenceDate, right.digest)
  }
}

extension SHA256 {
  /// The digest of the bytes in hexadecimal.
  static func hexadecimal(of data: Data) -> String { hexadecimal(hash(data: data)) }

  /// The digest in hexadecimal.
  static func hexadecimal(_ digest: SHA256Digest) -> String {
    spelled(digest, with: Array("0123456789abcdef"))
  }

  /// The digest of the bytes with a letter from `a` to `p` for every four bits.
  static func letters(of data: Data) -> String { letters(hash(data: data)) }

  /// The digest with a letter from `a` to `p` for every four bits.
  static func letters(_ digest: SHA256Digest) -> String {
    spelled(digest, with: Array("abcdefghijklmnop"))
  }

  private static func spelled(_ digest: SHA256Digest, with alphabet: [Character]) -> String {
    String(digest.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] })
  }
}
