import ChainPack
import Foundation
import InformationModel
import Intake
import Pseudonymisation
import Warehouse

/// Gives the whole workspace a new key: every pseudonym is made anew from the sealed values, every sealed file is sealed anew.
///
/// The new files stand beside the old ones until one transaction puts them in their place; a stop before that changes nothing. Snapshots and
/// releases keep the pseudonyms they were frozen with.
package struct KeyRotation {
  private let workspace: Workspace
  private let pack: ChainPack
  private let catalogue: Catalogue

  package init(workspace: Workspace, pack: ChainPack, catalogue: Catalogue) {
    self.workspace = workspace
    self.pack = pack
    self.catalogue = catalogue
  }

  /// - Returns: the id of the new key and the number of files that were made anew.
  package func rotate(progress: (String) -> Void) throws -> (key: String, files: Int) {
    DeliveryRun.cleanUp(workspace)
    let new = try PseudonymKeys.add(to: workspace)
    let engine = try workspace.makeEngine(threads: 1)
    let old = try catalogue.files()
    var made: [Catalogue.File] = []
    for file in old {
      guard let contract = pack.contract(file.contract) else {
        throw WorkspaceError(
          "the pack no longer has the contract \(file.contract); its pseudonyms cannot be made anew"
        )
      }
      made.append(try renew(file, contract: contract, key: new, engine: engine))
      progress("\(file.contract) of \(file.delivery)")
    }
    // Persons under the new key are nobody known under the old one.
    for name in try FileManager.default.contentsOfDirectory(atPath: workspace.linkZone.path) {
      try FileManager.default.removeItem(at: workspace.linkZone.appending(path: name))
    }
    try catalogue.replace(made, key: new.id)
    removeReplaced(old, by: made)
    return (new.id, made.count)
  }

  private func renew(
    _ file: Catalogue.File, contract: Contract, key: PseudonymKeys, engine: DuckDBEngine
  ) throws -> Catalogue.File {
    var renewed = file
    let subject = Pseudonymisation.subject(file.delivery, file.contract)
    func read(_ id: String) throws -> PseudonymKeys { try PseudonymKeys.read(id, of: workspace) }
    func store(_ data: Data, subject: String) throws -> String {
      let name = Pseudonymisation.sealedName(subject: subject, keys: key)
      try StoredFile.write(
        data, to: workspace.identityZone.appending(path: name), permissions: 0o600)
      return name
    }
    if let identity = file.identity {
      let sealed = try Data(contentsOf: workspace.identityZone.appending(path: identity))
      let columns = try SealedColumns.columns(sealed, subject: subject, key: read)
      let identifiers = Intake(pack: pack).identifiers(of: contract, from: columns)
      if !identifiers.isEmpty {
        renewed.content = try rewrite(file, contract, identifiers, key: key, engine: engine)
      }
      renewed.identity = try store(
        try SealedColumns.seal(columns, subject: subject, keys: key), subject: subject)
    }
    if let quarantine = file.quarantine {
      let sealed = try Data(contentsOf: workspace.identityZone.appending(path: quarantine))
      let place = subject + "/quarantine"
      let plain = try SealedColumns.open(sealed, subject: place, key: read)
      renewed.quarantine = try store(
        try SealedColumns.seal(plain, subject: place, keys: key), subject: place)
    }
    return renewed
  }

  /// The content file with its pseudonyms replaced, row by row.
  private func rewrite(
    _ file: Catalogue.File, _ contract: Contract, _ identifiers: [IdentifierColumn],
    key: PseudonymKeys, engine: DuckDBEngine
  ) throws -> String {
    let columns = identifiers.map { column in
      ContentTable.Column(
        name: column.contentName, codes: column.codes,
        values: .texts(
          Pseudonymisation.pseudonyms(of: column.values, domain: column.identifier, keys: key)),
        isNull: column.isNull)
    }
    let rows = Int32(columns.first?.codes.count ?? 0)
    try engine.load(ContentTable(columns: columns, rows: (0..<rows).map { $0 }), as: "renewed")
    try engine.define(
      "kept", as: [LakeFile(workspace.contentZone.appending(path: file.content))], columns: [])
    let replaced = Set(columns.map(\.name))
    let names = try engine.query("DESCRIBE `kept`").texts("column_name").compactMap { $0 }
    let list = names.map { replaced.contains($0) ? "n.\(quoted($0))" : "k.\(quoted($0))" }
    let part = StoredFile.temporary(in: workspace.contentZone)
    try engine.write(
      SQLStep(
        name: "renew \(file.name)",
        select: "SELECT \(list.joined(separator: ", ")) FROM `kept` k JOIN `renewed` n "
          + "ON k.`_row` = n.`_row` ORDER BY k.`_row`"), to: part)
    let name = try StoredFile.digest(of: part) + ".parquet"
    try StoredFile.commit(part, as: workspace.contentZone.appending(path: name))
    return name
  }

  private func removeReplaced(_ old: [Catalogue.File], by made: [Catalogue.File]) {
    let content = Set(made.map(\.content))
    let sealed = Set(made.flatMap { [$0.identity, $0.quarantine].compactMap { $0 } })
    for file in old {
      if !content.contains(file.content) {
        try? FileManager.default.removeItem(
          at: workspace.contentZone.appending(path: file.content))
      }
      for name in [file.identity, file.quarantine].compactMap({ $0 }) where !sealed.contains(name) {
        try? FileManager.default.removeItem(at: workspace.identityZone.appending(path: name))
      }
    }
  }
}
