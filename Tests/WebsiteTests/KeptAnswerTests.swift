import Foundation
import InformationModel
import Testing
import Website

@Suite("An answer that was given before")
struct KeptAnswerTests {
  private static let page = "/tabellen/doorlooptijd"
  private static let ends = "Connection: close\r\n"

  private static func request(_ path: String, _ headers: String = "", method: String = "GET")
    -> String
  {
    "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
  }

  /// The answers to requests that are sent at once, the last of which ends the connection.
  private static func answers(
    _ server: RunningServer, to requests: [String]
  ) async throws -> [RawAnswer] {
    let (bytes, isClosed) = try await server.exchange(requests.joined())
    #expect(isClosed)
    var rest = bytes
    var answers: [RawAnswer] = []
    while !rest.isEmpty {
      let count = try #require(length(of: rest))
      answers.append(try RawAnswer(Array(rest.prefix(count))))
      rest.removeFirst(count)
    }
    return answers
  }

  /// The answers to requests on one connection, each sent when the one before it has its answer.
  private static func answersInTurn(
    _ server: RunningServer, to requests: [String]
  ) async throws -> [RawAnswer] {
    try await onThread {
      let socket = try LoopbackSocket(port: server.port)
      return try requests.map { request in
        socket.send(request)
        return try RawAnswer(
          socket.receive { bytes in length(of: bytes).map { bytes.count >= $0 } ?? false }.bytes)
      }
    }
  }

  /// Bytes of the first answer; nil when its head is not whole.
  private static func length(of bytes: [UInt8]) -> Int? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound,
      let head = try? RawAnswer(Array(bytes[..<end]))
    else { return nil }
    return end + (head.headers["content-length"].flatMap { Int($0) } ?? 0)
  }

  private static func lasting(_ answer: RawAnswer) -> [String: String] {
    answer.headers.filter { !["date", "x-request-id", "connection"].contains($0.key) }
  }

  @Test("is the same to the last byte and header", arguments: ["", "Accept-Encoding: gzip\r\n"])
  func same(coding: String) async throws {
    try await withServer { server in
      for path in [Self.page, "/", "/en/over", "/begrippen.ttl"] {
        let asked = Self.request(path, coding)
        let all = try await Self.answers(
          server, to: [asked, asked, asked, Self.request(path, coding + Self.ends)])
        #expect(all.count == 4)
        let first = try #require(all.first)
        #expect(first.status == 200)
        for answer in all {
          #expect(answer.body == first.body)
          #expect(Self.lasting(answer) == Self.lasting(first))
          #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
        }
        #expect(Set(all.map { $0.headers["x-request-id"] }).count == 4)
      }
    }
  }

  @Test("is not sent to who has it already")
  func known() async throws {
    try await withServer { server in
      let first = try await server.get(Self.page)
      let tag = try #require(first.headers["etag"])
      let all = try await Self.answers(
        server,
        to: [
          Self.request(Self.page), Self.request(Self.page, "If-None-Match: \(tag)\r\n"),
          Self.request(Self.page, "If-None-Match: \"other\"\r\n"),
          Self.request(Self.page, "If-None-Match: *\r\n" + Self.ends),
        ])
      #expect(all.map(\.status) == [200, 304, 200, 304])
      for answer in all where answer.status == 304 {
        #expect(answer.body.isEmpty)
        #expect(answer.headers["etag"] == tag)
        #expect(answer.headers["content-type"] == nil)
      }
    }
  }

  @Test("waits for the answers before it, however many are asked at once")
  func order() async throws {
    try await withServer { server in
      let page = try await server.get(Self.page)
      _ = try await server.get("/")
      var requests: [String] = []
      for number in 0..<60 {
        requests.append(Self.request(Self.page))
        // Never given before.
        requests.append(Self.request("/zoeken?q=xqz\(number)q"))
        requests.append(Self.request("/"))
      }
      let all = try await Self.answers(server, to: requests + [Self.request(Self.page, Self.ends)])
      #expect(all.count == 181)
      for (place, answer) in all.enumerated() {
        #expect(answer.status == 200)
        switch place % 3 {
        case 0: #expect(answer.body == page.body)
        case 1: #expect(answer.text.contains("xqz\(place / 3)q"))
        default: #expect(!answer.text.contains("xqz") && answer.body != page.body)
        }
      }
    }
  }

  @Test("is for the same question only: method, host, and what the reader takes")
  func question() async throws {
    try await withServer { server in
      let page = Self.request(Self.page)
      let all = try await Self.answers(
        server,
        to: [
          page, page, Self.request(Self.page, "Accept: text/csv\r\n"),
          Self.request(Self.page, "Accept-Encoding: gzip\r\n"),
          page.replacing("localhost", with: "elders.example"), page,
          Self.request(Self.page + "?x=1"), Self.request(Self.page, "Content-Length: 0\r\n"),
          Self.request(Self.page, Self.ends, method: "POST"),
        ])
      #expect(all.map(\.status) == [200, 200, 200, 200, 200, 200, 200, 200, 405])
      #expect([1, 5, 7].allSatisfy { all[$0].body == all[0].body })
      #expect(all[2].headers["content-type"]?.hasPrefix("text/csv") == true)
      #expect(all[3].headers["content-encoding"] == "gzip")
      #expect(all[3].body.count < all[0].body.count)
      #expect(all[4].text.contains("http://elders.example"))
      #expect(!all[5].text.contains("elders.example"))
    }
  }

  @Test("counts for the limit of a client like any other")
  func rate() async throws {
    try await withServer {
      $0.requestsPerSecond = 1
      $0.burst = 5
      $0.trustedHeader = .xForwardedFor
    } _: { server in
      func asked(for client: String) -> String {
        Self.request(Self.page, "X-Forwarded-For: \(client)\r\n")
      }
      let all = try await Self.answersInTurn(
        server,
        to: Array(repeating: asked(for: "203.0.113.7"), count: 200)
          + [asked(for: "203.0.113.8"), asked(for: "203.0.113.8")])
      #expect(all.prefix(5).allSatisfy { $0.status == 200 })
      #expect(all.contains { $0.status == 429 })
      #expect(all.suffix(2).map(\.status) == [200, 200])
    }
  }

  @Test("keeps a connection open that goes on asking, and closes one that does not")
  func idle() async throws {
    try await withServer {
      $0.headSeconds = 6
    } _: { server in
      let size = try await server.get(Self.page).body.count
      let (isOpen, isClosed) = try await onThread {
        let socket = try LoopbackSocket(port: server.port)
        var isOpen = true
        for _ in 0..<40 {
          socket.send(Self.request(Self.page))
          isOpen = isOpen && !socket.receive { $0.count > size }.isClosed
          Thread.sleep(forTimeInterval: 0.25)
        }
        return (isOpen, socket.receive().isClosed)
      }
      #expect(isOpen)
      #expect(isClosed)
    }
  }

  @Test("is written for nobody who reads nothing")
  func slowReader() async throws {
    let port = Int.random(in: 20_000..<32_000)
    try await withServer {
      $0.stallSeconds = 1
      $0.metricsPort = port
    } _: { server in
      let size = try await server.get(Self.page).body.count
      let count = 40_000_000 / size
      let isClosed = try await onThread {
        let socket = try LoopbackSocket(port: server.port, room: 4_096)
        socket.wait(atMost: 3)
        socket.send(String(repeating: Self.request(Self.page), count: count))
        Thread.sleep(forTimeInterval: 4)
        return socket.receive().isClosed
      }
      #expect(isClosed)
      let told = try await RunningServer(port: port).get("/metrics").text
      let name = "keten_http_response_body_bytes_total{route=\"page\"} "
      let line = try #require(told.split(separator: "\n").first { $0.hasPrefix(name) })
      let written = try #require(Int(line.dropFirst(name.count)))
      // What the system holds for the reader, and not what was asked for.
      #expect((1..<20_000_000).contains(written))
    }
  }

  @Test("makes way when a newer release comes")
  func newerRelease() async throws {
    try await withServer { server in
      let folder = try #require(server.publications)
      let asked = Self.request("/over")
      func ask() async throws -> RawAnswer {
        // The last was given before, and so nothing else makes the server look.
        try await Self.answersInTurn(server, to: [asked, asked, asked])[2]
      }
      let before = try await ask()
      _ = try MockRelease.release(
        into: folder, referenceDate: CalendarDate(year: 2024, month: 9, day: 1))
      var after = before
      for _ in 0..<600 where after.body == before.body {
        try await Task.sleep(for: .milliseconds(100))
        after = try await ask()
      }
      #expect(before.text.contains("1 juni 2024") && !before.text.contains("1 september 2024"))
      #expect(after.text.contains("1 september 2024"))
    }
  }
}
