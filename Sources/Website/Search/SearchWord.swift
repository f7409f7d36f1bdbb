import Foundation

/// A word of a text, as it is compared, with its place in the text.
struct SearchWord: Sendable, Equatable {
  /// Letters and digits only: small, without accents, ligatures taken apart.
  let folded: String
  let place: Range<String.Index>

  /// The words of a text in their order.
  ///
  /// Whatever is no letter and no digit parts them, but for accents and marks that cannot be seen. An
  /// s behind an apostrophe is an ending: “thema's” is “thema”.
  static func words(in text: String) -> [SearchWord] {
    var words: [SearchWord] = []
    var folded: [UInt8] = []
    var start = text.startIndex
    var isBehindApostrophe = false
    func close(at end: String.Index) {
      guard !folded.isEmpty else { return }
      if !isBehindApostrophe || folded != [UInt8(ascii: "s")] {
        words.append(
          SearchWord(folded: String(decoding: folded, as: UTF8.self), place: start..<end))
      }
      folded.removeAll(keepingCapacity: true)
    }
    let scalars = text.unicodeScalars
    for index in scalars.indices {
      let scalar = scalars[index]
      switch scalar.role {
      case .letter(let letter):
        if folded.isEmpty { start = index }
        folded.append(letter)
      case .composed:
        if folded.isEmpty { start = index }
        folded += scalar.foldedLetters.utf8
      case .mark: continue
      case .gap:
        close(at: index)
        isBehindApostrophe = scalar == "'" || scalar == "\u{2019}"
      }
    }
    close(at: text.endIndex)
    return words
  }
}

extension Unicode.Scalar {
  fileprivate enum Role {
    /// A letter or digit of ASCII, made small.
    case letter(UInt8)
    /// Another letter or digit.
    case composed
    /// Belongs to the letter before it, or cannot be seen.
    case mark
    case gap
  }

  fileprivate var role: Role {
    switch value {
    case 0x61...0x7A, 0x30...0x39: .letter(UInt8(truncatingIfNeeded: value))
    case 0x41...0x5A: .letter(UInt8(truncatingIfNeeded: value) | 0x20)
    case 0..<0x80: .gap
    default:
      switch properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: .mark
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .decimalNumber, .letterNumber, .otherNumber:
        .composed
      default: .gap
      }
    }
  }

  /// The letter without its accents, in small letters; a ligature is more than one.
  fileprivate var foldedLetters: String {
    let letters = properties.lowercaseMapping.decomposedStringWithCompatibilityMapping
      .unicodeScalars.filter { scalar in
        switch scalar.role {
        case .letter, .composed: true
        case .mark, .gap: false
        }
      }
    return String(String.UnicodeScalarView(letters))
  }
}
