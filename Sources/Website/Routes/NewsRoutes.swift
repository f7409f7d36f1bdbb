import Foundation
import HTTPTypes
import Hummingbird
import InformationModel
import Publication

/// Releases, corrections and what is announced: pages that change without a new release, and their feeds.
struct NewsRoutes: Sendable {
  let history: History
  let now: @Sendable () -> Moment

  func add(to router: Router<WebsiteContext>) {
    for language in Language.allCases {
      router.get(RouterPath(Address.calendarFile(language))) { _, context in
        Self.answer(
          NewsFeeds(site: try context.site(), base: context.base ?? "")
            .calendar(now: now(), language),
          type: "text/calendar; charset=utf-8")
      }
      router.get(RouterPath(Address.feed(language))) { _, context in
        let site = try context.site()
        let entries = try history.entries(including: site.release.id)
        return Self.answer(
          NewsFeeds(site: site, base: context.installation).releases(entries, language),
          type: "application/atom+xml; charset=utf-8")
      }
      router.get(RouterPath(Address.correctionsFeed(language))) { _, context in
        let site = try context.site()
        let corrections = try await history.corrections(including: site.release.id)
        return Self.answer(
          NewsFeeds(site: site, base: context.installation).corrections(corrections, language),
          type: "application/atom+xml; charset=utf-8")
      }
    }
  }

  private static func answer(_ text: String, type: String) -> Response {
    var response = Response(TaggedBytes(Data(text.utf8)), type: type, maximumAge: 300)
    response.headers[.accessControlAllowOrigin] = "*"
    return response
  }
}
