/// The outlines of the regions of a scheme on one grid of whole steps, counted from the north-west:
/// as a map draws them, and not to measure with.
package struct RegionMap: Sendable, Hashable, Codable {
  /// A region as closed lines: what lies inside an odd number of them belongs to it, so that holes
  /// and islands are lines like any other.
  package struct Outline: Sendable, Hashable, Codable {
    /// The code of the concept that lies there.
    package var code: String
    /// Of each line its corners, `x` and `y` in turn; the last is joined to the first.
    package var lines: [[Int]]

    package init(code: String, lines: [[Int]]) {
      self.code = code
      self.lines = lines
    }

    /// The outline as the data of a path in SVG, to be filled by the even-odd rule.
    package var path: String {
      var path = ""
      for line in lines {
        var (x, y) = (0, 0)
        for corner in stride(from: 0, to: line.count - 1, by: 2) {
          let (east, south) = (line[corner] &- x, line[corner + 1] &- y)
          (x, y) = (line[corner], line[corner + 1])
          // A pair behind the first is a step from the corner before.
          path += corner == 0 ? path.isEmpty ? "M" : "zM" : corner == 2 ? "l" : " "
          path += south < 0 ? "\(east)\(south)" : "\(east) \(south)"
        }
      }
      return path.isEmpty ? "" : path + "z"
    }
  }

  /// Whom the outlines are of, as readers of the map must know.
  package var source: LocalizedText
  package var outlines: [Outline]

  package init(source: LocalizedText, outlines: [Outline]) {
    self.source = source
    self.outlines = outlines
  }

  package func outline(_ code: String) -> Outline? { outlines.first { $0.code == code } }
}
