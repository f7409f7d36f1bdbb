import NIOCore
import Rasterisation

/// Turns pictures into dots, one at a time: however many are asked for, one core paints and the others answer.
actor PicturePainter {
  /// By the picture itself, so that no release and no address can get another's.
  private let kept = Kept<ByteBuffer>(mostBytes: 1 << 26)
  private let rasteriser = Rasteriser()

  /// The picture as a PNG file; one that was painted before is given at once.
  nonisolated func png(of picture: Picture) async throws -> TaggedBytes {
    let svg = picture.svg
    if let known = kept[svg] { return TaggedBytes(known) }
    return try await TaggedBytes(paint(svg))
  }

  private func paint(_ svg: String) throws -> ByteBuffer {
    // Whoever waited may have waited for this very picture.
    if let known = kept[svg] { return known }
    let painted = try ByteBuffer(bytes: rasteriser.png(of: svg))
    kept.keep(painted, bytes: painted.capacity, as: svg)
    return painted
  }
}
