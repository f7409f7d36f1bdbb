import DisclosureControl
import Foundation
import InformationModel
import OpenData
import Publication
import TestSupport
import Testing

/// A table with places on three levels in two releases: the later one has another year, other figures of the last one, and hides a figure that
/// the earlier one shows.
struct TwoReleases {
  let folder: TemporaryFolder
  let earlier: PublishedRelease
  let later: PublishedRelease

  /// What stands behind the small cells: figures that occur nowhere else.
  static let secrets = ["61737", "61738"]

  static let places: [(code: String, parent: Int?)] = [
    ("L", nil), ("P1", 0), ("G11", 1), ("G12", 1), ("P2", 0), ("G21", 4), ("G22", 4),
  ]

  init() throws {
    folder = try TemporaryFolder()
    let store = PublicationStore(directory: folder.url)
    earlier = try store.release(try Self.publish(isLater: false, into: folder.url))
    later = try store.release(try Self.publish(isLater: true, into: folder.url))
  }

  static func text(_ text: String) -> LocalizedText {
    LocalizedText(nl: text, en: "English " + text)
  }

  private static func publish(isLater: Bool, into folder: URL) throws -> ReleaseID {
    let years = (2020...(isLater ? 2023 : 2022)).map { year in
      Category(
        code: "\(year)JJ00", label: text("\(year)"),
        status: year < 2022 ? .definitive : .provisional)
    }
    let dimensions = [
      InformationModel.Dimension(
        id: "Plaats", title: text("Plaats <p>"), role: .region,
        categories: places.map { code, parent in
          Category(code: code, label: text("=Naam van \(code), & meer"), parent: parent)
        }),
      InformationModel.Dimension(
        id: "Soort", title: text("Soort"),
        categories: ["T", "A", "B"].enumerated().map { place, code in
          Category(code: code, label: text("Soort \(code)"), parent: place == 0 ? nil : 0)
        }),
      InformationModel.Dimension(
        id: "Perioden", title: text("Jaar"), role: .time, categories: years),
    ]
    var random = SeededGenerator(seed: 3)
    let index = CellIndex(dimensions)
    let count = index.sizes.reduce(1, *)
    var counts = [Int](repeating: 0, count: count)
    var amounts = [Double](repeating: 0, count: count)
    for year in years.indices {
      for place in [2, 3, 5, 6] {
        for kind in 1...2 {
          let usual = Int.random(in: 20...60, using: &random)
          // Small from the beginning, small in the later release, and other figures of a provisional year.
          let isSmall = (place, kind, year) == (2, 1, 0)
          let becomesSmall = isLater && (place, kind, year) == (6, 2, 1)
          let own = isSmall || becomesSmall ? 3 : isLater && year == 2 ? usual + 1 : usual
          let amount =
            isSmall ? 61_737 : becomesSmall ? 61_738 : Double(own) * 12.5
          for above in [place, places[place].parent ?? 0, 0] {
            for kind in [kind, 0] {
              let cell = index.cell(at: [above, kind, year])
              counts[cell] += own
              amounts[cell] += amount
            }
          }
        }
      }
    }
    let table = StatisticalTable(
      description: TableDescription(
        id: "T01", slug: "t", title: text("Tabel; van plaatsen"), summary: text("Samenvatting."),
        population: text("Alles."),
        unit: Concept(code: "e", label: text("eenheid"), definition: text("Een eenheid.")),
        theme: "thema", headline: text(""), chart: .overTime),
      dimensions: dimensions,
      measures: [
        Measure(
          id: "aantal", title: text("Aantal"), unit: text("aantal"), decimals: 0, kind: .count),
        Measure(
          id: "bedrag", title: text("Bedrag"), unit: text("euro"), decimals: 1, kind: .sum),
      ], counts: counts, values: [counts.map(Double.init), amounts])
    let policy = DisclosurePolicy(
      id: "p", title: text("Standaard"), threshold: 5, percentileThreshold: 10,
      reason: text("Klein is geheim."))
    let date = try #require(CalendarDate(iso: isLater ? "2024-07-01" : "2023-07-01"))
    return try Release.write(
      chain: ChainDescription(
        id: "proef", version: "1", name: text("Proef"), purpose: text("Proef."),
        licence: Licence(name: "CC0", address: "https://example.org/licentie"), organisations: []),
      schemes: [], tables: [(try table.protected(under: policy), [])],
      provenance: Provenance(
        referenceDate: date, snapshot: "s", pack: "proef", packVersion: "1", program: "t",
        deliveries: []), into: folder)
  }
}

/// The whole of an answer, and what it reads as.
struct WholeAnswer {
  let status: Int
  let type: String
  let bytes: [UInt8]
  let isLasting: Bool

  init(_ answer: OpenDataAnswer) {
    status = answer.status
    type = answer.contentType
    isLasting = answer.isLasting
    switch answer.body {
    case .whole(let whole): bytes = whole
    case .pieces(let start):
      var all: [UInt8] = []
      let pieces = start()
      while let piece = pieces.next() { all += piece }
      bytes = all
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
  }
  var rows: [[String: Any]] { json["value"] as? [[String: Any]] ?? [] }

  /// The items of a query, decoded.
  static func items(_ query: String) -> [(name: String, value: String)] {
    query.split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1).map {
        String($0).removingPercentEncoding ?? ""
      }
      return (sides[0], sides.count > 1 ? sides[1] : "")
    }
  }
}
