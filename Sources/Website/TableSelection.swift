import InformationModel
import Publication

/// Which part of a table a page shows: one direction down, one across, the rest fixed.
struct TableSelection {
  /// A parameter that does not name anything in the table.
  struct UnknownChoice: Error {
    let parameter: String
  }

  enum Columns {
    /// One measure, by period.
    case periods([Int])
    /// All measures.
    case measures
  }

  static let rowParameter = "toon-rijen"
  static let measureParameter = "toon-onderwerp"
  static let periodParameter = "toon-perioden"
  static let allPeriods = "alle"
  static let periodLimit = 8

  let table: PublishedTable
  let rowDimension: Int
  let columns: Columns
  let measure: Int
  /// A category for every dimension; it counts where the dimension is neither down nor across.
  let fixed: [Int]
  let showsAllPeriods: Bool

  init(_ table: PublishedTable, query: Query) throws(UnknownChoice) {
    self.table = table
    var rows = Self.defaultRows(of: table)
    if let id = query[Self.rowParameter] {
      guard let index = table.dimensions.firstIndex(where: { $0.id == id }) else {
        throw UnknownChoice(parameter: Self.rowParameter)
      }
      rows = index
    }
    var measure = 0
    if let id = query[Self.measureParameter] {
      guard let index = table.measures.firstIndex(where: { $0.id == id }) else {
        throw UnknownChoice(parameter: Self.measureParameter)
      }
      measure = index
    }
    if let word = query[Self.periodParameter], word != Self.allPeriods, !word.isEmpty {
      throw UnknownChoice(parameter: Self.periodParameter)
    }
    var fixed: [Int] = []
    for (position, dimension) in table.dimensions.enumerated() {
      let total = TableFacts.total(of: dimension) ?? 0
      guard dimension.role != .time, let code = query[dimension.id] else {
        fixed.append(total)
        continue
      }
      guard let index = dimension.categories.firstIndex(where: { $0.code == code }) else {
        throw UnknownChoice(parameter: dimension.id)
      }
      // Of the dimension that goes down every category is shown: one of them is no choice.
      fixed.append(position == rows ? total : index)
    }
    rowDimension = rows
    self.measure = measure
    self.fixed = fixed
    showsAllPeriods = query[Self.periodParameter] == Self.allPeriods
    if let time = table.timeDimension, time != rows {
      let all = Array(table.dimensions[time].categories.indices)
      columns = .periods(showsAllPeriods ? all : Array(all.suffix(Self.periodLimit)))
    } else {
      columns = .measures
    }
  }

  /// The dimension of the chart, else the first that is not time, else time.
  private static func defaultRows(of table: PublishedTable) -> Int {
    if case .by(let id) = table.description.chart,
      let index = table.dimensions.firstIndex(where: { $0.id == id && $0.role != .time })
    {
      return index
    }
    return table.dimensions.firstIndex { $0.role != .time } ?? 0
  }

  /// What the chart goes along: what the reader lets go down, else what the table's description asks for.
  var chartDimension: Int {
    if rowDimension != Self.defaultRows(of: table) { return rowDimension }
    switch table.description.chart {
    case .overTime: return table.timeDimension ?? 0
    case .by(let id):
      return table.dimensions.firstIndex { $0.id == id } ?? table.timeDimension ?? 0
    }
  }

  /// Dimensions of which one category is chosen.
  var fixedDimensions: [Int] {
    table.dimensions.indices.filter { $0 != rowDimension && table.dimensions[$0].role != .time }
  }

  /// The categories that a drawing along a dimension shows of the others, apart from time.
  ///
  /// The row's own dimension shows its total; only where there is none must the drawing say what it shows.
  func chosen(besides across: Int, _ language: Language) -> [String] {
    table.dimensions.indices.filter { index in
      index != across && table.dimensions[index].role != .time
        && (index != rowDimension || TableFacts.total(of: table.dimensions[index]) == nil)
    }.map { table.dimensions[$0].categories[fixed[$0]].label[language] }
  }

  /// Only what differs from the page without parameters.
  var query: Query { query(withRows: rowDimension) }

  /// The same choice with another dimension going down.
  func query(withRows rowDimension: Int) -> Query {
    var items: [(name: String, value: String)] = []
    if rowDimension != Self.defaultRows(of: table) {
      items.append((Self.rowParameter, table.dimensions[rowDimension].id))
    }
    if measure != 0 { items.append((Self.measureParameter, table.measures[measure].id)) }
    for index in table.dimensions.indices {
      let dimension = table.dimensions[index]
      guard dimension.role != .time, index != rowDimension,
        fixed[index] != TableFacts.total(of: dimension) ?? 0
      else {
        continue
      }
      items.append((dimension.id, dimension.categories[fixed[index]].code))
    }
    if showsAllPeriods { items.append((Self.periodParameter, Self.allPeriods)) }
    return Query(items)
  }

  /// The cell of a row and, where periods go across, a period.
  func cell(row: Int, period: Int?) -> Int {
    var place = fixed
    place[rowDimension] = row
    if let period, let time = table.timeDimension { place[time] = period }
    return table.cells.cell(at: place)
  }
}
