import Foundation
import TestSupport
import Testing

@Suite("The whole website")
struct CrawlTests {
  /// Follows every internal link from both home pages, and gives all answers by address.
  private func crawl(_ client: RouterClient) async throws -> [String: RouterClient.Answer] {
    try await client.crawl(from: ["/", "/en/", "/robots.txt", "/favicon.svg"])
  }

  @Test(
    "has no broken link; every page is well-formed, in order, without scripts or style attributes"
  )
  func links() async throws {
    try await withMockSite { client in
      let answers = try await crawl(client)
      #expect(answers.count > 40)
      for (address, answer) in answers {
        #expect(answer.status == 200, "\(address)")
        guard answer.header("Content-Type")?.hasPrefix("text/html") == true else { continue }
        let markup = try #require(MarkupReader(answer.body))
        #expect(markup.elements["script"] == nil, "\(address)")
        #expect(markup.styleAttributes == 0, "\(address)")
        #expect(markup.elements["h1"] == 1, "\(address)")
        #expect(markup.elements["main"] == 1, "\(address)")
        #expect(Set(markup.identifiers).count == markup.identifiers.count, "\(address)")
        for (before, after) in zip(markup.headings, markup.headings.dropFirst()) {
          #expect(after <= before + 1, "\(address): h\(after) after h\(before)")
        }
      }
    }
  }

  @Test("has a twin in the other language for every page")
  func twins() async throws {
    try await withMockSite { client in
      let answers = try await crawl(client)
      for (address, answer) in answers
      where answer.header("Content-Type")?.hasPrefix("text/html") == true {
        let markup = try #require(MarkupReader(answer.body))
        // An earlier release has its name before the language.
        let parts = address.split(separator: "/")
        let isEnglish =
          parts.first == "en" || parts.first == "uitgaven" && parts.dropFirst(2).first == "en"
        #expect(markup.language == (isEnglish ? "en" : "nl"), "\(address)")
        let here = isEnglish ? "en" : "nl"
        let there = isEnglish ? "nl" : "en"
        #expect(markup.alternates[here] == address, "\(address)")
        let twin = try #require(markup.alternates[there])
        let answer = try #require(answers[twin], "\(twin)")
        #expect(MarkupReader(answer.body)?.alternates[here] == address, "\(twin)")
      }
    }
  }

  @Test("never serves what was hidden, whatever part of a table is asked for")
  func secrets() async throws {
    try await withMockSite { client in
      // A chart in dots is the drawing that is crawled too; its packed bytes are no text.
      var bodies = try await crawl(client)
        .filter { $0.value.header("Content-Type") != "image/png" }.mapValues(\.text)
      for language in ["", "/en"] {
        for region in ["NL00", "N", "Z"] {
          for measure in ["aantal", "bedrag"] {
            for rows in ["Soort", "Perioden", "Regio"] {
              let address =
                "\(language)/tabellen/meldingen-naar-soort?Regio=\(region)&Soort=A11"
                + "&toon-onderwerp=\(measure)&toon-rijen=\(rows)&toon-perioden=alle"
              let answer = try await client.get(address)
              #expect(answer.status == 200, "\(address)")
              bodies[address] = answer.text
            }
          }
        }
      }
      for (address, text) in bodies {
        for secret in MockRelease.secrets {
          #expect(!text.contains(secret), "\(secret) at \(address)")
        }
      }
    }
  }

  @Test("answers 2,000 random addresses without ever failing")
  func fuzz() async throws {
    var random = SeededGenerator(seed: 20_240_601)
    let parts = [
      "/", "//", "en", "tabellen", "begrippen", "over", "zoeken", "?q=", "download", "jsonstat",
      "..", ".", "%2e%2e",
      "%2F", "%00", "%", "%zz", "%ff", "S01", "S01.csv", "meldingen-naar-soort", "soort",
      "A%201%2F2",
      "?", "&", "=", "Regio", "toon-rijen", "Perioden", "N", "+", "é", "😀", "'", "\"", "<script>",
      "#",
      ":", "*", "~", String(repeating: "a", count: 300), ".csv", ".json-stat.json", "release.json",
    ]
    try await withMockSite { client in
      for _ in 0..<2_000 {
        var path = "/"
        for _ in 0..<Int(random.next() % 7) {
          path += parts[Int(random.next() % UInt64(parts.count))]
          if random.next() % 2 == 0 { path += "/" }
        }
        let answer = try await client.get(path)
        #expect(answer.status < 500, "\(path)")
        #expect(!answer.text.contains("<script>"), "\(path)")
      }
    }
  }
}
