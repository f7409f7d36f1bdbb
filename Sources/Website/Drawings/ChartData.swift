import Foundation
import InformationModel
import Publication

/// The figures of a chart, in order, as published: one series or several over the same places.
package struct ChartData: Sendable {
  package struct Point: Sendable {
    package let label: String
    /// Nil where no figure is published.
    package let value: Double?
    /// The figure as text, or the word that stands in its place.
    package let text: String
    package let isProvisional: Bool

    package init(label: String, value: Double?, text: String, isProvisional: Bool = false) {
      self.label = label
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
      self.text = text
      self.isProvisional = isProvisional
    }
  }

  package struct Series: Sendable {
    package let name: String
    package let points: [Point]

    package init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }

    var last: Int? { points.lastIndex { $0.value != nil } }
  }

  /// As many as readers can tell apart in one chart.
  static let limit = 6

  package let isOverTime: Bool
  package let series: [Series]
  package let title: String
  package let description: String
  package let decimals: Int
  package let language: Language

  /// Without a description the figures are told one after another.
  package init(
    isOverTime: Bool, series: [Series], title: String, description: String? = nil, decimals: Int,
    language: Language
  ) {
    self.isOverTime = isOverTime
    self.series = series
    self.title = title
    self.description =
      description
      ?? series.map { series in
        let figures = series.points.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
        return series.name.isEmpty ? figures : "\(series.name) (\(figures))"
      }.joined(separator: ". ")
    self.decimals = decimals
    self.language = language
  }

  /// The points of a chart with one series.
  package var points: [Point] { series.first?.points ?? [] }
  package var hasFigures: Bool { series.contains { $0.last != nil } }

  /// What the places are called: a period or a category.
  var labels: [String] {
    series.max { $0.points.count < $1.points.count }?.points.map(\.label) ?? []
  }

  /// The word of figures that are not published; nil when all are.
  var word: String? {
    for series in series {
      if let point = series.points.first(where: { $0.value == nil }) { return point.text }
    }
    return nil
  }

  /// Nil where the series has no such place.
  func point(_ series: Series, at place: Int) -> Point? {
    series.points.indices.contains(place) ? series.points[place] : nil
  }

  func number(_ value: Double, decimals: Int) -> String {
    NumberText.text(value, decimals: decimals, language: language)
  }

  /// A row for each place, a column for each series.
  package var table: DrawingTable {
    DrawingTable(
      columns: series.count > 1 ? series.map(\.name) : [],
      rows: labels.enumerated().map { place, label in
        DrawingTable.Row(
          label: label, cells: series.map { point($0, at: place)?.text ?? "\u{2013}" })
      })
  }

  /// Which figures are not there, by word: «geheim: Noord 2019, 2020; Zuid 2021».
  func gaps(of series: some Sequence<Series>) -> [String] {
    var words: [String] = []
    var places: [String: [String]] = [:]
    for series in series {
      var labels: [String: [String]] = [:]
      for point in series.points where point.value == nil {
        if places[point.text] == nil {
          words.append(point.text)
          places[point.text] = []
        }
        labels[point.text, default: []].append(point.label)
      }
      for (word, labels) in labels {
        // With one series its name is the title; a series of which nothing is published needs no
        // list.
        let name = self.series.count > 1 ? series.name : ""
        let isWhole = labels.count == series.points.count && !name.isEmpty
        let list = isWhole ? "" : labels.joined(separator: ", ")
        places[word]?.append([name, list].filter { !$0.isEmpty }.joined(separator: " "))
      }
    }
    return words.map { "\($0): \((places[$0] ?? []).joined(separator: "; "))" }
  }
}

/// Which heights of an axis carry a number.
package struct AxisScale: Sendable {
  /// Lowest first; zero is among them.
  package let ticks: [Double]
  /// As many as it takes to tell the ticks apart.
  package let decimals: Int

  /// Includes zero and all values, in about so many steps of 1, 2 or 5 times a power of ten; whole
  /// steps for whole figures.
  package init(_ values: [Double], decimals: Int, steps: Int = 4) {
    // Beyond these no scale has steps that can be told apart.
    let lowest = max(-1e15, min(0, values.min() ?? 0))
    let highest = min(1e15, max(0, values.max() ?? 0))
    let span = highest > lowest ? max(highest - lowest, 1e-9) : 1
    let wanted = max(span, decimals == 0 ? Double(steps) : 0) / Double(max(1, steps))
    var exponent = Int(log10(wanted).rounded(.down))
    var factor = [1, 2, 5, 10].first { Double($0) * pow(10, Double(exponent)) >= wanted } ?? 10
    if factor == 10 { (factor, exponent) = (1, exponent + 1) }
    // Ten to a negative power has no exact value: divide by the positive one.
    func value(_ tick: Int) -> Double {
      let whole = Double(tick * factor)
      return exponent < 0 ? whole / pow(10, Double(-exponent)) : whole * pow(10, Double(exponent))
    }
    let first = Int((lowest / value(1)).rounded(.down))
    let last = max(Int((highest / value(1)).rounded(.up)), first + 1)
    ticks = (first...last).map(value)
    self.decimals = max(0, -exponent)
  }

  /// How far a value lies between the first and the last tick, from 0 to 1.
  package func share(_ value: Double) -> Double {
    guard let first = ticks.first, let last = ticks.last, value.isFinite else { return 0 }
    return min(1, max(0, (value - first) / (last - first)))
  }
}
