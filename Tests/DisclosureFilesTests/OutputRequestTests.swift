import DisclosureControl
import DisclosureFiles
import Foundation
import TestSupport
import Testing

/// Requests of several outputs: what leaves together tells no more than it may.
@Suite struct OutputRequestTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func review(_ data: String, _ request: String) throws -> [OutputReview.Result] {
    try Data(data.utf8).write(to: folder.url.appending(path: "data.csv"))
    return try OutputReview(
      OutputRequest(yaml: "data: data.csv\n" + request, file: "request.yaml"), folder: folder.url
    ).results
  }

  /// Regions n and z, 40 each; of each region 36 men, and 4 women.
  private static let people =
    "region,sex,income\n"
    + (0..<80).map { "\($0 < 40 ? "n" : "z"),\($0 % 10 == 0 ? "v" : "m"),\(100 + $0)\n" }.joined()

  @Test func `the same table of nearly all does not leave beside that of all`() throws {
    let found = try review(
      Self.people,
      """
      outputs:
        - {name: all, kind: table, rows: [region]}
        - {name: men, kind: table, rows: [region], only: {sex: [m]}}
        - {name: sums, kind: table, rows: [region], statistic: sum, measure: income}
        - {name: means, kind: table, rows: [region], only: {sex: [m]}, statistic: mean, measure: income}
      """)
    #expect(found.map(\.status) == [.pass, .fail, .pass, .fail])
    #expect(found[1].findings.map(\.check) == [.difference, .difference])
    #expect(found[1].findings.map(\.place) == ["n", "z"])
    #expect(
      found[1].findings[0].what
        == "the difference with all is a figure too: 4 units, fewer than 10")
    // Nothing of it leaves; what was asked for first does.
    #expect(found[0].released.compactMap(\.value) == [40, 40])
    #expect(found[1].released.map(\.value) == [nil, nil])
    #expect(Set(found[3].findings.map(\.check)) == [.difference])
  }

  @Test func `who has no code of a column makes a difference too`() throws {
    let data =
      "region,kind\n" + (0..<60).map { "n,\($0 < 3 ? "" : ["a", "b"][$0 % 2])\n" }.joined()
    let found = try review(
      data,
      """
      outputs:
        - {name: both, kind: table, rows: [region], columns: [kind], margins: true}
        - {name: region, kind: table, rows: [region]}
      """)
    #expect(found[1].findings.map(\.check) == [.difference])
  }

  @Test func `what is hidden does not follow from the totals of another table`() throws {
    let tables = ["[sex]", "[region]"]
    for order in [tables, tables.reversed()] {
      let fine = "  - {name: fine, kind: table, rows: [region], columns: [sex]"
      let coarse = order.map { "  - {name: '\($0)', kind: table, rows: \($0)}\n" }.joined()
      let found = try review(Self.people, "outputs:\n\(fine)}\n\(coarse)")
      let region = try #require(found.first { $0.name == "[region]" })
      #expect(region.findings.contains { $0.check == .linked && $0.place == "fine: n, v" })
      #expect(region.released.allSatisfy { $0.value == nil })
      #expect(found.first { $0.name == "fine" }?.released.compactMap(\.value) == [36, 36])
    }
    // One table with all its margins is protected as a whole; then the others tell nothing new.
    let whole = try review(
      Self.people,
      """
      outputs:
        - {name: fine, kind: table, rows: [region], columns: [sex], margins: true}
        - {name: region, kind: table, rows: [region]}
      """)
    #expect(!whole[1].findings.contains { $0.check == .linked && $0.severity == .fail })
  }

  @Test func `only is of every kind of output, and of codes that are there`() throws {
    let found = try review(
      Self.people,
      """
      outputs:
        - {name: m, kind: model, outcome: income, predictors: [income], only: {region: [n]}}
        - {name: h, kind: histogram, measure: income, bins: 2, only: {region: [n], sex: [m]}}
      """)
    #expect(found[0].degrees == 38)
    #expect(found[1].released.compactMap(\.value).reduce(0, +) == 36)
    let error = #expect(throws: DisclosureFileError.self) {
      try review(
        Self.people, "outputs: [{name: a, kind: table, rows: [region], only: {sex: [m, x]}}]")
    }
    #expect(error?.description == "a: only is 'x', which is no code of sex")
  }

  /// An attacker who knows which people there could be, and solves all that left for each hidden figure: slow and obvious.
  @Test func `nothing that is hidden can be solved from all that leaves`() throws {
    var (hidden, kept) = (0, 0)
    for seed in 0..<60 {
      let (inReleased, withheld) = try attack(seed: seed)
      hidden += inReleased
      kept += withheld
    }
    #expect(hidden > 60 && kept > 20)
  }

  /// Hidden cells of tables that leave, none of which may be solved, and tables that do not leave because of the others.
  private func attack(seed: Int) throws -> (hidden: Int, withheld: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let columns: [(name: String, codes: [String])] = [
      ("a", ["1", "2", "3"]), ("b", ["x", "y", "z"]), ("c", ["p", "q"]),
    ]
    var data = "a,b,c\n"
    for a in columns[0].codes {
      for b in columns[1].codes {
        for c in columns[2].codes {
          let count = [0, 1, 2, 3, 6, 9, 14, 30].randomElement(using: &random) ?? 0
          data += String(repeating: "\(a),\(b),\(c)\n", count: count)
        }
      }
    }
    var asked: [(rows: [String], only: [String: String], margins: Bool)] = []
    for _ in 0..<Int.random(in: 2...4, using: &random) {
      let names = columns.map(\.name).shuffled(using: &random)
      let rows = Array(names.prefix(Int.random(in: 1...2, using: &random)))
      var only: [String: String] = [:]
      if Int.random(in: 0..<3, using: &random) == 0, let name = names.last, !rows.contains(name) {
        only[name] = columns.first { $0.name == name }?.codes.first
      }
      asked.append((rows, only, Bool.random(using: &random)))
    }
    let request =
      "limits: {minimum_count: 5, zeros_disclose: false, class_share: 1}\noutputs:\n"
      + asked.enumerated().map { number, one in
        "  - {name: t\(number), kind: table, rows: [\(one.rows.joined(separator: ", "))], "
          + "margins: \(one.margins)"
          + (one.only.isEmpty
            ? ""
            : ", only: {" + one.only.map { "\($0): [\($1)]" }.joined(separator: ", ") + "}")
          + "}\n"
      }.joined()
    let found = try review(data, request)
    /// Of which people a figure is, one place for each combination of codes.
    func people(_ number: Int, _ place: [String]) -> [Double] {
      var codes = asked[number].only
      for (name, code) in zip(asked[number].rows, place) where code != "All" { codes[name] = code }
      return columns[0].codes.flatMap { a in
        columns[1].codes.flatMap { b in
          columns[2].codes.map { c in
            let own = ["a": a, "b": b, "c": c]
            return codes.allSatisfy { own[$0] == $1 } ? 1 : 0
          }
        }
      }
    }
    var basis: [[Double]] = []
    func rest(_ figure: [Double]) -> [Double] {
      basis.reduce(figure) { left, one in
        guard let pivot = one.firstIndex(where: { abs($0) > 1e-9 }) else { return left }
        let times = left[pivot] / one[pivot]
        return zip(left, one).map { $0 - times * $1 }
      }
    }
    for (number, result) in found.enumerated() {
      for figure in result.released where figure.value != nil {
        let left = rest(people(number, figure.place))
        if left.contains(where: { abs($0) > 1e-9 }) { basis.append(left) }
      }
    }
    var hidden = 0
    for (number, result) in found.enumerated()
    where result.released.contains(where: { $0.value != nil }) {
      for finding in result.findings where finding.check == .minimumCount {
        hidden += 1
        let left = rest(people(number, finding.place.components(separatedBy: ", ")))
        #expect(left.contains { abs($0) > 1e-9 }, "\(request)\n\(result.name): \(finding.place)")
      }
    }
    return (
      hidden,
      found.count { $0.findings.contains { [.linked, .difference].contains($0.check) } }
    )
  }

  @Test func `the JSON schema of a request has the words that a request may have`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appending(path: "docs/output-request.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let properties = try #require(schema["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(OutputRequest.keys[""] ?? []))
    for (place, words) in OutputRequest.keys where !place.isEmpty {
      let part = try #require(properties[place] as? [String: Any])
      let inner = (part["items"] as? [String: Any] ?? part)["properties"] as? [String: Any]
      #expect(Set(try #require(inner).keys) == Set(words), "\(place)")
    }
  }
}
