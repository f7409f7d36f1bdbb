import InformationModel
import Publication

/// A part of a table as `json-px`, the JSON of PxWeb before JSON-stat: for each combination of categories its codes and its figures, all of them texts.
struct PxJSON: Sendable {
  let table: PublishedTable
  let chain: ChainDescription
  let language: Language
  let updated: Moment

  var bytes: [UInt8] {
    var bytes = Array("{\"columns\":".utf8)
    columns.write(to: &bytes)
    bytes += ",\"comments\":".utf8
    comments.write(to: &bytes)
    bytes += ",\"data\":[".utf8
    writeRows(to: &bytes)
    bytes += "],\"metadata\":".utf8
    metadata.write(to: &bytes)
    bytes += "}\n".utf8
    return bytes
  }

  private var columns: OrderedJSON {
    let down = table.dimensions.map { dimension in
      OrderedJSON.object([
        ("code", .string(dimension.id)), ("text", .string(dimension.title[language])),
        ("type", .string(dimension.role == .time ? "t" : "d")),
      ])
    }
    // The format has no place of its own for a unit.
    let unit = language == .nl ? "Eenheid" : "Unit"
    let across = table.measures.map { measure in
      let texts = [measure.definition?[language], "\(unit): \(measure.unit[language])"]
      return OrderedJSON.object([
        ("code", .string(measure.id)), ("text", .string(measure.title[language])),
        ("comment", .string(texts.compactMap { $0 }.joined(separator: "\n"))),
        ("type", .string("c")),
      ])
    }
    return .array(down + across)
  }

  /// What is to be known of categories; of a period also that its figures may still change.
  private var comments: OrderedJSON {
    let provisional = language == .nl ? "Voorlopig" : "Provisional"
    return .array(
      table.dimensions.flatMap { dimension in
        dimension.categories.compactMap { category -> OrderedJSON? in
          let texts = [
            category.definition?[language], category.status == .provisional ? provisional : nil,
          ].compactMap { $0 }
          if texts.isEmpty { return nil }
          return .object([
            ("variable", .string(dimension.id)), ("value", .string(category.code)),
            ("comment", .string(texts.joined(separator: "\n"))),
          ])
        }
      })
  }

  private func writeRows(to bytes: inout [UInt8]) {
    let codes = table.dimensions.map { dimension in
      dimension.categories.map { category in
        var bytes: [UInt8] = []
        OrderedJSON.write(category.code, to: &bytes)
        return bytes
      }
    }
    let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
    let cells = table.cells
    for cell in 0..<table.figures.cellCount {
      if cell > 0 { bytes.append(comma) }
      bytes += "{\"key\":[".utf8
      for (axis, place) in cells.coordinates(of: cell).enumerated() {
        if axis > 0 { bytes.append(comma) }
        bytes += codes[axis][place]
      }
      bytes += "],\"values\":[".utf8
      for (place, measure) in table.measures.enumerated() {
        if place > 0 { bytes.append(comma) }
        bytes.append(quote)
        switch table.cell(cell, measure: place) {
        case .value(let value):
          DecimalNotation.write(value, decimals: measure.decimals, to: &bytes)
        case .confidential: bytes += ArrangedTable.confidential.utf8
        case .impossible: bytes += ArrangedTable.impossible.utf8
        }
        bytes.append(quote)
      }
      bytes += "]}".utf8
    }
  }

  private var metadata: OrderedJSON {
    .array([
      .object([
        ("infofile", .null), ("updated", .string(updated.description)),
        ("label", .string(table.description.title[language])),
        (
          "source",
          .string(
            chain.sources(of: table.provenance).map(\.name[language]).joined(separator: ", "))
        ),
      ])
    ])
  }
}
