/// Text in an address.
package enum PercentEncoding {
  /// Percent-encodes everything but letters, digits and `-._~`.
  package static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result.append("%")
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return result
  }

  /// A name at the end of an address. A dot before letters at its end is encoded too, so that nobody takes them for a form.
  package static func encodedName(_ text: String) -> String {
    let encoded = encoded(text)
    guard let dot = encoded.lastIndex(of: ".") else { return encoded }
    let end = encoded[encoded.index(after: dot)...]
    guard !end.isEmpty, end.allSatisfy(\.isLetter) else { return encoded }
    return encoded[..<dot] + "%2E" + end
  }
}
