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
    /// Rows of each delivery that came before; the rest of the relation's rows are new. Of a record that is delivered again the last one counts.
    let earlier: [Int]
    /// So many first rows tell how rare values are; all when nil.
    let founding: Int?

    /// A CSV or Parquet file.
    package init(name: String, file: URL) {
      self.init(name: name, file: file, relation: Warehouse.relation(of: file))
    }

    package init(
      name: String, file: URL? = nil, relation: String, earlier: [Int] = [], founding: Int? = nil
    ) {
      self.name = name
      self.file = file
      self.relation = relation
      self.earlier = earlier
      self.founding = founding
    }
  }

  /// What a model compares of all records.
  struct Compared: Sendable {
    /// By comparison, by its columns.
    let columns: [[Column]]
    /// Codes of the values, all columns of a record beside each other: two records are compared in as many places of memory as they are records.
    let codes: FixedBuffer<UInt32>
    let width: Int
    let records: Int

    /// Where a comparison's first column stands in a row of codes.
    let offsets: [Int]

    init(_ comparisons: [[(column: Column, codes: FixedBuffer<UInt32>)]], records: Int) {
      columns = comparisons.map { $0.map(\.column) }
      width = columns.map(\.count).reduce(0, +)
      self.records = records
      codes = FixedBuffer(repeating: 0, count: records * width)
      offsets = columns.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
      for (place, column) in comparisons.joined().enumerated() {
        for record in 0..<records {
          codes.base[record &* width &+ place] = column.codes.base[record]
        }
      }
    }
  }

  /// The distinct values of one compared column, in the comparison's form.
  struct Column: Sendable {
    var values: ValueTable
    /// Of each value, the records of a source that have it, as a share of those that have any; by source.
    var frequencies: [[Float]]
    var isConstant: Bool
    var isEmpty: Bool
  }

  package let sources: [Source]
  /// By record: it is in no earlier delivery. nil when none was.
  let isNew: FixedBuffer<Bool>?
  /// By record: it was delivered again, and takes part in nothing. nil when none was.
  let isReplaced: FixedBuffer<Bool>?
  /// First record of each source, and after the last one the number of all.
  package let starts: [Int]
  private let names: DictionaryColumn
  let compared: Compared
  /// The same of what the model excludes.
  let exclusions: Compared
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

  /// Gives records that were delivered again what the record before had.
  func handOn(_ values: inout [Int32]) {
    let last = FixedBuffer<Int32>(repeating: -1, count: names.values.count)
    for source in sources.indices {
      for record in starts[source]..<starts[source + 1] {
        let code = Int(names.codes[record])
        let before = Int(last.base[code])
        if before >= starts[source], values[record] < 0 { values[record] = values[before] }
        last.base[code] = Int32(record)
      }
    }
  }

  /// Reads what a model needs of the files; `onlyNew` when only pairs with a record of no earlier delivery are wanted.
  ///
  /// - Throws: `LinkageError` when a file cannot be read, lacks a column or names a record twice.
  package init(
    _ sources: [Source], model: LinkageModel, engine: DuckDBEngine, onlyNew: Bool = false
  ) throws {
    self.sources = sources
    let compared = model.comparisons + model.cannot.map(\.comparison)
    let rules = model.blocking + model.prior.deterministic.map { BlockingRule(equal: $0) }
    let reader = try RecordReader(sources, id: model.id, engine: engine)
    let read = try reader.read(compared.flatMap(\.columns) + rules.flatMap(\.expressions))
    starts = read.starts
    names = read.names
    isReplaced = try Self.checkIDs(names, sources: sources, starts: starts, id: model.id)
    if onlyNew {
      let isNew = FixedBuffer<Bool>(repeating: true, count: starts.last ?? 0)
      for (source, start) in zip(sources, starts) {
        for record in start..<start + source.earlier.reduce(0, +) { isNew[record] = false }
      }
      self.isNew = isNew
    } else {
      isNew = nil
    }
    var warnings: [String] = []
    let columns = try compared.map { [starts] comparison in
      let measures = try comparison.measures()
      return comparison.columns.map { expression in
        Self.column(
          read.values(expression), comparison, measures: measures, sources: sources, starts: starts)
      }
    }
    for (comparison, columns) in zip(compared, columns) {
      for (expression, (column, _)) in zip(comparison.columns, columns) {
        if column.isEmpty {
          warnings.append("'\(expression)' of comparison '\(comparison.name)' has no value at all")
        } else if column.isConstant {
          warnings.append(
            "'\(expression)' of comparison '\(comparison.name)' has one value in all records")
        }
      }
    }
    self.compared = Compared(
      Array(columns.prefix(model.comparisons.count)), records: starts.last ?? 0)
    exclusions = Compared(
      Array(columns.dropFirst(model.comparisons.count)), records: starts.last ?? 0)
    memberships = model.blocking.map { [isReplaced] in read.membership($0, without: isReplaced) }
    deterministic = model.prior.deterministic.map { [isReplaced] in
      read.membership(BlockingRule(equal: $0), without: isReplaced)
    }
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

  /// - Returns: by record, whether a later delivery of its source has it again; nil when none has.
  private static func checkIDs(
    _ column: DictionaryColumn, sources: [Source], starts: [Int], id: String
  ) throws -> FixedBuffer<Bool>? {
    let last = FixedBuffer<Int32>(repeating: -1, count: column.values.count)
    var replaced: FixedBuffer<Bool>?
    for (number, source) in sources.enumerated() {
      var record = starts[number]
      let ends = source.earlier.reduce(into: [Int]()) { ends, rows in
        ends.append((ends.last ?? starts[number]) + rows)
      }
      for end in ends + [starts[number + 1]] {
        let first = record
        while record < end {
          let code = Int(column.codes[record])
          let row = record - first + 1
          guard code != 0 else {
            throw LinkageError(
              "\(source.name), row \(row): '\(id)' is empty; every record needs a name")
          }
          let before = Int(last.base[code])
          if before >= first {
            throw LinkageError(
              "\(source.name), row \(row): its '\(id)' is that of an earlier row; every record needs its own"
            )
          }
          if before >= starts[number] {
            let found = replaced ?? FixedBuffer(repeating: false, count: starts.last ?? 0)
            found[before] = true
            replaced = found
          }
          last.base[code] = Int32(record)
          record += 1
        }
      }
    }
    return replaced
  }

  /// Values that are one in the comparison's form get one code; equal texts may be composed in several ways.
  private static func column(
    _ read: ReadValues, _ comparison: LinkageModel.Comparison,
    measures: Set<ComparisonLevel.Measure>, sources: [Source], starts: [Int]
  ) -> (column: Column, codes: FixedBuffer<UInt32>) {
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
      let rows = sources[source].founding ?? starts[source + 1] - starts[source]
      for record in starts[source]..<starts[source] + rows {
        counts.base[Int(codes.base[record])] += 1
      }
      if counts[0] > 0 { isConstant = false }
      let present = rows - Int(counts[0])
      counts[0] = 0
      return counts.values.map { Float(Double($0) / Double(max(1, present))) }
    }
    let column = Column(
      values: ValueTable(values, measures: measures, separator: comparison.separator),
      frequencies: frequencies, isConstant: isConstant, isEmpty: values.count <= 1)
    return (column, codes)
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
