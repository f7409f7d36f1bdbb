import Foundation

/// A chart as a file of its own: with title, source and address, in the colours for paper.
package struct Picture {
  package let chart: any Chart
  /// Lines below the drawing: source, reference date, address.
  package let lines: [String]
  /// The rules of style, without any colour that is defined elsewhere.
  package let style: PictureStyle

  package init(chart: any Chart, lines: [String], style: PictureStyle) {
    self.chart = chart
    self.lines = lines
    self.style = style
  }

  package static let width = 1200.0
  private static let margin = 40.0

  /// The whole file.
  package var svg: String {
    let room = Self.width - 2 * Self.margin
    var body = Drawing(width: chart.wideWidth.rawValue, id: "drawing")
    let bodyHeight = chart.draw(in: &body)
    let scaledHeight = bodyHeight * room / body.width
    let title = Drawing.lines(chart.title, within: room, fontSize: 28, atMost: 3)
    let source = lines.flatMap { Drawing.lines($0, within: room, fontSize: 17, atMost: 3) }
    let top = 30 + Double(title.count) * 36 + 18
    let below = top + scaledHeight + 26
    let height = below + Double(source.count) * 25 + 24

    var drawing = Drawing(width: Self.width, id: "picture")
    drawing.add(styleSheet: style.text)
    drawing.add(rectangle: (0, 0), width: Self.width, height: height, style: "picture-paper")
    drawing.add(
      lines: title, x: Self.margin, y: 58, step: 36, style: "chart-value", size: 28)
    drawing.add(body, height: bodyHeight, x: Self.margin, y: top, width: room)
    drawing.add(
      lineFrom: (Self.margin, below - 10), to: (Self.width - Self.margin, below - 10),
      style: "grid")
    drawing.add(
      lines: source, x: Self.margin, y: below + 16, step: 25, style: "chart-text", size: 17)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + drawing.svg(
        height: height, style: "chart", title: chart.title, description: chart.description,
        isFile: true) + "\n"
  }
}

/// The rules of the website's style sheet that drawings need, with the colours for paper written
/// out: not every program that opens a picture knows custom properties.
package struct PictureStyle: Sendable {
  package let text: String

  /// - Parameters:
  ///   - colours: style sheets with the custom properties of `:root` outside any `@media`.
  ///   - rules: the style sheet of the drawings.
  package init(colours: String, rules: String) {
    var values: [String: String] = [:]
    for (selector, body) in Self.rules(of: colours) where selector == ":root" {
      for declaration in body.split(separator: ";") {
        let parts = declaration.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { continue }
        let name = parts[0].trimmingCharacters(in: .whitespacesAndNewlines)
        if name.hasPrefix("--") {
          values[name] = parts[1].trimmingCharacters(in: .whitespacesAndNewlines)
        }
      }
    }
    text = Self.rules(of: rules).filter { $0.selector != ":root" }.map { selector, body in
      "\(selector){\(Self.resolved(body, values))}"
    }.joined(separator: "\n")
  }

  /// The rules outside any `@` block, in order.
  private static func rules(of sheet: String) -> [(selector: String, body: String)] {
    var rules: [(selector: String, body: String)] = []
    var rest = withoutComments(sheet)[...]
    while let open = rest.firstIndex(of: "{") {
      let selector = rest[..<open].trimmingCharacters(in: .whitespacesAndNewlines)
      var depth = 1
      var end = rest.index(after: open)
      while end < rest.endIndex {
        if rest[end] == "{" { depth += 1 }
        if rest[end] == "}" { depth -= 1 }
        if depth == 0 { break }
        end = rest.index(after: end)
      }
      let body = rest[rest.index(after: open)..<end]
      if !selector.hasPrefix("@") {
        rules.append((selector, body.trimmingCharacters(in: .whitespacesAndNewlines)))
      }
      rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[rest.endIndex...]
    }
    return rules
  }

  private static func withoutComments(_ sheet: String) -> String {
    var text = ""
    var rest = sheet[...]
    while let start = rest.range(of: "/*") {
      text += rest[..<start.lowerBound]
      guard let end = rest.range(of: "*/", range: start.upperBound..<rest.endIndex) else {
        return text
      }
      rest = rest[end.upperBound...]
    }
    return text + rest
  }

  /// Writes out each `var(--name)`; what has no value becomes the colour of text.
  private static func resolved(_ body: String, _ values: [String: String]) -> String {
    var text = body
    // A property may be defined by another; more than a few deep they define each other in a circle.
    for _ in 0..<4 {
      guard text.contains("var(") else { break }
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        text = text.replacing("var(\(name))", with: value)
      }
    }
    return text.replacing(/var\([^)]*\)/, with: "currentColor")
  }
}
