import InformationModel
import Publication

/// A table as SDMX sees it: series along the table's dimensions and its measures, each with an observation per period.
struct SDMXFlow: Sendable {
  static let timeDimension = "TIME_PERIOD"
  static let measureDimension = "MEASURE"
  static let observationValue = "OBS_VALUE"

  /// What is told of each figure beside its value.
  enum Attribute: String, Sendable, CaseIterable {
    case status = "OBS_STATUS"
    case confidentiality = "CONF_STATUS"
    case unit = "UNIT_MEASURE"
    case decimals = "DECIMALS"

    /// Else it is the same for all figures of a measure.
    var isOfObservation: Bool { self == .status || self == .confidentiality }

    var title: LocalizedText {
      switch self {
      case .status: LocalizedText(nl: "Status van het cijfer", en: "Observation status")
      case .confidentiality: LocalizedText(nl: "Geheimhouding", en: "Confidentiality")
      case .unit: LocalizedText(nl: "Eenheid", en: "Unit of measure")
      case .decimals: LocalizedText(nl: "Decimalen", en: "Decimals")
      }
    }
  }

  /// One value of a series dimension.
  struct Code: Sendable {
    var id: String
    var name: LocalizedText
    var description: LocalizedText?
    var parent: String?
  }

  /// A dimension of series.
  struct Axis: Sendable {
    var id: String
    var title: LocalizedText
    /// The list of its codes.
    var list: String
    var codes: [Code]
    /// Place of each code by its id.
    var places: [String: Int]
    /// Of the cells of two neighbouring codes; nil for the measures.
    var stride: Int?
  }

  /// A category of the time dimension that is a stretch of time.
  struct Moment: Sendable {
    var period: SDMXPeriod
    var title: LocalizedText
    var isProvisional: Bool
    /// How far into the cells of a series.
    var offset: Int
  }

  let table: PublishedTable
  let flow: SDMXArtefact.Reference
  let structure: SDMXArtefact.Reference
  let concepts: SDMXArtefact.Reference
  /// In the table's order; the measures come last.
  let axes: [Axis]
  /// Nil when the table has none.
  let timeTitle: LocalizedText?
  /// In the order of their ends. A table without time has one that stands for nothing.
  let moments: [Moment]
  /// Categories of the time dimension of which nobody can say from when to when they are.
  let leftOut: [Category]
  /// By measure: its unit and decimals as codes.
  let units: [(code: String, name: LocalizedText)]

  /// - Parameters:
  ///   - table: what is published.
  ///   - agency: who maintains it.
  ///   - taken: names of code lists that exist; those of this table are added.
  init(_ table: PublishedTable, agency: String, taken: inout Set<String>) {
    func reference(_ kind: SDMXArtefact.Kind, _ prefix: String) -> SDMXArtefact.Reference {
      SDMXArtefact.Reference(kind: kind, agency: agency, id: prefix + table.description.id)
    }
    self.table = table
    flow = reference(.dataflow, "DF_")
    structure = reference(.dataStructure, "DSD_")
    concepts = reference(.conceptScheme, "CS_")
    // What stands in the same row of a file, or in the same element.
    var names = Set(
      Attribute.allCases.map(\.rawValue) + [
        Self.timeDimension, Self.measureDimension, Self.observationValue, "DATAFLOW", "STRUCTURE",
        "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY",
        "REPORTING_YEAR_START_DAY",
      ])
    func axis(_ id: String, _ title: LocalizedText, _ codes: [Code], stride: Int?) -> Axis {
      Axis(
        id: id, title: title,
        list: SDMXIdentifier.unique("CL_\(table.description.id)_\(id)", among: &taken),
        codes: codes,
        places: Dictionary(
          codes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { one, _ in one }),
        stride: stride)
    }
    let strides = table.cells.strides
    var axes: [Axis] = []
    for (place, dimension) in table.dimensions.enumerated() where dimension.role != .time {
      let ids = dimension.categories.map { SDMXIdentifier.code($0.code) }
      let codes = zip(ids, dimension.categories).map { id, category in
        Code(
          id: id, name: category.label, description: category.definition,
          parent: category.parent.map { ids[$0] })
      }
      let id = SDMXIdentifier.unique(SDMXIdentifier.name(dimension.id), among: &names)
      axes.append(axis(id, dimension.title, codes, stride: strides[place]))
    }
    axes.append(
      axis(
        Self.measureDimension, LocalizedText(nl: "Onderwerp", en: "Measure"),
        table.measures.map {
          Code(id: SDMXIdentifier.code($0.id), name: $0.title, description: $0.definition)
        }, stride: nil))
    self.axes = axes
    units = table.measures.map { (SDMXIdentifier.code($0.unit.nl), $0.unit) }
    guard let time = table.timeDimension else {
      timeTitle = nil
      let day = table.provenance.referenceDate
      moments = [
        Moment(
          period: SDMXPeriod("", from: day, to: day), title: LocalizedText(nl: "", en: ""),
          isProvisional: false, offset: 0)
      ]
      leftOut = []
      return
    }
    timeTitle = table.dimensions[time].title
    (moments, leftOut) = Self.moments(
      of: table.dimensions[time].categories, stride: strides[time],
      referenceDate: table.provenance.referenceDate)
  }

  /// The total over all periods is the time from the first to the last one, unless one of them is not known.
  private static func moments(
    of categories: [Category], stride: Int, referenceDate: CalendarDate
  ) -> (moments: [Moment], leftOut: [Category]) {
    var moments: [Moment] = []
    var leftOut: [Category] = []
    var seen: Set<String> = []
    func add(_ period: SDMXPeriod?, _ place: Int) {
      guard let period, seen.insert(period.text).inserted else {
        leftOut.append(categories[place])
        return
      }
      moments.append(
        Moment(
          period: period, title: categories[place].label,
          isProvisional: categories[place].status == .provisional, offset: place * stride))
    }
    for (place, category) in categories.enumerated() where category.code != Naming.allPeriods {
      add(SDMXPeriod(code: category.code, referenceDate: referenceDate), place)
    }
    if let total = categories.firstIndex(where: { $0.code == Naming.allPeriods }) {
      var whole: SDMXPeriod?
      if leftOut.isEmpty, let first = moments.map(\.period.first).min(),
        let last = moments.map(\.period.last).max()
      {
        whole = SDMXPeriod(from: first, to: last)
      }
      add(whole, total)
    }
    // Of two that end together the longer one comes first: the newest is what is newest.
    moments.sort { one, other in
      let (left, right) = (one.period, other.period)
      return (left.last, left.first, left.text) < (right.last, right.first, right.text)
    }
    return (moments, leftOut)
  }

  // MARK: What there is

  /// In the order of a key, time last.
  var dimensions: [String] {
    axes.map(\.id) + (timeTitle == nil ? [] : [Self.timeDimension])
  }

  /// All codes and periods; every combination of them has a figure or a reason why there is none.
  var constraint: SDMXArtefact {
    var codes = axes.map { (dimension: $0.id, codes: $0.codes.map(\.id)) }
    if timeTitle != nil { codes.append((Self.timeDimension, moments.map(\.period.text))) }
    return constraint("CC_", codes)
  }

  /// - Parameters:
  ///   - prefix: of its name.
  ///   - codes: by dimension.
  ///   - periods: of which the first and the last day are told.
  /// - Returns: what may be asked for.
  func constraint(
    _ prefix: String, _ codes: [(dimension: String, codes: [String])], periods: [SDMXPeriod] = []
  ) -> SDMXArtefact {
    SDMXArtefact(
      reference: .init(
        kind: .constraint, agency: flow.agency, id: prefix + table.description.id),
      name: table.description.title,
      content: .constraint(
        flow: flow, codes: codes, from: periods.map(\.first).min(),
        to: periods.map(\.last).max()))
  }

  // MARK: Figures

  struct Observation {
    /// Nil when nothing is published.
    var value: Double?
    /// Place in `statuses`.
    var status: Int
    /// Place in `confidentialities`.
    var confidentiality: Int
  }

  static let statuses = [
    Code(id: "A", name: LocalizedText(nl: "Gewone waarde", en: "Normal value")),
    Code(id: "P", name: LocalizedText(nl: "Voorlopige waarde", en: "Provisional value")),
    Code(
      id: "Q",
      name: LocalizedText(nl: "Waarde niet gegeven: geheim", en: "Missing value; suppressed")),
    Code(
      id: "M", name: LocalizedText(nl: "Er is niets te berekenen", en: "Data cannot exist")),
  ]

  static let confidentialities = [
    Code(id: "F", name: LocalizedText(nl: "Vrij", en: "Free for publication")),
    Code(
      id: "C",
      name: LocalizedText(nl: "Statistisch geheim", en: "Confidential statistical information")),
  ]

  func observation(cell: Int, measure: Int, at moment: Moment) -> Observation {
    switch table.cell(cell + moment.offset, measure: measure) {
    case .value(let value):
      Observation(value: value, status: moment.isProvisional ? 1 : 0, confidentiality: 0)
    case .confidential: Observation(value: nil, status: 2, confidentiality: 1)
    case .impossible: Observation(value: nil, status: 3, confidentiality: 0)
    }
  }

  /// What an attribute of a measure says: a code of the list of units, or a number.
  func text(of attribute: Attribute, measure: Int) -> String {
    attribute == .unit ? units[measure].code : String(table.measures[measure].decimals)
  }
}
