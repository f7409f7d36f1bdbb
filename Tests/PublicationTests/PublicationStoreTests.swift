import Crypto
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
        let current = try store.currentID()
        #expect(releases.isEmpty)
        #expect(current == nil)
      }
    }
  }

  @Test("gives back what was written")
  func roundTrip() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let release = try PublicationStore(directory: folder).release(id)
      #expect(release.id == id)
      #expect(release.chain == Market.chain)
      #expect(release.schemes == Market.schemes)
      let table = try #require(try release.allTables().first)
      #expect(table.description.slug == "fruit")
      #expect(table.dimensions == [Market.fruit, Market.periods])
      #expect(table.cell(3, measure: 0) == .value(70))
      #expect(table.cell(4, measure: 0) == .confidential)
      #expect(table.cell(6, measure: 1) == .impossible)
      #expect(table.status == .provisional)
      #expect(release.file(table: "M99", format: .csv) == nil)
      #expect(release.file(table: "../M01", format: .csv) == nil)
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
      let current = folder.appending(path: "current")
      try Data("\(old)\n".utf8).write(to: current)
      #expect(try store.currentID() == old)
      try FileManager.default.removeItem(at: current)
      #expect(try store.currentID() == new)
    }
  }

  @Test("shows of one date what was published last, also when it was published before")
  func order() throws {
    try withFolder { folder in
      var changed = Market.table()
      changed.description.summary = Market.text("Andere woorden.")
      let store = PublicationStore(directory: folder)
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, tables: [changed])
      #expect(try store.releases() == [second, first])
      #expect(try Market.write(into: folder) == first)
      #expect(try store.releases() == [first, second])

      // A copy has the times of the copying, here in the other order.
      for (id, age) in [(first, 200.0), (second, 100)] {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -age)],
          ofItemAtPath: folder.appending(path: "\(id)/release.json").path)
      }
      #expect(try store.currentID() == first)
    }
  }

  @Test("puts releases of which nothing tells when they were published before the others")
  func unknownOrder() throws {
    try withFolder { folder in
      var changed = Market.table()
      changed.description.summary = Market.text("Andere woorden.")
      let first = try Market.write(into: folder)
      try FileManager.default.removeItem(at: folder.appending(path: "published"))
      let second = try Market.write(into: folder, tables: [changed])
      #expect(try PublicationStore(directory: folder).releases() == [second, first])
    }
  }

  @Test("refuses a release of another layout by its layout, not as damaged bytes")
  func layout() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let file = folder.appending(path: "\(id)/release.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      let old = Data("{\"format\":\"keten-release-a\"}\n".utf8)
      #expect(text.contains("\"format\":\"keten-release-c\""))
      // The folder of an older program: named by the digest of its own bytes.
      let digest = SHA256.hash(data: old).prefix(6).flatMap { [$0 >> 4, $0 & 15] }
        .map { String(UnicodeScalar(UInt8(ascii: "a") + $0)) }.joined()
      let name = try #require(ReleaseID("2024-06-01-\(digest)"))
      let place = folder.appending(path: name.description)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try old.write(to: place.appending(path: "release.json"))
      let error = #expect(throws: PublicationError.self) {
        try PublicationStore(directory: folder).release(name)
      }
      #expect(
        error?.message
          == "Release \(name) has the layout keten-release-a, which this program does not know; "
          + "publish again.")
    }
  }

  @Test("says so when the named release is not there")
  func unknownCurrent() throws {
    try withFolder { folder in
      _ = try Market.write(into: folder)
      try Data("2020-01-01-abcdefghijkl\n".utf8).write(to: folder.appending(path: "current"))
      let error = #expect(throws: PublicationError.self) {
        try PublicationStore(directory: folder).currentID()
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
        try PublicationStore(directory: folder).release(id)
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
        try PublicationStore(directory: folder).release(id)
      }
      #expect(
        error?.message
          == "Release \(id) is damaged: tables/M01.csv: it cannot be read. "
          + "Remove the release's folder and publish again.")
    }
  }
}
