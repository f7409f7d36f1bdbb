import InformationModel

/// A structure message in SDMX-ML 2.1 or 3.0.
struct StructureXML {
  let edition: SDMXEdition
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
    let namespace = SDMXNamespace(edition)
    var bytes = MarkupElement.declaration
    MarkupElement(
      "mes:Structure",
      [
        ("xmlns:mes", namespace.message), ("xmlns:str", namespace.structure),
        ("xmlns:com", namespace.common),
      ], [header.element(), MarkupElement("mes:Structures", [], collections)]
    ).write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private func collection(_ kind: SDMXArtefact.Kind) -> String {
    switch (edition, kind) {
    case (.two, .agencyScheme): "OrganisationSchemes"
    case (.two, .conceptScheme): "Concepts"
    case (.two, .constraint): "Constraints"
    default: kind.className(edition) + "s"
    }
  }

  private func element(_ artefact: SDMXArtefact, _ form: StructureQuery.Form) -> MarkupElement {
    let reference = artefact.reference
    let kind = reference.kind
    var attributes = [
      (name: "id", value: reference.id), ("urn", reference.urn(edition)),
      ("agencyID", reference.agency),
      ("isExternalReference", form == .full ? "false" : "true"),
    ]
    // In the newer standard schemes of agencies tell no version, and others are final by theirs.
    if edition == .two || kind != .agencyScheme {
      attributes.append(("version", reference.version(edition)))
    }
    if edition == .two { attributes.append(("isFinal", String(kind.isFinal))) }
    var children: [MarkupElement] = []
    if form != .stub, !artefact.notes.isEmpty {
      children.append(MarkupElement("com:Annotations", [], artefact.notes.map(annotation)))
    }
    children += Self.texts("com:Name", artefact.name)
    if form != .stub { children += Self.texts("com:Description", artefact.description) }
    if form == .full {
      children += content(of: artefact)
      if artefact.isPartial { attributes.append(("isPartial", "true")) }
      if kind == .constraint { attributes.append((edition == .two ? "type" : "role", "Actual")) }
    } else {
      attributes.append(("structureURL", reference.address(edition, below: base)))
    }
    return MarkupElement("str:" + kind.className(edition), attributes, children)
  }

  private func content(of artefact: SDMXArtefact) -> [MarkupElement] {
    let reference = artefact.reference
    switch artefact.content {
    case .items(let items): return items.map { item($0, of: reference, below: "") }
    case .flow(let structure): return [structure.element("str:Structure", edition)]
    case .structure(let concepts, let components):
      return [structure(reference, concepts, components)]
    case .categorisation(let flow, let scheme, let category):
      return [
        flow.element("str:Source", edition),
        scheme.element("str:Target", item: category, edition),
      ]
    case .constraint(let flow, let codes, let from, let to):
      let prefix = edition == .two ? "com:" : "str:"
      func key(_ dimension: String, _ values: [MarkupElement]) -> MarkupElement {
        MarkupElement(prefix + "KeyValue", [("id", dimension)], values)
      }
      func end(_ name: String, _ date: CalendarDate) -> MarkupElement {
        MarkupElement(prefix + name, [("isInclusive", "true")], text: date.description)
      }
      var keys = codes.map { dimension, codes in
        key(dimension, codes.map { MarkupElement(prefix + "Value", text: $0) })
      }
      if let from, let to {
        let range = [end("StartPeriod", from), end("EndPeriod", to)]
        keys.append(
          key(SDMXFlow.timeDimension, [MarkupElement(prefix + "TimeRange", [], range)]))
      }
      return [
        MarkupElement(
          "str:ConstraintAttachment", [], [flow.element("str:Dataflow", edition)]),
        MarkupElement("str:CubeRegion", [("include", "true")], keys),
      ]
    }
  }

  private func item(
    _ item: SDMXArtefact.Item, of scheme: SDMXArtefact.Reference, below path: String
  ) -> MarkupElement {
    var children = Self.texts("com:Name", item.name)
    children += Self.texts("com:Description", item.description)
    if let parent = item.parent {
      switch edition {
      case .two:
        children.append(MarkupElement("str:Parent", [], [MarkupElement("Ref", [("id", parent)])]))
      case .three where SDMXIdentifier.isName(parent):
        children.append(MarkupElement("str:Parent", text: parent))
      case .three:
        // The schema of the newer standard knows no parent that does not begin with a letter.
        let note = [
          MarkupElement("com:AnnotationTitle", text: parent),
          MarkupElement("com:AnnotationType", text: "PARENT"),
        ]
        children.insert(
          MarkupElement("com:Annotations", [], [MarkupElement("com:Annotation", [], note)]), at: 0)
      }
    }
    let place = path + item.id
    children += item.children.map { self.item($0, of: scheme, below: place + ".") }
    return MarkupElement(
      "str:" + scheme.kind.itemClass,
      [("id", item.id), ("urn", scheme.urn(edition, item: place))],
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
        _ name: String, class itemClass: String? = nil,
        _ more: [(name: String, value: String)] = [], format: [(name: String, value: String)] = [],
        _ children: [MarkupElement] = []
      ) -> MarkupElement {
        let representation =
          component.codes?.element("str:Enumeration", edition)
          ?? MarkupElement("str:TextFormat", format)
        let urn = reference.urn(edition, item: component.id, itemClass: itemClass ?? name)
        return MarkupElement(
          "str:" + name, [(name: "id", value: component.id), ("urn", urn)] + more,
          [
            concepts.element("str:ConceptIdentity", item: component.id, edition),
            MarkupElement("str:LocalRepresentation", [], [representation]),
          ] + children)
      }
      let position = [(name: "position", value: String(dimensions.count + 1))]
      switch component.role {
      case .dimension: dimensions.append(element("Dimension", position))
      case .time:
        // In the newer standard it is always the last one.
        dimensions.append(
          element(
            "TimeDimension", edition == .two ? position : [],
            format: [("textType", "ObservationalTimePeriod")]))
      case .measure:
        measures.append(
          edition == .two
            ? element("PrimaryMeasure", format: [("textType", "Double")])
            : element("Measure", [("usage", "optional")], format: [("textType", "Double")]))
      case .attribute(let dimension):
        attributes.append(
          element(
            "Attribute", class: "DataAttribute",
            [edition == .two ? ("assignmentStatus", "Mandatory") : ("usage", "mandatory")],
            format: [
              ("textType", "Integer"), ("minValue", String(Naming.decimals.lowerBound)),
              ("maxValue", String(Naming.decimals.upperBound)),
            ],
            [MarkupElement("str:AttributeRelationship", [], [relationship(to: dimension)])]))
      }
    }
    func list(_ name: String, _ id: String, _ children: [MarkupElement]) -> MarkupElement {
      MarkupElement(
        "str:" + name, [("id", id), ("urn", reference.urn(edition, item: id, itemClass: id))],
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

  /// To a dimension, or to each observation when there is none.
  private func relationship(to dimension: String?) -> MarkupElement {
    switch edition {
    case .two:
      MarkupElement(
        dimension == nil ? "str:PrimaryMeasure" : "str:Dimension", [],
        [MarkupElement("Ref", [("id", dimension ?? SDMXFlow.observationValue)])])
    case .three:
      dimension.map { MarkupElement("str:Dimension", text: $0) }
        ?? MarkupElement("str:Observation")
    }
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
}

extension SDMXArtefact.Reference {
  /// An element that points at it, or at an item within it: in parts, in the newer standard by its name.
  func element(
    _ name: String, item: String? = nil, _ edition: SDMXEdition
  ) -> MarkupElement {
    if edition == .three { return MarkupElement(name, text: urn(edition, item: item)) }
    let version = version(edition)
    let place: [(name: String, value: String)] =
      item.map {
        [("id", $0), ("maintainableParentID", id), ("maintainableParentVersion", version)]
      } ?? [("id", id), ("version", version)]
    return MarkupElement(
      name, [],
      [
        MarkupElement(
          "Ref",
          place + [
            (name: "agencyID", value: agency),
            ("class", item == nil ? kind.className(edition) : kind.itemClass),
            ("package", kind.package),
          ])
      ])
  }
}
