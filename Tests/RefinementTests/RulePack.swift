import ChainPack
import Foundation
import InformationModel
import Refinement

/// A pack of one file with fields and rules of choice.
enum RulePack {
  static func read(
    columns: [String], rules: [String], head: String = "", severity: String = "error",
    repair: String = "", flag: String? = nil
  ) throws -> ChainPack {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "keten-rules-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = rules.enumerated().map { index, rule in
      "  - {id: r\(index), holds: \"\(rule)\", severity: \(severity), repair: [\(repair)]\(flag.map { ", flag: \($0)" } ?? ""), message: {nl: m, en: m}}"
    }
    let files = [
      "chain.yaml": """
      id: proef
      version: 1.0.0
      name: {nl: P, en: P}
      purpose: {nl: P, en: P}
      licence: {name: Vrij, address: "https://example.org/vrij"}
      organisations: [{id: w, name: {nl: W, en: W}, role: {nl: W, en: W}}]
      """,
      "deliveries/w/f.yaml": """
      id: f
      file: F.csv
      version: "1"
      title: {nl: F, en: F}
      format: {kind: delimited}
      key: [nr]
      columns:
        - {name: nr, role: key, required: true}
      \(columns.map { "  - \($0)" }.joined(separator: "\n"))
      """,
      "rules/w.f.yaml": "contract: w.f\n\(head)rules:\n\(text.joined(separator: "\n"))\n",
    ]
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try ChainPack.read(folder).pack
  }

  static func algebra(_ pack: ChainPack) -> RuleAlgebra {
    RuleAlgebra(pack.rules[0], pack: pack)
  }

  static func integers(_ names: String...) -> [String] {
    names.map { "{name: \($0), type: integer, role: content}" }
  }
}

extension RuleAlgebra {
  /// A row by names of fields; what is not named is missing.
  func row(_ values: [String: RuleValue]) -> [RuleValue?] { names.map { values[$0] } }
}

/// Numbers by name.
func numbers(_ values: [String: Int64]) -> [String: RuleValue] {
  values.mapValues { .number($0) }
}
