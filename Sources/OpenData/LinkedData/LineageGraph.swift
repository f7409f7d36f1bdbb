import InformationModel
import Publication

/// Where a table comes from (PROV-O, W3C 2013): the run that made it, the snapshot and the deliveries that it rests on, the
/// organisations that answer for them.
struct LineageGraph {
  let table: PublishedTable
  let chain: ChainDescription
  let address: LinkedAddress
  let release: String

  var graph: RDFGraph {
    var graph = RDFGraph()
    describe(in: &graph)
    return graph
  }

  func describe(in graph: inout RDFGraph) {
    let provenance = table.provenance
    let subject = address.dataset(table.description.slug)
    let run = address.base + "/over#productie-" + PercentEncoding.encoded(release)
    let snapshot =
      address.base + "/over#momentopname-" + PercentEncoding.encoded(provenance.snapshot)
    let program = address.base + "/over#programma-" + PercentEncoding.encoded(provenance.program)
    let pack =
      address.base + "/over#keten-"
      + PercentEncoding.encoded("\(provenance.pack)-\(provenance.packVersion)")
    let deliveries = provenance.deliveries.map { delivery in
      address.base + "/over#levering-" + PercentEncoding.encoded(delivery.id)
    }
    let sources = chain.sources(of: provenance)
    graph.describe(
      subject, as: ["prov:Entity"],
      ("prov:wasGeneratedBy", [.thing(run)]),
      ("prov:wasDerivedFrom", [.thing(snapshot)] + deliveries.map(RDFTerm.thing)),
      ("prov:wasAttributedTo", sources.map { .thing(Self.agent($0, address)) }))
    graph.describe(
      run, as: ["prov:Activity"],
      (
        "rdfs:label",
        [RDFTerm].both(
          LocalizedText(
            nl: "Productie van uitgave \(release)", en: "Production of release \(release)"))
      ),
      ("prov:used", [.thing(snapshot), .thing(pack)]),
      ("prov:wasAssociatedWith", [.thing(program)]))
    graph.describe(
      program, as: ["prov:SoftwareAgent"], ("rdfs:label", [.text(provenance.program)]))
    graph.describe(
      pack, as: ["prov:Entity"],
      ("rdfs:label", [.text("\(provenance.pack) \(provenance.packVersion)")]))
    graph.describe(
      snapshot, as: ["prov:Entity"],
      ("rdfs:label", [.text(provenance.snapshot)]),
      ("dct:valid", [.date(provenance.referenceDate)]),
      ("prov:wasDerivedFrom", deliveries.map(RDFTerm.thing)))
    for (delivery, place) in zip(provenance.deliveries, deliveries) {
      let organisation = chain.organisations.first {
        $0.id == delivery.organisation || $0.code == delivery.organisation
      }
      graph.describe(
        place, as: ["prov:Entity"],
        ("dct:identifier", [.text(delivery.id)]),
        (
          "rdfs:label",
          [RDFTerm].both(
            LocalizedText(
              nl: "Levering over \(delivery.period)", en: "Delivery about \(delivery.period)"))
        ),
        ("dct:valid", [.date(delivery.referenceDate)]),
        (
          "prov:wasAttributedTo", organisation.map { [.thing(Self.agent($0, address))] } ?? []
        ))
    }
    for organisation in chain.organisations {
      graph.describe(
        Self.agent(organisation, address), as: ["prov:Agent", "foaf:Agent", "foaf:Organization"],
        ("foaf:name", .both(organisation.name)))
    }
  }

  static func agent(_ organisation: Organisation, _ address: LinkedAddress) -> String {
    address.base + "/over#organisatie-" + PercentEncoding.encoded(organisation.id)
  }
}
