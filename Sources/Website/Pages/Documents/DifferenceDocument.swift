import InformationModel
import Publication

extension DocumentPage {
  /// How many changed figures a page shows; the file has all.
  private static let shownChanges = 500

  /// What changed in a table between two releases.
  static func difference(
    _ difference: TableDifference, of table: PublishedTable, from before: ReleaseID,
    to after: ReleaseID, _ language: Language
  ) -> DocumentPage {
    let words = InterfaceText(language)
    let slug = table.description.slug
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    func number(_ count: Int) -> String {
      NumberText.text(Double(count), decimals: 0, language: language)
    }
    let summary =
      difference.isComparable
      ? word(
        "Veranderde cijfers tussen deze twee uitgaven: \(number(difference.changes.count)). Definitieve cijfers die een ander getal kregen: \(number(difference.corrections)).",
        "Figures that changed between these two releases: \(number(difference.changes.count)). Definitive figures that got another value: \(number(difference.corrections))."
      )
      : word(
        "De tabel kreeg andere uitsplitsingen; de cijfers zijn niet één op één te vergelijken.",
        "The table got other breakdowns; its figures cannot be compared one by one.")
    let rows = difference.changes.prefix(shownChanges).map { change -> Row in
      let labels = zip(table.dimensions, change.codes).map { dimension, code in
        dimension.categories.first { $0.code == code }?.label[language] ?? code
      }
      let measure = table.measures.first { $0.id == change.measure }
      func text(_ cell: PublishedCell) -> String {
        measure.map { CellText(cell, of: $0, words, language).text } ?? "–"
      }
      return Row(
        head: Cell(text: (labels + [measure?.title[language] ?? ""]).joined(separator: "; ")),
        cells: [
          Cell(text: change.before.map(text) ?? "–"),
          Cell(text: change.before == nil ? word("nu geheim", "hidden now") : text(change.after)),
          Cell(
            text: change.wasDefinitive ? words.definitive : words.provisional),
        ])
    }
    var paragraphs = [
      word(
        "Alleen in de nieuwe uitgave: \(number(difference.added)) cijfers. Alleen in de oude: \(number(difference.removed)).",
        "Only in the newer release: \(number(difference.added)) figures. Only in the older: \(number(difference.removed))."
      )
    ]
    if difference.changes.count > shownChanges {
      paragraphs.append(
        word(
          "Hier staan de eerste \(number(shownChanges)); het bestand heeft ze alle.",
          "Here are the first \(number(shownChanges)); the file has all of them."))
    }
    if difference.changes.contains(where: { $0.before == nil }) {
      paragraphs.append(
        word(
          "Van een cijfer dat nu geheim is, staat hier niet wat het was.",
          "Of a figure that is hidden now, what it was is not told here."))
    }
    return DocumentPage(
      title: word("Wat is er veranderd in", "What changed in")
        + " “\(table.description.title[language])”", summary: summary,
      breadcrumbs: [
        Link(href: Address.tables(language), label: words.tables),
        Link(href: Address.table(slug, language), label: table.description.title[language]),
      ],
      sections: [
        Section(
          "uitgaven", word("De twee uitgaven", "The two releases"),
          links: [
            Link(
              href: Address.release(before) + Address.table(slug, language),
              label: "\(word("Oud", "Older")): \(before)"),
            Link(
              href: Address.release(after) + Address.table(slug, language),
              label: "\(word("Nieuw", "Newer")): \(after)"),
          ]),
        Section(
          "veranderd", word("Veranderde cijfers", "Changed figures"), paragraphs,
          table: rows.isEmpty
            ? nil
            : Table(
              caption: word("Oud en nieuw naast elkaar", "Older and newer side by side"),
              columns: [
                word("Cijfer", "Figure"), word("Oud", "Older"), word("Nieuw", "Newer"),
                word("Was", "Was"),
              ], rows: rows),
          links: [
            Link(
              href: Address.differenceFile(slug, from: before, to: after),
              label: word("Alle veranderingen als CSV", "All changes as CSV"))
          ]),
      ])
  }
}

extension TableDifference {
  /// One line per changed figure: the codes, the measure, and both values with what stands in the place of one; nothing of what a figure was
  /// that is hidden now.
  func file(of table: PublishedTable) -> [UInt8] {
    var text =
      (table.dimensions.map(\.id) + [
        "Measure", "Before", "BeforeAttribute", "After", "AfterAttribute", "WasDefinitive",
      ]).map(DelimitedText.field).joined(separator: ",") + "\r\n"
    for change in changes {
      let decimals = table.measures.first { $0.id == change.measure }?.decimals ?? 0
      let fields =
        change.codes + [change.measure] + Self.fields(change.before, decimals)
        + Self.fields(change.after, decimals) + [change.wasDefinitive ? "true" : "false"]
      text += fields.map(DelimitedText.field).joined(separator: ",") + "\r\n"
    }
    return Array(text.utf8)
  }

  private static func fields(_ cell: PublishedCell?, _ decimals: Int) -> [String] {
    switch cell {
    case .value(let value): [DecimalNotation.text(value, decimals: decimals), "None"]
    case .confidential: ["", "Confidential"]
    case .impossible: ["", "Impossible"]
    case nil: ["", ""]
    }
  }
}
