import ChainPack
import Foundation
import InformationModel
import Intake
import Linkage
import Production
import Publication
import Refinement
import Synthesis
import Tabulation
import TestSupport
import Testing
import Warehouse

/// A chain that the program was not written for: the same program runs it from pack data alone, and its figures are right.
@Suite(.serialized) struct SecondPackTests {
  private static let source = packageFolder.appending(path: "chains/vreemdelingen")
  private static let referenceDate = "2024-01-10"

  private static let clean = Result { try Run(faults: .none) }
  private static let faulty = Result { try Run(faults: .default) }

  /// Made-up deliveries of the chain, delivered and produced in a workspace of their own.
  private final class Run: Sendable {
    let pack: ChainPack
    let deliveries: URL
    let workspace: Workspace
    let snapshot: FrozenSnapshot
    let release: URL
    /// Ids of deliveries.
    let refused: Set<String>
    let quarantined: Int

    init(faults: Synthesizer.Options.Faults) throws {
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "keten-second-pack-\(faults)-\(ProcessInfo.processInfo.processIdentifier)")
      try? FileManager.default.removeItem(at: folder)
      pack = try ChainPack.read(source).pack
      deliveries = folder.appending(path: "deliveries")
      try SecondPackTests.synthesize(pack, into: deliveries, faults: faults, threads: nil)
      workspace = try Workspace.create(at: folder.appending(path: "workspace"), pack: source)
      let catalogue = try Catalogue.create(workspace.catalogueFile)
      let door = try DeliveryRun(workspace: workspace, pack: pack, catalogue: catalogue)
      var refused: Set<String> = []
      for delivery in try MadeChain.folders(deliveries) {
        let offered = try OfferedDelivery.folder(delivery)
        do {
          _ = try door.receive(offered)
        } catch is IntakeRefusal {
          refused.insert(offered.manifest.id)
        }
      }
      self.refused = refused
      quarantined = try catalogue.files().reduce(0) { $0 + $1.quarantined }
      let outcome = try ProductionRun(
        workspace: workspace, pack: pack, catalogue: catalogue,
        referenceDate: try #require(CalendarDate(iso: referenceDate)), progress: { _ in }
      ).run()
      snapshot = outcome.snapshot
      release = workspace.publications.appending(path: outcome.release.description)
    }

    func truth(_ file: String) throws -> CSVTable {
      CSVTable(Array(try Data(contentsOf: deliveries.appending(path: "_truth/\(file)"))))
    }
  }

  private static func synthesize(
    _ pack: ChainPack, into folder: URL, faults: Synthesizer.Options.Faults, threads: Int?
  ) throws {
    _ = try Synthesizer(
      pack: pack,
      options: Synthesizer.Options(
        seed: 7, scale: 0.01, fromYear: 2023, toYear: 2023, faults: faults, threads: threads)
    ).run(into: folder)
  }

  @Test func `the pack is sound`() throws {
    let answer = try Program.run("pack", "check", Self.source.path)
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.output.hasSuffix(": sound\n"))
  }

  @Test func `one thread and two make up the same bytes`() throws {
    let pack = try ChainPack.read(Self.source).pack
    let folder = try TemporaryFolder()
    var digests: [[String: String]] = []
    for threads in [1, 2] {
      let made = folder.url.appending(path: "\(threads)")
      try Self.synthesize(pack, into: made, faults: .heavy, threads: threads)
      digests.append(
        try Dictionary(
          uniqueKeysWithValues: files(below: made).map {
            ($0, try StoredFile.digest(of: made.appending(path: $0)))
          }))
    }
    #expect(digests[0].count > 80)
    #expect(digests[0] == digests[1])
  }

  @Test
  func `without faults every cell of every table is the one counted from the truth`() throws {
    let run = try Self.clean.get()
    #expect(run.refused.isEmpty)
    #expect(run.quarantined == 0)
    let engine = try DuckDBEngine(threads: 1)
    for product in run.pack.products {
      let relation = "frozen.\(product.entity)"
      let file = try #require(run.snapshot.file(of: product.entity))
      try engine.define(relation, as: [LakeFile(file)], columns: [])
      let table = try Tabulation(pack: run.pack, engine: engine).tabulate(
        product, from: relation, referenceDate: run.snapshot.snapshot.referenceDate)
      try compare(table, with: try run.truth("golden/\(product.id).csv"))
    }
    #expect(run.pack.products.count == 10)
  }

  /// A golden table has a column per dimension and measure, and a row per cell, totals included; a cell without a row is empty.
  private func compare(_ table: StatisticalTable, with golden: CSVTable) throws {
    let id = table.description.id
    let columns = try table.dimensions.map {
      try #require(golden.column($0.role == .time ? "period" : $0.id))
    }
    let index = CellIndex(table.dimensions)
    for (measure, definition) in table.measures.enumerated() {
      if case .share = definition.kind { continue }
      let column = try #require(golden.column(definition.id))
      var expected: [[String]: Double] = [:]
      for row in golden.rows {
        let value: Double = try #require(Double(row[column]))
        expected[columns.map { row[$0] }] = value
      }
      #expect(expected.count > 10)
      for cell in 0..<table.cellCount {
        let codes = zip(index.coordinates(of: cell), table.dimensions).map {
          $1.categories[$0].code
        }
        let wanted = expected.removeValue(forKey: codes) ?? (definition.isAdditive ? 0 : nil)
        let found = table.values[measure][cell]
        // Places taken per day are rounded per stay, to a millionth.
        #expect(
          found == wanted || abs((found ?? .infinity) - (wanted ?? 0)) < 0.01,
          "\(id) \(definition.id) \(codes): \(String(describing: found)) is not \(String(describing: wanted))"
        )
      }
      let missing = expected.keys.map { $0.joined(separator: "/") }.sorted()
      #expect(missing.isEmpty, "\(id) has no cell for \(missing)")
    }
  }

  @Test func `with faults the whole run publishes, and only bad deliveries are refused`() throws {
    let run = try Self.faulty.get()
    let ledger = try run.truth("faults.csv")
    let code = try #require(ledger.column("fault"))
    let delivery = try #require(ledger.column("leveringId"))
    let bad = Set(
      ledger.rows.filter { ["F29", "F30", "F31", "F32"].contains($0[code]) }.map { $0[delivery] })
    #expect(!bad.isEmpty)
    #expect(run.refused == bad)
    #expect(run.quarantined > 10)
    for product in run.pack.products {
      let table = run.release.appending(path: "tables/\(product.id).csv")
      #expect(FileManager.default.fileExists(atPath: table.path), "\(product.id) is not there")
    }
    // The only key is missing in one row of fifty.
    for file in run.snapshot.snapshot.linkage {
      let share = Double(file.withKey) / Double(file.records)
      #expect((0.95..<0.995).contains(share), "\(file.file): \(share) have a key")
    }
  }

  /// Two chains have a workspace each: what they share cannot be linked by what either stores.
  @Test func `the same V-numbers have other pseudonyms in another workspace`() throws {
    let run = try Self.clean.get()
    let folder = try TemporaryFolder()
    let other = try Workspace.create(at: folder.url.appending(path: "other"), pack: Self.source)
    let door = try DeliveryRun(
      workspace: other, pack: run.pack, catalogue: try Catalogue.create(other.catalogueFile))
    for delivery in try MadeChain.folders(run.deliveries).prefix(3) {
      _ = try door.receive(try OfferedDelivery.folder(delivery))
    }
    let own = try pseudonyms(run.workspace)
    let others = try pseudonyms(other)
    #expect(own.count > 1_000)
    #expect(others.count > 500)
    #expect(own.isDisjoint(with: others))
    withExtendedLifetime(folder) {}
  }

  /// Every V-number's pseudonym in a content zone.
  private func pseudonyms(_ workspace: Workspace) throws -> Set<String> {
    let engine = try DuckDBEngine(threads: 1)
    var found: Set<String> = []
    for path in files(below: workspace.contentZone) where path.hasSuffix(".parquet") {
      try engine.define(
        "content", as: [LakeFile(workspace.contentZone.appending(path: path))], columns: [])
      let columns = try engine.query("DESCRIBE `content`").texts("column_name")
      guard columns.contains("vnummer") else { continue }
      found.formUnion(
        try engine.query("SELECT DISTINCT `vnummer` FROM `content`").texts("vnummer")
          .compactMap { $0 })
    }
    return found
  }
}
