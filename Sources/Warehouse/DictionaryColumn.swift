/// Byte strings laid end to end.
package struct ByteStrings: Sendable {
  package private(set) var bytes: [UInt8] = []
  /// Where each string begins; one more than there are strings.
  package private(set) var offsets: [Int] = [0]

  package init() {}

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

/// Builds a dictionary column value by value.
package struct DictionaryBuilder: ~Copyable {
  private var codes: [UInt32] = []
  private var values = ByteStrings()
  /// Open addressing; a slot holds a code, 0 when free.
  private var slots: [UInt32]
  private var hashes: [UInt32] = []
  private var mask: Int
  private var last: (start: Int, count: Int) = (0, 0)
  private var lastCode: UInt32 = 0

  package init(expectedRows: Int = 0) {
    slots = [UInt32](repeating: 0, count: 256)
    mask = 255
    values.append([])
    hashes.append(0)
    codes.reserveCapacity(expectedRows)
  }

  package var rowCount: Int { codes.count }

  /// Appends a row.
  package mutating func append(_ value: UnsafeBufferPointer<UInt8>) {
    codes.append(code(of: value))
  }

  package mutating func append(_ value: [UInt8]) {
    let code = value.withUnsafeBufferPointer { self.code(of: $0) }
    codes.append(code)
  }

  package mutating func appendEmpty() { codes.append(0) }

  private mutating func code(of value: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard let base = value.baseAddress, value.count > 0 else { return 0 }
    let count = value.count
    // Neighbouring rows often hold the same value.
    if last.count == count,
      values.bytes.withUnsafeBufferPointer({ stored in
        Self.equal(stored.baseAddress, last.start, base, count)
      })
    {
      return lastCode
    }
    let hash = Self.hash(base, count)
    var slot = Int(hash) & mask
    while true {
      let code = slots[slot]
      if code == 0 { break }
      let index = Int(code)
      if hashes[index] == hash {
        let start = values.offsets[index]
        if values.offsets[index + 1] - start == count,
          values.bytes.withUnsafeBufferPointer({ stored in
            Self.equal(stored.baseAddress, start, base, count)
          })
        {
          last = (start, count)
          lastCode = code
          return code
        }
      }
      slot = (slot + 1) & mask
    }
    let code = UInt32(values.count)
    last = (values.bytes.count, count)
    lastCode = code
    values.append(value)
    hashes.append(hash)
    slots[slot] = code
    if values.count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    let size = slots.count * 4
    mask = size - 1
    slots = [UInt32](repeating: 0, count: size)
    for code in 1..<values.count {
      var slot = Int(hashes[code]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(code)
    }
  }

  @inline(__always)
  private static func equal(
    _ stored: UnsafePointer<UInt8>?, _ start: Int, _ base: UnsafePointer<UInt8>, _ count: Int
  ) -> Bool {
    guard let stored else { return false }
    let left = UnsafeRawPointer(stored + start)
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
      if stored[start + offset] != base[offset] { return false }
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

  package consuming func finish() -> DictionaryColumn {
    DictionaryColumn(codes: codes, values: values)
  }
}
