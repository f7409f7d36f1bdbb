import DisclosureControl
import InformationModel

/// What stands in one published cell.
package enum PublishedCell: Sendable, Hashable {
  /// A figure, rounded to the decimals of its measure.
  case value(Double)
  /// Hidden to protect.
  case confidential
  /// Nothing to compute.
  case impossible
}

/// A table as every page and every format reads it: rounded figures, hidden cells without any trace
/// of their value.
package struct PublishedTable: Sendable, Hashable {
  /// Texts about the table.
  package let description: TableDescription
  /// The directions of the table; the last one runs fastest.
  package let dimensions: [Dimension]
  /// What is measured, in display order.
  package let measures: [Measure]
  /// One column per measure, one element per cell; nil unless the status is normal.
  package let values: [[Double?]]
  /// Same shape as `values`.
  package let statuses: [[CellStatus]]
  /// What was hidden and why.
  package let policy: DisclosurePolicy
  /// Where the figures come from: the deliveries are those of this table alone.
  package let provenance: Provenance

  /// Takes over a protected table; refuses what could not be published safely in every format.
  init(_ table: ProtectedTable, provenance: Provenance) throws(PublicationError) {
    let cellCount = table.dimensions.reduce(1) { $0 * $1.categories.count }
    guard table.values.count == table.measures.count,
      table.statuses.count == table.measures.count,
      table.values.allSatisfy({ $0.count == cellCount }),
      table.statuses.allSatisfy({ $0.count == cellCount })
    else {
      throw PublicationError(
        .unpublishable,
        "Table \(table.description.id): the figures do not fill \(cellCount) cells per measure.")
    }
    var values: [[Double?]] = []
    for (measure, column) in zip(table.measures, zip(table.values, table.statuses)) {
      try values.append(
        Self.published(column.0, column.1, of: measure, table: table.description.id))
    }
    description = table.description
    dimensions = table.dimensions
    measures = table.measures
    self.values = values
    statuses = table.statuses
    policy = table.policy
    self.provenance = provenance
    try checkNames()
  }

  /// The table of some categories and measures, in the table's own order: what somebody asks of it.
  ///
  /// - Parameters:
  ///   - choices: by dimension the categories, ascending.
  ///   - chosen: the measures, ascending.
  /// - Returns: a table of its own, with the reasons of what it hides.
  package func restricted(to choices: [[Int]], measures chosen: [Int]) -> PublishedTable {
    var places = [0]
    for (choice, stride) in zip(choices, cells.strides) {
      places = places.flatMap { place in choice.map { place + $0 * stride } }
    }
    return PublishedTable(
      description: description,
      dimensions: zip(dimensions, choices).map { dimension, choice in
        var dimension = dimension
        let all = dimension.categories
        let position = Dictionary(
          choice.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        dimension.categories = choice.map { category in
          var own = all[category]
          var parent = own.parent
          while let above = parent, position[above] == nil { parent = all[above].parent }
          own.parent = parent.flatMap { position[$0] }
          return own
        }
        return dimension
      }, measures: chosen.map { measures[$0] },
      values: chosen.map { measure in places.map { values[measure][$0] } },
      statuses: chosen.map { measure in places.map { statuses[measure][$0] } }, policy: policy,
      provenance: provenance)
  }

  private init(
    description: TableDescription, dimensions: [Dimension], measures: [Measure],
    values: [[Double?]], statuses: [[CellStatus]], policy: DisclosurePolicy,
    provenance: Provenance
  ) {
    self.description = description
    self.dimensions = dimensions
    self.measures = measures
    self.values = values
    self.statuses = statuses
    self.policy = policy
    self.provenance = provenance
  }

  private static func published(
    _ values: [Double?], _ statuses: [CellStatus], of measure: Measure, table: String
  ) throws(PublicationError) -> [Double?] {
    var result: [Double?] = []
    result.reserveCapacity(values.count)
    for (value, status) in zip(values, statuses) {
      guard status == .normal else {
        result.append(nil)
        continue
      }
      guard let value, value.isFinite else {
        throw PublicationError(
          .unpublishable, "Table \(table): a normal cell of measure \(measure.id) has no figure.")
      }
      result.append(DecimalNotation.rounded(value, decimals: measure.decimals))
    }
    return result
  }

  /// Why figures are hidden, for readers: the policy's title and its reason.
  package var protection: (title: LocalizedText, reason: LocalizedText) {
    (policy.title, policy.reason)
  }

  /// Position of the time dimension.
  package var timeDimension: Int? { dimensions.firstIndex { $0.role == .time } }

  /// How to walk through the cells.
  package var cells: CellIndex { CellIndex(dimensions) }

  /// What stands in the cell.
  package func cell(_ cell: Int, measure: Int) -> PublishedCell {
    switch statuses[measure][cell] {
    case .normal: values[measure][cell].map(PublishedCell.value) ?? .impossible
    case .confidential: .confidential
    case .impossible: .impossible
    }
  }

  /// How many figures there are, and how many of them are hidden.
  package var figureCounts: (all: Int, hidden: Int) {
    statuses.reduce(into: (0, 0)) { counts, column in
      counts.0 += column.count
      counts.1 += column.count { $0 == .confidential }
    }
  }

  /// Categories of the time dimension whose figures may still change.
  package var provisionalPeriods: [Category] {
    timeDimension.map { dimensions[$0].categories.filter { $0.status == .provisional } } ?? []
  }

  /// Provisional as soon as one period is.
  package var status: PeriodStatus {
    provisionalPeriods.isEmpty ? .definitive : .provisional
  }
}

extension PublishedTable: Codable {
  private enum CodingKeys: String, CodingKey {
    case description, dimensions, measures, values, statuses, policy, provenance
  }

  /// Statuses are stored as one letter per cell: `n`, `c`, `i`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    description = try container.decode(TableDescription.self, forKey: .description)
    dimensions = try container.decode([Dimension].self, forKey: .dimensions)
    measures = try container.decode([Measure].self, forKey: .measures)
    values = try container.decode([[Double?]].self, forKey: .values)
    policy = try container.decode(DisclosurePolicy.self, forKey: .policy)
    provenance = try container.decode(Provenance.self, forKey: .provenance)
    statuses = try container.decode([String].self, forKey: .statuses).map { letters in
      try letters.utf8.map { letter in
        switch letter {
        case UInt8(ascii: "n"): .normal
        case UInt8(ascii: "c"): .confidential
        case UInt8(ascii: "i"): .impossible
        default:
          throw DecodingError.dataCorruptedError(
            forKey: .statuses, in: container, debugDescription: "a letter other than n, c, i")
        }
      }
    }
  }

  /// Writes what `init(from:)` reads.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(description, forKey: .description)
    try container.encode(dimensions, forKey: .dimensions)
    try container.encode(measures, forKey: .measures)
    try container.encode(values, forKey: .values)
    try container.encode(policy, forKey: .policy)
    try container.encode(provenance, forKey: .provenance)
    let letters = statuses.map { column in
      String(
        decoding: column.map { status in
          switch status {
          case .normal: UInt8(ascii: "n")
          case .confidential: UInt8(ascii: "c")
          case .impossible: UInt8(ascii: "i")
          }
        }, as: UTF8.self)
    }
    try container.encode(letters, forKey: .statuses)
  }
}
