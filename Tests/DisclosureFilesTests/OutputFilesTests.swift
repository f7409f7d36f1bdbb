import ChainPack
import DisclosureControl
import DisclosureFiles
import Foundation
import TestSupport
import Testing

/// What a command makes is there as a whole or not at all, and noise is paid for before anybody can see it.
@Suite struct OutputFilesTests {
  private let temporary: TemporaryFolder
  private var folder: URL { temporary.url }

  init() throws { temporary = try TemporaryFolder() }

  private func place(_ name: String) -> URL {
    folder.appending(path: name, directoryHint: .notDirectory)
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: place(name))
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: place(name), encoding: .utf8)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("nowhere/report.json", "there is no folder"), ("old.csv/report.json", "there is no folder"),
    ("there", "what is there is no file"), ("out.csv", "two files cannot have one place"),
    ("there/../out.csv", "two files cannot have one place"),
  ])
  func `where one file cannot be written none is, and nothing is booked`(
    name: String, told: String
  ) throws {
    try write("before", "old.csv")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "there"), withIntermediateDirectories: true)
    let before = files(below: folder)
    var isBooked = false
    let text = message {
      try OutputFiles.write(
        ["old.csv", "out.csv", name].map { (place($0), Data("new".utf8)) },
        booking: { isBooked = true })
    }
    #expect(text.contains(told) && text.contains(name.split(separator: "/").last ?? ""))
    #expect(!isBooked && files(below: folder) == before)
    #expect(try self.text("old.csv") == "before")
  }

  @Test func `what a command reads is not written over, by whatever name`() throws {
    try write("records", "micro.csv")
    try FileManager.default.createSymbolicLink(
      at: place("link.csv"), withDestinationURL: place("micro.csv"))
    for name in ["micro.csv", "./micro.csv", "link.csv"] {
      let text = message {
        try OutputFiles.check([place("out.csv"), place(name)], beside: [place("micro.csv")])
      }
      #expect(text.contains("the command reads this file; nothing was written"))
    }
    try OutputFiles.check([place("out.csv")], beside: [place("micro.csv")])
  }

  @Test func `until it is booked nothing can be read, and when it is not all is as it was`() throws
  {
    try write("before", "old.csv")
    struct Refusal: Error {}
    let new = [(place("old.csv"), Data("secret".utf8)), (place("new.csv"), Data("secret".utf8))]
    #expect(throws: Refusal.self) {
      try OutputFiles.write(new) {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
          #expect(try !Data(contentsOf: folder.appending(path: name)).contains(UInt8(ascii: "s")))
        }
        throw Refusal()
      }
    }
    #expect(files(below: folder) == ["old.csv"])
    #expect(try text("old.csv") == "before")
    try OutputFiles.write(new)
    #expect(files(below: folder) == ["new.csv", "old.csv"])
    #expect(try text("old.csv") == "secret")
  }

  @Test func `a link stays a link, and who may read a file may read the new one`() throws {
    try write("before", "old.csv")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: place("old.csv").path)
    try FileManager.default.createSymbolicLink(
      atPath: place("link.csv").path, withDestinationPath: "old.csv")
    let twice = message {
      try OutputFiles.check([place("link.csv"), place("old.csv")])
    }
    #expect(twice.contains("two files cannot have one place"))
    try OutputFiles.write([(place("link.csv"), Data())])
    #expect(try text("old.csv").isEmpty)
    let mode = try FileManager.default.attributesOfItem(atPath: place("old.csv").path)
    #expect(mode[.posixPermissions] as? Int == 0o640)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: place("link.csv").path)
        == "old.csv")
  }

  // MARK: Budgets

  private func noise(_ epsilon: Double, budget: String = "budget.json") throws -> TablePerturbation
  {
    try write("code,parent\nT,\na,T\nb,T\n", "r.csv")
    try write("r,frequency\na,5\nb,9\n", "table.csv")
    let spec = try ProtectionSpec(
      yaml: """
        dimensions: [{name: r, hierarchy: r.csv}]
        method: differential_privacy
        privacy: {mechanism: geometric, epsilon: \(epsilon), budget: \(budget)}
        """, file: "spec.yaml")
    let file = try TableFile(place("table.csv"), spec: spec, folder: folder)
    return try TablePerturbation(
      .init(file: file, spec: spec, specName: "spec.yaml", folder: folder),
      today: .distantPast)
  }

  private func spent(_ name: String = "budget.json") throws -> [Double] {
    try JSONDecoder().decode(PrivacyBudget.self, from: Data(contentsOf: place(name))).spent
      .compactMap(\.epsilon)
  }

  @Test func `a budget is spent when all can be written, and not when something cannot`() throws {
    try write(#"{"epsilon": 1, "delta": 0, "spent": []}"#, "budget.json")
    let table = try noise(0.6)
    for (out, report) in [("nowhere/out.csv", "report.json"), ("out.csv", "nowhere/report.json")] {
      #expect(throws: DisclosureFileError.self) {
        try TablePerturbation.write(
          [table], out: [place(out)], published: [place("p.csv")], report: place(report))
      }
      #expect(try spent().isEmpty)
    }
    // Nor may what is written take the place of the budget.
    #expect(throws: DisclosureFileError.self) {
      try TablePerturbation.write([table], out: [place("budget.json")])
    }
    let before = files(below: folder)
    try TablePerturbation.write(
      [table], out: [place("out.csv")], published: [place("p.csv")], report: place("report.json"))
    #expect(try spent() == [0.6])
    #expect(Set(files(below: folder)) == Set(before + ["out.csv", "p.csv", "report.json"]))
    // The rest is not enough for the same again: nothing is written.
    let first = try text("out.csv")
    #expect(throws: DisclosureError.self) {
      try TablePerturbation.write(
        [try noise(0.6, budget: "./budget.json")], out: [place("out.csv")])
    }
    #expect(try text("out.csv") == first && spent() == [0.6])
  }

  @Test func `tables that are published together are all paid for, or none`() throws {
    try write(#"{"epsilon": 1, "delta": 0, "spent": []}"#, "budget.json")
    try write(#"{"epsilon": 0.1, "delta": 0, "spent": []}"#, "small.json")
    let places = [place("1.csv"), place("2.csv")]
    let before = files(below: folder) + ["r.csv", "table.csv"]
    for second in [try noise(0.7), try noise(0.2, budget: "small.json")] {
      #expect(throws: DisclosureError.self) {
        try TablePerturbation.write([try noise(0.4), second], out: places)
      }
      #expect(try spent().isEmpty && spent("small.json").isEmpty)
      #expect(Set(files(below: folder)) == Set(before))
    }
    try TablePerturbation.write(
      [
        try noise(0.4), try noise(0.1, budget: "small.json"),
        try noise(0.6, budget: "./budget.json"),
      ],
      out: places + [place("3.csv")])
    #expect(try spent() == [0.4, 0.6] && spent("small.json") == [0.1])
  }

  @Test func `publications at once do not spend what is not there`() async throws {
    try write(#"{"epsilon": 1, "delta": 0, "spent": []}"#, "budget.json")
    let tables = try (0..<12).map { _ in try noise(0.25) }
    let folder = folder
    let written = await withTaskGroup(of: Bool.self) { group in
      for (number, table) in tables.enumerated() {
        group.addTask {
          let out = folder.appending(path: "\(number).csv", directoryHint: .notDirectory)
          return (try? TablePerturbation.write([table], out: [out])) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(written == 4)
    #expect(try spent().count == 4)
    #expect(files(below: folder).count { $0.hasPrefix(".part-") } == 0)
    #expect((0..<12).count { files(below: folder).contains("\($0).csv") } == 4)
  }
}
