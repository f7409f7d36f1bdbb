import InformationModel

/// Every word of the texts in one language, for words that a reader writes otherwise.
struct Vocabulary: Sendable {
  struct Entry: Sendable {
    let word: String
    /// As it was first written, in small letters.
    let spelling: String
    let stem: String
    let letters: [Unicode.Scalar]
    var occurrences = 1
  }

  private let language: Language
  /// From short to long, then in the order of the alphabet.
  private let entries: [Entry]
  /// By number of letters, how many entries are shorter.
  private let firstOfLength: [Int]
  private let stems: Set<String>

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

  /// The word's stem, when a text has a word with this stem.
  func stem(_ word: String) -> String? {
    let stem = language.stem(word)
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
    let head = language.stem(word)
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
    var found: [Entry] = []
    for entry in entries(ofLength: letters.count - limit...letters.count + limit) {
      guard !SearchQuestion.fillers.contains(entry.word), !Self.isCode(entry.letters),
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
      if !SearchQuestion.fillers.contains(word), let stem = stem(word) {
        return Entry(word: word, spelling: word, stem: stem, letters: Array(part))
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
          stem: language.stem(word.folded), letters: Array(word.folded.unicodeScalars)))
      return entries[entries.count - 1].stem
    }
  }
}
