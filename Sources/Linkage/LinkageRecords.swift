import Foundation
import Warehouse

/// The records of all files one behind another, as codes: what is compared, what makes blocks, and how they are named.
package struct LinkageRecords: Sendable {
  /// A file to be linked.
  package struct Source: Sendable {
    package var name: String
    package var file: URL

    package init(name: String, file: URL) {
      self.name = name
      self.file = file
    }
  }

  /// One compared column: codes of the records and their distinct values in the comparison's form.
  struct Column: Sendable {
    var codes: [UInt32]
    var values: ValueTable
    /// Of each value, the records of a source that have it, as a share of those that have any; by source.
    var frequencies: [[Float]]
    var isConstant: Bool
    var isEmpty: Bool
  }

  package let sources: [Source]
  /// First record of each source, and after the last one the number of all.
  package let starts: [Int]
  package let ids: ByteStrings
  /// By comparison, by its columns.
  let columns: [[Column]]
  /// By blocking rule: the block of each record, 0 for none.
  let blocks: [[UInt32]]
  /// By deterministic rule.
  let deterministic: [[UInt32]]
  /// By expression of a blocking rule of families: how often two random records agree on it.
  let chances: [String: Double]
  package let warnings: [String]

  package var count: Int { starts.last ?? 0 }

  package func source(of record: Int) -> Int {
    var source = 0
    while record >= starts[source + 1] { source += 1 }
    return source
  }

  /// How many pairs there are, within each source where that is asked.
  package func pairCount(within: Bool) -> Double {
    var pairs = 0.0
    for left in sources.indices {
      let n = Double(starts[left + 1] - starts[left])
      if within || sources.count == 1 { pairs += n * (n - 1) / 2 }
      for right in sources.indices where right > left {
        pairs += n * Double(starts[right + 1] - starts[right])
      }
    }
    return pairs
  }

  // MARK: Reading

  /// Reads what a model needs of the files.
  ///
  /// - Throws: `LinkageError` when a file cannot be read, lacks a column or names a record twice.
  package init(_ sources: [Source], model: LinkageModel, engine: DuckDBEngine) throws {
    self.sources = sources
    try engine.execute(Self.functions)
    let expressions = model.comparisons.flatMap(\.columns)
    var selects: [String] = []
    for (number, source) in sources.enumerated() {
      guard FileManager.default.fileExists(atPath: source.file.path) else {
        throw LinkageError("\(source.name): there is no such file")
      }
      let table = Self.table(source.file)
      try Self.check(table, source: source, model: model, engine: engine)
      let values = expressions.map { "coalesce(CAST(\($0) AS VARCHAR), '')" }
      let keys = (model.blocking + model.prior.deterministic).map(Self.key)
      selects.append(
        "SELECT '\(number)', CAST(\(quoted(model.id)) AS VARCHAR), \((values + keys).joined(separator: ", ")) FROM \(table)"
      )
    }
    let read: [DictionaryColumn]
    do {
      chances = model.hasFamilies ? try Self.chances(sources, model: model, engine: engine) : [:]
      read = try engine.dictionaryColumns(selects.joined(separator: " UNION ALL "))
    } catch let error as EngineError {
      throw LinkageError("the files cannot be read: \(error.message)")
    }
    var counts = [Int](repeating: 0, count: sources.count)
    for code in read[0].codes { counts[Int(read[0].values.string(Int(code))) ?? 0] += 1 }
    let starts = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    self.starts = starts
    try Self.checkIDs(read[1], sources: sources, starts: starts, id: model.id)
    var ids = ByteStrings()
    ids.reserve(strings: read[1].codes.count, bytes: read[1].codes.count * 12)
    for code in read[1].codes { ids.append(read[1].values[Int(code)]) }
    self.ids = ids
    var warnings: [String] = []
    var place = 2
    var columns: [[Column]] = []
    for comparison in model.comparisons {
      let measures = try comparison.measures()
      columns.append(
        comparison.columns.indices.map { index in
          Self.column(read[place + index], comparison, measures: measures, starts: starts)
        })
      for (expression, column) in zip(comparison.columns, columns.last ?? []) {
        if column.isEmpty {
          warnings.append("'\(expression)' of comparison '\(comparison.name)' has no value at all")
        } else if column.isConstant {
          warnings.append(
            "'\(expression)' of comparison '\(comparison.name)' has one value in all records")
        }
      }
      place += comparison.columns.count
    }
    self.columns = columns
    let rules = read[place...].map(\.codes)
    blocks = Array(rules.prefix(model.blocking.count))
    deterministic = Array(rules.dropFirst(model.blocking.count))
    for (source, (start, end)) in zip(sources, zip(starts, starts.dropFirst())) where start == end {
      warnings.append("\(source.name) has no record")
    }
    self.warnings = warnings
  }

  /// From every eighth record of the first file and of the last, for the rules that ask for no more than what families share.
  private static func chances(
    _ sources: [Source], model: LinkageModel, engine: DuckDBEngine
  ) throws -> [String: Double] {
    let expressions = Set(model.blocking.filter(model.isOfFamilies).flatMap { $0 }).sorted()
    guard !expressions.isEmpty, let first = sources.first, let last = sources.last else {
      return [:]
    }
    let values = expressions.map { "CAST(\($0) AS VARCHAR)" }.joined(separator: ", ")
    let selects = [first, last].enumerated().map { side, source in
      "SELECT '\(side)', \(values) FROM \(table(source.file)) WHERE hash(\(quoted(model.id))) % 8 = 0"
    }
    let read = try engine.dictionaryColumns(selects.joined(separator: " UNION ALL "))
    let split = read[0].codes.prefix { $0 == read[0].codes.first }.count
    var chances: [String: Double] = [:]
    for (expression, column) in zip(expressions, read.dropFirst()) {
      var counts = [[Double]](repeating: .init(repeating: 0, count: column.values.count), count: 2)
      for (row, code) in column.codes.enumerated() where code != 0 {
        counts[row < split ? 0 : 1][Int(code)] += 1
      }
      let pairs = counts.map { $0.reduce(0, +) }.reduce(1, *)
      let equal = zip(counts[0], counts[1]).reduce(0) { $0 + $1.0 * $1.1 }
      if pairs > 0 { chances[expression] = equal / pairs }
    }
    return chances
  }

  /// What a model's expressions may use beside SQL's own functions: `folded`, letters and digits without case and accents; `sound`, the first
  /// five consonants as they sound in Dutch, whichever way a name was spelt or transliterated.
  static let functions: String = {
    var sound =
      "regexp_replace(regexp_replace(regexp_replace(folded(t), '(sch|sh|sz|sj|cz|tj)', 's', 'g'), '(kh|ch|gh)', 'g', 'g'), 'ph', 'f', 'g')"
    sound = "regexp_replace(translate(\(sound), 'vwzcqydx', 'ffskkjts'), '[aeiouhj]', '', 'g')"
    for letter in "bfgklmnprst" {
      sound = "regexp_replace(\(sound), '\(letter)+', '\(letter)', 'g')"
    }
    return """
      CREATE OR REPLACE TEMP MACRO folded(t) AS
        regexp_replace(translate(strip_accents(lower(t)), 'ıłøđ', 'ilod'), '[^a-z0-9]', '', 'g');
      CREATE OR REPLACE TEMP MACRO sound(t) AS nullif(left(\(sound), 5), '');
      """
  }()

  static func table(_ file: URL) -> String {
    ["parquet", "pq"].contains(file.pathExtension.lowercased())
      ? "read_parquet(\(literal(file.path)))"
      : "read_csv(\(literal(file.path)), header = true, all_varchar = true)"
  }

  /// All expressions of a rule in one text; NULL, so in no block, when one has no value.
  private static func key(_ rule: [String]) -> String {
    let parts = rule.map { "nullif(CAST(\($0) AS VARCHAR), '')" }
    return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " || chr(31) || ")))"
  }

  /// The columns of a file, in its order.
  package static func columnNames(_ source: Source, engine: DuckDBEngine) throws -> [String] {
    do {
      return try engine.query("SELECT * FROM \(table(source.file)) LIMIT 0").names
    } catch let error as EngineError {
      throw LinkageError("\(source.name) cannot be read: \(error.message)")
    }
  }

  private static func check(
    _ table: String, source: Source, model: LinkageModel, engine: DuckDBEngine
  ) throws {
    let names = try columnNames(source, engine: engine)
    guard names.contains(model.id) else {
      throw LinkageError(
        "\(source.name) has no column '\(model.id)', which names a record (it has: \(names.joined(separator: ", ")))"
      )
    }
    let rules = (model.blocking + model.prior.deterministic).flatMap { $0 }
    let expressions = model.comparisons.flatMap(\.columns) + rules
    func fits(_ some: [String]) -> Bool {
      let casts = some.map { "CAST(\($0) AS VARCHAR)" }
      return (try? engine.query("SELECT \(casts.joined(separator: ", ")) FROM \(table) LIMIT 0"))
        != nil
    }
    guard !fits(expressions) else { return }
    for expression in expressions where !fits([expression]) {
      throw LinkageError(
        "\(source.name): '\(expression)' is neither a column nor an expression over columns (it has: \(names.joined(separator: ", ")))"
      )
    }
  }

  private static func checkIDs(
    _ column: DictionaryColumn, sources: [Source], starts: [Int], id: String
  ) throws {
    for (number, source) in sources.enumerated() {
      var seen = [Bool](repeating: false, count: column.values.count)
      for record in starts[number]..<starts[number + 1] {
        let code = Int(column.codes[record])
        let row = record - starts[number] + 1
        guard code != 0 else {
          throw LinkageError(
            "\(source.name), row \(row): '\(id)' is empty; every record needs a name")
        }
        guard !seen[code] else {
          throw LinkageError(
            "\(source.name), row \(row): its '\(id)' is that of an earlier row; every record needs its own"
          )
        }
        seen[code] = true
      }
    }
  }

  private static func column(
    _ read: DictionaryColumn, _ comparison: LinkageModel.Comparison,
    measures: Set<ComparisonLevel.Measure>, starts: [Int]
  ) -> Column {
    var codes = read.codes
    var values: [String] = []
    if comparison.form == .text, read.values.bytes.allSatisfy({ $0 < 0x80 }) {
      values = (0..<read.values.count).map { read.values.string($0) }
    } else {
      // Values that are one in this form get one code; equal texts may be composed in several ways.
      var numbers: [String: UInt32] = ["": 0]
      var translation = [UInt32](repeating: 0, count: read.values.count)
      values = [""]
      for code in 1..<max(1, read.values.count) {
        let form = comparison.form.of(read.values.string(code))
        if let number = numbers[form] {
          translation[code] = number
        } else {
          translation[code] = UInt32(values.count)
          numbers[form] = UInt32(values.count)
          values.append(form)
        }
      }
      for record in codes.indices { codes[record] = translation[Int(codes[record])] }
    }
    let frequencies = (0..<(starts.count - 1)).map { source -> [Float] in
      var counts = [Int](repeating: 0, count: values.count)
      var present = 0
      for record in starts[source]..<starts[source + 1] where codes[record] != 0 {
        counts[Int(codes[record])] += 1
        present += 1
      }
      return counts.map { Float(Double($0) / Double(max(1, present))) }
    }
    return Column(
      codes: codes,
      values: ValueTable(values, measures: measures, separator: comparison.separator),
      frequencies: frequencies, isConstant: values.count == 2 && !codes.contains(0),
      isEmpty: values.count <= 1)
  }
}

extension LinkageModel.Comparison {
  func parsed() throws -> [ComparisonLevel] {
    try levels.map { try ComparisonLevel($0, columns: columns, comparison: name) }
  }

  func measures() throws -> Set<ComparisonLevel.Measure> {
    var found = Set<ComparisonLevel.Measure>()
    func collect(_ level: ComparisonLevel) {
      switch level {
      case .test(let measure, _, _): found.insert(measure)
      case .all(let parts), .any(let parts): parts.forEach(collect)
      case .not(let part): collect(part)
      }
    }
    try parsed().forEach(collect)
    return found
  }
}
