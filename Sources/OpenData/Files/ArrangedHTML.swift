import InformationModel
import Publication

/// A table as a page of its own with nothing else on it.
struct ArrangedHTML: Sendable {
  let arranged: ArrangedTable
  let language: Language
  var names = ShownNames.texts
  /// Whether the title of the table stands above it.
  var hasTitle = false

  var bytes: [UInt8] {
    var bytes = Array("<!DOCTYPE html>\n".utf8)
    let title = arranged.table.description.title[language]
    let page = MarkupElement("html", [("lang", language.rawValue)])
    page.writeStart(to: &bytes)
    MarkupElement(
      "head", [], [MarkupElement("meta", [("charset", "utf-8")]), text("title", title)]
    ).write(to: &bytes)
    let enclosing = [MarkupElement("body"), MarkupElement("table")]
    for element in enclosing { element.writeStart(to: &bytes) }
    if hasTitle { text("caption", title).write(to: &bytes) }
    let down = arranged.stub.map { arranged.axes[$0] }
    let titles =
      down.map { names.title(of: $0, language) }
      + arranged.columnTitles(language) { names.names(of: $0, language) }
    MarkupElement(
      "thead", [], [MarkupElement("tr", [], titles.map { text("th", $0, scope: "col") })]
    ).write(to: &bytes)
    let body = MarkupElement("tbody")
    body.writeStart(to: &bytes)
    let labels = down.map { axis in
      names.names(of: axis, language).map { text("th", $0, scope: "row") }
    }
    for row in 0..<arranged.rowCount {
      MarkupElement(
        "tr", [],
        zip(labels, arranged.rows.coordinates(of: row)).map { $0[$1] }
          + arranged.figures(row: row).map { text("td", figure($0, of: $1)) }
      ).write(to: &bytes)
    }
    for element in [body] + enclosing.reversed() + [page] { element.writeEnd(to: &bytes) }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private func text(_ name: String, _ text: String, scope: String? = nil) -> MarkupElement {
    MarkupElement(name, scope.map { [("scope", $0)] } ?? [], text: text)
  }

  private func figure(_ cell: PublishedCell, of measure: Measure) -> String {
    switch cell {
    case .value(let value):
      DecimalNotation.text(value, decimals: measure.decimals)
    case .confidential: language == .nl ? "geheim" : "confidential"
    case .impossible: "–"
    }
  }
}
