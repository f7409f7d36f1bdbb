import Foundation

/// Pseudo-random numbers that depend on nothing but a seed, the name of a stream and the number of
/// a thing in it.
///
/// FNV-1a over the name (Fowler, Noll, Vo, RFC 9923), then the finaliser of SplitMix64 (Steele,
/// Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). The same numbers
/// come out in any order and on any number of threads.
package struct StableHash: Sendable {
  let seedState: UInt64

  package init(seed: UInt64) {
    seedState = Self.mix(seed &+ Self.golden)
  }

  static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  @inline(__always)
  static func fnv(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
  }

  @inline(__always)
  func stream(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    Self.mix(seedState ^ Self.fnv(name))
  }

  package func stream(_ name: String) -> UInt64 {
    Array(name.utf8).withUnsafeBufferPointer { stream($0) }
  }

  @inline(__always)
  static func bits(stream: UInt64, id: Int64) -> UInt64 {
    mix(stream ^ mix(UInt64(bitPattern: id) &+ golden))
  }

  @inline(__always)
  static func unit(_ bits: UInt64) -> Double { Double(bits &>> 11) * 0x1p-53 }

  /// A number in [0, 1).
  package func draw(_ stream: String, _ id: Int64) -> Double {
    Self.unit(Self.bits(stream: self.stream(stream), id: id))
  }

  /// A stable 64-bit number of a text.
  static func identity(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
    Int64(bitPattern: mix(fnv(bytes)))
  }

  /// A text in the form of a UUID (RFC 9562, version 8), the same for the same name.
  func uuid(_ name: String) -> String {
    let high = stream("uuid/high/" + name)
    let low = stream("uuid/low/" + name)
    let bits = [
      (high & 0xFFFF_FFFF_FFFF_0FFF) | 0x8000, (low & 0x3FFF_FFFF_FFFF_FFFF) | (1 &<< 63),
    ]
    let text = bits.map { number in
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
    let parts = [8, 4, 4, 4, 12]
    var rest = Substring(text)
    return parts.map { length in
      defer { rest = rest.dropFirst(length) }
      return String(rest.prefix(length))
    }.joined(separator: "-")
  }
}

/// The numbers by which one fault on one row is decided, one after another.
struct Dice {
  private var state: UInt64

  init(stream: UInt64, row: Int64) {
    state = StableHash.bits(stream: stream, id: row)
  }

  mutating func next() -> UInt64 {
    state = state &+ StableHash.golden
    return StableHash.mix(state)
  }

  mutating func unit() -> Double { StableHash.unit(next()) }

  /// A number from 0 to `count` - 1.
  mutating func index(_ count: Int) -> Int {
    count <= 1 ? 0 : Int(next() % UInt64(count))
  }
}

/// The standard normal quantile.
package enum NormalQuantile {
  /// Algorithm AS 241, PPND16: M. J. Wichura, "The Percentage Points of the Normal Distribution",
  /// Applied Statistics 37 (1988), 477-484. About 16 digits. 0 and 1 stand for the nearest numbers
  /// inside.
  package static func value(_ probability: Double) -> Double {
    let p = min(max(probability, 1e-300), 1 - 0x1p-53)
    let q = p - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(r, centreNumerator) / polynomial(r, centreDenominator)
    }
    let r = (-Foundation.log(q < 0 ? p : 1 - p)).squareRoot()
    let x =
      r <= 5
      ? polynomial(r - 1.6, middleNumerator) / polynomial(r - 1.6, middleDenominator)
      : polynomial(r - 5, tailNumerator) / polynomial(r - 5, tailDenominator)
    return q < 0 ? -x : x
  }

  /// Coefficients of the highest power first; in a vector, because an array would be retained and checked for every number.
  @inline(__always)
  private static func polynomial(_ x: Double, _ coefficients: SIMD8<Double>) -> Double {
    var sum = coefficients[0]
    for index in 1..<8 { sum = sum * x + coefficients[index] }
    return sum
  }

  private static let centreNumerator = SIMD8<Double>(
    2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4,
    4.5921953931549871457e+4,
    1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2,
    3.3871328727963666080e+0)
  private static let centreDenominator = SIMD8<Double>(
    5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4,
    2.1213794301586595867e+4,
    5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1)
  private static let middleNumerator = SIMD8<Double>(
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
    1.27045825245236838258e+0,
    3.64784832476320460504e+0, 5.76949722146069140550e+0, 4.63033784615654529590e+0,
    1.42343711074968357734e+0)
  private static let middleDenominator = SIMD8<Double>(
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1)
  private static let tailNumerator = SIMD8<Double>(
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e+0, 5.46378491116411436990e+0,
    6.65790464350110377720e+0)
  private static let tailDenominator = SIMD8<Double>(
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1)
}
