import InformationModel
import Publication

/// All concept schemes.
struct SchemeListPage: PageContent {
  static let template = "schemes"

  struct Row {
    let href: String
    let name: String
    let explanation: String
    let owner: String
    let count: Int
  }

  let title: String
  let summary: String
  let rows: [Row]

  init(_ site: Site, _ language: Language) {
    let words = InterfaceText(language)
    title = words.concepts
    summary = words.conceptsIntroduction
    rows = site.release.schemes.map { scheme in
      Row(
        href: Address.scheme(scheme.id, language), name: scheme.name[language],
        explanation: scheme.description[language], owner: scheme.owner,
        count: scheme.concepts.count)
    }
  }
}

/// One scheme, with its concepts in order and depth.
struct SchemePage: PageContent {
  static let template = "scheme"

  struct Row {
    let href: String
    let name: String
    let conceptCode: String
    let explanation: String
    /// Name of the style that indents the row.
    let depthStyle: String
  }

  let title: String
  let summary: String
  let breadcrumbs: [Link]
  let owner: String
  let rows: [Row]

  init(_ scheme: ConceptScheme, _ language: Language) {
    title = scheme.name[language]
    summary = scheme.description[language]
    breadcrumbs = [
      Link(href: Address.concepts(language), label: InterfaceText(language).concepts)
    ]
    owner = scheme.owner
    var depths: [String: Int] = [:]
    rows = scheme.concepts.map { concept in
      let depth = concept.parent.flatMap { depths[$0] }.map { $0 + 1 } ?? 0
      depths[concept.code] = depth
      return Row(
        href: Address.concept(concept.code, in: scheme.id, language),
        name: concept.label[language], conceptCode: concept.code,
        explanation: concept.definition[language], depthStyle: "depth-\(min(depth, 4))")
    }
  }
}

/// One concept: what it means, what it belongs to, where it is used.
struct ConceptPage: PageContent {
  static let template = "concept"

  let title: String
  let summary: String
  let breadcrumbs: [Link]
  let explanation: String?
  let alternatives: String?
  let conceptCode: String
  let schemeLink: Link
  var distinction: String? { schemeLink.label }
  let broaderLinks: [Link]
  let hasBroader: Bool
  let narrowerLinks: [Link]
  let hasNarrower: Bool
  let sourceText: String?
  let validity: String?
  let otherLabel: String
  let otherExplanation: String?
  let otherLanguage: String
  let tableLinks: [Link]
  let hasTables: Bool

  init(_ concept: Concept, in scheme: ConceptScheme, site: Site, _ language: Language) {
    let other: Language = language == .nl ? .en : .nl
    let words = InterfaceText(language)
    func link(_ concept: Concept) -> Link {
      Link(
        href: Address.concept(concept.code, in: scheme.id, language),
        label: concept.label[language])
    }
    title = concept.label[language]
    explanation = concept.definition[language].nonEmpty
    alternatives = concept.alternatives?.text[language].nonEmpty
    summary = explanation ?? title
    conceptCode = concept.code
    schemeLink = Link(
      href: Address.scheme(scheme.id, language), label: scheme.name[language])
    breadcrumbs = [Link(href: Address.concepts(language), label: words.concepts), schemeLink]
    broaderLinks = scheme.path(to: concept.code).dropLast().compactMap { scheme.concept($0) }
      .map(link)
    hasBroader = !broaderLinks.isEmpty
    narrowerLinks = scheme.concepts.filter { $0.parent == concept.code }.map(link)
    hasNarrower = !narrowerLinks.isEmpty
    sourceText = concept.source?.nonEmpty
    let validity = [
      concept.validFrom.map {
        "\(words.validFrom) \(NumberText.text($0, language: language))"
      },
      concept.validTo.map { "\(words.validTo) \(NumberText.text($0, language: language))" },
    ].compactMap { $0 }.joined(separator: " ")
    self.validity = validity.nonEmpty
    otherLabel = concept.label[other]
    otherExplanation = concept.definition[other].nonEmpty
    otherLanguage = other.rawValue
    tableLinks = site.tables(using: concept.code, in: scheme.id).map { table in
      Link(
        href: Address.table(table.description.slug, language),
        label: table.description.title[language])
    }
    hasTables = !tableLinks.isEmpty
  }
}

extension String {
  /// Nil when empty, so that a template can leave it out.
  var nonEmpty: String? { isEmpty ? nil : self }
}
