import Foundation
import TestSupport
import Testing
import Warehouse

/// Programs that people use for open data, unchanged, against the built program that serves a made-up release.
@Suite struct ClientTests {
  @Test(arguments: [
    "statline_clients.py", "statistical_files.py", "linked_data.py", "sdmx_clients.py",
    "browser.py",
  ])
  func `clients read every table as they are, number for number`(script: String) throws {
    let made = try MadeChain.shared.get()
    let output = try TemporaryFolder()
    let port = Program.freePort()
    let server = try Program.start(
      ["serve", made.workspace.directory.path, "--port", String(port)],
      output: output.url.appending(path: "served"))
    defer { server.terminate() }
    let python = packageFolder.appending(path: ".deps/clients/bin/python")
    guard FileManager.default.isExecutableFile(atPath: python.path) else {
      Issue.record("the clients are not installed: scripts/setup-clients")
      return
    }
    let client = Process()
    client.executableURL = python
    client.arguments = [
      packageFolder.appending(path: "Tests/Clients/\(script)").path,
      "localhost:\(port)", made.workspace.publications.appending(path: made.release).path,
    ]
    let told = output.url.appending(path: "told")
    _ = FileManager.default.createFile(atPath: told.path, contents: nil)
    client.standardOutput = try FileHandle(forWritingTo: told)
    client.standardError = try FileHandle(forWritingTo: told)
    try client.run()
    client.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: told), as: UTF8.self)
    #expect(client.terminationStatus == 0, "\(text.suffix(2000))")
  }
}
