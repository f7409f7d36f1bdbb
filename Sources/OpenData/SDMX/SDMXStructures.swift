import InformationModel
import Publication

/// Everything that a release maintains in SDMX, and what belongs to what.
struct SDMXStructures: Sendable {
  /// The chain's id in capitals.
  let agency: String
  let flows: [SDMXFlow]
  private let artefacts: [SDMXArtefact]

  init(_ release: PublishedRelease, tables: [PublishedTable]) {
    let chain = release.chain
    let agency = SDMXIdentifier.name(chain.id)
    func reference(_ kind: SDMXArtefact.Kind, _ id: String) -> SDMXArtefact.Reference {
      SDMXArtefact.Reference(kind: kind, agency: agency, id: id)
    }
    func lists(_ attribute: SDMXFlow.Attribute) -> SDMXArtefact.Reference {
      reference(.codelist, "CL_" + attribute.rawValue)
    }
    var taken = Set(SDMXFlow.Attribute.allCases.map { lists($0).id })
    let flows = tables.map { SDMXFlow($0, agency: agency, taken: &taken) }

    var artefacts = [
      SDMXArtefact(
        reference: .init(kind: .agencyScheme, agency: "SDMX", id: "AGENCIES"),
        name: LocalizedText(nl: "Beheerders", en: "Agencies"),
        content: .items([.init(id: agency, name: chain.name, description: chain.purpose)]))
    ]
    let statuses: [(attribute: SDMXFlow.Attribute, codes: [SDMXFlow.Code])] = [
      (.status, SDMXFlow.statuses), (.confidentiality, SDMXFlow.confidentialities),
    ]
    for (attribute, codes) in statuses {
      artefacts.append(
        SDMXArtefact(
          reference: lists(attribute), name: attribute.title,
          content: .items(codes.map(Self.item))))
    }
    var seen: Set<String> = []
    let units = flows.flatMap(\.units).filter { seen.insert($0.code).inserted }
    artefacts.append(
      SDMXArtefact(
        reference: lists(.unit), name: SDMXFlow.Attribute.unit.title,
        content: .items(units.map { .init(id: $0.code, name: $0.name) })))

    let themes = release.scheme(Naming.themeScheme)
    let scheme = reference(.categoryScheme, SDMXIdentifier.name(Naming.themeScheme))
    if let themes {
      artefacts.append(
        SDMXArtefact(
          reference: scheme, name: themes.name, description: Self.filled(themes.description),
          content: .items(Self.categories(themes.concepts, below: nil, depth: 0))))
    }
    for flow in flows {
      let description = flow.table.description
      artefacts.append(
        SDMXArtefact(
          reference: flow.flow, name: description.title,
          description: Self.filled(description.summary), notes: Self.notes(of: flow, chain),
          content: .flow(structure: flow.structure)))
      if let path = themes?.path(to: description.theme), !path.isEmpty {
        artefacts.append(
          SDMXArtefact(
            reference: reference(.categorisation, "CAT_" + description.id),
            name: description.title,
            content: .categorisation(
              flow: flow.flow, scheme: scheme,
              category: path.map(SDMXIdentifier.code).joined(separator: "."))))
      }
      for axis in flow.axes {
        artefacts.append(
          SDMXArtefact(
            reference: reference(.codelist, axis.list), name: axis.title,
            content: .items(axis.codes.map(Self.item))))
      }
      var components = flow.axes.map { axis in
        SDMXArtefact.Component(
          id: axis.id, role: .dimension, codes: reference(.codelist, axis.list))
      }
      var concepts = flow.axes.map { SDMXArtefact.Item(id: $0.id, name: $0.title) }
      if let title = flow.timeTitle {
        components.append(.init(id: SDMXFlow.timeDimension, role: .time))
        concepts.append(.init(id: SDMXFlow.timeDimension, name: title))
      }
      components.append(.init(id: SDMXFlow.observationValue, role: .measure))
      concepts.append(
        .init(
          id: SDMXFlow.observationValue,
          name: LocalizedText(nl: "Waarde", en: "Observation value")))
      for attribute in SDMXFlow.Attribute.allCases {
        components.append(
          .init(
            id: attribute.rawValue,
            role: .attribute(of: attribute.isOfObservation ? nil : SDMXFlow.measureDimension),
            codes: attribute == .decimals ? nil : lists(attribute)))
        concepts.append(.init(id: attribute.rawValue, name: attribute.title))
      }
      artefacts.append(
        SDMXArtefact(
          reference: flow.concepts, name: description.title, content: .items(concepts)))
      artefacts.append(
        SDMXArtefact(
          reference: flow.structure, name: description.title,
          content: .structure(concepts: flow.concepts, components: components)))
      artefacts.append(flow.constraint)
    }
    (self.agency, self.flows, self.artefacts) = (agency, flows, artefacts)
  }

  private static func item(_ code: SDMXFlow.Code) -> SDMXArtefact.Item {
    .init(id: code.id, name: code.name, description: code.description, parent: code.parent)
  }

  private static func filled(_ text: LocalizedText) -> LocalizedText? {
    text.nl.isEmpty && text.en.isEmpty ? nil : text
  }

  private static func categories(
    _ concepts: [Concept], below parent: String?, depth: Int
  ) -> [SDMXArtefact.Item] {
    // No scheme has a circle; without end it would be none either.
    guard depth < 64 else { return [] }
    return concepts.filter { $0.parent == parent }.map { concept in
      .init(
        id: SDMXIdentifier.code(concept.code), name: concept.label,
        description: filled(concept.definition),
        children: categories(concepts, below: concept.code, depth: depth + 1))
    }
  }

  private static func notes(
    of flow: SDMXFlow, _ chain: ChainDescription
  ) -> [SDMXArtefact.Note] {
    let table = flow.table
    var notes: [SDMXArtefact.Note] = []
    func add(_ id: String, _ nl: String, _ en: String) {
      if !nl.isEmpty || !en.isEmpty { notes.append(.init(id: id, text: .init(nl: nl, en: en))) }
    }
    if table.provenance.isFictitious {
      add(
        "FICTITIOUS", "Verzonnen cijfers: gemaakt om het platform te tonen.",
        "Made-up figures, to show the platform.")
    }
    add("POPULATION", table.description.population.nl, table.description.population.en)
    let (title, reason) = table.protection
    add("PROTECTION", "\(title.nl): \(reason.nl)", "\(title.en): \(reason.en)")
    let ranges = flow.moments.filter { $0.period.text.contains("/") }
    if !ranges.isEmpty {
      func list(_ language: Language) -> String {
        ranges.map { "\($0.period.text) (\($0.title[language]))" }.joined(separator: ", ")
      }
      add(
        "TIME_RANGES",
        "Geen kalenderperiode, maar een eerste dag en een duur: \(list(.nl)).",
        "No calendar period, but a first day and a duration: \(list(.en)).")
    }
    if !flow.leftOut.isEmpty {
      func list(_ language: Language) -> String {
        flow.leftOut.map { $0.label[language] }.joined(separator: ", ")
      }
      add(
        "LEFT_OUT",
        "Niet in SDMX, omdat het geen periode is of dezelfde als een andere: \(list(.nl)).",
        "Not in SDMX, because it is no period or the same as another: \(list(.en)).")
    }
    let licence = "\(chain.licence.name), \(chain.licence.address)"
    add("LICENCE", licence, licence)
    return notes
  }

  // MARK: Finding

  func flow(_ id: String) -> SDMXFlow? { flows.first { $0.flow.id == id } }

  /// All that are maintained, and one more that is only there for a question.
  func artefacts(with more: SDMXArtefact? = nil) -> [SDMXArtefact] {
    artefacts + (more.map { [$0] } ?? [])
  }
}
