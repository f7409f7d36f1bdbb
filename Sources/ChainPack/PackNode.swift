import Foundation
import InformationModel
import Yams

/// A place in a pack's YAML file, read with what it should hold in mind: every mistake becomes a finding with file and line.
struct PackNode {
  let node: Node
  let log: PackLog
  let file: String

  /// Reads a YAML file; nil, with a finding, when it is absent or no YAML.
  init?(file: String, in directory: URL, log: PackLog) {
    guard let data = try? Data(contentsOf: directory.appending(path: file)),
      let text = String(bytes: data, encoding: .utf8)
    else {
      log.add(file, nil, "the file is missing or not UTF-8")
      return nil
    }
    do {
      // Every value is read as the text it is, so no tag needs to be resolved.
      guard let node = try Yams.compose(yaml: text, .basic) else {
        log.add(file, 1, "the file is empty")
        return nil
      }
      self.init(node: node, log: log, file: file)
    } catch let error as YamlError {
      log.add(file, nil, "no YAML: \(error)")
      return nil
    } catch {
      log.add(file, nil, "no YAML")
      return nil
    }
  }

  init(node: Node, log: PackLog, file: String) {
    self.node = node
    self.log = log
    self.file = file
  }

  var line: Int? { node.mark?.line }

  func problem(_ message: String) {
    log.add(file, line, message)
  }

  /// Reports keys that mean nothing here, each with the nearest key that does.
  func expect(keys known: [String]) {
    guard let mapping = node.mapping else {
      problem("expected keys: \(known.joined(separator: ", "))")
      return
    }
    for (key, _) in mapping {
      guard let name = key.scalar?.string, !known.contains(name) else { continue }
      let near = nearest(to: name, among: known)
      log.add(
        file, key.mark?.line,
        "unknown key '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
          + " (possible: \(known.joined(separator: ", ")))")
    }
  }

  subscript(key: String) -> PackNode? {
    node.mapping?.first { $0.key.scalar?.string == key }
      .map { PackNode(node: $0.value, log: log, file: file) }
  }

  /// The value of a key that must be there; reports its absence.
  func required(_ key: String) -> PackNode? {
    if let value = self[key] { return value }
    problem("'\(key)' is missing")
    return nil
  }

  /// The scalar as written.
  var text: String {
    if let scalar = node.scalar { return scalar.string }
    problem("expected one value, found a list or keys")
    return ""
  }

  func text(_ key: String) -> String { required(key)?.text ?? "" }

  func optionalText(_ key: String) -> String? {
    guard let value = self[key], value.node.scalar.map({ !isNull($0) }) ?? true else { return nil }
    return value.text
  }

  private func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }

  func number(_ key: String, default standard: Double? = nil) -> Double {
    guard let value = standard == nil ? required(key) : self[key] else { return standard ?? 0 }
    if let number = Double(value.text) { return number }
    value.problem("'\(key)' must be a number, not '\(value.text)'")
    return standard ?? 0
  }

  func integer(_ key: String, default standard: Int? = nil) -> Int {
    guard let value = standard == nil ? required(key) : self[key] else { return standard ?? 0 }
    if let number = Int(value.text) { return number }
    value.problem("'\(key)' must be a whole number, not '\(value.text)'")
    return standard ?? 0
  }

  func flag(_ key: String, default standard: Bool) -> Bool {
    guard let value = self[key] else { return standard }
    switch value.text {
    case "true", "yes": return true
    case "false", "no": return false
    default:
      value.problem("'\(key)' must be true or false, not '\(value.text)'")
      return standard
    }
  }

  /// One of a closed list of words; reports anything else with the nearest right spelling.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default standard: Choice
  ) -> Choice where Choice.RawValue == String {
    guard let value = self[key] else { return standard }
    if let choice = Choice(rawValue: value.text) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let near = nearest(to: value.text, among: known)
    value.problem(
      "'\(value.text)' is no \(key)" + (near.map { "; did you mean '\($0)'?" } ?? "")
        + " (possible: \(known.joined(separator: ", ")))")
    return standard
  }

  var items: [PackNode] {
    guard let sequence = node.sequence else {
      problem("expected a list")
      return []
    }
    return sequence.map { PackNode(node: $0, log: log, file: file) }
  }

  func items(_ key: String) -> [PackNode] { self[key]?.items ?? [] }

  var entries: [(key: String, value: PackNode)] {
    guard let mapping = node.mapping else {
      problem("expected keys")
      return []
    }
    return mapping.map {
      ($0.key.scalar?.string ?? "", PackNode(node: $0.value, log: log, file: file))
    }
  }

  func localized(_ key: String) -> LocalizedText {
    guard let value = required(key) else { return LocalizedText(nl: "", en: "") }
    value.expect(keys: ["nl", "en"])
    return LocalizedText(nl: value.text("nl"), en: value.text("en"))
  }

  /// The whole numbers of a list that must be there.
  func integers(_ key: String) -> [Int] {
    (required(key)?.items ?? []).compactMap { item in
      let text = item.text
      if let number = Int(text) { return number }
      item.problem("'\(text)' is no whole number")
      return nil
    }
  }
}

/// Collects what is wrong with a pack.
final class PackLog {
  private(set) var findings: [Finding] = []

  func add(_ file: String, _ line: Int?, _ message: String) {
    findings.append(
      Finding(severity: .error, rule: "pack", file: file, row: line, message: message))
  }
}

/// The known word that needs the fewest changes to become this one, if they are few enough to be a slip.
package func nearest(to word: String, among known: some Sequence<String>) -> String? {
  let target = Array(word.lowercased())
  var best: (word: String, distance: Int)?
  for candidate in known {
    let letters = Array(candidate.lowercased())
    var row = Array(0...letters.count)
    for (i, letter) in target.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in letters.enumerated() {
        let substitution = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    let distance = row[letters.count]
    if distance <= max(1, target.count / 3), distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.word
}
