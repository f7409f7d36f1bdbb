import InformationModel

/// Parts of a total, over time or by category: standing bars over time where there is room, lying
/// bars otherwise, with the share of each part where it can be read.
///
/// A bar with a part that is not published has no shares, and says so: its length is that of the
/// parts that are.
package struct StackedBarChart: Chart {
  let data: ChartData
  let isShare: Bool

  /// Nil when there are more parts than readers can tell apart.
  ///
  /// - Parameters:
  ///   - data: a series for each part.
  ///   - isShare: whether all bars are equally long, for totals that are not to be compared.
  package init?(data: ChartData, isShare: Bool) {
    guard data.series.count <= ChartData.limit else { return nil }
    self.data = data
    self.isShare = isShare
  }

  package var title: String { data.title }
  package var description: String { data.description }
  package var table: DrawingTable { data.table }

  private static let fontSize = 14.0
  private static let shareSize = 12.5

  /// A part of a bar, as a stretch of the axis.
  private struct Part {
    let series: Int
    let start: Double
    let end: Double
    /// Such as 12%; nil where no share can be told.
    let share: String?
  }

  private struct Bar {
    let label: String
    let parts: [Part]
    /// What stands in the place of parts that are not published.
    let word: String?
    let isProvisional: Bool

    var end: Double { parts.map(\.end).max() ?? 0 }
  }

  private var bars: [Bar] {
    data.labels.enumerated().map { place, label in
      let points = data.series.map { data.point($0, at: place) }
      let values = points.map { $0?.value }
      let missing = points.first { $0?.value == nil }
      let word = missing.map { $0?.text ?? "\u{2013}" }
      let total = values.reduce(0) { $0 + ($1 ?? 0) }
      let hasShares =
        word == nil && total > 0 && total.isFinite && !values.contains { ($0 ?? 0) < 0 }
      var (highest, lowest) = (0.0, 0.0)
      var parts: [Part] = []
      for (series, value) in values.enumerated() {
        guard let value, hasShares || !isShare else { continue }
        let length = isShare ? 100 * value / total : value
        let start = length < 0 ? lowest : highest
        if length < 0 { lowest += length } else { highest += length }
        parts.append(
          Part(
            series: series, start: start, end: start + length,
            share: hasShares ? data.number(100 * value / total, decimals: 0) + "%" : nil))
      }
      return Bar(
        label: label, parts: parts, word: isShare && !hasShares ? word ?? "\u{2013}" : word,
        isProvisional: points.contains { $0?.isProvisional == true })
    }
  }

  package func draw(in drawing: inout Drawing) -> Double {
    guard data.hasFigures else {
      drawing.add(emptyNote: data.word, y: 40)
      return 70
    }
    let bars = bars
    let ends = bars.flatMap { $0.parts.flatMap { [$0.start, $0.end] } }
    let scale = AxisScale(isShare ? [100] : ends, decimals: isShare ? 0 : data.decimals)
    let labels = scale.ticks.map {
      data.number($0, decimals: scale.decimals) + (isShare ? "%" : "")
    }
    SeriesMark.addHatchings(data.series.count, to: &drawing, style: "hatch")
    let top = Legend(names: data.series.map(\.name), sample: .area).draw(in: &drawing, y: 0)
    let room = (drawing.width - 70) / Double(max(1, bars.count))
    let isStanding = data.isOverTime && !drawing.isNarrow && room >= 24
    return isStanding
      ? drawStanding(bars, scale, labels, top: top, in: &drawing)
      : drawLying(bars, scale, labels, top: top, in: &drawing)
  }

  private func drawStanding(
    _ bars: [Bar], _ scale: AxisScale, _ labels: [String], top: Double, in drawing: inout Drawing
  ) -> Double {
    let plot = LinePlot(
      left: LinePlot.labelWidth(labels, fontSize: Self.fontSize) + 12, right: drawing.width - 4,
      top: top + 26, bottom: top + 306, scale: scale, count: bars.count)
    plot.addGrid(labels: labels, fontSize: Self.fontSize, to: &drawing)
    plot.addPlaces(bars.map(\.label), fontSize: Self.fontSize, to: &drawing)
    let step = (plot.right - plot.left) / Double(max(1, bars.count))
    let width = min(64, step * 0.72)
    for (place, bar) in bars.enumerated() {
      for part in bar.parts {
        add(
          part, x: plot.x(place) - width / 2, y: min(plot.y(part.start), plot.y(part.end)),
          width: width, height: abs(plot.y(part.start) - plot.y(part.end)), to: &drawing)
      }
      if let low = bar.parts.map({ min($0.start, $0.end) }).min(), bar.isProvisional {
        let high = plot.y(max(0, bar.end))
        drawing.add(
          rectangle: (plot.x(place) - width / 2 - 2, high - 2), width: width + 4,
          height: plot.y(min(0, low)) - high + 4, style: "outline-provisional")
      }
    }
    drawing.add(
      lineFrom: (plot.left, plot.y(0)), to: (plot.right, plot.y(0)), style: "axis")
    let words = bars.compactMap(\.word).map { Drawing.width(of: $0, fontSize: 12.5) }
    var notes: [String] = []
    if words.allSatisfy({ $0 <= step }) {
      for (place, bar) in bars.enumerated() {
        guard let word = bar.word else { continue }
        let half = Drawing.width(of: word, fontSize: 12.5) / 2
        drawing.add(
          text: word, x: min(plot.x(place), drawing.width - half),
          y: plot.y(max(0, bar.end)) - 7, style: "chart-word", anchor: "middle", size: 12.5)
      }
    } else {
      notes = data.gaps(of: data.series)
    }
    return drawing.add(notes: notes, y: plot.bottom + 34)
  }

  private func drawLying(
    _ bars: [Bar], _ scale: AxisScale, _ labels: [String], top: Double, in drawing: inout Drawing
  ) -> Double {
    let (width, isNarrow) = (drawing.width, drawing.isNarrow)
    let words = bars.compactMap(\.word).map { Drawing.width(of: $0, fontSize: 12.5) + 12 }
    let last = Drawing.width(of: labels.last ?? "", fontSize: 12.5) / 2
    let first = Drawing.width(of: labels.first ?? "", fontSize: 12.5) / 2
    let labelWidth =
      isNarrow
      ? first
      : min(
        width * 0.34, LinePlot.labelWidth(bars.map(\.label), fontSize: Self.fontSize) + 14 + first)
    let room = max(40, width - labelWidth - max(last, words.max() ?? 0) - 2)
    func x(_ value: Double) -> Double { labelWidth + scale.share(value) * room }
    let barHeight = 24.0
    var y = top + 12
    var body: [(bar: Bar, lines: [String], middle: Double)] = []
    for bar in bars {
      let lines = Drawing.lines(
        bar.label, within: isNarrow ? width : labelWidth - 12, fontSize: Self.fontSize, atMost: 2)
      let middle = isNarrow ? y + Double(lines.count) * 17 + 6 + barHeight / 2 : y + 18
      body.append((bar, lines, middle))
      y = middle + barHeight / 2 + (isNarrow ? 12 : 8)
    }
    // On a narrow screen the labels stand between the bars, so the grid stands behind bars only.
    let stretches =
      isNarrow
      ? body.map { ($0.middle - barHeight / 2 - 4, $0.middle + barHeight / 2 + 4) }
      : [(top + 8, y)]
    addGrid(scale, labels, x: x, stretches: stretches, y: y, in: &drawing)
    for (bar, lines, middle) in body {
      drawing.add(
        lines: lines, x: isNarrow ? 0 : labelWidth - 12,
        y: isNarrow
          ? middle - barHeight / 2 - 9 - Double(lines.count - 1) * 17
          : middle + 5 - Double(lines.count - 1) * 8.5, step: 17, style: "chart-label",
        anchor: isNarrow ? "start" : "end", size: Self.fontSize)
      for part in bar.parts {
        add(
          part, x: min(x(part.start), x(part.end)), y: middle - barHeight / 2,
          width: abs(x(part.end) - x(part.start)), height: barHeight, to: &drawing)
      }
      if let low = bar.parts.map({ min($0.start, $0.end) }).min(), bar.isProvisional {
        drawing.add(
          rectangle: (x(min(0, low)) - 2, middle - barHeight / 2 - 2),
          width: x(max(0, bar.end)) - x(min(0, low)) + 4, height: barHeight + 4,
          style: "outline-provisional")
      }
      if let word = bar.word {
        drawing.add(
          text: word, x: x(max(0, bar.end)) + 7, y: middle + 4.5, style: "chart-word", size: 12.5)
      }
    }
    for (start, end) in stretches {
      drawing.add(lineFrom: (x(0), start), to: (x(0), end), style: "axis")
    }
    return y + 24
  }

  /// Lines at all ticks, and numbers at as many as have room for them.
  private func addGrid(
    _ scale: AxisScale, _ labels: [String], x: (Double) -> Double,
    stretches: [(start: Double, end: Double)], y: Double, in drawing: inout Drawing
  ) {
    let longest = LinePlot.labelWidth(labels, fontSize: 12.5) + 14
    let step = scale.ticks.count > 1 ? abs(x(scale.ticks[1]) - x(scale.ticks[0])) : longest
    let every = max(1, Int((longest / max(1, step)).rounded(.up)))
    let zero = scale.ticks.firstIndex(of: 0) ?? 0
    for (index, tick) in scale.ticks.enumerated() {
      for (start, end) in stretches {
        drawing.add(lineFrom: (x(tick), start), to: (x(tick), end), style: "grid")
      }
      guard (index - zero).isMultiple(of: every) else { continue }
      drawing.add(
        text: labels[index], x: x(tick), y: y + 18, style: "chart-text", anchor: "middle",
        size: 12.5)
    }
  }

  private func add(
    _ part: Part, x: Double, y: Double, width: Double, height: Double, to drawing: inout Drawing
  ) {
    let number = SeriesMark.number(part.series)
    drawing.add(
      rectangle: (x, y), width: width, height: height,
      style: min(width, height) < 4 ? "part part-\(number) part-thin" : "part part-\(number)")
    drawing.add(
      rectangle: (x, y), width: width, height: height, style: "hatching", fill: "hatch-\(number)")
    guard let share = part.share else { return }
    let textWidth = Drawing.width(of: share, fontSize: Self.shareSize)
    guard width >= textWidth + 10, height >= 20 else { return }
    let middle = (x: x + width / 2, y: y + height / 2)
    drawing.add(
      rectangle: (middle.x - textWidth / 2 - 2, middle.y - 8), width: textWidth + 4, height: 16,
      corner: 3, style: "chart-plate")
    drawing.add(
      text: share, x: middle.x, y: middle.y + 4.5, style: "chart-label", anchor: "middle",
      size: Self.shareSize)
  }
}
