/// The options of a request on a set.
struct ODataQuery: Sendable {
  /// Which generation of OData is spoken: words differ.
  enum Version: Sendable {
    case three
    case four

    /// What every answer carries.
    var headers: [(name: String, value: String)] {
      switch self {
      case .three: [("DataServiceVersion", "3.0")]
      case .four: [("OData-Version", "4.0")]
      }
    }
  }

  /// The columns that are asked for, in the order of the set.
  let columns: [Int]
  let filter: Filter?
  let top: Int?
  let skip: Int
  let order: [(column: Int, isDescending: Bool)]
  /// Whether the answer says how many rows match.
  let counts: Bool
  /// All options as they came, for the next page.
  let items: [(name: String, value: String)]

  private static let unsupported: Set<String> = [
    "$expand", "$search", "$apply", "$compute", "$skiptoken", "$deltatoken", "$levels",
  ]

  init(
    _ items: [(name: String, value: String)], of set: EntitySet, _ version: Version
  ) throws(ODataError) {
    // `??$top=5` occurs.
    let items = items.map { (name: String($0.name.drop { $0 == "?" }), value: $0.value) }
    self.items = items.filter { !$0.name.isEmpty }
    var known: [String: String] = [:]
    for (name, value) in self.items where name.hasPrefix("$") {
      guard known.updateValue(value, forKey: name.lowercased()) == nil else {
        throw ODataError(.malformed, "\(name) staat er twee keer", target: name)
      }
      switch name.lowercased() {
      case "$select", "$filter", "$top", "$skip", "$orderby", "$format": break
      case "$count" where version == .four: break
      case "$inlinecount" where version == .three: break
      case let other:
        throw Self.unsupported.contains(other)
          ? ODataError(.unsupported, "\(name) wordt niet ondersteund", target: name)
          : ODataError(.malformed, "\(name) is geen bekende optie", target: name)
      }
    }
    try Self.checkFormat(known["$format"])
    columns = try Self.select(known["$select"], of: set)
    let text = known["$filter"].map { $0.drop { $0 == " " } }
    if let text, !text.isEmpty {
      filter = try FilterParser.parse(String(text), of: set)
    } else {
      filter = nil
    }
    top = try Self.whole(known["$top"], "$top")
    skip = try Self.whole(known["$skip"], "$skip") ?? 0
    order = try Self.order(known["$orderby"], of: set)
    let isCounted = try Self.choice(known["$count"], "$count", yes: "true", no: "false")
    let isInline = try Self.choice(
      known["$inlinecount"], "$inlinecount", yes: "allpages", no: "none")
    counts = isCounted || isInline
  }

  private static func choice(
    _ text: String?, _ name: String, yes: String, no: String
  ) throws(ODataError) -> Bool {
    switch text?.lowercased() {
    case yes: return true
    case no, nil: return false
    default:
      throw ODataError(.malformed, "\(name) is \(yes) of \(no)", target: name)
    }
  }

  /// Refuses what makes no sense of a single entity.
  func requireOne() throws(ODataError) {
    for (name, _) in items
    where name.hasPrefix("$") && !["$select", "$format"].contains(name.lowercased()) {
      throw ODataError(.malformed, "\(name) geldt voor een lijst, niet voor één ding", target: name)
    }
  }

  private static func checkFormat(_ format: String?) throws(ODataError) {
    guard let format else { return }
    let word = format.split(separator: ";").first.map { $0.lowercased() } ?? ""
    guard ["json", "application/json", ""].contains(word) else {
      throw ODataError(
        .unknownFormat, "'\(format)' is geen bekende vorm; json is er een", target: "$format")
    }
  }

  private static func select(_ text: String?, of set: EntitySet) throws(ODataError) -> [Int] {
    guard let text, text.contains(where: { $0 != " " }), text != "*" else {
      return Array(set.columns.indices)
    }
    var chosen = Set<Int>()
    for part in text.split(separator: ",") {
      let name = part.split(separator: " ").joined(separator: " ")
      guard let column = set.column(name) else {
        throw ODataError(.malformed, "Onbekende kolom '\(name)' in $select", target: "$select")
      }
      chosen.insert(column)
    }
    guard !chosen.isEmpty else {
      throw ODataError(.malformed, "$select noemt geen kolom", target: "$select")
    }
    return chosen.sorted()
  }

  private static func whole(_ text: String?, _ name: String) throws(ODataError) -> Int? {
    guard let text else { return nil }
    guard let number = Int(text), (0...(1 << 53)).contains(number) else {
      throw ODataError(.malformed, "\(name) moet een getal van 0 of meer zijn", target: name)
    }
    return number
  }

  private static func order(
    _ text: String?, of set: EntitySet
  ) throws(ODataError) -> [(column: Int, isDescending: Bool)] {
    guard let text else { return [] }
    var order: [(column: Int, isDescending: Bool)] = []
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ")
      guard let name = words.first, let column = set.column(String(name)) else {
        throw ODataError(
          .malformed, "Onbekende kolom '\(words.first ?? "")' in $orderby", target: "$orderby")
      }
      let direction = words.dropFirst().map { $0.lowercased() }
      guard direction.isEmpty || direction == ["asc"] || direction == ["desc"] else {
        throw ODataError(
          .malformed, "achter een kolom in $orderby staat asc of desc", target: "$orderby")
      }
      order.append((column, direction == ["desc"]))
    }
    return order
  }
}
