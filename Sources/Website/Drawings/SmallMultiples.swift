import InformationModel

/// Many quantities over time: a small line chart for each, all on one scale.
package struct SmallMultiples: Chart {
  let data: ChartData

  package init(data: ChartData) {
    self.data = data
  }

  package var title: String { data.title }
  package var description: String { data.description }
  package var table: DrawingTable { data.table }

  private static let titleSize = 14.0
  private static let fontSize = 12.5
  private static let gap = 22.0

  package func draw(in drawing: inout Drawing) -> Double {
    guard data.hasFigures else {
      drawing.add(emptyNote: data.word, y: 40)
      return 70
    }
    let columns = drawing.isNarrow ? 1 : min(data.series.count, drawing.width < 900 ? 3 : 4)
    let scale = AxisScale(
      data.series.flatMap { $0.points.compactMap(\.value) }, decimals: data.decimals, steps: 3)
    let labels = scale.ticks.map { data.number($0, decimals: scale.decimals) }
    let left = LinePlot.labelWidth(labels, fontSize: Self.fontSize) + 10
    let room = drawing.width - left - 6 - Double(columns - 1) * Self.gap
    let width = max(20, room / Double(max(1, columns)))
    let height = drawing.isNarrow ? 92.0 : 112
    var y = 0.0
    for first in stride(from: 0, to: data.series.count, by: max(1, columns)) {
      let row = data.series[first..<min(first + columns, data.series.count)]
      let titles = row.map {
        // Bold letters are broader than the estimate.
        Drawing.lines($0.name, within: width * 0.85, fontSize: Self.titleSize, atMost: 2)
      }
      let titleHeight = Double(titles.map(\.count).max() ?? 1) * 17
      for (column, (series, title)) in zip(row, titles).enumerated() {
        let x = left + Double(column) * (width + Self.gap)
        let plot = LinePlot(
          left: x, right: x + width, top: y + titleHeight + 22, bottom: y + titleHeight + height,
          scale: scale, count: data.labels.count)
        drawing.add(
          lines: title, x: x, y: y + 14 + titleHeight - Double(title.count) * 17, step: 17,
          style: "chart-value", size: Self.titleSize)
        draw(series, plot, labels: column == 0 ? labels : nil, in: &drawing)
      }
      y += titleHeight + height + 42
    }
    return drawing.add(notes: data.gaps(of: data.series.filter { $0.last != nil }), y: y - 8)
  }

  private func draw(
    _ series: ChartData.Series, _ plot: LinePlot, labels: [String]?, in drawing: inout Drawing
  ) {
    plot.addGrid(labels: labels, fontSize: Self.fontSize, to: &drawing)
    let width = plot.right - plot.left
    let ends = [data.labels.first ?? "", data.labels.last ?? ""]
    let fits = LinePlot.labelWidth(ends, fontSize: Self.fontSize) <= width / 2 - 4
    if fits, data.labels.count > 1 {
      drawing.add(
        text: ends[0], x: plot.left, y: plot.bottom + 17, style: "chart-text", size: Self.fontSize)
    }
    drawing.add(
      text: Drawing.cut(ends[1], within: width, fontSize: Self.fontSize), x: plot.right,
      y: plot.bottom + 17, style: "chart-text", anchor: "end", size: Self.fontSize)
    guard let last = series.last, let value = series.points[last].value else {
      drawing.add(
        text: series.points.first?.text ?? "\u{2013}", x: (plot.left + plot.right) / 2,
        y: (plot.top + plot.bottom) / 2 + 4, style: "chart-word", anchor: "middle",
        size: Self.fontSize)
      return
    }
    plot.add(series, number: 0, radius: 2.8, to: &drawing)
    let text = series.points[last].text
    let half = Drawing.width(of: text, fontSize: Self.fontSize) / 2
    drawing.add(
      text: text, x: max(plot.left + half, min(plot.x(last), plot.right - half)),
      y: plot.y(value) - 8, style: "chart-label chart-halo", anchor: "middle", size: Self.fontSize)
  }
}
