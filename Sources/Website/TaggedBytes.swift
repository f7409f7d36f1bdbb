import Crypto
import Foundation
import Hummingbird
import NIOCore

/// The bytes of an answer with their tag: another tag when and only when the bytes differ.
struct TaggedBytes: Sendable {
  /// Shared by all answers: none of them copies it.
  let buffer: ByteBuffer
  /// Letters from `a` to `p`: half of the contents' SHA-256, since readers write questions themselves and could make two with one tag otherwise.
  let letters: String

  init(_ data: Data) { self.init(ByteBuffer(bytes: data)) }

  init(_ buffer: ByteBuffer) {
    self.buffer = buffer
    letters = Self.letters(of: buffer.readableBytesView)
  }

  static func letters(of data: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    if data.withContiguousStorageIfAvailable({ hash.update(bufferPointer: .init($0)) }) == nil {
      hash.update(data: Array(data))
    }
    let alphabet = Array("abcdefghijklmnop".utf8)
    return String(
      decoding: hash.finalize().prefix(16).flatMap {
        [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]]
      }, as: UTF8.self)
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
