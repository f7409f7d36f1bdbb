import ChainPack
import InformationModel
import Warehouse

/// A product could not be tabulated.
package struct TabulationError: Error, CustomStringConvertible {
  package var product: String
  package var message: String

  package var description: String { "product \(product): \(message)" }
}

/// From entities to a table: every combination of categories, all totals included, in one pass of SQL.
package struct Tabulation {
  package let pack: ChainPack
  package let engine: any Engine

  package init(pack: ChainPack, engine: any Engine) {
    self.pack = pack
    self.engine = engine
  }

  /// Counts one product.
  ///
  /// - Parameters:
  ///   - product: what is counted and how it is broken down.
  ///   - relation: the engine's name of the frozen entity.
  ///   - referenceDate: the snapshot's; a period that it cuts short is coded so.
  /// - Returns: every combination of categories, before protection.
  /// - Throws: `TabulationError` when a row holds a code that its scheme does not know.
  package func tabulate(
    _ product: Product, from relation: String, referenceDate: CalendarDate
  ) throws -> StatisticalTable {
    var breakdowns: [Breakdown] = []
    for (index, dimension) in product.dimensions.enumerated() {
      breakdowns.append(try breakdown(dimension, index: index, of: product, relation: relation))
    }
    let answer = try engine.query(query(product, relation: relation, breakdowns: breakdowns))
    let keys = answer.integers("period").compactMap { $0 }
    if let last = keys.max(), let future = product.period.period(last).startingAfter(referenceDate)
    {
      throw TabulationError(
        product: product.id,
        message: "rows fall in \(future), after the reference date \(referenceDate); "
          + "bound the date in its contract with 'max: reference', or leave them out with 'where'")
    }
    let periods = PeriodBreakdown(product: product, keys: keys, referenceDate: referenceDate)
    var table = StatisticalTable(
      description: try description(of: product),
      dimensions: breakdowns.map(\.dimension) + [periods.dimension],
      measures: product.measures.map(\.measure), counts: [], values: [],
      population: population(of: product, breakdowns: breakdowns, periods: periods))
    fill(&table, product: product, answer: answer, breakdowns: breakdowns, periods: periods)
    let rules = pack.policies.first { $0.id == product.policy }?.concentration ?? []
    if let ranks = rules.map(\.ranks).max(), table.measures.contains(where: { $0.kind == .sum }) {
      let text = contributionQuery(product, ranks, relation: relation, breakdowns: breakdowns)
      fillContributions(
        &table, ranks, answer: try engine.query(text), breakdowns: breakdowns, periods: periods)
    }
    return table
  }

  // MARK: Dimensions

  /// A dimension with, per code of the scheme, the category at each level.
  private struct Breakdown {
    var index: Int
    var dimension: Dimension
    var column: String
    var hasTotal: Bool
    var levelCount: Int
    /// By code: one category code per level, empty below the code's own level.
    var levels: [(code: String, path: [String])]

    var relation: String { "levels_\(index)" }

    /// By code the category.
    var positions: [String: Int] {
      Dictionary(
        uniqueKeysWithValues: dimension.categories.enumerated().map { ($1.code, $0) })
    }

    /// The narrowest category that each code counts in, where it has no parts.
    var categoryByCode: [String: Int] {
      let children = dimension.children
      var positions: [String: Int] = [:]
      for (index, category) in dimension.categories.enumerated() where children[index].isEmpty {
        positions[category.code] = index
      }
      return Dictionary(
        levels.compactMap { code, path in
          path.last.flatMap { positions[$0] }.map { (code, $0) }
        }, uniquingKeysWith: { first, _ in first })
    }

    /// Which levels are tabulated: 0 is the total.
    var choices: [Int] { (hasTotal ? [0] : []) + (1...max(levelCount, 1)) }
  }

  private func breakdown(
    _ dimension: Product.ProductDimension, index: Int, of product: Product, relation: String
  ) throws -> Breakdown {
    guard let scheme = pack.scheme(dimension.scheme) else {
      throw TabulationError(product: product.id, message: "no scheme '\(dimension.scheme)'")
    }
    let present = try engine.query(
      "SELECT DISTINCT coalesce(CAST(\(quoted(dimension.column)) AS VARCHAR), '\(Naming.unknown)') AS `code` "
        + "FROM \(quoted(relation)) \(condition(product)) ORDER BY 1"
    ).texts("code").compactMap { $0 }
    var concepts = scheme.concepts
    if present.contains(Naming.unknown), scheme.concept(Naming.unknown) == nil {
      concepts.append(
        Concept(
          code: Naming.unknown, label: LocalizedText(nl: "Onbekend", en: "Unknown"),
          definition: LocalizedText(nl: "Niet bekend.", en: "Not known.")))
    }
    let known = ConceptScheme(
      id: scheme.id, name: scheme.name, description: scheme.description, owner: scheme.owner,
      concepts: concepts)
    for code in present where known.concept(code) == nil {
      throw TabulationError(
        product: product.id,
        message:
          "column \(dimension.column) holds '\(code)', which is no concept of \(scheme.id); map it, or leave it out with 'where'"
      )
    }
    let depth = dimension.depth ?? .max
    var categories: [Category] = []
    if let total = dimension.total {
      categories.append(Category(code: total.code, label: total.label))
    }
    var indexOf: [String: Int] = [:]
    var levels: [(code: String, path: [String])] = []
    let parents = Set(concepts.compactMap(\.parent))
    var levelCount = 1
    for concept in concepts {
      let path = known.path(to: concept.code)
      let shown = Array(path.prefix(depth))
      if path.count <= depth {
        indexOf[concept.code] = categories.count
        categories.append(
          Category(
            code: concept.code, label: concept.label, definition: concept.definition,
            parent: concept.parent.flatMap { indexOf[$0] }
              ?? (dimension.total == nil ? nil : 0)))
      }
      var own = shown
      // Rows that are coded with a broader concept itself need a place beside its narrower ones.
      if path.count < depth, parents.contains(concept.code), present.contains(concept.code) {
        let rest = concept.code + Naming.notFurtherSpecified
        categories.append(
          Category(
            code: rest,
            label: LocalizedText(
              nl: "\(concept.label.nl), niet nader omschreven",
              en: "\(concept.label.en), not further specified"), parent: indexOf[concept.code]))
        own.append(rest)
      }
      levelCount = max(levelCount, own.count)
      levels.append((concept.code, own))
    }
    let breakdown = Breakdown(
      index: index,
      dimension: Dimension(
        id: dimension.id, title: dimension.title, role: dimension.isRegion ? .region : .plain,
        scheme: scheme.id, categories: categories),
      column: dimension.column, hasTotal: dimension.total != nil, levelCount: levelCount,
      levels: levels)
    try defineLevels(breakdown)
    return breakdown
  }

  private func defineLevels(_ breakdown: Breakdown) throws {
    let rows = breakdown.levels.map { code, path in
      let cells = (0..<breakdown.levelCount).map { level in
        literal(level < path.count ? path[level] : "")
      }
      return "(\(literal(code)), \(cells.joined(separator: ", ")))"
    }
    let names = (1...breakdown.levelCount).map { "`l\($0)`" }
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE \(quoted(breakdown.relation)) AS SELECT * FROM "
        + "(VALUES \(rows.joined(separator: ", "))) l (`code`, \(names.joined(separator: ", ")))")
  }

  // MARK: Population

  private func population(
    of product: Product, breakdowns: [Breakdown], periods: PeriodBreakdown
  ) -> Population {
    let choice = UnitChoice(product, unknownCode: Naming.unknown)
    return Population(
      units: choice.units,
      variables: breakdowns.map(\.column) + [product.period.column],
      categories: breakdowns.map(\.categoryByCode) + [periods.categoryByMonth],
      conditions: choice.conditions, amounts: product.measures.map(\.column))
  }

  // MARK: SQL

  private func condition(_ product: Product) -> String {
    let period = "\(quoted(product.period.column)) IS NOT NULL"
    return "WHERE \(period)" + (product.condition.map { " AND (\($0)\n)" } ?? "")
  }

  /// The rows that are counted, as a FROM clause: the levels of each breakdown, the period, and by place the measures' columns.
  private func rows(
    _ product: Product, relation: String, breakdowns: [Breakdown]
  ) -> String {
    let date = "CAST(b.\(quoted(product.period.column)) AS DATE)"
    let number =
      switch product.period.grain {
      case .year: "1"
      case .quarter: "p_quarter(\(date))"
      case .month: "p_month(\(date))"
      }
    var columns = ["CAST(p_year(\(date)) * 100 + \(number) AS BIGINT) AS `period`"]
    var joins: [String] = []
    for breakdown in breakdowns {
      let alias = "d\(breakdown.index)"
      for level in 1...breakdown.levelCount {
        columns.append("\(alias).`l\(level)` AS `\(alias)_\(level)`")
      }
      joins.append(
        "JOIN \(quoted(breakdown.relation)) \(alias) ON "
          + "coalesce(CAST(b.\(quoted(breakdown.column)) AS VARCHAR), '\(Naming.unknown)') = \(alias).`code`"
      )
    }
    for (index, measure) in product.measures.enumerated() {
      if let column = measure.column { columns.append("b.\(quoted(column)) AS `v\(index)`") }
    }
    return """
      FROM (SELECT \(columns.joined(separator: ", "))
            FROM (SELECT * FROM \(quoted(relation)) \(condition(product))) b
            \(joins.joined(separator: " "))) rows
      """
  }

  /// The columns of the levels of each breakdown, and of the period.
  private func keyColumns(_ breakdowns: [Breakdown]) -> String {
    let levels = breakdowns.flatMap { breakdown in
      (1...breakdown.levelCount).map { "`d\(breakdown.index)_\($0)`" }
    }
    return (levels + ["`period`"]).joined(separator: ", ")
  }

  private func query(
    _ product: Product, relation: String, breakdowns: [Breakdown]
  ) -> String {
    var measures = ["CAST(count(*) AS BIGINT) AS `n`"]
    for (index, measure) in product.measures.enumerated() {
      switch measure.measure.kind {
      case .sum:
        measures.append("CAST(sum(`v\(index)`) AS DOUBLE) AS `m\(index)`")
        measures.append("CAST(count(`v\(index)`) AS BIGINT) AS `s\(index)`")
      case .percentile(let q):
        measures.append(
          "CAST(percentile_cont(\(q)) WITHIN GROUP (ORDER BY CAST(`v\(index)` AS DOUBLE)) AS DOUBLE) AS `m\(index)`"
        )
        measures.append("CAST(count(`v\(index)`) AS BIGINT) AS `s\(index)`")
      case .count, .share: break
      }
    }
    var sets: [[String]] = [[]]
    for breakdown in breakdowns {
      sets = sets.flatMap { set in
        breakdown.choices.map { set + ($0 == 0 ? [] : ["`d\(breakdown.index)_\($0)`"]) }
      }
    }
    sets = sets.map { $0 + ["`period`"] } + (product.period.hasTotal ? sets : [])
    let setTexts = sets.map { "(\($0.joined(separator: ", ")))" }
    return """
      SELECT \(keyColumns(breakdowns)), \(measures.joined(separator: ", "))
      \(rows(product, relation: relation, breakdowns: breakdowns))
      GROUP BY GROUPING SETS (\(setTexts.joined(separator: ", ")))
      """
  }

  /// The largest contributions to each sum in each cell without parts: by them are those of all others known, for a row counts in one such cell only.
  private func contributionQuery(
    _ product: Product, _ ranks: Int, relation: String, breakdowns: [Breakdown]
  ) -> String {
    let keys = keyColumns(breakdowns)
    var places: [String] = []
    var columns: [String] = []
    for (index, measure) in product.measures.enumerated() where measure.measure.kind == .sum {
      places.append(
        "row_number() OVER (PARTITION BY \(keys) ORDER BY abs(`v\(index)`) DESC NULLS LAST) AS `r\(index)`"
      )
      for rank in 1...ranks {
        columns.append(
          "CAST(max(CASE WHEN `r\(index)` = \(rank) THEN abs(`v\(index)`) END) AS DOUBLE) AS `x\(index)_\(rank)`"
        )
      }
      columns.append("CAST(sum(abs(`v\(index)`)) AS DOUBLE) AS `a\(index)`")
      columns.append("CAST(min(`v\(index)`) AS DOUBLE) AS `l\(index)`")
    }
    return """
      SELECT \(keys), \(columns.joined(separator: ", "))
      FROM (SELECT *, \(places.joined(separator: ", "))
            \(rows(product, relation: relation, breakdowns: breakdowns))) ranked
      GROUP BY \(keys)
      """
  }

  // MARK: Cells

  private func fill(
    _ table: inout StatisticalTable, product: Product, answer: QueryAnswer,
    breakdowns: [Breakdown], periods: PeriodBreakdown
  ) {
    let index = CellIndex(table.dimensions)
    let cells = table.cellCount
    table.counts = [Int](repeating: 0, count: cells)
    table.values = table.measures.map { measure in
      [Double?](repeating: measure.isAdditive ? 0 : nil, count: cells)
    }
    table.support = table.measures.indices.map {
      answer.column("s\($0)") == nil ? nil : [Int](repeating: 0, count: cells)
    }
    let supports = table.measures.indices.map { answer.integers("s\($0)") }
    let counts = answer.integers("n")
    let periodKeys = answer.integers("period")
    let columns = table.measures.indices.map { answer.doubles("m\($0)") }
    let keys = breakdowns.map { breakdown in
      (1...breakdown.levelCount).map { answer.texts("d\(breakdown.index)_\($0)") }
    }
    let positions = breakdowns.map(\.positions)
    for row in 0..<answer.rowCount {
      var coordinates: [Int] = []
      for (breakdown, position) in zip(breakdowns, positions) {
        // The set's level is the one whose column is not NULL; empty text means that the row's code ends above it.
        let code = keys[breakdown.index].lazy.compactMap { $0[row] }.first
        if let code {
          guard let place = position[code] else { break }
          coordinates.append(place)
        } else {
          coordinates.append(0)
        }
      }
      guard coordinates.count == breakdowns.count,
        let period = periods.position(of: periodKeys[row])
      else { continue }
      let cell = index.cell(at: coordinates + [period])
      table.counts[cell] = Int(counts[row] ?? 0)
      for (measure, support) in supports.enumerated() where !support.isEmpty {
        table.support[measure]?[cell] = Int(support[row] ?? 0)
      }
      for (measure, column) in columns.enumerated() where !column.isEmpty {
        table.values[measure][cell] =
          column[row] ?? (table.measures[measure].isAdditive ? 0 : nil)
      }
    }
    for (measure, definition) in table.measures.enumerated() where definition.kind == .count {
      table.values[measure] = table.counts.map { Double($0) }
    }
    fillShares(&table, index: index)
  }

  private func fillContributions(
    _ table: inout StatisticalTable, _ ranks: Int, answer: QueryAnswer, breakdowns: [Breakdown],
    periods: PeriodBreakdown
  ) {
    let index = CellIndex(table.dimensions)
    let above = table.dimensions.map(\.ancestors)
    let periodKeys = answer.integers("period")
    let keys = breakdowns.map { breakdown in
      (1...breakdown.levelCount).map { answer.texts("d\(breakdown.index)_\($0)") }
    }
    let positions = breakdowns.map(\.positions)
    /// By row the cells that it counts in.
    let cells = (0..<answer.rowCount).map { row -> [Int] in
      var cells = [0]
      for (axis, position) in positions.enumerated() {
        let end = keys[axis].last { !($0[row] ?? "").isEmpty }?[row]
        guard let place = end.flatMap({ position[$0] }) else { return [] }
        cells = cells.flatMap { cell in above[axis][place].map { cell + $0 * index.strides[axis] } }
      }
      guard let period = periodKeys[row].flatMap({ periods.position(of: $0) }),
        let years = above.last
      else { return [] }
      return cells.flatMap { cell in years[period].map { cell + $0 } }
    }
    var contributions: [String: Contributions] = [:]
    for (measure, definition) in table.measures.enumerated() where definition.kind == .sum {
      let columns = (1...ranks).map { answer.doubles("x\(measure)_\($0)") }
      let sums = answer.doubles("a\(measure)")
      let none = [Double](repeating: 0, count: table.cellCount)
      var largest = columns.map { _ in none }
      var magnitudes = none
      for (row, cells) in cells.enumerated() {
        for cell in cells {
          magnitudes[cell] += sums[row] ?? 0
          for column in columns {
            // Each takes its place, and what stood there the next one.
            var next = column[row] ?? 0
            for rank in largest.indices where largest[rank][cell] < next {
              swap(&largest[rank][cell], &next)
            }
          }
        }
      }
      let hasNegative = answer.doubles("l\(measure)").contains { ($0 ?? 0) < 0 }
      contributions[definition.id] = Contributions(
        largest: largest, magnitudes: hasNegative ? magnitudes : nil)
    }
    table.contributions = contributions
  }

  private func fillShares(_ table: inout StatisticalTable, index: CellIndex) {
    for (measure, definition) in table.measures.enumerated() {
      guard case .share(let of, let within) = definition.kind,
        let source = table.measures.firstIndex(where: { $0.id == of }),
        let dimension = table.dimensions.firstIndex(where: { $0.id == within })
      else { continue }
      for cell in 0..<table.cellCount {
        var coordinates = index.coordinates(of: cell)
        coordinates[dimension] = 0
        guard let part = table.values[source][cell],
          let whole = table.values[source][index.cell(at: coordinates)], whole > 0
        else { continue }
        table.values[measure][cell] = part / whole * 100
      }
    }
  }

  private func description(of product: Product) throws -> TableDescription {
    let unit =
      pack.scheme(Naming.unitScheme)?.concept(product.unit)
      ?? Concept(
        code: product.unit, label: LocalizedText(nl: product.unit, en: product.unit),
        definition: LocalizedText(nl: "", en: ""))
    return TableDescription(
      id: product.id, slug: product.slug, title: product.title, summary: product.summary,
      population: product.population, unit: unit, theme: product.theme,
      headline: product.headline, chart: product.chart, limits: product.limits,
      otherNumbers: product.otherNumbers.isEmpty ? nil : product.otherNumbers)
  }
}

extension Dimension {
  /// By category: itself and all that it counts in.
  fileprivate var ancestors: [[Int]] {
    var ancestors: [[Int]] = []
    // Parents stand before their children.
    for (place, category) in categories.enumerated() {
      ancestors.append([place] + (category.parent.map { ancestors[$0] } ?? []))
    }
    return ancestors
  }
}

extension Product.PeriodDimension {
  /// The period of a key, which is the year times 100 plus the number in the year.
  fileprivate func period(_ key: Int64) -> Period {
    Period(grain: grain, year: Int(key / 100), number: Int(key % 100))
  }
}

extension Period {
  /// The code of a period that begins after the date.
  fileprivate func startingAfter(_ date: CalendarDate) -> String? {
    firstDay > date ? code : nil
  }
}

/// The time dimension of a table: whole periods, and one that the reference date cuts short.
private struct PeriodBreakdown {
  let dimension: Dimension
  private let positions: [Int64: Int]
  private let hasTotal: Bool
  private let grain: Period.Grain

  /// The category that each month counts in: months are what periods of every length consist of.
  var categoryByMonth: [String: Int] {
    let length =
      switch grain {
      case .year: 12
      case .quarter: 3
      case .month: 1
      }
    var categories: [String: Int] = [:]
    for (key, category) in positions {
      for month in 1...length {
        categories["\(Int(key / 100) * 12 + (Int(key % 100) - 1) * length + month)"] = category
      }
    }
    return categories
  }

  init(product: Product, keys: [Int64], referenceDate: CalendarDate) {
    hasTotal = product.period.hasTotal
    var categories: [Category] = []
    var positions: [Int64: Int] = [:]
    grain = product.period.grain
    if hasTotal {
      categories.append(
        Category(
          code: Naming.allPeriods, label: LocalizedText(nl: "Alle perioden", en: "All periods"),
          status: product.definitiveAfterYears > 0 ? .provisional : .definitive))
    }
    if let first = keys.min(), let last = keys.max() {
      var current = product.period.period(first)
      let end = product.period.period(last)
      while current <= end {
        let isWhole = current.lastDay <= referenceDate
        let isFinal = current.lastDay.adding(years: product.definitiveAfterYears) <= referenceDate
        positions[Int64(current.year * 100 + current.number)] = categories.count
        let cut = LocalizedText(
          nl: "\(current.label.nl) (t/m \(referenceDate))",
          en: "\(current.label.en) (to \(referenceDate))")
        categories.append(
          Category(
            code: isWhole
              ? current.code : Self.cutShortCode(current),
            label: isWhole ? current.label : cut, parent: hasTotal ? 0 : nil,
            status: isWhole && isFinal ? .definitive : .provisional))
        current = current.next
      }
    }
    self.positions = positions
    dimension = Dimension(
      id: Naming.timeDimension, title: product.period.title, role: .time, categories: categories)
  }

  /// `2013X000` for a year, `2013X002` for its second quarter or month: never taken for a whole period.
  private static func cutShortCode(_ period: Period) -> String {
    let number = period.grain == .year ? 0 : period.number
    return "\(period.year)X0\(number < 10 ? "0" : "")\(number)"
  }

  func position(of key: Int64?) -> Int? {
    guard let key else { return hasTotal ? 0 : nil }
    return positions[key]
  }
}
