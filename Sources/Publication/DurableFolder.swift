import Crypto
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder in which whole subfolders appear at once, and one process writes at a time.
struct DurableFolder {
  /// A subfolder that is being written and that no reader sees.
  struct Draft {
    let directory: URL

    /// Writes a file and waits until it is on the disk.
    func write(_ data: Data, to path: String) throws -> ReleaseManifest.File {
      let file = directory.appending(path: path)
      let parent = file.deletingLastPathComponent()
      do {
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try data.write(to: file)
      } catch {
        throw PublicationError(.storage, "Cannot write \(file.path): \(error)")
      }
      try DurableFolder.synchronise(file)
      return ReleaseManifest.File(
        path: path, bytes: data.count, sha256: SHA256.hexadecimal(of: data))
    }
  }

  private static let draftPrefix = ".draft-"
  private let directory: URL

  /// Runs the body while no other process writes to the folder, after removing what killed runs
  /// left.
  static func withExclusiveAccess<Result>(
    to directory: URL, _ body: (DurableFolder) throws -> Result
  ) throws -> Result {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw PublicationError(.storage, "Cannot make the folder \(directory.path): \(error)")
    }
    // The lock belongs to the open file: a process that is killed gives it back.
    let lock = open(directory.appending(path: ".lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      if lock >= 0 { close(lock) }
      throw PublicationError(.storage, "Cannot lock the folder \(directory.path).")
    }
    defer { close(lock) }
    let folder = DurableFolder(directory: directory)
    try folder.removeLeftovers()
    return try body(folder)
  }

  func contains(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: location(of: name).path)
  }

  func location(of name: String) -> URL { directory.appending(path: name) }

  func makeDraft() throws -> Draft {
    let draft = Draft(directory: location(of: Self.draftPrefix + "release"))
    try FileManager.default.createDirectory(at: draft.directory, withIntermediateDirectories: false)
    return draft
  }

  func discard(_ draft: Draft) throws {
    try FileManager.default.removeItem(at: draft.directory)
  }

  /// Gives the draft its name, at once and for good.
  func install(_ draft: Draft, as name: String) throws {
    // Files are on the disk already; their folders, which hold their names, must be too.
    for path in try FileManager.default.subpathsOfDirectory(atPath: draft.directory.path) {
      try Self.synchronise(draft.directory.appending(path: path))
    }
    try Self.synchronise(draft.directory)
    try Self.rename(draft.directory, to: location(of: name))
    try Self.synchronise(directory)
  }

  /// Replaces a small file of the folder at once.
  func replace(_ name: String, with data: Data) throws {
    let draft = Draft(directory: directory)
    let temporary = Self.draftPrefix + name
    _ = try draft.write(data, to: temporary)
    try Self.rename(location(of: temporary), to: location(of: name))
    try Self.synchronise(directory)
  }

  private func removeLeftovers() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
    where name.hasPrefix(Self.draftPrefix) {
      try FileManager.default.removeItem(at: location(of: name))
    }
  }

  private static func rename(_ source: URL, to target: URL) throws {
    // POSIX rename: FileManager's move is not atomic over an existing file.
    #if canImport(Glibc)
      let result = Glibc.rename(source.path, target.path)
    #elseif canImport(Musl)
      let result = Musl.rename(source.path, target.path)
    #else
      let result = Darwin.rename(source.path, target.path)
    #endif
    guard result == 0 else {
      throw PublicationError(.storage, "Cannot rename \(source.path) to \(target.path).")
    }
  }

  /// Waits until a file or folder is on the disk.
  private static func synchronise(_ item: URL) throws {
    let descriptor = open(item.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PublicationError(.storage, "Cannot open \(item.path).")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw PublicationError(.storage, "Cannot bring \(item.path) to the disk.")
    }
  }
}
