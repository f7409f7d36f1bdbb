import DisclosureControl
import Testing

@Suite struct OutputCheckTests {
  private let limits = OutputLimits()

  private func checks(_ cell: OutputCell, _ statistic: OutputLimits.Statistic) -> Set<
    OutputFinding.Check
  > { Set(limits.findings(cell, statistic).map(\.check)) }

  private func cell(_ values: [Double?], units: [Int]? = nil) -> OutputCell {
    OutputCell(place: "here", units: units ?? Array(values.indices), values: values)
  }

  @Test func `ten units are enough and nine are not`() {
    #expect(limits.findings(OutputCell(place: "a", units: Array(0..<10)), .frequency).isEmpty)
    let few: Set<OutputFinding.Check> = [.minimumCount]
    #expect(checks(OutputCell(place: "a", units: Array(0..<9)), .frequency) == few)
    // 44 records of 8 units are 8; so are 12 of which 4 have no value.
    #expect(checks(OutputCell(place: "a", units: (0..<44).map { $0 % 8 }), .frequency) == few)
    let missing = [1, 2, 3, 4, 5, 6, 7, 8, nil, nil, nil, nil] as [Double?]
    #expect(checks(cell(missing), .mean).contains(OutputFinding.Check.minimumCount))
  }

  @Test func `dominance is at ninety percent, the ratio below ten`() {
    // The two largest make exactly 90%.
    var values: [Double?] = [50, 40] + [Double?](repeating: 1, count: 10)
    #expect(checks(cell(values), .sum).contains(OutputFinding.Check.dominance))
    values.append(1)
    #expect(!checks(cell(values), .sum).contains(OutputFinding.Check.dominance))
    // Others contribute exactly a tenth of the largest: enough.
    let ratio: [Double?] = [100, 20] + [Double?](repeating: 1, count: 10)
    #expect(!checks(cell(ratio), .sum).contains(OutputFinding.Check.ratio))
    let less: [Double?] = [101, 20] + [Double?](repeating: 1, count: 10)
    #expect(checks(cell(less), .sum).contains(OutputFinding.Check.ratio))
    // Records of one unit are one contribution.
    let units = [0, 0, 0] + Array(1...9)
    let parts: [Double?] = [300, 300, 300] + [Double?](repeating: 10, count: 9)
    #expect(checks(cell(parts, units: units), .mean).contains(OutputFinding.Check.dominance))
    // Signs do not hide who stands out.
    let negative: [Double?] = [-900, 50] + [Double?](repeating: 5, count: 10)
    let found = checks(cell(negative), .sum)
    #expect(found.contains(.dominance) && found.contains(.negative))
  }

  @Test func `an extreme belongs to somebody unless many share it`() {
    let values = (0..<40).map { Double?(Double($0)) }
    #expect(checks(cell(values), .maximum).contains(OutputFinding.Check.extreme))
    let shared = values.map { $0.map { min($0, 20) } }
    #expect(!checks(cell(shared), .maximum).contains(OutputFinding.Check.extreme))
    #expect(checks(cell(shared), .minimum).contains(OutputFinding.Check.extreme))
    let median = checks(cell(values), .median)
    #expect(median.isEmpty)
  }

  @Test func `spread needs ten degrees of freedom, and some spread`() {
    let enough = (0..<11).map { Double?(Double($0)) }
    let spread = checks(cell(enough), .deviation)
    #expect(spread.isEmpty)
    #expect(
      checks(cell(Array(enough.dropLast())), .deviation).contains(
        OutputFinding.Check.degreesOfFreedom))
    let equal = checks(cell([Double?](repeating: 3, count: 20)), .variance)
    #expect(equal.contains(.allEqual))
  }

  @Test func `a row that is all in one column tells of everybody in it`() {
    let found = limits.classFindings(
      [[20, 0], [30, 40], [91, 9]], rows: ["a", "b", "c"], columns: ["x", "y"])
    #expect(found.map(\.place) == ["a, x", "c, x"])
    #expect(found[0].what.hasPrefix("all a are x"))
  }

  @Test func `a model is judged by what its observations leave free`() {
    let rows = 14
    let one = [Double](repeating: 1, count: rows)
    let x = (0..<rows).map { Double($0 * $0) }
    // The third column follows from the others.
    let twice = x.map { 2 * $0 + 3 }
    let units = Array(0..<rows)
    let (degrees, findings) = limits.modelFindings(
      predictors: [one, x, twice], units: units, name: "m")
    #expect(degrees == 12 && findings.isEmpty)
    let few = limits.modelFindings(
      predictors: [Array(one.prefix(11)), Array(x.prefix(11))], units: Array(0..<11), name: "m")
    #expect(few.degrees == 9)
    #expect(few.findings.map(\.check) == [.degreesOfFreedom])
    // Only categories: a table of means in disguise, one cell of which is of three units.
    let category = (0..<rows).map { $0 < 3 ? 1.0 : 0 }
    let disguised = limits.modelFindings(predictors: [one, category], units: units, name: "m")
    #expect(disguised.findings.map(\.check) == [.tableInDisguise])
    #expect(disguised.findings[0].severity == .fail)
    // Many observations of three firms are three.
    let firms = limits.modelFindings(predictors: [one, x], units: units.map { $0 % 3 }, name: "m")
    #expect(firms.findings.map(\.check) == [.minimumCount])
  }

  @Test func `a survival curve is held until enough events have gathered`() {
    let times = (0..<100).map { Double($0 / 4) }
    let (curve, released, findings) = limits.survivalFindings(
      times: times, hasEvent: times.map { _ in true }, name: "s")
    #expect(curve.count == 25 && findings.map(\.check) == [.steps])
    #expect(released.allSatisfy { $0.events >= 10 && $0.atRisk > 10 })
    // Where it steps it is the true curve.
    for step in released {
      #expect(curve.first { $0.time == step.time }?.survival == step.survival)
    }
    #expect(!released.isEmpty && released.count < curve.count / 2)
  }
}
