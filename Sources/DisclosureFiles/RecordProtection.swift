import ChainPack
import DisclosureControl
import Foundation
import InformationModel
import Warehouse

/// How a file of records is protected: what `keten disclosure records --spec` reads.
package struct RecordSpec: Sendable, Codable {
  /// How codes of a variable are made coarser for all records.
  package struct Recoding: Sendable, Codable {
    /// Numbers to bands of this width, named by their lower and upper end.
    package var width: Double?
    /// Codes to those above them in a file `code,parent`, this many steps.
    package var hierarchy: String?
    package var steps: Int?
  }

  /// Records that are made instead of published.
  package struct Synthesis: Sendable, Codable {
    package var count: Int?
    package var donors: Int?
    package var seed: UInt64?
  }

  /// What somebody may know of a person beforehand.
  package var keys: [String]
  /// What nobody may learn.
  package var sensitive: [String]?
  /// Variables in which near values are near.
  package var ordered: [String]?
  /// Direct identifiers: left out.
  package var remove: [String]?
  /// How many of the population each record stands for.
  package var weight: String?
  /// So many records look alike.
  package var k: Int
  /// So many sensitive values among those that look alike, as exp of their entropy.
  package var l: Double?
  /// Sensitive values of those that look alike are this near to those of all.
  package var t: Double?
  package var recode: [String: Recoding]?
  package var top: [String: Double]?
  package var bottom: [String: Double]?
  /// What is lost with a code of a variable; 1 when left out.
  package var importance: [String: Double]?
  package var synthetic: Synthesis?

  /// The files that it names.
  package var files: [String] { (recode ?? [:]).values.compactMap(\.hierarchy) }

  package static let keys = [
    "": [
      "keys", "sensitive", "ordered", "remove", "weight", "k", "l", "t", "recode", "top", "bottom",
      "importance", "synthetic",
    ],
    "synthetic": ["count", "donors", "seed"],
    "recode.*": ["width", "hierarchy", "steps"],
  ]

  /// Reads and checks a spec.
  ///
  /// - Throws: `DisclosureFileError` that says where the text is none.
  package init(yaml text: String, file: String) throws {
    do {
      self = try CheckedYAML.read(RecordSpec.self, from: text, file: file, keys: Self.keys)
    } catch let fault as CheckedYAML.Fault {
      throw DisclosureFileError(fault.message)
    }
    guard !keys.isEmpty, Set(keys).count == keys.count else {
      throw DisclosureFileError("\(file): keys are one variable or more, each once")
    }
    guard Set(keys).isDisjoint(with: remove ?? []) else {
      throw DisclosureFileError("\(file): what is removed is no key")
    }
    guard (1...10_000_000).contains(synthetic?.count ?? 1), synthetic?.donors ?? 1 >= 1 else {
      throw DisclosureFileError(
        "\(file): synthetic records are 1 to 10000000, from at least 1 donor")
    }
    if let unknown = (importance ?? [:]).keys.sorted().first(where: { !keys.contains($0) }) {
      throw DisclosureFileError("\(file): importance is of keys, and '\(unknown)' is none")
    }
    for (variable, weight) in importance ?? [:] where !(weight > 0 && weight <= 1e6) {
      throw DisclosureFileError(
        "\(file): the importance of \(variable) lies above 0, up to 1000000")
    }
    for (variable, limit) in top ?? [:] where limit < bottom?[variable] ?? limit {
      throw DisclosureFileError("\(file): the top of \(variable) lies below its bottom")
    }
    guard k >= 2, k <= 1000, l ?? 1 >= 1, t.map({ $0 > 0 && $0 <= 1 }) ?? true else {
      throw DisclosureFileError("\(file): k is at least 2, l at least 1, t above 0 and up to 1")
    }
    guard l == nil && t == nil || sensitive?.isEmpty == false else {
      throw DisclosureFileError("\(file): l and t are of sensitive variables: name these")
    }
  }
}

/// A file of records, protected: what `keten disclosure records` does.
package struct RecordProtection: Sendable {
  /// Before and after.
  package struct Risk: Sendable, Codable {
    /// Records that fewer than k look like, a missing code taken to be like all; and taken to be a code of its own.
    package var belowK: Int
    package var belowKStrictly: Int
    /// How many records are recognised in the mean (Benedetti and Franconi 1998).
    package var expectedRecognised: Double
    package var largestRisk: Double
    /// The least exp of entropy, and the largest distance, of any sensitive variable among those that look alike.
    package var leastDiversity: Double?
    package var largestDistance: Double?
  }

  package struct Report: Sendable, Codable {
    package var records: Int
    package var before: Risk
    /// Nil of synthetic records: see `synthetic`.
    package var after: Risk?
    /// By variable, how many codes were made missing.
    package var suppressed: [String: Int]
    /// By variable, how many values were cut at the top or the bottom.
    package var cut: [String: Int]
    /// Of synthetic records only.
    package var synthetic: SyntheticRisk?
    /// What was asked for and not reached; empty when the file may be published.
    package var findings: [String]

    /// What synthetic records tell, for people.
    package var syntheticLine: String? {
      guard let synthetic else { return nil }
      func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10)%" }
      return
        "\(records) synthetic records; \(percent(synthetic.identicalToUsed)) equal to one that was used, \(percent(synthetic.identicalToOthers)) to one that was not; \(percent(synthetic.nearerToUsed)) nearer to one that was used"
    }
  }

  package let report: Report
  private let names: [String]
  /// By variable its distinct values, and one code a record; -1 is missing.
  private let values: [[String]]
  private let codes: [[Int]]

  /// - Throws: `DisclosureFileError` when the file is not what the spec describes.
  package init(_ file: URL, spec: RecordSpec, specName: String, folder: URL) throws {
    let name = file.lastPathComponent
    let read = try ColumnsOfFile.read(file)
    let known = Set(read.map(\.name))
    let used =
      spec.keys + (spec.sensitive ?? []) + (spec.ordered ?? []) + (spec.remove ?? [])
      + [spec.weight].compactMap { $0 } + (spec.recode ?? [:]).keys.sorted()
      + (spec.top ?? [:]).keys.sorted() + (spec.bottom ?? [:]).keys.sorted()
    if let unknown = used.first(where: { !known.contains($0) }) {
      throw DisclosureFileError("\(name) has no column '\(unknown)'")
    }
    let removed = Set(spec.remove ?? [])
    let columns = read.filter { !removed.contains($0.name) }
    let count = read.first?.column.rowCount ?? 0
    guard count >= spec.k else {
      throw DisclosureFileError("\(name): \(count) records cannot look alike \(spec.k) at a time")
    }
    let names = columns.map(\.name)
    self.names = names
    var weights: [Double]?
    if let weight = spec.weight, let column = read.first(where: { $0.name == weight })?.column {
      weights = try ColumnsOfFile.numbers(column, file: name, called: weight).map { $0 ?? 1 }
      guard weights?.allSatisfy({ $0 >= 1 }) == true else {
        throw DisclosureFileError("\(name): a weight in column \(weight) is below 1")
      }
    }
    var texts: [[String]] = columns.map { _, column in
      let values = (0..<column.values.count).map { column.values.string($0) }
      return column.codes.map { values[Int($0)] }
    }
    func place(_ variable: String) -> Int? { names.firstIndex(of: variable) }
    for variable in spec.ordered ?? [] {
      guard let column = place(variable) else { continue }
      if texts[column].contains(where: { !["", "NA"].contains($0) && Double($0) == nil }) {
        throw DisclosureFileError(
          "\(name): column \(variable) is ordered and has texts: give numbers in their order instead"
        )
      }
    }
    func coded(_ texts: [String]) -> (values: [String], codes: [Int]) {
      let missing = Set(["", "NA"])
      var values = Array(Set(texts).subtracting(missing))
      // Numbers in their order, so that the rank of a code says how large it is.
      values.sort { (Self.size($0), $0) < (Self.size($1), $1) }
      let numbers = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
      return (values, texts.map { numbers[$0] ?? -1 })
    }
    func keyCodes(_ texts: [[String]]) -> [[Int]] {
      spec.keys.compactMap(place).map { coded(texts[$0]).codes }
    }
    let before = Self.risk(keyCodes(texts), texts, names, spec, weights)

    // The same for all records: bands, sums of codes, ends cut off.
    var cut: [String: Int] = [:]
    for (variable, limit, isTop) in (spec.top ?? [:]).map({ ($0, $1, true) })
      + (spec.bottom ?? [:]).map({ ($0, $1, false) })
    {
      guard let column = place(variable) else { continue }
      let beyond = texts[column].indices.filter { row in
        Double(texts[column][row]).map { isTop ? $0 > limit : $0 < limit } ?? false
      }
      // Too few beyond the end would be known by it.
      guard beyond.isEmpty || beyond.count >= spec.k else {
        throw DisclosureFileError(
          "\(specName): only \(beyond.count) records lie beyond \(limit) of \(variable): choose an end beyond which at least \(spec.k) lie, or none"
        )
      }
      for row in beyond {
        texts[column][row] = isTop ? ">\(Self.short(limit))" : "<\(Self.short(limit))"
      }
      cut[variable, default: 0] += beyond.count
    }
    for (variable, recoding) in (spec.recode ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let column = place(variable) else { continue }
      texts[column] = try Self.recoded(
        texts[column], recoding, variable: variable, specName: specName, folder: folder)
    }
    var findings: [String] = []
    var suppressed: [String: Int] = [:]
    if let words = spec.synthetic {
      let all = texts.map(coded)
      let used = (0..<count).filter { $0.isMultiple(of: 2) }
      let others = (0..<count).filter { !$0.isMultiple(of: 2) }
      let donors = words.donors ?? 10
      let made = SyntheticRecords(
        like: all.map { column in used.map { column.codes[$0] } },
        count: words.count ?? used.count, donors: donors, seed: words.seed ?? 1)
      let remedy = "; more donors than \(donors), or fewer columns, make them less alike"
      let risk = SyntheticRisk(
        synthetic: made.columns, used: all.map { column in used.map { column.codes[$0] } },
        others: all.map { column in others.map { column.codes[$0] } },
        keys: spec.keys.compactMap(place),
        sensitive: (spec.sensitive?.first).flatMap(place) ?? names.count - 1,
        numeric: Set((spec.ordered ?? []).compactMap(place)))
      if risk.nearerAtLeast > 0.5 {
        findings.append(
          "synthetic records are nearer to those that they were made from than to others\(remedy)")
      }
      if risk.identicalToUsed > risk.identicalToOthers + 0.01 {
        findings.append(
          "more synthetic records are equal to one that was used than to one that was not\(remedy)")
      }
      values = all.map(\.values)
      codes = made.columns
      report = Report(
        records: made.columns.first?.count ?? 0, before: before, after: nil, suppressed: [:],
        cut: cut, synthetic: risk, findings: findings)
      return
    }
    let suppression = try LocalSuppression(
      keyCodes(texts), k: spec.k, weights: spec.keys.map { spec.importance?[$0] ?? 1 })
    for (number, key) in spec.keys.enumerated() {
      guard let column = place(key) else { continue }
      for row in 0..<count where suppression.keys[number][row] < 0 { texts[column][row] = "" }
      suppressed[key] = suppression.suppressed[number]
    }
    // Where those who look alike are too much alike in what is sensitive, that is not shown.
    let classes = ClassDiversity.classes(suppression.keys)
    for variable in spec.sensitive ?? [] {
      guard let column = place(variable) else { continue }
      let isOrdered = spec.ordered?.contains(variable) == true
      // What is not shown any more changes what all have: until nothing fails.
      for _ in 0..<count {
        let own = coded(texts[column]).codes
        let shown = (0..<count).filter { own[$0] >= 0 }
        let of = shown.map { classes[$0] }
        let diversity = ClassDiversity.entropy(of, shown.map { own[$0] })
        let distance = ClassDiversity.distance(of, shown.map { own[$0] }, isOrdered: isOrdered)
        let failing = shown.filter { row in
          diversity[classes[row]] < (spec.l ?? 1) - 1e-9
            || distance[classes[row]] > (spec.t ?? 1) + 1e-9
        }
        if failing.isEmpty { break }
        for row in failing { texts[column][row] = "" }
        suppressed[variable, default: 0] += failing.count
      }
    }
    let after = Self.risk(suppression.keys, texts, names, spec, weights)
    if after.belowKStrictly > 0 {
      findings.append("\(after.belowKStrictly) records look like fewer than \(spec.k)")
    }
    if let l = spec.l, let least = after.leastDiversity, least < l - 1e-9 {
      findings.append("sensitive values of some who look alike are too few")
    }
    if let t = spec.t, let most = after.largestDistance, most > t + 1e-9 {
      findings.append("sensitive values of some who look alike are too far from those of all")
    }
    let all = texts.map(coded)
    values = all.map(\.values)
    codes = all.map(\.codes)
    report = Report(
      records: count, before: before, after: after, suppressed: suppressed, cut: cut,
      synthetic: nil, findings: findings)
  }

  private static func risk(
    _ keys: [[Int]], _ texts: [[String]], _ names: [String], _ spec: RecordSpec,
    _ weights: [Double]?
  ) -> Risk {
    let risk = RecordRisk(keys: keys, weights: weights)
    let classes = ClassDiversity.classes(keys)
    var sizes = [Int](repeating: 0, count: (classes.max() ?? -1) + 1)
    for number in classes { sizes[number] += 1 }
    var diversity: Double?
    var distance: Double?
    for variable in spec.sensitive ?? [] {
      guard let column = names.firstIndex(of: variable) else { continue }
      // What is not shown tells nothing.
      let shown = texts[column].indices.filter { !["", "NA"].contains(texts[column][$0]) }
      let codes = Set(shown.map { texts[column][$0] }).sorted { (size($0), $0) < (size($1), $1) }
      let numbers = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
      let own = shown.map { numbers[texts[column][$0]] ?? 0 }
      let of = shown.map { classes[$0] }
      let isThere = Set(of)
      let isOrdered = spec.ordered?.contains(variable) == true
      for (number, value) in ClassDiversity.entropy(of, own).enumerated()
      where isThere.contains(number) { diversity = min(diversity ?? value, value) }
      for (number, value) in ClassDiversity.distance(of, own, isOrdered: isOrdered).enumerated()
      where isThere.contains(number) { distance = max(distance ?? value, value) }
    }
    let risks = risk.risks
    return Risk(
      belowK: risk.records(below: spec.k).count,
      belowKStrictly: classes.count { sizes[$0] < spec.k },
      expectedRecognised: risks.reduce(0, +), largestRisk: risks.max() ?? 0,
      leastDiversity: diversity, largestDistance: distance)
  }

  /// Where a value stands among others: a number, a band by its lower end, an open end beside it; what is none of these at the end.
  private static func size(_ text: String) -> Double {
    if let number = Double(text) { return number }
    if text.hasPrefix("<"), let number = Double(text.dropFirst()) { return number.nextDown }
    if text.hasPrefix(">"), let number = Double(text.dropFirst()) { return number.nextUp }
    // The lower end of a band may be negative.
    guard let dash = text.dropFirst().firstIndex(of: "-"), let low = Double(text[..<dash]) else {
      return .infinity
    }
    return low
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }

  private static func end(_ band: Double, _ width: Double) -> String {
    short((band * width * 1e9).rounded() / 1e9)
  }

  private static func recoded(
    _ texts: [String], _ recoding: RecordSpec.Recoding, variable: String, specName: String,
    folder: URL
  ) throws -> [String] {
    if let width = recoding.width {
      guard width > 0, width.isFinite, recoding.hierarchy == nil else {
        throw DisclosureFileError(
          "\(specName): \(variable) is recoded by a width above 0, or a hierarchy")
      }
      return texts.map { text in
        guard let number = Double(text), abs(number / width) < 1e15 else { return text }
        // By decimals: 3 times 0.1 is a little more than 0.3.
        let band = (number / width + 1e-9).rounded(.down)
        return "\(end(band, width))-\(end(band + 1, width))"
      }
    }
    guard (0...100).contains(recoding.steps ?? 1) else {
      throw DisclosureFileError("\(specName): steps of \(variable) lie from 0 to 100")
    }
    guard let hierarchy = recoding.hierarchy else {
      throw DisclosureFileError("\(specName): \(variable) is recoded by a width or a hierarchy")
    }
    let codes = try HierarchyFile.read(folder.appending(path: hierarchy), total: nil)
    var coarser: [String: String] = [:]
    for (code, parent) in codes {
      var place = parent
      var above = code
      for _ in 0..<(recoding.steps ?? 1) {
        guard let known = place else { break }
        above = codes[known].code
        place = codes[known].parent
      }
      coarser[code] = above
    }
    return try texts.map { text in
      if text.isEmpty || text == "NA" { return "" }
      guard let above = coarser[text] else {
        throw DisclosureFileError("\(hierarchy): a value of \(variable) is not there")
      }
      return above
    }
  }

  /// The records, as CSV.
  package func contents() -> Data {
    var text = names.map(DelimitedText.field).joined(separator: ",") + "\n"
    for row in 0..<(codes.first?.count ?? 0) {
      text +=
        codes.indices.map { column in
          let code = codes[column][row]
          return code < 0 ? "" : DelimitedText.field(values[column][code])
        }.joined(separator: ",") + "\n"
    }
    return Data(text.utf8)
  }
}
