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
