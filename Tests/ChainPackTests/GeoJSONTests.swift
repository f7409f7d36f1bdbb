import ChainPack
import Foundation
import InformationModel
import TestSupport
import Testing

@Suite("A file of outlines")
struct GeoJSONTests {
  private static func feature(
    _ code: String, _ coordinates: String, type: String = "Polygon"
  ) -> String {
    "{\"type\": \"Feature\", \"properties\": {\"naam\": \"x\", \"statcode\": \(code)},\n"
      + "\"geometry\": {\"coordinates\": \(coordinates), \"type\": \"\(type)\"}}"
  }

  private static func file(_ features: String..., before: String = "") -> String {
    "{\(before)\"type\": \"FeatureCollection\", \"features\": [\n"
      + features.joined(separator: ",\n") + "]}"
  }

  private static let square = "[[[4, 52], [5, 52], [5, 53], [4, 53], [4, 52]]]"

  private static func read(_ text: String) throws -> GeoJSON {
    try GeoJSON(Array(text.utf8), property: "statcode")
  }

  private static func complaints(_ text: String) -> [String] {
    do {
      return try read(text).problems.map { "\($0.line): \($0.message)" }
    } catch let mistake as GeoJSONMistake {
      return ["\(mistake.line): \(mistake.message)"]
    } catch {
      return ["\(error)"]
    }
  }

  @Test("gives codes and rings, holes and islands among them, whatever stands first")
  func regions() throws {
    let hole = "[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,2],[2,2],[1,1]]]"
    let island = "[[20,20,7],[21,20,7],[21,21.5,7],[20,20,7]]"
    let read = try Self.read(
      Self.file(
        Self.feature("\"G\\u004d01\"", "[\(hole), [\(island)]]", type: "MultiPolygon"),
        Self.feature("12", Self.square),
        before: "\"name\": null, \"crs\": {\"type\": \"name\", \"properties\": "
          + "{\"name\": \"urn:ogc:def:crs:EPSG::28992\"}}, \"bbox\": [1, [true, {\"a\": false}]], ")
    )
    #expect(read.problems.isEmpty)
    #expect(read.coordinates == "urn:ogc:def:crs:EPSG::28992")
    #expect(read.regions.map(\.code) == ["GM01", "12"])
    #expect(read.regions.map(\.line) == [2, 4])
    #expect(read.regions[0].rings.map(\.count) == [4, 3, 3])
    #expect(read.regions[0].rings[2][2] == GeoJSON.Position(x: 21, y: 21.5))
  }

  @Test("has the numbers that are nearest to what is written")
  func numbers() throws {
    var random = SeededGenerator(seed: 3)
    var texts = ["0", "-0", "-0.0", "1E2", "1e-300", "123456789012345678901234567890", "0.1"]
    for _ in 0..<500 {
      let digits = "\(random.next() % 10_000_000_000_000_000)"
      texts.append("\(Int(random.next() % 1000)).\(digits.prefix(Int(random.next() % 16) + 1))")
      texts.append("-\(digits.prefix(5)).\(digits.suffix(9))e\(Int(random.next() % 40) - 20)")
    }
    for text in texts where Double(text) != nil {
      let read = try Self.read(
        Self.file(Self.feature("1", "[[[\(text),1],[2,2],[3,3],[\(text),1]]]")))
      #expect(read.regions.first?.rings.first?.first?.x == Double(text), "\(text)")
    }
  }

  private static let mistakes: [(text: String, complaint: String)] = [
    ("", "1: no JSON: expected an object"),
    ("[1]", "1: no JSON: expected an object"),
    ("{}", "1: the file is no FeatureCollection with features, but an object without a type"),
    (
      "{\"type\": \"Topology\", \"arcs\": []}",
      "1: the file is no FeatureCollection with features, but 'Topology'"
    ),
    (
      file("{\"type\": \"Feature\"") + "x", "2: no JSON: expected a comma or the end of an object"
    ),
    (file(feature("1", square)) + " x", "3: something stands behind the end of the JSON"),
    (file("{\"type\": \"Feature\", \"type\": \"Feature\"}"), "2: a key stands there twice"),
    (file(feature("null", square)), "2: the feature has no code in its property 'statcode'"),
    (file(feature("1.5", square)), "2: the feature has no code in its property 'statcode'"),
    (
      file("{\"type\": \"Feature\", \"properties\": null, \"geometry\": null}"),
      "2: the feature has no code in its property 'statcode'"
    ),
    (
      file("{\"type\": \"Feature\", \"properties\": {\"statcode\": \"A\"}, \"geometry\": null}"),
      "2: region 'A': it has no geometry"
    ),
    (
      file(feature("\"A\"", "[4, 52]", type: "Point")),
      "3: region 'A': 'Point' has no area; only Polygon and MultiPolygon have"
    ),
    (file(feature("\"A\"", "[]")), "3: region 'A': it has no coordinates"),
    (
      file(feature("\"A\"", "[[[4,52],[5,52],[4,52]]]")),
      "3: region 'A': a ring has four positions or more, and ends where it begins"
    ),
    (
      file(feature("\"A\"", "[[[4,52],[5,52],[5,53],[4,53]]]")),
      "3: region 'A': a ring has four positions or more, and ends where it begins"
    ),
    (file(feature("\"A\"", "[[[4],[5]]]")), "3: region 'A': a position is two numbers, or three"),
    (file(feature("\"A\"", "[[[4,NaN]]]")), "3: no JSON: expected a number"),
    (file(feature("\"A\"", "[[[4,Infinity]]]")), "3: no JSON: expected a number"),
    (file(feature("\"A\"", "[[[4,1e999]]]")), "3: a number is too large"),
    (file(feature("\"A\"", "[[[4,01]]]")), "3: no JSON: expected a number"),
    (file(feature("\"A\"", "[[[4,\"5\"]]]")), "3: region 'A': no JSON: expected a number"),
    (file(feature("\"\\ud800\"", square)), "2: no JSON: half a letter"),
    (
      file(feature("1", String(repeating: "[", count: 100_000))),
      "3: nested more than 64 deep"
    ),
  ]

  @Test("is told with line and region what is wrong with it", arguments: mistakes)
  func mistake(text: String, complaint: String) {
    #expect(Self.complaints(text) == [complaint])
  }

  @Test("of any bytes is read or refused, and never more than that")
  func anyBytes() throws {
    let sound = Array(
      Self.file(
        Self.feature("\"G\\u00e9\"", "[\(Self.square)]", type: "MultiPolygon"),
        Self.feature("12", Self.square), before: "\"crs\": {\"properties\": {\"name\": \"x\"}}, "
      ).utf8)
    var random = SeededGenerator(seed: 8)
    let signs = Array("{}[]\",:\\u0e-.tfn \n".utf8) + [0, 0xFF]
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = sound
      for _ in 0...(random.next() % 3) where !bytes.isEmpty {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[place] = signs[Int(random.next() % UInt64(signs.count))]
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(signs[Int(random.next() % UInt64(signs.count))], at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      do {
        let read = try GeoJSON(bytes, property: "statcode")
        #expect(read.regions.allSatisfy { $0.rings.allSatisfy { $0.count >= 3 } })
      } catch {
        refused += 1
        #expect(error.line >= 1 && error.line <= 9)
      }
    }
    #expect(refused > 10_000 && refused < 20_000)
  }

  // In a pack

  /// Fruit lies on a map: apples west, pears east, with a border between them; stone fruit south.
  private static let orchard = file(
    feature("11", "[[[4,52],[5,52],[5,53],[4,53],[4,52]]]"),
    feature("12", "[[[5,52],[6,52],[6,53],[5,53],[5,52]]]"),
    feature("2", "[[[4,51],[5,51],[6,51],[6,52],[5,52],[4,52],[4,51]]]"))

  private static func changes(
    _ geojson: String, shapes: String = "code: statcode"
  ) throws -> [String: String] {
    let chain = try #require(TrialPack.files["chain.yaml"])
    let owner = "Wat er ligt, en: What is there}\n"
    try #require(chain.contains(owner))
    return [
      "fruit.geojson": geojson,
      "chain.yaml": chain.replacing(
        owner,
        with: owner + "    shapes: {file: fruit.geojson, source: {nl: Kaart, en: Map}, \(shapes)}\n"
      ),
    ]
  }

  @Test("becomes the map of a scheme, on a grid, with borders that are the same on both sides")
  func map() throws {
    let plain = try TrialPack.with { try ChainPack.read($0).pack }
    #expect(plain.scheme("fruit")?.map == nil)
    let pack = try TrialPack.with(changing: Self.changes(Self.orchard)) {
      try ChainPack.read($0).pack
    }
    #expect(pack.digest != plain.digest)
    let map = try #require(pack.scheme("fruit")?.map)
    #expect(map.source == LocalizedText(nl: "Kaart", en: "Map"))
    #expect(map.outlines.map(\.code) == ["11", "12", "2"])
    let corners = map.outlines.map { outline in
      Set(
        outline.lines.flatMap { line in
          stride(from: 0, to: line.count, by: 2).map { [line[$0], line[$0 + 1]] }
        })
    }
    #expect(corners[0].intersection(corners[1]).count == 2)
    #expect(corners[0].intersection(corners[2]).count == 2)
    // A degree of length is shorter than one of width, by the cosine of the width.
    let north = try #require(map.outline("11")?.lines.first)
    let (xs, ys) = (
      stride(from: 0, to: north.count, by: 2).map { north[$0] },
      stride(from: 1, to: north.count, by: 2).map { north[$0] }
    )
    let ratio =
      Double((xs.max() ?? 0) - (xs.min() ?? 0)) / Double((ys.max() ?? 0) - (ys.min() ?? 0))
    #expect(abs(ratio - cos(52.5 * .pi / 180)) < 0.03)
  }

  @Test("in metres of the national grid keeps its shape")
  func metres() throws {
    let file = Self.file(
      Self.feature("11", "[[[100000,400000],[200000,400000],[200000,450000],[100000,400000]]]"),
      before: "\"crs\": {\"properties\": {\"name\": \"urn:ogc:def:crs:EPSG::28992\"}}, ")
    for shapes in ["code: statcode", "code: statcode, coordinates: rd"] {
      let pack = try TrialPack.with(changing: Self.changes(file, shapes: shapes)) {
        try ChainPack.read($0).pack
      }
      #expect(
        pack.scheme("fruit")?.map?.outlines.first?.lines == [[0, 500, 1000, 500, 1000, 0]])
    }
  }

  private static let packMistakes: [(geojson: String, shapes: String, complaint: String)] = [
    (
      file(feature("13", square), feature("11", square)), "code: statcode",
      "fruit.geojson:2: region '13' is no concept of fruit; did you mean '1'?"
    ),
    (
      file(feature("11", square), feature("11", square)), "code: statcode",
      "fruit.geojson:4: region '11' stands there twice"
    ),
    (
      file(feature("1", square), feature("11", square)), "code: statcode",
      "fruit.geojson:4: region '11' lies in '1', which is drawn too; give one of them"
    ),
    (
      file(feature("11", square)), "code: statcode, coordinates: rd",
      "fruit.geojson:2: region '11': 4.0, 52.0 are no coordinates of rd"
    ),
    (
      file(feature("11", "[[[1e5,4e5],[2e5,4e5],[2e5,5e5],[1e5,4e5]]]")), "code: statcode",
      "fruit.geojson:2: region '11': 100000.0, 400000.0 are no coordinates of wgs84"
    ),
    (
      file(feature("11", "[[[4,52],[5,52],[6,52],[4,52]]]")), "code: statcode",
      "fruit.geojson:2: region '11' has a ring without surface"
    ),
    (
      file(
        feature("11", square), before: "\"crs\": {\"properties\": {\"name\": \"EPSG:3857\"}}, "),
      "code: statcode",
      "fruit.geojson:1: the coordinates 'EPSG:3857' are not known; give those of WGS 84 or "
        + "EPSG:28992"
    ),
    (
      file(
        feature("11", square), before: "\"crs\": {\"properties\": {\"name\": \"EPSG:4326\"}}, "),
      "code: statcode, coordinates: rd",
      "fruit.geojson:1: the file has coordinates of wgs84, the pack says rd"
    ),
    (
      file(feature("11", square)), "code: naam",
      "fruit.geojson:2: region 'x' is no concept of fruit; did you mean '1'?"
    ),
    (file(), "code: statcode", "fruit.geojson:1: there are no regions in it"),
    ("", "code: statcode", "fruit.geojson: the file is missing"),
    (
      file(feature("11", square)), "code: statcode, coordinates: etrs",
      "chain.yaml:24: 'etrs' is no coordinates (possible: wgs84, rd)"
    ),
  ]

  @Test("that does not belong to its scheme makes no pack", arguments: packMistakes)
  func packMistake(geojson: String, shapes: String, complaint: String) throws {
    #expect(
      try TrialPack.complaint(Self.changes(geojson, shapes: shapes))
        == "the chain pack has 1 error:\n\(complaint)")
  }

  @Test("is not looked for outside the pack, and not where its digest does not reach")
  func outside() throws {
    for name in ["../fruit.geojson", "/etc/fruit.geojson", "fruit.json", "a/../../b.geojson"] {
      var changes = try Self.changes(Self.orchard)
      changes["chain.yaml"] = changes["chain.yaml"]?.replacing(
        "file: fruit.geojson", with: "file: \(name)")
      #expect(
        try TrialPack.complaint(changes).hasSuffix(
          "'\(name)' must be a file of the pack that ends in .geojson"))
    }
  }

  @Test("with the same mistake in each region is not told of all of them")
  func manyMistakes() throws {
    let features = (0..<300).map { Self.feature("\"X\($0)\"", Self.square) }
    let text = Self.file(features.joined(separator: ",\n"))
    let complaint = try TrialPack.complaint(Self.changes(text))
    #expect(complaint.hasPrefix("the chain pack has 11 errors:"))
    #expect(complaint.hasSuffix("fruit.geojson: 290 more mistakes like these"))
  }
}
