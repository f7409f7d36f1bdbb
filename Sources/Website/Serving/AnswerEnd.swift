import NIOCore
import NIOHTTP1

/// Where an answer ends: who asks in HTTP/1.0 gets no chunks, which that version does not have, but a length, or else the end of the
/// connection (RFC 9112, 6.1 and 9.3).
///
/// It stands right behind the parser, since what comes after that does not know the version.
final class AnswerEnd: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// A request whose answer has not begun.
  private struct Asked {
    let isOld: Bool
    let isHead: Bool
    let isKeptOpen: Bool
  }

  private var asked = CircularBuffer<Asked>(initialCapacity: 2)
  /// Whether the answer that is written now ends with the connection, though the client would keep it.
  private var endsConnection = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      context.fireChannelRead(data)
      return
    }
    let isKeptOpen = head.isKeepAlive
    asked.append(
      Asked(
        isOld: head.version.major < 2 && head.version != .http1_1, isHead: head.method == .HEAD,
        isKeptOpen: isKeptOpen))
    // In these words the server knows that it is to close the connection.
    if !isKeptOpen { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      context.write(wrapOutboundOut(.head(framed(head))), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      guard endsConnection else {
        context.write(data, promise: promise)
        return
      }
      let written = promise ?? context.eventLoop.makePromise(of: Void.self)
      written.futureResult.whenComplete { [channel = context.channel] _ in
        channel.close(mode: .output, promise: nil)
      }
      context.writeAndFlush(data, promise: written)
    }
  }

  private func framed(_ head: HTTPResponseHead) -> HTTPResponseHead {
    guard head.status.code >= 200, let request = asked.popFirst(), request.isOld else {
      return head
    }
    let hasEnd =
      request.isHead || !head.status.mayHaveResponseBody
      || head.headers.contains(name: "Content-Length")
    endsConnection = request.isKeptOpen && !hasEnd
    var head = head
    head.version = .http1_0
    if !head.headers.contains(name: "Connection") {
      head.headers.add(
        name: "Connection", value: request.isKeptOpen && hasEnd ? "keep-alive" : "close")
    }
    return head
  }
}
