import ChainPack
import Foundation
import InformationModel
import Linkage
import TestSupport
import Testing
import Warehouse

@Suite("The linkage of persons")
struct PersonLinkageTests {
  /// Three files of two organisations.
  private func pack(_ linkage: String, in folder: URL) throws -> ChainPack {
    func contract(_ id: String) -> String {
      """
      id: \(id)
      file: \(id).csv
      version: "1"
      title: {nl: F, en: F}
      format: {kind: delimited}
      columns:
        - {name: BSN, role: identity, identifier: bsn}
        - {name: SKN, role: identity, identifier: skn}
        - {name: EIGEN, role: identity, identifier: eigen}
        - {name: NAAM, as: naam, role: identity}
        - {name: GEBOREN, as: geboren, role: identity}
      """
    }
    let files = [
      "chain.yaml": """
      id: proef
      version: 1.0.0
      name: {nl: Proef, en: Trial}
      purpose: {nl: Proef, en: Trial}
      licence: {name: Proef, address: "https://example.org/licence"}
      organisations:
        - {id: een, name: {nl: E, en: O}, role: {nl: E, en: O}}
        - {id: twee, name: {nl: T, en: T}, role: {nl: T, en: T}}
      identifiers:
        bsn: {name: {nl: BSN, en: number}}
        skn: {name: {nl: SKN, en: chain number}}
        eigen: {name: {nl: Eigen nummer, en: own number}}
      """,
      "deliveries/een/a.yaml": contract("a"), "deliveries/een/b.yaml": contract("b"),
      "deliveries/twee/c.yaml": contract("c"), "linkage.yaml": linkage, "model.yaml": Self.model,
    ]
    try writeFiles(files, below: folder)
    return try ChainPack.read(folder).pack
  }

  private let plan = """
    person:
      records:
        - {file: een.a, keys: [bsn, skn, eigen]}
        - {file: een.b, keys: [bsn, skn, eigen]}
        - {file: twee.c, keys: [bsn, skn, eigen]}
      unique: [bsn]
      local: [eigen]
    """

  /// Rows by file, as `bsn skn eigen` with `-` for nothing; gives the person of each row, by file.
  private func link(
    _ rows: [String: [String]], plan: String? = nil,
    descriptions: [String: [String]] = [:], earlier: [String: [String]]? = nil
  ) throws -> (persons: [String: [String]], outcome: PersonLinkage.Outcome) {
    let pack = try withFolder { try self.pack(plan ?? self.plan, in: $0) }
    let engine = try DuckDBEngine()
    var states: [String: String] = [:]
    for (file, lines) in rows {
      let state = "state.\(file)"
      try engine.execute(
        "CREATE TEMP TABLE \(quoted(state)) (bsn VARCHAR, skn VARCHAR, eigen VARCHAR, "
          + "`_delivery` VARCHAR, `_row` BIGINT, `_sequence` BIGINT)")
      for (number, line) in lines.enumerated() {
        let keys = line.split(separator: " ").map { $0 == "-" ? "NULL" : literal(String($0)) }
        try engine.execute(
          "INSERT INTO \(quoted(state)) VALUES (\(keys.joined(separator: ", ")), "
            + "\(literal("d-\(file)")), \(number + 1), 1)")
      }
      states[file] = state
    }
    var before: [String: String] = [:]
    for (file, persons) in earlier ?? [:] {
      let relation = "before.\(file)"
      try engine.execute(
        "CREATE TEMP TABLE \(quoted(relation)) (delivery VARCHAR, row BIGINT, person VARCHAR)")
      for (number, person) in persons.enumerated() {
        try engine.execute(
          "INSERT INTO \(quoted(relation)) VALUES (\(literal("d-\(file)")), \(number + 1), \(literal(person)))"
        )
      }
      before[file] = relation
    }
    let outcome = try PersonLinkage(pack: pack, engine: engine).link(
      states,
      identity: { file in
        guard let ofFile = descriptions[file] else { return [] }
        return [
          (
            "d-\(file)",
            ["NAAM", "GEBOREN"].enumerated().map { place, name in
              var builder = DictionaryBuilder()
              for line in ofFile {
                let part = line.split(separator: " ")[place]
                builder.append(part == "-" ? [] : Array(part.utf8))
              }
              return (name, builder.take())
            }
          )
        ]
      },
      earlier: earlier.flatMap { _ in
        CalendarDate(iso: "2023-04-10").map { .init(referenceDate: $0, relations: before) }
      })
    let persons = try outcome.relations.mapValues { relation in
      let answer = try engine.query("SELECT * FROM \(quoted(relation)) ORDER BY `row`")
      return answer.texts("person").compactMap { $0 }
    }
    return (persons, outcome)
  }

  @Test("follows one person through files that know it by different keys")
  func acrossFiles() throws {
    let (persons, outcome) = try link([
      "een.a": ["b1 - -", "b2 - -"], "een.b": ["b1 s1 -", "- s2 -"],
      "twee.c": ["- s1 -", "- s2 -", "- - -", "- - -"],
    ])
    let a = try #require(persons["een.a"])
    let b = try #require(persons["een.b"])
    let c = try #require(persons["twee.c"])
    #expect(a[0] == b[0] && b[0] == c[0])
    #expect(b[1] == c[1])
    #expect(Set(a + b + c).count == 5)
    #expect(outcome.persons == 5)
    let covered = outcome.coverage.map {
      "\($0.file) \($0.records) \($0.withKey) \($0.conflicts)"
    }
    #expect(covered == ["een.a 2 2 0", "een.b 2 2 0", "twee.c 4 2 0"])
    #expect((a + b + c).allSatisfy { $0.utf8.allSatisfy { (0x61...0x70).contains($0) } })
  }

  @Test("joins by an organisation's own numbers within it, not across")
  func local() throws {
    let (persons, _) = try link([
      "een.a": ["- - n1"], "een.b": ["- - n1"], "twee.c": ["- - n1", "- - n1"],
    ])
    #expect(persons["een.a"] == persons["een.b"])
    #expect(Set(persons["twee.c"] ?? []).count == 1)
    #expect(Set(persons.values.flatMap { $0 }).count == 2)
  }

  @Test("does not join two citizen numbers, says so, and names two persons")
  func conflict() throws {
    let rows = ["een.a": ["b1 s1 -", "b2 s1 -"], "een.b": ["- s1 -"]]
    let (persons, outcome) = try link(rows)
    let a = try #require(persons["een.a"])
    #expect(a[0] != a[1])
    #expect(persons["een.b"] == [a[0]])
    #expect(outcome.coverage.map(\.conflicts) == [1, 0])
    #expect(outcome.persons == 2)
    // The same where the weaker key stands first in the plan.
    let other = try link(
      rows, plan: plan.replacing("keys: [bsn, skn, eigen]", with: "keys: [skn, bsn]"))
    let apart = try #require(other.persons["een.a"])
    #expect(Set(apart).count == 2)
    #expect(other.outcome.persons == 2)
  }

  @Test("gives persons the same names whatever else is delivered, as long as they are the same")
  func stableNames() throws {
    let small = try link([
      "een.a": ["b1 - -", "- - -"], "een.b": ["b1 s1 -"], "twee.c": ["- s1 -"],
    ])
    let large = try link([
      "een.a": ["b1 - -", "- - -", "b9 s9 -", "b0 - -"], "een.b": ["b1 s1 -", "b0 s0 -"],
      "twee.c": ["- s1 -", "- s9 -"],
    ])
    for (file, persons) in small.persons {
      #expect(large.persons[file]?.starts(with: persons) == true)
    }
    let again = try link(["een.a": ["b1 - -"]])
    #expect(again.persons["een.a"]?.first == small.persons["een.a"]?.first)
  }

  private func told(_ outcome: PersonLinkage.Outcome) -> [String] {
    outcome.changes.map { "\($0.kind.rawValue) \($0.person) \($0.other) \($0.records)" }
  }

  @Test("keeps the names of an earlier run, whichever keys are known since, and tells what changed")
  func succession() throws {
    let first = try link(["een.a": ["- s5 -", "- - -", "- s7 -"], "een.b": ["- s5 -", "b8 - -"]])
    #expect(first.outcome.succession == nil)
    // The first turns out to have a citizen number, the second to be the third, and b8 is somebody else's.
    let next = [
      "een.a": ["b2 s5 -", "- s7 -", "- s7 -", "b9 s9 -"], "een.b": ["b2 s5 -", "b8 - -"],
      "twee.c": ["- s5 -"],
    ]
    let alone = try link(next)
    #expect(alone.persons["een.a"]?.first != first.persons["een.a"]?.first)
    let second = try link(next, earlier: first.persons)
    let (before, after) = (try #require(first.persons["een.a"]), second.persons["een.a"] ?? [])
    #expect(after[0] == before[0] && second.persons["een.b"]?[0] == before[0])
    #expect(second.persons["twee.c"]?.first == before[0])
    #expect(after[1] == after[2] && [before[1], before[2]].contains(after[1]))
    #expect(second.persons["een.b"]?[1] == first.persons["een.b"]?[1])
    #expect(second.persons["een.a"]?[3] == alone.persons["een.a"]?[3])
    let succession = try #require(second.outcome.succession)
    let counts = [succession.kept, succession.new, succession.merged, succession.split]
    #expect(counts == [3, 1, 1, 0])
    let gone = before[1] == after[1] ? before[2] : before[1]
    #expect(told(second.outcome) == ["merged \(gone) \(after[1]) 1"])
  }

  @Test("gives who is split off a name of its own, also when it has the key that named both")
  func splitOff() throws {
    let first = try link(["een.a": ["- s1 -", "- s1 -", "- s1 -"]])
    let name = try #require(first.persons["een.a"]?.first)
    let second = try link(["een.a": ["b4 - -", "b4 - -", "- s1 -"]], earlier: first.persons)
    #expect(second.persons["een.a"].map { Set($0.prefix(2)) } == [name])
    let other = try #require(second.persons["een.a"]?.last)
    #expect(other != name && other.count == name.count)
    #expect(told(second.outcome) == ["split \(name) \(other) 1"])
    let again = try link(["een.a": ["b4 - -", "b4 - -", "- s1 -"]], earlier: first.persons)
    #expect(again.persons == second.persons)
  }

  @Test("gives two persons two names, also when a conflict left them one and the same key")
  func distinctNames() throws {
    let plan = plan.replacing("unique: [bsn]", with: "unique: [bsn, skn]")
    // b1 has two chain numbers: whoever has the second is kept apart, and has b1 too.
    let (persons, outcome) = try link(
      ["een.a": ["b1 s1 -", "b1 s2 -"], "een.b": ["b1 s2 -", "b1 s3 -"], "twee.c": ["b1 s1 -"]],
      plan: plan)
    let names = Set(persons.values.flatMap { $0 })
    #expect(names.count == outcome.persons)
    #expect(names.count == 3)
    #expect(persons["een.a"]?.last == persons["een.b"]?.first)
    #expect(persons["een.a"]?.first == persons["twee.c"]?.first)
  }

  @Test("of files without rows gives empty relations")
  func empty() throws {
    let (persons, outcome) = try link(["een.a": [], "een.b": [], "twee.c": []])
    #expect(persons.values.allSatisfy { $0.isEmpty })
    #expect(outcome.persons == 0)
    #expect(outcome.coverage.map(\.records) == [0, 0, 0])
  }

  // MARK: By what else agrees

  private static let model = """
    id: id
    blocking: [[born], [name]]
    comparisons:
      - {name: name, levels: [exact, levenshtein <= 1], same: [.9, .08, .02], unrelated: [.001, .009, .99]}
      - {name: born, levels: [exact], same: [.95, .05], unrelated: [.0001, .9999]}
    prior: {same: 0.001}
    classes: 2
    threshold: 0.9
    """

  private func withModel(_ plan: String) -> String {
    plan.replacing("}\n", with: ", attributes: {name: naam, born: iso_date(geboren)}}\n")
      .replacing("  unique:", with: "  model: model.yaml\n  unique:")
  }

  @Test("joins who has no key by name and birth date, and nobody whose unique keys differ")
  func agreement() throws {
    let (persons, outcome) = try link(
      [
        "een.a": ["b1 - -", "b2 - -", "- - -"], "twee.c": ["- - -", "- - -", "b3 - -"],
      ], plan: withModel(plan),
      descriptions: [
        "een.a": ["jansen 1990-01-02", "smit 1980-05-06", "bakker 1970-07-08"],
        // A typing error and another way to write the date; another day; the same, but another number.
        "twee.c": ["janssen 02-01-1990", "smit 1981-05-06", "smit 19800506"],
      ])
    let a = try #require(persons["een.a"])
    let c = try #require(persons["twee.c"])
    #expect(a[0] == c[0])
    #expect(c[1] != a[1] && c[2] != a[1])
    #expect(Set(a + c).count == 5)
    let agreement = try #require(outcome.agreement)
    #expect(agreement.joined == 1 && agreement.refused == 1)
    #expect(agreement.withUniqueKeys == 1 && agreement.contradicted == 1)
  }

  @Test("tells how many of the pairs that keys join the model would have found")
  func freeTruth() throws {
    let (_, outcome) = try link(
      ["een.a": ["b1 - -", "b2 - -"], "twee.c": ["b1 - -", "b2 - -"]], plan: withModel(plan),
      descriptions: [
        "een.a": ["jansen 1990-01-02", "smit 1980-05-06"],
        "twee.c": ["jansen 1990-01-02", "visser 1980-05-06"],
      ])
    let agreement = try #require(outcome.agreement)
    #expect(agreement.pairs == 2 && agreement.found == 1)
    #expect(agreement.joined == 0 && agreement.contradicted == 0)
  }

  @Test("replays numbers that took the place of others, however often, and leaves circles alone")
  func merges() throws {
    let plan = plan.replacing(
      "  unique:",
      with: "  merges: [{file: een.b, old: skn, new: eigen, where: \"bsn IS NULL\"}]\n  unique:"
    ).replacing("    - {file: een.b, keys: [bsn, skn, eigen]}\n", with: "")
    let (persons, _) = try link(
      [
        "een.a": ["- s1 -", "- s2 -", "- s3 -", "- s6 -", "- s7 -", "- s9 -"], "twee.c": ["- s4 -"],
        // s1 → s2 → s4; s6 and s7 took each other's place; the last is no merge.
        "een.b": ["- s1 s2", "- s2 s4", "- s6 s7", "- s7 s6", "b1 s9 s4"],
      ], plan: plan)
    let a = try #require(persons["een.a"])
    #expect(a[0] == persons["twee.c"]?.first && a[1] == a[0])
    #expect(Set(a).count == 5)
  }

  @Test("asks nobody for names when the pack has no model")
  func withoutModel() throws {
    let (_, outcome) = try link(["een.a": ["b1 - -"]])
    #expect(outcome.agreement == nil)
  }

  @Test("of files without rows links nobody by agreement either")
  func emptyWithModel() throws {
    let (persons, outcome) = try link(["een.a": [], "twee.c": []], plan: withModel(plan))
    #expect(outcome.persons == 0 && persons.values.allSatisfy(\.isEmpty))
  }
}
