import Glibc
import NIOCore

/// Who asks, as far as limits need to know it: an IPv4 address, or the 64 bits of an IPv6 address
/// that one subscriber has.
struct ClientAddress: Hashable, Sendable {
  private let network: UInt64
  private let isVersion4: Bool
  /// Whether it is this machine itself: a proxy on it, or a program that looks after it.
  let isLoopback: Bool

  /// Reads an address as proxies write it: with or without a port, an IPv6 address in brackets or
  /// not; nil for a name or anything else.
  init?(_ text: some StringProtocol) {
    let text = String(text).filter { $0 != "\"" && $0 != " " && $0 != "\t" }
    var address = text
    if text.hasPrefix("[") {
      address = String(text.dropFirst().prefix { $0 != "]" })
    } else if text.count(where: { $0 == ":" }) == 1 {
      address = String(text.prefix { $0 != ":" })
    }
    guard
      let bytes = Self.bytes(of: address, AF_INET, count: 4)
        ?? Self.bytes(of: address, AF_INET6, count: 16)
    else { return nil }
    // An IPv6 address may stand for an IPv4 client of a socket that takes both.
    let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
    if bytes.count == 4 || isMapped {
      network = Self.number(bytes.suffix(4))
      isVersion4 = true
      isLoopback = network >> 24 == 127
    } else {
      network = Self.number(bytes.prefix(8))
      isVersion4 = false
      isLoopback = network == 0 && Self.number(bytes.suffix(8)) == 1
    }
  }

  /// The other end of a connection; nil when it has no address of the Internet.
  init?(of connection: any Channel) {
    guard let address = connection.remoteAddress?.ipAddress else { return nil }
    self.init(address)
  }

  /// Whom the last proxy asks for: what stands last was written by the proxy that is trusted, all
  /// before it by anyone.
  ///
  /// - Parameters:
  ///   - header: the header that the proxy writes.
  ///   - values: its lines in the request.
  init?(_ header: ServerSettings.ForwardingHeader, in values: [String]) {
    guard let last = values.last?.split(separator: ",").last else { return nil }
    switch header {
    case .xForwardedFor: self.init(last)
    case .forwarded:
      let pairs = last.split(separator: ";").map { pair in pair.drop { $0 == " " || $0 == "\t" } }
      guard let pair = pairs.first(where: { $0.prefix(4).lowercased() == "for=" }) else {
        return nil
      }
      self.init(pair.dropFirst(4))
    }
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func bytes(of text: String, _ family: Int32, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return inet_pton(family, text, &bytes) == 1 ? bytes : nil
  }
}
