import ChainPack
import InformationModel

/// Which rows of an entity a product counts, as far as its `where` can be read.
///
/// A `where` that is a conjunction is read part by part. `column = 'code'` and `column IN ('code', …)`
/// choose codes; anything else is a text that only equals itself.
struct UnitChoice {
  /// Equal for products that count the same kind of unit by the same date.
  let units: String
  /// By column the codes that are counted.
  let conditions: [String: Set<String>]

  init(_ product: Product, unknownCode: String) {
    var conditions: [String: Set<String>] = [:]
    var texts: Set<String> = []
    for part in Self.parts(of: product.condition ?? "") {
      // A row without a date is counted in no product.
      if part == [product.period.column, "IS", "NOT", "NULL"] { continue }
      // A missing value counts as unknown, but no condition on a code holds for it.
      if let choice = Self.choice(part), !choice.codes.contains(unknownCode) {
        conditions[choice.column] =
          conditions[choice.column]?.intersection(choice.codes)
          ?? choice.codes
      } else {
        texts.insert(part.joined(separator: " "))
      }
    }
    units = ([product.entity, product.period.column] + texts.sorted()).joined(separator: "\n")
    self.conditions = conditions
  }

  private static func choice(_ part: [String]) -> (column: String, codes: Set<String>)? {
    func code(_ token: String) -> String? {
      token.hasPrefix("'") ? String(token.dropFirst()) : nil
    }
    guard part.count >= 3, part[0].first?.isLetter == true || part[0].first == "_" else {
      return nil
    }
    if part.count == 3, part[1] == "=" { return code(part[2]).map { (part[0], [$0]) } }
    guard part[1] == "IN", part[2] == "(", part.last == ")" else { return nil }
    var codes: Set<String> = []
    for (index, token) in part.dropFirst(3).dropLast().enumerated() {
      if index % 2 == 0 {
        guard let code = code(token) else { return nil }
        codes.insert(code)
      } else if token != "," {
        return nil
      }
    }
    return part.count % 2 == 1 ? (part[0], codes) : nil
  }

  /// The parts of a conjunction as tokens; one part when it is none.
  private static func parts(of condition: String) -> [[String]] {
    let tokens = tokens(of: condition)
    if tokens.isEmpty { return [] }
    var depth = 0
    var parts: [[String]] = [[]]
    for token in tokens {
      if token == "(" { depth += 1 }
      if token == ")" { depth -= 1 }
      if depth == 0, ["OR", "BETWEEN", "CASE"].contains(token) { return [tokens] }
      if depth == 0, token == "AND" {
        parts.append([])
      } else {
        parts[parts.count - 1].append(token)
      }
    }
    return parts
  }

  /// Words, signs and quoted texts; a quoted text keeps its first quote, a quoted name none.
  private static func tokens(of condition: String) -> [String] {
    let keywords: Set<String> = ["AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "CASE"]
    var tokens: [String] = []
    var rest = condition[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.dropFirst()
      } else if first == "'" || first == "`" {
        var text = ""
        rest = rest.dropFirst()
        while let next = rest.first {
          rest = rest.dropFirst()
          if next == first {
            guard rest.first == first else { break }
            rest = rest.dropFirst()
          }
          text.append(next)
        }
        tokens.append(first == "'" ? "'" + text : text)
      } else if first.isLetter || first.isNumber || first == "_" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        rest = rest.dropFirst(word.count)
        tokens.append(keywords.contains(word.uppercased()) ? word.uppercased() : String(word))
      } else {
        tokens.append(String(first))
        rest = rest.dropFirst()
      }
    }
    return tokens
  }
}
