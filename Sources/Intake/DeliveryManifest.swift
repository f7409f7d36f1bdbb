import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// What a supplier says about its delivery: `manifest.json`.
package struct DeliveryManifest: Sendable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// The full state; replaces all that the organisation delivered before.
    case initial = "INITIEEL"
    /// What changed since the delivery before.
    case mutation = "MUTATIE"
    /// Replaces one earlier delivery.
    case redelivery = "HERLEVERING"
  }

  package struct File: Sendable, Codable {
    package var name: String
    package var rows: Int
    package var bytes: Int
    package var sha256: String
    /// Sums of numeric columns as delivered, by column name, as decimal text.
    package var controlTotals: [String: String]?

    enum CodingKeys: String, CodingKey {
      case name = "naam"
      case rows = "rijen"
      case bytes, sha256
      case controlTotals = "controletotalen"
    }

    package init(
      name: String, rows: Int, bytes: Int, sha256: String, controlTotals: [String: String]?
    ) {
      self.name = name
      self.rows = rows
      self.bytes = bytes
      self.sha256 = sha256
      self.controlTotals = controlTotals
    }
  }

  package var organisation: String
  package var id: String
  package var chain: String
  package var kind: Kind
  package var period: String
  /// A date or a moment, ISO 8601; the day counts.
  package var referenceDate: String
  package var schemaVersion: String
  package var contact: String?
  package var legalBasis: String?
  package var replaces: String?
  /// The delivery was made up. Left out by organisations, written by the generator.
  package var isFictitious: Bool?
  package var files: [File]

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
    case replaces = "vervangt"
    case isFictitious = "fictief"
    case files = "bestanden"
  }

  package init(
    organisation: String, id: String, chain: String, kind: Kind, period: String,
    referenceDate: String, schemaVersion: String, contact: String? = nil,
    legalBasis: String? = nil, replaces: String? = nil, files: [File]
  ) {
    self.organisation = organisation
    self.id = id
    self.chain = chain
    self.kind = kind
    self.period = period
    self.referenceDate = referenceDate
    self.schemaVersion = schemaVersion
    self.contact = contact
    self.legalBasis = legalBasis
    self.replaces = replaces
    isFictitious = nil
    self.files = files
  }
}

/// A delivery as it lies before the door: its manifest and where its files are.
package struct OfferedDelivery: Sendable {
  package var manifest: DeliveryManifest
  package var folder: URL
  /// False for a single file that came without a manifest: then counts and hashes are not compared.
  package var hasManifest: Bool
  /// Only these contracts are in the delivery; nil for all of the organisation that the manifest names.
  package var contract: String?

  /// Reads a folder with `manifest.json`.
  package static func folder(_ folder: URL) throws -> OfferedDelivery {
    let name = folder.lastPathComponent
    guard let data = try? Data(contentsOf: folder.appending(path: "manifest.json")) else {
      throw IntakeRefusal(
        delivery: name, reasons: ["there is no manifest.json in the folder"])
    }
    do {
      let manifest = try JSONDecoder().decode(DeliveryManifest.self, from: data)
      return OfferedDelivery(manifest: manifest, folder: folder, hasManifest: true, contract: nil)
    } catch DecodingError.keyNotFound(let key, _) {
      throw IntakeRefusal(delivery: name, reasons: ["manifest.json lacks '\(key.stringValue)'"])
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context)
    {
      let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      throw IntakeRefusal(
        delivery: name,
        reasons: [
          "manifest.json cannot be read"
            + (place.isEmpty ? ": it is no JSON" : " at \(place.joined(separator: "."))")
        ])
    }
  }

  /// A single file, described by its contract and period.
  package static func file(
    _ file: URL, contract: Contract, organisation: Organisation, chain: String, period: String,
    referenceDate: CalendarDate?
  ) throws -> OfferedDelivery {
    guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else {
      throw IntakeRefusal(delivery: file.lastPathComponent, reasons: ["the file cannot be read"])
    }
    guard let date = referenceDate ?? Self.lastDay(of: period) else {
      throw IntakeRefusal(
        delivery: file.lastPathComponent,
        reasons: [
          "'\(period)' is no period; write 2023, 2023K2, 2023-06 or 2000-2013, or give --reference-date"
        ])
    }
    let digest = StoredFile.hexadecimal(SHA256.hash(data: data))
    let identity = "\(contract.name)/\(period)/\(date)/\(digest)"
    let id = StoredFile.letters(SHA256.hash(data: Data(identity.utf8)).prefix(16))
    let manifest = DeliveryManifest(
      organisation: organisation.code, id: id, chain: chain, kind: .mutation, period: period,
      referenceDate: date.description, schemaVersion: contract.version,
      files: [
        .init(
          name: file.lastPathComponent, rows: 0, bytes: data.count, sha256: digest,
          controlTotals: nil)
      ])
    return OfferedDelivery(
      manifest: manifest, folder: file.deletingLastPathComponent(), hasManifest: false,
      contract: contract.name)
  }

  /// The last day of `2023`, `2023K2`, `2023-06`, or of a stretch of years `2000-2013`.
  static func lastDay(of text: String) -> CalendarDate? {
    let parts = text.split(separator: "-")
    if parts.count == 2, parts[0].count == 4, parts[1].count == 4, let last = Int(parts[1]) {
      return Period(grain: .year, year: last).lastDay
    }
    return Period(text)?.lastDay
  }

  /// What makes two deliveries the same: organisation, period, kind and the bytes of all files.
  package var fingerprint: String {
    let parts = manifest.files.sorted { $0.name < $1.name }.map { "\($0.name)=\($0.sha256)" }
    let text =
      ([
        manifest.organisation, manifest.id, manifest.kind.rawValue, manifest.period,
        manifest.referenceDate,
      ] + parts).joined(separator: "\n")
    return StoredFile.letters(SHA256.hash(data: Data(text.utf8)).prefix(16))
  }
}

/// A delivery that is refused whole; nothing of it was stored.
package struct IntakeRefusal: Error, CustomStringConvertible {
  package var delivery: String
  package var reasons: [String]
  /// What was found in the rows before the delivery was refused.
  package var findings: [FindingGroup] = []

  package init(delivery: String, reasons: [String], findings: [FindingGroup] = []) {
    self.delivery = delivery
    self.reasons = reasons
    self.findings = findings
  }

  package var description: String {
    (["delivery \(delivery) is refused; nothing of it was stored:"]
      + reasons.map { "  - \($0)" }).joined(separator: "\n")
  }
}
