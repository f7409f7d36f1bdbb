import Foundation
import Glibc
import Warehouse

/// The folder in which deliveries lie until they are whole, beside the one that they get.
///
/// Its name follows from the target's, so that the next run clears what a killed one left there. The lock, which the system takes back when
/// the process dies, keeps two runs apart.
final class DraftFolder {
  let url: URL
  private let descriptor: Int32

  /// Makes the folder, or takes and empties the one of a killed run.
  ///
  /// - Throws: `SynthesisError` when another run writes there; `StorageError`.
  init(of target: URL) throws {
    url = target.deletingLastPathComponent().appending(
      path: StoredFile.temporaryPrefix + target.lastPathComponent, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let opened = Glibc.open(url.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    guard opened >= 0 else { throw StorageError(file: url.lastPathComponent, code: errno) }
    // Between the opening and the lock another run may have given the folder its name.
    guard flock(opened, LOCK_EX | LOCK_NB) == 0, Self.isFolder(opened, at: url) else {
      close(opened)
      throw SynthesisError(
        asked: "another command is making \(target.lastPathComponent); wait until it is done")
    }
    descriptor = opened
    for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
      try FileManager.default.removeItem(at: url.appending(path: name))
    }
  }

  deinit { close(descriptor) }

  private static func isFolder(_ descriptor: Int32, at place: URL) -> Bool {
    var opened = stat()
    var present = stat()
    return fstat(descriptor, &opened) == 0 && stat(place.path, &present) == 0
      && opened.st_ino == present.st_ino && opened.st_dev == present.st_dev
  }
}
