import Foundation
import Warehouse

/// Forms of values in which the same thing written in two ways becomes one text.
package enum ValueForm: String, Sendable, Codable, CaseIterable {
  /// As it stands, in Unicode's composed form.
  case text
  /// Letters only, without case or accents; Dutch prefixes before the name (*tussenvoegsels*) left out, `ij` and `y` one letter.
  case name
  /// Of a double or a partner's name the first part, in the form of `name`.
  case firstPart = "first part"
  /// Digits and capitals: a postcode or a number, however it is spaced.
  case code

  /// What may stand before a Dutch surname (Basisregistratie Personen, table 36, without what is rare).
  static let prefixes: Set<String> = [
    "aan", "af", "al", "am", "bij", "d", "da", "dal", "dalla", "de", "deca", "degli", "dei", "del",
    "della", "den", "der", "des", "di", "do", "don", "dos", "du", "el", "het", "in", "l", "la",
    "las", "le", "les", "lo", "los", "m", "of", "onder", "op", "over", "s", "t", "te", "ten", "ter",
    "thor", "to", "toe", "tot", "uijt", "uit", "unter", "van", "vanden", "vd", "ver", "vom", "von",
    "voor", "vor", "zu", "zum", "zur",
  ]

  /// A value of a dictionary in this form.
  func of(_ values: ByteStrings, _ code: Int) -> String {
    values.withValue(code) { bytes in
      // Letters without accents are most of all names.
      bytes.allSatisfy { $0 < 0x80 } ? ofASCII(bytes) : of(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The same as `of`, for what has nothing but ASCII in it.
  private func ofASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    switch self {
    case .text: return String(decoding: bytes, as: UTF8.self)
    case .code:
      var kept: [UInt8] = []
      kept.reserveCapacity(bytes.count)
      for byte in bytes {
        switch byte {
        case 0x30...0x39, 0x41...0x5A: kept.append(byte)
        case 0x61...0x7A: kept.append(byte - 32)
        default: break
        }
      }
      return String(decoding: kept, as: UTF8.self)
    case .name, .firstPart:
      var part = bytes
      if self == .firstPart, let hyphen = bytes.firstIndex(of: 0x2D), hyphen > 0 {
        part = UnsafeBufferPointer(rebasing: bytes[..<hyphen])
      }
      var kept: [UInt8] = []
      var all: [UInt8] = []
      var word: [UInt8] = []
      func endWord() {
        if word.isEmpty { return }
        all += word
        if !Self.prefixes.contains(String(decoding: word, as: UTF8.self)) { kept += word }
        word.removeAll(keepingCapacity: true)
      }
      for byte in part {
        switch byte {
        case 0x30...0x39, 0x61...0x7A: word.append(byte)
        case 0x41...0x5A: word.append(byte + 32)
        case 0x27: break
        default: endWord()
        }
      }
      endWord()
      let name = kept.isEmpty ? all : kept
      var letters: [UInt8] = []
      letters.reserveCapacity(name.count)
      for byte in name {
        if byte == 0x6A, letters.last == 0x69 {
          letters[letters.count - 1] = 0x79
        } else {
          letters.append(byte)
        }
      }
      return String(decoding: letters, as: UTF8.self)
    }
  }

  /// A value in this form; empty when nothing is left of it.
  package func of(_ value: String) -> String {
    switch self {
    case .text: return value
    case .code:
      return String(
        String.UnicodeScalarView(
          value.uppercased().unicodeScalars.filter {
            (0x30...0x39).contains($0.value) || (0x41...0x5A).contains($0.value)
          }))
    case .name, .firstPart:
      var words = Self.folded(value).split { !$0.isLetter && !$0.isNumber }.map(String.init)
      if self == .firstPart,
        let hyphen = value.firstIndex(where: { $0 == "-" || $0 == "\u{2013}" }),
        hyphen != value.startIndex
      {
        words = Self.folded(String(value[..<hyphen])).split { !$0.isLetter && !$0.isNumber }
          .map(String.init)
      }
      let kept = words.filter { !Self.prefixes.contains($0) }
      return (kept.isEmpty ? words : kept).joined().replacing("ij", with: "y")
    }
  }

  /// Without case and accents; letters that have no accent to lose as two.
  private static func folded(_ value: String) -> String {
    value.folding(
      options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil
    )
    .lowercased()
    .replacing("ß", with: "ss").replacing("ø", with: "o").replacing("æ", with: "ae")
    .replacing("œ", with: "oe").replacing("ł", with: "l").replacing("đ", with: "d")
    .replacing("þ", with: "th").replacing("ı", with: "i").replacing("'", with: "")
    .replacing("’", with: "")
  }
}
