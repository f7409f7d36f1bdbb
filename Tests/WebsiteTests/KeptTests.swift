import Testing
import Website

@Suite("What is kept")
struct KeptTests {
  @Test("is what was kept first, up to a number of bytes, and nothing that takes the room of many")
  func bounds() {
    let kept = Kept<Int>(mostBytes: 80)
    #expect(kept["a"] == nil)
    kept.keep(1, bytes: 9, as: "a")
    kept.keep(2, bytes: 9, as: "a")
    #expect(kept["a"] == 1)
    kept.keep(3, bytes: 10, as: "b")
    kept.keep(4, bytes: .max, as: "c")
    #expect(kept["b"] == nil && kept["c"] == nil)
    for number in 0..<7 { kept.keep(number, bytes: 9, as: "\(number)") }
    #expect(kept["a"] == 1)
    for number in 0..<7 { #expect(kept["\(number)"] == number) }
    // One more and it begins anew.
    kept.keep(5, bytes: 9, as: "d")
    #expect(kept["d"] == 5 && kept["a"] == nil && kept["6"] == nil)
  }
}
