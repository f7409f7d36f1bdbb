import ChainPack
import Testing

/// YAML that people write: what is wrong is told as they would say it, with its line and the keys that lead to it.
@Suite struct CheckedYAMLTests {
  private enum Colour: String, Codable, CaseIterable { case red, blue }

  private struct Part: Codable {
    var name: String
    var codes: [String]?
    var amount: Double?
    var count: Int?
    var isOpen: Bool?
    var colour: Colour?
  }

  private struct Whole: Codable {
    var parts: [Part]
    var named: [String: Part]?
    var pairs: [[Double]]?
  }

  private static let keys = [
    "": ["parts", "named", "pairs"],
    "parts": ["name", "codes", "amount", "count", "isOpen", "colour"],
    "named.*": ["name", "codes", "amount", "count", "isOpen", "colour"],
  ]

  private func read(_ text: String) throws -> Whole {
    try CheckedYAML.read(Whole.self, from: text, file: "f.yaml", keys: Self.keys)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try read(text)
      return ""
    } catch { return (error as? CheckedYAML.Fault)?.message ?? "\(error)" }
  }

  @Test func `what is right is read`() throws {
    let whole = try read(
      """
      parts:
        - &first {name: 007, codes: [1, '', "yes", 2020-01-01], amount: 1e3, count: -5, isOpen: yes}
        - {name: '~', codes: ~, amount: , colour: blue}
        - *first
      named: {b: {name: x}, a: {name: y}}
      pairs: [[1, 2.5], []]
      """)
    let codes = ["1", "", "yes", "2020-01-01"]
    #expect(whole.parts.map(\.name) == ["007", "~", "007"])
    #expect(whole.parts[0].codes == codes && whole.parts[1].codes == nil)
    #expect(whole.parts[0].amount == 1000 && whole.parts[1].amount == nil)
    #expect(whole.parts[0].count == -5 && whole.parts[0].isOpen == true)
    #expect(whole.parts[1].colour == .blue)
    #expect(whole.named?.keys.sorted() == ["a", "b"])
    #expect(whole.pairs == [[1, 2.5], []])
  }

  @Test(arguments: [
    ("", "f.yaml: the file is empty"),
    ("[a]", "f.yaml, line 1: expected keys (parts, named, pairs), found a list"),
    ("parts: 5", "f.yaml, line 1: parts: expected a list, found '5'"),
    ("parts: {name: a}", "f.yaml, line 1: parts: expected a list, found keys"),
    ("parts:", "f.yaml, line 1: parts: expected a list, found nothing"),
    (
      "parts: [a, b]",
      "f.yaml, line 1: parts 1: expected keys (name, codes, amount, count, isOpen, colour), found 'a'"
    ),
    (
      "parts:\n  - name: a\n    codes:\n      x: 1",
      "f.yaml, line 4: parts 1 codes: expected a list, found keys"
    ),
    (
      "parts: [{name: a, codes: b}]",
      "f.yaml, line 1: parts 1 codes: expected a list, found 'b'"
    ),
    (
      "parts: [{name: a, codes: [b, [c]]}]",
      "f.yaml, line 1: parts 1 codes 2: expected a text, found a list"
    ),
    (
      "parts: [{name: a, codes: [b, null]}]",
      "f.yaml, line 1: parts 1 codes 2: expected a text, found null, which is nothing unless it stands in quotes"
    ),
    ("parts:\n  - name:", "f.yaml, line 2: parts 1 name: expected a text, found nothing"),
    ("parts:\n  - codes: [a]", "f.yaml, line 2: parts 1: 'name' is missing"),
    (
      "parts: [{name: a, amount: much}]",
      "f.yaml, line 1: parts 1 amount: expected a number, found 'much'"
    ),
    (
      "parts: [{name: a, amount: .nan}]",
      "f.yaml, line 1: parts 1 amount: expected a number, found '.nan'"
    ),
    (
      "parts: [{name: a, amount: '5'}]",
      "f.yaml, line 1: parts 1 amount: expected a number, found a text in quotes: '5'"
    ),
    (
      "parts: [{name: a, count: 2.5}]",
      "f.yaml, line 1: parts 1 count: expected a whole number, found '2.5'"
    ),
    (
      "parts: [{name: a, isOpen: 1}]",
      "f.yaml, line 1: parts 1 isOpen: expected true or false, found '1'"
    ),
    (
      "parts: [{name: a, colour: green}]",
      "f.yaml, line 1: parts 1 colour: expected one of red, blue, found 'green'"
    ),
    (
      "parts: [{name: a, colour: [red]}]",
      "f.yaml, line 1: parts 1 colour: expected one of red, blue, found a list"
    ),
    (
      "parts: []\nnamed: {z: 5}",
      "f.yaml, line 2: named z: expected keys (name, codes, amount, count, isOpen, colour), found '5'"
    ),
    (
      "parts: []\nnamed: {z: {naam: 5}}",
      "f.yaml, line 2: there is no 'naam' (possible: name, codes, amount, count, isOpen, colour)"
    ),
    (
      "parts: []\npairs: [[1, [2]]]",
      "f.yaml, line 2: pairs 1 2: expected a number, found a list"
    ),
    ("parts: []\n? [a]\n: b", "f.yaml, line 2: expected a name before the colon, found a list"),
    ("parts: []\nparts: []", "f.yaml, line 1: twice the same key: parts"),
    ("parts: [", "f.yaml, line 2: no YAML: did not find expected node content"),
    ("parts: *no", "f.yaml, line 1: no YAML: found undefined alias"),
  ])
  func `what is wrong is told with its place`(text: String, told: String) {
    #expect(message(text) == told)
  }

  @Test func `a long text is not repeated whole`() {
    let told = message("parts: " + String(repeating: "x", count: 500))
    #expect(told.hasSuffix("found '\(String(repeating: "x", count: 40))…'"))
  }

  @Test func `nesting without end is told`() {
    #expect(message(String(repeating: "[", count: 100_000)).hasPrefix("f.yaml, line 1: no YAML"))
  }
}
