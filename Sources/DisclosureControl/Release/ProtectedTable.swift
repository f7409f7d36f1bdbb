import InformationModel

/// What is hidden and why, agreed by the alliance; read from the pack's `policies/`.
package struct DisclosurePolicy: Sendable, Hashable, Codable {
  package var id: String
  package var title: LocalizedText
  /// Counts from 1 to `threshold - 1` are hidden.
  package var threshold: Int
  /// Percentiles of fewer units are hidden.
  package var percentileThreshold: Int
  /// When few contributions make too much of a sum, which is then hidden; nil where only numbers of units count.
  package var concentration: [ConcentrationRule]?
  /// Whether a figure is hidden, too, that changed by 1 to `threshold - 1` since an earlier release.
  package var protectsRevisions: Bool
  package var reason: LocalizedText

  package init(
    id: String, title: LocalizedText, threshold: Int, percentileThreshold: Int,
    concentration: [ConcentrationRule]? = nil, protectsRevisions: Bool = false,
    reason: LocalizedText
  ) {
    self.id = id
    self.title = title
    self.threshold = threshold
    self.percentileThreshold = percentileThreshold
    self.concentration = concentration
    self.protectsRevisions = protectsRevisions
    self.reason = reason
  }
}

/// Why a published cell has a value or has none.
package enum CellStatus: String, Sendable, Codable {
  case normal
  /// Hidden to protect; whether the cell itself is unsafe or protects another is never told.
  case confidential
  /// There is nothing to compute, for instance a percentile of no units.
  case impossible
}

/// Figures that may be published. Only disclosure control makes one.
package struct ProtectedTable: Sendable {
  package let description: TableDescription
  package let dimensions: [Dimension]
  package let measures: [Measure]
  /// One column per measure, one element per cell, the last dimension running fastest; nil unless the status is normal.
  package let values: [[Double?]]
  /// Same shape as `values`.
  package let statuses: [[CellStatus]]
  /// Without its percentages: who knows those can turn them round.
  package let policy: DisclosurePolicy
  /// Which units it counts; not published as such, but no secret.
  package let population: Population?
  /// How many cells were hidden because they are unsafe, and how many to protect those.
  package let primaryCount: Int
  package let secondaryCount: Int

  init(
    table: StatisticalTable, values: [[Double?]], statuses: [[CellStatus]],
    policy: DisclosurePolicy, primaryCount: Int, secondaryCount: Int
  ) {
    description = table.description
    dimensions = table.dimensions
    measures = table.measures
    self.values = values
    self.statuses = statuses
    var policy = policy
    policy.concentration = nil
    self.policy = policy
    population = table.population
    self.primaryCount = primaryCount
    self.secondaryCount = secondaryCount
  }
}
