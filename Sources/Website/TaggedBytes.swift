import Foundation
import Hummingbird
import NIOCore

/// The bytes of an answer with their tag: another tag when and only when the bytes differ.
struct TaggedBytes: Sendable {
  /// Shared by all answers: none of them copies it.
  let buffer: ByteBuffer
  /// Sixteen letters from `a` to `p`; tells contents apart, no protection against anyone (FNV-1a, 64
  /// bits).
  let letters: String

  init(_ data: Data) { self.init(ByteBuffer(bytes: data)) }

  init(_ buffer: ByteBuffer) {
    self.buffer = buffer
    letters = Self.letters(of: buffer.readableBytesView)
  }

  static func letters(of data: some Sequence<UInt8>) -> String {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in data { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let alphabet = Array("abcdefghijklmnop")
    return String((0..<16).map { alphabet[Int(digest >> (4 * UInt64($0)) & 15)] })
  }
}

extension Response {
  /// An answer that a reader may keep for so many seconds, and then ask whether it still holds.
  init(_ bytes: TaggedBytes, type: String, maximumAge: Int) {
    self.init(
      status: .ok,
      headers: [
        .contentType: type, .eTag: "\"\(bytes.letters)\"",
        .cacheControl: "public, max-age=\(maximumAge)",
      ],
      body: ResponseBody(byteBuffer: bytes.buffer))
  }
}
