import Foundation
import Linkage
import TestSupport
import Testing

@Suite("Clusters")
struct ClusterTests {
  private func link(_ left: Int32, _ right: Int32, _ weight: Float) -> ScoredPair {
    ScoredPair(left: left, right: right, weight: weight, probability: 0.99, kind: .same)
  }

  /// Pairs that have no weight are strangers.
  private func weight(
    _ weights: [Set<Int>: Float], cannot: Set<Set<Int>> = []
  ) -> (Int, Int) -> Float? {
    { left, right in cannot.contains([left, right]) ? nil : weights[[left, right]] ?? -20 }
  }

  @Test("follow a chain of links as long as most of it is not of strangers")
  func chain() {
    let links = [link(0, 1, 9), link(0, 2, 9), link(1, 2, 9), link(2, 3, 7)]
    let near: [Set<Int>: Float] = [[0, 1]: 9, [0, 2]: 9, [1, 2]: 9, [2, 3]: 7]
    let apart = Clusters(records: 4, links: links, weight: weight(near))
    #expect(apart.roots == [0, 0, 0, 3] && apart.outvoted == 1)
    let nearer = near.merging([[1, 3]: -3]) { $1 }
    let together = Clusters(records: 4, links: links, weight: weight(nearer))
    #expect(together.roots == [0, 0, 0, 0] && together.outvoted == 0)
  }

  @Test("do not follow a link to a record that one of them cannot be")
  func excluded() {
    let clusters = Clusters(
      records: 3, links: [link(0, 1, 9), link(1, 2, 8)],
      weight: weight([[0, 1]: 9, [1, 2]: 8, [0, 2]: 30], cannot: [[0, 2]]))
    #expect(clusters.roots == [0, 0, 2])
  }

  @Test("one pair does not outvote all others, however sure it is")
  func bounded() {
    // Twice three records of two persons, of whom two records are as good as equal.
    var weights: [Set<Int>: Float] = [[2, 3]: 60]
    for left in 0..<3 {
      for right in 3..<6 where [left, right] != [2, 3] { weights[[left, right]] = -4 }
    }
    var links = [link(2, 3, 60)]
    for first in [0, 3] {
      for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        links.append(link(Int32(first + a), Int32(first + b), 70))
        weights[[first + a, first + b]] = 70
      }
    }
    let clusters = Clusters(records: 6, links: links, weight: weight(weights))
    #expect(clusters.roots == [0, 0, 0, 3, 3, 3] && clusters.outvoted == 1)
  }

  @Test("give what a slow twin gives that looks at every pair of every two clusters")
  func slowTwin() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let count = Int.random(in: 3...12, using: &random)
      var weights: [Set<Int>: Float] = [:]
      var cannot = Set<Set<Int>>()
      var links: [ScoredPair] = []
      for left in 0..<count {
        for right in left + 1..<count {
          let weight = Float(Int.random(in: -120...90, using: &random)) / 10
          weights[[left, right]] = weight
          if Int.random(in: 0..<25, using: &random) == 0 { cannot.insert([left, right]) }
          if weight > 2 { links.append(link(Int32(left), Int32(right), weight)) }
        }
      }
      let asked = weight(weights, cannot: cannot)
      let found = Clusters(records: count, links: links.shuffled(using: &random), weight: asked)
      var clusters = (0..<count).map { [$0] }
      let ordered = links.sorted {
        $0.weight == $1.weight ? ($0.left, $0.right) < ($1.left, $1.right) : $0.weight > $1.weight
      }
      for link in ordered {
        let places = [link.left, link.right].map { record in
          clusters.firstIndex { $0.contains(Int(record)) } ?? 0
        }
        guard places[0] != places[1] else { continue }
        let (a, b) = (clusters[places[0]], clusters[places[1]])
        let between = a.flatMap { left in b.map { asked(min(left, $0), max(left, $0)) } }
        let sum = between.reduce(0.0) { $0 + Double(max(-8, min(8, $1 ?? 0))) }
        guard a.count + b.count == 2 || !between.contains(nil) && sum >= -2 * Double(between.count)
        else { continue }
        clusters[places[0]] = a + b
        clusters.remove(at: places[1])
      }
      // Two records that nothing else touches are joined by their link alone.
      let roots = (0..<count).map { record in
        Int32(clusters.first { $0.contains(record) }?.min() ?? 0)
      }
      #expect(found.roots == roots)
    }
  }

  @Test("keep apart what somebody judged to be two persons, whoever stands between them")
  func judged() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "people.csv")
    var text = "id,name,born,street\n"
    for number in 0..<60 {
      text += "x\(number),N\(number * 7),19\(40 + number % 50)-01-02,S\(number)\n"
      text += "y\(number),N\(number * 7),19\(40 + number % 50)-01-02,S\(number)\n"
    }
    text += "a,Vermeer,1970-05-05,Dam\nb,Vermeer,1970-05-05,Dam\nc,Vermeer,1970-05-05,Dam\n"
    try Data(text.utf8).write(to: file)
    let model = LinkageModel(
      id: "id", blocking: [["name"], ["born"]],
      comparisons: [
        .init(name: "name", columns: ["name"], levels: ["exact"]),
        .init(name: "born", columns: ["born"], levels: ["exact"]),
        .init(name: "street", columns: ["street"], levels: ["exact"]),
      ], prior: .init(deterministic: [["name", "born"]], recall: 0.9))
    func clusters(_ judgement: String) throws -> [Set<String>] {
      var linkage = try FileLinkage(
        [.init(name: "people.csv", file: file)], model: model, options: .init())
      let judged = folder.url.appending(path: "judged.csv")
      try Data("left_id,right_id,same\n\(judgement)".utf8).write(to: judged)
      try linkage.run(judged: Judgements(judged, records: linkage.records))
      return Dictionary(grouping: 0..<linkage.records.count) { linkage.clusters.roots[$0] }.values
        .map { Set($0.map { linkage.records.id($0) }) }
    }
    #expect(try clusters("").contains(["a", "b", "c"]))
    let apart = try clusters("a,b,no\n")
    #expect(apart.contains(["a", "c"]) && apart.contains(["b"]))
    let joined = try clusters("a,x1,yes\n")
    #expect(joined.contains { $0.isSuperset(of: ["a", "x1"]) })
  }
}
