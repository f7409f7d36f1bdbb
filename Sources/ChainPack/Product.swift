import InformationModel

/// An information product of the alliance: which entity is counted, how it is broken down, and how it is shown.
package struct Product: Sendable {
  package var id: String
  package var slug: String
  package var title: LocalizedText
  package var summary: LocalizedText
  package var population: LocalizedText
  package var unit: String
  package var entity: String
  package var condition: String?
  package var period: PeriodDimension
  package var dimensions: [ProductDimension]
  package var measures: [ProductMeasure]
  package var policy: String
  package var definitiveAfterYears: Int
  package var headline: LocalizedText
  package var chart: TableDescription.Chart
  package var theme: String
  package var limits: LocalizedText?
  package var otherNumbers: [TableDescription.OtherNumber]
  package var source: String

  package struct PeriodDimension: Sendable {
    package var column: String
    package var grain: Period.Grain
    package var title: LocalizedText
    package var hasTotal: Bool
  }

  package struct ProductDimension: Sendable {
    package var id: String
    package var title: LocalizedText
    package var column: String
    package var scheme: String
    package var depth: Int?
    package var total: (code: String, label: LocalizedText)?
    /// Its categories are places.
    package var isRegion: Bool
  }

  package struct ProductMeasure: Sendable {
    package var measure: Measure
    /// The entity's column that is summed or ordered; nil for a count or a share.
    package var column: String?
  }
}

/// A uniform entity: one SELECT over delivered rows and other entities.
package struct EntityDefinition: Sendable {
  package var name: String
  package var sql: String
  /// What stands in braces, in order of first appearance.
  package var inputs: [String]
  package var source: String
}

/// Which records are persons and by which keys they are the same person.
package struct LinkagePlan: Sendable {
  package struct Records: Sendable {
    /// `organisation.file`
    package var file: String
    /// Content columns that hold pseudonyms, strongest first.
    package var keys: [String]
    /// What the model compares: an expression over the file's identifying and content columns for each.
    package var attributes: [(name: String, sql: String)]

    package init(file: String, keys: [String], attributes: [(name: String, sql: String)] = []) {
      self.file = file
      self.keys = keys
      self.attributes = attributes
    }
  }

  /// A file that says which value of a key took the place of another.
  package struct Merges: Sendable {
    package var file: String
    package var old: String
    package var new: String
    /// Which rows say so, as a condition; all when nil.
    package var condition: String?
  }

  package var records: [Records]
  package var unique: [String]
  package var local: [String]
  package var merges: [Merges]
  /// How records are compared that no key brings together: a model's YAML, and the name of its file; nil when keys are all.
  package var model: (file: String, yaml: String)?

  package init(
    records: [Records] = [], unique: [String] = [], local: [String] = [], merges: [Merges] = [],
    model: (file: String, yaml: String)? = nil
  ) {
    self.records = records
    self.unique = unique
    self.local = local
    self.merges = merges
    self.model = model
  }
}

/// How a made-up delivery of the chain is generated.
package struct SynthesisPlan: Sendable {
  package struct Truth: Sendable {
    package var name: String
    package var entity: String
    package var id: String?
    package var sql: String
  }

  package struct File: Sendable {
    package var file: String
    package var entity: String
    package var sql: String
  }

  package struct Golden: Sendable {
    package var name: String
    package var sql: String
  }

  package struct Fault: Sendable {
    package var code: String
    package var kind: String
    package var file: String
    package var columns: [String]
    package var rate: Double
    package var expected: String
    package var condition: String?
    /// Further settings of the kind, lists joined as given.
    package var settings: [String: [String]]
    package var line: Int?
  }

  package var parameters: [String: String]
  package var tables: [String]
  package var truth: [Truth]
  package var files: [File]
  package var golden: [Golden]
  /// What must hold in the truth: by rule, a SELECT of whatever breaks it.
  package var invariants: [Golden]
  /// The groups of persons by which linkage is scored, as a SELECT; nil when the pack has none.
  package var persons: String?
  package var deliveryLagDays: Int
  package var faults: [Fault]
}
