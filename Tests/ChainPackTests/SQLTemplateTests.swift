import ChainPack
import InformationModel
import Testing

@Suite("An SQL template")
struct SQLTemplateTests {
  @Test("names each input once, in order of appearance")
  func names() {
    let template = SQLTemplate("SELECT {a.b}, {c_1}, {a.b}, {x y}, {}, {open FROM {entity.z}")
    #expect(template.names == ["a.b", "c_1", "entity.z"])
    #expect(
      template.filled { "<\($0)>" }
        == "SELECT <a.b>, <c_1>, <a.b>, {x y}, {}, {open FROM <entity.z>")
  }
}

@Suite("A table of the pack")
struct CSVTableTests {
  @Test("knows the line on which each row begins, behind quoted line ends and a byte-order mark")
  func lines() {
    let text = "\u{FEFF}code,label\n1,\"two\nlines\"\n\n2,\"a \"\"b\"\"\"\r\n3,\n"
    let table = CSVTable(Array(text.utf8))
    #expect(table.header == ["code", "label"])
    #expect(table.rows == [["1", "two\nlines"], ["2", "a \"b\""], ["3", ""]])
    #expect(table.lines == [2, 5, 6])
    #expect(table.column("label") == 1)
    #expect(table.column("Label") == nil)
  }
}
