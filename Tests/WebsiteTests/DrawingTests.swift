import Foundation
import InformationModel
import Testing
import Website

@Suite("A drawing")
struct DrawingTests {
  private static func series(_ name: String, _ values: [Double?]) -> ChartData.Series {
    ChartData.Series(
      name: name,
      points: values.enumerated().map { place, value in
        ChartData.Point(
          label: "\(2010 + place)", value: value,
          text: value.map { $0.isFinite ? "\(Int($0.rounded(.down)) % 100_000)" : "–" }
            ?? "geheim", isProvisional: place == values.count - 1)
      })
  }

  private static func data(_ series: [ChartData.Series], isOverTime: Bool = true) -> ChartData {
    ChartData(
      isOverTime: isOverTime, series: series, title: "Zaken (aantal) & meer, \"naar\" <soort>",
      decimals: 0, language: .nl)
  }

  /// Figures that have once spoilt a drawing somewhere.
  private static let awkward: [(name: String, data: ChartData)] = [
    ("nothing", data([])),
    ("series without places", data([series("Leeg", []), series("Ook leeg", [])])),
    ("one point", data([series("", [12])])),
    ("zero", data([series("Nul", [0, 0, 0])])),
    ("all equal", data([series("A", [7, 7, 7]), series("B", [7, 7, 7])])),
    ("all hidden", data([series("A", [nil, nil]), series("B", [nil, nil])])),
    ("one series hidden", data([series("A", [nil, nil]), series("B", [3, 4])])),
    ("negative", data([series("A", [-5, 3, -1]), series("B", [-2, nil, 8])])),
    ("all negative", data([series("A", [-5, -3]), series("B", [-2, -9])])),
    ("no numbers", data([series("A", [.nan, .infinity, 2]), series("B", [1, -.infinity, 2])])),
    ("far apart", data([series("A", [1, 9e14, -3e9]), series("B", [0.000_01, 4, 1e15])])),
    ("out of reach", data([series("A", [1e15, -1e15, 1e15]), series("B", [1, 2, 3])])),
    ("unequal lengths", data([series("A", [1, 2, 3, 4]), series("B", [2])])),
    (
      "many places",
      data([
        series("A", (0..<150).map { Double($0 % 13) }),
        series("B", (0..<150).map { $0 % 7 == 0 ? nil : 4 }),
      ])
    ),
    (
      "long and strange names",
      data([
        series(String(repeating: "Meervoudigekamerbehandeling", count: 6), [1, 2]),
        series("a < b & c > \"d\" \u{1}\u{FFFE} 'e'", [2, nil]),
        series(String(repeating: "veel woorden ", count: 30), [3, 1]), series("", [1, 1]),
      ])
    ),
    (
      "many series",
      data((1...9).map { series("Soort \($0)", [Double($0), Double($0 * 2), nil, 3]) })
    ),
  ]

  private static func charts(_ data: ChartData) -> [any Chart] {
    let alongside = ChartData(
      isOverTime: false, series: data.series, title: data.title, decimals: 0, language: .en)
    let charts: [(any Chart)?] = [
      LineChart(data: data), BarChart(data: data), SmallMultiples(data: data),
      StackedBarChart(data: data, isShare: false), StackedBarChart(data: data, isShare: true),
      StackedBarChart(data: alongside, isShare: false),
      StackedBarChart(data: alongside, isShare: true),
    ]
    return charts.compactMap { $0 }
  }

  private static func check(_ chart: any Chart, _ name: String) throws {
    for width in [280.0, 720, 1040] {
      let svg = chart.svg(width: width, id: "t", style: "chart")
      let place: Comment = "\(type(of: chart)), \(name), \(width)"
      #expect(svg == chart.svg(width: width, id: "t", style: "chart"), place)
      let markup = try #require(MarkupReader(Data(svg.utf8)), place)
      #expect(Set(markup.identifiers).count == markup.identifiers.count, place)
      #expect(markup.styleAttributes == 0, place)
      let drawing = try #require(DrawingReader(svg), place)
      let size = try #require(drawing.size, place)
      #expect(size.width == width && size.height > 0 && size.height < 60_000, place)
      #expect(drawing.elements.first?.attributes["role"] == "img", place)
      #expect(drawing.all("title").count == 1 && drawing.all("desc").count == 1, place)
      for element in drawing.elements {
        for value in element.attributes.values {
          let lower = value.lowercased()
          #expect(!lower.contains("nan") && !lower.contains("inf"), place)
        }
        for attribute in ["width", "height"] {
          if let number = element.number(attribute) { #expect(number >= 0, place) }
        }
        guard element.name == "text", let extent = element.extent else { continue }
        #expect(extent.lowerBound >= -1, "\(place): \(element.text)")
        #expect(extent.upperBound <= width + 1, "\(place): \(element.text)")
        #expect((element.number("font-size") ?? 0) >= 12, "\(place): \(element.text)")
        let y = element.number("y") ?? -1
        #expect(y >= 0 && y <= size.height + 1, "\(place): \(element.text)")
      }
    }
  }

  @Test(
    "of any figures is well-formed, within its frame, legible on a telephone and the same again")
  func soundness() throws {
    #expect(ChartData.Point(label: "", value: .nan, text: "–").value == nil)
    for (name, data) in Self.awkward {
      for chart in Self.charts(data) { try Self.check(chart, name) }
    }
  }

  @Test("has all its figures in a table too")
  func table() {
    let data = Self.data([Self.series("A", [1, nil, 3]), Self.series("B", [4, 5])])
    let table = LineChart(data: data).table
    #expect(table.columns == ["A", "B"])
    #expect(table.rows.map(\.label) == ["2010", "2011", "2012"])
    #expect(table.rows.map(\.cells) == [["1", "4"], ["geheim", "5"], ["3", "–"]])
  }

  // Lines

  @Test("of lines leaves a gap where no figure is published, and says the word")
  func gap() throws {
    let one = LineChart(data: Self.data([Self.series("A", [1, 2, nil, 4, 5, 6])]))
      .svg(width: 720, id: "t", style: "chart")
    let drawing = try #require(DrawingReader(one))
    // Before the gap, after it, and up to the provisional figure.
    #expect(drawing.all("path", style: "series").count == 3)
    #expect(drawing.all("path", style: "series-provisional").count == 1)
    #expect(drawing.all("path", style: "point").count == 5)
    #expect(drawing.all("path", style: "point-provisional").count == 1)
    #expect(drawing.all("text", style: "chart-word").map(\.text) == ["geheim"])

    let two = LineChart(
      data: Self.data([Self.series("Noord", [1, nil, 3, nil]), Self.series("Zuid", [nil, nil])])
    ).svg(width: 720, id: "t", style: "chart")
    #expect(two.contains(">geheim: Noord 2011, 2013; Zuid</text>"))
  }

  @Test("of lines names them at their ends where there is room, in the order of the ends")
  func endLabels() throws {
    let data = Self.data([Self.series("Laag", [1, 1]), Self.series("Hoog", [5, 9])])
    let wide = try #require(
      DrawingReader(LineChart(data: data).svg(width: 720, id: "t", style: "chart")))
    let labels = wide.all("text", style: "chart-label")
    #expect(Set(labels.map(\.text)) == ["Laag", "Hoog"])
    let heights = Dictionary(
      uniqueKeysWithValues: labels.map { ($0.text, $0.number("y") ?? 0) })
    #expect((heights["Hoog"] ?? 0) < (heights["Laag"] ?? 0))
    #expect(wide.all("line", style: "series").isEmpty)
    let narrow = try #require(
      DrawingReader(LineChart(data: data).svg(width: 280, id: "t", style: "chart")))
    // The samples of the legend.
    #expect(narrow.all("line", style: "series").count == 2)
  }

  @Test("says which series beyond the sixth it does not show")
  func tooMany() {
    let data = Self.data((1...8).map { Self.series("Soort \($0)", [1, 2]) })
    let svg = LineChart(data: data).svg(width: 720, id: "t", style: "chart")
    #expect(svg.contains(">Niet getekend: Soort 7; Soort 8</text>"))
    #expect(StackedBarChart(data: data, isShare: false) == nil)
  }

  // Bars

  @Test("of bars has lengths in proportion to the figures")
  func barLengths() throws {
    for width in [280.0, 720] {
      let chart = BarChart(data: Self.data([Self.series("", [100, -50, 25, nil, 75])]))
      let drawing = try #require(DrawingReader(chart.svg(width: width, id: "t", style: "chart")))
      let lengths = drawing.all("rect", style: "bar").compactMap { $0.number("width") }
      try #require(lengths.count == 4)
      for (length, value) in zip(lengths, [100.0, 50, 25, 75]) {
        #expect(abs(length / lengths[0] - value / 100) < 0.005)
      }
    }
  }

  @Test(
    "of parts has parts in proportion that touch, and adds up to the total",
    arguments: [true, false])
  func stack(isOverTime: Bool) throws {
    let values: [[Double]] = [[40, 10], [30, 20], [30, 70]]
    let data = Self.data(
      values.enumerated().map { Self.series("Deel \($0)", $1) }, isOverTime: isOverTime)
    let chart = try #require(StackedBarChart(data: data, isShare: false))
    let drawing = try #require(DrawingReader(chart.svg(width: 720, id: "t", style: "chart")))
    let parts = drawing.all("rect", style: "part").filter { $0.number("width") != 18 }
    try #require(parts.count == 6)
    let (along, start) = isOverTime ? ("height", "y") : ("width", "x")
    let unit = try #require(parts[0].number(along)) / 40
    for bar in 0..<2 {
      let bar = parts[(bar * 3)..<(bar * 3 + 3)]
      let lengths = bar.compactMap { $0.number(along) }
      #expect(abs(lengths.reduce(0, +) - 100 * unit) < 0.3)
      for (one, next) in zip(bar, bar.dropFirst()) {
        let (from, to) = isOverTime ? (next, one) : (one, next)
        let end = (from.number(start) ?? 0) + (from.number(along) ?? 0)
        #expect(abs(end - (to.number(start) ?? 0)) < 0.15)
      }
    }
    for (part, value) in zip(parts, [40.0, 30, 30, 10, 20, 70]) {
      #expect(abs((part.number(along) ?? 0) - value * unit) < 0.15)
    }
    let shares = drawing.all("text").map(\.text).filter { $0.hasSuffix("%") }
    #expect(shares.contains("40%") && shares.contains("70%"))
  }

  @Test("of parts tells no share of a total that is not known")
  func hiddenPart() throws {
    let data = Self.data([Self.series("A", [40, 50]), Self.series("B", [nil, 50])])
    for isShare in [true, false] {
      let chart = try #require(StackedBarChart(data: data, isShare: isShare))
      let drawing = try #require(DrawingReader(chart.svg(width: 280, id: "t", style: "chart")))
      #expect(drawing.all("text", style: "chart-word").map(\.text) == ["geheim"])
      let shares = drawing.all("text", style: "chart-label").map(\.text)
        .filter { $0.hasSuffix("%") }
      #expect(shares == ["50%", "50%"])
    }
  }

  // Small multiples

  @Test("of many small charts has one scale, and one, three or four of them in a row")
  func multiples() throws {
    let data = Self.data((0..<8).map { Self.series("Regio \($0)", [Double($0), 8, 4]) })
    for (width, columns) in [(280.0, 1), (720, 3), (1040, 4)] {
      let svg = SmallMultiples(data: data).svg(width: width, id: "t", style: "chart")
      let drawing = try #require(DrawingReader(svg))
      let titles = drawing.all("text", style: "chart-value")
      #expect(titles.count == 8)
      #expect(Set(titles.compactMap { $0.attributes["x"] }).count == columns)
      // The middle points of all charts have the same value, so they lie equally high.
      let axes = drawing.all("line", style: "axis").compactMap { $0.number("y1") }
      #expect(axes.count == 8)
    }
  }

  // Chain

  @Test("of a chain has every organisation in order, at any width, within its frame")
  func chain() throws {
    for count in [0, 1, 2, 7, 8, 15, 23] {
      let chart = ChainDrawing(
        title: "De keten",
        organisations: (0..<count).map {
          (
            $0 % 3 == 0
              ? String(repeating: "Meervoudigekamerbehandeling", count: 3) : "Dienst & raad \($0)",
            "Doet <iets>"
          )
        })
      try Self.check(chart, "\(count) organisations")
      #expect(chart.table.rows.count == count)
      for width in [280.0, 720, 1040] {
        let svg = chart.svg(width: width, id: "t", style: "chart")
        let drawing = try #require(DrawingReader(svg))
        #expect(
          drawing.all("text", style: "station-number").map(\.text)
            == (0..<count).map { "\($0 + 1)" })
        let stations = drawing.all("circle", style: "station")
        #expect(Set(stations.map { [$0.number("cx"), $0.number("cy")] }).count == count)
        #expect(drawing.all("path", style: "arrow").count <= max(0, count - 1))
      }
    }
  }

  // Spacing

  @Test("keeps names apart with the least movement: as the formula by minima and maxima has it")
  func spacing() {
    var random = SplitMix(seed: 11)
    for _ in 0..<200 {
      let count = Int(random.next() % 7) + 1
      let wanted = (0..<count).map { _ in Double(random.next() % 200) }
      let heights = (0..<count).map { _ in Double(random.next() % 30) + 5 }
      let tops = Spacing.tops(wanted: wanted, heights: heights, gap: 4, from: -1e6, to: 1e6)
      let offsets = heights.indices.map { heights[..<$0].reduce(0) { $0 + $1 + 4 } }
      for place in 0..<count {
        // Of an isotonic regression: the largest over all starts of the least over all ends of
        // the means between.
        var best = -Double.infinity
        for start in 0...place {
          var least = Double.infinity
          for end in place..<count {
            let sum = (start...end).reduce(0) { $0 + wanted[$1] - offsets[$1] }
            least = min(least, sum / Double(end - start + 1))
          }
          best = max(best, least)
        }
        #expect(abs(tops[place] - offsets[place] - best) < 1e-6)
      }
    }
    let bounded = Spacing.tops(
      wanted: [-50, 500], heights: [10, 10], gap: 0, from: 0, to: 100)
    #expect(bounded == [0, 90])
    #expect(Spacing.tops(wanted: [], heights: [], gap: 4, from: 0, to: 10) == [])
  }
}

@Suite("The drawing of a flow")
struct FlowDrawingTests {
  private static let stages = [
    Flow.Stage(title: "Melding", unit: "meldingen"), Flow.Stage(title: "Keuring", unit: "zaken"),
    Flow.Stage(title: "Herstel", unit: "opdrachten"), Flow.Stage(title: "Incasso", unit: ""),
  ]

  private static func node(_ id: String, _ column: Int, _ text: String = "") -> Flow.Node {
    Flow.Node(id: id, label: "Post \(id)", column: column, text: text)
  }

  private static func link(_ from: String, _ to: String, _ value: Double?) -> Flow.Link {
    Flow.Link(
      from: from, to: to, value: value, text: value.map { "\(Int($0))" } ?? "geheim")
  }

  private static func flow() throws -> Flow {
    try Flow(
      title: "Van melding tot incasso", stages: stages,
      nodes: [
        node("a", 0, "100"), node("b", 1, "70"), node("c", 1, "30"), node("d", 2, "45"),
        node("e", 2, "geheim"), node("f", 3, "60"), node("g", 3, "5"),
      ],
      links: [
        link("a", "b", 70), link("a", "c", 30), link("b", "d", 45), link("b", "e", nil),
        link("c", "f", 15), link("d", "f", 40), link("d", "g", 5), link("e", "g", nil),
      ])
  }

  @Test("gives each link the same thickness at both ends, in proportion to its count")
  func conservation() throws {
    let flow = try Self.flow()
    let layout = FlowLayout(flow, extent: 300, labelHeights: flow.nodes.map { _ in 50 })
    #expect(layout == FlowLayout(flow, extent: 300, labelHeights: flow.nodes.map { _ in 50 }))
    for ribbon in layout.ribbons {
      #expect(abs(ribbon.thickness - 3 * (flow.links[ribbon.link].value ?? 0)) < 1e-9)
      #expect(ribbon.crossings.map(\.stage) == ribbon.crossings.map(\.stage).sorted())
    }
    for bar in layout.bars {
      let id = flow.nodes[bar.node].id
      for isStart in [true, false] {
        let ribbons = layout.ribbons.filter { ribbon in
          let link = flow.links[ribbon.link]
          return link.value != nil && (isStart ? link.from : link.to) == id
        }
        let total = ribbons.reduce(0) { $0 + $1.thickness }
        #expect(total <= bar.height + 1e-9)
        // They lie below each other from the top of the bar, without gap or overlap.
        var end = bar.top
        let tops = ribbons.compactMap { ribbon in
          (isStart ? ribbon.crossings.first : ribbon.crossings.last).map { ($0.top, ribbon) }
        }.sorted { $0.0 < $1.0 }
        for (top, ribbon) in tops {
          #expect(abs(top - end) < 1e-9)
          end = top + ribbon.thickness
        }
      }
      #expect(bar.top >= -1e-9 && bar.top + bar.height <= layout.height + 1e-9)
    }
    for stage in flow.stages.indices {
      let bars = layout.bars.filter { flow.nodes[$0.node].column == stage }
        .sorted { $0.top < $1.top }
      for (one, next) in zip(bars, bars.dropFirst()) {
        #expect(one.top + one.height + one.hiddenHeight <= next.top)
      }
    }
  }

  @Test("orders nodes so that links do not cross where they need not")
  func crossings() throws {
    let flow = try Flow(
      title: "", stages: Array(Self.stages.prefix(2)),
      nodes: [
        Self.node("a", 0), Self.node("b", 0), Self.node("c", 0), Self.node("x", 1),
        Self.node("y", 1), Self.node("z", 1),
      ],
      links: [Self.link("a", "z", 5), Self.link("b", "y", 5), Self.link("c", "x", 5)])
    let layout = FlowLayout(flow, extent: 90, labelHeights: [])
    let ribbons = layout.ribbons.compactMap { ribbon in
      ribbon.crossings.first.flatMap { first in
        ribbon.crossings.last.map { (first.top, $0.top) }
      }
    }.sorted { $0.0 < $1.0 }
    #expect(ribbons.map(\.1) == ribbons.map(\.1).sorted())
  }

  @Test(
    "states what is counted between stages, and draws a dashed line with a word for what is hidden")
  func words() throws {
    let chart = FlowDrawing(flow: try Self.flow())
    for width in [280.0, 1040] {
      let svg = chart.svg(width: width, id: "t", style: "chart")
      #expect(MarkupReader(Data(svg.utf8)) != nil)
      let drawing = try #require(DrawingReader(svg))
      let size = try #require(drawing.size)
      let texts = drawing.all("text").map(\.text)
      for unit in ["meldingen", "zaken", "opdrachten"] {
        #expect(texts.contains { $0.hasSuffix(unit) })
      }
      let hidden =
        drawing.all("path", style: "flow-hidden") + drawing.all("line", style: "flow-hidden")
      #expect(hidden.count == (width < 500 ? 3 : 2))
      #expect(texts.count { $0 == "geheim" } == 3)
      for text in drawing.all("text") {
        let extent = try #require(text.extent)
        #expect(extent.lowerBound >= -1 && extent.upperBound <= width + 1, "\(text.text)")
        #expect((text.number("font-size") ?? 0) >= 12)
        #expect((text.number("y") ?? -1) <= size.height)
      }
    }
    #expect(chart.table.rows.count == 15)
    #expect(
      chart.table.rows.contains { $0.label == "Post b → Post e (zaken)" && $0.cells == ["geheim"] })
  }

  @Test(
    "calls two links between the same nodes apart, and names what leaves the chain only where it leaves"
  )
  func names() throws {
    let flow = try Flow(
      title: "", stages: Array(Self.stages.prefix(3)),
      nodes: [
        Flow.Node(id: "a", label: "Melding", column: 0, text: "100"),
        Flow.Node(id: "b", label: "Keuring", column: 1, text: "90"),
        Flow.Node(id: "x", label: "Ingetrokken", column: 1, text: "10"),
        Flow.Node(id: "y", label: "Hersteld", column: 2, text: "90"),
      ],
      links: [
        Flow.Link(from: "a", to: "b", name: "Gewoon", value: 60, text: "60"),
        Flow.Link(from: "a", to: "b", name: "Met spoed", value: 30, text: "30"),
        Flow.Link(from: "a", to: "x", name: "Ingetrokken", value: 10, text: "10"),
        Flow.Link(from: "b", to: "y", name: "Hersteld", value: 90, text: "90"),
      ])
    #expect(
      flow.table.rows.map(\.label) == [
        "Melding", "Melding → Keuring, Gewoon (meldingen)",
        "Melding → Keuring, Met spoed (meldingen)", "Melding → Ingetrokken (meldingen)", "Keuring",
        "Keuring → Hersteld (zaken)", "Herstel: Hersteld",
      ])
    #expect(
      flow.description
        == "Melding → Keuring, Gewoon: 60; Melding → Keuring, Met spoed: 30; "
        + "Melding → Ingetrokken: 10; Keuring → Hersteld: 90")
    let list = FlowDrawing(flow: flow).svg(width: 280, id: "t", style: "chart")
    let texts = try #require(DrawingReader(list)).all("text").map(\.text)
    #expect(texts.contains("→ Keuring, Met spoed") && texts.contains("→ Ingetrokken"))
    #expect(!texts.contains("Ingetrokken"))
  }

  @Test("of nothing, of nodes alone and of hidden links alone is a drawing")
  func small() throws {
    let flows = [
      try Flow(title: "", stages: [], nodes: [], links: []),
      try Flow(
        title: "", stages: Array(Self.stages.prefix(1)), nodes: [Self.node("a", 0)], links: []),
      try Flow(
        title: "", stages: Self.stages, nodes: [Self.node("a", 0), Self.node("b", 3)],
        links: [Self.link("a", "b", nil), Self.link("a", "b", nil)]),
      try Flow(
        title: "", stages: Self.stages, nodes: [Self.node("a", 0), Self.node("b", 3)],
        links: [Self.link("a", "b", 0)]),
    ]
    for flow in flows {
      for width in [280.0, 720, 1040] {
        let svg = FlowDrawing(flow: flow).svg(width: width, id: "t", style: "chart")
        #expect(MarkupReader(Data(svg.utf8)) != nil)
        #expect(!svg.lowercased().contains("nan"))
      }
    }
  }

  @Test("refuses what no flow can be")
  func refusals() {
    func message(_ nodes: [Flow.Node], _ links: [Flow.Link]) -> String? {
      do {
        _ = try Flow(title: "", stages: Self.stages, nodes: nodes, links: links)
        return nil
      } catch {
        return error.message
      }
    }
    let (a, b) = (Self.node("a", 0), Self.node("b", 1))
    #expect(
      message([Self.node("a", .max)], [])
        == "The node a of a flow is in column \(Int.max); there are 4 stages, counted from 0.")
    #expect(message([a, a], []) == "Two nodes of a flow are called a.")
    #expect(
      message([a], [Self.link("a", "b", 1)])
        == "The link from a to b of a flow needs two nodes with these names.")
    #expect(
      message([a, b], [Self.link("b", "a", 1)])
        == "The link from b to a of a flow must go to a later stage.")
    for value in [-1, .nan, .infinity, 1e16] {
      #expect(
        message([a, b], [Flow.Link(from: "a", to: "b", value: value, text: "")])
          == "The link from a to b of a flow must count from 0 to 10^15.")
    }
  }
}

@Suite("The drawing of regions")
struct RegionTilesTests {
  private static func tile(_ code: String, _ column: Int, _ row: Int, _ value: Double?)
    -> RegionTiles.Tile
  {
    RegionTiles.Tile(
      code: code, label: "Regio \(code)", column: column, row: row, value: value,
      text: value.map { "\(Int($0))" } ?? "geheim")
  }

  @Test("has classes with equally many regions, and equal figures in one class")
  func classes() {
    #expect(RegionClasses.bounds((1...10).map(Double.init)) == [2, 4, 6, 8, 10])
    #expect(RegionClasses.bounds([3, 1, 2]) == [1, 2, 3])
    #expect(RegionClasses.bounds([5, 5, 5, 5, 5, 9]) == [5, 9])
    #expect(RegionClasses.bounds([4]) == [4])
    #expect(RegionClasses.bounds([]) == [])
  }

  @Test("tells each class by colour, by hatching and by its bounds, and hidden regions by the word")
  func legend() throws {
    let tiles = (0..<10).map { Self.tile("R\($0)", 3 + $0 % 4, -7 + $0 / 4, Double(10 * $0)) }
    let map = try RegionTiles(title: "Kaart", tiles: tiles + [Self.tile("RX", 3, -4, nil)])
    for width in [280.0, 720] {
      let svg = map.svg(width: width, id: "t", style: "chart")
      #expect(MarkupReader(Data(svg.utf8)) != nil)
      let drawing = try #require(DrawingReader(svg))
      for shade in 1...5 {
        #expect(drawing.all("rect", style: "tile-\(shade)").count == 3)
        #expect(
          drawing.all("rect").count { $0.attributes["fill"] == "url(#t-class-\(shade))" } == 3)
      }
      let texts = drawing.all("text").map(\.text)
      #expect(texts.contains("0 – 10") && texts.contains("80 – 90"))
      #expect(texts.count { $0 == "geheim" } == 2)
      #expect(drawing.all("rect", style: "tile-hidden").count == 2)
      for text in drawing.all("text") {
        let extent = try #require(text.extent)
        #expect(extent.lowerBound >= 0 && extent.upperBound <= width, "\(text.text)")
        #expect((text.number("font-size") ?? 0) >= 12)
      }
      for tile in drawing.all("rect", style: "tile") {
        #expect((tile.number("x") ?? -1) >= 0)
        #expect((tile.number("x") ?? 0) + (tile.number("width") ?? 0) <= width)
      }
    }
    #expect(map.table.rows.last?.label == "Regio RX (RX)")
    #expect(map.table.rows.last?.cells == ["geheim"])
  }

  @Test("of nothing, of hidden regions and of equal ones is a drawing")
  func small() throws {
    for values in [[], [nil], [nil, nil], [3, 3, 3], [.nan, 1], [-1, 1e300]] as [[Double?]] {
      let tiles = values.enumerated().map { place, value in
        RegionTiles.Tile(
          code: "R\(place)", label: "", column: place, row: 0, value: value, text: "t")
      }
      for width in [280.0, 720] {
        let svg = try RegionTiles(title: "", tiles: tiles).svg(width: width, id: "t", style: "c")
        #expect(MarkupReader(Data(svg.utf8)) != nil)
        #expect(!svg.lowercased().contains("nan"))
      }
    }
  }

  @Test("refuses tiles on each other and tiles that lie too far apart")
  func refusals() {
    func message(_ tiles: [RegionTiles.Tile]) -> String? {
      do {
        _ = try RegionTiles(title: "", tiles: tiles)
        return nil
      } catch {
        return error.message
      }
    }
    #expect(
      message([Self.tile("A", 1, 2, 3), Self.tile("B", 1, 2, 4)])
        == "The tile of region B lies on another: column 1, row 2.")
    #expect(
      message([Self.tile("A", .min, 0, 3), Self.tile("B", .max, 0, 4)])
        == "The tile of region B lies more than 40 columns or rows from the first.")
  }
}

@Suite("A picture")
struct PictureTests {
  private static let chart = LineChart(
    data: ChartData(
      isOverTime: true,
      series: [
        ChartData.Series(
          name: "",
          points: [
            ChartData.Point(label: "2022", value: 3, text: "3"),
            ChartData.Point(label: "2023", value: 4, text: "4"),
          ])
      ], title: "Zaken <aantal>", decimals: 0, language: .nl))

  @Test("takes the colours for paper from the style sheet, and writes them out")
  func style() {
    let style = PictureStyle(
      colours: """
        /* :root { --ink: wrong; } */
        :root { color-scheme: light dark; --ink: #111; --edge: var(--ink); }
        @media (prefers-color-scheme: dark) { :root { --ink: #eee; } }
        """,
      rules: """
        .a { fill: var(--ink); } .b, .c > d { stroke: var(--edge); fill: var(--none) }
        @media print { .a { fill: red; } .b { fill: blue; } }
        .e { x: y; }
        """)
    #expect(
      style.text == """
        .a{fill: #111;}
        .b, .c > d{stroke: #111; fill: currentColor}
        .e{x: y;}
        """)
    // A sheet that is cut off is read as far as it goes.
    #expect(PictureStyle(colours: ":root { --a: 1", rules: ".a { b: c /* d").text == ".a{b: c}")
    #expect(
      PictureStyle(colours: ":root { --a: var(--b); --b: var(--a); }", rules: ".a { b: var(--a) }")
        .text == ".a{b: currentColor}")
  }

  @Test("is a file of its own: title, drawing, source, reference date and address")
  func file() throws {
    let lines = ["Bron: Meldpunt & Keuring", "Peildatum: 1 juni 2024", "https://x.nl/tabellen/y"]
    let picture = Picture(
      chart: Self.chart, lines: lines, style: PictureStyle(colours: "", rules: ".a { b: c }"))
    #expect(picture.svg == picture.svg)
    let drawing = try #require(DrawingReader(picture.svg))
    #expect(drawing.size?.width == 1200)
    #expect(drawing.elements.first?.attributes["width"] == "1200")
    #expect(drawing.all("style").map(\.text) == [".a{b: c}"])
    let texts = drawing.all("text").map(\.text)
    #expect(texts.first == "Zaken <aantal>")
    #expect(Array(texts.suffix(3)) == lines)
    #expect(drawing.all("svg").count == 2)
  }
}

@Suite("The colours of drawings")
struct DrawingColourTests {
  /// Relative luminance of `#rrggbb`, as WCAG has it.
  private static func luminance(_ colour: String) -> Double? {
    guard colour.count == 7, let number = Int(colour.dropFirst(), radix: 16) else { return nil }
    let parts = [number >> 16, number >> 8 & 255, number & 255].map { part in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private static func contrast(_ one: String, _ other: String) -> Double {
    guard let a = luminance(one), let b = luminance(other) else { return 0 }
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// All values that a style sheet gives a custom property: for a light scheme, then for a dark one.
  private static func values(_ name: String, in sheet: String) -> [String] {
    sheet.components(separatedBy: "--\(name): ").dropFirst().map { String($0.prefix(7)) }
  }

  @Test("stand out from paper and panel in both schemes, as do letters on regions")
  func contrast() async throws {
    try await withMockSite { client in
      let sheet = try await client.get("/over").text
      let papers = Self.values("paper", in: sheet)
      let panels = Self.values("panel", in: sheet)
      for number in 1...6 {
        let colours = Self.values("series-\(number)", in: sheet)
        try #require(colours.count >= 2)
        for scheme in 0..<2 {
          #expect(Self.contrast(colours[scheme], papers[scheme]) >= 3)
          #expect(Self.contrast(colours[scheme], panels[scheme]) >= 3)
        }
      }
      for number in 1...5 {
        let inks = Self.values(
          "class-ink-\(number < 3 ? "low" : number == 3 ? "middle" : "high")", in: sheet)
        let colours = Self.values("class-\(number)", in: sheet)
        try #require(colours.count >= 2 && inks.count >= 2)
        for scheme in 0..<2 { #expect(Self.contrast(colours[scheme], inks[scheme]) >= 4.5) }
      }
      #expect(!PictureStyle(colours: sheet, rules: sheet).text.contains("var("))
    }
  }
}
