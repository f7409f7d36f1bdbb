import AttackSupport
import DisclosureControl
import Foundation
import InformationModel
import TestSupport
import Testing

/// What a release promises beside its thresholds: whoever stands alone learns nothing, what was published before counts, and all of it can be checked.
@Suite struct ReleaseTests {
  private static let threshold = 5

  // MARK: Whoever stands alone

  /// Knows the cells of one unit, and all of the cells above that hold no other.
  private func insiderFindings(_ table: StatisticalTable, _ protected: ProtectedTable) -> [String] {
    var found: [String] = []
    let index = CellIndex(table.dimensions)
    let children = table.dimensions.map(\.children)
    for own in table.counts.indices
    where table.counts[own] == 1 && protected.values[0][own] == nil
      && zip(index.coordinates(of: own), children).allSatisfy({ $1[$0].isEmpty })
    {
      // The sums that hold nobody else are his too.
      let above = table.counts.indices.filter { cell in
        table.counts[cell] == 1
          && zip(zip(index.coordinates(of: own), index.coordinates(of: cell)), table.dimensions)
            .allSatisfy { pair, dimension in
              var category: Int? = pair.0
              while let here = category, here != pair.1 {
                category = dimension.categories[here].parent
              }
              return category != nil
            }
      }
      var known = protected.values[0]
      for cell in above { known[cell] = 1 }
      let intervals = LinearProgramAttack(dimensions: table.dimensions, published: known)
        .intervals()
      for (cell, count) in table.counts.enumerated() where (1..<Self.threshold).contains(count) {
        if let interval = intervals[cell], interval.width < 1e-6 {
          found.append("who is alone in \(own) knows \(cell)")
        }
      }
    }
    return found
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func whoIsTheOnlyUnitOfACellCanComputeNoOtherUnsafeOne(seed: UInt64) throws {
    var tables = RandomTables(seed: 31_000 + seed)
    for _ in 0..<5 {
      let table = tables.table(dimensions: 1...3, leaves: 2...5, cells: 120, largest: 6)
      let protected = try table.protected(under: SampleTable.policy(threshold: Self.threshold))
      let findings = insiderFindings(table, protected)
      #expect(findings.isEmpty, "\(findings)")
    }
  }

  @Test func theInsiderFindsWhatASecretFromOutsidersOnlyGivesAway() {
    // 1 and 4 protect each other from everybody but the one.
    let table = SampleTable.row([1, 4, 20, 30])
    let intervals = LinearProgramAttack(
      dimensions: table.dimensions, published: [55, 1, nil, 20, 30]
    ).intervals()
    #expect(intervals[2] == .init(lower: 4, upper: 4))
  }

  @Test func aThirdCellIsHiddenWhereOneUnitWouldKnowTheSecond() throws {
    let protected = try SampleTable.row([1, 4, 20, 30]).protected(
      under: SampleTable.policy(threshold: Self.threshold))
    #expect(protected.values[0] == [55, nil, nil, nil, 30])
  }

  // MARK: The certificate

  private func releases(_ seed: UInt64) throws -> (
    published: [EarlierTable], certificate: ReleaseCertificate
  ) {
    var tables = RandomRelease(seed: seed, hasAmounts: true).tables
    for number in tables.indices { tables[number].description.id = "T\(number)" }
    let (protected, certificate) = try SampleTable.release(tables)
    return (protected.map { $0.shown }, certificate)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func aReleaseIsSafeByItsCertificate(seed: UInt64) throws {
    let (published, certificate) = try releases(40_000 + seed)
    let stored = try JSONDecoder().decode(
      ReleaseCertificate.self, from: JSONEncoder().encode(certificate))
    #expect(try stored.findings(in: published).isEmpty)
  }

  @Test func aCellThatIsShownAfterAllIsFound() throws {
    var found = 0
    for seed in 0..<20 as Range<UInt64> {
      let (published, certificate) = try releases(40_000 + seed)
      for (number, table) in published.enumerated() {
        guard let cell = table.isHidden.firstIndex(of: true) else { continue }
        var isHidden = table.isHidden
        isHidden[cell] = false
        var tampered = published
        tampered[number] = EarlierTable(
          id: table.id, dimensions: table.dimensions, counts: table.counts, isHidden: isHidden)
        found += 1
        #expect(try !certificate.findings(in: tampered).isEmpty, "cell \(cell) of \(table.id)")
      }
    }
    #expect(found > 10)
  }

  @Test func anotherNumberAndAMissingTableAreFound() throws {
    let (protected, certificate) = try SampleTable.release([SampleTable.row([2, 30, 31, 60])])
    let table = protected[0].shown
    var counts = table.counts
    counts[4] = 61
    let other = EarlierTable(
      id: "T", dimensions: table.dimensions, counts: counts, isHidden: table.isHidden)
    #expect(try certificate.findings(in: [other]).map(\.kind) == [.differs])
    #expect(try certificate.findings(in: []).map(\.kind) == [.missing])
  }

  @Test func circuitsThatProveTooLittleAreFound() throws {
    var (protected, certificate) = try SampleTable.release([SampleTable.row([2, 30, 31, 60])])
    certificate.groups[0].proofs = [[]]
    let findings = try certificate.findings(in: [protected[0].shown])
    // Neither far enough up nor far enough apart.
    #expect(findings.map(\.kind) == [.range, .range])
  }
}

extension EarlierTable {
  /// The same dimensions under other names of type.
  fileprivate init(
    id: String, dimensions: [(id: String, codes: [String])], counts: [Int?], isHidden: [Bool]
  ) {
    self.init(
      id: id,
      dimensions: dimensions.map { dimension in
        Dimension(
          id: dimension.id, title: SampleTable.text(""),
          categories: dimension.codes.map { Category(code: $0, label: SampleTable.text($0)) })
      }, counts: counts, isHidden: isHidden)
  }
}
