import ChainPack
import Foundation
import InformationModel
import Intake
import TestSupport
import Testing
import Warehouse

@Suite("The door survives any bytes")
struct DoorFuzzTests {
  private static let secrets = ["Kanarie", "Papegaai", "987654321"]

  private static let texts: [String: String] = [
    "loket.bon":
      ([Counter.receiptHeader]
      + (1...6).map {
        "A\($0);987654321;07-03-1985;\"Kanarie \"\"\($0)\"\"\";P;O;07-03-2023;"
          + "12,50;\($0);01;1234;Papegaai;"
      }).joined(separator: "\r\n"),
    "vorm.windows":
      (["naam|bedrag|op|uur|aantal|ja|noot"]
      + (1...6).map {
        "Kanarie \($0)|1,\($0)|07-03-2023|07-03-2023 13:45|\($0)|J|Papegaai"
      }).joined(separator: "\n"),
    "vorm.vast": (1...6).map {
      "Kanarie \($0) 12.50   20230307202303071345003   1Papega"
    }.joined(separator: "\r\n"),
    "vorm.json": (1...6).map {
      #"{"persoon": {"naam": "Kanarie \#($0)", "noot": "Papegaai"}, "#
        + #""bedrag": 1.5, "aantal": \#($0)}"#
    }.joined(separator: "\n"),
  ]

  @Test("and loses no row: each is accepted or in quarantine, and nothing tells a value")
  func mutations() throws {
    var generator = SeededGenerator(seed: 2024)
    try Counter.with { counter in
      for (name, text) in Self.texts.sorted(by: { $0.key < $1.key }) {
        let contract = try counter.contract(name)
        for _ in 0..<500 {
          let bytes = mutated(Array(text.utf8), using: &generator)
          do {
            let file = try counter.examine(bytes, as: name)
            let accepted = file.records.content.rows.count
            #expect(accepted + file.badRowCount == file.rowCount)
            #expect(file.rowCount == Self.rows(bytes, contract))
            #expect(file.badRowCount <= Self.lines(file.badRows))
            let report = DeliveryReport(receipt: Self.receipt, findings: file.findings)
            let told =
              report.csv + report.html + String(decoding: report.json, as: UTF8.self)
              + "\(file.unknownCodes)"
            #expect(Self.secrets.allSatisfy { !told.contains($0) })
          } catch let refusal as IntakeRefusal {
            #expect(Self.secrets.allSatisfy { !refusal.description.contains($0) })
          }
        }
      }
    }
  }

  private func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    // Half of the mutations leave the header whole, so that rows are reached.
    let header = (bytes.firstIndex(of: 0x0A) ?? 0) + 1
    let first = Bool.random(using: &generator) ? header : 0
    for _ in 0...Int.random(in: 0...5, using: &generator) where bytes.count > first + 1 {
      let place = Int.random(in: first..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1:
        bytes.insert(Array("\";|,\r\n{}é".utf8).randomElement(using: &generator) ?? 0, at: place)
      case 2: bytes.remove(at: place)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + 30))
      case 4: bytes.insert(contentsOf: bytes[first..<place].suffix(60), at: place)
      default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
    }
    return bytes
  }

  /// How many rows there are by the outer form alone.
  private static func rows(_ bytes: [UInt8], _ contract: Contract) -> Int {
    guard contract.format.kind == .delimited else {
      return bytes.split(separator: 0x0A).count { line in
        contract.format.kind == .jsonl
          ? !line.allSatisfy { $0 == 0x20 || $0 == 0x0D } : !line.elementsEqual([0x0D])
      }
    }
    var count = -1
    let reader = DelimitedText(separator: contract.format.separator)
    bytes.withUnsafeBufferPointer { reader.forEachRecord(in: $0) { _, _ in count += 1 } }
    return count
  }

  private static func lines(_ bytes: [UInt8]) -> Int { bytes.count { $0 == 0x0A } }

  private static let receipt = DeliveryReceipt(
    delivery: "d", organisation: "o", period: "2023", referenceDate: "2023-12-31",
    knownFrom: "2023-12-31", fingerprint: "f", files: [])
}
