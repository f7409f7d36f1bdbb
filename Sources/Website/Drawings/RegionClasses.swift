/// The classes of a map: five with equally many regions each, told apart by colour and by hatching.
package struct RegionClasses {
  /// A figure as it is published; a word where none is.
  package struct Figure: Sendable {
    /// Nil where no figure is published.
    package let value: Double?
    package let text: String

    package init(value: Double?, text: String) {
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
      self.text = text
    }
  }

  private let figures: [Figure]
  /// The highest value of each class, lowest class first.
  private let bounds: [Double]

  package init(_ figures: [Figure]) {
    self.figures = figures
    bounds = Self.bounds(figures.compactMap(\.value))
  }

  /// The highest value of each fifth of the values; equal values are never in different classes, so
  /// there can be fewer than five.
  package static func bounds(_ values: [Double]) -> [Double] {
    let values = values.sorted()
    var bounds: [Double] = []
    for fifth in 1...5 where !values.isEmpty {
      let bound = values[max(0, (values.count * fifth + 4) / 5 - 1)]
      if bounds.last != bound { bounds.append(bound) }
    }
    return bounds
  }

  /// From 1 to 5; with fewer classes the outer ones are kept apart.
  func shade(_ value: Double) -> Int {
    let index = bounds.firstIndex { value <= $0 } ?? 0
    return bounds.count > 1 ? 1 + (index * 4 + (bounds.count - 1) / 2) / (bounds.count - 1) : 3
  }

  /// Says what the classes are: the lowest and the highest figure in each, as they are published; and
  /// the words that stand for figures.
  ///
  /// - Parameters:
  ///   - place: its upper left corner.
  ///   - drawing: what it is added to.
  ///   - sample: draws a sample of a class, 34 wide and 22 high, at a place; of what has no figure when the
  ///     class is nil.
  /// - Returns: the height below it.
  func drawLegend(
    at place: (x: Double, y: Double), in drawing: inout Drawing,
    sample: (Int?, (x: Double, y: Double), inout Drawing) -> Void
  ) -> Double {
    let x = place.x
    var y = place.y
    func entry(_ text: String, _ shade: Int?) {
      sample(shade, (x, y), &drawing)
      drawing.add(
        text: Drawing.cut(text, within: drawing.width - x - 44, fontSize: 14), x: x + 44, y: y + 16,
        style: shade == nil ? "chart-word" : "chart-label", size: 14)
      y += 28
    }
    let known = figures.filter { $0.value != nil }.sorted { ($0.value ?? 0) < ($1.value ?? 0) }
    for shade in 1...5 {
      let members = known.filter { self.shade($0.value ?? 0) == shade }
      guard let first = members.first, let last = members.last else { continue }
      entry(first.text == last.text ? first.text : "\(first.text) \u{2013} \(last.text)", shade)
    }
    var words: [String] = []
    for figure in figures where figure.value == nil && !words.contains(figure.text) {
      words.append(figure.text)
      entry(figure.text, nil)
    }
    return y
  }

  /// By class, squares of 10 by 10 that repeat: the higher the class, the denser.
  static let hatchings = [
    "M0 0", "M5 5h.01", "M-2 2L2 -2M-2 12L12 -2M8 12L12 8",
    "M-2 2L2 -2M-2 12L12 -2M8 12L12 8M-2 8L2 12M-2 -2L12 12M8 -2L12 2",
    "M0 1H10M0 3.5H10M0 6H10M0 8.5H10M1 0V10M3.5 0V10M6 0V10M8.5 0V10",
  ]
}
