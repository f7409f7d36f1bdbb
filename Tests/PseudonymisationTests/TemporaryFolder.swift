import Foundation

/// Runs a body with an empty folder that is gone afterwards.
func withFolder<Answer>(_ body: (URL) throws -> Answer) throws -> Answer {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "keten-pseudonyms-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
