import CProcessor
import Crypto
import Foundation
import KeyedHashing
import Warehouse

/// HMAC-SHA-256 of many values under one key, as pseudonyms: eight values a step where the processor can, else and for long values by the library.
struct KeyedHash: Sendable {
  private let key: SymmetricKey
  private let kernel: KeyedHashKernel?

  init(key: SymmetricKey) {
    self.key = key
    guard keten_has_wide_vectors() != 0 else {
      kernel = nil
      return
    }
    var block = key.withUnsafeBytes { Array($0) }
    if block.count > 64 { block = Array(SHA256.hash(data: block)) }
    block += [UInt8](repeating: 0, count: 64 - block.count)
    kernel = KeyedHashKernel(paddedKey: block)
  }

  /// The first 12 bytes of each value's HMAC as 24 letters a to p, laid end to end. At 96 bits, two of 10⁹ values meet with a chance of 6·10⁻¹².
  ///
  /// Letters, not hexadecimal digits, so that no run of digits in a pseudonym can be taken for a citizen service number.
  func pseudonyms(of values: ByteStrings) -> ByteStrings {
    var letters = [UInt8](repeating: 0, count: values.count * Self.length)
    letters.withUnsafeMutableBufferPointer { letters in
      values.bytes.withUnsafeBufferPointer { bytes in
        values.offsets.withUnsafeBufferPointer { offsets in
          write(bytes, offsets, to: letters)
        }
      }
    }
    return ByteStrings(bytes: letters, equalLengths: Self.length)
  }

  static let length = 24

  private func write(
    _ bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafeBufferPointer<Int>,
    to letters: UnsafeMutableBufferPointer<UInt8>
  ) {
    let count = offsets.count - 1
    let lanes = KeyedHashKernel.laneCount
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 * lanes) { blocks in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 3 * lanes) { words in
        var start = 0
        while start < count {
          let used = min(lanes, count - start)
          let isShort = (start..<start + used).allSatisfy {
            offsets[$0 + 1] - offsets[$0] <= KeyedHashKernel.longestValue
          }
          if let kernel, isShort, let block = blocks.baseAddress, let word = words.baseAddress {
            Self.fill(block, bytes, offsets, start: start, used: used)
            kernel.hash(block, into: word)
            for lane in 0..<used {
              let target = (start + lane) * Self.length
              for index in 0..<3 {
                let value = word[index * lanes + lane]
                for nibble in 0..<8 {
                  letters[target + index * 8 + nibble] =
                    0x61 + UInt8(truncatingIfNeeded: (value >> UInt32(28 - 4 * nibble)) & 15)
                }
              }
            }
          } else {
            for index in start..<start + used {
              let value = bytes[offsets[index]..<offsets[index + 1]]
              let digest = HMAC<SHA256>.authenticationCode(for: Data(value), using: key)
              let text = StoredFile.letters(Array(digest).prefix(Self.length / 2))
              for (place, letter) in text.utf8.enumerated() {
                letters[index * Self.length + place] = letter
              }
            }
          }
          start += used
        }
      }
    }
  }

  /// Lays values out as the kernel's blocks: value, 0x80, zeros, and the number of bits with the pad block's.
  private static func fill(
    _ block: UnsafeMutablePointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>,
    _ offsets: UnsafeBufferPointer<Int>, start: Int, used: Int
  ) {
    block.initialize(repeating: 0, count: 64 * KeyedHashKernel.laneCount)
    for lane in 0..<used {
      let from = offsets[start + lane]
      let length = offsets[start + lane + 1] - from
      let target = block + lane * 64
      for offset in 0..<length { target[offset] = bytes[from + offset] }
      target[length] = 0x80
      let bits = 8 * (64 + length)
      target[62] = UInt8(truncatingIfNeeded: bits >> 8)
      target[63] = UInt8(truncatingIfNeeded: bits)
    }
  }
}
