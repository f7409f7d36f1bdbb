import Crypto
import Foundation

/// The package's own folder, where the chain packs are.
package let packageFolder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// Writes a file, and the folders above it.
package func writeFile(_ data: Data, to file: URL) throws {
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try data.write(to: file)
}

/// Writes texts, each to its path below a folder.
package func writeFiles(_ texts: [String: String], below folder: URL) throws {
  for (path, text) in texts {
    try writeFile(Data(text.utf8), to: folder.appending(path: path))
  }
}

/// All files below a folder, by relative path, without the folders themselves.
package func files(below folder: URL) -> [String] {
  guard let walker = FileManager.default.enumerator(atPath: folder.path) else { return [] }
  return walker.compactMap { $0 as? String }.filter { path in
    var isDirectory: ObjCBool = false
    let whole = folder.appending(path: path).path
    return FileManager.default.fileExists(atPath: whole, isDirectory: &isDirectory)
      && !isDirectory.boolValue
  }.sorted()
}

/// SHA-256 in hexadecimal.
package func sha256(_ bytes: some DataProtocol) -> String {
  SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
