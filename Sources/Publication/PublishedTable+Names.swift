import InformationModel

extension PublishedTable {
  /// Refuses names that would break an address, a file or a spreadsheet.
  func checkNames() throws(PublicationError) {
    let table = description.id
    try require(Naming.isIdentifier(table), "the id must be ASCII letters, digits, - and _.")
    try require(
      Naming.isIdentifier(description.slug),
      "the slug \(description.slug) must be ASCII letters, digits, - and _.")
    try requireUnique(dimensions.map(\.id), "dimension")
    try requireUnique(measures.map(\.id), "measure")
    try require(!measures.isEmpty, "there is no measure.")
    try require(
      dimensions.count { $0.role == .time } <= 1, "there is more than one time dimension.")
    for dimension in dimensions {
      try require(
        Naming.isIdentifier(dimension.id),
        "the dimension \(dimension.id) must be ASCII letters, digits, - and _.")
      try require(
        !Naming.reservedDimensions.contains(dimension.id),
        "a dimension may not be called \(dimension.id).")
      try require(
        dimension.role != .time || dimension.id == Naming.timeDimension,
        "the time dimension must be called \(Naming.timeDimension), not \(dimension.id).")
      try require(!dimension.categories.isEmpty, "the dimension \(dimension.id) has no category.")
      try requireUnique(dimension.categories.map(\.code), "code of \(dimension.id)")
      for (index, category) in dimension.categories.enumerated() {
        try require(
          Naming.isSafeCode(category.code),
          "the code “\(category.code)” of \(dimension.id) may not be empty, begin with = + @ - "
            + "or a blank, or hold a control character.")
        try require(
          (category.parent ?? 0) >= 0 && (category.parent ?? -1) < index,
          "the parent of \(category.code) in \(dimension.id) must stand before it.")
      }
    }
    for measure in measures {
      try require(
        Naming.isSafeCode(measure.id), "the measure “\(measure.id)” has an unsuitable id.")
      try require(
        Naming.decimals.contains(measure.decimals), "\(measure.id) must have 0 to 9 decimals.")
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
}
