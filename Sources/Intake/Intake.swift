import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// Files of a delivery that belong together, and the contracts that each have records in all of them.
package struct MatchedFiles: Sendable {
  /// In the order in which their rows are numbered; `part` as in `Contract.files`.
  package var files: [(file: DeliveryManifest.File, part: String?)]
  package var contracts: [Contract]
}

/// The rows of one contract in a delivery after their checks.
package struct ExaminedFile: Sendable {
  package var contract: Contract
  /// What the file is called, or the pattern of several names.
  package var name: String
  /// The SHA-256 of the file; of several files one after another, with blanks between.
  package var digest: String
  package var rowCount: Int
  package var records: Microdata<Validated, CheckedFile>
  /// Which file each row stands in; findings about sets of rows are placed with it.
  package var fileRows: FileRows
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
  /// - Returns: the files of the manifest with the contracts that have records in them.
  /// - Throws: `IntakeRefusal` with every reason.
  package func checkManifest(_ offered: OfferedDelivery) throws -> [MatchedFiles] {
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
    let single = offered.contract.flatMap(pack.contract)
    let contracts = pack.contracts.filter { contract in
      single.map { $0.organisation == contract.organisation && $0.file == contract.file }
        ?? (contract.organisation == organisation?.id)
    }
    var sets: [MatchedFiles] = []
    for contract in contracts {
      if let place = sets.firstIndex(where: { $0.contracts[0].file == contract.file }) {
        sets[place].contracts.append(contract)
      } else {
        sets.append(MatchedFiles(files: [], contracts: [contract]))
      }
    }
    for file in manifest.files {
      let base = file.name.hasSuffix(".gz") ? String(file.name.dropLast(3)) : file.name
      guard !file.name.contains("/"), !file.name.hasPrefix(".") else {
        reasons.append("'\(file.name)' is no plain file name")
        continue
      }
      func agreed(_ set: MatchedFiles) -> (name: String, part: String?)? {
        set.contracts[0].files.first { $0.name == base }
      }
      let known = sets.firstIndex { agreed($0) != nil }
      guard let place = known ?? (offered.hasManifest ? nil : sets.indices.first) else {
        let near = nearest(to: base, among: contracts.flatMap { $0.files.map(\.name) })
        reasons.append(
          "\(file.name) is in no contract of \(organisation?.id ?? "this organisation")"
            + (near.map { "; did you mean '\($0)'?" } ?? ""))
        continue
      }
      for contract in sets[place].contracts where contract.version != manifest.schemaVersion {
        reasons.append(
          "\(file.name) has schema version \(manifest.schemaVersion), the contract is version \(contract.version)"
        )
      }
      let part = agreed(sets[place])?.part
      if sets[place].files.contains(where: { $0.part == part }) {
        reasons.append("\(base) stands in the delivery twice")
      }
      sets[place].files.append((file, part))
    }
    for place in sets.indices {
      let agreed = sets[place].contracts[0].files
      let delivered = sets[place].files
      if offered.hasManifest, organisation != nil {
        for (name, part) in agreed where !delivered.contains(where: { $0.part == part }) {
          reasons.append("\(name) is missing")
        }
      }
      // A file that came alone may have any name.
      if delivered.count > 1 {
        sets[place].files = agreed.compactMap { name, part in
          delivered.first { $0.part == part }
        }
      }
    }
    guard reasons.isEmpty else { throw IntakeRefusal(delivery: manifest.id, reasons: reasons) }
    return sets.filter { !$0.files.isEmpty }
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

  /// Reads files that belong together and checks the rows of each contract in them.
  ///
  /// - Returns: one per contract.
  /// - Throws: `IntakeRefusal` when a file is not what the manifest says or not of the agreed schema.
  package func examine(
    _ matched: MatchedFiles, offered: OfferedDelivery
  ) throws -> [ExaminedFile] {
    let id = offered.manifest.id
    func refusal(_ reason: String, _ findings: [FindingGroup] = []) -> IntakeRefusal {
      IntakeRefusal(delivery: id, reasons: [reason], findings: findings)
    }
    var digests: [String] = []
    var files: [DeliveredFile] = []
    for (file, part) in matched.files {
      let (data, digest) = try open(file, of: offered)
      digests.append(digest)
      do {
        files.append(
          try DeliveredFile(
            data, name: file.name, part: part, format: matched.contracts[0].format,
            unpackedLimit: unpackedLimit))
      } catch let error as UnreadableFile {
        throw refusal(error.reason)
      }
    }
    var texts: [DeliveredText] = []
    for contract in matched.contracts {
      do {
        texts.append(
          try DeliveryReader(contract: contract, siblings: matched.contracts).read(files))
      } catch let error as UnreadableFile {
        throw refusal(error.reason)
      }
      for (index, file) in (texts.last?.files ?? []).enumerated() {
        if let reason = schemaDifference(file.header, contract)
          ?? shapeDifference(texts[texts.count - 1], file: index, contract)
        {
          throw refusal("\(file.name) \(reason)")
        }
      }
    }
    if offered.hasManifest {
      for (index, (file, _)) in matched.files.enumerated() {
        let rows = texts.reduce(0) { $0 + $1.rowCount(ofFile: index) }
        if rows != file.rows {
          throw refusal("\(file.name) has \(rows) rows where the manifest says \(file.rows)")
        }
      }
    }
    let name = matched.files.count == 1 ? matched.files[0].file.name : matched.contracts[0].file
    let outcomes = zip(matched.contracts, texts).map { contract, text in
      RowChecks(
        contract: contract, pack: pack, file: name, delivery: id,
        referenceDate: CalendarDate(iso: offered.manifest.referenceDate) ?? .distantFuture
      ).check(text)
    }
    let places = zip(matched.contracts, texts).map { FileRows($1, of: $0) }
    if let reason = controlTotalDifference(matched.files.map(\.file), outcomes) {
      throw refusal(
        "\(name): \(reason)", zip(places, outcomes).flatMap { $0.placed($1.findings) })
    }
    return matched.contracts.indices.map { index in
      let (text, outcome) = (texts[index], outcomes[index])
      var bad: [UInt8] = []
      var badCount = 0
      for row in outcome.isBad.indices where outcome.isBad[row] {
        text.write(row, to: &bad)
        badCount += 1
      }
      return ExaminedFile(
        contract: matched.contracts[index], name: name, digest: digests.joined(separator: " "),
        rowCount: text.rowCount, records: Microdata(outcome.checked, as: Validated.self),
        fileRows: places[index], findings: places[index].placed(outcome.findings),
        unknownCodes: outcome.unknownCodes, badRows: bad, badRowCount: badCount)
    }
  }

  /// The bytes of a delivered file, if they are those of the manifest, and their SHA-256.
  private func open(
    _ file: DeliveryManifest.File, of offered: OfferedDelivery
  ) throws -> (data: Data, digest: String) {
    func refusal(_ reason: String) -> IntakeRefusal {
      IntakeRefusal(delivery: offered.manifest.id, reasons: [reason])
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
    return (data, digest)
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

  /// How all rows of a file without a header differ from the contract; nil when some do not.
  private func shapeDifference(
    _ text: DeliveredText, file index: Int, _ contract: Contract
  ) -> String? {
    let first = text.files[index].rowsBefore
    let rows = first..<(first + text.rowCount(ofFile: index))
    let misshapen = text.misshapen.filter { rows.contains(Int($0.row)) }
    guard let example = misshapen.first, misshapen.count == rows.count,
      misshapen.allSatisfy({ ["field-name", "line-length"].contains($0.rule) })
    else { return nil }
    return "has no row in the shape of \(contract.name): \(example.message)"
  }

  /// A text that can be told as a column's name; anything else may be values that came to stand in the header.
  private static func isColumnName(_ text: String) -> Bool {
    text.utf8.count <= 40 && text.count { $0.isNumber } <= 3
      && text.allSatisfy { $0.isLetter || $0.isNumber || " _-.".contains($0) }
  }

  /// How the sums of numeric columns differ from those of the manifest; nil when they do not. Files that belong together are summed
  /// together, and so are columns of one name in several contracts.
  private func controlTotalDifference(
    _ files: [DeliveryManifest.File], _ outcomes: [RowChecks.Outcome]
  ) -> String? {
    let findings = outcomes.flatMap(\.findings)
    // A row that cannot be read into columns has no place in a sum.
    let unreadable = findings.contains { $0.severity == .error && $0.column == nil }
    let wrongType = Set(findings.filter { $0.rule == "type" }.compactMap(\.column))
    guard !unreadable else { return nil }
    let names = Set(files.flatMap { ($0.controlTotals ?? [:]).keys })
    for name in names.sorted() {
      let found = outcomes.compactMap { $0.totals[name] }
      guard let scale = found.map(\.scale).max() else {
        return "there is no numeric column '\(name)' for the control total of the manifest"
      }
      if wrongType.contains(name) { continue }
      var stated = 0
      for text in files.compactMap({ $0.controlTotals?[name]?.replacing(",", with: ".") }) {
        guard
          let value = Array(text.utf8).withUnsafeBufferPointer({
            RowChecks.unscaled($0, scale: scale, mark: 0x2E)
          })
        else { return "the control total of \(name) in the manifest is no number" }
        stated &+= Int(value)
      }
      let sum = found.reduce(0) { sum, total in
        sum &+ (total.scale..<scale).reduce(total.sum) { value, _ in value &* 10 }
      }
      if stated != sum { return "the sum of \(name) is not the control total of the manifest" }
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
      rowCount: columns.first?.column.rowCount ?? 0)
    return RowChecks(
      contract: contract, pack: pack, file: contract.file, delivery: "",
      referenceDate: .distantFuture
    ).check(text).checked.identifiers
  }

  /// Rows of a contract, by number from 1, as they were delivered, each behind its number.
  package static func rows(
    _ numbers: Set<Int32>, of contract: Contract, in matched: MatchedFiles,
    of offered: OfferedDelivery
  ) throws -> [UInt8] {
    let files = try matched.files.map { file, part in
      try DeliveredFile(
        Data(contentsOf: offered.folder.appending(path: file.name), options: .mappedIfSafe),
        name: file.name, part: part, format: contract.format)
    }
    let text = try DeliveryReader(contract: contract, siblings: matched.contracts).read(files)
    var rows: [UInt8] = []
    for number in numbers.sorted() where (1...text.rowCount).contains(Int(number)) {
      text.write(Int(number) - 1, to: &rows)
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
