import ChainPack
import Foundation
import InformationModel
import Intake
import Pseudonymisation
import Refinement
import Warehouse

/// From a delivery before the door to content in the lake: check, pseudonymise, check as sets, store.
package final class DeliveryRun {
  private let workspace: Workspace?
  private let pack: ChainPack
  private let keys: PseudonymKeys
  private let engine: any Engine
  private let catalogue: Catalogue?
  private let temporary: URL
  private let today: CalendarDate?
  /// Files whose accepted keys the engine holds.
  private var keptKeys: Set<String> = []

  package enum Outcome {
    case accepted(DeliveryReport)
    /// The same delivery was accepted before; nothing changed.
    case known(DeliveryReceipt)
  }

  /// Receives into a workspace. A delivery with a reference date after `today` is refused; without a `today` made-up deliveries may have any date.
  package init(
    workspace: Workspace, pack: ChainPack, catalogue: Catalogue, today: CalendarDate? = nil
  ) throws {
    self.workspace = workspace
    self.today = today
    self.pack = pack
    self.catalogue = catalogue
    keys = try Self.activeKey(of: workspace, catalogue: catalogue)
    // Deliveries are many and small: one thread costs least.
    engine = try workspace.makeEngine(threads: 1)
    temporary = workspace.temporary
    Self.cleanUp(workspace)
  }

  /// Checks only, as a supplier does at home: nothing is kept, and the key is thrown away.
  package init(checking pack: ChainPack, today: CalendarDate? = nil) throws {
    workspace = nil
    self.today = today
    self.pack = pack
    catalogue = nil
    keys = .ephemeral()
    temporary = URL(filePath: NSTemporaryDirectory())
    engine = try DuckDBEngine(threads: 1, temporary: temporary)
  }

  /// Removes what a stopped command left half-written.
  static func cleanUp(_ workspace: Workspace) {
    for folder in [
      workspace.contentZone, workspace.identityZone, workspace.linkZone, workspace.snapshots,
      workspace.reports, workspace.keys, workspace.directory,
    ] {
      StoredFile.clean(folder)
    }
  }

  /// The key in use. The first delivery of a workspace makes one; after that a missing key is a loss, not a beginning.
  private static func activeKey(
    of workspace: Workspace, catalogue: Catalogue
  ) throws -> PseudonymKeys {
    if let id = try catalogue.activeKey() { return try PseudonymKeys.read(id, of: workspace) }
    let key =
      try PseudonymKeys.list(workspace).last.map {
        try PseudonymKeys.read($0, of: workspace)
      } ?? PseudonymKeys.add(to: workspace)
    try catalogue.setActiveKey(key.id)
    return key
  }

  /// Receives one delivery.
  ///
  /// - Throws: `IntakeRefusal` when it is refused whole; then nothing was stored.
  package func receive(_ offered: OfferedDelivery) throws -> Outcome {
    let manifest = offered.manifest
    let fingerprint = offered.fingerprint
    if let known = try catalogue?.delivery(fingerprint: fingerprint),
      let receipt = try? JSONDecoder().decode(
        DeliveryReceipt.self, from: Data(known.receipt.utf8))
    {
      return .known(receipt)
    }
    let intake = Intake(pack: pack)
    let matched = try intake.checkManifest(offered)
    let knownFrom = try placeInTime(offered)
    var parts: [StagedFile] = []
    defer { for part in parts { part.discard(engine) } }
    // Every file is read, so that the supplier hears of all that is wrong at once.
    var refusal = IntakeRefusal(delivery: manifest.id, reasons: [])
    for files in matched {
      do {
        let examined = try intake.examine(files, offered: offered)
        refusal.findings += examined.flatMap(\.findings)
        guard refusal.reasons.isEmpty else { continue }
        for file in examined {
          parts.append(try stage(file, among: files, number: parts.count))
        }
      } catch let error as IntakeRefusal {
        refusal.reasons += error.reasons
        refusal.findings += error.findings
      }
    }
    guard refusal.reasons.isEmpty else { throw refusal }
    let targets = try referenceTargets(parts)
    for index in parts.indices {
      let found = try intake.checkSets(
        of: parts[index].contract, file: parts[index].name, relation: parts[index].relation,
        targets: targets[parts[index].contract.organisation] ?? [:], engine: engine)
      parts[index].add(found)
    }
    let receipt = DeliveryReceipt(
      delivery: manifest.id, organisation: manifest.organisation, period: manifest.period,
      referenceDate: String(manifest.referenceDate.prefix(10)), knownFrom: knownFrom.description,
      fingerprint: fingerprint, files: parts.map(\.receipt))
    let report = DeliveryReport(receipt: receipt, findings: parts.flatMap(\.findings))
    try refuseBeyondThreshold(parts, delivery: manifest.id)
    try store(parts, offered: offered, receipt: receipt, knownFrom: knownFrom, report: report)
    try keepKeys(parts)
    return .accepted(report)
  }

  // MARK: Steps

  /// Whether the delivery comes in its turn, and from which day it counts.
  private func placeInTime(_ offered: OfferedDelivery) throws -> CalendarDate {
    let manifest = offered.manifest
    let referenceDate = CalendarDate(iso: manifest.referenceDate) ?? .distantPast
    func refusal(_ reason: String) -> IntakeRefusal {
      IntakeRefusal(delivery: manifest.id, reasons: [reason])
    }
    if let today, referenceDate > today {
      throw refusal(
        "its reference date \(referenceDate) lies in the future: nothing is complete up to that day yet"
      )
    }
    guard let catalogue, let organisation = pack.organisation(code: manifest.organisation) else {
      return referenceDate
    }
    let deliveries = try catalogue.deliveries()
    if deliveries.contains(where: { $0.id == manifest.id }) {
      throw refusal(
        "delivery id \(manifest.id) was used before for other files; a new delivery needs a new id")
    }
    let own = deliveries.filter { $0.organisation == organisation.id }
    if offered.hasManifest, let earlier = try replayed(manifest, among: own, catalogue) {
      throw refusal("these are the files of delivery \(earlier) under another id: a replay")
    }
    switch manifest.kind {
    case .redelivery:
      guard let replaced = manifest.replaces else {
        throw refusal("a HERLEVERING must say in 'vervangt' which delivery it replaces")
      }
      guard let earlier = own.first(where: { $0.id == replaced }) else {
        throw refusal("it replaces delivery \(replaced), which is not here")
      }
      guard earlier.knownTo == nil else {
        throw refusal("it replaces delivery \(replaced), which was replaced before")
      }
    case .initial, .mutation:
      // What was replaced does not count: a reference date far ahead by mistake is put right by a redelivery.
      let latest = own.filter { $0.knownTo == nil }.map(\.referenceDate).max()
      if offered.hasManifest, let latest, referenceDate <= latest {
        throw refusal(
          "its reference date \(referenceDate) is not after \(latest), that of the delivery before: out of order"
        )
      }
    }
    // A snapshot that is frozen must stay what it is: what comes after it is known from the day after.
    let frozen = try catalogue.snapshots().map(\.referenceDate).max()
    if let frozen, referenceDate <= frozen { return frozen.adding(days: 1) }
    return referenceDate
  }

  /// The earlier delivery of which these are the files; nil when there is none.
  private func replayed(
    _ manifest: DeliveryManifest, among deliveries: [Catalogue.Delivery], _ catalogue: Catalogue
  ) throws -> String? {
    let hashes = Set(manifest.files.map(\.sha256))
    // A redelivery may bring the files again that it replaces, for instance after an unknown code was mapped.
    var replaced: Set<String> = []
    var next = manifest.replaces
    while let id = next, replaced.insert(id).inserted {
      next = deliveries.first { $0.id == id }?.replaces
    }
    let files = Dictionary(grouping: try catalogue.files(), by: \.delivery)
    return deliveries.first { delivery in
      let earlier = files[delivery.id] ?? []
      // Without a row, files are the same in every period in which nothing happened.
      return !replaced.contains(delivery.id) && earlier.contains { $0.rows > 0 }
        && Set(earlier.flatMap(\.digests)) == hashes
    }?.id
  }

  private func stage(
    _ examined: ExaminedFile, among files: MatchedFiles, number: Int
  ) throws -> StagedFile {
    let split = try Pseudonymisation.split(examined.records, keys: keys)
    let relation = "staged_\(number)"
    try engine.load(split.content.content, as: relation)
    return StagedFile(
      contract: examined.contract, files: files, fileRows: examined.fileRows,
      name: examined.name, digest: examined.digest,
      rowCount: examined.rowCount, relation: relation, schema: split.content.content.schema,
      sealedIdentity: split.content.sealedIdentity, badRows: examined.badRows,
      badRowCount: examined.badRowCount, findings: examined.findings,
      unknownCodes: examined.unknownCodes)
  }

  /// By organisation and contract: the keys that references may point at, in this delivery and in earlier ones.
  private func referenceTargets(_ parts: [StagedFile]) throws -> [String: [String: String]] {
    var targets: [String: [String: String]] = [:]
    let wanted = Set(
      parts.flatMap { part in
        part.contract.references.map { "\(part.contract.organisation).\($0.target)" }
      })
    for name in wanted.sorted() {
      guard let contract = pack.contract(name) else { continue }
      let key = Self.keyList(contract)
      var selects = ["SELECT \(key) FROM \(quoted(try acceptedKeys(contract)))"]
      selects += parts.filter { $0.contract.name == name }.map {
        "SELECT \(key) FROM \(quoted($0.relation))"
      }
      targets[contract.organisation, default: [:]][contract.id] =
        "(\(selects.joined(separator: " UNION ALL ")))"
    }
    return targets
  }

  private static func keyList(_ contract: Contract) -> String {
    contract.key.compactMap { contract.column($0)?.contentName }.map(quoted)
      .joined(separator: ", ")
  }

  /// The keys of all accepted rows of a file, read once and kept up while deliveries come in.
  private func acceptedKeys(_ contract: Contract) throws -> String {
    let relation = "keys.\(contract.name)"
    guard !keptKeys.contains(contract.name) else { return relation }
    let columns = Refinement.schema(of: contract)
    var files: [LakeFile] = []
    if let workspace, let catalogue {
      files = try catalogue.files().filter { $0.contract == contract.name }
        .map { LakeFile(workspace.contentZone.appending(path: $0.content)) }
    }
    try engine.define("earlier", as: files, columns: columns)
    try engine.execute(
      "CREATE OR REPLACE TEMP TABLE \(quoted(relation)) AS "
        + "SELECT \(Self.keyList(contract)) FROM `earlier`")
    keptKeys.insert(contract.name)
    return relation
  }

  /// Adds the keys of files that were just accepted.
  private func keepKeys(_ parts: [StagedFile]) throws {
    for part in parts where keptKeys.contains(part.contract.name) {
      try engine.execute(
        "INSERT INTO \(quoted("keys.\(part.contract.name)")) "
          + "SELECT \(Self.keyList(part.contract)) FROM \(quoted(part.relation))"
          + part.acceptedRows)
    }
  }

  private func refuseBeyondThreshold(_ parts: [StagedFile], delivery: String) throws {
    let reasons = parts.compactMap { part -> String? in
      guard part.rowCount > 0 else { return nil }
      let share = Double(part.quarantined) / Double(part.rowCount)
      // A handful of bad rows in a tiny file is no reason to send it back.
      guard share > part.contract.quarantineThreshold, part.quarantined > 3 else { return nil }
      func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10)%" }
      return
        "\(part.name): \(part.quarantined) of \(part.rowCount) rows (\(percent(share))) are bad, the contract allows \(percent(part.contract.quarantineThreshold))"
    }
    guard !reasons.isEmpty else { return }
    throw IntakeRefusal(
      delivery: delivery, reasons: reasons, findings: parts.flatMap(\.findings))
  }

  private func store(
    _ parts: [StagedFile], offered: OfferedDelivery, receipt: DeliveryReceipt,
    knownFrom: CalendarDate, report: DeliveryReport
  ) throws {
    guard let workspace, let catalogue else { return }
    let manifest = offered.manifest
    var files: [Catalogue.File] = []
    for part in parts {
      let content = try storeContent(part, in: workspace)
      let subject = Pseudonymisation.subject(manifest.id, part.contract.name)
      var identity: String?
      if let sealed = part.sealedIdentity {
        identity = try storeSealed(sealed, subject: subject, in: workspace)
      }
      var quarantine: String?
      let badRows = try part.allBadRows(offered)
      if !badRows.isEmpty {
        quarantine = try storeSealed(
          SealedColumns.seal(badRows, subject: subject + "/quarantine", keys: keys),
          subject: subject + "/quarantine", in: workspace)
      }
      files.append(
        Catalogue.File(
          delivery: manifest.id, contract: part.contract.name, version: part.contract.version,
          name: part.name, digest: part.digest, rows: part.rowCount,
          accepted: part.rowCount - part.quarantined, quarantined: part.quarantined,
          content: content, identity: identity, quarantine: quarantine))
    }
    try report.write(to: workspace.reports.appending(path: manifest.id))
    let organisation = pack.organisation(code: manifest.organisation)?.id ?? manifest.organisation
    try catalogue.accept(
      Catalogue.Delivery(
        sequence: try catalogue.deliveries().count + 1, id: manifest.id,
        fingerprint: receipt.fingerprint, organisation: organisation, kind: manifest.kind.rawValue,
        period: manifest.period,
        referenceDate: CalendarDate(iso: manifest.referenceDate) ?? knownFrom,
        knownFrom: knownFrom, replaces: manifest.replaces,
        isFictitious: manifest.isFictitious ?? false, receipt: receipt.json),
      files: files,
      unknownCodes: parts.flatMap { part in
        part.unknownCodes.map {
          Catalogue.UnknownCode(
            delivery: manifest.id, organisation: organisation, list: $0.list, code: $0.code,
            rows: $0.rows)
        }
      }.uniqued())
  }

  private func storeContent(_ part: StagedFile, in workspace: Workspace) throws -> String {
    let temporary = StoredFile.temporary(in: workspace.contentZone)
    do {
      let columns = part.schema.map { quoted($0.name) }.joined(separator: ", ")
      let select = "SELECT \(columns) FROM \(quoted(part.relation))\(part.acceptedRows)"
      try engine.write(SQLStep(name: "content \(part.name)", select: select), to: temporary)
      let name = try StoredFile.digest(of: temporary) + ".parquet"
      try StoredFile.commit(temporary, as: workspace.contentZone.appending(path: name))
      return name
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  /// The name tells nothing and is the same when a stopped delivery is given again.
  private func storeSealed(_ data: Data, subject: String, in workspace: Workspace) throws -> String
  {
    let name = Pseudonymisation.sealedName(subject: subject, keys: keys)
    try StoredFile.write(
      data, to: workspace.identityZone.appending(path: name), permissions: 0o600)
    return name
  }
}

/// The rows of a contract in a delivery, loaded and not yet stored.
private struct StagedFile {
  var contract: Contract
  var files: MatchedFiles
  var fileRows: FileRows
  var name: String
  var digest: String
  var rowCount: Int
  var relation: String
  var schema: [(name: String, type: String)]
  var sealedIdentity: Data?
  /// Rows that failed their own checks, as delivered.
  var badRows: [UInt8]
  var badRowCount: Int
  var findings: [FindingGroup]
  var unknownCodes: [(list: String, code: String, rows: Int)]
  /// Rows, from 1, that failed as part of a set.
  var setBadRows: Set<Int32> = []

  var quarantined: Int { badRowCount + setBadRows.count }

  /// The condition that leaves out rows which failed as part of a set.
  var acceptedRows: String {
    guard !setBadRows.isEmpty else { return "" }
    let list = setBadRows.sorted().map(String.init).joined(separator: ", ")
    return " WHERE `_row` NOT IN (\(list))"
  }

  mutating func add(_ found: [FindingGroup]) {
    findings += fileRows.placed(found)
    for group in found where group.severity >= .error { setBadRows.formUnion(group.rows) }
  }

  var receipt: DeliveryReceipt.File {
    let warnings = findings.filter { $0.severity == .warning }.reduce(0) { $0 + $1.rows.count }
    return DeliveryReceipt.File(
      name: name, contract: contract.name, sha256: digest, rows: rowCount,
      accepted: rowCount - quarantined, quarantined: quarantined, warnings: warnings)
  }

  /// The rows that failed, as delivered, with their numbers.
  func allBadRows(_ offered: OfferedDelivery) throws -> [UInt8] {
    guard !setBadRows.isEmpty else { return badRows }
    return try badRows + Intake.rows(setBadRows, of: contract, in: files, of: offered)
  }

  func discard(_ engine: any Engine) {
    try? engine.execute("DROP TABLE IF EXISTS \(quoted(relation))")
  }
}

extension [Catalogue.UnknownCode] {
  /// One entry per list and code, rows added up.
  fileprivate func uniqued() -> [Catalogue.UnknownCode] {
    var result: [Catalogue.UnknownCode] = []
    var places: [[String]: Int] = [:]
    for code in self {
      if let place = places[[code.list, code.code]] {
        result[place].rows += code.rows
      } else {
        places[[code.list, code.code]] = result.count
        result.append(code)
      }
    }
    return result
  }
}
