import ChainPack
import Crypto
import Foundation
import InformationModel
import KeyedHashing
import Pseudonymisation
import TestSupport
import Testing
import Warehouse

@Suite("A pseudonym")
struct PseudonymTests {
  private static let master = [UInt8](0..<32)
  private let keys = PseudonymKeys(id: "key-0001", bytes: master)

  private func pseudonyms(
    _ values: [[UInt8]], domain: String = "bsn", keys: PseudonymKeys? = nil
  ) -> [String] {
    var strings = ByteStrings()
    for value in values { strings.append(value) }
    let result = Pseudonymisation.pseudonyms(of: strings, domain: domain, keys: keys ?? self.keys)
    return (0..<result.count).map { result.string($0) }
  }

  /// HMAC-SHA-256 (RFC 2104) under a key derived with HKDF-SHA-256 (RFC 5869), all by the library.
  private func slowTwin(_ value: [UInt8], domain: String = "bsn") -> String {
    let key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Self.master),
      info: Data("keten pseudonym \(domain)".utf8), outputByteCount: 32)
    return HMAC<SHA256>.authenticationCode(for: Data(value), using: key).prefix(12).map { byte in
      String(UnicodeScalar(0x61 + (byte >> 4))) + String(UnicodeScalar(0x61 + (byte & 15)))
    }.joined()
  }

  @Test("is the keyed hash of the library, for values of every length from 0 to 200")
  func lengths() {
    var generator = SeededGenerator(seed: 5)
    let values = (0...200).map { length in
      (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    #expect(pseudonyms(values) == values.map { slowTwin($0) })
    #expect(pseudonyms(values.reversed()) == values.reversed().map { slowTwin($0) })
  }

  @Test("is the keyed hash of the library, however many values go together", arguments: 1...40)
  func counts(count: Int) {
    let short = (0..<count).map { Array("12345678\($0)".utf8) }
    #expect(pseudonyms(short) == short.map { slowTwin($0) })
    // Long values among short ones leave the short ones what they are.
    let mixed = (0..<count).map { [UInt8](repeating: 0x39, count: $0 % 3 == 1 ? 54 + $0 % 4 : $0) }
    #expect(pseudonyms(mixed, domain: "skn") == mixed.map { slowTwin($0, domain: "skn") })
  }

  @Test("of no value at all is none")
  func none() {
    #expect(pseudonyms([]).isEmpty)
  }

  @Test("holds letters a to p alone, so that no digits can be taken for a number")
  func letters() {
    let texts = pseudonyms((0..<2_000).map { Array("\($0 + 100_000_000)".utf8) })
    #expect(texts.allSatisfy { $0.utf8.count == 24 })
    #expect(texts.allSatisfy { $0.utf8.allSatisfy { (0x61...0x70).contains($0) } })
    #expect(Set(texts).count == 2_000)
  }

  @Test("is equal for equal values of one domain and key, and for nothing else")
  func unlinkable() {
    let values = (0..<50).map { Array("\($0)".utf8) }
    let bsn = pseudonyms(values)
    #expect(pseudonyms(values) == bsn)
    let others = [
      pseudonyms(values, domain: "skn"), pseudonyms(values, domain: "bsn "),
      pseudonyms(values, domain: ""),
      pseudonyms(values, keys: PseudonymKeys(id: "key-0001", bytes: [UInt8](1...32))),
      pseudonyms(values, keys: .ephemeral()), pseudonyms(values, keys: .ephemeral()),
    ]
    for (index, other) in others.enumerated() {
      for later in [bsn] + others[..<index] { #expect(Set(other).isDisjoint(with: later)) }
    }
    // The id of a key is a name, and plays no part.
    #expect(pseudonyms(values, keys: PseudonymKeys(id: "x", bytes: Self.master)) == bsn)
  }
}

/// RFC 4231, section 4: test cases for HMAC-SHA-256, the first twelve bytes of each.
@Suite("The keyed hash kernel")
struct KeyedHashKernelTests {
  private func digest(key: [UInt8], value: [UInt8]) -> [UInt32] {
    var block = key.count > 64 ? Array(SHA256.hash(data: key)) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let lanes = KeyedHashKernel.laneCount
    // The value stands in the fourth lane, others beside it.
    var blocks = [UInt8](repeating: 0, count: 64 * lanes)
    for lane in 0..<lanes {
      let text = lane == 3 ? value : [UInt8](repeating: UInt8(lane), count: lane)
      for (offset, byte) in text.enumerated() { blocks[lane * 64 + offset] = byte }
      blocks[lane * 64 + text.count] = 0x80
      let bits = 8 * (64 + text.count)
      blocks[lane * 64 + 62] = UInt8(bits >> 8)
      blocks[lane * 64 + 63] = UInt8(bits & 255)
    }
    var words = [UInt32](repeating: 0, count: 3 * lanes)
    let kernel = KeyedHashKernel(paddedKey: block)
    blocks.withUnsafeBufferPointer { blocks in
      words.withUnsafeMutableBufferPointer { words in
        guard let block = blocks.baseAddress, let word = words.baseAddress else { return }
        kernel.hash(block, into: word)
      }
    }
    return [words[3], words[lanes + 3], words[2 * lanes + 3]]
  }

  @Test("gives the digests of RFC 4231")
  func vectors() {
    #expect(
      digest(key: [UInt8](repeating: 0x0B, count: 20), value: Array("Hi There".utf8))
        == [0xB034_4C61, 0xD8DB_3853, 0x5CA8_AFCE])
    #expect(
      digest(key: Array("Jefe".utf8), value: Array("what do ya want for nothing?".utf8))
        == [0x5BDC_C146, 0xBF60_754E, 0x6A04_2426])
    #expect(
      digest(
        key: [UInt8](repeating: 0xAA, count: 20), value: [UInt8](repeating: 0xDD, count: 50))
        == [0x773E_A91E, 0x3680_0E46, 0x854D_B8EB])
    #expect(
      digest(key: [UInt8](1...25), value: [UInt8](repeating: 0xCD, count: 50))
        == [0x8255_8A38, 0x9A44_3C0E, 0xA4CC_8198])
    #expect(
      digest(
        key: [UInt8](repeating: 0x0C, count: 20), value: Array("Test With Truncation".utf8))
        == [0xA3B6_1674, 0x7310_0EE0, 0x6E0C_796C])
    #expect(
      digest(
        key: [UInt8](repeating: 0xAA, count: 131),
        value: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        == [0x60E4_3159, 0x1EE0_B67F, 0x0D8A_26AA])
  }
}

@Suite("Sealed columns")
struct SealedColumnsTests {
  private let keys = PseudonymKeys(id: "key-0001", bytes: [UInt8](repeating: 7, count: 32))

  private func open(_ sealed: Data, subject: String = "d1/winkel.verkoop") throws -> [UInt8] {
    try SealedColumns.open(sealed, subject: subject, key: find)
  }

  /// As a workspace finds keys: by id, and there is one.
  private func find(_ id: String) throws -> PseudonymKeys {
    struct Absent: Error {}
    guard id == keys.id else { throw Absent() }
    return keys
  }

  @Test("open as they were sealed")
  func roundTrip() throws {
    var builder = DictionaryBuilder()
    for text in ["Jansen", "", "d'Ancona", "Jansen", "Müller"] { builder.append(Array(text.utf8)) }
    let names = builder.take()
    for text in ["1", "2", "3", "", "5"] { builder.append(Array(text.utf8)) }
    let numbers = builder.take()
    let sealed = try SealedColumns.seal(
      [("Naam", names), ("Nummer é", numbers)], subject: "d1/winkel.verkoop", keys: keys)
    let opened = try SealedColumns.columns(sealed, subject: "d1/winkel.verkoop", key: find)
    #expect(opened.map(\.name) == ["Naam", "Nummer é"])
    for (column, expected) in zip(opened.map(\.column), [names, numbers]) {
      #expect(column.codes == expected.codes)
      #expect(column.values.bytes == expected.values.bytes)
      #expect(column.values.offsets == expected.values.offsets)
    }
    #expect(sealed.range(of: Data("Jansen".utf8)) == nil)
    #expect(sealed.range(of: Data("Naam".utf8)) == nil)
  }

  @Test("open as they were sealed, however many pieces they take")
  func pieces() throws {
    for count in [0, 1, 1 << 22, 1 << 22 | 1, 9_000_000] {
      let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let sealed = try SealedColumns.seal(plain, subject: "s", keys: keys)
      #expect(try open(sealed, subject: "s") == plain)
    }
  }

  @Test("do not open when a byte was changed, wherever it stands")
  func flipped() throws {
    let sealed = try SealedColumns.seal(
      Array("rows as delivered".utf8), subject: "d1/winkel.verkoop", keys: keys)
    for place in 0..<sealed.count {
      for bit in [UInt8(0x01), 0x80] {
        var changed = sealed
        changed[place] ^= bit
        #expect(throws: (any Error).self, "byte \(place)") { try open(changed) }
      }
    }
  }

  @Test("do not open when they were cut short, wherever")
  func cut() throws {
    let sealed = try SealedColumns.seal(
      Array("rows as delivered".utf8), subject: "d1/winkel.verkoop", keys: keys)
    for count in 0..<sealed.count {
      #expect(throws: (any Error).self, "\(count) bytes") { try open(sealed.prefix(count)) }
    }
    #expect(throws: (any Error).self) { try open(sealed + [0]) }
  }

  @Test("do not open when a piece is missing, moved or stands twice")
  func movedPieces() throws {
    let plain = [UInt8](repeating: 1, count: 2 << 22)
    let sealed = try SealedColumns.seal(plain, subject: "d1/winkel.verkoop", keys: keys)
    let header = 9 + keys.id.utf8.count
    let piece = (sealed.count - header) / 2
    let start = sealed.prefix(header)
    let first = sealed[header..<header + piece]
    let second = sealed[(header + piece)...]
    #expect(try open(start + first + second) == plain)
    for wrong in [start + first, start + second, start + second + first, start + first + first] {
      #expect(throws: KeyError.self) { try open(wrong) }
    }
  }

  @Test("do not open as another file's, or under another key")
  func elsewhere() throws {
    let sealed = try SealedColumns.seal([1, 2, 3], subject: "d1/winkel.verkoop", keys: keys)
    #expect(
      #expect(throws: KeyError.self) { try open(sealed, subject: "d2/winkel.verkoop") }?.description
        == "the sealed file of d2/winkel.verkoop was changed or belongs elsewhere")
    let other = PseudonymKeys(id: "key-0001", bytes: [UInt8](repeating: 8, count: 32))
    #expect(throws: KeyError.self) {
      try SealedColumns.open(sealed, subject: "d1/winkel.verkoop") { _ in other }
    }
    #expect(
      #expect(throws: KeyError.self) { try open(Data("PAR1 and more".utf8)) }?.description
        == "no sealed file")
  }

  @Test("sealed twice are not alike")
  func fresh() throws {
    let one = try SealedColumns.seal([1, 2, 3], subject: "s", keys: keys)
    #expect(try SealedColumns.seal([1, 2, 3], subject: "s", keys: keys) != one)
  }
}

@Suite("The keys of a workspace")
struct PseudonymKeysTests {
  private func with(_ body: (Workspace) throws -> Void) throws {
    try withFolder { folder in
      try body(
        Workspace.create(at: folder.appending(path: "w"), pack: folder.appending(path: "p")))
    }
  }

  private func pseudonym(_ keys: PseudonymKeys) -> String {
    var strings = ByteStrings()
    strings.append(Array("123456782".utf8))
    return Pseudonymisation.pseudonyms(of: strings, domain: "bsn", keys: keys).string(0)
  }

  @Test("begin with one, readable by its owner alone")
  func first() throws {
    try with { workspace in
      #expect(try PseudonymKeys.list(workspace).isEmpty)
      let made = try PseudonymKeys.add(to: workspace)
      #expect(made.id == "key-0001")
      let again = try PseudonymKeys.read("key-0001", of: workspace)
      #expect(pseudonym(again) == pseudonym(made))
      let file = workspace.keys.appending(path: "key-0001.key")
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try Data(contentsOf: file).count == 32)
      #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.keys.path).count == 1)
    }
  }

  @Test("are refused when others can read them", arguments: [0o640, 0o604, 0o644, 0o660])
  func readable(mode: Int) throws {
    try with { workspace in
      let keys = try PseudonymKeys.add(to: workspace)
      try FileManager.default.setAttributes(
        [.posixPermissions: mode],
        ofItemAtPath: workspace.keys.appending(path: "\(keys.id).key").path)
      #expect(
        #expect(throws: KeyError.self) { try PseudonymKeys.read(keys.id, of: workspace) }?
          .description == "key key-0001 can be read by others; give its file mode 0600")
    }
  }

  @Test("are refused when they are damaged or gone")
  func damaged() throws {
    try with { workspace in
      _ = try PseudonymKeys.add(to: workspace)
      let text = "key key-0001 is missing or damaged; put key-0001.key back from its safe copy"
      let file = workspace.keys.appending(path: "key-0001.key")
      try StoredFile.write(Data([1, 2, 3]), to: file, permissions: 0o600)
      #expect(
        #expect(throws: KeyError.self) { try PseudonymKeys.read("key-0001", of: workspace) }?
          .description == text)
      try FileManager.default.removeItem(at: file)
      #expect(
        #expect(throws: KeyError.self) { try PseudonymKeys.read("key-0001", of: workspace) }?
          .description == text)
    }
  }

  @Test("turn over: a new one is another, and what was sealed under the old one still opens")
  func rotation() throws {
    try with { workspace in
      let old = try PseudonymKeys.add(to: workspace)
      let sealed = try SealedColumns.seal([1, 2, 3], subject: "s", keys: old)
      let added = try PseudonymKeys.add(to: workspace)
      #expect(added.id == "key-0002")
      let new = try PseudonymKeys.read("key-0002", of: workspace)
      #expect(pseudonym(new) == pseudonym(added))
      #expect(pseudonym(new) != pseudonym(old))
      #expect(try PseudonymKeys.list(workspace) == ["key-0001", "key-0002"])
      let opened = try SealedColumns.open(sealed, subject: "s") {
        try PseudonymKeys.read($0, of: workspace)
      }
      #expect(opened == [1, 2, 3])
    }
  }

  @Test("are never written over: a new one takes a number behind all that are there")
  func neverOverwritten() throws {
    try with { workspace in
      _ = try PseudonymKeys.add(to: workspace)
      let second = try PseudonymKeys.add(to: workspace)
      // The first key was moved to a safe place.
      try FileManager.default.removeItem(at: workspace.keys.appending(path: "key-0001.key"))
      let third = try PseudonymKeys.add(to: workspace)
      #expect(third.id == "key-0003")
      #expect(pseudonym(try PseudonymKeys.read("key-0002", of: workspace)) == pseudonym(second))
    }
  }
}

@Suite("The split of identity and content")
struct SplitTests {
  @Test("leaves pseudonyms in content, in the contract's order, and names in the sealed part alone")
  func split() throws {
    try withFolder { folder in
      let pack = try Self.pack(in: folder)
      let contract = try #require(pack.contract("winkel.klant"))
      var builder = DictionaryBuilder()
      for text in ["123456782", "111222333", "123456782"] { builder.append(Array(text.utf8)) }
      let numbers = builder.take()
      for text in ["Jansen", "Pietersen", ""] { builder.append(Array(text.utf8)) }
      let names = builder.take()
      let amounts = ContentTable.Column(
        name: "bedrag", codes: [0, 1, 0], values: .integers([5, 6]), isNull: [false, false])
      let keys = PseudonymKeys(id: "k", bytes: [UInt8](repeating: 3, count: 32))
      let file = try Pseudonymisation.split(
        Microdata(
          CheckedFile(
            contract: contract, delivery: "d1", content: [amounts],
            identifiers: [
              IdentifierColumn(
                contentName: "bsn", identifier: "bsn", codes: numbers.codes,
                values: numbers.values, isNull: [true, false, false])
            ], identity: [("BSN", numbers), ("NAAM", names)], rows: [0, 2]),
          as: Validated.self), keys: keys
      ).content
      #expect(file.content.columns.map(\.name) == ["bsn", "bedrag"])
      let engine = try DuckDBEngine()
      try engine.load(file.content, as: "t")
      let answer = try engine.query("SELECT * FROM t ORDER BY `_row`")
      #expect(answer.integers("bedrag") == [5, 5])
      #expect(answer.integers("_row") == [1, 3])
      let pseudonyms = Pseudonymisation.pseudonyms(of: numbers.values, domain: "bsn", keys: keys)
      #expect(answer.texts("bsn") == [pseudonyms.string(1), pseudonyms.string(1)])
      let sealed = try #require(file.sealedIdentity)
      let subject = Pseudonymisation.subject("d1", "winkel.klant")
      let opened = try SealedColumns.columns(sealed, subject: subject) { _ in keys }
      #expect(opened.map(\.name) == ["BSN", "NAAM"])
      #expect(opened[1].column.values.string(1) == "Jansen")
    }
  }

  private static func pack(in folder: URL) throws -> ChainPack {
    let files = [
      "chain.yaml": """
      id: proef
      version: 1.0.0
      name: {nl: Proef, en: Trial}
      purpose: {nl: Proef, en: Trial}
      licence: {name: Proef, address: "https://example.org/licence"}
      organisations: [{id: winkel, name: {nl: W, en: S}, role: {nl: W, en: S}}]
      identifiers: {bsn: {name: {nl: BSN, en: number}, canonical: bbbbbbbbb}}
      """,
      "deliveries/winkel/klant.yaml": """
      id: klant
      file: K.csv
      version: "1"
      title: {nl: K, en: K}
      format: {kind: delimited}
      columns:
        - {name: BSN, role: identity, identifier: bsn}
        - {name: NAAM, role: identity}
        - {name: BEDRAG, type: integer, role: content}
      """,
    ]
    try writeFiles(files, below: folder)
    return try ChainPack.read(folder).pack
  }
}
