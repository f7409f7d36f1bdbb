/// Figures that can be drawn at any width: in a page, and as a file.
package protocol Chart {
  var title: String { get }
  /// What the drawing shows, in words.
  var description: String { get }
  /// Every figure of the drawing.
  var table: DrawingTable { get }
  /// The width of the drawing for readers with a wide screen.
  var wideWidth: DrawingWidth { get }

  /// Draws everything, and gives the height that it takes.
  func draw(in drawing: inout Drawing) -> Double
}

/// The widths that drawings are made at, in pixels of the page where letters have their own size.
package enum DrawingWidth: Double, Sendable {
  /// What a telephone of 320 pixels leaves between its margins.
  case narrow = 280
  case wide = 720
  /// The whole width of the page, for drawings that need it.
  case broad = 1040
}

/// The figures of a drawing as a table, for those who do not see it and for those who want to know.
package struct DrawingTable: Sendable {
  package struct Row: Sendable {
    package let label: String
    package let cells: [String]
  }

  /// Empty when there is one column that needs no name.
  package let columns: [String]
  package let rows: [Row]
}

extension Chart {
  package var wideWidth: DrawingWidth { .wide }

  /// The drawing as an element of a page.
  package func svg(width: Double, id: String, style: String) -> String {
    var drawing = Drawing(width: width, id: id)
    let height = draw(in: &drawing)
    return drawing.svg(height: height, style: style, title: title, description: description)
  }

  /// The drawing twice, of which the style sheet shows the one that fits the screen.
  package func pair(id: String) -> (wide: String, narrow: String) {
    let styles = wideWidth == .broad ? ("broad", "slim") : ("wide", "narrow")
    return (
      svg(width: wideWidth.rawValue, id: "\(id)-\(styles.0)", style: "chart \(styles.0)"),
      svg(width: DrawingWidth.narrow.rawValue, id: "\(id)-\(styles.1)", style: "chart \(styles.1)")
    )
  }
}

extension Drawing {
  /// Says why there is nothing to draw: the word of the figures that are not there.
  mutating func add(emptyNote word: String?, y: Double) {
    add(
      text: Self.cut(word ?? "\u{2013}", within: width - 8, fontSize: 14), x: width / 2, y: y,
      style: "chart-word", anchor: "middle", size: 14)
  }

  /// Adds remarks below a drawing, and gives the height below them.
  mutating func add(notes: [String], y: Double) -> Double {
    var y = y
    for note in notes {
      let lines = Self.lines(note, within: width - 4, fontSize: 12.5, atMost: 4)
      add(lines: lines, x: 0, y: y + 14, step: 16, style: "chart-note", size: 12.5)
      y += Double(lines.count) * 16 + 4
    }
    return y
  }
}
