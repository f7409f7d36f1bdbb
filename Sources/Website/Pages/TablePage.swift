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

  struct ChartView {
    let wide: String
    let narrow: String
    let caption: String
    let points: [ChartRow]
    /// The drawing as a file of its own, in each format.
    let pictures: [Link]
  }

  struct CourseView {
    let wide: String
    let narrow: String
    let caption: String
    let columns: [String]
    let rows: [DrawingTable.Row]
  }

  struct ChartRow {
    let label: String
    let text: String
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
  let chartView: ChartView?
  /// The regions of the rows; nil when the rows are no regions, or nobody says where they lie.
  let mapView: ChartView?
  /// The parts of the rows' total over time; nil when there are too few periods or too many parts.
  let courseView: CourseView?
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
    chartView = Self.chart(selection, words, language)
    mapView = Self.map(selection, site: site, words, language)
    courseView = Self.course(selection, words, language)
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

  private static func chart(
    _ selection: TableSelection, _ words: InterfaceText, _ language: Language
  ) -> ChartView? {
    let data = ChartData(selection, words, language)
    guard let chart = data.chart else { return nil }
    let drawings = chart.pair(id: "chart")
    return ChartView(
      wide: drawings.wide, narrow: drawings.narrow, caption: data.title,
      points: data.points.map { ChartRow(label: $0.label, text: $0.text) },
      pictures: PictureFormat.allCases.map { format in
        Link(
          href: Address.table(selection.table.description.slug, language) + "."
            + format.rawValue + selection.query.encoded,
          label: "\(words.picture) (\(format.rawValue.uppercased()))")
      })
  }
}

extension TablePage {
  /// The newest whole period by region, as a map of tiles.
  private static func map(
    _ selection: TableSelection, site: Site, _ words: InterfaceText, _ language: Language
  ) -> ChartView? {
    let table = selection.table
    let dimension = table.dimensions[selection.rowDimension]
    guard dimension.role == .region,
      let scheme = dimension.scheme.flatMap({ site.release.scheme($0) })
    else { return nil }
    let measure = table.measures[selection.measure]
    var place = selection.fixed
    let period = TableFacts(table: table, language: language).newestPeriod
    if let time = table.timeDimension, let period { place[time] = period }
    let tiles = dimension.categories.indices.compactMap { index -> RegionTiles.Tile? in
      let category = dimension.categories[index]
      guard let tile = scheme.concept(category.code)?.tile else { return nil }
      place[selection.rowDimension] = index
      let figure = CellText(
        table.cell(table.cells.cell(at: place), measure: selection.measure), of: measure, words,
        language)
      return RegionTiles.Tile(
        code: category.code, label: category.label[language], column: tile.column, row: tile.row,
        value: figure.value, text: figure.text)
    }
    let periodName =
      table.timeDimension.flatMap { time in
        period.map { ", " + table.dimensions[time].categories[$0].label[language] }
      } ?? ""
    let title =
      "\(measure.title[language]) (\(measure.unit[language])), \(words.by) "
      + dimension.title[language] + periodName
    guard tiles.count > 2, let chart = try? RegionTiles(title: title, tiles: tiles) else {
      return nil
    }
    let drawings = chart.pair(id: "kaart")
    return ChartView(
      wide: drawings.wide, narrow: drawings.narrow, caption: title,
      points: tiles.map { ChartRow(label: $0.label, text: $0.text) }, pictures: [])
  }
}

extension TablePage {
  /// As many small charts as a page bears.
  private static let mostParts = 12

  /// How the parts of a total went over time: on each other where they add up and can be told apart, else side by side.
  private static func course(
    _ selection: TableSelection, _ words: InterfaceText, _ language: Language
  ) -> CourseView? {
    let table = selection.table
    guard let time = table.timeDimension, time != selection.rowDimension else { return nil }
    let dimension = table.dimensions[selection.rowDimension]
    let periods = TableFacts.wholePeriods(of: table.dimensions[time])
    let parts = dimension.total.map { dimension.children[$0] } ?? []
    guard periods.count >= 3, (2...mostParts).contains(parts.count) else { return nil }
    let measure = table.measures[selection.measure]
    var place = selection.fixed
    let series = parts.map { part in
      place[selection.rowDimension] = part
      return ChartData.Series(
        name: dimension.categories[part].label[language],
        points: periods.map { period in
          place[time] = period
          let category = table.dimensions[time].categories[period]
          let isProvisional = category.status == .provisional
          let figure = CellText(
            table.cell(table.cells.cell(at: place), measure: selection.measure), of: measure,
            words, language)
          return ChartData.Point(
            label: category.label[language] + (isProvisional ? "*" : ""), value: figure.value,
            text: figure.text, isProvisional: isProvisional)
        })
    }
    let title =
      "\(measure.title[language]) (\(measure.unit[language])), \(words.overTime), \(words.by) "
      + dimension.title[language]
    let data = ChartData(
      isOverTime: true, series: series, title: title, decimals: measure.decimals,
      language: language)
    let stacked = measure.isAdditive ? StackedBarChart(data: data, isShare: false) : nil
    let chart: any Chart = stacked ?? SmallMultiples(data: data)
    let drawings = chart.pair(id: "verloop")
    return CourseView(
      wide: drawings.wide, narrow: drawings.narrow, caption: title,
      columns: chart.table.columns, rows: chart.table.rows)
  }
}

extension ChartData {
  /// Nil when there is nothing to compare.
  var chart: (any Chart)? {
    guard hasFigures, points.count > 1 else { return nil }
    return isOverTime ? LineChart(data: self) : BarChart(data: self)
  }
}

extension ChartData {
  /// The chart that the table's description asks for, of the part that the reader has chosen.
  init(_ selection: TableSelection, _ words: InterfaceText, _ language: Language) {
    let table = selection.table
    let measure = table.measures[selection.measure]
    var place = selection.fixed
    let facts = TableFacts(table: table, language: language)
    if let time = table.timeDimension, let period = facts.newestPeriod { place[time] = period }
    let across = selection.chartDimension
    let dimension = table.dimensions[across]
    let isOverTime = dimension.role == .time
    let indices = isOverTime ? Self.periods(of: dimension) : Self.parts(of: dimension)
    let points = indices.map { index in
      var place = place
      place[across] = index
      let category = dimension.categories[index]
      let isProvisional = category.status == .provisional
      let figure = CellText(
        table.cell(table.cells.cell(at: place), measure: selection.measure), of: measure, words,
        language)
      return Point(
        label: category.label[language] + (isProvisional ? "*" : ""), value: figure.value,
        text: figure.text, isProvisional: isProvisional)
    }
    series = [Series(name: measure.title[language], points: points)]
    self.isOverTime = isOverTime
    // The row's own dimension shows its total; only where there is none must the chart say what it
    // shows.
    let chosen = table.dimensions.indices.filter { index in
      index != across && table.dimensions[index].role != .time
        && (index != selection.rowDimension || TableFacts.total(of: table.dimensions[index]) == nil)
    }.map { table.dimensions[$0].categories[place[$0]].label[language] }
    var title = "\(measure.title[language]) (\(measure.unit[language]))"
    if isOverTime {
      title += ", \(words.overTime)"
    } else {
      title += ", \(words.by) \(dimension.title[language])"
      if let time = table.timeDimension {
        title += ", \(table.dimensions[time].categories[place[time]].label[language])"
      }
    }
    self.title = ([title] + chosen).joined(separator: "; ")
    description = points.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
    decimals = measure.decimals
    self.language = language
  }

  private static func periods(of dimension: Dimension) -> [Int] {
    let whole = TableFacts.wholePeriods(of: dimension)
    return whole.isEmpty ? Array(dimension.categories.indices) : whole
  }

  /// What the total is made of; without a total, what stands at the top.
  private static func parts(of dimension: Dimension) -> [Int] {
    let indices = dimension.categories.indices
    if let total = TableFacts.total(of: dimension) {
      let parts = indices.filter { dimension.categories[$0].parent == total }
      return parts.isEmpty ? Array(indices) : parts
    }
    return indices.filter { dimension.categories[$0].parent == nil }
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
