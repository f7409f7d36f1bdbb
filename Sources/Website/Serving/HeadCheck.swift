import NIOCore
import NIOHTTP1

/// What must hold of the head of a request before anybody reads it: it is not too long, and it names its host, once; where the address
/// names the host too, that one counts.
///
/// It stands behind the parser of HTTP/1.1, which says that a head is too long but not what of it; therefore `HeadBytes` stands before
/// the parser. What is wrong goes on as a `Refusal`.
final class HeadCheck: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let bytes: HeadBytes
  private var hasBody = false

  private init(_ bytes: HeadBytes) { self.bytes = bytes }

  /// Puts the check around the parser of a connection.
  ///
  /// - Parameter pipeline: that of the connection.
  /// - Throws: `ChannelPipelineError` when it has no parser of HTTP/1.1.
  static func add(to pipeline: ChannelPipeline.SynchronousOperations) throws {
    let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
    let bytes = HeadBytes()
    try pipeline.addHandler(bytes, position: .before(parser))
    let check = HeadCheck(bytes)
    try pipeline.addHandler(check, position: .after(parser))
    try pipeline.addHandler(AnswerEnd(), position: .after(check))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      hasBody = false
      let hosts = head.headers["Host"].count
      // RFC 9112, 3.2.
      guard hosts == 1 || hosts == 0 && head.version == .http1_0 else {
        context.fireErrorCaught(Refusal.hostUnclear)
        return
      }
      if let target = WholeTarget(head.uri) {
        guard target.isOfWebsite else {
          context.fireErrorCaught(Refusal.targetElsewhere)
          return
        }
        head.uri = target.rest
        head.headers.replaceOrAdd(name: "Host", value: target.host)
        context.fireChannelRead(wrapInboundOut(.head(head)))
        return
      }
    case .body: hasBody = true
    case .end: bytes.requestEnded(withBody: hasBody)
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let isOverflow = error as? HTTPParserError == .headerOverflow
    context.fireErrorCaught(isOverflow ? bytes.overflow : error)
  }
}

/// The target of a request with scheme and host in it, as those write it who take the server for a proxy (RFC 9112, 3.2.2).
private struct WholeTarget {
  /// Whether it is an address of HTTP, with a host and without a name of a user (RFC 9110, 4.2).
  let isOfWebsite: Bool
  let host: String
  /// What stands behind the host, as other clients write it.
  let rest: String

  /// Nil for a target without them.
  init?(_ target: String) {
    guard target.utf8.first != UInt8(ascii: "/"), let mark = target.firstRange(of: "://") else {
      return nil
    }
    let name = target[mark.upperBound...]
    let end = name.firstIndex { "/?#".contains($0) } ?? name.endIndex
    host = String(name[..<end])
    isOfWebsite =
      ["http", "https"].contains(target[..<mark.lowerBound].lowercased()) && !host.isEmpty
      && !host.contains("@")
    rest = name[end...].first == "/" ? String(name[end...]) : "/" + name[end...]
  }
}

/// How far the head came that is being read.
private final class HeadBytes: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private enum Ended {
    case notYet
    /// Another request may follow in the same bytes.
    case withoutBody
    /// Nobody sends another request before the answer (RFC 9112, 9.3.2).
    case withBody
  }

  /// Bytes since the request began.
  private var count = 0
  /// Whether its first line had come in full before the bytes that the parser has now.
  private var hasRequestLine = false
  /// What became, in those bytes, of the request before it.
  private var ended = Ended.notYet

  func requestEnded(withBody hasBody: Bool) { ended = hasBody ? .withBody : .withoutBody }

  /// What the parser found too long.
  var overflow: Refusal {
    // Fewer bytes than a head may have: there are too many lines.
    guard case .notYet = ended, count > ServerSettings.longestHead else { return .headTooLong }
    return hasRequestLine ? .headTooLong : .targetTooLong
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data).readableBytesView[...]
    count += bytes.count
    context.fireChannelRead(data)
    switch ended {
    case .notYet: begin(bytes)
    case .withoutBody: restart(bytes[bytes.placeBehindEmptyLine...])
    case .withBody: restart([])
    }
    ended = .notYet
  }

  private func restart(_ bytes: ByteBufferView.SubSequence) {
    count = bytes.count
    hasRequestLine = false
    begin(bytes)
  }

  private func begin(_ bytes: ByteBufferView.SubSequence) {
    guard !hasRequestLine else { return }
    // Empty lines may stand before a request (RFC 9112, 2.2).
    let isFirst = count == bytes.count
    let text = isFirst ? bytes.drop { $0 == .lineFeed || $0 == .carriageReturn } : bytes
    if isFirst { count = text.count }
    hasRequestLine = text.contains(.lineFeed)
  }
}

extension ByteBufferView {
  /// Behind the last line of nothing; the end when there is none.
  fileprivate var placeBehindEmptyLine: Index {
    var end = endIndex
    while let last = self[..<end].lastIndex(of: .lineFeed) {
      let before = self[..<last]
      if before.last == .lineFeed || before.suffix(2).elementsEqual([.lineFeed, .carriageReturn]) {
        return last + 1
      }
      end = last
    }
    return endIndex
  }
}

extension UInt8 {
  fileprivate static let lineFeed = UInt8(ascii: "\n")
  fileprivate static let carriageReturn = UInt8(ascii: "\r")
}
