import ChainPack
import Foundation
import InformationModel
import TestSupport
import Testing
import Warehouse

/// What leaves the door holds nobody: searched with the truth in hand, which the platform never sees.
@Suite struct PrivacyTests {
  private struct Persons {
    var bsns: Set<String> = []
    var names: Set<String> = []
    var fullNames: Set<String> = []
    var birthDates: Set<String> = []
  }

  private func persons(_ made: MadeChain) throws -> Persons {
    let file = made.deliveries.appending(path: "_truth/Persoon.person.parquet")
    let table = try DuckDBEngine().query(
      "SELECT bsn, surname, given_names, CAST(birth_date AS VARCHAR) AS birth_date "
        + "FROM read_parquet(\(literal(file.path)))")
    var persons = Persons()
    persons.bsns = Set(table.texts("bsn").compactMap { $0 }.filter { $0.count == 9 })
    persons.names = Set(table.texts("surname").compactMap { $0 })
    persons.birthDates = Set(table.texts("birth_date").compactMap { $0 })
    for case (let given?, let surname?) in zip(table.texts("given_names"), table.texts("surname")) {
      persons.fullNames.insert("\(given) \(surname)")
    }
    return persons
  }

  private func isBSN(_ digits: some Collection<UInt8>) -> Bool {
    let check = WeightedCheck(
      weights: [9, 8, 7, 6, 5, 4, 3, 2, -1], modulus: 11, remainders: [0])
    return check.accepts(Array(digits))
  }

  /// Runs of exactly nine digits that no letter or digit touches.
  private func nineDigits(in bytes: some Collection<UInt8>) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var run: [UInt8] = []
    var touched = false
    func isLetter(_ byte: UInt8) -> Bool {
      (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    var previous: UInt8 = 0
    for byte in bytes {
      if (0x30...0x39).contains(byte) {
        if run.isEmpty { touched = isLetter(previous) }
        run.append(byte)
      } else {
        if run.count == 9, !touched, !isLetter(byte) { found.append(run) }
        run = []
      }
      previous = byte
    }
    if run.count == 9, !touched { found.append(run) }
    return found
  }

  @Test
  func
    `no citizen number, name or birth date is in any Parquet file of content, links or snapshots`()
    throws
  {
    let made = try MadeChain.shared.get()
    let persons = try persons(made)
    try #require(persons.bsns.count > 100)
    let engine = try DuckDBEngine(threads: 1)
    var looked = 0
    for zone in [made.workspace.contentZone, made.workspace.linkZone, made.workspace.snapshots] {
      for path in files(below: zone) where path.hasSuffix(".parquet") {
        let file = zone.appending(path: path)
        try engine.define("looked_at", as: [LakeFile(file)], columns: [])
        let columns = try engine.query("DESCRIBE `looked_at`")
        for (name, type) in zip(columns.texts("column_name"), columns.texts("column_type")) {
          let name = try #require(name)
          guard type == "VARCHAR" || type == "DATE" || type == "BIGINT" else { continue }
          let values = try engine.query(
            "SELECT DISTINCT CAST(\(quoted(name)) AS VARCHAR) AS `v` FROM `looked_at`"
          ).texts("v").compactMap { $0 }
          looked += values.count
          for value in values {
            if type == "DATE" {
              #expect(!persons.birthDates.contains(value), "a birth date in \(name) of \(path)")
            } else {
              let digits = nineDigits(in: value.utf8)
              #expect(!digits.contains { isBSN($0) }, "a citizen number in \(name) of \(path)")
              #expect(!persons.names.contains(value), "a surname in \(name) of \(path)")
              #expect(!persons.fullNames.contains(value), "a name in \(name) of \(path)")
            }
          }
        }
      }
    }
    #expect(looked > 10_000)
  }

  @Test
  func `no citizen number or full name is in the catalogue, reports, settings or publications`()
    throws
  {
    let made = try MadeChain.shared.get()
    let persons = try persons(made)
    let folder = made.workspace.directory
    var looked = 0
    let paths = files(below: folder).filter {
      !$0.hasPrefix("zones/") && !$0.hasPrefix("keys/") && !$0.hasPrefix("snapshots/")
    }
    // The catalogue last: another test that closes it moves into it what was in its log.
    for path in paths.filter({ $0 != "catalogue.sqlite" }) + ["catalogue.sqlite"] {
      // SQLite's own index goes when another test closes the catalogue; it holds no value.
      if path.hasSuffix("-shm") { continue }
      let file = folder.appending(path: path)
      if path.hasSuffix("-wal"), (try? Data(contentsOf: file)) == nil { continue }
      let data = try Data(contentsOf: file)
      looked += data.count
      for digits in nineDigits(in: data) {
        #expect(!isBSN(digits), "a citizen number in \(path)")
      }
      let text = String(decoding: data, as: UTF8.self)
      for name in persons.fullNames.prefix(400) {
        let isThere = text.contains(name)
        #expect(!isThere, "a name in \(path)")
      }
    }
    #expect(looked > 100_000)
  }

  @Test func `the identity zone is sealed: none of its bytes show a citizen number`() throws {
    let made = try MadeChain.shared.get()
    let persons = try persons(made)
    let sealed = files(below: made.workspace.identityZone)
    try #require(!sealed.isEmpty)
    for path in sealed {
      let data = try Data(contentsOf: made.workspace.identityZone.appending(path: path))
      for digits in nineDigits(in: data) {
        #expect(!persons.bsns.contains(String(decoding: digits, as: UTF8.self)))
      }
    }
  }
}
