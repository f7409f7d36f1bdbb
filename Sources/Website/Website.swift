import Foundation
import Hummingbird
import HummingbirdCore
import InformationModel
import Logging
import NIOCore
import OpenData
import Publication

/// The public website: pages and open data of the current release, and nothing else.
package enum Website {
  /// The website as a server.
  ///
  /// A newer release appears without a restart.
  /// - Parameters:
  ///   - store: where releases are read from.
  ///   - settings: where it listens and what it takes.
  ///   - logger: where troubles are written, and requests when the settings say so.
  ///   - onListening: told of the port when readers can come.
  /// - Returns: an application; call `runService()` on it.
  /// - Throws: `WebsiteError` when the website's own files are absent, or those of a certificate.
  package static func makeApplication(
    store: PublicationStore, settings: ServerSettings,
    logger: Logger = Logger(label: "keten.website"),
    onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> some ApplicationProtocol {
    let store = store.seen(at: Moment.present)
    let current = CurrentSite(store: store, interval: .seconds(1))
    let connections = OpenConnections(perClient: settings.connectionsPerClient)
    let metrics = ServerMetrics()
    let requestLogger = settings.logsRequests ? logger : nil
    let (router, rules) = try makeRouter(
      current: current, store: store, now: Moment.present, settings: settings, logger: logger)
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: ServerSettings.longestHead, maxHeaderListSize: ServerSettings.longestHead,
      maxHeaderFieldCount: ServerSettings.mostHeaders)
    let server = HTTPServerBuilder.http1(
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [
          ConnectionGuard(
            settings: settings, connections: connections, metrics: metrics, logger: requestLogger,
            rules: rules)
        ],
        idleTimeout: .seconds(Int64(settings.headSeconds)), httpDecoderConfiguration: decoder))
    var application = try Application(
      router: router, server: settings.certificate?.securing(server) ?? server,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: connections.limited(to: settings.connections)),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? settings.port) },
      logger: logger)
    if let port = settings.metricsPort {
      application.addServices(
        Application(
          router: MetricsRoutes(metrics: metrics, connections: connections, current: current)
            .makeRouter(),
          server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60))),
          configuration: ApplicationConfiguration(
            address: .hostname(settings.metricsHost, port: port)),
          logger: logger))
    }
    return application
  }

  /// The website's routes, for a server with more routes or for asking pages without a connection.
  /// - Parameters:
  ///   - store: where releases are read from.
  ///   - interval: how long a release is shown before the website looks whether there is a newer one.
  ///   - publicAddress: how readers reach it; by the name that they ask for when nil.
  ///   - now: tells the time, before which nothing of a planned release is seen.
  ///   - logger: where troubles are written.
  /// - Returns: a router; routes that are added to it get the website's headers and error pages.
  /// - Throws: `WebsiteError` when the website's own files are absent.
  package static func makeRouter(
    store: PublicationStore, lookingEvery interval: Duration = .seconds(1),
    publicAddress: String? = nil, now: @escaping @Sendable () -> Moment = Moment.present,
    logger: Logger = Logger(label: "keten.website")
  ) throws -> Router<WebsiteContext> {
    // Whatever store is given: readers see nothing before its moment.
    let store = store.seen(at: now)
    var settings = ServerSettings(host: "", port: 0)
    settings.publicAddress = publicAddress
    return try makeRouter(
      current: CurrentSite(store: store, interval: interval), store: store, now: now,
      settings: settings, logger: logger
    ).router
  }

  private static func makeRouter(
    current: CurrentSite, store: PublicationStore, now: @escaping @Sendable () -> Moment,
    settings: ServerSettings, logger: Logger
  ) throws -> (router: Router<WebsiteContext>, rules: ResponseRules) {
    let history = History(
      store: store, interval: current.interval, keptSites: settings.earlierReleases,
      logger: logger)
    let templates = try TemplateLibrary()
    let pages = PageRoutes(templates: templates, history: history, now: now)
    let rate = RequestRate(perSecond: settings.requestsPerSecond, burst: settings.burst)
    let limit = rate.map { PxService.CallLimit(calls: $0.burst, seconds: $0.window) } ?? .none
    func add(to router: Router<WebsiteContext>) {
      router.add(middleware: OpenDataRoutes(history: history, limit: limit, now: now))
      HealthRoutes().add(to: router)
      pages.add(to: router)
      NewsRoutes(history: history, now: now).add(to: router)
      DataRoutes().add(to: router)
      AssetRoutes(templates: templates).add(to: router)
    }
    let options: RouterOptions = [.autoGenerateHeadEndpoints]
    let inner = Router(context: WebsiteContext.self, options: options)
    add(to: inner)
    let router = Router(context: WebsiteContext.self, options: options)
    let rules = ResponseRules(
      current: current, pages: pages, rate: rate, settings: settings, logger: logger)
    router.add(middleware: rules)
    router.add(middleware: AnswerPacking())
    router.add(
      middleware: VersionAndForm(
        history: history,
        address: PublicAddress(
          configured: settings.publicAddress,
          scheme: settings.certificate == nil ? "http" : "https"),
        site: inner.buildResponder()))
    add(to: router)
    return (router, rules)
  }
}

extension Moment {
  /// The moment at which it is asked for.
  @Sendable package static func present() -> Moment {
    Moment(secondsSinceEpoch: Int64(Date.now.timeIntervalSince1970))
  }
}
