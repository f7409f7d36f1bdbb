/// A term that all organisations of the chain use in one meaning.
package struct Concept: Sendable, Hashable, Codable {
  package var code: String
  /// Code of the broader concept, nil at the top of its scheme.
  package var parent: String?
  package var label: LocalizedText
  /// Other words for it; nil when there are none.
  package var alternatives: AlternativeLabels?
  package var definition: LocalizedText
  /// Law article, standard or publication that the definition comes from.
  package var source: String?
  package var validFrom: CalendarDate?
  package var validTo: CalendarDate?
  /// Where a region lies on a map of tiles; nil for what is no region, or has no place.
  package var tile: MapTile?

  package init(
    code: String, parent: String? = nil, label: LocalizedText,
    alternatives: AlternativeLabels? = nil, definition: LocalizedText,
    source: String? = nil, validFrom: CalendarDate? = nil, validTo: CalendarDate? = nil,
    tile: MapTile? = nil
  ) {
    self.code = code
    self.parent = parent
    self.label = label
    self.alternatives = alternatives
    self.definition = definition
    self.source = source
    self.validFrom = validFrom
    self.validTo = validTo
    self.tile = tile
  }
}

/// By what else people call a thing and look for it: none, one or more in each language.
package struct AlternativeLabels: Sendable, Hashable, Codable {
  package var nl: [String]
  package var en: [String]

  package init(nl: [String], en: [String]) {
    self.nl = nl
    self.en = en
  }

  package subscript(language: Language) -> [String] { language == .nl ? nl : en }

  /// All of them, in each language with commas between.
  package var text: LocalizedText {
    LocalizedText(nl: nl.joined(separator: ", "), en: en.joined(separator: ", "))
  }
}

/// A place on a map where every region is a tile of the same size, counted from the north-west.
package struct MapTile: Sendable, Hashable, Codable {
  package var column: Int
  package var row: Int

  package init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  /// Reads `3:0`, the fourth column of the first row.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let column = Int(parts[0]), let row = Int(parts[1]),
      (0..<40).contains(column), (0..<40).contains(row)
    else { return nil }
    self.init(column: column, row: row)
  }
}

/// Concepts that belong together, as a forest in display order.
package struct ConceptScheme: Sendable, Hashable, Codable {
  package var id: String
  package var name: LocalizedText
  package var description: LocalizedText
  package var owner: String
  package var concepts: [Concept]
  /// Where its regions lie, and in which shape; nil when nobody says so.
  package var map: RegionMap?

  package init(
    id: String, name: LocalizedText, description: LocalizedText, owner: String,
    concepts: [Concept], map: RegionMap? = nil
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.owner = owner
    self.concepts = concepts
    self.map = map
  }

  package func concept(_ code: String) -> Concept? {
    concepts.first { $0.code == code }
  }

  /// Codes from the top of the scheme down to this one, itself included; empty when the code is not in the scheme.
  package func path(to code: String) -> [String] {
    let parents = Dictionary(concepts.map { ($0.code, $0.parent) }) { first, _ in first }
    guard parents[code] != nil else { return [] }
    var path = [code]
    while let last = path.last, let parent = parents[last] ?? nil, !path.contains(parent) {
      path.append(parent)
    }
    return path.reversed()
  }
}
