import Foundation
import InformationModel

/// The table as PC-Axis (PX file format 2013): for PxWeb, PxWin and R. UTF-8, lines of at most 256 characters.
package struct PCAxisFile {
  private let arranged: ArrangedTable
  private let chain: ChainDescription
  private let language: Language
  private let updated: Moment
  private var table: PublishedTable { arranged.table }

  /// Everything but the last dimension and the measures goes down, so that figures stand in the order of the cells.
  package init(table: PublishedTable, chain: ChainDescription, language: Language = .nl) {
    let axes = Array(0...table.dimensions.count)
    let down = max(1, table.dimensions.count - 1)
    self.init(
      ArrangedTable(table, stub: Array(axes.prefix(down)), heading: Array(axes.dropFirst(down))),
      chain: chain, language: language)
  }

  /// - Parameters:
  ///   - arranged: what goes down and across.
  ///   - chain: whose table it is.
  ///   - language: of all texts.
  ///   - updated: when it got its figures; at its reference date when nil, which is all that a file knows.
  package init(
    _ arranged: ArrangedTable, chain: ChainDescription, language: Language, updated: Moment? = nil
  ) {
    (self.arranged, self.chain, self.language) = (arranged, chain, language)
    self.updated = updated ?? Moment(startOf: arranged.table.provenance.referenceDate)
  }

  package var data: Data {
    var text = ""
    let description = table.description
    // The format has no zone and no seconds.
    let moment = updated.description.filter(\.isNumber)
    let titles = arranged.axes.map(\.title[language])
    let contents = titles[titles.count - 1]
    func line(_ keyword: String, _ value: String) { text += keyword + "=" + value + ";\n" }
    line("CHARSET", "\"ANSI\"")
    line("AXIS-VERSION", "\"2013\"")
    line("CODEPAGE", "\"utf-8\"")
    line("LANGUAGE", "\"\(language.rawValue)\"")
    line(
      "CREATION-DATE",
      "\"\(moment.prefix(8)) \(moment.dropFirst(8).prefix(2)):\(moment.dropFirst(10).prefix(2))\"")
    line("DECIMALS", "\(decimals)")
    line("SHOWDECIMALS", "\(decimals)")
    line("MATRIX", quoted(description.id))
    line("COPYRIGHT", "NO")
    line("SUBJECT-CODE", quoted(description.theme))
    line("SUBJECT-AREA", quoted(description.theme))
    line("TITLE", quoted(description.title[language]))
    line("CONTENTS", quoted(description.title[language]))
    line("UNITS", quoted(table.measures.count == 1 ? table.measures[0].unit[language] : "-"))
    for (keyword, places) in [("STUB", arranged.stub), ("HEADING", arranged.heading)]
    where !places.isEmpty {
      line(keyword, list(places.map { titles[$0] }))
    }
    line("CONTVARIABLE", quoted(contents))
    let axes = (arranged.stub + arranged.heading).map { arranged.axes[$0] }
    for axis in axes {
      line("VALUES(\(quoted(axis.title[language])))", list(axis.labels.map { $0[language] }))
    }
    for axis in axes { line("CODES(\(quoted(axis.title[language])))", list(axis.codes)) }
    for measure in table.measures {
      let name = quoted(measure.title[language])
      line("UNITS(\(name))", quoted(measure.unit[language]))
      line("PRECISION(\(quoted(contents)),\(name))", "\(measure.decimals)")
    }
    line(
      "SOURCE",
      quoted(
        chain.sources(of: table.provenance).map { $0.name[language] }.joined(separator: ", ")))
    line("DATASYMBOL1", quoted(language == .nl ? "kan niet voorkomen" : "cannot exist"))
    line("DATASYMBOL2", quoted(language == .nl ? "geheim" : "confidential"))
    line("NOTE", quoted(notes))
    text += "DATA=\n"
    var bytes = Array(text.utf8)
    for row in 0..<arranged.rowCount {
      var length = 0
      let figures = arranged.figures(row: row)
      for (column, figure) in figures.enumerated() {
        let start = bytes.count
        switch figure.cell {
        case .value(let value):
          DecimalNotation.write(value, decimals: figure.measure.decimals, to: &bytes)
        case .confidential: bytes.append(contentsOf: quoted(ArrangedTable.confidential).utf8)
        case .impossible: bytes.append(contentsOf: quoted(ArrangedTable.impossible).utf8)
        }
        let width = bytes.count - start + 1
        if length + width > 250 {
          bytes.insert(UInt8(ascii: "\n"), at: start)
          length = 0
        }
        length += width
        bytes.append(UInt8(ascii: column == figures.count - 1 ? "\n" : " "))
      }
    }
    return Data(bytes + Array(";\n".utf8))
  }

  private var decimals: Int { min(6, table.measures.map(\.decimals).max() ?? 0) }

  private var notes: String {
    let description = table.description
    let fictitious =
      language == .nl
      ? "Verzonnen cijfers: gemaakt om het platform te tonen."
      : "Made-up figures, to show the platform."
    return
      ((table.provenance.isFictitious ? [fictitious] : [])
      + [
        description.summary[language], description.population[language],
        table.protection.reason[language],
      ]).joined(separator: " ")
  }

  private func list(_ values: [String]) -> String {
    values.map(quoted).joined(separator: ",\n")
  }

  /// Between quotes, which the format cannot have inside; long texts in several pieces, each on its line.
  private func quoted(_ text: String) -> String {
    let plain = text.map { $0 == "\"" ? "'" : $0.isNewline ? " " : $0 }
    if plain.count <= 200 { return "\"" + String(plain) + "\"" }
    return stride(from: 0, to: plain.count, by: 200).map { start in
      "\"" + String(plain[start..<min(start + 200, plain.count)]) + "\""
    }.joined(separator: "\n")
  }
}
