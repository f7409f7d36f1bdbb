import Foundation
import InformationModel

/// What the columns of the comma-separated file mean, as CSV on the Web describes it (W3C, 2015).
struct TabularMetadata {
  let table: PublishedTable
  let chain: ChainDescription

  var data: Data {
    let description = table.description
    let provenance = table.provenance
    let key = table.dimensions.map(\.id) + ["Measure"]
    return OrderedJSON.object([
      (
        "@context",
        .array([
          .string("http://www.w3.org/ns/csvw"), .object([("@language", .string("nl"))]),
        ])
      ),
      ("url", .string(description.id + TableFormat.csv.suffix)),
      (
        "dialect",
        .object([
          ("delimiter", .string(",")), ("encoding", .string("utf-8")),
          ("lineTerminators", .strings(["\r\n"])), ("quoteChar", .string("\"")),
        ])
      ),
      ("dc:identifier", .string(description.id)),
      ("dc:title", Self.literals(description.title)),
      ("dc:description", Self.literals(description.summary)),
      ("dc:coverage", Self.literals(description.population)),
      ("dc:subject", Self.literals(description.unit.label)),
      ("dc:publisher", .strings(chain.sources(of: provenance).map(\.name.nl))),
      ("dc:source", .strings(provenance.deliveries.map(\.id))),
      ("dc:date", Self.date(provenance.referenceDate)),
      ("dc:provenance", .string(provenance.snapshot)),
      ("dc:license", .object([("@id", .string(chain.licence.address))])),
      ("notes", .array([notes])),
      (
        "tableSchema",
        .object([
          ("columns", .array(dimensionColumns + fixedColumns)),
          ("primaryKey", .strings(key)),
        ])
      ),
    ]).data
  }

  /// The same facts in plain words, for readers that do not know Dublin Core.
  private var notes: OrderedJSON {
    let description = table.description
    return .object([
      ("population", Self.texts(description.population)),
      (
        "unit",
        .object([
          ("code", .string(description.unit.code)), ("label", Self.texts(description.unit.label)),
          ("definition", Self.texts(description.unit.definition)),
        ])
      ),
      ("referenceDate", .string(table.provenance.referenceDate.description)),
      ("snapshot", .string(table.provenance.snapshot)),
      ("deliveries", .strings(table.provenance.deliveries.map(\.id))),
      ("status", .string(table.status.rawValue)),
      ("provisional", .strings(table.provisionalPeriods.map(\.code))),
      ("protection", Self.texts(table.protection.reason)),
      ("licence", .string(chain.licence.name)),
    ])
  }

  private var dimensionColumns: [OrderedJSON] {
    table.dimensions.map { dimension in
      .object([
        ("name", .string(dimension.id)), ("titles", Self.titles(dimension.title, of: dimension.id)),
        ("datatype", .string("string")), ("required", .boolean(true)),
        ("skos:member", .array(dimension.categories.map(Self.concept))),
      ])
    }
  }

  private var fixedColumns: [OrderedJSON] {
    let text = TabularText.self
    return [
      .object([
        ("name", .string("Measure")), ("titles", Self.titles(text.measure, of: "Measure")),
        ("datatype", .string("string")), ("required", .boolean(true)),
        ("skos:member", .array(table.measures.map(Self.concept))),
      ]),
      .object([
        ("name", .string("Value")), ("titles", Self.titles(text.value, of: "Value")),
        ("datatype", .string("decimal")), ("dc:description", Self.literals(text.valueMeaning)),
      ]),
      .object([
        ("name", .string("ValueAttribute")),
        ("titles", Self.titles(text.attribute, of: "ValueAttribute")),
        (
          "datatype",
          .object([
            ("base", .string("string")), ("format", .string("None|Confidential|Impossible")),
          ])
        ),
        ("required", .boolean(true)),
        ("dc:description", Self.literals(text.attributeMeaning)),
      ]),
    ]
  }

  private static func concept(_ category: Category) -> OrderedJSON {
    var members: [(String, OrderedJSON)] = [
      ("skos:notation", .string(category.code)), ("skos:prefLabel", literals(category.label)),
    ]
    if let definition = category.definition {
      members.append(("dc:description", literals(definition)))
    }
    if let status = category.status { members.append(("dc:type", .string(status.rawValue))) }
    return .object(members)
  }

  private static func concept(_ measure: Measure) -> OrderedJSON {
    var members: [(String, OrderedJSON)] = [
      ("skos:notation", .string(measure.id)), ("skos:prefLabel", literals(measure.title)),
      ("dc:format", literals(measure.unit)),
    ]
    if let definition = measure.definition {
      members.append(("dc:description", literals(definition)))
    }
    return .object(members)
  }

  private static func titles(_ title: LocalizedText, of column: String) -> OrderedJSON {
    func both(_ text: String) -> OrderedJSON { .strings(text == column ? [text] : [text, column]) }
    return .object([("nl", both(title.nl)), ("en", both(title.en))])
  }

  private static func literals(_ text: LocalizedText) -> OrderedJSON {
    .array(
      Language.allCases.map { language in
        .object([
          ("@value", .string(text[language])), ("@language", .string(language.rawValue)),
        ])
      })
  }

  private static func date(_ date: CalendarDate) -> OrderedJSON {
    .object([("@value", .string(date.description)), ("@type", .string("xsd:date"))])
  }

  private static func texts(_ text: LocalizedText) -> OrderedJSON {
    .object([("nl", .string(text.nl)), ("en", .string(text.en))])
  }
}

/// The words that the format itself brings, whatever the table is about.
private enum TabularText {
  static let measure = LocalizedText(nl: "Onderwerp", en: "Measure")
  static let value = LocalizedText(nl: "Waarde", en: "Value")
  static let valueMeaning = LocalizedText(
    nl: "De waarde; leeg waar geen cijfer is, zie ValueAttribute.",
    en: "The value; empty where there is no figure, see ValueAttribute.")
  static let attribute = LocalizedText(nl: "Toelichting op de waarde", en: "Remark on the value")
  static let attributeMeaning = LocalizedText(
    nl: "None: gewoon cijfer. Confidential: geheim. Impossible: kan niet voorkomen.",
    en: "None: a normal figure. Confidential: hidden to protect. Impossible: nothing to compute.")
}
