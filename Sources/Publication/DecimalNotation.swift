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
    // By its notation: the direct way gives a neighbour of the nearest value now and then.
    let rounded = Double(result.description) ?? value
    return rounded == 0 ? 0 : rounded
  }

  /// Writes a value that is rounded already with exactly so many decimals, as ``text(_:decimals:)`` gives it.
  package static func write(_ value: Double, decimals: Int, to bytes: inout [UInt8]) {
    guard let units = Self.units(value, decimals: decimals) else {
      bytes.append(contentsOf: text(value, decimals: decimals).utf8)
      return
    }
    if units < 0 { bytes.append(UInt8(ascii: "-")) }
    let digits = Array(String(units.magnitude).utf8)
    let whole = digits.count - max(0, decimals)
    if whole > 0 {
      bytes.append(contentsOf: digits[..<whole])
    } else {
      bytes.append(UInt8(ascii: "0"))
    }
    if decimals > 0 {
      bytes.append(UInt8(ascii: "."))
      for _ in 0..<max(0, -whole) { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: digits[max(0, whole)...])
    }
  }

  /// A value that is rounded already, in units of the last of so many decimals: the digits of ``text(_:decimals:)``. Nil when 64 bits have no room for them.
  static func units(_ value: Double, decimals: Int) -> Int64? {
    var unit = 1.0
    for _ in 0..<max(0, decimals) { unit *= 10 }
    let scaled = (value * unit).rounded()
    // Beyond, value and product together may be off by a unit.
    if abs(scaled) < 0x1p50 { return Int64(scaled) }
    return Int64(text(value, decimals: decimals).filter { $0 != "." })
  }

  /// The value with exactly so many decimals after a point, without grouping.
  package static func text(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(max(0, decimals))f", rounded(value, decimals: decimals))
  }
}
