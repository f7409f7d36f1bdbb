import InformationModel
import Publication

/// One table: sentence, chart, figures, meaning, sources, files.
struct TablePage: PageContent {
  static let template = "table"

  struct Choice {
    let name: String
    let label: String
    let identifier: String
    let options: [Option]
  }

  struct Option {
    let value: String
    let label: String
    let isChosen: Bool
  }

  struct Term {
    let name: String
    let explanation: String?
    let href: String?
    let unitName: String?
  }

  struct DimensionTerms {
    let name: String
    let schemeLink: Link?
    let terms: [Term]
  }

  struct Download {
    let href: String
    let label: String
    let mediaType: String
  }

  let title: String
  let summary: String
  let breadcrumbs: [Link]
  let headline: String
  let headlineIsProvisional: Bool
  let choices: [Choice]
  let hasChoices: Bool
  let formAddress: String
  let drawings: [DrawingView]
  let figureTable: FigureTable
  let unitTerm: Term
  let population: String
  let measureTerms: [Term]
  let dimensionTerms: [DimensionTerms]
  /// The organisations whose deliveries this table rests on.
  let sourceNames: String?
  let deliveryNames: [String]
  let referenceDateText: String
  let snapshotName: String
  /// How well the persons behind the table were linked; nil when there are none.
  let linkageText: String?
  let statusText: String
  let provisionalPeriods: String?
  let downloads: [Download]
  let protectionName: String
  let protectionReason: String
  let aboutAddress: String
  let breakdowns: [NavigationChoice]
  let hasBreakdowns: Bool
  /// What the figures do not say.
  let limits: String?
  let otherNumbers: [Term]
  let hasOtherNumbers: Bool
  let nextRelease: String?
  let correctionLink: Link?
  let builderLink: Link
  let datasetLink: Link
  let embedCode: String
  let themeLink: Link?

  struct NavigationChoice {
    let href: String
    let label: String
    let isCurrent: Bool
  }

  init(
    _ selection: TableSelection, site: Site, base: String, correction: History.Correction?,
    now: Moment,
    _ language: Language
  ) {
    let table = selection.table
    let description = table.description
    let words = InterfaceText(language)
    let facts = TableFacts(table: table, language: language)
    title = description.title[language]
    summary = description.summary[language]
    breadcrumbs = [Link(href: Address.tables(language), label: words.tables)]
    headline = facts.headline.text
    headlineIsProvisional = facts.headline.isProvisional
    choices = Self.choices(selection, words, language)
    hasChoices = !choices.isEmpty
    formAddress = Address.table(description.slug, language)
    drawings = TableDrawing.allCases.compactMap { $0.view(of: selection, in: site, language) }
    figureTable = FigureTable(selection, site: site, language)
    unitTerm = Term(
      name: description.unit.label[language],
      explanation: description.unit.definition[language].nonEmpty,
      href: site.address(of: description.unit.code, in: Naming.unitScheme, language), unitName: nil)
    population = description.population[language]
    measureTerms = table.measures.map { measure in
      Term(
        name: measure.title[language], explanation: measure.definition?[language].nonEmpty,
        href: nil, unitName: measure.unit[language])
    }
    dimensionTerms = Self.dimensionTerms(table, site: site, language)
    let provenance = table.provenance
    sourceNames =
      site.release.chain.sources(of: provenance).map { $0.name[language] }
      .joined(separator: ", ").nonEmpty
    deliveryNames = provenance.deliveries.map(\.id)
    referenceDateText = NumberText.text(provenance.referenceDate, language: language)
    snapshotName = provenance.snapshot
    linkageText = provenance.linkage.map { Self.linkage($0, language) }
    statusText = table.status == .provisional ? words.provisional : words.definitive
    provisionalPeriods =
      table.provisionalPeriods.map { $0.label[language] }.joined(separator: "; ").nonEmpty
    downloads = DataFiles.all(of: table, in: site.release, language).prefix(4).map { file in
      Download(
        href: Address.download(description.id, suffix: file.suffix), label: file.label,
        mediaType: file.type)
    }
    protectionName = table.protection.title[language]
    protectionReason = table.protection.reason[language]
    aboutAddress = Address.about(language)
    let slug = description.slug
    breakdowns =
      table.dimensions.count < 2
      ? []
      : table.dimensions.indices.map { index in
        NavigationChoice(
          href: Address.table(slug, language)
            + selection.query(withRows: index).encoded,
          label: table.dimensions[index].title[language],
          isCurrent: index == selection.rowDimension)
      }
    hasBreakdowns = !breakdowns.isEmpty
    limits = description.limits?[language]
    otherNumbers = (description.otherNumbers ?? []).map { other in
      Term(
        name: other.source[language], explanation: other.difference[language], href: nil,
        unitName: nil)
    }
    hasOtherNumbers = !otherNumbers.isEmpty
    nextRelease = site.release.chain.calendar?.first { $0.moment > now }.map { planned in
      "\(NumberText.text(planned.moment, language: language)): \(planned.title[language])"
    }
    correctionLink = correction.map { correction in
      let count = NumberText.text(Double(correction.count), decimals: 0, language: language)
      return Link(
        href: Address.difference(
          slug, from: correction.before, to: correction.entry.release, language),
        label: [
          "\(words.corrected): \(count)", correction.entry.reason?[language],
        ].compactMap { $0 }.joined(separator: ". "))
    }
    builderLink = Link(href: Address.builder(slug, language), label: words.compose)
    datasetLink = Link(href: Address.dataset(slug, language), label: words.allData)
    let permanent = base + Address.release(site.release.id) + Address.table(slug, language)
    let choice = selection.query.encoded
    embedCode =
      "<a href=\"\(permanent)\(choice)\"><img src=\"\(permanent).svg\(choice)\" alt=\"\(description.title[language])\"></a>"
    themeLink = site.release.scheme(Naming.themeScheme)?.concept(description.theme).map {
      Link(href: Address.theme($0.code, language), label: $0.label[language])
    }
  }

  private static func linkage(_ quality: LinkageQuality, _ language: Language) -> String {
    func share(_ part: Int, _ whole: Int) -> String {
      NumberText.text(100 * Double(part) / Double(max(1, whole)), decimals: 1, language: language)
        + "%"
    }
    let records = NumberText.text(Double(quality.records), decimals: 0, language: language)
    let withKey = share(quality.withKey, quality.records)
    var text =
      language == .nl
      ? "Van de \(records) gegevens over personen heeft \(withKey) een nummer waarmee ze aan elkaar te koppelen zijn."
      : "Of the \(records) records of persons \(withKey) have a number by which they can be linked."
    guard quality.pairs > 0 else { return text }
    let found = share(quality.found, quality.pairs)
    let contradicted = share(quality.contradicted, quality.withUniqueKeys)
    text +=
      language == .nl
      ? " De rest is gekoppeld op naam, geboortedatum en adres. Die manier vindt \(found) van de koppelingen die de nummers ook geven; \(contradicted) van wat zij koppelt spreken de nummers tegen."
      : " The others are linked by name, date of birth and address. That way finds \(found) of the links that the numbers give too; the numbers contradict \(contradicted) of what it links."
    return text
  }

  private static func choices(
    _ selection: TableSelection, _ words: InterfaceText, _ language: Language
  ) -> [Choice] {
    let table = selection.table
    var choices: [Choice] = []
    if table.dimensions.count > 1 {
      choices.append(
        Choice(
          name: TableSelection.rowParameter, label: words.rows, identifier: "keuze-rijen",
          options: table.dimensions.indices.map { index in
            Option(
              value: table.dimensions[index].id, label: table.dimensions[index].title[language],
              isChosen: index == selection.rowDimension)
          }))
    }
    if case .periods(let shown) = selection.columns {
      if table.measures.count > 1 {
        choices.append(
          Choice(
            name: TableSelection.measureParameter, label: words.measure,
            identifier: "keuze-onderwerp",
            options: table.measures.indices.map { index in
              Option(
                value: table.measures[index].id, label: table.measures[index].title[language],
                isChosen: index == selection.measure)
            }))
      }
      let count = table.timeDimension.map { table.dimensions[$0].categories.count } ?? 0
      if count > TableSelection.periodLimit {
        choices.append(
          Choice(
            name: TableSelection.periodParameter, label: words.periods,
            identifier: "keuze-perioden",
            options: [
              Option(
                value: "", label: words.lastPeriods, isChosen: shown.count < count),
              Option(
                value: TableSelection.allPeriods, label: words.allPeriods,
                isChosen: shown.count == count),
            ]))
      }
    }
    choices += selection.fixedDimensions.map { index in
      let dimension = table.dimensions[index]
      let depths = dimension.depths
      return Choice(
        name: dimension.id, label: dimension.title[language], identifier: "keuze-\(dimension.id)",
        options: dimension.categories.indices.map { category in
          Option(
            value: dimension.categories[category].code,
            label: String(repeating: "\u{2007}\u{2007}", count: depths[category])
              + dimension.categories[category].label[language],
            isChosen: category == selection.fixed[index])
        })
    }
    return choices
  }

  private static func dimensionTerms(
    _ table: PublishedTable, site: Site, _ language: Language
  ) -> [DimensionTerms] {
    table.dimensions.filter { $0.role != .time }.map { dimension in
      let scheme = dimension.scheme.flatMap { site.release.scheme($0) }
      return DimensionTerms(
        name: dimension.title[language],
        schemeLink: scheme.map {
          Link(href: Address.scheme($0.id, language), label: $0.name[language])
        },
        terms: dimension.categories.map { category in
          Term(
            name: category.label[language],
            explanation: (category.definition ?? scheme?.concept(category.code)?.definition)?[
              language
            ].nonEmpty,
            href: site.address(of: category.code, in: dimension.scheme, language), unitName: nil)
        })
    }
  }
}

extension Dimension {
  /// How deep each category stands below the top.
  var depths: [Int] {
    var depths: [Int] = []
    for category in categories {
      depths.append(category.parent.map { depths[$0] + 1 } ?? 0)
    }
    return depths
  }
}
