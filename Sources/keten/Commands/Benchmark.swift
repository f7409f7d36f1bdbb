import ArgumentParser
import Foundation
import Glibc
import Pseudonymisation
import Warehouse

/// Measurements of kernels that no other command shows alone.
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a kernel.", shouldDisplay: false, subcommands: [BenchmarkPseudonyms.self])
}

struct BenchmarkPseudonyms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pseudonyms", abstract: "Keyed hashes a second on one core.")

  @Option(help: "How many values.")
  var values = 2_000_000

  func run() throws {
    var numbers = ByteStrings()
    numbers.reserve(strings: values, bytes: values * 9)
    for number in 0..<values { numbers.append(Array(String(900_000_000 + number).utf8)) }
    let start = clock()
    let pseudonyms = Pseudonymisation.pseudonyms(
      of: numbers, domain: "benchmark", keys: .ephemeral())
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    print("{\"values\": \(pseudonyms.count), \"seconds\": \(seconds)}")
  }
}
