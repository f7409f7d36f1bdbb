/// The names of the series of a chart, each with a sample of how it is drawn.
struct Legend {
  enum Sample {
    case line, area
  }

  let names: [String]
  let sample: Sample

  private static let fontSize = 14.0
  private static let sampleWidth = 34.0

  /// Adds the names in as few rows as they fit in, and gives the height below them.
  func draw(in drawing: inout Drawing, y: Double) -> Double {
    let sampleWidth = sample == .line ? Self.sampleWidth : 18
    var (x, y) = (0.0, y)
    var rowHeight = 0.0
    for (index, name) in names.enumerated() {
      let room = drawing.width - sampleWidth - 10
      let lines = Drawing.lines(name, within: room, fontSize: Self.fontSize, atMost: 2)
      let textWidth = lines.map { Drawing.width(of: $0, fontSize: Self.fontSize) }.max() ?? 0
      let width = sampleWidth + 8 + textWidth
      if x > 0, x + width > drawing.width {
        y += rowHeight
        (x, rowHeight) = (0, 0)
      }
      add(index, x: x, y: y + 11, to: &drawing)
      drawing.add(
        lines: lines, x: x + sampleWidth + 8, y: y + 16, step: 17, style: "chart-label",
        size: Self.fontSize)
      rowHeight = max(rowHeight, Double(max(1, lines.count)) * 17 + 6)
      x += width + 20
    }
    return y + rowHeight
  }

  private func add(_ index: Int, x: Double, y: Double, to drawing: inout Drawing) {
    let number = SeriesMark.number(index)
    switch sample {
    case .line:
      drawing.add(
        lineFrom: (x, y), to: (x + Self.sampleWidth, y), style: "series series-\(number)")
      drawing.add(markOf: index, x: x + Self.sampleWidth / 2, y: y, radius: 4.5)
    case .area:
      drawing.add(
        rectangle: (x, y - 8), width: 18, height: 16, style: "part part-\(number)")
      drawing.add(
        rectangle: (x, y - 8), width: 18, height: 16, style: "hatching", fill: "hatch-\(number)")
    }
  }
}
