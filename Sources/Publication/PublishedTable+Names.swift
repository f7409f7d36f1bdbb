import InformationModel

extension PublishedTable {
  /// The columns that every comma-separated file has beside the dimensions.
  static let fixedColumns = ["Measure", "Value", "ValueAttribute"]
  /// The name that open-data clients expect of the time dimension.
  static let timeDimensionID = "Perioden"
  /// The name that JSON-stat gives the measures.
  static let contentsCode = "ContentsCode"

  /// Refuses names that would break an address, a file or a spreadsheet.
  func checkNames() throws(PublicationError) {
    let table = description.id
    try require(Self.isIdentifier(table), "the id must be ASCII letters, digits, - and _.")
    try require(
      Self.isIdentifier(description.slug),
      "the slug \(description.slug) must be ASCII letters, digits, - and _.")
    try requireUnique(dimensions.map(\.id), "dimension")
    try requireUnique(measures.map(\.id), "measure")
    try require(!measures.isEmpty, "there is no measure.")
    try require(
      dimensions.count { $0.role == .time } <= 1, "there is more than one time dimension.")
    for dimension in dimensions {
      try require(
        Self.isIdentifier(dimension.id),
        "the dimension \(dimension.id) must be ASCII letters, digits, - and _.")
      try require(
        !(Self.fixedColumns + [Self.contentsCode]).contains(dimension.id),
        "a dimension may not be called \(dimension.id).")
      try require(
        dimension.role != .time || dimension.id == Self.timeDimensionID,
        "the time dimension must be called \(Self.timeDimensionID), not \(dimension.id).")
      try require(!dimension.categories.isEmpty, "the dimension \(dimension.id) has no category.")
      try requireUnique(dimension.categories.map(\.code), "code of \(dimension.id)")
      for (index, category) in dimension.categories.enumerated() {
        try require(
          Self.isSafeCode(category.code),
          "the code “\(category.code)” of \(dimension.id) may not be empty, begin with = + @ - "
            + "or a blank, or hold a control character.")
        try require(
          (category.parent ?? 0) >= 0 && (category.parent ?? -1) < index,
          "the parent of \(category.code) in \(dimension.id) must stand before it.")
      }
    }
    for measure in measures {
      try require(
        Self.isSafeCode(measure.id), "the measure “\(measure.id)” has an unsuitable id.")
      try require((0...9).contains(measure.decimals), "\(measure.id) must have 0 to 9 decimals.")
    }
  }

  private func require(_ condition: Bool, _ message: String) throws(PublicationError) {
    guard condition else {
      throw PublicationError(.unpublishable, "Table \(description.id): \(message)")
    }
  }

  private func requireUnique(_ names: [String], _ kind: String) throws(PublicationError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw PublicationError(
        .unpublishable, "Table \(description.id): the \(kind) \(name) occurs twice.")
    }
  }

  private static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  private static func isSafeCode(_ text: String) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return !"=+@-".contains(first) && !first.isWhitespace && !last.isWhitespace
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}
