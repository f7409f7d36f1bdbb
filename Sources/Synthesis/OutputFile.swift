import Crypto
import Foundation
import Glibc
import Warehouse

/// A file that is written from front to back while its size and SHA-256 are kept.
final class OutputFile {
  let location: URL
  private(set) var size = 0
  private let descriptor: Int32
  private var hash = SHA256()
  private let block = ByteBuffer(capacity: 1 << 20)
  private let hashes: Bool

  init(_ location: URL, hashes: Bool = true) throws {
    self.location = location
    self.hashes = hashes
    descriptor = Glibc.open(location.path, O_CREAT | O_TRUNC | O_WRONLY, 0o644)
    guard descriptor >= 0 else {
      throw StorageError(file: location.lastPathComponent, code: errno)
    }
  }

  deinit { close(descriptor) }

  @inline(__always)
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    block.append(bytes)
    if block.count >= 1 << 19 { try flush() }
  }

  func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBufferPointer { try write($0) }
  }

  /// Writes all bytes of another file.
  func append(contentsOf other: URL) throws {
    let source = try FileHandle(forReadingFrom: other)
    defer { try? source.close() }
    while let bytes = try source.read(upToCount: 1 << 20), !bytes.isEmpty {
      try bytes.withUnsafeBytes { try write($0.bindMemory(to: UInt8.self)) }
    }
  }

  private func flush() throws {
    if hashes { hash.update(bufferPointer: UnsafeRawBufferPointer(block.view)) }
    size += block.count
    var start = 0
    while start < block.count {
      let written = Glibc.write(descriptor, block.base + start, block.count - start)
      guard written >= 0 || errno == EINTR else {
        throw StorageError(file: location.lastPathComponent, code: errno)
      }
      start += max(0, written)
    }
    block.clear()
  }

  /// Writes what is left; gives the SHA-256 in hexadecimal.
  func finish() throws -> String {
    try flush()
    return StoredFile.hexadecimal(hash.finalize())
  }
}
