import Foundation
import Logging
import Synchronization
import Testing
import Website

/// What the server promises to the open internet, asked through a socket.
@Suite("The server on the internet")
struct ServingTests {
  private static let rows = "/odata/v1/SCHADE/S01/Observations"
  /// Made while it is sent, so that nobody knows its length before.
  private static let stream = "/sdmx/2.1/data/DF_S03/all?format=csv"

  @Test("takes addresses of 100,000 bytes, and says what to do about longer ones")
  func longAddress() async throws {
    try await withServer { server in
      let long = try await server.get("/?x=" + String(repeating: "a", count: 99_000))
      #expect(long.status == 200)
      for length in [101_000, 180_000, 400_000, 3_000_000] {
        let answer = try await server.get("/?x=" + String(repeating: "a", count: length))
        #expect(answer.status == 414, "\(length)")
        #expect(answer.text.contains("/api/v2"), "\(length)")
        #expect(answer.text.contains("/download"), "\(length)")
      }
      let client = try await server.get("/api/v2/x?x=" + String(repeating: "a", count: 101_000))
      #expect(client.status == 414)
      #expect(client.headers["content-type"] == "application/problem+json")
      let older = try await server.get("/api/v1/x?x=" + String(repeating: "a", count: 101_000))
      #expect(older.status == 414)
      #expect(older.text.hasPrefix("{\"error\":"))
      // Others never notice.
      #expect(try await server.get("/").status == 200)
    }
  }

  @Test("tells header lines that are too long or too many from an address that is")
  func longHead() async throws {
    try await withServer { server in
      let long = String(repeating: "a", count: 230_000)
      let many = (1...120).map { "X-\($0): a\r\n" }.joined()
      let line = "GET /favicon.svg HTTP/1.1\r\nHost: localhost\r\n"
      for headers in ["X: \(long)\r\n", "\(long): a\r\n", many] {
        let alone = try RawAnswer(try await server.exchange(line + headers + "\r\n").bytes)
        #expect(alone.status == 431)
        #expect(alone.text.contains("220000"))
        // Behind another request that comes in the same bytes.
        let (bytes, isClosed) = try await server.exchange("\(line)\r\n\(line)\(headers)\r\n")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(isClosed)
        #expect(text.hasPrefix("HTTP/1.1 200 OK"))
        #expect(text.contains("HTTP/1.1 431 "))
      }
      for before in ["\r\n", "\(line)\r\n", "\(line)Content-Length: 4\r\n\r\na\n\nb"] {
        let (bytes, _) = try await server.exchange("\(before)GET /\(long)")
        #expect(String(decoding: bytes, as: UTF8.self).contains("HTTP/1.1 414 "))
      }
      let few = (1...90).map { "X-\($0): a\r\n" }.joined()
      #expect(try await server.get("/favicon.svg", headers: few).status == 200)
    }
  }

  @Test(
    "wants to know the host, once",
    arguments: [
      ("1.1", "", 400), ("1.1", "Host: a\r\nhost: b\r\n", 400), ("1.0", "", 200),
      ("1.0", "Host: a\r\nHost: a\r\n", 400), ("1.1", "Host: localhost\r\n", 200),
    ])
  func host(version: String, lines: String, status: Int) async throws {
    try await withServer { server in
      let (bytes, isClosed) = try await server.exchange(
        "GET /health/live HTTP/\(version)\r\n\(lines)Connection: close\r\n\r\n")
      let answer = try RawAnswer(bytes)
      #expect(isClosed)
      #expect(answer.status == status)
      if status == 400 { #expect(answer.text.contains("(Host)")) }
    }
  }

  @Test(
    "sends no chunks to who asks in HTTP/1.0: the end of the connection is that of the answer",
    arguments: ["", "Connection: keep-alive\r\n"])
  func oldClient(lines: String) async throws {
    try await withServer { server in
      let whole = try await server.get(Self.stream)
      #expect(whole.headers["transfer-encoding"] == "chunked")
      let (bytes, isClosed) = try await server.exchange(
        "GET \(Self.stream) HTTP/1.0\r\n\(lines)\r\n")
      let answer = try RawAnswer(bytes)
      #expect(isClosed)
      #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.0 200 OK\r\n"))
      #expect(answer.headers["transfer-encoding"] == nil)
      #expect(answer.headers["content-length"] == nil)
      #expect(answer.headers["connection"] == "close")
      #expect(answer.body == whole.body)
    }
  }

  @Test("keeps a connection of HTTP/1.0 open only when that is asked, and the length is known")
  func keptOpen() async throws {
    try await withServer { server in
      func ask(_ lines: String...) async throws -> (text: String, isClosed: Bool) {
        let (bytes, isClosed) = try await server.exchange(
          lines.map { "\($0)\r\n\r\n" }.joined())
        return (String(decoding: bytes, as: UTF8.self), isClosed)
      }
      let whole = try await server.get("/favicon.svg").text
      let kept = try await ask(
        "GET /favicon.svg HTTP/1.0\r\nConnection: Keep-Alive",
        "HEAD \(Self.stream) HTTP/1.0\r\nConnection: keep-alive", "GET /health/live HTTP/1.0")
      #expect(kept.isClosed)
      let heads = kept.text.components(separatedBy: "HTTP/1.0 200 OK\r\n").dropFirst()
      #expect(heads.count == 3)
      #expect(heads.map { $0.contains("Connection: keep-alive\r\n") } == [true, true, false])
      #expect(heads.first?.hasSuffix("\r\n\r\n\(whole)") == true)
    }
  }

  @Test(
    "answers nothing that follows the last request of a connection",
    arguments: ["HTTP/1.0", "HTTP/1.1\r\nHost: localhost\r\nConnection: close"])
  func afterTheLast(first: String) async throws {
    try await withServer { server in
      let whole = try await server.get("/favicon.svg").text
      for next in ["GET /health/live HTTP/1.0\r\n\r\n", "\u{1}\r\n", "G"] {
        let (bytes, isClosed) = try await server.exchange(
          "GET /favicon.svg \(first)\r\n\r\n\(next)")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(isClosed)
        #expect(text.components(separatedBy: " 200 OK\r\n").count == 2)
        #expect(text.hasSuffix("\r\n\r\n\(whole)"))
      }
    }
  }

  @Test("believes the host in an address rather than the one beside it (RFC 9112, 3.2.2)")
  func wholeTarget() async throws {
    try await withServer { server in
      for (target, base) in [
        ("http://cijfers.example:81/odata/v1/Datasets", "http://cijfers.example:81"),
        ("HTTPS://cijfers.example/odata/v1/Datasets?$top=1", "http://cijfers.example"),
        ("/odata/v1/Datasets", "http://localhost"),
      ] {
        let answer = try await server.get(target)
        #expect(answer.status == 200, "\(target)")
        #expect(answer.text.contains("\"\(base)/odata/v1/$metadata"), "\(target)")
      }
      #expect(try await server.get("http://cijfers.example").status == 200)
      #expect(try await server.get("http://cijfers.example?x=1").status == 200)
      for target in ["ftp://cijfers.example/", "http:///odata", "http://a@cijfers.example/"] {
        let answer = try await server.get(target)
        #expect(answer.status == 400, "\(target)")
      }
    }
    try await withServer {
      $0.publicAddress = "https://cijfers.example.nl"
    } _: { server in
      let text = try await server.get("http://ander.example/odata/v1/Datasets").text
      #expect(text.contains("\"https://cijfers.example.nl/odata/v1/$metadata"))
      #expect(!text.contains("ander.example"))
    }
  }

  @Test(
    "says of a host that is no name what is wrong, in the words of who was asked",
    arguments: [
      ("/odata/v1/Datasets", "application/json", "(Host)"),
      ("/api/v2/tables", "application/problem+json", "(Host) is no name"),
      ("/sdmx/2.1/dataflow", "", "(Host)"), ("/catalog.ttl", "text/plain", "(Host)"),
    ])
  func oddHost(path: String, type: String, words: String) async throws {
    try await withServer { server in
      for host in ["a\"b", "a<b>", "a/b", "a%20b", ""] {
        let (bytes, _) = try await server.exchange(
          "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        let answer = try RawAnswer(bytes)
        #expect(answer.status == 400, "\(host)")
        #expect(answer.headers["content-type"]?.hasPrefix(type) == true, "\(host)")
        #expect(answer.text.contains(words), "\(host)")
        #expect(!answer.text.contains("procent"), "\(host)")
      }
    }
  }

  @Test("says in words what is no HTTP", arguments: ["nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"])
  func noHTTP(text: String) async throws {
    try await withServer { server in
      let (bytes, isClosed) = try await server.exchange(text)
      let answer = try RawAnswer(bytes)
      #expect(isClosed)
      #expect(answer.status == 400)
      #expect(answer.text.contains("HTTP/1.1"))
    }
  }

  @Test("answers what came before in full when something unreadable follows")
  func pipelinedNonsense() async throws {
    try await withServer { server in
      let (bytes, isClosed) = try await server.exchange(
        "GET /favicon.svg HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n")
      let text = String(decoding: bytes, as: UTF8.self)
      let whole = try await server.get("/favicon.svg")
      #expect(isClosed)
      #expect(text.hasPrefix("HTTP/1.1 200 OK"))
      #expect(text.contains(whole.text))
      #expect(text.contains("HTTP/1.1 400 Bad Request"))
    }
  }

  @Test(
    "closes connections that are slow to ask",
    arguments: [
      "", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
      "POST /api/v2/tables HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
    ])
  func slowRequest(beginning: String) async throws {
    try await withServer {
      $0.headSeconds = 1
      $0.bodySeconds = 1
    } _: { server in
      let (_, isClosed) = try await server.exchange(beginning)
      #expect(isClosed)
    }
  }

  @Test("closes a connection that sends its head a byte at a time")
  func trickle() async throws {
    try await withServer {
      $0.headSeconds = 1
    } _: { server in
      let isClosed = try await onThread {
        let socket = try LoopbackSocket(port: server.port)
        socket.wait(atMost: 1)
        socket.send("GET / HTTP/1.1\r\nX: ")
        for _ in 0..<15 {
          socket.send("a")
          if socket.receive().isClosed { return true }
        }
        return false
      }
      #expect(isClosed)
    }
  }

  @Test("closes a connection that reads nothing, and keeps little for it")
  func slowReader() async throws {
    try await withServer {
      $0.stallSeconds = 1
    } _: { server in
      let page = try await server.get("/download/S01.csv")
      let count = 40_000_000 / max(page.body.count, 1)
      let received = try await onThread {
        let socket = try LoopbackSocket(port: server.port, room: 4_096)
        socket.wait(atMost: 3)
        let request = "GET /download/S01.csv HTTP/1.1\r\nHost: localhost\r\n\r\n"
        socket.send(String(repeating: request, count: count))
        Thread.sleep(forTimeInterval: 4)
        return socket.receive()
      }
      #expect(received.isClosed)
      #expect(received.bytes.count < 40_000_000)
      #expect(try await server.get("/").status == 200)
    }
  }

  @Test("takes no body that is too long")
  func longBody() async throws {
    try await withServer { server in
      let body = String(repeating: " ", count: 3_000_000)
      let (bytes, isClosed) = try await server.exchange(
        "POST /api/v2/tables/S01/data HTTP/1.1\r\nHost: localhost\r\n"
          + "Content-Length: \(body.count)\r\n\r\n\(body)")
      #expect(isClosed)
      #expect(try RawAnswer(bytes).status == 413)
      let page = try await server.get(
        "/", method: "POST", headers: "Content-Length: 3\r\n", body: "abc")
      #expect(page.status == 405)
    }
  }

  @Test("answers each client so many times a second, and says when to come back")
  func rate() async throws {
    try await withServer {
      $0.requestsPerSecond = 1
      $0.burst = 5
      $0.trustedHeader = .xForwardedFor
    } _: { server in
      func ask(_ path: String, for client: String) async throws -> RawAnswer {
        try await server.get(path, headers: "X-Forwarded-For: \(client)\r\n")
      }
      /// Nil when there was always something left, however slow the machine.
      func refusal(_ path: String, for client: String) async throws -> RawAnswer? {
        for _ in 0..<8 {
          let answer = try await ask(path, for: client)
          if answer.status == 429 { return answer }
        }
        return nil
      }
      var answers: [RawAnswer] = []
      for _ in 0..<12 {
        answers.append(try await ask("/favicon.svg", for: "198.51.100.1, 203.0.113.7"))
      }
      #expect(answers.prefix(5).allSatisfy { $0.status == 200 })
      let refused = try #require(answers.first { $0.status == 429 })
      let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
      #expect((1...5).contains(wait))
      #expect(refused.headers["ratelimit-policy"] == "\"client\";q=5;w=5")
      #expect(refused.headers["ratelimit"] == "\"client\";r=0;t=\(wait)")
      #expect(refused.text.contains("/download"))
      #expect(refused.headers["cache-control"] == "no-store")
      // What stands before the last address was written by the client itself.
      #expect(try await refusal("/favicon.svg", for: "192.0.2.1, 203.0.113.7") != nil)
      #expect(try await refusal("/favicon.svg", for: "203.0.113.7:4711") != nil)
      #expect(try await ask("/health/live", for: "203.0.113.7").status == 200)
      let client = try #require(try await refusal("/api/v2/tables", for: "203.0.113.7"))
      #expect(client.headers["content-type"] == "application/problem+json")
      let older = try #require(try await refusal("/api/v1/nl", for: "203.0.113.7"))
      #expect(older.text.hasPrefix("{\"error\":"))
      #expect(try await ask("/favicon.svg", for: "203.0.113.8").status == 200)
      // One subscriber has all addresses of a network of IPv6.
      for number in 1...8 { _ = try await ask("/favicon.svg", for: "2001:db8:1:2::\(number)") }
      #expect(try await refusal("/favicon.svg", for: "[2001:db8:1:2:ffff::1]:80") != nil)
      #expect(try await ask("/favicon.svg", for: "2001:db8:1:3::1").status == 200)
    }
  }

  @Test("believes nobody who says for whom he asks, unless that is a proxy's work")
  func untrustedHeader() async throws {
    try await withServer {
      $0.requestsPerSecond = 1
      $0.burst = 2
    } _: { server in
      for _ in 0..<10 {
        let answer = try await server.get(
          "/favicon.svg", headers: "X-Forwarded-For: 203.0.113.7\r\nForwarded: for=203.0.113.7\r\n")
        #expect(answer.status == 200)
      }
    }
  }

  @Test("reads Forwarded as proxies write it")
  func forwarded() async throws {
    try await withServer {
      $0.requestsPerSecond = 1
      $0.burst = 2
      $0.trustedHeader = .forwarded
    } _: { server in
      let header = "Forwarded: for=192.0.2.1, proto=https; For=\"[2001:db8::1]:4711\";by=x\r\n"
      var statuses: [Int] = []
      // On a busy machine a second goes by between two of them.
      while statuses.last != 429, statuses.count < 100 {
        statuses.append(try await server.get("/favicon.svg", headers: header).status)
      }
      #expect(statuses.prefix(2) == [200, 200])
      #expect(statuses.contains(429))
      #expect(try await server.get("/favicon.svg", headers: "Forwarded: for=_x\r\n").status == 200)
    }
  }

  @Test("holds no more connections than it should; others wait")
  func connections() async throws {
    try await withServer {
      $0.connections = 2
    } _: { server in
      let request = "GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let (before, after) = try await onThread {
        var held: [LoopbackSocket] = []
        for _ in 0..<2 {
          let socket = try LoopbackSocket(port: server.port)
          socket.send(request)
          _ = socket.receive { !$0.isEmpty }
          held.append(socket)
        }
        let third = try LoopbackSocket(port: server.port)
        third.wait(atMost: 1)
        third.send(request)
        let before = third.receive { !$0.isEmpty }.bytes
        held.removeAll()
        third.wait(atMost: 1_800)
        return (before, third.receive { !$0.isEmpty }.bytes)
      }
      #expect(before.isEmpty)
      #expect(!after.isEmpty)
    }
  }

  @Test("paints no pictures for clients that have gone", .timeLimit(.minutes(40)))
  func closedWhileWaiting() async throws {
    let lines = LogLines()
    let logger = Logger(label: "test") { _ in JSONLogHandler { lines.append($0) } }
    // More than may wait, all of them different.
    let pictures = ["", "/en"].flatMap { language in
      ["T001", "A%201%2F2", "A11", "A12", "B"].flatMap { kind in
        ["NL00", "N", "Z"].map { region in
          "\(language)/tabellen/meldingen-naar-soort.png?toon-rijen=Perioden"
            + "&Soort=\(kind)&Regio=\(region)"
        }
      }
    }
    try await withServer(logger: logger) {
      $0.logsRequests = true
    } _: { server in
      try await onThread {
        let sockets = try pictures.map { path in
          let socket = try LoopbackSocket(port: server.port)
          socket.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
          return socket
        }
        withExtendedLifetime(sockets) {}
      }
      func all() -> [String] { lines.all.filter { $0.contains("\"route\":\"page\"") } }
      while all().count < pictures.count { try await Task.sleep(for: .milliseconds(20)) }
      // Who had a place in the queue left it: without that more than twenty are painted.
      #expect(all().count { $0.contains("\"status\":200") } < 15)
      #expect(try await server.get(pictures[0]).status == 200)
    }
  }

  @Test("sends nothing behind the head that HEAD asked for")
  func headOfStream() async throws {
    try await withServer { server in
      for coding in ["gzip", "identity"] {
        let (bytes, _) = try await server.exchange(
          "HEAD \(Self.stream) HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: \(coding)\r\n\r\n"
            + "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let parts = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")
        #expect(parts.count == 3)
        #expect(parts[0].hasPrefix("HTTP/1.1 200 OK"))
        #expect(parts.count > 1 && parts[1].hasPrefix("HTTP/1.1 200 OK"))
      }
    }
  }

  @Test("packs long answers while they are sent", arguments: [Self.stream, "/download/S01.csv"])
  func packedStream(path: String) async throws {
    try await withServer { server in
      let plain = try await server.get(path)
      let packed = try await server.get(path, headers: "Accept-Encoding: gzip\r\n")
      #expect(packed.headers["content-encoding"] == "gzip")
      #expect(unpacked(packed.body) == plain.body)
    }
  }

  @Test("says nothing of itself, protects readers, and keeps no cookie")
  func headers() async throws {
    try await withServer { server in
      for path in ["/", "/jsonstat/S01", "/nergens", "/favicon.svg", "/health/live", Self.rows] {
        let headers = try await server.get(path).headers
        #expect(headers["server"] == nil)
        #expect(headers["set-cookie"] == nil)
        #expect(headers["strict-transport-security"] == nil)
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["permissions-policy"] == "camera=(), geolocation=(), microphone=()")
        #expect(headers["cross-origin-opener-policy"] == "same-origin")
        let isOpen = headers["access-control-allow-origin"] == "*"
        #expect(isOpen == ["/jsonstat/S01", Self.rows].contains(path))
        #expect(headers["access-control-expose-headers"] == (isOpen ? "*" : nil))
        #expect(
          headers["cross-origin-resource-policy"] == (isOpen ? "cross-origin" : "same-origin"))
        #expect(headers["x-request-id"]?.isEmpty == false)
      }
    }
    try await withServer {
      $0.publicAddress = "https://cijfers.example.nl"
    } _: { server in
      let headers = try await server.get("/").headers
      #expect(headers["strict-transport-security"] == "max-age=31536000")
    }
  }

  @Test("tells those who look after it how it is, and nothing more")
  func health() async throws {
    try await withServer { server in
      let live = try await server.get("/health/live")
      #expect(live.text == "{\"status\":\"live\"}\n")
      let ready = try await server.get("/health/ready")
      #expect(ready.text == "{\"status\":\"ready\"}\n")
    }
    try await withPublications { folder in
      let client = try RouterClient(folder, lookingEvery: .zero)
      #expect(try await client.get("/health/live").status == 200)
      let unready = try await client.get("/health/ready")
      #expect(unready.status == 503)
      #expect(unready.text == "{\"status\":\"unavailable\"}\n")
      #expect(unready.header("Cache-Control") == "no-store")
      _ = try MockRelease.release(into: folder)
      #expect(try await client.get("/health/ready").status == 200)
      let damaged = try #require(
        try FileManager.default.contentsOfDirectory(
          atPath: folder.path
        ).first { $0.hasPrefix("2024") })
      try Data("{}".utf8).write(to: folder.appending(path: "\(damaged)/release.json"))
      #expect(try await RouterClient(folder).get("/health/ready").status == 503)
    }
  }

  @Test("counts for Prometheus, where the public does not come")
  func metrics() async throws {
    let port = Int.random(in: 20_000..<32_000)
    try await withServer {
      $0.metricsPort = port
    } _: { server in
      #expect(try await server.get("/metrics").status == 404)
      for path in [
        "/", "/nergens", "/download/S01.csv", Self.rows, "/api/v2/tables",
        "/odata/v1/SCHADE/S01/Observations?$apply=x",
      ] {
        _ = try await server.get(path)
      }
      let inside = RunningServer(port: port)
      for _ in 0..<100 where (try? await inside.get("/metrics")) == nil {
        try await Task.sleep(for: .milliseconds(100))
      }
      let answer = try await inside.get("/metrics")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      let samples = try Self.samples(in: answer.text)
      #expect(samples["keten_http_requests_total{route=\"page\",status=\"2xx\"}"] == 1)
      // The page that is not there, and the figures that are not for the public.
      #expect(samples["keten_http_requests_total{route=\"page\",status=\"4xx\"}"] == 2)
      #expect(samples["keten_http_requests_total{route=\"file\",status=\"2xx\"}"] == 1)
      #expect(samples["keten_http_requests_total{route=\"odata\",status=\"2xx\"}"] == 1)
      #expect(samples["keten_http_requests_total{route=\"pxweb\",status=\"2xx\"}"] == 1)
      // A question for what there is not is no failure.
      #expect(samples["keten_http_requests_total{route=\"odata\",status=\"501\"}"] == 1)
      #expect(samples["keten_http_requests_total{route=\"odata\",status=\"5xx\"}"] == nil)
      let bytes = try await server.get("/download/S01.csv").body.count
      #expect(samples["keten_http_response_body_bytes_total{route=\"file\"}"] == Double(bytes))
      #expect(
        samples["keten_http_request_duration_seconds_bucket{route=\"page\",le=\"+Inf\"}"] == 3)
      #expect(samples["keten_http_request_duration_seconds_count{route=\"page\"}"] == 3)
      #expect(samples["keten_release_readable"] == 1)
      #expect(try #require(samples["keten_release_look_age_seconds"]) < 60)
      #expect(samples.keys.contains { $0.hasPrefix("keten_release_info{release=\"2024-06-01-") })
      #expect(try #require(samples["process_resident_memory_bytes"]) > 1_000_000)
      #expect(try #require(samples["process_open_fds"]) > 3)
    }
  }

  /// Every sample by its name and labels; throws when a line is not as the format has it.
  private static func samples(in text: String) throws -> [String: Double] {
    let sample = #/([a-z_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (\S+)/#
    var types: [String: String] = [:]
    var samples: [String: Double] = [:]
    #expect(text.hasSuffix("\n"))
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# TYPE ") {
        let words = line.split(separator: " ")
        types[String(words[2])] = String(words[3])
      } else if !line.hasPrefix("# HELP ") {
        let match = try #require(try sample.wholeMatch(in: line), "\(line)")
        let name = String(match.1)
        let family = ["_bucket", "_sum", "_count"].compactMap { end in
          name.hasSuffix(end) ? types[String(name.dropLast(end.count))] : nil
        }
        #expect(types[name] != nil || family == ["histogram"], "\(name)")
        let key = name + (match.2.map(String.init) ?? "")
        #expect(samples[key] == nil, "\(key) stands there twice")
        let value = try #require(Double(match.4), "\(line)")
        samples[key] = value
      }
    }
    return samples
  }

  @Test("writes a line of JSON for each request, without anything about the reader")
  func log() async throws {
    let lines = LogLines()
    let logger = Logger(label: "test") { _ in JSONLogHandler { lines.append($0) } }
    try await withServer(logger: logger) {
      $0.logsRequests = true
    } _: { server in
      let answer = try await server.get(
        "/tabellen/doorlooptijd?geheim=7391",
        headers: "User-Agent: Lynx\r\nReferer: https://example.org/\r\n")
      #expect(answer.status == 200)
      let line = try #require(lines.all.first { $0.contains("\"answered\"") })
      let fields = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(
        Set(fields.keys) == [
          "time", "level", "message", "method", "route", "status", "bytes", "milliseconds",
          "request",
        ])
      #expect(fields["method"] as? String == "GET")
      #expect(fields["route"] as? String == "page")
      #expect(fields["status"] as? Int == 200)
      #expect(fields["bytes"] as? Int == answer.body.count)
      #expect(fields["request"] as? String == answer.headers["x-request-id"])
      for secret in ["7391", "doorlooptijd", "Lynx", "127.0.0.1", "example.org"] {
        #expect(!line.contains(secret))
      }
    }
  }
}

/// Lines that were logged.
private final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func append(_ line: String) { lines.withLock { $0.append(line) } }
}
