import DisclosureControl
import Foundation
import InformationModel
import Publication
import Warehouse

/// Why a release is safe, kept in the workspace: it holds what the release hides, so it is published nowhere.
package struct ReleaseProof: Codable, Sendable {
  package var release: String
  /// What it was made of: the same gives the same release.
  package var snapshot: String
  package var pack: String
  package var program: String
  /// Releases that the public had before, the oldest first.
  package var after: [String]
  package var certificate: ReleaseCertificate

  /// - Throws: `WorkspaceError` when there is none that can be read.
  package static func read(_ release: String, of workspace: Workspace) throws -> ReleaseProof {
    guard let data = try? Data(contentsOf: file(of: release, in: workspace)) else {
      throw WorkspaceError(
        "release \(release) has no certificate in this workspace; releases of earlier versions have none: publish again"
      )
    }
    guard let proof = try? JSONDecoder().decode(ReleaseProof.self, from: data) else {
      throw WorkspaceError("the certificate of release \(release) cannot be read")
    }
    guard proof.release == release else {
      throw WorkspaceError(
        "the certificate of release \(release) is that of \(proof.release); publish again, or put its own back"
      )
    }
    return proof
  }

  func write(to workspace: Workspace) throws {
    try FileManager.default.createDirectory(
      at: workspace.certificates, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try StoredFile.write(
      encoder.encode(self), to: Self.file(of: release, in: workspace), permissions: 0o600)
  }

  private static func file(of release: String, in workspace: Workspace) -> URL {
    workspace.certificates.appending(path: "\(release).json")
  }

  /// Checks a release as it stands in the publications by its certificate.
  ///
  /// - Returns: what is not as it was proved; the circuits that were checked.
  package static func findings(
    of release: String, in workspace: Workspace
  ) throws -> (findings: [ReleaseCertificate.Finding], circuits: Int) {
    guard let id = ReleaseID(release) else {
      throw WorkspaceError("'\(release)' is no name of a release")
    }
    let published = try PublicationStore(directory: workspace.publications).release(id)
    let proof = try read(release, of: workspace)
    return (
      try proof.certificate.findings(in: published.allTables().map(EarlierTable.init)),
      proof.certificate.groups.reduce(0) { $0 + $1.proofs.reduce(0) { $0 + $1.count } }
    )
  }
}

extension EarlierTable {
  /// What a published table tells.
  init(_ table: PublishedTable) {
    let count = table.measures.firstIndex { $0.kind == .count }
    let cells = table.dimensions.reduce(1) { $0 * $1.categories.count }
    self.init(
      id: table.description.id, dimensions: table.dimensions,
      counts: (0..<cells).map { cell in
        count.flatMap { table.value(cell, measure: $0) }.map { Int($0) }
      },
      isHidden: (0..<cells).map { cell in
        let shown = table.measures.indices.map { table.cell(cell, measure: $0) }
        return shown.contains(.confidential)
          && shown.allSatisfy { $0 == .confidential || $0 == .impossible }
      })
  }
}
