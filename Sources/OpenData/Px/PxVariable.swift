import InformationModel
import Publication

/// A dimension of a table, or its measures, as PxWebApi asks for it.
struct PxVariable: Sendable {
  let id: String
  let codes: [String]
  let isTime: Bool
  /// The place of what stands for all others when the variable is left out; nil when it may not be.
  let total: Int?
  /// Empty when all codes are on one level.
  let lists: [PxCodeList]

  static func all(of table: PublishedTable) -> [PxVariable] {
    table.dimensions.map { dimension in
      PxVariable(
        id: dimension.id, codes: dimension.categories.map(\.code),
        isTime: dimension.role == .time, total: dimension.total,
        lists: PxCodeList.all(of: dimension, in: table))
    } + [
      PxVariable(
        id: Naming.contents, codes: table.measures.map(\.id), isTime: false, total: nil, lists: [])
    ]
  }

  func list(_ id: String) -> PxCodeList? {
    lists.first { $0.id.lowercased() == id.lowercased() }
  }
}

/// The codes of a dimension that are on one level of its tree.
struct PxCodeList: Sendable {
  /// `vs_I01_Delictgroep_2`; the top is level 1.
  let id: String
  let label: LocalizedText
  /// Of its codes among those of the dimension.
  let places: [Int]

  /// A list for each level; none where there is one level only.
  static func all(
    of dimension: InformationModel.Dimension, in table: PublishedTable
  ) -> [PxCodeList] {
    var levels: [Int] = []
    // A parent stands before its children.
    for category in dimension.categories {
      levels.append((category.parent.map { levels[$0] } ?? 0) + 1)
    }
    let count = levels.max() ?? 0
    guard count > 1 else { return [] }
    return (1...count).map { level in
      PxCodeList(
        id: "vs_\(table.description.id)_\(dimension.id)_\(level)",
        label: LocalizedText(
          nl: "\(dimension.title.nl), niveau \(level)",
          en: "\(dimension.title.en), level \(level)"),
        places: levels.indices.filter { levels[$0] == level })
    }
  }
}
