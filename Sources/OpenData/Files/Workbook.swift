import InformationModel
import Publication

/// A table as a spreadsheet for people who compute with it: what it is about, its figures as numbers with their labels and codes, and its definitions.
package struct Workbook: Sendable {
  private let arranged: ArrangedTable
  private let chain: ChainDescription
  private let language: Language
  private let names: ShownNames
  private let mostRows: Int
  private var table: PublishedTable { arranged.table }

  package init(table: PublishedTable, chain: ChainDescription, language: Language) {
    self.init(table: table, chain: chain, language: language, mostRows: Spreadsheet.mostRows)
  }

  /// - Parameters:
  ///   - table: all of it.
  ///   - chain: whose table it is.
  ///   - language: of all texts.
  ///   - mostRows: of a sheet; the figures go on in the next one. Fewer in tests.
  package init(
    table: PublishedTable, chain: ChainDescription, language: Language, mostRows: Int
  ) {
    self.init(ArrangedTable(table), chain: chain, language: language, mostRows: mostRows)
  }

  init(
    _ arranged: ArrangedTable, chain: ChainDescription, language: Language,
    names: ShownNames = .codesAndTexts, mostRows: Int = Spreadsheet.mostRows
  ) {
    (self.arranged, self.chain, self.language) = (arranged, chain, language)
    (self.names, self.mostRows) = (names, mostRows)
  }

  /// What follows the table's id in the file name.
  package static func suffix(_ language: Language) -> String {
    language == .nl ? ".xlsx" : ".\(language.rawValue).xlsx"
  }

  /// The media type it is served under.
  package static let contentType = Spreadsheet.contentType

  /// The workbook as a file.
  package var answer: OpenDataAnswer {
    let name = table.description.id + Self.suffix(language)
    return OpenDataAnswer(
      status: 200, contentType: Self.contentType,
      headers: [("Content-Disposition", "attachment; filename=\"\(name)\"")],
      body: .pieces { pieces() })
  }

  package func pieces() -> AnswerPieces {
    let numbered = figures.divided(by: mostRows)
    let sheets =
      [readMe(figures: numbered)] + numbered + definitions.divided(by: mostRows)
    return AnswerPieces(
      Spreadsheet(
        title: table.description.title[language], creator: chain.name[language],
        language: language, sheets: sheets
      ).pieces())
  }

  private func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }

  private var confidential: String { word("geheim", "confidential") }
  private let impossible = "–"

  // MARK: What it is about

  private func readMe(figures: [Worksheet]) -> Worksheet {
    let rows =
      [[SheetCell.text(table.description.title[language], .title)]]
      + facts(figures).map { [.text($0.term, .term), .text($0.text, .paragraph)] }
    return Worksheet(
      word("Leesmij", "Read me"), widths: [28, 100], rowCount: rows.count, cells: { rows[$0] })
  }

  private func facts(_ figures: [Worksheet]) -> [(term: String, text: String)] {
    let description = table.description
    let provenance = table.provenance
    var facts: [(term: String, text: String)] = []
    if provenance.isFictitious {
      facts.append(
        (
          word("Let op", "Note"),
          word(
            "Verzonnen cijfers: gemaakt om het platform te tonen.",
            "Made-up figures, to show the platform.")
        ))
    }
    let unit = description.unit
    facts += [
      (word("Tabel", "Table"), description.id),
      (word("Samenvatting", "Summary"), description.summary[language]),
      (word("Populatie", "Population"), description.population[language]),
      (
        word("Eenheid", "Unit"),
        [unit.label[language], unit.definition[language]].filter { !$0.isEmpty }
          .joined(separator: ": ")
      ),
      (
        word("Bron", "Source"),
        chain.sources(of: provenance).map { $0.name[language] }.joined(separator: "\n")
      ),
      (word("Peildatum", "Reference date"), provenance.referenceDate.description),
      (word("Momentopname", "Snapshot"), provenance.snapshot),
      (word("Leveringen", "Deliveries"), provenance.deliveries.map(\.id).joined(separator: "\n")),
      (
        word("Status", "Status"),
        table.status == .provisional
          ? word("voorlopig", "provisional") : word("definitief", "definitive")
      ),
      (
        word("Voorlopige perioden", "Provisional periods"),
        table.provisionalPeriods.map { $0.label[language] }.joined(separator: ", ")
      ),
      (word("Tekens", "Marks"), marks),
      (
        word("Bescherming", "Protection"),
        "\(table.protection.title[language]): \(table.protection.reason[language])"
      ),
      (word("Licentie", "Licence"), "\(chain.licence.name), \(chain.licence.address)"),
      (
        word("Hergebruik", "Reuse"),
        word(
          "Noem bij hergebruik de organisaties, de tabel en de peildatum.",
          "When you reuse figures, name the organisations, the table and the reference date.")
      ),
      (
        word("Bladen", "Sheets"),
        figures.map { "\($0.name): \($0.rows.count) \(word("rijen", "rows"))" }
          .joined(separator: "\n")
      ),
    ]
    return facts.filter { !$0.text.isEmpty }
  }

  private var marks: String {
    let hidden = word(
      "het cijfer wordt niet getoond om personen te beschermen; ook andere cijfers kunnen daarvoor verborgen zijn.",
      "the figure is not shown, to protect people; other figures may be hidden for that purpose too."
    )
    let nothing = word("er valt niets te berekenen.", "there is nothing to compute.")
    let provisional = word(
      "voorlopige periode: de cijfers kunnen in een volgende uitgave nog veranderen.",
      "provisional period: its figures may still change in a next release.")
    return "\(confidential): \(hidden)\n\(impossible): \(nothing)\n*: \(provisional)"
  }

  // MARK: Figures

  /// One row for each combination of categories that goes down: their labels, their codes, and the figures of what goes across.
  private var figures: Worksheet {
    let arranged = arranged
    let stub = arranged.stub.map { arranged.axes[$0] }
    let columns = (names == .codesAndTexts ? [ShownNames.texts, .codes] : [names]).map { names in
      stub.map { axis in
        (
          title: axis.title[language] + (names == .codes ? " (code)" : ""),
          names: names.names(of: axis, language)
        )
      }
    }
    let cells = columns.map { $0.map { $0.names.map { SheetCell.text($0) } } }
    let leading = columns.flatMap { $0 }
    let hidden = SheetCell.text(confidential, .mark)
    let nothing = SheetCell.text(impossible, .mark)
    return Worksheet(
      word("Cijfers", "Figures"),
      widths: leading.map { Self.width([$0.title] + $0.names) }
        + Array(repeating: 16, count: arranged.columnCount),
      heading: leading.map(\.title) + columnTitles, rowCount: arranged.rowCount
    ) { row in
      let place = arranged.rows.coordinates(of: row)
      return cells.flatMap { zip($0, place).map { $0[$1] } }
        + arranged.figures(row: row).map { cell, measure in
          switch cell {
          case .value(let value): SheetCell.number(value, decimals: measure.decimals)
          case .confidential: hidden
          case .impossible: nothing
          }
        }
    }
  }

  /// Measures with their unit.
  private var columnTitles: [String] {
    let names = names == .codes ? ShownNames.codes : .texts
    return arranged.columnTitles(language) { axis in
      axis.id == Naming.contents && names == .texts
        ? table.measures.map { "\($0.title[language]) (\($0.unit[language]))" }
        : names.names(of: axis, language)
    }
  }

  /// Wide enough for the longest of some texts, but not for a very long one.
  private static func width(_ texts: [String]) -> Int {
    min(60, max(10, (texts.map(\.count).max() ?? 0) + 2))
  }

  // MARK: Definitions

  private var definitions: Worksheet {
    let texts = TableTexts(table: table, chain: chain)
    var rows = table.measures.map { measure -> [SheetCell] in
      [
        .text(word("Onderwerp", "Measure")), .text(measure.id), .text(measure.title[language]),
        .text(texts.definition(of: measure, language), .paragraph), .text(measure.unit[language]),
        .number(Double(measure.decimals), decimals: 0),
      ]
    }
    for dimension in table.dimensions {
      let title = SheetCell.text(dimension.title[language])
      rows += dimension.categories.map { category in
        let parent = category.parent.map { dimension.categories[$0].code }
        return [
          title, .text(category.code), .text(TableTexts.title(category, language)),
          category.definition.map { .text($0[language], .paragraph) } ?? .empty, .empty, .empty,
          parent.map { .text($0) } ?? .empty,
        ]
      }
    }
    return Worksheet(
      word("Definities", "Definitions"), widths: [24, 16, 40, 80, 16, 12, 16],
      heading: [
        word("Soort", "Kind"), "Code", word("Naam", "Name"), word("Definitie", "Definition"),
        word("Eenheid", "Unit"), word("Decimalen", "Decimals"), word("Telt mee in", "Counts in"),
      ], rowCount: rows.count, cells: { [rows] in rows[$0] })
  }
}
