import InformationModel
import Publication

/// A published cell in words: a number, or what stands in its place.
struct CellText {
  let text: String
  let value: Double?
  /// Name of the style.
  let style: String

  init(_ cell: PublishedCell, of measure: Measure, _ words: InterfaceText, _ language: Language) {
    switch cell {
    case .value(let value):
      text = NumberText.text(value, decimals: measure.decimals, language: language)
      self.value = value
      style = "number"
    case .confidential:
      text = words.hidden
      value = nil
      style = "hidden-figure"
    case .impossible:
      text = words.impossibleShort
      value = nil
      style = "no-figure"
    }
  }
}

/// Which marks a table of figures needs words for.
struct FigureLegend {
  let showsProvisional: Bool
  let showsHidden: Bool
  let showsImpossible: Bool

  init(_ cells: [CellText], hasProvisional: Bool) {
    let styles = Set(cells.map(\.style))
    showsProvisional = hasProvisional
    showsHidden = styles.contains("hidden-figure")
    showsImpossible = styles.contains("no-figure")
  }
}

/// The figures that a page shows, as rows and columns.
struct FigureTable {
  struct Column {
    let label: String
    let unitName: String?
  }

  struct Row {
    let label: String
    let rowHref: String?
    let depthStyle: String
    let cells: [CellText]
  }

  let caption: String
  let regionLabel: String
  let corner: String
  let columns: [Column]
  /// Whether the columns are periods, the newest last: that one stays in sight.
  let isOverTime: Bool
  let rows: [Row]
  let legend: FigureLegend

  init(_ selection: TableSelection, site: Site, _ language: Language) {
    let table = selection.table
    let words = InterfaceText(language)
    let dimension = table.dimensions[selection.rowDimension]
    let time = table.timeDimension.map { table.dimensions[$0] }
    func label(_ category: Category) -> String {
      category.label[language] + (category.status == .provisional ? "*" : "")
    }
    var periods: [Int?] = [nil]
    switch selection.columns {
    case .periods(let shown):
      periods = shown
      isOverTime = true
      columns = shown.map { period in
        Column(label: time.map { label($0.categories[period]) } ?? "", unitName: nil)
      }
    case .measures:
      isOverTime = false
      columns = table.measures.map {
        Column(label: $0.title[language], unitName: $0.unit[language])
      }
    }
    let depths = dimension.depths
    rows = dimension.categories.indices.map { row in
      let category = dimension.categories[row]
      let cells = periods.flatMap { period in
        let cell = selection.cell(row: row, period: period)
        let measures =
          if case .periods = selection.columns {
            [selection.measure]
          } else {
            Array(table.measures.indices)
          }
        return measures.map { measure in
          CellText(
            table.cell(cell, measure: measure), of: table.measures[measure], words, language)
        }
      }
      return Row(
        label: label(category),
        rowHref: site.address(of: category.code, in: dimension.scheme, language),
        depthStyle: "depth-\(min(depths[row], 4))", cells: cells)
    }
    let chosen = selection.fixedDimensions.map { index in
      table.dimensions[index].title[language] + ": "
        + table.dimensions[index].categories[selection.fixed[index]].label[language]
    }
    let measure = table.measures[selection.measure]
    let subject =
      if case .periods = selection.columns {
        "\(measure.title[language]) (\(measure.unit[language]))"
      } else {
        table.description.title[language]
      }
    caption = ([subject] + chosen).joined(separator: "; ")
    regionLabel = "\(words.figures): \(caption)"
    corner = dimension.title[language]
    legend = FigureLegend(
      rows.flatMap(\.cells),
      hasProvisional: dimension.categories.contains { $0.status == .provisional }
        || periods.contains { period in
          period.flatMap { time?.categories[$0].status } == .provisional
        })
  }
}
