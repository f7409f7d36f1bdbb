import CZlib
import Foundation
import Glibc
import Hummingbird
import Logging
import Publication
import Website

/// The website on a port of the loopback address.
struct RunningServer: Sendable {
  let port: Int
  /// Where it reads releases; nil for a server that reads none.
  var publications: URL?

  /// Sends bytes and reads until the server closes, the text is there that was waited for, or nothing
  /// comes any more.
  ///
  /// - Parameters:
  ///   - text: what is sent, as it stands.
  ///   - isEnough: told of what has come so far; true ends the reading.
  /// - Returns: what came, and whether the server closed the connection.
  /// - Throws: `NoServer` when nobody listens.
  func exchange(
    _ text: String, until isEnough: @escaping @Sendable ([UInt8]) -> Bool = { _ in false }
  ) async throws -> (bytes: [UInt8], isClosed: Bool) {
    try await onThread {
      let socket = try LoopbackSocket(port: port)
      socket.send(text)
      return socket.receive(until: isEnough)
    }
  }

  /// One request on a connection of its own.
  func get(
    _ path: String, method: String = "GET", headers: String = "", body: String = ""
  ) async throws -> RawAnswer {
    let (bytes, _) = try await exchange(
      "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n\(body)")
    return try RawAnswer(bytes)
  }
}

/// Runs what blocks on a thread of its own: one that waits must not keep tasks from their turn.
func onThread<Answer: Sendable>(
  _ body: @escaping @Sendable () throws -> Answer
) async throws -> Answer {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}

/// A thread for servers and those who ask them: other tests compute for minutes on the threads of all tasks.
private final class ServingThread: TaskExecutor {
  static let shared = ServingThread()
  private let queue = DispatchQueue(label: "serving")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// A website with the mock release, stopped afterwards.
func withServer(
  logger: Logger = Logger(label: "test") { label in
    // A handler that keeps what goes with a request, and says nothing.
    var handler = StreamLogHandler.standardError(label: label)
    handler.logLevel = .critical
    return handler
  },
  _ change: (inout ServerSettings) -> Void = { _ in },
  _ body: (RunningServer) async throws -> Void
) async throws {
  try await withTaskExecutorPreference(ServingThread.shared) {
    try await withPublications { folder in
      _ = try MockRelease.release(into: folder)
      var settings = ServerSettings(host: "127.0.0.1", port: 0)
      change(&settings)
      let (ports, told) = AsyncStream.makeStream(of: Int.self)
      let application = try Website.makeApplication(
        store: PublicationStore(directory: folder), settings: settings, logger: logger
      ) { told.yield($0) }
      let server = Task(executorPreference: ServingThread.shared) {
        defer { told.finish() }
        try await application.run()
      }
      defer { server.cancel() }
      var listening = ports.makeAsyncIterator()
      guard let port = await listening.next() else { throw NoServer() }
      try await body(RunningServer(port: port, publications: folder))
    }
  }
}

struct NoServer: Error {}

/// A socket of a few lines, which does what a well-behaved client does not.
final class LoopbackSocket {
  private let descriptor: Int32

  /// - Parameters:
  ///   - port: of the server.
  ///   - room: bytes that the system keeps for a reader that does not read; its own choice when nil.
  /// - Throws: `NoServer` when nobody listens.
  init(port: Int, room: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw NoServer() }
    if var room {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard code == 0 else { throw NoServer() }
    wait(atMost: 1_800)
  }

  deinit { close(descriptor) }

  /// How long a read may last; half an hour when nothing else is said, for machines that are slow.
  func wait(atMost seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads until enough has come, nothing comes in time, or the server has closed.
  func receive(
    until isEnough: ([UInt8]) -> Bool = { _ in false }
  ) -> (bytes: [UInt8], isClosed: Bool) {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while !isEnough(bytes) {
      let count = recv(descriptor, &room, room.count, 0)
      if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return (bytes, false) }
      guard count > 0 else { return (bytes, true) }
      bytes += room[..<count]
    }
    return (bytes, false)
  }
}

/// An answer as it came over the wire.
struct RawAnswer: Sendable {
  let status: Int
  let headers: [String: String]
  /// Put together again when it came in chunks; still packed when it was packed.
  let body: [UInt8]

  struct Unreadable: Error {}

  init(_ bytes: [UInt8]) throws {
    guard let end = Self.place(of: Array("\r\n\r\n".utf8), in: bytes) else { throw Unreadable() }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count > 1, let status = Int(words[1]) else { throw Unreadable() }
    self.status = status
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw Unreadable() }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    self.headers = headers
    let rest = Array(bytes[(end + 4)...])
    body = headers["transfer-encoding"] == "chunked" ? try Self.joined(rest) : rest
  }

  var text: String { String(decoding: body, as: UTF8.self) }

  private static func joined(_ bytes: [UInt8]) throws -> [UInt8] {
    var body: [UInt8] = []
    var rest = bytes
    while let end = place(of: [13, 10], in: rest) {
      let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16)
      guard let size, rest.count >= end + 4 + size else { throw Unreadable() }
      if size == 0 { return body }
      body += rest[(end + 2)..<(end + 2 + size)]
      rest = Array(rest[(end + 4 + size)...])
    }
    throw Unreadable()
  }

  private static func place(of wanted: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= wanted.count else { return nil }
    return (0...(bytes.count - wanted.count)).first {
      bytes[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }
}

/// What gzip packed; nil when it is not whole.
func unpacked(_ bytes: some Sequence<UInt8>) -> [UInt8]? {
  var input = Array(bytes)
  var output: [UInt8] = []
  var room = [UInt8](repeating: 0, count: 1 << 16)
  var stream = z_stream()
  return withUnsafeMutablePointer(to: &stream) { stream in
    guard keten_inflate_init(stream) == Z_OK else { return nil }
    defer { inflateEnd(stream) }
    return input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      while true {
        let status = room.withUnsafeMutableBufferPointer { room in
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          return inflate(stream, Z_NO_FLUSH)
        }
        output += room[..<(room.count - Int(stream.pointee.avail_out))]
        if status == Z_STREAM_END { return stream.pointee.avail_in == 0 ? output : nil }
        guard status == Z_OK else { return nil }
      }
    }
  }
}
