import Foundation
import Glibc
import TestSupport
import Testing
import Warehouse

/// The built program that serves a workspace, as a process.
@Suite struct ServedWorkspaceTests {
  @Test func `serving needs the publications and nothing else of a workspace`() throws {
    let made = try MadeChain.shared.get()
    let folder = try TemporaryFolder()
    let workspace = folder.url.appending(path: "workspace")
    try FileManager.default.copyItem(at: made.workspace.directory, to: workspace)
    for name in try FileManager.default.contentsOfDirectory(atPath: workspace.path)
    where !["keten.yaml", "publications"].contains(name) {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0], ofItemAtPath: workspace.appending(path: name).path)
    }
    defer { Self.giveBack(workspace) }
    for path in ["keten.yaml", "publications"]
      + files(below: workspace).filter({
        $0.hasPrefix("publications/")
      })
    {
      let item = workspace.appending(path: path)
      for place in [item, item.deletingLastPathComponent()] {
        let isFolder = place.hasDirectoryPath || place != item
        try FileManager.default.setAttributes(
          [.posixPermissions: isFolder ? 0o755 : 0o644], ofItemAtPath: place.path)
      }
    }
    let port = Program.freePort()
    var command = [try Program.executable.path]
    if getuid() == 0 {
      // Nothing is closed to root.
      command = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command
      guard try Self.code(of: command + ["--version"]) == 0 else {
        print("nobody may run the program here: the test of what it reads is left out")
        return
      }
    }
    let server = try Self.start(
      command + ["serve", workspace.path, "--port", "\(port)"], output: folder.url)
    defer { server.terminate() }
    for path in ["/", "/over", "/begrippen", "/tabellen", "/health/ready", "/robots.txt"] {
      #expect(try Self.fetch(path, port) == "200", "\(path)")
    }
    let publications = workspace.appending(path: "publications").resolvingSymlinksInPath().path
    let descriptors = "/proc/\(server.processIdentifier)/fd"
    let opened = try FileManager.default.contentsOfDirectory(atPath: descriptors).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")
    }
    #expect(opened.contains { $0.hasPrefix("socket:") })
    let root = workspace.resolvingSymlinksInPath().path
    for file in opened where file.hasPrefix(root) {
      #expect(file.hasPrefix(publications), "\(file)")
    }
    let maps = try String(
      contentsOfFile: "/proc/\(server.processIdentifier)/maps", encoding: .utf8)
    // Figures are read where they stand in their files, and cannot be written there.
    for line in maps.split(separator: "\n") where line.contains(root) {
      #expect(line.contains(" r--p ") && line.contains(" \(publications)/"), "\(line)")
    }
    server.terminate()
    server.waitUntilExit()
    #expect(server.terminationStatus == 0)
    #expect(
      files(below: workspace.appending(path: "publications"))
        == files(below: made.workspace.publications))
  }

  @Test func `told to stop, it ends its answers first and leaves in good order`() throws {
    let made = try MadeChain.shared.get()
    let folder = try TemporaryFolder()
    let port = Program.freePort()
    let server = try Self.start(
      [
        try Program.executable.path, "serve", made.workspace.directory.path, "--port", "\(port)",
        "--log", "json",
      ], output: folder.url)
    defer { server.terminate() }
    let address = "/odata/v1/STRAFRECHT/I01/Observations"
    let whole = folder.url.appending(path: "whole")
    #expect(try Self.fetch(address, port, into: whole) == "200")
    let cut = folder.url.appending(path: "cut")
    // So slowly that it is still running when the server is told to stop.
    let size = try Data(contentsOf: whole).count
    let reader = try Self.start(
      [
        "/usr/bin/curl", "-s", "--limit-rate", "\(max(size / 4, 1_000))", "-o", cut.path,
        "http://127.0.0.1:\(port)\(address)",
      ], output: folder.url.appending(path: "reader"))
    Thread.sleep(forTimeInterval: 1)
    let told = ContinuousClock.now
    server.terminate()
    server.waitUntilExit()
    reader.waitUntilExit()
    #expect(server.terminationReason == .exit)
    #expect(server.terminationStatus == 0)
    #expect(ContinuousClock.now - told < .seconds(40))
    #expect(reader.terminationStatus == 0)
    #expect(try Data(contentsOf: cut) == Data(contentsOf: whole))
    let log = try String(contentsOf: folder.url.appending(path: "errors"), encoding: .utf8)
    let answered = log.split(separator: "\n").filter { $0.contains("\"message\":\"answered\"") }
    #expect(answered.count >= 2)
    for line in log.split(separator: "\n") {
      #expect(throws: Never.self, "\(line)") {
        try JSONSerialization.jsonObject(with: Data(line.utf8))
      }
    }
  }

  private static func start(_ command: [String], output: URL) throws -> Process {
    try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    for (name, place) in [("output", \Process.standardOutput), ("errors", \.standardError)] {
      let file = output.appending(path: name)
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      process[keyPath: place] = try FileHandle(forWritingTo: file)
    }
    try process.run()
    return process
  }

  private static func code(of command: [String]) throws -> Int32 {
    let folder = try TemporaryFolder()
    let process = try start(command, output: folder.url)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The status of an address, as soon as the server is there.
  private static func fetch(_ path: String, _ port: Int, into file: URL? = nil) throws -> String {
    let folder = try TemporaryFolder()
    let process = try start(
      [
        "/usr/bin/curl", "-s", "--retry", "600", "--retry-connrefused", "--retry-delay", "1",
        "-o", file?.path ?? "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)\(path)",
      ], output: folder.url)
    process.waitUntilExit()
    return try String(contentsOf: folder.url.appending(path: "output"), encoding: .utf8)
  }

  /// So that the folder can be removed by whoever runs the test.
  private static func giveBack(_ workspace: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: workspace.path)) ?? [] {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: workspace.appending(path: name).path)
    }
  }
}
