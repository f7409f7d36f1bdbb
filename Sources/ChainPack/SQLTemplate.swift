/// SQL with names in braces: `{politie.misdrijf}`, `{entity.zaak}`, `{reference_date}`.
package struct SQLTemplate: Sendable {
  package let text: String
  /// The names in braces, each once, in order of first appearance.
  package let names: [String]

  package init(_ text: String) {
    self.text = text
    var names: [String] = []
    Self.scan(text) { part in
      if case .name(let name) = part, !names.contains(name) { names.append(name) }
    }
    self.names = names
  }

  private enum Part {
    case text(Substring)
    case name(String)
  }

  private static func scan(_ text: String, _ body: (Part) -> Void) {
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{") {
      let after = rest.index(after: open)
      if let close = rest[after...].firstIndex(of: "}"),
        rest[after..<close].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }),
        after < close
      {
        body(.text(rest[..<open]))
        body(.name(String(rest[after..<close])))
        rest = rest[rest.index(after: close)...]
      } else {
        body(.text(rest[...open]))
        rest = rest[after...]
      }
    }
    body(.text(rest))
  }

  /// The SQL with each name replaced.
  package func filled(_ value: (String) throws -> String) rethrows -> String {
    var parts: [Part] = []
    Self.scan(text) { parts.append($0) }
    return try parts.map { part in
      switch part {
      case .text(let text): String(text)
      case .name(let name): try value(name)
      }
    }.joined()
  }
}
