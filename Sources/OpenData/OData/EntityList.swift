import Publication

/// The rest of a list of entities, a piece of JSON at a time.
struct EntityList: Sendable {
  private static let pieceLength = 64 * 1024

  private var cursor: RowCursor
  private let json: EntityJSON
  private let most: Int
  private var left: Int
  /// What stands before the next piece.
  private var start: [UInt8]
  private let link: [UInt8]
  private(set) var isDone = false

  /// - Parameters:
  ///   - cursor: before the first entity.
  ///   - json: writes one.
  ///   - most: entities in this answer.
  ///   - start: what stands before the first one.
  ///   - link: where more follow, behind the list; empty when nobody is told.
  init(_ cursor: RowCursor, _ json: EntityJSON, most: Int, start: [UInt8], link: [UInt8]) {
    self.cursor = cursor
    self.json = json
    self.most = most
    left = most
    self.start = start
    self.link = link
  }

  /// Nil behind the last.
  mutating func next() -> [UInt8]? {
    if isDone { return nil }
    var bytes = start
    start = []
    bytes.reserveCapacity(Self.pieceLength + 4096)
    while bytes.count < Self.pieceLength, left > 0, let row = cursor.next() {
      if left < most { bytes.append(UInt8(ascii: ",")) }
      json.write(row: row, to: &bytes)
      left -= 1
    }
    if bytes.count < Self.pieceLength || left == 0 {
      bytes.append(UInt8(ascii: "]"))
      if left == 0, !link.isEmpty, cursor.next() != nil { bytes.append(contentsOf: link) }
      bytes.append(UInt8(ascii: "}"))
      isDone = true
    }
    return bytes
  }
}
