import Foundation
import HTTPTypes
import Hummingbird
import InformationModel
import Logging
import NIOCore
import Publication
import TestSupport
import Website

/// Asks pages through the router, without a connection.
struct RouterClient {
  struct Answer {
    let status: Int
    let headers: HTTPFields
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
      HTTPField.Name(name).flatMap { headers[$0] }
    }
  }

  private struct Source: RequestContextSource { let logger: Logger }

  private struct Collector: ResponseBodyWriter {
    final class Sink: @unchecked Sendable { var data = Data() }  // used by one task at a time
    let sink: Sink
    mutating func write(_ buffer: ByteBuffer) async throws {
      sink.data.append(contentsOf: buffer.readableBytesView)
    }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }

  private let responder: RouterResponder<WebsiteContext>
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Without `now` all moments of the tests have passed.
  init(
    _ folder: URL, lookingEvery interval: Duration = .seconds(1),
    now: @escaping @Sendable () -> Moment = { Moment(secondsSinceEpoch: 4_102_444_800) },
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  ) throws {
    responder = try Website.makeRouter(
      store: PublicationStore(directory: folder), lookingEvery: interval, now: now,
      logger: logger
    ).buildResponder()
  }

  func get(
    _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: String = ""
  ) async throws -> Answer {
    let head = HTTPRequest(
      method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers)
    let response = try await responder.respond(
      to: Request(head: head, body: .init(buffer: ByteBuffer(string: body))),
      context: WebsiteContext(withoutConnection: Source(logger: logger)))
    let sink = Collector.Sink()
    try await response.body.write(Collector(sink: sink))
    return Answer(status: response.status.code, headers: response.headers, body: sink.data)
  }
}

/// A folder with the mock release, removed afterwards.
func withMockSite(_ body: (RouterClient) async throws -> Void) async throws {
  try await withPublications { folder in
    _ = try MockRelease.release(into: folder)
    try await body(RouterClient(folder))
  }
}

/// A folder that is not there yet, removed afterwards.
func withPublications(_ body: (URL) async throws -> Void) async throws {
  let folder = try TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  try await body(folder.url.appending(path: "publications"))
}
