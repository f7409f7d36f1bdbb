import InformationModel
import Publication

/// A structure message in SDMX-JSON 1.0 or 2.0, of SDMX 2.1 or 3.0.
struct StructureJSON {
  let edition: SDMXEdition
  let header: SDMXHeader
  let base: String

  private var isOlder: Bool { edition == .two }

  func message(_ artefacts: [(artefact: SDMXArtefact, form: StructureQuery.Form)]) -> [UInt8] {
    var collections: [(String, OrderedJSON)] = []
    for kind in SDMXArtefact.Kind.allCases {
      let own = artefacts.filter { $0.artefact.reference.kind == kind }
      if !own.isEmpty {
        collections.append(
          (kind.name(edition) + "s", .array(own.map { object($0.artefact, $0.form) })))
      }
    }
    return Array(
      OrderedJSON.object([
        ("meta", header.json("structure", version: isOlder ? "1.0" : "2.0.0")),
        ("data", .object(collections)),
      ]).data)
  }

  private func object(_ artefact: SDMXArtefact, _ form: StructureQuery.Form) -> OrderedJSON {
    let reference = artefact.reference
    var links = [Self.link("self", reference.urn(edition))]
    if form != .full {
      let address = reference.address(edition, below: base)
      links.append(.object([("rel", .string("structure")), ("href", .string(address))]))
    }
    var members: [(String, OrderedJSON)] = [
      ("id", .string(reference.id)), ("links", .array(links)),
      ("version", .string(reference.version(edition))), ("agencyID", .string(reference.agency)),
      ("isExternalReference", .boolean(form != .full)),
    ]
    if isOlder { members.append(("isFinal", .boolean(reference.kind.isFinal))) }
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
    case .flow(let structure): return [("structure", .string(structure.urn(edition)))]
    case .structure(let concepts, let components):
      return [("dataStructureComponents", self.components(components, concepts))]
    case .categorisation(let flow, let scheme, let category):
      return [
        ("source", .string(flow.urn(edition))),
        ("target", .string(scheme.urn(edition, item: category))),
      ]
    case .constraint(let flow, let codes, let from, let to):
      func key(_ dimension: String, _ what: (String, OrderedJSON)) -> OrderedJSON {
        .object(
          [("id", .string(dimension))]
            + (isOlder ? [] : [("include", .boolean(true))]) + [what])
      }
      var keys = codes.map { dimension, codes in
        key(
          dimension,
          (
            "values",
            isOlder
              ? .strings(codes) : .array(codes.map { .object([("value", .string($0))]) })
          ))
      }
      if let from, let to {
        func end(_ date: CalendarDate) -> OrderedJSON {
          .object([("period", .string(date.description)), ("isInclusive", .boolean(true))])
        }
        keys.append(
          key(
            SDMXFlow.timeDimension,
            ("timeRange", .object([("startPeriod", end(from)), ("endPeriod", end(to))]))))
      }
      let region = OrderedJSON.object([
        (isOlder ? "isIncluded" : "include", .boolean(true)), ("keyValues", .array(keys)),
      ])
      return [
        (isOlder ? "type" : "role", .string("Actual")),
        ("constraintAttachment", .object([("dataflows", .strings([flow.urn(edition)]))])),
        ("cubeRegions", .array([region])),
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
    var times: [OrderedJSON] = []
    var attributes: [OrderedJSON] = []
    var measures: [OrderedJSON] = []
    for component in components {
      func object(
        _ more: [(String, OrderedJSON)] = [], type: String = "String",
        _ bounds: [(String, OrderedJSON)] = []
      ) -> OrderedJSON {
        let format = [(isOlder ? "textType" : "dataType", OrderedJSON.string(type))] + bounds
        let representation: (String, OrderedJSON) =
          component.codes.map { ("enumeration", .string($0.urn(edition))) }
          ?? (isOlder ? "textFormat" : "format", .object(format))
        return .object(
          [("id", .string(component.id))] + more + [
            ("conceptIdentity", .string(concepts.urn(edition, item: component.id))),
            ("localRepresentation", .object([representation])),
          ])
      }
      let position = [("position", OrderedJSON.integer(dimensions.count))]
      switch component.role {
      case .dimension: dimensions.append(object(position))
      case .time:
        times.append(object(isOlder ? position : [], type: "ObservationalTimePeriod"))
      case .measure:
        measures.append(
          object(isOlder ? [] : [("usage", .string("optional"))], type: "Double"))
      case .attribute(let dimension):
        attributes.append(
          object(
            [
              isOlder
                ? ("assignmentStatus", .string("Mandatory")) : ("usage", .string("mandatory")),
              ("attributeRelationship", .object([relationship(to: dimension)])),
            ], type: "Integer",
            [
              ("minValue", .integer(Naming.decimals.lowerBound)),
              ("maxValue", .integer(Naming.decimals.upperBound)),
            ]))
      }
    }
    func list(_ id: String, _ members: [(String, OrderedJSON)]) -> OrderedJSON {
      .object([("id", .string(id))] + members)
    }
    // The older standard has room for several times, the newer one for several measures.
    return .object([
      (
        "dimensionList",
        list(
          "DimensionDescriptor",
          [("dimensions", .array(dimensions))]
            + (isOlder && !times.isEmpty
              ? [("timeDimensions", .array(times))] : times.map { ("timeDimension", $0) }))
      ),
      ("attributeList", list("AttributeDescriptor", [("attributes", .array(attributes))])),
      (
        "measureList",
        list(
          "MeasureDescriptor",
          isOlder
            ? measures.map { ("primaryMeasure", $0) } : [("measures", .array(measures))])
      ),
    ])
  }

  /// To a dimension, or to each observation when there is none.
  private func relationship(to dimension: String?) -> (String, OrderedJSON) {
    if let dimension { return ("dimensions", .strings([dimension])) }
    return isOlder
      ? ("primaryMeasure", .string(SDMXFlow.observationValue)) : ("observation", .object([]))
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
