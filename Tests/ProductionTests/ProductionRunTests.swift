import ChainPack
import Foundation
import InformationModel
import Production
import Publication
import Refinement
import Testing
import Warehouse

@Suite(.serialized) struct ProductionRunTests {
  @Test
  func
    `two runs on the same reference date give the same snapshot and release, for any number of threads`()
    throws
  {
    let made = try MadeChain.shared.get()
    for threads in [1, 2] {
      let outcome = try ProductionRun(
        workspace: made.workspace, pack: try made.workspace.readPack(),
        catalogue: try Catalogue(made.workspace.catalogueFile),
        referenceDate: try #require(CalendarDate(iso: MadeChain.referenceDate)), threads: threads,
        progress: { _ in }
      ).run()
      #expect(outcome.snapshot.id == made.snapshot)
      #expect(outcome.release.description == made.release)
    }
  }

  @Test func `a table names the organisations and deliveries that its entity is made of, no other`()
    throws
  {
    let made = try MadeChain.shared.get()
    let pack = try made.workspace.readPack()
    let release = try PublicationStore(directory: made.workspace.publications)
      .release(try #require(ReleaseID(made.release)))
    var sources: [String: [String]] = [:]
    for table in try release.allTables() {
      let named = Set(table.provenance.deliveries.map(\.organisation))
      let product = try #require(pack.products.first { $0.id == table.description.id })
      let expected = Set(
        pack.files(behind: product.entity).compactMap { pack.contract($0)?.organisation })
      #expect(
        Set(named.compactMap { pack.organisation(code: $0)?.id }) == expected,
        "\(table.description.id)")
      #expect(Set(table.provenance.deliveries).isSubset(of: release.provenance.deliveries))
      sources[product.entity] = release.chain.sources(of: table.provenance).map(\.id)
    }
    #expect(sources["detentiestand"] == ["dji"])
    #expect(
      Set(release.provenance.deliveries.map(\.organisation)).count
        == pack.description.organisations.count)
  }

  @Test func `a table that rests on records of persons says how well these were linked`() throws {
    let made = try MadeChain.shared.get()
    let release = try PublicationStore(directory: made.workspace.publications)
      .release(try #require(ReleaseID(made.release)))
    let quality = Dictionary(
      try release.allTables().map { ($0.description.id, $0.provenance.linkage) },
      uniquingKeysWith: { first, _ in first })
    // Suspects are persons; the stock of inhabitants is counted, not linked.
    let suspects = try #require(quality["I05"] ?? nil)
    #expect(suspects.records > 500 && suspects.withKey > suspects.records / 2)
    #expect(suspects.pairs > 1000 && suspects.found > suspects.pairs * 9 / 10)
    #expect(suspects.withUniqueKeys > 1000)
    #expect(suspects.contradicted < suspects.withUniqueKeys / 100)
    let pack = try made.workspace.readPack()
    let linked = Set(pack.linkage.records.map(\.file))
    for product in pack.products where quality.keys.contains(product.id) {
      #expect(
        (quality[product.id] ?? nil) != nil
          || linked.isDisjoint(with: pack.files(behind: product.entity)), "\(product.id)")
    }
  }

  @Test
  func `every made-up delivery with a wrong total, another schema, a cut or a replay is refused`()
    throws
  {
    let made = try MadeChain.shared.get()
    let ledger = CSVTable(
      Array(try Data(contentsOf: made.deliveries.appending(path: "_truth/faults.csv"))))
    let code = try #require(ledger.column("fault"))
    let delivery = try #require(ledger.column("leveringId"))
    let bad = Set(
      ledger.rows.filter { ["F29", "F30", "F31", "F32"].contains($0[code]) }.map { $0[delivery] })
    let accepted = Set(
      try Catalogue(made.workspace.catalogueFile).deliveries().map(\.id))
    #expect(accepted.isDisjoint(with: bad))
    #expect(made.refusals.count >= bad.count)
  }

  @Test func `nothing known on a date is an error that says so`() throws {
    let made = try MadeChain.shared.get()
    let answer = try Program.run(
      "run", made.workspace.directory.path, "--reference-date", "1999-01-01", "--quiet")
    #expect(answer.code == 2)
    #expect(
      answer.errors
        == "keten: nothing was known on 1999-01-01: no delivery has a reference date on or before it\n"
    )
  }
}
