import ArgumentParser
import ChainPack
import Foundation
import Synthesis

struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Made-up deliveries of a chain, with their faults and the truth.")

  @Argument(help: "The folder of the chain pack, or its name under chains/.")
  var pack: String

  @Option(help: "The seed: the same seed gives the same bytes.")
  var seed: UInt64 = 42

  @Option(help: "1 is a real year; 0.01 is the demo.")
  var scale = 0.01

  @Option(help: "First year.")
  var from: Int

  @Option(help: "Last year.")
  var to: Int

  @Option(help: "Faults: default, none or heavy.")
  var faults = Synthesizer.Options.Faults.default

  @Option(help: "The folder to make.")
  var out: String

  @Option(help: "How many threads; all cores when left out. The result is the same.")
  var threads: Int?

  @Flag(
    help:
      "Count what breaks the pack's invariants in the truth; exit code 1 when something does.")
  var check = false

  func validate() throws {
    guard (1950...2100).contains(from), (1950...2100).contains(to) else {
      throw ValidationError("--from and --to are years from 1950 to 2100")
    }
    guard from <= to else { throw ValidationError("--from must be a year not after --to") }
    guard scale > 0, scale <= 8 else { throw ValidationError("--scale lies above 0, up to 8") }
    try checkThreads(threads)
  }

  func run() throws {
    let read = try ChainPack.read(packLocation(pack)).pack
    let progress = Progress()
    let summary = try Synthesizer(
      pack: read,
      options: Synthesizer.Options(
        seed: seed, scale: scale, fromYear: from, toYear: to, faults: faults, threads: threads,
        checksTruth: check)
    ).run(into: location(out), progress: { progress($0) })
    print("\(summary.deliveries) deliveries in \(out)")
    for (file, rows) in summary.rows.sorted(by: { $0.key < $1.key }) {
      print("  \(file): \(rows) rows")
    }
    guard check else { return }
    let broken = summary.violations.filter { $0.value > 0 }
    print("\(summary.violations.count) invariants, \(broken.count) broken")
    for (name, rows) in broken.sorted(by: { $0.key < $1.key }) {
      print("  \(name): \(rows) rows break it")
    }
    if !broken.isEmpty { throw FindingsExit() }
  }
}

extension Synthesizer.Options.Faults: ExpressibleByArgument {}
