import ChainPack
import DisclosureControl
import Foundation
import InformationModel
import Linkage
import Pseudonymisation
import Publication
import Refinement
import Tabulation
import Warehouse

/// The way of the data from content to a release, one call a stage.
package final class ProductionRun {
  private let workspace: Workspace
  private let pack: ChainPack
  private let catalogue: Catalogue
  private let engine: DuckDBEngine
  private let referenceDate: CalendarDate
  private let progress: (String) -> Void
  private let threads: Int?
  /// Where the entities are written until they are frozen.
  private let part: URL

  /// The program's own version, part of every snapshot.
  package static let program = "keten 0.1.0"

  package struct Outcome {
    package var snapshot: FrozenSnapshot
    package var tables: [ProtectedTable]
    package var release: ReleaseID
    package var workList: [Finding]
  }

  package init(
    workspace: Workspace, pack: ChainPack, catalogue: Catalogue, referenceDate: CalendarDate,
    threads: Int? = nil, progress: @escaping (String) -> Void
  ) throws {
    self.workspace = workspace
    self.pack = pack
    self.catalogue = catalogue
    self.referenceDate = referenceDate
    self.progress = progress
    self.threads = threads
    engine = try workspace.makeEngine(threads: threads)
    part = StoredFile.temporary(in: workspace.snapshots)
    DeliveryRun.cleanUp(workspace)
  }

  deinit { try? FileManager.default.removeItem(at: part) }

  /// Calls back with each step's SQL.
  package func explain(_ show: @escaping (SQLStep) -> Void) { engine.explain = show }

  /// Everything from the content zone to the release.
  package func run(
    at moment: Moment? = nil, because reason: LocalizedText? = nil
  ) throws -> Outcome {
    let state = try known()
    let states = try define(state)
    let linked = try link(states, state)
    let edited = try edit(state, states)
    let refined = try refine(state, edited: edited, linked: linked)
    let frozen = try freeze(refined, state: state)
    let tables = try tabulate(frozen)
    let safe = try protect(tables, of: frozen)
    let release = try publish(safe, of: frozen, at: moment, because: reason)
    return Outcome(
      snapshot: frozen.content, tables: safe.tables, release: release,
      workList: refined.content.workList)
  }

  /// Everything up to the snapshot.
  package func freeze() throws -> (snapshot: FrozenSnapshot, workList: [Finding]) {
    let state = try known()
    let states = try define(state)
    let linked = try link(states, state)
    let edited = try edit(state, states)
    let refined = try refine(state, edited: edited, linked: linked)
    return (try freeze(refined, state: state).content, refined.content.workList)
  }

  /// From a frozen snapshot to the release.
  package func publish(
    snapshot id: String, at moment: Moment? = nil, because reason: LocalizedText? = nil
  ) throws -> ReleaseID {
    let data = try frozen(id)
    return try publish(
      try protect(try tabulate(data), of: data), of: data, at: moment, because: reason)
  }

  /// Linking alone: writes the link tables, gives what they cover.
  package func link() throws -> [PersonLinkage.Coverage] {
    let state = try known()
    return try link(try define(state), state).content.coverage
  }

  /// Up to refinement: the rows of each entity and the codes that lead to no concept. Nothing is kept.
  package func refine() throws -> (entities: [(name: String, rows: Int)], workList: [Finding]) {
    let state = try known()
    let states = try define(state)
    let linked = try link(states, state)
    let refined = try refine(state, edited: try edit(state, states), linked: linked).content
    return (refined.entities.map { ($0.name, $0.rows) }, refined.workList)
  }

  /// The size of each table of a frozen snapshot; its figures leave only when they are protected.
  package func tabulate(snapshot id: String) throws -> [(table: String, cells: Int)] {
    try tabulate(try frozen(id)).map { ($0.table.description.id, $0.table.cellCount) }
  }

  /// The protected tables of a frozen snapshot.
  package func protect(snapshot id: String) throws -> [ProtectedTable] {
    let data = try frozen(id)
    return try protect(try tabulate(data), of: data).tables
  }

  /// The quality scores of a frozen snapshot; empty when its pack had no rules.
  package func quality(snapshot id: String) throws -> [QualityScore] {
    try QualityScore.read(try frozen(id).content, engine)
  }

  private func frozen(_ id: String) throws -> Microdata<Frozen, FrozenSnapshot> {
    Microdata(
      FrozenSnapshot(
        id: id, folder: workspace.snapshots.appending(path: id),
        snapshot: try Snapshot.read(id, of: workspace)), as: Frozen.self)
  }

  // MARK: Stages

  private func known() throws -> KnownState {
    let state = try KnownState(of: workspace, catalogue: catalogue, at: referenceDate)
    guard !state.deliveries.isEmpty else {
      throw WorkspaceError(
        "nothing was known on \(referenceDate): no delivery has a reference date on or before it")
    }
    for name in state.contracts where pack.contract(name) == nil {
      throw WorkspaceError(
        "the pack no longer has the contract \(name); its rows would be left out of every figure")
    }
    progress("known on \(referenceDate): \(state.deliveries.count) deliveries")
    return state
  }

  private func define(_ state: KnownState) throws -> [String: String] {
    try Refinement(pack: pack, engine: engine).defineStates(state)
  }

  private func link(
    _ states: [String: String], _ state: KnownState
  ) throws -> Microdata<Linked, PersonLinkage.Outcome> {
    let outcome = try PersonLinkage(
      pack: pack, engine: engine, threads: threads, memoryLimit: workspace.settings.memoryLimit
    ).link(
      states, identity: { try identity(of: $0, state) }, earlier: try earlierLinks())
    for file in outcome.coverage {
      progress(
        "link \(file.file): \(file.records) records, \(file.withKey) with a key, \(file.conflicts) conflicts"
      )
    }
    if let agreement = outcome.agreement {
      progress(
        "link by agreement: \(agreement.joined) persons joined, \(agreement.refused) links refused by a unique key, \(agreement.outvoted) outvoted by other descriptions; of pairs that keys join the model finds \(agreement.found) of \(agreement.pairs), of its links between unique keys \(agreement.contradicted) of \(agreement.withUniqueKeys) are contradicted"
      )
      for warning in agreement.warnings { progress("link by agreement: warning: \(warning)") }
    }
    if let succession = outcome.succession {
      progress(
        "persons since \(succession.since): \(succession.kept) kept their names, \(succession.new) are new, \(succession.merged) were merged into others, \(succession.split) split"
      )
    }
    try storeLinks(outcome)
    return Microdata(outcome, as: Linked.self)
  }

  /// The link tables of the latest reference date before this one. Which they are does not depend on what was run after it.
  private func earlierLinks() throws -> PersonLinkage.Earlier? {
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.linkZone.path)
    let dates = Set(names.compactMap { CalendarDate(iso: String($0.prefix(10))) })
    guard let date = dates.filter({ $0 < referenceDate }).max() else { return nil }
    var relations: [String: String] = [:]
    for file in pack.linkage.records.map(\.file) {
      let table = workspace.linkTable(of: file, at: date)
      guard FileManager.default.fileExists(atPath: table.path) else { continue }
      relations[file] = "earlier links.\(file)"
      try engine.define("earlier links.\(file)", as: [LakeFile(table)], columns: [])
    }
    return relations.isEmpty
      ? nil : PersonLinkage.Earlier(referenceDate: date, relations: relations)
  }

  /// Opens what the identity zone holds of a file, for linkage alone.
  private func identity(
    of contract: String, _ state: KnownState
  ) throws -> [(delivery: String, columns: [(name: String, column: DictionaryColumn)])] {
    try state.sealedFiles(of: contract).map { delivery, name in
      let sealed = try Data(contentsOf: workspace.identityZone.appending(path: name))
      return (
        delivery,
        try SealedColumns.columns(
          sealed, subject: Pseudonymisation.subject(delivery, contract),
          key: { try PseudonymKeys.read($0, of: workspace) })
      )
    }
  }

  /// Keeps the link tables in their own zone: who is whom, and nothing else.
  private func storeLinks(_ outcome: PersonLinkage.Outcome) throws {
    for (file, relation) in outcome.relations.sorted(by: { $0.key < $1.key }) {
      let part = StoredFile.temporary(in: workspace.linkZone)
      try engine.write(
        SQLStep(
          name: "links \(file)",
          select: "SELECT `delivery`, `row`, `person` FROM \(quoted(relation))"), to: part)
      try StoredFile.commit(part, as: workspace.linkTable(of: file, at: referenceDate))
    }
    let head = "change,person,other,records\n"
    let lines = outcome.changes.map {
      "\($0.kind.rawValue),\($0.person),\($0.other),\($0.records)\n"
    }
    try StoredFile.write(
      Data((head + lines.joined()).utf8),
      to: workspace.linkZone.appending(path: "\(referenceDate)-changes.csv"))
  }

  private func edit(_ state: KnownState, _ states: [String: String]) throws -> Editing.Outcome {
    let outcome = try Editing(pack: pack, engine: engine).edit(state, states: states)
    for file in outcome.summaries {
      progress(
        "edit \(file.contract): \(file.failing) rows fail, \(file.edits) edits, \(file.unresolved) rows left as they are"
      )
    }
    return outcome
  }

  private func refine(
    _ state: KnownState, edited: Editing.Outcome,
    linked: Microdata<Linked, PersonLinkage.Outcome>
  ) throws -> Microdata<Refined, RelationCatalogue> {
    try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
    let refined = try Refinement(pack: pack, engine: engine)
      .refine(state, edited: edited, linked: linked, into: part)
    progress("refined: \(refined.content.entities.map(\.name).joined(separator: ", "))")
    return refined
  }

  private func freeze(
    _ refined: Microdata<Refined, RelationCatalogue>, state: KnownState
  ) throws -> Microdata<Frozen, FrozenSnapshot> {
    let frozen = try Freezing(
      workspace: workspace, pack: pack, program: Self.program
    ).freeze(refined, state: state, in: part)
    try catalogue.add(
      Catalogue.Snapshot(
        id: frozen.content.id, referenceDate: referenceDate, packDigest: pack.digest))
    let rows = frozen.content.snapshot.files.reduce(0) { $0 + $1.rows }
    progress("frozen: snapshot \(frozen.content.id), \(rows) rows")
    return frozen
  }

  private func tabulate(
    _ frozen: Microdata<Frozen, FrozenSnapshot>
  ) throws -> [TableForRelease] {
    let snapshot = frozen.content
    for file in snapshot.snapshot.files {
      try engine.define(
        "frozen.\(file.entity)", as: [LakeFile(snapshot.folder.appending(path: file.file))],
        columns: [])
    }
    return try pack.products.compactMap { product in
      guard let policy = pack.policies.first(where: { $0.id == product.policy }) else {
        throw WorkspaceError(
          "product \(product.id) names the policy '\(product.policy)', which is not there")
      }
      let table = try Tabulation(pack: pack, engine: engine).tabulate(
        product, from: "frozen.\(product.entity)",
        referenceDate: snapshot.snapshot.referenceDate)
      guard table.cellCount > 0 else {
        progress("table \(product.id): left out, no row of \(product.entity) falls in a period")
        return nil
      }
      return TableForRelease(
        table,
        under: DisclosurePolicy(
          id: policy.id, title: policy.title, threshold: policy.threshold,
          percentileThreshold: policy.percentileThreshold,
          concentration: policy.concentration.isEmpty ? nil : policy.concentration,
          protectsRevisions: policy.protectsRevisions, reason: policy.reason))
    }
  }

  /// The tables of a release with why they are safe.
  private struct ProtectedRelease {
    var tables: [ProtectedTable]
    var certificate: ReleaseCertificate
    /// What the public had before.
    var after: [String]
  }

  /// All tables at once: what one of them hides another one must not show, nor what an earlier release shows.
  private func protect(
    _ tables: [TableForRelease], of frozen: Microdata<Frozen, FrozenSnapshot>
  ) throws -> ProtectedRelease {
    let after = try releases(before: frozen.content)
    let store = PublicationStore(directory: workspace.publications)
    let earlier = try after.compactMap { ReleaseID($0) }.map { id in
      let proof = try? ReleaseProof.read(id.description, of: workspace)
      if proof == nil {
        progress("release \(id) has no certificate here: all that it hides stays hidden")
      }
      return EarlierRelease(
        try store.release(id).allTables().map(EarlierTable.init), certificate: proof?.certificate)
    }
    let (safe, certificate) = try TableForRelease.protect(tables, after: earlier)
    for (release, table) in zip(tables, safe) {
      progress(
        "table \(table.description.id): \(release.table.cellCount) cells, "
          + "\(table.primaryCount) hidden as unsafe, \(table.secondaryCount) to protect those")
    }
    let cells = tables.reduce(0) { $0 + $1.table.cellCount }
    let hidden = safe.reduce(0) { $0 + $1.primaryCount + $1.secondaryCount }
    let share = (Double(hidden) / Double(max(1, cells)) * 10_000).rounded() / 100
    progress("all tables together: \(hidden) of \(cells) cells hidden, \(share)%")
    return ProtectedRelease(tables: safe, certificate: certificate, after: after)
  }

  /// The releases that the public has already; of a release that is made again those that it had then.
  private func releases(before snapshot: FrozenSnapshot) throws -> [String] {
    for release in try catalogue.releases() where release.snapshot == snapshot.id {
      guard let proof = try? ReleaseProof.read(release.id, of: workspace),
        proof.snapshot == snapshot.id, proof.pack == pack.digest, proof.program == Self.program
      else { continue }
      return proof.after
    }
    return try PublicationStore(directory: workspace.publications).entries()
      .map(\.release.description)
  }

  private func publish(
    _ protected: ProtectedRelease, of frozen: Microdata<Frozen, FrozenSnapshot>,
    at moment: Moment?, because reason: LocalizedText?
  ) throws -> ReleaseID {
    let tables = protected.tables
    let snapshot = frozen.content.snapshot
    let files = try catalogue.files()
    let release = try Release.write(
      chain: pack.description, schemes: pack.schemes,
      tables: tables.map { ($0, deliveries(behind: $0, of: snapshot, files: files)) },
      linkage: Dictionary(
        tables.compactMap { table in
          linkageQuality(behind: table, of: snapshot).map { (table.description.id, $0) }
        }, uniquingKeysWith: { first, _ in first }),
      provenance: Provenance(
        referenceDate: snapshot.referenceDate, snapshot: frozen.content.id, pack: snapshot.chain,
        packVersion: pack.description.version, program: Self.program,
        deliveries: snapshot.deliveries, isFictitious: snapshot.isFictitious),
      into: workspace.publications, moment: moment, reason: reason
    ) { id in
      try ReleaseProof(
        release: id.description, snapshot: frozen.content.id, pack: pack.digest,
        program: Self.program, after: protected.after, certificate: protected.certificate
      ).write(to: workspace)
    }
    try catalogue.add(
      Catalogue.Release(
        id: release.description, snapshot: frozen.content.id,
        referenceDate: snapshot.referenceDate))
    progress("published: release \(release)")
    return release
  }

  /// The snapshot's deliveries with a file that the table's entity is made of.
  private func deliveries(
    behind table: ProtectedTable, of snapshot: Snapshot, files: [Catalogue.File]
  ) -> [DeliveryReference] {
    let product = pack.products.first { $0.id == table.description.id }
    let read = product.map { pack.files(behind: $0.entity) } ?? []
    let sources = Set(files.filter { read.contains($0.contract) }.map(\.delivery))
    return snapshot.deliveries.filter { sources.contains($0.id) }
  }

  /// How well the persons were linked whose records the table's entity is made of; nil when it is made of none.
  private func linkageQuality(
    behind table: ProtectedTable, of snapshot: Snapshot
  ) -> LinkageQuality? {
    guard let product = pack.products.first(where: { $0.id == table.description.id }) else {
      return nil
    }
    let read = Set(pack.files(behind: product.entity))
    let coverage = snapshot.linkage.filter { read.contains($0.file) && $0.records > 0 }
    guard !coverage.isEmpty else { return nil }
    return LinkageQuality(
      records: coverage.reduce(0) { $0 + $1.records },
      withKey: coverage.reduce(0) { $0 + $1.withKey }, pairs: snapshot.agreement?.pairs ?? 0,
      found: snapshot.agreement?.found ?? 0,
      withUniqueKeys: snapshot.agreement?.withUniqueKeys ?? 0,
      contradicted: snapshot.agreement?.contradicted ?? 0)
  }
}
