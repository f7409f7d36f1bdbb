import Crypto
import Foundation
import InformationModel

/// A chain pack, read and checked: everything that is particular to one chain.
package struct ChainPack: Sendable {
  package let directory: URL
  package let description: ChainDescription
  package let identifiers: [String: Identifier]
  package let schemes: [ConceptScheme]
  package let contracts: [Contract]
  /// By `organisation.list`.
  package let mappings: [String: CodeMapping]
  /// By name; tables that SQL and completions read.
  package let references: [String: CSVTable]
  /// Editing rules, by contract.
  package let rules: [EditRules]
  /// In an order in which each stands after the entities that it reads.
  package let entities: [EntityDefinition]
  package let linkage: LinkagePlan
  package let products: [Product]
  package let policies: [PolicyDefinition]
  package let synthesis: SynthesisPlan?
  /// SHA-256 over every file of the pack, in hexadecimal.
  package let digest: String

  /// A disclosure policy as written; disclosure control gives it its meaning.
  package struct PolicyDefinition: Sendable {
    package var id: String
    package var title: LocalizedText
    package var threshold: Int
    package var percentileThreshold: Int
    /// When few contributions make too much of a sum; empty where only numbers of units count.
    package var concentration: [ConcentrationRule]
    /// Whether figures are hidden, too, that changed by too little since an earlier release.
    package var protectsRevisions: Bool
    package var reason: LocalizedText
    /// Organisations that agreed on it; empty as long as it is a proposal.
    package var decidedBy: [String]
    /// When; nil as long as it is a proposal.
    package var decidedOn: String?
  }

  package func contract(_ name: String) -> Contract? { contracts.first { $0.name == name } }
  package func scheme(_ id: String) -> ConceptScheme? { schemes.first { $0.id == id } }

  package func organisation(code: String) -> Organisation? {
    description.organisations.first { $0.code == code || $0.id == code }
  }

  /// The delivered files that an entity is made of, by way of other entities too, as
  /// `organisation.file`.
  package func files(behind entity: String) -> Set<String> {
    var files: Set<String> = []
    var seen: Set<String> = []
    var waiting = ["entity.\(entity)"]
    while let input = waiting.popLast() {
      guard seen.insert(input).inserted else { continue }
      if contract(input) != nil { files.insert(input) }
      waiting += entities.first { "entity.\($0.name)" == input }?.inputs ?? []
    }
    return files
  }

  /// The mapping of a column's code list.
  package func mapping(of column: Contract.Column, in contract: Contract) -> CodeMapping? {
    column.codes.flatMap { mappings["\(contract.organisation).\($0)"] }
  }

  /// Reads and checks a pack.
  ///
  /// - Throws: `PackError` with every finding when one of them is an error.
  package static func read(_ directory: URL) throws -> (pack: ChainPack, findings: [Finding]) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory),
      isDirectory.boolValue
    else {
      throw PackError(findings: [
        Finding(
          severity: .error, rule: "pack", file: directory.lastPathComponent,
          message: "there is no such folder; give the folder that holds chain.yaml")
      ])
    }
    // A link to a pack is that pack.
    let reader = PackReader(directory: directory.resolvingSymlinksInPath())
    let pack = reader.read()
    if let pack { PackChecker(pack: pack, log: reader.log).check() }
    let findings = reader.log.findings
    guard let pack, !findings.contains(where: { $0.severity >= .error }) else {
      throw PackError(findings: findings)
    }
    return (pack, findings)
  }

  /// SHA-256 over the relative names and bytes of all files, in name order.
  static func digest(of directory: URL, files: [String]) -> String {
    var hash = SHA256()
    for file in files.sorted() {
      guard let data = try? Data(contentsOf: directory.appending(path: file)) else { continue }
      hash.update(data: Data("\(file)\u{0}\(data.count)\u{0}".utf8))
      hash.update(data: data)
    }
    return hash.finalize().map { byte in
      let hex = String(byte, radix: 16)
      return hex.count == 1 ? "0" + hex : hex
    }.joined()
  }
}

/// A pack that cannot be used, with everything that is wrong with it.
package struct PackError: Error, CustomStringConvertible {
  package var findings: [Finding]

  package var description: String {
    let errors = findings.filter { $0.severity >= .error }
    return
      (["the chain pack has \(errors.count) error\(errors.count == 1 ? "" : "s"):"]
      + errors.map(\.packLine)).joined(separator: "\n")
  }
}

extension Finding {
  /// `file:line: message`, as compilers write it.
  package var packLine: String {
    "\(file)\(row.map { ":\($0)" } ?? ""): \(severity == .error ? "" : "\(severity.rawValue): ")\(message)"
  }
}
