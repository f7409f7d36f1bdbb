import DisclosureControl
import DisclosureFiles
import Foundation
import TestSupport
import Testing

@Suite struct TableProtectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, _ name: String) throws -> URL {
    let file = folder.url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }

  private static let hierarchy = """
    code,parent
    NL,
    Noord,NL
    Zuid,NL
    Groningen,Noord
    Drenthe,Noord
    Limburg,Zuid
    Zeeland,Zuid

    """

  private static let spec = """
    dimensions:
      - {name: region, hierarchy: region.csv}
      - {name: sex, total: T}
    value: turnover
    frequency: n
    largest: [x1, x2]
    rules:
      - {p_percent: 15}
      - {minimum_frequency: 3}
    """

  /// Cells without parts only: all sums are made.
  private static let cells = """
    region,sex,n,turnover,x1,x2,note
    Groningen,m,9,120.5,30.25,20,a
    Groningen,v,2,40,30,10,b
    Drenthe,m,12,200,40,35,c
    Drenthe,v,8,90,20,15,d
    Limburg,m,20,310,33,30,e
    Limburg,v,11,150.75,30,22,f
    Zeeland,m,7,88,22,15,g
    Zeeland,v,1,12,12,0,h

    """

  private func protection(
    _ cells: String = Self.cells, spec: String = Self.spec, hierarchy: String = Self.hierarchy,
    hierarchyName: String = "region.csv"
  ) throws -> TableProtection {
    _ = try write(hierarchy, hierarchyName)
    let read = try ProtectionSpec(yaml: spec, file: "spec.yaml")
    let file = try TableFile(write(cells, "table.csv"), spec: read, folder: folder.url)
    return try TableProtection(system(file, read))
  }

  private func system(_ file: TableFile, _ spec: ProtectionSpec) throws -> TableSystem {
    try TableSystem([input(file, spec)])
  }

  private func input(_ file: TableFile, _ spec: ProtectionSpec) -> TableProtection.Input {
    .init(file: file, spec: spec, specName: "spec.yaml", folder: folder.url)
  }

  private func lines(_ protection: TableProtection, hidesFigures: Bool = false) throws -> [String] {
    let output = folder.url.appending(path: "out.csv")
    try protection.contents(0, hidesFigures: hidesFigures).write(to: output)
    return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func `each row comes back with what became of it, and sums that were missing are made`()
    throws
  {
    let protection = try protection()
    #expect(protection.isProved)
    let lines = try lines(protection)
    #expect(lines[0] == "region,sex,n,turnover,x1,x2,note,status,reason,lower,upper")
    #expect(lines.count == 1 + 21)
    #expect(lines[1].hasPrefix("Groningen,m,9,120.5,30.25,20,a,"))
    let women = try #require(lines.first { $0.hasPrefix("Groningen,v,2,40,") })
    #expect(women.contains(",primary,p_percent 15.0; minimum_frequency 3,"))
    #expect(lines.contains("NL,T,70,1011.25,40.00,35.00,,published,,,"))
    // A hidden cell has a range around its figure.
    for line in lines.dropFirst() where line.contains(",secondary,") {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let value = try #require(Double(fields[3]))
      #expect(try #require(Double(fields[9])) < value)
      #expect(try #require(Double(fields[10])) > value)
    }
    #expect(protection.report.primary >= 2 && protection.report.secondary >= 2)
  }

  @Test func `the public sees no figure of a hidden cell, and nothing but codes and figures`()
    throws
  {
    let protection = try protection()
    let lines = try lines(protection, hidesFigures: true)
    #expect(lines[0] == "region,sex,turnover,status")
    #expect(lines.contains("Groningen,v,,confidential"))
    #expect(lines.contains("Zeeland,v,,confidential"))
    #expect(lines.contains("NL,T,1011.25,published"))
    #expect(lines.count { $0.hasSuffix(",,confidential") } == protection.isHidden.count { $0 })
  }

  @Test func `a certificate proves the table that it came with, and no other`() throws {
    let protection = try protection()
    let output = folder.url.appending(path: "out.csv")
    try protection.contents(0, hidesFigures: false).write(to: output)
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    func verified() throws -> TableProtection {
      try TableProtection(
        system(TableFile(output, spec: spec, folder: folder.url), spec),
        certificate: JSONDecoder().decode(
          Certificate.self, from: JSONEncoder().encode(protection.certificate)))
    }
    #expect(try verified().isProved)
    let text = try String(contentsOf: output, encoding: .utf8)
    let changed = text.replacing(
      ",secondary,protects others", with: ",published,", maxReplacements: 1)
    #expect(changed != text)
    try Data(changed.utf8).write(to: output)
    #expect(try !verified().isProved)
  }

  @Test func `a table is made of its contributors`() throws {
    _ = try write(Self.hierarchy, "region.csv")
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    let records = try write(
      """
      region,sex,turnover
      Groningen,m,10.5
      Groningen,m,2
      Groningen,m,30.25
      Drenthe,v,7
      Zeeland,m,1
      Zeeland,v,0.25

      """, "records.csv")
    let file = try TableFile(records, spec: spec, folder: folder.url, isMicrodata: true)
    let protection = try TableProtection(system(file, spec))
    let lines = try lines(protection)
    #expect(lines[0] == "region,sex,n,turnover,x1,x2,status,reason,lower,upper")
    #expect(lines.contains { $0.hasPrefix("Groningen,m,3,42.75,30.25,10.50,") })
    #expect(lines.contains { $0.hasPrefix("NL,T,6,51.00,30.25,10.50,") })
    #expect(lines.contains { $0.hasPrefix("Zeeland,m,1,1.00,1.00,0.00,primary,") })
    #expect(lines.contains { $0.hasPrefix("Zuid,T,2,1.25,1.00,0.25,primary,") })
  }

  @Test(arguments: ["", "1.2.3", "many"])
  func `a contributor without an amount that can be read is not passed over`(amount: String) throws
  {
    _ = try write(Self.hierarchy, "region.csv")
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    let records = try write(
      "region,sex,turnover\nDrenthe,m,1.2345\nDrenthe,m,\(amount)\n", "records.csv")
    let error = #expect(throws: DisclosureFileError.self) {
      try TableFile(records, spec: spec, folder: folder.url, isMicrodata: true)
    }
    #expect("\(try #require(error))".contains("row 2: column turnover has no number"))
  }

  @Test func `an audit finds what is hidden too little, whoever hid it`() throws {
    let protection = try protection()
    let output = folder.url.appending(path: "out.csv")
    try protection.contents(0, hidesFigures: false).write(to: output)
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    func audit() throws -> TableAudit {
      try TableAudit(
        system(TableFile(output, spec: spec, folder: folder.url), spec), all: true)
    }
    let sound = try audit()
    #expect(sound.findings.isEmpty)
    #expect(sound.attacked == protection.isHidden.count { $0 })
    #expect(sound.ranges.split(separator: "\n").count == sound.attacked + 1)
    // What only the rules hide can be computed from its sums.
    let text = try String(contentsOf: output, encoding: .utf8)
    try Data(text.replacing(",secondary,", with: ",published,").utf8).write(to: output)
    let weak = try audit()
    #expect(weak.attacked == protection.report.primary)
    #expect(weak.findings.contains { $0.what == "it can be computed" })
    try Data(text.replacing(",primary,", with: ",published,").utf8).write(to: output)
    #expect(try audit().findings.contains { $0.what == "it is published" })
  }

  @Test(arguments: [
    ("region.hrc", "@Groningen\n@Drenthe\n", "Noord\n", "Zuid\n@Limburg\n@Zeeland\n"),
    (
      "region.txt", "@@@;Groningen\n@@@;Drenthe\n", "@;NL\n@@;Noord\n",
      "@@;Zuid\n@@@;Limburg\n@@@;Zeeland\n"
    ),
  ])
  func `hierarchies of other programs mean the same`(
    name: String, parts: String, before: String, after: String
  ) throws {
    let spec = Self.spec.replacing(
      "hierarchy: region.csv", with: "hierarchy: \(name), total: NL")
    let other = try protection(
      spec: spec, hierarchy: before + parts + after, hierarchyName: name)
    #expect(other.isHidden == (try protection().isHidden))
  }

  @Test(arguments: [
    (cells.replacing("Zeeland,v,", with: "Friesland,v,"), "'Friesland' in column region"),
    (cells.replacing("Zeeland,v,", with: "Zeeland,m,"), "stands there twice"),
    (cells.replacing(",88,22", with: ",many,22"), "row 7: column turnover has no number"),
    (cells.replacing(",88,22", with: ",.,22"), "row 7: column turnover has no number"),
    (cells.replacing("m,7,88", with: "m,7.5,88"), "not whole"),
    (cells.replacing("x1,x2", with: "y1,y2"), "no column 'x1'"),
    (
      cells + "NL,T,71,1011.25,40,35,i\n",
      "frequency is not the sum of its parts in: region NL, sex T"
    ),
    (cells.replacing("v,1,12,12", with: "v,0,12,12"), "an amount and no contributor"),
  ])
  func `a table that is not what it should be is refused with its place`(
    cells: String, message: String
  ) throws {
    let error = #expect(throws: (any Error).self) { try protection(cells) }
    #expect("\(try #require(error))".contains(message))
  }

  @Test func `an attack finds in a weak table what it misses in a sound one`() throws {
    let protection = try protection()
    let output = folder.url.appending(path: "out.csv")
    try protection.contents(0, hidesFigures: false).write(to: output)
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    func attack() throws -> TableAttack {
      try TableAttack(
        system(TableFile(output, spec: spec, folder: folder.url), spec), intervals: true)
    }
    #expect(try attack().isSafe)
    let text = try String(contentsOf: output, encoding: .utf8)
    try Data(text.replacing(",secondary,", with: ",published,").utf8).write(to: output)
    let weak = try attack()
    #expect(!weak.isSafe)
    let found = weak.attempts.filter { !$0.findings.isEmpty }.map(\.attack)
    #expect(found.contains("sums") && found.contains("interval"))
  }

  @Test func `a table is not published beside what was published before`() throws {
    let first = try protection()
    let before = folder.url.appending(path: "before.csv")
    try first.contents(0, hidesFigures: false).write(to: before)
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    let earlier = input(
      try TableFile(before, spec: spec, folder: folder.url), spec)
    // The same table again: the same pattern is safe, and nothing that was public is hidden.
    let now = input(
      try TableFile(write(Self.cells, "table.csv"), spec: spec, folder: folder.url), spec)
    let again = try TableProtection(TableSystem([now], earlier: [earlier]))
    #expect(again.isProved)
    #expect(Array(again.isHidden.prefix(first.isHidden.count)) == first.isHidden)
    // What was published then and is sensitive by a stricter rule now is said, not passed over.
    let stricter = try ProtectionSpec(
      yaml: Self.spec.replacing("minimum_frequency: 3", with: "minimum_frequency: 10"),
      file: "spec.yaml")
    let late = try TableProtection(
      TableSystem(
        [
          .init(
            file: now.file, spec: stricter, specName: "spec.yaml", folder: folder.url)
        ], earlier: [earlier]))
    #expect(late.report.findings.contains { $0.what.contains("published before") })
  }

  @Test func `what one of two tables shows is known, whatever the other hides`() throws {
    let regions = try ProtectionSpec(
      yaml: "dimensions: [{name: r}]\nrules: [{minimum_frequency: 3}]\n", file: "1.yaml")
    let both = try ProtectionSpec(
      yaml: "dimensions: [{name: r}, {name: s}]\nrules: [{minimum_frequency: 3}]\n", file: "2.yaml")
    // Each table is safe by itself; the first shows C and the second B, so that A is what is left of the total.
    let one = try write(
      "r,frequency,status\nA,2,primary\nB,20,secondary\nC,30,published\nTotal,52,published\n",
      "1.csv")
    let other = try write(
      "r,s,frequency,status\n"
        + "A,m,1,primary\nA,f,1,primary\nB,m,9,published\nB,f,11,published\nC,m,15,secondary\nC,f,15,secondary\n"
        + "A,Total,2,primary\nB,Total,20,published\nC,Total,30,secondary\n"
        + "Total,m,25,published\nTotal,f,27,published\nTotal,Total,52,published\n", "2.csv")
    let system = try TableSystem([
      input(try TableFile(one, spec: regions, folder: folder.url), regions),
      input(try TableFile(other, spec: both, folder: folder.url), both),
    ])
    #expect(try !TableAudit(system, all: false).findings.isEmpty)
    #expect(try !TableAttack(system, intervals: false).isSafe)
    // The same in an earlier release: what was shown then is known now.
    let alone = try TableSystem([
      input(try TableFile(one, spec: regions, folder: folder.url), regions)
    ])
    #expect(try TableAudit(alone, all: false).findings.isEmpty)
    let before = try write(
      "r,frequency,status\nA,2,confidential\nB,20,published\nC,30,confidential\nTotal,52,published\n",
      "0.csv")
    let since = try TableSystem(
      [input(try TableFile(one, spec: regions, folder: folder.url), regions)],
      earlier: [input(try TableFile(before, spec: regions, folder: folder.url), regions)])
    #expect(try !TableAudit(since, all: false).findings.isEmpty)
  }

  @Test func `who asked for protection gets it, and codes of the unknown none`() throws {
    _ = try write(Self.hierarchy, "region.csv")
    let records = try write(
      "region,sex,turnover,asks\n"
        + [
          "Groningen,m,80,1", "Groningen,m,30,0", "Groningen,m,25,0", "Groningen,v,40,0",
          "Groningen,v,41,0", "Drenthe,m,50,0", "Drenthe,m,55,0", "Drenthe,v,60,0",
          "Drenthe,v,52,0", "Zeeland,m,70,0", "Zeeland,v,75,0", "Zeeland,m,71,0",
          "Zeeland,v,79,0",
        ].joined(separator: "\n") + "\n", "records.csv")
    let text = Self.spec.replacing("  - {p_percent: 15}\n", with: "  - {request_percent: 50}\n")
      .replacing("  - {minimum_frequency: 3}", with: "  - {minimum_frequency: 1}")
    let spec = try ProtectionSpec(yaml: text + "\nrequest: asks\n", file: "spec.yaml")
    let file = try TableFile(records, spec: spec, folder: folder.url, isMicrodata: true)
    let protected = try TableProtection(system(file, spec))
    #expect(protected.isProved)
    let lines = try lines(protected)
    #expect(
      lines.contains { $0.hasPrefix("Groningen,m,3,135") && $0.contains("request_percent 50.0") })
  }

  @Test(arguments: [
    ("method: controlled_rounding\n", "needs 'base'"),
    ("method: cell_key\n", "needs 'cell_key'"),
    ("base: 5\n", "has no 'base'"),
    (
      "method: differential_privacy\nprivacy: {mechanism: gaussian, epsilon: 1, budget: b}\n",
      "gaussian noise has rho"
    ),
    ("value: v\nweight: w\nholding: h\n", "weights or holdings, not both"),
    ("rules: [{full_percent: 90, along: a}]\n", "need 'empty: unknown'"),
    ("rules: [{minimum_frequency: 3, only: {b: [x]}}]\n", "'b', which is no dimension"),
    ("rules: [{request_percent: 50}]\n", "needs the column of requests"),
  ])
  func `a method without what it needs is refused`(text: String, message: String) throws {
    let rules = text.contains("rules:") ? "" : "rules: [{minimum_frequency: 3}]\n"
    let error = #expect(throws: DisclosureFileError.self) {
      try ProtectionSpec(yaml: "dimensions: [{name: a}]\n" + rules + text, file: "spec.yaml")
    }
    #expect("\(try #require(error))".contains(message))
  }

  @Test(arguments: [
    (
      "A,m,1,98765432,primary\nA,f,7,53000000,published\nB,m,6,41000000,published\n"
        + "B,f,6,31000000,published\n", "it can be computed"
    ),
    (
      "A,m,1,98765432,primary\nA,f,7,3,secondary\nB,m,6,2,secondary\nB,f,6,31000000,secondary\n",
      "it can be known closer than its rule allows"
    ),
  ])
  func `an audit finds what is hidden too little of large figures, too`(
    cells: String, what: String
  ) throws {
    let spec = try ProtectionSpec(
      yaml:
        "dimensions: [{name: r}, {name: s}]\nvalue: v\nfrequency: n\nrules: [{minimum_frequency: 3, protection: 90}]\n",
      file: "spec.yaml")
    let file = try TableFile(
      write("r,s,n,v,status\n" + cells, "large.csv"), spec: spec, folder: folder.url)
    #expect(try TableAudit(system(file, spec), all: false).findings.map(\.what) == [what])
  }

  @Test func `a sum that is made costs what its parts cost, and says so to who reads it again`()
    throws
  {
    let spec = Self.spec + "\ncost: dear"
    let dear = ["1.5", "2", "3", "4", "5", "6", "7", "8"]
    let lines = Self.cells.split(separator: "\n").map(String.init)
    let cells = zip(lines, ["dear"] + dear).map { "\($0),\($1)\n" }.joined()
    let protection = try protection(cells, spec: spec)
    let output = try write(
      String(decoding: protection.contents(0, hidesFigures: false), as: UTF8.self), "out.csv")
    let read = try ProtectionSpec(yaml: spec, file: "spec.yaml")
    let again = try TableFile(output, spec: read, folder: folder.url)
    let table = again.table
    for (region, sex, cost) in [
      ("NL", "T", 365), ("Noord", "T", 105), ("Noord", "m", 45), ("Zeeland", "T", 150),
      ("Groningen", "m", 15),
    ] {
      let cell = try #require(
        (0..<table.cellCount).first {
          table.name(of: $0).contains(region) && table.name(of: $0).hasSuffix(sex)
        }, "\(region) \(sex)")
      #expect(again.worth[cell] == cost, "\(region) \(sex)")
    }
    #expect(try TableAudit(system(again, read), all: false).findings.isEmpty)
  }

  @Test func `how many holdings a sum is of is not made up of its parts`() throws {
    let spec = """
      dimensions: [{name: r}, {name: s}]
      value: v
      frequency: n
      holding: who
      rules: [{minimum_frequency: 2}]
      """
    let parts = "r,s,n,v,who\nA,x,1,60,h1\nA,y,1,60,h1\nB,x,5,10,\nB,y,5,10,\n"
    let error = #expect(throws: DisclosureFileError.self) { try protection(parts, spec: spec) }
    #expect("\(try #require(error))".contains("r B, s Total"))
    let sums =
      "A,Total,1,120,h1\nB,Total,9,20,\nTotal,x,6,70,\nTotal,y,6,70,\nTotal,Total,10,140,\n"
    let lines = try lines(protection(parts + sums, spec: spec))
    #expect(lines.contains { $0.hasPrefix("A,Total,1,120,h1,primary") })
  }

  @Test func `codes between quotation marks may have commas and quotation marks`() throws {
    let protection = try protection(
      Self.cells.replacing("Groningen", with: "\"Bergen, \"\"NH\"\"\""),
      hierarchy: Self.hierarchy.replacing("Groningen", with: "\"Bergen, \"\"NH\"\"\""))
    #expect(try lines(protection).count { $0.hasPrefix("\"Bergen, \"\"NH\"\"\",") } == 3)
  }

  @Test func `figures of a problem keep their decimals, however large they are`() throws {
    let problem = try CellProblemFile(
      write(
        "0\n3\n0 2469135.78 1 s 0 9999999 0 0 0\n1 1234567.89 1 s 0 9999999 0 0 0\n"
          + "2 1234567.89 1 s 0 9999999 0 0 0\n1\n0 3 : 0 (-1) 1 (1) 2 (1)\n", "large.jj"))
    #expect(problem.table.values == [246_913_578, 123_456_789, 123_456_789])
  }

  @Test func `a negative weight is refused with its row, and a problem is no published table`()
    throws
  {
    let spec = try ProtectionSpec(
      yaml:
        "dimensions: [{name: r}]\nvalue: v\nweight: w\nlargest: [x, y]\nrules: [{p_percent: 15}]\n",
      file: "spec.yaml")
    let records = try write("r,v,w\na,5,1.5\na,7,-2\n", "records.csv")
    let error = #expect(throws: DisclosureFileError.self) {
      try TableFile(records, spec: spec, folder: folder.url, isMicrodata: true)
    }
    #expect("\(try #require(error))".contains("row 2: the weight is negative"))
    let problem = try CellProblemFile(
      write("0\n1\n0 5 5 u 0 99 1 1 0\n0\n", "problem.jj"))
    #expect(throws: DisclosureFileError.self) {
      try TableAudit(TableSystem(problem), all: false)
    }
  }

  @Test(arguments: [
    "", "0", "0 2", "1 2 3", "0\n1\n0 5 5 q 0 9 1 1 0\n0\n",
    "0\n1\n0 5 5 s 0 9 1 1 0\n1\n0.0 2 : 0 (1) 7 (-1)\n",
    "0\n2\n0 5 5 s 0 9 1 1 0\n0 5 5 s 0 9 1 1 0\n0\n", "0\n99999999999999999999\n",
    "0\n1\n0 nan 5 s 0 9 1 1 0\n0\n", "0\n1\n0 5 5 s 0 9 1 1 0\n1\n0.0 1 : 0 (1)\n",
  ])
  func `rubbish in the JJ format is refused`(text: String) throws {
    let file = try write(text, "problem.jj")
    #expect(throws: (any Error).self) { try CellProblemFile(file) }
  }

  @Test(arguments: [
    ("code,parent\nNL,\nNoord,Zuid\nZuid,Noord\n", "in a loop: Noord, Zuid"),
    ("code,parent\nNL,\nNoord,NL\nNoord,NL\n", "stands there twice"),
    ("code,parent\nNL,\nNoord,Nederland\n", "part of 'Nederland', which is not there"),
    ("naam,deel\nNL,\n", "the columns are code and parent"),
    ("", "the file is empty"),
  ])
  func `a hierarchy that is none is refused with its code`(text: String, message: String) throws {
    let error = #expect(throws: DisclosureFileError.self) { try protection(hierarchy: text) }
    #expect("\(try #require(error))".contains(message))
  }

  @Test(arguments: [
    ("rules: []\ndimensions: [{name: a}]\n", "there is no rule"),
    ("rules: [{p_percent: 15}]\nlargest: [x]\ndimensions: [{name: a}]\n", "2 largest"),
    ("rules: [{minimum_frequency: 3, pq: [1, 2]}]\ndimensions: [{name: a}]\n", "one of"),
    ("rules: [{minimum_frequency: 0}]\ndimensions: [{name: a}]\n", "at least 1"),
    ("rules: [{dominance: [2.5, 80]}]\ndimensions: [{name: a}]\nlargest: [x, y, z]\n", "whole"),
    ("rules: [{pq: [60, 40]}]\ndimensions: [{name: a}]\nlargest: [x, y]\n", "p below q"),
    ("rules: [{minimum: 3}]\ndimensions: [{name: a}]\n", "there is no 'minimum'"),
    ("rules: [{minimum_frequency: 3}]\ndimensions: [{name: a}, {name: a}]\n", "one name"),
    ("rules: [{minimum_frequency: 3}]\n", "'dimensions' is missing"),
  ])
  func `a spec that means nothing is refused`(text: String, message: String) throws {
    let error = #expect(throws: DisclosureFileError.self) {
      try ProtectionSpec(yaml: text, file: "spec.yaml")
    }
    #expect("\(try #require(error))".contains(message))
  }

  @Test func `the JSON schema of a spec has the words that a spec may have`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appending(path: "docs/protection-spec.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let properties = try #require(schema["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(ProtectionSpec.keys[""] ?? []))
    for place in ["dimensions", "rules"] {
      let items = (properties[place] as? [String: Any])?["items"] as? [String: Any]
      let inner = try #require(items?["properties"] as? [String: Any])
      #expect(Set(inner.keys) == Set(ProtectionSpec.keys[place] ?? []))
    }
  }
}
