import Hummingbird
import OpenData

/// A question of OData 4 about an earlier version: `/odata/v1/STRAFRECHT/I01@202401100000/Observations`, or `?$version=202401100000`.
struct VersionedQuestion {
  /// The first part of the address.
  let root = "odata"
  /// What it is called; nil when the address names two.
  let version: String?
  /// The same question about whichever release is shown.
  let parts: [String]
  let query: String?

  private static let option = "$version"

  /// Nil for any other address.
  init?(_ request: Request, _ parts: [String]) {
    let names = parts.map { Query.decoded($0, plusIsBlank: false) ?? $0 }
    guard names.count > 1, names[0].lowercased() == root, names[1].lowercased() == "v1" else {
      return nil
    }
    var parts = parts
    var versions: Set<String> = []
    // Behind the catalogue and the table; the key of a catalogue's set may hold such a sign too.
    if names.count > 3, let sign = names[3].firstIndex(where: { "@(".contains($0) }),
      names[3][sign] == "@"
    {
      versions.insert(String(names[3][names[3].index(after: sign)...]))
      parts[3] = PercentEncoding.encoded(String(names[3][..<sign]))
    }
    var kept: [Substring] = []
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard Query.decoded(sides[0], plusIsBlank: true)?.lowercased() == Self.option else {
        kept.append(pair)
        continue
      }
      let value = sides.count > 1 ? sides[1] : ""
      versions.insert(Query.decoded(value, plusIsBlank: true) ?? String(value))
    }
    guard let version = versions.first else { return nil }
    self.version = versions.count == 1 ? version : nil
    self.parts = parts
    query = kept.isEmpty ? nil : kept.joined(separator: "&")
  }
}
