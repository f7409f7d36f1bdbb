import InformationModel

/// What stands behind a predicate.
enum RDFTerm: Sendable, Hashable {
  /// The whole address of a thing.
  case thing(String)
  /// A text in a language.
  case words(String, language: String)
  /// A value of a datatype of XML Schema: `date`, `dateTime`, `integer`, `decimal`, `boolean`, `anyURI`; a plain text when nil.
  case value(String, type: String?)

  /// Addresses of things in an order that counts.
  case list([String])

  static func text(_ text: String) -> RDFTerm { .value(text, type: nil) }
}

/// Statements about things (RDF 1.1), in the order in which they were made.
///
/// Everything but a list has an address of its own, so that all serialisations are the same statements under the same names.
struct RDFGraph: Sendable {
  struct Description: Sendable {
    let subject: String
    /// Without a statement twice.
    var statements: [(predicate: String, object: RDFTerm)] = []
  }

  /// Vocabularies by the name that stands for them.
  static let vocabularies: [(name: String, address: String)] = [
    ("dc", "http://purl.org/dc/elements/1.1/"), ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcatap", "http://data.europa.eu/r5r/"), ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"), ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xkos", "http://rdf-vocabulary.ddialliance.org/xkos#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
  ]

  private(set) var descriptions: [Description] = []
  private var places: [String: Int] = [:]
  private var known: Set<Statement> = []

  private struct Statement: Hashable {
    let subject: String
    let predicate: String
    let object: RDFTerm
  }

  /// Says of a thing what it is and what holds for it; `predicate` and class are written `vocabulary:name`.
  mutating func describe(
    _ subject: String, as kinds: [String] = [], _ statements: (String, [RDFTerm])...
  ) {
    for kind in kinds { add(subject, "rdf:type", .thing(Self.address(kind))) }
    for (predicate, objects) in statements {
      for object in objects { add(subject, predicate, object) }
    }
  }

  private mutating func add(_ subject: String, _ predicate: String, _ object: RDFTerm) {
    guard
      known.insert(Statement(subject: subject, predicate: predicate, object: object)).inserted
    else { return }
    let place = places[subject] ?? descriptions.count
    if place == descriptions.count {
      places[subject] = place
      descriptions.append(Description(subject: subject))
    }
    descriptions[place].statements.append((predicate, object))
  }

  /// `dcat:Dataset` written out.
  static func address(_ name: String) -> String {
    let parts = name.split(separator: ":", maxSplits: 1)
    guard parts.count == 2,
      let vocabulary = vocabularies.first(where: { $0.name == parts[0] })
    else { return name }
    return vocabulary.address + parts[1]
  }

  /// The vocabularies that the graph uses, in their own order.
  var usedVocabularies: [(name: String, address: String)] {
    var names: Set<String> = ["rdf", "xsd"]
    for statement in descriptions.lazy.flatMap(\.statements) {
      names.insert(String(statement.predicate.prefix { $0 != ":" }))
      guard case .thing(let address) = statement.object,
        let name = Self.shortened(address)?.prefix(while: { $0 != ":" })
      else { continue }
      names.insert(String(name))
    }
    return Self.vocabularies.filter { names.contains($0.name) }
  }

  /// `dcat:Dataset` for an address of a vocabulary; nil for any other.
  static func shortened(_ address: String) -> String? {
    for (name, start) in vocabularies where address.hasPrefix(start) {
      let rest = address.dropFirst(start.count)
      let isPlain = rest.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
      }
      return isPlain && !rest.isEmpty ? name + ":" + rest : nil
    }
    return nil
  }
}

extension [RDFTerm] {
  /// In Dutch and in English.
  static func both(_ text: LocalizedText) -> [RDFTerm] {
    Language.allCases.compactMap { language in
      text[language].isEmpty ? nil : .words(text[language], language: language.rawValue)
    }
  }
}

extension RDFTerm {
  static func date(_ date: CalendarDate) -> RDFTerm { .value(date.description, type: "date") }
}
