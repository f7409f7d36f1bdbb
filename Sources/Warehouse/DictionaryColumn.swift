/// Byte strings laid end to end.
package struct ByteStrings: Sendable {
  package private(set) var bytes: [UInt8] = []
  /// Where each string begins; one more than there are strings.
  package private(set) var offsets: [Int] = [0]

  package init() {}

  /// Strings of one length, laid end to end.
  package init(bytes: [UInt8], equalLengths length: Int) {
    self.bytes = bytes
    offsets = Array(stride(from: 0, through: bytes.count, by: length))
  }

  init(bytes: [UInt8], offsets: [Int]) {
    self.bytes = bytes
    self.offsets = offsets
  }

  package var count: Int { offsets.count - 1 }

  package mutating func append(_ value: some Collection<UInt8>) {
    bytes.append(contentsOf: value)
    offsets.append(bytes.count)
  }

  package mutating func append(_ value: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: value)
    offsets.append(bytes.count)
  }

  package mutating func reserve(strings: Int, bytes count: Int) {
    offsets.reserveCapacity(strings + 1)
    bytes.reserveCapacity(count)
  }

  package subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[offsets[index]..<offsets[index + 1]]
  }

  /// Lends one value's bytes.
  @inline(__always)
  package func withValue<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { bytes in
      try body(UnsafeBufferPointer(rebasing: bytes[offsets[index]..<offsets[index + 1]]))
    }
  }

  package func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}

/// A column of texts as codes into its distinct values, so that whatever is done to values is done once for each.
///
/// Code 0 is the empty value. The order of codes is that of first appearance.
package struct DictionaryColumn: Sendable {
  /// One per row.
  package var codes: [UInt32]
  /// The distinct values; `values[0]` is empty.
  package var values: ByteStrings

  package init(codes: [UInt32], values: ByteStrings) {
    self.codes = codes
    self.values = values
  }

  package var rowCount: Int { codes.count }
}

/// Builds a dictionary column value by value, in memory of its own: this is the hottest loop of intake.
package struct DictionaryBuilder: ~Copyable {
  private var codes: GrowingBuffer<UInt32>
  private var bytes: GrowingBuffer<UInt8>
  /// Where each value begins; one more than there are values.
  private var offsets: GrowingBuffer<Int>
  private var hashes: GrowingBuffer<UInt32>
  /// Open addressing; a slot holds a code, 0 when free.
  private var slots: UnsafeMutablePointer<UInt32>
  private var mask: Int
  private var lastCode = 0

  package init() {
    codes = GrowingBuffer(capacity: 1024)
    bytes = GrowingBuffer(capacity: 1024)
    offsets = GrowingBuffer(capacity: 64)
    hashes = GrowingBuffer(capacity: 64)
    mask = 255
    slots = .allocate(capacity: 256)
    slots.initialize(repeating: 0, count: 256)
    // Code 0, the empty value.
    offsets.append(0)
    offsets.append(0)
    hashes.append(0)
  }

  deinit { slots.deallocate() }

  package var rowCount: Int { codes.count }
  package var valueCount: Int { offsets.count - 1 }

  /// Appends a row.
  package mutating func append(_ value: UnsafeBufferPointer<UInt8>) {
    codes.append(code(of: value))
  }

  package mutating func append(_ value: [UInt8]) {
    codes.append(value.withUnsafeBufferPointer { code(of: $0) })
  }

  package mutating func appendEmpty() { codes.append(0) }

  /// Appends a row with a value that is in the dictionary.
  package mutating func append(code: UInt32) { codes.append(code) }

  /// The code of a value, which becomes part of the dictionary, without a row.
  package mutating func code(of value: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard let base = value.baseAddress, value.count > 0 else { return 0 }
    let count = value.count
    // Neighbouring rows often hold the same value.
    if isValue(lastCode, equalTo: base, count) { return UInt32(truncatingIfNeeded: lastCode) }
    let hash = Self.hash(base, count)
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let code = Int(slots[slot])
      if hashes[code] == hash, isValue(code, equalTo: base, count) {
        lastCode = code
        return UInt32(truncatingIfNeeded: code)
      }
      slot = (slot + 1) & mask
    }
    let code = valueCount
    lastCode = code
    bytes.append(from: base, count: count)
    offsets.append(bytes.count)
    hashes.append(hash)
    slots[slot] = UInt32(truncatingIfNeeded: code)
    if valueCount * 2 > mask { grow() }
    return UInt32(truncatingIfNeeded: code)
  }

  private mutating func grow() {
    let size = (mask + 1) * 4
    slots.deallocate()
    slots = .allocate(capacity: size)
    slots.initialize(repeating: 0, count: size)
    mask = size - 1
    for code in 1..<valueCount {
      var slot = Int(hashes[code]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(truncatingIfNeeded: code)
    }
  }

  @inline(__always)
  private func isValue(_ code: Int, equalTo base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let start = offsets[code]
    guard offsets[code + 1] - start == count else { return false }
    let left = UnsafeRawPointer(bytes.base + start)
    let right = UnsafeRawPointer(base)
    var offset = 0
    while offset + 8 <= count {
      if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < count {
      if bytes[start + offset] != base[offset] { return false }
      offset += 1
    }
    return true
  }

  /// Multiply and fold, eight bytes a step; only spreads values over slots, its result is never stored.
  @inline(__always)
  private static func hash(_ base: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
    let raw = UnsafeRawPointer(base)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)
    var offset = 0
    while offset + 8 <= count {
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let product = (state ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      state = product.high ^ product.low
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < count {
      tail = tail << 8 | UInt64(base[offset])
      offset += 1
    }
    let product = (state ^ tail).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return UInt32(truncatingIfNeeded: product.high ^ product.low)
  }

  /// The column so far; the builder begins anew.
  package mutating func take() -> DictionaryColumn {
    let column = DictionaryColumn(
      codes: codes.array, values: ByteStrings(bytes: bytes.array, offsets: offsets.array))
    self = DictionaryBuilder()
    return column
  }
}

/// Memory that grows by doubling; elements are plain values.
private struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element { base[index] }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { reserve(count + 1) }
    (base + count).initialize(to: element)
    count += 1
  }

  mutating func append(from source: UnsafePointer<Element>, count added: Int) {
    if count + added > capacity { reserve(count + added) }
    (base + count).initialize(from: source, count: added)
    count += added
  }

  private mutating func reserve(_ needed: Int) {
    capacity = max(capacity * 2, needed)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    larger.initialize(from: base, count: count)
    base.deallocate()
    base = larger
  }

  var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
