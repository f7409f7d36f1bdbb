import ArgumentParser
import DisclosureControl
import Foundation
import Glibc
import Hummingbird
import InformationModel
import Pseudonymisation
import Publication
import Warehouse

/// Measurements of kernels that no other command shows alone.
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a kernel.", shouldDisplay: false,
    subcommands: [BenchmarkPseudonyms.self, BenchmarkRelease.self, BenchmarkConstant.self])
}

struct BenchmarkPseudonyms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pseudonyms", abstract: "Keyed hashes a second on one core.")

  @Option(help: "How many values.")
  var values = 2_000_000

  func run() throws {
    var numbers = ByteStrings()
    numbers.reserve(strings: values, bytes: values * 9)
    for number in 0..<values { numbers.append(Array(String(900_000_000 + number).utf8)) }
    let start = clock()
    let pseudonyms = Pseudonymisation.pseudonyms(
      of: numbers, domain: "benchmark", keys: .ephemeral())
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    print("{\"values\": \(pseudonyms.count), \"seconds\": \(seconds)}")
  }
}

struct BenchmarkRelease: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "A release with one made-up table, for the website to serve.")

  @Argument(help: "The workspace, which gets the release.")
  var workspace: String

  @Option(help: "How many regions; a region has 12,500 figures.")
  var regions = 400

  func run() throws {
    let opened = try Workspace.open(location(workspace))
    func both(_ text: String) -> LocalizedText { LocalizedText(nl: text, en: text) }
    func dimension(_ id: String, _ count: Int) -> InformationModel.Dimension {
      InformationModel.Dimension(
        id: id, title: both(id),
        categories: (0..<count).map { Category(code: "\(id)\($0)", label: both("\(id) \($0)")) })
    }
    let dimensions = [
      dimension("Regio", regions), dimension("Soort", 50), dimension("Leeftijd", 25),
      InformationModel.Dimension(
        id: Naming.timeDimension, title: both("Jaar"), role: .time,
        categories: (0..<10).map {
          Category(code: "\(2015 + $0)JJ00", label: both("\(2015 + $0)"), status: .definitive)
        }),
    ]
    // Too large to hide, and so that no two neighbours are alike.
    let counts = (0..<CellIndex(dimensions).sizes.reduce(1, *)).map { 100 + $0 * 7_919 % 99_991 }
    let table = StatisticalTable(
      description: TableDescription(
        id: "B01", slug: "groot", title: both("Groot"), summary: both("Verzonnen cijfers."),
        population: both("Alles."),
        unit: Concept(code: "e", label: both("eenheid"), definition: both("Een eenheid.")),
        theme: "proef", headline: both("Groot."), chart: .overTime),
      dimensions: dimensions,
      measures: [
        Measure(
          id: "aantal", title: both("Aantal"), unit: both("aantal"), decimals: 0, kind: .count)
      ], counts: counts, values: [counts.map(Double.init)])
    let policy = DisclosurePolicy(
      id: "p", title: both("Drempel"), threshold: 5, percentileThreshold: 10,
      reason: both("Klein is geheim."))
    let (tables, _) = try TableForRelease.protect(
      [TableForRelease(table, under: policy)], after: [])
    let date = CalendarDate(daysSinceEpoch: 20_000)
    let release = try Release.write(
      chain: ChainDescription(
        id: "proef", version: "1", name: both("Proef"), purpose: both("Meten."),
        licence: Licence(
          name: "CC0", address: "https://creativecommons.org/publicdomain/zero/1.0/"),
        organisations: []), schemes: [], tables: tables.map { ($0, []) },
      provenance: Provenance(
        referenceDate: date, snapshot: "s", pack: "proef", packVersion: "1", program: "keten",
        deliveries: [], isFictitious: true), into: opened.publications)
    print(release)
  }
}

struct BenchmarkConstant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "constant", abstract: "A server that always answers the bytes of one file.")

  @Argument(help: "The file.")
  var file: String

  @Option(help: "The port.")
  var port: Int

  func run() async throws {
    let bytes = ByteBuffer(bytes: try Data(contentsOf: location(file)))
    let router = Router()
    router.get("/") { _, _ in
      Response(status: .ok, headers: [.contentType: "text/html"], body: .init(byteBuffer: bytes))
    }
    try await Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port))
    ).runService()
  }
}
