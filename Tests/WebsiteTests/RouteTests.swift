import Foundation
import HTTPTypes
import InformationModel
import Publication
import Testing

@Suite("The server")
struct RouteTests {
  @Test(
    "answers what a reader has already with 304 and no body",
    arguments: ["/", "/tabellen/doorlooptijd", "/download/S01.csv", "/jsonstat/S01", "/style.css"])
  func notModified(path: String) async throws {
    try await withMockSite { client in
      let first = try await client.get(path)
      let tag = try #require(first.header("ETag"))
      let again = try await client.get(path, headers: [.ifNoneMatch: "\"x\", W/\(tag)"])
      #expect(again.status == 304)
      #expect(again.body.isEmpty)
      #expect(again.header("ETag") == tag)
      let other = try await client.get(path, headers: [.ifNoneMatch: "\"x\""])
      #expect(other.status == 200)
      #expect(other.body == first.body)
    }
  }

  @Test("names the release in the tag of every page and file")
  func tag() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let client = try RouterClient(folder)
      let page = try await client.get("/over").header("ETag")
      let file = try await client.get("/download/S01.csv").header("ETag")
      #expect(page?.hasPrefix("\"\(id)") == true)
      #expect(file == "\"\(id)\"")
    }
  }

  @Test("serves the files of the release byte for byte, open to all origins")
  func files() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let client = try RouterClient(folder)
      for (address, name) in [
        ("/download/S01.csv", "S01.csv"),
        ("/download/S01.csv-metadata.json", "S01.csv-metadata.json"),
        ("/download/S01.json-stat.json", "S01.json-stat.json"),
        ("/jsonstat/S01", "S01.json-stat.json"),
      ] {
        let answer = try await client.get(address)
        let file = folder.appending(path: "\(id)/tables/\(name)")
        let bytes = try Data(contentsOf: file)
        #expect(answer.body == bytes)
        #expect(answer.header("Access-Control-Allow-Origin") == "*")
      }
      let csv = try await client.get("/download/S01.csv")
      #expect(csv.header("Content-Type") == "text/csv; charset=utf-8; header=present")
      #expect(
        csv.header("Link")
          == "</download/S01.csv-metadata.json>; rel=\"describedby\"; "
          + "type=\"application/csvm+json\""
      )
    }
  }

  @Test(
    "protects readers on every answer", arguments: ["/", "/jsonstat/S01", "/nergens", "/style.css"])
  func headers(path: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(path)
      let policy = try #require(answer.header("Content-Security-Policy"))
      #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; "))
      #expect(!policy.contains("script-src"))
      #expect(!policy.contains("unsafe"))
      #expect(answer.header("X-Content-Type-Options") == "nosniff")
      #expect(answer.header("Referrer-Policy") == "strict-origin-when-cross-origin")
      #expect(answer.header("Cache-Control") != nil)
    }
  }

  @Test("answers HEAD as GET, without the body", arguments: ["/", "/download/S01.csv", "/nergens"])
  func head(path: String) async throws {
    try await withMockSite { client in
      let get = try await client.get(path)
      let head = try await client.get(path, method: .head)
      #expect(head.status == get.status)
      #expect(head.body.isEmpty)
      #expect(head.header("Content-Length") == "\(get.body.count)")
      #expect(head.header("ETag") == get.header("ETag"))
    }
  }

  @Test("takes nothing in", arguments: [HTTPRequest.Method.post, .put, .delete, .patch])
  func methods(method: HTTPRequest.Method) async throws {
    try await withMockSite { client in
      let answer = try await client.get("/tabellen", method: method)
      #expect(answer.status == 405)
      #expect(answer.header("Allow") == "GET, HEAD")
    }
  }

  @Test(
    "refuses choices that do not exist",
    arguments: [
      "?Regio=Q", "?toon-rijen=Kleur", "?toon-onderwerp=gewicht", "?toon-perioden=geen",
      "?Regio=%zz", "?Regio=%ff",
    ])
  func badRequest(query: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get("/tabellen/meldingen-naar-soort" + query)
      #expect(answer.status == 400)
      #expect(MarkupReader(answer.body) != nil)
    }
  }

  @Test("ignores parameters of others")
  func otherParameters() async throws {
    try await withMockSite { client in
      let answer = try await client.get("/tabellen/doorlooptijd?utm_source=post&x")
      #expect(answer.status == 200)
      #expect(!answer.text.contains("utm_source"))
    }
  }

  @Test(
    "lets nobody out of the release",
    arguments: [
      "/download/../release.json", "/download/..%2Frelease.json",
      "/download/%2e%2e%2f%2e%2e%2fcurrent",
      "/jsonstat/..%2F..%2F", "/download/release.json", "/download/S01.json", "/download/.csv",
      "/download/S01.CSV",
    ])
  func traversal(path: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(path)
      #expect(answer.status == 404)
    }
  }

  @Test("says 503 until there is a release, and shows it without a restart")
  func newRelease() async throws {
    try await withPublications { folder in
      let client = try RouterClient(folder)
      let before = try await client.get("/en/")
      #expect(before.status == 503)
      #expect(before.header("Retry-After") == "60")
      #expect(MarkupReader(before.body) != nil)

      _ = try MockRelease.release(into: folder)
      let first = try await client.get("/en/")
      #expect(first.text.contains("1 June 2024"))

      _ = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2024, month: 9, day: 1))
      try await Task.sleep(for: .milliseconds(1_100))
      let second = try await client.get("/en/")
      #expect(second.text.contains("1 September 2024"))
    }
  }

  @Test("keeps showing the last good release when a newer one is damaged")
  func damaged() async throws {
    try await withPublications { folder in
      _ = try MockRelease.release(into: folder)
      let client = try RouterClient(folder)
      #expect(try await client.get("/").status == 200)
      let id = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2024, month: 9, day: 1))
      try Data("{}".utf8).write(to: folder.appending(path: "\(id)/concepts.json"))
      try await Task.sleep(for: .milliseconds(1_100))
      let answer = try await client.get("/")
      #expect(answer.text.contains("1 juni 2024"))
    }
  }
}
