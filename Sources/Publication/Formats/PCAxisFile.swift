import Foundation
import InformationModel

/// The table as PC-Axis (PX file format 2013): for PxWeb, PxWin and R. UTF-8, lines of at most 256 characters.
package struct PCAxisFile {
  let table: PublishedTable
  let chain: ChainDescription
  let language: Language

  package init(table: PublishedTable, chain: ChainDescription, language: Language = .nl) {
    (self.table, self.chain, self.language) = (table, chain, language)
  }

  /// Cells without a figure, and what the dots say.
  private static let impossible = "\".\""
  private static let confidential = "\"..\""

  package var data: Data {
    var text = ""
    let description = table.description
    let day = table.provenance.referenceDate.description.filter(\.isNumber)
    let contents = language == .nl ? "Onderwerp" : "Subject"
    let dimensions = table.dimensions
    let titles = dimensions.map { $0.title[language] } + [contents]
    // Everything but the last dimension goes down, so that figures stand in the order of the cells.
    let stub = dimensions.count > 1 ? dimensions.count - 1 : dimensions.count
    func line(_ keyword: String, _ value: String) { text += keyword + "=" + value + ";\n" }
    line("CHARSET", "\"ANSI\"")
    line("AXIS-VERSION", "\"2013\"")
    line("CODEPAGE", "\"utf-8\"")
    line("LANGUAGE", "\"\(language.rawValue)\"")
    line("CREATION-DATE", "\"\(day) 00:00\"")
    line("DECIMALS", "\(decimals)")
    line("SHOWDECIMALS", "\(decimals)")
    line("MATRIX", quoted(description.id))
    line("COPYRIGHT", "NO")
    line("SUBJECT-CODE", quoted(description.theme))
    line("SUBJECT-AREA", quoted(description.theme))
    line("TITLE", quoted(description.title[language]))
    line("CONTENTS", quoted(description.title[language]))
    line("UNITS", quoted(table.measures.count == 1 ? table.measures[0].unit[language] : "-"))
    line("STUB", list(titles[..<stub].map { $0 }))
    line("HEADING", list(titles[stub...].map { $0 }))
    line("CONTVARIABLE", quoted(contents))
    for dimension in dimensions {
      line(
        "VALUES(\(quoted(dimension.title[language])))",
        list(
          dimension.categories.map { category in
            category.label[language] + (category.status == .provisional ? "*" : "")
          }))
    }
    line("VALUES(\(quoted(contents)))", list(table.measures.map { $0.title[language] }))
    for dimension in dimensions {
      line(
        "CODES(\(quoted(dimension.title[language])))", list(dimension.categories.map(\.code)))
    }
    line("CODES(\(quoted(contents)))", list(table.measures.map(\.id)))
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
    let index = table.cells
    let width =
      (stub < dimensions.count ? dimensions[stub].categories.count : 1) * table.measures.count
    var written = 0
    var length = 0
    for cell in 0..<index.sizes.reduce(1, *) {
      for (number, measure) in table.measures.enumerated() {
        var figure: [UInt8] = []
        switch table.cell(cell, measure: number) {
        case .value(let value):
          DecimalNotation.write(value, decimals: measure.decimals, to: &figure)
        case .confidential: figure = Array(Self.confidential.utf8)
        case .impossible: figure = Array(Self.impossible.utf8)
        }
        if length + figure.count + 1 > 250 {
          bytes.append(UInt8(ascii: "\n"))
          length = 0
        }
        bytes += figure
        written += 1
        let ends = written % max(1, width) == 0
        bytes.append(UInt8(ascii: ends ? "\n" : " "))
        length = ends ? 0 : length + figure.count + 1
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
