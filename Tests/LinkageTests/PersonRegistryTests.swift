import Foundation
import Linkage
import TestSupport
import Testing

@Suite("The person registry")
struct PersonRegistryTests {
  private let folder: TemporaryFolder
  private var place: URL { folder.url.appending(path: "registry") }

  init() throws { folder = try TemporaryFolder() }

  private static let head = "id,name,born,street,phone\n"

  /// Made persons, each twice or three times, now and then with an error.
  private func people(_ range: Range<Int>, letter: String, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    return range.map { number in
      var name = "Van \(["Berg", "Dijk", "Veld", "Hof", "Brug"][number % 5])\(number % 97)"
      if Int.random(in: 0..<6, using: &random) == 0 { name.removeLast() }
      let street =
        Int.random(in: 0..<5, using: &random) == 0 ? "Kade \(number % 50)" : "Dam \(number % 211)"
      return
        "\(letter)\(number),\(name),\(1950 + number % 43)-0\(1 + number % 9)-1\(number % 8),\(street),"
    }
  }

  private func file(_ name: String, _ rows: [String]) throws -> LinkageRecords.Source {
    let file = folder.url.appending(path: "\(UUID().uuidString).csv")
    try Data((Self.head + rows.joined(separator: "\n") + "\n").utf8).write(to: file)
    return .init(name: name, file: file)
  }

  private let model = LinkageModel(
    id: "id", blocking: [["born"], ["name"], ["street", "born"]],
    comparisons: [
      .init(
        name: "name", columns: ["name"], form: .name,
        levels: ["exact", "jaro_winkler >= 0.9"], termFrequency: true),
      .init(name: "born", columns: ["born"], levels: ["exact", "swapped"]),
      .init(name: "street", columns: ["street"], levels: ["exact"], termFrequency: true),
    ], prior: .init(deterministic: [["name", "born"]], recall: 0.8))

  /// A run of the registry: the persons by source and id, and what changed.
  @discardableResult
  private func run(
    _ new: [LinkageRecords.Source], judged: String? = nil, anew: Bool = false
  ) throws -> (persons: [String: Int64], counts: PersonRegistry.Counts, linkage: FileLinkage) {
    let registry = try PersonRegistry(
      place, model: anew || !PersonRegistry.exists(place) ? model : nil, options: (true, false))
    var linkage = try FileLinkage(
      registry.sources(adding: new, anew: anew), model: registry.model,
      options: .init(within: true, onlyNew: registry.runs > 0 && !anew))
    let file = folder.url.appending(path: "judged.csv")
    if let judged { try Data("left_id,right_id,same\n\(judged)\n".utf8).write(to: file) }
    let judgements = try registry.judgements(linkage.records, adding: judged == nil ? nil : file)
    try linkage.run(judged: judgements, earlier: anew ? [] : registry.links(linkage.records))
    let outcome = try registry.store(linkage, new: new, judged: judgements)
    var persons: [String: Int64] = [:]
    for record in 0..<linkage.records.count where outcome.persons[record] > 0 {
      let source = linkage.records.sources[linkage.records.source(of: record)].name
      persons["\(source) \(linkage.records.id(record))"] = outcome.persons[record]
    }
    return (persons, outcome.counts, linkage)
  }

  private func clusters(_ persons: [String: Int64]) -> Set<Set<String>> {
    Set(Dictionary(grouping: persons.keys) { persons[$0] }.values.map { Set($0) })
  }

  private func clusters(_ linkage: FileLinkage) -> Set<Set<String>> {
    let records = linkage.records
    return Set(
      Dictionary(grouping: 0..<records.count) { linkage.clusters.roots[$0] }.values.map {
        Set($0.map { "\(records.sources[records.source(of: $0)].name) \(records.id($0))" })
      })
  }

  @Test("gives, delivery after delivery, what comparing all records at once gives")
  func incremental() throws {
    let police = people(0..<700, letter: "p", seed: 1)
    let courts = people(200..<900, letter: "c", seed: 2)
    let prisons = people(500..<800, letter: "d", seed: 3)
    try run([file("police", Array(police[..<500])), file("courts", Array(courts[..<400]))])
    try run([file("police", Array(police[500...]))])
    try run([file("courts", Array(courts[400...])), file("prisons", Array(prisons[..<100]))])
    let last = try run([file("prisons", Array(prisons[100...]))])
    // All at once, with the model of the first run and its frequencies.
    var whole = try FileLinkage(
      [
        founded("police", police, by: 500), founded("courts", courts, by: 400),
        founded("prisons", prisons, by: 0),
      ], model: last.linkage.model, options: .init(within: true))
    try whole.run()
    #expect(clusters(last.persons) == clusters(whole))
    #expect(clusters(whole).contains { $0.count == 3 })
    let pairs = zip(last.linkage.links, whole.links)
    #expect(last.linkage.links.count == whole.links.count)
    #expect(
      pairs.allSatisfy { $0.left == $1.left && $0.right == $1.right && $0.weight == $1.weight })
    #expect(last.linkage.report.scored * 3 < whole.report.scored)
  }

  private func founded(_ name: String, _ rows: [String], by founding: Int) throws
    -> LinkageRecords.Source
  {
    let source = try file(name, rows)
    let path = try #require(source.file).path
    return .init(
      name: name, relation: "read_csv('\(path)', header = true, all_varchar = true)",
      founding: founding)
  }

  @Test("persons keep their numbers, whatever is delivered next, and whether linked anew or not")
  func stable() throws {
    let first = try run([
      file("police", people(0..<300, letter: "p", seed: 1)),
      file("courts", people(100..<400, letter: "c", seed: 2)),
    ])
    #expect(first.counts.new == first.counts.persons && first.counts.merged == 0)
    let second = try run([file("prisons", people(1000..<1100, letter: "d", seed: 3))])
    let kept = first.persons.filter { second.persons[$0.key] == $0.value }
    #expect(kept.count == first.persons.count)
    #expect(second.counts.new == second.counts.persons - first.counts.persons)
    let anew = try run([file("halt", people(2000..<2010, letter: "h", seed: 4))], anew: true)
    let still = second.persons.filter { anew.persons[$0.key] == $0.value }
    #expect(Double(still.count) > 0.99 * Double(second.persons.count))
    #expect(anew.persons.count == second.persons.count + 10)
  }

  @Test("a judgement that joins or parts persons holds in later runs, and both are written down")
  func judgements() throws {
    let rows = people(0..<300, letter: "p", seed: 1) + people(0..<150, letter: "q", seed: 1)
    let first = try run([file("police", rows)])
    let (a, b, c) = ("police p3", "police q3", "police p200")
    #expect(first.persons[a] == first.persons[b] && first.persons[a] != first.persons[c])
    let second = try run(
      [file("courts", people(600..<620, letter: "c", seed: 2))],
      judged: "p3,q3,no\np3,p200,yes")
    #expect(second.persons[a] != second.persons[b] && second.persons[a] == second.persons[c])
    #expect(second.counts.merged + second.counts.split > 0)
    let events = try String(contentsOf: place.appending(path: "events.csv"), encoding: .utf8)
    #expect(events.hasPrefix("run,change,person,other,records\n2,"))
    #expect(events.contains("merged") && events.contains("\(first.persons[c] ?? 0)"))
    let third = try run([file("courts", people(700..<720, letter: "c", seed: 3))])
    #expect(third.persons[a] != third.persons[b] && third.persons[a] == third.persons[c])
    #expect(third.counts.merged == 0 && third.counts.split == 0)
  }

  @Test("of a record that is delivered again the last one counts, under the same number")
  func replaced() throws {
    let rows = people(0..<200, letter: "p", seed: 1)
    let first = try run([
      file("police", rows), file("courts", people(0..<200, letter: "c", seed: 2)),
    ])
    let (old, other) = ("police p7", "courts c7")
    #expect(first.persons[old] == first.persons[other])
    // Now it is somebody else who is p7.
    let second = try run([file("police", ["p7,Quist,1931-12-30,Elders 1,", rows[8]])])
    #expect(second.counts.replaced == 2)
    #expect(second.persons.count == first.persons.count)
    #expect(second.persons[old] != second.persons[other])
    #expect(second.persons["police p8"] == first.persons["police p8"])
    #expect(
      second.linkage.links.allSatisfy { link in
        !(second.linkage.records.id(Int(link.left)) == "p7"
          || second.linkage.records.id(Int(link.right)) == "p7")
      })
    let third = try run([file("police", [rows[7]])])
    #expect(third.persons[old] == third.persons[other])
    #expect(clusters(third.persons) == clusters(first.persons))
  }

  @Test("keeps what the model reads and nothing else, for its owner alone")
  func minimal() throws {
    try run([file("police", ["p1,Quist,1931-12-30,Elders 1,0612345678"])])
    for name in try FileManager.default.contentsOfDirectory(atPath: place.path) {
      let file = place.appending(path: name)
      let data = try Data(contentsOf: file)
      #expect(data.range(of: Data("0612345678".utf8)) == nil, "\(name)")
      #expect(data.range(of: Data("phone".utf8)) == nil, "\(name)")
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
      #expect((mode as? Int) == 0o600, "\(name)")
    }
  }

  @Test("what a stopped run left is no part of it")
  func stopped() throws {
    let rows = people(0..<100, letter: "p", seed: 1)
    let first = try run([file("police", rows)])
    // A run that ended before the state was written.
    for name in ["delivery-2.parquet", "links-2.parquet", ".part-1"] {
      try Data("half".utf8).write(to: place.appending(path: name))
    }
    try Data("run,change,person,other,records\n2,merged,1,2,1\n".utf8).write(
      to: place.appending(path: "events.csv"))
    let second = try run([file("courts", people(0..<50, letter: "c", seed: 2))])
    #expect(second.persons.count == 150)
    #expect(first.persons.allSatisfy { second.persons[$0.key] == $0.value })
    let events = try String(contentsOf: place.appending(path: "events.csv"), encoding: .utf8)
    #expect(!events.contains("merged,1,2,1"))
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
    #expect(!names.contains(".part-1") && !names.contains("links-1.parquet"))
  }

  @Test("is refused when a file of it was changed or is gone", arguments: ["links-1", "persons-1"])
  func damaged(name: String) throws {
    try run([file("police", people(0..<100, letter: "p", seed: 1))])
    let kept = place.appending(path: "\(name).parquet")
    let good = try Data(contentsOf: kept)
    let next = try file("courts", people(0..<50, letter: "c", seed: 2))
    for bad in [Data("half".utf8), nil] {
      try FileManager.default.removeItem(at: kept)
      if let bad { try bad.write(to: kept) }
      let error = #expect(throws: LinkageError.self) { try run([next]) }
      #expect(error?.description.contains("\(name).parquet does not fit the registry") == true)
      if bad == nil { try good.write(to: kept) }
    }
    #expect(try run([next]).persons.count == 150)
  }

  @Test("says what is wrong, and stays as it was")
  func errors() throws {
    let rows = people(0..<100, letter: "p", seed: 1)
    let first = try run([file("police", rows)])
    func failure(_ rows: [String], head: String) throws -> String {
      let file = folder.url.appending(path: "bad.csv")
      try Data((head + rows.joined(separator: "\n")).utf8).write(to: file)
      let error = #expect(throws: LinkageError.self) {
        try run([.init(name: "police", file: file)])
      }
      return error?.description ?? ""
    }
    #expect(
      try failure(["x,y"], head: "id,name\n").contains(
        "bad.csv lacks born, street, which the registry has of police"))
    #expect(
      try failure([rows[3], rows[3]], head: Self.head).contains(
        "row 2: its 'id' is that of an earlier row"))
    let sorted = LinkageModel(
      id: "id", blocking: [.init(sorted: ["name"], window: 4)], comparisons: model.comparisons)
    let error = #expect(throws: LinkageError.self) {
      try PersonRegistry(
        folder.url.appending(path: "other"), model: sorted, options: (true, false))
    }
    #expect(error?.description.contains("sorted rule") == true)
    let again = try run([file("police", ["z1,Quist,1931-12-30,Elders 1,"])])
    #expect(again.counts.persons == first.counts.persons + 1)
  }

  @Test("a name goes to one cluster and no cluster has two, whatever was joined or parted")
  func continuity() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let records = Int.random(in: 1...30, using: &random)
      let earlier = (0..<records).map { _ in Int32.random(in: -1...9, using: &random) }
      let clusters = (0..<records).map { _ in Int32.random(in: -1...9, using: &random) }
      let found = Continuity(clusters: clusters, clusterCount: 10, earlier: earlier)
      let names = found.persons.filter { $0 >= 0 }
      #expect(Set(names).count == names.count)
      func shared(_ person: Int32, _ cluster: Int32) -> Int {
        zip(clusters, earlier).count { $0 == cluster && $1 == person }
      }
      for (cluster, person) in found.persons.enumerated() {
        if person >= 0 {
          #expect(shared(person, Int32(cluster)) > 0)
        } else {
          // Every person that had records of it went where it had as many.
          for other in Set(zip(clusters, earlier).filter { Int($0.0) == cluster }.map(\.1))
          where other >= 0 {
            let place = found.persons.firstIndex(of: other)
            #expect(place.map { shared(other, Int32($0)) >= shared(other, Int32(cluster)) } == true)
          }
        }
      }
      let moved = zip(clusters, earlier).count { cluster, person in
        cluster >= 0 && person >= 0 && found.persons[Int(cluster)] != person
      }
      #expect(found.events.reduce(0) { $0 + $1.records } == moved)
      for event in found.events {
        #expect((event.change == .merged) == !found.persons.contains(event.person))
      }
    }
  }
}
