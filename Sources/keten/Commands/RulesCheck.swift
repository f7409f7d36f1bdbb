import ArgumentParser
import ChainPack
import Foundation
import InformationModel
import Refinement

struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Editing rules: what must hold in a row.", subcommands: [RulesCheck.self])
}

struct RulesCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Look for editing rules that contradict one another, follow from others, or leave a field no choice."
  )

  @Argument(help: "The folder of the pack, or its name under chains/.")
  var pack: String

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    let pack = try ChainPack.read(packLocation(pack)).pack
    let findings = RuleHygiene.check(pack)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(findings), as: UTF8.self))
    } else {
      for finding in findings { print(finding.packLine) }
      let rules = pack.rules.reduce(0) { $0 + $1.rules.count }
      print(
        "\(rules) rules on \(pack.rules.count) files: "
          + (findings.isEmpty ? "sound" : "\(findings.count) findings"))
    }
    if !findings.isEmpty { throw FindingsExit() }
  }
}
