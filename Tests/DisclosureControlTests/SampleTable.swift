import DisclosureControl
import InformationModel
import TestSupport

/// Tables made in a few words for tests.
enum SampleTable {
  static func text(_ text: String) -> LocalizedText { LocalizedText(nl: text, en: text) }

  static let count = Measure(
    id: "units", title: text("Units"), unit: text("number"), decimals: 0, kind: .count)

  static func policy(threshold: Int, percentileThreshold: Int = 10) -> DisclosurePolicy {
    DisclosurePolicy(
      id: "test", title: text("Test"), threshold: threshold,
      percentileThreshold: percentileThreshold, reason: text("Test"))
  }

  /// A total and its parts.
  static func row(_ counts: [Int]) -> StatisticalTable {
    counting([dimension("x", parents: [nil] + counts.map { _ in 0 })]) { counts[$0[0] - 1] }
  }

  /// Tables of one release under a threshold of 5.
  static func release(
    _ tables: [StatisticalTable], after earlier: [EarlierRelease] = [], revisions: Bool = true
  ) throws -> (tables: [ProtectedTable], certificate: ReleaseCertificate) {
    var policy = policy(threshold: 5)
    policy.protectsRevisions = revisions
    return try TableForRelease.protect(
      tables.map { TableForRelease($0, under: policy) }, after: earlier)
  }

  /// A dimension from the parents of its categories.
  static func dimension(_ id: String, codes: [String]? = nil, parents: [Int?]) -> Dimension {
    Dimension(
      id: id, title: text(id),
      categories: parents.enumerated().map { index, parent in
        let code = codes?[index] ?? "\(id)\(index)"
        return Category(code: code, label: text(code), parent: parent)
      })
  }

  static func table(
    _ dimensions: [Dimension], counts: [Int], measures: [(Measure, [Double?])] = []
  ) -> StatisticalTable {
    StatisticalTable(
      description: TableDescription(
        id: "T", slug: "t", title: text("Table"), summary: text(""), population: text(""),
        unit: Concept(code: "unit", label: text("unit"), definition: text("")), theme: "test",
        headline: text(""), chart: .overTime),
      dimensions: dimensions, measures: [count] + measures.map(\.0), counts: counts,
      values: [counts.map(Double.init)] + measures.map(\.1))
  }

  /// Fills every sum from the leaf cells; `leaf` gets their coordinates.
  static func totals<Number: AdditiveArithmetic>(
    _ dimensions: [Dimension], leaf: ([Int]) -> Number
  ) -> [Number] {
    let index = CellIndex(dimensions)
    let children = dimensions.map(\.children)
    let cellCount = dimensions.reduce(1) { $0 * $1.categories.count }
    var cells = (0..<cellCount).map { cell in
      let coordinates = index.coordinates(of: cell)
      let isLeaf = zip(coordinates, children).allSatisfy { $1[$0].isEmpty }
      return isLeaf ? leaf(coordinates) : .zero
    }
    for (axis, children) in children.enumerated() {
      for cell in cells.indices.reversed() {
        let category = index.coordinates(of: cell)[axis]
        if children[category].isEmpty { continue }
        cells[cell] = children[category].reduce(.zero) {
          $0 + cells[cell + ($1 - category) * index.strides[axis]]
        }
      }
    }
    return cells
  }

  /// A table of counts from its leaf cells.
  static func counting(_ dimensions: [Dimension], leaf: ([Int]) -> Int) -> StatisticalTable {
    table(dimensions, counts: totals(dimensions, leaf: leaf))
  }
}

/// A table of one or two dimensions drawn with blanks: codes in the first line and column, one
/// leading dot per level.
///
/// `3!` is a count that must be hidden because it is small, `12*` one that must be hidden to
/// protect others.
struct TextTable: CustomStringConvertible {
  let table: StatisticalTable
  /// `!`, `*` or nothing, one per cell.
  let marks: [String]

  init(_ drawing: String) {
    let lines = drawing.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let header = lines.first ?? []
    let rows = lines.dropFirst()
    var cells: [String] = []
    for row in rows { cells += row.dropFirst() }
    marks = cells.map { $0.hasSuffix("!") ? "!" : $0.hasSuffix("*") ? "*" : "" }
    table = SampleTable.table(
      [
        Self.dimension("row", rows.compactMap(\.first)), Self.dimension("column", header),
      ],
      counts: cells.map { Int($0.filter(\.isNumber)) ?? -1 })
  }

  private static func dimension(_ id: String, _ codes: [String]) -> Dimension {
    var open: [Int] = []
    var parents: [Int?] = []
    for (index, code) in codes.enumerated() {
      let depth = code.prefix { $0 == "." }.count
      open = Array(open.prefix(depth))
      parents.append(open.last)
      open.append(index)
    }
    return SampleTable.dimension(id, codes: codes, parents: parents)
  }

  /// The marks that protection gives.
  func protectedMarks(threshold: Int) throws -> [String] {
    let protected = try table.protected(under: SampleTable.policy(threshold: threshold))
    return zip(table.counts, protected.statuses[0]).map { count, status in
      status == .normal ? "" : (1..<threshold).contains(count) ? "!" : "*"
    }
  }

  func drawn(_ marks: [String]) -> String {
    let columns = table.dimensions[1].categories.count
    return table.dimensions[0].categories.indices.map { row in
      (0..<columns).map { "\(table.counts[row * columns + $0])\(marks[row * columns + $0])" }
        .joined(separator: " ")
    }.joined(separator: "\n")
  }

  var description: String { drawn(marks) }
}

/// Tables of any shape, among them those that are hard to protect.
struct RandomTables {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Up to three levels, ragged, with chains of single children, with and without a total.
  mutating func dimension(_ id: String, leaves: ClosedRange<Int>) -> Dimension {
    var parents: [Int?] = Bool.random(using: &random) ? [nil] : []
    let hasTotal = !parents.isEmpty
    var leafCount = 0
    let wanted = Int.random(in: leaves, using: &random)
    while leafCount < wanted {
      let parent = hasTotal ? 0 : nil
      if Int.random(in: 0..<3, using: &random) == 0 {
        let group = parents.count
        parents.append(parent)
        for _ in 0..<Int.random(in: 1...max(1, min(3, wanted - leafCount)), using: &random) {
          parents.append(group)
          leafCount += 1
        }
      } else {
        parents.append(parent)
        leafCount += 1
      }
    }
    return SampleTable.dimension(id, parents: parents)
  }

  /// A table of 1 to 4 dimensions and at most so many cells.
  mutating func table(
    dimensions count: ClosedRange<Int>, leaves: ClosedRange<Int>, cells: Int, largest: Int
  ) -> StatisticalTable {
    var dimensions: [Dimension] = []
    repeat {
      dimensions = []
      for axis in 0..<Int.random(in: count, using: &random) {
        dimensions.append(dimension("d\(axis)", leaves: leaves))
      }
    } while dimensions.reduce(1, { $0 * $1.categories.count }) > cells
    let zeros = Double.random(in: 0..<0.9, using: &random)
    let skew = Double.random(in: 1..<4, using: &random)
    return SampleTable.counting(dimensions) { _ in
      if Double.random(in: 0..<1, using: &random) < zeros { return 0 }
      var share = 1.0
      for _ in 0..<Int(skew) { share *= Double.random(in: 0..<1, using: &random) }
      return Int(share * Double(largest + 1))
    }
  }
}

extension ProtectedTable {
  /// What the public has of it.
  var shown: EarlierTable {
    EarlierTable(
      id: description.id, dimensions: dimensions,
      counts: values[0].map { $0.map { Int($0) } },
      isHidden: statuses[0].map { $0 == .confidential })
  }
}
