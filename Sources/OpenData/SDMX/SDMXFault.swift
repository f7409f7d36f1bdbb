/// Why a question has no answer, as an error message of SDMX tells it.
struct SDMXFault: Error, Hashable {
  /// Of HTTP.
  let status: Int
  /// In English.
  let message: String

  init(_ status: Int, _ message: String) { (self.status, self.message) = (status, message) }

  static func malformed(_ message: String) -> SDMXFault { SDMXFault(400, message) }
  static func absent(_ message: String) -> SDMXFault { SDMXFault(404, message) }
  static func unsupported(_ message: String) -> SDMXFault { SDMXFault(501, message) }

  /// The numbers that SDMX gives to kinds of errors.
  private var code: Int {
    switch status {
    case 404: 100
    case 400, 405, 406: 140
    case 500...: status
    default: 150
    }
  }

  /// The message in XML.
  var markup: [UInt8] {
    var bytes = MarkupElement.declaration
    let text = MarkupElement("com:Text", [("xml:lang", "en")], text: message)
    let namespace = SDMXNamespace(.two)
    MarkupElement(
      "mes:Error",
      [("xmlns:mes", namespace.message), ("xmlns:com", namespace.common)],
      [MarkupElement("mes:ErrorMessage", [("code", String(code))], [text])]
    ).write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}

/// What the parts of an SDMX-ML message are called by.
struct SDMXNamespace {
  private let root: String

  init(_ edition: SDMXEdition) {
    let version = edition == .two ? "v2_1" : "v3_0"
    root = "http://www.sdmx.org/resources/sdmxml/schemas/\(version)/"
  }

  var message: String { root + "message" }
  var common: String { root + "common" }
  var structure: String { root + "structure" }
  var generic: String { root + "data/generic" }
  var structureSpecific: String { root + "data/structurespecific" }
  static let instance = "http://www.w3.org/2001/XMLSchema-instance"
}
