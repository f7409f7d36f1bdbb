import Foundation
import InformationModel
import Testing
import Website

@Suite("The drawing of regions in their own shapes")
struct RegionShapesTests {
  /// Squares in rows of four, on a grid of a thousand steps.
  private static func regions(_ values: [Double?]) -> [RegionShapes.Region] {
    values.enumerated().map { place, value in
      let (x, y) = (place % 4 * 250, place / 4 * 250)
      return RegionShapes.Region(
        code: "R\(place)", label: "Regio \(place) & <meer>",
        outline: RegionMap.Outline(
          code: "R\(place)", lines: [[x, y, x + 250, y, x + 250, y + 250, x, y + 250]]),
        figure: RegionClasses.Figure(
          value: value, text: value.map { "\(Int($0))" } ?? "geheim"))
    }
  }

  private static func drawing(
    _ regions: [RegionShapes.Region], width: Double, notes: [String] = []
  ) throws -> DrawingReader {
    let svg = RegionShapes(title: "Kaart", regions: regions, notes: notes)
      .svg(width: width, id: "t", style: "chart")
    let markup = try #require(MarkupReader(Data(svg.utf8)))
    #expect(Set(markup.identifiers).count == markup.identifiers.count)
    #expect(markup.styleAttributes == 0)
    return try #require(DrawingReader(svg))
  }

  @Test("has a path for each region, filled by its class, that tells the figure of the table")
  func paths() throws {
    let values: [Double?] = (0..<10).map { Double(10 * $0) } + [nil]
    let regions = Self.regions(values)
    let table = RegionShapes(title: "Kaart", regions: regions).table
    #expect(table.rows.first?.label == "Regio 0 & <meer> (R0)")
    for width in [280.0, 720] {
      let drawing = try Self.drawing(regions, width: width, notes: ["Niet op de kaart: R11"])
      let paths = drawing.all("path", style: "region")
      #expect(Set(paths.map { $0.attributes["d"] }) == Set(regions.map(\.outline.path)))
      #expect(paths.allSatisfy { $0.attributes["fill-rule"] == "evenodd" })
      #expect(
        Set(drawing.all("title").map(\.text)).isSuperset(
          of: zip(regions, table.rows).map { "\($0.label): \($1.cells.joined())" }))
      for shade in 1...5 {
        #expect(paths.count { $0.attributes["fill"] == "url(#t-area-\(shade))" } == 2)
        #expect(drawing.all("rect", style: "area-\(shade)").count == 2)
      }
      #expect(paths.count { $0.attributes["fill"] == "url(#t-area-hidden)" } == 1)
      let texts = drawing.all("text").map(\.text)
      #expect(texts.contains("0 – 10") && texts.contains("80 – 90"))
      #expect(texts.contains("geheim") && texts.contains("Niet op de kaart: R11"))
      let size = try #require(drawing.size)
      for text in drawing.all("text") {
        let extent = try #require(text.extent)
        #expect(extent.lowerBound >= 0 && extent.upperBound <= width, "\(text.text)")
        #expect((text.number("font-size") ?? 0) >= 12)
        #expect((text.number("y") ?? -1) >= 0 && (text.number("y") ?? 0) <= size.height)
      }
    }
  }

  @Test("has the same paths at any width, so that a page that holds both packs them once")
  func samePaths() throws {
    let regions = Self.regions([1, 2, 3, 4, 5])
    let paths = try [280.0, 720].map { width in
      try Self.drawing(regions, width: width).all("path", style: "region")
        .map { $0.attributes["d"] }
    }
    #expect(paths[0] == paths[1])
  }

  @Test("marks a region that is too small to see, above what lies around it")
  func small() throws {
    var regions = Self.regions([1, 2, 3])
    regions.insert(
      RegionShapes.Region(
        code: "X", label: "Eiland",
        outline: RegionMap.Outline(code: "X", lines: [[100, 100, 102, 100, 102, 102]]),
        figure: RegionClasses.Figure(value: 7, text: "7")), at: 0)
    for width in [280.0, 720] {
      let drawing = try Self.drawing(regions, width: width)
      let mark = try #require(drawing.all("circle", style: "region").first)
      #expect(mark.attributes["fill"] == "url(#t-area-5)")
      #expect(abs((mark.number("cx") ?? 0) - 101) < 1 && abs((mark.number("cy") ?? 0) - 101) < 1)
      // As wide as 7 units of the drawing, in steps of the grid.
      let scale = try #require(drawing.all("svg").last?.number("width")) / 750
      #expect(abs((mark.number("r") ?? 0) * 2 * scale - 7) < 0.5)
      let order = drawing.elements.filter { $0.has(style: "region") && $0.name != "rect" }
      #expect(order.last?.name == "circle")
    }
  }

  @Test("writes no name where there is no room, and none over a hole")
  func room() throws {
    let ring = RegionMap.Outline(
      code: "H",
      lines: [
        [0, 0, 1000, 0, 1000, 1000, 0, 1000], [100, 100, 100, 900, 900, 900, 900, 100],
      ])
    let hole = RegionMap.Outline(code: "I", lines: [[100, 100, 100, 900, 900, 900, 900, 100]])
    let regions = [("H", ring), ("I", hole)].map { code, outline in
      RegionShapes.Region(
        code: code, label: "Regio \(code)", outline: outline,
        figure: RegionClasses.Figure(value: 12, text: "12"))
    }
    let drawing = try Self.drawing(regions, width: 720)
    let names = drawing.all("text", style: "chart-halo").map(\.text)
    #expect(names.contains("Regio I"))
    for text in drawing.all("text", style: "chart-halo") where text.text == "Regio H" {
      let scale = try #require(drawing.all("svg").last?.number("width")) / 1000
      let y = (text.number("y") ?? 0) / scale
      #expect(y < 110 || y > 890)
    }
  }

  @Test("of outlines that no map has is a drawing all the same")
  func awkward() throws {
    let lines: [[[Int]]] = [
      [], [[]], [[1]], [[1, 2, 3]], [[0, 0, 5, 5]], [[.min, .max, .max, .min, 0, 0]],
      [[0, 0, 0, 0, 0, 0]], [[0, 0, 900, 0, 900, 900, 7]],
    ]
    for count in 0...lines.count {
      let regions = lines.prefix(count).enumerated().map { place, lines in
        RegionShapes.Region(
          code: "", label: "", outline: RegionMap.Outline(code: "\(place)", lines: lines),
          figure: RegionClasses.Figure(value: place == 2 ? .nan : Double(place), text: "t"))
      }
      for width in [280.0, 720] {
        let svg = RegionShapes(title: "", regions: regions).svg(width: width, id: "t", style: "c")
        #expect(MarkupReader(Data(svg.utf8)) != nil)
        let attributes = try #require(DrawingReader(svg)).elements.flatMap(\.attributes.values)
        #expect(attributes.allSatisfy { !$0.contains("nan") && !$0.contains("inf") })
      }
    }
  }
}
