import Hummingbird
import Logging
import Publication

/// The public website: pages and open data of the current release, and nothing else.
package enum Website {
  /// The website as a server.
  ///
  /// A newer release appears without a restart.
  /// - Parameters:
  ///   - store: where releases are read from.
  ///   - host: the address to listen on.
  ///   - port: the port to listen on.
  ///   - publicAddress: how readers reach it, for addresses in answers; by the name that they ask for when nil.
  ///   - logger: where troubles are written.
  /// - Returns: an application; call `runService()` on it.
  /// - Throws: `WebsiteError` when the website's own files are absent.
  package static func makeApplication(
    store: PublicationStore, host: String, port: Int, publicAddress: String? = nil,
    logger: Logger = Logger(label: "keten.website")
  ) throws -> some ApplicationProtocol {
    try Application(
      router: makeRouter(store: store, publicAddress: publicAddress, logger: logger),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      logger: logger)
  }

  /// The website's routes, for a server with more routes or for asking pages without a connection.
  /// - Parameters:
  ///   - store: where releases are read from.
  ///   - interval: how long a release is shown before the website looks whether there is a newer one.
  ///   - publicAddress: how readers reach it; by the name that they ask for when nil.
  ///   - logger: where troubles are written.
  /// - Returns: a router; routes that are added to it get the website's headers and error pages.
  /// - Throws: `WebsiteError` when the website's own files are absent.
  package static func makeRouter(
    store: PublicationStore, lookingEvery interval: Duration = .seconds(1),
    publicAddress: String? = nil,
    logger: Logger = Logger(label: "keten.website")
  ) throws -> Router<WebsiteContext> {
    let templates = try TemplateLibrary()
    let router = Router(
      context: WebsiteContext.self, options: [.autoGenerateHeadEndpoints])
    let pages = PageRoutes(templates: templates)
    router.add(
      middleware: ResponseRules(
        current: CurrentSite(store: store, interval: interval), pages: pages, logger: logger))
    router.add(middleware: OpenDataRoutes(publicAddress: publicAddress))
    pages.add(to: router)
    DataRoutes().add(to: router)
    AssetRoutes(templates: templates).add(to: router)
    return router
  }
}
