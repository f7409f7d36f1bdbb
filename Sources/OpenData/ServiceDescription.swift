import InformationModel
import Publication

/// What the services answer, for programs that make themselves from it (OpenAPI 3.1).
package struct ServiceDescription: Sendable {
  private let chain: ChainDescription
  private let tables: [String]
  /// Scheme and host, no slash at the end.
  private let base: String

  package init(_ release: PublishedRelease, base: String) {
    chain = release.chain
    tables = release.manifest.tables.map(\.id)
    self.base = base
  }

  package var bytes: [UInt8] {
    let catalog = chain.id.uppercased()
    let odata = Self.options([
      ("$filter", "Which rows: eq, ne, gt, ge, lt, le, and, or, not, startswith, contains."),
      ("$select", "Which columns, divided by commas."), ("$orderby", "In which order."),
      ("$top", "How many rows at most."), ("$skip", "How many rows to leave out first."),
    ])
    let table = Self.inPath("id", "A table.", tables)
    let language = Self.inPath("lang", "A language.", Language.allCases.map(\.rawValue))
    let paths: [(String, OrderedJSON)] = [
      (
        "/odata/v1/\(catalog)/{id}/Observations",
        Self.get(
          "observations", "The figures of a table by OData 4.", [table] + odata,
          type: "application/json")
      ),
      (
        "/odata/v1/\(catalog)/Datasets",
        Self.get("datasets", "All tables by OData 4.", odata, type: "application/json")
      ),
      (
        "/ODataFeed/odata/{id}/TypedDataSet",
        Self.get(
          "typedDataSet", "The figures of a table by OData 3.", [table] + odata,
          type: "application/json")
      ),
      (
        "/ODataCatalog/Tables",
        Self.get("catalogTables", "All tables by OData 3.", odata, type: "application/json")
      ),
      (
        "/api/v2/tables/{id}/data",
        Self.get(
          "pxData", "Part of a table by PxWebApi 2; `valueCodes[…]` chooses values.",
          [table]
            + Self.options([
              ("lang", "nl or en."),
              (
                "outputFormat",
                PxFormat.Kind.allCases.map(\.rawValue).joined(separator: ", ") + "."
              ),
            ]), type: "application/json")
      ),
      (
        "/api/v2/tables",
        Self.get(
          "pxTables", "All tables by PxWebApi 2.",
          Self.options([
            ("query", "Words in the texts of the table."),
            ("pastDays", "Of the last so many days."), ("pageSize", "Tables a page."),
          ]),
          type: "application/json")
      ),
      (
        "/api/v1/{lang}/\(catalog)/{id}",
        .object([
          (
            "get",
            Self.operation(
              "pxVariables", "The variables of a table by PxWebApi 1; limits with `?config`.",
              [language, table], type: "application/json")
          ),
          (
            "post",
            Self.operation(
              "pxQuery",
              "Part of a table by PxWebApi 1: `query` chooses values, `response.format` a form ("
                + PxService.formatsOfVersion1.joined(separator: ", ") + ").",
              [language, table], body: "application/json", type: "application/json")
          ),
        ])
      ),
      (
        "/api/v1/{lang}/\(catalog)",
        Self.get(
          "pxThemes", "Themes by PxWebApi 1, with tables below each.", [language],
          type: "application/json")
      ),
      (
        "/sdmx/2.1/data/{flow}/{key}",
        Self.get(
          "sdmxData", "Figures by SDMX 2.1.",
          [
            Self.inPath("flow", "A dataflow.", tables.map { "DF_" + $0 }),
            Self.inPath("key", "Codes divided by dots; all for everything.", nil),
          ]
            + Self.options([
              ("startPeriod", "From this period."), ("endPeriod", "Up to and with this period."),
            ]), type: "application/vnd.sdmx.structurespecificdata+xml;version=2.1")
      ),
      (
        "/sdmx/2.1/dataflow",
        Self.get(
          "sdmxFlows", "All dataflows by SDMX 2.1.", [],
          type: "application/vnd.sdmx.structure+xml;version=2.1")
      ),
      (
        "/download/{id}.csv",
        Self.get("csv", "The figures as one file.", [table], type: "text/csv")
      ),
      (
        "/jsonstat/{id}",
        Self.get("jsonStat", "The figures as JSON-stat 2.0.", [table], type: "application/json")
      ),
      (
        "/catalog.ttl",
        Self.get("catalogue", "The catalogue by DCAT-AP-NL 3.0.", [], type: "text/turtle")
      ),
      (
        "/begrippen.ttl", Self.get("concepts", "The concepts by NL-SBB.", [], type: "text/turtle")
      ),
    ]
    return Array(
      OrderedJSON.object([
        ("openapi", .string("3.1.0")),
        (
          "info",
          .object([
            ("title", .string(chain.name.en)), ("description", .string(chain.purpose.en)),
            ("version", .string(chain.version)),
            (
              "license",
              .object([
                ("name", .string(chain.licence.name)), ("url", .string(chain.licence.address)),
              ])
            ),
          ])
        ),
        ("servers", .array([.object([("url", .string(base))])])),
        ("paths", .object(paths)),
      ]).data)
  }

  private static func get(
    _ id: String, _ summary: String, _ parameters: [OrderedJSON], type: String
  ) -> OrderedJSON {
    .object([("get", operation(id, summary, parameters, type: type))])
  }

  private static func operation(
    _ id: String, _ summary: String, _ parameters: [OrderedJSON], body: String? = nil, type: String
  ) -> OrderedJSON {
    func answer(_ text: String) -> OrderedJSON { .object([("description", .string(text))]) }
    let found = OrderedJSON.object([
      ("description", .string("What was asked for.")),
      ("content", .object([(type, .object([]))])),
    ])
    var members: [(String, OrderedJSON)] = [
      ("operationId", .string(id)), ("summary", .string(summary)),
      ("parameters", .array(parameters)),
    ]
    var answers = [("200", found)]
    if let body {
      members.append(
        (
          "requestBody",
          .object([("required", .boolean(true)), ("content", .object([(body, .object([]))]))])
        ))
    } else {
      answers.append(("304", answer("You have it already.")))
    }
    answers += [
      ("400", answer("The question cannot be read.")),
      ("404", answer("There is no such thing.")),
      ("429", answer("Too many questions; see Retry-After.")),
    ]
    return .object(members + [("responses", .object(answers))])
  }

  private static func inPath(_ name: String, _ text: String, _ values: [String]?) -> OrderedJSON {
    .object([
      ("name", .string(name)), ("in", .string("path")), ("required", .boolean(true)),
      ("description", .string(text)),
      (
        "schema",
        .object(
          [("type", .string("string"))] + (values.map { [("enum", .strings($0))] } ?? []))
      ),
    ])
  }

  private static func options(_ options: [(String, String)]) -> [OrderedJSON] {
    options.map { name, text in
      .object([
        ("name", .string(name)), ("in", .string("query")), ("description", .string(text)),
        ("schema", .object([("type", .string("string"))])),
      ])
    }
  }
}
