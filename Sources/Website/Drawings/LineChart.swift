import InformationModel

/// Quantities over time, at most six: lines with gaps where no figure is published and hollow points
/// for provisional figures, named at their ends where there is room.
package struct LineChart: Chart {
  let data: ChartData

  package init(data: ChartData) {
    self.data = data
  }

  package var title: String { data.title }
  package var description: String { data.description }
  package var table: DrawingTable { data.table }

  private static let fontSize = 14.0
  private static let lineStep = 17.0

  /// Names at the ends of the lines, broken into lines.
  private struct EndLabel {
    let series: Int
    let lines: [String]
    let value: Double

    var height: Double { Double(lines.count) * LineChart.lineStep }
  }

  package func draw(in drawing: inout Drawing) -> Double {
    let isNarrow = drawing.isNarrow
    let series = data.series.prefix(ChartData.limit)
    let plotHeight = isNarrow ? 192.0 : series.count > 1 ? 300 : 262
    let scale = AxisScale(series.flatMap { $0.points.compactMap(\.value) }, decimals: data.decimals)
    let labels = scale.ticks.map { data.number($0, decimals: scale.decimals) }
    let left = LinePlot.labelWidth(labels, fontSize: Self.fontSize) + 12
    guard data.hasFigures else {
      drawing.add(emptyNote: data.word, y: 40)
      return 70
    }
    let endLabels = isNarrow ? [] : Self.endLabels(series, width: drawing.width * 0.26)
    let labelHeight = endLabels.reduce(0) { $0 + $1.height + 4 }
    let hasEndLabels = !endLabels.isEmpty && labelHeight <= plotHeight
    var top = 24.0
    if series.count > 1, !hasEndLabels {
      top = Legend(names: series.map(\.name), sample: .line).draw(in: &drawing, y: 0) + 16
    }
    let labelWidth = LinePlot.labelWidth(endLabels.flatMap(\.lines), fontSize: Self.fontSize)
    let plot = LinePlot(
      left: left, right: drawing.width - (hasEndLabels ? labelWidth + 28 : 8), top: top,
      bottom: top + plotHeight, scale: scale, count: data.labels.count)
    plot.addGrid(labels: labels, fontSize: Self.fontSize, to: &drawing)
    plot.addPlaces(data.labels, fontSize: Self.fontSize, to: &drawing)
    for (index, series) in series.enumerated() {
      plot.add(
        series, number: index, radius: data.labels.count > 24 ? 3 : 4.5, to: &drawing)
    }
    if series.count == 1 { addLastValue(plot, to: &drawing) }
    if hasEndLabels { add(endLabels, plot, to: &drawing) }
    let notes = notes(series, plot, in: &drawing)
    return drawing.add(notes: notes, y: plot.bottom + 34)
  }

  private func addLastValue(_ plot: LinePlot, to drawing: inout Drawing) {
    guard let series = data.series.first, let last = series.last,
      let value = series.points[last].value
    else { return }
    let text = series.points[last].text
    let half = Drawing.width(of: text, fontSize: Self.fontSize) / 2
    drawing.add(
      text: text, x: max(half, min(plot.x(last), drawing.width - half - 2)),
      y: plot.y(value) - 11, style: "chart-value", anchor: "middle", size: Self.fontSize)
  }

  /// Empty when there is one series, or a series without figures, which has no end.
  private static func endLabels(
    _ series: ArraySlice<ChartData.Series>, width: Double
  ) -> [EndLabel] {
    guard series.count > 1 else { return [] }
    return series.enumerated().compactMap { index, series in
      guard let last = series.last, let value = series.points[last].value else { return nil }
      return EndLabel(
        series: index,
        lines: Drawing.lines(series.name, within: width, fontSize: fontSize, atMost: 2),
        value: value)
    }
  }

  private func add(_ labels: [EndLabel], _ plot: LinePlot, to drawing: inout Drawing) {
    let labels = labels.sorted { ($1.value, $0.series) < ($0.value, $1.series) }
    let tops = Spacing.tops(
      wanted: labels.map { plot.y($0.value) - $0.height / 2 }, heights: labels.map(\.height),
      gap: 4, from: plot.top - 12, to: plot.bottom + 12)
    for (label, top) in zip(labels, tops) {
      let middle = top + label.height / 2
      if let last = data.series[label.series].last {
        let end = (x: plot.x(last) + 8, y: plot.y(label.value))
        drawing.add(lineFrom: end, to: (plot.right + 4, middle), style: "leader")
      }
      drawing.add(markOf: label.series, x: plot.right + 11, y: middle, radius: 4.5)
      drawing.add(
        lines: label.lines, x: plot.right + 22, y: top + 13, step: Self.lineStep,
        style: "chart-label", size: Self.fontSize)
    }
  }

  /// What is not drawn: figures that are not published, of one series in their place where there is
  /// room, and series beyond the sixth.
  private func notes(
    _ series: ArraySlice<ChartData.Series>, _ plot: LinePlot, in drawing: inout Drawing
  ) -> [String] {
    var notes: [String] = []
    if series.count > 1 || !addWords(plot, to: &drawing) { notes = data.gaps(of: series) }
    let others = data.series.dropFirst(ChartData.limit).map(\.name)
    if !others.isEmpty {
      let word = LocalizedText(nl: "Niet getekend", en: "Not drawn")[data.language]
      notes.append("\(word): \(others.joined(separator: "; "))")
    }
    return notes
  }

  /// Writes the word in each gap of a single series; false, and nothing, when one does not fit.
  private func addWords(_ plot: LinePlot, to drawing: inout Drawing) -> Bool {
    var gaps: [(text: String, first: Int, last: Int)] = []
    for (place, point) in data.points.enumerated() where point.value == nil {
      if let gap = gaps.last, gap.last == place - 1, gap.text == point.text {
        gaps[gaps.count - 1].last = place
      } else {
        gaps.append((point.text, place, place))
      }
    }
    let places = gaps.map { gap in
      (
        text: gap.text, x: (plot.x(gap.first) + plot.x(gap.last)) / 2,
        room: plot.x(gap.last) - plot.x(gap.first) + plot.x(1) - plot.x(0)
      )
    }
    guard places.allSatisfy({ Drawing.width(of: $0.text, fontSize: 12.5) <= $0.room }) else {
      return false
    }
    for place in places {
      drawing.add(
        text: place.text, x: place.x, y: plot.y(0) - 7, style: "chart-word", anchor: "middle",
        size: 12.5)
    }
    return true
  }
}
