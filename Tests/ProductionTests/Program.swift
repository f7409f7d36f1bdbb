import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
enum Program {
  struct Answer {
    var code: Int32
    var output: String
    var errors: String
  }

  /// `keten` beside the test bundle.
  static var executable: URL {
    get throws {
      let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      for folder in [bundle.deletingLastPathComponent(), URL(filePath: ".build/release")] {
        let candidate = folder.appending(path: "keten")
        if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      }
      throw MissingProgram()
    }
  }

  struct MissingProgram: Error {}

  /// Most likely free: the system gives connections no port below 32,768.
  static func freePort() -> Int { Int.random(in: 20_000..<32_000) }

  /// Starts the program; its answers go to files, so that nothing is lost when it is killed.
  static func start(_ arguments: [String], output: URL) throws -> Process {
    let process = Process()
    process.executableURL = try executable
    process.arguments = arguments
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @discardableResult
  static func run(_ arguments: String...) throws -> Answer { try run(arguments) }

  @discardableResult
  static func run(_ arguments: [String]) throws -> Answer {
    let process = Process()
    process.executableURL = try executable
    process.arguments = arguments
    let output = try TemporaryFolder()
    let out = output.url.appending(path: "out")
    let err = output.url.appending(path: "err")
    _ = FileManager.default.createFile(atPath: out.path, contents: nil)
    _ = FileManager.default.createFile(atPath: err.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    return Answer(
      code: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }
}
