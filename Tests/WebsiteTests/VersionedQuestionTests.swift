import Foundation
import InformationModel
import Publication
import Testing

@Suite("A version in an address of OData 4")
struct VersionedQuestionTests {
  private func withTwoReleases(
    _ body: (RouterClient, [ReleaseID]) async throws -> Void
  ) async throws {
    try await withPublications { folder in
      let ids = try [6, 9].map { month in
        try MockRelease.release(
          into: folder, referenceDate: CalendarDate(year: 2024, month: month, day: 1))
      }
      try await body(RouterClient(folder), ids)
    }
  }

  private func json(_ answer: RouterClient.Answer) -> [String: Any] {
    (try? JSONSerialization.jsonObject(with: answer.body)) as? [String: Any] ?? [:]
  }

  @Test("shows the release as it was, under its own address")
  func earlier() async throws {
    try await withTwoReleases { client, ids in
      let place = "/uitgaven/\(ids[0])/odata/v1/SCHADE/S01"
      for query in ["", "?$top=2", "/Observations?$top=2&$filter=Soort%20eq%20'B'"] {
        let direct = try await client.get(place + query)
        #expect(direct.status == 200)
        let option = query + (query.contains("?") ? "&" : "?")
        for address in [
          "/odata/v1/SCHADE/S01@202406010000\(query)", "/odata/v1/SCHADE/S01@\(ids[0])\(query)",
          "//OData/v1/schade/s01%40202406010000\(query)",
          "/odata/v1/SCHADE/S01\(option)$version=202406010000",
          "/odata/v1/SCHADE/S01\(option)%24version=\(ids[0])",
          "/odata/v1/SCHADE/S01@202406010000\(option)$version=202406010000",
        ] {
          let answer = try await client.get(address)
          #expect(answer.status == 200, "\(address)")
          #expect(answer.body == direct.body, "\(address)")
          #expect(
            (json(answer)["@odata.context"] as? String)?.hasPrefix("http://localhost" + place)
              == true)
        }
      }
      let datasets = try await client.get("/odata/v1/Datasets?$version=202406010000&$top=1")
      #expect(datasets.text.contains("\"Version\":\"202406010000\""))
      let now = try await client.get("/odata/v1/SCHADE/S01/Properties")
      #expect(json(now)["Version"] as? String == "202409010000")
    }
  }

  @Test("is refused in the words of OData when there is none")
  func unknown() async throws {
    try await withTwoReleases { client, ids in
      for (address, status) in [
        ("/odata/v1/SCHADE/S01@202407010000", 404), ("/odata/v1/SCHADE/S01@", 404),
        ("/odata/v1/SCHADE/S01?$version=2024-06-01-pppppppppppp", 404),
        ("/odata/v1/SCHADE/S99@202406010000/Observations", 404),
        ("/odata/v1/SCHADE/S01@202406010000?$version=202409010000", 400),
        ("/odata/v1/SCHADE/S01/Observations?$version=202406010000&$expand=x", 501),
      ] {
        let answer = try await client.get(address)
        #expect(answer.status == status, "\(address)")
        let error = json(answer)["error"] as? [String: Any]
        #expect((error?["message"] as? String)?.isEmpty == false, "\(address)")
        #expect(answer.header("OData-Version") == "4.0")
      }
      // A key is no version.
      let key = try await client.get("/odata/v1/SCHADE/Datasets('S01@x')")
      #expect(key.status == 404 && !key.text.contains("Versie"))
    }
  }

  @Test("is what changes are told since")
  func changes() async throws {
    try await withTwoReleases { client, ids in
      for version in ["202406010000", "\(ids[0])"] {
        let answer = try await client.get(
          "/odata/v1/SCHADE/S01/Changes?since=\(version)&$count=true")
        #expect(answer.status == 200)
        #expect(json(answer)["@odata.count"] as? Int == 0)
        #expect(answer.header("ETag") == nil)
      }
      // What the later version hides would be told the other way round.
      let back = try await client.get(
        "/odata/v1/SCHADE/S01@202406010000/Changes?since=202409010000")
      #expect(back.status == 404 && back.text.contains("is later dan deze"))
      #expect(
        try await client.get("/odata/v1/SCHADE/S01@202406010000/Changes?since=202406010000").status
          == 200)
      #expect(try await client.get("/odata/v1/SCHADE/S01/Changes?since=1").status == 404)
    }
  }

  @Test("goes with how often the server lets a client ask")
  func limit() async throws {
    try await withMockSite { client in
      let config = json(try await client.get("/api/v2/config"))
      #expect(config["maxCallsPerTimeWindow"] as? Int == 300)
      #expect(config["timeWindow"] as? Int == 10)
    }
  }
}
