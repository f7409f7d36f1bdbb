/// Builds a drawing in SVG that takes its colours from the style sheet and needs no script.
package struct Drawing {
  /// In the units of the drawing; texts are given in the same units.
  package let width: Double
  /// What the drawing's own names start with, so that two drawings on a page do not share any.
  package let id: String
  private var elements = ""

  package init(width: Double, id: String) {
    self.width = width
    self.id = id
  }

  /// What readers see on a telephone is drawn in another way than what they see on a wide screen.
  var isNarrow: Bool { width < 500 }

  /// The width that a text takes at most in the fonts of the website, by its letters.
  package static func width(of text: String, fontSize: Double) -> Double {
    var width = 0.0
    for scalar in text.unicodeScalars {
      let share: Double =
        switch scalar {
        case " ", "i", "j", "l", "I", "'", ".", ",", ":", ";", "|", "!": 0.33
        case "f", "t", "r", "-", "(", ")", "[", "]", "/", "*": 0.43
        case "m", "w", "M", "W", "%", "\u{2026}", "\u{2192}": 0.95
        case "A"..."Z", "\u{C0}"..."\u{DE}", "\u{2212}", "\u{2013}", "+": 0.72
        case "\u{300}"..."\u{36F}": 0
        case "\u{2E80}"...: 1
        default: 0.62
        }
      width += share
    }
    return width * fontSize
  }

  /// Breaks a text at blanks into lines that are no wider than that; the last line is cut when there
  /// is no room.
  package static func lines(
    _ text: String, within width: Double, fontSize: Double, atMost count: Int
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      let isTooLong = Self.width(of: String(word), fontSize: fontSize) > width
      for (place, part) in (isTooLong ? hyphenated(word) : [String(word)]).enumerated() {
        let joined = lines.last.map { $0 + (place == 0 ? " " : "") + part }
        if let joined, Self.width(of: joined, fontSize: fontSize) <= width {
          lines[lines.count - 1] = joined
        } else {
          lines.append(part)
        }
      }
    }
    if lines.count > count, count > 0 {
      lines[count - 1] = lines[(count - 1)...].joined(separator: " ")
      lines.removeSubrange(count...)
    }
    return lines.map { cut($0, within: width, fontSize: fontSize) }
  }

  /// A word in parts that end in a hyphen of its own.
  private static func hyphenated(_ word: Substring) -> [String] {
    var parts = [""]
    for character in word {
      parts[parts.count - 1].append(character)
      if character == "-" { parts.append("") }
    }
    return parts.filter { !$0.isEmpty }
  }

  /// The text, or as much of it as there is room for.
  static func cut(_ text: String, within width: Double, fontSize: Double) -> String {
    guard Self.width(of: text, fontSize: fontSize) > width else { return text }
    var kept = ""
    for character in text {
      let longer = kept + String(character)
      guard Self.width(of: longer + "\u{2026}", fontSize: fontSize) <= width else { break }
      kept = longer
    }
    while kept.last == " " { kept.removeLast() }
    return kept + "\u{2026}"
  }

  /// The text as XML has it, without the control characters that XML cannot hold.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate with at most one decimal; zero for what is no place on any screen.
  package static func coordinate(_ value: Double) -> String {
    guard let tenths = Int(exactly: (value * 10).rounded()), tenths.magnitude < 1_000_000_000
    else { return "0" }
    let rest = abs(tenths % 10)
    let sign = tenths < 0 && tenths > -10 ? "-" : ""
    return rest == 0 ? "\(tenths / 10)" : "\(sign)\(tenths / 10).\(rest)"
  }

  /// A place in the data of a path.
  static func place(_ x: Double, _ y: Double) -> String { coordinate(x) + " " + coordinate(y) }

  /// Adds an element without content.
  mutating func add(_ name: String, _ attributes: [(String, String)]) {
    elements += "<\(name)\(Self.text(attributes))/>"
  }

  /// Adds an element with the content that is added in the body.
  mutating func add(
    _ name: String, _ attributes: [(String, String)], content: (inout Drawing) -> Void
  ) {
    elements += "<\(name)\(Self.text(attributes))>"
    content(&self)
    elements += "</\(name)>"
  }

  /// Adds a straight line.
  mutating func add(
    lineFrom start: (x: Double, y: Double), to end: (x: Double, y: Double), style: String
  ) {
    add(
      "line",
      [
        ("x1", Self.coordinate(start.x)), ("x2", Self.coordinate(end.x)),
        ("y1", Self.coordinate(start.y)), ("y2", Self.coordinate(end.y)), ("class", style),
      ])
  }

  /// Adds a rectangle; `fill` is the name of a pattern of this drawing.
  mutating func add(
    rectangle place: (x: Double, y: Double), width: Double, height: Double, corner: Double = 0,
    style: String, fill: String? = nil
  ) {
    var attributes = [
      ("x", Self.coordinate(place.x)), ("y", Self.coordinate(place.y)),
      ("width", Self.coordinate(max(0, width))), ("height", Self.coordinate(max(0, height))),
      ("class", style),
    ]
    if corner > 0 { attributes.append(("rx", Self.coordinate(corner))) }
    if let fill { attributes.append(("fill", "url(#\(id)-\(fill))")) }
    add("rect", attributes)
  }

  /// Adds what a pointer at the element around it is told.
  mutating func add(title: String) { elements += "<title>\(Self.escaped(title))</title>" }

  /// Adds a text of one line.
  mutating func add(
    text: String, x: Double, y: Double, style: String, anchor: String = "start", size: Double
  ) {
    let attributes = [
      ("x", Self.coordinate(x)), ("y", Self.coordinate(y)), ("class", style),
      ("text-anchor", anchor), ("font-size", Self.coordinate(size)),
    ]
    elements += "<text\(Self.text(attributes))>\(Self.escaped(text))</text>"
  }

  /// Adds lines of text below each other, the first one at that height.
  mutating func add(
    lines: [String], x: Double, y: Double, step: Double, style: String, anchor: String = "start",
    size: Double
  ) {
    for (index, line) in lines.enumerated() {
      add(
        text: line, x: x, y: y + Double(index) * step, style: style, anchor: anchor, size: size)
    }
  }

  /// Adds another drawing at a place, enlarged to a width.
  mutating func add(
    _ drawing: Drawing, height: Double, x: Double, y: Double, width: Double
  ) {
    let attributes = [
      ("x", Self.coordinate(x)), ("y", Self.coordinate(y)), ("width", Self.coordinate(width)),
      ("height", Self.coordinate(height * width / max(1, drawing.width))),
      ("viewBox", "0 0 \(Self.coordinate(drawing.width)) \(Self.coordinate(height))"),
      ("overflow", "visible"),
    ]
    elements += "<svg\(Self.text(attributes))>\(drawing.elements)</svg>"
  }

  /// Adds rules of style, for a drawing that stands in no page.
  mutating func add(styleSheet: String) {
    elements += "<style>\(Self.escaped(styleSheet))</style>"
  }

  /// The whole drawing, with its title and description for those who do not see it.
  ///
  /// Size and letters are given only to a drawing that is a file of its own; in a page the style
  /// sheet does that.
  func svg(
    height: Double, style: String, title: String, description: String, isFile: Bool = false
  ) -> String {
    var attributes = [
      ("xmlns", "http://www.w3.org/2000/svg"), ("class", style), ("role", "img"),
      ("viewBox", "0 0 \(Self.coordinate(width)) \(Self.coordinate(height))"),
      ("aria-labelledby", "\(id)-title \(id)-desc"),
    ]
    if isFile {
      attributes += [
        ("width", Self.coordinate(width)), ("height", Self.coordinate(height)),
        ("font-family", "\"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", sans-serif"),
      ]
    }
    return "<svg\(Self.text(attributes))><title id=\"\(id)-title\">\(Self.escaped(title))</title>"
      + "<desc id=\"\(id)-desc\">\(Self.escaped(description))</desc>\(elements)</svg>"
  }

  private static func text(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
  }
}
