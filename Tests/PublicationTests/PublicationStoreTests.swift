import Foundation
import InformationModel
import Publication
import TestSupport
import Testing

@Suite("The publication store")
struct PublicationStoreTests {
  @Test("of an absent or empty folder has no release")
  func empty() throws {
    try withFolder { folder in
      for directory in [folder, folder.appending(path: "absent")] {
        let store = PublicationStore(directory: directory)
        let releases = try store.releases()
        let current = try store.current()
        #expect(releases.isEmpty)
        #expect(current == nil)
      }
    }
  }

  @Test("gives back what was written")
  func roundTrip() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let release = try #require(try PublicationStore(directory: folder).current())
      #expect(release.id == id)
      #expect(release.chain == Market.chain)
      #expect(release.schemes == Market.schemes)
      let table = try #require(try release.table(slug: "fruit"))
      #expect(table.dimensions == [Market.fruit, Market.periods])
      #expect(table.cell(3, measure: 0) == .value(70))
      #expect(table.cell(4, measure: 0) == .confidential)
      #expect(table.cell(6, measure: 1) == .impossible)
      #expect(table.status == .provisional)
      #expect(try release.table(id: "M99") == nil)
      #expect(try release.file(table: "../M01", format: .csv) == nil)
    }
  }

  @Test("shows the newest reference date, unless another release is named")
  func current() throws {
    try withFolder { folder in
      let new = try Market.write(into: folder, date: "2024-06-01")
      let old = try Market.write(into: folder, date: "2023-06-01")
      let store = PublicationStore(directory: folder)
      #expect(try store.releases() == [new, old])
      #expect(try store.currentID() == new)
      try store.show(old)
      #expect(try store.currentID() == old)
      #expect(try PublicationStore(directory: folder).current()?.id == old)
      try store.show(nil)
      #expect(try store.currentID() == new)
    }
  }

  @Test("says so when the named release is not there")
  func unknownCurrent() throws {
    try withFolder { folder in
      _ = try Market.write(into: folder)
      try Data("2020-01-01-abcdefghijkl\n".utf8).write(to: folder.appending(path: "current"))
      let error = #expect(throws: PublicationError.self) {
        try PublicationStore(directory: folder).current()
      }
      #expect(
        error?.message
          == "The file current names “2020-01-01-abcdefghijkl”, and there is no such release.")
    }
  }

  @Test(
    "refuses a release of which one byte differs, and names the file",
    arguments: ["release.json", "concepts.json", "tables/M01.csv", "tables/M01.json"])
  func damaged(path: String) throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let file = folder.appending(path: "\(id)/\(path)")
      var data = try Data(contentsOf: file)
      data[data.count / 2] ^= 1
      try data.write(to: file)
      let error = #expect(throws: PublicationError.self) {
        try PublicationStore(directory: folder).current()
      }
      #expect(error?.code == .damaged)
      #expect(error?.message.contains(": \(path): ") == true)
    }
  }

  @Test("refuses a release of which a file is gone")
  func absent() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      try FileManager.default.removeItem(at: folder.appending(path: "\(id)/tables/M01.csv"))
      let error = #expect(throws: PublicationError.self) {
        try PublicationStore(directory: folder).current()
      }
      #expect(
        error?.message
          == "Release \(id) is damaged: tables/M01.csv: it cannot be read. "
          + "Remove the release's folder and publish again.")
    }
  }
}
