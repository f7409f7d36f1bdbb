import Crypto
import Foundation
import InformationModel
import Warehouse

/// Writes the records of a file so that they can be linked by others who never see its names (Schnell, Bachteler and Reiher, *BMC Medical
/// Informatics and Decision Making* 9:41, 2009; `docs/methods/encoded-linkage.md`, with what an attacker can still do).
///
/// Every field has a key of its own, derived from the secret that the sources share and the linker does not have. The bits of a gram are
/// drawn from its keyed hash one by one; the older way, two hashes of which all others are sums, gives grams away (Niedermeyer,
/// Steinmetzer, Kroll and Schnell, *Journal of Privacy and Confidentiality* 6, 2014).
package struct RecordEncoder {
  /// Secrets are at least this long, in bytes.
  package static let shortestSecret = 16

  private let plan: EncodingPlan
  private let secret: SymmetricKey

  /// - Throws: `LinkageError` when the secret is too short.
  package init(_ plan: EncodingPlan, secret: Data) throws {
    guard secret.count >= Self.shortestSecret else {
      throw LinkageError(
        "the secret has \(secret.count) bytes; it needs at least \(Self.shortestSecret), by chance (head -c 32 /dev/urandom | base64)"
      )
    }
    self.plan = plan
    self.secret = SymmetricKey(data: secret)
  }

  /// Writes the file's records, as many as it has, in its order.
  ///
  /// - Returns: how many.
  /// - Throws: `LinkageError` when the file lacks a column; an error of the file system.
  package func encode(_ source: LinkageRecords.Source, to file: URL) throws -> Int {
    let engine = try DuckDBEngine(threads: 1, memoryLimit: "256MB")
    let reader = try RecordReader([source], id: plan.id, engine: engine)
    let read = try reader.read(plan.keep + plan.fields.map(\.of))
    var columns: [(codes: FixedBuffer<UInt32>, texts: [[UInt8]])] = []
    func add(_ values: ReadValues, _ text: (Int) -> String) {
      columns.append(
        (
          values.codes(),
          (0..<values.values.count).map {
            $0 == 0 ? [] : Array(DelimitedText.field(text($0)).utf8)
          }
        ))
    }
    for name in plan.keep {
      let values = read.values(name)
      add(values) { values.values.string($0) }
    }
    for field in plan.fields {
      let values = read.values(field.of)
      let encoder = FieldEncoder(field, secret: secret)
      add(values) { encoder.encoding(of: field.form.of(values.values, $0)) }
    }
    let names = [plan.id] + plan.keep + plan.fields.map(\.name)
    var bytes = Array((names.map { DelimitedText.field($0) }.joined(separator: ",") + "\n").utf8)
    for record in 0..<read.names.rowCount {
      let id = read.names.values.string(Int(read.names.codes[record]))
      bytes += DelimitedText.field(id).utf8
      for column in columns {
        bytes.append(0x2C)
        bytes += column.texts[Int(column.codes[record])]
      }
      bytes.append(0x0A)
    }
    try Data(bytes).write(to: file, options: .atomic)
    return read.names.rowCount
  }
}

/// Encodes the values of one field. It remembers the bits of each gram, of which there are few.
package final class FieldEncoder {
  private let field: EncodingPlan.Field
  private let key: SymmetricKey
  private var bitsOfGrams: [String: [Int]] = [:]

  package init(_ field: EncodingPlan.Field, secret: SymmetricKey) {
    self.field = field
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: secret, info: Data("keten linkage encode \(field.name)".utf8),
      outputByteCount: 32)
  }

  /// A value in its form; of an empty one nothing.
  package func encoding(of value: String) -> String {
    guard !value.isEmpty else { return "" }
    switch field.kind {
    case .equal:
      let digest = HMAC<SHA256>.authenticationCode(for: Data(value.utf8), using: key)
      return StoredFile.letters(Array(digest).prefix(12))
    case .similar:
      var words = [UInt64](repeating: 0, count: field.bits / 64)
      for gram in grams(of: value) {
        for bit in bits(of: gram) { words[bit / 64] |= 1 << UInt64(bit % 64) }
      }
      return words.map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }.joined()
    }
  }

  /// Neighbouring characters, the first and the last with nothing beside them.
  private func grams(of value: String) -> Set<String> {
    let padding = [Character](repeating: "\u{0}", count: field.gram - 1)
    let characters = padding + Array(value) + padding
    return Set(
      (0...characters.count - field.gram).map { place in
        let gram = String(characters[place..<place + field.gram])
        return field.positional ? "\(place) \(gram)" : gram
      })
  }

  /// Eight places from each digest; a place that was drawn before counts once.
  private func bits(of gram: String) -> [Int] {
    if let bits = bitsOfGrams[gram] { return bits }
    var bits: [Int] = []
    var block: UInt8 = 0
    while bits.count < field.perGram {
      let digest = Array(
        HMAC<SHA256>.authenticationCode(for: Data(gram.utf8) + [0xFF, block], using: key))
      for word in 0..<8 where bits.count < field.perGram {
        let number = digest[4 * word..<4 * word + 4].reduce(0) { $0 << 8 | Int($1) }
        bits.append(number % field.bits)
      }
      block += 1
    }
    bitsOfGrams[gram] = bits
    return bits
  }
}
