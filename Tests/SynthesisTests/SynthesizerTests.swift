import ChainPack
import Foundation
import Glibc
import InformationModel
import Synthesis
import TestSupport
import Testing
import Warehouse

@Suite struct SynthesizerTests {
  let scratch: TemporaryFolder
  let pack: ChainPack

  init() throws {
    scratch = try TemporaryFolder()
    pack = try SmallPack.write(into: scratch.url.appending(path: "pack"))
  }

  private func run(
    _ name: String, faults: Synthesizer.Options.Faults = .default, scale: Double = 1,
    threads: Int? = nil
  ) throws -> WrittenDeliveries {
    try WrittenDeliveries(
      pack: pack, into: scratch.url.appending(path: name), scale: scale, faults: faults,
      threads: threads)
  }

  private func digests(_ root: URL) throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: files(below: root).map {
        ($0, try StoredFile.digest(of: root.appending(path: $0)))
      })
  }

  // MARK: The whole

  @Test func theNumberOfThreadsChangesNothing() throws {
    let one = try run("one", faults: .heavy, scale: 4, threads: 1)
    let two = try run("two", faults: .heavy, scale: 4, threads: 2)
    let digestsOfOne = try digests(one.root)
    #expect(digestsOfOne.count > 30)
    #expect(try digests(two.root) == digestsOfOne)
    #expect(one.summary == two.summary)
  }

  @Test func anotherSeedChangesEverything() throws {
    let one = try run("one")
    let other = try WrittenDeliveries(
      pack: pack, into: scratch.url.appending(path: "other"), seed: 8)
    let digestsOfOne = try digests(one.root)
    let same = try digests(other.root).filter { digestsOfOne[$0.key] == $0.value }
    #expect(same.keys.allSatisfy { $0.hasPrefix("_truth") })
  }

  @Test func aDestinationInUseIsRefused() throws {
    let target = scratch.url.appending(path: "used")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: target.appending(path: "mine.txt"))
    #expect(throws: SynthesisError.self) { try run("used") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == ["mine.txt"])
  }

  @Test func anEmptyDestinationIsTaken() throws {
    let target = scratch.url.appending(path: "empty")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    #expect(try run("empty").summary.deliveries >= 16)
  }

  @Test func whatFailsLeavesNothing() throws {
    let broken = try SmallPack.write(
      into: scratch.url.appending(path: "broken"),
      changed: ["synthesis/golden/things.sql": "SELECT nothing FROM {truth.thing}"])
    let options = Synthesizer.Options(seed: 1, scale: 1, fromYear: 2022, toYear: 2022)
    let place = scratch.url.appending(path: "place")
    let target = place.appending(path: "out")
    let error = #expect(throws: EngineError.self) {
      try Synthesizer(pack: broken, options: options).run(into: target)
    }
    #expect(error?.description.contains("synthesis/golden/things.sql") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
  }

  /// While it is being written there is only a folder that no one takes for a set of deliveries.
  @Test func nothingHasItsNameBeforeTheEnd() throws {
    let place = scratch.url.appending(path: "place")
    let target = place.appending(path: "out")
    var seen: Set<String> = []
    let options = Synthesizer.Options(seed: 1, scale: 1, fromYear: 2022, toYear: 2022)
    _ = try Synthesizer(pack: pack, options: options).run(into: target) { _ in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      seen.formUnion(names)
    }
    #expect(seen.allSatisfy { $0.hasPrefix(StoredFile.temporaryPrefix) })
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["out"])
  }

  @Test func whatAKilledRunLeftIsGoneAfterTheNext() throws {
    let place = scratch.url.appending(path: "place")
    let left = place.appending(path: StoredFile.temporaryPrefix + "out/REG_2022K1/ENTRY.csv")
    try writeFile(Data("half".utf8), to: left)
    _ = try WrittenDeliveries(pack: pack, into: place.appending(path: "out"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["out"])
    #expect(!files(below: place).contains { $0.contains("REG_2022K1/") })
  }

  @Test func twoRunsDoNotWriteTheSameFolder() throws {
    let place = scratch.url.appending(path: "place")
    let draft = place.appending(path: StoredFile.temporaryPrefix + "out/theirs.csv")
    try writeFile(Data("half".utf8), to: draft)
    let descriptor = open(draft.deletingLastPathComponent().path, O_RDONLY)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(
      #expect(throws: SynthesisError.self) {
        try WrittenDeliveries(pack: pack, into: place.appending(path: "out"))
      }?.description == "another command is making out; wait until it is done")
    #expect(files(below: place) == [StoredFile.temporaryPrefix + "out/theirs.csv"])
  }

  /// An empty file of a dialect without header has no byte that could be cut.
  @Test func aFileWithoutBytesIsTruncatedToo() throws {
    let empty = try SmallPack.write(
      into: scratch.url.appending(path: "none"),
      faults: "  - {code: X, kind: truncated, file: court.event, rate: 1, expect: reject}",
      changed: [
        "synthesis/files/court.event.sql": (SmallPack.files["court.event"] ?? "") + " WHERE false"
      ])
    for seed in 1...4 {
      let written = try WrittenDeliveries(
        pack: empty, into: scratch.url.appending(path: "empty-\(seed)"), seed: UInt64(seed))
      let cut = written.entries("X")
      #expect(!cut.isEmpty)
      #expect(cut.allSatisfy { $0.trueValue == "0 bytes" && $0.writtenValue == "no file" })
    }
  }

  @Test func mistakesInThePackAreNamed() throws {
    func message(_ changed: [String: String], faults: String = "  []") throws -> String {
      let folder = scratch.url.appending(path: "wrong-\(UUID())")
      let wrong = try SmallPack.write(into: folder, faults: faults, changed: changed)
      let options = Synthesizer.Options(seed: 1, scale: 1, fromYear: 2022, toYear: 2022)
      do {
        _ = try Synthesizer(pack: wrong, options: options).run(
          into: scratch.url.appending(path: "out-\(UUID())"))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      try message(["synthesis/truth/thing.sql": "SELECT {parameter.thing} AS thing_id"])
        .contains("did you mean {parameter.things}"))
    #expect(
      try message(["synthesis/truth/thing.sql": "SELECT 1 AS thing_id FROM range(2)"])
        .contains("every row needs its own"))
    #expect(
      try message(["synthesis/files/court.roll.sql": "SELECT 1 AS _id, 'x' AS nr"])
        .contains("does not give naam, dag, n, _person, _known"))
    #expect(
      try message(
        [:], faults: "  - {code: X, kind: before, file: court.roll, columns: [dag], rate: 1}"
      )
      .contains("before needs column:"))
    #expect(
      try message([:], faults: "  - {code: X, kind: withdrawn, file: court.roll, key: nr, rate: 1}")
        .contains("nothing can be withdrawn"))
  }

  // MARK: Deliveries and manifests

  @Test func manifestsTellTheTruth() throws {
    let written = try run("out")
    let bad = Set(written.ledger.filter { $0.row == nil }.map(\.delivery))
    for (folder, manifest) in written.manifests where !bad.contains(manifest.leveringId) {
      #expect(manifest.chain == "small")
      #expect(UUID(uuidString: manifest.leveringId) != nil)
      #expect(manifest.bestanden.count == (manifest.bron == "REG" ? 1 : 3))
      for file in manifest.bestanden {
        let bytes = try written.bytes(folder, file.naam)
        #expect(bytes.count == file.bytes)
        #expect(sha256(bytes) == file.sha256)
      }
    }
    let first = try #require(written.good("REG").first)
    #expect(first.manifest.soort == "INITIEEL")
    #expect(first.manifest.verslagperiode == "2022K1")
    #expect(first.manifest.peildatum == "2022-04-10T00:00:00")
    #expect(written.good("REG").dropFirst().allSatisfy { $0.manifest.soort == "MUTATIE" })
    #expect(written.good("REG").count == 8)
    #expect(Set(written.manifests.map(\.manifest.leveringId)).count == written.manifests.count)
    #expect(written.summary.deliveries == written.manifests.count)
  }

  @Test func controlTotalsAreTheSumsOfWhatIsWritten() throws {
    let clean = try run("clean", faults: .none)
    for (folder, manifest) in clean.good("REG") {
      let rows = try clean.rows(folder, "ENTRY.csv").map { $0.map(latin) }
      #expect(rows.count == manifest.bestanden[0].rijen)
      let cents = rows.reduce(0) { $0 + (Int($1[13].replacing(",", with: "")) ?? 0) }
      let times = rows.reduce(0) { $0 + (Int($1[14]) ?? 0) }
      let sign = cents < 0 ? "-" : ""
      let digits = "\(abs(cents) / 100).\(abs(cents) % 100 < 10 ? "0" : "")\(abs(cents) % 100)"
      #expect(
        manifest.bestanden[0].controletotalen == ["AMOUNT": sign + digits, "TIMES": "\(times)"])
    }
    // A value that is no number leaves its column without a sum.
    let odd = try SmallPack.write(
      into: scratch.url.appending(path: "odd"),
      faults:
        "  - {code: X, kind: replace, file: registry.entry, columns: [TIMES], rate: 1, with: [x]}")
    let written = try WrittenDeliveries(pack: odd, into: scratch.url.appending(path: "odd-out"))
    #expect(
      written.good("REG").allSatisfy {
        Array($0.manifest.bestanden[0].controletotalen.keys) == ["AMOUNT"]
      })
  }

  @Test func dialectsAreThoseOfTheContracts() throws {
    let clean = try run("clean", faults: .none)
    let entry = latin(try clean.bytes("REG_2022K1_001", "ENTRY.csv"))
    #expect(entry.hasPrefix("NR;SEQ;UNIT;CODE;REF;NOTE;BSN;"))
    #expect(entry.contains("\r\n") && entry.hasSuffix("\r\n"))
    // Windows-1252 has ü and é, but no ı.
    #expect(
      entry.contains(";Müller;") && entry.contains(";José Luis;") && entry.contains(";Yilmaz;"))
    #expect(entry.contains(";\"say \"\"so\"\"; or not\";"))
    #expect(entry.contains(";-12,50;1;N;T;"))
    #expect(entry.wholeMatch(of: /(?s).*;\d\d-\d\d-2022;\d\d-\d\d-2022 \d\d:\d\d;.*/) != nil)

    let stay = try clean.bytes("CRT_2022K2_001", "stay.tsv")
    #expect(Array(stay.prefix(4)) == [0xFF, 0xFE, 0x56, 0x00])
    let rows = try clean.rows("CRT_2022K2_001", "stay.tsv").map {
      $0.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(rows.contains { $0[2] == "Curaçao" && $0[3] == "Nieuw" })
    #expect(rows.contains { $0[1].hasSuffix("-mei-2022") && $0[1] == $0[4] })

    let events = String(decoding: try clean.bytes("CRT_2022K2_001", "events.jsonl"), as: UTF8.self)
    let lines = events.split(separator: "\n")
    #expect(
      lines.count
        == clean.good("CRT")[1].manifest.bestanden.first { $0.naam == "events.jsonl" }?.rijen)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let zaak = object?["zaak"] as? [String: Any]
      #expect(zaak?["nummer"] is String)
      #expect(object?["bedrag"] is NSNumber)
    }

    let roll = try clean.bytes("CRT_2022K2_001", "ROLL.dat")
    for line in roll.split(separator: 0x0A) {
      #expect(line.count == 33)
      #expect(latin(Array(line.dropFirst(8).prefix(12))) == "Ænne É      ")
    }
  }

  @Test func rowsComeWhenTheyAreKnownAndOnce() throws {
    let clean = try run("clean", faults: .none)
    #expect(try clean.rows(ofTruth: "Thing.thing").rowCount == 1000)
    var state: [String: String] = [:]
    var isFirst = true
    for (folder, manifest) in clean.good("REG") {
      let period = try #require(Period(manifest.verslagperiode))
      var keys: [String] = []
      for row in try clean.rows(folder, "ENTRY.csv").map({ $0.map(latin) }) {
        let key = "\(row[0])|\(row[1])"
        keys.append(key)
        #expect(row[16] == (state[key] == nil ? "T" : "W"))
        state[key] = row[14]
        let day = row[17].split(separator: " ")[0].split(separator: "-").reversed()
        let known = try #require(CalendarDate(iso: day.joined(separator: "-")))
        #expect(known <= period.lastDay && (isFirst || known >= period.firstDay))
      }
      #expect(keys == keys.sorted() && Set(keys).count == keys.count)
      isFirst = false
    }
    #expect(state.count == 1000)
    #expect(clean.ledger.isEmpty)
    let golden = try clean.truth("golden/things.csv")
    #expect(golden.header == ["year", "things"])
    #expect(golden.rows.compactMap { Int($0[1]) }.reduce(0, +) == 1000)
  }

  @Test func everyRowIsOnTheMap() throws {
    let written = try run("out")
    let map = try written.truth("rowmap.csv")
    #expect(map.rows.count == written.summary.rows.values.reduce(0, +))
    let ids = try written.rows(ofTruth: "Thing.thing").integers("thing_id").compactMap { $0 }
    #expect(ids == ids.sorted() && Set(ids).count == ids.count)
    let things = Set(ids.map { "\($0)" })
    var numbers: [String: Int] = [:]
    for row in map.rows {
      let file = "\(row[1])/\(row[2])/\(row[3])"
      numbers[file, default: 0] += 1
      #expect(row[4] == "\(numbers[file] ?? 0)")
      #expect(row[7].isEmpty || things.contains(row[7]))
    }
    let invented = Set(written.entries("V23").map(\.key))
    #expect(!invented.isEmpty)
    #expect(Set(map.rows.filter { $0[7].isEmpty }.map { $0[5] }) == invented)
  }
}
