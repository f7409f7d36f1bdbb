/// Martin Porter's stemmer for Dutch (2001), from its description at
/// snowballstem.org/algorithms/dutch_porter/stemmer.html.
///
/// It takes off plurals, -e, -heid, -lijk, -baar, -ing, -end and -ig, and writes long vowels in
/// closed syllables with one letter. It does not know irregular forms, compounds or prefixes.
package struct DutchStemmer {
  private var letters: [Unicode.Scalar]
  /// Where the first region begins: behind the first syllable, and never before the fourth letter.
  private let first: Int
  /// Where the second region begins: one syllable further.
  private let second: Int

  /// The stem of a word in small letters.
  package static func stem(_ word: String) -> String {
    var stemmer = DutchStemmer(word)
    stemmer.takeOffPlural()
    let hadE = stemmer.takeOffE()
    stemmer.takeOffHeid()
    stemmer.takeOffDerivation(hadE: hadE)
    stemmer.shortenVowel()
    return stemmer.letters.map(small).text
  }

  private init(_ word: String) {
    letters = word.unicodeScalars.map(Self.plain)
    if letters.first == "y" { letters[0] = "Y" }
    for place in letters.indices.dropFirst() where Self.isVowel(letters[place - 1]) {
      if letters[place] == "y" {
        letters[place] = "Y"
      } else if letters[place] == "i", place + 1 < letters.count, Self.isVowel(letters[place + 1]) {
        letters[place] = "I"
      }
    }
    let syllable = letters.placeBehindSyllable(from: 0, isVowel: Self.isVowel)
    first = max(3, syllable)
    second = letters.placeBehindSyllable(from: syllable, isVowel: Self.isVowel)
  }

  // MARK: Letters

  private static func plain(_ letter: Unicode.Scalar) -> Unicode.Scalar {
    switch letter {
    case "ä", "á": "a"
    case "ë", "é": "e"
    case "ï", "í": "i"
    case "ö", "ó": "o"
    case "ü", "ú": "u"
    default: letter
    }
  }

  /// Capitals mark an i or y that sounds as a consonant.
  private static func small(_ letter: Unicode.Scalar) -> Unicode.Scalar {
    switch letter {
    case "I": "i"
    case "Y": "y"
    default: letter
    }
  }

  static func isVowel(_ letter: Unicode.Scalar) -> Bool {
    switch letter {
    case "a", "e", "i", "o", "u", "y", "è": true
    default: false
    }
  }

  // MARK: Endings

  private func isInFirst(_ ending: String) -> Bool {
    letters.count - ending.unicodeScalars.count >= first
  }

  private func isInSecond(_ ending: String) -> Bool {
    letters.count - ending.unicodeScalars.count >= second
  }

  /// The letter before an ending that the word has.
  private func letter(before ending: String) -> Unicode.Scalar? {
    letters.dropLast(ending.unicodeScalars.count).last
  }

  private func hasConsonant(before ending: String) -> Bool {
    letter(before: ending).map { !Self.isVowel($0) } ?? false
  }

  private mutating func takeOff(_ ending: String) {
    letters.removeLast(ending.unicodeScalars.count)
  }

  private mutating func undouble() {
    if letters.ending(among: ["kk", "dd", "tt"]) != nil { letters.removeLast() }
  }

  private mutating func takeOffEn(_ ending: String) {
    guard isInFirst(ending), hasConsonant(before: ending),
      !letters.ends(with: "gem" + ending)
    else { return }
    takeOff(ending)
    undouble()
  }

  private mutating func takeOffPlural() {
    guard let ending = letters.ending(among: ["heden", "ene", "en", "se", "s"]) else { return }
    switch ending {
    case "heden":
      guard isInFirst(ending) else { return }
      takeOff(ending)
      letters += "heid".unicodeScalars
    case "ene", "en": takeOffEn(ending)
    default:
      guard isInFirst(ending), hasConsonant(before: ending), letter(before: ending) != "j" else {
        return
      }
      takeOff(ending)
    }
  }

  /// True when there was one.
  private mutating func takeOffE() -> Bool {
    guard letters.ends(with: "e"), isInFirst("e"), hasConsonant(before: "e") else { return false }
    takeOff("e")
    undouble()
    return true
  }

  private mutating func takeOffHeid() {
    guard letters.ends(with: "heid"), isInSecond("heid"), letter(before: "heid") != "c" else {
      return
    }
    takeOff("heid")
    if letters.ends(with: "en") { takeOffEn("en") }
  }

  private mutating func takeOffDerivation(hadE: Bool) {
    let endings = ["lijk", "baar", "end", "ing", "bar", "ig"]
    guard let ending = letters.ending(among: endings), isInSecond(ending) else { return }
    switch ending {
    case "end", "ing":
      takeOff(ending)
      if letters.ends(with: "ig"), isInSecond("ig"), letter(before: "ig") != "e" {
        takeOff("ig")
      } else {
        undouble()
      }
    case "ig":
      if letter(before: ending) != "e" { takeOff(ending) }
    case "lijk":
      takeOff(ending)
      _ = takeOffE()
    case "bar":
      if hadE { takeOff(ending) }
    default: takeOff(ending)
    }
  }

  /// “maan” becomes “man”, as “manen” without its ending.
  private mutating func shortenVowel() {
    guard letters.count >= 4 else { return }
    let end = letters.suffix(4)
    let (before, vowel, last) = (
      end[end.startIndex], end[end.startIndex + 1], end[end.endIndex - 1]
    )
    guard !Self.isVowel(before), ["a", "e", "o", "u"].contains(vowel),
      end[end.startIndex + 2] == vowel, !Self.isVowel(last), last != "I"
    else { return }
    letters.remove(at: letters.count - 2)
  }
}
