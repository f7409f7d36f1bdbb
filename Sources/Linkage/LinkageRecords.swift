import Foundation
import Warehouse

/// The records of all files one behind another, as codes: what is compared, what makes blocks, and how they are named.
package struct LinkageRecords: Sendable {
  /// What is to be linked: a file, or a relation that the engine already has.
  package struct Source: Sendable {
    package var name: String
    /// nil for a relation.
    package var file: URL?
    /// As SQL reads it.
    let relation: String

    /// A CSV or Parquet file.
    package init(name: String, file: URL) {
      self.name = name
      self.file = file
      relation = RecordReader.table(file)
    }

    init(name: String, relation: String) {
      self.name = name
      self.relation = relation
    }
  }

  /// One compared column: codes of the records and their distinct values in the comparison's form.
  struct Column: Sendable {
    var codes: FixedBuffer<UInt32>
    var values: ValueTable
    /// Of each value, the records of a source that have it, as a share of those that have any; by source.
    var frequencies: [[Float]]
    var isConstant: Bool
    var isEmpty: Bool
  }

  package let sources: [Source]
  /// First record of each source, and after the last one the number of all.
  package let starts: [Int]
  private let names: DictionaryColumn
  /// By comparison, by its columns.
  let columns: [[Column]]
  /// The same of what the model excludes.
  let exclusions: [[Column]]
  /// By blocking rule.
  let memberships: [CandidatePairs.Membership]
  /// By deterministic rule.
  let deterministic: [CandidatePairs.Membership]
  /// By expression of a blocking rule of families: how often two random records agree on it.
  let chances: [String: Double]
  package let warnings: [String]

  package var count: Int { starts.last ?? 0 }

  /// What a record is called in its file.
  package func id(_ record: Int) -> String { names.values.string(Int(names.codes[record])) }

  func withID<Result>(_ record: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    names.values.withValue(Int(names.codes[record]), body)
  }

  /// The records of each name.
  func recordsByID() -> [ArraySlice<UInt8>: [Int32]] {
    var records: [ArraySlice<UInt8>: [Int32]] = [:]
    for record in 0..<count {
      records[names.values[Int(names.codes[record])], default: []].append(Int32(record))
    }
    return records
  }

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

  /// Reads what a model needs of the files.
  ///
  /// - Throws: `LinkageError` when a file cannot be read, lacks a column or names a record twice.
  package init(_ sources: [Source], model: LinkageModel, engine: DuckDBEngine) throws {
    self.sources = sources
    let compared = model.comparisons + model.cannot.map(\.comparison)
    let rules = model.blocking + model.prior.deterministic.map { BlockingRule(equal: $0) }
    let reader = try RecordReader(sources, id: model.id, engine: engine)
    let read = try reader.read(compared.flatMap(\.columns) + rules.flatMap(\.expressions))
    starts = read.starts
    names = read.names
    try Self.checkIDs(names, sources: sources, starts: starts, id: model.id)
    var warnings: [String] = []
    let columns = try compared.map { [starts] comparison in
      let measures = try comparison.measures()
      return comparison.columns.map { expression in
        Self.column(read.values(expression), comparison, measures: measures, starts: starts)
      }
    }
    for (comparison, columns) in zip(compared, columns) {
      for (expression, column) in zip(comparison.columns, columns) {
        if column.isEmpty {
          warnings.append("'\(expression)' of comparison '\(comparison.name)' has no value at all")
        } else if column.isConstant {
          warnings.append(
            "'\(expression)' of comparison '\(comparison.name)' has one value in all records")
        }
      }
    }
    self.columns = Array(columns.prefix(model.comparisons.count))
    exclusions = Array(columns.dropFirst(model.comparisons.count))
    memberships = model.blocking.map { read.membership($0) }
    deterministic = model.prior.deterministic.map { read.membership(BlockingRule(equal: $0)) }
    let ofFamilies = Set(model.blocking.filter(model.isOfFamilies).flatMap(\.equal))
    chances = Dictionary(
      uniqueKeysWithValues: ofFamilies.map { [starts] in
        ($0, read.values($0).chanceOfEquality(starts: starts))
      })
    for (source, (start, end)) in zip(sources, zip(starts, starts.dropFirst())) where start == end {
      warnings.append("\(source.name) has no record")
    }
    self.warnings = warnings
  }

  private static func checkIDs(
    _ column: DictionaryColumn, sources: [Source], starts: [Int], id: String
  ) throws {
    let seen = FixedBuffer<Int32>(repeating: -1, count: column.values.count)
    for (number, source) in sources.enumerated() {
      for record in starts[number]..<starts[number + 1] {
        let code = Int(column.codes[record])
        let row = record - starts[number] + 1
        guard code != 0 else {
          throw LinkageError(
            "\(source.name), row \(row): '\(id)' is empty; every record needs a name")
        }
        guard seen.base[code] != Int32(number) else {
          throw LinkageError(
            "\(source.name), row \(row): its '\(id)' is that of an earlier row; every record needs its own"
          )
        }
        seen.base[code] = Int32(number)
      }
    }
  }

  /// Values that are one in the comparison's form get one code; equal texts may be composed in several ways.
  private static func column(
    _ read: ReadValues, _ comparison: LinkageModel.Comparison,
    measures: Set<ComparisonLevel.Measure>, starts: [Int]
  ) -> Column {
    var values: [String] = [""]
    var translation = [UInt32](repeating: 0, count: read.values.count)
    if comparison.form == .text, read.values.bytes.allSatisfy({ $0 < 0x80 }) {
      values = (0..<read.values.count).map { read.values.string($0) }
      translation = (0..<UInt32(values.count)).map { $0 }
    } else {
      var numbers: [String: UInt32] = ["": 0]
      numbers.reserveCapacity(read.values.count)
      for code in 1..<max(1, read.values.count) {
        let form = comparison.form.of(read.values, code)
        if let number = numbers[form] {
          translation[code] = number
        } else {
          translation[code] = UInt32(values.count)
          numbers[form] = UInt32(values.count)
          values.append(form)
        }
      }
    }
    let codes = read.codes(translatedBy: translation)
    var isConstant = values.count == 2
    let frequencies = (0..<(starts.count - 1)).map { source -> [Float] in
      let counts = FixedBuffer<Int32>(repeating: 0, count: values.count)
      for record in starts[source]..<starts[source + 1] {
        counts.base[Int(codes.base[record])] += 1
      }
      if counts[0] > 0 { isConstant = false }
      let present = starts[source + 1] - starts[source] - Int(counts[0])
      counts[0] = 0
      return counts.values.map { Float(Double($0) / Double(max(1, present))) }
    }
    return Column(
      codes: codes,
      values: ValueTable(values, measures: measures, separator: comparison.separator),
      frequencies: frequencies, isConstant: isConstant, isEmpty: values.count <= 1)
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
