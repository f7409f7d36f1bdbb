import Foundation
import FoundationXML
import InformationModel
import OpenData
import Publication
import TestSupport
import Testing
import Warehouse

@Suite struct PxTests {
  private let releases: TwoReleases
  private let service: PxService

  init() throws {
    releases = try TwoReleases()
    service = PxService(releases.earlier, tables: try releases.earlier.allTables())
  }

  private static let everything =
    "valuecodes[Plaats]=*&valuecodes[Soort]=*&valuecodes[Perioden]=*&valuecodes[ContentsCode]=*"

  private func ask(
    _ address: String, body: String? = nil, of other: PxService? = nil, now: String = "2023-07-11",
    published: String? = nil
  ) -> WholeAnswer {
    let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
    return WholeAnswer(
      (other ?? service).answer(
        .init(
          parts: parts.first.map { $0.split(separator: "/").map(String.init) } ?? [],
          items: WholeAnswer.items(parts.count > 1 ? parts[1] : ""),
          body: body.map { Array($0.utf8) }, base: "http://localhost",
          now: Moment(now + "T12:00:00Z") ?? Moment(secondsSinceEpoch: 0),
          published: published.flatMap { Moment($0) },
          limit: .init(calls: 7, seconds: 3))))
  }

  private func codes(_ answer: WholeAnswer, _ variable: String) -> [String] {
    let dimension = (answer.json["dimension"] as? [String: Any])?[variable] as? [String: Any]
    let index = (dimension?["category"] as? [String: Any])?["index"] as? [String: Int] ?? [:]
    return index.sorted { $0.value < $1.value }.map(\.key)
  }

  // MARK: Code lists

  @Test func `a dimension with several levels has a code list for each`() throws {
    let metadata = ask("tables/T01/metadata?lang=en")
    let dimensions = try #require(metadata.json["dimension"] as? [String: [String: Any]])
    for spelling in ["codelists", "codeLists"] {
      let lists = dimensions.mapValues { dimension in
        ((dimension["extension"] as? [String: Any])?[spelling] as? [[String: Any]] ?? [])
          .compactMap { $0["id"] as? String }
      }
      #expect(
        lists == [
          "Plaats": ["vs_T01_Plaats_1", "vs_T01_Plaats_2", "vs_T01_Plaats_3"],
          "Soort": ["vs_T01_Soort_1", "vs_T01_Soort_2"], "Perioden": [], "ContentsCode": [],
        ])
    }
    let levels = [["L"], ["P1", "P2"], ["G11", "G12", "G21", "G22"]]
    for (number, level) in levels.enumerated() {
      let answer = ask("codelists/VS_t01_plaats_\(number + 1)?lang=en").json
      #expect(answer["id"] as? String == "vs_T01_Plaats_\(number + 1)")
      #expect(answer["type"] as? String == "Valueset")
      #expect(answer["language"] as? String == "en")
      let values = try #require(answer["values"] as? [[String: Any]])
      #expect(values.compactMap { $0["code"] as? String } == level)
      #expect(values.compactMap { ($0["valueMap"] as? [String])?.first } == level)
    }
    #expect(ask("codelists/vs_T01_Plaats_4").status == 404)
    #expect(
      codes(ask("tables/T01/metadata?codelist[plaats]=vs_T01_Plaats_2"), "Plaats") == levels[1])
  }

  @Test func `a code list is what values are chosen from`() {
    let rest = "&valuecodes[Perioden]=*&valuecodes[ContentsCode]=*"
    for (values, expected) in [
      ("*", ["P1", "P2"]), ("P1", ["P1"]), ("TOP(1)", ["P1"]), ("BOTTOM(1)", ["P2"]),
      ("FROM(P2)", ["P2"]),
    ] {
      let answer = ask(
        "tables/T01/data?codelist[Plaats]=vs_T01_Plaats_2&valuecodes[plaats]=\(values)\(rest)")
      #expect(codes(answer, "Plaats") == expected, "\(values)")
      let posted = ask(
        "tables/T01/data",
        body: """
          {"selection": [{"variableCode": "Plaats", "codelist": "vs_T01_Plaats_2", \
          "valueCodes": ["\(values)"]}, {"variableCode": "Perioden", "valueCodes": ["*"]}, \
          {"variableCode": "ContentsCode", "valueCodes": ["*"]}]}
          """)
      #expect(posted.bytes == answer.bytes)
    }
    let alone = ask("tables/T01/data?codelist[Plaats]=vs_T01_Plaats_3\(rest)")
    #expect(codes(alone, "Plaats") == ["G11", "G12", "G21", "G22"])
    for query in [
      "codelist[Plaats]=vs_T01_Plaats_2&valuecodes[Plaats]=L",
      "codelist[Plaats]=vs_T01_Plaats_2&valuecodes[Plaats]=P1,G11",
      "codelist[Plaats]=vs_T01_Soort_1&valuecodes[Plaats]=*",
      "codelist[Perioden]=vs_T01_Plaats_1", "codelist[Kleur]=x",
    ] {
      #expect(ask("tables/T01/data?\(query)\(rest)").status == 400, "\(query)")
    }
  }

  // MARK: Forms

  /// Figures by their codes, as JSON-stat tells them.
  private func figures(_ service: PxService? = nil) throws -> [[String]: String] {
    let answer = ask("tables/T01/data?\(Self.everything)", of: service)
    let axes = ["Plaats", "Soort", "Perioden", "ContentsCode"].map { codes(answer, $0) }
    let values = try #require(answer.json["value"] as? [Any])
    let statuses = answer.json["status"] as? [String: String] ?? [:]
    let index = CellIndex(sizes: axes.map(\.count))
    #expect(values.count == index.sizes.reduce(1, *))
    return Dictionary(
      values.enumerated().map { place, value in
        let key = zip(axes, index.coordinates(of: place)).map { $0[$1] }
        guard let number = value as? Double else {
          return (key, statuses["\(place)"] == "c" ? ".." : ".")
        }
        return (key, String(format: key[3] == "bedrag" ? "%.1f" : "%.0f", number))
      }, uniquingKeysWith: { one, _ in one })
  }

  @Test(arguments: [
    ("", ["Plaats", "Soort", "Perioden"], ["ContentsCode"]),
    ("&heading=Perioden", ["Plaats", "Soort", "ContentsCode"], ["Perioden"]),
    ("&stub=Perioden,Plaats", ["Perioden", "Plaats"], ["Soort", "ContentsCode"]),
    (
      "&heading=ContentsCode,Soort&stub=Perioden", ["Perioden", "Plaats"],
      ["ContentsCode", "Soort"]
    ),
    (
      "&heading=soort,contentscode,perioden,plaats", [],
      ["Soort", "ContentsCode", "Perioden", "Plaats"]
    ),
    (
      "&stub=ContentsCode,Soort,Plaats,Perioden", ["ContentsCode", "Soort", "Plaats", "Perioden"],
      []
    ),
  ])
  func `figures lie where they were asked to lie`(
    placement: String, stub: [String], heading: [String]
  ) throws {
    let truth = try figures()
    let names = ["Plaats", "Soort", "Perioden", "ContentsCode"]
    let answer = ask(
      "tables/T01/data?\(Self.everything)&outputFormat=csv"
        + "&outputFormatParams=UseCodes,SeparatorSemicolon\(placement)")
    #expect(answer.status == 200)
    let lines = answer.text.split(separator: "\r\n").map {
      $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(Array(lines[0].prefix(stub.count)) == stub)
    var seen = 0
    for line in lines.dropFirst() {
      for (title, figure) in zip(lines[0].dropFirst(stub.count), line.dropFirst(stub.count)) {
        var code = Dictionary(zip(stub, line), uniquingKeysWith: { one, _ in one })
        for (name, part) in zip(heading, title.split(separator: " ")) { code[name] = String(part) }
        #expect(truth[names.map { code[$0] ?? "" }] == figure)
        seen += 1
      }
    }
    #expect(seen == truth.count)
    // The same figures in the same order.
    let px = ask("tables/T01/data?\(Self.everything)&outputFormat=px\(placement)").text
    let data = try #require(px.split(separator: "DATA=\n").last)
    let found = data.split { $0 == " " || $0 == "\n" || $0 == ";" }.map {
      String($0).replacing("\"", with: "")
    }
    #expect(found == lines.dropFirst().flatMap { $0.dropFirst(stub.count) })
    #expect(px.contains("HEADING=") == !heading.isEmpty && px.contains("STUB=") == !stub.isEmpty)
    // A page with a cell for each figure, whatever is in the names.
    let page = ask(
      "tables/T01/data?\(Self.everything)&outputFormat=html&outputFormatParams=IncludeTitle\(placement)"
    )
    #expect(page.text.components(separatedBy: "<td>").count - 1 == truth.count)
    #expect(XMLParser(data: Data(page.bytes.dropFirst("<!DOCTYPE html>\n".count))).parse())
    let sheet = ask("tables/T01/data?\(Self.everything)&outputFormat=xlsx\(placement)")
    #expect(sheet.status == 200 && sheet.bytes.starts(with: Array("PK".utf8)))
  }

  @Test func `names and separators are those that were asked for`() {
    func first(_ parameters: String, lines: Int = 2) -> [String] {
      let query =
        "valuecodes[Plaats]=P1&valuecodes[Perioden]=2022JJ00&valuecodes[ContentsCode]=aantal"
      let answer = ask(
        "tables/T01/data?\(query)&outputFormat=csv&heading=Perioden&outputFormatParams=\(parameters)"
      )
      return Array(answer.text.components(separatedBy: "\r\n").prefix(lines))
    }
    #expect(first("UseTexts")[0] == "Plaats <p>,Soort,Onderwerp,2022*")
    #expect(first("")[1].hasPrefix("\"'=Naam van P1, & meer\",Soort T,Aantal,"))
    #expect(first("UseCodes")[0] == "Plaats,Soort,ContentsCode,2022JJ00")
    #expect(first("UseCodesAndTexts")[1].hasPrefix("\"P1 =Naam van P1, & meer\",T Soort T,"))
    #expect(first("usecodes,separatortab")[0] == "Plaats\tSoort\tContentsCode\t2022JJ00")
    #expect(first("SeparatorSpace")[0] == "\"Plaats <p>\" Soort Onderwerp 2022*")
    #expect(
      first("IncludeTitle,SeparatorSemicolon", lines: 3)
        == ["\"Tabel; van plaatsen\"", "", "Plaats <p>;Soort;Onderwerp;2022*"])
    for (format, parameters) in [
      ("csv", "UseCodes,UseTexts"), ("csv", "SeparatorTab,SeparatorSpace"), ("csv", "Nonsense"),
      ("json-stat2", "UseCodes"), ("px", "IncludeTitle"), ("xlsx", "SeparatorTab"),
      ("parquet", "UseCodes"), ("json-px", "IncludeTitle"), ("docx", ""),
    ] {
      let answer = ask(
        "tables/T01/data?outputFormat=\(format)&outputFormatParams=\(parameters)")
      #expect(answer.status == 400, "\(format) \(parameters)")
    }
    for placement in ["heading=Kleur", "heading=Soort&stub=soort", "stub=Soort,Soort"] {
      #expect(ask("tables/T01/data?outputFormat=csv&\(placement)").status == 400, "\(placement)")
    }
  }

  @Test func `every form that is listed is served, and hides what is hidden`() throws {
    let config = ask("config").json
    let forms = try #require(config["dataFormats"] as? [String])
    #expect(forms == ["json-stat2", "csv", "px", "xlsx", "html", "json-px", "parquet"])
    #expect(config["maxCallsPerTimeWindow"] as? Int == 7 && config["timeWindow"] as? Int == 3)
    #expect(PxService.CallLimit.standard == .init(calls: 300, seconds: 10))
    let hidden = try figures().filter { $0.value == ".." }
    #expect(hidden[["G11", "A", "2020JJ00", "bedrag"]] == ".." && hidden.count >= 8)
    for form in forms {
      let answer = ask("tables/T01/data?\(Self.everything)&outputFormat=\(form)&lang=en")
      #expect(answer.status == 200, "\(form)")
      #expect(!TwoReleases.secrets.contains { answer.text.contains($0) }, "\(form)")
    }
  }

  @Test func `json-px tells the codes and the figures of every combination, as texts`() throws {
    let truth = try figures()
    let answer = ask("tables/T01/data?\(Self.everything)&outputFormat=json-px&lang=en")
    let columns = try #require(answer.json["columns"] as? [[String: String]])
    #expect(columns.map { $0["type"] } == ["d", "d", "t", "c", "c"])
    #expect(columns.map { $0["code"] } == ["Plaats", "Soort", "Perioden", "aantal", "bedrag"])
    #expect(columns[0]["text"] == "English Plaats <p>" && columns[0]["comment"] == nil)
    #expect(columns[4]["text"] == "English Bedrag" && columns[4]["comment"] == "Unit: English euro")
    #expect(
      answer.json["comments"] as? [[String: String]]
        == [["variable": "Perioden", "value": "2022JJ00", "comment": "Provisional"]])
    let rows = try #require(answer.json["data"] as? [[String: [String]]])
    var found: [[String]: String] = [:]
    for row in rows {
      let (key, values) = (row["key"] ?? [], row["values"] ?? [])
      for (measure, value) in zip(["aantal", "bedrag"], values) { found[key + [measure]] = value }
    }
    #expect(found == truth && rows.count * 2 == truth.count)
    // The order of the cells.
    #expect(rows[1]["key"] == ["L", "T", "2021JJ00"])
    let told = (answer.json["metadata"] as? [[String: Any]])?.first ?? [:]
    #expect(told["label"] as? String == "English Tabel; van plaatsen")
    #expect(told["updated"] as? String == "2023-07-01T00:00:00Z")
  }

  /// What an engine reads of an answer in Parquet.
  private func table(_ query: String) throws -> QueryAnswer {
    let answer = ask("tables/T01/data?\(query)&outputFormat=parquet")
    #expect(answer.type == "application/vnd.apache.parquet")
    let file = releases.folder.url.appending(path: "answer.parquet")
    try Data(answer.bytes).write(to: file)
    return try DuckDBEngine().query("SELECT * FROM read_parquet(\(literal(file.path)))")
  }

  @Test func `a column of Parquet has figures, and the one beside it what stands for hidden ones`()
    throws
  {
    let truth = try figures()
    let read = try table(Self.everything)
    let names = ["Plaats <p>", "Soort", "Jaar"]
    let values = ["ContentsCode_aantal", "ContentsCode_bedrag"]
    #expect(read.names == names + ["timestamp"] + values.flatMap { [$0, $0 + "_symbol"] })
    let codes = names.map { read.texts($0) }
    var found: [[String]: String] = [:]
    for (value, (measure, form)) in zip(values, [("aantal", "%.0f"), ("bedrag", "%.1f")]) {
      for (row, pair) in zip(read.doubles(value), read.texts(value + "_symbol")).enumerated() {
        let key = codes.map { $0[row] ?? "" } + [measure]
        #expect((pair.0 == nil) == (pair.1 != nil))
        found[key] = pair.0.map { String(format: form, $0) } ?? pair.1
      }
    }
    #expect(found == truth)
    guard case .timestamps(let moments) = read.column("timestamp") else {
      Issue.record("a period begins at no moment")
      return
    }
    let beginnings = codes[2].map { code -> Int64? in
      CalendarDate(iso: (code ?? "").prefix(4) + "-01-01").map {
        Int64($0.daysSinceEpoch) * 86_400_000_000
      }
    }
    #expect(moments == beginnings && !moments.contains(nil))
  }

  @Test func `Parquet has the part that was asked for, a single measure as value`() throws {
    let read = try table(
      "codelist[Plaats]=vs_T01_Plaats_3&valuecodes[Soort]=A&valuecodes[Perioden]=2020JJ00"
        + "&valuecodes[ContentsCode]=bedrag&heading=Perioden&lang=en")
    #expect(
      read.names == [
        "English Plaats <p>", "English Soort", "English Jaar", "timestamp", "value", "value_symbol",
      ])
    #expect(read.texts("English Plaats <p>") == ["G11", "G12", "G21", "G22"])
    #expect(read.texts("English Soort") == ["A", "A", "A", "A"])
    #expect(read.texts("value_symbol").first == ".." && read.doubles("value").first == .some(nil))
    let saved = ask(
      "savedqueries", body: Self.query(Self.newest, more: ", \"outputFormat\": \"parquet\""))
    let id = try #require(saved.json["id"] as? String)
    #expect(ask("savedqueries/\(id)/data").bytes.starts(with: Array("PAR1".utf8)))
  }

  // MARK: Saved queries

  private static func query(
    _ selection: String, table: String = "T01", more: String = ""
  ) -> String {
    "{\"tableId\": \"\(table)\", \"selection\": {\"selection\": [\(selection)]}\(more)}"
  }

  private static let newest = """
    {"variableCode": "Perioden", "valueCodes": ["TOP(2)"]}, \
    {"variableCode": "Plaats", "codelist": "vs_T01_Plaats_3", "valueCodes": ["*"]}, \
    {"variableCode": "ContentsCode", "valueCodes": ["aantal", "bedrag"]}
    """

  @Test func `a saved query is in its id, and holds for later releases`() throws {
    let body = Self.query(
      Self.newest,
      more: ", \"language\": \"en\", \"outputFormat\": \"csv\", "
        + "\"outputFormatParams\": [\"UseCodes\"]")
    let saved = ask("savedqueries", body: body)
    #expect(saved.status == 201)
    let id = try #require(saved.json["id"] as? String)
    #expect(
      id.first == "a"
        && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
    #expect(ask("savedqueries/\(id)").bytes == saved.bytes)
    // In other words the same.
    let other = """
      {"outputFormatParams": ["usecodes"], "outputFormat": "CSV", "language": "EN", "tableId": "t01", \
      "selection": {"placement": {"heading": [], "stub": []}, "selection": [\
      {"variableCode": "contentscode", "valueCodes": ["bedrag", "aantal", "bedrag"]}, \
      {"variableCode": "plaats", "codelist": "VS_T01_PLAATS_3", "valueCodes": ["*"]}, \
      {"variableCode": "perioden", "valueCodes": ["TOP(2)"]}]}}
      """
    #expect(ask("savedqueries", body: other).json["id"] as? String == id)
    let data = ask("savedqueries/\(id)/data")
    let asked =
      "tables/T01/data?codelist[Plaats]=vs_T01_Plaats_3&valuecodes[Plaats]=*"
      + "&valuecodes[Perioden]=TOP(2)&valuecodes[ContentsCode]=*&lang=en"
    #expect(data.bytes == ask(asked + "&outputFormat=csv&outputFormatParams=UseCodes").bytes)
    #expect(
      ask("savedqueries/\(id)/data?outputFormat=px").bytes == ask(asked + "&outputFormat=px").bytes)
    func chosen(_ service: PxService?) -> [[String]] {
      let selection = ask("savedqueries/\(id)/selection", of: service).json["selection"]
      return (selection as? [[String: Any]] ?? []).map { $0["valueCodes"] as? [String] ?? [] }
    }
    let later = PxService(releases.later, tables: try releases.later.allTables())
    let places = ["G11", "G12", "G21", "G22"]
    let measures = ["aantal", "bedrag"]
    #expect(chosen(nil) == [places, ["T"], ["2021JJ00", "2022JJ00"], measures])
    #expect(chosen(later) == [places, ["T"], ["2022JJ00", "2023JJ00"], measures])
    #expect(ask("savedqueries", body: body, of: later).json["id"] as? String == id)
  }

  @Test func `a query of nothing is the default selection of whichever release is asked`() throws {
    let id = try #require(
      ask("savedqueries", body: Self.query("")).json["id"] as? String)
    #expect(ask("savedqueries/\(id)/data").bytes == ask("tables/T01/data").bytes)
    let standard = ask("tables/T01/defaultselection").json
    let selection = ask("savedqueries/\(id)/selection").json
    for name in ["selection", "placement", "language"] {
      func written(_ json: [String: Any]) throws -> Data {
        try JSONSerialization.data(withJSONObject: [json[name]], options: .sortedKeys)
      }
      #expect(try written(standard) == written(selection), "\(name)")
    }
  }

  @Test func `an id that lost or changed a letter is found out`() throws {
    let id = try #require(
      ask("savedqueries", body: Self.query(Self.newest)).json["id"] as? String)
    var random = SeededGenerator(seed: 8)
    let letters = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+=é\u{1F} ")
    for place in id.indices {
      var changed = id
      changed.remove(at: place)
      #expect(ask("savedqueries/\(changed)/data").status == 404)
      let letter = try #require(letters.filter { $0 != id[place] }.randomElement(using: &random))
      changed.insert(letter, at: place)
      #expect(ask("savedqueries/\(changed)/data").status == 404)
      #expect(ask("savedqueries/\(id[..<place])").status != 200)
    }
    for _ in 0..<300 {
      let rubbish = String(
        (0..<Int.random(in: 1...80, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? "a"
        })
      let service = service.answer(
        .init(
          parts: ["savedqueries", "a" + rubbish, "data"], items: [], body: nil, base: "",
          now: Moment(secondsSinceEpoch: 0)))
      #expect(service.status == 404)
    }
    #expect(ask("savedqueries/" + String(repeating: "a", count: 100_000)).status == 404)
  }

  @Test func `what cannot be saved is refused`() {
    for (body, status) in [
      ("", 400), ("{}", 400), ("{\"tableId\": \"X\"}", 404),
      (Self.query("{\"variableCode\": \"Kleur\", \"valueCodes\": [\"*\"]}"), 400),
      (Self.query("{\"variableCode\": \"Plaats\", \"valueCodes\": [\"*\"]}"), 400),
      (Self.query(Self.newest, more: ", \"language\": \"de\""), 400),
      (Self.query(Self.newest, more: ", \"outputFormat\": \"docx\""), 400),
      (
        Self.query(
          Self.newest + ", {\"variableCode\": \"Soort\", \"valueCodes\": [\"*\\u001f\"]}"), 400
      ),
    ] {
      let answer = ask("savedqueries", body: body)
      #expect(answer.status == status, "\(body.prefix(80))")
      #expect(answer.type == "application/problem+json")
      #expect(answer.json["status"] as? Int == status)
    }
    let values = (0..<300).map { "\"RANGE(A,\(String(repeating: " ", count: $0))B)\"" }
    let long = ask(
      "savedqueries",
      body: Self.query(
        Self.newest + ", {\"variableCode\": \"Soort\", \"valueCodes\": ["
          + values.joined(separator: ",") + "]}"))
    #expect(long.status == 400)
    #expect((long.json["detail"] as? String)?.contains("too long") == true)
    #expect(ask("savedqueries").status == 405)
    #expect(ask("tables", body: "{}").status == 405)
    #expect(ask("savedqueries/x/y").status == 404)
  }

  // MARK: Tables

  @Test func `tables are found by words, by days and by page`() throws {
    func found(_ query: String, now: String = "2023-07-11") -> Int {
      (ask("tables?\(query)", now: now).json["tables"] as? [Any])?.count ?? -1
    }
    #expect(found("query=plaatsen") == 1 && found("query=naam%20g22") == 1)
    #expect(found("query=english%20soort%20b&lang=en") == 1 && found("query=nergens") == 0)
    // The reference date is the first of July.
    #expect(found("pastDays=10") == 1 && found("pastDays=9") == 0)
    #expect(found("pastDays=1000000") == 1)
    // It was published on the fourth of September.
    func published(_ query: String) throws -> [[String: Any]] {
      try #require(
        ask("tables?\(query)", now: "2023-09-14", published: "2023-09-04T07:30:00Z")
          .json["tables"] as? [[String: Any]])
    }
    #expect(try published("pastDays=10").count == 1)
    #expect(try published("pastDays=9").isEmpty)
    #expect(try published("").first?["updated"] as? String == "2023-09-04T07:30:00Z")
    // With its figures it tells the same moment, whatever the form is.
    for (moment, text, day) in [
      ("2023-09-04T07:30:00Z", "2023-09-04T07:30:00Z", "20230904 07:30"),
      (nil, "2023-07-01T00:00:00Z", "20230701 00:00"),
    ] as [(String?, String, String)] {
      func told(_ address: String) -> WholeAnswer {
        ask("tables/T01\(address)", now: "2023-09-14", published: moment)
      }
      for address in ["", "/metadata", "/data"] {
        #expect(told(address).json["updated"] as? String == text, "\(address)")
      }
      let older = told("/data?outputFormat=json-px").json["metadata"] as? [[String: Any]]
      #expect(older?.first?["updated"] as? String == text)
      #expect(told("/data?outputFormat=px").text.contains("CREATION-DATE=\"\(day)\";"))
    }
    #expect(!ask("tables?pastDays=10").isLasting && ask("tables").isLasting)
    #expect(found("includeDiscontinued=True") == 1 && found("includeDiscontinued=") == 1)
    for query in [
      "pastDays=0", "pastDays=-1", "pastDays=9223372036854775808", "includeDiscontinued=maybe",
      "pageSize=x", "lang=de",
    ] {
      #expect(ask("tables?\(query)").status == 400, "\(query)")
    }
    let page = try #require(
      ask("tables?pageNumber=1000000&pageSize=1000000").json["page"] as? [String: Any])
    #expect(page["totalElements"] as? Int == 1 && (page["links"] as? [Any])?.isEmpty == true)
  }

  @Test func `metadata may be of the default selection`() {
    let part = ask("tables/T01/metadata?defaultSelection=True")
    #expect(codes(part, "Plaats") == ["L"] && codes(part, "Perioden").count == 3)
    #expect(codes(ask("tables/T01/metadata?defaultSelection=False"), "Plaats").count == 7)
    #expect(ask("tables/T01/metadata?outputFormat=json-px").status == 400)
    let roles = part.json["role"] as? [String: [String]]
    #expect(roles == ["time": ["Perioden"], "geo": ["Plaats"], "metric": ["ContentsCode"]])
  }
}
