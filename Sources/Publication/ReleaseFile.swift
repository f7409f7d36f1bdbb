import Crypto
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of a release that was found whole when the release was opened.
package struct ReleaseFile: Sendable {
  /// What tells a file from another that took its place.
  private struct Identity: Equatable {
    let inode: UInt64
    let bytes: Int
    let seconds: Int
    let nanoseconds: Int
  }

  private static let pieceLength = 1 << 18

  /// Path within the release.
  package let path: String
  package let bytes: Int
  /// SHA-256 in hexadecimal.
  package let sha256: String
  /// Sixteen letters from `a` to `p` that tell contents apart.
  package let tag: String
  let location: URL
  private let identity: Identity

  /// Reads the whole file, a piece at a time, and compares it with what was written.
  init(_ file: ReleaseManifest.File, in folder: URL) throws(PublicationError) {
    path = file.path
    bytes = file.bytes
    sha256 = file.sha256
    location = folder.appending(path: file.path)
    let descriptor = open(location.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, let identity = Self.identity(of: descriptor) else {
      throw Self.damaged(file.path, in: folder, "it cannot be read")
    }
    defer { close(descriptor) }
    self.identity = identity
    guard identity.bytes == file.bytes else {
      throw Self.damaged(
        file.path, in: folder, "it has \(identity.bytes) bytes instead of \(file.bytes)")
    }
    var digest = SHA256()
    var count = 0
    while let piece = Self.piece(of: descriptor) {
      digest.update(data: piece)
      count += piece.count
    }
    let found = digest.finalize()
    tag = String(SHA256.letters(found).prefix(16))
    guard count == file.bytes, SHA256.hexadecimal(found) == file.sha256 else {
      throw Self.damaged(
        file.path, in: folder, "its digest differs from the one in release.json")
    }
  }

  /// All of it, checked again.
  package func data() throws(PublicationError) -> Data {
    guard let data = try? Data(contentsOf: location) else {
      throw Self.damaged(path, in: folder, "it cannot be read")
    }
    guard data.count == bytes else {
      throw Self.damaged(path, in: folder, "it has \(data.count) bytes instead of \(bytes)")
    }
    guard SHA256.hexadecimal(of: data) == sha256 else {
      throw Self.damaged(path, in: folder, "its digest differs from the one in release.json")
    }
    return data
  }

  /// Gives the file a piece at a time; nothing else of it is held in memory.
  ///
  /// It is the file that was checked, or none: another one in its place is refused.
  package func pieces() throws(PublicationError) -> Pieces {
    let descriptor = open(location.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.damaged(path, in: folder, "it cannot be read") }
    guard Self.identity(of: descriptor) == identity else {
      close(descriptor)
      throw Self.damaged(path, in: folder, "it was changed after the release was opened")
    }
    return Pieces(descriptor: descriptor)
  }

  /// An open file that is read from its beginning to its end.
  package final class Pieces: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Nil behind the last.
    package func next() -> [UInt8]? { ReleaseFile.piece(of: descriptor) }
  }

  private var folder: URL {
    path.split(separator: "/").reduce(location) { place, _ in place.deletingLastPathComponent() }
  }

  private static func identity(of descriptor: Int32) -> Identity? {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { return nil }
    #if canImport(Darwin)
      let changed = facts.st_mtimespec
    #else
      let changed = facts.st_mtim
    #endif
    return Identity(
      inode: UInt64(facts.st_ino), bytes: Int(facts.st_size), seconds: Int(changed.tv_sec),
      nanoseconds: Int(changed.tv_nsec))
  }

  private static func piece(of descriptor: Int32) -> [UInt8]? {
    let piece = [UInt8](unsafeUninitializedCapacity: pieceLength) { room, count in
      count = max(0, read(descriptor, room.baseAddress, pieceLength))
    }
    return piece.isEmpty ? nil : piece
  }

  static func damaged(_ path: String, in folder: URL, _ reason: String) -> PublicationError {
    PublicationError(
      .damaged,
      "Release \(folder.lastPathComponent) is damaged: \(path): \(reason). "
        + "Remove the release's folder and publish again.")
  }
}
