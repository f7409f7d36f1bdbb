import Foundation
import InformationModel
import Publication
import TestSupport
import Testing

@Suite("A release")
struct ReleaseTests {
  @Test("holds every table in every format, and nothing else")
  func contents() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let base = folder.appending(path: id.description)
      let files = try FileManager.default.subpathsOfDirectory(atPath: base.path).sorted()
      #expect(
        files == [
          "concepts.json", "release.json", "tables", "tables/M01.cells", "tables/M01.csv",
          "tables/M01.csv-metadata.json", "tables/M01.datapackage.json", "tables/M01.json",
          "tables/M01.json-stat.json", "tables/M01.parquet", "tables/M01.px",
        ])
    }
  }

  @Test("has the same name and the same bytes whenever it is written")
  func deterministic() throws {
    try withFolder { folder in
      let left = folder.appending(path: "a")
      let right = folder.appending(path: "b")
      let id = try Market.write(into: left)
      #expect(try Market.write(into: right) == id)
      for path in try FileManager.default.subpathsOfDirectory(atPath: left.path)
      where [".json", ".csv", ".px", ".parquet"].contains(where: { path.hasSuffix($0) }) {
        let bytes = try Data(contentsOf: left.appending(path: path))
        let again = try Data(contentsOf: right.appending(path: path))
        #expect(bytes == again, "\(path)")
      }
    }
  }

  @Test("is named by its reference date and twelve letters")
  func name() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      #expect(id.description.hasPrefix("2024-06-01-"))
      #expect(id.digest.count == 12)
      #expect(id.digest.allSatisfy { ("a"..."p").contains($0) })
      #expect(ReleaseID(id.description) == id)
    }
  }

  @Test(
    "has a name that no path can imitate",
    arguments: [
      "", "current", "../2024-06-01-abcdefghijkl", "2024-06-01-abcdefghijkl/..",
      "2024-06-01-ABCDEFGHIJKL", "2024-06-01-abcdefghijkq", "2024-13-01-abcdefghijkl",
      "2024-06-01-abcdefghijk\u{0301}l",
    ])
  func badNames(text: String) {
    #expect(ReleaseID(text) == nil)
  }

  @Test("that exists is left as it is, and leftovers of a killed run disappear")
  func twice() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let manifest = folder.appending(path: "\(id)/release.json")
      let before = try FileManager.default.attributesOfItem(atPath: manifest.path)
      let leftover = folder.appending(path: ".draft-release/tables")
      try FileManager.default.createDirectory(at: leftover, withIntermediateDirectories: true)
      try Data("half".utf8).write(to: leftover.appending(path: "M01.csv"))

      #expect(try Market.write(into: folder) == id)
      let after = try FileManager.default.attributesOfItem(atPath: manifest.path)
      #expect(before[.modificationDate] as? Date == after[.modificationDate] as? Date)
      #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(names) == [".lock", "published", id.description])
    }
  }

  @Test("changes its name with any figure")
  func content() throws {
    try withFolder { folder in
      var changed = Market.table()
      changed.counts[7] = 31
      changed.values[0][7] = 31
      changed.counts[1] = 141
      changed.values[0][1] = 141
      let first = try Market.write(into: folder)
      #expect(try Market.write(into: folder, tables: [changed]) != first)
    }
  }

  @Test("never holds what was hidden")
  func hidden() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let base = folder.appending(path: id.description)
      for path in try FileManager.default.subpathsOfDirectory(atPath: base.path)
      where path != "tables" {
        let data = try Data(contentsOf: base.appending(path: path))
        #expect(!String(decoding: data, as: UTF8.self).contains("987"), "\(path)")
        guard path.hasSuffix(".cells") else { continue }
        let cells = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
        #expect(cells.contains { $0.isFinite } && cells.contains { $0.isNaN })
        for value in cells where value.isFinite {
          #expect(!"\(value)".contains("987"), "\(path)")
        }
      }
    }
  }

  @Test(
    "refuses names that would break an address or a spreadsheet",
    arguments: ["=1+1", "+31", "@x", "-1", " blank", "", "tab\t"])
  func codes(code: String) throws {
    var fruit = Market.fruit
    fruit.categories[2].code = code
    let table = Market.table(fruit: fruit)
    try withFolder { folder in
      #expect(throws: PublicationError.self) {
        try Market.write(into: folder, tables: [table])
      }
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect((names ?? []).isEmpty)
    }
  }

  @Test("says what is wrong with a time dimension of another name")
  func timeDimension() throws {
    var periods = Market.periods
    periods.id = "Jaar"
    let table = Market.table(periods: periods)
    try withFolder { folder in
      let error = #expect(throws: PublicationError.self) {
        try Market.write(into: folder, tables: [table])
      }
      #expect(
        error?.message == "Table M01: the time dimension must be called Perioden, not Jaar.")
    }
  }

  @Test("refuses two tables in one place")
  func twoOfOneName() throws {
    try withFolder { folder in
      let error = #expect(throws: PublicationError.self) {
        try Market.write(
          into: folder, tables: [Market.table(), Market.table("M02", slug: "Fruit")])
      }
      #expect(error?.message == "Two tables or schemes have the same slug: fruit.")
    }
  }
}
