import Crypto
import Foundation
import HTTPTypes
import Testing

@Suite("Packed answers")
struct PackingTests {
  private static let rows = "/odata/v1/SCHADE/S01/Observations"

  /// Kept answers are found by their tag: whoever could make two questions with one tag would choose what others get.
  @Test("have tags that nobody can make twice", arguments: ["/", "/en/tabellen"])
  func tags(path: String) async throws {
    try await withMockSite { client in
      let answer = try await client.get(path)
      let letters = Array("abcdefghijklmnop")
      let expected = SHA256.hash(data: Array(answer.body)).prefix(16)
        .map { "\(letters[Int($0 >> 4)])\(letters[Int($0 & 15)])" }.joined()
      #expect(answer.header("ETag") == "\"\(expected)\"")
      let tag = try #require(try await client.get(Self.rows).header("ETag"))
      #expect(tag.count > 34)
      for query in ["?$top=1", "?$skip=1"] {
        #expect(try await client.get(Self.rows + query).header("ETag") != tag)
      }
    }
  }

  @Test(
    "hold the same bytes as plain ones, under a tag of their own",
    arguments: [
      "/", "/en/tabellen", "/over", "/download/S01.csv", "/jsonstat/S01", Self.rows,
      "/api/v2/tables",
    ])
  func sameBytes(path: String) async throws {
    try await withMockSite { client in
      let plain = try await client.get(path)
      #expect(plain.status == 200)
      #expect(plain.header("Content-Encoding") == nil)
      #expect(plain.header("Vary") == "Accept, Accept-Encoding")
      // Once when it is packed, once when it is kept.
      for _ in 0..<2 {
        let packed = try await client.get(path, headers: [.acceptEncoding: "br, gzip"])
        #expect(packed.header("Vary") == "Accept, Accept-Encoding")
        if plain.header("Content-Length") != nil, plain.body.count < 1_024 {
          #expect(packed.header("Content-Encoding") == nil)
          continue
        }
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.body.count < plain.body.count)
        #expect(unpacked(packed.body) == Array(plain.body))
        let tag = try #require(plain.header("ETag"))
        #expect(packed.header("ETag") == String(tag.dropLast()) + "-gzip\"")
        #expect(packed.header("Content-Type") == plain.header("Content-Type"))
        if let length = packed.header("Content-Length") {
          #expect(length == "\(packed.body.count)")
        }
      }
    }
  }

  @Test(
    "go to those who take them, and to nobody else",
    arguments: [
      ("gzip", true), ("GZIP", true), ("x-gzip", true), ("deflate, gzip;q=0.5", true),
      ("gzip;q=1.0, identity;q=0.5", true), ("*", true), ("br;q=1, *;q=0.1", true),
      ("gzip ; q=0.001", true), ("identity;q=0, gzip;q=0.1", true), ("", false), ("br", false),
      ("gzip;q=0", false), ("gzip;q=0.000, *", false), ("*;q=0", false), ("identity", false),
      ("gzip;q=0.2, identity;q=0.9", false), ("gzip;q=much", false), ("gzip;q=2", false),
      ("gzip;q=-1", false), ("gzip;q=nan", false), (";;,,;q=1", false),
    ])
  func negotiation(accepted: String, isPacked: Bool) async throws {
    try await withMockSite { client in
      let answer = try await client.get("/", headers: [.acceptEncoding: accepted])
      #expect((answer.header("Content-Encoding") == "gzip") == isPacked, "\(accepted)")
      #expect(MarkupReader(answer.body) != nil || isPacked)
    }
  }

  @Test("are known by either tag", arguments: ["/", "/download/S01.csv", Self.rows])
  func notModified(path: String) async throws {
    try await withMockSite { client in
      let plain = try #require(try await client.get(path).header("ETag"))
      let packed = String(plain.dropLast()) + "-gzip\""
      for coding in ["gzip", "identity"] {
        for tag in [plain, packed, "W/" + packed, "\"x\", " + packed] {
          let answer = try await client.get(
            path, headers: [.acceptEncoding: coding, .ifNoneMatch: tag])
          #expect(answer.status == 304, "\(tag) for \(coding)")
          #expect(answer.body.isEmpty)
          #expect(answer.header("Content-Encoding") == nil)
          #expect(answer.header("ETag") == (tag.contains("-gzip") ? packed : plain))
          #expect(answer.header("Vary") == "Accept, Accept-Encoding")
        }
        let other = try await client.get(
          path, headers: [.acceptEncoding: coding, .ifNoneMatch: "\"-gzip\""])
        #expect(other.status == 200)
      }
    }
  }

  @Test("are told to HEAD as to GET", arguments: ["/", "/download/S01.csv", Self.rows])
  func head(path: String) async throws {
    try await withMockSite { client in
      for coding in ["gzip", "identity"] {
        let before = try await client.get(
          path, method: .head, headers: [.acceptEncoding: coding])
        let answer = try await client.get(path, headers: [.acceptEncoding: coding])
        let after = try await client.get(path, method: .head, headers: [.acceptEncoding: coding])
        for head in [before, after] {
          #expect(head.status == 200)
          #expect(head.body.isEmpty)
          for name in ["ETag", "Content-Encoding", "Content-Type", "Vary"] {
            #expect(head.header(name) == answer.header(name), "\(name)")
          }
          // The length of what was not made yet is not known; a wrong one is never told.
          if let length = head.header("Content-Length") {
            #expect(length == "\(answer.body.count)")
          }
        }
      }
    }
  }

  @Test("are whole also when their length was asked for before, of an earlier release too")
  func afterHead() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let client = try RouterClient(folder)
      for path in ["/", "/tabellen/doorlooptijd", "/download/S01.csv", "/tabellen/saldo.ttl"]
        .flatMap({ [$0, "/uitgaven/\(id)\($0)"] })
      {
        _ = try await client.get(path, method: .head, headers: [.acceptEncoding: "gzip"])
        let plain = try await client.get(path)
        let packed = try await client.get(path, headers: [.acceptEncoding: "gzip"])
        #expect(packed.header("Content-Encoding") == "gzip", "\(path)")
        #expect(!plain.body.isEmpty && unpacked(packed.body) == Array(plain.body), "\(path)")
      }
    }
  }

  @Test("do not mix what is asked under different names")
  func keptApart() async throws {
    try await withMockSite { client in
      let paths = ["/", "/en/", "/tabellen", "/en/tabellen", "/over", "/kwaliteit"]
      for _ in 0..<2 {
        for path in paths {
          let plain = try await client.get(path)
          let packed = try await client.get(path, headers: [.acceptEncoding: "gzip"])
          #expect(unpacked(packed.body) == Array(plain.body), "\(path)")
        }
      }
    }
  }
}
