import InformationModel
import Publication

/// The sets of OData 4 in the shape of Statistics Netherlands: one observation per figure.
struct Version4: Sendable {
  let texts: TableTexts
  private var table: PublishedTable { texts.table }
  /// Identifier of the catalogue.
  let catalog: String

  static func catalogs(_ chain: ChainDescription, _ catalog: String, base: String) -> EntitySet {
    EntitySet(
      "Catalogs", entity: "Catalog",
      columns: [
        ("Identifier", .text), ("Title", .text), ("Description", .text), ("Publisher", .text),
        ("Language", .text), ("License", .text), ("Homepage", .text), ("Authority", .text),
        ("ContactPoint", .text),
      ],
      rows: [
        [
          .text(catalog), .text(chain.name.nl), .text(chain.purpose.nl), .text(chain.name.nl),
          .text("nl"), .text(chain.licence.address), .text(base + "/"), .text(chain.name.nl),
          .text(base + "/over"),
        ]
      ])
  }

  static let datasetColumns: [(name: String, type: EntityType)] = [
    ("Identifier", .text), ("Title", .text), ("Description", .text), ("Language", .text),
    ("Catalog", .text), ("Version", .text), ("VersionReason", .text), ("VersionNotes", .text),
    ("Status", .text), ("ObservationsModified", .moment), ("Modified", .moment),
    ("DatasetType", .text), ("ObservationCount", .long),
  ]

  static func datasets(_ tables: [Version4]) -> EntitySet {
    EntitySet(
      "Datasets", entity: "Dataset", columns: datasetColumns, rows: tables.map(\.dataset))
  }

  private var dataset: [EntityValue] {
    [
      .text(table.description.id), .text(table.description.title.nl),
      .text(table.description.summary.nl), .text("nl"), .text(catalog), .text(texts.version),
      .text("Actualisering"), texts.reason.map { .text($0.nl) } ?? .null, .text("Regulier"),
      .text(texts.updated.description),
      .text(texts.updated.description), .text("Numeric"), .integer(observationCount),
    ]
  }

  private var observationCount: Int {
    table.dimensions.reduce(table.measures.count) { $0 * $1.categories.count }
  }

  /// Every set of the table, in the order of its document.
  func sets(base: String) -> [EntitySet] {
    [measureCodes, measureGroups, dimensions]
      + table.dimensions.flatMap { dimension in
        (Self.groups(dimension).map { [$0] } ?? []) + [Self.codes(dimension)]
      } + [observations, properties(base: base)]
  }

  private func properties(base: String) -> EntitySet {
    let description = table.description
    func links(_ links: [(String, String)]) -> EntityValue {
      .json(
        .array(links.map { .object([("Title", .string($0.0)), ("Url", .string($0.1))]) }))
    }
    let more: [(name: String, type: EntityType, value: EntityValue)] = [
      ("Summary", .text, .text(description.summary.nl)),
      ("LongDescription", .text, .text(longDescription)),
      ("Publisher", .text, .text(texts.chain.name.nl)),
      ("Authority", .text, .text(texts.chain.name.nl)), ("Source", .text, .text(texts.source)),
      ("ContactPoint", .text, .text(base + "/over")),
      ("Frequency", .text, .text(texts.frequency)),
      ("License", .text, .text(texts.chain.licence.address)),
      ("TemporalCoverage", .text, .text(texts.period)),
      ("GraphTypes", .text, .text("Table,Bar,Line")),
      ("DefaultPresentation", .text, .null), ("SearchPriority", .text, .text("2")),
      ("RelatedSources", .collection, links([])),
      (
        "Provenance", .collection,
        links([
          (
            "\(texts.chain.name.nl): stand van \(table.provenance.referenceDate), "
              + "momentopname \(table.provenance.snapshot)",
            base + "/tabellen/" + description.slug
          )
        ])
      ),
    ]
    return EntitySet(
      "Properties", entity: "Property",
      columns: Self.datasetColumns + more.map { ($0.name, $0.type) },
      rows: [dataset + more.map(\.value)], isSingleton: true)
  }

  private var longDescription: String {
    let provisional = table.provisionalPeriods.map(\.label.nl)
    return [
      table.provenance.isFictitious ? "Verzonnen cijfers: gemaakt om het platform te tonen." : nil,
      table.description.summary.nl, table.description.population.nl, table.protection.reason.nl,
      provisional.isEmpty ? nil : "Voorlopige cijfers (*): \(provisional.joined(separator: ", ")).",
    ].compactMap { $0 }.joined(separator: "\n\n")
  }

  private var dimensions: EntitySet {
    EntitySet(
      "Dimensions", entity: "DimensionDescription",
      columns: [
        ("Identifier", .text), ("Title", .text), ("Description", .text), ("Kind", .text),
        ("MapYear", .integer), ("ReleasePolicy", .text),
      ],
      rows: table.dimensions.map { dimension in
        [
          .text(TableTexts.identifier(dimension.id)), .text(dimension.title.nl), .null,
          .text(dimension.kind), .null, .null,
        ]
      })
  }

  private var measureCodes: EntitySet {
    EntitySet(
      "MeasureCodes", entity: "MeasureCode",
      columns: [
        ("Identifier", .text), ("Index", .integer), ("Title", .text), ("Description", .text),
        ("MeasureGroupId", .text), ("DataType", .text), ("Unit", .text), ("Format", .text),
        ("Decimals", .integer), ("PresentationType", .text),
      ],
      rows: zip(table.measures, texts.measureTitles).enumerated().map { place, one in
        let (measure, title) = one
        return [
          .text(measure.id), .integer(place + 1), .text(title),
          .text(texts.definition(of: measure)), .null,
          .text(measure.decimals == 0 ? "Long" : "Double"), .text(measure.unit.nl), .null,
          .integer(measure.decimals), .text(measure.isAdditive ? "Absolute" : "Relative"),
        ]
      })
  }

  private static let groupColumns: [(name: String, type: EntityType)] = [
    ("Id", .text), ("Index", .integer), ("Title", .text), ("Description", .text),
    ("ParentId", .text),
  ]

  private var measureGroups: EntitySet {
    EntitySet("MeasureGroups", entity: "MeasureGroup", columns: Self.groupColumns, rows: [])
  }

  /// Categories that others count in; nil when there is none.
  private static func groups(_ dimension: InformationModel.Dimension) -> EntitySet? {
    let children = dimension.children
    let rows = dimension.categories.indices.filter { !children[$0].isEmpty }
    if rows.isEmpty { return nil }
    let name = TableTexts.identifier(dimension.id)
    return EntitySet(
      name + "Groups", entity: name + "Group", columns: groupColumns,
      rows: rows.enumerated().map { place, category in
        let own = dimension.categories[category]
        return [
          .text(own.code), .integer(place + 1), .text(own.label.nl),
          own.definition.map { .text($0.nl) } ?? .null,
          own.parent.map { .text(dimension.categories[$0].code) } ?? .null,
        ]
      })
  }

  private static func codes(_ dimension: InformationModel.Dimension) -> EntitySet {
    let name = TableTexts.identifier(dimension.id)
    let isTime = dimension.role == .time
    return EntitySet(
      name + "Codes", entity: name + "Code",
      columns: [
        ("Identifier", .text), ("Index", .integer), ("Title", .text), ("Description", .text),
        ("DimensionGroupId", .text),
      ] + (isTime ? [("Status", .text)] : []),
      rows: dimension.categories.enumerated().map { place, category in
        [
          .text(category.code), .integer(place + 1), .text(TableTexts.title(category)),
          category.definition.map { .text($0.nl) } ?? .null,
          category.parent.map { .text(dimension.categories[$0].code) } ?? .null,
        ]
          + (isTime ? [.text((category.status ?? .definitive).rawValue)] : [])
      })
  }

  /// What stands beside the value of an observation.
  static func attribute(of cell: PublishedCell) -> String {
    switch cell {
    case .value: "None"
    case .confidential: "Confidential"
    case .impossible: "Impossible"
    }
  }

  private var observations: EntitySet {
    let table = table
    let measures = table.measures
    let axis = table.dimensions.count
    let dimensions = table.dimensions.enumerated().map { place, dimension in
      EntityColumn(
        name: TableTexts.identifier(dimension.id), type: .text,
        content: .ofAxis(place, dimension.categories.map { .text($0.code) }))
    }
    return EntitySet(
      "Observations", entity: "Observation",
      axes: table.dimensions.map(\.categories.count) + [measures.count],
      columns: [
        EntityColumn(name: "Id", type: .long, content: .ofRow { .integer($0) }),
        EntityColumn(
          name: "Measure", type: .text, content: .ofAxis(axis, measures.map { .text($0.id) })),
        EntityColumn(
          name: "ValueAttribute", type: .text,
          content: .ofRow { row in
            .text(
              Self.attribute(
                of: table.cell(row / measures.count, measure: row % measures.count)))
          }),
        EntityColumn(
          name: "Value", type: .number,
          content: .ofRow { row in
            guard
              case .value(let value) = table.cell(
                row / measures.count, measure: row % measures.count)
            else { return .null }
            return .number(value, decimals: measures[row % measures.count].decimals)
          }),
        EntityColumn(
          name: "StringValue", type: .text, content: .ofAxis(axis, measures.map { _ in .null })),
      ] + dimensions)
  }
}
