import InformationModel

/// A table as it lies on a sheet: some of its dimensions go down, the others across.
///
/// The measures are a dimension too, the one behind the last.
package struct ArrangedTable: Sendable {
  /// A dimension, or the measures.
  package struct Axis: Sendable {
    package let id: String
    package let title: LocalizedText
    package let codes: [String]
    /// Provisional periods carry an asterisk behind their label.
    package let labels: [LocalizedText]
  }

  /// What stands in the place of a hidden figure and of one that cannot be computed, as PC-Axis has it.
  package static let confidential = ".."
  package static let impossible = "."

  package let table: PublishedTable
  /// Down, the one that changes slowest first; positions among the axes.
  package let stub: [Int]
  /// Across, in the same way.
  package let heading: [Int]
  /// All axes in the order of the table, the measures last.
  package let axes: [Axis]
  /// How to walk down and across.
  package let rows: CellIndex
  package let columns: CellIndex
  private let strides: [Int]
  private let offsets: [Int]

  /// The measures side by side, everything else below each other.
  package init(_ table: PublishedTable) {
    self.init(
      table, stub: Array(table.dimensions.indices), heading: [table.dimensions.count])
  }

  /// - Parameters:
  ///   - table: all of it, or a part.
  ///   - stub: what goes down; each axis is in one of both, once.
  ///   - heading: what goes across.
  package init(_ table: PublishedTable, stub: [Int], heading: [Int]) {
    (self.table, self.stub, self.heading) = (table, stub, heading)
    axes = table.dimensions.map(Self.axis) + [Self.measures(of: table)]
    let whole = CellIndex(sizes: axes.map(\.codes.count))
    rows = CellIndex(sizes: stub.map { whole.sizes[$0] })
    let across = CellIndex(sizes: heading.map { whole.sizes[$0] })
    columns = across
    strides = stub.map { whole.strides[$0] }
    let steps = heading.map { whole.strides[$0] }
    offsets = (0..<across.sizes.reduce(1, *)).map { column in
      zip(across.coordinates(of: column), steps).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  package var rowCount: Int { rows.sizes.reduce(1, *) }
  package var columnCount: Int { offsets.count }

  /// What stands in a row, from left to right, each with the measure that it is of.
  package func figures(row: Int) -> [(cell: PublishedCell, measure: Measure)] {
    let start = zip(rows.coordinates(of: row), strides).reduce(0) { $0 + $1.0 * $1.1 }
    let count = table.measures.count
    return offsets.map { offset in
      let place = start + offset
      return (table.cell(place / count, measure: place % count), table.measures[place % count])
    }
  }

  /// What stands above each column: the names of its categories.
  ///
  /// - Parameters:
  ///   - language: of what stands above a column that is of no category.
  ///   - names: of the categories of an axis.
  /// - Returns: one text for each column.
  package func columnTitles(_ language: Language, _ names: (Axis) -> [String]) -> [String] {
    if heading.isEmpty { return [language == .nl ? "Waarde" : "Value"] }
    let names = heading.map { names(axes[$0]) }
    return offsets.indices.map { column in
      zip(names, columns.coordinates(of: column)).map { $0[$1] }.joined(separator: " ")
    }
  }

  private static func axis(_ dimension: Dimension) -> Axis {
    Axis(
      id: dimension.id, title: dimension.title, codes: dimension.categories.map(\.code),
      labels: dimension.categories.map { category in
        guard category.status == .provisional else { return category.label }
        return LocalizedText(nl: category.label.nl + "*", en: category.label.en + "*")
      })
  }

  private static func measures(of table: PublishedTable) -> Axis {
    Axis(
      id: Naming.contents, title: LocalizedText(nl: "Onderwerp", en: "Subject"),
      codes: table.measures.map(\.id), labels: table.measures.map(\.title))
  }
}
