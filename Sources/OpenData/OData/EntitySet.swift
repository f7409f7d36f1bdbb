import InformationModel
import Publication

/// One value of an entity.
enum EntityValue: Sendable {
  case null
  case text(String)
  case integer(Int)
  /// With so many decimals.
  case number(Double, decimals: Int)
  case boolean(Bool)
  /// A list or an object; nothing can be compared with it.
  case json(OrderedJSON)
}

/// Types of OData that the sets use.
enum EntityType: String, Sendable {
  case text = "Edm.String"
  case integer = "Edm.Int32"
  case long = "Edm.Int64"
  case number = "Edm.Double"
  case boolean = "Edm.Boolean"
  case moment = "Edm.DateTimeOffset"
  /// Lists of links; not described further.
  case collection = "Collection(Edm.Untyped)"

  /// Whether its values are compared as texts.
  var isText: Bool { self == .text || self == .moment }
}

/// One property of all entities of a set.
struct EntityColumn: Sendable {
  enum Content: Sendable {
    /// One value for each place along an axis.
    case ofAxis(Int, [EntityValue])
    /// Computed of the row.
    case ofRow(@Sendable (Int) -> EntityValue)
  }

  let name: String
  let type: EntityType
  let content: Content
  /// Left out of an entity where it is null.
  var isOptional = false
}

/// Rows that lie along one axis or more, the last running fastest: a list has one, a table of figures one for each of its dimensions. So a filter on a
/// dimension looks at its categories, not at the rows.
struct EntitySet: Sendable {
  let name: String
  /// Name of the type of one entity; never that of the set.
  let entity: String
  let index: CellIndex
  let columns: [EntityColumn]
  /// One object instead of a list.
  var isSingleton = false

  var rowCount: Int { index.sizes.reduce(1, *) }

  /// Rows as lists of values, in the order of the columns.
  init(
    _ name: String, entity: String, columns: [(name: String, type: EntityType)],
    rows: [[EntityValue]], optional: Set<String> = [], isSingleton: Bool = false
  ) {
    self.name = name
    self.entity = entity
    index = CellIndex(sizes: [rows.count])
    self.columns = columns.enumerated().map { place, column in
      EntityColumn(
        name: column.name, type: column.type, content: .ofAxis(0, rows.map { $0[place] }),
        isOptional: optional.contains(column.name))
    }
    self.isSingleton = isSingleton
  }

  init(_ name: String, entity: String, axes: [Int], columns: [EntityColumn]) {
    self.name = name
    self.entity = entity
    index = CellIndex(sizes: axes)
    self.columns = columns
  }

  func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }

  func value(_ column: Int, row: Int) -> EntityValue {
    switch columns[column].content {
    case .ofAxis(let axis, let values): values[row / index.strides[axis] % index.sizes[axis]]
    case .ofRow(let value): value(row)
    }
  }
}
