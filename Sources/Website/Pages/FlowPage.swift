import InformationModel
import Publication

/// How units go through the chain in the newest whole period: the drawing, its table, and what is counted where.
struct FlowPage: PageContent {
  static let template = "flow"

  struct StageRow {
    let name: String
    let href: String
    let figure: String
    let unitName: String
    let periodName: String
  }

  let title: String
  let summary: String
  let stages: [StageRow]
  let drawing: DrawingView

  /// Nil when the chain does not say how its units go on, or a table is not in the release.
  init?(_ site: Site, _ language: Language) throws {
    let counted = StageFigures.all(of: site)
    guard counted.count > 1 else { return nil }
    let words = InterfaceText(language)
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    title = words.throughTheChain
    summary = word(
      "Hoe het verder gaat na elke stap. Let op wat er wordt geteld: dat verandert van stap tot stap, en daarom sluiten de getallen niet op elkaar aan.",
      "What happens after each stage. Mind what is counted: it changes from stage to stage, and therefore the numbers do not connect."
    )
    stages = counted.map { stage in
      StageRow(
        name: stage.stage.title[language],
        href: Address.table(stage.table.description.slug, language),
        figure: stage.total(words, language).text,
        unitName: stage.measureTitle[language],
        periodName: stage.period[language])
    }
    drawing = DrawingView(
      try FlowDrawing(counted, words, language), identifier: "stroom",
      labels: DrawingView.Labels(
        heading: words.chart, figures: words.chartFigures, picture: words.chartPicture),
      pictures: Link.pictures(at: Address.flow(language), label: words.chartPicture))
  }
}

extension PageDrawing {
  /// Nil when there is no page of the flow.
  init?(flowOf site: Site, _ language: Language) throws(DrawingError) {
    let counted = StageFigures.all(of: site)
    guard counted.count > 1 else { return nil }
    let words = InterfaceText(language)
    self.init(
      chart: try FlowDrawing(counted, words, language), subject: words.throughTheChain,
      tables: counted.map(\.table))
  }
}

extension FlowDrawing {
  /// What the stages end in, and what goes on to a later one; nothing of what is zero.
  init(
    _ counted: [StageFigures], _ words: InterfaceText, _ language: Language
  ) throws(DrawingError) {
    let periods = counted.map { $0.period[language] }
    // A period that all stages share stands in the title, others beside what is counted.
    let shared = Set(periods).count == 1 ? periods.first : nil
    let stages = zip(counted, periods).map { stage, period in
      let unit = stage.table.description.unit.label[language]
      return Flow.Stage(
        title: stage.stage.title[language],
        unit: shared != nil || period.isEmpty ? unit : "\(unit), \(period)")
    }
    var nodes = counted.enumerated().map { column, stage in
      Flow.Node(
        id: stage.stage.id, label: stage.stage.title[language], column: column,
        text: stage.total(words, language).text)
    }
    var links: [Flow.Link] = []
    for (column, stage) in counted.enumerated() {
      for outcome in stage.outcomes(words, language) {
        if case .some(0) = outcome.figure.value { continue }
        let next = stage.stage.goesOn[outcome.code].flatMap { id in
          counted.dropFirst(column + 1).first { $0.stage.id == id }
        }
        let end = "\(stage.stage.id)/\(outcome.code)"
        if next == nil {
          nodes.append(
            Flow.Node(
              id: end, label: outcome.label, column: column + 1, text: outcome.figure.text))
        }
        links.append(
          Flow.Link(
            from: stage.stage.id, to: next?.stage.id ?? end, name: outcome.label,
            value: outcome.figure.value, text: outcome.figure.text))
      }
    }
    self.init(
      flow: try Flow(
        title: [words.stageOutcomes, shared ?? ""].filter { !$0.isEmpty }.joined(separator: ", "),
        stages: stages + [Flow.Stage(title: words.outcome, unit: "")], nodes: nodes, links: links))
  }
}

/// A stage of the chain with the table that counts it.
struct StageFigures {
  struct Outcome {
    let code: String
    let label: String
    let figure: CellText
  }

  let stage: ChainFlow.Stage
  let table: PublishedTable
  private let measure: Int
  private let dimension: Int
  /// All totals of the newest whole period.
  private let place: [Int]

  /// The stages whose table, measure and totals are in the release, in the order of the chain.
  static func all(of site: Site) -> [StageFigures] {
    (site.release.chain.flow?.stages ?? []).compactMap { StageFigures($0, of: site) }
  }

  private init?(_ stage: ChainFlow.Stage, of site: Site) {
    guard let table = site.tables.first(where: { $0.description.id == stage.table }),
      let measure = table.measures.firstIndex(where: { $0.id == stage.measure }),
      let dimension = table.dimensions.firstIndex(where: { $0.id == stage.dimension }),
      let cell = TableFacts(table: table, language: .nl).headlineCell
    else { return nil }
    self.stage = stage
    self.table = table
    self.measure = measure
    self.dimension = dimension
    place = table.cells.coordinates(of: cell)
  }

  /// What is counted, in the plural.
  var measureTitle: LocalizedText { table.measures[measure].title }

  var period: LocalizedText {
    table.timeDimension.map { table.dimensions[$0].categories[place[$0]].label }
      ?? LocalizedText(nl: "", en: "")
  }

  func total(_ words: InterfaceText, _ language: Language) -> CellText {
    figure(at: place[dimension], words, language)
  }

  /// What the total is made of.
  func outcomes(_ words: InterfaceText, _ language: Language) -> [Outcome] {
    let categories = table.dimensions[dimension].categories
    return table.dimensions[dimension].children[place[dimension]].map { category in
      Outcome(
        code: categories[category].code, label: categories[category].label[language],
        figure: figure(at: category, words, language))
    }
  }

  private func figure(
    at category: Int, _ words: InterfaceText, _ language: Language
  ) -> CellText {
    var place = place
    place[dimension] = category
    return CellText(
      table.cell(table.cells.cell(at: place), measure: measure), of: table.measures[measure],
      words, language)
  }
}
