/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) of eight short values a step, side by side in vector lanes.
///
/// The key is absorbed once: what is kept are the two compression states after the inner and the outer pad. A value of up to 55 bytes then
/// costs two compressions (FIPS 180-4, 6.2.2). On x86-64 this module is compiled for AVX2: its caller asks the processor first.
package struct KeyedHashKernel: Sendable {
  package static let laneCount = 8
  package static let longestValue = 55

  private typealias Lanes = SIMD8<UInt32>

  private let inner: [UInt32]
  private let outer: [UInt32]

  /// - Parameter key: 64 bytes: the key, hashed first when it is longer, and filled up with zeros.
  package init(paddedKey key: [UInt8]) {
    precondition(key.count == 64, "the key must be padded to one block")
    inner = Self.state(after: key.map { $0 ^ 0x36 })
    outer = Self.state(after: key.map { $0 ^ 0x5C })
  }

  /// Hashes eight values.
  ///
  /// - Parameters:
  ///   - blocks: eight blocks of 64 bytes, each a value, 0x80, zeros, and in the last two bytes the number of bits of pad block and value.
  ///   - words: room for the first three words of each digest: word by word, eight lanes each.
  package func hash(
    _ blocks: UnsafePointer<UInt8>, into words: UnsafeMutablePointer<UInt32>
  ) {
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 24) { memory in
      guard let schedule = memory.baseAddress else { return }
      let digest = schedule + 16
      let raw = UnsafeRawPointer(blocks)
      for word in 0..<16 {
        var lanes = Lanes()
        for lane in 0..<Self.laneCount {
          lanes[lane] = UInt32(
            bigEndian: raw.loadUnaligned(fromByteOffset: lane * 64 + word * 4, as: UInt32.self))
        }
        schedule[word] = lanes
      }
      Self.compress(inner, schedule, digest)
      for word in 0..<8 { schedule[word] = digest[word] }
      schedule[8] = Lanes(repeating: 0x8000_0000)
      for word in 9..<15 { schedule[word] = Lanes() }
      schedule[15] = Lanes(repeating: 8 * (64 + 32))
      Self.compress(outer, schedule, digest)
      for word in 0..<3 {
        for lane in 0..<Self.laneCount { words[word * Self.laneCount + lane] = digest[word][lane] }
      }
    }
  }

  @inline(__always)
  private static func rotated(_ value: Lanes, _ count: UInt32) -> Lanes {
    (value &>> Lanes(repeating: count)) | (value &<< Lanes(repeating: 32 - count))
  }

  /// One compression of eight blocks; `schedule` holds 16 words and is used up.
  private static func compress(
    _ state: [UInt32], _ schedule: UnsafeMutablePointer<Lanes>,
    _ digest: UnsafeMutablePointer<Lanes>
  ) {
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
        let place = round & 15
        if round >= 16 {
          let w15 = schedule[(place &+ 1) & 15]
          let w2 = schedule[(place &+ 14) & 15]
          let s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 &>> Lanes(repeating: 3))
          let s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 &>> Lanes(repeating: 10))
          schedule[place] = schedule[place] &+ s0 &+ schedule[(place &+ 9) & 15] &+ s1
        }
        let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
        let choice = g ^ (e & (f ^ g))
        let t1 = h &+ s1 &+ choice &+ Lanes(repeating: constants[round]) &+ schedule[place]
        let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
        let majority = (a & b) | (c & (a | b))
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
    digest[0] = a &+ Lanes(repeating: state[0])
    digest[1] = b &+ Lanes(repeating: state[1])
    digest[2] = c &+ Lanes(repeating: state[2])
    digest[3] = d &+ Lanes(repeating: state[3])
    digest[4] = e &+ Lanes(repeating: state[4])
    digest[5] = f &+ Lanes(repeating: state[5])
    digest[6] = g &+ Lanes(repeating: state[6])
    digest[7] = h &+ Lanes(repeating: state[7])
  }

  private static func state(after block: [UInt8]) -> [UInt32] {
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 24) { memory in
      guard let schedule = memory.baseAddress else { return initialState }
      for word in 0..<16 {
        let value = block[word * 4..<word * 4 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        schedule[word] = Lanes(repeating: value)
      }
      compress(initialState, schedule, schedule + 16)
      return (0..<8).map { schedule[16 + $0][0] }
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
