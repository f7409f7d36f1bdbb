import InformationModel

/// Categories below each other: a bar from zero for each figure, to the left when it is negative, a
/// word where none is published.
struct BarChart {
  let data: ChartData
  let width: Double
  let id: String
  let style: String

  private let fontSize = 14.0
  private let barHeight = 14.0

  var svg: String {
    let isNarrow = width < 500
    let values = data.points.compactMap(\.value)
    let lowest = min(0, values.min() ?? 0)
    let highest = max(0, values.max() ?? 0)
    let longestText = Double(data.points.map(\.text.count).max() ?? 1) * fontSize * 0.6 + 10
    let labelWidth = isNarrow ? 0 : width * 0.38
    let room = width - labelWidth - longestText - 4
    let unit = highest > lowest ? room / (highest - lowest) : 0
    let zero = labelWidth - lowest * unit
    var drawing = Drawing()
    var y = 4.0
    for point in data.points {
      let lines = Drawing.lines(
        point.label,
        width: Drawing.characters(in: isNarrow ? width : labelWidth - 14, fontSize: fontSize),
        atMost: 2)
      let middle = isNarrow ? y + Double(lines.count) * 18 + barHeight / 2 + 2 : y + 15
      for (index, line) in lines.enumerated() {
        let first = isNarrow ? y + 14 : middle + 5 - Double(lines.count - 1) * 9
        drawing.add(
          text: line, x: isNarrow ? 0 : labelWidth - 12, y: first + Double(index) * 18,
          style: "chart-text", anchor: isNarrow ? "start" : "end", size: fontSize)
      }
      let length = abs(point.value ?? 0) * unit
      let isNegative = (point.value ?? 0) < 0
      if point.value != nil {
        drawing.add(
          "rect",
          [
            ("x", Drawing.coordinate(isNegative ? zero - length : zero)),
            ("y", Drawing.coordinate(middle - barHeight / 2)),
            ("width", Drawing.coordinate(max(1, length))),
            ("height", Drawing.coordinate(barHeight)), ("rx", "2"), ("class", "bar"),
          ])
      }
      drawing.add(
        text: point.text, x: zero + (isNegative ? 0 : length) + (point.value == nil ? 0 : 7),
        y: middle + 5,
        style: point.value == nil ? "chart-word" : "chart-value", size: fontSize)
      y = isNarrow ? middle + barHeight / 2 + 10 : y + (lines.count > 1 ? 40 : 30)
    }
    return drawing.svg(
      width: width, height: y + 2, id: id, style: style, title: data.title,
      description: data.description)
  }
}
