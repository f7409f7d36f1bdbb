import InformationModel

extension ChainDescription {
  /// The organisations whose deliveries the figures rest on, in the order of the chain; all of them
  /// when no delivery names one.
  package func sources(of provenance: Provenance) -> [Organisation] {
    let named = Set(provenance.deliveries.map(\.organisation))
    let found = organisations.filter { named.contains($0.id) || named.contains($0.code) }
    return found.isEmpty ? organisations : found
  }
}
