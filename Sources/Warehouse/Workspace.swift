import ChainPack
import Crypto
import Foundation
import Glibc
import InformationModel
import Yams

/// The folder of a running alliance: its zones, snapshots, publications and catalogue.
package struct Workspace: Sendable {
  package let directory: URL
  package let settings: Settings

  /// `keten.yaml`.
  package struct Settings: Sendable, Codable {
    /// Path of the chain pack.
    package var pack: String
    /// As DuckDB writes it.
    package var memoryLimit: String
    /// Port of the website.
    package var port: Int
    /// Where the keys are; empty for `keys/` in the workspace.
    package var keys: String

    enum CodingKeys: String, CodingKey {
      case pack, port, keys
      case memoryLimit = "memory_limit"
    }
  }

  package var contentZone: URL { directory.appending(path: "zones/content") }
  package var identityZone: URL { directory.appending(path: "zones/identity") }
  package var linkZone: URL { directory.appending(path: "zones/links") }

  /// Who is whom in a file, as linked for a reference date.
  package func linkTable(of file: String, at referenceDate: CalendarDate) -> URL {
    linkZone.appending(path: "\(referenceDate)-\(file).parquet")
  }

  package var snapshots: URL { directory.appending(path: "snapshots") }
  package var publications: URL { directory.appending(path: "publications") }
  /// Why releases are safe; it tells what they hide.
  package var certificates: URL { directory.appending(path: "certificates") }
  package var reports: URL { directory.appending(path: "reports") }
  package var temporary: URL { directory.appending(path: "temporary") }
  package var keys: URL {
    settings.keys.isEmpty
      ? directory.appending(path: "keys")
      : URL(filePath: settings.keys, directoryHint: .isDirectory)
  }
  package var catalogueFile: URL { directory.appending(path: "catalogue.sqlite") }

  /// Makes the folders of a new workspace; refuses a folder that holds something else.
  package static func create(at directory: URL, pack: URL) throws -> Workspace {
    let settingsFile = directory.appending(path: "keten.yaml")
    if FileManager.default.fileExists(atPath: settingsFile.path) {
      throw WorkspaceError("\(directory.lastPathComponent) is a workspace already")
    }
    let present = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    guard present.isEmpty else {
      throw WorkspaceError(
        "\(directory.lastPathComponent) is not empty; give a new or an empty folder")
    }
    let settings = Settings(
      pack: pack.standardizedFileURL.path, memoryLimit: "2GB", port: 8080, keys: "")
    let workspace = Workspace(directory: directory, settings: settings)
    for zone in workspace.folders {
      try FileManager.default.createDirectory(at: zone, withIntermediateDirectories: true)
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: workspace.identityZone.path)
    for folder in [workspace.keys, workspace.certificates] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: folder.path)
    }
    let text = try YAMLEncoder().encode(settings)
    try StoredFile.write(Data(text.utf8), to: settingsFile)
    return workspace
  }

  /// Opens an existing workspace.
  package static func open(_ directory: URL) throws -> Workspace {
    let file = directory.appending(path: "keten.yaml")
    guard let data = try? Data(contentsOf: file) else {
      throw WorkspaceError(
        "\(directory.path) is no workspace: it has no keten.yaml; make one with 'keten workspace new'"
      )
    }
    do {
      let settings = try YAMLDecoder().decode(Settings.self, from: data)
      return Workspace(directory: directory, settings: settings)
    } catch {
      throw WorkspaceError(
        "keten.yaml cannot be read; it needs the keys pack, memory_limit, port and keys")
    }
  }

  private var folders: [URL] {
    [
      directory, contentZone, identityZone, linkZone, snapshots, certificates, publications,
      reports, temporary, keys,
    ]
  }

  package func readPack() throws -> ChainPack {
    try ChainPack.read(URL(filePath: settings.pack, directoryHint: .isDirectory)).pack
  }

  package func makeEngine(threads: Int? = nil) throws -> DuckDBEngine {
    try DuckDBEngine(threads: threads, memoryLimit: settings.memoryLimit, temporary: temporary)
  }

  /// Holds the workspace for one writing command at a time; released when the value is gone or the process dies.
  package func lock() throws -> WorkspaceLock { try WorkspaceLock(directory) }
}

/// Proof that no other command writes to the workspace.
package final class WorkspaceLock {
  private let descriptor: Int32

  init(_ directory: URL) throws {
    // Not the property: once that is set, an error would close the file here and again in deinit.
    let file = Glibc.open(directory.appending(path: ".lock").path, O_CREAT | O_RDWR, 0o600)
    guard file >= 0 else {
      throw WorkspaceError("the workspace cannot be written; check the rights on its folder")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw WorkspaceError("another command is writing to this workspace; wait until it is done")
    }
    descriptor = file
  }

  deinit { close(descriptor) }
}

/// The workspace cannot be used as asked.
package struct WorkspaceError: Error, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
