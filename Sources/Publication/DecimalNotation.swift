import Foundation

/// Numbers as they are published: rounded in the decimal system, half away from zero.
package enum DecimalNotation {
  /// The number nearest to the value with so many decimals; the value is taken as it reads in
  /// shortest decimal notation, so that 1.005 becomes 1.01 although its binary form lies just
  /// below.
  package static func rounded(_ value: Double, decimals: Int) -> Double {
    guard value.isFinite, value != value.rounded() else { return value == 0 ? 0 : value }
    guard var exact = Decimal(string: value.description) else { return value }
    var result = Decimal()
    NSDecimalRound(&result, &exact, max(0, decimals), .plain)
    let rounded = NSDecimalNumber(decimal: result).doubleValue
    return rounded == 0 ? 0 : rounded
  }

  /// The value with exactly so many decimals after a point, without grouping.
  package static func text(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(max(0, decimals))f", rounded(value, decimals: decimals))
  }
}
