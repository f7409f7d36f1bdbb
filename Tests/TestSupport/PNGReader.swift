import CZlib

/// Reads a PNG file with eight bits for each of red, green and blue, row after row, without transparency (ISO/IEC 15948).
package struct PNGReader {
  package let width: Int
  package let height: Int
  /// Three bytes for each dot.
  private var dots: [UInt8] = []

  /// Nil when the file is damaged, or of another kind.
  package init?(_ file: some Sequence<UInt8>) {
    let bytes = Array(file)
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    var chunks: [(name: String, content: ArraySlice<UInt8>)] = []
    var place = 8
    while place < bytes.count {
      guard bytes.count - place >= 12, number(place) <= bytes.count - place - 12 else { return nil }
      let end = place + 8 + number(place)
      let named = Array(bytes[place + 4..<end])
      guard crc32(0, named, UInt32(named.count)) == UInt(number(end)) else { return nil }
      chunks.append((String(decoding: named.prefix(4), as: UTF8.self), bytes[place + 8..<end]))
      place = end + 4
    }
    guard let head = chunks.first, head.name == "IHDR", head.content.count == 13,
      Array(head.content.suffix(5)) == [8, 2, 0, 0, 0], chunks.last?.name == "IEND"
    else { return nil }
    width = number(16)
    height = number(20)
    let packed = chunks.filter { $0.name == "IDAT" }.flatMap(\.content)
    var rows = [UInt8](repeating: 0, count: height * (1 + 3 * width))
    var count = UInt(rows.count)
    guard uncompress(&rows, &count, packed, UInt(packed.count)) == Z_OK, count == rows.count,
      unfilter(rows)
    else { return nil }
  }

  /// Red, green and blue as `0xRRGGBB`.
  package subscript(x: Int, y: Int) -> Int {
    dots[3 * (y * width + x)..<3 * (y * width + x) + 3].reduce(0) { $0 << 8 | Int($1) }
  }

  /// How many dots of a part are nearer to black than to white.
  package func darkDots(x: Range<Int>, y: Range<Int>) -> Int {
    y.clamped(to: 0..<height).reduce(0) { count, y in
      count
        + x.clamped(to: 0..<width).count { x in
          let place = 3 * (y * width + x)
          return dots[place..<place + 3].reduce(0) { $0 + Int($1) } < 3 * 128
        }
    }
  }

  /// Each row says first by which neighbours its bytes were foretold.
  private mutating func unfilter(_ rows: [UInt8]) -> Bool {
    let length = 3 * width
    dots = [UInt8](repeating: 0, count: height * length)
    for y in 0..<height {
      let filter = rows[y * (length + 1)]
      for x in 0..<length {
        let left = x < 3 ? 0 : Int(dots[y * length + x - 3])
        let above = y == 0 ? 0 : Int(dots[(y - 1) * length + x])
        let corner = x < 3 || y == 0 ? 0 : Int(dots[(y - 1) * length + x - 3])
        let foretold: Int
        switch filter {
        case 0: foretold = 0
        case 1: foretold = left
        case 2: foretold = above
        case 3: foretold = (left + above) / 2
        case 4:
          let all = [left, above, corner].map { (error: abs(left + above - corner - $0), of: $0) }
          foretold = all.dropFirst().reduce(all[0]) { $1.error < $0.error ? $1 : $0 }.of
        default: return false
        }
        dots[y * length + x] = rows[y * (length + 1) + 1 + x] &+ UInt8(foretold)
      }
    }
    return true
  }
}
