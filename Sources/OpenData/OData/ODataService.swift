import Foundation
import InformationModel
import Publication
import Synchronization

/// OData 3 and 4 as the clients of Statistics Netherlands' data ask for it.
///
/// Addresses, shapes and their traps: docs/open-data.md.
package final class ODataService: Sendable {
  private let tables: [PublishedTable]
  /// By id in small letters.
  private let tablesByID: [String: PublishedTable]
  private let chain: ChainDescription
  private let themes: [Concept]
  /// Identifier of the only catalogue.
  private let catalog: String
  private let made = Mutex<[MadeSets: [EntitySet]]>([:])

  /// What sets are of; a base or an id may hold any characters.
  private struct MadeSets: Hashable {
    let version: ODataQuery.Version
    let base: String?
    let table: String?
    let published: Moment?
    let reason: LocalizedText?
  }

  /// Rows of one answer of OData 4.
  static let page4 = 100_000
  /// Rows of one answer of OData 3, and the most that its address for small use gives.
  static let page3 = 10_000

  package init(_ release: PublishedRelease, tables: [PublishedTable]) {
    self.tables = tables
    tablesByID = Dictionary(
      tables.map { ($0.description.id.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    chain = release.chain
    themes = release.scheme(Naming.themeScheme)?.concepts ?? []
    catalog = release.chain.id.uppercased()
  }

  /// What is asked for.
  package struct Request: Sendable {
    /// Decoded, without query.
    package var path: String
    package var items: [(name: String, value: String)]
    /// Of the installation, as clients reach it: scheme and host, no slash at the end.
    package var base: String
    /// From when the public sees the release; nil when it was seen at once.
    package var published: Moment?
    /// Why it was published; nil when nobody said so.
    package var reason: LocalizedText?
    /// Gives the tables of a version by its name; nil when there is no such version.
    package var version: VersionReader
    /// Gives the tables that the public is shown now, where these may be others than the service's own.
    package var shownNow: @Sendable () throws(PublicationError) -> [PublishedTable]? = { nil }

    package typealias VersionReader =
      @Sendable (String) throws(PublicationError) -> [PublishedTable]?

    package init(
      path: String, items: [(name: String, value: String)], base: String,
      version: @escaping VersionReader = { _ in nil }
    ) {
      (self.path, self.items, self.base, self.version) = (path, items, base, version)
    }
  }

  /// The answer to an address below `/odata`, `/csv`, `/ODataCatalog`, `/ODataApi` or `/ODataFeed`; nil for any other.
  package func answer(_ request: Request) -> OpenDataAnswer? {
    // Doubled slashes and one at the end occur.
    let parts = request.path.split(separator: "/").map(String.init)
    guard let root = parts.first?.lowercased() else { return nil }
    do throws(ODataError) {
      switch root {
      case "odata": return try four(Array(parts.dropFirst()), request)
      case "csv": return try archive(Array(parts.dropFirst()), request)
      case "odatacatalog": return try catalogue3(Array(parts.dropFirst()), request)
      case "odataapi", "odatafeed":
        return try three(Array(parts.dropFirst()), isFeed: root == "odatafeed", request)
      default: return nil
      }
    } catch {
      return .fault(error.kind.rawValue, error.message, target: error.target, root: root)
    }
  }

  /// Whether rows may have to be looked at one by one for so long that others should not wait for each core that does it.
  package func isLongSearch(_ request: Request) -> Bool {
    var filter = 0
    for (name, value) in request.items {
      // `??$filter=…` occurs.
      switch name.drop(while: { $0 == "?" }).lowercased() {
      case "$orderby": return true
      case "$filter": filter += value.utf8.count
      default: break
      }
    }
    guard filter > 0 else { return false }
    let parts = request.path.split(separator: "/").lazy
    guard let table = parts.compactMap({ self.tablesByID[$0.lowercased()] }).first else {
      return true
    }
    return table.figures.cellCount * table.figures.columnCount > Self.shortSearch / filter
  }

  /// Figures times letters of a filter: some milliseconds.
  private static let shortSearch = 1 << 20

  private static func absent(_ what: String) -> ODataError {
    ODataError(.absent, "\(what) bestaat niet")
  }

  private func table(_ id: String) throws(ODataError) -> PublishedTable {
    guard let table = tablesByID[id.lowercased()] else { throw Self.absent("Tabel '\(id)'") }
    return table
  }

  private static func table(_ id: String, in tables: [PublishedTable]) -> PublishedTable? {
    tables.first { $0.description.id.lowercased() == id.lowercased() }
  }

  private func texts(of table: PublishedTable, _ request: Request) -> TableTexts {
    TableTexts(
      table: table, chain: chain, published: request.published, reason: request.reason)
  }

  /// Sets are made once for a release, a table and an address.
  private func sets(
    of table: PublishedTable?, _ version: ODataQuery.Version, _ request: Request, base: String?,
    _ make: () -> [EntitySet]
  ) -> [EntitySet] {
    let name = MadeSets(
      version: version, base: base, table: table?.description.id, published: request.published,
      reason: request.reason)
    if let known = made.withLock({ $0[name] }) { return known }
    let sets = make()
    made.withLock { known in
      // As many as there are tables, times the names by which the installation is reached.
      if known.count >= 4 * tables.count + 16 { known.removeAll() }
      known[name] = sets
    }
    return sets
  }

  // MARK: OData 4

  private func four(_ parts: [String], _ request: Request) throws(ODataError) -> OpenDataAnswer {
    guard parts.first?.lowercased() == "v1" else { throw Self.absent("Dit adres") }
    let root = request.base + "/odata/v1"
    let catalogSets = sets(of: nil, .four, request, base: request.base) {
      [
        Version4.catalogs(chain, catalog, base: request.base),
        Version4.datasets(
          tables.map { Version4(texts: texts(of: $0, request), catalog: catalog) }),
      ]
    }
    let rest = Array(parts.dropFirst())
    guard let first = rest.first else { return document4(catalogSets, root) }
    let isCatalog = first.lowercased() == catalog.lowercased()
    if !isCatalog { return try entities4(rest, catalogSets, root, request) }
    let below = root + "/" + catalog
    guard rest.count > 1 else { return document4(catalogSets, below) }
    if Self.isSet(rest[1], in: catalogSets) || rest[1].lowercased() == "$metadata" {
      return try entities4(Array(rest.dropFirst()), catalogSets, below, request)
    }
    let table = try table(rest[1])
    let own = sets4(of: table, request)
    let place = below + "/" + table.description.id
    guard rest.count > 2 else { return document4(own, place) }
    let names = Array(rest.dropFirst(2))
    switch names[0].prefix(while: { $0 != "(" }) {
    case ChangeSet.name:
      let changes = try changes(of: table, request)
      var answer = try entities4(names, [changes.entities], place, request, notes: changes.notes)
      // What a date names is another release when one more of it is published.
      answer.isLasting = false
      return answer
    case let name where name.lowercased() == "$metadata":
      // Described, but not in the document: a client that reads all there is cannot say since when.
      return try entities4(names, own + [ChangeSet(to: table).entities], place, request)
    default: return try entities4(names, own, place, request)
    }
  }

  /// What a table has other than in the version that the option `since` names.
  private func changes(
    of table: PublishedTable, _ request: Request
  ) throws(ODataError) -> ChangeSet {
    guard let name = request.items.last(where: { $0.name.lowercased() == "since" })?.value else {
      throw ODataError(
        .malformed, "sinds welke versie? Vraag bijvoorbeeld \(ChangeSet.name)?since=202401010000",
        target: "since")
    }
    let version: [PublishedTable]?
    let shown: [PublishedTable]?
    do throws(PublicationError) {
      version = try request.version(name)
      shown = try request.shownNow()
    } catch {
      throw ODataError(.damaged, "versie '\(name)' kan niet worden gelezen", target: "since")
    }
    guard let version else {
      throw ODataError(
        .absent, "versie '\(name)' bestaat niet, of is later dan deze", target: "since")
    }
    let id = table.description.id
    guard let earlier = Self.table(id, in: version) else {
      throw ODataError(
        .absent, "tabel '\(id)' is er niet in versie '\(name)'", target: "since")
    }
    let difference = TableDifference(
      from: earlier, to: table, shownNow: shown.flatMap { Self.table(id, in: $0) })
    guard difference.isComparable else {
      throw ODataError(
        .unsupported, "tabel '\(id)' had in versie '\(name)' andere dimensies; neem beide heel",
        target: "since")
    }
    return ChangeSet(
      to: table, difference.changes, added: difference.added, removed: difference.removed)
  }

  private func sets4(of table: PublishedTable, _ request: Request) -> [EntitySet] {
    sets(of: table, .four, request, base: request.base) {
      Version4(texts: texts(of: table, request), catalog: catalog).sets(base: request.base)
    }
  }

  /// `/csv/STRAFRECHT/nl/I01`: the catalogue, the language of the texts, the table.
  private func archive(_ parts: [String], _ request: Request) throws(ODataError) -> OpenDataAnswer {
    guard parts.count == 3, parts[0].lowercased() == catalog.lowercased(),
      parts[1].lowercased() == Language.nl.rawValue
    else { throw Self.absent("Dit adres") }
    if let option = request.items.first(where: { $0.name.hasPrefix("$") })?.name {
      throw ODataError(
        .unsupported, "\(option) geldt niet voor een archief, dat de hele tabel heeft",
        target: option)
    }
    let table = try table(parts[2])
    return ObservationArchive(sets: sets4(of: table, request)).answer(name: table.description.id)
  }

  private static func isSet(_ part: String, in sets: [EntitySet]) -> Bool {
    let name = part.prefix { $0 != "(" }
    return sets.contains { $0.name == name }
  }

  private func document4(_ sets: [EntitySet], _ place: String) -> OpenDataAnswer {
    let json = OrderedJSON.object([
      ("@odata.context", .string(place + "/$metadata")),
      (
        "value",
        .array(
          sets.map { set in
            .object([
              ("name", .string(set.name)),
              ("kind", .string(set.isSingleton ? "Singleton" : "EntitySet")),
              ("url", .string(set.name)),
            ])
          })
      ),
    ])
    return Self.json4(Array(json.data))
  }

  private func entities4(
    _ parts: [String], _ sets: [EntitySet], _ place: String, _ request: Request,
    notes: [(String, OrderedJSON)] = []
  ) throws(ODataError) -> OpenDataAnswer {
    if parts.count == 1, parts[0].lowercased() == "$metadata" {
      return OpenDataAnswer(
        status: 200, contentType: "application/xml; charset=utf-8",
        headers: ODataQuery.Version.four.headers,
        body: .whole(Array(EntityModel(namespace: "Keten", sets: sets).xml(.four).utf8)))
    }
    let (name, key) = try Self.split(parts[0])
    guard let set = sets.first(where: { $0.name == name }) else { throw Self.absent("'\(name)'") }
    let query = try ODataQuery(request.items, of: set, .four)
    let context = place + "/$metadata#" + set.name
    if parts.count == 2, parts[1] == "$count", key == nil {
      let cursor = try RowCursor(set, query)
      return OpenDataAnswer(
        status: 200, contentType: "text/plain; charset=utf-8",
        headers: ODataQuery.Version.four.headers, body: .whole(Array(String(cursor.count).utf8)))
    }
    guard parts.count == 1 else {
      throw Self.absent("'\(parts.dropFirst().joined(separator: "/"))'")
    }
    if set.isSingleton || key != nil {
      try query.requireOne()
      guard let row = key.map({ Self.row(of: $0, in: set) }) ?? 0 else {
        throw Self.absent("'\(parts[0])'")
      }
      var bytes: [UInt8] = []
      EntityJSON(set, columns: query.columns).write(row: row, to: &bytes)
      var head = Array("{\"@odata.context\":".utf8)
      OrderedJSON.write(context + (set.isSingleton ? "" : "/$entity"), to: &head)
      return Self.json4(head + Array(",".utf8) + bytes.dropFirst())
    }
    return list(
      try RowCursor(set, query), of: set, query, page: Self.page4, request,
      head: [("@odata.context", .string(context))] + notes,
      count: { ("@odata.count", .integer($0)) },
      next: "@odata.nextLink",
      as: "application/json; odata.metadata=minimal; charset=utf-8",
      headers: ODataQuery.Version.four.headers)
  }

  /// `Observations(17)`, `MeasureCodes('M1')`.
  private static func split(_ part: String) throws(ODataError) -> (name: String, key: String?) {
    guard let open = part.firstIndex(of: "(") else { return (part, nil) }
    guard part.hasSuffix(")") else { throw absent("'\(part)'") }
    var key = part[part.index(after: open)...].dropLast()
    if let equals = key.firstIndex(of: "="), key.first != "'" {
      key = key[key.index(after: equals)...]
    }
    if key.count >= 2, key.hasPrefix("'"), key.hasSuffix("'") { key = key.dropFirst().dropLast() }
    return (String(part[..<open]), String(key.replacing("''", with: "'")))
  }

  private static func row(of key: String, in set: EntitySet) -> Int? {
    guard let first = set.columns.first else { return nil }
    switch first.content {
    case .ofRow:
      // Only rows are numbered so.
      return Int(key).flatMap { (0..<set.rowCount).contains($0) ? $0 : nil }
    case .ofAxis(_, let values):
      return values.firstIndex { value in
        switch value {
        case .text(let text): text == key
        case .integer(let number): String(number) == key
        case .null, .number, .boolean, .json: false
        }
      }
    }
  }

  private static func json4(_ bytes: [UInt8]) -> OpenDataAnswer {
    OpenDataAnswer(
      status: 200, contentType: "application/json; odata.metadata=minimal; charset=utf-8",
      headers: ODataQuery.Version.four.headers, body: .whole(bytes))
  }

  // MARK: OData 3

  private func catalogue3(
    _ parts: [String], _ request: Request
  ) throws(ODataError) -> OpenDataAnswer {
    let sets = sets(of: nil, .three, request, base: request.base) {
      Version3.catalogue(
        tables.enumerated().map { Version3(texts: texts(of: $1, request), number: $0) },
        themes: themes, catalog, base: request.base)
    }
    return try entities3(parts, sets, request.base + "/ODataCatalog", isFeed: true, request)
  }

  private func three(
    _ parts: [String], isFeed: Bool, _ request: Request
  ) throws(ODataError) -> OpenDataAnswer {
    guard parts.first?.lowercased() == "odata", parts.count > 1 else {
      throw Self.absent("Dit adres")
    }
    let table = try table(parts[1])
    let id = table.description.id
    let own = sets(of: table, .three, request, base: nil) {
      Version3(texts: texts(of: table, request), number: 0).sets(catalog)
    }
    return try entities3(
      Array(parts.dropFirst(2)), own,
      request.base + (isFeed ? "/ODataFeed/odata/" : "/ODataApi/odata/") + id, isFeed: isFeed,
      request)
  }

  private func entities3(
    _ parts: [String], _ sets: [EntitySet], _ place: String, isFeed: Bool, _ request: Request
  ) throws(ODataError) -> OpenDataAnswer {
    guard let name = parts.first else {
      let json = OrderedJSON.object([
        ("odata.metadata", .string(place + "/$metadata")),
        (
          "value",
          .array(
            sets.map {
              .object([("name", .string($0.name)), ("url", .string(place + "/" + $0.name))])
            })
        ),
      ])
      return OpenDataAnswer(
        status: 200, contentType: Self.type3, headers: ODataQuery.Version.three.headers,
        body: .whole(Array(json.data))
      )
    }
    guard parts.count == 1 else { throw Self.absent("'\(parts.joined(separator: "/"))'") }
    if name.lowercased() == "$metadata" {
      return OpenDataAnswer(
        status: 200, contentType: "application/xml; charset=utf-8",
        headers: ODataQuery.Version.three.headers,
        body: .whole(Array(EntityModel(namespace: "Cbs.OData", sets: sets).xml(.three).utf8)))
    }
    guard let set = sets.first(where: { $0.name == name }) else { throw Self.absent("'\(name)'") }
    let query = try ODataQuery(request.items, of: set, .three)
    let cursor = try RowCursor(set, query)
    if !isFeed, set.index.sizes.count > 1 || set.columns.first?.name == "ID" {
      let count = cursor.count - query.skip
      guard min(count, query.top ?? .max) <= Self.page3 else {
        throw ODataError(
          .malformed,
          "meer dan \(Self.page3) rijen: gebruik ODataFeed, of vraag met $filter of $top minder")
      }
    }
    return list(
      cursor, of: set, query, page: Self.page3, request,
      head: [("odata.metadata", .string(place + "/$metadata#Cbs.OData.WebAPI." + set.name))],
      count: { ("odata.count", .string(String($0))) }, next: "odata.nextLink", as: Self.type3,
      headers: ODataQuery.Version.three.headers)
  }

  private static let type3 = "application/json; odata=minimalmetadata; charset=utf-8"

  // MARK: Lists

  /// A page of entities; a long one is made while it is sent.
  private func list(
    _ cursor: RowCursor, of set: EntitySet, _ query: ODataQuery, page: Int, _ request: Request,
    head: [(String, OrderedJSON)], count: (Int) -> (String, OrderedJSON), next: String,
    as type: String, headers: [(name: String, value: String)]
  ) -> OpenDataAnswer {
    var cursor = cursor
    var members = head
    if query.counts { members.append(count(cursor.count)) }
    cursor.skip(query.skip)
    var start: [UInt8] = []
    OrderedJSON.object(members).write(to: &start)
    start.removeLast()
    start.append(contentsOf: ",\"value\":[".utf8)
    let most = min(page, query.top ?? .max)
    let follows = query.top.map { $0 > page } ?? true
    var link: [UInt8] = []
    if follows {
      link.append(UInt8(ascii: ","))
      OrderedJSON.write(next, to: &link)
      link.append(UInt8(ascii: ":"))
      OrderedJSON.write(Self.nextLink(request, query, page: page), to: &link)
    }
    var pieces = EntityList(
      cursor, EntityJSON(set, columns: query.columns), most: most, start: start, link: link)
    let first = pieces.next() ?? []
    // Most answers are one piece: they travel whole, with their length.
    let body: OpenDataAnswer.Body =
      pieces.isDone
      ? .whole(first)
      : .pieces { [pieces] in
        var pieces = pieces
        var begun = Optional(first)
        return AnswerPieces { begun.take() ?? pieces.next() }
      }
    return OpenDataAnswer(status: 200, contentType: type, headers: headers, body: body)
  }

  /// The same request with the rows that come next.
  private static func nextLink(_ request: Request, _ query: ODataQuery, page: Int) -> String {
    var items = query.items.filter { !["$skip", "$top"].contains($0.name.lowercased()) }
    if let top = query.top { items.append(("$top", String(top - page))) }
    items.append(("$skip", String(query.skip + page)))
    let text = items.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
    let path = request.path.split(separator: "/").map { encoded(String($0)) }.joined(separator: "/")
    return request.base + "/" + path + "?" + text
  }

  /// Percent signs where an address needs them; what clients write themselves stays readable.
  private static func encoded(_ text: String) -> String {
    var allowed = CharacterSet.alphanumerics
    allowed.formIntersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
    allowed.insert(charactersIn: "$-._~(),'")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }
}
