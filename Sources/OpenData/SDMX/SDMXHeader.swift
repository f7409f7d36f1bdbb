import InformationModel
import Publication

/// What every message begins with. It tells nothing of the moment at which it is made, so that the same question has the same answer.
struct SDMXHeader: Sendable {
  let agency: String
  let sender: LocalizedText
  let referenceDate: CalendarDate
  /// When its figures were published.
  let prepared: Moment

  private var id: String { "\(agency)-\(referenceDate)" }

  /// In XML, with what follows in a data message.
  func element(_ more: [MarkupElement] = []) -> MarkupElement {
    MarkupElement(
      "mes:Header", [],
      [
        MarkupElement("mes:ID", text: id), MarkupElement("mes:Test", text: "false"),
        MarkupElement("mes:Prepared", text: prepared.description),
        MarkupElement("mes:Sender", [("id", agency)], StructureXML.texts("com:Name", sender)),
      ] + more)
  }

  /// - Parameters:
  ///   - kind: `structure` or `data`.
  ///   - version: of SDMX-JSON.
  /// - Returns: the member `meta`.
  func json(_ kind: String, version: String) -> OrderedJSON {
    .object([
      (
        "schema",
        .string(
          "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/\(kind)-message/tools/schemas/\(version)/sdmx-json-\(kind)-schema.json"
        )
      ),
      ("id", .string(id)), ("test", .boolean(false)),
      ("prepared", .string(prepared.description)),
      ("contentLanguages", .strings(Language.allCases.map(\.rawValue))),
      ("sender", .object([("id", .string(agency))] + StructureJSON.texts("name", sender))),
    ])
  }
}
