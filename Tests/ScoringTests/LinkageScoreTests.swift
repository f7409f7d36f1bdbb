import ChainPack
import Foundation
import Scoring
import TestSupport
import Testing
import Warehouse

/// Linked rows and their truth, written by hand or drawn by lot.
private struct Linked {
  var contract: String
  var row: Int
  var found: String
  /// nil: the row is in the truth and about nobody; 0: the truth does not know the row.
  var person: Int?
}

@Suite struct LinkageScoreTests {
  private func measure(_ rows: [Linked], sexes: [Int: String]) throws -> LinkageScore {
    let folder = try TemporaryFolder()
    let engine = try DuckDBEngine(threads: 2)
    var map = "bron,leveringId,file,contract,row,key,entity,entity_id,person_id\n"
    for row in rows where row.person != 0 {
      let (code, file) =
        row.contract == "register.inschrijving"
        ? ("REG", "INSCHRIJVING.csv") : ("GER", "VONNIS.csv")
      map +=
        "\(code),d,\(file),\(row.contract),\(row.row),,Thing,1,\(row.person.map(String.init) ?? "")\n"
    }
    let persons = sexes.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)\n" }.joined()
    try HandMadeChain.write(
      ["_truth/rowmap.csv": map, "_truth/persons.csv": "person_id,sex\n" + persons],
      into: folder.url)
    let truth = TruthSet(folder.url.appending(path: "_truth"), engine: engine)
    try truth.loadRows()
    let groups = try truth.loadPersons()
    #expect(groups == ["sex"])
    let values = rows.map { "('\($0.contract)', 'd', \($0.row), '\($0.found)')" }
    try engine.execute(
      "CREATE TEMP TABLE `linked` AS SELECT * FROM (VALUES \(values.joined(separator: ", "))) "
        + "v (`contract`, `delivery`, `row`, `found`)")
    return try LinkageScore.measure(links: "linked", groups: groups, engine: engine)
  }

  @Test func `every measure of a small linkage is what it is by hand`() throws {
    let (a, b) = ("register.inschrijving", "gerecht.vonnis")
    let score = try measure(
      [
        Linked(contract: a, row: 1, found: "a", person: 1),
        Linked(contract: a, row: 2, found: "a", person: 1),
        Linked(contract: a, row: 3, found: "b", person: 2),
        Linked(contract: a, row: 4, found: "c", person: 3),
        Linked(contract: a, row: 5, found: "d", person: 4),
        Linked(contract: b, row: 1, found: "b", person: 1),
        Linked(contract: b, row: 2, found: "b", person: 2),
        Linked(contract: b, row: 3, found: "e", person: 3),
        Linked(contract: b, row: 4, found: "f", person: nil),
        Linked(contract: b, row: 5, found: "g", person: 0),
      ], sexes: [1: "M", 2: "V", 3: "M"])
    #expect(score.linkedRows == 10)
    #expect(score.unknownRows == 1)
    #expect(score.rowsWithoutPerson == 1)
    #expect(score.lines.map(\.group) == ["", "sex", "sex", "sex"])
    #expect(score.lines.map(\.value) == ["", "", "M", "V"])

    let all = score.lines[0]
    #expect((all.records, all.persons, all.clusters) == (8, 4, 5))
    #expect(all.pairs == Agreement(right: 2, found: 4, inTruth: 5))
    #expect(all.pairs.precision == 0.5)
    #expect(all.pairs.recall == 0.4)
    #expect(all.pairs.f1 == 4.0 / 9)
    let precision = (2 + 1.0 / 3 + 4.0 / 3 + 3) / 8
    let recall = (4.0 / 3 + 1.0 / 3 + 2 + 1 + 1) / 8
    #expect(abs(try #require(all.bCubedPrecision) - precision) < 1e-12)
    #expect(abs(try #require(all.bCubedRecall) - recall) < 1e-12)
    #expect(
      abs(try #require(all.bCubedF1) - 2 * precision * recall / (precision + recall)) < 1e-12)
    #expect(all.exact == Agreement(right: 1, found: 5, inTruth: 4))

    #expect(score.lines[2].pairs == Agreement(right: 1, found: 3, inTruth: 4))
    #expect(score.lines[3].pairs == Agreement(right: 1, found: 3, inTruth: 1))
    #expect(score.sources.map { [$0.left, $0.right] } == [[b, b], [b, a], [a, a]])
    #expect(
      score.sources.map(\.pairs) == [
        Agreement(right: 0, found: 1, inTruth: 0), Agreement(right: 1, found: 2, inTruth: 4),
        Agreement(right: 1, found: 1, inTruth: 1),
      ])
  }

  @Test(arguments: [1, 2, 3])
  func `counting sizes gives what comparing every two records gives`(seed: Int) throws {
    var lot = SeededGenerator(seed: UInt64(seed))
    let rows = (1...80).map { row in
      Linked(
        contract: Bool.random(using: &lot) ? "register.inschrijving" : "gerecht.vonnis", row: row,
        found: "f\(Int.random(in: 0..<20, using: &lot))",
        person: Int.random(in: 1...20, using: &lot))
    }
    let sexes = Dictionary(uniqueKeysWithValues: (1...20).map { ($0, $0 % 3 == 0 ? "M" : "V") })
    let score = try measure(rows, sexes: sexes)
    for line in score.lines {
      let isIn = { (row: Linked) in
        line.group.isEmpty || sexes[row.person ?? 0] == line.value
      }
      var (right, found, inTruth) = (0, 0, 0)
      var (precision, recall) = (0.0, 0.0)
      for (place, row) in rows.enumerated() {
        for other in rows[(place + 1)...] where isIn(row) || isIn(other) {
          let same = row.person == other.person
          if same { inTruth += 1 }
          if row.found == other.found { found += 1 }
          if same, row.found == other.found { right += 1 }
        }
        guard isIn(row) else { continue }
        let together = rows.filter { $0.found == row.found }
        let own = rows.filter { $0.person == row.person }
        let both = Double(together.count { $0.person == row.person })
        precision += both / Double(together.count)
        recall += both / Double(own.count)
      }
      let records = rows.count(where: isIn)
      #expect(line.records == records)
      #expect(line.pairs == Agreement(right: right, found: found, inTruth: inTruth))
      #expect(abs(try #require(line.bCubedPrecision) - precision / Double(records)) < 1e-12)
      #expect(abs(try #require(line.bCubedRecall) - recall / Double(records)) < 1e-12)
    }
    #expect(score.sources.reduce(0) { $0 + $1.pairs.right } == score.lines[0].pairs.right)
    #expect(score.sources.reduce(0) { $0 + $1.pairs.found } == score.lines[0].pairs.found)
    #expect(score.sources.reduce(0) { $0 + $1.pairs.inTruth } == score.lines[0].pairs.inTruth)
  }

  @Test func `a truth without its row map is an error that says what to give`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ScoringError.self) {
      try TruthSet(
        folder.url.appending(path: "nothing"), engine: DuckDBEngine(threads: 1)
      ).loadRows()
    }
    #expect(
      error?.description
        == "nothing has no rowmap.csv; give the folder _truth that 'keten synthesize' wrote")
  }
}
