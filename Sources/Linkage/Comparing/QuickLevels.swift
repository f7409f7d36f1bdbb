/// The levels of one column whose tests are all about texts, each distance computed once and only when it can decide.
///
/// A value has a mask of the characters that it holds. Characters that only one of two values has bound every distance from below.
final class QuickLevels {
  private enum Kind {
    case exact, initial, levenshtein, damerauLevenshtein, jaro, jaroWinkler, prefix
  }

  private struct Test {
    var kind: Kind
    var bound: Double
  }

  private let scalars: UnsafeMutablePointer<UInt32>
  private let starts: UnsafeMutablePointer<Int32>
  private let masks: UnsafeMutablePointer<UInt64>
  private let tests: UnsafeMutableBufferPointer<Test>

  /// nil when a level asks for anything else.
  init?(_ levels: [ComparisonLevel], values: ValueTable) {
    var tests: [Test] = []
    for level in levels {
      guard case .test(let measure, 0, let bound) = level else { return nil }
      switch measure {
      case .exact: tests.append(Test(kind: .exact, bound: 0))
      case .initial: tests.append(Test(kind: .initial, bound: 0))
      case .levenshtein: tests.append(Test(kind: .levenshtein, bound: bound))
      case .damerauLevenshtein: tests.append(Test(kind: .damerauLevenshtein, bound: bound))
      case .jaro: tests.append(Test(kind: .jaro, bound: bound))
      case .jaroWinkler: tests.append(Test(kind: .jaroWinkler, bound: bound))
      case .prefix: tests.append(Test(kind: .prefix, bound: bound))
      default: return nil
      }
    }
    self.tests = .allocate(capacity: tests.count)
    _ = self.tests.initialize(from: tests)
    scalars = .allocate(capacity: max(1, values.scalars.count))
    scalars.initialize(from: values.scalars, count: values.scalars.count)
    starts = .allocate(capacity: values.starts.count)
    starts.initialize(from: values.starts, count: values.starts.count)
    masks = .allocate(capacity: values.starts.count)
    for code in 0..<values.starts.count - 1 {
      var mask: UInt64 = 0
      for scalar in values.scalars(code) { mask |= 1 &<< UInt64(scalar & 63) }
      masks[code] = mask
    }
  }

  deinit {
    tests.deallocate()
    scalars.deallocate()
    starts.deallocate()
    masks.deallocate()
  }

  /// The first level that two different values pass; the number of levels when they pass none.
  func level(_ a: Int, _ b: Int) -> UInt8 {
    let n = Int(starts[a &+ 1] &- starts[a])
    let m = Int(starts[b &+ 1] &- starts[b])
    let left = UnsafeBufferPointer(start: scalars + Int(starts[a]), count: n)
    let right = UnsafeBufferPointer(start: scalars + Int(starts[b]), count: m)
    let onlyLeft = (masks[a] & ~masks[b]).nonzeroBitCount
    let onlyRight = (masks[b] & ~masks[a]).nonzeroBitCount
    let leastEdits = max(onlyLeft, onlyRight, abs(n &- m))
    var prefix = 0
    while prefix < min(n, m), left[prefix] == right[prefix] { prefix &+= 1 }
    // No more characters can match than are not missing on the other side.
    let matches = Double(min(n &- onlyLeft, m &- onlyRight))
    let mostJaro =
      matches <= 0 ? 0 : (matches / Double(n) + matches / Double(m) + 1) / 3
    var jaro = -1.0
    var edits = -1
    for index in 0..<tests.count {
      let bound = tests[index].bound
      switch tests[index].kind {
      case .exact:
        if a == b { return UInt8(index) }
      case .initial:
        if min(n, m) == 1, prefix > 0 { return UInt8(index) }
      case .prefix:
        if Double(prefix) >= bound { return UInt8(index) }
      case .levenshtein, .damerauLevenshtein:
        guard Double(leastEdits) <= bound else { continue }
        if edits < 0 { edits = TextDistances.levenshtein(left, right) }
        if Double(edits) <= bound { return UInt8(index) }
        if tests[index].kind == .damerauLevenshtein, Double(edits) <= 2 * bound,
          Double(TextDistances.damerauLevenshtein(left, right)) <= bound
        {
          return UInt8(index)
        }
      case .jaro, .jaroWinkler:
        let isWinkler = tests[index].kind == .jaroWinkler
        func raised(_ jaro: Double) -> Double {
          isWinkler && jaro > 0.7 ? jaro + Double(min(4, prefix)) * 0.1 * (1 - jaro) : jaro
        }
        guard raised(mostJaro) >= bound else { continue }
        if jaro < 0 { jaro = TextDistances.jaro(left, right) }
        if raised(jaro) >= bound { return UInt8(index) }
      }
    }
    return UInt8(tests.count)
  }
}
