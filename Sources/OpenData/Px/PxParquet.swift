import InformationModel
import Publication

/// A part of a table as Parquet in the columns that PxWeb gives it: the codes of each dimension, when a period begins, and of each measure its figures and
/// what stands in the place of those that are not there.
struct PxParquet: Sendable {
  let table: PublishedTable
  let language: Language

  /// One row for each combination of categories, in the order of the table.
  var file: ParquetFile {
    let table = table
    let cells = table.cells
    var columns: [ParquetFile.Column] = []
    func add(_ name: String, _ values: ParquetFile.Column.Values) {
      columns.append(ParquetFile.Column(name, values))
    }
    for (axis, dimension) in table.dimensions.enumerated() {
      let (stride, size) = (cells.strides[axis], cells.sizes[axis])
      let categories = dimension.categories
      add(dimension.title[language], .texts(categories.map(\.code)) { $0 / stride % size })
      guard dimension.role == .time else { continue }
      let referenceDate = table.provenance.referenceDate
      let beginnings = categories.map {
        SDMXPeriod(code: $0.code, referenceDate: referenceDate)?.first
      }
      add("timestamp", .days { beginnings[$0 / stride % size] })
    }
    for (place, measure) in table.measures.enumerated() {
      let name = table.measures.count == 1 ? "value" : "\(Naming.contents)_\(measure.id)"
      add(name, .numbers { table.value($0, measure: place) })
      add(
        name + "_symbol",
        .texts([ArrangedTable.confidential, ArrangedTable.impossible]) {
          switch table.cell($0, measure: place) {
          case .value: nil
          case .confidential: 0
          case .impossible: 1
          }
        })
    }
    return ParquetFile(columns, rowCount: table.figures.cellCount, packing: .gzip)
  }

  var answer: OpenDataAnswer {
    let format = TableFormat.parquet
    return OpenDataAnswer(
      status: 200, contentType: format.contentType,
      headers: [
        (
          "Content-Disposition",
          "attachment; filename=\"\(table.description.id)\(format.suffix)\""
        )
      ], body: .pieces { AnswerPieces(file.pieces()) })
  }
}
