import Hummingbird
import NIOCore
import Rasterisation

/// Turns pictures into dots, one at a time: however many are asked for, one core paints and the others answer.
struct PicturePainter {
  /// By the picture itself, so that no release and no address can get another's.
  private let kept = Kept<ByteBuffer>(mostBytes: 1 << 26)
  private let rasteriser = Rasteriser()
  /// As many as are painted in a few seconds.
  private let turn = Turn(mostWaiting: 20)

  /// The picture as a PNG file; one that was painted before is given at once.
  ///
  /// - Parameters:
  ///   - svg: the picture.
  ///   - context: of the request; when its client goes, its place is another's.
  /// - Returns: the file.
  /// - Throws: when too many wait for theirs, or it cannot be painted.
  func png(of svg: String, for context: WebsiteContext) async throws -> TaggedBytes {
    if let known = kept[svg] { return TaggedBytes(known) }
    let painted = try await context.whileAwaited { [self] in
      try await turn.take {
        // Whoever waited may have waited for this very picture.
        if let known = kept[svg] { return known }
        let painted = try ByteBuffer(bytes: rasteriser.png(of: svg))
        kept.keep(painted, bytes: painted.capacity, as: svg)
        return painted
      }
    }
    guard let painted else { throw HTTPError(.serviceUnavailable, headers: [.retryAfter: "5"]) }
    return TaggedBytes(painted)
  }
}
