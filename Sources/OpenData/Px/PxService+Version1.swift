import InformationModel
import Publication

/// PxWebApi 1, which the `pxweb` of R speaks: addresses are a tree of language, database, theme and table; GET tells what is below, POST asks figures of a table.
extension PxService {
  func answerOfVersion1(_ request: Request) throws(PxFault) -> OpenDataAnswer {
    guard let name = request.parts.first else {
      throw PxFault(404, "there is nothing at this address; begin at /api/v1/nl")
    }
    let language = try Self.language(name)
    if request.option("config") != nil { return json(limits(request)) }
    guard request.option("query") == nil else {
      throw PxFault(501, "tables are not searched here, but by /api/v2/tables?query=")
    }
    let path = Array(request.parts.dropFirst())
    if let database = path.first, database.lowercased() != chain.id.lowercased() {
      throw PxFault(404, "there is no database '\(database)'")
    }
    let isTheme = path.count == 2 && tables.contains { $0.isOf(theme: path[1]) }
    if path.count > 1, !isTheme {
      return try answer(about: try table(at: Array(path.dropFirst())), request, language)
    }
    guard request.body == nil else { throw PxFault(405, "figures are asked of a table") }
    switch path.count {
    case 0: return json(.array([database(language)]))
    case 1: return json(.array(themes(in: language)))
    default: return json(.array(tables(of: path[1], request, language)))
    }
  }

  // MARK: The tree

  /// What clients ask before anything else.
  private func limits(_ request: Request) -> OrderedJSON {
    .object([
      ("maxValues", .integer(Self.mostCells)), ("maxCells", .integer(Self.mostCells)),
      // Clients take no calls for none at all.
      ("maxCalls", .integer(request.limit.calls > 0 ? request.limit.calls : Int(Int32.max))),
      ("timeWindow", .integer(request.limit.seconds)), ("CORS", .boolean(true)),
    ])
  }

  private func database(_ language: Language) -> OrderedJSON {
    .object([
      ("dbid", .string(chain.id.uppercased())), ("text", .string(chain.name[language])),
    ])
  }

  private func themes(in language: Language) -> [OrderedJSON] {
    var seen: Set<String> = []
    return tables.map(\.description.theme).filter { seen.insert($0).inserted }.map { code in
      let theme = themes.first { $0.code == code }
      return .object([
        ("id", .string(code)), ("type", .string("l")),
        ("text", .string(theme?.label[language] ?? code)),
      ])
    }
  }

  private func tables(
    of theme: String, _ request: Request, _ language: Language
  ) -> [OrderedJSON] {
    tables.filter { $0.isOf(theme: theme) }.map { table in
      .object([
        ("id", .string(table.description.id)), ("type", .string("t")),
        ("text", .string(table.description.title[language])),
        ("updated", .string(texts(of: table, request).updated.description)),
      ])
    }
  }

  /// By its theme and its id, or by its id alone.
  private func table(at path: [String]) throws(PxFault) -> PublishedTable {
    let table = try table(path[path.count - 1])
    guard path.count == 1 || path.count == 2 && table.isOf(theme: path[0]) else {
      throw PxFault(404, "table \(table.description.id) is not at this address")
    }
    return table
  }

  // MARK: A table

  private func answer(
    about table: PublishedTable, _ request: Request, _ language: Language
  ) throws(PxFault) -> OpenDataAnswer {
    let body = try request.read(
      PxTableQuery.self,
      "{\"query\": [{\"code\": …, \"selection\": {\"filter\": …, \"values\": […]}}], "
        + "\"response\": {\"format\": …}}")
    guard let body else { return json(variables(of: table, language)) }
    let query = try PxQuery(body, of: table)
    guard (body.response?.params ?? []).isEmpty else {
      throw PxFault(400, "a format has no parameters here")
    }
    let name = body.response?.format ?? PxFormat.Kind.px.rawValue
    if name.lowercased() == Self.bundle {
      return OpenDataAnswer(
        status: 200, contentType: Self.jsonType,
        body: .whole(
          Array(
            StatisticalJSON(
              table: try arranged(query, of: table).table, of: table, chain: chain,
              language: language, updated: texts(of: table, request).updated
            ).bundle)))
    }
    guard let kind = Self.formats.first(where: { $0.name == name.lowercased() })?.kind else {
      throw PxFault(
        400, "'\(name)' is no format here: \(Self.formatsOfVersion1.joined(separator: ", "))")
    }
    return try data(
      of: table, query, try PxFormat(kind.rawValue, parameters: []), request, language)
  }

  /// By what version 1 calls them.
  private static let formats: [(name: String, kind: PxFormat.Kind)] = [
    ("json", .jsonPx), ("json-stat2", .jsonStat), ("csv", .csv), ("px", .px), ("xlsx", .xlsx),
  ]
  /// JSON-stat as it was before 2.0.
  private static let bundle = "json-stat"

  static var formatsOfVersion1: [String] { formats.map(\.name) + [bundle] }

  private func variables(of table: PublishedTable, _ language: Language) -> OrderedJSON {
    let variables = zip(PxVariable.all(of: table), ArrangedTable(table).axes).map {
      variable, axis -> OrderedJSON in
      .object(
        [
          ("code", .string(axis.id)), ("text", .string(axis.title[language])),
          ("values", .strings(axis.codes)),
          ("valueTexts", .strings(axis.labels.map { $0[language] })),
        ] + (variable.total == nil ? [] : [("elimination", .boolean(true))])
          + (variable.isTime ? [("time", .boolean(true))] : []))
    }
    return .object([
      ("title", .string(table.description.title[language])), ("variables", .array(variables)),
    ])
  }
}

extension PublishedTable {
  fileprivate func isOf(theme: String) -> Bool {
    description.theme.lowercased() == theme.lowercased()
  }
}
