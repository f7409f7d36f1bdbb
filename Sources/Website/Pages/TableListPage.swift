import InformationModel
import Publication

/// All tables of the release.
struct TableListPage: PageContent {
  static let template = "tables"

  struct Row {
    let href: String
    let name: String
    let summary: String
    let periodRange: String
    let statusText: String
  }

  let title: String
  let summary: String
  let rows: [Row]

  init(_ site: Site, _ language: Language) {
    let words = InterfaceText(language)
    title = words.tables
    summary = words.tablesIntroduction
    rows = site.tables.map { table in
      Row(
        href: Address.table(table.description.slug, language),
        name: table.description.title[language], summary: table.description.summary[language],
        periodRange: TableFacts(table: table, language: language).periodRange,
        statusText: table.status == .provisional ? words.provisional : words.definitive)
    }
  }
}
