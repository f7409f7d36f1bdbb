import InformationModel
import Publication

/// What every form tells of a table beside its figures, in one place so that all say the same.
struct TableTexts: Sendable {
  let table: PublishedTable
  let chain: ChainDescription
  /// From when the public sees it; nil when it was seen at once.
  var published: Moment?
  /// Why it was published; nil when nobody said so.
  var reason: LocalizedText?

  var source: String {
    chain.sources(of: table.provenance).map(\.name.nl).joined(separator: ", ")
  }

  /// Provisional periods carry an asterisk behind their title.
  static func title(_ category: Category, _ language: Language = .nl) -> String {
    category.label[language] + (category.status == .provisional ? "*" : "")
  }

  /// Unique within the table: clients make them names of columns.
  var measureTitles: [String] {
    var seen: [String: Int] = [:]
    return table.measures.map { measure in
      let title = measure.title.nl
      seen[title, default: 0] += 1
      return seen[title] == 1 ? title : "\(title) (\(measure.unit.nl))"
    }
  }

  /// A definition, or what is counted where the measure has none of its own.
  func definition(of measure: Measure, _ language: Language = .nl) -> String {
    (measure.definition ?? table.description.population)[language]
  }

  /// How often a figure is added.
  var frequency: String {
    let codes = table.timeDimension.map { table.dimensions[$0].categories.map(\.code) } ?? []
    func has(_ mark: String) -> Bool { codes.contains { $0.dropFirst(4).hasPrefix(mark) } }
    return has("MM") ? "Permaand" : has("KW") ? "Perkwartaal" : "Perjaar"
  }

  /// From the first to the last period.
  var period: String {
    let periods = table.timeDimension.map { time in
      table.dimensions[time].categories.filter { $0.code != Naming.allPeriods }
    }
    guard let first = periods?.first, let last = periods?.last else { return "" }
    return first.code == last.code
      ? first.label.nl : "\(first.label.nl) - \(last.label.nl)"
  }

  var version: String { VersionName.digits(of: table.provenance.referenceDate) }

  /// When the table got its figures: what was seen at once is as old as its reference date, since a release has no clock. Every service
  /// tells this moment, in its own notation.
  var updated: Moment { published ?? Moment(startOf: table.provenance.referenceDate) }

  /// The same without a zone, as OData 3 has it.
  var updatedWithoutZone: String { String(updated.description.dropLast()) }

  /// ASCII, for a name in an address or a program.
  static func identifier(_ id: String) -> String {
    let name = String(id.map { $0 == "-" ? "_" : $0 })
    return name.first?.isNumber == true ? "k_" + name : name
  }
}

extension Dimension {
  /// What both versions of OData call this kind of dimension.
  var kind: String {
    switch role {
    case .plain: "Dimension"
    case .time: "TimeDimension"
    case .region: "GeoDimension"
    }
  }
}
