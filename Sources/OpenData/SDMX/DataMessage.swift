import InformationModel
import Publication

/// A notation of figures, written a series at a time.
protocol DataMessage: Sendable {
  /// What stands before the first series, and behind the last.
  var start: [UInt8] { get }
  var end: [UInt8] { get }

  func write(_ series: SeriesCursor.Series, isFirst: Bool, to bytes: inout [UInt8])
}

extension DataMessage {
  /// Made while it is sent.
  func pieces(_ flow: SDMXFlow, _ query: DataQuery) -> AnswerPieces {
    var cursor = SeriesCursor(flow, query)
    var isStarted = false
    var isFirst = true
    var isDone = false
    return AnswerPieces {
      if isDone { return nil }
      var bytes = isStarted ? [] : start
      isStarted = true
      bytes.reserveCapacity(pieceLength + 4096)
      while bytes.count < pieceLength {
        guard let series = cursor.next() else {
          bytes.append(contentsOf: end)
          isDone = true
          break
        }
        write(series, isFirst: isFirst, to: &bytes)
        isFirst = false
      }
      return bytes
    }
  }
}

private let pieceLength = 64 * 1024

/// What a question asks for, with every text that occurs in it written once.
struct AskedFigures: Sendable {
  let flow: SDMXFlow
  let query: DataQuery
  let moments: [SDMXFlow.Moment]
  /// Attributes of observations that are asked for, and of measures.
  let observationAttributes: [SDMXFlow.Attribute]
  let measureAttributes: [SDMXFlow.Attribute]

  init(_ flow: SDMXFlow, _ query: DataQuery) {
    (self.flow, self.query) = (flow, query)
    moments = query.moments.map { flow.moments[$0] }
    observationAttributes = query.attributes.filter(\.isOfObservation)
    measureAttributes = query.attributes.filter { !$0.isOfObservation }
  }

  var hasTime: Bool { flow.timeTitle != nil }

  var edgeDimension: String { query.isFlat ? DataQuery.allDimensions : SDMXFlow.timeDimension }

  /// By dimension and place that is asked for: what is written of it.
  func texts(_ text: (SDMXFlow.Axis, SDMXFlow.Code) -> String) -> [[[UInt8]]] {
    zip(flow.axes, query.places).map { axis, places in
      places.map { Array(text(axis, axis.codes[$0]).utf8) }
    }
  }

  /// By measure of the table: what is written of its attributes.
  func measureTexts(_ text: (SDMXFlow.Attribute, String) -> String) -> [[UInt8]] {
    flow.table.measures.indices.map { measure in
      measureAttributes.flatMap { Array(text($0, flow.text(of: $0, measure: measure)).utf8) }
    }
  }

  /// By attribute of observations and place of its code: what is written of it.
  func statusTexts(_ text: (SDMXFlow.Attribute, String) -> String) -> [[[UInt8]]] {
    observationAttributes.map { attribute in
      let codes = attribute == .status ? SDMXFlow.statuses : SDMXFlow.confidentialities
      return codes.map { Array(text(attribute, $0.id).utf8) }
    }
  }

  /// Place of the code that an attribute has.
  func place(_ attribute: SDMXFlow.Attribute, of observation: SDMXFlow.Observation) -> Int {
    attribute == .status ? observation.status : observation.confidentiality
  }

  func observation(_ series: SeriesCursor.Series, _ moment: Int) -> SDMXFlow.Observation {
    flow.observation(cell: series.cell, measure: series.measure, at: moments[moment])
  }

  /// Nothing when nothing is published.
  func writeValue(
    _ observation: SDMXFlow.Observation, _ series: SeriesCursor.Series, to bytes: inout [UInt8]
  ) {
    if let value = observation.value {
      DecimalNotation.write(
        value, decimals: flow.table.measures[series.measure].decimals, to: &bytes)
    }
  }
}
