import HTTPTypes
import InformationModel
import Publication

/// What readers see when an address does not lead to a page.
struct ErrorPage: PageContent {
  static let template = "error"

  let title: String
  let summary: String
  let suggestions: [Link]
  let hasSuggestions: Bool
  let ways: [Link]
  let hasWays: Bool

  /// - Parameters:
  ///   - status: why there is no page.
  ///   - path: the address as asked.
  ///   - site: what is shown; nil when there is nothing to lead to.
  ///   - lastVersion: where a thing that is gone can still be read.
  ///   - language: the language of the address.
  init(
    _ status: HTTPResponse.Status, path: String, site: Site?, lastVersion: String? = nil,
    _ language: Language
  ) {
    let words = InterfaceText(language)
    (title, summary) =
      switch status {
      case .notFound: (words.notFound, words.notFoundText)
      case .gone: (words.gone, words.goneText)
      case .methodNotAllowed: (words.methodNotAllowed, words.methodText)
      case .serviceUnavailable: (words.nothingYet, words.nothingYetText)
      case _ where status.kind == .clientError: (words.badRequest, words.badRequestText)
      default: (words.failure, words.failureText)
      }
    suggestions = status == .notFound ? Self.suggestions(for: path, in: site, language) : []
    hasSuggestions = !suggestions.isEmpty
    hasWays = site != nil
    ways =
      (lastVersion.map { [Link(href: $0, label: words.lastVersion)] } ?? [])
      + Link.mainEntries(language)
  }

  /// At most five pages that the words of the address lead to.
  private static func suggestions(
    for path: String, in site: Site?, _ language: Language
  ) -> [Link] {
    guard let last = path.split(separator: "/").last,
      let question = Query.decoded(last, plusIsBlank: true), question.count >= 3,
      // Without suggestions the page still says what it has to say.
      let answer = try? site?.results(for: question, language: language, limit: 5)
    else { return [] }
    return answer.results.map { Link(href: $0.address, label: $0.title) }
  }
}
