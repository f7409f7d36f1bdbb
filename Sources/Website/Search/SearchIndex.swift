import GRDB
import InformationModel
import Publication

/// Finds the tables, concepts and texts of a release by the words in them.
///
/// The texts are kept in a database in memory, one full-text table per language, by the stems of
/// their words. What a table measures and breaks down stands apart: it is so much that it would
/// drown the table's own words.
package final class SearchIndex: Sendable {
  private let documents: [SearchDocument]
  private let vocabularies: [Language: Vocabulary]
  /// By language and document the stems of its title, and of the title with other words for what is
  /// named in it, without words that every text has.
  private let names: [Language: [Set<String>]]
  private let database: DatabaseQueue

  /// With fewer results, words that have the question's words in them count too.
  private static let enoughResults = 3

  /// - Throws: `DatabaseError` when SQLite has no memory left or knows no full-text search.
  package init(release: PublishedRelease, tables: [PublishedTable]) throws {
    documents = SearchDocument.all(of: release, tables: tables)
    database = try DatabaseQueue()
    var vocabularies: [Language: Vocabulary] = [:]
    var names: [Language: [Set<String>]] = [:]
    for language in Language.allCases {
      let (list, own) = try Self.fill(database, with: documents, in: language)
      vocabularies[language] = Vocabulary(list)
      names[language] = own
    }
    self.vocabularies = vocabularies
    self.names = names
  }

  private static func fill(
    _ database: DatabaseQueue, with documents: [SearchDocument], in language: Language
  ) throws -> (WordList, names: [Set<String>]) {
    var list = WordList(language)
    var names: [Set<String>] = []
    try database.write { database in
      for part in Part.allCases {
        try database.execute(sql: part.creation(language))
      }
      let texts = try database.makeStatement(sql: Part.texts.insertion(language))
      let tables = try database.makeStatement(sql: Part.tables.insertion(language))
      for (number, document) in documents.enumerated() {
        func indexed(_ texts: [String]) -> String {
          texts.map { list.stems(of: $0).joined(separator: " ") }.joined(separator: " ")
        }
        let title = list.stems(of: document.title[language])
        var titles = [title]
        var others: [String] = []
        for concept in document.named {
          let label = list.stems(of: concept.label[language])
          guard !label.isEmpty, title.contains(label) else { continue }
          for alternative in concept.alternatives?[language] ?? [] {
            let other = list.stems(of: alternative)
            titles.append(title.replacing(label, with: other))
            others += other
          }
        }
        names.append(
          Set(titles.map { $0.filter { !language.isFiller($0) }.joined(separator: " ") }))
        var columns = [(title + others).joined(separator: " "), indexed(document.codes)]
        columns.append(indexed(document.explanations.map { $0[language] }))
        try texts.execute(arguments: [number] + StatementArguments(columns))
        guard !document.details.isEmpty else { continue }
        columns.append(indexed(document.details.map { $0[language] } + document.detailCodes))
        try tables.execute(arguments: [number] + StatementArguments(columns))
      }
    }
    return (list, names)
  }

  // MARK: Questions

  /// What is found for a question, whatever it is made of.
  ///
  /// Words as they are typed go before words that are mended, and texts with all words before texts
  /// with some; each time the reader's language goes before the other one.
  /// - Parameters:
  ///   - asked: the question as it came in.
  ///   - language: the language of the reader.
  ///   - limit: the most results to give; the answer tells how many there are.
  /// - Returns: an answer, without results when nothing is near.
  /// - Throws: `DatabaseError` when SQLite has no memory left; no question makes it throw.
  package func results(
    for asked: String, language: Language, limit: Int
  ) throws -> SearchAnswer {
    let question = SearchQuestion(asked)
    let languages = [language] + Language.allCases.filter { $0 != language }
    var mended: [QuestionReading] = []
    func answer(_ found: Found, _ reading: QuestionReading, isPartial: Bool = false) -> SearchAnswer
    {
      SearchAnswer(
        question: question.text,
        results: found.numbers.prefix(max(0, limit)).map { number in
          result(documents[number], matching: found.stems, in: reading.vocabulary, for: language)
        }, total: found.numbers.count,
        searchedFor: reading.isMended ? reading.spelling : nil, isPartial: isPartial)
    }
    for spoken in languages {
      guard let vocabulary = vocabularies[spoken] else { continue }
      let reading = QuestionReading(question, in: vocabulary)
      var found = try find(reading)
      if found.numbers.count < Self.enoughResults {
        let wide = reading.widened()
        found.append(try find(wide))
        mended.append(wide.mended())
      }
      if !found.numbers.isEmpty { return answer(found, reading) }
    }
    for reading in mended where reading.isMended {
      let found = try find(reading)
      if !found.numbers.isEmpty { return answer(found, reading) }
    }
    for reading in mended where reading.terms.count > 1 {
      let found = try find(reading, all: false)
      if !found.numbers.isEmpty { return answer(found, reading, isPartial: true) }
    }
    return SearchAnswer(question: question.text)
  }

  private func result(
    _ document: SearchDocument, matching stems: Set<String>, in vocabulary: Vocabulary,
    for reader: Language
  ) -> SearchResult {
    let found = vocabulary.language
    // A title in the other language is not above the snippet: the words may be nowhere else.
    let title = found == reader ? [] : [document.title]
    let passages = (title + document.passages).map { $0[found] }
    return SearchResult(
      kind: document.kind, title: document.title[reader], group: document.group?[reader],
      address: document.address(reader),
      snippet: [SnippetPart](
        from: passages, below: document.title[reader], matching: stems, in: vocabulary),
      snippetLanguage: found)
  }

  /// The numbers of documents, best first, and the stems by which they were found.
  private struct Found {
    var numbers: [Int] = []
    var stems: Set<String> = []

    mutating func append(_ other: Found) {
      let known = Set(numbers)
      numbers += other.numbers.filter { !known.contains($0) }
      stems.formUnion(other.stems)
    }
  }

  private func find(_ reading: QuestionReading, all: Bool = true) throws -> Found {
    var found = Found()
    guard let expression = reading.expression(all: all) else { return found }
    let stems = Set(reading.terms.flatMap(\.stems))
    for part in Part.allCases {
      found.append(
        Found(
          numbers: try ranked(
            expression, in: part, reading.vocabulary.language, name: reading.name),
          stems: stems))
    }
    return found
  }

  /// What matches, in the order of its rank; what is called just so comes first.
  private func ranked(
    _ expression: String, in part: Part, _ language: Language, name: String?
  ) throws -> [Int] {
    let rows = try database.read { database in
      try Row.fetchAll(database, sql: part.selection(language), arguments: [expression])
        .map { row in (number: row[0] as Int, score: row[1] as Double) }
    }
    // The better, the further below zero. Within a fifth of the best, the kind decides.
    let best = rows.map(\.score).min() ?? 0
    func steps(_ score: Double) -> Int {
      Int(exactly: (score / best * 5).rounded(.up)) ?? 0
    }
    let names = names[language] ?? []
    return rows.map { row in
      (
        row.number,
        key: (
          name.map(names[row.number].contains) ?? false ? 0 : 1, -steps(row.score),
          documents[row.number].kind.rawValue, row.score, row.number
        )
      )
    }
    .sorted { $0.key < $1.key }.map(\.0)
  }
}

extension SearchIndex {
  /// The two full-text tables of a language.
  private enum Part: String, CaseIterable {
    /// All documents.
    case texts
    /// Tables of figures alone, with what they measure and break down.
    case tables

    /// What is indexed, and how much a word in it weighs.
    private var columns: [(name: String, weight: Int)] {
      let columns = [("title", 10), ("codes", 6), ("explanations", 2)]
      return self == .texts ? columns : columns + [("details", 1)]
    }

    private func name(_ language: Language) -> String { "\(rawValue)_\(language.rawValue)" }

    func creation(_ language: Language) -> String {
      "CREATE VIRTUAL TABLE \(name(language)) USING fts5("
        + columns.map(\.name).joined(separator: ", ") + ", content = '', tokenize = unicode61)"
    }

    func insertion(_ language: Language) -> String {
      "INSERT INTO \(name(language)) (rowid, " + columns.map(\.name).joined(separator: ", ")
        + ") VALUES (?" + String(repeating: ", ?", count: columns.count) + ")"
    }

    func selection(_ language: Language) -> String {
      let (table, weights) = (name(language), columns.map { "\($0.weight)" })
      return "SELECT rowid, bm25(\(table), \(weights.joined(separator: ", "))) FROM \(table) "
        + "WHERE \(table) MATCH ?"
    }
  }
}
