import Hummingbird

/// What goes with a request. It can be made without a connection, so that tests and other programs
/// can ask pages directly.
package struct WebsiteContext: RequestContext {
  /// Logger and parameters of the request.
  package var coreContext: CoreRequestContextStorage

  /// Made by the server for each request.
  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }

  /// Made by anyone who has a logger.
  package init(withoutConnection source: some RequestContextSource) {
    coreContext = .init(source: source)
  }
}
