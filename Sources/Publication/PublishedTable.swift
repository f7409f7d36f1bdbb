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
  /// One column per measure.
  package let figures: CellColumns
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
    var columns: [[PublishedCell]] = []
    for (measure, column) in zip(table.measures, zip(table.values, table.statuses)) {
      try columns.append(
        Self.published(column.0, column.1, of: measure, table: table.description.id))
    }
    description = table.description
    dimensions = table.dimensions
    measures = table.measures
    figures = CellColumns(columns)
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
      figures: CellColumns(
        chosen.map { measure in places.map { figures.cell($0, column: measure) } }),
      policy: policy, provenance: provenance)
  }

  /// A table whose texts and figures lie apart.
  init(_ head: Head, figures: CellColumns) {
    self.init(
      description: head.description, dimensions: head.dimensions, measures: head.measures,
      figures: figures, policy: head.policy, provenance: head.provenance)
  }

  private init(
    description: TableDescription, dimensions: [Dimension], measures: [Measure],
    figures: CellColumns, policy: DisclosurePolicy, provenance: Provenance
  ) {
    self.description = description
    self.dimensions = dimensions
    self.measures = measures
    self.figures = figures
    self.policy = policy
    self.provenance = provenance
  }

  private static func published(
    _ values: [Double?], _ statuses: [CellStatus], of measure: Measure, table: String
  ) throws(PublicationError) -> [PublishedCell] {
    var result: [PublishedCell] = []
    result.reserveCapacity(values.count)
    for (value, status) in zip(values, statuses) {
      switch status {
      case .confidential: result.append(.confidential)
      case .impossible: result.append(.impossible)
      case .normal:
        guard let value, value.isFinite else {
          throw PublicationError(
            .unpublishable, "Table \(table): a normal cell of measure \(measure.id) has no figure.")
        }
        result.append(.value(DecimalNotation.rounded(value, decimals: measure.decimals)))
      }
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
    figures.cell(cell, column: measure)
  }

  /// The figure of the cell; nil when none is published.
  package func value(_ cell: Int, measure: Int) -> Double? {
    guard case .value(let value) = figures.cell(cell, column: measure) else { return nil }
    return value
  }

  /// How many figures there are, and how many of them are hidden.
  package var figureCounts: (all: Int, hidden: Int) {
    (figures.cellCount * figures.columnCount, figures.hiddenCount)
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

extension PublishedTable {
  /// All of a table but its figures, as a release writes it down.
  struct Head: Codable {
    let description: TableDescription
    let dimensions: [Dimension]
    let measures: [Measure]
    let policy: DisclosurePolicy
    let provenance: Provenance
  }

  var head: Head {
    Head(
      description: description, dimensions: dimensions, measures: measures, policy: policy,
      provenance: provenance)
  }
}
