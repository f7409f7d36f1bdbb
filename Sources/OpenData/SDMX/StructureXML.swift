import InformationModel

/// A structure message in SDMX-ML 2.1.
struct StructureXML {
  let header: SDMXHeader
  let base: String

  func message(_ artefacts: [(artefact: SDMXArtefact, form: StructureQuery.Form)]) -> [UInt8] {
    var collections: [MarkupElement] = []
    for kind in SDMXArtefact.Kind.allCases {
      let own = artefacts.filter { $0.artefact.reference.kind == kind }
      if !own.isEmpty {
        collections.append(
          MarkupElement("str:" + collection(kind), [], own.map { element($0.artefact, $0.form) }))
      }
    }
    var bytes = MarkupElement.declaration
    MarkupElement(
      "mes:Structure",
      [
        ("xmlns:mes", SDMXNamespace.message), ("xmlns:str", SDMXNamespace.structure),
        ("xmlns:com", SDMXNamespace.common),
      ], [header.element(), MarkupElement("mes:Structures", [], collections)]
    ).write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private func collection(_ kind: SDMXArtefact.Kind) -> String {
    switch kind {
    case .agencyScheme: "OrganisationSchemes"
    case .conceptScheme: "Concepts"
    default: kind.className(.three).replacing("DataConstraint", with: "Constraint") + "s"
    }
  }

  private func element(_ artefact: SDMXArtefact, _ form: StructureQuery.Form) -> MarkupElement {
    let reference = artefact.reference
    let kind = reference.kind
    var attributes = [
      (name: "id", value: reference.id), ("urn", reference.urn(.two)),
      ("agencyID", reference.agency), ("version", reference.version(.two)),
      // What a release says does not change; who maintains it may.
      ("isFinal", kind == .agencyScheme ? "false" : "true"),
      ("isExternalReference", form == .full ? "false" : "true"),
    ]
    var children: [MarkupElement] = []
    if form != .stub, !artefact.notes.isEmpty {
      children.append(MarkupElement("com:Annotations", [], artefact.notes.map(annotation)))
    }
    children += Self.texts("com:Name", artefact.name)
    if form != .stub { children += Self.texts("com:Description", artefact.description) }
    if form == .full {
      children += content(of: artefact)
      if artefact.isPartial { attributes.append(("isPartial", "true")) }
      if kind == .constraint { attributes.append(("type", "Actual")) }
    } else {
      attributes.append(
        (
          "structureURL",
          "\(base)/sdmx/2.1/\(kind.resource)/\(reference.agency)/\(reference.id)/\(reference.version(.two))"
        ))
    }
    return MarkupElement("str:" + kind.className(.two), attributes, children)
  }

  private func content(of artefact: SDMXArtefact) -> [MarkupElement] {
    let reference = artefact.reference
    switch artefact.content {
    case .items(let items): return items.map { item($0, of: reference, below: "") }
    case .flow(let structure):
      return [MarkupElement("str:Structure", [], [Self.link(to: structure)])]
    case .structure(let concepts, let components):
      return [structure(reference, concepts, components)]
    case .categorisation(let flow, let scheme, let category):
      return [
        MarkupElement("str:Source", [], [Self.link(to: flow)]),
        MarkupElement("str:Target", [], [Self.link(to: scheme, item: category)]),
      ]
    case .constraint(let flow, let codes, let from, let to):
      var values = codes.map { dimension, codes in
        MarkupElement(
          "com:KeyValue", [("id", dimension)], codes.map { MarkupElement("com:Value", text: $0) })
      }
      if let from, let to {
        values.append(
          MarkupElement(
            "com:KeyValue", [("id", SDMXFlow.timeDimension)],
            [
              MarkupElement(
                "com:TimeRange", [],
                [
                  MarkupElement(
                    "com:StartPeriod", [("isInclusive", "true")], text: from.description),
                  MarkupElement("com:EndPeriod", [("isInclusive", "true")], text: to.description),
                ])
            ]))
      }
      return [
        MarkupElement(
          "str:ConstraintAttachment", [],
          [MarkupElement("str:Dataflow", [], [Self.link(to: flow)])]),
        MarkupElement("str:CubeRegion", [("include", "true")], values),
      ]
    }
  }

  private func item(
    _ item: SDMXArtefact.Item, of scheme: SDMXArtefact.Reference, below path: String
  ) -> MarkupElement {
    var children = Self.texts("com:Name", item.name)
    children += Self.texts("com:Description", item.description)
    if let parent = item.parent {
      children.append(MarkupElement("str:Parent", [], [MarkupElement("Ref", [("id", parent)])]))
    }
    let place = path + item.id
    children += item.children.map { self.item($0, of: scheme, below: place + ".") }
    return MarkupElement(
      "str:" + scheme.kind.itemClass, [("id", item.id), ("urn", scheme.urn(.two, item: place))],
      children)
  }

  // MARK: Data structures

  private func structure(
    _ reference: SDMXArtefact.Reference, _ concepts: SDMXArtefact.Reference,
    _ components: [SDMXArtefact.Component]
  ) -> MarkupElement {
    var dimensions: [MarkupElement] = []
    var attributes: [MarkupElement] = []
    var measures: [MarkupElement] = []
    for component in components {
      func element(
        _ name: String, _ itemClass: String, _ more: [(name: String, value: String)] = [],
        _ format: [(name: String, value: String)], _ children: [MarkupElement] = []
      ) -> MarkupElement {
        let representation =
          component.codes.map { MarkupElement("str:Enumeration", [], [Self.link(to: $0)]) }
          ?? MarkupElement("str:TextFormat", format)
        return MarkupElement(
          "str:" + name,
          [
            (name: "id", value: component.id),
            ("urn", reference.urn(.two, item: component.id, itemClass: itemClass)),
          ] + more,
          [
            MarkupElement(
              "str:ConceptIdentity", [], [Self.link(to: concepts, item: component.id)]),
            MarkupElement("str:LocalRepresentation", [], [representation]),
          ] + children)
      }
      let position = [(name: "position", value: String(dimensions.count + 1))]
      switch component.role {
      case .dimension: dimensions.append(element("Dimension", "Dimension", position, []))
      case .time:
        dimensions.append(
          element(
            "TimeDimension", "TimeDimension", position, [("textType", "ObservationalTimePeriod")]))
      case .measure:
        measures.append(element("PrimaryMeasure", "PrimaryMeasure", [], [("textType", "Double")]))
      case .attribute(let dimension):
        let target = MarkupElement(
          dimension == nil ? "str:PrimaryMeasure" : "str:Dimension", [],
          [MarkupElement("Ref", [("id", dimension ?? SDMXFlow.observationValue)])])
        attributes.append(
          element(
            "Attribute", "DataAttribute", [("assignmentStatus", "Mandatory")],
            [
              ("textType", "Integer"), ("minValue", String(Naming.decimals.lowerBound)),
              ("maxValue", String(Naming.decimals.upperBound)),
            ], [MarkupElement("str:AttributeRelationship", [], [target])]))
      }
    }
    func list(_ name: String, _ id: String, _ children: [MarkupElement]) -> MarkupElement {
      MarkupElement(
        "str:" + name, [("id", id), ("urn", reference.urn(.two, item: id, itemClass: id))],
        children)
    }
    return MarkupElement(
      "str:DataStructureComponents", [],
      [
        list("DimensionList", "DimensionDescriptor", dimensions),
        list("AttributeList", "AttributeDescriptor", attributes),
        list("MeasureList", "MeasureDescriptor", measures),
      ])
  }

  // MARK: Parts

  private func annotation(_ note: SDMXArtefact.Note) -> MarkupElement {
    MarkupElement(
      "com:Annotation", [("id", note.id)],
      [MarkupElement("com:AnnotationType", text: "NOTE")]
        + Self.texts("com:AnnotationText", note.text))
  }

  /// Once in each language.
  static func texts(_ name: String, _ text: LocalizedText?) -> [MarkupElement] {
    guard let text else { return [] }
    return Language.allCases.map {
      MarkupElement(name, [("xml:lang", $0.rawValue)], text: text[$0])
    }
  }

  static func link(to reference: SDMXArtefact.Reference, item: String? = nil) -> MarkupElement {
    let kind = reference.kind
    let version = reference.version(.two)
    let place: [(name: String, value: String)] =
      item.map {
        [
          ("id", $0), ("maintainableParentID", reference.id),
          ("maintainableParentVersion", version),
        ]
      } ?? [("id", reference.id), ("version", version)]
    return MarkupElement(
      "Ref",
      place + [
        (name: "agencyID", value: reference.agency),
        ("class", item == nil ? kind.className(.two) : kind.itemClass), ("package", kind.package),
      ])
  }
}
