import Foundation
import InformationModel
import Publication

/// PxWebApi 2: how clients of the Nordic statistical offices ask.
package struct PxService: Sendable {
  private let tables: [PublishedTable]
  private let chain: ChainDescription
  private let themes: [Concept]

  /// Cells of one answer.
  static let mostCells = 500_000
  private static let version = "2.0.0"

  package init(_ release: PublishedRelease, tables: [PublishedTable]) {
    self.tables = tables
    chain = release.chain
    themes = release.scheme(Naming.themeScheme)?.concepts ?? []
  }

  /// What is asked for.
  package struct Request: Sendable {
    /// Decoded, below `/api/v2`.
    package var parts: [String]
    package var items: [(name: String, value: String)]
    /// Of a POST; nil of a GET.
    package var body: [UInt8]?
    package var base: String

    package init(
      parts: [String], items: [(name: String, value: String)], body: [UInt8]?, base: String
    ) {
      (self.parts, self.items, self.body, self.base) = (parts, items, body, base)
    }

    func option(_ name: String) -> String? {
      items.last { $0.name.lowercased() == name.lowercased() }?.value
    }

    var language: Language { option("lang").flatMap { Language(rawValue: $0) } ?? .nl }
  }

  /// Why there is no answer.
  struct Fault: Error {
    var status: Int
    var title: String
    var detail: String

    init(_ status: Int, _ detail: String) {
      self.status = status
      title = [400: "Bad Request", 403: "Forbidden", 404: "Not Found"][status] ?? "Error"
      self.detail = detail
    }
  }

  package func answer(_ request: Request) -> OpenDataAnswer {
    do throws(Fault) {
      if let language = request.option("lang"), Language(rawValue: language) == nil {
        throw Fault(400, "there is no language '\(language)': nl or en")
      }
      return try found(request)
    } catch {
      let json = OrderedJSON.object([
        ("type", .string("about:blank")), ("title", .string(error.title)),
        ("status", .integer(error.status)), ("detail", .string(error.detail)),
      ])
      return OpenDataAnswer(
        status: error.status, contentType: "application/problem+json",
        body: .whole(Array(json.data)))
    }
  }

  private func found(_ request: Request) throws(Fault) -> OpenDataAnswer {
    let parts = request.parts
    switch (parts.first?.lowercased(), parts.count) {
    case (nil, _), ("config", 1): return json(config(request))
    case ("tables", 1): return json(try list(request))
    case ("tables", 2): return json(record(try table(parts[1]), request, isAlone: true))
    case ("tables", 3):
      let table = try table(parts[1])
      switch parts[2].lowercased() {
      case "metadata":
        let place = "\(request.base)/api/v2/tables/\(table.description.id)/metadata"
        return OpenDataAnswer(
          status: 200, contentType: Self.jsonType,
          body: .whole(
            Array(
              StatisticalJSON(
                table: table, chain: chain, language: request.language, address: place
              ).metadata)))
      case "data": return try data(of: table, request)
      case "defaultselection": return json(defaultSelection(of: table))
      default: throw Fault(404, "there is no '\(parts[2])' of a table")
      }
    case ("codelists", 2): throw Fault(404, "there is no code list '\(parts[1])'")
    default: throw Fault(404, "there is nothing at this address")
    }
  }

  private static let jsonType = "application/json; charset=utf-8"

  private func json(_ value: OrderedJSON) -> OpenDataAnswer {
    OpenDataAnswer(status: 200, contentType: Self.jsonType, body: .whole(Array(value.data)))
  }

  private func table(_ id: String) throws(Fault) -> PublishedTable {
    guard let table = tables.first(where: { $0.description.id.lowercased() == id.lowercased() })
    else { throw Fault(404, "there is no table '\(id)'") }
    return table
  }

  // MARK: What there is

  private func config(_ request: Request) -> OrderedJSON {
    .object([
      ("apiVersion", .string(Self.version)), ("appVersion", .string("0.1.0")),
      (
        "languages",
        .array([
          .object([("id", .string("nl")), ("label", .string("Nederlands"))]),
          .object([("id", .string("en")), ("label", .string("English"))]),
        ])
      ),
      ("defaultLanguage", .string("nl")), ("maxDataCells", .integer(Self.mostCells)),
      // None: whoever serves many sets one before it.
      ("maxCallsPerTimeWindow", .integer(0)), ("timeWindow", .integer(1)),
      ("license", .string(chain.licence.address)),
      (
        "sourceReferences",
        .array(
          Language.allCases.map { language in
            .object([
              ("language", .string(language.rawValue)), ("text", .string(chain.name[language])),
            ])
          })
      ),
      ("defaultDataFormat", .string("json-stat2")),
      ("dataFormats", .strings(["json-stat2", "csv", "px"])),
      ("features", .array([])),
    ])
  }

  private func list(_ request: Request) throws(Fault) -> OrderedJSON {
    var found = tables
    if let query = request.option("query"), !query.isEmpty {
      let words = query.lowercased().split(separator: " ")
      found = found.filter { table in
        let text = [
          table.description.id, table.description.title[request.language],
          table.description.summary[request.language],
        ].joined(separator: " ").lowercased()
        return words.allSatisfy { text.contains($0) }
      }
    }
    func whole(_ name: String, _ standard: Int) throws(Fault) -> Int {
      guard let text = request.option(name) else { return standard }
      guard let number = Int(text), (1...1_000_000).contains(number) else {
        throw Fault(400, "\(name) must be a whole number from 1 to 1000000")
      }
      return number
    }
    let size = try whole("pageSize", max(1, found.count))
    let page = try whole("pageNumber", 1)
    let pages = max(1, (found.count + size - 1) / size)
    let shown = Array(found.dropFirst((page - 1) * size).prefix(size))
    return .object([
      ("language", .string(request.language.rawValue)),
      ("tables", .array(shown.map { record($0, request, isAlone: false) })),
      (
        "page",
        .object([
          ("pageNumber", .integer(page)), ("pageSize", .integer(size)),
          ("totalElements", .integer(found.count)), ("totalPages", .integer(pages)),
          ("links", .array([])),
        ])
      ),
      ("links", .array([link("self", "\(request.base)/api/v2/tables", request)])),
    ])
  }

  private func link(_ relation: String, _ address: String, _ request: Request) -> OrderedJSON {
    .object([
      ("rel", .string(relation)), ("hreflang", .string(request.language.rawValue)),
      ("href", .string(address)),
    ])
  }

  private func record(
    _ table: PublishedTable, _ request: Request, isAlone: Bool
  ) -> OrderedJSON {
    let language = request.language
    let description = table.description
    let texts = TableTexts(table: table, chain: chain)
    let periods = table.timeDimension.map { time in
      table.dimensions[time].categories.filter { $0.code != Naming.allPeriods }
    }
    let place = "\(request.base)/api/v2/tables/\(description.id)"
    let theme = themes.first { $0.code == description.theme }
    let units = ["Permaand": "Monthly", "Perkwartaal": "Quarterly", "Perjaar": "Annual"]
    return .object(
      (isAlone ? [("language", .string(language.rawValue))] : []) + [
        ("type", .string("Table")), ("id", .string(description.id)),
        ("label", .string(description.title[language])),
        ("description", .string(description.summary[language])),
        ("updated", .string("\(table.provenance.referenceDate)T00:00:00Z")),
        ("firstPeriod", .string(periods?.first?.label[language] ?? "")),
        ("lastPeriod", .string(periods?.last?.label[language] ?? "")),
        ("category", .string("public")), ("discontinued", .boolean(false)),
        (
          "source",
          .string(
            chain.sources(of: table.provenance).map { $0.name[language] }.joined(separator: ", "))
        ),
        ("subjectCode", .string(description.theme)),
        (
          "timeUnit",
          .string(table.timeDimension == nil ? "Other" : units[texts.frequency] ?? "Other")
        ),
        (
          "variableNames",
          .strings(
            table.dimensions.map { $0.title[language] } + [
              language == .nl ? "onderwerp" : "subject"
            ])
        ),
        (
          "paths",
          .array([
            .array([
              .object([
                ("id", .string(description.theme)),
                ("label", .string(theme?.label[language] ?? description.theme)),
              ])
            ])
          ])
        ),
        (
          "links",
          .array([
            link("self", place, request), link("metadata", place + "/metadata", request),
            link("data", place + "/data", request),
          ])
        ),
      ])
  }

  // MARK: Figures

  private func variables(of table: PublishedTable) -> [(id: String, codes: [String], isTime: Bool)]
  {
    table.dimensions.map { ($0.id, $0.categories.map(\.code), $0.role == .time) }
      + [(Naming.contents, table.measures.map(\.id), false)]
  }

  /// Totals of everything but time, of which the newest thirteen, and all measures.
  private func defaultPlaces(of table: PublishedTable) -> [[Int]] {
    table.dimensions.map { dimension in
      dimension.role == .time
        ? Array(dimension.categories.indices.suffix(13))
        : dimension.total.map { [$0] } ?? Array(dimension.categories.indices.prefix(1))
    } + [Array(table.measures.indices)]
  }

  private func defaultSelection(of table: PublishedTable) -> OrderedJSON {
    .object([
      (
        "selection",
        .array(
          zip(variables(of: table), defaultPlaces(of: table)).map { variable, places in
            .object([
              ("variableCode", .string(variable.id)),
              ("valueCodes", .strings(places.map { variable.codes[$0] })),
            ])
          })
      ),
      (
        "placement",
        .object([
          ("heading", .strings([Naming.contents])), ("stub", .strings(table.dimensions.map(\.id))),
        ])
      ),
    ])
  }

  /// What a POST brings.
  private struct Query: Decodable {
    struct Selection: Decodable {
      var variableCode: String
      var valueCodes: [String]?
      var codelist: String?
    }

    var selection: [Selection]?
  }

  private func data(of table: PublishedTable, _ request: Request) throws(Fault) -> OpenDataAnswer {
    var asked: [String: [String]] = [:]
    if let body = request.body {
      guard let query = try? JSONDecoder().decode(Query.self, from: Data(body)) else {
        throw Fault(
          400, "the body must be {\"selection\": [{\"variableCode\": …, \"valueCodes\": […]}]}")
      }
      for one in query.selection ?? [] {
        if let list = one.codelist, !list.isEmpty {
          throw Fault(400, "there is no code list '\(list)'")
        }
        asked[one.variableCode.lowercased()] = one.valueCodes ?? []
      }
    }
    for (name, value) in request.items {
      let word = name.lowercased()
      if word.hasPrefix("valuecodes["), word.hasSuffix("]") {
        asked[String(word.dropFirst("valuecodes[".count).dropLast())] = ValueSelection.split(value)
      } else if word.hasPrefix("codelist["), !value.isEmpty {
        throw Fault(400, "there is no code list '\(value)'")
      }
    }
    let chosen = try places(asked, of: table)
    let cells = chosen.reduce(1) { $0.multipliedReportingOverflow(by: $1.count).partialValue }
    guard cells <= Self.mostCells else {
      throw Fault(403, "the selection has \(cells) cells; an answer has \(Self.mostCells) at most")
    }
    let part = table.restricted(to: Array(chosen.dropLast()), measures: chosen[chosen.count - 1])
    let format = request.option("outputFormat") ?? "json-stat2"
    switch format.lowercased() {
    case "json-stat2":
      return OpenDataAnswer(
        status: 200, contentType: Self.jsonType,
        body: .whole(
          Array(
            StatisticalJSON(table: part, of: table, chain: chain, language: request.language).data))
      )
    case "csv":
      return OpenDataAnswer(
        status: 200, contentType: TableFormat.csv.contentType,
        body: .whole(Array(CommaSeparatedFile(table: part).data)))
    case "px":
      return OpenDataAnswer(
        status: 200, contentType: TableFormat.pcAxis.contentType,
        body: .whole(
          Array(PCAxisFile(table: part, chain: chain, language: request.language).data)))
    default: throw Fault(400, "'\(format)' is no format here: json-stat2, csv or px")
    }
  }

  private func places(
    _ asked: [String: [String]], of table: PublishedTable
  ) throws(Fault) -> [[Int]] {
    let variables = variables(of: table)
    for name in asked.keys.sorted() where !variables.contains(where: { $0.id.lowercased() == name })
    {
      throw Fault(400, "table \(table.description.id) has no variable '\(name)'")
    }
    if asked.isEmpty { return defaultPlaces(of: table) }
    var chosen: [[Int]] = []
    for (number, variable) in variables.enumerated() {
      let values = asked[variable.id.lowercased()] ?? []
      if values.isEmpty {
        // What may be left out stands as its total.
        guard number < table.dimensions.count, let total = table.dimensions[number].total else {
          throw Fault(400, "the variable \(variable.id) must be selected")
        }
        chosen.append([total])
        continue
      }
      do throws(ValueSelection.Unknown) {
        chosen.append(
          try ValueSelection.places(values, in: variable.codes, isTime: variable.isTime))
      } catch {
        throw Fault(400, "'\(error.value)' is nothing that \(variable.id) has")
      }
    }
    return chosen
  }
}
