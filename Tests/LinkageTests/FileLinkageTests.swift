import Foundation
import Linkage
import TestSupport
import Testing
import Warehouse

@Suite struct FileLinkageTests {
  private static let given = "Jan Piet Kees Anna Maria Sofie Ahmed Fatima Özlem Mehmet Roos Daan"
    .split(separator: " ")
  private static let parts = "berg veld man stra kamp brug wijk horst dal zand".split(
    separator: " ")

  /// Two files of made persons: half of all are in both, a third live with a relative, a tenth of them twins.
  private func persons(_ count: Int, in folder: URL, seed: UInt64 = 3) throws -> [LinkageRecords
    .Source]
  {
    var random = SeededGenerator(seed: seed)
    func any<Value>(_ values: [Value]) -> Value {
      values[Int.random(in: values.indices, using: &random)]
    }
    func date() -> String {
      String(
        format: "%d-%02d-%02d", Int.random(in: 1940...2005, using: &random),
        Int.random(in: 1...12, using: &random), Int.random(in: 1...28, using: &random))
    }
    var people: [[String]] = []
    while people.count < count {
      let surname = "\(any(Self.parts))\(any(Self.parts))\(any(Self.parts))"
      let postcode = "\(Int.random(in: 1000...1400, using: &random))AB"
      let birth = date()
      people.append([String(any(Self.given)), surname, birth, postcode])
      if Int.random(in: 0..<3, using: &random) == 0 {
        let isTwin = Int.random(in: 0..<10, using: &random) == 0
        people.append([String(any(Self.given)), surname, isTwin ? birth : date(), postcode])
      }
    }
    var texts = [
      "id,given,surname,birth,postcode,entity\n", "id,given,surname,birth,postcode,entity\n",
    ]
    for (number, person) in people.enumerated() {
      let place = Int.random(in: 0..<4, using: &random)
      for side in 0..<2 where place > 1 || place == side {
        var written = person
        if Int.random(in: 0..<8, using: &random) == 0 { written[1].removeFirst() }
        if Int.random(in: 0..<10, using: &random) == 0 { written[3] = "1500ZZ" }
        if Int.random(in: 0..<20, using: &random) == 0 { written[0] = "" }
        texts[side] += "\(side)-\(number),\(written.joined(separator: ",")),\(number)\n"
      }
    }
    return try texts.enumerated().map { side, text in
      let file = folder.appending(path: "\(side).csv")
      try Data(text.utf8).write(to: file)
      return .init(name: "\(side).csv", file: file)
    }
  }

  /// A detour writes each level so that no fast path can take it.
  private func model(
    threshold: Double = 0.5, detour: Bool = false,
    blocking: [BlockingRule] = [["birth"], ["surname", "postcode"], ["given", "surname"]]
  ) -> LinkageModel {
    func levels(_ levels: [String]) -> [String] {
      detour ? levels.map { "\($0) or (\($0) and \($0))" } : levels
    }
    return LinkageModel(
      id: "id", blocking: blocking,
      comparisons: [
        .init(
          name: "given", columns: ["given"], form: .name,
          levels: levels(["exact", "jaro_winkler >= 0.9"]), termFrequency: !detour),
        .init(
          name: "surname", columns: ["surname"], form: .name,
          levels: levels([
            "exact", "jaro_winkler >= 0.92", "levenshtein <= 2", "damerau_levenshtein <= 3",
          ]),
          sharedInFamily: true),
        .init(
          name: "birth", columns: ["birth"],
          levels: levels(["exact", "damerau_levenshtein <= 1", "prefix >= 4"]), sharedInFamily: true
        ),
        .init(
          name: "postcode", columns: ["postcode"], form: .code,
          levels: levels(["exact", "prefix >= 4"]), sharedInFamily: true),
      ], prior: .init(deterministic: [["given", "surname", "birth"]], recall: 0.6),
      threshold: threshold)
  }

  private func pairs(_ linkage: FileLinkage) -> [String] {
    linkage.links.map { link in
      "\(linkage.records.id(Int(link.left))) \(linkage.records.id(Int(link.right))) \(link.weight) \(link.kind)"
    }
  }

  @Test func `persons are found, and their twins and brothers are not taken for them`() throws {
    let folder = try TemporaryFolder()
    var linkage = try FileLinkage(
      persons(6000, in: folder.url), model: model(), options: .init(oneToOne: true))
    try linkage.run()
    try linkage.evaluate(truth: nil, entity: "entity", groups: [])
    let evaluation = try #require(linkage.report.evaluation)
    let half = try #require(evaluation.thresholds.first)
    #expect(try #require(half.precision) > 0.985)
    #expect(try #require(half.recall) > 0.95)
    // Who claims certainty is right.
    let sure = try #require(evaluation.thresholds.first { $0.threshold == 0.99 })
    #expect(try #require(sure.precision) > 0.99)
    #expect(linkage.model.isEstimated)
    let birth = linkage.model.comparisons[2]
    #expect(birth.same[0] > 0.9 && birth.family[0] > 0.03 && birth.family[0] < 0.25)
    // Equality by chance is counted, not guessed: one postcode in some 400.
    #expect(abs(linkage.model.comparisons[3].unrelated[0] - 1.0 / 401) < 0.012)
  }

  @Test
  func
    `the outcome is the same for any number of threads, and when the model that came out is given again`()
    throws
  {
    let folder = try TemporaryFolder()
    let sources = try persons(2000, in: folder.url)
    var one = try FileLinkage(sources, model: model(), options: .init(threads: 1))
    try one.run()
    #expect(one.links.count > 300)
    for threads in 2...3 {
      var other = try FileLinkage(sources, model: model(), options: .init(threads: threads))
      try other.run()
      #expect(pairs(other) == pairs(one))
    }
    let text = try one.model.yaml()
    var again = try FileLinkage(
      sources, model: LinkageModel(yaml: text, file: "model.yaml"), options: .init())
    try again.run()
    #expect(again.report.estimation == nil)
    #expect(abs(again.links.count - one.links.count) <= 1)
  }

  @Test func `a level gives the same, however it is computed`() throws {
    let folder = try TemporaryFolder()
    let sources = try persons(1500, in: folder.url)
    var learnt = try FileLinkage(sources, model: model(), options: .init())
    try learnt.run()
    var (fast, slow) = (model(threshold: 0.001), model(threshold: 0.001, detour: true))
    for index in fast.comparisons.indices {
      let known = learnt.model.comparisons[index]
      for side in [\LinkageModel.Comparison.same, \.family, \.unrelated] {
        fast.comparisons[index][keyPath: side] = known[keyPath: side]
        slow.comparisons[index][keyPath: side] = known[keyPath: side]
      }
      fast.comparisons[index].termFrequency = false
    }
    fast.prior = learnt.model.prior
    slow.prior = learnt.model.prior
    var quick = try FileLinkage(sources, model: fast, options: .init())
    var detour = try FileLinkage(sources, model: slow, options: .init())
    try quick.run()
    try detour.run()
    #expect(quick.links.count > 300)
    #expect(pairs(quick) == pairs(detour))
  }

  @Test func `no pair that is a link is passed over, however much is left uncompared`() throws {
    let folder = try TemporaryFolder()
    let sources = try persons(400, in: folder.url)
    let everyPair = model(threshold: 0, blocking: [["'all'"]])
    var all = try FileLinkage(sources, model: everyPair, options: .init())
    try all.run()
    #expect(Double(all.links.count) == all.report.pairs)
    for threshold in [0.001, 0.5, 0.99] {
      var some = try FileLinkage(
        sources, model: model(threshold: threshold, blocking: [["'all'"]]), options: .init())
      try some.run()
      let expected = all.links.filter { Double($0.probability) >= threshold }.map {
        "\($0.left) \($0.right) \($0.weight) \($0.kind)"
      }
      let found = some.links.map { "\($0.left) \($0.right) \($0.weight) \($0.kind)" }
      #expect(found.count > 100)
      #expect(found == expected)
    }
  }

  /// Some levels ask only for edits and Jaro's similarity, some for more; some files have few values, each many times.
  @Test(arguments: [
    (
      [
        "exact", "initial", "levenshtein <= 1", "damerau_levenshtein <= 1", "jaro_winkler >= 0.9",
        "damerau_levenshtein <= 2", "jaro >= 0.75", "levenshtein <= 3", "prefix >= 1",
        "jaro_winkler >= 0.5",
      ], 1
    ),
    (
      [
        "exact", "levenshtein <= 1", "damerau_levenshtein <= 1", "jaro_winkler >= 0.85",
        "damerau_levenshtein <= 2", "jaro >= 0.7", "levenshtein <= 3", "jaro_winkler >= 0.5",
      ], 1
    ),
    (["exact", "levenshtein <= 1", "damerau_levenshtein <= 2", "levenshtein <= 4"], 1),
    (["exact", "jaro_winkler >= 0.9", "jaro_winkler >= 0.7", "jaro >= 0.5"], 4),
    (["exact", "damerau_levenshtein <= 1", "levenshtein <= 3"], 4),
  ])
  func `every distance decides the same, whether it is bounded first or not`(
    levels: [String], copies: Int
  ) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 11)
    let file = folder.url.appending(path: "0.csv")
    var text = "id,word,one\n"
    var drawn: [String] = []
    for number in 0..<180 / copies {
      let length = number % 9 == 0 ? 1 : Int.random(in: 2...7, using: &random)
      let letters = (0..<length).map { _ in String("abcdeé".randomElement(using: &random) ?? "a") }
      drawn.append(letters.joined())
    }
    for number in 0..<180 { text += "\(number),\(drawn[number / copies]),1\n" }
    try Data(text.utf8).write(to: file)
    func links(detour: Bool) throws -> [String] {
      var word = LinkageModel.Comparison(
        name: "word", columns: ["word"], levels: detour ? levels.map { "\($0) and \($0)" } : levels)
      // Each level has a weight of its own.
      let sum = Double((levels.count + 1) * (levels.count + 2) / 2)
      word.same = (0...levels.count).map { Double($0 + 1) / sum }
      word.unrelated = word.same.reversed()
      let model = LinkageModel(
        id: "id", blocking: [["one"]], comparisons: [word], prior: .init(same: 0.5), threshold: 0)
      var linkage = try FileLinkage(
        [.init(name: "0.csv", file: file)], model: model, options: .init())
      try linkage.run()
      return pairs(linkage)
    }
    let quick = try links(detour: false)
    #expect(quick.count == 180 * 179 / 2)
    #expect(quick == (try links(detour: true)))
    // And what the distances themselves say, asked one by one.
    let words = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    var slow: [String] = []
    for (i, left) in words.enumerated() {
      for (j, right) in words.enumerated().dropFirst(i + 1) {
        let level = levels.firstIndex { passes($0, String(left), String(right)) } ?? levels.count
        let weight = Float(
          (log(Double(level + 1)) - log(Double(levels.count + 1 - level))) / log(2))
        slow.append("\(i) \(j) \((weight * 1000).rounded())")
      }
    }
    let told = quick.map { line in
      let parts = line.split(separator: " ")
      return "\(parts[0]) \(parts[1]) \(((Float(parts[2]) ?? 0) * 1000).rounded())"
    }
    #expect(Set(told) == Set(slow))
    // All levels are met.
    #expect(Set(quick.map { $0.split(separator: " ")[2] }).count >= levels.count)
  }

  /// One level of a single column, without any bound or memory.
  private func passes(_ level: String, _ left: String, _ right: String) -> Bool {
    let parts = level.split(separator: " ")
    let bound = parts.count == 3 ? Double(parts[2]) ?? 0 : 0
    return TextDistances.scalars(of: left).withUnsafeBufferPointer { a in
      TextDistances.scalars(of: right).withUnsafeBufferPointer { b in
        switch parts[0] {
        case "exact": left == right
        case "initial": min(a.count, b.count) == 1 && a[0] == b[0]
        case "levenshtein": Double(TextDistances.levenshtein(a, b)) <= bound
        case "damerau_levenshtein": Double(TextDistances.damerauLevenshtein(a, b)) <= bound
        case "jaro": TextDistances.jaro(a, b) >= bound
        case "jaro_winkler": TextDistances.jaroWinkler(a, b) >= bound
        case "prefix": Double(TextDistances.commonPrefix(a, b)) >= bound
        default: false
        }
      }
    }
  }

  /// Rows of one file against a model of one rule; the pairs that are links, by their ids.
  private func linked(
    _ text: String, blocking: BlockingRule, comparison: LinkageModel.Comparison,
    cannot: [LinkageModel.Exclusion] = []
  ) throws -> (pairs: Set<String>, report: FileLinkage.Report) {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "0.csv")
    try Data(text.utf8).write(to: file)
    var comparison = comparison
    comparison.same = [0.9, 0.1]
    comparison.unrelated = [0.1, 0.9]
    var linkage = try FileLinkage(
      [.init(name: "0.csv", file: file)],
      model: LinkageModel(
        id: "id", blocking: [blocking], comparisons: [comparison], cannot: cannot,
        prior: .init(same: 0.5), threshold: 0.5), options: .init())
    try linkage.run()
    let ids = linkage.links.map {
      "\(linkage.records.id(Int($0.left))) \(linkage.records.id(Int($0.right)))"
    }
    #expect(Set(ids).count == ids.count)
    return (Set(ids), linkage.report)
  }

  @Test func `records share a block for each part of a list, and stand in it once`() throws {
    var random = SeededGenerator(seed: 11)
    let tags = (0..<60).map { _ in
      (0..<Int.random(in: 0...4, using: &random)).map { _ in
        String("abcdefghij".randomElement(using: &random) ?? "a")
      }
    }
    let places = (0..<60).map { $0 % 3 }
    let text =
      "id,tags,place\n"
      + (0..<60).map { "\($0),\(tags[$0].joined(separator: ";")),\(places[$0])\n" }.joined()
    for equal in [[], ["place"]] {
      let (pairs, report) = try linked(
        text, blocking: .init(equal: equal, each: "tags", separator: ";"),
        comparison: .init(name: "id", columns: ["'one'"], levels: ["exact"]))
      var wanted = Set<String>()
      for i in 0..<60 {
        for j in (i + 1)..<60
        where !Set(tags[i]).isDisjoint(with: tags[j]) && (equal.isEmpty || places[i] == places[j]) {
          wanted.insert("\(i) \(j)")
        }
      }
      #expect(pairs == wanted && report.scored == wanted.count && wanted.count > 100)
    }
  }

  @Test func `neighbours in an order are paired, and nobody else`() throws {
    var random = SeededGenerator(seed: 12)
    let names = (0..<50).map { _ in
      Int.random(in: 0..<9, using: &random) == 0
        ? "" : "n\(Int.random(in: 100..<999, using: &random))"
    }
    let text = "id,name\n" + (0..<50).map { "\($0),\(names[$0])\n" }.joined()
    let (pairs, _) = try linked(
      text, blocking: .init(sorted: ["name"], window: 4),
      comparison: .init(name: "id", columns: ["'one'"], levels: ["exact"]))
    let order = (0..<50).filter { !names[$0].isEmpty }.sorted {
      (names[$0], $0) < (names[$1], $1)
    }
    var wanted = Set<String>()
    for (place, i) in order.enumerated() {
      for j in order[(place + 1)...].prefix(3) { wanted.insert("\(min(i, j)) \(max(i, j))") }
    }
    #expect(pairs == wanted)
  }

  @Test(arguments: [
    // Two verified numbers that differ; one of them missing excludes nothing.
    ("number", "differs", ["7", "8", "", "7"], ["0 2", "0 3", "1 2", "2 3"]),
    // Died before the other was born.
    (
      "death,birth", "before",
      ["1980-01-01;1950-01-01", ";1990-05-05", ";1970-01-01", "1979-12-31;1949-01-01"],
      ["0 2", "0 3", "1 2", "2 3"]
    ),
    // Two prisons on one day; no end is for ever.
    (
      "prison,from,until", "differs(1) and overlap(2)",
      [
        "A;2020-01-01;2020-02-01", "B;2020-02-01;2020-03-01", "A;2020-01-15;",
        "B;2019-01-01;2019-12-31",
      ], ["0 2", "0 3", "1 3", "2 3"]
    ),
  ])
  func `what two records of one person cannot have makes no link`(
    columns: String, when: String, rows: [String], wanted: [String]
  ) throws {
    let text =
      "id,\(columns)\n"
      + rows.enumerated().map { "\($0),\($1.replacing(";", with: ","))\n" }.joined()
    let (pairs, report) = try linked(
      text, blocking: ["'all'"],
      comparison: .init(name: "id", columns: ["'one'"], levels: ["exact"]),
      cannot: [
        .init(
          name: "impossible", columns: columns.split(separator: ",").map(String.init), when: when)
      ])
    #expect(pairs == Set(wanted))
    #expect(report.excluded == 6 - wanted.count)
  }

  @Test func `expressions over one column give what they give for each record`() throws {
    let folder = try TemporaryFolder()
    let sources = try persons(400, in: folder.url)
    // The second is read row by row, for it has a column's name in it twice over.
    let rules: [[BlockingRule]] = [
      [["left(surname, 5)", "sound(given)"]],
      [["left(surname || left(birth, 0), 5)", "sound(given || left(birth, 0))"]],
    ]
    let found = try rules.map { rule in
      var linkage = try FileLinkage(
        sources, model: model(threshold: 0, blocking: rule), options: .init())
      try linkage.run()
      return Set(
        linkage.links.map {
          "\(linkage.records.id(Int($0.left))) \(linkage.records.id(Int($0.right)))"
        })
    }
    #expect(found[0].count > 100 && found[0] == found[1])
  }

  /// The fast way of both for ASCII, against the SQL that says what they are: a second mention of the column makes it be asked.
  @Test(arguments: ["sound", "folded"])
  func `what a name sounds like is what SQL says`(function: String) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 17)
    let letters = Array("schzjtkgpaehiwvyqxdbfglmnrs' -1ÉØëłS")
    var text = "id,name\n"
    for number in 0..<3000 {
      let length = Int.random(in: 1...9, using: &random)
      text += "\(number),"
      text += String(
        (0..<length).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
      text += "\n"
    }
    let file = folder.url.appending(path: "names.csv")
    try Data(text.utf8).write(to: file)
    func pairs(_ expressions: String...) throws -> Int {
      let linkage = try FileLinkage(
        [.init(name: "names.csv", file: file)],
        model: LinkageModel(
          id: "id", blocking: [BlockingRule(equal: expressions)],
          comparisons: [.init(name: "name", columns: ["name"], levels: ["exact"])]),
        options: .init())
      return Int(linkage.report.rules[0].pairs)
    }
    let ours = "\(function)(name)"
    let found = try pairs(ours)
    #expect(found > 300)
    // Together they part no two records that each alone brings together.
    let told = "\(function)(name || left(name, 0))"
    #expect(try pairs(told) == found && pairs(ours, told) == found)
  }

  @Test func `blocking makes every pair that a rule asks for, each once`() throws {
    let folder = try TemporaryFolder()
    let sources = try persons(300, in: folder.url)
    for within in [false, true] {
      let rules: [BlockingRule] = [["birth"], ["surname"], ["postcode", "given"]]
      var linkage = try FileLinkage(
        sources, model: model(threshold: 0, blocking: rules), options: .init(within: within))
      try linkage.run()
      let rows = try sources.enumerated().flatMap { side, source in
        try String(contentsOf: #require(source.file), encoding: .utf8).split(separator: "\n")
          .dropFirst().map {
            (side, $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
          }
      }
      var wanted: Set<String> = []
      for (i, (leftSide, a)) in rows.enumerated() {
        for (rightSide, b) in rows[(i + 1)...] where within || leftSide != rightSide {
          let isPair = a[3] == b[3] || a[2] == b[2] || a[4] == b[4] && !a[1].isEmpty && a[1] == b[1]
          if isPair { wanted.insert("\(a[0]) \(b[0])") }
        }
      }
      let found = linkage.links.map {
        "\(linkage.records.id(Int($0.left))) \(linkage.records.id(Int($0.right)))"
      }
      #expect(Set(found) == wanted)
      #expect(found.count == wanted.count && linkage.report.scored == wanted.count)
    }
  }

  @Test func `a queue shows nothing of the model, and what is judged holds`() throws {
    let folder = try TemporaryFolder()
    let sources = try persons(1500, in: folder.url)
    var linkage = try FileLinkage(sources, model: model(threshold: 0.01), options: .init())
    try linkage.run()
    let queue = folder.url.appending(path: "queue.csv")
    try linkage.writeQueue(to: queue, count: 30)
    let lines = try String(contentsOf: queue, encoding: .utf8).split(separator: "\n")
    #expect(
      lines[0]
        == "left_id,right_id,left given,right given,left surname,right surname,left birth,right birth,left postcode,right postcode,same"
    )
    #expect(lines.count == 31 && lines.dropFirst().allSatisfy { $0.hasSuffix(",") })
    // Judge them against what is the case: the model's links and the others alike.
    let judged = lines.enumerated().map { number, line in
      number == 0 ? String(line) : line + (number % 2 == 0 ? "yes" : "nee")
    }
    try Data((judged.joined(separator: "\n") + "\n").utf8).write(to: queue)
    var again = try FileLinkage(sources, model: model(threshold: 0.5), options: .init())
    try again.run(judged: Judgements(queue, records: again.records))
    let pairs = Set(
      again.links.map { "\(again.records.id(Int($0.left))),\(again.records.id(Int($0.right)))" })
    for (number, line) in lines.enumerated().dropFirst() {
      let ids = line.split(separator: ",", omittingEmptySubsequences: false).prefix(2)
      #expect(pairs.contains(ids.joined(separator: ",")) == (number % 2 == 0))
    }
    let report = try #require(again.report.judgements)
    #expect(report.same == 15 && report.different == 15 && report.sameLinked < 15)
    try Data("left_id,right_id,same\n0-1,1-1,perhaps\n".utf8).write(to: queue)
    let error = #expect(throws: LinkageError.self) {
      try Judgements(queue, records: again.records)
    }
    #expect(error?.description.contains("row 1: 'perhaps' is no judgement") == true)
  }

  @Test func `labelled pairs say how often pairs of one person agree`() throws {
    let folder = try TemporaryFolder()
    let sources = try persons(3000, in: folder.url)
    var linkage = try FileLinkage(sources, model: model(), options: .init())
    let ids = try sources.map { source in
      try String(contentsOf: #require(source.file), encoding: .utf8).split(separator: "\n")
        .dropFirst().map { String($0.split(separator: ",")[0]) }
    }
    let both = Set(ids[0].map { $0.dropFirst(2) }).intersection(ids[1].map { $0.dropFirst(2) })
    let labels = folder.url.appending(path: "labels.csv")
    try Data(
      ("left_id,right_id,same\n" + both.map { "0-\($0),1-\($0),1\n" }.joined()).utf8
    ).write(to: labels)
    try linkage.learn(from: Judgements(labels, records: linkage.records))
    try linkage.estimate()
    // Surnames lose their first letter one time in eight, on either side; postcodes become another's one time in ten.
    let surname = linkage.model.comparisons[1].same[0]
    #expect(abs(surname - (7.0 / 8 * 7 / 8 + 1.0 / 64)) < 0.04)
    let postcode = linkage.model.comparisons[3].same[0]
    #expect(abs(postcode - (0.9 * 0.9 + 0.01)) < 0.04)
    try Data("left_id,right_id,same\n0-1,1-1,1\n".utf8).write(to: labels)
    #expect(throws: LinkageError.self) {
      try linkage.learn(from: Judgements(labels, records: linkage.records))
    }
  }

  @Test func `no record is chosen twice, and the strongest links are`() throws {
    let folder = try TemporaryFolder()
    var linkage = try FileLinkage(
      persons(1500, in: folder.url), model: model(threshold: 0.01), options: .init(oneToOne: true))
    try linkage.run()
    let assigned = try #require(linkage.assigned)
    var weights: [Int32: Float] = [:]
    for (link, isChosen) in zip(linkage.links, assigned) where isChosen {
      #expect(weights[link.left] == nil && weights[link.right] == nil)
      weights[link.left] = link.weight
      weights[link.right] = link.weight
    }
    for (link, isChosen) in zip(linkage.links, assigned) where !isChosen {
      #expect(
        max(weights[link.left] ?? -.infinity, weights[link.right] ?? -.infinity) >= link.weight)
    }
    // Chosen links join two records at most.
    #expect(linkage.report.largestCluster == 2)
  }

  @Test(arguments: [
    (
      "id,given,surname,birth\n1,a,b,c\n",
      "0.csv: 'postcode' is neither a column nor an expression over columns (it has: id, given, surname, birth)"
    ),
    (
      "nr,given,surname,birth,postcode\n1,a,b,c,d\n",
      "0.csv has no column 'id', which names a record (it has: nr, given, surname, birth, postcode)"
    ),
    (
      "id,given,surname,birth,postcode\n7,a,b,c,d\n7,a,b,c,d\n",
      "0.csv, row 2: its 'id' is that of an earlier row; every record needs its own"
    ),
    (
      "id,given,surname,birth,postcode\n,a,b,c,d\n",
      "0.csv, row 1: 'id' is empty; every record needs a name"
    ),
  ])
  func `what cannot be linked is refused with its place`(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "0.csv")
    try Data(text.utf8).write(to: file)
    let error = #expect(throws: LinkageError.self) {
      try FileLinkage([.init(name: "0.csv", file: file)], model: model(), options: .init())
    }
    #expect(error?.description == message)
  }

  @Test func `a text is equal to itself, however its letters are composed`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "0.csv")
    try Data(
      "id,given,surname,birth,postcode\n1,Zo\u{EB},a,2000-01-01,1\n2,Zoe\u{308},b,2001-01-01,1\n"
        .utf8
    ).write(to: file)
    var model = model(threshold: 0, blocking: [["postcode"]])
    model.comparisons[0].form = .text
    var linkage = try FileLinkage(
      [.init(name: "0.csv", file: file)], model: model, options: .init())
    try linkage.run()
    #expect(
      try linkage.explanation(left: "1", right: "2").contains {
        $0.name == "given" && $0.level == "exact"
      })
  }

  @Test func `empty files and columns without values are told and link nothing`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "0.csv")
    try Data("id,given,surname,birth,postcode\n".utf8).write(to: file)
    var empty = try FileLinkage(
      [.init(name: "0.csv", file: file)], model: model(), options: .init())
    try empty.run()
    #expect(empty.links.isEmpty && empty.report.warnings.contains("0.csv has no record"))
    let rows = (1...40).map { "\($0),Jan,surname\($0),2000-01-01," }
    try Data(("id,given,surname,birth,postcode\n" + rows.joined(separator: "\n") + "\n").utf8)
      .write(to: file)
    var dull = try FileLinkage([.init(name: "0.csv", file: file)], model: model(), options: .init())
    try dull.run()
    #expect(
      dull.report.warnings.contains("'postcode' of comparison 'postcode' has no value at all"))
    #expect(
      dull.report.warnings.contains("'given' of comparison 'given' has one value in all records"))
  }

  @Test(arguments: [
    (
      "id: id\nblocking: [[a]]\ncomparisons: [{name: a, levels: [exakt]}]",
      "there is no measure 'exakt'"
    ),
    (
      "id: id\nblocking: [[a]]\ncomparisons: [{name: a, levels: [jaro]}]",
      "jaro is followed by >= and a number"
    ),
    (
      "id: id\nblocking: [[a]]\ncomparisons: [{name: a, levels: [exact(2)]}]",
      "'2' is not the number of one of its 1 columns"
    ),
    (
      "id: id\nblocking: [[a]]\ncomparisons: [{name: a, levels: [exact], same: [0.5, 0.4]}]",
      "same must add up to 1"
    ),
    ("id: id\nblocking: [[a]]\ncomparison: []", "there is no 'comparison'"),
    ("id: id\nblocking: [[a]]", "'comparisons' is missing"),
    (
      "id: id\nblocking: [{sorted: [a]}]\ncomparisons: [{name: a, levels: [exact]}]",
      "needs a window: of 2 to 100000 records"
    ),
    (
      "id: id\nblocking: [{equals: [a]}]\ncomparisons: [{name: a, levels: [exact]}]",
      "there is no 'equals'"
    ),
    (
      "id: id\nblocking: [[a]]\ncomparisons: [{name: a, levels: [exact]}]\ncannot: [{name: b, when: before}]",
      "before takes two columns"
    ),
    ("id: [", "no YAML"),
  ])
  func `a model that means nothing is refused`(text: String, message: String) {
    let error = #expect(throws: LinkageError.self) { try LinkageModel(yaml: text, file: "m.yaml") }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `the JSON schema of a model has the words that a model may have`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appending(path: "docs/linkage-model.schema.json"))
    let schema = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let properties = try #require(schema["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(LinkageModel.keys[""] ?? []))
    for (place, words) in LinkageModel.keys where !place.isEmpty {
      let part = try #require(properties[place] as? [String: Any])
      let items = part["items"] as? [String: Any] ?? part
      let choices = items["oneOf"] as? [[String: Any]] ?? [items]
      let inner = choices.compactMap { $0["properties"] as? [String: Any] }.first
      #expect(Set(try #require(inner).keys) == Set(words), "\(place)")
    }
  }
}
