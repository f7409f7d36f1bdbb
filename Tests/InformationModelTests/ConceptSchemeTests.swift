import Foundation
import InformationModel
import Testing

@Suite("A concept scheme")
struct ConceptSchemeTests {
  private func scheme(_ concepts: [(code: String, parent: String?)]) -> ConceptScheme {
    let text = LocalizedText(nl: "", en: "")
    return ConceptScheme(
      id: "s", name: text, description: text, owner: "",
      concepts: concepts.map {
        Concept(code: $0.code, parent: $0.parent, label: text, definition: text)
      })
  }

  @Test("leads from the top down to a concept")
  func path() {
    let scheme = scheme([("1", nil), ("11", "1"), ("111", "11"), ("2", nil)])
    #expect(scheme.path(to: "111") == ["1", "11", "111"])
    #expect(scheme.path(to: "11") == ["1", "11"])
    #expect(scheme.path(to: "2") == ["2"])
    #expect(scheme.path(to: "3").isEmpty)
    #expect(scheme.concept("11")?.parent == "1")
    #expect(scheme.concept("3") == nil)
  }

  @Test("ends a path also where concepts stand in a circle")
  func circle() {
    let scheme = scheme([("1", "2"), ("2", "3"), ("3", "1"), ("4", "4"), ("5", "gone")])
    #expect(scheme.path(to: "1") == ["3", "2", "1"])
    #expect(scheme.path(to: "4") == ["4"])
    #expect(scheme.path(to: "5") == ["gone", "5"])
  }

  @Test("without outlines is written as schemes were before there were any")
  func withoutMap() throws {
    let plain = scheme([("1", nil)])
    let data = try JSONEncoder().encode(plain)
    #expect(!String(decoding: data, as: UTF8.self).contains("map"))
    #expect(try JSONDecoder().decode(ConceptScheme.self, from: data) == plain)
    var drawn = plain
    drawn.map = RegionMap(
      source: LocalizedText(nl: "k", en: "m"),
      outlines: [RegionMap.Outline(code: "1", lines: [[0, 0, 9, 0, 9, 9]])])
    let again = try JSONDecoder().decode(
      ConceptScheme.self, from: JSONEncoder().encode(drawn))
    #expect(again == drawn)
  }

  @Test(
    "has outlines as paths that go from corner to corner",
    arguments: [
      ([], ""), ([[]], ""), ([[1, 2]], "M1 2z"),
      ([[10, 20, 13, 16, 8, 20], [0, 0, 5, 0, 5, 5]], "M10 20l3-4 -5 4zM0 0l5 0 0 5z"),
      ([[.min, .max, .max, .min, 1]], "M-9223372036854775808 9223372036854775807l-1 1z"),
    ] as [([[Int]], String)])
  func outlinePath(of lines: [[Int]], is path: String) {
    #expect(RegionMap.Outline(code: "", lines: lines).path == path)
  }
}

@Suite("A cell index")
struct CellIndexTests {
  @Test("lets the last dimension run fastest, and finds every cell back")
  func roundTrip() {
    let index = CellIndex(sizes: [3, 1, 4, 2])
    #expect(index.strides == [8, 8, 2, 1])
    for cell in 0..<24 {
      #expect(index.cell(at: index.coordinates(of: cell)) == cell)
    }
    #expect(index.coordinates(of: 9) == [1, 0, 0, 1])
  }
}
