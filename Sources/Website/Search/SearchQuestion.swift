/// What a reader asks, made harmless: a short text to show again, and a few words to look for.
struct SearchQuestion: Sendable, Equatable {
  /// At most 200 characters that can stand in a page.
  let text: String
  /// At most twelve different words, in order, as `SearchWord` folds them. Words that every text has
  /// are left out, unless there are no others.
  let words: [String]

  private static let lengthLimit = 200
  private static let wordLimit = 12

  init(_ asked: String) {
    var shown = String.UnicodeScalarView()
    for scalar in asked.unicodeScalars.prefix(Self.lengthLimit) {
      shown.append(scalar.canStandInPage ? scalar : " ")
    }
    text = String(shown).split(separator: " ").joined(separator: " ")
    var seen: Set<String> = []
    let all = SearchWord.words(in: text).map(\.folded).filter { seen.insert($0).inserted }
    let telling = all.filter { !Self.fillers.contains($0) }
    words = Array((telling.isEmpty ? all : telling).prefix(Self.wordLimit))
  }

  /// Articles, prepositions and question words of both languages.
  static let fillers: Set<String> = [
    "aan", "bij", "dat", "de", "die", "dit", "door", "een", "en", "er", "hebben", "heeft", "het",
    "hoe", "hoeveel", "in", "is", "met", "naar", "of", "om", "op", "over", "per", "te", "tot",
    "uit", "van", "voor", "waar", "wat", "welke", "werd", "werden", "wie", "worden", "wordt",
    "zijn",
    "a", "an", "and", "are", "at", "by", "for", "from", "has", "have", "how", "many", "much", "on",
    "or", "that", "the", "there", "this", "to", "was", "were", "what", "where", "which", "who",
    "with",
  ]
}

extension Unicode.Scalar {
  /// Neither a control character nor a place that Unicode gives no character.
  fileprivate var canStandInPage: Bool {
    switch properties.generalCategory {
    case .control, .unassigned, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
