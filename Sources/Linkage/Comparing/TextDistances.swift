import Foundation

/// Distances between texts, in characters: Unicode scalars of the composed form, never bytes.
///
/// All take scalars that lie one behind another and give the same answer either way round.
package enum TextDistances {
  package typealias Scalars = UnsafeBufferPointer<UInt32>

  /// The scalars of a text in Unicode's composed form (NFC), so that `é` is one character however it was written.
  package static func scalars(of text: String) -> [UInt32] {
    text.precomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
  }

  /// Jaro's similarity, 0 to 1 (Jaro, *Journal of the American Statistical Association* 84, 1989): two characters match when they are equal and
  /// no farther apart than half the longer text.
  package static func jaro(_ left: Scalars, _ right: Scalars) -> Double {
    let (n, m) = (left.count, right.count)
    if n == 0 || m == 0 { return n == m ? 1 : 0 }
    let reach = max(0, max(n, m) / 2 - 1)
    return n <= 64 && m <= 64
      ? jaroOfWords(left, right, reach: reach) : jaroOfTexts(left, right, reach: reach)
  }

  /// Up to 64 characters: what has matched is a bit.
  private static func jaroOfWords(_ left: Scalars, _ right: Scalars, reach: Int) -> Double {
    let (n, m) = (left.count, right.count)
    var matchedLeft: UInt64 = 0
    var matchedRight: UInt64 = 0
    var matches = 0
    for i in 0..<n {
      let character = left[i]
      var j = max(0, i &- reach)
      let end = min(m, i &+ reach &+ 1)
      while j < end {
        if right[j] == character, matchedRight &>> UInt64(j) & 1 == 0 {
          matchedLeft |= 1 &<< UInt64(i)
          matchedRight |= 1 &<< UInt64(j)
          matches &+= 1
          break
        }
        j &+= 1
      }
    }
    guard matches > 0 else { return 0 }
    var transposed = 0
    while matchedLeft != 0 {
      let i = matchedLeft.trailingZeroBitCount
      let j = matchedRight.trailingZeroBitCount
      if left[i] != right[j] { transposed &+= 1 }
      matchedLeft &= matchedLeft &- 1
      matchedRight &= matchedRight &- 1
    }
    return jaro(matches, transposed, n, m)
  }

  private static func jaroOfTexts(_ left: Scalars, _ right: Scalars, reach: Int) -> Double {
    var isMatchedRight = [Bool](repeating: false, count: right.count)
    var matchedLeft: [UInt32] = []
    for i in left.indices {
      let range = max(0, i - reach)..<max(0, min(right.count, i + reach + 1))
      if let j = range.first(where: { !isMatchedRight[$0] && right[$0] == left[i] }) {
        isMatchedRight[j] = true
        matchedLeft.append(left[i])
      }
    }
    guard !matchedLeft.isEmpty else { return 0 }
    let matchedRight = right.indices.filter { isMatchedRight[$0] }.map { right[$0] }
    let transposed = zip(matchedLeft, matchedRight).count { $0 != $1 }
    return jaro(matchedLeft.count, transposed, left.count, right.count)
  }

  private static func jaro(_ matches: Int, _ transposed: Int, _ n: Int, _ m: Int) -> Double {
    let count = Double(matches)
    return (count / Double(n) + count / Double(m) + (count - Double(transposed / 2)) / count) / 3
  }

  /// Jaro's similarity raised by a tenth of what is missing for each of up to four equal first characters, from .7 up (Winkler 1990).
  package static func jaroWinkler(_ left: Scalars, _ right: Scalars) -> Double {
    let similarity = jaro(left, right)
    guard similarity > 0.7 else { return similarity }
    var prefix = 0
    while prefix < min(4, left.count, right.count), left[prefix] == right[prefix] { prefix += 1 }
    return similarity + Double(prefix) * 0.1 * (1 - similarity)
  }

  /// Levenshtein's distance: insertions, deletions and substitutions (1966).
  package static func levenshtein(_ left: Scalars, _ right: Scalars) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    if left.count <= 64 { return levenshteinOfWord(left, right) }
    if right.count <= 64 { return levenshteinOfWord(right, left) }
    var row = Array(0...right.count)
    for i in left.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let substituted = diagonal + (left[i] == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }

  /// A word of at most 64 characters against a text, a column of the table a step (Myers, *Journal of the ACM* 46, 1999; Hyyrö 2003).
  private static func levenshteinOfWord(_ word: Scalars, _ text: Scalars) -> Int {
    let last: UInt64 = 1 &<< UInt64(word.count &- 1)
    var rises = UInt64.max
    var falls: UInt64 = 0
    var distance = word.count
    for character in text {
      var equal: UInt64 = 0
      for place in 0..<word.count where word[place] == character { equal |= 1 &<< UInt64(place) }
      let vertical = equal | falls
      let diagonal = (((equal & rises) &+ rises) ^ rises) | equal
      var up = falls | ~(diagonal | rises)
      let down = rises & diagonal
      if up & last != 0 { distance &+= 1 } else if down & last != 0 { distance &-= 1 }
      up = up &<< 1 | 1
      rises = down &<< 1 | ~(vertical | up)
      falls = up & vertical
    }
    return distance
  }

  /// Equal characters from the first on.
  static func prefix(_ left: Scalars, _ right: Scalars) -> Int {
    var prefix = 0
    while prefix < min(left.count, right.count), left[prefix] == right[prefix] { prefix &+= 1 }
    return prefix
  }

  /// Whether the distance is at most one: what is left between the first characters that are equal and the last. With `swaps` the swap of two
  /// neighbours is one step.
  static func isOneEdit(_ left: Scalars, _ right: Scalars, swaps: Bool) -> Bool {
    let (n, m) = (left.count, right.count)
    let prefix = prefix(left, right)
    let rest = min(n, m) &- prefix
    var suffix = 0
    while suffix < rest, left[n &- 1 &- suffix] == right[m &- 1 &- suffix] { suffix &+= 1 }
    let (a, b) = (n &- prefix &- suffix, m &- prefix &- suffix)
    if max(a, b) <= 1 { return true }
    return swaps && a == 2 && b == 2 && left[prefix] == right[prefix &+ 1]
      && left[prefix &+ 1] == right[prefix]
  }

  /// Whether Damerau's distance is at most this. It is no more than Levenshtein's and no less than half of it, which settles most.
  package static func isDamerauLevenshtein(_ left: Scalars, _ right: Scalars, atMost bound: Int)
    -> Bool
  {
    let plain = levenshtein(left, right)
    if plain <= bound { return true }
    return plain <= 2 * bound && damerauLevenshtein(left, right) <= bound
  }

  /// Levenshtein's distance in which the swap of two neighbours is one step too, whatever happens to them besides (Damerau 1964; Lowrance and
  /// Wagner 1975).
  package static func damerauLevenshtein(_ left: Scalars, _ right: Scalars) -> Int {
    let (n, m) = (left.count, right.count)
    let width = m + 2
    let far = n + m
    var table = [Int](repeating: 0, count: (n + 2) * width)
    table[0] = far
    for i in 0...n {
      table[(i + 1) * width] = far
      table[(i + 1) * width + 1] = i
    }
    for j in 0...m {
      table[j + 1] = far
      table[width + j + 1] = j
    }
    for i in 1..<max(1, n + 1) {
      var lastMatch = 0
      for j in 1..<max(1, m + 1) {
        // The last row in which the right character stood on the left.
        var row = i - 1
        while row > 0, left[row - 1] != right[j - 1] { row -= 1 }
        let column = lastMatch
        let cost = left[i - 1] == right[j - 1] ? 0 : 1
        if cost == 0 { lastMatch = j }
        let swapped =
          row == 0 || column == 0
          ? far : table[row * width + column] + (i - row - 1) + 1 + (j - column - 1)
        table[(i + 1) * width + j + 1] = min(
          table[i * width + j] + cost, table[(i + 1) * width + j] + 1,
          table[i * width + j + 1] + 1, swapped)
      }
    }
    return table[(n + 1) * width + m + 1]
  }

  /// Characters that both have, as a share of those that either has (Jaccard 1901).
  package static func jaccard(_ left: Scalars, _ right: Scalars) -> Double {
    let (a, b) = (Set(left), Set(right))
    let either = a.union(b).count
    return either == 0 ? 1 : Double(a.intersection(b).count) / Double(either)
  }

  /// How many first characters are equal.
  package static func commonPrefix(_ left: Scalars, _ right: Scalars) -> Int {
    zip(left, right).prefix { $0 == $1 }.count
  }
}
