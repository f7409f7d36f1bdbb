import Foundation
import HTTPTypes
import InformationModel
import Publication
import Testing

@Suite("PxWebApi 1") struct PxVersion1RouteTests {
  private static func question(_ format: String) -> String {
    let query = ["Perioden", "ContentsCode"].map {
      "{\"code\": \"\($0)\", \"selection\": {\"filter\": \"all\", \"values\": [\"*\"]}}"
    }
    return "{\"query\": [\(query.joined(separator: ", "))], "
      + "\"response\": {\"format\": \"\(format)\"}}"
  }

  @Test("answers of each release what version 2 answers")
  func releases() async throws {
    try await withPublications { folder in
      let first = try MockRelease.release(into: folder)
      var tables = MockRelease.tables
      for place in tables.indices where tables[place].description.id == "S03" {
        tables[place].counts[0] += 1
        tables[place].values[0][0] = Double(tables[place].counts[0])
      }
      _ = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2024, month: 9, day: 1), tables: tables)
      let client = try RouterClient(folder)
      var answers: Set<Data> = []
      for place in ["", "/uitgaven/\(first)"] {
        let asked = try await client.get(
          place + "/api/v2/tables/S03/data?outputFormat=json-px"
            + "&valuecodes%5BPerioden%5D=*&valuecodes%5BContentsCode%5D=*")
        #expect(asked.status == 200)
        for address in ["/api/v1/nl/SCHADE/onbekend/S03", "/API/V1/NL//schade/s03/"] {
          let posted = try await client.get(
            place + address, method: .post, body: Self.question("json"))
          #expect(posted.status == 200, "\(place)\(address)")
          #expect(posted.body == asked.body, "\(place)\(address)")
          #expect(posted.header("Content-Type") == "application/json; charset=utf-8")
          #expect(posted.header("Access-Control-Allow-Origin") == "*")
        }
        answers.insert(asked.body)
      }
      #expect(answers.count == 2)
    }
  }

  @Test("goes with how often the server lets a client ask, and is the same as long as its tag is")
  func limit() async throws {
    try await withMockSite { client in
      let config = try await client.get("/api/v1/nl/SCHADE/S01?config")
      let told = try #require(
        try JSONSerialization.jsonObject(with: config.body) as? [String: Any])
      #expect(told["maxCalls"] as? Int == 300 && told["timeWindow"] as? Int == 10)
      let tag = try #require(config.header("ETag"))
      let again = try await client.get(
        "/api/v1/nl/SCHADE/S01?config", headers: [.ifNoneMatch: tag])
      #expect(again.status == 304)
    }
  }

  @Test("tells every error in its own words, also where nobody looks at the question")
  func errors() async throws {
    try await withMockSite { client in
      let questions: [(String, HTTPRequest.Method, String, Int)] = [
        ("/api/v1", .get, "", 404), ("/api/v1/nl/%zz", .get, "", 400),
        ("/api/v1/nl/SCHADE/S99", .get, "", 404), ("/api/v1/nl/SCHADE", .delete, "", 405),
        ("/api/v1/nl/SCHADE/S01", .post, "rubbish", 400),
        ("/api/v1/nl/SCHADE/S01", .post, Self.question("docx"), 400),
        ("/api/v1/nl/SCHADE/S01", .post, String(repeating: " ", count: 2_000_000), 413),
      ]
      for (path, method, body, status) in questions {
        let answer = try await client.get(path, method: method, body: body)
        #expect(answer.status == status, "\(method) \(path)")
        let told = try JSONSerialization.jsonObject(with: answer.body) as? [String: String]
        #expect(told?.keys.sorted() == ["error"], "\(method) \(path)")
      }
      let other = try await client.get("/api/v3/nl")
      #expect(other.header("Content-Type") == "application/problem+json")
    }
  }
}
