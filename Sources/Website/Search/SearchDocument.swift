import InformationModel
import Publication

/// A page that can be found, with all texts by which it can.
struct SearchDocument: Sendable {
  let kind: SearchResult.Kind
  let title: LocalizedText
  /// The theme of a table, the scheme of a concept.
  var group: LocalizedText?
  /// What its title may call otherwise: a concept itself, or those that a table uses.
  var named: [Concept] = []
  /// Names in addresses and files.
  let codes: [String]
  /// What explains it, the most telling first.
  let explanations: [LocalizedText]
  /// What a table counts and measures, and its categories: one text for each dimension.
  var details: [LocalizedText] = []
  var detailCodes: [String] = []
  let address: @Sendable (Language) -> String
}

extension SearchDocument {
  /// All texts to show words from, its title aside, the most telling first.
  var passages: [LocalizedText] {
    explanations + (kind == .concept ? named.compactMap { $0.alternatives?.text } : []) + details
  }

  /// Every page of a release but those that only list others in another way.
  static func all(of release: PublishedRelease, tables: [PublishedTable]) -> [SearchDocument] {
    let renamed = Dictionary(
      release.schemes.map { ($0.id, Renamed($0)) }, uniquingKeysWith: { first, _ in first })
    let themes = release.scheme(Naming.themeScheme)
    return tables.map { table in
      SearchDocument(
        table, theme: themes?.concept(table.description.theme), renamed: renamed)
    }
      + release.schemes.flatMap { scheme in
        scheme.concepts.map { SearchDocument($0, in: scheme) }
      }
      + release.schemes.map { SearchDocument($0) }
      + pages(of: release, tables: tables)
  }

  /// The concepts of a scheme that are called something else too, by their codes.
  private struct Renamed {
    private let concepts: [String: Concept]

    init(_ scheme: ConceptScheme) {
      concepts = Dictionary(
        scheme.concepts.filter { $0.alternatives != nil }.map { ($0.code, $0) },
        uniquingKeysWith: { first, _ in first })
    }

    func of(_ codes: [String]) -> [Concept] {
      concepts.isEmpty ? [] : codes.compactMap { concepts[$0] }
    }
  }

  private init(
    _ table: PublishedTable, theme: Concept?, renamed: [String: Renamed]
  ) {
    var named: [Concept] = []
    func others(_ codes: [String], in scheme: String?) -> [LocalizedText] {
      let found = scheme.flatMap { renamed[$0] }?.of(codes) ?? []
      named += found
      return found.compactMap { $0.alternatives?.text }
    }
    let description = table.description
    kind = .table
    title = description.title
    codes = [description.id, description.slug]
    group = theme?.label
    explanations = [description.summary, description.population]
    let unit =
      [description.unit.label, description.unit.definition]
      + others([description.unit.code], in: Naming.unitScheme)
    details =
      ([unit] + table.measures.map { [$0.title, $0.definition].compactMap { $0 } }
      + table.dimensions.map { dimension in
        let labels =
          dimension.categories.map(\.label)
          + others(dimension.categories.map(\.code), in: dimension.scheme)
        return [dimension.title, .joining(labels, by: ", ")]
      }
      + [
        theme.map {
          [$0.label, $0.definition] + others([$0.code], in: Naming.themeScheme)
        } ?? []
      ])
      .map { .joining($0, by: ": ") }
    self.named = named
    detailCodes = table.dimensions.flatMap { $0.categories.map(\.code) }
    address = { Address.table(description.slug, $0) }
  }

  private init(_ concept: Concept, in scheme: ConceptScheme) {
    kind = .concept
    title = concept.label
    group = scheme.name
    codes = [concept.code]
    named = [concept]
    explanations = [concept.definition.followed(by: concept.source ?? "")]
    address = { Address.concept(concept.code, in: scheme.id, $0) }
  }

  private init(_ scheme: ConceptScheme) {
    kind = .scheme
    title = scheme.name
    codes = [scheme.id]
    explanations = [scheme.description.followed(by: scheme.owner)]
    address = { Address.scheme(scheme.id, $0) }
  }

  /// The pages that are no table and no concept.
  private static func pages(
    of release: PublishedRelease, tables: [PublishedTable]
  ) -> [SearchDocument] {
    let (dutch, english) = (InterfaceText(.nl), InterfaceText(.en))
    func word(_ word: (InterfaceText) -> String) -> LocalizedText {
      LocalizedText(nl: word(dutch), en: word(english))
    }
    func headed(
      _ heading: (InterfaceText) -> String, _ text: (InterfaceText) -> String
    ) -> LocalizedText {
      .joining([word(heading), word(text)], by: ". ")
    }
    func page(
      _ title: LocalizedText, _ explanations: [LocalizedText],
      at address: @escaping @Sendable (Language) -> String
    ) -> SearchDocument {
      SearchDocument(
        kind: .page, title: title, codes: [], explanations: explanations, address: address)
    }
    let chain = release.chain
    let stages = zip(InterfaceText.stages(.nl), InterfaceText.stages(.en)).map { dutch, english in
      LocalizedText(
        nl: dutch.name + ": " + dutch.text, en: english.name + ": " + english.text)
    }
    var policies: [LocalizedText] = []
    for policy in tables.map(\.protection) {
      let text = LocalizedText.joining([policy.title, policy.reason], by: ". ")
      if !policies.contains(text) { policies.append(text) }
    }
    return [
      page(
        chain.name,
        [chain.purpose, word(\.whatIs), word(\.whatIsPromises)]
          + chain.organisations.map { .joining([$0.name, $0.role], by: ": ") },
        at: Address.home),
      page(word(\.tables), [word(\.tablesIntroduction)], at: Address.tables),
      page(word(\.concepts), [word(\.conceptsIntroduction)], at: Address.concepts),
      page(
        word(\.aboutHeading),
        [
          word(\.aboutIntroduction), headed(\.referenceDateHeading, \.referenceDateText),
          headed(\.protectionHeading, \.protectionText),
          headed(\.deliveriesHeading, \.deliveriesText), headed(\.reuseHeading, \.reuseText),
          headed(\.accessHeading, \.accessText),
        ] + stages + policies, at: Address.about),
    ]
  }
}

extension LocalizedText {
  /// With a name behind it that is the same in all languages.
  fileprivate func followed(by name: String) -> LocalizedText {
    .joining([self, LocalizedText(nl: name, en: name)], by: " ")
  }

  /// The parts that are not empty, in each language.
  fileprivate static func joining(_ parts: [LocalizedText], by separator: String) -> LocalizedText {
    func joined(_ language: Language) -> String {
      parts.map { $0[language] }.filter { !$0.isEmpty }.joined(separator: separator)
    }
    return LocalizedText(nl: joined(.nl), en: joined(.en))
  }
}
