/// How the website listens, and what it takes from whom.
package struct ServerSettings: Sendable {
  /// The header in which a proxy says for whom it asks.
  package enum ForwardingHeader: String, Sendable, CaseIterable {
    case forwarded
    case xForwardedFor = "x-forwarded-for"
  }

  /// The address to listen on.
  package var host: String
  /// 0 lets the system choose one.
  package var port: Int
  /// How readers reach it, for addresses in answers; by the name that they ask for when nil.
  package var publicAddress: String?
  /// A certificate of its own; plain HTTP when nil.
  package var certificate: ServerCertificate?

  /// Where figures about the server itself are read, which is not for the public.
  package var metricsHost = "127.0.0.1"
  /// Nowhere when nil.
  package var metricsPort: Int?
  /// Whether each request is a line in the log.
  package var logsRequests = false

  /// Open connections of all clients together. Below the 1,024 files that a process may have open by
  /// default.
  package var connections = 800
  /// Open connections of one client.
  package var connectionsPerClient = 100
  /// What one client may ask in the long run; 0 is without limit.
  package var requestsPerSecond = 30
  /// What one client may ask at once after a silence.
  package var burst = 300
  /// Believed when it is given; clients can write these headers too.
  package var trustedHeader: ForwardingHeader?

  /// Earlier releases that stay in memory: each with its tables, its search, and up to 128 MB of pages.
  package var earlierReleases = 3

  /// From one answer, or the beginning, to the whole head of the next request.
  package var headSeconds = 30
  /// From the head of a request to the end of its body.
  package var bodySeconds = 30
  /// While a reader takes nothing of an answer.
  package var stallSeconds = 60
  /// For running answers when the server is told to stop.
  package var stopSeconds = 20

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Whether readers come by HTTPS, to the server itself or to the proxy before it.
  var isSecure: Bool { certificate != nil || publicAddress?.hasPrefix("https://") == true }

  /// Of an address with its parameters, in bytes.
  static let longestTarget = 100_000
  /// Of a request's head as it is read; a little more than twice an address, so that one that is
  /// somewhat too long still gets an answer in the words of the service that was asked.
  static let longestHead = 220_000
  /// Header lines of a request.
  static let mostHeaders = 100
  /// A question with every code of a large table in it.
  static let longestBody = 1 << 20
}
