import Hummingbird
import Logging
import NIOCore
import Publication
import Synchronization

/// What goes with a request. It can be made without a connection, so that tests and other programs
/// can ask pages directly.
package struct WebsiteContext: RequestContext {
  /// Logger and parameters of the request.
  package var coreContext: CoreRequestContextStorage
  /// What was shown when the request came in; all of the answer comes from it, also when a newer
  /// release appears meanwhile.
  var shown: Result<Site?, PublicationError> = .success(nil)

  /// On which the answer goes; nil when there is none.
  private let connection: (any Channel)?
  /// How the answer is asked for, and whether the address itself says so.
  var form = Form.page
  var isFormGiven = false
  /// How readers reach the release that is shown: scheme, host and what stands before its addresses; nil when the name that they ask
  /// for is none.
  var base: String?

  /// Where the answer says whether it stays the same as long as the release is shown; nil when nobody asks.
  var lasting: LastingMark?

  /// Made by the server for each request.
  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    connection = source.channel
  }

  /// Made by anyone who has a logger.
  package init(withoutConnection source: some RequestContextSource) {
    coreContext = .init(source: source)
    connection = nil
  }

  /// Who asks; nil without a connection.
  var peer: ClientAddress? { connection.flatMap { ClientAddress(of: $0) } }

  /// The name by which logs and the reader know the answer; nil without a connection.
  var requestID: String? { logger[metadataKey: "hb.request.id"]?.description }

  /// How readers reach the installation, whatever release they ask for; empty when the name that they ask for is none.
  var installation: String {
    let prefix = ((try? shown.get()) ?? nil)?.prefix ?? ""
    return base.map { String($0.dropLast(prefix.count)) } ?? ""
  }

  /// Answers from an earlier release, with its addresses.
  mutating func show(_ site: Site) {
    shown = .success(site)
    base = base.map { $0 + site.prefix }
  }

  /// Does work that is cancelled when the client closes its connection before the end of it.
  func whileAwaited<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    guard let connection else { return try await work() }
    let known = try? await connection.eventLoop.submit {
      try connection.pipeline.syncOperations.handler(type: ConnectionGuard.self).presence
    }.get()
    let presence = known ?? ClientPresence()
    if !connection.isActive { presence.end() }
    return try await presence.during(work)
  }

  /// The site of this request.
  ///
  /// - Throws: the trouble with the release, or the answer that there is none yet.
  func site() throws -> Site {
    guard let site = try shown.get() else { throw HTTPError(.serviceUnavailable) }
    return site
  }
}

/// What an answer leaves for whoever keeps answers.
final class LastingMark: Sendable {
  private let mark = Atomic(false)

  var isSet: Bool { mark.load(ordering: .relaxed) }

  func set() { mark.store(true, ordering: .relaxed) }
}
