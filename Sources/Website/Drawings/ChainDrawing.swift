/// The chain as a line with a numbered station per organisation.
struct ChainDrawing {
  let names: [String]
  let title: String

  private static let width = 1080.0
  private static let fontSize = 15.0

  var svg: String {
    let perRow = names.count > 7 ? (names.count + 1) / 2 : max(1, names.count)
    let step = Self.width / Double(perRow)
    let rowHeight = 118.0
    let rows = (names.count + perRow - 1) / max(1, perRow)
    var drawing = Drawing(width: Self.width, id: "chain")
    addTrack(to: &drawing, perRow: perRow, rowHeight: rowHeight)
    for (index, name) in names.enumerated() {
      let x = (Double(index % perRow) + 0.5) * step
      let y = Double(index / perRow) * rowHeight + 30
      drawing.add(
        "circle",
        [
          ("cx", Drawing.coordinate(x)), ("cy", Drawing.coordinate(y)), ("r", "20"),
          ("class", "station"),
        ])
      drawing.add(
        text: "\(index + 1)", x: x, y: y + 6, style: "station-number", anchor: "middle", size: 17)
      drawing.add(
        lines: Drawing.lines(name, within: step - 12, fontSize: Self.fontSize, atMost: 3), x: x,
        y: y + 42, step: 18, style: "station-name", anchor: "middle", size: Self.fontSize)
    }
    return drawing.svg(
      height: Double(max(1, rows)) * rowHeight, style: "chain-drawing", title: title,
      description: names.joined(separator: " \u{2192} "))
  }

  private func addTrack(to drawing: inout Drawing, perRow: Int, rowHeight: Double) {
    let step = Self.width / Double(perRow)
    var start = 0
    while start < names.count {
      let end = min(start + perRow, names.count) - 1
      let y = Double(start / perRow) * rowHeight + 30
      let left = start == 0 ? step / 2 : 0
      let right = end + 1 < names.count ? Self.width : (Double(end % perRow) + 0.5) * step
      drawing.add(lineFrom: (left, y), to: (right, y), style: "track")
      for index in start..<max(start, end) {
        let x = (Double(index % perRow) + 1) * step
        drawing.add(
          "path",
          [
            (
              "d",
              "M\(Drawing.coordinate(x - 5)) \(Drawing.coordinate(y - 7))"
                + "l9 7l-9 7"
            ), ("class", "arrow"),
          ])
      }
      start = end + 1
    }
  }
}
