/// How many mistakes lie between two words: a letter too many, too few, another one, or two
/// neighbours that changed places (Damerau–Levenshtein, every pair of neighbours changed once).
enum TypingDistance {
  /// Nil when there are more than so many.
  static func between(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], within limit: Int
  ) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var earlier: [Int] = []
    var row = Array(0...right.count)
    for place in left.indices {
      var next = [place + 1]
      next.reserveCapacity(row.count)
      for other in right.indices {
        let isSame = left[place] == right[other]
        var mistakes = min(row[other] + (isSame ? 0 : 1), row[other + 1] + 1, next[other] + 1)
        if place > 0, other > 0, left[place] == right[other - 1], left[place - 1] == right[other] {
          mistakes = min(mistakes, earlier[other - 1] + 1)
        }
        next.append(mistakes)
      }
      if let least = next.min(), least > limit { return nil }
      earlier = row
      row = next
    }
    return row[right.count] <= limit ? row[right.count] : nil
  }
}
