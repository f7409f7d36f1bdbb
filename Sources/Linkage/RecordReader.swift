import Foundation
import InformationModel
import Warehouse

/// Reads files for linkage, each column once; what is asked of one column is computed for each of its distinct values, not for each record.
struct RecordReader {
  private let sources: [LinkageRecords.Source]
  private let id: String
  private let engine: DuckDBEngine
  /// By source, name and type.
  private let columns: [[(name: String, type: String)]]

  /// - Throws: `LinkageError` when a file cannot be read or does not name its records.
  init(_ sources: [LinkageRecords.Source], id: String, engine: DuckDBEngine) throws {
    self.sources = sources
    self.id = id
    self.engine = engine
    try engine.execute(Self.functions)
    columns = try sources.map { source in
      let columns = try Self.columns(source, engine: engine)
      guard columns.contains(where: { $0.name == id }) else {
        throw LinkageError(
          "\(source.name) has no column '\(id)', which names a record (it has: \(columns.map(\.name).joined(separator: ", ")))"
        )
      }
      return columns
    }
  }

  /// The columns of a file, in its order.
  static func columns(
    _ source: LinkageRecords.Source, engine: DuckDBEngine
  ) throws -> [(name: String, type: String)] {
    if let file = source.file, !FileManager.default.fileExists(atPath: file.path) {
      throw LinkageError("\(source.name): there is no such file")
    }
    do {
      let answer = try engine.query("DESCRIBE SELECT * FROM \(source.relation)")
      return zip(answer.texts("column_name"), answer.texts("column_type")).map {
        ($0 ?? "", $1 ?? "")
      }
    } catch let error as EngineError {
      throw LinkageError("\(source.name) cannot be read: \(error.message)")
    }
  }

  /// What a model's expressions may use beside SQL's own functions: `folded`, letters and digits without case and accents; `sound`, the first
  /// five consonants as they sound in Dutch, whichever way a name was spelt or transliterated; `iso_date`, a date in the order of year, month and
  /// day, whichever way it was written.
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
      CREATE OR REPLACE TEMP MACRO iso_date(t) AS CASE
        WHEN regexp_full_match(t, '[0-9]{8}') THEN left(t, 4) || '-' || substr(t, 5, 2) || '-' || substr(t, 7, 2)
        WHEN regexp_full_match(t, '[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}')
          THEN regexp_extract(t, '[0-9]{4}$') || '-' || lpad(regexp_extract(t, '[-/.]([0-9]+)[-/.]', 1), 2, '0')
            || '-' || lpad(regexp_extract(t, '^[0-9]+'), 2, '0')
        ELSE t END;
      """
  }()

  // MARK: Reading

  /// What the files hold, by expression.
  struct Read {
    let starts: [Int]
    let names: DictionaryColumn
    fileprivate let byExpression: [String: ReadValues]

    func values(_ expression: String) -> ReadValues { byExpression[expression] ?? ReadValues() }
  }

  /// - Throws: `LinkageError` when an expression does not fit a file, or a file cannot be read.
  func read(_ expressions: [String]) throws -> Read {
    let expressions = Set(expressions).sorted()
    try check(expressions)
    var whole = Set<String>()
    var derived: [String: [String]] = [:]
    var byRow: [String] = []
    for expression in expressions {
      if let column = column(called: expression) {
        whole.insert(column)
      } else if let column = onlyColumn(in: expression) {
        derived[column, default: []].append(expression)
      } else {
        byRow.append(expression)
      }
    }
    let base = whole.union(derived.keys).sorted()
    let values = base.map { quoted($0) } + byRow
    let selects = sources.enumerated().map { number, source in
      let texts = values.map { "CAST(\($0) AS VARCHAR)" }
      return
        "SELECT '\(number)', CAST(\(quoted(id)) AS VARCHAR)\(texts.map { ", \($0)" }.joined()) FROM \(source.relation)"
    }
    do {
      let read = try engine.dictionaryColumns(selects.joined(separator: " UNION ALL "))
      var counts = [Int](repeating: 0, count: sources.count)
      for code in read[0].codes { counts[Int(read[0].values.string(Int(code))) ?? 0] += 1 }
      var found: [String: ReadValues] = [:]
      for (name, column) in zip(base + byRow, read.dropFirst(2)) {
        found[name] = ReadValues(column)
      }
      for (column, some) in derived {
        guard let values = found[column] else { continue }
        for (expression, read) in zip(some, try derive(some, from: values, called: column)) {
          found[expression] = read
        }
      }
      for expression in expressions {
        if let column = column(called: expression) { found[expression] = found[column] }
      }
      return Read(
        starts: counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }, names: read[1],
        byExpression: found)
    } catch let error as EngineError {
      throw LinkageError("the files cannot be read: \(error.message)")
    }
  }

  private func check(_ expressions: [String]) throws {
    for (source, columns) in zip(sources, columns) {
      func fits(_ some: [String]) -> Bool {
        let casts = (["1"] + some.map(sql)).map { "CAST(\($0) AS VARCHAR)" }
        return
          (try? engine.query(
            "SELECT \(casts.joined(separator: ", ")) FROM \(source.relation) LIMIT 0"))
          != nil
      }
      guard !fits(expressions) else { continue }
      for expression in expressions where !fits([expression]) {
        throw LinkageError(
          "\(source.name): '\(expression)' is neither a column nor an expression over columns (it has: \(columns.map(\.name).joined(separator: ", ")))"
        )
      }
    }
  }

  /// The column that an expression is, when it is nothing else.
  private func column(called expression: String) -> String? {
    let name =
      expression.count > 2 && expression.hasPrefix("\"") && expression.hasSuffix("\"")
      ? String(expression.dropFirst().dropLast()) : expression
    return columns.allSatisfy { $0.contains { $0.name == name } } ? name : nil
  }

  /// An expression as SQL reads it: a column may be called like a word of SQL.
  private func sql(_ expression: String) -> String {
    column(called: expression).map(quoted) ?? expression
  }

  /// The only column that an expression reads, a text in all files; nil when it reads several, or may not give the same for the same value.
  private func onlyColumn(in expression: String) -> String? {
    guard !expression.contains("\"") else { return nil }
    let words = Set(
      expression.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    guard words.isDisjoint(with: ["over", "select", "random", "uuid", "nextval"]) else {
      return nil
    }
    var found: String?
    for (number, ofFile) in columns.enumerated() {
      let read = ofFile.filter { words.contains($0.name.lowercased()) }
      guard read.count == 1, read[0].type == "VARCHAR", number == 0 || found == read[0].name
      else { return nil }
      found = read[0].name
    }
    return found
  }

  /// Expressions over the distinct values of a column.
  private func derive(
    _ expressions: [String], from column: ReadValues, called name: String
  ) throws -> [ReadValues] {
    let count = column.values.count
    let forms = expressions.map { SoundForms(expression: $0) }
    // The texts that SQL must see: all, or those that no form of ours answers for.
    let inSQL =
      forms.contains(nil)
      ? Array(0..<count)
      : (0..<count).filter { column.values.withValue($0) { $0.contains { $0 >= 0x80 } } }
    let relation = "distinct_values"
    try engine.execute("DROP TABLE IF EXISTS \(quoted(relation))")
    try engine.load(
      ContentTable(
        columns: [
          ContentTable.Column(
            name: name, codes: (0..<UInt32(count)).map { $0 }, values: .texts(column.values),
            isNull: (0..<count).map { $0 == 0 })
        ], rows: inSQL.map { Int32($0) }), as: relation)
    let texts = expressions.map { "CAST(\($0) AS VARCHAR)" }
    let read = try engine.dictionaryColumns(
      "SELECT \(texts.joined(separator: ", ")) FROM \(quoted(relation)) ORDER BY rowid")
    try engine.execute("DROP TABLE \(quoted(relation))")
    return zip(forms, read).map { form, read in
      guard let form, inSQL.count < count else { return column.translated(read) }
      var builder = DictionaryBuilder()
      var made: [UInt8] = []
      var row = 0
      for code in 0..<count {
        if column.values.withValue(code, { form.make(of: $0, into: &made) }) {
          builder.append(made)
        } else {
          builder.append(Array(read.values[Int(read.codes[row])]))
          row += 1
        }
      }
      return column.translated(builder.take())
    }
  }
}

/// What an expression came to: by record a value, and for each of these what it is in the expression.
struct ReadValues {
  private let base: [UInt32]
  private let translation: [UInt32]?
  let values: ByteStrings

  init() {
    base = []
    translation = nil
    values = ByteStrings()
  }

  init(_ column: DictionaryColumn) {
    base = column.codes
    translation = nil
    values = column.values
  }

  private init(base: [UInt32], translation: [UInt32], values: ByteStrings) {
    self.base = base
    self.translation = translation
    self.values = values
  }

  /// What was computed of the values of this one.
  func translated(_ column: DictionaryColumn) -> ReadValues {
    ReadValues(base: base, translation: column.codes, values: column.values)
  }

  var count: Int { base.count }

  func codes(translatedBy further: [UInt32]? = nil) -> FixedBuffer<UInt32> {
    let table: [UInt32]? =
      switch (translation, further) {
      case (let first?, let second?): first.map { second[Int($0)] }
      case (let first?, nil): first
      case (nil, let second): second
      }
    guard let table else { return FixedBuffer(base) }
    let codes = FixedBuffer<UInt32>(repeating: 0, count: base.count)
    table.withUnsafeBufferPointer { table in
      base.withUnsafeBufferPointer { base in
        for record in 0..<base.count { codes.base[record] = table[Int(base[record])] }
      }
    }
    return codes
  }

  /// Of a random record of the first source and one of the last, of which both have a value: that it is the same.
  func chanceOfEquality(starts: [Int]) -> Double {
    let codes = codes()
    guard starts.count > 1 else { return 0 }
    let last = starts.count - 2
    let counts = [starts[0]..<starts[1], starts[last]..<starts[last + 1]].map { records in
      let counts = FixedBuffer<Double>(repeating: 0, count: values.count)
      for record in records { counts.base[Int(codes.base[record])] += 1 }
      counts[0] = 0
      return counts
    }
    let pairs = counts.map { $0.values.reduce(0, +) }.reduce(1, *)
    let equal = zip(counts[0].values, counts[1].values).reduce(0) { $0 + $1.0 * $1.1 }
    return pairs > 0 ? equal / pairs : 0
  }
}

// MARK: What rules say of records

extension RecordReader.Read {
  /// What a rule says of each record, of some of them nothing.
  func membership(
    _ rule: BlockingRule, without excluded: FixedBuffer<Bool>? = nil
  ) -> CandidatePairs.Membership {
    if !rule.sorted.isEmpty {
      return .places(places(rule.sorted.map(values), without: excluded), window: rule.window)
    }
    var codes: FixedBuffer<UInt32>?
    for expression in rule.equal {
      let next = values(expression).codes()
      codes = codes.map { Self.combined($0, next) } ?? next
    }
    if let excluded, let codes {
      for record in 0..<codes.count where excluded[record] { codes[record] = 0 }
    }
    guard let each = rule.each else {
      return .block(codes ?? FixedBuffer(repeating: 0, count: names.rowCount))
    }
    if let excluded, codes == nil {
      codes = FixedBuffer(excluded.values.map { $0 ? 0 : 1 })
    }
    return blocks(codes, values(each), separator: rule.separator)
  }

  /// A number for each pair of numbers, in order of first appearance; 0 when one of them is.
  private static func combined(
    _ left: FixedBuffer<UInt32>, _ right: FixedBuffer<UInt32>
  ) -> FixedBuffer<UInt32> {
    let result = FixedBuffer<UInt32>(repeating: 0, count: left.count)
    var bits = 4
    while 1 << bits < 2 * left.count { bits += 1 }
    let keys = FixedBuffer<UInt64>(repeating: 0, count: 1 << bits)
    let numbers = FixedBuffer<UInt32>(repeating: 0, count: 1 << bits)
    let mask = 1 << bits - 1
    var next: UInt32 = 1
    for record in 0..<left.count where left.base[record] != 0 && right.base[record] != 0 {
      let key = UInt64(left.base[record]) &<< 32 | UInt64(right.base[record])
      var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(64 - bits))
      while keys.base[slot] != key, keys.base[slot] != 0 { slot = (slot &+ 1) & mask }
      if keys.base[slot] == 0 {
        keys.base[slot] = key
        numbers.base[slot] = next
        next += 1
      }
      result.base[record] = numbers.base[slot]
    }
    return result
  }

  /// A block for each part of a list, together with what must be equal besides.
  private func blocks(
    _ equal: FixedBuffer<UInt32>?, _ lists: ReadValues, separator: String
  ) -> CandidatePairs.Membership {
    var numbers: [String: UInt32] = [:]
    let parts = (0..<lists.values.count).map { code in
      Set(
        lists.values.string(code).components(separatedBy: separator).filter { !$0.isEmpty }.map {
          part -> UInt32 in
          if let number = numbers[part] { return number }
          numbers[part] = UInt32(numbers.count + 1)
          return UInt32(numbers.count)
        }
      ).sorted()
    }
    var starts: [Int32] = [0]
    var entries: [UInt32] = []
    let codes = lists.codes()
    for record in 0..<codes.count {
      if equal?[record] != 0 { entries += parts[Int(codes[record])] }
      starts.append(Int32(entries.count))
    }
    guard let equal else { return .blocks(FixedBuffer(entries), starts: FixedBuffer(starts)) }
    let owners = FixedBuffer<UInt32>(repeating: 0, count: entries.count)
    for record in 0..<codes.count {
      for entry in Int(starts[record])..<Int(starts[record + 1]) {
        owners[entry] = equal[record]
      }
    }
    let together = Self.combined(owners, FixedBuffer(entries))
    for record in 0..<codes.count {
      var ofRecord = UnsafeMutableBufferPointer(
        start: together.base + Int(starts[record]), count: Int(starts[record + 1] - starts[record]))
      ofRecord.sort()
    }
    return .blocks(together, starts: FixedBuffer(starts))
  }

  /// The place of each record in the order of all values; records without a first value have none.
  private func places(
    _ keys: [ReadValues], without excluded: FixedBuffer<Bool>?
  ) -> FixedBuffer<Int32> {
    let ranks = keys.map { key in
      let order = (0..<key.values.count).sorted {
        key.values[$0].lexicographicallyPrecedes(key.values[$1])
      }
      var ranks = [UInt32](repeating: 0, count: order.count)
      for (rank, code) in order.enumerated() { ranks[code] = UInt32(rank) }
      return key.codes(translatedBy: ranks)
    }
    let places = FixedBuffer<Int32>(repeating: -1, count: names.rowCount)
    let present = (0..<Int32(names.rowCount)).filter {
      ranks[0][Int($0)] != 0 && excluded?[Int($0)] != true
    }
    let order = present.sorted { a, b in
      for rank in ranks where rank[Int(a)] != rank[Int(b)] {
        return rank[Int(a)] < rank[Int(b)]
      }
      return a < b
    }
    for (place, record) in order.enumerated() { places[Int(record)] = Int32(place) }
    return places
  }
}
