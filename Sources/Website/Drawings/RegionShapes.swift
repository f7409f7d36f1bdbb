import InformationModel

/// A map of regions in their own shapes, in the classes of `RegionClasses`.
package struct RegionShapes: Chart {
  package struct Region: Sendable {
    package let code: String
    package let label: String
    package let outline: RegionMap.Outline
    package let figure: RegionClasses.Figure

    package init(
      code: String, label: String, outline: RegionMap.Outline, figure: RegionClasses.Figure
    ) {
      self.code = code
      self.label = label
      self.outline = outline
      self.figure = figure
    }
  }

  package let title: String
  package let description: String
  let regions: [Region]
  /// What stands below the map: whose shapes these are, and what has none.
  let notes: [String]
  private let classes: RegionClasses

  package init(title: String, regions: [Region], notes: [String] = []) {
    self.title = title
    self.regions = regions
    self.notes = notes
    description = regions.map { "\($0.label): \($0.figure.text)" }.joined(separator: "; ")
    classes = RegionClasses(regions.map(\.figure))
  }

  package var table: DrawingTable {
    DrawingTable(
      columns: [],
      rows: regions.map { region in
        let code = region.code.isEmpty || region.code == region.label ? "" : " (\(region.code))"
        return DrawingTable.Row(label: region.label + code, cells: [region.figure.text])
      })
  }

  package func draw(in drawing: inout Drawing) -> Double {
    let extents = regions.map { Extent($0.outline) }
    let whole = Extent(joining: extents)
    guard whole.width >= 1, whole.height >= 1, whole.width < 1e6, whole.height < 1e6 else {
      drawing.add(emptyNote: nil, y: 40)
      return 70
    }
    let isNarrow = drawing.isNarrow
    let room = drawing.width - (isNarrow ? 2 : 212)
    let scale = min(room / whole.width, (isNarrow ? 380 : 600) / whole.height)
    addPatterns(to: &drawing, name: "sample", scale: 1)
    // In a drawing of its own in the steps of the grid, so that paths are the same at any width.
    var map = Drawing(width: whole.width, id: drawing.id)
    addPatterns(to: &map, name: "area", scale: 1 / scale)
    map.add(
      "g",
      [
        ("transform", "translate(\(Drawing.place(-whole.left, -whole.top)))"),
        ("stroke-width", Drawing.coordinate(max(0.1, 0.8 / scale))),
      ]
    ) { map in
      // The small ones last: they may lie in what is not cut out of a large one.
      let order = regions.indices.sorted {
        (extents[$0].surface, $1) > (extents[$1].surface, $0)
      }
      for index in order { add(regions[index], extents[index], scale: scale, to: &map) }
    }
    drawing.add(
      map, height: whole.height, x: 1, y: 1, width: whole.width * scale)
    for region in regions {
      addText(
        of: region, scale: scale, from: (1 - whole.left * scale, 1 - whole.top * scale),
        to: &drawing)
    }
    let height = whole.height * scale + 2
    let left = isNarrow ? 1 : whole.width * scale + 22
    let end = classes.drawLegend(
      at: (left, isNarrow ? height + 14 : 1), in: &drawing,
      sample: { shade, place, drawing in
        drawing.add(
          rectangle: place, width: 34, height: 22, style: "region",
          fill: Self.pattern("sample", shade))
      })
    return drawing.add(notes: notes, y: max(height, end) + 4)
  }

  private static func pattern(_ name: String, _ shade: Int?) -> String {
    "\(name)-\(shade.map { "\($0)" } ?? "hidden")"
  }

  /// A region narrower than this on the screen gets a mark that is as wide.
  private static let leastSize = 7.0

  private func add(
    _ region: Region, _ extent: Extent, scale: Double, to map: inout Drawing
  ) {
    let shade = region.figure.value.map(classes.shade)
    let fill = "url(#\(map.id)-\(Self.pattern("area", shade)))"
    let name = "\(region.label): \(region.figure.text)"
    map.add(
      "path",
      [
        ("class", "region"), ("fill", fill), ("fill-rule", "evenodd"), ("d", region.outline.path),
      ]
    ) { $0.add(title: name) }
    guard max(extent.width, extent.height) * scale < Self.leastSize else { return }
    map.add(
      "circle",
      [
        ("class", "region"), ("fill", fill),
        ("cx", Drawing.coordinate(extent.left + extent.width / 2)),
        ("cy", Drawing.coordinate(extent.top + extent.height / 2)),
        ("r", Drawing.coordinate(Self.leastSize / 2 / scale)),
      ]
    ) { $0.add(title: name) }
  }

  /// Colour and hatching in one, so that a region is one path. What has no figure is crossed out.
  private func addPatterns(to drawing: inout Drawing, name: String, scale: Double) {
    let id = drawing.id
    drawing.add("defs", []) { drawing in
      for shade in [1, 2, 3, 4, 5, nil] as [Int?] {
        let size = shade == nil ? 12.0 : 10
        drawing.add(
          "pattern",
          [
            ("id", "\(id)-\(Self.pattern(name, shade))"), ("width", Drawing.coordinate(size)),
            ("height", Drawing.coordinate(size)), ("patternUnits", "userSpaceOnUse"),
            ("patternTransform", "scale(\(Drawing.coordinate(max(0.1, scale))))"),
          ]
        ) { drawing in
          drawing.add(
            rectangle: (0, 0), width: size, height: size,
            style: shade.map { "area area-\($0)" } ?? "area area-hidden")
          drawing.add(
            "path",
            [
              (
                "d",
                shade.map { RegionClasses.hatchings[$0 - 1] }
                  ?? "M-2 2L2 -2M-2 14L14 -2M10 14L14 10"
              ),
              (
                "class",
                shade.map { "area-hatch area-hatch-\($0)" } ?? "area-hatch area-hatch-hidden"
              ),
            ])
        }
      }
    }
  }

  // MARK: Texts

  /// Name and figure where there is room for them, or else code and figure, or the figure.
  private func addText(
    of region: Region, scale: Double, from origin: (x: Double, y: Double), to drawing: inout Drawing
  ) {
    let size = 12.5
    for lines in [[region.label], [region.code], []].map({ $0 + [region.figure.text] }) {
      guard !lines.contains("") else { continue }
      let height = Double(lines.count) * 15 + 2
      let width = lines.map { Drawing.width(of: $0, fontSize: size) }.max() ?? 0
      let place = Self.room(
        in: region.outline, width: (width + 4) / scale, height: height / scale)
      guard let place else { continue }
      let x = origin.x + place.x * scale
      let top = origin.y + place.y * scale - height / 2
      for (index, line) in lines.enumerated() {
        let isFigure = index == lines.count - 1
        let style =
          isFigure ? region.figure.value == nil ? "chart-word" : "chart-value" : "chart-label"
        drawing.add(
          text: line, x: x, y: top + Double(index) * 15 + 12.5, style: "\(style) chart-halo",
          anchor: "middle", size: size)
      }
      return
    }
  }

  /// The middle of a place within an outline where lines of text fit, as near to the outline's own height in the middle as can be; nil when there is none.
  private static func room(
    in outline: RegionMap.Outline, width: Double, height: Double
  ) -> (x: Double, y: Double)? {
    let extent = Extent(outline)
    let free = extent.height - height
    guard free > 0 else { return nil }
    let tries = 12
    for attempt in (0...tries).sorted(by: {
      (abs(2 * $0 - tries), $0) < (abs(2 * $1 - tries), $1)
    }) {
      let y = extent.top + height / 2 + free * Double(attempt) / Double(tries)
      var rooms = [extent.left...(extent.left + extent.width)]
      for step in -2...2 {
        let across = crossings(of: outline, at: y + height * Double(step) / 4)
        rooms = rooms.flatMap { room in
          stride(from: 0, to: across.count - 1, by: 2).compactMap { start in
            let (left, right) = (
              max(room.lowerBound, across[start]), min(room.upperBound, across[start + 1])
            )
            return left < right ? left...right : nil
          }
        }
      }
      let widest = rooms.max {
        $0.upperBound - $0.lowerBound < $1.upperBound - $1.lowerBound
      }
      if let widest, widest.upperBound - widest.lowerBound > width {
        return ((widest.lowerBound + widest.upperBound) / 2, y)
      }
    }
    return nil
  }

  /// Where the outline is crossed at a height, from the left; between the first and the second lies the region.
  private static func crossings(of outline: RegionMap.Outline, at y: Double) -> [Double] {
    var crossings: [Double] = []
    for line in outline.lines where line.count > 5 {
      var before = (
        x: Double(line[line.count / 2 * 2 - 2]), y: Double(line[line.count / 2 * 2 - 1])
      )
      for corner in stride(from: 0, to: line.count - 1, by: 2) {
        let here = (x: Double(line[corner]), y: Double(line[corner + 1]))
        if (before.y <= y) != (here.y <= y) {
          crossings.append(before.x + (here.x - before.x) * (y - before.y) / (here.y - before.y))
        }
        before = here
      }
    }
    return crossings.sorted()
  }

  /// The rectangle around a region.
  private struct Extent {
    private(set) var left = Double.infinity
    private(set) var top = Double.infinity
    private var right = -Double.infinity
    private var bottom = -Double.infinity

    init(_ outline: RegionMap.Outline) {
      for line in outline.lines {
        for corner in stride(from: 0, to: line.count - 1, by: 2) {
          (left, right) = (min(left, Double(line[corner])), max(right, Double(line[corner])))
          (top, bottom) = (
            min(top, Double(line[corner + 1])), max(bottom, Double(line[corner + 1]))
          )
        }
      }
    }

    init(joining extents: [Extent]) {
      for extent in extents {
        (left, right) = (min(left, extent.left), max(right, extent.right))
        (top, bottom) = (min(top, extent.top), max(bottom, extent.bottom))
      }
    }

    var width: Double { max(0, right - left) }
    var height: Double { max(0, bottom - top) }
    var surface: Double { width * height }
  }
}
