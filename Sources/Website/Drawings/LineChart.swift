import InformationModel

/// A quantity over time: a line with a gap where no figure is published, and hollow points for
/// provisional figures.
struct LineChart {
  let data: ChartData
  let width: Double
  let id: String
  let style: String

  private var height: Double { width < 500 ? 250 : 320 }
  private var fontSize: Double { 14 }
  private var bottom: Double { height - 34 }
  private let top = 24.0

  var svg: String {
    let scale = AxisScale(data.points.compactMap(\.value), decimals: data.decimals)
    let labels = scale.ticks.map {
      NumberText.text($0, decimals: scale.decimals, language: data.language)
    }
    let left = Double(labels.map(\.count).max() ?? 1) * fontSize * 0.58 + 12
    var drawing = Drawing()
    for (tick, label) in zip(scale.ticks, labels) {
      let y = place(tick, scale)
      drawing.add(
        "line",
        [
          ("x1", Drawing.coordinate(left)), ("x2", Drawing.coordinate(width - 8)),
          ("y1", Drawing.coordinate(y)), ("y2", Drawing.coordinate(y)),
          ("class", tick == 0 ? "axis" : "grid"),
        ])
      drawing.add(
        text: label, x: left - 8, y: y + 5, style: "chart-text", anchor: "end", size: fontSize)
    }
    addPeriods(to: &drawing, left: left)
    addLine(to: &drawing, left: left, scale)
    return drawing.svg(
      width: width, height: height, id: id, style: style, title: data.title,
      description: data.description)
  }

  private func place(_ value: Double, _ scale: AxisScale) -> Double {
    bottom - scale.share(value) * (bottom - top)
  }

  private func x(_ index: Int, left: Double) -> Double {
    let room = width - 8 - left
    return left + (Double(index) + 0.5) * room / Double(max(1, data.points.count))
  }

  /// Labels under the axis, as many as fit without touching; the last one is always there.
  private func addPeriods(to drawing: inout Drawing, left: Double) {
    let longest = Double(data.points.map(\.label.count).max() ?? 1) * fontSize * 0.58 + 22
    let room = (width - 8 - left) / Double(max(1, data.points.count))
    let every = max(1, Int((longest / max(1, room)).rounded(.up)))
    for (index, point) in data.points.enumerated()
    where (data.points.count - 1 - index).isMultiple(of: every) {
      let half = longest / 2 - 10
      let middle = min(max(x(index, left: left), half), width - half)
      drawing.add(
        text: point.label, x: middle, y: bottom + 22, style: "chart-text", anchor: "middle",
        size: fontSize)
    }
  }

  private func addLine(to drawing: inout Drawing, left: Double, _ scale: AxisScale) {
    for (index, point) in data.points.enumerated().dropFirst() {
      guard let value = point.value, let before = data.points[index - 1].value else { continue }
      drawing.add(
        "line",
        [
          ("x1", Drawing.coordinate(x(index - 1, left: left))),
          ("y1", Drawing.coordinate(place(before, scale))),
          ("x2", Drawing.coordinate(x(index, left: left))),
          ("y2", Drawing.coordinate(place(value, scale))),
          ("class", point.isProvisional ? "series series-provisional" : "series"),
        ])
    }
    for (index, point) in data.points.enumerated() {
      guard let value = point.value else { continue }
      drawing.add(
        "circle",
        [
          ("cx", Drawing.coordinate(x(index, left: left))),
          ("cy", Drawing.coordinate(place(value, scale))),
          ("r", data.points.count > 24 ? "2.5" : "4.5"),
          ("class", point.isProvisional ? "point point-provisional" : "point"),
        ])
    }
    guard let last = data.points.lastIndex(where: { $0.value != nil }),
      let value = data.points[last].value
    else { return }
    let half = Double(data.points[last].text.count) * fontSize * 0.3
    drawing.add(
      text: data.points[last].text, x: min(x(last, left: left), width - half - 2),
      y: place(value, scale) - 11, style: "chart-value", anchor: "middle", size: fontSize)
  }
}
