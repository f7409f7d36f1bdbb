import InformationModel
import OpenData
import Publication

/// Which categories and measures somebody has chosen of a table, and what goes across.
struct BuilderSelection {
  static let columnParameter = "kolommen"
  static let measureParameter = "onderwerp"
  /// How many figures a page shows; files give more.
  static let shownFigures = 5_000

  let table: PublishedTable
  /// By dimension the chosen categories, ascending.
  let choices: [[Int]]
  /// The chosen measures, ascending.
  let measures: [Int]
  /// The dimension that goes across; nil for the measures.
  let columns: Int?
  /// What was asked for, in one order, so that one choice has one address.
  let query: Query

  /// Codes come as `Dimension=code`, once for each category; a dimension that is not named shows its total, or of time the newest
  /// five periods.
  init(_ table: PublishedTable, query: Query) throws(TableSelection.UnknownChoice) {
    self.table = table
    var choices: [[Int]] = []
    var items: [(name: String, value: String)] = []
    for dimension in table.dimensions {
      let asked = query.items.filter { $0.name == dimension.id }.map(\.value)
      let known = Dictionary(
        dimension.categories.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { $1 })
      var chosen: Set<Int> = []
      for code in asked {
        guard let category = known[code] else {
          throw TableSelection.UnknownChoice(parameter: dimension.id)
        }
        chosen.insert(category)
      }
      choices.append(chosen.isEmpty ? Self.standard(of: dimension, in: table) : chosen.sorted())
      items += chosen.sorted().map { (dimension.id, dimension.categories[$0].code) }
    }
    var measures: Set<Int> = []
    for item in query.items where item.name == Self.measureParameter {
      guard let measure = table.measures.firstIndex(where: { $0.id == item.value }) else {
        throw TableSelection.UnknownChoice(parameter: Self.measureParameter)
      }
      measures.insert(measure)
    }
    items += measures.sorted().map { (Self.measureParameter, table.measures[$0].id) }
    var columns = table.timeDimension
    if let id = query[Self.columnParameter] {
      columns = table.dimensions.firstIndex { $0.id == id }
      guard columns != nil || id == Self.measureParameter else {
        throw TableSelection.UnknownChoice(parameter: Self.columnParameter)
      }
      items.append((Self.columnParameter, id))
    }
    self.choices = choices
    self.measures = measures.isEmpty ? [0] : measures.sorted()
    self.columns = columns
    self.query = Query(items)
  }

  /// The first dimension with its total and what the total is made of, of time the newest periods, else the total.
  private static func standard(of dimension: Dimension, in table: PublishedTable) -> [Int] {
    if dimension.role == .time { return Array(dimension.categories.indices.suffix(5)) }
    let first = table.dimensions.first { $0.role != .time }?.id
    guard let total = dimension.total else {
      let tops = dimension.categories.indices.filter { dimension.categories[$0].parent == nil }
      return dimension.id == first ? tops : Array(tops.prefix(1))
    }
    return dimension.id == first ? [total] + dimension.children[total] : [total]
  }

  /// How many figures are chosen; nil when they are more than can be counted.
  var count: Int? {
    var count = measures.count
    for choice in choices {
      let (product, isTooMany) = count.multipliedReportingOverflow(by: choice.count)
      guard !isTooMany else { return nil }
      count = product
    }
    return count
  }

  /// The chosen figures as a file in the reader's language, by the service for parts of tables.
  func file(_ format: String, _ language: Language) -> String {
    var items: [(name: String, value: String)] = zip(table.dimensions, choices).map {
      (
        "valueCodes[\($0.id)]",
        $1.map { [dimension = $0] in dimension.categories[$0].code }.joined(separator: ",")
      )
    }
    items.append(
      (
        "valueCodes[\(Naming.contents)]",
        measures.map { table.measures[$0].id }.joined(separator: ",")
      ))
    items.append(("outputFormat", format))
    items.append(("lang", language.rawValue))
    return "/api/v2/tables/\(table.description.id)/data" + Query(items).encoded
  }
}

/// A table that somebody composes: lists to choose from, how many figures that is, and the figures.
struct BuilderPage: PageContent {
  static let template = "builder"

  struct Choice {
    let name: String
    let label: String
    let chosenText: String
    let isOpen: Bool
    let options: [Option]
  }

  struct Option {
    let identifier: String
    let value: String
    let label: String
    let depthStyle: String
    let isChosen: Bool
  }

  struct ColumnOption {
    let value: String
    let label: String
    let isChosen: Bool
  }

  struct Row {
    /// In one cell, however many directions go down: two that stay in sight would lie over each other on a small screen.
    let head: String
    let cells: [CellText]
  }

  struct Figures {
    let caption: String
    let corner: String
    let columns: [String]
    /// Whether the columns are periods, the newest last: that one stays in sight.
    let isOverTime: Bool
    let rows: [Row]
    let legend: FigureLegend
  }

  let title: String
  let summary: String
  let breadcrumbs: [Link]
  let formAddress: String
  let choices: [Choice]
  let columnOptions: [ColumnOption]
  let columnParameter = BuilderSelection.columnParameter
  let countText: String
  let figures: Figures?
  let tooMany: String?
  let permanentLink: Link
  let files: [Link]

  init(_ selection: BuilderSelection, site: Site, _ language: Language) {
    let words = InterfaceText(language)
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    let table = selection.table
    let description = table.description
    title = word("Zelf samenstellen", "Compose a table") + ": " + description.title[language]
    summary = word(
      "Kies de categorieën, en wat er naast elkaar staat. Het adres van de pagina onthoudt uw keuze.",
      "Choose the categories, and what stands side by side. The address of the page remembers your choice."
    )
    breadcrumbs = [
      Link(href: Address.tables(language), label: words.tables),
      Link(
        href: Address.table(description.slug, language), label: description.title[language]),
    ]
    formAddress = Address.builder(description.slug, language)
    choices =
      zip(table.dimensions, selection.choices).map { dimension, chosen in
        Self.choice(
          dimension.id, dimension.title[language],
          zip(dimension.categories, dimension.depths).map {
            ($0.code, $0.label[language] + ($0.status == .provisional ? "*" : ""), $1)
          }, chosen: chosen, language)
      } + [
        Self.choice(
          BuilderSelection.measureParameter, words.measures,
          table.measures.map { ($0.id, "\($0.title[language]) (\($0.unit[language]))", 0) },
          chosen: selection.measures, language)
      ]
    columnOptions =
      table.dimensions.indices.map { index in
        ColumnOption(
          value: table.dimensions[index].id, label: table.dimensions[index].title[language],
          isChosen: selection.columns == index)
      } + [
        ColumnOption(
          value: BuilderSelection.measureParameter, label: words.measures,
          isChosen: selection.columns == nil)
      ]
    let number = selection.count.map {
      NumberText.text(Double($0), decimals: 0, language: language)
    }
    countText =
      selection.count == 1
      ? word("1 cijfer gekozen", "1 figure chosen")
      : number.map { "\($0) \(word("cijfers gekozen", "figures chosen"))" }
        ?? word("te veel cijfers gekozen", "too many figures chosen")
    let isShown = selection.count.map { $0 <= BuilderSelection.shownFigures } ?? false
    figures = isShown ? Self.figures(selection, words, language) : nil
    let limit = NumberText.text(
      Double(BuilderSelection.shownFigures), decimals: 0, language: language)
    tooMany =
      isShown
      ? nil
      : word(
        "Een pagina toont ten hoogste \(limit) cijfers. Kies minder, of haal uw keuze op als bestand.",
        "A page shows at most \(limit) figures. Choose fewer, or take your choice as a file.")
    permanentLink = Link(
      href: Address.release(site.release.id) + formAddress + selection.query.encoded,
      label: word("Vast adres van deze keuze", "Permanent address of this choice"))
    // The service divides codes by commas.
    let isNamed = zip(table.dimensions, selection.choices).allSatisfy { dimension, choice in
      choice.allSatisfy { !dimension.categories[$0].code.contains(",") }
    }
    let formats = [
      ("csv", "CSV"), ("xlsx", word("Excel-werkmap", "Excel workbook")),
      ("json-stat2", "JSON-stat"), ("px", "PC-Axis"),
    ]
    files = (isNamed ? formats : []).map {
      Link(
        href: selection.file($0, language), label: word("Deze keuze als ", "This choice as ") + $1)
    }
  }

  private static func choice(
    _ name: String, _ label: String, _ options: [(code: String, label: String, depth: Int)],
    chosen: [Int], _ language: Language
  ) -> Choice {
    let isChosen = Set(chosen)
    return Choice(
      name: name, label: label,
      chosenText: "\(chosen.count) \(language == .nl ? "van" : "of") \(options.count)",
      isOpen: options.count <= 12,
      options: options.enumerated().map { index, option in
        Option(
          identifier: "k-\(name)-\(index)", value: option.code, label: option.label,
          depthStyle: "depth-\(min(option.depth, 4))", isChosen: isChosen.contains(index))
      })
  }

  private static func figures(
    _ selection: BuilderSelection, _ words: InterfaceText, _ language: Language
  ) -> Figures {
    let table = selection.table
    // The measures as one more dimension, so that any of them may go across.
    let directions: [(title: String, labels: [String], choice: [Int])] =
      zip(table.dimensions, selection.choices).map { dimension, choice in
        (
          dimension.title[language],
          dimension.categories.map {
            $0.label[language] + ($0.status == .provisional ? "*" : "")
          }, choice
        )
      } + [
        (
          words.measures, table.measures.map { "\($0.title[language]) (\($0.unit[language]))" },
          selection.measures
        )
      ]
    let across = selection.columns ?? directions.count - 1
    // A direction with one category is said once, above the table.
    let down = directions.indices.filter { $0 != across && directions[$0].choice.count > 1 }
    let fixed = directions.indices.filter { $0 != across && directions[$0].choice.count == 1 }
    let index = table.cells
    func cell(_ places: [Int]) -> CellText {
      let measure = places[directions.count - 1]
      return CellText(
        table.cell(index.cell(at: Array(places.dropLast())), measure: measure),
        of: table.measures[measure], words, language)
    }
    var rows: [Row] = []
    var places = directions.map { $0.choice[0] }
    func add(_ depth: Int, _ heads: [String]) {
      guard depth < down.count else {
        rows.append(
          Row(
            head: heads.isEmpty ? table.description.title[language] : heads.joined(separator: "; "),
            cells: directions[across].choice.map { category in
              places[across] = category
              return cell(places)
            }))
        return
      }
      let direction = down[depth]
      for category in directions[direction].choice {
        places[direction] = category
        add(depth + 1, heads + [directions[direction].labels[category]])
      }
    }
    add(0, [])
    let said = fixed.map { directions[$0].labels[directions[$0].choice[0]] }
    let hasProvisional = zip(table.dimensions, selection.choices).contains { dimension, choice in
      choice.contains { dimension.categories[$0].status == .provisional }
    }
    return Figures(
      caption: ([table.description.title[language]] + said).joined(separator: "; "),
      corner: down.map { directions[$0].title }.joined(separator: "; "),
      columns: directions[across].choice.map { directions[across].labels[$0] },
      isOverTime: across == table.timeDimension, rows: rows,
      legend: FigureLegend(rows.flatMap(\.cells), hasProvisional: hasProvisional))
  }
}
