import InformationModel

/// A question for structures: which, what belongs to them, and how much of each is told.
struct StructureQuery {
  enum Form: Sendable {
    case full
    /// Without what it consists of.
    case described
    /// Only what it is called.
    case stub
  }

  enum References: Equatable {
    case none
    case parents
    case parentsAndSiblings
    case ancestors
    case children
    case descendants
    case all
    case kind(SDMXArtefact.Kind?)
  }

  /// Nil when anything is asked for.
  var kinds: Set<SDMXArtefact.Kind>?
  /// Each nil when any.
  var agencies: Set<String>?
  var ids: Set<String>?
  var items: Set<String>?
  var references: References
  private var ownForm = Form.full
  private var otherForm = Form.full

  /// Kinds that SDMX knows and of which nothing is maintained here.
  private static let unused: Set<String> = [
    "allowedconstraint", "attachmentconstraint", "customtypescheme", "dataconsumerscheme",
    "dataproviderscheme", "geographiccodelist", "geogridcodelist", "hierarchicalcodelist",
    "hierarchy", "hierarchyassociation", "metadataconstraint", "metadataflow",
    "metadataprovisionagreement", "metadataproviderscheme", "metadatastructure",
    "namepersonalisationscheme", "organisationscheme", "organisationunitscheme", "process",
    "provisionagreement",
    "reportingtaxonomy", "representationmap", "rulesetscheme", "structuremap", "structureset",
    "transformationscheme", "userdefinedoperatorscheme", "valuelist", "vtlmappingscheme",
    "categoryschememap", "conceptschememap", "organisationschememap", "reportingtaxonomymap",
  ]

  /// - Parameters:
  ///   - parts: of the address: the kind, the agency, the id, the version, the items; what is missing is any, and the latest version.
  ///   - options: `references`, `detail`.
  /// - Throws: what is wrong with the question.
  init(_ parts: [String], _ options: SDMXOptions) throws(SDMXFault) {
    guard parts.count <= 5 else { throw .malformed("an address has five parts at most") }
    let kind = parts.first ?? "*"
    if !["*", "structure"].contains(kind) {
      guard let known = Self.kind(kind) else { throw Self.noKind(kind) }
      kinds = [known]
    }
    func names(_ place: Int) -> Set<String>? {
      guard parts.indices.contains(place) else { return nil }
      let names = parts[place].split { $0 == "+" || $0 == "," }.map(String.init)
      return names.contains("all") || names.contains("*") ? nil : Set(names)
    }
    agencies = names(1)
    ids = names(2)
    if parts.count > 3 { try SDMXVersion.check(parts[3]) }
    items = names(4)
    if items != nil, kinds?.allSatisfy(\.hasItems) != true {
      throw .malformed("'\(kind)' has no items")
    }
    try options.check(["references", "detail", "format"], unsupported: ["asof"])
    references = try Self.references(options["references"])
    switch options["detail"]?.lowercased() ?? "full" {
    // No list has codes that its structures do not use, so that a part of one is all of it.
    case "full", "referencepartial", "raw": break
    case "allstubs": (ownForm, otherForm) = (.stub, .stub)
    case "referencestubs": otherForm = .stub
    case "allcompletestubs": (ownForm, otherForm) = (.described, .described)
    case "referencecompletestubs": otherForm = .described
    case let other: throw .malformed("'\(other)' is no detail")
    }
  }

  /// What belongs to something that is made for a question.
  init(of references: References) { self.references = references }

  private static func kind(_ name: String) -> SDMXArtefact.Kind? {
    let name = name.lowercased()
    // No constraint says what would be allowed.
    if name == "actualconstraint" { return .constraint }
    return SDMXArtefact.Kind.allCases.first { kind in
      SDMXEdition.allCases.contains { kind.resource($0) == name }
    }
  }

  private static func noKind(_ name: String) -> SDMXFault {
    .absent(
      unused.contains(name.lowercased())
        ? "there is no \(name.lowercased()) here" : "there is nothing at this address")
  }

  static func references(_ text: String?) throws(SDMXFault) -> References {
    switch text?.lowercased() ?? "none" {
    case "none": return .none
    case "parents": return .parents
    case "parentsandsiblings": return .parentsAndSiblings
    case "ancestors": return .ancestors
    case "children": return .children
    case "descendants": return .descendants
    case "all": return .all
    case let name:
      if let kind = kind(name) { return .kind(kind) }
      guard unused.contains(name) else { throw .malformed("'\(name)' is no kind of references") }
      return .kind(nil)
    }
  }

  // MARK: Answer

  func answer(
    _ structures: SDMXStructures
  ) throws(SDMXFault) -> [(artefact: SDMXArtefact, form: Form)] {
    let all = structures.artefacts()
    var own = all.filter { artefact in
      let reference = artefact.reference
      return kinds?.contains(reference.kind) != false
        && agencies?.contains(reference.agency) != false && ids?.contains(reference.id) != false
    }
    if let items { own = own.compactMap { Self.part(of: $0, items) } }
    guard !own.isEmpty else { throw .absent("there is no such structure") }
    return answer(own, among: all)
  }

  func answer(
    _ own: [SDMXArtefact], among all: [SDMXArtefact]
  ) -> [(artefact: SDMXArtefact, form: Form)] {
    let found = Set(own.map(\.reference))
    let others = related(to: found, among: all).subtracting(found)
    // A categorisation is nothing but what it joins, a constraint nothing but what it tells.
    func told(
      _ artefact: SDMXArtefact, _ form: Form
    ) -> (artefact: SDMXArtefact, form: Form) {
      let isWhole = [.categorisation, .constraint].contains(artefact.reference.kind)
      return (artefact, isWhole ? .full : form)
    }
    return own.map { told($0, ownForm) }
      + all.filter { others.contains($0.reference) }.map { told($0, otherForm) }
  }

  /// Only the items that are asked for; nil when it has none of them.
  private static func part(of artefact: SDMXArtefact, _ wanted: Set<String>) -> SDMXArtefact? {
    guard case .items(let items) = artefact.content else { return nil }
    func kept(_ items: [SDMXArtefact.Item], below path: String) -> [SDMXArtefact.Item] {
      items.compactMap { item in
        var own = item
        own.children = kept(item.children, below: path + item.id + ".")
        if let parent = own.parent, !wanted.contains(parent) { own.parent = nil }
        return wanted.contains(path + item.id) || !own.children.isEmpty ? own : nil
      }
    }
    var part = artefact
    let own = kept(items, below: "")
    part.content = .items(own)
    part.isPartial = true
    return own.isEmpty ? nil : part
  }

  private func related(
    to found: Set<SDMXArtefact.Reference>, among all: [SDMXArtefact]
  ) -> Set<SDMXArtefact.Reference> {
    func children(of some: Set<SDMXArtefact.Reference>) -> Set<SDMXArtefact.Reference> {
      Set(all.filter { some.contains($0.reference) }.flatMap(\.uses))
    }
    func parents(of some: Set<SDMXArtefact.Reference>) -> Set<SDMXArtefact.Reference> {
      Set(all.filter { !some.isDisjoint(with: $0.uses) }.map(\.reference))
    }
    func closure(
      _ step: (Set<SDMXArtefact.Reference>) -> Set<SDMXArtefact.Reference>
    ) -> Set<SDMXArtefact.Reference> {
      var reached: Set<SDMXArtefact.Reference> = []
      var newest = found
      while !newest.isEmpty {
        newest = step(newest).subtracting(reached)
        reached.formUnion(newest)
      }
      return reached
    }
    let above = parents(of: found)
    switch references {
    case .none: return []
    case .parents: return above
    case .parentsAndSiblings: return above.union(children(of: above))
    case .ancestors: return closure(parents)
    case .children: return children(of: found)
    case .descendants: return closure(children)
    case .all: return above.union(children(of: above)).union(closure(children))
    case .kind(let kind):
      return closure(children).union(closure(parents)).filter { $0.kind == kind }
    }
  }
}

/// There is one version of everything.
enum SDMXVersion {
  /// Refuses any other.
  static func check(_ text: String) throws(SDMXFault) {
    let known = ["all", "latest", "*", "~", "+", "1", "1.0", "1.0.0", "1+", "1.0+", "1.0.0+"]
    let wanted = text.split(separator: ",").map(String.init)
    guard wanted.contains(where: known.contains) else {
      throw .absent("there is no version '\(text)': it is 1.0, in SDMX 3.0 1.0.0")
    }
  }
}

/// The options of a question.
struct SDMXOptions {
  /// In the order in which they are given.
  let items: [(name: String, value: String)]

  subscript(name: String) -> String? {
    items.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Refuses an option that would change nothing, and one that is given twice.
  ///
  /// - Parameters:
  ///   - known: what there is.
  ///   - unsupported: what SDMX has and this service does not, in small letters.
  ///   - filters: whether `c[DIMENSION]` is one, which may be given twice.
  /// - Throws: the first that is wrong.
  func check(
    _ known: [String], unsupported: [String] = [], filters: Bool = false
  ) throws(SDMXFault) {
    var seen: Set<String> = []
    for item in items where !item.name.isEmpty && !(filters && Self.isFilter(item.name)) {
      let name = item.name.lowercased()
      if unsupported.contains(name) { throw .unsupported("\(item.name) is not supported") }
      guard known.contains(where: { $0.lowercased() == name }) else {
        let options = known.joined(separator: ", ")
        throw .malformed("there is no option '\(item.name)'; there is \(options)")
      }
      guard seen.insert(name).inserted else { throw .malformed("\(item.name) is given twice") }
    }
  }

  /// `c[DIMENSION]`.
  static func isFilter(_ name: String) -> Bool { name.hasPrefix("c[") && name.hasSuffix("]") }
}
