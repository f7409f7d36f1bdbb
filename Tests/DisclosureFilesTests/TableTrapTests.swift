import DisclosureControl
import DisclosureFiles
import Foundation
import TestSupport
import Testing

/// Files that look right and are not, and demands that are easily misread: a wrong table must not come of them.
@Suite struct TableTrapTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, _ name: String) throws -> URL {
    let file = folder.url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }

  private func system(
    _ table: String, _ spec: String, isMicrodata: Bool = false
  ) throws -> TableSystem {
    let read = try ProtectionSpec(yaml: spec, file: "spec.yaml")
    let file = try TableFile(
      write(table, "table.csv"), spec: read, folder: folder.url, isMicrodata: isMicrodata)
    return try TableSystem([
      .init(file: file, spec: read, specName: "spec.yaml", folder: folder.url)
    ])
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test(arguments: ["x,v", "x,v,1,2"])
  func `a line with more or fewer columns is told by its number, without what is in it`(
    line: String
  ) throws {
    let text = message {
      _ = try system(
        "r,s,n\nx,u,5\n\(line)\ny,u,2\ny,v,9\n",
        "dimensions: [{name: r}, {name: s}]\nfrequency: n\nrules: [{minimum_frequency: 3}]")
    }
    #expect(text == "table.csv, line 3: not as many columns as the first line (r,s,n)")
  }

  @Test func `lines that end in two returns are told as such`() throws {
    let layout = folder.url.appending(path: "t.rda")
    try Data("<SEPARATOR> \",\"\nr 1\n<RECODEABLE>\nx 2\n<NUMERIC>\n".utf8).write(to: layout)
    let read = try ProtectionSpec(
      yaml: "layout: t.rda\ndimensions: [{name: r}]\nvalue: x\nrules: [{minimum_frequency: 3}]",
      file: "spec.yaml")
    let file = try write("a,1\r\r\nb,2\r\r\n", "t.asc")
    let text = message {
      _ = try TableFile(file, spec: read, folder: folder.url, isMicrodata: true)
    }
    #expect(
      text == "t.asc cannot be read: its lines end in CR CR LF; give them LF or CR LF")
  }

  @Test func `of contributors the largest contributions have a name by themselves`() throws {
    let spec = "dimensions: [{name: r}]\nvalue: x\nrules: [{p_percent: 10}]"
    let records =
      "r,x\na,100\na,1\na,1\n"
      + (0..<3).map { "b,\(20 + $0)\nc,\(30 + $0)\nd,\(25 + $0)\n" }.joined()
    let protection = try TableProtection(system(records, spec, isMicrodata: true))
    #expect(protection.isProved)
    let lines = String(decoding: protection.contents(0, hidesFigures: false), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.first?.hasPrefix("r,frequency,x,largest_1,largest_2,status") == true)
    #expect(lines.contains { $0.hasPrefix("a,3,102,100,1,primary") })
    // A table of cells must have them.
    let text = message { _ = try system("r,frequency,x\na,3,5\nb,4,9\n", spec) }
    #expect(text.contains("has no column 'largest_1'"))
  }

  @Test func `a code that nothing has is not safe either`() throws {
    let text = message {
      _ = try system(
        "r,n\nx,5\ny,2\n",
        "dimensions: [{name: r, safe: [x, zz]}]\nfrequency: n\nrules: [{minimum_frequency: 3}]")
    }
    #expect(text == "spec.yaml: safe is 'zz', which is no code of r")
  }

  @Test func `a figure of more digits than can be computed with is refused`() throws {
    let text = message {
      _ = try system(
        "r,n,v\nx,5,1.12345678901234567\ny,2,3\n",
        "dimensions: [{name: r}]\nvalue: v\nfrequency: n\nrules: [{minimum_frequency: 3}]")
    }
    #expect(text.contains("row 1") && text.contains("more than 15 digits"))
  }

  @Test func `a protection counts in units of the figure, whatever its decimals`() throws {
    let rules = "rules: [{minimum_frequency: 3, protection: 20}]"
    let spec = "dimensions: [{name: r}]\nvalue: v\nfrequency: n\n" + rules
    for (figures, unit) in [(["50.25", "100.50", "80"], 100), (["50", "100", "80"], 1)] {
      let table = "r,n,v\na,2,\(figures[0])\nb,9,\(figures[1])\nc,9,\(figures[2])\n"
      let sensitive = try system(table, spec).sensitive
      #expect(sensitive.map(\.up) == [20 * unit] && sensitive.map(\.down) == [20 * unit])
    }
  }

  @Test func `a row that begins with a number sign is a row`() throws {
    let rows = (1...30).map { "\($0),\(10 + $0)" } + ["#1,1", "#2,2"]
    let found = try system(
      "r,frequency\n" + rows.joined(separator: "\n") + "\n",
      "dimensions: [{name: r}]\nrules: [{minimum_frequency: 3}]")
    #expect(found.table.cellCount == 33 && found.sensitive.count == 2)
  }

  @Test func `a protection from elsewhere holds for what a rule finds`() throws {
    _ = try write("a,x,pl,2,50\n", "apriori.csv")
    let found = try system(
      "r,c,frequency\na,x,2\na,y,90\nb,x,90\nb,y,90\n",
      """
      dimensions: [{name: r}, {name: c}]
      rules: [{minimum_frequency: 3}]
      apriori: apriori.csv
      """)
    #expect(found.sensitive.map(\.up) == [50] && found.sensitive.map(\.down) == [2])
  }

  @Test func `contributions that are not the largest first are refused`() throws {
    let spec =
      "dimensions: [{name: r}]\nvalue: v\nfrequency: n\nlargest: [x1, x2]\nrules: [{p_percent: 10}]"
    for (x1, x2) in [(10, 80), (80, -1), (400, 80)] {
      let text = message {
        _ = try system("r,n,v,x1,x2\na,5,100,\(x1),\(x2)\nb,5,100,30,20\n", spec)
      }
      #expect(text.contains("r a"), "\(x1), \(x2): \(text)")
    }
  }

  @Test func `two columns of one name are refused`() throws {
    let text = message {
      _ = try system(
        "r,frequency,r\na,5,b\n", "dimensions: [{name: r}]\nrules: [{minimum_frequency: 3}]")
    }
    #expect(text.contains("two columns are called 'r'"))
  }

  @Test func `a demand beyond all figures is told, and traps nothing`() throws {
    let text = message {
      let protection = try TableProtection(
        system(
          "r,n,v,x1\na,5,500000000000000,400000000000000\nb,5,500000000000000,9\n",
          "dimensions: [{name: r}]\nvalue: v\nfrequency: n\nlargest: [x1]\nrules: [{dominance: [1, 0.000000001]}]"
        ))
      #expect(!protection.isProved)
    }
    #expect(text.isEmpty)
  }

  @Test func `what protect made of contributors below nothing is verified as it was proved`() throws
  {
    let records = (1...12).map { "\(["a", "b"][$0 % 2]),\($0 % 3 == 0 ? -40 : 50)" }
    let spec = """
      dimensions: [{name: r}]
      value: v
      frequency: n
      largest: [x1, x2]
      rules: [{p_percent: 10}]
      """
    let first = try system(
      "r,v\n" + records.joined(separator: "\n") + "\n", spec, isMicrodata: true)
    let protection = try TableProtection(first)
    #expect(protection.isProved && first.sensitive.isEmpty)
    let output = folder.url.appending(path: "out.csv")
    try protection.contents(0, hidesFigures: false).write(to: output)
    let again = try system(String(decoding: Data(contentsOf: output), as: UTF8.self), spec)
    #expect(again.sensitive.isEmpty)
    let checked = try TableProtection(again, certificate: protection.certificate)
    #expect(checked.isProved)
  }

  /// Counts of 0, 1 and 2 in abundance, and empty cells that nobody knows to be empty.
  @Test(arguments: ["", "method: suppression", "method: optimal"])
  func `who stands alone learns nothing where empty cells may be hidden`(method: String) throws {
    _ = try write("code,parent\nT,\nP,T\nQ,T\np1,P\np2,P\np3,P\nq1,Q\nq2,Q\n", "h.csv")
    let spec = """
      dimensions: [{name: r, hierarchy: h.csv}, {name: c}]
      empty: unknown
      rules: [{minimum_frequency: 3}, {empty_cells: true}]
      \(method)
      """
    var random = SeededGenerator(seed: 8)
    var attacked = 0
    for _ in 0..<40 {
      var table = "r,c,frequency\n"
      for row in ["p1", "p2", "p3", "q1", "q2"] {
        for column in ["x", "y", "z"] {
          let count = [0, 0, 1, 1, 2, 5, 9, 20].randomElement(using: &random) ?? 0
          if count > 0 { table += "\(row),\(column),\(count)\n" }
        }
      }
      let first = try system(table, spec)
      let protection = try TableProtection(first)
      #expect(protection.isProved, "\(table)")
      let output = folder.url.appending(path: "out.csv")
      try protection.contents(0, hidesFigures: false).write(to: output)
      let attack = try TableAttack(
        system(String(decoding: Data(contentsOf: output), as: UTF8.self), spec), intervals: false)
      #expect(attack.isSafe, "\(table)")
      attacked += first.sensitive.count
    }
    #expect(attacked > 300)
  }

  @Test func `records: words, orders and ends that make no sense are refused`() throws {
    let file = try write(
      "a,b,s\n"
        + (0..<40).map { "\($0 % 4),\($0 % 3),\(["low", "mid", "high"][$0 % 3])" }
        .joined(separator: "\n") + "\n", "records.csv")
    for (spec, reason) in [
      ("recode: {a: {widht: 2}}", "widht"), ("ordered: [s]\nsensitive: [s]\nt: 0.5", "ordered"),
      ("top: {a: 1}\nbottom: {a: 3}", "below its bottom"), ("importance: {a: -2}", "importance"),
    ] {
      let text = message {
        _ = try RecordProtection(
          file, spec: RecordSpec(yaml: "keys: [a, b]\nk: 2\n" + spec, file: "spec.yaml"),
          specName: "spec.yaml", folder: folder.url)
      }
      #expect(text.contains(reason), "\(spec): \(text)")
    }
    let bands = try RecordProtection(
      write("a,b\n" + (0..<40).map { "0.\(1 + $0 % 9),1" }.joined(separator: "\n") + "\n", "n.csv"),
      spec: RecordSpec(yaml: "keys: [a, b]\nk: 2\nrecode: {a: {width: 0.1}}", file: "spec.yaml"),
      specName: "spec.yaml", folder: folder.url)
    let output = folder.url.appending(path: "bands.csv")
    try bands.contents().write(to: output)
    #expect(try String(contentsOf: output, encoding: .utf8).contains("0.3-0.4,"))
  }

  @Test func `records that are made from one each are copies, and that is said with what helps`()
    throws
  {
    let file = try write(
      "a,b,s\n"
        + (0..<200).map { "\($0 % 14),\($0 / 14),\($0 * 37 % 101)" }.joined(separator: "\n") + "\n",
      "people.csv")
    let copied = try RecordProtection(
      file,
      spec: RecordSpec(
        yaml: "keys: [a, b]\nsensitive: [s]\nk: 2\nsynthetic: {donors: 1}", file: "spec.yaml"),
      specName: "spec.yaml", folder: folder.url
    ).report.findings
    #expect(copied.count == 2)
    #expect(copied.allSatisfy { $0.contains("more donors than 1,") })
  }
}
