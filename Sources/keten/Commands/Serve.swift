import ArgumentParser
import Foundation
import Hummingbird
import Logging
import Publication
import Warehouse
import Website

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The public website and its open data, from the newest release.")

  enum LogForm: String, ExpressibleByArgument {
    case json
  }

  @Argument(help: "The workspace.")
  var workspace: String

  @Option(help: "The port; that of keten.yaml when left out.")
  var port: Int?

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(
    help:
      "How readers reach it, for addresses in answers: https://example.org. By the name that they ask for when left out, which only a test should do."
  )
  var publicAddress: String?

  @Option(help: "Serve HTTPS, with this certificate (PEM, with those that vouch for it).")
  var certificate: String?

  @Option(help: "The private key of the certificate (PEM).")
  var privateKey: String?

  @Option(help: "Open connections of all clients together.")
  var connections = 800

  @Option(help: "Open connections of one client.")
  var connectionsPerClient = 100

  @Option(help: "What one client may ask in the long run, each second; 0 is without limit.")
  var requestsPerSecond = 30

  @Option(help: "What one client may ask at once after a silence.")
  var burst = 300

  @Option(help: "Earlier releases that stay in memory when readers ask for them.")
  var earlierReleases = 3

  @Option(
    help:
      "The header in which a proxy before the server says for whom it asks: x-forwarded-for or forwarded. Only when nobody can reach the server but by that proxy, which writes the header anew or adds to it.",
    transform: { text in
      guard let header = ServerSettings.ForwardingHeader(rawValue: text.lowercased()) else {
        throw ValidationError("--trust-proxy is x-forwarded-for or forwarded")
      }
      return header
    })
  var trustProxy: ServerSettings.ForwardingHeader?

  @Option(help: "Figures about the server for Prometheus, at /metrics of this port.")
  var metricsPort: Int?

  @Option(help: "The address of that port.")
  var metricsHost = "127.0.0.1"

  @Option(help: "A line for each request on standard error, and messages in the same form: json.")
  var log: LogForm?

  func validate() throws {
    for port in [port, metricsPort] { if let port { try checkPort(port) } }
    if let publicAddress {
      guard let address = URL(string: publicAddress), ["http", "https"].contains(address.scheme),
        address.host() != nil, address.path().isEmpty
      else {
        throw ValidationError(
          "--public-address is a scheme and a host, without a slash at the end: https://example.org"
        )
      }
    }
    guard (certificate == nil) == (privateKey == nil) else {
      throw ValidationError("--certificate and --private-key go together")
    }
    guard connections > 0, connectionsPerClient > 0, burst > 0, earlierReleases > 0,
      requestsPerSecond >= 0
    else {
      throw ValidationError(
        "--connections, --connections-per-client, --burst and --earlier-releases are at least 1, --requests-per-second 0"
      )
    }
  }

  func run() async throws {
    let opened = try Workspace.open(location(workspace))
    var settings = ServerSettings(host: host, port: port ?? opened.settings.port)
    settings.publicAddress = publicAddress
    if let certificate, let privateKey {
      settings.certificate = ServerCertificate(
        chain: location(certificate), privateKey: location(privateKey))
    }
    settings.connections = connections
    settings.connectionsPerClient = connectionsPerClient
    settings.requestsPerSecond = requestsPerSecond
    settings.burst = burst
    settings.earlierReleases = earlierReleases
    settings.trustedHeader = trustProxy
    settings.metricsHost = metricsHost
    settings.metricsPort = metricsPort
    settings.logsRequests = log != nil
    let logger =
      log == nil
      ? Logger(label: "keten.website")
      : Logger(label: "keten.website") { _ in JSONLogHandler() }
    try await serve(opened, settings: settings, logger: logger)
  }
}

/// Serves the publications of a workspace until the process is told to stop.
func serve(
  _ workspace: Workspace, settings: ServerSettings,
  logger: Logger = Logger(label: "keten.website")
) async throws {
  try checkPort(settings.port)
  let store = PublicationStore(directory: workspace.publications)
  guard try store.currentID() != nil else {
    throw WorkspaceError("nothing is published yet; give 'keten run' first")
  }
  let scheme = settings.certificate == nil ? "http" : "https"
  let application = try Website.makeApplication(
    store: store, settings: settings, logger: logger
  ) { port in
    let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
    FileHandle.standardOutput.write(Data("\(scheme)://\(host):\(port)\n".utf8))
  }
  try await application.runService()
}
