/// How a series looks besides its colour: the shape of its points and the hatching of its areas.
enum SeriesMark {
  /// The number in names of styles, from 1 to 6.
  static func number(_ index: Int) -> Int { index % ChartData.limit + 1 }

  /// The outline of a point with the area of a circle of that radius.
  static func outline(_ index: Int, x: Double, y: Double, radius: Double) -> String {
    func polygon(_ corners: [(Double, Double)]) -> String {
      "M"
        + corners.map { Drawing.place(x + $0.0 * radius, y + $0.1 * radius) }
        .joined(separator: "L") + "Z"
    }
    switch number(index) {
    case 1:
      let size = Drawing.coordinate(radius)
      let across = Drawing.coordinate(2 * radius)
      return "M\(Drawing.place(x - radius, y))a\(size) \(size) 0 1 0 \(across) 0"
        + "a\(size) \(size) 0 1 0 -\(across) 0Z"
    case 2: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 3: return polygon([(0, -1.3), (1.25, 0.9), (-1.25, 0.9)])
    case 4: return polygon([(0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)])
    case 5: return polygon([(0, 1.3), (1.25, -0.9), (-1.25, -0.9)])
    default:
      return polygon([
        (-0.4, -1.25), (0.4, -1.25), (0.4, -0.4), (1.25, -0.4), (1.25, 0.4), (0.4, 0.4),
        (0.4, 1.25), (-0.4, 1.25), (-0.4, 0.4), (-1.25, 0.4), (-1.25, -0.4), (-0.4, -0.4),
      ])
    }
  }

  /// The lines of the hatching of a series in a square of eight; the first has none.
  private static let hatchings = [
    "", "M-2 2L2 -2M-2 10L10 -2M6 10L10 6", "M0 4H8", "M-2 6L2 10M-2 -2L10 10M6 -2L10 2",
    "M4 0V8", "M0 2H8M0 6H8M2 0V8M6 0V8",
  ]

  /// Defines `hatch-1` to `hatch-6` in a drawing, to lie over areas.
  static func addHatchings(_ count: Int, to drawing: inout Drawing, style: String) {
    let id = drawing.id
    drawing.add("defs", []) { drawing in
      for (index, path) in hatchings.prefix(count).enumerated() {
        drawing.add(
          "pattern",
          [
            ("id", "\(id)-hatch-\(index + 1)"), ("width", "8"), ("height", "8"),
            ("patternUnits", "userSpaceOnUse"),
          ]
        ) { drawing in
          drawing.add("path", [("d", path.isEmpty ? "M0 0" : path), ("class", style)])
        }
      }
    }
  }
}

extension Drawing {
  /// Adds the point of a series.
  mutating func add(
    markOf series: Int, x: Double, y: Double, radius: Double, isProvisional: Bool = false
  ) {
    let style = "point point-\(SeriesMark.number(series))"
    add(
      "path",
      [
        ("d", SeriesMark.outline(series, x: x, y: y, radius: radius)),
        ("class", isProvisional ? "\(style) point-provisional" : style),
      ])
  }
}
