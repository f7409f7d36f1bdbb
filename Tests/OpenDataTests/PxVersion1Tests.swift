import Foundation
import InformationModel
import OpenData
import Publication
import Testing

@Suite struct PxVersion1Tests {
  private let releases: TwoReleases
  private let service: PxService

  init() throws {
    releases = try TwoReleases()
    service = PxService(releases.earlier, tables: try releases.earlier.allTables())
  }

  private func ask(
    _ address: String, body: String? = nil, version: PxService.Request.Version = .one,
    published: String? = nil, limit: PxService.CallLimit = .init(calls: 7, seconds: 3)
  ) -> WholeAnswer {
    let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
    return WholeAnswer(
      service.answer(
        .init(
          version: version,
          parts: parts.first.map { $0.split(separator: "/").map(String.init) } ?? [],
          items: WholeAnswer.items(parts.count > 1 ? parts[1] : ""),
          body: body.map { Array($0.utf8) }, base: "http://localhost",
          now: Moment(secondsSinceEpoch: 0), published: published.flatMap { Moment($0) },
          limit: limit)))
  }

  private func list(_ answer: WholeAnswer) throws -> [[String: String]] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(answer.bytes)) as? [[String: String]])
  }

  private func select(_ selections: [(String, String, [String])], _ format: String?) -> String {
    let query = selections.map { code, filter, values in
      "{\"code\": \"\(code)\", \"selection\": {\"filter\": \"\(filter)\", "
        + "\"values\": [\(values.map { "\"\($0)\"" }.joined(separator: ", "))]}}"
    }
    return "{\"query\": [\(query.joined(separator: ", "))], \"response\": {"
      + (format.map { "\"format\": \"\($0)\"" } ?? "") + "}}"
  }

  private static let everything = [
    ("Plaats", "all", ["*"]), ("Soort", "all", ["*"]), ("Perioden", "all", ["*"]),
    ("ContentsCode", "all", ["*"]),
  ]

  // MARK: The tree

  @Test func `addresses are a tree of database, themes and tables`() throws {
    let database = ["dbid": "PROEF", "text": "English Proef"]
    #expect(try list(ask("en")) == [database])
    for address in ["nl/PROEF", "NL/proef/"] {
      #expect(try list(ask(address)) == [["id": "thema", "type": "l", "text": "thema"]])
    }
    let table = [
      "id": "T01", "type": "t", "text": "Tabel; van plaatsen", "updated": "2023-07-01T00:00:00Z",
    ]
    #expect(try list(ask("nl/PROEF/thema")) == [table])
    let later = try list(ask("nl/PROEF/Thema", published: "2023-09-04T07:30:00Z"))
    #expect(later.first?["updated"] == "2023-09-04T07:30:00Z")
    #expect(ask("nl/PROEF/thema/T01").bytes == ask("nl/proef/t01").bytes)
  }

  @Test func `a table tells its variables, and which may be left out`() throws {
    let answer = ask("en/PROEF/T01")
    #expect(answer.json["title"] as? String == "English Tabel; van plaatsen")
    let variables = try #require(answer.json["variables"] as? [[String: Any]])
    #expect(
      variables.map { $0["code"] as? String } == ["Plaats", "Soort", "Perioden", "ContentsCode"])
    #expect(variables.map { $0["text"] as? String }.first == "English Plaats <p>")
    // Clients take a member that is not there for false.
    #expect(variables.map { $0["elimination"] as? Bool } == [true, true, nil, nil])
    #expect(variables.map { $0["time"] as? Bool } == [nil, nil, true, nil])
    #expect(variables[2]["values"] as? [String] == ["2020JJ00", "2021JJ00", "2022JJ00"])
    #expect(
      variables[2]["valueTexts"] as? [String]
        == ["English 2020", "English 2021", "English 2022*"])
    #expect(variables[3]["values"] as? [String] == ["aantal", "bedrag"])
  }

  @Test(arguments: ["nl", "en/PROEF", "nl/PROEF/thema", "nl/PROEF/T01", "nl/nergens/X"])
  func `limits are told at every address, and never as none at all`(address: String) {
    let limits = ask("\(address)?config")
    #expect(limits.status == 200)
    for name in ["maxValues", "maxCells"] { #expect(limits.json[name] as? Int == 500_000) }
    #expect(limits.json["maxCalls"] as? Int == 7 && limits.json["timeWindow"] as? Int == 3)
    #expect(limits.json["CORS"] as? Bool == true)
    let free = ask("\(address)?config", limit: .none).json
    #expect((free["maxCalls"] as? Int ?? 0) > 1_000_000)
    #expect((free["timeWindow"] as? Int ?? 0) > 0)
  }

  // MARK: Figures

  /// What version 2 gives for the same question.
  private func version2(_ query: String, _ format: String) -> WholeAnswer {
    ask("tables/T01/data?\(query)&outputFormat=\(format)&lang=en", version: .two)
  }

  private static let all =
    "valuecodes[Plaats]=*&valuecodes[Soort]=*&valuecodes[Perioden]=*&valuecodes[ContentsCode]=*"

  @Test(arguments: [
    ("json", "json-px"), ("json-stat2", "json-stat2"), ("csv", "csv"), ("px", "px"),
    ("xlsx", "xlsx"), ("JSON", "json-px"),
  ])
  func `figures are those of version 2, to the byte`(format: String, other: String) {
    let answer = ask("en/PROEF/T01", body: select(Self.everything, format))
    #expect(answer.status == 200)
    #expect(answer.bytes == version2(Self.all, other).bytes)
    #expect(!TwoReleases.secrets.contains { answer.text.contains($0) })
  }

  @Test func `a question without a form is answered with PC-Axis`() {
    let px = version2(Self.all, "px")
    for body in [
      select(Self.everything, nil),
      select(Self.everything, nil).replacing(", \"response\": {}", with: ""),
    ] {
      #expect(ask("en/PROEF/T01", body: body).bytes == px.bytes)
    }
  }

  @Test func `JSON-stat of before 2 has the same figures under a name`() throws {
    let answer = ask("en/PROEF/T01", body: select(Self.everything, "json-stat"))
    #expect(!TwoReleases.secrets.contains { answer.text.contains($0) })
    #expect(answer.json.count == 1)
    let old = try #require(answer.json["dataset"] as? [String: Any])
    let new = version2(Self.all, "json-stat2").json
    var dimension = try #require(old["dimension"] as? [String: Any])
    func written(_ value: Any?) throws -> Data {
      try JSONSerialization.data(
        withJSONObject: [try #require(value)], options: .sortedKeys)
    }
    for name in ["id", "size", "role"] {
      let moved = dimension.removeValue(forKey: name)
      #expect(try written(moved) == written(new[name]), "\(name)")
    }
    #expect(try written(dimension) == written(new["dimension"]))
    for name in ["value", "status", "label", "updated", "source", "note", "extension"] {
      #expect(try written(old[name]) == written(new[name]), "\(name)")
    }
    #expect(old["version"] == nil && old["id"] == nil)
  }

  @Test(arguments: [
    ("item", ["P1", "L"], "valuecodes[Plaats]=L,P1"), ("all", ["*"], "valuecodes[Plaats]=*"),
    ("all", ["G1*", "*2"], "valuecodes[Plaats]=G11,G12,P2,G22"),
    ("ALL", ["P*"], "valuecodes[Plaats]=P1,P2"),
    ("top", ["2"], "valuecodes[Plaats]=L,P1"),
    ("vs:vs_T01_Plaats_2", ["P2"], "codelist[Plaats]=vs_T01_Plaats_2&valuecodes[Plaats]=P2"),
  ])
  func `a filter chooses what version 2 chooses by its own words`(
    filter: String, values: [String], query: String
  ) {
    let asked = [("Plaats", filter, values), ("Soort", "item", ["A"])]
    let rest = "&valuecodes[Soort]=A&valuecodes[Perioden]=*&valuecodes[ContentsCode]=*"
    let answer = ask("en/PROEF/T01", body: select(asked, "json"))
    #expect(answer.status == 200)
    #expect(answer.bytes == version2(query + rest, "json-px").bytes)
  }

  @Test func `the top of time is what is newest`() {
    let asked = [("Perioden", "top", ["2"])]
    #expect(
      ask("en/PROEF/T01", body: select(asked, "json")).bytes
        == version2(
          "valuecodes[Perioden]=2021JJ00,2022JJ00&valuecodes[ContentsCode]=*", "json-px"
        ).bytes)
  }

  @Test func `what is not named stands as its total, and without a total as a whole`() {
    #expect(
      ask("en/PROEF/T01", body: select([], "json")).bytes
        == version2("valuecodes[Perioden]=*&valuecodes[ContentsCode]=*", "json-px").bytes)
  }

  // MARK: Refusals

  @Test func `what cannot be answered is an error in the words of version 1`() {
    func body(_ code: String, _ filter: String, _ values: [String]) -> String {
      select([(code, filter, values)], "json")
    }
    let table = "nl/PROEF/T01"
    let questions: [(String, String?, Int)] = [
      ("", nil, 404), ("de", nil, 400), ("nl/ANDERS", nil, 404), ("nl/PROEF/T99", nil, 404),
      ("nl/PROEF/anders/T01", nil, 404), ("nl/PROEF/thema/T01/x", nil, 404),
      ("nl/PROEF?query=plaatsen", nil, 501), ("nl", "{}", 405), ("nl/PROEF", "{}", 405),
      ("nl/PROEF/thema", "{}", 405), ("nl/PROEF/T99", "{}", 404), (table, "", 400),
      (table, "{}", 400), (table, "{\"query\": [{\"code\": \"Plaats\"}]}", 400),
      (table, body("Kleur", "item", ["L"]), 400), (table, body("Plaats", "item", ["X"]), 400),
      // A pattern is no code.
      (table, body("Plaats", "item", ["*"]), 400), (table, body("Plaats", "item", ["TOP(1)"]), 400),
      (table, body("Plaats", "item", []), 400), (table, body("ContentsCode", "item", []), 400),
      (table, body("Plaats", "all", ["L"]), 400), (table, body("Plaats", "all", ["X*"]), 400),
      (table, body("Plaats", "all", ["TOP(*)"]), 400),
      (table, body("Plaats", "all", ["*1*2*"]), 400),
      (table, body("Plaats", "top", ["0"]), 400), (table, body("Plaats", "top", ["-1"]), 400),
      (table, body("Plaats", "top", ["1", "2"]), 400), (table, body("Plaats", "top", ["x"]), 400),
      (table, body("Plaats", "agg:provincies", ["P1"]), 400),
      (table, body("Plaats", "vs:vs_T01_Plaats_9", ["P1"]), 400),
      (table, body("Plaats", "vs:vs_T01_Plaats_2", ["L"]), 400),
      (table, body("Plaats", "vs:vs_T01_Plaats_2", ["*"]), 400),
      (table, body("Plaats", "from", ["L"]), 400),
      (table, select([("Plaats", "item", ["L"]), ("plaats", "item", ["P1"])], "json"), 400),
      (table, select([], "sdmx"), 400), (table, select([], "json-px"), 400),
      (
        table,
        "{\"query\": [], \"response\": {\"format\": \"csv\", \"params\": [{\"key\": \"a\"}]}}", 400
      ),
    ]
    for (address, body, status) in questions {
      let answer = ask(address, body: body)
      #expect(answer.status == status, "\(address) \(body ?? "")")
      #expect(answer.type == "application/json; charset=utf-8")
      #expect(answer.json.count == 1 && (answer.json["error"] as? String)?.isEmpty == false)
    }
    // Version 2 keeps its own words.
    #expect(ask("tables/T99", version: .two).type == "application/problem+json")
  }
}
