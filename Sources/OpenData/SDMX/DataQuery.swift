import InformationModel
import Publication

/// A question for figures: which codes of each dimension, which periods, and what is told of each figure.
///
/// All that a question says is about one dimension at a time, so that what it asks for is a table of its own and no other cell is looked at.
struct DataQuery: Sendable {
  /// By dimension of series, ascending.
  private(set) var places: [[Int]]
  /// Into the flow's moments, ascending.
  private(set) var moments: [Int]
  /// Whether each observation stands alone, with all dimensions.
  private(set) var isFlat: Bool
  private(set) var showsValues = true
  private(set) var attributes = SDMXFlow.Attribute.allCases

  /// Else only series are told.
  var hasObservations: Bool { showsValues || attributes.contains { $0.isOfObservation } }

  var isEmpty: Bool { moments.isEmpty || places.contains { $0.isEmpty } }

  static let allDimensions = "AllDimensions"

  /// - Parameters:
  ///   - flow: what is asked.
  ///   - key: by dimension of series codes joined by `+`, nothing or `*` for any; the dimensions joined by dots. `all`, `*` or nothing for everything.
  ///   - options: of the address.
  ///   - updated: when the figures were published.
  ///   - more: options that mean something to whoever asks.
  /// - Throws: what is wrong with the question.
  init(
    _ flow: SDMXFlow, key: String, _ options: SDMXOptions, updated: Moment, more: [String] = []
  ) throws(SDMXFault) {
    try options.check(
      [
        "startPeriod", "endPeriod", "updatedAfter", "firstNObservations", "lastNObservations",
        "dimensionAtObservation", "detail", "attributes", "measures", "includeHistory", "format",
      ] + more, unsupported: ["asof", "offset", "limit", "sort", "reportingyearstartday"],
      filters: true)
    places = try Self.places(key, of: flow)
    moments = Array(flow.moments.indices)
    isFlat = try Self.isFlat(flow, options["dimensionAtObservation"])
    for item in options.items where SDMXOptions.isFilter(item.name) {
      try filter(String(item.name.dropFirst(2).dropLast()), item.value, flow)
    }
    if let start = options["startPeriod"] { try keepMoments("ge", start, flow) }
    if let end = options["endPeriod"] { try keepMoments("le", end, flow) }
    try keepEnds(
      first: Self.count(options, "firstNObservations"),
      last: Self.count(options, "lastNObservations"))
    try keepChanged(since: updated, options)
    try choose(options)
  }

  // MARK: Keys

  private static func places(_ key: String, of flow: SDMXFlow) throws(SDMXFault) -> [[Int]] {
    let everything = flow.axes.map { Array($0.codes.indices) }
    if ["", "all", "*"].contains(key) { return everything }
    if flow.axes.count > 1, key.contains(",") {
      throw .unsupported("several keys at once; join codes of a dimension with + or use c[…]")
    }
    var parts = key.split(separator: ".", omittingEmptySubsequences: false)
    // A star at the end stands for all dimensions that follow.
    if parts.last == "*", parts.count < flow.axes.count {
      parts += Array(repeating: "*", count: flow.axes.count - parts.count)
    }
    guard parts.count == flow.axes.count else {
      let names = flow.axes.map(\.id).joined(separator: ".")
      throw .malformed("a key has \(flow.axes.count) parts, \(names), not \(parts.count)")
    }
    var places = everything
    for (axis, part) in parts.enumerated() where part != "" && part != "*" {
      let codes = part.split(omittingEmptySubsequences: false) { $0 == "+" || $0 == "," }
      guard codes.allSatisfy({ !$0.isEmpty }) else {
        throw .malformed("'\(part)' has a + without a code")
      }
      places[axis] = Set(codes.compactMap { flow.axes[axis].places[String($0)] }).sorted()
    }
    return places
  }

  // MARK: Filters

  private mutating func filter(
    _ dimension: String, _ text: String, _ flow: SDMXFlow
  ) throws(SDMXFault) {
    // A plus sign that is not encoded arrives as a blank.
    let conditions = text.split { $0 == "+" || $0 == " " }
    guard !conditions.isEmpty else { throw .malformed("c[\(dimension)] says nothing") }
    for condition in conditions {
      let tests = condition.split(separator: ",").map(Self.test)
      guard tests.count == 1 || tests.allSatisfy({ !["ne", "nc"].contains($0.operation) }) else {
        throw .malformed("'\(condition)': join what is not meant with +")
      }
      if dimension == SDMXFlow.timeDimension {
        var kept: Set<Int> = []
        for test in tests {
          kept.formUnion(try Self.moments(test.operation, test.value, flow))
        }
        moments = moments.filter(kept.contains)
      } else if let axis = flow.axes.firstIndex(where: { $0.id == dimension }) {
        let codes = flow.axes[axis].codes
        var kept: Set<Int> = []
        for test in tests {
          for place in places[axis] {
            if try Self.holds(test.operation, codes[place].id, test.value) { kept.insert(place) }
          }
        }
        places[axis] = kept.sorted()
      } else {
        let isComponent =
          dimension == SDMXFlow.observationValue
          || SDMXFlow.Attribute(rawValue: dimension) != nil
        throw isComponent
          ? .unsupported("a filter on \(dimension)") : .malformed("there is no '\(dimension)'")
      }
    }
  }

  private static let operations: Set<String> = [
    "eq", "ne", "lt", "le", "gt", "ge", "co", "nc", "sw", "ew",
  ]

  private static func test(_ text: Substring) -> (operation: String, value: String) {
    let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return sides.count == 2 && operations.contains(String(sides[0]))
      ? (String(sides[0]), String(sides[1])) : ("eq", String(text))
  }

  private static func holds(
    _ operation: String, _ code: String, _ value: String
  ) throws(SDMXFault) -> Bool {
    switch operation {
    case "eq": code == value
    case "ne": code != value
    case "co": code.contains(value)
    case "nc": !code.contains(value)
    case "sw": code.hasPrefix(value)
    case "ew": code.hasSuffix(value)
    default: throw .unsupported("'\(operation)': codes have no order")
    }
  }

  // MARK: Time

  private mutating func keepMoments(
    _ operation: String, _ text: String, _ flow: SDMXFlow
  ) throws(SDMXFault) {
    let kept = try Self.moments(operation, text, flow)
    moments = moments.filter(kept.contains)
  }

  /// Periods that begin or end where it is asked for; those that only touch it are not meant.
  private static func moments(
    _ operation: String, _ text: String, _ flow: SDMXFlow
  ) throws(SDMXFault) -> Set<Int> {
    guard flow.timeTitle != nil else {
      throw .malformed("\(flow.flow.id) has no dimension of time")
    }
    let known = flow.moments.first { $0.period.text == text }?.period
    guard let asked = known ?? SDMXPeriod(query: text) else {
      throw .malformed("'\(text)' is no period: 2024, 2024-Q1, 2024-01, 2024-01-31")
    }
    var kept: Set<Int> = []
    for (place, moment) in flow.moments.enumerated() {
      let own = moment.period
      let isSame = own.first == asked.first && own.last == asked.last
      let isKept =
        switch operation {
        case "eq": isSame
        case "ne": !isSame
        case "ge": own.first >= asked.first
        case "gt": own.first > asked.last
        case "le": own.last <= asked.last
        case "lt": own.last < asked.first
        default: throw .unsupported("'\(operation)' of periods")
        }
      if isKept { kept.insert(place) }
    }
    return kept
  }

  /// Every series has the same periods.
  private mutating func keepEnds(first: Int?, last: Int?) {
    guard first != nil || last != nil else { return }
    let kept = Set(moments.prefix(first ?? 0)).union(moments.suffix(last ?? 0))
    moments = moments.filter(kept.contains)
  }

  private static func count(_ options: SDMXOptions, _ name: String) throws(SDMXFault) -> Int? {
    guard let text = options[name] else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text), count > 0
    else { throw .malformed("\(name) must be a whole number from 1") }
    return count
  }

  /// All of a release was published at once; nothing of it changes without another one.
  private mutating func keepChanged(
    since updated: Moment, _ options: SDMXOptions
  ) throws(SDMXFault) {
    if let text = options["updatedAfter"] {
      // Without a zone it is meant as answers have it.
      let moment = Moment(text) ?? Moment(text + "Z")
      guard let moment = moment ?? CalendarDate(iso: text).map({ Moment(startOf: $0) }) else {
        throw .malformed("'\(text)' is no moment: 2024-01-31T00:00:00Z")
      }
      if updated <= moment { moments = [] }
    }
    switch options["includeHistory"]?.lowercased() {
    case nil, "false": break
    case "true": throw .unsupported("there is no history; every release stands by itself")
    default: throw .malformed("includeHistory must be true or false")
    }
  }

  // MARK: What is told

  private static func isFlat(_ flow: SDMXFlow, _ dimension: String?) throws(SDMXFault) -> Bool {
    switch dimension {
    case nil: return flow.timeTitle == nil
    case allDimensions: return true
    case SDMXFlow.timeDimension:
      guard flow.timeTitle != nil else {
        throw .malformed("\(flow.flow.id) has no dimension of time; ask \(allDimensions)")
      }
      return false
    case let other?:
      throw flow.axes.contains { $0.id == other }
        ? .unsupported("\(other) at the observation") : .malformed("there is no '\(other)'")
    }
  }

  private mutating func choose(_ options: SDMXOptions) throws(SDMXFault) {
    let all = SDMXFlow.Attribute.allCases
    switch options["detail"]?.lowercased() ?? "full" {
    case "full": break
    case "dataonly": attributes = []
    case "serieskeysonly": (showsValues, attributes) = (false, [])
    case "nodata": (showsValues, attributes) = (false, all.filter { !$0.isOfObservation })
    case let other: throw .malformed("'\(other)' is no detail")
    }
    if let text = options["attributes"] {
      var chosen: Set<SDMXFlow.Attribute> = []
      for word in text.split(whereSeparator: { $0 == "," || $0 == "+" || $0 == " " }) {
        switch word {
        case "dsd", "all": chosen.formUnion(all)
        case "none", "dataset", "msd": break
        case "series": chosen.formUnion(all.filter { !$0.isOfObservation })
        case "obs": chosen.formUnion(all.filter(\.isOfObservation))
        default:
          guard let attribute = SDMXFlow.Attribute(rawValue: String(word)) else {
            throw .malformed("there is no attribute '\(word)'")
          }
          chosen.insert(attribute)
        }
      }
      attributes = all.filter(chosen.contains)
    }
    switch options["measures"] {
    case nil: break
    case "all", SDMXFlow.observationValue: showsValues = true
    case "none": showsValues = false
    case let other?: throw .malformed("there is no measure '\(other)'")
    }
  }
}

/// Goes through the series that a question asks for, one after another, the last dimension fastest.
struct SeriesCursor: Sendable {
  struct Series {
    /// By dimension, into the places that are asked for.
    var positions: [Int]
    /// The cell of its first period.
    var cell: Int
    var measure: Int
  }

  private let flow: SDMXFlow
  private let places: [[Int]]
  private var positions: [Int]
  private var isDone: Bool

  init(_ flow: SDMXFlow, _ query: DataQuery) {
    self.flow = flow
    places = query.places
    positions = places.map { _ in 0 }
    isDone = query.isEmpty
  }

  mutating func next() -> Series? {
    if isDone { return nil }
    var series = Series(positions: positions, cell: 0, measure: 0)
    for (axis, position) in positions.enumerated() {
      let place = places[axis][position]
      if let stride = flow.axes[axis].stride {
        series.cell += place * stride
      } else {
        series.measure = place
      }
    }
    var axis = positions.count - 1
    while axis >= 0 {
      positions[axis] += 1
      if positions[axis] < places[axis].count { break }
      positions[axis] = 0
      axis -= 1
    }
    isDone = axis < 0
    return series
  }
}
