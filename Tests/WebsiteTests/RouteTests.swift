import Foundation
import HTTPTypes
import InformationModel
import Publication
import Synchronization
import Testing

@Suite("The server")
struct RouteTests {
  @Test(
    "answers what a reader has already with 304 and no body",
    arguments: [
      "/", "/tabellen/doorlooptijd", "/download/S01.csv", "/jsonstat/S01", "/favicon.svg",
    ])
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

  @Test("tags every answer by its bytes: another tag when and only when they differ")
  func tag() async throws {
    try await withPublications { folder in
      let client = try RouterClient(folder, lookingEvery: .zero)
      let paths = [
        "/", "/en/", "/over", "/tabellen/doorlooptijd", "/begrippen/soort",
        "/favicon.svg", "/robots.txt", "/download/S01.csv", "/jsonstat/S01",
      ]
      var bodies: [String: Data] = [:]
      var tags: [Data: String] = [:]
      for day in [1, 2] {
        _ = try MockRelease.release(
          into: folder, referenceDate: CalendarDate(year: 2024, month: 6, day: day))
        for path in paths {
          let answer = try await client.get(path)
          let tag = try #require(answer.header("ETag"))
          #expect(tags[answer.body, default: tag] == tag, "\(path)")
          tags[answer.body] = tag
          if let body = bodies[path] {
            let isFixed = ["/favicon.svg", "/robots.txt", "/download/S01.csv"]
              .contains(path)
            #expect((body == answer.body) == isFixed, "\(path)")
          }
          bodies[path] = answer.body
        }
      }
      #expect(Set(tags.values).count == tags.count)
    }
  }

  @Test("answers a request from one release, also while another takes its place")
  func releaseSwitch() async throws {
    try await withPublications { folder in
      let ids = try [1, 2].map { month in
        try MockRelease.release(
          into: folder, referenceDate: CalendarDate(year: 2024, month: month, day: 9))
      }
      let dates = ["9 januari 2024", "9 februari 2024"]
      let client = try RouterClient(folder, lookingEvery: .zero)
      let current = folder.appending(path: "current")
      try Data("\(ids[0])".utf8).write(to: current, options: .atomic)
      let paths = ["/", "/over", "/tabellen/doorlooptijd", "/tabellen/saldo", "/nergens"]
      // A thread of its own: readers that never wait would keep a task from its turn.
      let isRead = Mutex(false)
      Thread.detachNewThread {
        var turn = 0
        while !isRead.withLock({ $0 }) {
          turn += 1
          try? Data("\(ids[turn % 2])".utf8).write(to: current, options: .atomic)
          Thread.sleep(forTimeInterval: 0.001)
        }
      }
      defer { isRead.withLock { $0 = true } }
      let seen = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
        let patience = ContinuousClock.now + .seconds(60)
        for path in paths {
          group.addTask {
            var seen: Set<Int> = []
            // Until both were seen, however slowly they take turns on a busy machine.
            for number in 0..<1_000_000
            where number < 60 || (seen.count < 2 && ContinuousClock.now < patience) {
              let text = try await client.get(path).text
              let named = ids.indices.filter { text.contains("\(ids[$0])") }
              let dated = dates.indices.filter { text.contains(dates[$0]) }
              #expect(named.count == 1, "\(path)")
              #expect(named == dated, "\(path)")
              seen.formUnion(named)
            }
            return seen
          }
        }
        var seen: Set<Int> = []
        for try await some in group { seen.formUnion(some) }
        return seen
      }
      #expect(seen == [0, 1])
    }
  }

  @Test("looks for a release no more often than it should, also when there is none")
  func interval() async throws {
    try await withPublications { folder in
      let client = try RouterClient(folder, lookingEvery: .seconds(3_600))
      #expect(try await client.get("/").status == 503)
      _ = try MockRelease.release(into: folder)
      #expect(try await client.get("/").status == 503)
      #expect(try await RouterClient(folder).get("/").status == 200)
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
    "protects readers on every answer",
    arguments: ["/", "/jsonstat/S01", "/nergens", "/favicon.svg"])
  func headers(path: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(path)
      let policy = try #require(answer.header("Content-Security-Policy"))
      #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
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
    "refuses what open data cannot do in the language of the service, and says what it can do",
    arguments: [
      ("/sdmx/2.1/data/DF_S01", "This address does not take this method."),
      ("/api/v2/tables/S01", "This address does not take this method."),
      ("/api/v1/nl/SCHADE/S01", "This address does not take this method."),
      ("/odata/v1/SCHADE/S01", "Dit adres wordt alleen gelezen (GET)."),
      ("/ODataFeed/odata/S01", "Dit adres wordt alleen gelezen (GET)."),
      ("/sdmx/2.1/data/DF_S01?format=%zz", "The address cannot be read: mind the percent signs."),
      ("/odata/v1/SCHADE/S01?$top=%zz", "Het adres kan niet worden gelezen: let op procenttekens."),
    ])
  func refusedOpenData(address: String, message: String) async throws {
    try await withMockSite { client in
      let isUnreadable = address.contains("%")
      let answer = try await client.get(address, method: isUnreadable ? .get : .delete)
      #expect(answer.status == (isUnreadable ? 400 : 405))
      #expect(answer.text.contains(message), "\(answer.text)")
      let methods = address.hasPrefix("/api") ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS"
      #expect(answer.header("Allow") == (isUnreadable ? nil : methods))
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
      let client = try RouterClient(folder, lookingEvery: .zero)
      let before = try await client.get("/en/")
      #expect(before.status == 503)
      #expect(before.header("Retry-After") == "60")
      #expect(MarkupReader(before.body) != nil)

      _ = try MockRelease.release(into: folder)
      let first = try await client.get("/en/")
      #expect(first.text.contains("1 June 2024"))

      _ = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2024, month: 9, day: 1))
      let second = try await client.get("/en/")
      #expect(second.text.contains("1 September 2024"))
    }
  }

  @Test("keeps showing the last good release when a newer one is damaged")
  func damaged() async throws {
    try await withPublications { folder in
      _ = try MockRelease.release(into: folder)
      let client = try RouterClient(folder, lookingEvery: .zero)
      #expect(try await client.get("/").status == 200)
      let id = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2024, month: 9, day: 1))
      try Data("{}".utf8).write(to: folder.appending(path: "\(id)/concepts.json"))
      let answer = try await client.get("/")
      #expect(answer.text.contains("1 juni 2024"))
    }
  }
}
