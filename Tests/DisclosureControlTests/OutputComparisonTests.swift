import DisclosureControl
import InformationModel
import Testing

/// Outputs of one request: what they tell together and none of them tells by itself.
@Suite struct OutputComparisonTests {
  private let limits = OutputLimits()

  /// A table of some records as it would leave: what fails by itself is hidden, totals are shown where there are margins.
  private func table(
    _ name: String, by columns: [(String, [String])], of population: [String: Set<String>] = [:],
    who isIn: (Int) -> Bool = { _ in true }, margins: Bool = false, values: [Double?] = []
  ) -> LinkedOutput {
    let count = columns[0].1.count
    let dimensions = columns.map { name, codes in
      Dimension(
        id: name, title: LocalizedText(nl: name, en: name),
        categories: [Category(code: "All", label: LocalizedText(nl: "", en: ""), parent: nil)]
          + Set(codes).subtracting([""]).sorted().map {
            Category(code: $0, label: LocalizedText(nl: "", en: ""), parent: 0)
          })
    }
    let index = CellIndex(dimensions)
    let size = dimensions.reduce(1) { $0 * $1.categories.count }
    var records = [[Int]](repeating: [], count: size)
    for record in 0..<count where isIn(record) && columns.allSatisfy({ !$0.1[record].isEmpty }) {
      for cell in 0..<size {
        let isHere = zip(zip(columns, dimensions), index.coordinates(of: cell)).allSatisfy {
          $1 == 0 || $0.1.categories[$1].code == $0.0.1[record]
        }
        if isHere { records[cell].append(record) }
      }
    }
    let statistic: OutputLimits.Statistic = values.isEmpty ? .frequency : .sum
    let failing = (0..<size).filter { cell in
      (margins || !index.coordinates(of: cell).contains(0))
        && limits.findings(
          OutputCell(
            place: "", units: records[cell],
            values: values.isEmpty ? [] : records[cell].map { values[$0] }), statistic
        ).contains { $0.severity == .fail }
    }
    return LinkedOutput(
      name: name, statistic: statistic, percentile: nil, measure: values.isEmpty ? nil : "amount",
      dimensions: dimensions, population: population, records: records, values: values,
      isReleased: (0..<size).map {
        (margins || !index.coordinates(of: $0).contains(0)) && !failing.contains($0)
      }, secrets: failing)
  }

  private func findings(_ outputs: [LinkedOutput]) throws -> [[OutputFinding]] {
    let count = outputs.flatMap(\.records).joined().max() ?? 0
    var comparison = OutputComparison(limits, units: Array(0...count))
    return try outputs.map { try comparison.findings(adding: $0) }
  }

  private func repeated(_ counts: [(String, Int)]) -> [String] {
    counts.flatMap { [String](repeating: $0, count: $1) }
  }

  @Test(arguments: [(1, true), (9, true), (10, false), (0, false)])
  func `a table of the same but for a few units tells of these`(few: Int, fails: Bool) throws {
    let region = repeated([("n", 40), ("z", 40)])
    let all = table("all", by: [("region", region)])
    let less = table("less", by: [("region", region)], of: ["kind": ["a"]], who: { $0 >= few })
    for pair in [[all, less], [less, all]] {
      let found = try findings(pair)
      #expect(found[0].isEmpty)
      #expect(found[1].map(\.check) == (fails ? [.difference] : []))
      guard fails else { continue }
      #expect(found[1][0].severity == .fail && found[1][0].place == "n")
      #expect(found[1][0].what.hasSuffix(": \(few) units, fewer than 10"))
    }
  }

  @Test func `who is in neither part is what the parts leave of the whole`() throws {
    let region = repeated([("n", 60)])
    let all = table("all", by: [("region", region)])
    let men = table("men", by: [("region", region)], of: ["sex": ["m"]], who: { $0 < 30 })
    let women = table(
      "women", by: [("region", region)], of: ["sex": ["v"]], who: { (30..<56).contains($0) })
    // Four are neither; any two of the three may leave, in whatever order they are asked for.
    for order in [[all, men, women], [men, women, all], [women, all, men]] {
      let found = try findings(order)
      #expect(found[0].isEmpty && found[1].isEmpty)
      #expect(found[2].map(\.check) == [.difference])
    }
  }

  @Test func `other people, and the same people by something else, tell nothing`() throws {
    let region = repeated([("n", 40), ("z", 40)])
    let kind = (0..<80).map { ["a", "b"][$0 % 2] }
    let found = try findings([
      table("2010", by: [("region", region)], of: ["year": ["2010"]], who: { $0 % 40 < 20 }),
      table("2011", by: [("region", region)], of: ["year": ["2011"]], who: { $0 % 40 >= 18 }),
      table("kind", by: [("kind", kind)]),
      table("both", by: [("region", region), ("kind", kind)], margins: true),
    ])
    // Two units in both years are too few to tell apart: the one is not a part of the other.
    #expect(found.joined().isEmpty)
  }

  @Test func `people who changed places between two tables are for somebody to look at`() throws {
    let region = repeated([("n", 60)])
    let found = try findings([
      table("one", by: [("region", region)], of: ["kind": ["a"]], who: { $0 < 50 }),
      table("other", by: [("region", region)], of: ["kind": ["b"]], who: { (2..<53).contains($0) }),
    ])
    #expect(found[1].map(\.severity) == [.review])
  }

  @Test func `a sum of enough units of which one has nearly all is no difference to be told`()
    throws
  {
    let region = repeated([("n", 60)])
    let amounts: [Double?] = (0..<60).map { $0 == 0 ? 5000 : 10 + Double($0) }
    var outputs = [
      table("all", by: [("region", region)], values: (0..<60).map { _ in 20 }),
      table(
        "less", by: [("region", region)], of: ["kind": ["a"]], who: { $0 >= 12 },
        values: (0..<60).map { _ in 20 }),
    ]
    let even = try findings(outputs)
    #expect(even.joined().isEmpty)
    for place in outputs.indices { outputs[place].values = amounts }
    let found = try findings(outputs)
    #expect(found[1].contains { $0.check == .difference && $0.what.contains("largest") })
  }

  /// Of each region 20 of kind a, and few of kind b.
  private func kinds(_ few: [Int]) -> (region: [String], kind: [String]) {
    let regions = few.indices.map { "r\($0)" }
    return (
      zip(regions, few).flatMap { [String](repeating: $0, count: 20 + $1) },
      few.flatMap { [String](repeating: "a", count: 20) + [String](repeating: "b", count: $0) }
    )
  }

  @Test func `a hidden cell follows from a total of another table`() throws {
    let (region, kind) = kinds([3, 15])
    let fine = table("fine", by: [("region", region), ("kind", kind)])
    let coarse = table("coarse", by: [("region", region)])
    for pair in [[fine, coarse], [coarse, fine]] {
      let found = try findings(pair)
      #expect(found[0].isEmpty)
      #expect(found[1].map(\.check) == [.linked] && found[1].map(\.severity) == [.fail])
      #expect(found[1][0].place == "fine: r0, b")
      #expect(found[1][0].what.hasSuffix("it can be computed"))
    }
    // The other way as well: of a part of the people, whose number the fine table has.
    let part = table(
      "part", by: [("region", region)], of: ["kind": ["b"]], who: { kind[$0] == "b" })
    for other in [part, table("kind", by: [("kind", kind)])] {
      let found = try findings([coarse, other])
      #expect(found[1].isEmpty)
    }
  }

  @Test func `few hidden cells that add up to few are known too closely`() throws {
    let region = repeated([("n", 27)])
    let kind = repeated([("a", 20), ("b", 3), ("c", 4)])
    let found = try findings([
      table("fine", by: [("region", region), ("kind", kind)]),
      table("coarse", by: [("region", region)]),
    ])
    #expect(found[1].map(\.place) == ["fine: n, b", "fine: n, c"])
    #expect(found[1].allSatisfy { $0.what.hasSuffix("it can be known too closely") })
    // Where they add up to enough nothing is known of either.
    let more = repeated([("n", 38)])
    let wide = try findings([
      table("fine", by: [("region", more), ("kind", repeated([("a", 20), ("b", 9), ("c", 9)]))]),
      table("coarse", by: [("region", more)]),
    ])
    #expect(wide[1].isEmpty)
  }

  @Test func `what fails does not leave, and so tells nothing of what comes after it`() throws {
    let (region, kind) = kinds([3, 15])
    let fine = table("fine", by: [("region", region), ("kind", kind)])
    let coarse = table("coarse", by: [("region", region)])
    let less = table("less", by: [("region", region)], of: ["age": ["old"]], who: { $0 >= 2 })
    let found = try findings([fine, coarse, less])
    #expect(!found[1].isEmpty && found[2].isEmpty)
    #expect(try findings([coarse, less])[1].map(\.check) == [.difference])
  }
}
