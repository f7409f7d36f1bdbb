import ChainPack
import Foundation
import InformationModel
import Publication
import Refinement
import Tabulation
import Warehouse

/// How far the figures of a snapshot and its release are from the true ones: `docs/methods/scoring.md`.
package struct FigureScore: Sendable, Hashable, Codable {
  /// One cell whose truth is known.
  package struct Cell: Sendable, Hashable, Codable {
    /// `dimension=category`, in the order of the table's dimensions; totals are left out.
    package var place: String
    package var inTruth: Double
    /// Before protection.
    package var found: Double
    /// In the release; nil when it is hidden or there is no release.
    package var published: Double?
    package var isHidden: Bool

    package var error: Double { found - inTruth }
    /// Of the true value; nil where that is 0.
    package var relativeError: Double? { inTruth == 0 ? nil : abs(error) / abs(inTruth) }
  }

  /// The errors of one measure of a product.
  package struct Indicator: Sendable, Hashable, Codable {
    package var product: String
    package var measure: String
    package var cells: Int
    package var equal: Int
    package var equalShare: Double?
    package var inTruth: Double
    package var found: Double
    package var meanAbsoluteError: Double?
    /// Sum of absolute errors, of the sum of absolute true values.
    package var weightedRelativeError: Double?
    package var largestRelativeError: Double?
    /// Cells in the release, hidden ones among them, and those that are shown and equal.
    package var published: Int
    package var hidden: Int
    package var publishedEqual: Int
    /// True figures of periods that the table does not hold whole.
    package var outside: Int
    /// Largest absolute error first; at most as many as asked for.
    package var worst: [Cell]
  }

  package var snapshot = ""
  package var release: String?
  package var indicators: [Indicator]
  /// Files of the truth that no product of the pack answers.
  package var withoutProduct: [String]

  package var cells: Int { indicators.reduce(0) { $0 + $1.cells } }
  package var equal: Int { indicators.reduce(0) { $0 + $1.equal } }

  /// Compares every true figure with the snapshot's table, and with the release that was made of it.
  ///
  /// - Parameters:
  ///   - scored: the workspace and its snapshot.
  ///   - folder: `_truth`.
  ///   - worst: how many cells to name for each indicator.
  /// - Returns: a score for each measure of each product that has true figures.
  /// - Throws: `ScoringError` when a true figure names what the product's table does not have.
  package static func measure(
    _ scored: ScoredWorkspace, truth folder: URL, worst: Int = 5
  ) throws -> FigureScore {
    var score = FigureScore(
      snapshot: scored.snapshot.id, release: nil, indicators: [], withoutProduct: [])
    let release = try scored.catalogue.releases().last { $0.snapshot == scored.snapshot.id }
    let published = try release.flatMap { ReleaseID($0.id) }.map {
      try PublicationStore(directory: scored.workspace.publications).release($0)
    }
    score.release = release?.id
    for (name, golden) in try scored.truth(folder).golden() {
      guard let product = scored.pack.products.first(where: { $0.id == name }) else {
        score.withoutProduct.append(name)
        continue
      }
      guard let file = scored.snapshot.file(of: product.entity) else {
        throw ScoringError("the snapshot holds no entity \(product.entity), which \(name) counts")
      }
      let relation = "frozen.\(product.entity)"
      try scored.engine.define(relation, as: [LakeFile(file)], columns: [])
      let table = try Tabulation(pack: scored.pack, engine: scored.engine).tabulate(
        product, from: relation, referenceDate: scored.referenceDate)
      score.indicators += try TrueFigures(name: name, table: golden).compare(
        with: table, published: try published?.table(id: name),
        referenceDate: scored.referenceDate, worst: worst)
    }
    return score
  }
}

/// One CSV of exact figures of a product.
///
/// Columns: `period`; dimensions of the product by their ids, holding codes of categories; measures
/// by their ids, where `value` is the first one. A dimension that is not there stands at its total.
/// With a column `reference_date` a row is of that date alone. A combination of categories that no
/// row names is truly 0.
package struct TrueFigures {
  private let name: String
  private let table: CSVTable

  package init(name: String, table: CSVTable) {
    self.name = name
    self.table = table
  }

  private static let period = "period"
  private static let referenceDate = "reference_date"

  /// Compares the figures with a table before protection, and with the same one as published.
  ///
  /// - Parameters:
  ///   - found: the table before protection.
  ///   - published: the same table in a release; nil when there is none.
  ///   - referenceDate: the snapshot's.
  ///   - worst: how many cells to name.
  /// - Returns: a score for each measure; none when no figure is of this reference date.
  /// - Throws: `ScoringError` when a column or a code is none of the table's.
  package func compare(
    with found: StatisticalTable, published: PublishedTable?, referenceDate: CalendarDate,
    worst: Int
  ) throws -> [FigureScore.Indicator] {
    var rows = table.rows
    if let column = table.column(Self.referenceDate) {
      rows = rows.filter { $0[column] == referenceDate.description }
    }
    guard !rows.isEmpty else { return [] }
    try checkColumns(found)
    let places = try rows.map { try coordinates(of: $0, in: found) }
    let index = CellIndex(found.dimensions)
    let cells = cells(around: places.compactMap { $0 }, index, in: found)
    return try found.measures.enumerated().compactMap { number, measure in
      let names = number == 0 ? [measure.id, "value"] : [measure.id]
      guard let column = names.lazy.compactMap({ table.column($0) }).first else { return nil }
      var truth: [Int: Double] = [:]
      for (row, place) in zip(rows, places) {
        guard let place else { continue }
        guard let value = Double(row[column]) else {
          throw ScoringError(
            "golden/\(name).csv: column \(table.header[column]) holds a value that is no number")
        }
        truth[index.cell(at: place)] = value
      }
      // What does not add up is no 0 where nobody counted.
      let judged = measure.isAdditive ? cells : truth.keys.sorted()
      return FigureScore.Indicator(
        product: name, measure: measure.id, outside: places.count { $0 == nil },
        cells: judged.map { cell in
          FigureScore.Cell(
            place: place(of: cell, index, in: found), inTruth: truth[cell] ?? 0,
            found: found.values[number][cell] ?? 0,
            published: published?.value(cell, measure: number),
            isHidden: published?.cell(cell, measure: number) == .confidential)
        }, isPublished: published != nil, decimals: measure.decimals, worst: worst)
    }
  }

  private func checkColumns(_ found: StatisticalTable) throws {
    let known =
      [Self.period, Self.referenceDate, "value"]
      + found.dimensions.filter { $0.role != .time }.map(\.id) + found.measures.map(\.id)
    for column in table.header where !known.contains(column) {
      throw ScoringError(
        "golden/\(name).csv: '\(column)' is no dimension or measure of the product; these are "
          + known.joined(separator: ", "))
    }
    guard table.column(Self.period) != nil else {
      throw ScoringError("golden/\(name).csv has no column \(Self.period)")
    }
    for dimension in found.dimensions
    where dimension.role != .time && table.column(dimension.id) == nil {
      guard dimension.categories.first?.parent == nil,
        dimension.categories.dropFirst().allSatisfy({ $0.parent != nil })
      else {
        throw ScoringError(
          "golden/\(name).csv has no column \(dimension.id), and that dimension has no total")
      }
    }
  }

  /// The cell of a row; nil when the table does not hold its period.
  private func coordinates(of row: [String], in found: StatisticalTable) throws -> [Int]? {
    var coordinates: [Int] = []
    for dimension in found.dimensions {
      if dimension.role == .time {
        let period = table.column(Self.period).map { row[$0] } ?? ""
        // A whole year is coded `2023JJ00`. One that the reference date cuts short is `2023X000`: only
        // figures of that very date are about the same days.
        var codes = [period, period + "JJ00"]
        if table.column(Self.referenceDate) != nil { codes.append(period + "X000") }
        guard
          let place = dimension.categories.firstIndex(where: { codes.contains($0.code) })
        else { return nil }
        coordinates.append(place)
      } else if let column = table.column(dimension.id) {
        guard let place = dimension.categories.firstIndex(where: { $0.code == row[column] }) else {
          throw ScoringError(
            "golden/\(name).csv: '\(row[column])' is no category of \(dimension.id)")
        }
        coordinates.append(place)
      } else {
        coordinates.append(0)
      }
    }
    return coordinates
  }

  /// All cells at the breakdown of the truth: its categories and those beside them.
  private func cells(
    around places: [[Int]], _ index: CellIndex, in found: StatisticalTable
  ) -> [Int] {
    var combinations: [[Int]] = [[]]
    for (number, dimension) in found.dimensions.enumerated() {
      let used = Set(places.map { $0[number] })
      var wanted = used.sorted()
      if dimension.role != .time, table.column(dimension.id) != nil {
        let parents = Set(used.map { dimension.categories[$0].parent })
        let groups = Set(used.flatMap { Self.ancestors(of: $0, in: dimension.categories) })
        wanted = dimension.categories.indices.filter {
          parents.contains(dimension.categories[$0].parent) && !groups.contains($0)
        }
      }
      combinations = combinations.flatMap { cell in wanted.map { cell + [$0] } }
    }
    return combinations.map { index.cell(at: $0) }.sorted()
  }

  private static func ancestors(of category: Int, in all: [Category]) -> [Int] {
    all[category].parent.map { [$0] + ancestors(of: $0, in: all) } ?? []
  }

  private func place(of cell: Int, _ index: CellIndex, in found: StatisticalTable) -> String {
    zip(found.dimensions, index.coordinates(of: cell)).compactMap { dimension, place in
      dimension.role == .time || table.column(dimension.id) != nil
        ? "\(dimension.id)=\(dimension.categories[place].code)" : nil
    }.joined(separator: " ")
  }
}

extension FigureScore.Indicator {
  fileprivate init(
    product: String, measure: String, outside: Int, cells: [FigureScore.Cell], isPublished: Bool,
    decimals: Int, worst: Int
  ) {
    let scale = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
    func equal(_ left: Double, _ right: Double) -> Bool {
      abs(left - right) <= 1e-9 * max(1, abs(left))
    }
    let errors = cells.reduce(0) { $0 + abs($1.error) }
    let size = cells.reduce(0) { $0 + abs($1.inTruth) }
    let same = cells.count { equal($0.inTruth, $0.found) }
    self.init(
      product: product, measure: measure, cells: cells.count, equal: same,
      equalShare: Agreement.share(same, of: cells.count),
      inTruth: cells.reduce(0) { $0 + $1.inTruth }, found: cells.reduce(0) { $0 + $1.found },
      meanAbsoluteError: cells.isEmpty ? nil : errors / Double(cells.count),
      weightedRelativeError: size == 0 ? nil : errors / size,
      largestRelativeError: cells.compactMap(\.relativeError).max(),
      published: isPublished ? cells.count : 0, hidden: cells.count { $0.isHidden },
      publishedEqual: cells.count { cell in
        cell.published.map { equal(($0 * scale).rounded(), (cell.inTruth * scale).rounded()) }
          ?? false
      },
      outside: outside,
      worst: Array(
        cells.enumerated().filter { !equal($0.element.inTruth, $0.element.found) }
          .sorted { (-abs($0.element.error), $0.offset) < (-abs($1.element.error), $1.offset) }
          .prefix(worst).map(\.element)))
  }
}
