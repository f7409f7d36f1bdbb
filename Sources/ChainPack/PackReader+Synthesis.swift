import Foundation
import InformationModel
import Yams

extension PackReader {
  func readSynthesis() -> SynthesisPlan? {
    let file = "synthesis/synthesis.yaml"
    guard FileManager.default.fileExists(atPath: directory.appending(path: file).path),
      let root = PackNode(file: file, in: directory, log: log)
    else { return nil }
    root.expect(keys: [
      "parameters", "tables", "truth", "files", "golden", "delivery_lag_days", "faults",
    ])
    func sql(_ path: String, _ node: PackNode) -> String {
      guard let text = text(of: path) else {
        node.problem("\(path) is missing")
        return ""
      }
      return text
    }
    var parameters: [String: String] = [:]
    for (name, value) in root["parameters"]?.entries ?? [] { parameters[name] = value.text }
    return SynthesisPlan(
      parameters: parameters, tables: root.items("tables").map(\.text),
      truth: root.items("truth").map { node in
        node.expect(keys: ["name", "entity", "id"])
        let name = node.text("name")
        return SynthesisPlan.Truth(
          name: name, entity: node.optionalText("entity") ?? name, id: node.optionalText("id"),
          sql: sql("synthesis/truth/\(name).sql", node))
      },
      files: root.items("files").map { node in
        node.expect(keys: ["file", "entity"])
        let name = node.text("file")
        return SynthesisPlan.File(
          file: name, entity: node.text("entity"), sql: sql("synthesis/files/\(name).sql", node))
      },
      golden: root.items("golden").map { node in
        SynthesisPlan.Golden(
          name: node.text, sql: sql("synthesis/golden/\(node.text).sql", node))
      },
      invariants: files(in: "synthesis/invariants", extension: "sql").map { path in
        let name = (path as NSString).lastPathComponent.replacing(".sql", with: "")
        return SynthesisPlan.Golden(name: name, sql: text(of: path) ?? "")
      },
      persons: text(of: "synthesis/persons.sql"),
      deliveryLagDays: root.integer("delivery_lag_days", default: 10),
      faults: root.items("faults").map(readFault))
  }

  private func readFault(_ node: PackNode) -> SynthesisPlan.Fault {
    let known = ["code", "kind", "file", "columns", "rate", "expect", "where"]
    var settings: [String: [String]] = [:]
    for (name, value) in node.entries where !known.contains(name) {
      settings[name] = value.node.sequence != nil ? value.items.map(\.text) : [value.text]
    }
    let kind = node.text("kind")
    if !SynthesisPlan.faultKinds.contains(kind) {
      let near = nearest(to: kind, among: SynthesisPlan.faultKinds)
      node.problem("'\(kind)' is no kind of fault" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    return SynthesisPlan.Fault(
      code: node.text("code"), kind: kind, file: node.optionalText("file") ?? "",
      columns: node.items("columns").map(\.text), rate: node.number("rate"),
      expected: node.optionalText("expect") ?? "flag", condition: node.optionalText("where"),
      settings: settings, line: node.line)
  }
}

extension SynthesisPlan {
  package static let faultKinds = [
    "blank", "digit", "swap", "other", "typo", "name_variant", "partial_date", "day_month",
    "replace", "format", "scale", "odd_date", "before", "shift_date", "mojibake",
    "stray_separator", "leak", "duplicate", "near_duplicate", "second_registration", "late",
    "correction", "withdrawn", "control_total", "schema_drift", "truncated", "replay",
  ]
}
