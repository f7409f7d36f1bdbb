import Foundation

/// The files of a ZIP archive by name, as its directory tells them; nil when it is damaged.
func files(inArchive archive: Data) -> [String: Data]? {
  let bytes = Array(archive)
  func number(_ place: Int, _ length: Int) -> Int? {
    guard place >= 0, place <= bytes.count - length else { return nil }
    return bytes[place..<place + length].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
  let end = bytes.count - 22
  guard number(end, 4) == 0x0605_4B50, let count = number(end + 10, 2),
    var place = number(end + 16, 4)
  else { return nil }
  var files: [String: Data] = [:]
  for _ in 0..<count {
    guard number(place, 4) == 0x0201_4B50, let packed = number(place + 20, 4),
      let nameLength = number(place + 28, 2), let extra = number(place + 30, 2),
      let remark = number(place + 32, 2), let start = number(place + 42, 4),
      let ownName = number(start + 26, 2), let ownExtra = number(start + 28, 2)
    else { return nil }
    let name = place + 46
    let content = start + 30 + ownName + ownExtra
    guard name + nameLength <= bytes.count, content + packed <= bytes.count else { return nil }
    // The same bytes between the head and the sums of gzip (RFC 1952).
    let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    let sums = bytes[place + 16..<place + 20] + bytes[place + 24..<place + 28]
    guard let whole = unpacked(head + bytes[content..<content + packed] + sums) else { return nil }
    files[String(decoding: bytes[name..<name + nameLength], as: UTF8.self)] = Data(whole)
    place = name + nameLength + extra + remark
  }
  return files
}
