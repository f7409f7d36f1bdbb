import Foundation
import InformationModel

/// The table as Apache Parquet: a row per cell and measure, in the columns and the order of its CSV; a figure is a decimal number.
///
/// The name of a release follows from its bytes, so the file is not packed: another zlib would give others.
struct TableParquet {
  private let file: ParquetFile

  /// - Throws: for a figure with more digits than a decimal number has in Parquet.
  init(_ table: PublishedTable) throws(PublicationError) {
    let cells = table.cells
    let measures = table.measures
    // A column has one number of decimals: the most of any measure, so that no figure is rounded again.
    let decimals = measures.map(\.decimals).max() ?? 0
    let largest = Self.power(ParquetFile.decimalDigits) - 1
    let factors = measures.map { Self.power(decimals - $0.decimals) }

    /// Nil for no figure, and for one that is too large.
    @Sendable func units(_ row: Int) -> Int64? {
      let (cell, place) = row.quotientAndRemainder(dividingBy: measures.count)
      guard let value = table.value(cell, measure: place),
        let own = DecimalNotation.units(value, decimals: measures[place].decimals),
        own.magnitude <= UInt64(largest / factors[place])
      else { return nil }
      return own * factors[place]
    }

    let rowCount = table.figures.cellCount * measures.count
    for row in 0..<rowCount where units(row) == nil {
      let (cell, place) = row.quotientAndRemainder(dividingBy: measures.count)
      guard table.value(cell, measure: place) == nil else {
        throw PublicationError(
          .unpublishable,
          "Table \(table.description.id): a figure of \(measures[place].id) takes more than "
            + "\(ParquetFile.decimalDigits) digits at \(decimals) decimals; "
            + "give the measures fewer decimals or a larger unit.")
      }
    }
    var columns = table.dimensions.enumerated().map { axis, dimension in
      let stride = cells.strides[axis] * measures.count
      let size = cells.sizes[axis]
      return ParquetFile.Column(
        dimension.id, .texts(dimension.categories.map(\.code)) { $0 / stride % size })
    }
    columns += [
      .init(Naming.fixedColumns[0], .texts(measures.map(\.id)) { $0 % measures.count }),
      .init(Naming.fixedColumns[1], .decimals(decimals, units)),
      .init(
        Naming.fixedColumns[2],
        .texts(["None", "Confidential", "Impossible"]) { row in
          switch table.cell(row / measures.count, measure: row % measures.count) {
          case .value: 0
          case .confidential: 1
          case .impossible: 2
          }
        }),
    ]
    file = ParquetFile(columns, rowCount: rowCount, packing: .none)
  }

  var data: Data {
    var data = Data()
    let next = file.pieces()
    while let piece = next() { data.append(contentsOf: piece) }
    return data
  }

  private static func power(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
