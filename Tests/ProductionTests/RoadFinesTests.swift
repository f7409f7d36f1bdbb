import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Publication
import TestSupport
import Testing
import Warehouse

/// The real chain: every published figure is counted again here, row by row, from the files as they were delivered.
@Suite struct RoadFinesTests {
  private static let data = packageFolder.deletingLastPathComponent()
    .appending(path: "shared/data/road-fines")

  private struct Event {
    var fine: String
    var activity: String
    var date: CalendarDate
    var order: Int
    var row: Int
    var vehicleClass: String
    var cents: Int
  }

  /// The slow, obvious way: unpack with gzip, split at commas (the data hold no quotes), one value per event.
  private func events() throws -> [Event] {
    var events: [Event] = []
    for (order, organisation) in ["police", "treasury", "prefecture", "court", "collection"]
      .enumerated()
    {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = [
        "-c", "gzip -dc '\(Self.data.path)/\(organisation).csv.gz'",
      ]
      process.standardOutput = pipe
      try process.run()
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      let lines = text.split(whereSeparator: \.isNewline)
      let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
      let vehicle = header.firstIndex(of: "vehicleClass")
      let amount = header.firstIndex(of: "amount")
      for (row, line) in lines.dropFirst().enumerated() {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        let euros = amount.flatMap { Double(fields[$0]) } ?? 0
        events.append(
          Event(
            fine: String(fields[0]), activity: String(fields[1]),
            date: try #require(CalendarDate(iso: fields[2])), order: order, row: row,
            vehicleClass: vehicle.map { String(fields[$0]) } ?? "",
            cents: Int((euros * 100).rounded())))
      }
    }
    return events
  }

  /// Published values by `dimension codes/measure`; hidden ones are left out.
  private func published(_ release: URL, _ product: String) throws -> (
    values: [String: Double], hidden: Int
  ) {
    let table = CSVTable(
      Array(try Data(contentsOf: release.appending(path: "tables/\(product).csv"))))
    var values: [String: Double] = [:]
    var hidden = 0
    for row in table.rows {
      let count = row.count
      let key = row[0..<(count - 2)].joined(separator: "/")
      if let value = Double(row[count - 2]) {
        values[key] = value
      } else if row[count - 1] == "Confidential" {
        hidden += 1
      }
    }
    return (values, hidden)
  }

  /// Linear interpolation between order statistics: type 7 of Hyndman and Fan, The American Statistician 50 (1996) 361–365.
  private func percentile(_ values: [Int], _ q: Double) -> Double {
    let sorted = values.sorted()
    let place = q * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return Double(sorted[low]) + (place - Double(low)) * Double(sorted[high] - sorted[low])
  }

  @Test
  func
    `all 561,470 real events pass, and every published figure of the three products is the one counted by hand`()
    throws
  {
    guard FileManager.default.fileExists(atPath: Self.data.path) else {
      print("the road fines are not beside the package: this test is left out")
      return
    }
    let folder = try TemporaryFolder()
    let source = packageFolder.appending(path: "chains/verkeersboetes")
    let pack = try ChainPack.read(source).pack
    let workspace = try Workspace.create(at: folder.url.appending(path: "w"), pack: source)
    let catalogue = try Catalogue.create(workspace.catalogueFile)
    let door = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
    let date = try #require(CalendarDate(iso: "2013-06-18"))
    for contract in pack.contracts {
      let organisation = try #require(pack.organisation(code: contract.organisation))
      _ = try door.receive(
        try OfferedDelivery.file(
          Self.data.appending(path: contract.file + ".gz"), contract: contract,
          organisation: organisation, chain: pack.description.id, period: "2000-2013",
          referenceDate: date))
    }
    #expect(try catalogue.files().reduce(0) { $0 + $1.accepted } == 561_470)
    #expect(try catalogue.files().reduce(0) { $0 + $1.quarantined } == 0)
    let outcome = try ProductionRun(
      workspace: workspace, pack: pack, catalogue: catalogue, referenceDate: date,
      progress: { _ in }
    ).run()
    let release = workspace.publications.appending(path: outcome.release.description)
    try compare(events: try events(), release: release)
  }

  private func compare(events: [Event], release: URL) throws {
    var expected: [String: [String: Double]] = ["boetes": [:], "verzending": [:], "stand": [:]]
    func add(_ product: String, _ key: String, _ value: Double) {
      expected[product]?[key, default: 0] += value
    }
    func period(_ year: Int) -> String { year == 2013 ? "2013X000" : "\(year)JJ00" }
    let last = [
      "Payment": "BETALING", "Send for Credit Collection": "INCASSO", "Send Fine": "VERZENDING",
      "Create Fine": "BOETE", "Insert Fine Notification": "BETEKENING", "Add penalty": "VERHOGING",
    ]
    var waits: [String: [Int]] = [:]
    for (_, own) in Dictionary(grouping: events, by: \.fine) {
      let created = try #require(own.first { $0.activity == "Create Fine" })
      let sent = own.filter { $0.activity == "Send Fine" }.map(\.date).min()
      let newest = try #require(
        own.max { ($0.date, $0.order, $0.row) < ($1.date, $1.order, $1.row) })
      for time in [period(created.date.year), "TOTAAL"] {
        for vehicle in [created.vehicleClass, "TOT"] {
          add("boetes", "\(vehicle)/\(time)/boetes", 1)
          add("boetes", "\(vehicle)/\(time)/bedrag", Double(created.cents))
        }
        for way in [sent == nil ? "N" : "J", "TOT"] {
          add("verzending", "\(way)/\(time)/boetes", 1)
        }
        if let sent {
          waits["J/\(time)", default: []].append(
            Int(sent.daysSinceEpoch - created.date.daysSinceEpoch))
        }
        add("stand", "TOT/\(time)/boetes", 1)
        if let code = last[newest.activity] { add("stand", "\(code)/\(time)/boetes", 1) }
      }
    }
    for product in ["boetes", "verzending", "stand"] {
      let (values, hidden) = try published(release, product)
      var compared = 0
      for (key, value) in expected[product] ?? [:] {
        guard let found = values[key] else { continue }
        let wanted = key.hasSuffix("/bedrag") ? value / 100 : value
        #expect(abs(found - wanted) < 0.005, "\(product) \(key): \(found) is not \(wanted)")
        compared += 1
      }
      #expect(compared + hidden >= (expected[product]?.count ?? 0))
      #expect(compared > 40)
    }
    let (values, _) = try published(release, "verzending")
    for (key, days) in waits {
      for (measure, q) in [("p25", 0.25), ("p50", 0.5), ("p75", 0.75)] {
        #expect(values["\(key)/\(measure)"] == percentile(days, q))
      }
    }
  }
}
