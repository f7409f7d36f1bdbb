import InformationModel

/// A number or code that identifies a person, a case or an execution, with its notations and its check.
package struct Identifier: Sendable {
  package var id: String
  package var name: LocalizedText
  /// Tried in order; the first is the canonical form. Empty: the trimmed text as it is.
  package let masks: [IdentifierMask]
  package let check: WeightedCheck?

  /// By mask, how the canonical form is gathered from a value of that notation.
  private let gathers: [Gather]

  package init(
    id: String, name: LocalizedText, masks: [IdentifierMask], check: WeightedCheck? = nil
  ) {
    self.id = id
    self.name = name
    self.masks = masks
    self.check = check
    gathers = masks.first.map { canonical in masks.map { Gather($0, canonical: canonical) } } ?? []
  }

  package enum Reading: Sendable, Equatable {
    /// The canonical form.
    case canonical([UInt8])
    /// Read, but these fields must come from elsewhere; the fields that were read stand beside.
    case incomplete(missing: [UInt8], fields: [UInt8: [UInt8]])
    /// No notation of this identifier.
    case unreadable
    /// A notation, but the check digit does not fit.
    case failsCheck
  }

  /// Reads any notation of the identifier. `completion` gives fields that the notation may lack.
  package func read(
    _ raw: some Sequence<UInt8>, completion: [UInt8: [UInt8]] = [:]
  ) -> Reading {
    guard let canonical = masks.first else {
      let text = trimmed(raw)
      return text.isEmpty ? .unreadable : .canonical(text)
    }
    let plain = Self.plain(raw)
    for mask in masks {
      guard var fields = mask.match(plain) else { continue }
      for (field, value) in completion where fields[field] == nil { fields[field] = value }
      let missing = canonical.fieldWidths.map(\.field).filter { fields[$0] == nil }
      guard missing.isEmpty else { return .incomplete(missing: missing, fields: fields) }
      let written = canonical.write(fields)
      if let check, !check.accepts(written) { return .failsCheck }
      return .canonical(written)
    }
    return .unreadable
  }

  /// What a fast reading came to.
  package enum FastReading: Sendable, Equatable {
    /// So many bytes of the canonical form were written.
    case canonical(Int)
    /// A notation that lacks a field: `read` tells more.
    case incomplete
    case unreadable
    case failsCheck
  }

  /// The longest canonical form and the longest notation, in letters and digits.
  package static let longest = 64

  /// Reads a notation into its canonical form without memory of its own: the way of millions of values.
  ///
  /// - Parameters:
  ///   - raw: the value as delivered.
  ///   - output: room for `longest` bytes.
  /// - Returns: how many bytes of the canonical form were written, or why there is none.
  package func read(
    _ raw: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>
  ) -> FastReading {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longest) { plain in
      var count = 0
      for byte in raw {
        let kept: UInt8
        switch byte {
        case 0x30...0x39, 0x41...0x5A: kept = byte
        case 0x61...0x7A: kept = byte - 0x20
        default: continue
        }
        guard count < Self.longest else { return .unreadable }
        plain[count] = kept
        count += 1
      }
      for gather in gathers where gather.matches(plain, count: count) {
        guard gather.isComplete else { return .incomplete }
        let length = gather.write(plain, into: output)
        if let check, !check.accepts(UnsafeBufferPointer(start: output, count: length)) {
          return .failsCheck
        }
        return .canonical(length)
      }
      return .unreadable
    }
  }

  /// One notation, compiled: what stands where, and where each byte of the canonical form comes from.
  private struct Gather: Sendable {
    private let positions: [UInt8]
    /// Per byte of the canonical form: a place in the value, or a byte to write as it is, told by the sign.
    private let sources: [Int16]
    let isComplete: Bool

    init(_ mask: IdentifierMask, canonical: IdentifierMask) {
      positions = mask.positions
      let present = Set(mask.fieldWidths.map(\.field))
      isComplete = canonical.fieldWidths.allSatisfy { present.contains($0.field) }
      var places: [UInt8: [Int]] = [:]
      for (place, position) in mask.positions.enumerated() {
        places[position, default: []].append(place)
      }
      var used: [UInt8: Int] = [:]
      let widths = Dictionary(
        canonical.fieldWidths.map { ($0.field, $0.width) }, uniquingKeysWith: { first, _ in first })
      sources = canonical.positions.map { position in
        guard let width = widths[position] else { return -Int16(position) }
        let own = places[position] ?? []
        let index = used[position, default: 0] - (width - own.count)
        used[position, default: 0] += 1
        return index >= 0 && index < own.count ? Int16(own[index]) : -0x30
      }
    }

    func matches(_ value: UnsafeMutableBufferPointer<UInt8>, count: Int) -> Bool {
      guard count == positions.count else { return false }
      return positions.withUnsafeBufferPointer { positions in
        for index in 0..<count {
          switch positions[index] {
          case 0x61...0x7A, 0x23:
            guard (0x30...0x39).contains(value[index]) else { return false }
          case 0x2A: break
          default: guard positions[index] == value[index] else { return false }
          }
        }
        return true
      }
    }

    func write(
      _ value: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>
    ) -> Int {
      sources.withUnsafeBufferPointer { sources in
        for index in 0..<sources.count {
          let source = sources[index]
          output[index] = source < 0 ? UInt8(-source) : value[Int(source)]
        }
        return sources.count
      }
    }
  }

  /// The fields of a value in any notation, by mask letter.
  package func fields(of raw: some Sequence<UInt8>) -> [UInt8: [UInt8]]? {
    let plain = Self.plain(raw)
    for mask in masks {
      if let fields = mask.match(plain) { return fields }
    }
    return nil
  }

  /// Letters and digits only, letters in upper case.
  static func plain(_ raw: some Sequence<UInt8>) -> [UInt8] {
    var plain = [UInt8]()
    plain.reserveCapacity(24)
    for byte in raw {
      switch byte {
      case 0x30...0x39, 0x41...0x5A: plain.append(byte)
      case 0x61...0x7A: plain.append(byte - 0x20)
      default: break
      }
    }
    return plain
  }

  private func trimmed(_ raw: some Sequence<UInt8>) -> [UInt8] {
    let bytes = Array(raw)
    guard let first = bytes.firstIndex(where: { $0 != 0x20 }),
      let last = bytes.lastIndex(where: { $0 != 0x20 })
    else { return [] }
    return Array(bytes[first...last])
  }
}

/// The form of an identifier, one character a position: a lower-case letter is a digit of the field with that name, `*` a letter
/// or digit that is ignored, `#` a digit that is ignored, an upper-case letter or a digit stands for itself.
package struct IdentifierMask: Sendable, Hashable {
  package let text: String
  let positions: [UInt8]
  /// Fields in order of appearance with the number of digits of each.
  package let fieldWidths: [(field: UInt8, width: Int)]

  package init?(_ text: String) {
    let positions = Array(text.utf8)
    var widths: [(field: UInt8, width: Int)] = []
    for position in positions {
      switch position {
      case 0x61...0x7A:
        if let index = widths.firstIndex(where: { $0.field == position }) {
          widths[index].width += 1
        } else {
          widths.append((position, 1))
        }
      case 0x41...0x5A, 0x30...0x39, 0x2A, 0x23: break
      default: return nil
      }
    }
    guard !positions.isEmpty, positions.count <= Identifier.longest else { return nil }
    self.text = text
    self.positions = positions
    fieldWidths = widths
  }

  /// The digits of each field when the value has this form.
  func match(_ value: [UInt8]) -> [UInt8: [UInt8]]? {
    guard value.count == positions.count else { return nil }
    for (position, byte) in zip(positions, value) {
      switch position {
      case 0x61...0x7A, 0x23: guard (0x30...0x39).contains(byte) else { return nil }
      case 0x2A: break
      default: guard position == byte else { return nil }
      }
    }
    var fields: [UInt8: [UInt8]] = [:]
    for (position, byte) in zip(positions, value) where (0x61...0x7A).contains(position) {
      fields[position, default: []].append(byte)
    }
    return fields
  }

  /// Writes the fields in this form, each padded with zeros on its left to its width.
  func write(_ fields: [UInt8: [UInt8]]) -> [UInt8] {
    var padded: [UInt8: ArraySlice<UInt8>] = [:]
    for (field, width) in fieldWidths {
      let digits = fields[field] ?? []
      let zeros = [UInt8](repeating: 0x30, count: max(0, width - digits.count))
      padded[field] = (zeros + digits).suffix(width)
    }
    return positions.map { position in
      (0x61...0x7A).contains(position) ? padded[position]?.popFirst() ?? 0x30 : position
    }
  }

  /// Renders fields in a notation where mask letters stand for fields and all else for itself.
  package static func render(_ notation: String, fields: [UInt8: [UInt8]]) -> String {
    var left = fields.mapValues { ArraySlice($0) }
    let bytes = notation.utf8.map { byte in
      (0x61...0x7A).contains(byte) ? left[byte]?.popFirst() ?? byte : byte
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func == (left: IdentifierMask, right: IdentifierMask) -> Bool {
    left.text == right.text
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// A check on digits: the weighted sum modulo a number must leave one of some remainders (the 11-test of the BSN is one).
package struct WeightedCheck: Sendable, Hashable {
  package var weights: [Int]
  package var modulus: Int
  package var remainders: [Int]

  package init(weights: [Int], modulus: Int, remainders: [Int]) {
    self.weights = weights
    self.modulus = modulus
    self.remainders = remainders
  }

  package func accepts(_ digits: [UInt8]) -> Bool {
    digits.withUnsafeBufferPointer { accepts($0) }
  }

  package func accepts(_ digits: UnsafeBufferPointer<UInt8>) -> Bool {
    guard digits.count == weights.count else { return false }
    var sum = 0
    var isZero = true
    for index in 0..<digits.count {
      guard (0x30...0x39).contains(digits[index]) else { return false }
      let digit = Int(digits[index] - 0x30)
      sum += digit * weights[index]
      isZero = isZero && digit == 0
    }
    let remainder = ((sum % modulus) + modulus) % modulus
    return remainders.contains(remainder) && !isZero
  }
}
