import InformationModel

extension Language {
  /// What the forms of a word have in common: “zaken” and “zaak” give one stem. Codes with a figure
  /// in them stay as they are.
  ///
  /// - Parameter word: in small letters without accents, as `SearchWord` gives it.
  /// - Returns: the stem, which need not be a word.
  package func stem(_ word: String) -> String {
    if word.unicodeScalars.contains(where: { $0.properties.numericType != nil }) { return word }
    // A word without content is no form of another: “over” has nothing to do with “overheid”.
    if SearchQuestion.fillers.contains(word) { return word + Self.fillerMark }
    return switch self {
    case .nl: Self.evenDutchStem(word)
    case .en: EnglishStemmer.stem(word)
    }
  }

  private static let fillerMark = "0"

  /// Whether a stem is of a word without content.
  func isFiller(_ stem: String) -> Bool {
    stem.hasSuffix(Self.fillerMark) && SearchQuestion.fillers.contains(String(stem.dropLast()))
  }

  /// Porter's stemmer keeps apart many a Dutch plural and its singular: “straffen” and “straf”,
  /// “misdrijven” and “misdrijf”, “kentekens” and “kenteken”, “boetes” and “boete”, “sancties” and
  /// “sanctie”, “categorieën” and “categorie”. Here they meet.
  private static func evenDutchStem(_ word: String) -> String {
    var letters = Array(DutchStemmer.stem(DutchStemmer.stem(word)).unicodeScalars)
    guard letters.count >= 3, let last = letters.last else { return letters.text }
    if letters.dropLast().last == last, !DutchStemmer.isVowel(last) { letters.removeLast() }
    if letters.last == "z" { letters[letters.count - 1] = "s" }
    if letters.last == "v" { letters[letters.count - 1] = "f" }
    switch letters.ending(among: ["ieen", "eeen", "ies", "es"]) {
    case "ies": letters.removeLast()
    case "es":
      let rest = letters.dropLast(2)
      if rest.count >= 3, let before = rest.last, !DutchStemmer.isVowel(before) {
        letters.removeLast(2)
      }
    case .some: letters.removeLast(2)
    case nil: break
    }
    return letters.text
  }
}

extension [Unicode.Scalar] {
  func ends(with ending: String) -> Bool {
    suffix(ending.unicodeScalars.count).elementsEqual(ending.unicodeScalars)
  }

  /// The first of the endings that the word has.
  func ending(among endings: [String]) -> String? {
    endings.first { ends(with: $0) }
  }

  func holds(_ part: [Unicode.Scalar]) -> Bool {
    guard part.count <= count else { return false }
    return (0...count - part.count).contains { self[$0...].starts(with: part) }
  }

  /// The place behind the first consonant that follows a vowel, from a place on; the end when there
  /// is none.
  func placeBehindSyllable(from start: Int, isVowel: (Unicode.Scalar) -> Bool) -> Int {
    guard let vowel = self[start...].firstIndex(where: isVowel),
      let consonant = self[vowel...].firstIndex(where: { !isVowel($0) })
    else { return count }
    return consonant + 1
  }

  var text: String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: self)
    return String(text)
  }
}
