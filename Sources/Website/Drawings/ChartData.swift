import InformationModel
import Publication

/// The figures of a chart, in order, as published.
struct ChartData {
  struct Point {
    let label: String
    /// Nil where no figure is published.
    let value: Double?
    /// The figure as text, or the word that stands in its place.
    let text: String
    let isProvisional: Bool
  }

  let isOverTime: Bool
  let points: [Point]
  let title: String
  let description: String
  let decimals: Int
  let language: Language

  var hasFigures: Bool { points.contains { $0.value != nil } }
}

/// Which heights of the vertical axis carry a number.
struct AxisScale {
  let ticks: [Double]
  let decimals: Int

  var top: Double { ticks.last ?? 1 }

  /// From zero to at least the highest value, in steps of 1, 2 or 5 times a power of ten.
  init(highest: Double, decimals: Int) {
    let wanted = max(highest, decimals == 0 ? 4 : 0.0001) / 4
    var power = 1.0
    while power * 10 <= wanted { power *= 10 }
    while power > wanted { power /= 10 }
    var step = ([1.0, 2, 5, 10].first { $0 * power >= wanted } ?? 10) * power
    if decimals == 0 { step = max(1, step.rounded(.up)) }
    var ticks = [0.0]
    while let last = ticks.last, last < highest || ticks.count < 2 {
      ticks.append(Double(ticks.count) * step)
    }
    self.ticks = ticks
    self.decimals = step == step.rounded() ? 0 : decimals
  }
}
