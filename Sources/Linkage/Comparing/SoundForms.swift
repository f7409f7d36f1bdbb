/// The two functions that a model's expressions have of their own, `folded` and `sound`, for texts of ASCII; `RecordReader.functions` says in
/// SQL what they are, and answers for all other texts.
enum SoundForms: String {
  case folded
  case sound

  /// The function of a column that an expression is; nil when it is anything else.
  init?(expression: String) {
    guard let open = expression.firstIndex(of: "("), expression.last == ")" else { return nil }
    let inner = expression[expression.index(after: open)...].dropLast()
    guard !inner.isEmpty, inner.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
      return nil
    }
    self.init(rawValue: String(expression[..<open]))
  }

  /// Writes what it makes of a text over `result`; false when the text is not of ASCII alone.
  func make(of text: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) -> Bool {
    result.removeAll(keepingCapacity: true)
    for byte in text {
      switch byte {
      case 0x41...0x5A: result.append(byte | 0x20)
      case 0x61...0x7A, 0x30...0x39: result.append(byte)
      case 0x80...: return false
      default: break
      }
    }
    if self == .sound { Self.reduce(&result) }
    return true
  }

  private static let none = UInt8(0)
  private static let s = UInt8(ascii: "s")
  private static let h = UInt8(ascii: "h")

  /// By letter: what is left of it; none of vowels and of what is not heard.
  private static let heard: [UInt8] = (0..<128).map { byte in
    switch Character(UnicodeScalar(UInt8(byte))) {
    case "v", "w": UInt8(ascii: "f")
    case "z", "x": UInt8(ascii: "s")
    case "c", "q": UInt8(ascii: "k")
    case "d": UInt8(ascii: "t")
    case "y", "a", "e", "i", "o", "u", "h", "j": none
    default: UInt8(byte)
    }
  }

  private static func reduce(_ text: inout [UInt8]) {
    replace(in: &text, with: s) { text, place in
      let (a, b) = (text[place], text[place + 1])
      if a == s, b == UInt8(ascii: "c"), place + 2 < text.count, text[place + 2] == h { return 3 }
      if a == s, b == h || b == UInt8(ascii: "z") || b == UInt8(ascii: "j") { return 2 }
      if a == UInt8(ascii: "c"), b == UInt8(ascii: "z") { return 2 }
      return a == UInt8(ascii: "t") && b == UInt8(ascii: "j") ? 2 : 0
    }
    replace(in: &text, with: UInt8(ascii: "g")) { text, place in
      let a = text[place]
      let isHard = a == UInt8(ascii: "k") || a == UInt8(ascii: "c") || a == UInt8(ascii: "g")
      return isHard && text[place + 1] == h ? 2 : 0
    }
    replace(in: &text, with: UInt8(ascii: "f")) { text, place in
      text[place] == UInt8(ascii: "p") && text[place + 1] == h ? 2 : 0
    }
    var kept = 0
    for place in text.indices {
      let letter = heard[Int(text[place])]
      let isDouble = kept > 0 && text[kept - 1] == letter && letter > 0x39
      guard letter != none, !isDouble else { continue }
      text[kept] = letter
      kept += 1
      if kept == 5 { break }
    }
    text.removeLast(text.count - kept)
  }

  /// Puts a letter in the place of each stretch, as long as `length` says of a place with another letter behind it, from the left.
  private static func replace(
    in text: inout [UInt8], with letter: UInt8, length: ([UInt8], Int) -> Int
  ) {
    var (place, kept) = (0, 0)
    while place < text.count {
      let stretch = place + 1 < text.count ? length(text, place) : 0
      text[kept] = stretch > 0 ? letter : text[place]
      kept += 1
      place += max(1, stretch)
    }
    text.removeLast(text.count - kept)
  }
}
