import InformationModel

/// Something that a structure message describes: a dataflow, its structure, a list of codes.
struct SDMXArtefact: Sendable {
  /// In the order of a structure message.
  enum Kind: String, Sendable, CaseIterable {
    case agencyScheme
    case dataflow
    case categoryScheme
    case categorisation
    case codelist
    case conceptScheme
    case dataStructure
    case constraint
  }

  /// What an artefact is found by.
  struct Reference: Sendable, Hashable {
    var kind: Kind
    var agency: String
    var id: String

    /// - Parameters:
    ///   - edition: whose version it gets.
    ///   - item: what is meant within it; nil for all of it.
    ///   - itemClass: what an item is; the kind's own when nil.
    /// - Returns: the name that is the same everywhere.
    func urn(_ edition: SDMXEdition, item: String? = nil, itemClass: String? = nil) -> String {
      let name = item == nil ? kind.className(edition) : itemClass ?? kind.itemClass
      let place = "\(agency):\(id)(\(version(edition)))"
      return "urn:sdmx:org.sdmx.infomodel.\(kind.package).\(name)=\(place)"
        + (item.map { "." + $0 } ?? "")
    }

    /// Where it is.
    ///
    /// - Parameters:
    ///   - edition: under which root.
    ///   - base: scheme and host, no slash at the end.
    /// - Returns: the address.
    func address(_ edition: SDMXEdition, below base: String) -> String {
      let root = edition == .two ? edition.rawValue : edition.rawValue + "/structure"
      return "\(base)/sdmx/\(root)/\(kind.resource(edition))/\(agency)/\(id)/\(version(edition))"
    }

    /// Schemes of agencies never have another.
    func version(_ edition: SDMXEdition) -> String {
      kind == .agencyScheme ? SDMXEdition.two.version : edition.version
    }
  }

  /// An agency, a category, a code or a concept.
  struct Item: Sendable {
    var id: String
    var name: LocalizedText
    var description: LocalizedText?
    /// Of a code.
    var parent: String?
    /// Of a category.
    var children: [Item] = []
  }

  struct Component: Sendable {
    enum Role: Sendable {
      case dimension
      case time
      case measure
      /// Nil when it is about each observation, else the dimension that it belongs to.
      case attribute(of: String?)
    }

    var id: String
    var role: Role
    /// Nil when it has no codes.
    var codes: Reference?
  }

  enum Content: Sendable {
    case items([Item])
    case flow(structure: Reference)
    case structure(concepts: Reference, components: [Component])
    case categorisation(flow: Reference, scheme: Reference, category: String)
    /// What there is of a dataflow.
    case constraint(
      flow: Reference, codes: [(dimension: String, codes: [String])], from: CalendarDate?,
      to: CalendarDate?)
  }

  /// What a reader must know beside the description.
  struct Note: Sendable {
    var id: String
    var text: LocalizedText
  }

  var reference: Reference
  var name: LocalizedText
  var description: LocalizedText?
  var notes: [Note] = []
  var content: Content
  /// Some of its items were not asked for.
  var isPartial = false

  /// What it cannot be read without.
  var uses: [Reference] {
    switch content {
    case .items: return []
    case .flow(let structure): return [structure]
    case .structure(let concepts, let components):
      return [concepts] + components.compactMap(\.codes)
    case .categorisation(let flow, let scheme, _): return [flow, scheme]
    case .constraint(let flow, _, _, _): return [flow]
    }
  }
}

extension SDMXArtefact.Kind {
  /// Only constraints have another name in each standard.
  func name(_ edition: SDMXEdition) -> String {
    self == .constraint ? (edition == .two ? "contentConstraint" : "dataConstraint") : rawValue
  }

  /// In an address.
  func resource(_ edition: SDMXEdition) -> String { name(edition).lowercased() }

  var package: String {
    switch self {
    case .agencyScheme: "base"
    case .dataflow, .dataStructure: "datastructure"
    case .categoryScheme, .categorisation: "categoryscheme"
    case .codelist: "codelist"
    case .conceptScheme: "conceptscheme"
    case .constraint: "registry"
    }
  }

  func className(_ edition: SDMXEdition) -> String {
    let name = name(edition)
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  var itemClass: String {
    switch self {
    case .agencyScheme: "Agency"
    case .categoryScheme: "Category"
    case .codelist: "Code"
    case .conceptScheme: "Concept"
    case .dataflow, .categorisation, .dataStructure, .constraint: "Item"
    }
  }

  /// What a release says does not change; who maintains it may.
  var isFinal: Bool { self != .agencyScheme }

  var hasItems: Bool { itemClass != "Item" }
}
