import Foundation
import InformationModel
import Publication
import TestSupport
import Testing

@Suite("What was published")
struct PublicationLogTests {
  private let moment = Moment(secondsSinceEpoch: 1_727_764_200)

  private func later(_ seconds: Int64) -> Moment {
    Moment(secondsSinceEpoch: moment.secondsSinceEpoch + seconds)
  }

  private func log(of folder: URL) -> URL { folder.appending(path: "published") }

  private func lines(of folder: URL) throws -> [String] {
    try String(contentsOf: log(of: folder), encoding: .utf8).components(separatedBy: "\n")
  }

  /// What somebody sees of it at a moment: every way to ask must say the same.
  private func seen(_ folder: URL, at moment: Moment, among all: [ReleaseID]) throws -> [ReleaseID]
  {
    let store = PublicationStore(directory: folder).seen { moment }
    let releases = try store.releases()
    #expect(Set(try store.entries().map(\.release)) == Set(releases))
    #expect(try store.currentID() == releases.first)
    for id in all {
      if releases.contains(id) {
        #expect(try store.release(id).id == id)
      } else {
        let error = #expect(throws: PublicationError.self) { try store.release(id) }
        #expect(error == PublicationError(.unknown, "There is no release \(id)."))
      }
    }
    return releases
  }

  @Test("is seen by nobody before its moment and by everybody from then on, to the second")
  func embargo() throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01", moment: moment)
      let all = [first, second]
      for seconds: Int64 in [-1_000_000_000, -86_400, -1] {
        #expect(try seen(folder, at: later(seconds), among: all) == [first], "\(seconds)")
      }
      for seconds: Int64 in [0, 1, 1_000_000_000] {
        #expect(try seen(folder, at: later(seconds), among: all) == [second, first], "\(seconds)")
      }
      // Those who make releases see all of them.
      #expect(try PublicationStore(directory: folder).releases() == [second, first])
      #expect(try PublicationStore(directory: folder).currentID() == second)
    }
  }

  @Test("is nothing while the only release is planned")
  func onlyPlanned() throws {
    try withFolder { folder in
      let id = try Market.write(into: folder, moment: moment)
      #expect(try seen(folder, at: later(-1), among: [id]).isEmpty)
      #expect(try seen(folder, at: moment, among: [id]) == [id])
    }
  }

  @Test("follows a clock, without being read anew")
  func clock() throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01", moment: moment)
      let third = try Market.write(into: folder, date: "2024-12-01", moment: later(60))
      for seconds in -2...62 as ClosedRange<Int64> {
        let expected =
          seconds < 0 ? [first] : seconds < 60 ? [second, first] : [third, second, first]
        #expect(
          try PublicationStore(directory: folder).seen { later(seconds) }.releases() == expected)
      }
    }
  }

  @Test("may not be a planned release by its name either")
  func namedBeforeItsMoment() throws {
    try withFolder { folder in
      _ = try Market.write(into: folder)
      let planned = try Market.write(into: folder, date: "2024-09-01", moment: moment)
      try Data("\(planned)\n".utf8).write(to: folder.appending(path: "current"))
      let store = PublicationStore(directory: folder)
      let error = #expect(throws: PublicationError.self) {
        try store.seen { later(-1) }.currentID()
      }
      #expect(error?.code == .unknown)
      #expect(try store.seen { moment }.currentID() == planned)
    }
  }

  @Test("keeps moment and reason, in the order of publishing")
  func entries() throws {
    try withFolder { folder in
      let reason = Market.text("Eén kist te veel geteld; \"peren\" & <kersen>", "One too many")
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01", moment: moment)
      let third = try Market.write(into: folder, date: "2023-09-01", reason: reason)
      let fourth = try Market.write(
        into: folder, date: "2024-03-01", moment: later(-60), reason: reason)
      let entries = try PublicationStore(directory: folder).entries()
      #expect(entries.map(\.release) == [first, second, third, fourth])
      #expect(entries.map(\.moment) == [nil, moment, nil, later(-60)])
      #expect(entries.map(\.reason) == [nil, nil, reason, reason])
      #expect(
        try lines(of: folder) == [
          "\(first)", "\(second)\t2024-10-01T06:30:00Z",
          "\(third)\t\t\(reason.nl)\t\(reason.en)",
          "\(fourth)\t2024-10-01T06:29:00Z\t\(reason.nl)\t\(reason.en)", "",
        ])
    }
  }

  @Test(
    "keeps a reason on its line, whatever stands in it",
    arguments: [
      "tab\there", "line\nbreak", "line\r\nbreak", "\n\n\tbefore and after\t\r\n",
      "separator\u{2028}of lines\u{2029}and \u{85}others\u{B}\u{C}", "2024-06-01-abcdefghijkl",
      "x\n2024-06-01-abcdefghijkl\t2000-01-01T00:00:00Z\tnl\ten",
    ])
  func reasonOfLines(text: String) throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(
        into: folder, date: "2024-09-01", moment: moment,
        reason: LocalizedText(nl: text, en: "en \(text)"))
      #expect(try lines(of: folder).count == 3)
      let entries = try PublicationStore(directory: folder).entries()
      #expect(entries.map(\.release) == [first, second])
      #expect(entries.last?.moment == moment)
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(entries.last?.reason == LocalizedText(nl: words, en: "en \(words)"))
      // Another release does not change what was read.
      _ = try Market.write(into: folder, date: "2024-12-01")
      #expect(Array(try PublicationStore(directory: folder).entries().prefix(2)) == entries)
    }
  }

  @Test("was written as names alone before, and is read all the same")
  func namesAlone() throws {
    try withFolder { folder in
      let ids = try ["2024-06-01", "2024-09-01", "2024-03-01"].map {
        try Market.write(into: folder, date: $0)
      }
      for end in ["\n", "\r\n"] {
        let text = [ids[2], ids[0], ids[1]].map { "\($0)\(end)" }.joined()
        try Data(text.utf8).write(to: log(of: folder))
        let entries = try PublicationStore(directory: folder).entries()
        #expect(entries.map(\.release) == [ids[2], ids[0], ids[1]])
        #expect(entries.allSatisfy { $0.moment == nil && $0.reason == nil })
        #expect(try seen(folder, at: later(0), among: ids) == [ids[1], ids[0], ids[2]])
      }
      // One more goes behind them.
      let last = try Market.write(into: folder, date: "2022-09-01", moment: moment)
      #expect(
        try PublicationStore(directory: folder).entries().map(\.release)
          == [ids[2], ids[0], ids[1], last])
    }
  }

  @Test("again stands last, with the moment and the reason of the last time")
  func again() throws {
    try withFolder { folder in
      let store = PublicationStore(directory: folder)
      let first = try Market.write(into: folder, moment: moment)
      var changed = Market.table()
      changed.description.summary = Market.text("Andere woorden.")
      let second = try Market.write(into: folder, tables: [changed])
      #expect(try store.entries().map(\.release) == [first, second])
      let reason = Market.text("Toch weer zo", "As before")
      #expect(try Market.write(into: folder, moment: later(60), reason: reason) == first)
      let entries = try store.entries()
      #expect(entries.map(\.release) == [second, first])
      #expect(entries.last?.moment == later(60))
      #expect(entries.last?.reason == reason)
      #expect(try lines(of: folder).count == 3)
      #expect(try seen(folder, at: later(59), among: [first, second]) == [second])
      #expect(try seen(folder, at: later(60), among: [first, second]) == [first, second])
      // The same once more changes nothing.
      let bytes = try Data(contentsOf: log(of: folder))
      #expect(try Market.write(into: folder, moment: later(60), reason: reason) == first)
      #expect(try Data(contentsOf: log(of: folder)) == bytes)
    }
  }

  @Test("forgets a release whose folder is gone")
  func removed() throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01")
      try FileManager.default.removeItem(at: folder.appending(path: first.description))
      #expect(try PublicationStore(directory: folder).entries().map(\.release) == [second])
      let third = try Market.write(into: folder, date: "2024-12-01")
      #expect(try lines(of: folder) == ["\(second)", "\(third)", ""])
    }
  }

  @Test("is not what stands in lines that name no release")
  func unknownLines() throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01")
      let text = """
        # what was published
        \(second)x
        2024-09-01-abcdefghijkl\t2000-01-01T00:00:00Z
        \t\(first)\t2999-01-01T00:00:00Z
        ../\(first)
        \(first)

        2024-99-01-abcdefghijkl
         \(second)
        \(second)\t\tAlleen Nederlands
        \u{0}\u{1F552}\t\t\t

        """
      try Data(text.utf8).write(to: log(of: folder))
      let entries = try PublicationStore(directory: folder).entries()
      #expect(entries.map(\.release) == [first, second])
      #expect(entries.allSatisfy { $0.moment == nil && $0.reason == nil })
      #expect(try seen(folder, at: moment, among: [first, second]) == [second, first])
    }
  }

  @Test("survives bytes that are no text")
  func noText() throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01", moment: moment)
      let bytes = try Data(contentsOf: log(of: folder))
      try (Data([0xFF, 0xFE, 0x0A, 0xC3, 0x0A]) + bytes).write(to: log(of: folder))
      #expect(try seen(folder, at: later(-1), among: [first, second]) == [first])
    }
  }

  /// Whoever cannot tell when a release may be seen does not show it.
  @Test(
    "is not shown where its moment cannot be read",
    arguments: ["2024-10-01", "2024-10-01T06:30:00", "10000-01-01T00:00:00Z", "later", " "])
  func unreadableMoment(text: String) throws {
    try withFolder { folder in
      let first = try Market.write(into: folder)
      let second = try Market.write(into: folder, date: "2024-09-01", moment: moment)
      try Data("\(first)\n\(second)\t\(text)\n".utf8).write(to: log(of: folder))
      #expect(try seen(folder, at: later(0), among: [first, second]) == [first])
    }
  }
}
