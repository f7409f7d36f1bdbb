import InformationModel
import Publication

/// A structure message in SDMX-JSON 2.0.0.
struct StructureJSON {
  let header: SDMXHeader
  let base: String

  func message(_ artefacts: [(artefact: SDMXArtefact, form: StructureQuery.Form)]) -> [UInt8] {
    var collections: [(String, OrderedJSON)] = []
    for kind in SDMXArtefact.Kind.allCases {
      let own = artefacts.filter { $0.artefact.reference.kind == kind }
      if !own.isEmpty {
        let name = kind == .constraint ? "dataConstraint" : kind.rawValue
        collections.append((name + "s", .array(own.map { object($0.artefact, $0.form) })))
      }
    }
    return Array(
      OrderedJSON.object([
        ("meta", header.json("structure", version: "2.0.0")), ("data", .object(collections)),
      ]).data)
  }

  private func object(_ artefact: SDMXArtefact, _ form: StructureQuery.Form) -> OrderedJSON {
    let reference = artefact.reference
    let version = reference.version(.three)
    var links = [Self.link("self", reference.urn(.three))]
    if form != .full {
      links.append(
        .object([
          ("rel", .string("structure")),
          (
            "href",
            .string(
              "\(base)/sdmx/3.0/structure/\(reference.kind.resource)/\(reference.agency)/\(reference.id)/\(version)"
            )
          ),
        ]))
    }
    var members: [(String, OrderedJSON)] = [
      ("id", .string(reference.id)), ("links", .array(links)), ("version", .string(version)),
      ("agencyID", .string(reference.agency)), ("isExternalReference", .boolean(form != .full)),
    ]
    members += Self.texts("name", artefact.name)
    if form != .stub {
      members += Self.texts("description", artefact.description)
      if !artefact.notes.isEmpty {
        members.append(
          (
            "annotations",
            .array(
              artefact.notes.map { note in
                .object(
                  [("id", .string(note.id)), ("type", .string("NOTE"))]
                    + Self.texts("text", note.text))
              })
          ))
      }
    }
    if form == .full { members += content(of: artefact) }
    return .object(members)
  }

  private func content(of artefact: SDMXArtefact) -> [(String, OrderedJSON)] {
    switch artefact.content {
    case .items(let items):
      let name =
        switch artefact.reference.kind {
        case .agencyScheme: "agencies"
        case .categoryScheme: "categories"
        case .codelist: "codes"
        default: "concepts"
        }
      return (artefact.isPartial ? [("isPartial", .boolean(true))] : [])
        + (items.isEmpty ? [] : [(name, .array(items.map(object)))])
    case .flow(let structure): return [("structure", .string(structure.urn(.three)))]
    case .structure(let concepts, let components):
      return [("dataStructureComponents", self.components(components, concepts))]
    case .categorisation(let flow, let scheme, let category):
      return [
        ("source", .string(flow.urn(.three))),
        ("target", .string(scheme.urn(.three, item: category))),
      ]
    case .constraint(let flow, let codes, let from, let to):
      var values = codes.map { dimension, codes in
        OrderedJSON.object([
          ("id", .string(dimension)), ("include", .boolean(true)),
          ("values", .array(codes.map { .object([("value", .string($0))]) })),
        ])
      }
      if let from, let to {
        func end(_ date: CalendarDate) -> OrderedJSON {
          .object([("period", .string(date.description)), ("isInclusive", .boolean(true))])
        }
        values.append(
          .object([
            ("id", .string(SDMXFlow.timeDimension)), ("include", .boolean(true)),
            ("timeRange", .object([("startPeriod", end(from)), ("endPeriod", end(to))])),
          ]))
      }
      return [
        ("role", .string("Actual")),
        ("constraintAttachment", .object([("dataflows", .strings([flow.urn(.three)]))])),
        (
          "cubeRegions",
          .array([.object([("include", .boolean(true)), ("keyValues", .array(values))])])
        ),
      ]
    }
  }

  private func object(_ item: SDMXArtefact.Item) -> OrderedJSON {
    var members: [(String, OrderedJSON)] = [("id", .string(item.id))]
    members += Self.texts("name", item.name)
    members += Self.texts("description", item.description)
    if let parent = item.parent { members.append(("parent", .string(parent))) }
    if !item.children.isEmpty {
      members.append(("categories", .array(item.children.map(object))))
    }
    return .object(members)
  }

  // MARK: Data structures

  private func components(
    _ components: [SDMXArtefact.Component], _ concepts: SDMXArtefact.Reference
  ) -> OrderedJSON {
    var dimensions: [OrderedJSON] = []
    var time: OrderedJSON?
    var attributes: [OrderedJSON] = []
    var measures: [OrderedJSON] = []
    for component in components {
      func object(
        _ more: [(String, OrderedJSON)], format: [(String, OrderedJSON)] = []
      ) -> OrderedJSON {
        let representation: (String, OrderedJSON) =
          component.codes.map { ("enumeration", .string($0.urn(.three))) }
          ?? ("format", .object(format))
        return .object(
          [("id", .string(component.id))] + more + [
            ("conceptIdentity", .string(concepts.urn(.three, item: component.id))),
            ("localRepresentation", .object([representation])),
          ])
      }
      switch component.role {
      case .dimension: dimensions.append(object([("position", .integer(dimensions.count))]))
      case .time:
        time = object([], format: [("dataType", .string("ObservationalTimePeriod"))])
      case .measure:
        measures.append(
          object([("usage", .string("optional"))], format: [("dataType", .string("Double"))]))
      case .attribute(let dimension):
        let relation: (String, OrderedJSON) =
          dimension.map { ("dimensions", .strings([$0])) } ?? ("observation", .object([]))
        attributes.append(
          object(
            [
              ("usage", .string("mandatory")), ("attributeRelationship", .object([relation])),
            ],
            format: [
              ("dataType", .string("Integer")),
              ("minValue", .integer(Naming.decimals.lowerBound)),
              ("maxValue", .integer(Naming.decimals.upperBound)),
            ]))
      }
    }
    return .object([
      (
        "dimensionList",
        .object(
          [("id", .string("DimensionDescriptor")), ("dimensions", .array(dimensions))]
            + (time.map { [("timeDimension", $0)] } ?? []))
      ),
      (
        "attributeList",
        .object([("id", .string("AttributeDescriptor")), ("attributes", .array(attributes))])
      ),
      (
        "measureList",
        .object([("id", .string("MeasureDescriptor")), ("measures", .array(measures))])
      ),
    ])
  }

  // MARK: Parts

  /// The Dutch text under the name itself, and all languages under its plural.
  static func texts(_ name: String, _ text: LocalizedText?) -> [(String, OrderedJSON)] {
    guard let text else { return [] }
    return [
      (name, .string(text.nl)),
      (name + "s", .object(Language.allCases.map { ($0.rawValue, .string(text[$0])) })),
    ]
  }

  static func link(_ relation: String, _ urn: String) -> OrderedJSON {
    .object([("rel", .string(relation)), ("urn", .string(urn))])
  }
}
