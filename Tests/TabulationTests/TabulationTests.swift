import ChainPack
import Foundation
import InformationModel
import Tabulation
import TestSupport
import Testing
import Warehouse

@Suite("A tabulation")
struct TabulationTests {
  private static let concepts =
    "code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to"

  private static let files = [
    "chain.yaml": """
    id: proef
    version: 1.0.0
    name: {nl: Proef, en: Trial}
    purpose: {nl: Proef, en: Trial}
    licence: {name: Proef, address: "https://example.org/licence"}
    organisations: [{id: winkel, name: {nl: W, en: S}, role: {nl: W, en: S}}]
    schemes:
      - {id: fruit, name: {nl: F, en: F}, description: {nl: F, en: F}, owner: W}
      - {id: kleur, name: {nl: K, en: C}, description: {nl: K, en: C}, owner: W}
      - {id: eenheden, name: {nl: E, en: U}, description: {nl: E, en: U}, owner: W}
      - {id: themas, name: {nl: T, en: T}, description: {nl: T, en: T}, owner: W}
    """,
    // Ragged: 1 has three levels, 2 two, 3 one.
    "concepts/fruit.csv": """
    \(concepts)
    1,,Pit,Pome,d,d,,,
    11,1,Appel,Apple,d,d,,,
    111,11,Elstar,Elstar,d,d,,,
    112,11,Jonagold,Jonagold,d,d,,,
    12,1,Peer,Pear,d,d,,,
    2,,Steen,Stone,d,d,,,
    21,2,Pruim,Plum,d,d,,,
    3,,Noot,Nut,d,d,,,
    """,
    "concepts/kleur.csv": "\(concepts)\nR,,Rood,Red,d,d,,,\nG,,Groen,Green,d,d,,,\n",
    "concepts/eenheden.csv": "\(concepts)\nverkoop,,Verkoop,Sale,d,d,,,\n",
    "concepts/themas.csv": "\(concepts)\nhandel,,Handel,Trade,d,d,,,\n",
    "entities/verkoop.sql": "SELECT 1 AS x",
    "policies/gewoon.yaml": """
    id: gewoon
    title: {nl: G, en: P}
    threshold: 5
    percentile_threshold: 10
    reason: {nl: K, en: S}
    """,
  ]

  /// Parts of the product, changed by a test.
  private struct Plan {
    var period = "{column: datum, grain: year, title: {nl: Jaar, en: Year}}"
    var dimensions = [fruit]
    var measures = ["{id: aantal, kind: count, \(texts("A"))}"]
    var extra = ""
    /// More of the policy.
    var rules = ""

    static func texts(_ title: String) -> String {
      "title: {nl: \(title), en: \(title)}, unit: {nl: a, en: n}"
    }
    static let fruit = """
      {id: Fruit, title: {nl: F, en: F}, column: fruit, scheme: fruit, \
      total: {code: T001, label: {nl: Totaal, en: Total}}}
      """
    static let color = "{id: Kleur, title: {nl: K, en: C}, column: kleur, scheme: kleur}"

    var yaml: String {
      """
      id: V01
      slug: verkopen
      title: {nl: V, en: S}
      summary: {nl: V, en: S}
      population: {nl: V, en: S}
      unit: verkoop
      entity: verkoop
      \(extra)
      period: \(period)
      dimensions:
      \(dimensions.map { "  - \($0)" }.joined(separator: "\n"))
      measures:
      \(measures.map { "  - \($0)" }.joined(separator: "\n"))
      policy: gewoon
      headline: {nl: V, en: S}
      theme: handel
      """
    }
  }

  /// Tabulates rows `fruit kleur datum prijs`, `-` for nothing.
  private func tabulate(
    _ rows: [String], plan: Plan = Plan(), referenceDate: String = "2023-12-31"
  ) throws -> StatisticalTable {
    let pack = try withFolder { folder in
      var files = Self.files.merging(["products/V01.yaml": plan.yaml]) { $1 }
      files["policies/gewoon.yaml", default: ""] += "\n\(plan.rules)"
      try writeFiles(files, below: folder)
      return try ChainPack.read(folder).pack
    }
    let engine = try DuckDBEngine()
    try engine.execute(
      "CREATE TEMP TABLE verkoop (fruit VARCHAR, kleur VARCHAR, datum DATE, prijs DECIMAL(18,2))")
    if !rows.isEmpty {
      let values = rows.map { row in
        let cells = row.split(separator: " ").map { $0 == "-" ? "NULL" : literal(String($0)) }
        return "(\(cells.joined(separator: ", ")))"
      }
      try engine.execute("INSERT INTO verkoop VALUES \(values.joined(separator: ", "))")
    }
    return try Tabulation(pack: pack, engine: engine).tabulate(
      try #require(pack.products.first), from: "verkoop",
      referenceDate: try #require(CalendarDate(iso: referenceDate)))
  }

  /// Cells as `code code = value`, those without units left out.
  private func cells(_ table: StatisticalTable, measure: Int = 0) -> [String] {
    let index = CellIndex(table.dimensions)
    return (0..<table.cellCount).compactMap { cell in
      guard table.counts[cell] > 0, let value = table.values[measure][cell] else { return nil }
      let codes = zip(table.dimensions, index.coordinates(of: cell)).map {
        $0.categories[$1].code
      }
      let text = value == value.rounded() ? "\(Int(value))" : "\(value)"
      return "\(codes.joined(separator: " ")) = \(text)"
    }
  }

  private func codes(_ table: StatisticalTable, _ dimension: Int = 0) -> [String] {
    table.dimensions[dimension].categories.map(\.code)
  }

  @Test("counts every level of a ragged hierarchy, in the scheme's order")
  func hierarchy() throws {
    let table = try tabulate([
      "111 R 2023-01-01 1", "111 R 2023-05-01 1", "112 R 2023-01-01 1", "12 G 2023-01-01 1",
      "21 G 2023-01-01 1", "3 G 2023-01-01 1",
    ])
    #expect(codes(table) == ["T001", "1", "11", "111", "112", "12", "2", "21", "3"])
    #expect(table.dimensions[0].categories.map(\.parent) == [nil, 0, 1, 2, 2, 1, 0, 6, 0])
    #expect(
      cells(table) == [
        "T001 2023JJ00 = 6", "1 2023JJ00 = 4", "11 2023JJ00 = 3", "111 2023JJ00 = 2",
        "112 2023JJ00 = 1", "12 2023JJ00 = 1", "2 2023JJ00 = 1", "21 2023JJ00 = 1",
        "3 2023JJ00 = 1",
      ])
  }

  @Test("counts deeper codes in their ancestor when it shows fewer levels")
  func depth() throws {
    var plan = Plan()
    plan.dimensions = [Plan.fruit.replacing("scheme: fruit,", with: "scheme: fruit, depth: 1,")]
    let rows = ["111 R 2023-01-01 1", "12 R 2023-01-01 1", "1 R 2023-01-01 1", "3 R 2023-01-01 1"]
    let one = try tabulate(rows, plan: plan)
    #expect(
      cells(one) == ["T001 2023JJ00 = 4", "1 2023JJ00 = 3", "3 2023JJ00 = 1"])
    plan.dimensions = [Plan.fruit.replacing("scheme: fruit,", with: "scheme: fruit, depth: 2,")]
    let two = try tabulate(rows, plan: plan)
    #expect(
      cells(two) == [
        "T001 2023JJ00 = 4", "1 2023JJ00 = 3", "1_NNO 2023JJ00 = 1", "11 2023JJ00 = 1",
        "12 2023JJ00 = 1", "3 2023JJ00 = 1",
      ])
  }

  @Test("gives rows that are coded more broadly a place of their own beside the narrower ones")
  func broader() throws {
    let table = try tabulate([
      "1 R 2023-01-01 1", "11 R 2023-01-01 1", "111 R 2023-01-01 1", "2 R 2023-01-01 1",
    ])
    #expect(
      codes(table) == [
        "T001", "1", "1_NNO", "11", "11_NNO", "111", "112", "12", "2", "2_NNO", "21", "3",
      ])
    #expect(
      cells(table) == [
        "T001 2023JJ00 = 4", "1 2023JJ00 = 3", "1_NNO 2023JJ00 = 1", "11 2023JJ00 = 2",
        "11_NNO 2023JJ00 = 1", "111 2023JJ00 = 1", "2 2023JJ00 = 1", "2_NNO 2023JJ00 = 1",
      ])
    #expect(
      table.dimensions[0].categories[2].label
        == LocalizedText(nl: "Pit, niet nader omschreven", en: "Pome, not further specified"))
    try checkSums(table)
  }

  @Test("counts a row without a value as unknown, and never drops it")
  func unknown() throws {
    let table = try tabulate(["- R 2023-01-01 1", "3 R 2023-01-01 1", "- R 2023-01-01 1"])
    #expect(codes(table).last == "ONB")
    #expect(
      cells(table) == ["T001 2023JJ00 = 3", "3 2023JJ00 = 1", "ONB 2023JJ00 = 2"])
    #expect(try codes(tabulate(["3 R 2023-01-01 1"])).contains("ONB") == false)
  }

  @Test("refuses a code that is in no scheme, by name")
  func strangeCode() {
    let error = #expect(throws: TabulationError.self) { try tabulate(["9 R 2023-01-01 1"]) }
    #expect(
      error?.description
        == "product V01: column fruit holds '9', which is no concept of fruit; "
        + "map it, or leave it out with 'where'")
    #expect(throws: Never.self) {
      try tabulate(["9 R 2023-01-01 1"], plan: Plan(extra: "where: \"fruit <> '9'\""))
    }
  }

  @Test("has totals that equal the sums of their parts, for random rows over two dimensions")
  func sums() throws {
    var generator = SeededGenerator(seed: 21)
    var plan = Plan()
    plan.dimensions = [Plan.fruit, Plan.color]
    plan.period = "{column: datum, grain: quarter, title: {nl: K, en: Q}, total: true}"
    plan.measures.append("{id: omzet, kind: sum, column: prijs, decimals: 2, \(Plan.texts("O"))}")
    let fruits = ["1", "11", "111", "112", "12", "2", "21", "3", "-"]
    for _ in 0..<15 {
      let rows = (0..<Int.random(in: 1...80, using: &generator)).map { _ in
        let fruit = fruits.randomElement(using: &generator) ?? "-"
        let color = ["R", "G", "-"].randomElement(using: &generator) ?? "-"
        let month = Int.random(in: 1...9, using: &generator)
        let price =
          Int.random(in: 0...9, using: &generator) == 0
          ? "-" : "\(Int.random(in: -500...9_999, using: &generator)).25"
        return
          "\(fruit) \(color) 202\(Int.random(in: 1...3, using: &generator))-0\(month)-15 \(price)"
      }
      let table = try tabulate(rows, plan: plan)
      try checkSums(table)
      // The leaves of the table, one by one from the rows.
      let index = CellIndex(table.dimensions)
      let children = table.dimensions.map(\.children)
      for cell in 0..<table.cellCount {
        let places = index.coordinates(of: cell)
        guard zip(children, places).allSatisfy({ $0[$1].isEmpty }) else { continue }
        let codes = zip(table.dimensions, places).map { $0.categories[$1].code }
        let matching = rows.map { $0.split(separator: " ").map(String.init) }.filter { row in
          let fruit = codes[0].replacing("_NNO", with: "")
          let month = Int(row[2].dropFirst(5).prefix(2)) ?? 1
          let quarter = "\(row[2].prefix(4))KW0\((month - 1) / 3 + 1)"
          return (row[0] == "-" ? "ONB" : row[0]) == fruit
            && (row[1] == "-" ? "ONB" : row[1]) == codes[1] && quarter == codes[2]
        }
        #expect(table.counts[cell] == matching.count)
        let sum = matching.compactMap { Double($0[3]) }.reduce(0, +)
        #expect(abs((table.values[1][cell] ?? .nan) - sum) < 1e-6)
      }
    }
  }

  @Test("gives the largest contributions to each sum, of sums of any level, when the policy asks")
  func contributions() throws {
    var generator = SeededGenerator(seed: 23)
    var plan = Plan()
    plan.dimensions = [
      Plan.fruit.replacing("scheme: fruit,", with: "scheme: fruit, depth: 2,"), Plan.color,
    ]
    plan.period = "{column: datum, grain: quarter, title: {nl: K, en: Q}, total: true}"
    plan.measures += [
      "{id: midden, kind: percentile, q: 0.5, column: prijs, \(Plan.texts("M"))}",
      "{id: omzet, kind: sum, column: prijs, decimals: 2, \(Plan.texts("O"))}",
    ]
    plan.rules = "dominance: {count: 3, percent: 80}\np_percent: 10"
    let fruits = ["1", "11", "111", "112", "12", "2", "21", "3", "-"]
    for least in [-500, 0] {
      let rows = (0..<120).map { _ in
        let fruit = fruits.randomElement(using: &generator) ?? "-"
        let color = ["R", "G", "-"].randomElement(using: &generator) ?? "-"
        let month = Int.random(in: 1...9, using: &generator)
        let price =
          Int.random(in: 0...9, using: &generator) == 0
          ? "-" : "\(Int.random(in: least...999, using: &generator)).25"
        return "\(fruit) \(color) 2023-0\(month)-15 \(price)"
      }
      let table = try tabulate(rows, plan: plan)
      let contributions = try #require(table.contributions?["omzet"])
      #expect(table.contributions?.count == 1)
      #expect((contributions.magnitudes == nil) == (least == 0))
      #expect(contributions.largest.count == 3)
      let index = CellIndex(table.dimensions)
      for cell in 0..<table.cellCount {
        // From the rows, one by one: a category holds a row when it is one of those above its own.
        let codes = zip(table.dimensions, index.coordinates(of: cell)).map {
          $0.categories[$1].code
        }
        let amounts = rows.map { $0.split(separator: " ").map(String.init) }.filter { row in
          let fruit = row[0] == "-" ? "ONB" : row[0]
          let month = Int(row[2].dropFirst(5).prefix(2)) ?? 1
          let isOfFruit =
            codes[0] == "T001" || codes[0] == "\(fruit)_NNO"
            || (codes[0] == "ONB" ? fruit == "ONB" : fruit.hasPrefix(codes[0]))
          return isOfFruit && (row[1] == "-" ? "ONB" : row[1]) == codes[1]
            && [Naming.allPeriods, "2023KW0\((month - 1) / 3 + 1)"].contains(codes[2])
        }.compactMap { Double($0[3]).map(abs) }.sorted(by: >)
        for (rank, column) in contributions.largest.enumerated() {
          let expected = rank < amounts.count ? amounts[rank] : 0
          #expect(column[cell] == expected, "\(rank) of \(codes)")
        }
        if let magnitudes = contributions.magnitudes {
          #expect(abs(magnitudes[cell] - amounts.reduce(0, +)) < 1e-6)
        }
      }
    }
    plan.rules = ""
    #expect(try tabulate(["3 R 2023-01-01 5"], plan: plan).contributions == nil)
    plan.rules = "p_percent: 10"
    plan.measures.removeLast()
    #expect(try tabulate(["3 R 2023-01-01 5"], plan: plan).contributions == nil)
  }

  /// Each category with parts has their sum, in counts and in additive measures.
  private func checkSums(_ table: StatisticalTable) throws {
    let index = CellIndex(table.dimensions)
    for (dimension, children) in table.dimensions.map(\.children).enumerated() {
      for cell in 0..<table.cellCount {
        var places = index.coordinates(of: cell)
        let parts = children[places[dimension]].map { part in
          places[dimension] = part
          return index.cell(at: places)
        }
        guard !parts.isEmpty else { continue }
        #expect(table.counts[cell] == parts.reduce(0) { $0 + table.counts[$1] })
        for (measure, column) in zip(table.measures, table.values) where measure.isAdditive {
          let sum = parts.reduce(0) { $0 + (column[$1] ?? .nan) }
          #expect(abs((column[cell] ?? .nan) - sum) < 1e-6)
        }
      }
    }
  }

  private func percentiles(_ quantiles: [Double]) -> Plan {
    var plan = Plan()
    plan.measures += quantiles.enumerated().map { number, q in
      "{id: p\(number), kind: percentile, q: \(q), column: prijs, decimals: 2, "
        + "\(Plan.texts("P\(number)"))}"
    }
    return plan
  }

  @Test("interpolates between order statistics, as worked by hand")
  func percentilesByHand() throws {
    // Type 7: h = (n − 1) q. Of 1, 2, 3, 4: q25 = 1 + 0.75, the median 2 + 0.5, q90 = 3 + 0.7.
    let table = try tabulate(
      ["3 R 2023-01-01 4", "3 R 2023-01-01 2", "3 R 2023-01-01 1", "3 R 2023-01-01 3"],
      plan: percentiles([0.25, 0.5, 0.9, 0, 1]))
    #expect(cells(table, measure: 1).first == "T001 2023JJ00 = 1.75")
    #expect(cells(table, measure: 2).first == "T001 2023JJ00 = 2.5")
    #expect(cells(table, measure: 3).first == "T001 2023JJ00 = 3.7")
    #expect(cells(table, measure: 4).first == "T001 2023JJ00 = 1")
    #expect(cells(table, measure: 5).first == "T001 2023JJ00 = 4")
    // Of no unit, and of units without a value, there is none.
    let empty = try tabulate(["3 R 2023-01-01 -"], plan: percentiles([0.5]))
    #expect(empty.values[1].allSatisfy { $0 == nil })
    #expect(empty.counts.first == 1)
  }

  @Test("interpolates as a slow twin does, in each cell")
  func percentilesSlowTwin() throws {
    var generator = SeededGenerator(seed: 22)
    let quantiles = [0.1, 0.25, 0.5, 0.75, 0.9]
    for _ in 0..<10 {
      let rows = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        let fruit = ["111", "112", "12", "3"].randomElement(using: &generator) ?? "3"
        return "\(fruit) R 2023-02-01 \(Int.random(in: 0...300, using: &generator))"
      }
      let table = try tabulate(rows, plan: percentiles(quantiles))
      for (place, category) in table.dimensions[0].categories.enumerated() {
        let values = rows.filter {
          category.code == "T001" || ($0.split(separator: " ").first ?? "").hasPrefix(category.code)
        }.compactMap { Double($0.split(separator: " ").last ?? "") }.sorted()
        for (number, q) in quantiles.enumerated() {
          let found = table.values[number + 1][place]
          guard let last = values.indices.last else {
            #expect(found == nil)
            continue
          }
          let rank = Double(last) * q
          let below = Int(rank.rounded(.down))
          let above = min(below + 1, last)
          let expected = values[below] + (rank - Double(below)) * (values[above] - values[below])
          #expect(abs((found ?? .nan) - expected) < 1e-9)
        }
      }
    }
  }

  @Test("gives shares in per cent of the dimension's total, and none of nothing")
  func shares() throws {
    var plan = Plan()
    plan.dimensions = [Plan.fruit, Plan.color]
    plan.measures.append(
      "{id: deel, kind: share, of: aantal, within: Fruit, decimals: 1, \(Plan.texts("D"))}")
    let table = try tabulate(
      [
        "3 R 2023-01-01 1", "3 R 2023-01-01 1", "3 R 2023-01-01 1", "21 R 2023-01-01 1",
        "21 G 2023-01-01 1",
      ], plan: plan)
    #expect(
      cells(table, measure: 1) == [
        "T001 R 2023JJ00 = 100", "T001 G 2023JJ00 = 100", "2 R 2023JJ00 = 25",
        "2 G 2023JJ00 = 100", "21 R 2023JJ00 = 25", "21 G 2023JJ00 = 100", "3 R 2023JJ00 = 75",
      ])
    let none = try tabulate(
      ["3 R 2021-01-01 1", "3 R 2023-01-01 1"], plan: plan)
    let year = try #require(codes(none, 2).firstIndex(of: "2022JJ00"))
    let cell = CellIndex(none.dimensions).cell(at: [0, 0, year])
    #expect(none.values[1][cell] == nil)
    #expect(none.values[0][cell] == 0)
  }

  @Test("codes a period that the reference date cuts short so that nobody takes it for a whole one")
  func cutShort() throws {
    let rows = ["3 R 2011-05-01 1", "3 R 2013-05-01 1"]
    let year = try tabulate(rows, referenceDate: "2013-06-30")
    #expect(codes(year, 1) == ["2011JJ00", "2012JJ00", "2013X000"])
    #expect(
      year.dimensions[1].categories.last?.label
        == LocalizedText(nl: "2013 (t/m 2013-06-30)", en: "2013 (to 2013-06-30)"))
    #expect(try codes(tabulate(rows, referenceDate: "2013-12-30"), 1).last == "2013X000")
    #expect(try codes(tabulate(rows, referenceDate: "2013-12-31"), 1).last == "2013JJ00")
    var plan = Plan()
    plan.period = plan.period.replacing("year", with: "quarter")
    let quarter = try tabulate(
      ["3 R 2013-02-01 1", "3 R 2013-05-01 1"], plan: plan, referenceDate: "2013-06-29")
    #expect(codes(quarter, 1) == ["2013KW01", "2013X002"])
    plan.period = plan.period.replacing("quarter", with: "month")
    let month = try tabulate(
      ["3 R 2012-11-01 1", "3 R 2013-02-27 1"], plan: plan, referenceDate: "2013-02-27")
    #expect(codes(month, 1) == ["2012MM11", "2012MM12", "2013MM01", "2013X002"])
  }

  @Test("calls figures provisional until the agreed years have passed")
  func status() throws {
    let plan = Plan(extra: "definitive_after_years: 2")
    let rows = ["3 R 2020-05-01 1", "3 R 2023-05-01 1"]
    let table = try tabulate(rows, plan: plan, referenceDate: "2023-12-31")
    #expect(
      table.dimensions[1].categories.map(\.status)
        == [.definitive, .definitive, .provisional, .provisional])
    let day = try tabulate(rows, plan: plan, referenceDate: "2023-12-30")
    #expect(day.dimensions[1].categories[1].status == .provisional)
  }

  @Test("has a total over all periods when the product asks for it")
  func allPeriods() throws {
    var plan = Plan()
    plan.period = "{column: datum, grain: year, title: {nl: J, en: Y}, total: true}"
    let table = try tabulate(["3 R 2022-05-01 1", "3 R 2023-05-01 1"], plan: plan)
    #expect(codes(table, 1) == ["TOTAAL", "2022JJ00", "2023JJ00"])
    #expect(cells(table).first == "T001 TOTAAL = 2")
    try checkSums(table)
  }

  @Test("is refused when rows fall in a period that had not begun, or that stands for never")
  func future() throws {
    for (date, code) in [
      ("2024-01-01", "2024JJ00"), ("2913-01-01", "2913JJ00"), ("9999-12-31", "9999JJ00"),
    ] {
      let error = #expect(throws: TabulationError.self) {
        try tabulate(["1 R 2023-01-01 1", "1 R \(date) 1"])
      }
      #expect(error?.message.hasPrefix("rows fall in \(code), after") == true)
    }
    // A period that began and is not over is cut short, not refused.
    let table = try tabulate(["1 R 2023-01-01 1", "1 R 2024-01-01 1"], referenceDate: "2024-01-01")
    #expect(codes(table, 1) == ["2023JJ00", "2024X000"])
  }

  @Test("of no rows has no periods, and describes itself all the same")
  func noRows() throws {
    let table = try tabulate([])
    #expect(codes(table, 1).isEmpty)
    #expect(table.cellCount == 0)
    #expect(table.description.unit.label == LocalizedText(nl: "Verkoop", en: "Sale"))
    #expect(table.dimensions[1].role == .time)
    // A row without a date is in no period.
    #expect(try tabulate(["3 R - 1", "3 R 2023-01-01 1"]).counts.first == 1)
  }

  @Test("says in how many units a sum has a value")
  func contributors() throws {
    var plan = Plan()
    plan.measures.append("{id: som, kind: sum, column: prijs, \(Plan.texts("S"))}")
    let table = try tabulate(
      ["3 R 2023-01-01 10", "3 R 2023-01-01 -", "2 R 2023-01-01 -"], plan: plan)
    let nut = try #require(table.dimensions[0].categories.firstIndex { $0.code == "3" })
    #expect(table.counts[nut] == 2)
    #expect(table.support[1]?[nut] == 1)
    #expect(table.support[1]?[0] == 1)
    #expect(table.values[1][nut] == 10)
  }

  @Test("says which codes of which columns its categories count")
  func population() throws {
    var plan = Plan(extra: "where: \"kleur IN ('R', 'G') AND datum IS NOT NULL AND prijs > 0\"")
    plan.dimensions = [Plan.fruit.replacing("scheme: fruit,", with: "scheme: fruit, depth: 1,")]
    plan.period = "{column: datum, grain: quarter, title: {nl: K, en: Q}}"
    plan.measures.append("{id: som, kind: sum, column: prijs, \(Plan.texts("S"))}")
    let table = try tabulate(
      ["111 R 2023-01-01 1", "3 G 2023-05-01 1"], plan: plan)
    let population = try #require(table.population)
    #expect(population.units == "verkoop\ndatum\nprijs > 0")
    #expect(population.variables == ["fruit", "datum"])
    #expect(population.conditions == ["kleur": ["R", "G"]])
    #expect(population.amounts == [nil, "prijs"])
    // Pome is the second category after the total, and its narrower codes count in it.
    #expect(population.categories[0]["111"] == 1 && population.categories[0]["12"] == 1)
    #expect(population.categories[0]["3"] == 3)
    // Months since year 0: January to March are the first quarter.
    #expect(population.categories[1]["\(2023 * 12 + 1)"] == 0)
    #expect(population.categories[1]["\(2023 * 12 + 4)"] == 1)
    #expect(population.categories[1].count == 6)
  }

  @Test(
    "reads a choice of codes in 'where', and takes anything else as it stands",
    arguments: [
      ("kleur = 'R'", "", ["kleur": ["R"]]),
      ("`kleur` in ('R') and kleur IN ('R', 'G')", "", ["kleur": ["R"]]),
      ("kleur = 'R' OR fruit = '3'", "\nkleur = 'R OR fruit = '3", [:]),
      (
        "(kleur = 'R' OR fruit = '3') AND kleur = 'G'", "\n( kleur = 'R OR fruit = '3 )",
        ["kleur": ["G"]]
      ),
      ("fruit <> '3'", "\nfruit < > '3", [:]),
      // A missing colour counts as unknown, but is not equal to 'ONB'.
      ("kleur IN ('R', 'ONB')", "\nkleur IN ( 'R , 'ONB )", [:]),
      ("prijs BETWEEN 1 AND 2", "\nprijs BETWEEN 1 AND 2", [:]),
    ] as [(String, String, [String: Set<String>])])
  func choice(condition: String, text: String, conditions: [String: Set<String>]) throws {
    let table = try tabulate(
      ["111 R 2023-01-01 1"], plan: Plan(extra: "where: \"\(condition)\""))
    #expect(table.population?.units == "verkoop\ndatum" + text)
    #expect(table.population?.conditions == conditions)
  }
}
