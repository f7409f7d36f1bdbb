import Crypto
import Foundation
import Glibc

/// Files that appear whole or not at all: written under a temporary name, synced, renamed.
package enum StoredFile {
  /// Names that begin so are leftovers of a command that was stopped.
  package static let temporaryPrefix = ".part-"

  package static func temporary(in folder: URL) -> URL {
    folder.appending(path: temporaryPrefix + UUID().uuidString)
  }

  /// Writes bytes under a name, replacing what was there.
  package static func write(_ data: Data, to file: URL, permissions: Int = 0o644) throws {
    let folder = file.deletingLastPathComponent()
    let part = temporary(in: folder)
    do {
      try data.write(to: part)
      try FileManager.default.setAttributes(
        [.posixPermissions: permissions], ofItemAtPath: part.path)
      try commit(part, as: file)
    } catch {
      try? FileManager.default.removeItem(at: part)
      throw error
    }
  }

  /// Makes a finished temporary file durable and gives it its name.
  package static func commit(_ part: URL, as file: URL) throws {
    try sync(part)
    guard rename(part.path, file.path) == 0 else {
      throw StorageError(file: file.lastPathComponent, code: errno)
    }
    try sync(file.deletingLastPathComponent())
  }

  package static func sync(_ file: URL) throws {
    let descriptor = open(file.path, O_RDONLY)
    guard descriptor >= 0 else { throw StorageError(file: file.lastPathComponent, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw StorageError(file: file.lastPathComponent, code: errno)
    }
  }

  /// SHA-256 of a file in hexadecimal.
  package static func digest(of file: URL) throws -> String {
    let data = try Data(contentsOf: file, options: .mappedIfSafe)
    return hexadecimal(SHA256.hash(data: data))
  }

  package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text = [UInt8]()
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Sixteen letters a to p for sixteen values: names of files and releases that no reader takes for a number.
  package static func letters(_ bytes: some Sequence<UInt8>) -> String {
    var text = [UInt8]()
    for byte in bytes {
      text.append(0x61 + (byte >> 4))
      text.append(0x61 + (byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Removes what a stopped command left half-written; nothing that has its name.
  package static func clean(_ folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(temporaryPrefix) {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}

/// A file could not be stored.
package struct StorageError: Error, CustomStringConvertible {
  package var file: String
  package var code: Int32

  package init(file: String, code: Int32) {
    self.file = file
    self.code = code
  }

  package var description: String {
    let reason = String(cString: strerror(code))
    return code == ENOSPC
      ? "the disk is full while writing \(file); make room and give the same command again"
      : "\(file) could not be stored: \(reason)"
  }
}
