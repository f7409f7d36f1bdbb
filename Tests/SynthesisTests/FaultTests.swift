import ChainPack
import Foundation
import InformationModel
import Synthesis
import TestSupport
import Testing

@Suite struct FaultTests {
  /// One clean and one faulty run, made once for all tests.
  struct Runs {
    let scratch: TemporaryFolder
    let clean: WrittenDeliveries
    let faulty: WrittenDeliveries
    let contract: Contract?

    init() throws {
      scratch = try TemporaryFolder()
      let pack = try SmallPack.write(into: scratch.url.appending(path: "pack"))
      clean = try WrittenDeliveries(
        pack: pack, into: scratch.url.appending(path: "clean"), scale: 3, faults: .none)
      faulty = try WrittenDeliveries(
        pack: pack, into: scratch.url.appending(path: "faulty"), scale: 3)
      contract = pack.contract("registry.entry")
    }
  }

  static let runs = Result { try Runs() }

  let clean: WrittenDeliveries
  let faulty: WrittenDeliveries
  let contract: Contract

  init() throws {
    let runs = try Self.runs.get()
    clean = runs.clean
    faulty = runs.faulty
    contract = try #require(runs.contract)
  }

  private var names: [String] { contract.columns.map(\.name) }

  private func column(_ name: String) throws -> Int { try #require(names.firstIndex(of: name)) }

  /// The cell that a ledger entry is about, in the text of the file.
  private func written(
    _ entry: WrittenDeliveries.Ledger, _ rows: [String: [[[UInt8]]]]
  ) throws -> String {
    let row = try #require(entry.row)
    let cells = try #require(rows[entry.delivery])[row - 1]
    return latin(cells[try column(entry.column)])
  }

  private func rowsByDelivery(_ deliveries: WrittenDeliveries) throws -> [String: [[[UInt8]]]] {
    var rows: [String: [[[UInt8]]]] = [:]
    for (folder, manifest) in deliveries.good("REG") {
      rows[manifest.leveringId] = try deliveries.rows(folder, "ENTRY.csv")
    }
    return rows
  }

  /// Every kind happens about as often as the plan says.
  @Test func ratesAreThoseOfThePlan() throws {
    let trueRows = Double(try #require(clean.summary.rows["registry.entry"]))
    let writtenRows = Double(try #require(faulty.summary.rows["registry.entry"]))
    let changesRows = ["V19", "V20", "V21", "V22", "V23"]
    // Shares of rows that have a value to be wrong.
    let shares: [String: (rate: Double, of: Double)] = [
      "V01": (0.08, 6.0 / 7), "V02": (0.05, 6.0 / 7), "V05": (0.05, 1), "V08": (0.05, 1),
      "V09": (0.05, 1), "V10": (0.3, 1), "V11": (0.05, 1), "V12": (0.04, 1), "V15": (0.04, 1),
      "V16": (0.03, 1), "V17": (0.04, 1), "V18": (0.05, 1), "V19": (0.04, 1), "V20": (0.04, 1),
      "V21": (0.06, 0.8), "V22": (0.08, 0.75), "V23": (0.04, 0.75),
    ]
    for (code, share) in shares.sorted(by: { $0.key < $1.key }) {
      let rows = changesRows.contains(code) ? trueRows : writtenRows
      let expected = share.rate * share.of * rows
      let found = Double(faulty.entries(code).count)
      // Several versions of a record share their fault, and faults stand in each other's way.
      #expect(abs(found - expected) < 0.3 * expected + 12, "\(code): \(found), not \(expected)")
    }
    let codes = Set(faulty.ledger.map(\.code))
    for number in 1...29 { #expect(codes.contains("V\(number < 10 ? "0" : "")\(number)")) }
    #expect(faulty.summary.faults.values.reduce(0, +) == faulty.ledger.count)
  }

  /// What the ledger says was written stands there, and it is not what is true.
  @Test func theLedgerIsInTheBytes() throws {
    let rows = try rowsByDelivery(faulty)
    var checked = 0
    let mojibake = Set(faulty.entries("V15").map { "\($0.delivery)/\($0.row ?? 0)" })
    let stray = Set(faulty.entries("V16").map { "\($0.delivery)/\($0.row ?? 0)" })
    for entry in faulty.ledger where entry.file == "ENTRY.csv" && !entry.column.isEmpty {
      guard entry.row != nil else { continue }
      let place = "\(entry.delivery)/\(entry.row ?? 0)"
      #expect(entry.writtenValue != entry.trueValue)
      if mojibake.contains(place) || stray.contains(place) { continue }
      let cell = try written(entry, rows)
      #expect(cell == entry.writtenValue || entry.writtenValue.contains("ı"), "\(entry)")
      checked += 1
    }
    #expect(checked > 500)
  }

  /// Put right by the ledger, every row is a row of the truth: no fault goes unrecorded.
  @Test func nothingElseIsWrong() throws {
    var truth: Set<[String]> = []
    func comparable(_ cells: [String]) throws -> [String] {
      // Versions come at other times; the prefix goes with the surname; a second unit has its own number.
      let left = try ["MUT", "MUTDAT", "PREFIX", "NR", "UNIT"].map(column)
      return cells.enumerated().filter { !left.contains($0.offset) }.map(\.element)
    }
    for (folder, _) in clean.good("REG") {
      for row in try clean.rows(folder, "ENTRY.csv") {
        truth.insert(try comparable(row.map(latin)))
      }
    }
    // Versions that another one overtook within a period are in no clean delivery.
    let everything = Set(
      truth.map { row in row.enumerated().filter { $0.offset != 12 }.map(\.element) })
    let changes = Dictionary(grouping: faulty.ledger) { "\($0.delivery)/\($0.row ?? 0)" }
    var compared = 0
    for (folder, manifest) in faulty.good("REG") {
      for (index, row) in try faulty.rows(folder, "ENTRY.csv").enumerated() {
        let entries = changes["\(manifest.leveringId)/\(index + 1)"] ?? []
        if entries.contains(where: { ["V15", "V16"].contains($0.code) }) { continue }
        #expect(row.count == names.count)
        var cells = row.map(latin)
        for entry in entries where !entry.column.isEmpty {
          cells[try column(entry.column)] = entry.trueValue.replacing("ı", with: "i")
        }
        var comparable = try comparable(cells)
        comparable.remove(at: 12)
        #expect(everything.contains(comparable), "\(cells)")
        compared += 1
      }
    }
    #expect(compared > 3000)
  }

  @Test func valuesAreWrongInTheirOwnWay() throws {
    func all(_ code: String, _ holds: (WrittenDeliveries.Ledger) -> Bool) {
      let entries = faulty.entries(code).filter { $0.row != nil }
      #expect(!entries.isEmpty)
      for entry in entries { #expect(holds(entry), "\(entry)") }
    }
    func differences(_ entry: WrittenDeliveries.Ledger) -> [Int] {
      zip(entry.trueValue, entry.writtenValue).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
    }
    all("V01") { $0.writtenValue.isEmpty && !$0.trueValue.isEmpty }
    all("V02") { differences($0).count == 1 && $0.writtenValue.count == 9 }
    all("V03") {
      let places = differences($0)
      return places.count == 2 && places[1] == places[0] + 1
        && $0.writtenValue.sorted() == $0.trueValue.sorted()
    }
    let numbers = Set((100..<197).map { "\(900_000_000 + $0 * 12347)" })
    all("V04") { numbers.contains($0.writtenValue) }
    all("V05") { abs($0.writtenValue.count - $0.trueValue.count) <= 1 }
    all("V06") {
      ["Yilmaz", "Muller", "de Groot", "Jose Luis", "J.L.", "A.M.", "P."].contains($0.writtenValue)
    }
    all("V07") {
      $0.writtenValue.hasPrefix("00-") && $0.writtenValue.suffix(4) == $0.trueValue.suffix(4)
    }
    all("V08") {
      let day = $0.trueValue.prefix(2)
      let month = $0.trueValue.dropFirst(3).prefix(2)
      return $0.writtenValue == "\(month)-\(day)-\($0.trueValue.suffix(4))"
    }
    all("V09") { ["ZZ", "9"].contains($0.writtenValue) }
    all("V10") {
      let true10 = $0.trueValue.dropFirst(7).prefix(10)
      return [
        "\(true10)", "PL\($0.trueValue.dropFirst(2).prefix(2))00 \(true10)-1",
      ].contains($0.writtenValue)
    }
    all("V11") { entry in
      let before = Double(entry.trueValue.replacing(",", with: ".")) ?? 0
      let after = Double(entry.writtenValue.replacing(",", with: ".")) ?? 0
      return [10, 100, -1].contains { abs(before * $0 - after) < 0.001 }
    }
    all("V12") {
      $0.writtenValue == "01-01-1900" || $0.writtenValue == "31-12-9999"
        || (Int($0.writtenValue.suffix(4)) ?? 0) > 2024
    }
    all("V17") { $0.writtenValue.wholeMatch(of: /.* 9\d{8}/) != nil }
    all("V20") { entry in
      entry.writtenValue.dropFirst(2).prefix(2) != entry.trueValue.dropFirst(2).prefix(2)
        && entry.writtenValue.dropFirst(11).hasPrefix("999")
    }
  }

  @Test func datesAreMovedAsAsked() throws {
    let rows = try rowsByDelivery(faulty)
    func date(_ text: some StringProtocol) throws -> CalendarDate {
      let parts = text.prefix(10).split(separator: "-").reversed()
      return try #require(CalendarDate(iso: parts.joined(separator: "-")))
    }
    let untouched = Set(
      faulty.ledger.filter { $0.code == "V12" }.map { "\($0.delivery)/\($0.row ?? 0)" })
    for entry in faulty.entries("V13")
    where !untouched.contains("\(entry.delivery)/\(entry.row ?? 0)") {
      let row = try #require(rows[entry.delivery])[try #require(entry.row) - 1]
      guard row.count == names.count else { continue }
      let happened = try date(latin(row[try column("HAPPENED")]))
      let days = happened.daysSinceEpoch - (try date(entry.writtenValue)).daysSinceEpoch
      #expect((1...20).contains(days))
    }
    for entry in faulty.entries("V14") {
      let days =
        (try date(entry.writtenValue)).daysSinceEpoch - (try date(entry.trueValue)).daysSinceEpoch
      #expect((1...30).contains(days))
    }
  }

  @Test func rowsAreDamagedAsWhole() throws {
    let rows = try rowsByDelivery(faulty)
    for entry in faulty.entries("V15") {
      let row = try #require(rows[entry.delivery])[try #require(entry.row) - 1]
      let text = latin(row.flatMap { $0 })
      #expect(text.contains("Ã") || text.contains("Ä"))
    }
    for entry in faulty.entries("V16") {
      let row = try #require(rows[entry.delivery])[try #require(entry.row) - 1]
      #expect(row.count == names.count + 1)
    }
    for entry in faulty.entries("V18") {
      let number = try #require(entry.row)
      let all = try #require(rows[entry.delivery])
      #expect(all[number - 1] == all[number - 2])
    }
    // UTF-16 cannot hold single bytes: the text is encoded twice.
    for entry in faulty.entries("V29") {
      let folder = try #require(
        faulty.manifests.first { $0.manifest.leveringId == entry.delivery }?.folder)
      let row = try faulty.rows(folder, "stay.tsv")[try #require(entry.row) - 1]
      #expect(String(decoding: row[2], as: UTF8.self) == "CuraÃ§ao")
    }
  }

  @Test func timeGoesWrongAndIsPutRight() throws {
    var histories: [String: [(period: Int, cells: [String])]] = [:]
    for (index, delivery) in faulty.good("REG").enumerated() {
      for row in try faulty.rows(delivery.folder, "ENTRY.csv") where row.count == names.count {
        histories["\(latin(row[0]))|\(latin(row[1]))", default: []].append((index, row.map(latin)))
      }
    }
    let labels = faulty.good("REG").map(\.manifest.verslagperiode)
    let ids = faulty.good("REG").map(\.manifest.leveringId)
    let mutation = try column("MUT")
    // Rows that cannot be read into columns are in no history.
    let unread = Set((faulty.entries("V15") + faulty.entries("V16")).map(\.key))
    for entry in faulty.entries("V21") where entry.row != nil && !unread.contains(entry.key) {
      let due = try #require(labels.firstIndex(of: entry.trueValue))
      let came = try #require(labels.firstIndex(of: entry.writtenValue))
      #expect((1...4).contains(came - due))
      #expect(histories[entry.key]?.first?.period == came)
      #expect(histories[entry.key]?.first?.cells[mutation] == "T")
    }
    #expect(faulty.entries("V21").contains { $0.row == nil && $0.delivery.isEmpty })
    for entry in faulty.entries("V22") where !unread.contains(entry.key) {
      let period = try #require(ids.firstIndex(of: entry.delivery))
      let history = try #require(histories[entry.key])
      #expect(history.first?.period == period)
      if period + 1 < ids.count {
        let next = try #require(history.first { $0.period > period })
        #expect(next.period == period + 1)
        #expect(next.cells[mutation] == "W")
      }
    }
    for entry in faulty.entries("V23") where !unread.contains(entry.key) {
      let period = try #require(ids.firstIndex(of: entry.delivery))
      let history = try #require(histories[entry.key])
      let marks = history.filter { $0.period == period }.map { $0.cells[mutation] }
      #expect(marks.allSatisfy { $0 == "T" })
      if period + 1 < ids.count {
        #expect(history.last?.period == period + 1)
        #expect(history.last?.cells[mutation] == "V")
      }
    }
  }

  /// A key that the generator made up belongs to nothing else.
  @Test func newKeysAreNobodyElses() throws {
    var trueKeys: Set<String> = []
    for (folder, _) in clean.good("REG") {
      for row in try clean.rows(folder, "ENTRY.csv") { trueKeys.insert(latin(row[0])) }
    }
    let made = ["V19", "V20", "V23"].flatMap { faulty.entries($0) }
    #expect(made.count > 100)
    for entry in made {
      #expect(!trueKeys.contains(String(entry.key.prefix { $0 != "|" })))
    }
    let owners = Dictionary(grouping: made, by: \.key).mapValues { Set($0.map(\.code)).count }
    #expect(owners.values.allSatisfy { $0 == 1 })
  }

  @Test func badDeliveriesComeBeforeGoodOnes() throws {
    let ids = Dictionary(
      uniqueKeysWithValues: faulty.manifests.map { ($0.manifest.leveringId, $0) })
    for code in ["V24", "V25", "V26", "V27", "V28", "V30"] {
      let entries = faulty.entries(code)
      #expect(!entries.isEmpty, "\(code)")
      for entry in entries {
        let bad = try #require(ids[entry.delivery])
        let period = bad.folder.dropLast(4)
        let good = try #require(
          faulty.good(entry.organisation).first { $0.folder.hasPrefix(period) })
        #expect(bad.folder < good.folder)
        let file = try #require(bad.manifest.bestanden.first { $0.naam == entry.file })
        let bytes = (try? faulty.bytes(bad.folder, entry.file)) ?? []
        let digest = bytes.isEmpty ? "" : sha256(bytes)
        switch code {
        case "V24":
          let goodFile = try #require(good.manifest.bestanden.first { $0.naam == entry.file })
          #expect(digest == file.sha256 && file.sha256 == goodFile.sha256)
          #expect(file.controletotalen[entry.column] == entry.writtenValue)
          #expect(goodFile.controletotalen[entry.column] == entry.trueValue)
        case "V25", "V28", "V30":
          #expect(digest == file.sha256)
          #expect(bytes != (try faulty.bytes(good.folder, entry.file)))
        case "V26": #expect(digest != file.sha256)
        default:
          let again = try #require(ids[entry.trueValue])
          #expect(again.manifest.bestanden.map(\.sha256) == bad.manifest.bestanden.map(\.sha256))
          #expect(again.folder < bad.folder)
        }
      }
    }
  }

  @Test func driftedFilesAreWholeButOfAnotherSchema() throws {
    for entry in faulty.entries("V28") {
      let folder = try #require(
        faulty.manifests.first { $0.manifest.leveringId == entry.delivery }?.folder)
      let bytes = try faulty.bytes(folder, "stay.tsv")
      let units = stride(from: 2, to: bytes.count, by: 2).map {
        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
      }
      let text = String(decoding: units, as: UTF16.self)
      let lines = text.split(separator: "\r\n")
      let fields = Set(
        lines.dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false).count })
      #expect(fields == [entry.trueValue.isEmpty ? 6 : 5])
      #expect(lines[1].contains(entry.writtenValue))
    }
  }

  @Test func everyObjectOfADriftedFileHasOneFieldMore() throws {
    let entries = faulty.entries("V30")
    #expect(!entries.isEmpty)
    for entry in entries {
      let folder = try #require(
        faulty.manifests.first { $0.manifest.leveringId == entry.delivery }?.folder)
      let lines = try faulty.bytes(folder, "events.jsonl").split(separator: 0x0A)
      #expect(!lines.isEmpty)
      for line in lines {
        let fields = try #require(
          try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(fields[entry.writtenValue] as? String == "")
        #expect(fields["zaak"] != nil)
      }
    }
  }
}
