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
  ///   - language: the language of the address.
  init(_ status: HTTPResponse.Status, path: String, site: Site?, _ language: Language) {
    let words = InterfaceText(language)
    (title, summary) =
      switch status {
      case .notFound: (words.notFound, words.notFoundText)
      case .methodNotAllowed: (words.methodNotAllowed, words.methodText)
      case .serviceUnavailable: (words.nothingYet, words.nothingYetText)
      case _ where status.kind == .clientError: (words.badRequest, words.badRequestText)
      default: (words.failure, words.failureText)
      }
    suggestions =
      status == .notFound
      ? site.map { Suggestions(site: $0, language: language).links(for: path) } ?? [] : []
    hasSuggestions = !suggestions.isEmpty
    hasWays = site != nil
    ways = [
      Link(href: Address.home(language), label: words.home),
      Link(href: Address.tables(language), label: words.allTables),
      Link(href: Address.concepts(language), label: words.allConcepts),
    ]
  }
}

/// Finds what a reader may have meant by an address that does not exist.
struct Suggestions {
  let site: Site
  let language: Language

  /// At most five pages whose name is near the last part of the address, nearest first.
  func links(for path: String) -> [Link] {
    guard let last = path.split(separator: "/").last,
      let wanted = Query.decoded(last, plusIsBlank: true)
    else { return [] }
    let word = Self.folded(String(wanted.prefix(60)))
    guard word.count >= 3 else { return [] }
    let candidates =
      site.tables.map { table in
        (
          names: [table.description.slug, table.description.id, table.description.title[language]],
          link: Link(
            href: Address.table(table.description.slug, language),
            label: table.description.title[language])
        )
      }
      + site.release.schemes.map { scheme in
        (
          names: [scheme.id, scheme.name[language]],
          link: Link(href: Address.scheme(scheme.id, language), label: scheme.name[language])
        )
      }
    return candidates.compactMap { candidate -> (Int, Link)? in
      let score = candidate.names.map { Self.distance(word, Self.folded($0)) }.min() ?? .max
      return score <= max(2, word.count / 2) ? (score, candidate.link) : nil
    }.sorted { $0.0 < $1.0 }.prefix(5).map(\.1)
  }

  private static func folded(_ text: String) -> [Character] {
    text.lowercased().filter { $0.isLetter || $0.isNumber }.map { $0 }
  }

  /// Edit distance; 1 when one name holds the other.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    if left == right { return 0 }
    let (short, long) = left.count < right.count ? (left, right) : (right, left)
    if short.count >= 4, String(long).contains(String(short)) { return 1 }
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let cost = min(
          row[column] + 1, row[column + 1] + 1, diagonal + (character == other ? 0 : 1))
        diagonal = row[column + 1]
        row[column + 1] = cost
      }
    }
    return row[right.count]
  }
}
