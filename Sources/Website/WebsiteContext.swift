import Hummingbird
import Publication

/// What goes with a request. It can be made without a connection, so that tests and other programs
/// can ask pages directly.
package struct WebsiteContext: RequestContext {
  /// Logger and parameters of the request.
  package var coreContext: CoreRequestContextStorage
  /// What was shown when the request came in; all of the answer comes from it, also when a newer
  /// release appears meanwhile.
  var shown: Result<Site?, PublicationError> = .success(nil)

  /// Made by the server for each request.
  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }

  /// Made by anyone who has a logger.
  package init(withoutConnection source: some RequestContextSource) {
    coreContext = .init(source: source)
  }

  /// The site of this request.
  ///
  /// - Throws: the trouble with the release, or the answer that there is none yet.
  func site() throws -> Site {
    guard let site = try shown.get() else { throw HTTPError(.serviceUnavailable) }
    return site
  }
}
