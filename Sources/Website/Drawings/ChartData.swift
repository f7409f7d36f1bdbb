import Foundation
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

/// Which heights of an axis carry a number.
struct AxisScale {
  /// Lowest first; zero is among them.
  let ticks: [Double]
  /// As many as it takes to tell the ticks apart.
  let decimals: Int

  /// Includes zero and all values, in steps of 1, 2 or 5 times a power of ten; whole steps for whole
  /// figures.
  init(_ values: [Double], decimals: Int) {
    let lowest = min(0, values.min() ?? 0)
    let highest = max(0, values.max() ?? 0)
    let span = highest > lowest ? highest - lowest : 1
    let wanted = max(span, decimals == 0 ? 4 : 0) / 4
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
  func share(_ value: Double) -> Double {
    guard let first = ticks.first, let last = ticks.last else { return 0 }
    return (value - first) / (last - first)
  }
}
