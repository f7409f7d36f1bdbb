/// Figures in SDMX-CSV 1.0 or 2.0: a row per observation, or per series when no observation is asked for.
struct SDMXCSV: DataMessage {
  let start: [UInt8]
  let end: [UInt8] = []
  private let asked: AskedFigures
  private let keys: [[[UInt8]]]
  private let times: [[UInt8]]
  private let statuses: [[[UInt8]]]
  private let measures: [[UInt8]]
  /// What every row begins with.
  private let flow: [UInt8]

  init(_ asked: AskedFigures, _ edition: SDMXEdition) {
    self.asked = asked
    // Every field begins with a comma but the first; no code, period or number has anything to be quoted for.
    keys = asked.texts { ",\($1.id)" }
    times = asked.moments.map { Array((asked.hasTime ? ",\($0.period.text)" : "").utf8) }
    statuses = asked.statusTexts { ",\($1)" }
    measures = asked.measureTexts { ",\($1)" }
    let reference = asked.flow.flow
    let name = "\(reference.agency):\(reference.id)(\(edition.version))"
    flow = Array((edition == .two ? name : "dataflow,\(name),I").utf8)
    var columns = edition == .two ? ["DATAFLOW"] : ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    columns += asked.flow.axes.map(\.id)
    if asked.query.hasObservations {
      if asked.hasTime { columns.append(SDMXFlow.timeDimension) }
      if asked.query.showsValues { columns.append(SDMXFlow.observationValue) }
      columns += asked.observationAttributes.map(\.rawValue)
    }
    columns += asked.measureAttributes.map(\.rawValue)
    start = Array((columns.joined(separator: ",") + "\r\n").utf8)
  }

  func write(_ series: SeriesCursor.Series, isFirst: Bool, to bytes: inout [UInt8]) {
    var key = flow
    for (texts, position) in zip(keys, series.positions) {
      key.append(contentsOf: texts[position])
    }
    let rows = asked.query.hasObservations ? times.count : 1
    for moment in 0..<rows {
      bytes.append(contentsOf: key)
      if asked.query.hasObservations {
        let observation = asked.observation(series, moment)
        bytes.append(contentsOf: times[moment])
        if asked.query.showsValues {
          bytes.append(UInt8(ascii: ","))
          asked.writeValue(observation, series, to: &bytes)
        }
        for (attribute, texts) in zip(asked.observationAttributes, statuses) {
          bytes.append(contentsOf: texts[asked.place(attribute, of: observation)])
        }
      }
      bytes.append(contentsOf: measures[series.measure])
      bytes.append(contentsOf: "\r\n".utf8)
    }
  }
}
