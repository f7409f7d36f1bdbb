import ChainPack
import InformationModel
import Scoring
import Testing

@Suite struct FigureScoreTests {
  private func text(_ text: String) -> LocalizedText { LocalizedText(nl: text, en: text) }

  /// Colours (red with two shades, blue) by whole year 2022 and a 2023 that is cut short.
  private var table: StatisticalTable {
    let colours = [
      Category(code: "T", label: text("all")), Category(code: "R", label: text("red"), parent: 0),
      Category(code: "R1", label: text("pink"), parent: 1),
      Category(code: "R2", label: text("ruby"), parent: 1),
      Category(code: "B", label: text("blue"), parent: 0),
      Category(code: "G", label: text("green"), parent: 0),
    ]
    let periods = [
      Category(code: "2022JJ00", label: text("2022")),
      Category(code: "2023X000", label: text("2023")),
    ]
    let counts = [20, 1, 12, 0, 7, 0, 5, 0, 5, 1, 3, 0]
    return StatisticalTable(
      description: TableDescription(
        id: "P", slug: "p", title: text("P"), summary: text("P"), population: text("P"),
        unit: Concept(code: "u", label: text("u"), definition: text("u")), theme: "t",
        headline: text("P"), chart: .overTime),
      dimensions: [
        Dimension(id: "Kleur", title: text("colour"), categories: colours),
        Dimension(id: "Perioden", title: text("period"), role: .time, categories: periods),
      ],
      measures: [
        Measure(id: "aantal", title: text("n"), unit: text("n"), decimals: 0, kind: .count)
      ], counts: counts, values: [counts.map { Double($0) }])
  }

  private func compare(_ golden: String, worst: Int = 5) throws -> [FigureScore.Indicator] {
    try TrueFigures(name: "P", table: CSVTable(Array(golden.utf8))).compare(
      with: table, published: nil,
      referenceDate: try #require(CalendarDate(iso: "2023-01-10")), worst: worst)
  }

  @Test func `errors over the cells at the truth's breakdown are what they are by hand`() throws {
    // Red is right, blue is 1 too few, green is counted 3 times and truly not there.
    let scores = try compare("period,Kleur,aantal\n2022,R,12\n2022,B,6\n2023,R,1\n")
    let score = try #require(scores.first)
    #expect(scores.count == 1)
    #expect(score.cells == 3)
    #expect(score.equal == 1)
    #expect(score.equalShare == 1.0 / 3)
    #expect((score.inTruth, score.found) == (18, 20))
    #expect(score.meanAbsoluteError == 4.0 / 3)
    #expect(score.weightedRelativeError == 4.0 / 18)
    #expect(score.largestRelativeError == 1.0 / 6)
    #expect(score.outside == 1)
    #expect((score.published, score.hidden, score.publishedEqual) == (0, 0, 0))
    #expect(score.worst.map(\.place) == ["Kleur=G Perioden=2022JJ00", "Kleur=B Perioden=2022JJ00"])
    #expect(score.worst.map(\.error) == [3, -1])
    #expect(score.worst[0].relativeError == nil)
  }

  @Test
  func `a dimension that the truth lacks stands at its total, and value is the first measure`()
    throws
  {
    let score = try #require(try compare("period,value\n2022,20\n").first)
    #expect((score.cells, score.equal, score.measure) == (1, 1, "aantal"))
    #expect(score.equalShare == 1)
    #expect(score.worst.isEmpty)
  }

  @Test func `figures of another reference date are left alone`() throws {
    let golden = """
      reference_date,period,Kleur,aantal
      2023-01-10,2022,R,12
      2023-01-10,2022,B,5
      2023-01-10,2022,G,3
      2023-01-10,2023,B,1
      2023-04-10,2022,B,99

      """
    let score = try #require(try compare(golden).first)
    // Both the whole year and the one that this date cuts short.
    #expect((score.cells, score.equal, score.outside) == (6, 6, 0))
    #expect(try compare("reference_date,period,aantal\n2023-04-10,2022,20\n").isEmpty)
  }

  @Test func `a column or a code that the table does not have is told`() throws {
    let column = #expect(throws: ScoringError.self) {
      try compare("period,Vorm,aantal\n2022,X,1\n")
    }
    #expect(
      column?.description
        == "golden/P.csv: 'Vorm' is no dimension or measure of the product; these are period, reference_date, value, Kleur, aantal"
    )
    let code = #expect(throws: ScoringError.self) { try compare("period,Kleur,aantal\n2022,X,1\n") }
    #expect(code?.description == "golden/P.csv: 'X' is no category of Kleur")
    let number = #expect(throws: ScoringError.self) { try compare("period,aantal\n2022,x\n") }
    #expect(
      number?.description == "golden/P.csv: column aantal holds a value that is no number")
  }
}
