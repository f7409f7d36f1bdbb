/// Which records are paired: those that are equal in all expressions, or that stand close together in an order.
///
///     - [birth_date, "sound(surname)"]                      equal in both
///     - {equal: [postcode], each: nicknames}                and one nickname of the list in common
///     - {sorted: [surname, birth_date], window: 7}          no more than six places apart (Hernández and Stolfo, *SIGMOD* 1995)
package struct BlockingRule: Sendable, Codable, Hashable, ExpressibleByArrayLiteral {
  package var equal: [String]
  /// An expression whose value is a list; records share a block for each part that they have in common.
  package var each: String?
  /// What stands between the parts of the list.
  package var separator: String
  /// What records are put in order by, its parts one behind another; empty for a rule of equality.
  package var sorted: [String]
  package var window: Int

  package init(equal: [String], each: String? = nil, separator: String = " ") {
    self.equal = equal
    self.each = each
    self.separator = separator
    sorted = []
    window = 0
  }

  package init(sorted: [String], window: Int) {
    self.init(equal: [])
    self.sorted = sorted
    self.window = window
  }

  package init(arrayLiteral elements: String...) { self.init(equal: elements) }

  enum CodingKeys: String, CodingKey { case equal, each, separator, sorted, window }

  package init(from decoder: any Decoder) throws {
    if let equal = try? decoder.singleValueContainer().decode([String].self) {
      self.init(equal: equal)
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      equal: try values.decodeIfPresent([String].self, forKey: .equal) ?? [],
      each: try values.decodeIfPresent(String.self, forKey: .each),
      separator: try values.decodeIfPresent(String.self, forKey: .separator) ?? " ")
    sorted = try values.decodeIfPresent([String].self, forKey: .sorted) ?? []
    window = try values.decodeIfPresent(Int.self, forKey: .window) ?? 0
  }

  package func encode(to encoder: any Encoder) throws {
    if each == nil, sorted.isEmpty {
      var container = encoder.singleValueContainer()
      try container.encode(equal)
      return
    }
    var values = encoder.container(keyedBy: CodingKeys.self)
    if !equal.isEmpty { try values.encode(equal, forKey: .equal) }
    if let each {
      try values.encode(each, forKey: .each)
      try values.encode(separator, forKey: .separator)
    }
    if !sorted.isEmpty {
      try values.encode(sorted, forKey: .sorted)
      try values.encode(window, forKey: .window)
    }
  }

  /// All expressions that it reads.
  var expressions: [String] { equal + (each.map { [$0] } ?? []) + sorted }

  /// How a report names it.
  package var parts: [String] {
    equal + (each.map { ["each of \($0)"] } ?? [])
      + (sorted.isEmpty ? [] : ["\(window) in the order of \(sorted.joined(separator: ", "))"])
  }

  func validate() throws {
    guard !expressions.isEmpty, !expressions.contains("") else {
      throw LinkageError("a blocking rule has no expression; for every pair write [\"'all'\"]")
    }
    guard sorted.isEmpty == (window == 0), window == 0 || (2...100_000).contains(window) else {
      throw LinkageError(
        "a blocking rule with sorted: needs a window: of 2 to 100000 records, and no other has one")
    }
    guard sorted.isEmpty || (equal.isEmpty && each == nil) else {
      throw LinkageError("a blocking rule is either of equality or sorted, not both")
    }
    guard each == nil || !separator.isEmpty else {
      throw LinkageError("the separator of a blocking rule must not be empty")
    }
  }
}
