import Crypto
import Foundation
import Warehouse

/// What an organisation says about its delivery: `manifest.json`.
struct Manifest: Encodable {
  struct File: Encodable {
    var name: String
    var rows: Int
    var bytes: Int
    var sha256: String
    var controlTotals: [String: String]

    enum CodingKeys: String, CodingKey {
      case name = "naam"
      case rows = "rijen"
      case bytes, sha256
      case controlTotals = "controletotalen"
    }
  }

  var organisation: String
  var id: String
  var chain: String
  var kind: String
  var period: String
  var referenceDate: String
  var schemaVersion: String
  var contact: String
  var legalBasis: String
  /// Always true here: nobody may take these rows for real ones.
  var isFictitious = true
  var files: [File]

  enum CodingKeys: String, CodingKey {
    case organisation = "bron"
    case id = "leveringId"
    case chain
    case kind = "soort"
    case period = "verslagperiode"
    case referenceDate = "peildatum"
    case schemaVersion = "schemaVersie"
    case contact
    case legalBasis = "grondslag"
    case isFictitious = "fictief"
    case files = "bestanden"
  }

  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(self)
    data.append(0x0A)
    try data.write(to: folder.appending(path: "manifest.json"))
  }
}

extension Manifest {
  static func digest(of bytes: [UInt8]) -> String {
    StoredFile.hexadecimal(SHA256.hash(data: bytes))
  }
}
