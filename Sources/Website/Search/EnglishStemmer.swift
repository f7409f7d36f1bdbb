/// Martin Porter's stemmer for English, as published: “An algorithm for suffix stripping”, Program
/// 14 (3), 1980, pages 130–137.
///
/// The measure of the article, how often a vowel is followed by a consonant, is kept as the two
/// places from which on it is at least one and at least two.
package struct EnglishStemmer {
  private var letters: [Unicode.Scalar]
  private let first: Int
  private let second: Int

  /// The stem of a word in small letters.
  package static func stem(_ word: String) -> String {
    var stemmer = EnglishStemmer(word)
    stemmer.takeOffPlural()
    stemmer.takeOffPast()
    stemmer.replaceY()
    stemmer.replace(Self.longEndings)
    stemmer.replace(Self.shortEndings)
    stemmer.takeOffDerivation()
    stemmer.takeOffE()
    return stemmer.letters.map { $0 == "Y" ? "y" : $0 }.text
  }

  /// A y counts as a consonant at the beginning and behind a vowel; it is a capital there.
  private init(_ word: String) {
    letters = Array(word.unicodeScalars)
    for place in letters.indices where letters[place] == "y" {
      if place == 0 || Self.isVowel(letters[place - 1]) { letters[place] = "Y" }
    }
    first = letters.placeBehindSyllable(from: 0, isVowel: Self.isVowel)
    second = letters.placeBehindSyllable(from: first, isVowel: Self.isVowel)
  }

  private static func isVowel(_ letter: Unicode.Scalar) -> Bool {
    switch letter {
    case "a", "e", "i", "o", "u", "y": true
    default: false
    }
  }

  // MARK: Conditions

  /// How much of the word stays when an ending goes.
  private func rest(without ending: String) -> Int {
    letters.count - ending.unicodeScalars.count
  }

  private func hasVowel(before ending: String) -> Bool {
    letters.prefix(rest(without: ending)).contains(where: Self.isVowel)
  }

  /// The rest ends in consonant, vowel, consonant, and the last is no w, x or y: “hop”.
  private func isShort(without ending: String) -> Bool {
    let rest = letters.prefix(rest(without: ending)).suffix(3)
    guard rest.count == 3, let last = rest.last else { return false }
    return !Self.isVowel(rest[rest.startIndex]) && Self.isVowel(rest[rest.startIndex + 1])
      && !Self.isVowel(last) && !["w", "x", "Y"].contains(last)
  }

  private var endsInDoubleConsonant: Bool {
    guard let last = letters.last else { return false }
    return !Self.isVowel(last) && letters.dropLast().last == last
  }

  private mutating func replace(_ ending: String, by other: String) {
    letters.removeLast(ending.unicodeScalars.count)
    letters += other.unicodeScalars
  }

  // MARK: Steps

  private mutating func takeOffPlural() {
    switch letters.ending(among: ["sses", "ies", "ss", "s"]) {
    case "sses": replace("sses", by: "ss")
    case "ies": replace("ies", by: "i")
    case "s": replace("s", by: "")
    default: break
    }
  }

  private mutating func takeOffPast() {
    guard let ending = letters.ending(among: ["eed", "ed", "ing"]) else { return }
    guard ending != "eed" else {
      if rest(without: ending) >= first { replace(ending, by: "ee") }
      return
    }
    guard hasVowel(before: ending) else { return }
    replace(ending, by: "")
    if letters.ending(among: ["at", "bl", "iz"]) != nil {
      letters.append("e")
    } else if endsInDoubleConsonant {
      if letters.ending(among: ["l", "s", "z"]) == nil { letters.removeLast() }
    } else if letters.count >= first, letters.count < second, isShort(without: "") {
      letters.append("e")
    }
  }

  private mutating func replaceY() {
    guard letters.last == "y" || letters.last == "Y", hasVowel(before: "y") else { return }
    replace("y", by: "i")
  }

  private static let longEndings = [
    ("ational", "ate"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("ization", "ize"), ("tional", "tion"), ("biliti", "ble"), ("entli", "ent"),
    ("ousli", "ous"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("iviti", "ive"),
    ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"),
    ("ator", "ate"), ("eli", "e"),
  ]

  private static let shortEndings = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"),
    ("ness", ""), ("ful", ""),
  ]

  private mutating func replace(_ endings: [(ending: String, other: String)]) {
    guard let found = endings.first(where: { letters.ends(with: $0.ending) }),
      rest(without: found.ending) >= first
    else { return }
    replace(found.ending, by: found.other)
  }

  private mutating func takeOffDerivation() {
    let endings = [
      "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous",
      "ive", "ize", "ion", "al", "er", "ic", "ou",
    ]
    guard let ending = letters.ending(among: endings), rest(without: ending) >= second else {
      return
    }
    if ending == "ion", letters.ending(among: ["sion", "tion"]) == nil { return }
    replace(ending, by: "")
  }

  private mutating func takeOffE() {
    if letters.last == "e" {
      let rest = rest(without: "e")
      if rest >= second || rest >= first && !isShort(without: "e") { replace("e", by: "") }
    }
    if letters.ends(with: "ll"), rest(without: "l") >= second { letters.removeLast() }
  }
}
