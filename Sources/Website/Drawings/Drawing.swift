/// Builds a drawing in SVG that takes its colours from the style sheet and needs no script.
struct Drawing {
  private var elements = ""

  /// Characters that a line of so many units holds at a font size, by the width of an average
  /// letter.
  static func characters(in width: Double, fontSize: Double) -> Int {
    max(4, Int(width / (fontSize * 0.56)))
  }

  /// Breaks a text at blanks into lines of at most so many characters; the last line is cut when
  /// there is no room.
  static func lines(_ text: String, width: Int, atMost count: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    if lines.count > count {
      lines = Array(lines.prefix(count))
      lines[count - 1] += "\u{2026}"
    }
    return lines.map { $0.count > width + 4 ? $0.prefix(width + 3) + "\u{2026}" : $0 }
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// A coordinate with at most one decimal.
  static func coordinate(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let rest = abs(tenths % 10)
    let sign = tenths < 0 && tenths > -10 ? "-" : ""
    return rest == 0 ? "\(tenths / 10)" : "\(sign)\(tenths / 10).\(rest)"
  }

  /// Adds an element without content.
  mutating func add(_ name: String, _ attributes: [(String, String)]) {
    elements += "<\(name)\(Self.text(attributes))/>"
  }

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

  /// The whole drawing, with its title and description for those who do not see it.
  func svg(
    width: Double, height: Double, id: String, style: String, title: String, description: String
  ) -> String {
    let attributes = [
      ("xmlns", "http://www.w3.org/2000/svg"), ("class", style), ("role", "img"),
      ("viewBox", "0 0 \(Self.coordinate(width)) \(Self.coordinate(height))"),
      ("aria-labelledby", "\(id)-title \(id)-desc"),
    ]
    return "<svg\(Self.text(attributes))><title id=\"\(id)-title\">\(Self.escaped(title))</title>"
      + "<desc id=\"\(id)-desc\">\(Self.escaped(description))</desc>\(elements)</svg>"
  }

  private static func text(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
  }
}
