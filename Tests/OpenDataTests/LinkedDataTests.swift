import DisclosureControl
import Foundation
import InformationModel
import OpenData
import Publication
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A statement with everything written out: addresses between angle brackets, texts between quotes with language or type.
private struct Statement: Hashable {
  let subject: String
  let predicate: String
  let object: String

  static func text(_ text: String, language: String? = nil, type: String? = nil) -> String {
    "\"\(text)\"" + (language.map { "@" + $0 } ?? type.map { "^^<\($0)>" } ?? "")
  }

  static func list(_ things: [String]) -> String { "(" + things.joined(separator: " ") + ")" }
}

/// Reads as much of Turtle as graphs need (RDF 1.1 Turtle, W3C 2014).
private struct TurtleReader {
  private enum Token: Equatable {
    case address(String)
    case name(String)
    case text(String, language: String?, type: String?)
    case sign(Character)
  }

  struct Unreadable: Error { let rest: String }

  private var rest: Substring.UnicodeScalarView
  private var prefixes: [String: String] = [:]

  static func statements(_ turtle: String) throws -> Set<Statement> {
    var reader = TurtleReader(rest: turtle.unicodeScalars[...])
    return try reader.read()
  }

  private init(rest: Substring.UnicodeScalarView) { self.rest = rest }

  private mutating func read() throws -> Set<Statement> {
    var statements: Set<Statement> = []
    while let token = try next() {
      if token == .name("@prefix") {
        guard case .name(let name)? = try next(), name.hasSuffix(":"),
          case .address(let address)? = try next(), try next() == .sign(".")
        else { throw Unreadable(rest: String(rest.prefix(80))) }
        prefixes[String(name.dropLast())] = address
        continue
      }
      let subject = try thing(token)
      var isOpen = true
      while isOpen {
        guard let verb = try next() else { throw Unreadable(rest: "") }
        let predicate =
          verb == .name("a")
          ? "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" : try thing(verb)
        let object = try object()
        let isNew = statements.insert(
          Statement(subject: subject, predicate: predicate, object: object)
        ).inserted
        #expect(isNew, "\(subject) \(predicate) \(object) stands there twice")
        switch try next() {
        case .sign(";"): break
        case .sign("."): isOpen = false
        default: throw Unreadable(rest: String(rest.prefix(80)))
        }
      }
    }
    return statements
  }

  private mutating func object() throws -> String {
    guard let token = try next() else { throw Unreadable(rest: "") }
    switch token {
    case .text(let text, let language, let type):
      return Statement.text(text, language: language, type: type)
    case .sign("("):
      var things: [String] = []
      while let token = try next(), token != .sign(")") { things.append(try thing(token)) }
      return Statement.list(things)
    default: return try thing(token)
    }
  }

  private func thing(_ token: Token) throws -> String {
    switch token {
    case .address(let address): return "<\(address)>"
    case .name(let name):
      let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, let start = prefixes[parts[0]] else { throw Unreadable(rest: name) }
      return "<\(start)\(parts[1])>"
    case .text, .sign: throw Unreadable(rest: String(rest.prefix(80)))
    }
  }

  private mutating func next() throws -> Token? {
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    guard let first = rest.popFirst() else { return nil }
    switch first {
    case "<":
      let address = rest.prefix { $0 != ">" }
      rest = rest.dropFirst(address.count + 1)
      // What the grammar forbids between angle brackets.
      for scalar in address
      where scalar.value <= 0x20 || "<>\"{}|^`\\".unicodeScalars.contains(scalar) {
        throw Unreadable(rest: String(address))
      }
      return .address(String(address))
    case "\"": return try text()
    case ";", "(", ")", ".": return .sign(Character(first))
    default:
      let name = rest.prefix { !$0.properties.isWhitespace && $0 != ";" && $0 != ")" }
      rest = rest.dropFirst(name.count)
      return .name(String(Character(first)) + String(name))
    }
  }

  private mutating func text() throws -> Token {
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst(), scalar != "\"" {
      guard scalar != "\n", scalar != "\r" else { throw Unreadable(rest: String(text)) }
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "n": text.append("\n")
      case "r": text.append("\r")
      case "t": text.append("\t")
      case "b": text.append("\u{8}")
      case "f": text.append("\u{C}")
      case "\"": text.append("\"")
      case "\\": text.append("\\")
      case let mark? where mark == "u" || mark == "U":
        let digits = rest.prefix(mark == "u" ? 4 : 8)
        rest = rest.dropFirst(digits.count)
        guard let scalar = UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init) else {
          throw Unreadable(rest: String(digits))
        }
        text.append(scalar)
      default: throw Unreadable(rest: String(text))
      }
    }
    var language: String?
    var type: String?
    if rest.first == "@" {
      let name = rest.dropFirst().prefix { $0.properties.isAlphabetic || $0 == "-" }
      rest = rest.dropFirst(name.count + 1)
      language = String(name)
    } else if rest.starts(with: "^^".unicodeScalars) {
      rest = rest.dropFirst(2)
      guard let token = try next() else { throw Unreadable(rest: "") }
      type = String(try thing(token).dropFirst().dropLast())
    }
    return .text(String(text), language: language, type: type)
  }
}

/// Reads RDF/XML of descriptions with property elements, as graphs are written (RDF 1.1 XML Syntax, W3C 2014).
private final class MarkupGraphReader: NSObject, XMLParserDelegate {
  private static let syntax = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  private(set) var statements: Set<Statement> = []
  private var subject: String?
  private var predicate: String?
  private var object: String?
  private var list: [String]?
  private var attributes: [String: String] = [:]
  private var text = ""

  init?(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.shouldProcessNamespaces = true
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    text = ""
    if namespaceURI == Self.syntax, name == "RDF" { return }
    if namespaceURI == Self.syntax, name == "Description" {
      let thing = "<\(attributes["rdf:about"] ?? "")>"
      if predicate == nil { subject = thing } else { list?.append(thing) }
      return
    }
    predicate = "<\(namespaceURI ?? "")\(name)>"
    self.attributes = attributes
    object = attributes["rdf:resource"].map { "<\($0)>" }
    list = attributes["rdf:parseType"] == "Collection" ? [] : nil
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if namespaceURI == Self.syntax, ["RDF", "Description"].contains(name) { return }
    guard let subject, let predicate else { return }
    let object =
      object ?? list.map(Statement.list)
      ?? Statement.text(text, language: attributes["xml:lang"], type: attributes["rdf:datatype"])
    statements.insert(Statement(subject: subject, predicate: predicate, object: object))
    self.predicate = nil
  }
}

/// Reads JSON-LD of a context and a graph, as graphs are written (JSON-LD 1.1, W3C 2020).
private struct LinkedJSONReader {
  private let context: [String: String]

  static func statements(_ data: Data) throws -> Set<Statement> {
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let context = try #require(json["@context"] as? [String: String])
    let graph = try #require(json["@graph"] as? [[String: Any]])
    let reader = LinkedJSONReader(context: context)
    var statements: Set<Statement> = []
    for thing in graph {
      let subject = try reader.whole(thing["@id"])
      for (member, value) in thing where member != "@id" {
        let predicate =
          member == "@type"
          ? "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" : try reader.whole(member)
        for value in value as? [Any] ?? [value] {
          let object = member == "@type" ? try reader.whole(value) : try reader.object(value)
          statements.insert(Statement(subject: subject, predicate: predicate, object: object))
        }
      }
    }
    return statements
  }

  private func whole(_ value: Any?) throws -> String {
    let address = try #require(value as? String)
    let parts = address.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let start = context[parts[0]], !parts[1].hasPrefix("//") else {
      return "<\(address)>"
    }
    return "<\(start)\(parts[1])>"
  }

  private func object(_ value: Any) throws -> String {
    if let text = value as? String { return Statement.text(text) }
    let members = try #require(value as? [String: Any])
    if let list = members["@list"] as? [[String: Any]] {
      return Statement.list(try list.map { try whole($0["@id"]) })
    }
    guard let text = members["@value"] as? String else { return try whole(members["@id"]) }
    let type = try members["@type"].map { String(try whole($0).dropFirst().dropLast()) }
    return Statement.text(text, language: members["@language"] as? String, type: type)
  }
}

/// A release with texts and codes that a notation could take for something else.
private struct Described {
  static let texts = [
    "\"aanhalingen\" en 'apostrofs'", "terug\\schuin \\n \\u0041 \\", "regel\neinde\r\nen\rtab\t",
    "<b>&amp; & </rdf:RDF> ]]> <!-- -->",
    "emoji \u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{1D11E}",
    "besturing \u{1}\u{8}\u{B}\u{C}\u{1F} eind", "\u{7F}\u{85}\u{2028}\u{FFFD}\u{FFFE}",
    " blanken ",
    "@nl", "^^xsd:date", "dcat:Dataset", "{{x}}", "e\u{301}é", "\"", "\\", "\n", ".",
    "a ; b , c . d",
  ]
  static let codes = [
    "T", "A 1/2", "A%201%2F2", "a", "A", "<x>", "#", "x#bron", "?q=1&r=2", "é", "\\", "{}|^`",
    "\"", "%", "a+b", "~.-_", "\u{1F469}\u{200D}\u{1F467}", "漢字", "a/b", "a%2Fb", "a:b", "1.2",
  ]

  let service: LinkedDataService
  let folder: TemporaryFolder

  static func text(_ place: Int) -> LocalizedText {
    LocalizedText(nl: texts[place % texts.count], en: "EN" + texts[(place + 7) % texts.count])
  }

  static func scheme(_ id: String, _ codes: [String]) -> ConceptScheme {
    ConceptScheme(
      id: id, name: text(2), description: text(3), owner: "De <beheerder> & \"co\"",
      concepts: codes.enumerated().map { place, code in
        Concept(
          code: code, parent: place == 0 ? nil : codes[place > 9 ? 1 : 0], label: text(place),
          alternatives: place % 2 == 0 ? nil : alternatives(place),
          definition: place == 4 ? LocalizedText(nl: "", en: "") : text(place + 3),
          source: place % 3 == 0 ? texts[place % texts.count] : nil,
          validFrom: CalendarDate(year: 2020, month: 2, day: 29),
          validTo: place == 5 ? CalendarDate(year: 2024, month: 1, day: 31) : nil)
      })
  }

  static func alternatives(_ place: Int) -> AlternativeLabels {
    AlternativeLabels(nl: [text(place + 1).nl, text(place + 2).nl], en: [text(place + 1).en])
  }

  init(hasListing: Bool = true, codes: [String] = codes) throws {
    let date = try #require(CalendarDate(iso: "2024-06-01"))
    let deliveries = Self.texts.prefix(5).enumerated().map { place, text in
      DeliveryReference(
        id: "lev \(place) \(text)", organisation: place % 2 == 0 ? "ORG" : "anders", period: text,
        referenceDate: date)
    }
    let chain = ChainDescription(
      id: "proef", version: "1", name: Self.text(0), purpose: Self.text(1),
      licence: Licence(name: Self.texts[3], address: "https://example.org/licentie?a=1&b=2"),
      organisations: [
        Organisation(id: "org <1>", code: "ORG", name: Self.text(4), role: Self.text(5)),
        Organisation(id: "org/1", code: "O2", name: Self.text(6), role: Self.text(7)),
      ],
      listing: hasListing
        ? CatalogueListing(
          contactName: Self.text(8), contactAddress: "mailto:a+b@example.org", theme: "JUST",
          country: "NLD", keywords: (0..<Self.texts.count).map(Self.text)) : nil)
    let tables = (0..<2).map { number in
      let kinds = InformationModel.Dimension(
        id: "Soort", title: Self.text(9), scheme: "soort",
        categories: [Category(code: "T", label: Self.text(10))])
      let periods = InformationModel.Dimension(
        id: "Perioden", title: Self.text(11), role: .time,
        categories: ["2023JJ00", "2024X000"].map { Category(code: $0, label: Self.text(12)) })
      return StatisticalTable(
        description: TableDescription(
          id: "T\(number)", slug: "t-\(number)", title: Self.text(number),
          summary: Self.text(number + 5), population: Self.text(13),
          unit: Concept(code: "e", label: Self.text(14), definition: Self.text(15)),
          theme: number == 0 ? "A 1/2" : "onbekend", headline: Self.text(16), chart: .overTime),
        dimensions: number == 0 ? [kinds, periods] : [kinds],
        measures: [
          Measure(
            id: "aantal", title: Self.text(17), unit: Self.text(0), decimals: 0, kind: .count)
        ], counts: number == 0 ? [10, 20] : [30], values: [number == 0 ? [10, 20] : [30]])
    }
    let policy = DisclosurePolicy(
      id: "p", title: Self.text(1), threshold: 5, percentileThreshold: 10, reason: Self.text(2))
    folder = try TemporaryFolder()
    let id = try Release.write(
      chain: chain,
      schemes: [
        Self.scheme("soort", codes), Self.scheme("themas", ["T", "A 1/2"]),
        Self.scheme("leeg & raar/id", []),
      ],
      tables: tables.map { (try $0.protected(under: policy), deliveries) },
      provenance: Provenance(
        referenceDate: date, snapshot: "momentopname <a> \"b\"", pack: "proef/1",
        packVersion: "1 2",
        program: "keten {test}", deliveries: deliveries), into: folder.url)
    let release = try PublicationStore(directory: folder.url).release(id)
    service = LinkedDataService(release, tables: try release.allTables())
  }

  func bytes(
    _ subject: LinkedDataService.Subject, _ serialisation: RDFSerialisation,
    base: String = "http://localhost"
  ) throws -> Data {
    Data(try #require(service.bytes(of: subject, as: serialisation, base: base)))
  }

  func statements(_ subject: LinkedDataService.Subject) throws -> Set<Statement> {
    try TurtleReader.statements(String(decoding: bytes(subject, .turtle), as: UTF8.self))
  }
}

@Suite("Linked data")
struct LinkedDataTests {
  private static let predicates = "http://www.w3.org/2004/02/skos/core#"

  private static let subjects: [(name: String, subject: LinkedDataService.Subject)] = [
    ("the catalogue", .catalogue), ("a table", .table("t-0")), ("another table", .table("t-1")),
    ("all concepts", .allConcepts), ("a scheme", .scheme("soort")),
    ("a scheme without concepts", .scheme("leeg & raar/id")),
    ("a concept", .concept("A 1/2", scheme: "soort")),
    ("a classification", .classification("soort")),
    ("an empty classification", .classification("leeg & raar/id")),
  ]

  /// XML has no room for some characters; they are left out there.
  private static func forXML(_ statement: Statement) -> Statement {
    Statement(
      subject: statement.subject, predicate: statement.predicate,
      object: String(
        String.UnicodeScalarView(
          statement.object.unicodeScalars.filter { scalar in
            scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
              || ["\t", "\n", "\r"].contains(scalar)
          })))
  }

  @Test("is the same statements in Turtle, JSON-LD and RDF/XML", arguments: [true, false])
  func sameStatements(hasListing: Bool) throws {
    let described = try Described(hasListing: hasListing)
    for (name, subject) in Self.subjects {
      let turtle = try described.statements(subject)
      #expect(turtle.count > 5, "\(name)")
      let json = try LinkedJSONReader.statements(described.bytes(subject, .linkedJSON))
      #expect(json == turtle, "\(name): \(json.symmetricDifference(turtle).prefix(4))")
      let markup = try #require(MarkupGraphReader(described.bytes(subject, .xml)), "\(name)")
      let expected = Set(turtle.map(Self.forXML))
      #expect(
        markup.statements == expected,
        "\(name): \(markup.statements.symmetricDifference(expected).prefix(4))")
    }
  }

  @Test("keeps every text as it is, in both languages")
  func texts() throws {
    let described = try Described()
    let all = try described.statements(.allConcepts)
    let label = "<\(Self.predicates)prefLabel>"
    let alternative = "<\(Self.predicates)altLabel>"
    for (place, code) in Described.codes.enumerated() {
      let notation = Statement.text(code)
      let subject = try #require(
        all.first {
          $0.predicate == "<\(Self.predicates)notation>" && $0.object == notation
            && $0.subject.contains("/soort/")
        }?.subject, "\(code)")
      let labels = all.filter { $0.subject == subject && $0.predicate == label }.map(\.object)
      let text = Described.text(place)
      #expect(
        Set(labels) == [
          Statement.text(text.nl, language: "nl"), Statement.text(text.en, language: "en"),
        ])
      let others = all.filter { $0.subject == subject && $0.predicate == alternative }
      let expected = place % 2 == 0 ? nil : Described.alternatives(place)
      #expect(
        Set(others.map(\.object))
          == Set(
            (expected?.nl ?? []).map { Statement.text($0, language: "nl") }
              + (expected?.en ?? []).map { Statement.text($0, language: "en") }))
    }
  }

  @Test("gives each thing an address of its own that leads to it, whatever its code is")
  func addresses() throws {
    let described = try Described()
    let all = try described.statements(.scheme("soort"))
    let start = "<http://localhost/begrippen/soort/"
    var found: [String: String] = [:]
    for statement in all where statement.predicate == "<\(Self.predicates)notation>" {
      let code = String(statement.object.dropFirst().dropLast())
      #expect(found.updateValue(statement.subject, forKey: code) == nil)
      #expect(statement.subject.hasPrefix(start))
      let last = statement.subject.dropFirst(start.count).dropLast()
      #expect(String(last).removingPercentEncoding == code, "\(last)")
      #expect(last.utf8.allSatisfy { $0 < 0x80 } && !last.contains("/"), "\(last)")
      #expect(URL(string: String(statement.subject.dropFirst().dropLast())) != nil)
    }
    #expect(found.count == Described.codes.count)
    #expect(Set(found.values).count == found.count)
  }

  @Test("names in each statement only whole addresses that can be followed")
  func wholeAddresses() throws {
    let described = try Described()
    let sign = /<(https?:\/\/|mailto:)[A-Za-z0-9\-._~:\/?#@!$&'()*+,;=%]+>/
    for (name, subject) in Self.subjects {
      for statement in try described.statements(subject) {
        #expect(statement.subject.wholeMatch(of: sign) != nil, "\(name): \(statement.subject)")
        if statement.object.hasPrefix("<") {
          #expect(statement.object.wholeMatch(of: sign) != nil, "\(name): \(statement.object)")
        }
      }
    }
  }

  @Test("stands below the address at which it was asked for")
  func base() throws {
    let described = try Described()
    let base = "https://cijfers.example.org/uitgaven/2024-06-01-abcdefghijkl"
    for (name, subject) in Self.subjects {
      for serialisation in RDFSerialisation.allCases {
        let here = String(
          decoding: try described.bytes(subject, serialisation, base: base), as: UTF8.self)
        #expect(!here.contains("http://localhost"), "\(name)")
        let there = String(decoding: try described.bytes(subject, serialisation), as: UTF8.self)
        #expect(here.replacing(base, with: "http://localhost") == there, "\(name)")
      }
    }
  }

  @Test("leads up and down among concepts, each way as the other")
  func hierarchy() throws {
    let all = try Described().statements(.scheme("soort"))
    func pairs(_ name: String) -> Set<[String]> {
      Set(
        all.filter { $0.predicate == "<\(Self.predicates)\(name)>" }.map {
          [$0.subject, $0.object]
        })
    }
    let broader = pairs("broader")
    #expect(broader.count == Described.codes.count - 1)
    #expect(Set(pairs("narrower").map { $0.reversed() }) == broader)
    #expect(Set(pairs("hasTopConcept").map { $0.reversed() }) == pairs("topConceptOf"))
    #expect(pairs("hasTopConcept").count == 1)
  }

  @Test(
    "keeps the levels of a classification and its items apart",
    arguments: [["T", "A", "niveau-1"], ["niveau-2", "B"], ["niveau-1"], ["a#b", "a"]])
  func levels(codes: [String]) throws {
    let all = try Described(codes: codes).statements(.classification("soort"))
    let type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    func things(_ kind: String) -> Set<String> {
      Set(all.filter { $0.predicate == type && $0.object.hasSuffix(kind + ">") }.map(\.subject))
    }
    let (levels, items) = (things("xkos#ClassificationLevel"), things("core#Concept"))
    #expect(items.count == codes.count && levels.count == min(codes.count, 2))
    #expect(levels.isDisjoint(with: items), "\(levels.intersection(items))")
    let list = try #require(all.first { $0.predicate.hasSuffix("xkos#levels>") }?.object)
    #expect(Set(list.dropFirst().dropLast().split(separator: " ").map(String.init)) == levels)
    let members = all.filter { $0.predicate == "<\(Self.predicates)member>" }
    #expect(Set(members.map(\.object)) == items && members.count == items.count)
  }

  @Test("has nothing of what is not in the release")
  func unknown() throws {
    let described = try Described()
    let unknown: [LinkedDataService.Subject] = [
      .table("t-9"), .table(""), .scheme("anders"), .scheme(""), .classification("anders"),
      .concept("Q", scheme: "soort"), .concept("T", scheme: "anders"),
      .concept("", scheme: "soort"),
    ]
    for subject in unknown {
      for serialisation in RDFSerialisation.allCases {
        #expect(
          described.service.bytes(of: subject, as: serialisation, base: "http://localhost") == nil)
      }
    }
  }

  @Test("is the same bytes each time")
  func sameBytes() throws {
    let (one, other) = (try Described(), try Described())
    for (name, subject) in Self.subjects {
      for serialisation in RDFSerialisation.allCases {
        #expect(
          try one.bytes(subject, serialisation) == other.bytes(subject, serialisation), "\(name)")
      }
    }
  }
}
