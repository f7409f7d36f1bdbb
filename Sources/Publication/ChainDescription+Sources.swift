import InformationModel

extension ChainDescription {
  /// The organisations whose deliveries the figures rest on, in the order of the chain.
  package func sources(of provenance: Provenance) -> [Organisation] {
    let named = Set(provenance.deliveries.map(\.organisation))
    return organisations.filter { named.contains($0.id) || named.contains($0.code) }
  }
}
