import InformationModel
import Publication

/// The sets of OData 3 in the shape of Statistics Netherlands: one row per combination of codes, one column per measure.
struct Version3: Sendable {
  let texts: TableTexts
  /// Its number in the catalogue.
  let number: Int
  private var table: PublishedTable { texts.table }

  private static let infoColumns: [(name: String, type: EntityType)] = [
    ("ID", .integer), ("Title", .text), ("ShortTitle", .text), ("Identifier", .text),
    ("Summary", .text), ("Modified", .moment), ("MetaDataModified", .moment),
    ("ReasonDelivery", .text), ("ExplanatoryText", .text), ("OutputStatus", .text),
    ("Source", .text), ("Language", .text), ("Catalog", .text), ("Frequency", .text),
    ("Period", .text), ("ShortDescription", .text), ("Description", .text),
    ("DefaultPresentation", .text), ("DefaultSelection", .text), ("GraphTypes", .text),
    ("SearchPriority", .text),
  ]

  private func info(_ catalog: String) -> [EntityValue] {
    let description = table.description
    let title = description.title.nl
    return [
      .integer(number), .text(title), .text(title), .text(description.id),
      .text(description.summary.nl), .text(texts.updatedWithoutZone),
      .text(texts.updatedWithoutZone), .text("Actualisering"), .text(description.population.nl),
      .text("Regulier"),
      .text(texts.source), .text("nl"), .text(catalog), .text(texts.frequency),
      .text(texts.period), .text(description.summary.nl),
      .text(
        [description.summary.nl, description.population.nl, table.protection.reason.nl].joined(
          separator: "\n\n")),
      .text("_la=nl"), .text(defaultSelection), .text("Table,Bar,Line"), .text("2"),
    ]
  }

  /// Totals of everything but time, for the clients that ask what to show first.
  private var defaultSelection: String {
    let chosen = table.dimensions.filter { $0.role != .time }.compactMap { dimension in
      dimension.categories.first.map {
        // Clients take the text apart at " and ", and one pair of brackets off each piece.
        "((\(TableTexts.identifier(dimension.id)) eq '\($0.code)'))"
      }
    }
    let select = (table.dimensions.map { TableTexts.identifier($0.id) } + topicKeys)
      .joined(separator: ", ")
    return (chosen.isEmpty ? "" : "$filter=\(chosen.joined(separator: " and "))&")
      + "$select=\(select)"
  }

  /// A name, an underscore, and its number among the columns.
  private var topicKeys: [String] {
    table.measures.enumerated().map { place, measure in
      let name = TableTexts.identifier(measure.id)
      return name.prefix(1).uppercased() + name.dropFirst() + "_\(place + 1)"
    }
  }

  // MARK: Catalogue

  static func catalogue(
    _ tables: [Version3], themes: [Concept], _ catalog: String, base: String
  ) -> [EntitySet] {
    let rows = tables.map { one -> [EntityValue] in
      let cells = one.table.dimensions.reduce(1) { $0 * $1.categories.count }
      let id = one.table.description.id
      return one.info(catalog) + [
        .text(one.texts.updatedWithoutZone), .integer(cells),
        .integer(one.table.dimensions.count + one.table.measures.count),
        .text("\(base)/ODataApi/odata/\(id)"), .text("\(base)/ODataFeed/odata/\(id)"),
        .text("\(base)/tabellen/\(one.table.description.slug)"),
      ]
    }
    let shown = themes.filter { theme in
      tables.contains { $0.table.description.theme == theme.code }
    }
    let numbers = Dictionary(
      shown.enumerated().map { ($1.code, $0 + 1) }, uniquingKeysWith: { one, _ in one })
    return [
      EntitySet(
        "Tables", entity: "Table",
        columns: infoColumns + [
          ("Updated", .moment), ("RecordCount", .integer), ("ColumnCount", .integer),
          ("ApiUrl", .text), ("FeedUrl", .text), ("SummaryAndLinks", .text),
        ], rows: rows),
      EntitySet(
        "Themes", entity: "Theme",
        columns: [
          ("ID", .integer), ("ParentID", .integer), ("Number", .text), ("Title", .text),
          ("Language", .text), ("Catalog", .text),
        ],
        rows: shown.enumerated().map { place, theme in
          [
            .integer(place + 1), .null, .text("\(place + 1)"), .text(theme.label.nl), .text("nl"),
            .text(catalog),
          ]
        }),
      EntitySet(
        "Tables_Themes", entity: "TableTheme",
        columns: [("ID", .integer), ("TableID", .integer), ("ThemeID", .integer)],
        rows: tables.compactMap { one in
          numbers[one.table.description.theme].map { (one, $0) }
        }.enumerated().map { place, pair in
          [.integer(place), .integer(pair.0.number), .integer(pair.1)]
        }),
      EntitySet(
        "Featured", entity: "FeaturedItem",
        columns: [("ID", .integer), ("Title", .text), ("Language", .text)], rows: []),
      EntitySet(
        "Table_Featured", entity: "TableFeatured",
        columns: [("ID", .integer), ("TableID", .integer), ("FeaturedID", .integer)], rows: []),
    ]
  }

  // MARK: Table

  /// Every set of the table, in the order of its document.
  func sets(_ catalog: String) -> [EntitySet] {
    [
      EntitySet(
        "TableInfos", entity: "TableInfo", columns: Self.infoColumns,
        rows: [[.integer(0)] + info(catalog).dropFirst()]),
      figures("UntypedDataSet", entity: "UntypedRow", isTyped: false),
      figures("TypedDataSet", entity: "TypedRow", isTyped: true), properties, categoryGroups,
    ] + table.dimensions.map(categories)
  }

  private var properties: EntitySet {
    let none = EntityValue.null
    let dimensions = table.dimensions.enumerated().map { place, dimension -> [EntityValue] in
      let type = dimension.kind
      return [
        .text("Cbs.OData.\(type)"), .integer(place), .integer(place), none, .text(type),
        .text(TableTexts.identifier(dimension.id)), .text(dimension.title.nl), .text(""),
        dimension.role == .time ? .boolean(false) : none, none, none, none, none,
      ]
    }
    let topics = table.measures.enumerated().map { number, measure -> [EntityValue] in
      let place = table.dimensions.count + number
      return [
        .text("Cbs.OData.Topic"), .integer(place), .integer(place), none, .text("Topic"),
        .text(topicKeys[number]), .text(texts.measureTitles[number]),
        .text(texts.definition(of: measure)), none,
        .text(measure.decimals == 0 ? "Long" : "Double"), .text(measure.unit.nl),
        .integer(measure.decimals), .text("None"),
      ]
    }
    return EntitySet(
      "DataProperties", entity: "DataProperty",
      columns: [
        ("odata.type", .text), ("ID", .integer), ("Position", .integer), ("ParentID", .integer),
        ("Type", .text), ("Key", .text), ("Title", .text), ("Description", .text),
        ("ReleasePolicy", .boolean), ("Datatype", .text), ("Unit", .text), ("Decimals", .integer),
        ("Default", .text),
      ], rows: dimensions + topics,
      optional: ["ReleasePolicy", "Datatype", "Unit", "Decimals", "Default"])
  }

  private static func hasGroups(_ dimension: InformationModel.Dimension) -> Bool {
    dimension.categories.contains { $0.parent != nil } && dimension.role != .time
  }

  /// Categories that others count in are groups; numbered over all dimensions.
  private var groups: [(dimension: Int, category: Int)] {
    table.dimensions.enumerated().filter { Self.hasGroups($0.element) }.flatMap {
      place, dimension in
      zip(dimension.categories.indices, dimension.children).filter { !$0.1.isEmpty }
        .map { (place, $0.0) }
    }
  }

  private var categoryGroups: EntitySet {
    let groups = groups
    return EntitySet(
      "CategoryGroups", entity: "CategoryGroup",
      columns: [
        ("ID", .integer), ("DimensionKey", .text), ("Title", .text), ("Description", .text),
        ("ParentID", .integer),
      ],
      rows: groups.enumerated().map { number, group in
        let dimension = table.dimensions[group.dimension]
        let category = dimension.categories[group.category]
        let parent = category.parent.flatMap { parent in
          groups.firstIndex { $0 == (group.dimension, parent) }
        }
        return [
          .integer(number), .text(TableTexts.identifier(dimension.id)), .text(category.label.nl),
          category.definition.map { .text($0.nl) } ?? .null, parent.map { .integer($0) } ?? .null,
        ]
      })
  }

  private func categories(_ dimension: InformationModel.Dimension) -> EntitySet {
    let place = table.dimensions.firstIndex { $0.id == dimension.id } ?? 0
    let groups = groups
    let isTime = dimension.role == .time
    let name = TableTexts.identifier(dimension.id)
    return EntitySet(
      name, entity: name + "Category",
      columns: [
        ("Key", .text), ("Title", .text), ("Description", .text),
        isTime ? ("Status", .text) : ("CategoryGroupID", .integer),
      ],
      rows: dimension.categories.map { category in
        let group = category.parent.flatMap { parent in
          groups.firstIndex { $0 == (place, parent) }
        }
        return [
          .text(category.code), .text(TableTexts.title(category)),
          category.definition.map { .text($0.nl) } ?? .null,
          isTime
            ? .text((category.status ?? .definitive).rawValue)
            : group.map { .integer($0) } ?? .null,
        ]
      })
  }

  private func figures(_ name: String, entity: String, isTyped: Bool) -> EntitySet {
    let table = table
    let dimensions = table.dimensions.enumerated().map { place, dimension in
      EntityColumn(
        name: TableTexts.identifier(dimension.id), type: .text,
        content: .ofAxis(place, dimension.categories.map { .text($0.code) }))
    }
    let topics = zip(table.measures, topicKeys).enumerated().map { number, one in
      let (measure, key) = one
      return EntityColumn(
        name: key, type: isTyped ? (measure.decimals == 0 ? .long : .number) : .text,
        content: .ofRow { cell in
          switch table.cell(cell, measure: number) {
          case .value(let value):
            isTyped
              ? .number(value, decimals: measure.decimals)
              : .text(Self.padded(DecimalNotation.text(value, decimals: measure.decimals)))
          case .confidential: isTyped ? .null : .text(Self.padded("."))
          case .impossible: isTyped ? .null : .text("")
          }
        })
    }
    return EntitySet(
      name, entity: entity, axes: table.dimensions.map(\.categories.count),
      columns: [EntityColumn(name: "ID", type: .integer, content: .ofRow { .integer($0) })]
        + dimensions + topics)
  }

  private static func padded(_ text: String) -> String {
    String(repeating: " ", count: max(0, 8 - text.utf8.count)) + text
  }
}
