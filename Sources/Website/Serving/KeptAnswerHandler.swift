import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Gives answers that were given before, in the event loop of the connection: most readers ask what others asked, and the way to the
/// router and back costs more than their answer does.
///
/// It stands behind all that guards, counts and ends connections, and before the server's own way. A request that is not like those before it,
/// or that comes while an answer is still being made, goes on.
final class KeptAnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let rules: ResponseRules
  private let client: ClientAddress?
  /// Requests that went on and have no whole answer yet.
  private var waiting = 0
  /// To the request that is being read.
  private var answer: (head: HTTPResponse, body: ByteBuffer?)?
  private var isUnflushed = false

  private init(rules: ResponseRules, client: ClientAddress?) {
    self.rules = rules
    self.client = client
  }

  /// Puts it where a connection leads to the server.
  ///
  /// - Parameters:
  ///   - pipeline: that of the connection, which is open.
  ///   - rules: what holds for every answer.
  ///   - client: at the other end; nil when nobody knows.
  /// - Throws: `ChannelPipelineError` when the server has no part in the connection.
  static func add(
    to pipeline: ChannelPipeline.SynchronousOperations, rules: ResponseRules,
    client: ClientAddress?
  ) throws {
    let server = try pipeline.context(handlerType: HTTPConnectionStateHandler.self).handler
    try pipeline.addHandler(
      KeptAnswerHandler(rules: rules, client: client), position: .after(server))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      // Who takes nothing of his answers gets no more of them.
      if waiting == 0, context.channel.isWritable {
        answer = rules.keptAnswer(to: head, of: client)
      }
      if answer != nil { return }
      waiting += 1
    case .body: if answer != nil { return }
    case .end:
      if let (head, body) = answer.take() {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        isUnflushed = true
        return
      }
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if isUnflushed {
      isUnflushed = false
      context.flush()
    }
    context.fireChannelReadComplete()
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    if case .end = unwrapOutboundIn(data) { waiting -= 1 }
    context.write(data, promise: promise)
  }
}
