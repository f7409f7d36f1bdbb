import Foundation
import InformationModel
import Publication

/// PxWebApi 2 and 1: how clients of the Nordic statistical offices ask.
package struct PxService: Sendable {
  let tables: [PublishedTable]
  let chain: ChainDescription
  let themes: [Concept]

  /// Cells of one answer.
  static let mostCells = 500_000
  private static let version = "2.0.0"

  package init(_ release: PublishedRelease, tables: [PublishedTable]) {
    self.tables = tables
    chain = release.chain
    themes = release.scheme(Naming.themeScheme)?.concepts ?? []
  }

  /// How often one client may ask.
  package struct CallLimit: Sendable, Equatable {
    /// 0 is without limit.
    package var calls: Int
    /// In so many seconds, whichever they are.
    package var seconds: Int

    package init(calls: Int, seconds: Int) { (self.calls, self.seconds) = (calls, seconds) }

    package static let none = CallLimit(calls: 0, seconds: 1)
    /// What a server takes when nobody says otherwise.
    package static let standard = CallLimit(calls: 300, seconds: 10)
  }

  /// What is asked for.
  package struct Request: Sendable {
    /// By its part of the address.
    package enum Version: String, Sendable {
      case one = "v1"
      case two = "v2"
    }

    package var version: Version
    /// Decoded, below `/api/v1` or `/api/v2`.
    package var parts: [String]
    package var items: [(name: String, value: String)]
    /// Of a POST; nil of a GET.
    package var body: [UInt8]?
    package var base: String
    package var now: Moment
    /// From when the public sees the release; nil when it was seen at once, so that only its reference date is known.
    package var published: Moment?
    package var limit: CallLimit

    package init(
      version: Version = .two, parts: [String], items: [(name: String, value: String)],
      body: [UInt8]?, base: String, now: Moment, published: Moment? = nil,
      limit: CallLimit = .standard
    ) {
      self.version = version
      (self.parts, self.items, self.body, self.base) = (parts, items, body, base)
      (self.now, self.published, self.limit) = (now, published, limit)
    }

    func option(_ name: String) -> String? {
      items.last { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// All values of an option that may be given several times, or divided by commas.
    func options(_ name: String) -> [String] {
      items.filter { $0.name.lowercased() == name.lowercased() }
        .flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    func isTrue(_ name: String) throws(PxFault) -> Bool {
      switch option(name)?.lowercased() {
      case "true": return true
      case "false", "", nil: return false
      case let other?: throw PxFault(400, "\(name) is true or false, not '\(other)'")
      }
    }

    /// Nil when none is named.
    func language() throws(PxFault) -> Language? {
      guard let name = option("lang"), !name.isEmpty else { return nil }
      return try PxService.language(name)
    }

    /// What the body holds.
    func read<Value: Decodable>(_ type: Value.Type, _ shape: String) throws(PxFault) -> Value? {
      guard let body else { return nil }
      guard let value = try? JSONDecoder().decode(type, from: Data(body)) else {
        throw PxFault(400, "the body must be \(shape)")
      }
      return value
    }
  }

  static func language(_ name: String) throws(PxFault) -> Language {
    guard let language = Language(rawValue: name.lowercased()) else {
      throw PxFault(400, "there is no language '\(name)': nl or en")
    }
    return language
  }

  /// Whether one answer has room for all figures of a table.
  package static func givesAll(of table: PublishedTable) -> Bool {
    table.figures.cellCount * table.figures.columnCount <= mostCells
  }

  /// All figures of a table in a language, as the file of a release has them in Dutch.
  ///
  /// - Parameters:
  ///   - table: of the service.
  ///   - format: JSON-stat or PC-Axis.
  ///   - language: of the texts.
  ///   - base: scheme and host by which clients reach the installation.
  ///   - now: the moment of the question.
  /// - Returns: the answer, of the same shape as to a client that asks for all codes.
  package func all(
    of table: PublishedTable, as format: TableFormat, _ language: Language, base: String,
    now: Moment
  ) -> OpenDataAnswer {
    let kind: PxFormat.Kind = format == .pcAxis ? .px : .jsonStat
    let variables = PxVariable.all(of: table).map { ("valueCodes[\($0.id)]", "*") }
    return answer(
      Request(
        parts: ["tables", table.description.id, "data"],
        items: [("lang", language.rawValue), ("outputFormat", kind.rawValue)] + variables,
        body: nil, base: base, now: now))
  }

  package func answer(_ request: Request) -> OpenDataAnswer {
    do throws(PxFault) {
      switch request.version {
      case .one: return try answerOfVersion1(request)
      case .two: return try found(request, try request.language())
      }
    } catch {
      return .fault(error.status, error.detail, root: "api/\(request.version.rawValue)")
    }
  }

  private func found(
    _ request: Request, _ asked: Language?
  ) throws(PxFault) -> OpenDataAnswer {
    let parts = request.parts
    let names = parts.map { $0.lowercased() }
    let language = asked ?? .nl
    let isPosted = request.body != nil
    let takesPost =
      names == ["savedqueries"] || names.count == 3 && names[0] == "tables" && names[2] == "data"
    guard takesPost || !isPosted else { throw PxFault(405, "this address is only read (GET)") }
    switch (names.first, parts.count) {
    case (nil, _), ("config", 1): return json(config(request))
    case ("tables", 1): return try list(request, language)
    case ("tables", 2):
      return json(record(try table(parts[1]), request, language, isAlone: true))
    case ("tables", 3):
      let table = try table(parts[1])
      switch names[2] {
      case "metadata": return try metadata(of: table, request, language)
      case "data":
        let body = try request.read(
          PxBody.self, "{\"selection\": [{\"variableCode\": …, \"valueCodes\": […]}]}")
        return try data(
          of: table, PxQuery(request.items, body: body),
          try PxFormat(
            request.option("outputFormat"), parameters: request.options("outputFormatParams")),
          request, language)
      case "defaultselection":
        return json(
          try selection(
            PxQuery(), of: table, request, language,
            place: "tables/\(table.description.id)/defaultselection"))
      default: throw PxFault(404, "there is no '\(parts[2])' of a table")
      }
    case ("codelists", 2): return json(try codeList(parts[1], request, language))
    case ("savedqueries", 1):
      guard isPosted else { throw PxFault(405, "a query is saved with POST") }
      return try save(request, language)
    case ("savedqueries", 2...3):
      return try saved(parts[1], names.dropFirst(2).first, request, asked)
    default: throw PxFault(404, "there is nothing at this address")
    }
  }

  static let jsonType = "application/json; charset=utf-8"

  func json(_ value: OrderedJSON, status: Int = 200) -> OpenDataAnswer {
    OpenDataAnswer(status: status, contentType: Self.jsonType, body: .whole(Array(value.data)))
  }

  func table(_ id: String) throws(PxFault) -> PublishedTable {
    guard let table = tables.first(where: { $0.description.id.lowercased() == id.lowercased() })
    else { throw PxFault(404, "there is no table '\(id)'") }
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
      ("maxCallsPerTimeWindow", .integer(request.limit.calls)),
      ("timeWindow", .integer(request.limit.seconds)),
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
      ("dataFormats", .strings(PxFormat.Kind.allCases.map(\.rawValue))),
      ("features", .array([])),
    ])
  }

  static func link(
    _ relation: String, _ address: String, _ language: Language
  ) -> OrderedJSON {
    .object([
      ("rel", .string(relation)), ("hreflang", .string(language.rawValue)),
      ("href", .string(address)),
    ])
  }

  /// The table without its figures; of the whole, of the default selection, or of a code list.
  private func metadata(
    of table: PublishedTable, _ request: Request, _ language: Language
  ) throws(PxFault) -> OpenDataAnswer {
    if let format = request.option("outputFormat"), !format.isEmpty,
      format.lowercased() != PxFormat.Kind.jsonStat.rawValue
    {
      throw PxFault(400, "'\(format)' is no format of metadata: \(PxFormat.Kind.jsonStat.rawValue)")
    }
    let lists = PxQuery(request.items.filter { $0.name.lowercased().hasPrefix("codelist[") })
    let shown =
      if try request.isTrue("defaultSelection") {
        try part(PxQuery(), of: table)
      } else if lists.selections.isEmpty {
        table
      } else {
        try part(lists.completed(for: table), of: table)
      }
    let variables = PxVariable.all(of: table).map { variable in
      (
        variable.id,
        OrderedJSON.array(
          variable.lists.map { list in
            .object([
              ("id", .string(list.id)), ("label", .string(list.label[language])),
              ("type", .string(Self.listType)),
              ("links", .array([Self.link("metadata", place(of: list, request), language)])),
            ])
          })
      )
    }
    let json = StatisticalJSON(
      table: shown, of: table, chain: chain, language: language,
      address: "\(request.base)/api/v2/tables/\(table.description.id)/metadata",
      updated: texts(of: table, request).updated,
      codeLists: Dictionary(variables, uniquingKeysWith: { one, _ in one }))
    return OpenDataAnswer(
      status: 200, contentType: Self.jsonType, body: .whole(Array(json.metadata)))
  }

  // MARK: Code lists

  /// Codes that stand for themselves, not for others that are added up.
  private static let listType = "Valueset"

  private func place(of list: PxCodeList, _ request: Request) -> String {
    "\(request.base)/api/v2/codelists/\(PercentEncoding.encoded(list.id))"
  }

  private func codeList(
    _ id: String, _ request: Request, _ language: Language
  ) throws(PxFault) -> OrderedJSON {
    for table in tables {
      for (variable, dimension) in zip(PxVariable.all(of: table), table.dimensions) {
        guard let list = variable.list(id) else { continue }
        return .object([
          ("id", .string(list.id)), ("label", .string(list.label[language])),
          ("language", .string(language.rawValue)),
          ("languages", .strings(Language.allCases.map(\.rawValue))),
          ("type", .string(Self.listType)),
          (
            "values",
            .array(
              list.places.map { place in
                let category = dimension.categories[place]
                return .object([
                  ("code", .string(category.code)),
                  ("label", .string(TableTexts.title(category, language))),
                  ("valueMap", .strings([category.code])),
                ])
              })
          ),
          ("links", .array([Self.link("self", place(of: list, request), language)])),
        ])
      }
    }
    throw PxFault(404, "there is no code list '\(id)'")
  }

  // MARK: Figures

  private func part(
    _ query: PxQuery, of table: PublishedTable
  ) throws(PxFault) -> PublishedTable {
    let chosen = try query.places(of: table)
    return table.restricted(to: Array(chosen.dropLast()), measures: chosen[chosen.count - 1])
  }

  func data(
    of table: PublishedTable, _ query: PxQuery, _ format: PxFormat, _ request: Request,
    _ language: Language
  ) throws(PxFault) -> OpenDataAnswer {
    try format.answer(
      try arranged(query, of: table), of: texts(of: table, request), language: language)
  }

  /// What is asked for, unless it is more than an answer has room for.
  func arranged(_ query: PxQuery, of table: PublishedTable) throws(PxFault) -> ArrangedTable {
    let cells = try query.places(of: table)
      .reduce(1) { $0.multipliedReportingOverflow(by: $1.count).partialValue }
    guard cells <= Self.mostCells else {
      throw PxFault(
        403, "the selection has \(cells) cells; an answer has \(Self.mostCells) at most")
    }
    return try query.arranged(try part(query, of: table))
  }

  /// What a query comes to: codes for its expressions, and where everything stands.
  private func selection(
    _ query: PxQuery, of table: PublishedTable, _ request: Request, _ language: Language,
    place: String
  ) throws(PxFault) -> OrderedJSON {
    let places = try query.places(of: table)
    let arranged = try query.arranged(try part(query, of: table))
    let variables = PxVariable.all(of: table)
    var canonical = query.canonical(for: table)
    canonical.heading = arranged.heading.map { arranged.axes[$0].id }
    canonical.stub = arranged.stub.map { arranged.axes[$0].id }
    let chosen = zip(variables, places).map { variable, places in
      PxQuery.Selection(
        variable: variable.id,
        list: canonical.selections.first { $0.variable == variable.id }?.list,
        values: places.map { variable.codes[$0] })
    }
    return .object(
      Self.members(of: chosen, canonical) + [
        ("language", .string(language.rawValue)),
        ("links", .array([Self.link("self", "\(request.base)/api/v2/\(place)", language)])),
      ])
  }

  private static func members(
    of selections: [PxQuery.Selection], _ query: PxQuery
  ) -> [(String, OrderedJSON)] {
    [
      (
        "selection",
        .array(
          selections.map { one in
            .object(
              [("variableCode", .string(one.variable))]
                + (one.list.map { [("codelist", .string($0))] } ?? [])
                + [("valueCodes", .strings(one.values))])
          })
      ),
      (
        "placement",
        .object([("heading", .strings(query.heading)), ("stub", .strings(query.stub))])
      ),
    ]
  }

  // MARK: Saved queries

  private func save(_ request: Request, _ language: Language) throws(PxFault) -> OpenDataAnswer {
    guard
      let body = try request.read(
        SavedQueryBody.self,
        "{\"tableId\": …, \"language\": …, \"selection\": {\"selection\": […]}}")
    else { throw PxFault(405, "a query is saved with POST") }
    let table = try table(body.tableId)
    let query = PxQuery([], body: body.selection)
    let saved = try SavedQuery(
      table: table.description.id, language: try body.language.map(Self.language) ?? language,
      query: query.canonical(for: table),
      format: try PxFormat(body.outputFormat, parameters: body.outputFormatParams ?? []))
    // What comes to nothing now is refused now.
    _ = try query.arranged(try part(query, of: table))
    var answer = json(description(of: saved, request), status: 201)
    answer.headers = [("Location", "\(request.base)/api/v2/savedqueries/\(saved.id)")]
    return answer
  }

  private func saved(
    _ id: String, _ what: String?, _ request: Request, _ asked: Language?
  ) throws(PxFault) -> OpenDataAnswer {
    guard let saved = SavedQuery(id: id) else {
      throw PxFault(404, "there is no saved query of this name; part of it may be lost")
    }
    let language = asked ?? saved.language
    switch what {
    case nil: return json(description(of: saved, request))
    case "data":
      let format = request.option("outputFormat")
      let parameters = request.options("outputFormatParams")
      return try data(
        of: try table(saved.table), saved.query,
        format == nil && parameters.isEmpty
          ? saved.format
          : try PxFormat(format ?? saved.format.kind.rawValue, parameters: parameters), request,
        language)
    case "selection":
      return json(
        try selection(
          saved.query, of: try table(saved.table), request, language,
          place: "savedqueries/\(id)/selection"))
    case let other?: throw PxFault(404, "there is no '\(other)' of a saved query")
    }
  }

  private func description(of saved: SavedQuery, _ request: Request) -> OrderedJSON {
    let id = saved.id
    let place = "\(request.base)/api/v2/savedqueries/\(id)"
    let links = [("self", ""), ("data", "/data"), ("selection", "/selection")]
    return .object([
      ("id", .string(id)), ("language", .string(saved.language.rawValue)),
      ("tableId", .string(saved.table)),
      ("outputFormat", .string(saved.format.kind.rawValue)),
      ("outputFormatParams", .strings(saved.format.parameters)),
      ("selection", .object(Self.members(of: saved.query.selections, saved.query))),
      (
        "links",
        .array(links.map { Self.link($0.0, place + $0.1, saved.language) })
      ),
    ])
  }
}
