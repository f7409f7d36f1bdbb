import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Stands in each connection between HTTP and the website: ends what takes too long or too much, says
/// in words what cannot be read, and counts.
///
/// How long a head may take is not its work: the server closes a connection by itself when no whole
/// head comes in time. All of it runs in the event loop of the connection.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// A request whose answer is not complete.
  private struct Asked {
    let method: HTTPRequest.Method
    let kind: RouteKind
    let began = NIODeadline.now()
    var status = 0
    var bytes = 0
    var request: String?
    /// The answer to HEAD whose length is not known: nothing may follow its head.
    var endsWithHead = false
  }

  /// How long what was refused is still read: a client that is cut off while it sends never sees why.
  private static let parting = TimeAmount.seconds(1)

  /// Of the client at the other end.
  let presence = ClientPresence()

  private let settings: ServerSettings
  private let connections: OpenConnections
  private let metrics: ServerMetrics
  private let logger: Logger?
  private let rules: ResponseRules

  private var client: ClientAddress?
  private var asked = CircularBuffer<Asked>(initialCapacity: 2)
  private var isReadingBody = false
  private var bodyBytes = 0
  private var bodyLimit: Scheduled<Void>?
  private var stallLimit: Scheduled<Void>?
  /// Said when the answers before it are complete.
  private var refusal: Refusal?
  private var closesAfterAnswers = false
  private var isStopping = false
  private var isParting = false

  /// - Parameters:
  ///   - settings: what is too long and too much.
  ///   - connections: those of all clients.
  ///   - metrics: where answers are counted.
  ///   - logger: gets a line for each request; nobody does when nil.
  ///   - rules: give answers that were given before.
  init(
    settings: ServerSettings, connections: OpenConnections, metrics: ServerMetrics, logger: Logger?,
    rules: ResponseRules
  ) {
    self.settings = settings
    self.connections = connections
    self.metrics = metrics
    self.logger = logger
    self.rules = rules
  }

  // MARK: - The connection

  func handlerAdded(context: ChannelHandlerContext) {
    do {
      try HeadCheck.add(to: context.pipeline.syncOperations)
    } catch {
      // Unchecked, nothing is read.
      context.close(promise: nil)
    }
    if context.channel.isActive { admit(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    do {
      // Now that the server has its part in the connection.
      try KeptAnswerHandler.add(
        to: context.pipeline.syncOperations, rules: rules,
        client: ClientAddress(of: context.channel))
    } catch {
      context.close(promise: nil)
    }
    context.fireChannelActive()
    admit(context)
  }

  private func admit(_ context: ChannelHandlerContext) {
    // Behind a proxy all connections are the proxy's.
    guard client == nil, settings.trustedHeader == nil,
      let address = ClientAddress(of: context.channel), !address.isLoopback
    else { return }
    if connections.open(address) {
      client = address
    } else {
      metrics.recordTurnedAway()
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    presence.end()
    if let client { connections.close(client) }
    client = nil
    bodyLimit?.cancel()
    stallLimit?.cancel()
    if let first = asked.first {
      metrics.recordBrokenOff()
      log(first, milliseconds: Self.milliseconds(since: first.began), isWhole: false)
      asked.removeAll()
    }
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stallLimit?.cancel()
    stallLimit = nil
    if !context.channel.isWritable {
      stallLimit = close(context.channel, after: .seconds(Int64(settings.stallSeconds)))
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      isStopping = true
      let limit = TimeAmount.seconds(Int64(settings.stopSeconds))
      close(context.channel, after: limit)
      close(context.channel, after: limit + Self.parting)
    } else if event as? ChannelEvent == .inputClosed {
      presence.end()
    } else if event as? ChannelEvent == .outputClosed {
      close(context.channel, after: Self.parting)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    // What was answered last may not have left yet.
    if mode == .all, isStopping, !isParting {
      part(context)
      promise?.succeed()
    } else {
      context.close(mode: mode, promise: promise)
    }
  }

  @discardableResult
  private func close(_ channel: any Channel, after time: TimeAmount) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }

  // MARK: - Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isParting, refusal == nil else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      asked.append(Asked(method: head.method, kind: RouteKind(target: head.path ?? "")))
      isReadingBody = true
      bodyBytes = 0
    case .body(let bytes):
      // What is too long was told so already, by whoever reads it; the rest of it goes nowhere.
      if bodyBytes > ServerSettings.longestBody { return }
      bodyBytes += bytes.readableBytes
      if bodyBytes > ServerSettings.longestBody {
        closesAfterAnswers = true
        if asked.isEmpty { part(context) }
      }
    case .end:
      isReadingBody = false
      bodyLimit?.cancel()
      bodyLimit = nil
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if isReadingBody, bodyLimit == nil {
      bodyLimit = close(context.channel, after: .seconds(Int64(settings.bodySeconds)))
    }
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // After the first error of the parser each further byte is one more.
    guard !isParting, refusal == nil else { return }
    // What follows the request that was to be the last is not for anybody to read (RFC 9112, 9.6).
    if case HTTPParserError.closedConnection = error { return }
    guard !isReadingBody, let refused = Self.refusal(for: error) else {
      context.fireErrorCaught(error)
      return
    }
    refusal = refused
    if asked.isEmpty { refuse(context) }
  }

  private static func refusal(for error: any Error) -> Refusal? {
    switch error {
    case let refusal as Refusal: refusal
    case HTTPParserError.invalidEOFState: nil
    case is HTTPParserError: .unreadable
    default: nil
    }
  }

  // MARK: - Answers

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    guard !isParting, !asked.isEmpty else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    let first = asked.startIndex
    switch unwrapOutboundIn(data) {
    case .head(var head):
      // The length of a body that was left out before it was made; no answer of the website is empty.
      if asked[first].method == .head, head.status == .ok, head.headerFields[.contentLength] == "0"
      {
        head.headerFields[.contentLength] = nil
      }
      if head.status.kind != .informational {
        asked[first].status = head.status.code
        asked[first].request = head.headerFields[.requestID]
        asked[first].endsWithHead =
          asked[first].method == .head && head.headerFields[.contentLength] == nil
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body(let bytes):
      asked[first].bytes += bytes.readableBytes
      context.write(data, promise: promise)
    case .end:
      let answered = asked.removeFirst()
      if answered.endsWithHead {
        // The end of a body of unknown length is itself a few bytes, which would be read as the
        // beginning of the next answer.
        context.flush()
        promise?.succeed()
      } else {
        context.write(data, promise: promise)
      }
      record(answered)
      if asked.isEmpty {
        if refusal != nil {
          refuse(context)
        } else if closesAfterAnswers {
          context.flush()
          part(context)
        }
      }
    }
  }

  private func record(_ answered: Asked) {
    let elapsed = NIODeadline.now() - answered.began
    metrics.record(
      ServerMetrics.Answered(
        kind: answered.kind, status: answered.status, bytes: answered.bytes,
        seconds: Double(elapsed.nanoseconds) / 1e9))
    log(answered, milliseconds: Self.milliseconds(since: answered.began), isWhole: true)
  }

  private static func milliseconds(since began: NIODeadline) -> Double {
    (Double((NIODeadline.now() - began).nanoseconds) / 1e4).rounded() / 100
  }

  /// No address beyond its kind, nor anything else by which a reader could be known.
  private func log(_ answered: Asked, milliseconds: Double, isWhole: Bool) {
    guard let logger else { return }
    var metadata: Logger.Metadata = [
      "method": .string(answered.method.rawValue), "route": .string(answered.kind.rawValue),
      "status": .stringConvertible(answered.status), "bytes": .stringConvertible(answered.bytes),
      "milliseconds": .stringConvertible(milliseconds),
    ]
    if let request = answered.request { metadata["request"] = .string(request) }
    logger.info(isWhole ? "answered" : "broken off", metadata: metadata)
  }

  // MARK: - The end

  private func refuse(_ context: ChannelHandlerContext) {
    guard let refusal else { return }
    let body = ByteBuffer(string: refusal.text)
    let head = HTTPResponse(
      status: refusal.status,
      headerFields: [
        .contentType: "text/plain; charset=utf-8", .contentLength: "\(body.readableBytes)",
        .cacheControl: "no-store", .connection: "close", .xContentTypeOptions: "nosniff",
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    var answered = Asked(method: .get, kind: .refused)
    answered.status = refusal.status.code
    answered.bytes = body.readableBytes
    record(answered)
    part(context)
  }

  /// Says behind the last answer that nothing more follows, and goes on reading for a moment.
  private func part(_ context: ChannelHandlerContext) {
    isParting = true
    close(context.channel, after: .seconds(Int64(settings.stallSeconds)))
    context.close(mode: .output, promise: nil)
  }
}
