/// The levels of one comparison, laid out flat: which of them two records pass first.
///
/// Of texts each distance is computed once for all levels, and only when it can decide: characters that only one of two values has bound every
/// distance from below. It is read by many threads at once; what one is about to decide lies in a `Scratch` of its own.
final class LevelTests: Sendable {
  private enum Part: BitwiseCopyable {
    case test(ComparisonLevel.Measure, column: Int, bound: Double)
    /// So many parts that follow one another from a place.
    case all(from: Int, count: Int)
    case any(from: Int, count: Int)
    case not(Int)
  }

  /// What is known of two values of a column.
  fileprivate struct TextPair: BitwiseCopyable {
    var isMeasured = false
    var left = 0
    var right = 0
    var leastEdits = 0
    /// Sixteenth parts of the characters of which the two hold different numbers: an edit changes two of them at most, a swap none.
    var changedParts = 0
    /// Equal first characters, of the first four.
    var prefix = 0
    var mostJaro = 0.0
    var jaro = -1.0
    var edits = -1
  }

  /// The two records by column, and what was computed of them. For one thread.
  final class Scratch {
    fileprivate let lefts: FixedBuffer<UInt32>
    fileprivate let rights: FixedBuffer<UInt32>
    fileprivate let texts: FixedBuffer<TextPair>

    init(columns: Int) {
      lefts = FixedBuffer(repeating: 0, count: columns)
      rights = FixedBuffer(repeating: 0, count: columns)
      texts = FixedBuffer(repeating: TextPair(), count: columns)
    }

    /// Takes a column's codes of both records.
    @inline(__always)
    func take(_ column: Int, _ left: UInt32, _ right: UInt32) {
      lefts.base[column] = left
      rights.base[column] = right
      texts.base[column].isMeasured = false
    }
  }

  let count: Int
  /// The first of them asks whether the only column is equal.
  let startsExact: Bool
  private let values: [ValueTable]
  /// The same, so that asking counts no reference.
  private let tables: FixedBuffer<Unmanaged<ValueTable>>
  private let parts: FixedBuffer<Part>
  private let levels: FixedBuffer<Int>

  init(_ levels: [ComparisonLevel], values: [ValueTable]) {
    count = levels.count
    startsExact = values.count == 1 && levels[0].isExact
    self.values = values
    tables = FixedBuffer(values.map { Unmanaged.passUnretained($0) })
    var parts: [Part] = []
    /// Puts a level in a place that is kept for it.
    func lay(_ level: ComparisonLevel, at place: Int) {
      func several(_ inner: [ComparisonLevel]) -> Int {
        let from = parts.count
        parts += inner.map { _ in .not(0) }
        // Equality first: it costs nothing.
        for (offset, one) in inner.sorted(by: { $0.cost < $1.cost }).enumerated() {
          lay(one, at: from + offset)
        }
        return from
      }
      switch level {
      case .test(let measure, let column, let bound):
        parts[place] = .test(measure, column: column, bound: bound)
      case .all(let inner): parts[place] = .all(from: several(inner), count: inner.count)
      case .any(let inner): parts[place] = .any(from: several(inner), count: inner.count)
      case .not(let inner): parts[place] = .not(several([inner]))
      }
    }
    let places = levels.map { level in
      parts.append(.not(0))
      let place = parts.count - 1
      lay(level, at: place)
      return place
    }
    self.parts = FixedBuffer(parts)
    self.levels = FixedBuffer(places)
  }

  /// The first level that the records in `scratch` pass; the number of levels when they pass none.
  func level(_ scratch: Scratch) -> UInt8 {
    for index in 0..<count where holds(levels.base[index], scratch) { return UInt8(index) }
    return UInt8(count)
  }

  private func holds(_ place: Int, _ scratch: Scratch) -> Bool {
    switch parts.base[place] {
    case .all(let from, let count):
      for part in from..<from + count where !holds(part, scratch) { return false }
      return true
    case .any(let from, let count):
      for part in from..<from + count where holds(part, scratch) { return true }
      return false
    case .not(let part): return !holds(part, scratch)
    case .test(let measure, let column, let bound):
      if measure.takesTwo { return passesOfTwo(measure, column, scratch) }
      let a = Int(scratch.lefts.base[column])
      let b = Int(scratch.rights.base[column])
      guard a != 0, b != 0 else { return false }
      switch measure {
      case .exact: return a == b
      case .differs: return a != b
      case .initial, .levenshtein, .damerauLevenshtein, .jaro, .jaroWinkler, .jaccard, .prefix:
        return tables.base[column]._withUnsafeGuaranteedRef {
          passesOfTexts(measure, bound, scratch.texts.base + column, $0, a, b)
        }
      default:
        return tables.base[column]._withUnsafeGuaranteedRef { $0.passes(measure, bound, a, b) }
      }
    }
  }

  private func passesOfTexts(
    _ measure: ComparisonLevel.Measure, _ bound: Double, _ pair: UnsafeMutablePointer<TextPair>,
    _ table: ValueTable, _ a: Int, _ b: Int
  ) -> Bool {
    if !pair.pointee.isMeasured { prepare(pair, table, a, b) }
    let (n, m, prefix) = (pair.pointee.left, pair.pointee.right, pair.pointee.prefix)
    switch measure {
    case .initial: return min(n, m) == 1 && prefix > 0
    case .prefix:
      return Double(prefix < 4 ? prefix : TextDistances.prefix(table.text(a), table.text(b)))
        >= bound
    case .levenshtein, .damerauLevenshtein:
      guard Double(pair.pointee.leastEdits) <= bound else { return false }
      if bound < 2 {
        return bound < 1
          ? a == b
          : TextDistances.isOneEdit(
            table.text(a), table.text(b), swaps: measure == .damerauLevenshtein)
      }
      if pair.pointee.edits < 0 {
        pair.pointee.edits = TextDistances.levenshtein(table.text(a), table.text(b))
      }
      let edits = Double(pair.pointee.edits)
      if edits <= bound { return true }
      // A swap saves one edit: so many are needed, and only what is left may change characters.
      return measure == .damerauLevenshtein && edits <= 2 * bound
        && Double(pair.pointee.changedParts) <= 2 * (2 * bound - edits)
        && Double(TextDistances.damerauLevenshtein(table.text(a), table.text(b))) <= bound
    case .jaro, .jaroWinkler:
      func raised(_ jaro: Double) -> Double {
        measure == .jaroWinkler && jaro > 0.7
          ? jaro + Double(min(4, prefix)) * 0.1 * (1 - jaro) : jaro
      }
      guard raised(pair.pointee.mostJaro) >= bound else { return false }
      if pair.pointee.jaro < 0 {
        pair.pointee.jaro = TextDistances.jaro(table.text(a), table.text(b))
      }
      return raised(pair.pointee.jaro) >= bound
    default: return TextDistances.jaccard(table.text(a), table.text(b)) >= bound
    }
  }

  private func prepare(
    _ pair: UnsafeMutablePointer<TextPair>, _ table: ValueTable, _ a: Int, _ b: Int
  ) {
    let (left, right) = (table.outlines.base + a, table.outlines.base + b)
    let (n, m) = (Int(left.pointee.count), Int(right.pointee.count))
    let onlyLeft = (left.pointee.mask & ~right.pointee.mask).nonzeroBitCount
    let onlyRight = (right.pointee.mask & ~left.pointee.mask).nonzeroBitCount
    let differing = left.pointee.counts ^ right.pointee.counts
    let halves = differing | differing &>> 1
    let changed = ((halves | halves &>> 2) & 0x1111_1111_1111_1111).nonzeroBitCount
    // No more characters can match than are not missing on the other side.
    let matches = Double(min(n &- onlyLeft, m &- onlyRight))
    pair.pointee = TextPair(
      isMeasured: true, left: n, right: m,
      leastEdits: max(onlyLeft, onlyRight, abs(n &- m), (changed &+ 1) / 2),
      changedParts: changed, prefix: left.pointee.prefix(with: right.pointee),
      mostJaro: matches <= 0 ? 0 : (matches / Double(n) + matches / Double(m) + 1) / 3)
  }

  /// Tests of a column and the next.
  private func passesOfTwo(
    _ measure: ComparisonLevel.Measure, _ column: Int, _ scratch: Scratch
  ) -> Bool {
    let (a, b) = (Int(scratch.lefts[column]), Int(scratch.rights[column]))
    let (c, d) = (Int(scratch.lefts[column + 1]), Int(scratch.rights[column + 1]))
    let (first, second) = (values[column], values[column + 1])
    switch measure {
    case .reversed:
      guard a != 0, b != 0, c != 0, d != 0 else { return false }
      return first.text(a).elementsEqual(second.text(d))
        && second.text(c).elementsEqual(first.text(b))
    case .before:
      guard let firsts = first.days, let seconds = second.days else { return false }
      func lies(_ one: Int, _ other: Int) -> Bool {
        firsts[one] != .min && seconds[other] != .min && firsts[one] < seconds[other]
      }
      return lies(a, d) || lies(b, c)
    default:
      guard let firsts = first.days, let seconds = second.days, firsts[a] != .min,
        firsts[b] != .min
      else { return false }
      func end(_ code: Int) -> Int32 { seconds[code] == .min ? .max : seconds[code] }
      return firsts[a] <= end(d) && firsts[b] <= end(c)
    }
  }
}

extension ComparisonLevel {
  /// What it costs to ask, in order of size.
  fileprivate var cost: Int {
    switch self {
    case .test(.exact, _, _), .test(.differs, _, _): 0
    case .test(.levenshtein, _, _), .test(.damerauLevenshtein, _, _), .test(.jaro, _, _),
      .test(.jaroWinkler, _, _), .test(.jaccard, _, _):
      2
    case .test: 1
    case .all(let parts), .any(let parts): parts.map(\.cost).reduce(1, +)
    case .not(let part): part.cost
    }
  }
}
