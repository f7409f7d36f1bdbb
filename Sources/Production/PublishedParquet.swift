import Foundation
import InformationModel
import Publication
import Warehouse

/// A published table as one Parquet file: a row per cell and measure, as in its CSV, in the same order.
struct PublishedParquet {
  let engine: DuckDBEngine
  /// Where the file is made, before the release takes its bytes.
  let folder: URL

  /// - Throws: `EngineError`; `WorkspaceError` for a table of more rows than the engine numbers.
  func data(of table: PublishedTable) throws -> Data {
    let name = "published.\(table.description.id)"
    let columns = try columns(of: table)
    try engine.load(columns, as: name)
    defer { try? engine.execute("DROP TABLE IF EXISTS `\(name)`") }
    let wanted = columns.columns.map { "`\($0.name)`" }.joined(separator: ", ")
    let file = folder.appending(path: "published-\(table.description.id).parquet")
    defer { try? FileManager.default.removeItem(at: file) }
    try engine.write(
      SQLStep(
        name: name, select: "SELECT \(wanted) FROM `\(name)` ORDER BY `_row` NULLS LAST"), to: file)
    return try Data(contentsOf: file)
  }

  private func columns(of table: PublishedTable) throws -> ContentTable {
    let cells = table.cells
    let cellCount = cells.sizes.reduce(1, *)
    let measureCount = table.measures.count
    let rowCount = cellCount * measureCount
    guard let last = Int32(exactly: rowCount) else {
      throw WorkspaceError(
        "table \(table.description.id) has \(rowCount) figures; \(Int32.max) at most go into Parquet"
      )
    }
    func texts(_ name: String, _ values: [String], _ code: (Int) -> Int) -> ContentTable.Column {
      var strings = ByteStrings()
      for value in values { strings.append(Array(value.utf8)) }
      return ContentTable.Column(
        name: name, codes: (0..<rowCount).map { UInt32(code($0)) }, values: .texts(strings),
        isNull: [Bool](repeating: false, count: values.count))
    }
    // In units of the smallest decimal of any measure, so that no figure is rounded again.
    let scale = table.measures.map(\.decimals).max() ?? 0
    let unit = (0..<scale).reduce(1.0) { value, _ in value * 10 }
    var units: [Int64] = []
    var isNull: [Bool] = []
    var attributes: [Int] = []
    for row in 0..<rowCount {
      let cell = table.cell(row / measureCount, measure: row % measureCount)
      var value: Int64?
      if case .value(let figure) = cell { value = Int64(exactly: (figure * unit).rounded()) }
      units.append(value ?? 0)
      isNull.append(value == nil)
      attributes.append(cell == .confidential ? 1 : cell == .impossible ? 2 : 0)
      if case .value = cell, value == nil {
        throw WorkspaceError(
          "table \(table.description.id) has a figure that is too large for Parquet's decimals")
      }
    }
    let dimensions = table.dimensions.enumerated().map { axis, dimension in
      texts(dimension.id, dimension.categories.map(\.code)) { row in
        row / measureCount / cells.strides[axis] % cells.sizes[axis]
      }
    }
    return ContentTable(
      columns: dimensions + [
        texts(Naming.fixedColumns[0], table.measures.map(\.id)) { $0 % measureCount },
        ContentTable.Column(
          name: Naming.fixedColumns[1], codes: (0..<rowCount).map { UInt32($0) },
          values: .decimals(units, scale: scale), isNull: isNull),
        texts(Naming.fixedColumns[2], ["None", "Confidential", "Impossible"]) { attributes[$0] },
      ], rows: Array(0..<last))
  }
}
