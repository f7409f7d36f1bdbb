import InformationModel

/// Which codes of a variable are asked for: codes, patterns and expressions of PxWebApi 2.
struct ValueSelection {
  /// A selection that names nothing there is.
  struct Unknown: Error { let value: String }

  /// - Parameters:
  ///   - values: a code; `*` for any characters, at the ends; `?` for one; `TOP(n[,offset])`, `BOTTOM(…)`, `RANGE(a,b)`, `FROM(a)`, `TO(a)`.
  ///   - codes: all codes, in order; of time the oldest first.
  ///   - isTime: whether they are periods.
  /// - Returns: places of codes, in the table's own order.
  /// - Throws: `Unknown` with the first value that names nothing.
  static func places(
    _ values: [String], in codes: [String], isTime: Bool
  ) throws(Unknown) -> [Int] {
    var chosen = Set<Int>()
    for value in values {
      let found = try places(value, in: codes, isTime: isTime)
      if found.isEmpty { throw Unknown(value: value) }
      chosen.formUnion(found)
    }
    return chosen.sorted()
  }

  private static func places(
    _ value: String, in codes: [String], isTime: Bool
  ) throws(Unknown) -> [Int] {
    if let exact = codes.firstIndex(of: value) { return [exact] }
    if let open = value.firstIndex(of: "("), value.hasSuffix(")") {
      let words = value[value.index(after: open)...].dropLast().split(separator: ",").map {
        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      func place(_ number: Int) -> Int? {
        words.indices.contains(number) ? codes.firstIndex(of: words[number]) : nil
      }
      switch value[..<open].uppercased() {
      case "TOP", "BOTTOM":
        guard let count = words.first.flatMap({ Int($0) }), count > 0, words.count <= 2,
          let offset = words.count > 1 ? Int(words[1]) : 0, offset >= 0
        else { throw Unknown(value: value) }
        // The top of time is what is newest, that of anything else what comes first.
        let isFromEnd = (value[..<open].uppercased() == "TOP") == isTime
        let all = Array(codes.indices)
        let order = isFromEnd ? all.reversed() : all
        return Array(order.dropFirst(offset).prefix(count))
      case "RANGE":
        guard words.count == 2, let from = place(0), let to = place(1), from <= to else {
          throw Unknown(value: value)
        }
        return Array(from...to)
      case "FROM":
        guard words.count == 1, let from = place(0) else { throw Unknown(value: value) }
        return Array(from..<codes.count)
      case "TO":
        guard words.count == 1, let to = place(0) else { throw Unknown(value: value) }
        return Array(0...to)
      default: break
      }
    }
    let stars = value.count { $0 == "*" }
    if stars > 0 {
      guard stars <= 2 else { throw Unknown(value: value) }
      let inner = value.filter { $0 != "*" }
      switch (value.hasPrefix("*"), value.hasSuffix("*"), stars) {
      case (true, true, _):
        return codes.indices.filter { inner.isEmpty || codes[$0].contains(inner) }
      case (true, false, 1): return codes.indices.filter { codes[$0].hasSuffix(inner) }
      case (false, true, 1): return codes.indices.filter { codes[$0].hasPrefix(inner) }
      default: throw Unknown(value: value)
      }
    }
    if value.contains("?") {
      return codes.indices.filter { place in
        codes[place].count == value.count
          && zip(codes[place], value).allSatisfy { $1 == "?" || $0 == $1 }
      }
    }
    return []
  }

  /// At commas outside parentheses.
  static func split(_ text: String) -> [String] {
    var parts: [String] = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth <= 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.filter { !$0.isEmpty }
  }
}
