import InformationModel
import Publication

/// SDMX over REST, for the programs of statistical offices: structures and figures in the notations of SDMX 2.1 and 3.0.
///
/// Addresses, shapes and their traps: docs/open-data.md.
package struct SDMXService: Sendable {
  private let structures: SDMXStructures
  private let sender: LocalizedText
  private let referenceDate: CalendarDate

  package init(_ release: PublishedRelease, tables: [PublishedTable]) {
    structures = SDMXStructures(release, tables: tables)
    sender = release.chain.name
    referenceDate = release.provenance.referenceDate
  }

  /// What is asked for.
  package struct Request: Sendable {
    /// Decoded, below `/sdmx`; a plus sign is one.
    package var parts: [String]
    package var items: [(name: String, value: String)]
    /// The header.
    package var accept: String?
    /// Of the installation, as clients reach it: scheme and host, no slash at the end.
    package var base: String
    /// From when the public sees the release; nil when it was seen at once.
    package var published: Moment?

    package init(
      parts: [String], items: [(name: String, value: String)], accept: String?, base: String,
      published: Moment? = nil
    ) {
      (self.parts, self.items, self.accept, self.base) = (parts, items, accept, base)
      self.published = published
    }
  }

  package func answer(_ request: Request) -> OpenDataAnswer {
    do throws(SDMXFault) {
      guard let root = request.parts.first.flatMap(SDMXEdition.init) else {
        throw .absent("there is /sdmx/2.1 and /sdmx/3.0")
      }
      return try answer(request, root, Array(request.parts.dropFirst()))
    } catch {
      return .fault(error.status, error.message, root: "sdmx")
    }
  }

  private func answer(
    _ request: Request, _ root: SDMXEdition, _ parts: [String]
  ) throws(SDMXFault) -> OpenDataAnswer {
    let rest = Array(parts.dropFirst())
    let options = SDMXOptions(items: request.items)
    switch (root, parts.first?.lowercased()) {
    case (.two, "data"):
      return try data(try flow(two: rest), rest.count > 1 ? rest[1] : "", options, request, root)
    case (.two, "availableconstraint"):
      return try availability(
        try flow(two: rest), rest.count > 1 ? rest[1] : "", rest.count > 3 ? rest[3] : "all",
        options, request, root)
    case (.three, "data"):
      return try data(
        try flow(three: rest, most: 5), rest.count > 4 ? rest[4] : "", options, request, root)
    case (.three, "availability"):
      return try availability(
        try flow(three: rest, most: 6), rest.count > 4 ? rest[4] : "",
        rest.count > 5 ? rest[5] : "*", options, request, root)
    case (.three, "structure"):
      return try structures(StructureQuery(rest, options), options, request, root)
    case (_, "metadata"), (_, "schema"), (_, "registration"):
      throw .unsupported("there is no \(parts[0]) here")
    case (.two, let name?) where name != "*":
      return try structures(StructureQuery(parts, options), options, request, root)
    default: throw .absent("there is nothing at this address")
    }
  }

  private func updated(_ request: Request) -> Moment {
    request.published ?? Moment(startOf: referenceDate)
  }

  private func header(_ request: Request) -> SDMXHeader {
    SDMXHeader(
      agency: structures.agency, sender: sender, referenceDate: referenceDate,
      prepared: updated(request))
  }

  // MARK: Which dataflow

  /// `DF_I01`, `STRAFRECHT,DF_I01` or `STRAFRECHT,DF_I01,1.0`; then the key, the provider and, of what there is, the component.
  private func flow(two parts: [String]) throws(SDMXFault) -> SDMXFlow {
    guard let reference = parts.first else { throw .malformed("which dataflow?") }
    let names = reference.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.count <= 3, parts.count <= 4 else {
      throw .malformed("'\(reference)' has too many parts")
    }
    if parts.count > 2, parts[2] != "all" {
      throw .unsupported("a choice of providers; ask for all")
    }
    if names.count > 2 { try SDMXVersion.check(names[2]) }
    return try flow(agency: names.count > 1 ? names[0] : "all", id: names[names.count > 1 ? 1 : 0])
  }

  /// What is asked, the agency, the id, the version; then the key.
  private func flow(three parts: [String], most: Int) throws(SDMXFault) -> SDMXFlow {
    guard parts.count <= most else { throw .malformed("an address has \(most) parts at most") }
    if parts.count > 3 { try SDMXVersion.check(parts[3]) }
    let (agency, id) = (parts.count > 1 ? parts[1] : "*", parts.count > 2 ? parts[2] : "*")
    switch parts.first?.lowercased() ?? "*" {
    case "dataflow", "*": return try flow(agency: agency, id: id)
    case "datastructure":
      guard let flow = structures.flows.first(where: { $0.structure.id == id }) else {
        throw .absent("there is no data structure '\(id)'")
      }
      return try self.flow(agency: agency, id: flow.flow.id)
    case let other: throw .absent("there is no \(other) here")
    }
  }

  private func flow(agency: String, id: String) throws(SDMXFault) -> SDMXFlow {
    let isAny = ["all", "*"].contains(agency)
    guard isAny || agency == structures.agency else {
      if agency.contains(",") || agency.contains("+") {
        throw .unsupported("several agencies at once")
      }
      throw .absent("there is no agency '\(agency)'; there is \(structures.agency)")
    }
    if let flow = structures.flow(id) { return flow }
    if ["all", "*"].contains(id) || id.contains(",") || id.contains("+") {
      throw .unsupported("several dataflows at once; ask for them one by one")
    }
    throw .absent("there is no dataflow '\(id)'")
  }

  // MARK: Answers

  private func data(
    _ flow: SDMXFlow, _ key: String, _ options: SDMXOptions, _ request: Request,
    _ root: SDMXEdition
  ) throws(SDMXFault) -> OpenDataAnswer {
    let format = try SDMXFormat.chosen(
      accept: request.accept, format: options["format"], among: SDMXFormat.data(root))
    let query = try DataQuery(flow, key: key, options, updated: updated(request))
    guard !query.isEmpty else { throw .absent("there are no figures of this") }
    let asked = AskedFigures(flow, query)
    let header = header(request)
    let message: any DataMessage
    switch format {
    case .generic: message = GenericXML(asked, header)
    case .json1, .json2: message = SDMXJSON(asked, format.edition, header)
    case .csv1, .csv2: message = SDMXCSV(asked, format.edition)
    default: message = StructureSpecificXML(asked, format.edition, header)
    }
    return OpenDataAnswer(
      status: 200, contentType: format.rawValue, headers: SDMXFormat.headers,
      body: .pieces { message.pieces(flow, query) })
  }

  private func structures(
    _ query: StructureQuery, _ options: SDMXOptions, _ request: Request, _ root: SDMXEdition
  ) throws(SDMXFault) -> OpenDataAnswer {
    try message(try query.answer(structures), options, request, root)
  }

  /// Every combination of codes has a cell, so that what there is of each dimension depends on no other.
  private func availability(
    _ flow: SDMXFlow, _ key: String, _ component: String, _ options: SDMXOptions,
    _ request: Request, _ root: SDMXEdition
  ) throws(SDMXFault) -> OpenDataAnswer {
    let query = try DataQuery(
      flow, key: key, options, updated: updated(request), more: ["mode", "references"])
    let references = try StructureQuery.references(options["references"])
    let isExact: Bool
    switch options["mode"]?.lowercased() {
    case nil, "exact": isExact = true
    case "available": isExact = false
    case let other?: throw .malformed("'\(other)' is no mode: exact or available")
    }
    guard !query.isEmpty else { throw .absent("there are no figures of this") }
    let names = component.split { $0 == "+" || $0 == "," }.map(String.init)
    let isAny = names.isEmpty || names.contains("all") || names.contains("*")
    let known = flow.dimensions
    if !isAny, let unknown = names.first(where: { !known.contains($0) }) {
      throw .malformed("there is no '\(unknown)'; there is \(known.joined(separator: ", "))")
    }
    func isAsked(_ name: String) -> Bool { isAny || names.contains(name) }
    var codes: [(dimension: String, codes: [String])] = []
    for (axis, places) in zip(flow.axes, query.places) where isAsked(axis.id) {
      codes.append((axis.id, isExact ? places.map { axis.codes[$0].id } : axis.codes.map(\.id)))
    }
    let periods =
      flow.timeTitle == nil || !isAsked(SDMXFlow.timeDimension)
      ? [] : (isExact ? query.moments : Array(flow.moments.indices)).map { flow.moments[$0].period }
    let constraint = flow.constraint("AVAILABLE_", codes, periods: periods)
    let all = structures.artefacts(with: constraint)
    return try message(
      StructureQuery(of: references).answer([constraint], among: all), options, request, root)
  }

  private func message(
    _ artefacts: [(artefact: SDMXArtefact, form: StructureQuery.Form)], _ options: SDMXOptions,
    _ request: Request, _ root: SDMXEdition
  ) throws(SDMXFault) -> OpenDataAnswer {
    let format = try SDMXFormat.chosen(
      accept: request.accept, format: options["format"], among: SDMXFormat.structures(root))
    let (edition, base) = (format.edition, request.base)
    let header = header(request)
    let bytes =
      [.structureXML2, .structureXML3].contains(format)
      ? StructureXML(edition: edition, header: header, base: base).message(artefacts)
      : StructureJSON(edition: edition, header: header, base: base).message(artefacts)
    return OpenDataAnswer(
      status: 200, contentType: format.rawValue, headers: SDMXFormat.headers, body: .whole(bytes))
  }
}
