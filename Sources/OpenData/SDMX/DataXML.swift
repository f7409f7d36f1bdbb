/// Figures in SDMX-ML 2.1 or 3.0, structure-specific: every dimension and attribute is an XML attribute.
struct StructureSpecificXML: DataMessage {
  let start: [UInt8]
  let end = Array("</mes:DataSet></mes:StructureSpecificData>\n".utf8)
  private let asked: AskedFigures
  private let keys: [[[UInt8]]]
  private let times: [[UInt8]]
  private let statuses: [[[UInt8]]]
  private let measures: [[UInt8]]

  init(_ asked: AskedFigures, _ edition: SDMXEdition, _ header: SDMXHeader) {
    self.asked = asked
    // Codes need no escapes: SDMX allows no character that XML would take for its own.
    keys = asked.texts { " \($0.id)=\"\($1.id)\"" }
    times = asked.moments.map {
      Array((asked.hasTime ? " \(SDMXFlow.timeDimension)=\"\($0.period.text)\"" : "").utf8)
    }
    statuses = asked.statusTexts { " \($0.rawValue)=\"\($1)\"" }
    measures = asked.measureTexts { " \($0.rawValue)=\"\($1)\"" }
    // The name of the structure itself: some readers ask for it by what they find here.
    let id = asked.flow.structure.id
    let own = asked.flow.flow.urn(edition) + ":ObsLevelDim:" + asked.edgeDimension
    let namespace = SDMXNamespace(edition)
    var dataSet = [(name: "ss:structureRef", value: id), ("xsi:type", "ns1:DataSetType")]
    // The newer standard has no word for it.
    if edition == .two { dataSet.append(("ss:dataScope", "DataStructure")) }
    dataSet.append(("ss:action", "Information"))
    start = header.dataStart(
      MarkupElement(
        "mes:StructureSpecificData",
        [
          ("xmlns:mes", namespace.message), ("xmlns:ss", namespace.structureSpecific),
          ("xmlns:com", namespace.common), ("xmlns:xsi", SDMXNamespace.instance),
          ("xmlns:ns1", own),
        ]), asked, edition, namespace: own, dataSet: dataSet)
  }

  func write(_ series: SeriesCursor.Series, isFirst: Bool, to bytes: inout [UInt8]) {
    if !asked.query.isFlat {
      bytes.append(contentsOf: "<Series".utf8)
      writeKey(series, to: &bytes)
      bytes.append(contentsOf: measures[series.measure])
      guard asked.query.hasObservations else {
        bytes.append(contentsOf: "/>".utf8)
        return
      }
      bytes.append(UInt8(ascii: ">"))
    }
    for moment in times.indices {
      let observation = asked.observation(series, moment)
      bytes.append(contentsOf: "<Obs".utf8)
      if asked.query.isFlat { writeKey(series, to: &bytes) }
      bytes.append(contentsOf: times[moment])
      if asked.query.showsValues, observation.value != nil {
        bytes.append(contentsOf: " \(SDMXFlow.observationValue)=\"".utf8)
        asked.writeValue(observation, series, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
      }
      for (attribute, texts) in zip(asked.observationAttributes, statuses) {
        bytes.append(contentsOf: texts[asked.place(attribute, of: observation)])
      }
      if asked.query.isFlat { bytes.append(contentsOf: measures[series.measure]) }
      bytes.append(contentsOf: "/>".utf8)
    }
    if !asked.query.isFlat { bytes.append(contentsOf: "</Series>".utf8) }
  }

  private func writeKey(_ series: SeriesCursor.Series, to bytes: inout [UInt8]) {
    for (texts, position) in zip(keys, series.positions) {
      bytes.append(contentsOf: texts[position])
    }
  }
}

/// Figures in SDMX-ML 2.1, generic: dimensions and attributes are elements, which need no structure to be read.
struct GenericXML: DataMessage {
  let start: [UInt8]
  let end = Array("</mes:DataSet></mes:GenericData>\n".utf8)
  private let asked: AskedFigures
  private let keys: [[[UInt8]]]
  private let times: [[UInt8]]
  private let statuses: [[[UInt8]]]
  private let measures: [[UInt8]]

  init(_ asked: AskedFigures, _ header: SDMXHeader) {
    self.asked = asked
    func value(_ id: String, _ value: String) -> String {
      "<gen:Value id=\"\(id)\" value=\"\(value)\"/>"
    }
    keys = asked.texts { value($0.id, $1.id) }
    times = asked.moments.map { moment in
      let text = moment.period.text
      if !asked.hasTime { return [] }
      return Array(
        (asked.query.isFlat
          ? value(SDMXFlow.timeDimension, text) : "<gen:ObsDimension value=\"\(text)\"/>").utf8)
    }
    statuses = asked.statusTexts { value($0.rawValue, $1) }
    measures = asked.measureTexts { value($0.rawValue, $1) }
    let namespace = SDMXNamespace(.two)
    start = header.dataStart(
      MarkupElement(
        "mes:GenericData",
        [
          ("xmlns:mes", namespace.message), ("xmlns:gen", namespace.generic),
          ("xmlns:com", namespace.common),
        ]), asked, .two, namespace: nil,
      dataSet: [("structureRef", asked.flow.structure.id), ("action", "Information")])
  }

  func write(_ series: SeriesCursor.Series, isFirst: Bool, to bytes: inout [UInt8]) {
    if !asked.query.isFlat {
      bytes.append(contentsOf: "<gen:Series><gen:SeriesKey>".utf8)
      writeKey(series, to: &bytes)
      bytes.append(contentsOf: "</gen:SeriesKey>".utf8)
      writeAttributes(measures[series.measure], to: &bytes)
    }
    for moment in times.indices where asked.query.isFlat || asked.query.hasObservations {
      let observation = asked.observation(series, moment)
      bytes.append(contentsOf: "<gen:Obs>".utf8)
      if asked.query.isFlat {
        bytes.append(contentsOf: "<gen:ObsKey>".utf8)
        writeKey(series, to: &bytes)
        bytes.append(contentsOf: times[moment])
        bytes.append(contentsOf: "</gen:ObsKey>".utf8)
      } else {
        bytes.append(contentsOf: times[moment])
      }
      if asked.query.showsValues, observation.value != nil {
        bytes.append(contentsOf: "<gen:ObsValue value=\"".utf8)
        asked.writeValue(observation, series, to: &bytes)
        bytes.append(contentsOf: "\"/>".utf8)
      }
      var attributes: [UInt8] = []
      for (attribute, texts) in zip(asked.observationAttributes, statuses) {
        attributes.append(contentsOf: texts[asked.place(attribute, of: observation)])
      }
      if asked.query.isFlat { attributes.append(contentsOf: measures[series.measure]) }
      writeAttributes(attributes, to: &bytes)
      bytes.append(contentsOf: "</gen:Obs>".utf8)
    }
    if !asked.query.isFlat { bytes.append(contentsOf: "</gen:Series>".utf8) }
  }

  private func writeKey(_ series: SeriesCursor.Series, to bytes: inout [UInt8]) {
    for (texts, position) in zip(keys, series.positions) {
      bytes.append(contentsOf: texts[position])
    }
  }

  /// The element may not be empty.
  private func writeAttributes(_ attributes: [UInt8], to bytes: inout [UInt8]) {
    if attributes.isEmpty { return }
    bytes.append(contentsOf: "<gen:Attributes>".utf8)
    bytes.append(contentsOf: attributes)
    bytes.append(contentsOf: "</gen:Attributes>".utf8)
  }
}

extension SDMXHeader {
  /// Everything up to the first series.
  fileprivate func dataStart(
    _ root: MarkupElement, _ asked: AskedFigures, _ edition: SDMXEdition, namespace: String?,
    dataSet: [(name: String, value: String)]
  ) -> [UInt8] {
    var attributes = [(name: "structureID", value: asked.flow.structure.id)]
    if let namespace { attributes.append(("namespace", namespace)) }
    attributes.append(("dimensionAtObservation", asked.edgeDimension))
    let structure = MarkupElement(
      "mes:Structure", attributes, [asked.flow.flow.element("com:StructureUsage", edition)])
    var bytes = MarkupElement.declaration
    root.writeStart(to: &bytes)
    element([structure, MarkupElement("mes:DataSetAction", text: "Information")]).write(to: &bytes)
    MarkupElement("mes:DataSet", dataSet).writeStart(to: &bytes)
    return bytes
  }
}
