import InformationModel

/// What is found for a question, with what readers must know of how it was found.
package struct SearchAnswer: Sendable, Equatable {
  /// What was asked, as it can be shown again.
  package let question: String
  /// The best results first.
  package let results: [SearchResult]
  /// How many there are in all.
  package let total: Int
  /// The words that were looked for, when some of the question's own are in no text; nil otherwise.
  package let searchedFor: String?
  /// No text has all of the words.
  package let isPartial: Bool

  init(
    question: String, results: [SearchResult] = [], total: Int = 0, searchedFor: String? = nil,
    isPartial: Bool = false
  ) {
    self.question = question
    self.results = results
    self.total = total
    self.searchedFor = searchedFor
    self.isPartial = isPartial
  }
}

/// A page that was found.
package struct SearchResult: Sendable, Equatable {
  /// What the page is about; of equally good results, tables come first.
  package enum Kind: Int, Sendable, CaseIterable {
    case table, concept, scheme, page
  }

  package let kind: Kind
  package let title: String
  /// The theme of a table, the scheme of a concept.
  package let group: String?
  /// Where the page is, in the language of the reader.
  package let address: String
  package let snippet: [SnippetPart]
  /// The language of the snippet: that of the text in which the words were found.
  package let snippetLanguage: Language
}

/// A piece of a snippet: words that were looked for, or what stands between them.
package struct SnippetPart: Sendable, Equatable {
  package let text: String
  package let isMatch: Bool
}

extension [SnippetPart] {
  /// From the first passage, or from one that has more of the stems than that one and the title: the
  /// words around the first one found.
  init(
    from passages: [String], below title: String, matching stems: Set<String>,
    in vocabulary: Vocabulary
  ) {
    let inTitle = Set(SearchWord.words(in: title).map { vocabulary.stem(of: $0.folded) })
      .intersection(stems).count
    var best: (text: String, words: [SearchWord], matches: [Int], stems: Int)?
    for passage in passages where !passage.isEmpty {
      let words = SearchWord.words(in: passage)
      var found: Set<String> = []
      let matches = words.indices.filter { position in
        let stem = vocabulary.stem(of: words[position].folded)
        guard stems.contains(stem) else { return false }
        found.insert(stem)
        return true
      }
      if best.map({ found.count > $0.stems }) ?? true {
        best = (passage, words, matches, Swift.max(found.count, inTitle))
      }
    }
    self.init()
    guard let best else { return }
    self.init(
      best.text, words: best.words, matches: best.matches,
      around: best.matches.first ?? 0)
  }

  /// How many words a snippet has, and how many of them stand before the first that was found.
  private static var length: Int { 36 }
  private static var lead: Int { 8 }

  private init(_ text: String, words: [SearchWord], matches: [Int], around place: Int) {
    self.init()
    let latest = Swift.max(0, words.count - Self.length)
    let first = Swift.min(Swift.max(0, place - Self.lead), latest)
    let end = Swift.min(words.count, first + Self.length)
    var position = first == 0 ? text.startIndex : words[first].place.lowerBound
    let stop = end == words.count ? text.endIndex : words[end - 1].place.upperBound
    var between = first == 0 ? "" : "… "
    for match in matches where match >= first && match < end {
      between += text[position..<words[match].place.lowerBound]
      if !between.isEmpty { append(SnippetPart(text: between, isMatch: false)) }
      append(SnippetPart(text: String(text[words[match].place]), isMatch: true))
      position = words[match].place.upperBound
      between = ""
    }
    between += text[position..<stop] + (end == words.count ? "" : " …")
    if !between.isEmpty { append(SnippetPart(text: between, isMatch: false)) }
  }
}
