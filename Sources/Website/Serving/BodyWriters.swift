import Compression
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Hands a body on in short pieces: a slow reader then holds up one of them, and that it takes
/// anything at all can be seen.
struct PieceWriter: ResponseBodyWriter {
  static let longest = 1 << 16

  var next: any ResponseBodyWriter

  mutating func write(_ buffer: ByteBuffer) async throws {
    var rest = buffer
    while rest.readableBytes > 0,
      let piece = rest.readSlice(length: min(rest.readableBytes, Self.longest))
    {
      try await next.write(piece)
    }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
    try await next.finish(trailingHeaders)
  }
}

/// Hands a body on packed.
struct PackingWriter: ResponseBodyWriter {
  var next: any ResponseBodyWriter
  private let deflater = Deflater(.gzip)

  init(next: any ResponseBodyWriter) { self.next = next }

  mutating func write(_ buffer: ByteBuffer) async throws {
    var rest = buffer
    while rest.readableBytes > 0,
      let piece = rest.readBytes(length: min(rest.readableBytes, PieceWriter.longest))
    {
      let packed = deflater.compress(piece)
      if !packed.isEmpty { try await next.write(ByteBuffer(bytes: packed)) }
    }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
    try await next.write(ByteBuffer(bytes: deflater.finish()))
    try await next.finish(trailingHeaders)
  }
}

/// Keeps a body in place of sending it.
struct CollectingWriter: ResponseBodyWriter {
  let pieces: CollectedPieces

  mutating func write(_ buffer: ByteBuffer) async throws { pieces.append(buffer) }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A body that was kept.
final class CollectedPieces: Sendable {
  private let bytes = Mutex(ByteBuffer())

  var whole: ByteBuffer { bytes.withLock { $0 } }

  func append(_ piece: ByteBuffer) {
    bytes.withLock { bytes in
      // What comes in one piece is not copied.
      if bytes.readableBytes == 0 { bytes = piece } else { bytes.writeImmutableBuffer(piece) }
    }
  }
}
