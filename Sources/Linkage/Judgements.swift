import Foundation
import InformationModel
import Warehouse

/// What somebody said of pairs of records: the same person or not. A CSV or Parquet file with `left_id`, `right_id` and `same`.
package struct Judgements: Sendable {
  /// How judgements and model go together.
  package struct Report: Sendable, Codable {
    package var same = 0
    package var different = 0
    /// Of these, what the model links.
    package var sameLinked = 0
    package var differentLinked = 0
  }

  struct Pair: Sendable {
    var left: Int32
    var right: Int32
    var isSame: Bool
  }

  let pairs: [Pair]

  private static let words: [String: Bool] = [
    "1": true, "true": true, "yes": true, "ja": true, "same": true, "0": false, "false": false,
    "no": false, "nee": false, "different": false,
  ]

  /// Reads a file; rows that nobody has judged yet are left out.
  ///
  /// - Throws: `LinkageError` when a column is not there, a record is unknown or a judgement is neither yes nor no.
  package init(_ file: URL, records: LinkageRecords) throws {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw LinkageError("\(file.lastPathComponent): there is no such file")
    }
    let engine = try DuckDBEngine(threads: 1)
    let table = Warehouse.relation(of: file)
    let columns: [DictionaryColumn]
    do {
      let names = try engine.query("DESCRIBE SELECT * FROM \(table)").texts("column_name")
        .compactMap { $0 }
      let sources = ["left_source", "right_source"].map { names.contains($0) ? quoted($0) : "NULL" }
      columns = try engine.dictionaryColumns(
        "SELECT CAST(left_id AS VARCHAR), CAST(right_id AS VARCHAR), lower(trim(CAST(same AS VARCHAR))), \(sources[0]), \(sources[1]) FROM \(table)"
      )
    } catch let error as EngineError {
      throw LinkageError(
        "\(file.lastPathComponent) needs the columns left_id, right_id and same: \(error.message)")
    }
    let numbers = records.recordsByID()
    var pairs: [Pair] = []
    for row in 0..<columns[0].rowCount {
      let word = columns[2].values.string(Int(columns[2].codes[row]))
      if word.isEmpty { continue }
      guard let isSame = Self.words[word] else {
        throw LinkageError(
          "\(file.lastPathComponent), row \(row + 1): '\(word)' is no judgement (possible: yes, no, ja, nee, true, false, 1, 0)"
        )
      }
      // Of records that were delivered again, the last one.
      func candidates(_ id: DictionaryColumn, _ source: DictionaryColumn) -> [Int32] {
        let name = source.values.string(Int(source.codes[row]))
        return (numbers[id.values[Int(id.codes[row])]] ?? []).filter { record in
          records.isReplaced?[Int(record)] != true
            && (name.isEmpty || records.sources[records.source(of: Int(record))].name == name)
        }
      }
      guard let a = candidates(columns[0], columns[3]).first,
        let b = candidates(columns[1], columns[4]).last, a != b
      else {
        throw LinkageError(
          "\(file.lastPathComponent), row \(row + 1): one of the two records is in none of the files"
        )
      }
      pairs.append(Pair(left: min(a, b), right: max(a, b), isSame: isSame))
    }
    self.pairs = pairs
  }

  private init(pairs: [Pair]) { self.pairs = pairs }

  /// These and later ones, which hold where the two differ.
  func followed(by later: Judgements?) -> Judgements {
    Judgements(pairs: pairs + (later?.pairs ?? []))
  }

  /// As a file that says the same.
  func text(_ records: LinkageRecords) -> String {
    var text = "left_source,left_id,right_source,right_id,same\n"
    for pair in pairs {
      let sides = [pair.left, pair.right].map { record in
        let source = records.sources[records.source(of: Int(record))].name
        return "\(DelimitedText.field(source)),\(DelimitedText.field(records.id(Int(record))))"
      }
      text += "\(sides[0]),\(sides[1]),\(pair.isSame ? "yes" : "no")\n"
    }
    return text
  }
}

extension FileLinkage {
  /// Takes the shares of levels among pairs of one person from pairs that were judged the same. They must be drawn from all such pairs: of a
  /// queue of doubtful ones they would be wrong.
  ///
  /// - Throws: `LinkageError` when there are fewer than fifty.
  package mutating func learn(from labels: Judgements) throws {
    let same = labels.pairs.filter(\.isSame)
    guard same.count >= 50 else {
      throw LinkageError(
        "there are \(same.count) labelled pairs of one person; fewer than 50 say too little")
    }
    let comparer = PairComparer(
      try PreparedComparisons(model.comparisons, records.compared))
    for index in model.comparisons.indices {
      var counts = [Double](repeating: 0, count: model.comparisons[index].levels.count + 1)
      for pair in same {
        let level = Int(comparer.level(index, Int(pair.left), Int(pair.right)))
        if level < counts.count { counts[level] += 1 }
      }
      setSame(Estimation.normalised(counts, floor: 0.5), of: index)
    }
  }

  /// Writes pairs for somebody to judge, in an order and without a word that tells what the model thinks: links that are sure, pairs in doubt and pairs
  /// that are hardly one person, as many of each as there are.
  ///
  /// - Parameters:
  ///   - file: where to; columns `left_id`, `right_id`, each compared expression of both, and `same`, which is empty.
  ///   - count: how many pairs at most.
  /// - Throws: `LinkageError` when the files cannot be read again.
  package func writeQueue(to file: URL, count: Int) throws {
    var random = SplitMix(seed: 0x7175_6575_65)
    let bounds: [ClosedRange<Float>] = [0...0.1, 0.1...0.9, 0.9...1]
    var chosen: [ScoredPair] = []
    for (place, bound) in bounds.enumerated() {
      var some = links.filter { bound.contains($0.probability) }
      let wanted = (count - chosen.count) / (bounds.count - place)
      for index in 0..<min(wanted, some.count) {
        some.swapAt(index, index + random.below(some.count - index))
        chosen.append(some[index])
      }
    }
    for index in chosen.indices.reversed() where index > 0 {
      chosen.swapAt(index, random.below(index + 1))
    }
    let expressions = model.comparisons.flatMap(\.columns)
    let wanted = Set(chosen.flatMap { [Int($0.left), Int($0.right)] })
    let values = try values(of: expressions, records: wanted)
    var text = "left_id,right_id"
    for expression in expressions {
      text +=
        ",\(DelimitedText.field("left \(expression)")),\(DelimitedText.field("right \(expression)"))"
    }
    text += ",same\n"
    for pair in chosen {
      let (left, right) = (Int(pair.left), Int(pair.right))
      text += DelimitedText.field(records.id(left)) + "," + DelimitedText.field(records.id(right))
      for index in expressions.indices {
        for record in [left, right] {
          text += "," + DelimitedText.field(values[record]?[index] ?? "")
        }
      }
      text += ",\n"
    }
    try Data(text.utf8).write(to: file, options: .atomic)
  }

  /// What some records hold, as the files have it.
  private func values(
    of expressions: [String], records wanted: Set<Int>
  ) throws -> [Int: [String]] {
    let engine = try DuckDBEngine(threads: 1)
    try engine.execute(RecordReader.functions)
    let texts = expressions.map { "CAST(\($0) AS VARCHAR)" }.joined(separator: ", ")
    let selects = records.sources.map { "SELECT \(texts) FROM \($0.relation)" }
    do {
      let columns = try engine.dictionaryColumns(selects.joined(separator: " UNION ALL "))
      return Dictionary(
        uniqueKeysWithValues: wanted.map { record in
          (record, columns.map { $0.values.string(Int($0.codes[record])) })
        })
    } catch let error as EngineError {
      throw LinkageError("the files cannot be read again: \(error.message)")
    }
  }
}
