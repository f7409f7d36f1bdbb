import Foundation
import TestSupport
import Testing
import Warehouse

/// Killed at any moment, nothing acknowledged is lost, and the next run gives the same bytes.
@Suite(.serialized) struct LossTests {
  private struct State: Decodable {
    struct Delivery: Decodable { var id: String }
    struct Snapshot: Decodable { var id: String }
    struct Release: Decodable { var id: String }
    var deliveries: [Delivery]
    var snapshots: [Snapshot]
    var releases: [Release]
  }

  private func state(_ workspace: URL) throws -> State {
    let answer = try Program.run("status", workspace.path, "--json")
    return try JSONDecoder().decode(State.self, from: Data(answer.output.utf8))
  }

  /// A stretch of seconds that looks random and is the same in every run.
  private struct Moments {
    var state: UInt64 = 20_240_110
    mutating func next(upTo seconds: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) * seconds
    }
  }

  /// How long a command takes to the end, in seconds.
  private func duration(_ arguments: [String], output: URL) throws -> Double {
    let start = Date()
    let process = try Program.start(arguments, output: output)
    process.waitUntilExit()
    return Date().timeIntervalSince(start)
  }

  /// Kills a command while it runs, and says whether it hit: it may have ended before.
  private func kill(_ arguments: [String], after seconds: Double, output: URL) throws -> Bool {
    let process = try Program.start(arguments, output: output)
    let deadline = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < deadline { usleep(500) }
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  /// Tries again, sooner each time, until a kill hits a running command.
  private func hit(
    _ name: String, _ moments: inout Moments, within seconds: Double, kill: (Double) throws -> Bool
  ) throws {
    for attempt in 0..<20 {
      if try kill(moments.next(upTo: seconds / Double(attempt + 1))) { return }
    }
    Issue.record("\(name) always ended before it was killed")
  }

  @Test func `twenty kills during deliver and run lose nothing and change nothing`() throws {
    let made = try MadeChain.shared.get()
    let folder = try TemporaryFolder()
    let workspace = folder.url.appending(path: "workspace")
    let pack = packageFolder.appending(path: "chains/strafrecht").path
    try Program.run("workspace", "new", workspace.path, "--pack", pack)
    // The same key gives the same pseudonyms, so that the outcome can be compared byte for byte.
    for key in try FileManager.default.contentsOfDirectory(atPath: made.workspace.keys.path) {
      let target = workspace.appending(path: "keys/\(key)")
      try? FileManager.default.removeItem(at: target)
      try FileManager.default.copyItem(
        at: made.workspace.keys.appending(path: key), to: target)
    }
    var moments = Moments()
    let output = folder.url.appending(path: "output")
    let deliver = ["deliver", workspace.path, made.deliveries.path]
    let untouched = folder.url.appending(path: "untouched")
    try FileManager.default.copyItem(at: workspace, to: untouched)
    let toDeliver = try duration(["deliver", untouched.path, made.deliveries.path], output: output)
    // What a killed command finished, the next need not do: each gets less time than is left of the work.
    for number in 0..<10 {
      try hit("deliver \(number)", &moments, within: toDeliver / 10) {
        let isHit = try kill(deliver, after: $0, output: output)
        let said = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        let acknowledged = said.split(separator: "\n").filter { $0.hasSuffix(": accepted") }
          .compactMap { $0.split(separator: " ").first.map(String.init) }
        let kept = Set(try state(workspace).deliveries.map(\.id))
        for delivery in acknowledged { #expect(kept.contains(delivery)) }
        return isHit
      }
    }
    try Program.run("deliver", workspace.path, made.deliveries.path)
    let run = ["run", workspace.path, "--reference-date", MadeChain.referenceDate, "--quiet"]
    try FileManager.default.removeItem(at: untouched)
    try FileManager.default.copyItem(at: workspace, to: untouched)
    let toRun = try duration(
      ["run", untouched.path, "--reference-date", MadeChain.referenceDate, "--quiet"],
      output: output)
    for number in 0..<10 {
      try hit("run \(number)", &moments, within: toRun) { try kill(run, after: $0, output: output) }
    }
    let last = try Program.run(
      "run", workspace.path, "--reference-date", MadeChain.referenceDate, "--quiet")
    #expect(last.code == 0)
    let outcome = try state(workspace)
    #expect(outcome.snapshots.map(\.id) == [made.snapshot])
    #expect(outcome.releases.map(\.id) == [made.release])
    for path in files(below: made.workspace.snapshots) {
      #expect(
        try Data(contentsOf: workspace.appending(path: "snapshots/\(path)"))
          == Data(contentsOf: made.workspace.snapshots.appending(path: path)), "\(path) differs")
    }
    let leftovers = files(below: workspace).filter { $0.contains(".part-") }
    #expect(leftovers.isEmpty)
  }

  @Test
  func `a full disk is told clearly, loses nothing, and the same command works once there is room`()
    throws
  {
    let made = try MadeChain.shared.get()
    let folder = try TemporaryFolder()
    let disk = folder.url.appending(path: "disk")
    try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    func shell(_ command: String) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", command]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    guard try shell("mount -t tmpfs -o size=1500k tmpfs '\(disk.path)'") == 0 else {
      print("a small disk cannot be mounted here: the test of a full disk is left out")
      return
    }
    defer { _ = try? shell("umount '\(disk.path)'") }
    let workspace = disk.appending(path: "workspace")
    let pack = packageFolder.appending(path: "chains/strafrecht").path
    try Program.run("workspace", "new", workspace.path, "--pack", pack)
    let full = try Program.run("deliver", workspace.path, made.deliveries.path)
    #expect(full.code == 4)
    #expect(full.errors.contains("make room and give the same command again"), "\(full.errors)")
    let kept = try state(workspace).deliveries.count
    let accepted = full.output.split(separator: "\n").count { $0.hasSuffix(": accepted") }
    #expect(kept == accepted)
    _ = try shell("mount -o remount,size=400m '\(disk.path)'")
    let again = try Program.run("deliver", workspace.path, made.deliveries.path)
    #expect(again.code == 0 || again.code == 3, "\(again.errors)")
    let run = try Program.run(
      "run", workspace.path, "--reference-date", MadeChain.referenceDate, "--quiet")
    #expect(run.code == 0, "\(run.errors)")
  }
}
