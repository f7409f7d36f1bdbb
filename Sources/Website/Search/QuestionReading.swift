/// How a question is read in one language: for each of its words the stems that it is looked for by.
struct QuestionReading: Sendable {
  struct Term: Sendable {
    /// As readers see it.
    var spelling: String
    /// One of these must be in a text; empty when no text has the word.
    var stems: [String]
  }

  let vocabulary: Vocabulary
  private(set) var terms: [Term]
  private(set) var isMended = false

  /// Reads the words as they are.
  init(_ question: SearchQuestion, in vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    terms = question.words.map { word in
      Term(spelling: word, stems: [vocabulary.knownStem(of: word)].compactMap { $0 })
    }
  }

  /// Every word stands also for those that have it in them, the last one for what it may become.
  func widened() -> QuestionReading {
    var reading = self
    for (index, term) in terms.enumerated() {
      let holding = vocabulary.stems(
        holding: term.spelling, isUnfinished: index == terms.count - 1)
      reading.terms[index].stems += holding.filter { !term.stems.contains($0) }
    }
    return reading
  }

  /// Words that no text has give way to the nearest that are there; failing that, a compound to its
  /// known part.
  func mended() -> QuestionReading {
    var reading = self
    for (index, term) in terms.enumerated() where term.stems.isEmpty {
      var entries = vocabulary.nearest(to: term.spelling)
      if entries.isEmpty { entries = [vocabulary.part(of: term.spelling)].compactMap { $0 } }
      guard !entries.isEmpty else { continue }
      reading.terms[index] = Term(
        spelling: entries.map(\.spelling).joined(separator: " / "), stems: entries.map(\.stem))
      reading.isMended = true
    }
    return reading
  }

  /// The words that are looked for.
  var spelling: String {
    terms.filter { !$0.stems.isEmpty }.map(\.spelling).joined(separator: " ")
  }

  /// The stems of all words, when each has just one; to compare with a title.
  var name: String? {
    let single = terms.filter { $0.stems.count == 1 }.flatMap(\.stems)
    return single.count == terms.count ? single.joined(separator: " ") : nil
  }

  /// The question for the full-text search; nil when nothing can match it.
  ///
  /// Stems are letters and digits, and stand in quotation marks: nothing of a question is read as an
  /// operator.
  /// - Parameter all: whether a text must have every word, or one of them.
  /// - Returns: words and operators of FTS5.
  func expression(all: Bool) -> String? {
    let known = terms.map(\.stems).filter { !$0.isEmpty }
    guard !known.isEmpty, !all || known.count == terms.count else { return nil }
    return known.map { stems in "(" + stems.map { "\"\($0)\"" }.joined(separator: " OR ") + ")" }
      .joined(separator: all ? " AND " : " OR ")
  }
}
