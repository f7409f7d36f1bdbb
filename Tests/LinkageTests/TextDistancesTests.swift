import Linkage
import TestSupport
import Testing

@Suite struct TextDistancesTests {
  private func with<Answer>(
    _ left: String, _ right: String,
    _ body: (TextDistances.Scalars, TextDistances.Scalars) -> Answer
  ) -> Answer {
    TextDistances.scalars(of: left).withUnsafeBufferPointer { left in
      TextDistances.scalars(of: right).withUnsafeBufferPointer { body(left, $0) }
    }
  }

  /// Winkler, *String comparator metrics and enhanced decision rules in the Fellegi-Sunter model of record linkage* (1990), table 1.
  @Test(arguments: [
    ("SHACKLEFORD", "SHACKELFORD", 0.982), ("DUNNINGHAM", "CUNNIGHAM", 0.896),
    ("NICHLESON", "NICHULSON", 0.956), ("JONES", "JOHNSON", 0.832), ("MASSEY", "MASSIE", 0.933),
    ("ABROMS", "ABRAMS", 0.922), ("MARTHA", "MARHTA", 0.961), ("DWAYNE", "DUANE", 0.840),
    ("DIXON", "DICKSON", 0.832), ("müller", "muller", 0.900),
  ])
  func `Jaro and Winkler agree with the published table`(
    left: String, right: String, wanted: Double
  ) {
    let found = with(left, right, TextDistances.jaroWinkler)
    #expect(abs(found - wanted) < 0.0006)
    #expect(found == with(right, left, TextDistances.jaroWinkler))
  }

  @Test func `characters count, not bytes, however they are composed`() {
    #expect(with("é", "e\u{301}", TextDistances.levenshtein) == 0)
    #expect(with("Çelik", "Celik", TextDistances.levenshtein) == 1)
  }

  /// Lowrance and Wagner (1975): a swap may have an insertion in its middle.
  @Test func `a swap is one step, whatever happens to it besides`() {
    #expect(with("CA", "ABC", TextDistances.damerauLevenshtein) == 2)
    #expect(with("jansen", "janesn", TextDistances.damerauLevenshtein) == 1)
    #expect(with("jansen", "janesn", TextDistances.levenshtein) == 2)
    #expect(with("", "abc", TextDistances.damerauLevenshtein) == 3)
  }

  @Test func `the fast distances give what a table of all prefixes gives`() {
    var random = SeededGenerator(seed: 7)
    func word(_ longest: Int) -> String {
      String(
        (0..<Int.random(in: 0...longest, using: &random)).map { _ in
          "abcdé".randomElement(using: &random) ?? "a"
        })
    }
    for round in 0..<4000 {
      // Beyond 64 characters another way is taken.
      let (left, right) = (word(round % 40 == 0 ? 90 : 9), word(round % 40 == 1 ? 90 : 9))
      let slow = Self.levenshtein(Array(left), Array(right))
      #expect(with(left, right, TextDistances.levenshtein) == slow)
      let swaps = with(left, right, TextDistances.damerauLevenshtein)
      #expect(swaps <= slow && 2 * swaps >= slow)
      for bound in 0...3 {
        #expect(
          with(left, right) { TextDistances.isDamerauLevenshtein($0, $1, atMost: bound) }
            == (swaps <= bound))
      }
    }
  }

  private static func levenshtein(_ left: [Character], _ right: [Character]) -> Int {
    var table = [[Int]](
      repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
    for i in 0...left.count {
      for j in 0...right.count {
        if i == 0 || j == 0 {
          table[i][j] = i + j
        } else {
          let change = table[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
          table[i][j] = min(change, table[i - 1][j] + 1, table[i][j - 1] + 1)
        }
      }
    }
    return table[left.count][right.count]
  }

  @Test func `a name is one text however it is written`() {
    #expect(ValueForm.name.of("Van 't Hoff") == ValueForm.name.of("HOFF, van t"))
    #expect(ValueForm.name.of("Dijkstra") == ValueForm.name.of("Dykstra"))
    #expect(ValueForm.name.of("Çelik-de Vries") == "celikvries")
    #expect(ValueForm.firstPart.of("Çelik-de Vries") == "celik")
    #expect(ValueForm.code.of("1234 ab") == "1234AB")
    // A name that is nothing but prefixes keeps them.
    #expect(ValueForm.name.of("De") == "de")
  }
}
