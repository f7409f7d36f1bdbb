import InformationModel
import Publication

/// One theme: its tables, each with the sentence of its newest figures.
struct ThemePage: PageContent {
  static let template = "theme"

  let title: String
  let summary: String
  let cards: [TableCard]

  init(_ theme: Concept, site: Site, _ language: Language) {
    title = theme.label[language]
    summary = theme.definition[language].nonEmpty ?? title
    cards = site.tables.filter { $0.description.theme == theme.code }
      .map { TableCard($0, language) }
  }
}

/// A table in a list: its name and the sentence of its newest figures.
struct TableCard {
  let href: String
  let name: String
  let headline: String
  let isProvisional: Bool

  init(_ table: PublishedTable, _ language: Language) {
    let headline = TableFacts(table: table, language: language).headline
    href = Address.table(table.description.slug, language)
    name = table.description.title[language]
    self.headline = headline.text
    isProvisional = headline.isProvisional
  }
}
