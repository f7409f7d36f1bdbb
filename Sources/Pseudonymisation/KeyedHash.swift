import Crypto
import Foundation
import Warehouse

/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) of many short values under one key, eight values a step.
///
/// The key is absorbed once: what is kept are the two compression states after the inner and outer pad. A value of up to 55 bytes then costs two
/// compressions (FIPS 180-4, 6.2.2), and eight of them run side by side in vector lanes. Longer values go the library's way.
struct KeyedHash: Sendable {
  private let key: SymmetricKey
  private let inner: [UInt32]
  private let outer: [UInt32]

  typealias Lanes = SIMD8<UInt32>
  static let laneCount = 8
  static let longestShortValue = 55

  init(key: SymmetricKey) {
    self.key = key
    var block = key.withUnsafeBytes { Array($0) }
    if block.count > 64 { block = Array(SHA256.hash(data: block)) }
    block += [UInt8](repeating: 0, count: 64 - block.count)
    inner = Self.state(after: block.map { $0 ^ 0x36 })
    outer = Self.state(after: block.map { $0 ^ 0x5C })
  }

  /// The first 12 bytes of each value's HMAC as 24 letters a to p, laid end to end. At 96 bits, two of 10⁹ values meet with a chance of 6·10⁻¹².
  ///
  /// Letters, not hexadecimal digits, so that no run of digits in a pseudonym can be taken for a citizen service number.
  func pseudonyms(of values: ByteStrings) -> ByteStrings {
    var result = ByteStrings()
    result.reserve(strings: values.count, bytes: values.count * 24)
    var blocks = [UInt8](repeating: 0, count: 64 * Self.laneCount)
    var text = [UInt8](repeating: 0, count: 24)
    values.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < values.count {
        let count = min(Self.laneCount, values.count - start)
        let isShort = (start..<start + count).allSatisfy {
          values.offsets[$0 + 1] - values.offsets[$0] <= Self.longestShortValue
        }
        if isShort {
          blocks.withUnsafeMutableBytes { block in
            _ = block.initializeMemory(as: UInt8.self, repeating: 0)
            for lane in 0..<count {
              let from = values.offsets[start + lane]
              let length = values.offsets[start + lane + 1] - from
              let base = lane * 64
              for offset in 0..<length { block[base + offset] = bytes[from + offset] }
              block[base + length] = 0x80
              // The length in bits counts the pad block too.
              let bits = UInt16(8 * (64 + length))
              block[base + 62] = UInt8(bits >> 8)
              block[base + 63] = UInt8(bits & 255)
            }
          }
          let digests = blocks.withUnsafeBytes { hash($0) }
          for lane in 0..<count {
            for word in 0..<3 {
              let value = digests[word][lane]
              for nibble in 0..<8 {
                text[word * 8 + nibble] = 0x61 + UInt8((value >> UInt32(28 - 4 * nibble)) & 15)
              }
            }
            result.append(text)
          }
        } else {
          for index in start..<start + count {
            let from = values.offsets[index]
            let value = UnsafeBufferPointer(rebasing: bytes[from..<values.offsets[index + 1]])
            result.append(StoredFile.letters(slowDigest(of: value).prefix(12)).utf8)
          }
        }
        start += count
      }
    }
    return result
  }

  /// The library's HMAC of one value: the slow twin, and the way of values over 55 bytes.
  func slowDigest(of value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Data(value), using: key))
  }

  /// Both compressions of the eight blocks; the digests' eight words, each for all lanes.
  private func hash(_ blocks: UnsafeRawBufferPointer) -> [Lanes] {
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 64) { schedule in
      for word in 0..<16 {
        var lanes = Lanes()
        for lane in 0..<Self.laneCount {
          lanes[lane] = UInt32(
            bigEndian: blocks.loadUnaligned(
              fromByteOffset: lane * 64 + word * 4, as: UInt32.self))
        }
        schedule[word] = lanes
      }
      let first = Self.compress(inner, schedule)
      for word in 0..<8 { schedule[word] = first[word] }
      schedule[8] = Lanes(repeating: 0x8000_0000)
      for word in 9..<15 { schedule[word] = Lanes() }
      schedule[15] = Lanes(repeating: 8 * (64 + 32))
      return Self.compress(outer, schedule)
    }
  }

  @inline(__always)
  private static func rotated(_ value: Lanes, _ count: UInt32) -> Lanes {
    (value &>> Lanes(repeating: count)) | (value &<< Lanes(repeating: 32 - count))
  }

  private static func compress(
    _ state: [UInt32], _ schedule: UnsafeMutableBufferPointer<Lanes>
  ) -> [Lanes] {
    for round in 16..<64 {
      let w15 = schedule[round - 15]
      let w2 = schedule[round - 2]
      let s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 &>> Lanes(repeating: 3))
      let s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 &>> Lanes(repeating: 10))
      schedule[round] = schedule[round - 16] &+ s0 &+ schedule[round - 7] &+ s1
    }
    var a = Lanes(repeating: state[0])
    var b = Lanes(repeating: state[1])
    var c = Lanes(repeating: state[2])
    var d = Lanes(repeating: state[3])
    var e = Lanes(repeating: state[4])
    var f = Lanes(repeating: state[5])
    var g = Lanes(repeating: state[6])
    var h = Lanes(repeating: state[7])
    roundConstants.withUnsafeBufferPointer { constants in
      for round in 0..<64 {
        let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
        let choice = (e & f) ^ (~e & g)
        let t1 = h &+ s1 &+ choice &+ Lanes(repeating: constants[round]) &+ schedule[round]
        let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
        let majority = (a & b) ^ (a & c) ^ (b & c)
        h = g
        g = f
        f = e
        e = d &+ t1
        d = c
        c = b
        b = a
        a = t1 &+ s0 &+ majority
      }
    }
    return zip([a, b, c, d, e, f, g, h], state).map { $0 &+ Lanes(repeating: $1) }
  }

  private static func state(after block: [UInt8]) -> [UInt32] {
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 64) { schedule in
      for word in 0..<16 {
        let value = block[word * 4..<word * 4 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        schedule[word] = Lanes(repeating: value)
      }
      return compress(initialState, schedule).map { $0[0] }
    }
  }

  private static let initialState: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19,
  ]

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
