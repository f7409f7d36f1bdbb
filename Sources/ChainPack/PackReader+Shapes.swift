import Foundation
import InformationModel

/// In what the positions of a file of outlines are measured.
private enum MapCoordinates: String, CaseIterable {
  /// Length and width in degrees, as RFC 7946 has it.
  case wgs84
  /// Metres of the Dutch national grid (EPSG:28992).
  case rd

  /// Nil for a name of other coordinates.
  init?(named name: String) {
    switch name.split(separator: ":").last.map(String.init) {
    case "CRS84", "4326": self = .wgs84
    case "28992": self = .rd
    default: return nil
    }
  }

  /// Where places can lie; generous, since regions may have a part of the sea.
  var bounds: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    switch self {
    case .wgs84: (-180...180, -90...90)
    case .rd: (-200_000...500_000, 100_000...900_000)
    }
  }
}

extension PackReader {
  /// The largest file of outlines that is read; every command reads the pack.
  static let mostShapeBytes = 20_000_000
  /// Of the outlines in a page, before it is packed: with them a page stays a small part of 60 kB.
  static let mostPathBytes = 20_000
  /// Steps of the grid, in the longer direction of the map.
  static let mapSize = 1000

  /// Reads the outlines of a scheme's regions, and makes them simple enough for a page.
  ///
  /// - Returns: nil, with findings, when one of them is wrong.
  func readShapes(_ node: PackNode, of scheme: ConceptScheme) -> RegionMap? {
    node.expect(keys: ["file", "code", "coordinates", "source"])
    let (file, property) = (node.text("file"), node.text("code"))
    let source = node.localized("source")
    let told =
      node["coordinates"] == nil
      ? nil : node.choice("coordinates", default: MapCoordinates.wgs84)
    guard !file.isEmpty, let bytes = shapeBytes(file, node) else { return nil }
    do {
      let read = try GeoJSON(bytes, property: property)
      var problems = read.problems
      guard let coordinates = coordinates(of: read, told: told, file: file) else { return nil }
      problems += Self.problems(of: read.regions, in: scheme, coordinates)
      guard problems.isEmpty else {
        tell(problems, of: file)
        return nil
      }
      guard !read.regions.isEmpty else {
        log.add(file, 1, "there are no regions in it")
        return nil
      }
      let outlines = SharedBorders.outlines(
        of: Self.inPlane(read.regions, coordinates), size: Self.mapSize, bytes: Self.mostPathBytes)
      guard let outlines else {
        log.add(
          file, nil,
          "\(read.regions.count) regions are too many for a map in a page: even their "
            + "simplest outlines take more than \(Self.mostPathBytes) bytes")
        return nil
      }
      return RegionMap(source: source, outlines: outlines)
    } catch {
      log.add(file, error.line, error.message)
      return nil
    }
  }

  private func shapeBytes(_ file: String, _ node: PackNode) -> [UInt8]? {
    // Other names are not in the digest of the pack.
    guard file.hasSuffix(".geojson"), !file.hasPrefix("/"),
      !file.split(separator: "/").contains("..")
    else {
      (node["file"] ?? node).problem("'\(file)' must be a file of the pack that ends in .geojson")
      return nil
    }
    let place = directory.appending(path: file).resolvingSymlinksInPath()
    let facts = try? FileManager.default.attributesOfItem(atPath: place.path)
    guard let size = facts?[.size] as? NSNumber,
      facts?[.type] as? FileAttributeType == .typeRegular
    else {
      log.add(file, nil, "the file is missing")
      return nil
    }
    guard size.intValue <= Self.mostShapeBytes else {
      log.add(
        file, nil,
        "the file has more than \(Self.mostShapeBytes / 1_000_000) MB; take outlines "
          + "that are generalised")
      return nil
    }
    guard let data = try? Data(contentsOf: place) else {
      log.add(file, nil, "the file cannot be read")
      return nil
    }
    return Array(data)
  }

  /// Of one kind of mistake there are as many as regions: the first ones will do.
  private func tell(_ problems: [GeoJSONMistake], of file: String) {
    let most = 10
    for problem in problems.prefix(most) { log.add(file, problem.line, problem.message) }
    if problems.count > most {
      log.add(file, nil, "\(problems.count - most) more mistakes like these")
    }
  }

  /// What the pack says, or else the file, or else RFC 7946.
  private func coordinates(
    of read: GeoJSON, told: MapCoordinates?, file: String
  ) -> MapCoordinates? {
    guard let name = read.coordinates else { return told ?? .wgs84 }
    guard let own = MapCoordinates(named: name) else {
      log.add(
        file, 1,
        "the coordinates '\(GeoJSON.shown(name))' are not known; give those of WGS 84 or "
          + "EPSG:28992")
      return nil
    }
    if let told, told != own {
      log.add(
        file, 1, "the file has coordinates of \(own.rawValue), the pack says \(told.rawValue)")
      return nil
    }
    return own
  }

  private static func problems(
    of regions: [GeoJSON.Region], in scheme: ConceptScheme, _ coordinates: MapCoordinates
  ) -> [GeoJSONMistake] {
    let codes = Set(scheme.concepts.map(\.code))
    let drawn = Set(regions.map(\.code))
    let bounds = coordinates.bounds
    var seen: Set<String> = []
    return regions.flatMap { region in
      var messages: [String] = []
      let name = "region '\(GeoJSON.shown(region.code))'"
      if !codes.contains(region.code) {
        // Looking for a near one takes time for each letter of the code.
        let near =
          region.code.utf8.count > 40 ? nil : nearest(to: region.code, among: codes.sorted())
        messages.append(
          "\(name) is no concept of \(scheme.id)" + (near.map { "; did you mean '\($0)'?" } ?? ""))
      } else if let broader = scheme.path(to: region.code).dropLast().first(where: drawn.contains) {
        messages.append("\(name) lies in '\(broader)', which is drawn too; give one of them")
      }
      if !seen.insert(region.code).inserted { messages.append("\(name) stands there twice") }
      let positions = region.rings.lazy.flatMap { $0 }
      if let outside = positions.first(where: {
        !bounds.x.contains($0.x) || !bounds.y.contains($0.y)
      }) {
        messages.append(
          "\(name): \(outside.x), \(outside.y) are no coordinates of \(coordinates.rawValue)")
      } else if region.rings.contains(where: hasNoSurface) {
        messages.append("\(name) has a ring without surface")
      }
      return messages.map { GeoJSONMistake(line: region.line, message: $0) }
    }
  }

  /// Whether all positions of a ring lie on one line.
  private static func hasNoSurface(_ ring: [GeoJSON.Position]) -> Bool {
    guard let a = ring.first, let b = ring.first(where: { $0 != a }) else { return true }
    return ring.allSatisfy { c in
      (b.x - a.x) * (c.y - a.y) == (c.x - a.x) * (b.y - a.y)
    }
  }

  /// Degrees are drawn by Lambert's azimuthal equal-area projection around their middle, on a sphere
  /// (J. P. Snyder, *Map Projections: A Working Manual*, 1987, formulas 22-4 and 24-2).
  private static func inPlane(
    _ regions: [GeoJSON.Region], _ coordinates: MapCoordinates
  ) -> [(code: String, rings: [[GeoJSON.Position]])] {
    guard coordinates == .wgs84 else { return regions.map { ($0.code, $0.rings) } }
    let positions = regions.lazy.flatMap(\.rings).flatMap { $0 }
    func middle(_ path: KeyPath<GeoJSON.Position, Double>) -> Double {
      var (least, most) = (Double.infinity, -Double.infinity)
      for position in positions {
        (least, most) = (min(least, position[keyPath: path]), max(most, position[keyPath: path]))
      }
      return (least + most) / 2 * .pi / 180
    }
    let (length, width) = (middle(\.x), middle(\.y))
    return regions.map { region in
      let rings = region.rings.map { ring in
        ring.map { position in
          let (x, y) = (position.x * .pi / 180 - length, position.y * .pi / 180)
          let cosine = sin(width) * sin(y) + cos(width) * cos(y) * cos(x)
          // The other side of the earth would lie infinitely far away.
          let scale = (2 / max(1e-3, 1 + cosine)).squareRoot()
          return GeoJSON.Position(
            x: scale * cos(y) * sin(x),
            y: scale * (cos(width) * sin(y) - sin(width) * cos(y) * cos(x)))
        }
      }
      return (region.code, rings)
    }
  }
}
