/// One value of a dimension, with its place in the dimension's tree.
package struct Category: Sendable, Hashable, Codable {
  package var code: String
  package var label: LocalizedText
  package var definition: LocalizedText?
  /// Index of the category that this one counts in; nil for a total, or for each category where there is no total.
  package var parent: Int?
  /// Only on a time dimension.
  package var status: PeriodStatus?

  package init(
    code: String, label: LocalizedText, definition: LocalizedText? = nil, parent: Int? = nil,
    status: PeriodStatus? = nil
  ) {
    self.code = code
    self.label = label
    self.definition = definition
    self.parent = parent
    self.status = status
  }
}

/// How final the figures of a period are, in the words that open data use.
package enum PeriodStatus: String, Sendable, Codable {
  case provisional = "Voorlopig"
  case definitive = "Definitief"
}

/// A direction in which a table is broken down.
package struct Dimension: Sendable, Hashable, Codable {
  package enum Role: String, Sendable, Codable {
    case plain, time
    /// Its categories are places: regions, districts, courts' areas.
    case region
  }

  /// ASCII name, the same in every format.
  package var id: String
  package var title: LocalizedText
  package var role: Role
  /// The concept scheme that the categories come from.
  package var scheme: String?
  /// In display order; a parent stands before its children.
  package var categories: [Category]

  package init(
    id: String, title: LocalizedText, role: Role = .plain, scheme: String? = nil,
    categories: [Category]
  ) {
    self.id = id
    self.title = title
    self.role = role
    self.scheme = scheme
    self.categories = categories
  }

  /// The one category that all others count in; nil when there is none.
  package var total: Int? {
    let roots = categories.indices.filter { categories[$0].parent == nil }
    return roots.count == 1 && role != .time ? roots[0] : nil
  }

  /// Indices of the categories that count directly in each category.
  package var children: [[Int]] {
    var children = [[Int]](repeating: [], count: categories.count)
    for (index, category) in categories.enumerated() {
      if let parent = category.parent { children[parent].append(index) }
    }
    return children
  }
}

/// What is measured in each cell.
package struct Measure: Sendable, Hashable, Codable {
  package enum Kind: Sendable, Hashable, Codable {
    /// Number of units; adds up.
    case count
    /// Sum of an amount; adds up.
    case sum
    /// Order statistic by linear interpolation (type 7 of Hyndman and Fan, 1996); does not add up.
    case percentile(Double)
    /// Percentage of the cell in the total of one dimension; does not add up.
    case share(of: String, within: String)
  }

  package var id: String
  package var title: LocalizedText
  package var definition: LocalizedText?
  package var unit: LocalizedText
  package var decimals: Int
  package var kind: Kind

  package init(
    id: String, title: LocalizedText, definition: LocalizedText? = nil, unit: LocalizedText,
    decimals: Int, kind: Kind
  ) {
    self.id = id
    self.title = title
    self.definition = definition
    self.unit = unit
    self.decimals = decimals
    self.kind = kind
  }

  package var isAdditive: Bool {
    switch kind {
    case .count, .sum: true
    case .percentile, .share: false
    }
  }
}

/// What a reader must know to use a table, apart from the figures.
package struct TableDescription: Sendable, Hashable, Codable {
  package enum Chart: Sendable, Hashable, Codable {
    case overTime
    case by(dimension: String)
  }

  package var id: String
  /// The table's place in addresses.
  package var slug: String
  package var title: LocalizedText
  package var summary: LocalizedText
  package var population: LocalizedText
  /// The counted unit: code and label of a concept.
  package var unit: Concept
  /// The website's subject that the table stands under: code of a concept.
  package var theme: String
  /// A sentence with `{period}` and measure ids in braces, filled from the newest whole period's top total.
  package var headline: LocalizedText
  package var chart: Chart
  /// What the figures do not say, for whoever might think so; nil when nothing was written.
  package var limits: LocalizedText?
  /// Other figures about the same subject that readers may have seen, and why they differ; nil when there are none.
  package var otherNumbers: [OtherNumber]?

  /// A figure of another source.
  package struct OtherNumber: Sendable, Hashable, Codable {
    package var source: LocalizedText
    /// Why it differs from the figures of this table.
    package var difference: LocalizedText

    package init(source: LocalizedText, difference: LocalizedText) {
      self.source = source
      self.difference = difference
    }
  }

  package init(
    id: String, slug: String, title: LocalizedText, summary: LocalizedText,
    population: LocalizedText, unit: Concept, theme: String, headline: LocalizedText, chart: Chart,
    limits: LocalizedText? = nil, otherNumbers: [OtherNumber]? = nil
  ) {
    self.id = id
    self.slug = slug
    self.title = title
    self.summary = summary
    self.population = population
    self.unit = unit
    self.theme = theme
    self.headline = headline
    self.chart = chart
    self.limits = limits
    self.otherNumbers = otherNumbers
  }
}

/// Which units a table counts and by what its categories choose among them: tells which cells of different tables are of the same
/// units.
package struct Population: Sendable, Hashable, Codable {
  /// The kind of unit and the date by which it counts; tables that differ in it have no cells in common.
  package var units: String
  /// By dimension: the variable that it breaks down by, the same in all tables.
  package var variables: [String]
  /// By dimension: the category without parts that each code of the variable counts in. A code that is not there has no units.
  package var categories: [[String: Int]]
  /// By variable: the codes that are counted, where not all are. It need not be a variable of a dimension.
  package var conditions: [String: Set<String>]
  /// By measure: the variable that is added up; nil for a measure of another kind.
  package var amounts: [String?]

  package init(
    units: String, variables: [String], categories: [[String: Int]],
    conditions: [String: Set<String>] = [:], amounts: [String?]
  ) {
    self.units = units
    self.variables = variables
    self.categories = categories
    self.conditions = conditions
    self.amounts = amounts
  }
}

/// Figures before protection: every combination of the dimensions' categories, the last dimension running fastest.
///
/// `counts` and each column of `values` have one element per cell. `counts` is the number of units behind the cell, whatever the
/// measures are: disclosure control works on it. A value is nil where there is nothing to compute (a percentile of no units).
package struct StatisticalTable: Sendable, Codable {
  package var description: TableDescription
  package var dimensions: [Dimension]
  package var measures: [Measure]
  package var counts: [Int]
  /// One column per measure, in the order of `measures`.
  package var values: [[Double?]]
  /// By measure: in how many of the cell's units it has a value; nil where that is all of them.
  package var support: [[Int]?]
  /// By id of a sum what single units contribute to it; nil when the policy does not look at that.
  package var contributions: [String: Contributions]?
  /// Nil when no other table counts the same units.
  package var population: Population?

  package init(
    description: TableDescription, dimensions: [Dimension], measures: [Measure], counts: [Int],
    values: [[Double?]], support: [[Int]?]? = nil,
    contributions: [String: Contributions]? = nil, population: Population? = nil
  ) {
    self.description = description
    self.dimensions = dimensions
    self.measures = measures
    self.counts = counts
    self.values = values
    self.support = support ?? measures.map { _ in nil }
    self.contributions = contributions
    self.population = population
  }

  package var cellCount: Int { dimensions.reduce(1) { $0 * $1.categories.count } }
}

/// Steps through the cells of a table whose last dimension runs fastest.
package struct CellIndex: Sendable {
  package let sizes: [Int]
  /// How far apart two neighbours along each dimension lie.
  package let strides: [Int]

  package init(sizes: [Int]) {
    self.sizes = sizes
    var strides = [Int](repeating: 1, count: sizes.count)
    for dimension in sizes.indices.dropLast().reversed() {
      strides[dimension] = strides[dimension + 1] * sizes[dimension + 1]
    }
    self.strides = strides
  }

  package init(_ dimensions: [Dimension]) {
    self.init(sizes: dimensions.map(\.categories.count))
  }

  package func cell(at coordinates: [Int]) -> Int {
    zip(coordinates, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }

  package func coordinates(of cell: Int) -> [Int] {
    zip(sizes, strides).map { size, stride in cell / stride % size }
  }
}
