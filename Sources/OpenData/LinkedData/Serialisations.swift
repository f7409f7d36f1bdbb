import Publication

/// The ways to write a graph down.
package enum RDFSerialisation: String, Sendable, CaseIterable {
  case turtle = "ttl"
  case linkedJSON = "jsonld"
  case xml = "rdf"

  package var mediaType: String {
    switch self {
    case .turtle: "text/turtle"
    case .linkedJSON: "application/ld+json"
    case .xml: "application/rdf+xml"
    }
  }
}

extension RDFGraph {
  func bytes(_ serialisation: RDFSerialisation) -> [UInt8] {
    switch serialisation {
    case .turtle: Array(turtle.utf8)
    case .linkedJSON: Array(linkedJSON.data)
    case .xml: Array(xml.utf8)
    }
  }

  // MARK: Turtle (W3C, 2014)

  private var turtle: String {
    var text = usedVocabularies.map { "@prefix \($0.name): <\($0.address)> .\n" }.joined()
    for description in descriptions {
      text += "\n<\(Self.escapedAddress(description.subject))>"
      for (index, statement) in description.statements.enumerated() {
        let predicate = statement.predicate == "rdf:type" ? "a" : statement.predicate
        text += (index == 0 ? " " : " ;\n    ") + predicate + " " + Self.turtle(statement.object)
      }
      text += " .\n"
    }
    return text
  }

  private static func turtle(_ term: RDFTerm) -> String {
    switch term {
    case .thing(let address): shortened(address) ?? "<\(escapedAddress(address))>"
    case .words(let text, let language): quoted(text) + "@" + language
    case .value(let text, nil): quoted(text)
    case .value(let text, let type?): quoted(text) + "^^xsd:" + type
    case .list(let things): "( " + things.map { turtle(.thing($0)) + " " }.joined() + ")"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// What may not stand between angle brackets gets a percent sign.
  private static func escapedAddress(_ address: String) -> String {
    var result = ""
    for byte in address.utf8 {
      switch byte {
      case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "{"),
        UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "`"),
        UInt8(ascii: "\\"), 0x80...:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      default: result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return result
  }

  // MARK: JSON-LD 1.1 (W3C, 2020)

  private var linkedJSON: OrderedJSON {
    let context = usedVocabularies.map { ($0.name, OrderedJSON.string($0.address)) }
    let things = descriptions.map { description in
      var members: [(String, [OrderedJSON])] = []
      var kinds: [OrderedJSON] = []
      for (predicate, object) in description.statements {
        if predicate == "rdf:type", case .thing(let address) = object {
          kinds.append(.string(Self.shortened(address) ?? Self.escapedAddress(address)))
        } else if let place = members.firstIndex(where: { $0.0 == predicate }) {
          members[place].1.append(Self.json(object))
        } else {
          members.append((predicate, [Self.json(object)]))
        }
      }
      return OrderedJSON.object(
        [("@id", .string(Self.escapedAddress(description.subject)))]
          + (kinds.isEmpty ? [] : [("@type", .array(kinds))])
          + members.map { ($0.0, $0.1.count == 1 ? $0.1[0] : .array($0.1)) })
    }
    return .object([("@context", .object(context)), ("@graph", .array(things))])
  }

  private static func json(_ term: RDFTerm) -> OrderedJSON {
    switch term {
    case .thing(let address):
      .object([("@id", .string(shortened(address) ?? escapedAddress(address)))])
    case .words(let text, let language):
      .object([("@value", .string(text)), ("@language", .string(language))])
    case .value(let text, nil): .string(text)
    case .value(let text, let type?):
      .object([("@value", .string(text)), ("@type", .string("xsd:" + type))])
    case .list(let things): .object([("@list", .array(things.map { json(.thing($0)) }))])
    }
  }

  // MARK: RDF/XML (W3C, 2014)

  private var xml: String {
    let used = usedVocabularies
    var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF"
    for (name, address) in used { text += "\n    xmlns:\(name)=\"\(Self.marked(address))\"" }
    text += ">\n"
    for description in descriptions {
      let subject = Self.marked(Self.escapedAddress(description.subject))
      text += "  <rdf:Description rdf:about=\"\(subject)\">\n"
      for (predicate, object) in description.statements {
        text += "    <\(predicate)"
        switch object {
        case .thing(let address):
          text += " rdf:resource=\"\(Self.marked(Self.escapedAddress(address)))\"/>\n"
        case .words(let words, let language):
          text += " xml:lang=\"\(language)\">\(Self.marked(words))</\(predicate)>\n"
        case .value(let value, nil): text += ">\(Self.marked(value))</\(predicate)>\n"
        case .value(let value, let type?):
          text += " rdf:datatype=\"\(Self.address("xsd:" + type))\">"
          text += "\(Self.marked(value))</\(predicate)>\n"
        case .list(let things):
          text += " rdf:parseType=\"Collection\">\n"
          for thing in things {
            let about = Self.marked(Self.escapedAddress(thing))
            text += "      <rdf:Description rdf:about=\"\(about)\"/>\n"
          }
          text += "    </\(predicate)>\n"
        }
      }
      text += "  </rdf:Description>\n"
    }
    return text + "</rdf:RDF>\n"
  }

  /// Text between marks; characters that XML cannot hold are left out.
  private static func marked(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\r": result += "&#13;"
      case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": break
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
