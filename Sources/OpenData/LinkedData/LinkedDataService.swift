import InformationModel
import Publication

/// The release as linked data: the catalogue, where its tables come from, its concepts and classifications.
package struct LinkedDataService: Sendable {
  private let release: PublishedRelease
  private let tables: [PublishedTable]

  package init(_ release: PublishedRelease, tables: [PublishedTable]) {
    self.release = release
    self.tables = tables
  }

  /// What a graph may be about.
  package enum Subject: Sendable {
    case catalogue
    /// By its place in addresses.
    case table(String)
    case allConcepts
    case scheme(String)
    case concept(String, scheme: String)
    case classification(String)
  }

  /// The graph as bytes; nil when the release does not have the subject.
  ///
  /// `base` is how readers reach the installation: scheme and host, no slash at the end. `published` is from when the release is seen; nil
  /// when it was seen at once.
  package func bytes(
    of subject: Subject, as serialisation: RDFSerialisation, base: String,
    published: Moment? = nil
  ) -> [UInt8]? {
    graph(of: subject, LinkedAddress(base: base), published)?.bytes(serialisation)
  }

  private func graph(
    of subject: Subject, _ address: LinkedAddress, _ published: Moment?
  ) -> RDFGraph? {
    let concepts = ConceptGraph(chain: release.chain, address: address)
    let catalogue = CatalogueGraph(
      release: release, tables: tables, address: address, published: published)
    switch subject {
    case .catalogue: return catalogue.graph
    case .table(let slug):
      return tables.first { $0.description.slug == slug }.map(catalogue.graph)
    case .allConcepts: return concepts.graph(of: release.schemes)
    case .scheme(let id): return release.scheme(id).map { concepts.graph(of: [$0]) }
    case .concept(let code, let id):
      guard let scheme = release.scheme(id), let concept = scheme.concept(code) else { return nil }
      return concepts.graph(of: concept, in: scheme)
    case .classification(let id):
      return release.scheme(id).map { scheme in
        ClassificationGraph(
          scheme: scheme, address: address, issued: release.provenance.referenceDate
        ).graph
      }
    }
  }
}
