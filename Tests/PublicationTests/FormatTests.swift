import Foundation
import InformationModel
import Publication
import TestSupport
import Testing

@Suite("Open data")
struct FormatTests {
  private func file(_ format: TableFormat) throws -> Data {
    try withFolder { folder in
      let id = try Market.write(into: folder)
      let release = try PublicationStore(directory: folder).release(id)
      return try #require(release.file(table: "M01", format: format)).data()
    }
  }

  private func object(_ format: TableFormat) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: file(format)) as? [String: Any])
  }

  @Test("CSV has a row per cell and measure, with points, CRLF and a word for what is hidden")
  func csv() throws {
    let text = String(decoding: try file(.csv), as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.first == "Fruit,Perioden,Measure,Value,ValueAttribute")
    #expect(lines.count == 1 + 8 * 2 + 1)
    #expect(lines.last == "")
    #expect(lines.contains("A,2023JJ00,kilos,70,None"))
    #expect(lines.contains("A,2023JJ00,mediaan,2.00,None"))
    #expect(lines.contains("P,2022JJ00,kilos,,Confidential"))
    #expect(lines.contains("P,2022JJ00,mediaan,,Confidential"))
    #expect(lines.contains("K,2022JJ00,mediaan,,Impossible"))
    for line in lines.dropFirst() {
      for cell in line.split(separator: ",") {
        #expect(!"=+@".contains(cell.first ?? " "), "\(line)")
      }
    }
  }

  @Test(
    "numbers are rounded half away from zero as they read in the decimal system",
    arguments: [
      (1.005, 2, "1.01"), (2.345, 2, "2.35"), (12.25, 1, "12.3"), (-12.25, 1, "-12.3"),
      (0.5, 0, "1"), (-0.4, 0, "0"), (1e15, 0, "1000000000000000"), (2.0 / 3, 1, "0.7"),
      (1234567.891, 2, "1234567.89"), (0.1 + 0.2, 1, "0.3"),
    ])
  func rounding(value: Double, decimals: Int, text: String) {
    #expect(DecimalNotation.text(value, decimals: decimals) == text)
  }

  @Test(
    "JSON-stat has one value per cell and measure, the measures last, and says why one is absent")
  func jsonStat() throws {
    let data = try object(.jsonStat)
    #expect(data["version"] as? String == "2.0")
    #expect(data["class"] as? String == "dataset")
    #expect(data["id"] as? [String] == ["Fruit", "Perioden", "ContentsCode"])
    #expect(data["size"] as? [Int] == [4, 2, 2])
    #expect(data["updated"] as? String == "2024-06-01T00:00:00Z")
    #expect(data["source"] as? String == "Telers")
    let role = try #require(data["role"] as? [String: [String]])
    #expect(role == ["time": ["Perioden"], "metric": ["ContentsCode"]])
    let values = try #require(data["value"] as? [Any])
    #expect(values.count == 16)
    #expect(values[6] as? Double == 70)
    #expect(values[8] is NSNull)
    let status = try #require(data["status"] as? [String: String])
    #expect(status["6"] == "p")
    #expect(status["8"] == "c")
    #expect(status["13"] == ".")
    let dimensions = try #require(data["dimension"] as? [String: Any])
    let fruit = try #require(dimensions["Fruit"] as? [String: Any])
    let category = try #require(fruit["category"] as? [String: Any])
    #expect(category["child"] as? [String: [String]] == ["T1": ["A", "P", "K"]])
    let contents = try #require(dimensions["ContentsCode"] as? [String: Any])
    let units = try #require((contents["category"] as? [String: Any])?["unit"] as? [String: Any])
    let unit = try #require(units["mediaan"] as? [String: Any])
    #expect(unit["base"] as? String == "euro")
    #expect(unit["decimals"] as? Int == 2)
    let properties = try #require(data["extension"] as? [String: Any])
    let labels = (properties["status"] as? [String: Any])?["label"] as? [String: String]
    #expect(Set(labels?.keys.map { $0 } ?? []) == ["c", ".", "p"])
    #expect(properties["referenceDate"] as? String == "2024-06-01")
    #expect(
      (properties["deliveries"] as? [[String: Any]])?.map { $0["id"] as? String } == ["lev-1"])
    #expect(properties["licence"] as? String == Market.chain.licence.address)
  }

  @Test("JSON-stat keeps the order of categories in its bytes")
  func order() throws {
    let text = String(decoding: try file(.jsonStat), as: UTF8.self)
    #expect(text.contains("\"index\":{\"T1\":0,\"A\":1,\"P\":2,\"K\":3}"))
    #expect(text.contains("\"2023JJ00\":\"2023*\""))
  }

  @Test("CSV on the Web describes every column of the CSV, with key, licence and provenance")
  func metadata() throws {
    let data = try object(.csvMetadata)
    #expect(data["url"] as? String == "M01.csv")
    let schema = try #require(data["tableSchema"] as? [String: Any])
    #expect(schema["primaryKey"] as? [String] == ["Fruit", "Perioden", "Measure"])
    let columns = try #require(schema["columns"] as? [[String: Any]])
    #expect(
      columns.compactMap { $0["name"] as? String } == [
        "Fruit", "Perioden", "Measure", "Value", "ValueAttribute",
      ])
    let titles = try #require(columns[0]["titles"] as? [String: [String]])
    #expect(titles == ["nl": ["Soort fruit", "Fruit"], "en": ["Kind of fruit", "Fruit"]])
    #expect(columns[3]["datatype"] as? String == "decimal")
    #expect(
      (data["dc:license"] as? [String: String])?["@id"]
        == "https://creativecommons.org/licenses/by/4.0/")
    #expect(data["dc:publisher"] as? [String] == ["Telers"])
    #expect(data["dc:source"] as? [String] == ["lev-1"])
    let notes = try #require((data["notes"] as? [[String: Any]])?.first)
    #expect(notes["referenceDate"] as? String == "2024-06-01")
    #expect(notes["deliveries"] as? [String] == ["lev-1"])
    #expect(notes["status"] as? String == "Voorlopig")
  }
}
