import ChainPack
import Foundation
import InformationModel
import TestSupport
import Testing

@Suite("Outlines that are made simpler")
struct SharedBordersTests {
  private typealias Position = GeoJSON.Position
  private typealias Shape = (code: String, rings: [[GeoJSON.Position]])

  /// Regions in rows and columns with crooked borders; in the first one lies another, and far off a
  /// very small one.
  private static func country(side: Int, bends: Int) -> [Shape] {
    func post(_ column: Int, _ row: Int) -> Position {
      var random = SplitMix(seed: UInt64(column * 1000 + row))
      return Position(
        x: Double(column) * 100 + Double(random.below(60)),
        y: Double(row) * 100 + Double(random.below(60)))
    }
    func border(_ from: Position, _ to: Position, _ seed: UInt64, _ depth: Int) -> [Position] {
      guard depth > 0 else { return [from] }
      var random = SplitMix(seed: seed)
      let length = abs(to.x - from.x) + abs(to.y - from.y)
      let middle = Position(
        x: (from.x + to.x) / 2 + (Double(random.below(200)) / 1000 - 0.1) * length,
        y: (from.y + to.y) / 2 + (Double(random.below(200)) / 1000 - 0.1) * length)
      return border(from, middle, seed &* 2 &+ 1, depth - 1)
        + border(middle, to, seed &* 2 &+ 2, depth - 1)
    }
    func way(_ a: (Int, Int), _ b: (Int, Int)) -> [Position] {
      let (first, last) = a < b ? (a, b) : (b, a)
      let seed = UInt64(first.0 * 7 + first.1 * 1_000 + last.0 * 100_000 + last.1 * 10_000_000)
      let way =
        border(post(first.0, first.1), post(last.0, last.1), seed, bends) + [post(last.0, last.1)]
      return Array((a < b ? way : way.reversed()).dropLast())
    }
    var shapes: [Shape] = []
    for column in 0..<side {
      for row in 0..<side {
        let posts = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        let ring = zip(posts, posts.dropFirst() + posts.prefix(1)).flatMap { way($0, $1) }
        shapes.append(("R\(column).\(row)", [ring]))
      }
    }
    let middle = Position(x: 75, y: 75)
    let enclave = (0..<24).map { step in
      let angle = Double(step) / 12 * .pi
      return Position(x: middle.x + 9 * cos(angle), y: middle.y + 9 * sin(angle))
    }
    shapes[0].rings.append(enclave.reversed())
    shapes.append(("enclave", [enclave]))
    let far = Double(side) * 100 + 80
    shapes.append(
      (
        "speck",
        [
          [
            Position(x: far, y: far), Position(x: far + 0.01, y: far),
            Position(x: far, y: far + 0.01),
          ]
        ]
      ))
    return shapes
  }

  private static func corners(_ line: [Int]) -> [[Int]] {
    stride(from: 0, to: line.count, by: 2).map { [line[$0], line[$0 + 1]] }
  }

  private static func bytes(_ outlines: [RegionMap.Outline]) -> Int {
    outlines.reduce(0) { $0 + $1.path.utf8.count }
  }

  /// Twice the surface, with holes taken off: rings of regions here do not lie in each other but for holes.
  private static func surface(_ rings: [[Position]]) -> Double {
    let areas = rings.map { ring in
      abs(
        zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) { sum, side in
          sum + side.0.x * side.1.y - side.1.x * side.0.y
        })
    }.sorted(by: >)
    return areas.dropFirst().reduce(areas.first ?? 0, -)
  }

  private static let budgets = [1500, 3000, 6000, 20_000]

  @Test("take no more bytes than they may, and as many as help; too many regions are refused")
  func budget() throws {
    let country = Self.country(side: 6, bends: 6)
    for budget in Self.budgets {
      let outlines = try #require(SharedBorders.outlines(of: country, size: 1000, bytes: budget))
      #expect(Self.bytes(outlines) <= budget)
      #expect(Self.bytes(outlines) > budget * 9 / 10 || budget == 20_000)
      #expect(outlines.map(\.code) == country.map(\.code))
      #expect(SharedBorders.outlines(of: country, size: 1000, bytes: budget) == outlines)
    }
    #expect(SharedBorders.outlines(of: country, size: 1000, bytes: 300) == nil)
  }

  @Test(
    "keep every border of neighbours the same on both sides: each edge is drawn twice, or is the coast"
  )
  func borders() throws {
    let country = Self.country(side: 5, bends: 6)
    let coast = Set(
      country.filter { $0.code.hasPrefix("R") && ($0.code.contains("0") || $0.code.contains("4")) }
        .map(\.code))
    for budget in Self.budgets {
      let outlines = try #require(SharedBorders.outlines(of: country, size: 1000, bytes: budget))
      var owners: [[[Int]]: [String]] = [:]
      for outline in outlines {
        for line in outline.lines {
          let corners = Self.corners(line)
          for (one, other) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            owners[[one, other].sorted { $0.lexicographicallyPrecedes($1) }, default: []]
              .append(outline.code)
          }
        }
      }
      for (edge, codes) in owners {
        #expect(codes.count <= 2 && Set(codes).count == codes.count, "\(edge) \(codes)")
        if codes.count == 1, codes != ["speck"] { #expect(coast.contains(codes[0]), "\(codes)") }
      }
      // Neighbours on all sides still are.
      for pair in [["R1.1", "R2.1"], ["R1.1", "R1.2"], ["R2.2", "R3.2"], ["R0.0", "enclave"]] {
        #expect(owners.values.contains { $0.sorted() == pair })
      }
    }
  }

  @Test("do not cross each other, on a grid that is fine enough")
  func crossings() throws {
    let outlines = try #require(
      SharedBorders.outlines(of: Self.country(side: 4, bends: 5), size: 1 << 20, bytes: 5000))
    var edges: Set<[[Int]]> = []
    for line in outlines.flatMap(\.lines) {
      let corners = Self.corners(line)
      for (one, other) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
        edges.insert([one, other].sorted { $0.lexicographicallyPrecedes($1) })
      }
    }
    func side(_ a: [Int], _ b: [Int], _ c: [Int]) -> Int {
      ((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])).signum()
    }
    let all = Array(edges)
    #expect(all.count > 40)
    for (place, one) in all.enumerated() {
      for other in all[..<place] {
        let crosses =
          side(one[0], one[1], other[0]) * side(one[0], one[1], other[1]) < 0
          && side(other[0], other[1], one[0]) * side(other[0], other[1], one[1]) < 0
        #expect(!crosses, "\(one) \(other)")
      }
    }
  }

  @Test("lose the corner with the smallest triangle each time, as looking at all of them has it")
  func order() throws {
    // A convex line: nothing lies in a triangle of its neighbours.
    var random = SplitMix(seed: 4)
    let angles = (0..<60).map { _ in Double(random.below(1_000_000)) / 1_000_000 * 2 * .pi }
      .sorted()
    let ring = angles.map { Position(x: 1000 * cos($0), y: 1000 * sin($0)) }
    for budget in [120, 300, 600] {
      let outline = try #require(
        SharedBorders.outlines(of: [("A", [ring])], size: 1 << 20, bytes: budget)?.first)
      let kept = Self.corners(try #require(outline.lines.first))
      try #require(kept.count >= 3 && kept.count < 60)
      var left = ring
      while left.count > kept.count {
        let areas = left.indices.map { place in
          let (a, b) = (left[(place + left.count - 1) % left.count], left[place])
          let c = left[(place + 1) % left.count]
          return abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y))
        }
        left.remove(at: try #require(areas.indices.min { areas[$0] < areas[$1] }))
      }
      let (west, north) = (ring.map(\.x).min() ?? 0, ring.map(\.y).max() ?? 0)
      let size = max(
        (ring.map(\.x).max() ?? 0) - west, north - (ring.map(\.y).min() ?? 0))
      let expected = left.map { position in
        [(position.x - west) / size, (north - position.y) / size].map {
          Int(($0 * Double(1 << 20)).rounded())
        }
      }
      #expect(kept == expected)
    }
  }

  @Test("keep nearly the surface of each region")
  func surfaces() throws {
    let country = Self.country(side: 6, bends: 6)
    let outlines = try #require(SharedBorders.outlines(of: country, size: 1000, bytes: 6000))
    let positions = country.flatMap(\.rings).flatMap { $0 }
    let size = max(
      (positions.map(\.x).max() ?? 0) - (positions.map(\.x).min() ?? 0),
      (positions.map(\.y).max() ?? 0) - (positions.map(\.y).min() ?? 0))
    for (shape, outline) in zip(country, outlines) where shape.code.hasPrefix("R") {
      let drawn = outline.lines.map { line in
        Self.corners(line).map { Position(x: Double($0[0]), y: Double($0[1])) }
      }
      let ratio = Self.surface(drawn) * (size / 1000) * (size / 1000) / Self.surface(shape.rings)
      #expect(abs(ratio - 1) < 0.05, "\(shape.code): \(ratio)")
    }
  }

  @Test("leave no region out, however small, and leave holes open")
  func smallest() throws {
    for budget in Self.budgets {
      let outlines = try #require(
        SharedBorders.outlines(of: Self.country(side: 5, bends: 5), size: 1000, bytes: budget))
      for outline in outlines {
        #expect(!outline.lines.isEmpty, "\(outline.code)")
        for line in outline.lines { #expect(Set(Self.corners(line)).count >= 3) }
      }
      let speck = try #require(outlines.first { $0.code == "speck" }?.lines.first)
      #expect(
        Self.surface([Self.corners(speck).map { Position(x: Double($0[0]), y: Double($0[1])) }]) > 0
      )
      let host = try #require(outlines.first { $0.code == "R0.0" })
      let enclave = try #require(outlines.first { $0.code == "enclave" }?.lines.first)
      #expect(host.lines.count == 2)
      #expect(host.lines.contains { Set(Self.corners($0)) == Set(Self.corners(enclave)) })
    }
  }

  @Test("of lines that go back the way they came, of points and of nothing do no harm")
  func degenerate() throws {
    func shape(_ code: String, _ positions: [(Double, Double)]) -> Shape {
      (code, [positions.map { Position(x: $0.0, y: $0.1) }])
    }
    let shapes = [
      shape("point", [(1, 1), (1, 1), (1, 1)]), shape("line", [(0, 0), (9, 9), (0, 0), (9, 9)]),
      shape("spike", [(0, 0), (4, 0), (8, 0), (4, 0), (4, 4)]),
      shape("bow", [(0, 0), (4, 4), (4, 0), (0, 4)]), shape("twice", [(0, 0), (4, 0), (4, 4)]),
    ]
    let outlines = try #require(SharedBorders.outlines(of: shapes, size: 1000, bytes: 1000))
    #expect(outlines.allSatisfy { !$0.lines.isEmpty && !$0.path.isEmpty })
    #expect(SharedBorders.outlines(of: [], size: 1000, bytes: 0) == [])
    var random = SplitMix(seed: 9)
    for _ in 0..<300 {
      let shapes = (0..<3).map { code in
        shape(
          "\(code)",
          (0..<(3 + random.below(9))).map { _ in
            (Double(random.below(6)), Double(random.below(6)))
          })
      }
      let outlines = try #require(SharedBorders.outlines(of: shapes, size: 100, bytes: 900))
      #expect(outlines.count == 3 && outlines.allSatisfy { !$0.lines.isEmpty })
    }
  }
}
