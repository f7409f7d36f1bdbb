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
  private static let withGuesses = spec + "\nguesses: true\n"
  private static let withoutGuesses = spec + "\nguesses: false\n"

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

  private func input(
    _ text: String, isMicrodata: Bool, spec: String = Self.spec
  ) throws -> TableProtection.Input {
    let name = "\(UUID().uuidString).csv"
    let spec = try ProtectionSpec(yaml: spec, file: "spec.yaml")
    let url = folder.url.appending(path: name)
    try Data(text.utf8).write(to: url)
    return .init(
      file: try TableFile(url, spec: spec, folder: folder.url, isMicrodata: isMicrodata),
      spec: spec, specName: "spec.yaml", folder: folder.url)
  }

  private func input(
    _ persons: [Person], spec: String = Self.spec
  ) throws -> TableProtection.Input {
    try input(
      "region,sex\n" + persons.map { "r\($0.region),s\($0.sex)\n" }.joined(), isMicrodata: true,
      spec: spec)
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

  /// Sensitive cells, and changes by few since each release, that follow from all releases and from what somebody knows: that he alone came to or went from a
  /// leaf cell, of those that changed since one of them.
  ///
  /// - Parameters:
  ///   - releases: by codes what each shows and hides, the one of now last.
  ///   - guesses: whether what is hidden again is taken for the same.
  ///   - own: the leaf cell, what became of leaf cells since each release, and since which of these he came or went.
  /// - Returns: the codes of what he knows.
  private func computed(
    _ releases: [[String: Figure]], guesses: Bool,
    whoAloneChanged own: (leaf: Int, changes: [[Int: Int]], since: Int)? = nil
  ) -> [String] {
    let now = releases.count - 1
    func row(_ parts: [(release: Int, leaves: [Int], sign: Int)]) -> [Int] {
      var row = [Int](repeating: 0, count: releases.count * Self.leaves)
      for part in parts {
        for leaf in part.leaves { row[part.release * Self.leaves + leaf] += part.sign }
      }
      return row
    }
    var knowledge = Knowledge()
    for (number, release) in releases.enumerated() {
      for (codes, figure) in release {
        if figure.isShown { knowledge.learn(row([(number, figure.leaves, 1)])) }
        guard guesses, number < now, let latest = releases[now][codes] else { continue }
        if !figure.isShown, !latest.isShown, figure.count == latest.count {
          knowledge.learn(row([(now, figure.leaves, 1), (number, figure.leaves, -1)]))
        }
      }
    }
    if let own { knowledge.learn(row([(now, [own.leaf], 1), (own.since, [own.leaf], -1)])) }
    // Where the others together changed nothing he knows what changed, and can subtract it from what was shown: nothing keeps that from him.
    func isOwn(_ leaves: [Int], since number: Int) -> Bool {
      guard let own, let his = own.changes[own.since][own.leaf], leaves.contains(own.leaf)
      else { return false }
      return leaves.reduce(0) { $0 + (own.changes[number][$1] ?? 0) } == his
    }
    var found: [String] = []
    for (codes, figure) in releases[now] {
      let knowsNow = releases.indices.dropLast().contains {
        isOwn(figure.leaves, since: $0) && releases[$0][codes]?.isShown ?? true
      }
      if (1..<3).contains(figure.count), !knowsNow, knowledge.knows(row([(now, figure.leaves, 1)]))
      {
        found.append(codes)
      }
      for (number, release) in releases.enumerated().dropLast() {
        guard let old = release[codes] else { continue }
        if (1..<3).contains(old.count), knowledge.knows(row([(number, figure.leaves, 1)])) {
          found.append(codes + ", as it was before")
        }
        // Shown or computed now it would tell what was hidden then.
        let wasShown = releases[..<now].contains {
          $0[codes].map { $0.isShown && $0.count == figure.count } ?? false
        }
        if !guesses, own == nil, !old.isShown, old.count == figure.count, old.count > 0, !wasShown,
          knowledge.knows(row([(now, figure.leaves, 1)]))
        {
          found.append(codes + ", hidden before")
        }
        let isOfOwn = isOwn(figure.leaves, since: number) || knowsNow && old.isShown
        if (1..<3).contains(abs(figure.count - old.count)), !isOfOwn,
          knowledge.knows(row([(now, figure.leaves, 1), (number, figure.leaves, -1)]))
        {
          found.append(codes + ", what changed")
        }
      }
    }
    return found.sorted()
  }

  /// What became of a leaf cell between two releases, where something did.
  private func changes(_ before: [Person], _ now: [Person]) -> [Int: Int] {
    var changes: [Int: Int] = [:]
    for person in now { changes[leaf(person), default: 0] += 1 }
    for person in before { changes[leaf(person), default: 0] -= 1 }
    return changes.filter { $1 != 0 }
  }

  private func leaf(_ person: Person) -> Int { person.region * Self.sexes + person.sex }

  /// Expects that a release gives nothing away beside those before it: to nobody outside, to no one who alone came or went since one of them, and that its proof
  /// can be checked on what was written.
  private func expectSafe(
    _ releases: [TableProtection], of persons: [[Person]], spec: String = Self.spec
  ) throws {
    let now = releases.count - 1
    let guesses = releases[now].report.guesses
    let all = releases.map { figures(text($0)) }
    #expect(computed(all, guesses: guesses) == [])
    let since = (0..<now).map { changes(persons[$0], persons[now]) }
    for number in 0..<now {
      for (own, more) in since[number] where abs(more) == 1 {
        let found = computed(all, guesses: guesses, whoAloneChanged: (own, since, number))
        #expect(found == [])
      }
    }
    let earlier = try releases[..<now].map { try input(text($0), isMicrodata: false, spec: spec) }
    let written = try TableSystem(
      [input(text(releases[now]), isMicrodata: false, spec: spec)], earlier: earlier)
    #expect(try TableProtection(written, certificate: releases[now].certificate).isProved)
    #expect(try TableAttack(written, intervals: true).isSafe)
    #expect(try TableAudit(written, all: false).findings.isEmpty)
  }

  // MARK: The promise

  enum Change { case came, went, moved, several }

  @Test(arguments: [Change.came, .went, .moved], 1...12)
  func
    `whoever came, went or moved alone does not stop what is published next, and gives nobody away`(
      change: Change, seed: Int
    ) throws
  {
    #expect(try isPublishedAgain(after: change, seed))
  }

  /// For readers who take what is hidden again for the same no pattern is found for some: then one for all others is.
  @Test func `several who came and went give nobody away, and stop nothing`() throws {
    var refused: [Int] = []
    for seed in 1...12 {
      #expect(try isPublishedAgain(after: .several, seed))
      if try !isPublishedAgain(after: .several, seed, spec: Self.withGuesses) {
        refused.append(seed)
      }
    }
    #expect(!refused.isEmpty && refused.count <= 2)
  }

  /// For one of these no pattern is found in the fourth quarter; then nothing is written.
  @Test func `each quarter gives nothing away beside all before it`() throws {
    var published: [Int] = []
    var isForAll = true
    for seed in 1...6 {
      var random = SeededGenerator(seed: UInt64(seed))
      var persons = [Self.persons(200, &random)]
      var releases: [TableProtection] = []
      while releases.count < 4 {
        let earlier = try releases.map { try input(text($0), isMicrodata: false) }
        let next = try TableProtection(
          TableSystem([input(persons[persons.count - 1])], earlier: earlier))
        guard next.isProved else { break }
        releases.append(next)
        isForAll = isForAll && next.report.guesses
        try expectSafe(releases, of: persons)
        // Two move, one comes.
        var now = persons[persons.count - 1]
        for _ in 0..<2 { now[Int.random(in: now.indices, using: &random)] = Self.person(&random) }
        persons.append(now + [Self.person(&random)])
      }
      published.append(releases.count)
    }
    #expect(published.allSatisfy { $0 >= 3 } && published.count { $0 == 4 } >= 5)
    #expect(!isForAll)
  }

  /// A proof for fewer readers than the spec wants is none; an attack says what those would find.
  @Test func `a spec may ask for safety from those who guess`() throws {
    var made: (releases: [TableProtection], persons: [[Person]])?
    // The first that is not safe from them.
    for seed in 1...12 where made == nil {
      let tried = try published(after: .several, seed, spec: Self.spec)
      if !tried.releases[1].report.guesses { made = tried }
    }
    let (releases, persons) = try #require(made)
    let last = releases[1]
    func written(_ spec: String) throws -> TableSystem {
      try TableSystem(
        [input(text(last), isMicrodata: false, spec: spec)],
        earlier: [input(text(releases[0]), isMicrodata: false, spec: spec)])
    }
    #expect(throws: DisclosureFileError.self) {
      try TableProtection(written(Self.withGuesses), certificate: last.certificate)
    }
    let theirs = try TableAttack(written(Self.withGuesses), intervals: true)
    #expect(!theirs.isSafe)
    let cells = Set(theirs.attempts.flatMap { $0.findings.map(\.cell) }).count
    let attack = try TableAttack(written(Self.spec), intervals: true)
    let told = try #require(attack.attempts.first { $0.attack == "guess" })
    #expect(attack.isSafe && told.what.hasSuffix(": \(cells) would be found so"))
    // The programs alone find none or some; what they find is told beside what is safe from others.
    let audit = try TableAudit(written(Self.spec), all: false)
    let theirAudit = try TableAudit(written(Self.withGuesses), all: false)
    #expect(audit.findings.isEmpty && audit.guessed == theirAudit.findings.count)
    #expect(throws: DisclosureFileError.self) {
      try TableSystem([
        input(persons[1], spec: Self.withGuesses),
        input(persons[1], spec: Self.withoutGuesses),
      ])
    }
    // What is safe from them is safe from all others, whoever the spec asks for.
    let (strict, _) = try published(after: .came, 1, spec: Self.withGuesses)
    #expect(strict[1].isProved && strict[1].report.guesses)
    let others = try TableSystem(
      [input(text(strict[1]), isMicrodata: false, spec: Self.withoutGuesses)],
      earlier: [input(text(strict[0]), isMicrodata: false, spec: Self.withoutGuesses)])
    #expect(try TableProtection(others, certificate: strict[1].certificate).isProved)
    // A first release is safe from all.
    let first = try TableProtection(
      TableSystem([input(persons[0], spec: Self.withoutGuesses)]))
    #expect(first.isProved && first.report.guesses)
  }

  /// One came: that the total is one more says nothing of him but that he came.
  @Test func `a spec may let it be seen what changed by few`() throws {
    var random = SeededGenerator(seed: 1)
    let before = Self.persons(260, &random)
    let now = before + [Self.person(&random)]
    let first = try TableProtection(TableSystem([input(before)]))
    let open = Self.spec + "\nprotect_revisions: false\n"
    let earlier = try input(text(first), isMicrodata: false, spec: open)
    let next = try TableProtection(TableSystem([input(now, spec: open)], earlier: [earlier]))
    #expect(next.isProved)
    let total = try #require(figures(text(next))["T,T"])
    #expect(total.isShown && total.count == 261)
    #expect(!next.report.rules.contains { $0.rule == "changed by too few" })
    // What a rule finds sensitive in either is as safe as it was.
    let all = [first, next].map { figures(text($0)) }
    #expect(computed(all, guesses: true).allSatisfy { $0.hasSuffix("what changed") })
    let strict = try TableProtection(TableSystem([input(now)], earlier: [earlier]))
    #expect(next.isHidden.prefix(70).count { $0 } < strict.isHidden.prefix(70).count { $0 })
    #expect(figures(text(strict))["T,T"]?.isShown == false)
  }

  private func isPublishedAgain(
    after change: Change, _ seed: Int, spec: String = Self.spec
  ) throws -> Bool {
    let (releases, persons) = try published(after: change, seed, spec: spec)
    guard releases[1].isProved else { return false }
    try expectSafe(releases, of: persons, spec: spec)
    return true
  }

  /// A release and the next, and who is in each.
  private func published(
    after change: Change, _ seed: Int, spec: String
  ) throws -> (releases: [TableProtection], persons: [[Person]]) {
    var random = SeededGenerator(seed: UInt64(seed))
    let before = Self.persons([60, 120, 260][seed % 3], &random)
    let first = try TableProtection(TableSystem([input(before)]))
    #expect(first.isProved)
    var now = before
    if change != .went { now.append(Self.person(&random)) }
    if change != .came { now.remove(at: Int.random(in: now.indices, using: &random)) }
    if change == .several { now += [Self.person(&random), Self.person(&random)] }
    let earlier = try input(text(first), isMicrodata: false, spec: spec)
    let next = try TableProtection(TableSystem([input(now, spec: spec)], earlier: [earlier]))
    return ([first, next], [before, now])
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
    let own = (leaf: 0, changes: [[0: -1, 3 * Self.sexes: 1]], since: 0)
    #expect(computed([before, open], guesses: true, whoAloneChanged: own) != [])
    #expect(computed([before, now], guesses: true, whoAloneChanged: own) == [])
  }
}
