import InformationModel

/// The chain as a line with a numbered station per organisation.
package struct ChainDrawing: Chart {
  package let title: String
  private let organisations: [(name: String, role: String)]

  package init(title: String, organisations: [(name: String, role: String)]) {
    self.title = title
    self.organisations = organisations
  }

  package var description: String {
    organisations.map(\.name).joined(separator: " \u{2192} ")
  }

  package var table: DrawingTable {
    DrawingTable(
      columns: [],
      rows: organisations.enumerated().map { index, organisation in
        DrawingTable.Row(label: "\(index + 1) \(organisation.name)", cells: [organisation.role])
      })
  }

  package var wideWidth: DrawingWidth { .broad }

  private static let fontSize = 15.0
  private static let rowHeight = 118.0
  /// Below this the names of neighbours would be cut too often.
  private static let leastStep = 112.0

  package func draw(in drawing: inout Drawing) -> Double {
    let count = organisations.count
    let perRow = min(
      count > 7 ? (count + 1) / 2 : max(1, count), max(1, Int(drawing.width / Self.leastStep)))
    let step = drawing.width / Double(perRow)
    addTrack(to: &drawing, perRow: perRow, step: step)
    for (index, organisation) in organisations.enumerated() {
      let x = (Double(index % perRow) + 0.5) * step
      let y = Double(index / perRow) * Self.rowHeight + 30
      drawing.add(
        "circle",
        [
          ("cx", Drawing.coordinate(x)), ("cy", Drawing.coordinate(y)), ("r", "20"),
          ("class", "station"),
        ])
      drawing.add(
        text: "\(index + 1)", x: x, y: y + 6, style: "station-number", anchor: "middle", size: 17)
      drawing.add(
        lines: Drawing.lines(
          organisation.name, within: step - 12, fontSize: Self.fontSize, atMost: 3),
        x: x, y: y + 42, step: 18, style: "station-name", anchor: "middle", size: Self.fontSize)
    }
    return Double(max(1, (count + perRow - 1) / perRow)) * Self.rowHeight
  }

  private func addTrack(to drawing: inout Drawing, perRow: Int, step: Double) {
    let count = organisations.count
    var start = 0
    while start < count {
      let end = min(start + perRow, count) - 1
      let y = Double(start / perRow) * Self.rowHeight + 30
      let left = start == 0 ? step / 2 : 0
      let right = end + 1 < count ? drawing.width : (Double(end % perRow) + 0.5) * step
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
