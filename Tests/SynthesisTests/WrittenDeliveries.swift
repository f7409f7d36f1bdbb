import ChainPack
import Foundation
import InformationModel
import Synthesis
import Warehouse

/// What a run of the generator wrote, read back without its help.
struct WrittenDeliveries: Sendable {
  struct Ledger: Sendable {
    var organisation: String
    var delivery: String
    var file: String
    var row: Int?
    var key: String
    var column: String
    var code: String
    var trueValue: String
    var writtenValue: String
    var expected: String
  }

  struct Manifest: Decodable, Sendable {
    struct File: Decodable, Sendable {
      var naam: String
      var rijen: Int
      var bytes: Int
      var sha256: String
      var controletotalen: [String: String]
    }

    var bron: String
    var leveringId: String
    var chain: String
    var soort: String
    var verslagperiode: String
    var peildatum: String
    var schemaVersie: String
    var bestanden: [File]
  }

  let root: URL
  let summary: Synthesizer.Summary
  let manifests: [(folder: String, manifest: Manifest)]
  let ledger: [Ledger]

  init(
    pack: ChainPack, into root: URL, seed: UInt64 = 7, scale: Double = 1, to: Int = 2023,
    faults: Synthesizer.Options.Faults = .default, threads: Int? = nil
  ) throws {
    self.root = root
    let options = Synthesizer.Options(
      seed: seed, scale: scale, fromYear: 2022, toYear: to, faults: faults, threads: threads)
    summary = try Synthesizer(pack: pack, options: options).run(into: root)
    let folders = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    manifests = try folders.filter { $0 != "_truth" }.map { folder in
      let data = try Data(contentsOf: root.appending(path: "\(folder)/manifest.json"))
      return (folder, try JSONDecoder().decode(Manifest.self, from: data))
    }
    let books = try Data(contentsOf: root.appending(path: "_truth/faults.csv"))
    ledger = CSVTable([UInt8](books)).rows.map { cells in
      Ledger(
        organisation: cells[0], delivery: cells[1], file: cells[2], row: Int(cells[4]),
        key: cells[5], column: cells[6], code: cells[7], trueValue: cells[8],
        writtenValue: cells[9], expected: cells[10])
    }
  }

  func truth(_ file: String) throws -> CSVTable {
    CSVTable([UInt8](try Data(contentsOf: root.appending(path: "_truth/\(file)"))))
  }

  /// All rows of a table of the truth, in the order in which they are written.
  func rows(ofTruth table: String) throws -> QueryAnswer {
    let file = root.appending(path: "_truth/\(table).parquet").path
    return try DuckDBEngine().query("SELECT * FROM read_parquet(\(literal(file)))")
  }

  func bytes(_ folder: String, _ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appending(path: "\(folder)/\(file)")))
  }

  func entries(_ code: String) -> [Ledger] { ledger.filter { $0.code == code } }

  /// The good deliveries of an organisation, in order.
  func good(_ code: String) -> [(folder: String, manifest: Manifest)] {
    let bad = Set(ledger.filter { $0.row == nil }.map(\.delivery))
    return manifests.filter { $0.manifest.bron == code && !bad.contains($0.manifest.leveringId) }
  }

  /// The rows of a good delivery as records of fields, without the header.
  func rows(_ folder: String, _ file: String) throws -> [[[UInt8]]] {
    var bytes = try bytes(folder, file)
    var reader = DelimitedText(separator: 0x3B, quote: 0x22)
    if file.hasSuffix(".tsv") {
      let units = stride(from: 2, to: bytes.count, by: 2).map {
        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
      }
      bytes = Array(String(decoding: units, as: UTF16.self).utf8)
      reader = DelimitedText(separator: 0x09, quote: nil)
    }
    var rows: [[[UInt8]]] = []
    bytes.withUnsafeBufferPointer { text in
      reader.forEachRecord(in: text) { _, fields in
        rows.append(fields.map { reader.value(of: $0, in: text) })
      }
    }
    return Array(rows.dropFirst(file.hasSuffix(".tsv") ? 2 : 1))
  }
}

/// Text of Windows-1252 bytes, as far as these tests need it.
func latin(_ bytes: [UInt8]) -> String {
  String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}
