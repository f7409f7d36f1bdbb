import InformationModel

/// A drawing in a page: for both widths of screen, with its figures as a table and the files that it can be taken along as.
struct DrawingView {
  let identifier: String
  let heading: String
  let wide: String
  let narrow: String
  let caption: String
  let figuresLabel: String
  let columns: [String]
  let hasColumns: Bool
  let rows: [DrawingTable.Row]
  let pictures: [Link]

  /// What stands around a drawing.
  struct Labels {
    let heading: String
    let figures: String
    let picture: String
  }

  /// - Parameters:
  ///   - chart: what is drawn.
  ///   - identifier: what the section is called, and the names in the drawing begin with.
  ///   - labels: what stands around it.
  ///   - pictures: where it can be taken along.
  init(_ chart: any Chart, identifier: String, labels: Labels, pictures: [Link]) {
    let drawings = chart.pair(id: identifier)
    let table = chart.table
    self.identifier = identifier
    heading = labels.heading
    wide = drawings.wide
    narrow = drawings.narrow
    caption = chart.title
    figuresLabel = labels.figures
    columns = table.columns
    hasColumns = !table.columns.isEmpty
    rows = table.rows
    self.pictures = pictures
  }
}
