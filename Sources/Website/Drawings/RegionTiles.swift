import InformationModel

/// A map of regions as tiles of one size, in five classes with equally many regions each, told apart
/// by colour and by hatching.
package struct RegionTiles: Chart {
  package struct Tile: Sendable {
    package let code: String
    package let label: String
    /// Its place from the left, and from the top; only differences count.
    package let column: Int
    package let row: Int
    /// Nil where no figure is published.
    package let value: Double?
    package let text: String
    package let isProvisional: Bool

    package init(
      code: String, label: String, column: Int, row: Int, value: Double?, text: String,
      isProvisional: Bool = false
    ) {
      self.code = code
      self.label = label
      self.column = column
      self.row = row
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
      self.text = text
      self.isProvisional = isProvisional
    }
  }

  package let title: String
  package let description: String
  let tiles: [Tile]
  /// By tile: its place counted from the first column and row that is used.
  private let places: [(column: Int, row: Int)]
  private let classes: RegionClasses

  /// As many columns or rows as can be seen.
  private static let limit = 40

  /// Takes tiles that do not lie on each other.
  package init(
    title: String, description: String? = nil, tiles: [Tile]
  ) throws(DrawingError) {
    let left = tiles.map(\.column).min() ?? 0
    let top = tiles.map(\.row).min() ?? 0
    var places: [(column: Int, row: Int)] = []
    var used: Set<[Int]> = []
    for tile in tiles {
      let (column, tooFar) = tile.column.subtractingReportingOverflow(left)
      let (row, tooLow) = tile.row.subtractingReportingOverflow(top)
      guard !tooFar, !tooLow, column < Self.limit, row < Self.limit else {
        throw DrawingError(
          message: "The tile of region \(tile.code) lies more than \(Self.limit) columns or rows "
            + "from the first.")
      }
      guard used.insert([column, row]).inserted else {
        throw DrawingError(
          message: "The tile of region \(tile.code) lies on another: column \(tile.column), row "
            + "\(tile.row).")
      }
      places.append((column, row))
    }
    self.title = title
    self.description =
      description ?? tiles.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
    self.tiles = tiles
    self.places = places
    classes = RegionClasses(tiles.map { RegionClasses.Figure(value: $0.value, text: $0.text) })
  }

  package var table: DrawingTable {
    DrawingTable(
      columns: [],
      rows: tiles.map { tile in
        let code = tile.code.isEmpty || tile.code == tile.label ? "" : " (\(tile.code))"
        return DrawingTable.Row(label: tile.label + code, cells: [tile.text])
      })
  }

  package func draw(in drawing: inout Drawing) -> Double {
    guard !tiles.isEmpty else {
      drawing.add(emptyNote: nil, y: 40)
      return 70
    }
    let columns = (places.map(\.column).max() ?? 0) + 1
    let rows = (places.map(\.row).max() ?? 0) + 1
    let gap = 4.0
    let legendWidth = drawing.isNarrow ? 0 : 190.0
    let size = min(
      drawing.isNarrow ? 76 : 104, (drawing.width - 2 - legendWidth + gap) / Double(columns) - gap)
    addHatchings(to: &drawing)
    for (tile, place) in zip(tiles, places) {
      draw(
        tile, x: Double(place.column) * (size + gap) + 1, y: Double(place.row) * (size + gap) + 1,
        size: size, in: &drawing)
    }
    let height = Double(rows) * (size + gap)
    let left = drawing.isNarrow ? 1 : Double(columns) * (size + gap) + 20
    let end = classes.drawLegend(
      at: (left, drawing.isNarrow ? height + 14 : 1), in: &drawing, sample: addSample)
    return max(height + 2, end)
  }

  private func draw(
    _ tile: Tile, x: Double, y: Double, size: Double, in drawing: inout Drawing
  ) {
    let shade = tile.value.map(classes.shade)
    drawing.add(
      rectangle: (x, y), width: size, height: size, corner: 3,
      style: shade.map { "tile tile-\($0)" } ?? "tile tile-hidden")
    let band = size >= 40 ? 10.0 : size * 0.25
    if let shade {
      drawing.add(
        rectangle: (x + 1, y + size - band - 1), width: size - 2, height: band,
        style: "tile-band")
      drawing.add(
        rectangle: (x + 1, y + size - band - 1), width: size - 2, height: band,
        style: "hatching", fill: "class-\(shade)")
    }
    if tile.isProvisional {
      drawing.add(
        rectangle: (x + 1, y + 1), width: size - 2, height: size - 2, corner: 3,
        style: "outline-provisional")
    }
    let ink = shade.map { "tile-ink tile-ink-\($0)" } ?? "tile-ink"
    // What does not fit is left out: the table has it.
    let inner = size - 8
    func fits(_ text: String, _ fontSize: Double) -> Bool {
      Drawing.width(of: text, fontSize: fontSize) <= inner
    }
    if fits(tile.code, 14), size >= 24 {
      drawing.add(
        text: tile.code, x: x + 5, y: y + min(18, size * 0.6), style: "\(ink) tile-code", size: 14)
    }
    let hasText = size >= 44 && fits(tile.text, 12.5)
    if hasText {
      drawing.add(
        text: tile.text, x: x + 5, y: y + size - band - 7,
        style: shade == nil ? "chart-word" : ink, size: 12.5)
    }
    let lines = Drawing.lines(tile.label, within: inner, fontSize: 12, atMost: 2)
    if size >= 90, tile.label != tile.code {
      drawing.add(lines: lines, x: x + 5, y: y + 35, step: 14, style: ink, size: 12)
    }
  }

  private func addSample(
    of shade: Int?, at place: (x: Double, y: Double), to drawing: inout Drawing
  ) {
    drawing.add(
      rectangle: place, width: 34, height: 22, corner: 2,
      style: shade.map { "tile tile-\($0)" } ?? "tile tile-hidden")
    guard let shade else { return }
    let band = (place.x + 1, place.y + 11)
    drawing.add(rectangle: band, width: 32, height: 10, style: "tile-band")
    drawing.add(
      rectangle: band, width: 32, height: 10, style: "hatching", fill: "class-\(shade)")
  }

  private func addHatchings(to drawing: inout Drawing) {
    let id = drawing.id
    drawing.add("defs", []) { drawing in
      for (index, path) in RegionClasses.hatchings.enumerated() {
        drawing.add(
          "pattern",
          [
            ("id", "\(id)-class-\(index + 1)"), ("width", "10"), ("height", "10"),
            ("patternUnits", "userSpaceOnUse"),
          ]
        ) { drawing in
          drawing.add("path", [("d", path), ("class", "tile-hatch")])
        }
      }
    }
  }
}
