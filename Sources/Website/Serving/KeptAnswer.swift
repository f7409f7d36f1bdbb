import Hummingbird
import NIOCore

/// An answer as everybody gets it who asks the same.
struct KeptAnswer: Sendable {
  /// With all headers but those of one request.
  let response: Response
  /// The whole body; nil when it travels in pieces, each when the reader has taken the one before it.
  let body: ByteBuffer?

  init(_ response: Response) async {
    self.response = response
    guard let length = response.body.contentLength, length <= PieceWriter.longest else {
      body = nil
      return
    }
    let pieces = CollectedPieces()
    try? await response.body.write(CollectingWriter(pieces: pieces))
    body = pieces.whole.readableBytes == length ? pieces.whole : nil
  }
}
