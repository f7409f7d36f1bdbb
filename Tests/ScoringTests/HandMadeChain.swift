import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Scoring
import Testing
import Warehouse

/// A chain of two organisations whose deliveries, faults and truth are written by hand.
enum HandMadeChain {
  static let chain = """
    id: hand
    version: 1.0.0
    name: {nl: Hand, en: Hand}
    purpose: {nl: Proef, en: Test}
    licence: {name: Vrij, address: "https://example.org/vrij"}
    organisations:
      - {id: register, code: REG, name: {nl: Register, en: Register}, role: {nl: R, en: R}}
      - {id: gerecht, code: GER, name: {nl: Gerecht, en: Court}, role: {nl: G, en: C}}
    identifiers:
      nummer:
        name: {nl: Nummer, en: Number}
        canonical: nnnnnn
        variants: [NRnnnnnn]
      bsn:
        name: {nl: BSN, en: BSN}
        canonical: bbbbbbbbb
    schemes: []
    """

  static let entry = """
    id: inschrijving
    file: INSCHRIJVING.csv
    version: "1"
    title: {nl: Inschrijvingen, en: Entries}
    format: {kind: delimited, separator: ";", encoding: utf-8, newline: lf, header: 1, date: yyyy-mm-dd}
    key: [NR]
    mutation: {column: MUT, new: N, changed: W, withdrawn: V, at: MUTDAT}
    rhythm: year
    thresholds: {quarantine: 1}
    columns:
      - {name: NR, type: text, role: key, required: true, identifier: nummer}
      - {name: BSN, type: text, role: identity, identifier: bsn}
      - {name: KLEUR, type: text, role: content, values: [ROOD, BLAUW]}
      - {name: DAGEN, type: integer, role: content}
      - {name: NOOT, type: text, role: freetext}
      - {name: MUT, type: text, role: content}
      - {name: MUTDAT, type: date, role: content}
    checks:
      - {id: dagen-denkbaar, expect: "dagen < 100", severity: warning, message: {nl: Veel, en: Much}}
    """

  static let verdict = """
    id: vonnis
    file: VONNIS.csv
    version: "1"
    title: {nl: Vonnissen, en: Verdicts}
    format: {kind: delimited, separator: ";", encoding: utf-8, newline: lf, header: 1, date: yyyy-mm-dd}
    rhythm: year
    thresholds: {quarantine: 1}
    columns:
      - {name: BSN, type: text, role: identity, identifier: bsn}
      - {name: ZAAK, type: text, role: content, identifier: nummer}
    """

  static let linkage = """
    person:
      records:
        - {file: register.inschrijving, keys: [bsn]}
        - {file: gerecht.vonnis, keys: [bsn]}
      unique: [bsn]
      local: []
    """

  /// What the codes of the hand-made ledgers mean; nothing is made up from it.
  static let synthesis = """
    parameters: {}
    tables: []
    truth: []
    files: []
    golden: []
    faults:
      - {code: K1, kind: replace, file: register.inschrijving, columns: [KLEUR], rate: 0, expect: reject}
      - {code: K2, kind: scale, file: register.inschrijving, columns: [DAGEN], rate: 0, expect: flag}
      - {code: K3, kind: format, file: gerecht.vonnis, columns: [ZAAK], rate: 0, expect: normalise}
      - {code: K4, kind: blank, file: gerecht.vonnis, columns: [BSN], rate: 0, expect: link}
      - {code: K5, kind: duplicate, file: register.inschrijving, rate: 0, expect: reject}
      - {code: K6, kind: correction, file: register.inschrijving, columns: [DAGEN], rate: 0, expect: repair}
      - {code: K7, kind: leak, file: register.inschrijving, columns: [NOOT], rate: 0, expect: reject}
      - {code: K8, kind: truncated, file: register.inschrijving, rate: 0, expect: reject}
    """

  static func write(_ texts: [String: String], into folder: URL) throws {
    for (name, text) in texts {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  static func pack(in folder: URL) throws -> ChainPack {
    let place = folder.appending(path: "pack")
    try write(
      [
        "chain.yaml": chain, "deliveries/register/inschrijving.yaml": entry,
        "deliveries/gerecht/vonnis.yaml": verdict, "linkage.yaml": linkage,
        "synthesis/synthesis.yaml": synthesis,
        "entities/inschrijving.sql": "-- Entries.\nSELECT nr, dagen FROM {register.inschrijving}",
      ], into: place)
    return try ChainPack.read(place).pack
  }

  /// One delivery with its manifest.
  static func deliver(
    _ id: String, _ organisation: String, _ date: String, file: String, _ text: String,
    isFictitious: Bool = true, in folder: URL
  ) throws -> OfferedDelivery {
    let place = folder.appending(path: id)
    try write([file: text], into: place)
    var manifest = DeliveryManifest(
      organisation: organisation, id: id, chain: "hand", kind: .mutation,
      period: String(date.prefix(4)), referenceDate: date, schemaVersion: "1",
      files: [
        DeliveryManifest.File(
          name: file, rows: text.split(separator: "\n").count - 1, bytes: text.utf8.count,
          sha256: try StoredFile.digest(of: place.appending(path: file)), controlTotals: nil)
      ])
    manifest.isFictitious = isFictitious
    try JSONEncoder().encode(manifest).write(to: place.appending(path: "manifest.json"))
    return try OfferedDelivery.folder(place)
  }
}
