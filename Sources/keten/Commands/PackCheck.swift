import ArgumentParser
import ChainPack
import Foundation
import InformationModel
import Linkage

struct Pack: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Chain packs: what is particular to a chain.", subcommands: [PackCheck.self])
}

struct PackCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read a chain pack whole and explain everything that is wrong.")

  @Argument(help: "The folder of the pack, or its name under chains/.")
  var pack: String

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    let findings: [Finding]
    var read: ChainPack?
    do {
      let (pack, notes) = try ChainPack.read(packLocation(pack))
      if let (file, yaml) = pack.linkage.model { _ = try LinkageModel(yaml: yaml, file: file) }
      read = pack
      findings = notes
    } catch let error as PackError {
      findings = error.findings
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(findings), as: UTF8.self))
    } else {
      for finding in findings { print(finding.packLine) }
      if let read {
        let concepts = read.schemes.reduce(0) { $0 + $1.concepts.count }
        let codes = read.mappings.values.reduce(0) { $0 + $1.rows.count }
        print(
          "\(read.description.id) \(read.description.version): \(read.description.organisations.count) organisations, "
            + "\(read.contracts.count) files, \(concepts) concepts in \(read.schemes.count) schemes, \(codes) mapped codes, "
            + "\(read.entities.count) entities, \(read.products.count) products: sound")
      }
    }
    if read == nil { throw FindingsExit() }
  }
}
