/// The levels of one comparison, laid out flat: which of them two records pass first.
///
/// Of texts each distance is computed once for all levels, and only when it can decide: characters that only one of two values has bound every
/// distance from below. It is read by many threads at once; what one has computed lies in a `Scratch` of its own.
///
/// Unchecked because of the pointers of `screen`: they are into what stands beside it and does not change.
final class LevelTests: @unchecked Sendable {
  private enum Part: BitwiseCopyable {
    case test(ComparisonLevel.Measure, column: Int, bound: Double)
    /// So many parts that follow one another from a place.
    case all(from: Int, count: Int)
    case any(from: Int, count: Int)
    case not(Int)
  }

  /// What two values of a column can come to at most, from what stands in their outlines.
  struct Likeness: BitwiseCopyable {
    let left: Int
    let right: Int
    let leastEdits: Int
    /// Sixteenth parts of the characters of which the two hold different numbers: an edit changes two of them at most, a swap none.
    let changedParts: Int
    /// Equal first characters, of the first four.
    let prefix: Int
    /// No more characters can match than are not missing on the other side.
    let mostMatches: Int

    @inline(__always)
    init(
      _ left: UnsafePointer<ValueTable.Outline>, _ right: UnsafePointer<ValueTable.Outline>
    ) {
      let (n, m) = (Int(left.pointee.count), Int(right.pointee.count))
      let onlyLeft = (left.pointee.mask & ~right.pointee.mask).nonzeroBitCount
      let onlyRight = (right.pointee.mask & ~left.pointee.mask).nonzeroBitCount
      let differing = left.pointee.counts ^ right.pointee.counts
      let halves = differing | differing &>> 1
      changedParts = ((halves | halves &>> 2) & 0x1111_1111_1111_1111).nonzeroBitCount
      leastEdits = max(
        max(onlyLeft, onlyRight), max(abs(n &- m), (changedParts &+ 1) &>> 1))
      mostMatches = min(n &- onlyLeft, m &- onlyRight)
      prefix = left.pointee.prefix(with: right.pointee)
      self.left = n
      self.right = m
    }

    /// Whether Jaro's similarity, raised for equal first characters, can come to `bound`: the formula times three and the product of both lengths,
    /// with a little room for how sums are rounded.
    @inline(__always)
    func canReach(_ bound: Double, _ measure: ComparisonLevel.Measure) -> Bool {
      guard mostMatches > 0 else { return bound <= 0 }
      let raise = measure == .jaroWinkler ? Double(prefix) * 0.1 : 0
      let product = Double(left &* right)
      let jaro = Double(mostMatches &* (left &+ right)) + product
      return jaro * (1 - raise) >= (3 * (bound - raise) - 1e-9) * product
    }

    @inline(__always)
    func raised(_ jaro: Double, _ measure: ComparisonLevel.Measure) -> Double {
      measure == .jaroWinkler && jaro > 0.7
        ? jaro + Double(min(4, prefix)) * 0.1 * (1 - jaro) : jaro
    }
  }

  /// What was computed of two values of a column.
  fileprivate struct TextPair: BitwiseCopyable {
    var jaro = -1.0
    var edits = -1
  }

  /// What was computed of two records, by column. For one thread.
  final class Scratch {
    fileprivate let texts: FixedBuffer<TextPair>

    init(columns: Int) { texts = FixedBuffer(repeating: TextPair(), count: columns) }

    @inline(__always)
    fileprivate func forget() {
      for column in 0..<texts.count { texts.base[column] = TextPair() }
    }
  }

  /// How a test ends, before any text is read.
  private enum Outlook: UInt8, BitwiseCopyable {
    case no, maybe, yes
  }

  typealias Codes = UnsafePointer<UInt32>

  let count: Int
  /// The first of them asks whether the only column is equal.
  let startsExact: Bool
  private let values: [ValueTable]
  /// The same, so that asking counts no reference.
  private let tables: FixedBuffer<Unmanaged<ValueTable>>
  private let parts: FixedBuffer<Part>
  private let levels: FixedBuffer<Int>
  /// The same levels, when each is a single test of the first column.
  private let plain: FixedBuffer<Plain>
  private let isPlain: Bool
  /// When different values are told apart by edits and Jaro's similarity alone.
  let screen: Screen?
  private let byEdits: FixedBuffer<UInt8>
  private let ofJaro: FixedBuffer<Screen.JaroLevel>

  /// Tells the first level that different texts may have, from what stands in their outlines. Its pointers are into what the tests keep.
  struct Screen: BitwiseCopyable {
    struct JaroLevel: BitwiseCopyable {
      let level: UInt8
      let measure: ComparisonLevel.Measure
      let bound: Double
    }

    /// By the least number of edits, up to 15.
    fileprivate let byEdits: UnsafePointer<UInt8>
    fileprivate let ofJaro: UnsafePointer<JaroLevel>
    fileprivate let jaroCount: Int

    /// The number of levels when they surely pass none.
    @inline(__always)
    func level(_ likeness: Likeness) -> UInt8 {
      let level = byEdits[min(15, likeness.leastEdits)]
      for index in 0..<jaroCount {
        let one = ofJaro + index
        if one.pointee.level > level { break }
        if likeness.canReach(one.pointee.bound, one.pointee.measure) { return one.pointee.level }
      }
      return level
    }
  }

  private struct Plain: BitwiseCopyable {
    let measure: ComparisonLevel.Measure
    let bound: Double
  }

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
    let plain = levels.compactMap { level -> Plain? in
      guard case .test(let measure, 0, let bound) = level, !measure.takesTwo else { return nil }
      return Plain(measure: measure, bound: bound)
    }
    self.plain = FixedBuffer(plain)
    isPlain = plain.count == levels.count
    let isOfEdits = plain.map {
      $0.measure == .levenshtein || $0.measure == .damerauLevenshtein
    }
    byEdits = FixedBuffer(
      (0...15).map { edits in
        let first = plain.indices.first {
          isOfEdits[$0] && plain[$0].bound >= Double(max(1, edits))
        }
        return UInt8(first ?? levels.count)
      })
    ofJaro = FixedBuffer(
      plain.enumerated().filter {
        $0.element.measure == .jaro || $0.element.measure == .jaroWinkler
      }
      .map {
        Screen.JaroLevel(
          level: UInt8($0.offset), measure: $0.element.measure, bound: $0.element.bound)
      })
    let isOfTexts =
      isPlain && startsExact
      && plain.indices.dropFirst().allSatisfy {
        isOfEdits[$0] && plain[$0].bound < 15 || plain[$0].measure == .jaro
          || plain[$0].measure == .jaroWinkler
      }
    screen =
      isOfTexts
      ? Screen(
        byEdits: UnsafePointer(byEdits.base), ofJaro: UnsafePointer(ofJaro.base),
        jaroCount: ofJaro.count) : nil
  }

  // MARK: Before texts are read

  /// The first level that two records may pass, from what stands in the outlines of their values, and whether they do; the number of levels when
  /// they surely pass none. The codes are those of the comparison's columns.
  @inline(__always)
  func outlook(_ left: Codes, _ right: Codes) -> (level: UInt8, isCertain: Bool) {
    isPlain ? plainOutlook(Int(left[0]), Int(right[0])) : anyOutlook(left, right)
  }

  /// Of two values that are present.
  private func plainOutlook(_ a: Int, _ b: Int) -> (level: UInt8, isCertain: Bool) {
    tables.base[0]._withUnsafeGuaranteedRef { table in
      let likeness = Likeness(table.outlines.base + a, table.outlines.base + b)
      for index in 0..<count {
        let (measure, bound) = (plain.base[index].measure, plain.base[index].bound)
        let outlook: Outlook
        switch measure {
        case .initial, .levenshtein, .damerauLevenshtein, .jaro, .jaroWinkler, .prefix:
          outlook = Self.outlook(measure, bound, likeness, areEqual: a == b)
        case .jaccard, .km, .intersection, .dice: outlook = .maybe
        default: outlook = table.passes(measure, bound, a, b) ? .yes : .no
        }
        if outlook != .no { return (UInt8(index), outlook == .yes) }
      }
      return (UInt8(count), true)
    }
  }

  private func anyOutlook(_ left: Codes, _ right: Codes) -> (level: UInt8, isCertain: Bool) {
    var likeness: (column: Int, Likeness)?
    for index in 0..<count {
      switch outlook(levels.base[index], left, right, &likeness) {
      case .yes: return (UInt8(index), true)
      case .maybe: return (UInt8(index), false)
      case .no: continue
      }
    }
    return (UInt8(count), true)
  }

  private func outlook(
    _ place: Int, _ left: Codes, _ right: Codes, _ known: inout (column: Int, Likeness)?
  ) -> Outlook {
    switch parts.base[place] {
    case .all(let from, let count):
      var least = Outlook.yes
      for part in from..<from + count {
        let next = outlook(part, left, right, &known)
        if next.rawValue < least.rawValue { least = next }
        if least == .no { break }
      }
      return least
    case .any(let from, let count):
      var most = Outlook.no
      for part in from..<from + count {
        let next = outlook(part, left, right, &known)
        if next.rawValue > most.rawValue { most = next }
        if most == .yes { break }
      }
      return most
    case .not(let part):
      switch outlook(part, left, right, &known) {
      case .yes: return .no
      case .maybe: return .maybe
      case .no: return .yes
      }
    case .test(let measure, let column, let bound):
      let (a, b) = (Int(left[column]), Int(right[column]))
      switch measure {
      case .reversed: return .maybe
      case .before, .overlap: return passesOfTwo(measure, column, left, right) ? .yes : .no
      default: break
      }
      guard a != 0, b != 0 else { return .no }
      switch measure {
      case .exact: return a == b ? .yes : .no
      case .differs: return a != b ? .yes : .no
      case .jaccard, .km, .intersection, .dice: return .maybe
      case .initial, .levenshtein, .damerauLevenshtein, .jaro, .jaroWinkler, .prefix:
        let likeness: Likeness
        if let known, known.column == column {
          likeness = known.1
        } else {
          likeness = self.likeness(column, a, b)
          known = (column, likeness)
        }
        return Self.outlook(measure, bound, likeness, areEqual: a == b)
      default:
        return tables.base[column]._withUnsafeGuaranteedRef { $0.passes(measure, bound, a, b) }
          ? .yes : .no
      }
    }
  }

  @inline(__always)
  private func likeness(_ column: Int, _ a: Int, _ b: Int) -> Likeness {
    tables.base[column]._withUnsafeGuaranteedRef {
      Likeness($0.outlines.base + a, $0.outlines.base + b)
    }
  }

  @inline(__always)
  private static func outlook(
    _ measure: ComparisonLevel.Measure, _ bound: Double, _ likeness: Likeness, areEqual: Bool
  ) -> Outlook {
    switch measure {
    case .initial:
      return min(likeness.left, likeness.right) == 1 && likeness.prefix > 0 ? .yes : .no
    case .prefix:
      if Double(likeness.prefix) >= bound { return .yes }
      return likeness.prefix < 4 ? .no : .maybe
    case .levenshtein, .damerauLevenshtein:
      if areEqual { return .yes }
      return bound < 1 || Double(likeness.leastEdits) > bound ? .no : .maybe
    default: return likeness.canReach(bound, measure) ? .maybe : .no
    }
  }

  // MARK: All of it

  /// The first level that two records pass, when they pass none before `first`; the number of levels when they pass none.
  func level(from first: Int, _ left: Codes, _ right: Codes, _ scratch: Scratch) -> UInt8 {
    scratch.forget()
    for index in first..<count where holds(levels.base[index], left, right, scratch) {
      return UInt8(index)
    }
    return UInt8(count)
  }

  private func holds(_ place: Int, _ left: Codes, _ right: Codes, _ scratch: Scratch) -> Bool {
    switch parts.base[place] {
    case .all(let from, let count):
      for part in from..<from + count where !holds(part, left, right, scratch) { return false }
      return true
    case .any(let from, let count):
      for part in from..<from + count where holds(part, left, right, scratch) { return true }
      return false
    case .not(let part): return !holds(part, left, right, scratch)
    case .test(let measure, let column, let bound):
      if measure.takesTwo { return passesOfTwo(measure, column, left, right) }
      let (a, b) = (Int(left[column]), Int(right[column]))
      guard a != 0, b != 0 else { return false }
      switch measure {
      case .exact: return a == b
      case .differs: return a != b
      case .initial, .levenshtein, .damerauLevenshtein, .jaro, .jaroWinkler, .prefix, .jaccard:
        let likeness = likeness(column, a, b)
        switch measure == .jaccard
          ? .maybe : Self.outlook(measure, bound, likeness, areEqual: a == b)
        {
        case .yes: return true
        case .no: return false
        case .maybe:
          return tables.base[column]._withUnsafeGuaranteedRef {
            passesOfTexts(measure, bound, likeness, scratch.texts.base + column, $0, a, b)
          }
        }
      default:
        return tables.base[column]._withUnsafeGuaranteedRef { $0.passes(measure, bound, a, b) }
      }
    }
  }

  /// Of different texts whose outlines leave it open.
  private func passesOfTexts(
    _ measure: ComparisonLevel.Measure, _ bound: Double, _ likeness: Likeness,
    _ pair: UnsafeMutablePointer<TextPair>, _ table: ValueTable, _ a: Int, _ b: Int
  ) -> Bool {
    switch measure {
    case .prefix: return Double(TextDistances.prefix(table.text(a), table.text(b))) >= bound
    case .levenshtein, .damerauLevenshtein:
      if bound < 2 {
        return TextDistances.isOneEdit(
          table.text(a), table.text(b), swaps: measure == .damerauLevenshtein)
      }
      if pair.pointee.edits < 0 {
        pair.pointee.edits = TextDistances.levenshtein(table.text(a), table.text(b))
      }
      let edits = Double(pair.pointee.edits)
      if edits <= bound { return true }
      // A swap saves one edit: so many are needed, and only what is left may change characters.
      return measure == .damerauLevenshtein && edits <= 2 * bound
        && Double(likeness.changedParts) <= 2 * (2 * bound - edits)
        && Double(TextDistances.damerauLevenshtein(table.text(a), table.text(b))) <= bound
    case .jaro, .jaroWinkler:
      if pair.pointee.jaro < 0 {
        pair.pointee.jaro = TextDistances.jaro(table.text(a), table.text(b))
      }
      return likeness.raised(pair.pointee.jaro, measure) >= bound
    default: return TextDistances.jaccard(table.text(a), table.text(b)) >= bound
    }
  }

  /// Tests of a column and the next.
  private func passesOfTwo(
    _ measure: ComparisonLevel.Measure, _ column: Int, _ left: Codes, _ right: Codes
  ) -> Bool {
    let (a, b) = (Int(left[column]), Int(right[column]))
    let (c, d) = (Int(left[column + 1]), Int(right[column + 1]))
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
