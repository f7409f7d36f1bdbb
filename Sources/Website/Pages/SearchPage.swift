import InformationModel

/// What was found for a question, or how to find more.
struct SearchPage: PageContent {
  static let template = "search"
  /// Who wants more than these asks more precisely.
  static let limit = 50
  /// The name of the question in an address.
  static let parameter = "q"

  struct Row {
    let href: String
    let name: String
    let kindName: String
    let snippet: [SnippetPart]
    let snippetLanguage: String
  }

  let title: String
  let summary: String
  let question: String
  let isAsked: Bool
  let countText: String
  let searchedFor: String?
  let isPartial: Bool
  let rows: [Row]
  let hasRows: Bool
  let ways: [Link]

  init(_ answer: SearchAnswer, _ language: Language) {
    let words = InterfaceText(language)
    question = answer.question
    isAsked = !question.isEmpty
    title = isAsked ? "\(words.search): \(question)" : words.search
    summary = words.searchIntroduction
    searchedFor = answer.searchedFor
    isPartial = answer.isPartial
    rows = answer.results.map { result in
      Row(
        href: result.address, name: result.title,
        kindName: ([words.name(of: result.kind)] + [result.group].compactMap { $0 })
          .joined(separator: " \u{00B7} "),
        snippet: result.snippet, snippetLanguage: result.snippetLanguage.rawValue)
    }
    hasRows = !rows.isEmpty
    let total = NumberText.text(Double(answer.total), decimals: 0, language: language)
    let counted = answer.total == 1 ? words.oneResult : "\(total) \(words.results)"
    countText =
      answer.total == 0
      ? words.nothingFound
      : rows.count < answer.total ? "\(counted), \(words.theFirst) \(rows.count)" : counted
    ways = Link.mainEntries(language)
  }
}

extension InterfaceText {
  /// What readers call a page of this kind.
  fileprivate func name(of kind: SearchResult.Kind) -> String {
    switch kind {
    case .table: kindTable
    case .concept: kindConcept
    case .scheme: scheme
    case .page: kindPage
    }
  }
}
