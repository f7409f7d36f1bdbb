/// One level of agreement, as a model writes it.
///
///     level  = term { "or" term }       term = factor { "and" factor }       factor = ["not"] ( test | "(" level ")" )
///     test   = exact | initial | levenshtein <= 2 | damerau_levenshtein <= 1 | jaro >= .9 | jaro_winkler >= .92 | jaccard >= .8 | prefix >= 4
///            | swapped | partial | same_year | days <= 31 | difference <= 5 | km <= 10 | intersection >= 1 | dice >= .9 | differs
///            | reversed | before | overlap
///
/// `initial`: one value is a single letter, with which the other begins. `differs`: both have a value, and not the same. `dice` is of two encodings
/// of one length, in hexadecimal digits. A test is about the first column, or the one that it names: `exact(2)`. The last three are about that
/// column and the next: what stands in them changed places; the date in the one lies before that in the other, of the other record; the periods from
/// the one to the other have a day in common (without an end: for ever).
indirect enum ComparisonLevel: Sendable, Hashable {
  enum Measure: String, Sendable, CaseIterable {
    case exact, initial, levenshtein, jaro, jaccard, prefix, swapped, partial, days, difference, km
    case intersection, dice, differs, reversed, before, overlap
    case damerauLevenshtein = "damerau_levenshtein"
    case jaroWinkler = "jaro_winkler"
    case sameYear = "same_year"

    /// Whether a bound is an upper one; nil when there is none.
    var isDistance: Bool? {
      switch self {
      case .levenshtein, .damerauLevenshtein, .days, .difference, .km: true
      case .jaro, .jaroWinkler, .jaccard, .prefix, .intersection, .dice: false
      case .exact, .initial, .swapped, .partial, .sameYear, .differs, .reversed, .before, .overlap:
        nil
      }
    }

    var readsDates: Bool {
      switch self {
      case .swapped, .partial, .days, .sameYear, .before, .overlap: true
      default: false
      }
    }

    /// Whether it reads the next column too.
    var takesTwo: Bool { self == .reversed || self == .before || self == .overlap }
  }

  case test(Measure, column: Int, bound: Double)
  case all([ComparisonLevel])
  case any([ComparisonLevel])
  case not(ComparisonLevel)

  init(_ text: String, columns: [String], comparison: String) throws {
    var parser = Parser(text, columns: columns.count, comparison: comparison)
    self = try parser.level()
    guard parser.isAtEnd else { throw parser.error("'\(parser.peek)' is one word too many") }
  }

  /// Whether it only asks whether the first column is equal.
  var isExact: Bool { self == .test(.exact, column: 0, bound: 0) }

  private struct Parser {
    private let words: [String]
    private var position = 0
    private let columns: Int
    private let place: String

    init(_ text: String, columns: Int, comparison: String) {
      var spaced = ""
      for character in text {
        spaced += "()".contains(character) ? " \(character) " : String(character)
      }
      spaced = spaced.replacing("<=", with: " <= ").replacing(">=", with: " >= ")
      words = spaced.split(separator: " ").map(String.init)
      self.columns = columns
      place = "comparison '\(comparison)', level '\(text)'"
    }

    var isAtEnd: Bool { position == words.count }
    var peek: String { isAtEnd ? "" : words[position] }

    func error(_ what: String) -> LinkageError { LinkageError("\(place): \(what)") }

    private mutating func take(_ word: String) -> Bool {
      guard peek == word else { return false }
      position += 1
      return true
    }

    private mutating func next() throws -> String {
      guard !isAtEnd else { throw error("it ends too early") }
      position += 1
      return words[position - 1]
    }

    mutating func level() throws -> ComparisonLevel {
      var parts = [try term()]
      while take("or") { parts.append(try term()) }
      return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func term() throws -> ComparisonLevel {
      var parts = [try factor()]
      while take("and") { parts.append(try factor()) }
      return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func factor() throws -> ComparisonLevel {
      if take("not") { return .not(try factor()) }
      if take("(") {
        let inner = try level()
        guard take(")") else { throw error("a bracket is not closed") }
        return inner
      }
      let word = try next()
      guard let measure = Measure(rawValue: word) else {
        throw error(
          "there is no measure '\(word)' (possible: \(Measure.allCases.map(\.rawValue).joined(separator: ", ")))"
        )
      }
      var column = 0
      if take("(") {
        let number = try next()
        guard let place = Int(number), (1...columns).contains(place) else {
          throw error("'\(number)' is not the number of one of its \(columns) columns")
        }
        column = place - 1
        guard take(")") else { throw error("a bracket is not closed") }
      }
      if measure.takesTwo, column + 2 > columns {
        throw error("\(word) takes two columns, of which it names the first")
      }
      guard let isDistance = measure.isDistance else {
        return .test(measure, column: column, bound: 0)
      }
      let sign = isDistance ? "<=" : ">="
      guard take(sign) else { throw error("\(word) is followed by \(sign) and a number") }
      let number = try next()
      guard let bound = Double(number), bound >= 0 else { throw error("'\(number)' is no number") }
      return .test(measure, column: column, bound: bound)
    }
  }
}
