import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// A delivered file after its row checks.
package struct ExaminedFile: Sendable {
  package var name: String
  package var digest: String
  package var rowCount: Int
  package var records: Microdata<Validated, CheckedFile>
  package var findings: [FindingGroup]
  package var unknownCodes: [(list: String, code: String, rows: Int)]
  /// The rows that go to quarantine as they were delivered, each with its number, for the identity zone.
  package var badRows: [UInt8]
  package var badRowCount: Int
}

/// Receives deliveries: is it whole, is it what was agreed, which rows are sound.
package struct Intake {
  package let pack: ChainPack
  /// What a packed file may unpack to, in bytes; more when it is fifty times its packed size.
  private let unpackedLimit: Int

  /// 1 GiB.
  package static let unpackedLimit = 1 << 30

  package init(pack: ChainPack, unpackedLimit: Int = Self.unpackedLimit) {
    self.pack = pack
    self.unpackedLimit = unpackedLimit
  }

  /// Compares a delivery with its manifest and its contracts before a row is read.
  ///
  /// - Returns: the contract of each file of the manifest.
  /// - Throws: `IntakeRefusal` with every reason.
  package func checkManifest(_ offered: OfferedDelivery) throws -> [(
    file: DeliveryManifest.File, contract: Contract
  )] {
    let manifest = offered.manifest
    var reasons: [String] = []
    let organisation = pack.organisation(code: manifest.organisation)
    if organisation == nil {
      let codes = pack.description.organisations.map(\.code)
      let near = nearest(to: manifest.organisation, among: codes)
      reasons.append(
        "'\(manifest.organisation)' is no organisation of this chain"
          + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    if manifest.chain != pack.description.id {
      reasons.append(
        "the delivery is for the chain '\(manifest.chain)', this workspace is for '\(pack.description.id)'"
      )
    }
    if !Self.isDeliveryID(manifest.id) {
      reasons.append(
        "'\(manifest.id)' is no delivery id; use up to 100 letters, digits, hyphens, points and underscores"
      )
    }
    if CalendarDate(iso: manifest.referenceDate) == nil {
      reasons.append("'\(manifest.referenceDate)' is no reference date; write yyyy-mm-dd")
    }
    if manifest.replaces != nil, manifest.kind != .redelivery {
      reasons.append(
        "a \(manifest.kind.rawValue) replaces no single delivery: leave 'vervangt' out, or make it a HERLEVERING"
      )
    }
    let contracts = pack.contracts.filter { contract in
      offered.contract.map { $0 == contract.name } ?? (contract.organisation == organisation?.id)
    }
    var matched: [(DeliveryManifest.File, Contract)] = []
    for file in manifest.files {
      let base = file.name.hasSuffix(".gz") ? String(file.name.dropLast(3)) : file.name
      guard !file.name.contains("/"), !file.name.hasPrefix(".") else {
        reasons.append("'\(file.name)' is no plain file name")
        continue
      }
      let contract =
        offered.hasManifest ? contracts.first { $0.file == base } : contracts.first
      guard let contract else {
        let near = nearest(to: base, among: contracts.map(\.file))
        reasons.append(
          "\(file.name) is in no contract of \(organisation?.id ?? "this organisation")"
            + (near.map { "; did you mean '\($0)'?" } ?? ""))
        continue
      }
      if contract.version != manifest.schemaVersion {
        reasons.append(
          "\(file.name) has schema version \(manifest.schemaVersion), the contract is version \(contract.version)"
        )
      }
      if matched.contains(where: { $0.1.name == contract.name }) {
        reasons.append("\(contract.file) stands in the delivery twice")
      }
      matched.append((file, contract))
    }
    if offered.hasManifest, organisation != nil {
      for contract in contracts where !matched.contains(where: { $0.1.name == contract.name }) {
        reasons.append("\(contract.file) is missing")
      }
    }
    guard reasons.isEmpty else { throw IntakeRefusal(delivery: manifest.id, reasons: reasons) }
    return matched
  }

  /// An id is the name of a folder of reports: up to 100 letters, digits, hyphens, points and underscores, no point first.
  package static func isDeliveryID(_ id: String) -> Bool {
    (1...100).contains(id.utf8.count) && !id.hasPrefix(".")
      && id.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  /// Reads one file and checks its rows.
  ///
  /// - Throws: `IntakeRefusal` when the file is not what the manifest says or not of the agreed schema.
  package func examine(
    _ file: DeliveryManifest.File, contract: Contract, offered: OfferedDelivery
  ) throws -> ExaminedFile {
    let id = offered.manifest.id
    func refusal(_ reason: String, _ findings: [FindingGroup] = []) -> IntakeRefusal {
      IntakeRefusal(delivery: id, reasons: [reason], findings: findings)
    }
    let location = offered.folder.appending(path: file.name)
    guard let data = try? Data(contentsOf: location, options: .mappedIfSafe) else {
      throw refusal("\(file.name) is missing")
    }
    let digest = StoredFile.hexadecimal(SHA256.hash(data: data))
    if offered.hasManifest {
      if data.count != file.bytes {
        throw refusal(
          "\(file.name) has \(data.count) bytes where the manifest says \(file.bytes): cut short or changed on its way"
        )
      }
      if digest != file.sha256 {
        throw refusal(
          "\(file.name) does not have the SHA-256 of the manifest: it was changed on its way")
      }
    }
    let text: DeliveredText
    do {
      text = try DeliveryReader(contract: contract, unpackedLimit: unpackedLimit)
        .read(data, name: file.name)
    } catch let error as UnreadableFile {
      throw refusal(error.reason)
    }
    if let reason = schemaDifference(text.header, contract) {
      throw refusal("\(file.name) \(reason)")
    }
    if offered.hasManifest, text.rowCount != file.rows {
      throw refusal(
        "\(file.name) has \(text.rowCount) rows where the manifest says \(file.rows)")
    }
    let outcome = RowChecks(
      contract: contract, pack: pack, file: file.name, delivery: id,
      referenceDate: CalendarDate(iso: offered.manifest.referenceDate) ?? .distantFuture
    ).check(text)
    if let reason = controlTotalDifference(file, outcome, contract) {
      throw refusal("\(file.name): \(reason)", outcome.findings)
    }
    var bad: [UInt8] = []
    var badCount = 0
    for row in outcome.isBad.indices where outcome.isBad[row] {
      bad += "\(row + 1)\t".utf8
      bad += text.text[text.rowStarts[row]..<text.rowEnds[row]]
      bad.append(0x0A)
      badCount += 1
    }
    return ExaminedFile(
      name: file.name, digest: digest, rowCount: text.rowCount,
      records: Microdata(outcome.checked, as: Validated.self), findings: outcome.findings,
      unknownCodes: outcome.unknownCodes, badRows: bad, badRowCount: badCount)
  }

  /// How the header differs from the contract; nil when it does not.
  private func schemaDifference(_ header: [String]?, _ contract: Contract) -> String? {
    guard contract.format.kind == .delimited, contract.format.headerLines > 0 else { return nil }
    let expected = contract.columns.map(\.name)
    guard let header else { return "is empty: it has no header" }
    let names = header.map { $0.trimmingCharacters(in: .whitespaces) }
    guard names != expected else { return nil }
    // Without a header the first row stands in its place, and what stands there is told to nobody.
    guard names.contains(where: expected.contains) else {
      return "has no header: its first line names no column of the contract"
    }
    let missing = expected.filter { !names.contains($0) }
    let added = names.filter { !expected.contains($0) }
    if missing.isEmpty, added.isEmpty {
      return
        "has its columns in another order than the contract: \(expected.joined(separator: ", "))"
    }
    var parts: [String] = []
    if !missing.isEmpty { parts.append("lacks \(missing.joined(separator: ", "))") }
    if !added.isEmpty {
      let hints = added.map { name in
        nearest(to: name, among: missing).map { "\(name) (renamed from \($0)?)" } ?? name
      }
      let isHeader = added.count * 2 <= expected.count && added.allSatisfy(Self.isColumnName)
      parts.append(
        isHeader
          ? "has \(hints.joined(separator: ", ")), which no contract knows"
          : "has \(added.count == 1 ? "a column" : "\(added.count) columns") that no contract knows"
      )
    }
    return parts.joined(separator: " and ")
  }

  /// A text that can be told as a column's name; anything else may be values that came to stand in the header.
  private static func isColumnName(_ text: String) -> Bool {
    text.utf8.count <= 40 && text.count { $0.isNumber } <= 3
      && text.allSatisfy { $0.isLetter || $0.isNumber || " _-.".contains($0) }
  }

  private func controlTotalDifference(
    _ file: DeliveryManifest.File, _ outcome: RowChecks.Outcome, _ contract: Contract
  ) -> String? {
    // A row that cannot be read into columns has no place in a sum.
    let unreadable = outcome.findings.contains { $0.severity == .error && $0.column == nil }
    let wrongType = Set(outcome.findings.filter { $0.rule == "type" }.compactMap(\.column))
    guard !unreadable else { return nil }
    for (name, stated) in (file.controlTotals ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let total = outcome.totals[name] else {
        return "there is no numeric column '\(name)' for the control total of the manifest"
      }
      if wrongType.contains(name) { continue }
      let text = stated.replacing(",", with: ".")
      guard
        let value = Array(text.utf8).withUnsafeBufferPointer({
          RowChecks.unscaled($0, scale: total.scale, mark: 0x2E)
        })
      else { return "the control total of \(name) in the manifest is no number" }
      if Int(value) != total.sum {
        return "the sum of \(name) is not the control total of the manifest"
      }
    }
    return nil
  }

  /// The identifying numbers of a file in canonical form, from its columns as they are sealed: for a new key.
  package func identifiers(
    of contract: Contract, from columns: [(name: String, column: DictionaryColumn)]
  ) -> [IdentifierColumn] {
    let byName = Dictionary(columns.map { ($0.name, $0.column) }, uniquingKeysWith: { a, _ in a })
    let text = DeliveredText(
      columns: contract.columns.map { byName[$0.name] },
      rowCount: columns.first?.column.rowCount ?? 0, text: [], rowStarts: [], rowEnds: [],
      misshapen: [], header: nil, encoding: .utf8)
    return RowChecks(
      contract: contract, pack: pack, file: contract.file, delivery: "",
      referenceDate: .distantFuture
    ).check(text).checked.identifiers
  }

  /// Rows of a file, by number from 1, as they were delivered, each behind its number.
  package static func rows(
    _ numbers: Set<Int32>, of data: Data, name: String, contract: Contract
  ) -> [UInt8] {
    guard let text = try? DeliveryReader(contract: contract).read(data, name: name) else {
      return []
    }
    var rows: [UInt8] = []
    for number in numbers.sorted() where (1...text.rowCount).contains(Int(number)) {
      let row = Int(number) - 1
      rows += "\(number)\t".utf8
      rows += text.text[text.rowStarts[row]..<text.rowEnds[row]]
      rows.append(0x0A)
    }
    return rows
  }

  /// Checks the rows of a file as sets and says which go to quarantine.
  package func checkSets(
    of contract: Contract, file: String, relation: String, targets: [String: String],
    engine: any Engine
  ) throws -> [FindingGroup] {
    try SetChecks(contract: contract, pack: pack, engine: engine, file: file)
      .check(relation, targets: targets)
  }
}
