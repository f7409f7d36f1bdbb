import InformationModel

/// The outlines of regions, made simpler until they fit in so many bytes, while neighbours keep their
/// borders and nothing crosses that did not.
///
/// Corners go in the order of the triangle that they make with their neighbours, the smallest first:
/// M. Visvalingam and J. D. Whyatt, *Line generalisation by repeated elimination of points*, The
/// Cartographic Journal 30 (1993). A corner is one thing for all regions that meet there, as in
/// TopoJSON, so what goes from one side of a border goes from the other. A corner stays when another
/// lies in its triangle, or when its neighbours are joined already: that keeps lines from crossing,
/// and every line a surface.
package struct SharedBorders {
  /// A place on a fine grid; places that are one there are one corner.
  private struct Place: Hashable {
    let x: Int
    let y: Int
  }

  /// Twice the surface at the left of the way from a place by another to a third; below 0 at its right.
  private static func doubleArea(_ a: Place, _ b: Place, _ c: Place) -> Int {
    (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
  }

  /// Of the fine grid, in the longer direction: a third of a metre in a country of 300 kilometres.
  private static let finest = 1 << 20

  private var places: [Place] = []
  /// Closed lines of corners, and by region which they are.
  private var rings: [[Int]] = []
  private var regions: [(code: String, rings: Range<Int>)] = []
  /// By corner its two neighbours; none where borders meet, for such a corner stays.
  private var neighbours: [(Int, Int)?] = []
  /// By corner how many left before it; those that stay are never reached.
  private var turn: [Int] = []
  private var gone = 0
  /// By how many have left: how many corners the rings have together.
  private var left: [Int] = []

  /// Takes rings in a plane with `y` to the north.
  private init(_ shapes: [(code: String, rings: [[GeoJSON.Position]])]) {
    var (west, north, size) = (Double.infinity, -Double.infinity, 0.0)
    var (east, south) = (-Double.infinity, Double.infinity)
    for ring in shapes.lazy.flatMap(\.rings) {
      for position in ring {
        (west, east) = (min(west, position.x), max(east, position.x))
        (south, north) = (min(south, position.y), max(north, position.y))
      }
    }
    size = max(east - west, north - south)
    let scale = size > 0 ? Double(Self.finest) / size : 0
    var known: [Place: Int] = [:]
    for shape in shapes {
      let first = rings.count
      for ring in shape.rings {
        let corners = ring.map { position in
          let place = Place(
            x: Int(((position.x - west) * scale).rounded()),
            y: Int(((north - position.y) * scale).rounded()))
          let corner = known[place] ?? places.count
          if corner == places.count {
            known[place] = corner
            places.append(place)
          }
          return corner
        }
        rings.append(Self.withoutSpikes(corners))
      }
      regions.append((shape.code, first..<rings.count))
    }
    turn = [Int](repeating: .max, count: places.count)
    findNeighbours()
  }

  /// Leaves out what goes to a corner and straight back, and corners that are named twice.
  private static func withoutSpikes(_ corners: [Int]) -> [Int] {
    var kept: [Int] = []
    for corner in corners where corner != kept.last {
      if kept.count > 1, kept[kept.count - 2] == corner {
        kept.removeLast()
      } else {
        kept.append(corner)
      }
    }
    // The same where the end meets the beginning.
    var (start, end) = (0, kept.count)
    while end - start > 1 {
      if kept[start] == kept[end - 1] {
        end -= 1
      } else if end - start > 2, kept[start] == kept[end - 2] {
        end -= 1
      } else if end - start > 2, kept[start + 1] == kept[end - 1] {
        start += 1
      } else {
        break
      }
    }
    return Array(kept[start..<end])
  }

  /// Borders meet in a corner when not all lines through it come from and go to the same two.
  private mutating func findNeighbours() {
    neighbours = [(Int, Int)?](repeating: nil, count: places.count)
    var isJunction = [Bool](repeating: false, count: places.count)
    for ring in rings where ring.count > 2 {
      for (place, corner) in ring.enumerated() {
        let before = ring[place == 0 ? ring.count - 1 : place - 1]
        let after = ring[place == ring.count - 1 ? 0 : place + 1]
        let pair = (min(before, after), max(before, after))
        if let other = neighbours[corner], other != pair { isJunction[corner] = true }
        neighbours[corner] = pair
      }
    }
    for corner in places.indices where isJunction[corner] { neighbours[corner] = nil }
  }

  private static func edge(_ one: Int, _ other: Int) -> UInt64 {
    UInt64(min(one, other)) << 32 | UInt64(max(one, other))
  }

  // MARK: Leaving out

  /// The outlines with as many corners as fit in so many bytes of paths.
  ///
  /// - Parameters:
  ///   - shapes: regions by code, as rings in a plane with `y` to the north.
  ///   - size: steps of the grid in the longer direction.
  ///   - bytes: what the paths may take together.
  /// - Returns: the outlines, in the order of the shapes; nil when the simplest ones take more.
  package static func outlines(
    of shapes: [(code: String, rings: [[GeoJSON.Position]])], size: Int, bytes: Int
  ) -> [RegionMap.Outline]? {
    var borders = SharedBorders(shapes)
    return borders.outlines(size: size, bytes: bytes)
  }

  private mutating func outlines(size: Int, bytes: Int) -> [RegionMap.Outline]? {
    let invisible = leaveOut(size: size, bytes: bytes)
    func outlines(_ count: Int) -> [RegionMap.Outline] { self.outlines(without: count, size: size) }
    func fits(_ outlines: [RegionMap.Outline]) -> Bool {
      outlines.reduce(0) { $0 + $1.path.utf8.count } <= bytes
    }
    // A corner takes three bytes or more: what has many more corners need not be tried.
    var tooFew = max(invisible, left.firstIndex { $0 * 2 <= bytes } ?? gone)
    var best = outlines(tooFew)
    if fits(best) { return best }
    best = outlines(gone)
    guard fits(best) else { return nil }
    var enough = gone
    while enough - tooFew > 1 {
      let middle = (tooFew + enough) / 2
      let tried = outlines(middle)
      if fits(tried) { (best, enough) = (tried, middle) } else { tooFew = middle }
    }
    return best
  }

  /// Gives corners their turn to leave, until what is left takes few bytes for sure.
  ///
  /// - Returns: how many leave whose triangle is smaller than a step of the grid.
  private mutating func leaveOut(size: Int, bytes: Int) -> Int {
    let step = Self.finest / max(1, size)
    var waiting = Queue()
    var area = [Int](repeating: 0, count: places.count)
    var edges: Set<UInt64> = []
    var visits = [Int](repeating: 0, count: places.count)
    for ring in rings where ring.count > 2 {
      for (corner, next) in zip(ring, ring.dropFirst() + ring.prefix(1)) {
        edges.insert(Self.edge(corner, next))
        visits[corner] += 1
      }
    }
    // A corner that no line goes through any more is in nobody's way.
    var crowd = Crowd(places, corners: places.indices.filter { visits[$0] > 0 })
    left = [visits.reduce(0, +)]
    // Two numbers with their signs and what parts them from the next.
    let most = 2 * (String(size).count + 1) + 1
    func isSmall() -> Bool { left[gone] * most + rings.count * 3 <= bytes }
    var (invisible, largest) = (0, 0)
    func enter(_ corner: Int, _ queue: inout Queue, _ area: inout [Int]) {
      guard turn[corner] == .max, let (a, c) = neighbours[corner] else { return }
      area[corner] = abs(Self.doubleArea(places[a], places[corner], places[c]))
      queue.insert((area[corner], corner))
    }
    var lastRound = -1
    // A corner that had to stay may leave when those in its way have gone.
    while lastRound != gone, !isSmall() {
      lastRound = gone
      for corner in places.indices { enter(corner, &waiting, &area) }
      while !isSmall(), let (own, corner) = waiting.removeFirst() {
        guard turn[corner] == .max, own == area[corner], let (a, c) = neighbours[corner]
        else { continue }
        let joined = Self.edge(a, c)
        guard !edges.contains(joined), !crowd.hasAny(in: (a, corner, c)) else { continue }
        edges.remove(Self.edge(a, corner))
        edges.remove(Self.edge(c, corner))
        edges.insert(joined)
        crowd.remove(corner)
        turn[corner] = gone
        gone += 1
        if (places.count - gone) * 4 < crowd.count {
          crowd = Crowd(
            places, corners: places.indices.filter { turn[$0] == .max && visits[$0] > 0 })
        }
        left.append(left[gone - 1] - visits[corner])
        largest = max(largest, own)
        if largest <= 2 * step * step { invisible = gone }
        for (end, other) in [(a, c), (c, a)] {
          guard let (one, two) = neighbours[end] else { continue }
          neighbours[end] = one == corner ? (other, two) : (one, other)
          enter(end, &waiting, &area)
        }
      }
    }
    return invisible
  }

  // MARK: On the grid

  /// What is left on the grid when so many corners have left.
  private func outlines(without count: Int, size: Int) -> [RegionMap.Outline] {
    regions.map { code, own in
      var lines: [(corners: [Place], area: Int)] = own.map { ring in
        let corners = rings[ring].filter { turn[$0] >= count }.map { onGrid($0, size: size) }
        let line = Self.withoutFolds(corners)
        let area = line.indices.reduce(0) { sum, place in
          sum + Self.doubleArea(Place(x: 0, y: 0), line[place], line[(place + 1) % line.count])
        }
        return (line, abs(area))
      }
      // What is smaller than a step is not seen, unless it is all there is.
      lines.removeAll { $0.area < 2 || $0.corners.count < 3 }
      if lines.isEmpty, let corner = own.lazy.compactMap({ rings[$0].first }).first {
        let place = onGrid(corner, size: size)
        lines = [
          (
            [(0, 0), (2, 0), (2, 2), (0, 2)].map {
              Place(
                x: max(0, min(place.x, size) - 1) + $0.0, y: max(0, min(place.y, size) - 1) + $0.1)
            }, 8
          )
        ]
      }
      return RegionMap.Outline(
        code: code, lines: lines.map { $0.corners.flatMap { [$0.x, $0.y] } })
    }
  }

  private func onGrid(_ corner: Int, size: Int) -> Place {
    func rounded(_ value: Int) -> Int { (2 * value * size + Self.finest) / (2 * Self.finest) }
    return Place(x: rounded(places[corner].x), y: rounded(places[corner].y))
  }

  /// Leaves out what falls together on the grid, and what goes back the same way.
  private static func withoutFolds(_ corners: [Place]) -> [Place] {
    var numbers: [Place: Int] = [:]
    var places: [Place] = []
    let named = corners.map { corner in
      let number = numbers[corner] ?? places.count
      if number == places.count {
        numbers[corner] = number
        places.append(corner)
      }
      return number
    }
    return withoutSpikes(named).map { places[$0] }
  }

  // MARK: Helpers

  /// Corners by the surface of their triangle, the smallest first; a heap.
  private struct Queue {
    typealias Entry = (area: Int, corner: Int)
    private var entries: [Entry] = []

    mutating func insert(_ entry: Entry) {
      entries.append(entry)
      var child = entries.count - 1
      while child > 0, entries[child] < entries[(child - 1) / 2] {
        entries.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    }

    mutating func removeFirst() -> Entry? {
      guard let first = entries.first, let last = entries.popLast() else { return nil }
      guard !entries.isEmpty else { return first }
      entries[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < entries.count && entries[child] < entries[least] { least = child }
        if least == parent { return first }
        entries.swapAt(parent, least)
        parent = least
      }
    }
  }

  /// The corners that are left, by the square of the plane that they lie in.
  private struct Crowd {
    private let places: [Place]
    private let width: Int
    private let side: Int
    private var squares: [[Int]]

    /// The corners that there were; of far fewer another crowd is made, with larger squares.
    let count: Int

    init(_ places: [Place], corners: [Int]) {
      self.places = places
      count = corners.count
      side = max(1, Int(Double(corners.count / 2).squareRoot()))
      width = SharedBorders.finest / side + 1
      squares = [[Int]](repeating: [], count: side * side)
      for corner in corners { squares[square(of: places[corner])].append(corner) }
    }

    private func square(of place: Place) -> Int { place.y / width * side + place.x / width }

    mutating func remove(_ corner: Int) {
      squares[square(of: places[corner])].removeAll { $0 == corner }
    }

    /// Whether a corner lies in or on a triangle of others.
    func hasAny(in triangle: (Int, Int, Int)) -> Bool {
      let (a, b, c) = (places[triangle.0], places[triangle.1], places[triangle.2])
      let (left, right) = (min(a.x, b.x, c.x), max(a.x, b.x, c.x))
      let (top, bottom) = (min(a.y, b.y, c.y), max(a.y, b.y, c.y))
      for row in (top / width)...(bottom / width) {
        for square in (row * side + left / width)...(row * side + right / width) {
          for other in squares[square]
          where other != triangle.0 && other != triangle.1 && other != triangle.2 {
            let place = places[other]
            let one = SharedBorders.doubleArea(a, b, place)
            let two = SharedBorders.doubleArea(b, c, place)
            let three = SharedBorders.doubleArea(c, a, place)
            let isInside = min(one, two, three) >= 0 || max(one, two, three) <= 0
            // In a triangle without surface all is on one line: then only what lies between counts.
            if isInside, (left...right).contains(place.x), (top...bottom).contains(place.y) {
              return true
            }
          }
        }
      }
      return false
    }
  }
}
