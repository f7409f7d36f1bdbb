import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

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
    guard let lastDay = Self.lastDay(of: period) else {
      throw IntakeRefusal(
        delivery: file.lastPathComponent,
        reasons: [
          "'\(period)' is no period; write 2023, 2023K2, 2023-06 or 2000-2013"
        ])
    }
    let date = referenceDate ?? lastDay
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
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ $0.count == 4 }) {
      guard let first = Period(String(parts[0])), let last = Period(String(parts[1])),
        first <= last
      else { return nil }
      return last.lastDay
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
