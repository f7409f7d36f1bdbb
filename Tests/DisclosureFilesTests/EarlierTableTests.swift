import DisclosureControl
import DisclosureFiles
import Foundation
import TestSupport
import Testing

/// A table that is published each quarter, of which few contributors came, went or moved in between: who has both figures beside each other learns nothing of them.
@Suite struct EarlierTableTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Data(Self.hierarchy.utf8).write(to: folder.url.appending(path: "region.csv"))
  }

  private static let regions = 6
  private static let sexes = 4
  private static let hierarchy =
    "code,parent\nT,\n" + (0..<3).map { "A\($0),T\n" }.joined()
    + (0..<regions).map { "r\($0),A\($0 % 3)\n" }.joined()
  private static let spec = """
    dimensions: [{name: region, hierarchy: region.csv}, {name: sex, total: T}]
    rules: [{minimum_frequency: 3}]
    """

  /// A contributor by region and sex.
  private struct Person: Hashable {
    var region: Int
    var sex: Int
  }

  private static func persons(_ count: Int, _ random: inout SeededGenerator) -> [Person] {
    (0..<count).map { _ in person(&random) }
  }

  /// More often of the first regions and sexes.
  private static func person(_ random: inout SeededGenerator) -> Person {
    func few(_ count: Int) -> Int {
      min(Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
    }
    return Person(region: few(regions), sex: few(sexes))
  }

  private func input(_ text: String, isMicrodata: Bool) throws -> TableProtection.Input {
    let name = "\(UUID().uuidString).csv"
    let spec = try ProtectionSpec(yaml: Self.spec, file: "spec.yaml")
    let url = folder.url.appending(path: name)
    try Data(text.utf8).write(to: url)
    return .init(
      file: try TableFile(url, spec: spec, folder: folder.url, isMicrodata: isMicrodata),
      spec: spec, specName: "spec.yaml", folder: folder.url)
  }

  private func input(_ persons: [Person]) throws -> TableProtection.Input {
    try input(
      "region,sex\n" + persons.map { "r\($0.region),s\($0.sex)\n" }.joined(), isMicrodata: true)
  }

  private func text(_ protection: TableProtection) -> String {
    String(decoding: protection.contents(0, hidesFigures: false), as: UTF8.self)
  }

  // MARK: An attacker who knows nothing of circuits

  private struct Figure {
    var count: Int
    var isShown: Bool
    /// Places of leaf cells that add up to it.
    var leaves: [Int]
  }

  /// By codes what a table shows and hides.
  private func figures(_ text: String) -> [String: Figure] {
    var figures: [String: Figure] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let regions = (0..<Self.regions).filter {
        fields[0] == "T" || fields[0] == "r\($0)" || fields[0] == "A\($0 % 3)"
      }
      let sexes = (0..<Self.sexes).filter { fields[1] == "T" || fields[1] == "s\($0)" }
      figures["\(fields[0]),\(fields[1])"] = Figure(
        count: Int(fields[2]) ?? -1, isShown: ["published", "zero"].contains(fields[3]),
        leaves: regions.flatMap { region in sexes.map { region * Self.sexes + $0 } })
    }
    return figures
  }

  /// All that follows from linear equations, by elimination modulo a prime.
  private struct Knowledge {
    private static let prime = 2_147_483_647
    private var rows: [(pivot: Int, row: [Int])] = []

    private static func inverse(_ one: Int) -> Int {
      var (result, base, power) = (1, one, prime - 2)
      while power > 0 {
        if power & 1 == 1 { result = result * base % prime }
        base = base * base % prime
        power >>= 1
      }
      return result
    }

    private func reduced(_ row: [Int]) -> [Int] {
      var row = row.map { ($0 % Self.prime + Self.prime) % Self.prime }
      for (pivot, other) in rows where row[pivot] != 0 {
        let factor = Self.prime - row[pivot]
        for place in row.indices { row[place] = (row[place] + factor * other[place]) % Self.prime }
      }
      return row
    }

    mutating func learn(_ row: [Int]) {
      var row = reduced(row)
      guard let pivot = row.firstIndex(where: { $0 != 0 }) else { return }
      let factor = Self.inverse(row[pivot])
      for place in row.indices { row[place] = row[place] * factor % Self.prime }
      rows.append((pivot, row))
    }

    func knows(_ row: [Int]) -> Bool { !reduced(row).contains { $0 != 0 } }
  }

  private static let leaves = regions * sexes

  /// The sum of these leaf cells, then less that of before.
  private static func row(now: [Int] = [], before: [Int] = []) -> [Int] {
    var row = [Int](repeating: 0, count: 2 * leaves)
    for leaf in now { row[leaf] += 1 }
    for leaf in before { row[leaves + leaf] -= 1 }
    return row
  }

  /// Sensitive cells of now, and changes by few, that follow from both tables and from what somebody knows: that he alone came to or went from a leaf cell,
  /// of those that changed.
  private func computed(
    before: [String: Figure], now: [String: Figure], changed leaves: Set<Int> = [],
    whoAloneChanged own: Int? = nil
  ) -> [String] {
    var knowledge = Knowledge()
    for figure in before.values where figure.isShown {
      knowledge.learn(Self.row(before: figure.leaves))
    }
    for (codes, figure) in now {
      if figure.isShown { knowledge.learn(Self.row(now: figure.leaves)) }
      // What both hide and is the same he may guess to be the same.
      if let old = before[codes], !figure.isShown, !old.isShown, old.count == figure.count {
        knowledge.learn(Self.row(now: figure.leaves, before: figure.leaves))
      }
    }
    // Where nobody else changed anything he knows what he did, and can subtract it from what was shown: nothing keeps that from him.
    func isOwn(_ figure: Figure) -> Bool {
      own.map { leaves.intersection(figure.leaves) == [$0] } ?? false
    }
    if let own { knowledge.learn(Self.row(now: [own], before: [own])) }
    var found: [String] = []
    for (codes, figure) in now {
      guard let old = before[codes] else { continue }
      let changed = abs(figure.count - old.count)
      if (1..<3).contains(figure.count), !(isOwn(figure) && old.isShown),
        knowledge.knows(Self.row(now: figure.leaves))
      {
        found.append(codes)
      }
      if (1..<3).contains(changed), !isOwn(figure),
        knowledge.knows(Self.row(now: figure.leaves, before: figure.leaves))
      {
        found.append(codes + ", what changed")
      }
    }
    return found.sorted()
  }

  // MARK: The promise

  enum Change: CaseIterable { case came, went, moved, several }

  @Test(arguments: [Change.came, .went, .moved], 1...12)
  func
    `whoever came, went or moved alone does not stop what is published next, and gives nobody away`(
      change: Change, seed: Int
    ) throws
  {
    #expect(try isPublishedAgain(after: change, seed))
  }

  /// Of 60 persons four may be too many: then nothing is written.
  @Test func `several who came and went give nobody away, and stop what is published next seldom`()
    throws
  {
    let published = try (1...20).count { try isPublishedAgain(after: .several, $0) }
    #expect(published >= 18)
  }

  /// Whether there is a next release; expects that it is safe.
  private func isPublishedAgain(after change: Change, _ seed: Int) throws -> Bool {
    var random = SeededGenerator(seed: UInt64(seed))
    var persons = Self.persons([60, 120, 260][seed % 3], &random)
    let first = try TableProtection(TableSystem([input(persons)]))
    #expect(first.isProved)
    /// By leaf how many more there are.
    var changes: [Int: Int] = [:]
    func leaf(_ person: Person) -> Int { person.region * Self.sexes + person.sex }
    func come(_ random: inout SeededGenerator) {
      persons.append(Self.person(&random))
      changes[leaf(persons[persons.count - 1]), default: 0] += 1
    }
    func go(_ random: inout SeededGenerator) {
      let person = persons.remove(at: Int.random(in: persons.indices, using: &random))
      changes[leaf(person), default: 0] -= 1
    }
    if change != .went { come(&random) }
    if change != .came { go(&random) }
    if change == .several {
      come(&random)
      come(&random)
    }
    changes = changes.filter { $1 != 0 }
    let earlier = try input(text(first), isMicrodata: false)
    let next = try TableProtection(TableSystem([input(persons)], earlier: [earlier]))
    guard next.isProved else { return false }

    let (before, now) = (figures(text(first)), figures(text(next)))
    #expect(computed(before: before, now: now) == [])
    for (own, more) in changes where abs(more) == 1 {
      #expect(
        computed(before: before, now: now, changed: Set(changes.keys), whoAloneChanged: own) == [])
    }
    // Its proof can be checked on what was written, and attackers find nothing.
    let written = try TableSystem(
      [input(text(next), isMicrodata: false)], earlier: [earlier])
    #expect(try TableProtection(written, certificate: next.certificate).isProved)
    #expect(try TableAttack(written, intervals: true).isSafe)
    return true
  }

  /// Total and part are unchanged and were shown; shown again they would tell whoever left that somebody came.
  @Test func `where nothing else protects a figure is hidden though it was shown before`() throws {
    // Ten in each cell: nothing is hidden at first.
    var persons = (0..<Self.leaves).flatMap { leaf in
      [Person](
        repeating: Person(region: leaf / Self.sexes, sex: leaf % Self.sexes), count: 10)
    }
    let first = try TableProtection(TableSystem([input(persons)]))
    #expect(!first.isHidden.contains(true))
    let earlier = try input(text(first), isMicrodata: false)
    // The same again hides nothing.
    let same = try TableProtection(TableSystem([input(persons)], earlier: [earlier]))
    #expect(same.isProved && !same.isHidden.contains(true))
    persons[0] = Person(region: 3, sex: 0)
    let next = try TableProtection(TableSystem([input(persons)], earlier: [earlier]))
    #expect(next.isProved)
    let (before, now) = (figures(text(first)), figures(text(next)))
    let unchanged = now.filter { !$1.isShown && before[$0]?.count == $1.count }
    #expect(!unchanged.isEmpty)
    // Far from all: most of the table is as open as it was.
    #expect(now.values.count { !$0.isShown } < now.count / 2)
    // With everything else shown whoever went would know who came.
    var open = now
    for codes in unchanged.keys { open[codes]?.isShown = true }
    let changed: Set = [0, 3 * Self.sexes]
    #expect(computed(before: before, now: open, changed: changed, whoAloneChanged: 0) != [])
    #expect(computed(before: before, now: now, changed: changed, whoAloneChanged: 0) == [])
  }
}
