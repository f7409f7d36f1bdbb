import ChainPack
import DisclosureControl
import DisclosureFiles
import Foundation
import TestSupport
import Testing

/// Tables, records and results that other programs were tested with, and what these made of them. The folder `shared/data/disclosure-cases` lies beside the
/// package, if it is there.
private enum Cases {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/data/disclosure-cases").standardizedFileURL

  static let areThere = FileManager.default.fileExists(atPath: folder.path)

  /// Rows of a CSV, by column name.
  static func rows(_ file: URL) throws -> [[String: String]] {
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
      .map { line in
        line.split(separator: ",", omittingEmptySubsequences: false).map {
          String($0.filter { $0 != "\"" })
        }
      }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
  }
}

@Suite(
  .enabled(
    if: Cases.areThere, "needs the cases in ../shared/data/disclosure-cases beside the package"))
struct PublishedFileCaseTests {
  private let temporary: TemporaryFolder
  private var folder: URL { temporary.url }

  init() throws { temporary = try TemporaryFolder() }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// Copies files beside the specs.
  private func take(_ names: [String: String]) throws {
    for (name, other) in names {
      try FileManager.default.copyItem(
        at: Cases.folder.appending(path: name), to: folder.appending(path: other))
    }
  }

  private func input(
    _ file: String, _ spec: String, isMicrodata: Bool = false
  ) throws -> TableProtection.Input {
    let read = try ProtectionSpec(yaml: spec, file: "spec.yaml")
    return .init(
      file: try TableFile(
        Cases.folder.appending(path: file), spec: read, folder: folder, isMicrodata: isMicrodata),
      spec: read, specName: "spec.yaml", folder: folder)
  }

  /// A hierarchy from the cases' JSON: code to parent.
  private func hierarchies(_ name: String, prefix: String = "") throws {
    let data = try Data(contentsOf: Cases.folder.appending(path: name))
    let all = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    for (dimension, parents) in all {
      let lines = parents.sorted { $0.key < $1.key }.map { code, parent in
        "\(code),\(parent as? String ?? "")"
      }
      try write(
        "code,parent\n" + lines.joined(separator: "\n") + "\n", "\(prefix)\(dimension).csv")
    }
  }

  private func expectSafe(_ protection: TableProtection, _ system: TableSystem) throws {
    #expect(protection.isProved)
    let exact = ExactAttack(system.table, isHidden: protection.isHidden)
    #expect(Set(exact.computed).isDisjoint(with: system.sensitive.map(\.cell)))
  }

  /// sdcTools UserSupport, issue 136: each table is safe by itself, and K can be computed from both; hiding N in both is enough.
  @Test func `two groupings of the same regions are protected together`() throws {
    for number in [1, 2] {
      try hierarchies("linked/issue136_hier\(number).json", prefix: "\(number)-")
    }
    let system = try TableSystem(
      try [1, 2].map {
        try input(
          "linked/issue136_table\($0).csv",
          "dimensions: [{name: region, hierarchy: \($0)-region.csv}]\nfrequency: value\nrules: [{minimum_frequency: 4}]\n"
        )
      })
    let protection = try TableProtection(system)
    try expectSafe(protection, system)
    #expect(protection.report.primary == 5)
    #expect(protection.report.secondary == 1)
  }

  /// GaussSuppression 1.2.3: four census tables that share margins; 2,136 counts of 1 to 3, and at least 2,093 others (`global`).
  @Test func `four linked census tables lose fewer cells than by Gauss`() throws {
    try hierarchies("linked/d53_hier.json")
    let tables = [
      ["sex", "age", "lms"], ["sex", "age", "hst"], ["sex", "age", "fst"], ["sex", "lms", "hst"],
    ]
    let inputs = try tables.enumerated().map { number, names in
      try input(
        "linked/d53_global_table_\(number + 1).csv.gz",
        "dimensions: [\(names.map { "{name: \($0), hierarchy: \($0).csv}" }.joined(separator: ", "))]\nfrequency: value\ncost: cells\ninsiders: false\nrules: [{minimum_frequency: 4}]\n"
      )
    }
    let system = try TableSystem(inputs)
    let protection = try TableProtection(system)
    #expect(protection.report.primary == 2136)
    #expect(protection.report.secondary <= 2093)
    try expectSafe(protection, system)
  }

  /// sdcTable 0.34.0, the problem of 15 cells in the JJ format: three others are hidden, and the cell lies between 0 and 12.
  @Test func `a problem in the JJ format is read and solved`() throws {
    let problem = try CellProblemFile(
      Cases.folder.appending(path: "sdctable/problem_with_supps_jj.txt"))
    for method in [ProtectionSpec.Method.suppression, .optimal] {
      let system = TableSystem(problem, method: method)
      let protection = try TableProtection(system)
      try expectSafe(protection, system)
      #expect((protection.report.primary, protection.report.secondary) == (1, 3))
    }
    var attack = IntervalAttack(
      problem.table, isHidden: try TableProtection(TableSystem(problem)).isHidden)
    let found = attack.interval(of: 5)
    let range = try #require(found)
    #expect(abs(range.lower) < 1e-6 && abs(range.upper - 12) < 1e-6)
  }

  /// τ-ARGUS 4.1.5, Size x Region of its test file by p% with p = 15: 9 sensitive cells; it hides 12 others, worth 2,524,351.
  @Test func `tau-ARGUS's own files are read, and its sensitive cells found`() throws {
    try take([
      "tauargus/Tau_TestW_metadata.rda.txt": "w.rda", "tauargus/region2.hrc": "region2.hrc",
    ])
    let spec =
      "layout: w.rda\ndimensions: [{name: Size}, {name: Region}]\nvalue: Var2\nlargest: [x1, x2]\nrules: [{p_percent: 15}]\n"
    let system = try TableSystem([
      try input("tauargus/tau_testW.asc.gz", spec, isMicrodata: true)
    ])
    let protection = try TableProtection(system)
    try expectSafe(protection, system)
    #expect(protection.report.primary == 9)
    let secondary = protection.isHidden.indices.filter { cell in
      protection.isHidden[cell] && !system.sensitive.contains { $0.cell == cell }
    }
    let lost = secondary.reduce(0) { $0 + system.table.values[$1] }
    #expect(lost < 2_524_351 * 100)
  }

  /// τ-ARGUS 4.1.5, example_enterprise by p% with p = 10 on the level of holdings, code 00 safe: 283 sensitive cells by activity and product, 339
  /// by activity and region, 36 by region and municipality; it leaves 45 exactly known to a holding that stands alone.
  @Test func `holdings are one contributor, and none learns of another`() throws {
    try take([
      "tauargus/example_enterprise_metadata.rda.txt": "e.rda",
      "tauargus/nace_divisions.hrc": "nace_divisions.hrc",
      "tauargus/KohStatReg.hrc": "KohStatReg.hrc", "tauargus/NUTS.hrc": "NUTS.hrc",
    ])
    func spec(_ names: String...) -> String {
      "layout: e.rda\ndimensions: [\(names.map { $0 == "act" ? "{name: act, safe: ['00']}" : "{name: \($0)}" }.joined(separator: ", "))]\nvalue: turnover\nholding: h_id\nlargest: [x1, x2]\nrules: [{p_percent: 10}]\n"
    }
    let file = "tauargus/example_enterprise.asc.gz"
    let product = try input(file, spec("act", "product"), isMicrodata: true)
    let region = try input(file, spec("act", "region"), isMicrodata: true)
    let municipality = try input(file, spec("region", "mun"), isMicrodata: true)
    for (one, primary) in [(product, 283), (region, 339), (municipality, 36)] {
      let system = try TableSystem([one])
      let protection = try TableProtection(system)
      try expectSafe(protection, system)
      #expect(protection.report.primary == primary)
    }
    let system = try TableSystem([product, region])
    let protection = try TableProtection(system)
    try expectSafe(protection, system)
    #expect(protection.report.primary == 613)
  }

  /// cellKey 1.0.2 with ptable 1.0.0: every count of sex by age as published.
  @Test(arguments: ["table: ptable.csv", "most: 5, variance: 3, blocked: 2, stay: 0.5"])
  func `counts are perturbed as by cellKey`(chances: String) throws {
    try take(["cellkey/ptable_D5_V3_js2_pstay0.5.csv": "ptable.csv"])
    let one = try input(
      "cellkey/microdata_with_record_keys.csv.gz",
      "dimensions: [{name: sex}, {name: age}]\nmethod: cell_key\ncell_key: {record_key: rec_key, \(chances)}\n",
      isMicrodata: true)
    let perturbation = try TablePerturbation(one, today: .distantPast)
    let output = folder.appending(path: "out.csv")
    try TablePerturbation.write(
      [perturbation], out: [folder.appending(path: "true.csv")], published: [output])
    var counts: [String: Double] = [:]
    for row in try Cases.rows(output) {
      counts["\(row["sex"] ?? "") \(row["age"] ?? "")"] = Double(row["frequency"] ?? "")
    }
    let expected = try Cases.rows(
      Cases.folder.appending(path: "cellkey/expected_perturbed_counts.csv")
    ).filter { $0["vname"] == "total" }
    #expect(expected.count == 21)
    for row in expected {
      #expect(
        counts["\(row["sex"] ?? "") \(row["age"] ?? "")"] == Double(row["puwc"] ?? ""))
    }
  }

  /// sdcMicro 5.8.1, testdata2: it makes 97 codes missing for k = 2, and 40 of the 93 records still fit one person only; 115 is the least at which none does.
  @Test func `records are made to look alike in earnest`() throws {
    let spec = try RecordSpec(
      yaml: "keys: [urbrur, roof, walls, water, electcon, relat, sex]\nk: 2\n", file: "r.yaml")
    let protection = try RecordProtection(
      Cases.folder.appending(path: "microdata/testdata2.csv"), spec: spec, specName: "r.yaml",
      folder: folder)
    let report = protection.report
    #expect(report.records == 93)
    let after = try #require(report.after)
    #expect(after.belowKStrictly == 0 && after.belowK == 0)
    let suppressed = report.suppressed.values.reduce(0, +)
    #expect((115...124).contains(suppressed))
  }

  /// ACRO 1.0.2 on its charities, in which it counts records; here units are counted too.
  @Test func `results are checked as by ACRO, and by units`() throws {
    func review(_ outputs: String, unit: String = "") throws -> [OutputReview.Result] {
      let request = try OutputRequest(
        yaml: "data: acro/charities_test_data.csv.gz\n\(unit)outputs:\n\(outputs)\n",
        file: "request.yaml")
      return try OutputReview(request, folder: Cases.folder).results
    }
    func places(_ result: OutputReview.Result, _ check: OutputFinding.Check) -> Set<String> {
      Set(result.findings.filter { $0.check == check }.map(\.place))
    }
    let years = (2010...2015).map { "\($0), R/G" }
    let table = "rows: [year], columns: [grant_type]"
    let found = try review(
      """
        - {name: count, kind: table, \(table)}
        - {name: mean, kind: table, statistic: mean, measure: inc_grants, \(table)}
        - {name: max, kind: table, statistic: maximum, measure: inc_grants, \(table)}
        - {name: ols, kind: model, outcome: inc_activity, predictors: [inc_grants, inc_donations, total_costs]}
      """)
    #expect(places(found[0], .minimumCount) == Set(years))
    // ACRO counts records without a value as well: 2010 N has 5 values, all nothing.
    #expect(places(found[1], .minimumCount) == Set(years + ["2010, N"]))
    let dominated: Set = ["2010, R/G"]
    #expect(places(found[1], .dominance) == dominated)
    #expect(places(found[1], .ratio) == dominated)
    #expect(places(found[1], .allEqual) == ["2010, N"])
    #expect(places(found[2], .extreme).count == 24)
    #expect(found[3].status == .pass && found[3].degrees == 807)
    // The defect to beat: with margins its six counts of 8 stay visible, or can be computed. Here neither.
    let margins = try review(
      "  - {name: m, kind: table, \(table), margins: true}", unit: "unit: charity\n")[0]
    #expect(places(margins, .minimumCount) == Set(years + ["All, R/G"]))
    for figure in margins.released where figure.place[1] == "R/G" { #expect(figure.value == nil) }
    for year in (2010...2015).map({ "\($0)" }) {
      let row = margins.released.filter { $0.place[0] == year }
      #expect(row.count { $0.value == nil } >= 2)
    }
    // 44 records of 8 charities pass there, and fail here.
    let grants = try review(
      "  - {name: g, kind: table, statistic: mean, measure: inc_grants, rows: [grant_type]}",
      unit: "unit: charity\n")[0]
    #expect(places(grants, .minimumCount) == ["R/G"])
  }
}
