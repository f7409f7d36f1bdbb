import InformationModel
import Publication

/// The observations of a table that were others in an earlier version, with what they were.
///
/// They are called by the `Id` that they have in the newer version.
struct ChangeSet: Sendable {
  static let name = "Changes"

  let entities: EntitySet
  /// How many observations only one of both versions has.
  let notes: [(String, OrderedJSON)]

  /// - Parameters:
  ///   - table: the newer version.
  ///   - changes: in its order; none to describe what they would be.
  ///   - added: how many only the newer version has.
  ///   - removed: how many only the earlier version has.
  init(
    to table: PublishedTable, _ changes: [TableDifference.ChangedCell] = [], added: Int = 0,
    removed: Int = 0
  ) {
    notes = [("@keten.added", .integer(added)), ("@keten.removed", .integer(removed))]
    let decimals = Dictionary(
      table.measures.map { ($0.id, $0.decimals) }, uniquingKeysWith: { one, _ in one })
    func column(
      _ name: String, _ type: EntityType,
      _ value: @escaping @Sendable (TableDifference.ChangedCell) -> EntityValue
    ) -> EntityColumn {
      EntityColumn(name: name, type: type, content: .ofRow { value(changes[$0]) })
    }
    @Sendable func figure(_ cell: PublishedCell?, of change: TableDifference.ChangedCell)
      -> EntityValue
    {
      guard case .value(let value)? = cell else { return .null }
      return .number(value, decimals: decimals[change.measure] ?? 0)
    }
    @Sendable func attribute(_ cell: PublishedCell?) -> EntityValue {
      cell.map { .text(Version4.attribute(of: $0)) } ?? .null
    }
    entities = EntitySet(
      Self.name, entity: "Change", axes: [changes.count],
      columns: [
        EntityColumn(
          name: "Id", type: .long, content: .ofAxis(0, Self.numbers(of: changes, in: table))),
        column("Measure", .text) { .text($0.measure) },
      ]
        + table.dimensions.enumerated().map { place, dimension in
          column(TableTexts.identifier(dimension.id), .text) { .text($0.codes[place]) }
        } + [
          column("Value", .number) { figure($0.after, of: $0) },
          column("ValueAttribute", .text) { attribute($0.after) },
          column("PreviousValue", .number) { figure($0.before, of: $0) },
          column("PreviousValueAttribute", .text) { attribute($0.before) },
        ])
  }

  /// Which observations they are.
  private static func numbers(
    of changes: [TableDifference.ChangedCell], in table: PublishedTable
  ) -> [EntityValue] {
    func places(_ codes: [String]) -> [String: Int] {
      Dictionary(codes.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
    }
    let known = table.dimensions.map { places($0.categories.map(\.code)) }
    let measures = places(table.measures.map(\.id))
    let index = table.cells
    return changes.map { change in
      let cell = index.cell(at: zip(known, change.codes).map { $0[$1] ?? 0 })
      return .integer(cell * table.measures.count + (measures[change.measure] ?? 0))
    }
  }
}
