import ChainPack
import Foundation
import InformationModel
import TestSupport
import Testing

@Suite("An identifier")
struct IdentifierTests {
  private func identifier(_ id: String) throws -> Identifier {
    let pack = try ChainPack.read(TrialPack.chains.appending(path: "strafrecht")).pack
    return try #require(pack.identifiers[id])
  }

  private func text(_ reading: Identifier.Reading) -> String {
    switch reading {
    case .canonical(let value): String(decoding: value, as: UTF8.self)
    case .incomplete(let missing, _): "lacks \(String(decoding: missing, as: UTF8.self))"
    case .unreadable: "unreadable"
    case .failsCheck: "fails"
    }
  }

  @Test("of the prosecution is one number in all its notations")
  func parketnummer() throws {
    let parket = try identifier("parketnummer")
    for (written, expected) in [
      ("13/123456-23", "1312345623"), ("13-123456-23", "1312345623"),
      ("1312345623", "1312345623"), ("13 123456 23", "1312345623"),
      ("13/123456-2023", "1312345623"), ("13-123456-1998", "1312345698"),
      ("131234562023", "1312345623"), ("5/123456-23", "0512345623"),
      ("5-123456-2023", "0512345623"), ("05/123456-23", "0512345623"),
      (" 13/123456-23 ", "1312345623"), ("13/12345-23", "0131234523"),
      ("13/123456-1823", "unreadable"), ("x13/123456-23", "unreadable"), ("", "unreadable"),
    ] {
      #expect(text(parket.read(Array(written.utf8))) == expected, "\(written)")
    }
  }

  @Test("of the police is one number in all its notations")
  func registratienummer() throws {
    let police = try identifier("registratienummer")
    for (written, expected) in [
      ("PL1300-2023123456", "PL132023123456"), ("PL1300 2023123456-1", "PL132023123456"),
      ("PL1300-2023123456-12", "PL132023123456"), ("PL13002023123456", "PL132023123456"),
      ("pl1300-2023123456", "PL132023123456"), ("PL1300/2023123456", "PL132023123456"),
      ("PL07B3-2023123456", "PL072023123456"), ("pl07b3 2023123456-99", "PL072023123456"),
      ("132023123456", "lacks u"), ("2023123456", "lacks u"), ("2023123456-1", "lacks u"),
      ("2023123456-12", "lacks u"),
      ("PL13-2023123456", "PL132023123456"), ("PK1300-2023123456", "unreadable"),
    ] {
      #expect(text(police.read(Array(written.utf8))) == expected, "\(written)")
    }
  }

  @Test("that lacks a part takes it from elsewhere, and never over a part that it has")
  func completion() throws {
    let police = try identifier("registratienummer")
    let unit: [UInt8: [UInt8]] = [0x75: Array("13".utf8)]
    #expect(text(police.read(Array("2023123456".utf8), completion: unit)) == "PL132023123456")
    #expect(text(police.read(Array("PL07002023123456".utf8), completion: unit)) == "PL072023123456")
    let other: [UInt8: [UInt8]] = [0x78: [0x31]]
    #expect(text(police.read(Array("2023123456".utf8), completion: other)) == "lacks u")
    #expect(police.fields(of: Array("2023123456-1".utf8))?[0x6A] == Array("2023".utf8))
    #expect(police.fields(of: Array("?".utf8)) == nil)
  }

  @Test("without a mask is the text itself, blanks around it left aside")
  func plain() {
    let name = LocalizedText(nl: "Bon", en: "Receipt")
    let receipt = Identifier(id: "bon", name: name, masks: [])
    #expect(text(receipt.read(Array("  A-1 b ".utf8))) == "A-1 b")
    #expect(receipt.read(Array("   ".utf8)) == .unreadable)
  }

  /// 111222333 is the number on specimen documents, 123456782 the usual example of the 11-test.
  @Test(
    "of a citizen passes the 11-test when it is valid",
    arguments: [
      "111222333", "123456782", "100000009", "999999990", "010000008",
    ])
  func valid(number: String) throws {
    let bsn = try identifier("bsn")
    #expect(text(bsn.read(Array(number.utf8))) == number)
    #expect(text(bsn.read(Array("\(number.prefix(4)).\(number.dropFirst(4))".utf8))) == number)
  }

  @Test(
    "of a citizen fails the 11-test when it is not",
    arguments: [
      "123456789", "111222334", "000000000", "999999999", "123456783",
    ])
  func invalid(number: String) throws {
    #expect(try identifier("bsn").read(Array(number.utf8)) == .failsCheck)
  }

  @Test("of a citizen with one wrong digit, or two neighbours swapped, is found out")
  func wrongDigit() throws {
    let bsn = try identifier("bsn")
    for number in ["111222333", "123456782", "100000009"] {
      let digits = Array(number.utf8)
      for place in digits.indices {
        for digit in UInt8(0x30)...0x39 where digit != digits[place] {
          var wrong = digits
          wrong[place] = digit
          #expect(bsn.read(wrong) == .failsCheck)
        }
        guard place + 1 < digits.count, digits[place] != digits[place + 1] else { continue }
        var swapped = digits
        swapped.swapAt(place, place + 1)
        #expect(bsn.read(swapped) == .failsCheck)
      }
    }
    #expect(bsn.read(Array("12345678".utf8)) == .unreadable)
    #expect(bsn.read(Array("1234567822".utf8)) == .unreadable)
  }

  /// The way of millions of values, beside the way that is plain to see.
  @Test("is read fast as it is read slowly")
  func fastTwin() throws {
    let pack = try ChainPack.read(TrialPack.chains.appending(path: "strafrecht")).pack
    var generator = SeededGenerator(seed: 4)
    var counts: [String: Int] = [:]
    for identifier in pack.identifiers.values where !identifier.masks.isEmpty {
      for _ in 0..<400 {
        // A notation of the identifier, most often, with now and then another sign in it.
        let mask = try #require(identifier.masks.randomElement(using: &generator))
        var text = mask.text.utf8.map { sign -> UInt8 in
          switch sign {
          case 0x61...0x7A, 0x23: UInt8.random(in: 0x30...0x39, using: &generator)
          case 0x2A: Array("0B7".utf8).randomElement(using: &generator) ?? 0x30
          default: sign
          }
        }
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
          let sign = Array("-/ .a9".utf8).randomElement(using: &generator) ?? 0x20
          text.insert(sign, at: Int.random(in: 0...text.count, using: &generator))
        }
        let slow = self.text(identifier.read(text))
        let fast = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Identifier.longest) {
          output -> String in
          guard let base = output.baseAddress else { return "" }
          switch text.withUnsafeBufferPointer({ identifier.read($0, into: base) }) {
          case .canonical(let count): return String(decoding: output[..<count], as: UTF8.self)
          case .incomplete: return "lacks"
          case .unreadable: return "unreadable"
          case .failsCheck: return "fails"
          }
        }
        #expect(slow == fast || fast == "lacks" && slow.hasPrefix("lacks"))
        counts[fast.utf8.first.map { $0 < 0x61 } == true ? "canonical" : fast, default: 0] += 1
      }
    }
    #expect(counts.keys.sorted() == ["canonical", "fails", "lacks", "unreadable"])
  }

  @Test("survives any bytes")
  func anyBytes() throws {
    let pack = try ChainPack.read(TrialPack.chains.appending(path: "strafrecht")).pack
    var generator = SeededGenerator(seed: 3)
    for identifier in pack.identifiers.values {
      for _ in 0..<500 {
        let count = Int.random(in: 0...20, using: &generator)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        if case .canonical(let value) = identifier.read(bytes) {
          #expect(!value.isEmpty)
          // The canonical form is a notation of itself.
          #expect(identifier.read(value) == .canonical(value))
        }
      }
    }
  }
}

@Suite("An identifier's mask")
struct IdentifierMaskTests {
  @Test(
    "is refused when it holds a sign without meaning", arguments: ["", "a-b", "a b", "é", "a/b"])
  func refused(text: String) {
    #expect(IdentifierMask(text) == nil)
  }

  @Test("tells how wide its fields are")
  func widths() throws {
    let mask = try #require(IdentifierMask("PLuu**jjjjnn#"))
    #expect(mask.fieldWidths.map(\.width) == [2, 4, 2])
    #expect(String(decoding: mask.fieldWidths.map(\.field), as: UTF8.self) == "ujn")
  }

  @Test("writes fields in another notation")
  func render() {
    let fields: [UInt8: [UInt8]] = [0x75: Array("13".utf8), 0x6E: Array("0042".utf8)]
    #expect(IdentifierMask.render("PLuu00-nnnn/n", fields: fields) == "PL1300-0042/n")
  }
}
