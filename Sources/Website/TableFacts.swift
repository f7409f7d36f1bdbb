import InformationModel
import Publication

/// What several pages say about a table, worked out from its published cells.
struct TableFacts {
  let table: PublishedTable
  let language: Language

  /// The category that stands for all others of a dimension; nil when there is none.
  static func total(of dimension: Dimension) -> Int? {
    let roots = dimension.categories.indices.filter { dimension.categories[$0].parent == nil }
    return roots.count == 1 ? roots.first : nil
  }

  /// Whole periods, oldest first: a year that the reference date cuts short has another kind of
  /// code.
  static func wholePeriods(of dimension: Dimension) -> [Int] {
    dimension.categories.indices.compactMap { index -> (Int, Period)? in
      let code = dimension.categories[index].code
      guard let period = Period(code), period.code == code else { return nil }
      return (index, period)
    }.sorted { ($0.1.lastDay, $0.1.firstDay) < ($1.1.lastDay, $1.1.firstDay) }.map(\.0)
  }

  /// The newest whole period, or the last one when no code is that of a whole period.
  var newestPeriod: Int? {
    guard let time = table.timeDimension else { return nil }
    let dimension = table.dimensions[time]
    return Self.wholePeriods(of: dimension).last ?? dimension.categories.indices.last
  }

  /// The cell of all totals in the newest whole period; nil when a dimension has no total.
  var headlineCell: Int? {
    var place: [Int] = []
    for dimension in table.dimensions {
      if dimension.role == .time {
        guard let period = Self.wholePeriods(of: dimension).last else { return nil }
        place.append(period)
      } else {
        guard let total = Self.total(of: dimension) else { return nil }
        place.append(total)
      }
    }
    return table.cells.cell(at: place)
  }

  /// The table's sentence with its figures; the summary when one of them is not published.
  var headline: (text: String, isProvisional: Bool) {
    let summary = (table.description.summary[language], false)
    let template = table.description.headline[language]
    guard let cell = headlineCell else { return summary }
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      rest = rest[rest.index(after: open)...]
      guard let close = rest.firstIndex(of: "}") else { return summary }
      guard let word = figure(String(rest[..<close]), cell: cell) else { return summary }
      text += text.isEmpty ? word.prefix(1).uppercased() + word.dropFirst() : word
      rest = rest[rest.index(after: close)...]
    }
    guard let time = table.timeDimension, let period = newestPeriod else {
      return (text + rest, false)
    }
    let isProvisional = table.dimensions[time].categories[period].status == .provisional
    return (text + rest, isProvisional)
  }

  private func figure(_ name: String, cell: Int) -> String? {
    if name == "period" {
      guard let time = table.timeDimension, let period = newestPeriod else { return nil }
      let category = table.dimensions[time].categories[period]
      return Period(category.code).map { $0.phrase(language) } ?? category.label[language]
    }
    guard let measure = table.measures.firstIndex(where: { $0.id == name }),
      case .value(let value) = table.cell(cell, measure: measure)
    else { return nil }
    return NumberText.text(
      value, decimals: table.measures[measure].decimals, language: language)
  }

  /// First and last period, as one text.
  var periodRange: String {
    guard let time = table.timeDimension else { return "" }
    let labels = table.dimensions[time].categories.map(\.label[language])
    guard let first = labels.first, let last = labels.last else { return "" }
    return first == last ? first : "\(first)\u{2013}\(last)"
  }
}
