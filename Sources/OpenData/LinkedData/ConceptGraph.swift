import InformationModel
import Publication

/// Concepts by NL-SBB (Geonovum, 2024), the Dutch way to write SKOS.
struct ConceptGraph {
  let chain: ChainDescription
  let address: LinkedAddress

  func graph(of schemes: [ConceptScheme]) -> RDFGraph {
    var graph = RDFGraph()
    for scheme in schemes { describe(scheme, in: &graph) }
    return graph
  }

  /// One concept, with the names of its neighbours.
  func graph(of concept: Concept, in scheme: ConceptScheme) -> RDFGraph {
    var graph = RDFGraph()
    describe(scheme.name, scheme, in: &graph)
    describe(concept, in: scheme, &graph)
    let near = scheme.concepts.filter {
      $0.code == concept.parent || $0.parent == concept.code
    }
    for neighbour in near { describe(neighbour, in: scheme, &graph) }
    return graph
  }

  private func describe(_ scheme: ConceptScheme, in graph: inout RDFGraph) {
    describe(scheme.name, scheme, in: &graph)
    let tops = scheme.concepts.filter { broader(of: $0, in: scheme) == nil }
    graph.describe(
      address.schemePage(scheme.id),
      ("skos:hasTopConcept", tops.map { .thing(address.concept($0.code, in: scheme.id)) }))
    for concept in scheme.concepts { describe(concept, in: scheme, &graph) }
  }

  private func describe(_ name: LocalizedText, _ scheme: ConceptScheme, in graph: inout RDFGraph) {
    graph.describe(
      address.schemePage(scheme.id), as: ["skos:ConceptScheme"],
      ("rdfs:label", .both(name)), ("dct:title", .both(name)),
      ("skos:prefLabel", .both(name)), ("rdfs:comment", .both(scheme.description)),
      ("dct:description", .both(scheme.description)),
      ("dct:identifier", [.text(scheme.id)]), ("dct:creator", [.thing(owner(of: scheme))]),
      ("dct:license", [.thing(chain.licence.address)]))
    graph.describe(
      owner(of: scheme), as: ["foaf:Agent", "foaf:Organization"],
      ("foaf:name", [.text(scheme.owner)]))
  }

  private func owner(of scheme: ConceptScheme) -> String {
    address.base + "/over#beheerder-" + PercentEncoding.encoded(scheme.owner)
  }

  private func broader(of concept: Concept, in scheme: ConceptScheme) -> String? {
    concept.parent.flatMap { scheme.concept($0) == nil ? nil : $0 }
  }

  private func describe(_ concept: Concept, in scheme: ConceptScheme, _ graph: inout RDFGraph) {
    let broader = broader(of: concept, in: scheme)
    // A definition is demanded; where the list has none, the label is all that is known.
    let definition =
      concept.definition.nl.isEmpty && concept.definition.en.isEmpty
      ? concept.label : concept.definition
    let source = concept.source.flatMap { $0.isEmpty ? nil : $0 }
    func things(_ codes: [String]) -> [RDFTerm] {
      codes.map { .thing(address.concept($0, in: scheme.id)) }
    }
    let alternatives = Language.allCases.flatMap { language in
      (concept.alternatives?[language] ?? []).map { label in
        RDFTerm.words(label, language: language.rawValue)
      }
    }
    let subject = address.concept(concept.code, in: scheme.id)
    graph.describe(
      subject, as: ["skos:Concept"],
      ("skos:prefLabel", .both(concept.label)), ("rdfs:label", .both(concept.label)),
      ("skos:altLabel", alternatives),
      ("skos:definition", .both(definition)), ("skos:notation", [.text(concept.code)]),
      ("skos:inScheme", [.thing(address.schemePage(scheme.id))]),
      ("skos:broader", things(broader.map { [$0] } ?? [])),
      (
        "skos:narrower",
        things(scheme.concepts.filter { $0.parent == concept.code }.map(\.code))
      ),
      (
        "skos:topConceptOf", broader == nil ? [.thing(address.schemePage(scheme.id))] : []
      ),
      ("dct:source", source == nil ? [] : [.thing(subject + "#bron")]),
      ("dct:issued", concept.validFrom.map { [.date($0)] } ?? []),
      ("dct:valid", concept.validTo.map { [.date($0)] } ?? []))
    if let source {
      graph.describe(
        subject + "#bron", as: ["dct:BibliographicResource"],
        ("dct:title", [.words(source, language: Language.nl.rawValue)]),
        ("dct:bibliographicCitation", [.text(source)]))
    }
  }
}

/// A scheme as a statistical classification (XKOS, DDI Alliance 2019): its levels and what stands on each.
struct ClassificationGraph {
  let scheme: ConceptScheme
  let address: LinkedAddress
  let issued: CalendarDate

  var graph: RDFGraph {
    var graph = RDFGraph()
    let subject = address.classification(scheme.id)
    let depths = scheme.depths
    let count = (depths.max() ?? 0) + 1
    func level(_ depth: Int) -> String { subject + "#niveau:\(depth + 1)" }
    func item(_ concept: Concept) -> String {
      subject + "#" + PercentEncoding.encoded(concept.code)
    }
    graph.describe(
      subject, as: ["skos:ConceptScheme"],
      ("skos:prefLabel", .both(scheme.name)), ("dct:title", .both(scheme.name)),
      ("rdfs:label", .both(scheme.name)), ("skos:notation", [.text(scheme.id)]),
      ("dc:description", .both(scheme.description)), ("dct:issued", [.date(issued)]),
      ("dct:modified", [.date(issued)]),
      ("xkos:numberOfLevels", [.value(String(count), type: "integer")]),
      ("xkos:levels", [.list((0..<count).map(level))]),
      ("dct:source", [.thing(address.schemePage(scheme.id))]),
      (
        "skos:hasTopConcept",
        zip(scheme.concepts, depths).filter { $0.1 == 0 }.map { .thing(item($0.0)) }
      ))
    for depth in 0..<count {
      let name = LocalizedText(nl: "Niveau \(depth + 1)", en: "Level \(depth + 1)")
      graph.describe(
        level(depth), as: ["xkos:ClassificationLevel"],
        ("skos:prefLabel", .both(name)), ("rdfs:label", .both(name)),
        ("xkos:depth", [.value(String(depth + 1), type: "integer")]),
        (
          "skos:member",
          zip(scheme.concepts, depths).filter { $0.1 == depth }.map { .thing(item($0.0)) }
        ))
    }
    for (concept, depth) in zip(scheme.concepts, depths) {
      graph.describe(
        item(concept), as: ["skos:Concept"],
        ("skos:notation", [.text(concept.code)]), ("skos:prefLabel", .both(concept.label)),
        ("skos:inScheme", [.thing(subject)]),
        ("skos:exactMatch", [.thing(address.concept(concept.code, in: scheme.id))]),
        ("skos:topConceptOf", depth == 0 ? [.thing(subject)] : []),
        (
          "skos:broader",
          depth == 0 ? [] : scheme.concept(concept.parent ?? "").map { [.thing(item($0))] } ?? []
        ))
    }
    return graph
  }
}

extension ConceptScheme {
  /// How deep each concept stands below the top.
  var depths: [Int] {
    var known: [String: Int] = [:]
    return concepts.map { concept in
      let depth = concept.parent.flatMap { known[$0] }.map { $0 + 1 } ?? 0
      known[concept.code] = depth
      return depth
    }
  }
}
