/// Where the places and the values of lines lie, and the lines themselves.
struct LinePlot {
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let scale: AxisScale
  /// How many places there are from left to right.
  let count: Int

  private var step: Double { max(0, right - left) / Double(max(1, count)) }

  func x(_ place: Int) -> Double { left + (Double(place) + 0.5) * step }
  func y(_ value: Double) -> Double { bottom - scale.share(value) * (bottom - top) }

  /// How wide texts at the axis are at most.
  static func labelWidth(_ labels: [String], fontSize: Double) -> Double {
    labels.map { Drawing.width(of: $0, fontSize: fontSize) }.max() ?? 0
  }

  /// A line at each tick, with the number before it.
  func addGrid(labels: [String]?, fontSize: Double, to drawing: inout Drawing) {
    for (index, tick) in scale.ticks.enumerated() {
      drawing.add(
        lineFrom: (left, y(tick)), to: (right, y(tick)), style: tick == 0 ? "axis" : "grid")
      if let labels {
        drawing.add(
          text: labels[index], x: left - 8, y: y(tick) + 5, style: "chart-text", anchor: "end",
          size: fontSize)
      }
    }
  }

  /// Labels under the axis, as many as fit without touching; the last one is always there.
  func addPlaces(_ labels: [String], fontSize: Double, to drawing: inout Drawing) {
    let longest = Self.labelWidth(labels, fontSize: fontSize)
    let every = max(1, Int(((longest + 12) / max(1, step)).rounded(.up)))
    for (place, label) in labels.enumerated() where (labels.count - 1 - place).isMultiple(of: every)
    {
      let label = Drawing.cut(label, within: drawing.width, fontSize: fontSize)
      let half = Drawing.width(of: label, fontSize: fontSize) / 2
      drawing.add(
        text: label, x: min(max(x(place), half), drawing.width - half), y: bottom + 22,
        style: "chart-text", anchor: "middle", size: fontSize)
    }
  }

  /// The line of a series, with a gap where no figure is published, dotted up to a provisional
  /// figure, and its points.
  func add(
    _ series: ChartData.Series, number index: Int, radius: Double, to drawing: inout Drawing
  ) {
    let style = "series series-\(SeriesMark.number(index))"
    var path = ""
    var isProvisional = false
    func end(_ drawing: inout Drawing) {
      if path.contains("L") {
        drawing.add(
          "path", [("d", path), ("class", isProvisional ? "\(style) series-provisional" : style)])
      }
      path = ""
    }
    for (place, point) in series.points.enumerated() {
      guard let value = point.value else {
        end(&drawing)
        continue
      }
      let here = Drawing.place(x(place), y(value))
      if !path.isEmpty, path.contains("L"), point.isProvisional != isProvisional,
        let before = series.points[place - 1].value
      {
        end(&drawing)
        path = "M" + Drawing.place(x(place - 1), y(before))
      }
      isProvisional = point.isProvisional
      path += (path.isEmpty ? "M" : "L") + here
    }
    end(&drawing)
    addPoints(series, number: index, radius: radius, to: &drawing)
  }

  /// All points where they do not touch; otherwise some of them, and those that no line leads to.
  private func addPoints(
    _ series: ChartData.Series, number index: Int, radius: Double, to drawing: inout Drawing
  ) {
    let every = max(1, Int((radius * 3.5 / max(0.1, step)).rounded(.up)))
    func isThere(_ place: Int) -> Bool {
      series.points.indices.contains(place) && series.points[place].value != nil
    }
    for (place, point) in series.points.enumerated() {
      guard let value = point.value,
        (series.points.count - 1 - place).isMultiple(of: every)
          || !(isThere(place - 1) || isThere(place + 1)) || place == series.last
      else { continue }
      drawing.add(
        markOf: index, x: x(place), y: y(value), radius: radius,
        isProvisional: point.isProvisional)
    }
  }
}
