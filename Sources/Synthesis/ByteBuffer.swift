import Glibc

/// Bytes that are written one after another; kept and reused, so that a row costs no allocation.
final class ByteBuffer {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 1 << 16) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  var view: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
  var array: [UInt8] { Array(view) }

  /// The bytes from a position on.
  func tail(from start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + start, count: count - start)
  }

  func clear() { count = 0 }

  func cut(to length: Int) { count = length }

  @inline(__always)
  func reserve(_ extra: Int) {
    if count &+ extra > capacity { grow(extra) }
  }

  private func grow(_ extra: Int) {
    let larger = max(capacity * 2, count + extra)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    memcpy(moved, base, count)
    base.deallocate()
    base = moved
    capacity = larger
  }

  @inline(__always)
  func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count &+= 1
  }

  @inline(__always)
  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    memcpy(base + count, start, bytes.count)
    count &+= bytes.count
  }

  @inline(__always)
  func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  @inline(__always)
  func append(number: Int64) {
    reserve(20)
    var rest = number.magnitude
    if number < 0 {
      base[count] = 0x2D
      count &+= 1
    }
    var length = 1
    var bound: UInt64 = 10
    while length < 19, rest >= bound {
      length &+= 1
      bound = bound &* 10
    }
    if length == 19, rest >= 10_000_000_000_000_000_000 { length = 20 }
    var position = count &+ length
    count = position
    for _ in 0..<length {
      position &-= 1
      let quotient = rest / 10
      base[position] = 0x30 &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
      rest = quotient
    }
  }

  /// A number of exactly so many digits.
  @inline(__always)
  func append(_ number: Int, digits: Int) {
    reserve(digits)
    var rest = number
    var position = count &+ digits
    count = position
    for _ in 0..<digits {
      position &-= 1
      base[position] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  @inline(__always)
  func append(decimal unscaled: Int64, scale: Int, mark: UInt8) {
    if unscaled < 0 { append(0x2D) }
    var unit: UInt64 = 1
    for _ in 0..<scale { unit = unit &* 10 }
    let magnitude = unscaled.magnitude
    append(number: Int64(truncatingIfNeeded: magnitude / unit))
    guard scale > 0 else { return }
    append(mark)
    append(Int(truncatingIfNeeded: magnitude % unit), digits: scale)
  }

  /// A field of a comma-separated file, in quotes where it must be.
  func append(field: UnsafeBufferPointer<UInt8>) {
    let special = field.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    guard special else {
      append(field)
      return
    }
    append(0x22)
    for byte in field {
      if byte == 0x22 { append(0x22) }
      append(byte)
    }
    append(0x22)
  }

  func append(field: [UInt8]) {
    field.withUnsafeBufferPointer { append(field: $0) }
  }

  func append(field: String) { append(field: Array(field.utf8)) }
}
