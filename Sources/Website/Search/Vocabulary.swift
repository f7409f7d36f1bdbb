import InformationModel

/// Every word of the texts in one language, for words that a reader writes otherwise.
struct Vocabulary: Sendable {
  struct Entry: Sendable {
    let word: String
    /// As it was first written, in small letters.
    let spelling: String
    let stem: String
    let letters: [Unicode.Scalar]
    /// Whether it may be what somebody meant who wrote something else.
    let isMeant: Bool
    fileprivate let letterSet: LetterSet
    var occurrences = 1

    init(word: String, spelling: String, stem: String) {
      self.word = word
      self.spelling = spelling
      self.stem = stem
      letters = Array(word.unicodeScalars)
      isMeant = !SearchQuestion.fillers.contains(word) && !Vocabulary.isCode(letters)
      letterSet = LetterSet(letters)
    }
  }

  let language: Language
  /// From short to long, then in the order of the alphabet.
  private let entries: [Entry]
  /// By number of letters, how many entries are shorter.
  private let firstOfLength: [Int]
  private let stems: Set<String>
  /// By word as it is searched for.
  private let stemOfWord: [String: String]

  /// Longer words are looked for as they are; comparing them letter by letter would take too long.
  private static let longestCompared = 40
  private static let shortestPart = 4
  private static let mostStems = 60
  private static let mostCorrections = 3

  init(_ list: WordList) {
    language = list.language
    entries = list.entries.sorted {
      ($0.letters.count, $0.word) < ($1.letters.count, $1.word)
    }
    stems = Set(entries.map(\.stem))
    stemOfWord = Dictionary(entries.map { ($0.word, $0.stem) }) { first, _ in first }
    var firstOfLength: [Int] = []
    for (position, entry) in entries.enumerated() {
      while firstOfLength.count <= entry.letters.count { firstOfLength.append(position) }
    }
    self.firstOfLength = firstOfLength + [entries.count]
  }

  /// Entries with this many letters.
  private func entries(ofLength lengths: ClosedRange<Int>) -> ArraySlice<Entry> {
    let last = firstOfLength.count - 1
    let first = firstOfLength[min(max(lengths.lowerBound, 0), last)]
    return entries[first..<max(first, firstOfLength[min(lengths.upperBound + 1, last)])]
  }

  /// The word's stem; found soonest of words that a text has.
  func stem(of word: String) -> String { stemOfWord[word] ?? language.stem(word) }

  /// The word's stem, when a text has a word with this stem.
  func knownStem(of word: String) -> String? {
    let stem = stem(of: word)
    return stems.contains(stem) ? stem : nil
  }

  /// Stems of words that have this one in them, or end in a form of it: “zaken” is in “strafzaken”
  /// and in “strafzaak”.
  ///
  /// - Parameters:
  ///   - word: four letters or more; fewer are found at the beginning of words only.
  ///   - isUnfinished: the reader may not have written all of it, as goes for the last word.
  /// - Returns: at most sixty stems; those of words that occur most when there are more.
  func stems(holding word: String, isUnfinished: Bool) -> [String] {
    let part = Array(word.unicodeScalars)
    let isLong = part.count >= Self.shortestPart
    guard isLong || isUnfinished && part.count >= 2, part.count <= Self.longestCompared else {
      return []
    }
    let head = stem(of: word)
    let found = entries(ofLength: min(part.count, Self.shortestPart)...Self.longestCompared)
      .filter { entry in
        isLong
          ? entry.letters.holds(part) || head.utf8.count > 2 && entry.stem.hasSuffix(head)
          : entry.letters.starts(with: part)
      }
    return Self.distinct(found).prefix(Self.mostStems).map(\.stem)
  }

  /// The words that a mistyped one is nearest to: within one mistake for four letters or more, within
  /// two for seven or more. Words with a figure in them are codes, of which no other is meant.
  func nearest(to word: String) -> [Entry] {
    let letters = Array(word.unicodeScalars)
    guard letters.count >= 4, letters.count <= Self.longestCompared, !Self.isCode(letters) else {
      return []
    }
    var limit = letters.count >= 7 ? 2 : 1
    let letterSet = LetterSet(letters)
    var found: [Entry] = []
    for entry in entries(ofLength: letters.count - limit...letters.count + limit) {
      guard entry.isMeant, letterSet.mistakes(to: entry.letterSet) <= limit,
        let distance = TypingDistance.between(letters, entry.letters, within: limit)
      else { continue }
      if distance < limit {
        limit = distance
        found = []
      }
      found.append(entry)
    }
    return Array(Self.distinct(found).prefix(Self.mostCorrections))
  }

  /// The known part of a compound that nobody wrote: its end, which says what it is, or else its
  /// beginning.
  func part(of word: String) -> Entry? {
    let letters = Array(word.unicodeScalars)
    guard letters.count > Self.shortestPart, letters.count <= Self.longestCompared,
      !Self.isCode(letters)
    else { return nil }
    let lengths = (Self.shortestPart..<letters.count).reversed()
    let parts = lengths.map { letters.suffix($0) } + lengths.map { letters.prefix($0) }
    for part in parts {
      let word = Array(part).text
      if !SearchQuestion.fillers.contains(word), let stem = knownStem(of: word) {
        return Entry(word: word, spelling: word, stem: stem)
      }
    }
    return nil
  }

  /// One entry for each stem, those that occur most first.
  private static func distinct(_ entries: some Sequence<Entry>) -> [Entry] {
    var seen: Set<String> = []
    return entries.sorted { ($1.occurrences, $0.word) < ($0.occurrences, $1.word) }
      .filter { seen.insert($0.stem).inserted }
  }

  private static func isCode(_ letters: [Unicode.Scalar]) -> Bool {
    letters.contains { $0.properties.numericType != nil }
  }
}

/// Which letters a word has. Every mistake brings in one letter at most and takes away one at most: words whose letters differ
/// more need not be compared.
private struct LetterSet {
  private var bits: UInt64 = 0

  init(_ letters: [Unicode.Scalar]) {
    for letter in letters { bits |= 1 << UInt64(letter.value & 63) }
  }

  /// No more than there are.
  func mistakes(to other: LetterSet) -> Int {
    max((bits & ~other.bits).nonzeroBitCount, (other.bits & ~bits).nonzeroBitCount)
  }
}

/// Takes in the words of texts in one language.
struct WordList {
  let language: Language
  private(set) var entries: [Vocabulary.Entry] = []
  private var places: [String: Int] = [:]

  init(_ language: Language) {
    self.language = language
  }

  /// The stems of a text's words in their order: what is indexed of it.
  mutating func stems(of text: String) -> [String] {
    SearchWord.words(in: text).map { word in
      if let place = places[word.folded] {
        entries[place].occurrences += 1
        return entries[place].stem
      }
      places[word.folded] = entries.count
      entries.append(
        Vocabulary.Entry(
          word: word.folded, spelling: text[word.place].lowercased(),
          stem: language.stem(word.folded)))
      return entries[entries.count - 1].stem
    }
  }
}
