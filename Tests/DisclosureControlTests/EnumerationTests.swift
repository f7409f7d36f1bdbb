import AttackSupport
import DisclosureControl
import InformationModel
import Testing

/// The slow, obvious attacker: tries every table of whole numbers.
struct Enumeration {
  /// Smallest and largest value of each hidden cell.
  private(set) var ranges: [ClosedRange<Int>?]
  private let cells: [(leaves: [Int], published: Int?)]
  private let hiddenLeaves: [Int]
  /// Published sums with a hidden leaf: its hidden leaves, by position, and what they add up to.
  private let sums: [(leaves: [Int], total: Int)]
  private var values: [Int]
  /// Hidden leaves that no published sum holds can be anything; these are tried.
  private let free: (Int) -> [Int]

  /// - Parameters:
  ///   - table: what is published, with the count as its first measure.
  ///   - truth: the counts, used only for leaves without any bound: they are tried as they are and
  ///     `margin` higher.
  ///   - margin: see `truth`.
  init(_ table: ProtectedTable, truth: [Int], margin: Int) {
    let index = CellIndex(table.dimensions)
    let published = table.values[0].map { $0.map { Int($0) } }
    let isLeaf = published.indices.map { cell in
      zip(index.coordinates(of: cell), table.dimensions).allSatisfy { $1.children[$0].isEmpty }
    }
    let cells = published.indices.map { cell in
      let outer = index.coordinates(of: cell)
      let leaves = published.indices.filter { inner in
        isLeaf[inner]
          && zip(outer, zip(index.coordinates(of: inner), table.dimensions)).allSatisfy {
            category, other in
            var ancestor: Int? = other.0
            while let step = ancestor, step != category {
              ancestor = other.1.categories[step].parent
            }
            return ancestor == category
          }
      }
      return (leaves: leaves, published: published[cell])
    }
    self.cells = cells
    let hidden = published.indices.filter { isLeaf[$0] && published[$0] == nil }
    hiddenLeaves = hidden
    sums = cells.compactMap { cell in
      guard let total = cell.published else { return nil }
      let unknown = cell.leaves.filter { published[$0] == nil }
      if unknown.isEmpty { return nil }
      let known = cell.leaves.reduce(0) { $0 + (published[$1] ?? 0) }
      return (leaves: unknown.compactMap { hidden.firstIndex(of: $0) }, total: total - known)
    }
    values = published.map { $0 ?? 0 }
    ranges = published.map { _ in nil }
    free = { [truth[$0], truth[$0] + margin] }
    search(0)
  }

  private mutating func search(_ position: Int) {
    guard position < hiddenLeaves.count else {
      for (cell, content) in cells.enumerated() where content.published == nil {
        let value = content.leaves.reduce(0) { $0 + values[$1] }
        let known = ranges[cell] ?? value...value
        ranges[cell] = min(known.lowerBound, value)...max(known.upperBound, value)
      }
      return
    }
    var most: Int?
    var least = 0
    for sum in sums where sum.leaves.contains(position) {
      let left = sum.leaves.reduce(sum.total) {
        $1 < position ? $0 - values[hiddenLeaves[$1]] : $0
      }
      most = min(most ?? left, left)
      if sum.leaves.last == position { least = max(least, left) }
    }
    let leaf = hiddenLeaves[position]
    let candidates = most.map { Array(stride(from: least, through: $0, by: 1)) } ?? free(leaf)
    for candidate in candidates {
      values[leaf] = candidate
      search(position + 1)
    }
  }
}

@Suite struct EnumerationTests {
  /// Tables of at most 12 leaf cells with counts up to 6.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func everyUnsafeCountHasMoreThanThresholdWholeValues(seed: UInt64) throws {
    var tables = RandomTables(seed: 2000 + seed)
    var attacked = 0
    while attacked < 10 {
      let table = tables.table(dimensions: 1...3, leaves: 1...6, cells: 60, largest: 6)
      let leafCount = table.dimensions.reduce(1) { product, dimension in
        product * dimension.children.count { $0.isEmpty }
      }
      if leafCount > 12 { continue }
      attacked += 1
      let threshold = 3
      let protected = try table.protected(under: SampleTable.policy(threshold: threshold))
      let enumeration = Enumeration(protected, truth: table.counts, margin: threshold)
      let intervals = LinearProgramAttack(protected).intervals()
      for (cell, count) in table.counts.enumerated() where protected.values[0][cell] == nil {
        let range = try #require(enumeration.ranges[cell])
        let width = range.upperBound - range.lowerBound
        #expect(
          width >= ((1..<threshold).contains(count) ? threshold : 1),
          "cell \(cell) = \(count) is in \(range)")
        // The two attackers agree: whole tables are among those of the linear program.
        let interval = try #require(intervals[cell])
        #expect(interval.lower <= Double(range.lowerBound) + 1e-6)
        #expect(interval.upper >= Double(range.upperBound) - 1e-6)
      }
    }
  }
}
