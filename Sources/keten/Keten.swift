import ArgumentParser
import ChainPack
import DisclosureControl
import DisclosureFiles
import Foundation
import Glibc
import InformationModel
import Intake
import Linkage
import Scoring
import Synthesis
import Warehouse

@main
struct Keten: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keten",
    abstract: "One delivery, one terminology, one measurement period, one presentation.",
    discussion: """
      Exit codes: 0 done, 1 findings, 2 usage, 3 refused, 4 failed.
      """,
    version: "0.1.0",
    subcommands: [
      Demo.self, Pack.self, Rules.self, Synthesize.self, WorkspaceCommand.self, Deliver.self,
      Run.self,
      Link.self, LinkageCommand.self, Refine.self, Tabulate.self, Protect.self,
      DisclosureCommand.self,
      Freeze.self, Publish.self, Serve.self, Status.self, Score.self, Quality.self, Key.self,
      Benchmark.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Ending(error).leave()
    }
  }
}

/// How a command ends when it does not end well.
struct Ending {
  let code: Int32
  let message: String?

  init(_ error: any Error) {
    switch error {
    case let findings as FindingsExit:
      (code, message) = (1, findings.message)
    case let refusal as IntakeRefusal: (code, message) = (3, "\(refusal)")
    case let error as PackError: (code, message) = (1, "\(error)")
    case let error as WorkspaceError: (code, message) = (2, "\(error)")
    case let error as ScoringError: (code, message) = (2, "\(error)")
    case let error as LinkageError: (code, message) = (2, "\(error)")
    case let error as DisclosureFileError: (code, message) = (2, "\(error)")
    case let error as DisclosureError: (code, message) = (2, "\(error)")
    case let error as SynthesisError: (code, message) = (error.isOfPack ? 1 : 2, "\(error)")
    case _ where Self.isOutOfSpace(error):
      (code, message) = (
        4,
        "there is no room left on the disk. Nothing that was accepted is lost; make room and give the same command again"
      )
    case let error as CocoaError where error.isFileError:
      let file = error.filePath ?? error.url?.path ?? "a file"
      (code, message) = (4, "\(file): \(error.localizedDescription)")
    default:
      let exit = Keten.exitCode(for: error)
      if exit == .validationFailure {
        (code, message) = (2, Keten.fullMessage(for: error))
      } else if exit == .success {
        print(Keten.fullMessage(for: error))
        (code, message) = (0, nil)
      } else if error is ExitCode {
        (code, message) = (exit.rawValue, nil)
      } else {
        (code, message) = (4, "\(error)")
      }
    }
  }

  /// Every library says it in its own way.
  private static func isOutOfSpace(_ error: any Error) -> Bool {
    if let error = error as? EngineError { return error.isOutOfSpace }
    if let error = error as? CocoaError { return error.code == .fileWriteOutOfSpace }
    let text = "\(error)"
    return ["No space left", "disk is full", "out of space", "ENOSPC"].contains {
      text.localizedCaseInsensitiveContains($0)
    }
  }

  func leave() -> Never {
    if let message {
      let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
      FileHandle.standardError.write(Data("keten: \(text)\n".utf8))
    }
    exit(code)
  }
}

/// The command did what it should, and what it found asks for attention.
struct FindingsExit: Error {
  var message: String?
}

/// Lines for whoever watches, on standard error, with the time since the start on a terminal.
struct Progress: Sendable {
  private let start = ContinuousClock.now
  private let isTerminal = isatty(2) == 1
  var isQuiet = false

  func callAsFunction(_ line: String) {
    guard !isQuiet else { return }
    let elapsed = start.duration(to: .now)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let time = isTerminal ? "\((seconds * 10).rounded() / 10) s  " : ""
    FileHandle.standardError.write(Data("\(time)\(line)\n".utf8))
  }
}

extension CalendarDate {
  /// The day on which the command runs, in UTC. Only commands read the clock.
  static var today: CalendarDate {
    CalendarDate(daysSinceEpoch: Int32(Date().timeIntervalSince1970 / 86_400))
  }
}

/// Ports that a website can listen on.
func checkPort(_ port: Int) throws {
  guard (1...65_535).contains(port) else {
    throw ValidationError("\(port) is no port; give one from 1 to 65535")
  }
}

func checkThreads(_ threads: Int?) throws {
  if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
}

/// A path as given on the command line.
func location(_ path: String, isDirectory: Bool = true) -> URL {
  URL(filePath: path, directoryHint: isDirectory ? .isDirectory : .notDirectory)
}

/// A pack by its path, or by its name under `chains/`.
func packLocation(_ pack: String) -> URL {
  let given = location(pack)
  if FileManager.default.fileExists(atPath: given.appending(path: "chain.yaml").path) {
    return given
  }
  let named = location("chains").appending(path: pack, directoryHint: .isDirectory)
  return FileManager.default.fileExists(atPath: named.path) ? named : given
}
