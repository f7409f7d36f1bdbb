import AttackSupport
import DisclosureControl
import Foundation
import InformationModel
import Testing

/// Tables that other programs were tested with. The folder `shared/data/disclosure-cases` lies
/// beside the package, if it is there.
enum PublishedCases {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/data/disclosure-cases")

  static let areThere = FileManager.default.fileExists(atPath: folder.path)

  /// Rows of a small CSV file, by column name; quotes are dropped.
  static func rows(_ name: String) throws -> [[String: String]] {
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.filter { $0 != "\"" }
      }
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
  }

  /// A table of all combinations; each dimension is a list of columns, from broad to narrow, under
  /// a total. A category is named with all above it unless codes say by themselves what they are.
  static func table(
    _ rows: [[String: String]], dimensions columns: [[String]], count: String,
    hasOwnCodes: Bool = false
  ) -> StatisticalTable {
    var dimensions: [InformationModel.Dimension] = []
    var leafOfPath: [[[String]: Int]] = []
    for levels in columns {
      var index: [[String]: Int] = [[]: 0]
      var codes = ["Total"]
      var parents: [Int?] = [nil]
      let paths = Set(rows.map { row in levels.map { row[$0] ?? "" } })
      for path in paths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        for depth in 1...path.count where index[Array(path.prefix(depth))] == nil {
          index[Array(path.prefix(depth))] = codes.count
          codes.append(
            hasOwnCodes ? path[depth - 1] : path.prefix(depth).joined(separator: "/"))
          parents.append(index[Array(path.prefix(depth - 1))])
        }
      }
      dimensions.append(
        SampleTable.dimension(
          hasOwnCodes ? levels[levels.count - 1] : levels.joined(separator: "-"), codes: codes,
          parents: parents))
      leafOfPath.append(index)
    }
    var leaves: [[Int]: Int] = [:]
    for row in rows {
      let coordinates = zip(columns, leafOfPath).map { levels, index in
        index[levels.map { row[$0] ?? "" }] ?? 0
      }
      leaves[coordinates, default: 0] += Int(row[count] ?? "") ?? 0
    }
    return SampleTable.counting(dimensions) { leaves[$0] ?? 0 }
  }
}

@Suite(
  .enabled(
    if: PublishedCases.areThere,
    "needs the cases in ../shared/data/disclosure-cases beside the package"))
struct PublishedCaseTests {
  /// GaussSuppression 1.2.3, `z1` with maxN = 3: 3 unsafe cells and 3 others, without a required
  /// interval.
  @Test func z1TakesAsFewCellsAsGaussSuppression() throws {
    let table = PublishedCases.table(
      try PublishedCases.rows("gauss/input_z1.csv"), dimensions: [["region"], ["hovedint"]],
      count: "ant")
    let protected = try table.protected(under: SampleTable.policy(threshold: 4))
    #expect(protected.primaryCount == 3)
    #expect(protected.secondaryCount <= 5)
    try expectSafe(table, threshold: 4)
  }

  /// GaussSuppression 1.2.3, `z3`, here with one of its two region hierarchies: many zeros, three
  /// dimensions.
  @Test func z3IsSafe() throws {
    let table = PublishedCases.table(
      try PublishedCases.rows("gauss/input_z3.csv"),
      dimensions: [["fylke", "region"], ["hovedint"], ["mnd2", "mnd"]], count: "ant")
    let protected = try table.protected(under: SampleTable.policy(threshold: 4))
    #expect(protected.secondaryCount <= 2 * protected.primaryCount)
    try expectSafe(table, threshold: 4)
  }

  /// GaussSuppression 1.2.3 with maxN = 3: regions add up to counties and, in another table, to
  /// groups of municipalities. Empty cells are sensitive too, and only outsiders are feared.
  @Test(arguments: [("z3", 1350, 503, 181), ("sosialFiktiv", 14160, 2824, 1190)])
  func `two hierarchies over the same regions take no more cells than with GaussSuppression`(
    name: String, cells: Int, primary: Int, secondary: Int
  ) throws {
    let (table, sensitive) = try twoHierarchies(name)
    #expect(table.cellCount == cells)
    #expect(sensitive.count == primary)
    let suppression = CellSuppression(
      table, sensitive: sensitive, worth: table.values, insiders: false)
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits,
      insiders: false)
    #expect(proof.findings.isEmpty)
    #expect(suppression.isHidden.count { $0 } - primary <= secondary)
    expectUncertain(table, sensitive, suppression.isHidden, every: cells / 500)
  }

  @Test func `who stands alone in a region learns nothing of another by two hierarchies`() throws {
    let (table, sensitive) = try twoHierarchies("z3")
    let suppression = CellSuppression(table, sensitive: sensitive, worth: table.values)
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits)
    #expect(proof.findings.isEmpty)
    expectUncertain(table, sensitive, suppression.isHidden, every: 4)
  }

  /// Two tables that are published together, and what may not be known of them.
  private func twoHierarchies(
    _ name: String
  ) throws -> (table: CellTable, sensitive: [SensitiveCell]) {
    let rows = try PublishedCases.rows("gauss/input_\(name).csv")
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = true
    let tables = try ["fylke", "kostragr"].map { group in
      let table = PublishedCases.table(
        rows, dimensions: [[group, "region"], ["hovedint"], ["mnd2", "mnd"]], count: "ant",
        hasOwnCodes: true)
      return try CellTable(
        dimensions: table.dimensions, values: table.counts, contributors: table.counts,
        knowledge: knowledge)
    }
    let table = try TableLinking(tables).table
    let rules = [
      SensitivityRule.minimumFrequency(threshold: 4, protection: 1), .empty(protection: 1),
    ]
    return (table, rules.flatMap { $0.sensitiveCells(of: table) })
  }

  /// The attacker's own programs, for some of the cells.
  private func expectUncertain(
    _ table: CellTable, _ sensitive: [SensitiveCell], _ isHidden: [Bool], every: Int
  ) {
    var attack = IntervalAttack(table, isHidden: isHidden)
    for place in stride(from: 0, to: sensitive.count, by: max(1, every)) {
      let one = sensitive[place]
      guard let range = attack.interval(of: one.cell) else {
        Issue.record("\(table.name(of: one.cell)) is shown")
        continue
      }
      #expect(range.upper >= Double(table.values[one.cell] + one.up) - 1e-6)
      #expect(range.lower <= Double(table.values[one.cell] - one.down) + 1e-6)
    }
  }

  /// sdcTable 0.34.0, `microdata1`: region x gender.
  @Test func sdcTablesMicrodataIsSafe() throws {
    var rows = try PublishedCases.rows("sdctable/microdata1.csv")
    for row in rows.indices { rows[row]["one"] = "1" }
    let table = PublishedCases.table(rows, dimensions: [["region"], ["gender"]], count: "one")
    for threshold in [3, 11] { try expectSafe(table, threshold: threshold) }
    let protected = try table.protected(under: SampleTable.policy(threshold: 3))
    #expect((protected.primaryCount, protected.secondaryCount) == (1, 3))
  }

  /// sdcTools UserSupport, issue 136: two hierarchies over the same regions.
  private func linkedTable(_ number: String) throws -> StatisticalTable {
    let rows = try PublishedCases.rows("linked/issue136_table\(number).csv")
    let parents =
      number == "1"
      ? [nil, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2] : [nil, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2]
    let region = SampleTable.dimension(
      "region", codes: rows.map { $0["region"] ?? "" }, parents: parents)
    var table = SampleTable.table([region], counts: rows.map { Int($0["value"] ?? "") ?? 0 })
    table.population = Population(
      units: "enterprise", variables: ["region"],
      categories: [
        Dictionary(
          uniqueKeysWithValues: region.categories.enumerated().dropFirst(3).map {
            ($1.code, $0)
          })
      ], amounts: [nil])
    return table
  }

  @Test(arguments: ["1", "2"]) func eachOfTheLinkedTablesIsSafe(number: String) throws {
    try expectSafe(try linkedTable(number), threshold: 4)
  }

  @Test func theLinkedTablesAreSafeTogether() throws {
    let tables = [try linkedTable("1"), try linkedTable("2")]
    let protected = try TableForRelease.protect(
      tables.map { TableForRelease($0, under: SampleTable.policy(threshold: 4)) }
    ).tables
    let intervals = LinkedTablesAttack(protected).intervals()
    for (table, found) in zip(tables, intervals) {
      for (count, interval) in zip(table.counts, found) {
        guard (1..<4).contains(count) else { continue }
        #expect((interval?.width ?? 0) >= 4 - 1e-6)
      }
    }
    // Both show the total and the same regions.
    func hidden(_ table: ProtectedTable) -> Set<String> {
      Set(
        zip(table.dimensions[0].categories, table.values[0]).compactMap {
          $1 == nil ? $0.code : nil
        })
    }
    #expect(
      hidden(protected[0]).subtracting(["county-1", "county-2"])
        == hidden(protected[1]).subtracting(["big", "small"]))
  }
}
