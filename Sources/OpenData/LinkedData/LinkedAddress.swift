import InformationModel

/// The addresses of the things that graphs tell of; each leads to a page for people and, by what is asked for, to a graph.
struct LinkedAddress: Sendable {
  /// Of the installation: scheme and host, no slash at the end.
  let base: String

  var catalogue: String { base + "/catalog" }
  func page(_ slug: String) -> String { base + "/tabellen/" + PercentEncoding.encoded(slug) }
  /// The figures themselves, told apart from the page about them.
  func dataset(_ slug: String) -> String { page(slug) + "#dataset" }
  func file(_ id: String, _ suffix: String) -> String {
    base + "/download/" + PercentEncoding.encoded(id) + suffix
  }
  func schemePage(_ id: String) -> String { base + "/begrippen/" + PercentEncoding.encoded(id) }
  func concept(_ code: String, in scheme: String) -> String {
    schemePage(scheme) + "/" + PercentEncoding.encodedName(code)
  }
  func classification(_ scheme: String) -> String {
    base + "/classificaties/" + PercentEncoding.encoded(scheme)
  }

}
