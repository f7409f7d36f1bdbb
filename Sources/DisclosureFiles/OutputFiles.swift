import Foundation
import Warehouse

/// Files that a command writes: all of them, or none.
package enum OutputFiles {
  /// Looks whether files can be written, before any work is done for them.
  ///
  /// - Parameters:
  ///   - places: where they go.
  ///   - inputs: what the command reads: that stays as it is.
  /// - Throws: `DisclosureFileError` that names the place where none can be.
  package static func check(_ places: [URL], beside inputs: [URL] = []) throws {
    var known = Set<String>()
    let read = Set(inputs.map { target($0).path })
    for place in places {
      let target = target(place)
      func fail(_ what: String) -> DisclosureFileError {
        DisclosureFileError("\(place.path): \(what); nothing was written")
      }
      guard known.insert(target.path).inserted else {
        throw fail("two files cannot have one place")
      }
      guard !read.contains(target.path) else { throw fail("the command reads this file") }
      let folder = target.deletingLastPathComponent().path
      guard mode(of: folder).map({ $0 & S_IFMT == S_IFDIR }) == true else {
        throw fail("there is no folder \(folder)")
      }
      guard access(folder, W_OK | X_OK) == 0 else {
        throw fail("the folder \(folder) may not be written in")
      }
      guard let mode = mode(of: target.path) else { continue }
      guard mode & S_IFMT == S_IFREG else { throw fail("what is there is no file") }
      guard access(target.path, W_OK) == 0 else { throw fail("the file may not be replaced") }
    }
  }

  /// Writes files under temporary names beside their places, and gives them their names when all are there.
  ///
  /// - Parameters:
  ///   - files: places and what they will hold.
  ///   - booking: what must be done before anything can be read, and is not undone: done when there is room for all of them.
  /// - Throws: `DisclosureFileError` or `StorageError`. Then all is as it was, unless the disk failed when room had been kept and names were given.
  package static func write(
    _ files: [(place: URL, content: Data)], booking: () throws -> Void = {}
  ) throws {
    try check(files.map(\.place))
    var parts: [(part: URL, target: URL, handle: FileHandle)] = []
    // Those that got their names are no longer there.
    defer { for (part, _, _) in parts { unlink(part.path) } }
    for (place, content) in files {
      let target = target(place)
      let part = StoredFile.temporary(in: target.deletingLastPathComponent())
      let descriptor = open(part.path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
      guard descriptor >= 0 else { throw StorageError(file: place.path, code: errno) }
      parts.append((part, target, FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)))
      if let mode = mode(of: target.path) { fchmod(descriptor, mode & 0o777) }
      let code = content.isEmpty ? 0 : posix_fallocate(descriptor, 0, off_t(content.count))
      guard code == 0 else { throw StorageError(file: place.path, code: code) }
    }
    try booking()
    for (file, part) in zip(files, parts) {
      try part.handle.write(contentsOf: file.content)
      try StoredFile.sync(part.part)
    }
    for (part, target, _) in parts { try StoredFile.commit(part, as: target) }
  }

  /// What a report says, as JSON.
  package static func json(_ told: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(told)
  }

  /// Where a file is: a link stays, and what it leads to is replaced.
  static func target(_ place: URL) -> URL {
    let place = place.absoluteURL.standardizedFileURL
    if mode(of: place.path) != nil { return place.resolvingSymlinksInPath() }
    return place.deletingLastPathComponent().resolvingSymlinksInPath()
      .appending(path: place.lastPathComponent, directoryHint: .notDirectory)
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }
}
