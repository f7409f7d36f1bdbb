import InformationModel
import Publication

/// Figures in SDMX-JSON 1.0 or 2.0: codes are told once, and counted from there on.
struct SDMXJSON: DataMessage {
  let start: [UInt8]
  let end = Array("}}]}}\n".utf8)
  private let asked: AskedFigures
  private let edition: SDMXEdition
  /// By measure: places of its attributes, each with a comma before it.
  private let measures: [[UInt8]]

  init(_ asked: AskedFigures, _ edition: SDMXEdition, _ header: SDMXHeader) {
    (self.asked, self.edition) = (asked, edition)
    let values = asked.measureAttributes.map { Self.values($0, asked, edition) }
    measures = asked.flow.table.measures.indices.map { measure in
      values.flatMap { Array(",\($0.places[measure])".utf8) }
    }
    var bytes: [UInt8] = []
    func open(_ members: [(String, OrderedJSON)], _ next: String) {
      var part: [UInt8] = []
      OrderedJSON.object(members).write(to: &part)
      part.removeLast()
      bytes.append(contentsOf: part)
      bytes.append(contentsOf: next.utf8)
    }
    let urn = asked.flow.flow.urn(edition)
    let links: (String, OrderedJSON) = ("links", .array([StructureJSON.link("dataflow", urn)]))
    let structure = Self.structure(asked, edition, links, values.map(\.json))
    open(
      [("meta", header.json("data", version: edition == .two ? "1.0" : "2.0.0"))], ",\"data\":")
    open(
      [edition == .two ? ("structure", structure) : ("structures", .array([structure]))],
      ",\"dataSets\":[")
    var dataSet: [(String, OrderedJSON)] =
      (edition == .two ? [] : [("structure", .integer(0))]) + [
        links, ("action", .string("Information")),
      ]
    if edition == .three, !asked.measureAttributes.isEmpty {
      dataSet.append(("dimensionGroupAttributes", Self.groups(asked, values.map(\.places))))
    }
    open(dataSet, asked.query.isFlat ? ",\"observations\":{" : ",\"series\":{")
    start = bytes
  }

  func write(_ series: SeriesCursor.Series, isFirst: Bool, to bytes: inout [UInt8]) {
    let key = series.positions.map(String.init).joined(separator: ":")
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    if asked.query.isFlat {
      for moment in asked.moments.indices {
        if moment > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: (asked.hasTime ? "\"\(key):\(moment)\":" : "\"\(key)\":").utf8)
        write(series, moment, to: &bytes)
      }
      return
    }
    bytes.append(contentsOf: "\"\(key)\":{".utf8)
    let hasAttributes = edition == .two && !asked.measureAttributes.isEmpty
    if hasAttributes {
      bytes.append(contentsOf: "\"attributes\":[".utf8)
      bytes.append(contentsOf: measures[series.measure].dropFirst())
      bytes.append(UInt8(ascii: "]"))
    }
    if asked.query.hasObservations {
      bytes.append(contentsOf: (hasAttributes ? ",\"observations\":{" : "\"observations\":{").utf8)
      for moment in asked.moments.indices {
        bytes.append(contentsOf: (moment > 0 ? ",\"\(moment)\":" : "\"\(moment)\":").utf8)
        write(series, moment, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// The value, and where the codes of its attributes stand.
  private func write(_ series: SeriesCursor.Series, _ moment: Int, to bytes: inout [UInt8]) {
    let observation = asked.observation(series, moment)
    var fields: [UInt8] = []
    // The first standard always has a value, if only nothing.
    if asked.query.showsValues || edition == .two {
      fields.append(UInt8(ascii: ","))
      if asked.query.showsValues, observation.value != nil {
        asked.writeValue(observation, series, to: &fields)
      } else {
        fields.append(contentsOf: "null".utf8)
      }
    }
    for attribute in asked.observationAttributes {
      fields.append(contentsOf: ",\(asked.place(attribute, of: observation))".utf8)
    }
    if asked.query.isFlat, edition == .two {
      fields.append(contentsOf: measures[series.measure])
    }
    bytes.append(UInt8(ascii: "["))
    bytes.append(contentsOf: fields.dropFirst())
    bytes.append(UInt8(ascii: "]"))
  }

  // MARK: Structure

  private static func structure(
    _ asked: AskedFigures, _ edition: SDMXEdition, _ links: (String, OrderedJSON),
    _ measureAttributes: [OrderedJSON]
  ) -> OrderedJSON {
    let flow = asked.flow
    var dimensions: [OrderedJSON] = zip(flow.axes, asked.query.places).enumerated().map {
      position, chosen in
      let (axis, places) = chosen
      return .object(
        [("id", .string(axis.id))] + StructureJSON.texts("name", axis.title) + [
          ("keyPosition", .integer(position)),
          ("values", .array(places.map { value(axis.codes[$0]) })),
        ])
    }
    var observation: [OrderedJSON] = []
    if let title = flow.timeTitle {
      observation.append(
        .object(
          [("id", .string(SDMXFlow.timeDimension))] + StructureJSON.texts("name", title) + [
            ("keyPosition", .integer(dimensions.count)),
            ("roles", .strings([SDMXFlow.timeDimension])),
            ("values", .array(asked.moments.map { value($0, edition) })),
          ]))
    }
    if asked.query.isFlat {
      observation = dimensions + observation
      dimensions = []
    }
    let relation: OrderedJSON =
      edition == .two
      ? .object([("primaryMeasure", .string(SDMXFlow.observationValue))])
      : .object([("observation", .object([]))])
    let statuses = asked.observationAttributes.map { attribute in
      let codes = attribute == .status ? SDMXFlow.statuses : SDMXFlow.confidentialities
      return object(attribute, relation, codes.map(value))
    }
    let isAtObservation = edition == .two && asked.query.isFlat
    var attributes: [(String, OrderedJSON)] = [
      ("dataSet", .array([])),
      ("series", .array(edition == .two && !asked.query.isFlat ? measureAttributes : [])),
      ("observation", .array(statuses + (isAtObservation ? measureAttributes : []))),
    ]
    if edition == .three { attributes.insert(("dimensionGroup", .array(measureAttributes)), at: 1) }
    var members = [links] + StructureJSON.texts("name", flow.table.description.title)
    members.append(
      (
        "dimensions",
        .object([
          ("dataSet", .array([])), ("series", .array(dimensions)),
          ("observation", .array(observation)),
        ])
      ))
    if edition == .three {
      let measure = OrderedJSON.object([
        ("id", .string(SDMXFlow.observationValue)),
        ("format", .object([("dataType", .string("Double"))])),
      ])
      members.append(
        (
          "measures",
          .object([("observation", .array(asked.query.showsValues ? [measure] : []))])
        ))
    }
    members.append(("attributes", .object(attributes)))
    if edition == .three { members.append(("dataSets", .array([.integer(0)]))) }
    return .object(members)
  }

  private static func object(
    _ attribute: SDMXFlow.Attribute, _ relation: OrderedJSON, _ values: [OrderedJSON]
  ) -> OrderedJSON {
    .object(
      [("id", .string(attribute.rawValue))] + StructureJSON.texts("name", attribute.title) + [
        ("relationship", relation), ("values", .array(values)),
      ])
  }

  private static func value(_ code: SDMXFlow.Code) -> OrderedJSON {
    .object(
      [("id", .string(code.id))] + StructureJSON.texts("name", code.name)
        + (code.parent.map { [("parent", .string($0))] } ?? []))
  }

  /// A period has no code. The first standard wants one all the same, without a stroke.
  private static func value(_ moment: SDMXFlow.Moment, _ edition: SDMXEdition) -> OrderedJSON {
    let period = moment.period
    let name: [(String, OrderedJSON)] =
      edition == .two
      ? [("id", .string(SDMXIdentifier.code(period.text))), ("name", .string(period.text))]
      : [("value", .string(period.text))]
    return .object(
      name + [
        ("start", .string("\(period.first)T00:00:00Z")),
        ("end", .string("\(period.last)T23:59:59Z")),
      ])
  }

  /// What an attribute of measures can be, and by measure which of them it is.
  private static func values(
    _ attribute: SDMXFlow.Attribute, _ asked: AskedFigures, _ edition: SDMXEdition
  ) -> (json: OrderedJSON, places: [Int]) {
    var known: [String: Int] = [:]
    var values: [OrderedJSON] = []
    var places: [Int] = []
    for measure in asked.flow.table.measures.indices {
      let text = asked.flow.text(of: attribute, measure: measure)
      if known[text] == nil {
        known[text] = values.count
        let unit = asked.flow.units[measure].name
        if attribute == .unit {
          values.append(value(SDMXFlow.Code(id: text, name: unit)))
        } else if edition == .two {
          values.append(.object([("id", .string(text)), ("name", .string(text))]))
        } else {
          values.append(.object([("value", .string(text))]))
        }
      }
      places.append(known[text] ?? 0)
    }
    let relation = OrderedJSON.object([("dimensions", .strings([SDMXFlow.measureDimension]))])
    return (object(attribute, relation, values), places)
  }

  /// By measure, said once for all its series.
  private static func groups(_ asked: AskedFigures, _ places: [[Int]]) -> OrderedJSON {
    let before = String(repeating: ":", count: asked.flow.axes.count - 1)
    let chosen = asked.query.places.last ?? []
    return .object(
      chosen.enumerated().map { position, measure in
        (
          "\(before)\(position)\(asked.hasTime ? ":" : "")",
          OrderedJSON.array(places.map { .integer($0[measure]) })
        )
      })
  }
}
