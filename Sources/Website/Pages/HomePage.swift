import InformationModel
import Publication

/// The chain, its tables by theme, and what Keten is.
struct HomePage: PageContent {
  static let template = "home"

  struct Member {
    let number: Int
    let name: String
    let role: String
  }

  struct Theme {
    let href: String?
    let heading: String
    let explanation: String?
    let tables: [TableCard]
  }

  struct StageFigure {
    let href: String
    let name: String
    let figure: String
    let unitName: String
    let periodName: String
  }

  let title: String
  let summary: String
  /// What each stage of the chain counted in its newest whole period.
  let stageFigures: [StageFigure]
  let hasStageFigures: Bool
  let flowAddress: String
  let drawing: String
  let pictures: [Link]
  let members: [Member]
  let themes: [Theme]
  let referenceDateText: String
  let tablesAddress: String
  let aboutAddress: String

  init(_ site: Site, _ language: Language) {
    let chain = site.release.chain
    let words = InterfaceText(language)
    title = chain.name[language]
    summary = chain.purpose[language]
    let chart = ChainDrawing(chain, language)
    drawing = chart.svg(width: chart.wideWidth.rawValue, id: "chain", style: "chain-drawing")
    pictures = Link.pictures(at: Address.chainDrawing(language), label: words.chainPicture)
    members = chain.organisations.enumerated().map { index, organisation in
      Member(
        number: index + 1, name: organisation.name[language], role: organisation.role[language])
    }
    stageFigures = StageFigures.all(of: site).map { stage in
      StageFigure(
        href: Address.table(stage.table.description.slug, language),
        name: stage.stage.title[language], figure: stage.total(words, language).text,
        unitName: stage.measureTitle[language],
        periodName: stage.period[language])
    }
    hasStageFigures = stageFigures.count > 1
    flowAddress = Address.flow(language)
    themes = Self.themes(of: site, language)
    referenceDateText = NumberText.text(site.release.provenance.referenceDate, language: language)
    tablesAddress = Address.tables(language)
    aboutAddress = Address.about(language)
  }

  /// Themes in the order of their scheme; tables of an unknown theme come last.
  private static func themes(of site: Site, _ language: Language) -> [Theme] {
    let concepts = site.release.scheme(Naming.themeScheme)?.concepts ?? []
    let known = Set(concepts.map(\.code))
    var themes = concepts.compactMap { concept -> Theme? in
      let tables = site.tables.filter { $0.description.theme == concept.code }
      guard !tables.isEmpty else { return nil }
      let definition = concept.definition[language]
      return Theme(
        href: Address.theme(concept.code, language), heading: concept.label[language],
        explanation: definition.isEmpty ? nil : definition,
        tables: tables.map { TableCard($0, language) })
    }
    let others = site.tables.filter { !known.contains($0.description.theme) }
    if !others.isEmpty {
      themes.append(
        Theme(
          href: nil, heading: InterfaceText(language).otherTables, explanation: nil,
          tables: others.map { TableCard($0, language) }))
    }
    return themes
  }
}

extension ChainDrawing {
  /// The organisations of the chain, in its order.
  init(_ chain: ChainDescription, _ language: Language) {
    self.init(
      title: InterfaceText(language).chainDrawing,
      organisations: chain.organisations.map { ($0.name[language], $0.role[language]) })
  }
}
