import DisclosureFiles
import Testing

/// Specs of every command with a value of a wrong kind in every place: what is told is for people.
@Suite struct SpecMistakeTests {
  private enum Reader: String, CaseIterable { case table, records, request }

  private static let bases: [(reader: Reader, spec: [(key: String, value: String)])] = [
    (
      .table,
      [
        ("dimensions", "[{name: r, hierarchy: h.csv, total: T, safe: [x]}]"), ("layout", "a.rda"),
        ("value", "v"), ("frequency", "n"), ("largest", "[a, b]"), ("weight", "w"),
        ("request", "q"), ("rules", "[{minimum_frequency: 3, protection: 1, only: {r: [x]}}]"),
        ("apriori", "a.hst"), ("empty", "known"), ("insiders", "true"), ("cost", "cells"),
        ("method", "suppression"), ("rounds", "2"),
      ]
    ),
    (
      .table,
      [
        ("dimensions", "[{name: r}]"), ("method", "cell_key"),
        ("cell_key", "{record_key: k, table: t.csv, most: 5, variance: 3, blocked: 2, stay: 0.5}"),
      ]
    ),
    (
      .table,
      [
        ("dimensions", "[{name: r}]"), ("method", "differential_privacy"), ("value", "v"),
        ("privacy", "{mechanism: laplace, epsilon: 1, sensitivity: 2, budget: b.json}"),
      ]
    ),
    (
      .records,
      [
        ("keys", "[a]"), ("sensitive", "[s]"), ("ordered", "[a]"), ("remove", "[n]"),
        ("weight", "w"), ("k", "3"), ("l", "2"), ("t", "0.3"),
        ("recode", "{a: {width: 5}, b: {hierarchy: h.csv, steps: 1}}"), ("top", "{a: 85}"),
        ("bottom", "{a: 15}"), ("importance", "{a: 2}"),
        ("synthetic", "{count: 50, donors: 10, seed: 1}"),
      ]
    ),
    (
      .request,
      [
        ("data", "d.csv"), ("unit", "u"),
        ("limits", "{minimum_count: 10, dominance: [2, 0.9], ratio: 0.1, zeros_disclose: true}"),
        (
          "outputs",
          "[{name: a, kind: table, only: {s: [m]}, rows: [x], columns: [y], margins: true, statistic: percentile, percentile: 95, measure: m}]"
        ),
      ]
    ),
  ]

  /// Texts that each have one value replaced, at any depth: a scalar, a list or a group of keys.
  private static func changed(_ text: String, to new: String) -> [String] {
    var found = [new]
    let letters = Array(text)
    var depths: [Int] = []
    for (place, letter) in letters.enumerated() {
      if letter == "[" || letter == "{" { depths.append(place) }
      if letter == "]" || letter == "}", let start = depths.popLast(), start > 0 {
        found.append(String(letters[..<start]) + new + String(letters[(place + 1)...]))
      }
      // What stands behind a colon or before a comma.
      guard " [".contains(letter), place + 1 < letters.count else { continue }
      guard let end = letters[(place + 1)...].firstIndex(where: { ",]}:".contains($0) }),
        letters[end] != ":", !letters[(place + 1)..<end].contains(where: { "[{".contains($0) })
      else { continue }
      found.append(String(letters[...place]) + new + String(letters[end...]))
    }
    return found
  }

  private static func message(_ reader: Reader, _ text: String) -> String? {
    do {
      switch reader {
      case .table: _ = try ProtectionSpec(yaml: text, file: "spec.yaml")
      case .records: _ = try RecordSpec(yaml: text, file: "spec.yaml")
      case .request: _ = try OutputRequest(yaml: text, file: "spec.yaml")
      }
      return nil
    } catch let error as DisclosureFileError {
      return error.description
    } catch { return "another error: \(error)" }
  }

  @Test(arguments: [
    "~", "", "x", "5", "2.5", "-1", "true", "'5'", "[]", "[a]", "[[a]]", "[~]", "{}", "{a: 1}",
    "[{a: 1}]", "99999999999999999999", "1e300", ".nan", ".inf", "? a", "*a", "2020-01-01",
  ])
  func `no value of a wrong kind makes the reader speak of itself`(value: String) {
    for (reader, spec) in Self.bases {
      let whole = spec.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
      #expect(Self.message(reader, whole) == nil)
      for place in spec.indices {
        for changed in Self.changed(spec[place].value, to: value) {
          var lines = spec
          lines[place].value = changed
          let text = lines.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
          guard let told = Self.message(reader, text) else { continue }
          #expect(told.hasPrefix("spec.yaml"), "\(told)")
          for word in ["decode", "Node", "Cannot initialize", "Coding", "Optional", "Swift"] {
            #expect(!told.contains(word), "\(spec[place].key): \(changed): \(told)")
          }
        }
      }
    }
  }

  @Test(arguments: [
    (
      "dimensions:\n  - name: r\n    safe: {x: 1}\nrules: [{minimum_frequency: 3}]",
      "spec.yaml, line 3: dimensions 1 safe: expected a list, found keys"
    ),
    (
      "dimensions:\n  - name: r\n    safe: x\nrules: [{minimum_frequency: 3}]",
      "spec.yaml, line 3: dimensions 1 safe: expected a list, found 'x'"
    ),
    (
      "dimensions: [a, b]\nrules: [{minimum_frequency: 3}]",
      "spec.yaml, line 1: dimensions 1: expected keys (name, hierarchy, total, safe), found 'a'"
    ),
    (
      "dimensions: [{name: r}]\nmethod: supression",
      "spec.yaml, line 2: method: expected one of suppression, optimal, controlled_rounding, small_count_rounding, cell_key, controlled_adjustment, differential_privacy, found 'supression'"
    ),
    (
      "dimensions: [{name: r}]\nrules: [{minimum_frequency: three}]",
      "spec.yaml, line 2: rules 1 minimum_frequency: expected a whole number, found 'three'"
    ),
    (
      "dimensions: [{name: r}]\nrules: [{minimum_frequency: 3, only: {r: x}}]",
      "spec.yaml, line 2: rules 1 only r: expected a list, found 'x'"
    ),
  ])
  func `a spec that is wrong is told of with line, keys, and what would be right`(
    text: String, told: String
  ) {
    #expect(Self.message(.table, text) == told)
  }
}
