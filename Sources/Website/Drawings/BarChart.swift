import InformationModel

/// Categories below each other: a bar from zero for each figure, to the left when it is negative, a
/// word where none is published.
package struct BarChart: Chart {
  let data: ChartData

  package init(data: ChartData) {
    self.data = data
  }

  package var title: String { data.title }
  package var description: String { data.description }
  package var table: DrawingTable { data.table }

  private static let fontSize = 14.0
  private static let barHeight = 14.0

  package func draw(in drawing: inout Drawing) -> Double {
    let (fontSize, barHeight, width) = (Self.fontSize, Self.barHeight, drawing.width)
    let isNarrow = drawing.isNarrow
    let values = data.points.compactMap(\.value)
    let lowest = min(0, values.min() ?? 0)
    let highest = max(0, values.max() ?? 0)
    let longestText =
      (data.points.map { Drawing.width(of: $0.text, fontSize: fontSize) }.max() ?? 0) + 10
    let labelWidth = isNarrow ? 0 : width * 0.38
    let room = max(10, width - labelWidth - longestText - 4)
    let unit = highest > lowest ? room / (highest - lowest) : 0
    let zero = labelWidth - lowest * unit
    var y = 4.0
    for point in data.points {
      let lines = Drawing.lines(
        point.label, within: isNarrow ? width : labelWidth - 14, fontSize: fontSize, atMost: 2)
      let middle = isNarrow ? y + Double(lines.count) * 18 + barHeight / 2 + 2 : y + 15
      drawing.add(
        lines: lines, x: isNarrow ? 0 : labelWidth - 12,
        y: isNarrow ? y + 14 : middle + 5 - Double(lines.count - 1) * 9, step: 18,
        style: "chart-text", anchor: isNarrow ? "start" : "end", size: fontSize)
      let length = abs(point.value ?? 0) * unit
      let isNegative = (point.value ?? 0) < 0
      if point.value != nil {
        drawing.add(
          rectangle: (isNegative ? zero - length : zero, middle - barHeight / 2),
          width: max(1, length), height: barHeight, corner: 2,
          style: point.isProvisional ? "bar bar-provisional" : "bar")
      }
      drawing.add(
        text: point.text, x: zero + (isNegative ? 0 : length) + (point.value == nil ? 0 : 7),
        y: middle + 5, style: point.value == nil ? "chart-word" : "chart-value", size: fontSize)
      y = isNarrow ? middle + barHeight / 2 + 10 : y + (lines.count > 1 ? 40 : 30)
    }
    return y + 2
  }
}
